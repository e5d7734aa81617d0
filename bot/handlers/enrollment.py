"""Coming and going: /unsubscribe, /stop, /pause, /resume, and going on after the re-test."""

from __future__ import annotations

from dataclasses import replace

from bot.core import checkin, enrollment
from bot.core.callback_data import GoOn, Keep, PauseUntil, Resume, UndoStop, Unsubscribe
from bot.core.message import Reaction
from bot.core.subscriber import State
from bot.handlers.asked import Asked


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
    return asked.said(enrollment.pause_offer(asked.known, asked.now))


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
    return asked.both(enrollment.subscribe(asked.series, asked.known, asked.now))


def go_on(asked: Asked, action: GoOn) -> Reaction:
    """Two or three days a week, or none."""
    return asked.both(checkin.go_on(asked.series, asked.known, action.days, asked.now))


def blocked(asked: Asked) -> Reaction:
    """The person blocked the bot; what is kept of somebody who stopped before stays "stopped"."""
    known = asked.known
    if known.state is State.STOPPED:
        return Reaction(known)
    return Reaction(known.in_state(State.BLOCKED, asked.now))


def asking_back(reaction: Reaction) -> Reaction:
    """With "go on or start over?" after whatever is said to somebody who had blocked the bot, and is back.

    Not when they came for their data alone, nor when it is asked already.
    """
    kept = reaction.subscriber
    if kept is None or kept.state is not State.BLOCKED or not reaction.messages:
        return reaction
    if {message.template for message in reaction.messages} & {"data/delete", "enrollment/welcome-back"}:
        return reaction
    return replace(reaction, messages=(*reaction.messages, enrollment.welcome_back(kept)))
