"""What a person lets the coach see: nothing yet, that they are here, or their answers too."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber

COACH: Final = "coach"
"""The question whose answer is the level."""
ALONE, SEES = LEVELS = ("alone", "sees")
"""The bot alone; or the coach sees answers and may write."""
NAMES_A_COACH: Final = "+coach"


def text(series: Series, coached: bool) -> str:
    """The version of the text that is agreed to today; where there is a coach it names one."""
    return series.consent + NAMES_A_COACH if coached else series.consent


def is_current(series: Series, subscriber: Subscriber, coached: bool) -> bool:
    """Whether they agreed to the text of today. A text that names a coach holds where there is none any more."""
    return subscriber.consent.version in (text(series, coached), text(series, True))


def is_told(series: Series, subscriber: Subscriber) -> bool:
    """Whether they agreed to today's text about a coach: before that, nothing of theirs is shown to one."""
    return subscriber.consent.version == text(series, True)


def sees_answers(series: Series, subscriber: Subscriber) -> bool:
    """Whether the coach may see their answers and write to them, as last said."""
    return is_told(series, subscriber) and subscriber.said(COACH) == SEES


def named(series: Series, subscriber: Subscriber, name: str) -> Subscriber:
    """With the name a coach knows them by; of whoever has not agreed to one, none is kept."""
    kept = name if is_told(series, subscriber) else ""
    return subscriber if subscriber.name == kept else replace(subscriber, name=kept)
