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


class Verdict(StrEnum):
    """Whether a change is larger than its measure's error, and in which direction."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class PainPoint:
    """Usual pain, 0 to 10, as told at the end of a week; week 0 is the start."""

    week: int
    pain: int


@dataclass(frozen=True, slots=True)
class PainLine:
    """Does my knee hurt less? A difference under `change` is about the same as the first point."""

    points: tuple[PainPoint, ...]
    change: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing measured before and after; `words` is the path of its name.

    A difference under `error` is about the same, None where nothing can be said. `top` is the end of its scale, None
    where it has none.
    """

    words: str
    before: int
    after: int
    error: int | None
    top: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed?"""

    rows: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class DoneInWeek:
    """Strength sessions of a week beside its own target, and what else was done in it."""

    week: int
    strength: int
    target: int
    others: int


@dataclass(frozen=True, slots=True)
class SessionRows:
    """How many sessions did I do?"""

    weeks: tuple[DoneInWeek, ...]


Drawing = DayStrip | PainLine | Changes | SessionRows
"""Everything that can be drawn."""
