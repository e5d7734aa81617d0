"""Every tap about how it went: scores, pain, the morning after, barriers, reasons, the timer."""

from __future__ import annotations

from bot.conversation.handlers.asked import Asked
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


def rate_effort(asked: Asked, action: RateEffort) -> Reaction:
    """How hard it was."""
    return asked.both(rating.rate_effort(asked.known, action))


def rate_pain(asked: Asked, action: RatePain) -> Reaction:
    """How much it hurt."""
    return asked.both(rating.rate_pain(asked.series, asked.known, action, asked.now))


def skip(asked: Asked, action: SkipRating) -> Reaction:
    """No scores."""
    return asked.said(rating.skip(asked.series, asked.known, action, asked.now))


def it_hurts(asked: Asked, action: ItHurts) -> Reaction:
    """Stop this move."""
    return asked.said(rating.it_hurts(asked.series, asked.known, action))


def hurts(asked: Asked, action: Hurts) -> Reaction:
    """How much it hurts during one exercise."""
    return asked.both(rating.hurts(asked.series, asked.known, action, asked.now))


def morning(asked: Asked, action: Morning) -> Reaction:
    """The morning after."""
    return asked.both(rating.morning(asked.series, asked.known, action, asked.now))


def follows(asked: Asked, action: Follows) -> Reaction:
    """An answer to what the plan proposes."""
    return asked.both(rating.follows(asked.series, asked.known, action, asked.now))


def barrier_answer(asked: Asked, action: Barrier) -> Reaction:
    """What got in the way."""
    return asked.both(barrier.answer(asked.series, asked.known, action, asked.now))


def why(asked: Asked, action: Why) -> Reaction:
    """Why this exercise?"""
    return asked.said(session.why(asked.series, asked.known, action))


def mistake(asked: Asked, action: ShowMistake) -> Reaction:
    """The common mistake."""
    return asked.said(session.mistake(asked.series, asked.known, action))


def timer(asked: Asked, action: StartTimer) -> Reaction:
    """Count down a hold in the message, then show the exercise again."""
    return session.timer(asked.series, asked.known, action, asked.now)


def still_wanted(asked: Asked, action: StillWanted) -> Reaction:
    """Reminders go on; the next small thing is offered at once."""
    on = session.today(asked.known, asked.now)
    return asked.said(session.show_day(asked.series, asked.known, on, asked.now))


def trigger(asked: Asked) -> Reaction:
    """The words of a message made a safety question worth asking."""
    return asked.both(test_flow.triggered(asked.series, asked.known, asked.now))
