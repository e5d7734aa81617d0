"""/today and every tap inside a day's session."""

from __future__ import annotations

from bot.conversation.handlers.asked import Asked
from bot.core.model.callback_data import Done, Enough, NotToday, RemindLater, SetLevel, ShowDay, ShowExercise, SwapFor
from bot.core.model.message import Reaction
from bot.core.screens import session
from bot.core.screens.lesson import arrived_on


def today(asked: Asked) -> Reaction:
    """Today's plan."""
    on = session.today(asked.planned, asked.now)
    return asked.said(session.show_day(asked.series, asked.planned, on, asked.now))


def show_day(asked: Asked, action: ShowDay) -> Reaction:
    """The plan of a date; an old button leads to today."""
    known = arrived_on(asked.planned, action.date)
    on = session.open_date(asked.series, known, action.date, asked.now)
    return asked.said(session.show_day(asked.series, known, on, asked.now), subscriber=known)


def show_exercise(asked: Asked, action: ShowExercise) -> Reaction:
    """One exercise."""
    return asked.both(session.show_exercise(asked.series, asked.known, action, asked.now))


def set_level(asked: Asked, action: SetLevel) -> Reaction:
    """Easier or harder from now on."""
    return asked.both(session.set_level(asked.series, asked.known, action, asked.now))


def swap(asked: Asked, action: SwapFor) -> Reaction:
    """Another exercise from now on."""
    return asked.both(session.swap(asked.series, asked.known, action, asked.now))


def done(asked: Asked, action: Done) -> Reaction:
    """The session is done."""
    return asked.both(session.done(asked.series, asked.known, action, asked.now))


def enough(asked: Asked, action: Enough) -> Reaction:
    """The session ends half-way."""
    return asked.both(session.enough(asked.series, asked.known, action, asked.now))


def not_today(asked: Asked, action: NotToday) -> Reaction:
    """No session today."""
    return asked.both(session.not_today(asked.series, asked.known, action, asked.now))


def later(asked: Asked, action: RemindLater) -> Reaction:
    """Remind again at that time."""
    return asked.both(session.remind_later(asked.series, asked.known, action, asked.now))
