"""Coming and going: /unsubscribe, /stop, /pause, /resume, and going on after the re-test."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation.context import Context
from bot.core.model.callback_data import GoOn, Keep, PauseUntil, Resume, UndoStop, Unsubscribe
from bot.core.model.message import Reaction
from bot.core.screens import checkin, enrollment


def unsubscribe(context: Context) -> Reaction:
    """No more messages."""
    return context.both(enrollment.unsubscribe(context.known, context.now))


def stop(context: Context, action: Unsubscribe) -> Reaction:
    """No more messages, by a button."""
    return unsubscribe(context)


def undo(context: Context, action: UndoStop) -> Reaction:
    """As it was before."""
    return context.both(enrollment.undo_stop(context.series, context.known, action, context.now))


def pause_command(context: Context) -> Reaction:
    """For how long?"""
    return context.said(enrollment.pause_offer(context.series, context.known, context.now))


def pause(context: Context, action: PauseUntil) -> Reaction:
    """Pause."""
    return context.both(enrollment.pause(context.series, context.known, action, context.now))


def resume_command(context: Context) -> Reaction:
    """Go on."""
    return context.both(enrollment.resume(context.series, context.known, context.now))


def resume(context: Context, action: Resume) -> Reaction:
    """Go on, by a button."""
    return resume_command(context)


def keep(context: Context, action: Keep) -> Reaction:
    """Leave everything as it is."""
    return context.both(enrollment.keep(context.series, context.known, context.now))


def go_on(context: Context, action: GoOn) -> Reaction:
    """Two or three days a week, or none."""
    return context.both(checkin.go_on(context.series, context.known, action.days, context.now))


def blocked(context: Context, update: int, at: datetime) -> Reaction:
    """The person blocked the bot at that instant, as that update tells; somebody unknown perhaps."""
    if context.subscriber is None or context.subscriber.heard_since(update, at):
        return Reaction(context.subscriber)
    return Reaction(context.subscriber.blocked(context.now))


def asking_back(reaction: Reaction, now: datetime) -> Reaction:
    """With the question that somebody is asked who comes back after a block."""
    if reaction.subscriber is None:
        return reaction
    kept, messages = enrollment.asked_back(reaction.subscriber, reaction.messages, now)
    return replace(reaction, subscriber=kept, messages=messages)
