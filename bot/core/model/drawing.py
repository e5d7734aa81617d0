"""What a picture of somebody's own weeks shows: plain values, before words, colours and places on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Mark(StrEnum):
    """What became of a day of the series."""

    DONE = "done"
    SHORT = "short"
    LESSON = "lesson"
    OPEN = "open"
    REST = "rest"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One day; `number` counts from day 1. `lesson` says that it brings one, whatever else becomes of it."""

    number: int
    date: date
    mark: Mark
    lesson: bool = False
    today: bool = False


@dataclass(frozen=True, slots=True)
class DayStrip:
    """What did my days look like? Whole weeks, oldest first."""

    days: tuple[DrawnDay, ...]

    @property
    def done(self) -> int:
        """How many of these days had a session."""
        return sum(day.mark in (Mark.DONE, Mark.SHORT) for day in self.days)


Drawing = DayStrip
"""Everything that can be drawn."""
