"""Coming and going: /unsubscribe, /stop, /pause, /resume, and going on after the re-test."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation.handlers.asked import Asked
from bot.core.model.callback_data import GoOn, Keep, PauseUntil, Resume, UndoStop, Unsubscribe
from bot.core.model.message import Reaction
from bot.core.screens import checkin, enrollment


def unsubscribe(asked: Asked) -> Reaction:
    """No more messages."""
    return asked.both(enrollment.unsubscribe(asked.known, asked.now))


def stop(asked: Asked, action: Unsubscribe) -> Reaction:
    """No more messages, by a button."""
    return unsubscribe(asked)


def undo(asked: Asked, action: UndoStop) -> Reaction:
    """As it was before."""
    return asked.both(enrollment.undo_stop(asked.series, asked.known, action, asked.now))


def pause_command(asked: Asked) -> Reaction:
    """For how long?"""
    return asked.said(enrollment.pause_offer(asked.series, asked.known, asked.now))


def pause(asked: Asked, action: PauseUntil) -> Reaction:
    """Pause."""
    return asked.both(enrollment.pause(asked.series, asked.known, action, asked.now))


def resume_command(asked: Asked) -> Reaction:
    """Go on."""
    return asked.both(enrollment.resume(asked.series, asked.known, asked.now))


def resume(asked: Asked, action: Resume) -> Reaction:
    """Go on, by a button."""
    return resume_command(asked)


def keep(asked: Asked, action: Keep) -> Reaction:
    """Leave everything as it is."""
    return asked.both(enrollment.keep(asked.series, asked.known, asked.now))


def go_on(asked: Asked, action: GoOn) -> Reaction:
    """Two or three days a week, or none."""
    return asked.both(checkin.go_on(asked.series, asked.known, action.days, asked.now))


def blocked(asked: Asked, update: int, at: datetime) -> Reaction:
    """The person blocked the bot at that instant, as that update tells; somebody unknown perhaps."""
    if asked.subscriber is None or asked.subscriber.heard_since(update, at):
        return Reaction(asked.subscriber)
    return Reaction(asked.subscriber.blocked(asked.now))


def asking_back(reaction: Reaction, now: datetime) -> Reaction:
    """With the question that somebody is asked who comes back after a block."""
    if reaction.subscriber is None:
        return reaction
    kept, messages = enrollment.asked_back(reaction.subscriber, reaction.messages, now)
    return replace(reaction, subscriber=kept, messages=messages)
