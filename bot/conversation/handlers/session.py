"""/today and every tap inside a day's session."""

from __future__ import annotations

from bot.conversation.context import Context
from bot.core.model.callback_data import Done, Enough, NotToday, RemindLater, SetLevel, ShowDay, ShowExercise, SwapFor
from bot.core.model.message import Reaction
from bot.core.screens import session
from bot.core.screens.lesson import arrived_on


def today(context: Context) -> Reaction:
    """Today's plan."""
    on = session.today(context.planned, context.now)
    return context.said(session.show_day(context.series, context.planned, on, context.now))


def show_day(context: Context, action: ShowDay) -> Reaction:
    """The plan of a date; an old button leads to today."""
    known = arrived_on(context.planned, action.date)
    on = session.open_date(context.series, known, action.date, context.now)
    return context.said(session.show_day(context.series, known, on, context.now), subscriber=known)


def show_exercise(context: Context, action: ShowExercise) -> Reaction:
    """One exercise."""
    return context.both(session.show_exercise(context.series, context.known, action, context.now))


def set_level(context: Context, action: SetLevel) -> Reaction:
    """Easier or harder from now on."""
    return context.both(session.set_level(context.series, context.known, action, context.now))


def swap(context: Context, action: SwapFor) -> Reaction:
    """Another exercise from now on."""
    return context.both(session.swap(context.series, context.known, action, context.now))


def done(context: Context, action: Done) -> Reaction:
    """The session is done."""
    return context.both(session.done(context.series, context.known, action, context.now))


def enough(context: Context, action: Enough) -> Reaction:
    """The session ends half-way."""
    return context.both(session.enough(context.series, context.known, action, context.now))


def not_today(context: Context, action: NotToday) -> Reaction:
    """No session today."""
    return context.both(session.not_today(context.series, context.known, action, context.now))


def later(context: Context, action: RemindLater) -> Reaction:
    """Remind again at that time."""
    return context.both(session.remind_later(context.series, context.known, action, context.now))
