"""Every tap about how it went: scores, pain, the morning after, barriers, reasons, the timer."""

from __future__ import annotations

from bot.conversation.context import Context
from bot.core.model.callback_data import (
    Barrier,
    Follows,
    Hurts,
    ItHurts,
    Morning,
    RateEffort,
    RatePain,
    ShowMistake,
    SkipRating,
    StartTimer,
    StillWanted,
    Why,
)
from bot.core.model.message import Reaction
from bot.core.screens import barrier, rating, session, test_flow


def rate_effort(context: Context, action: RateEffort) -> Reaction:
    """How hard it was."""
    return context.both(rating.rate_effort(context.known, action))


def rate_pain(context: Context, action: RatePain) -> Reaction:
    """How much it hurt."""
    return context.both(rating.rate_pain(context.series, context.known, action, context.now))


def skip(context: Context, action: SkipRating) -> Reaction:
    """No scores."""
    return context.said(rating.skip(context.series, context.known, action, context.now))


def it_hurts(context: Context, action: ItHurts) -> Reaction:
    """Stop this move."""
    return context.said(rating.it_hurts(context.series, context.known, action))


def hurts(context: Context, action: Hurts) -> Reaction:
    """How much it hurts during one exercise."""
    return context.both(rating.hurts(context.series, context.known, action, context.now))


def morning(context: Context, action: Morning) -> Reaction:
    """The morning after."""
    return context.both(rating.morning(context.series, context.known, action, context.now))


def follows(context: Context, action: Follows) -> Reaction:
    """An answer to what the plan proposes."""
    return context.both(rating.follows(context.series, context.known, action, context.now))


def barrier_answer(context: Context, action: Barrier) -> Reaction:
    """What got in the way."""
    return context.both(barrier.answer(context.series, context.known, action, context.now))


def why(context: Context, action: Why) -> Reaction:
    """Why this exercise?"""
    return context.said(session.why(context.series, context.known, action))


def mistake(context: Context, action: ShowMistake) -> Reaction:
    """The common mistake."""
    return context.said(session.mistake(context.series, context.known, action))


def timer(context: Context, action: StartTimer) -> Reaction:
    """Count down a hold in the message, then show the exercise again."""
    return session.timer(context.series, context.known, action, context.now)


def still_wanted(context: Context, action: StillWanted) -> Reaction:
    """Reminders go on; the next small thing is offered at once."""
    on = session.today(context.known, context.now)
    return context.said(session.show_day(context.series, context.known, on, context.now))


def trigger(context: Context) -> Reaction:
    """The words of a message made a safety question worth asking."""
    return context.both(test_flow.triggered(context.series, context.known, context.now))
