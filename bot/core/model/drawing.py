"""What a picture of somebody's weeks, or of everybody's together, shows: plain values, before words and colours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Mark(StrEnum):
    """What became of a day of the series."""

    DONE = "done"
    SHORT = "short"
    LESSON = "lesson"
    MEASURED = "measured"
    TO_MEASURE = "to-measure"
    OPEN = "open"
    REST = "rest"
    AHEAD = "ahead"


class Break(StrEnum):
    """Why days do not count: the person paused or stopped, could not be written to, or had not yet chosen to go on."""

    PAUSED = "paused"
    STOPPED = "stopped"
    BLOCKED = "blocked"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One day; `number` counts from day 1. `lesson` says that it brings one, whatever else becomes of it.

    `read` says whether that lesson was read to its end. `after` says what kept the days between the one before and this
    one out of the series, where there are any.
    """

    number: int
    date: date
    mark: Mark
    lesson: bool = False
    today: bool = False
    read: bool = False
    after: Break | None = None


@dataclass(frozen=True, slots=True)
class DayStrip:
    """What did my days look like? Oldest first; its weeks are those of the calendar from the weekday of day 1 on.

    `today` is a date of its own, since it may lie in a break, on none of the days.
    """

    days: tuple[DrawnDay, ...]
    begins: date | None = None
    today: date | None = None

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


class Scale(StrEnum):
    """What the numbers of a measure are, and so which end of them is the good one."""

    PAIN = "pain"
    ACTIVITY = "activity"
    COUNT = "count"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class PainPoint:
    """Usual pain, 0 to 10, as told at the end of a week; week 0 is the start."""

    week: int
    pain: int


@dataclass(frozen=True, slots=True)
class PainLine:
    """Does my knee hurt less? A difference under `change` is about the same as the first point.

    `high` says that the newest point is so far above the first that something is to be done about it.
    """

    points: tuple[PainPoint, ...]
    change: int
    verdict: Verdict
    high: bool = False

    @property
    def compares(self) -> bool:
        """Whether there is a line: of a single answer words say all."""
        return len(self.points) > 1


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing measured before and after; `words` is the path of its name.

    A difference under `error` is about the same, None where nothing can be said.
    """

    words: str
    before: int
    after: int
    error: int | None
    scale: Scale
    verdict: Verdict
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed?"""

    rows: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class DoneInWeek:
    """Strength sessions of a week beside the aim of the whole of it, and what else was done in it.

    So many are still `to_come` in a week that is `running`. `part` are the first and the last date that count of a week
    that is not whole.
    """

    week: int
    strength: int
    target: int
    others: int
    to_come: int = 0
    running: bool = False
    part: tuple[date, date] | None = None

    @property
    def due(self) -> int:
        """How many of the aim are not still to come."""
        return max(self.target - self.to_come, 0)


@dataclass(frozen=True, slots=True)
class SessionRows:
    """How many sessions did I do?"""

    weeks: tuple[DoneInWeek, ...]

    @property
    def counts(self) -> bool:
        """Whether there is a strength session, done or aimed at: what else was done words tell alone."""
        return any(each.strength or each.target for each in self.weeks)


@dataclass(frozen=True, slots=True)
class CardRow:
    """One thing on a card; `words` is the path of its name. Numbers and their unit only where it was measured in them.

    A difference under `error` is about the same.
    """

    words: str
    verdict: Verdict
    before: int | None = None
    after: int | None = None
    error: int | None = None
    scale: Scale | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words the person chose: the path of what was offered, or what they wrote themselves."""

    path: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What did I do, what changed, what did not? To keep, and to send to somebody.

    `high` says that pain is so far above what it was that something is to be done about it.
    """

    days: tuple[DrawnDay, ...]
    sessions: int
    moment: tuple[OwnWords, ...]
    rows: tuple[CardRow, ...]
    begins: date | None = None
    high: bool = False


@dataclass(frozen=True, slots=True)
class GridMove:
    """One move in one of its forms, and its figures in order of preference."""

    exercise: str
    form: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GridDay:
    """One day of a week as planned; `moves` of what is ahead."""

    date: date
    type: str
    done: bool
    today: bool
    minutes: int = 0
    moves: tuple[GridMove, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """What is in my week?"""

    week: int
    days: tuple[GridDay, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One count; `words` is the path of its name, which may hold a `name` of its own, and `light` a pain's colour.

    It is `low` where somebody should look into it.
    """

    words: str
    part: int
    name: str = ""
    light: str = ""
    low: bool = False


@dataclass(frozen=True, slots=True)
class BarGroup:
    """Counts of one whole; `words` is the path of what it is so many of."""

    words: str
    whole: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How does it go with everybody together? Of a coach's people, and of none of them by name."""

    people: int
    groups: tuple[BarGroup, ...]


@dataclass(frozen=True, slots=True)
class LastDay:
    """One day that has been; how much its session hurt, 0 to 10, and what that counts as: green, amber, red or "".

    `after` says what kept the days between the one before and this one out of the series, where there are any.
    """

    date: date
    mark: Mark
    pain: int | None = None
    light: str = ""
    today: bool = False
    after: Break | None = None


@dataclass(frozen=True, slots=True)
class LastDays:
    """How do these days go, and how much did they hurt? Oldest first.

    Where the days since the last of them do not count up to `today`, `off` says why.
    """

    days: tuple[LastDay, ...]
    today: date | None = None
    off: Break | None = None

    @property
    def done(self) -> int:
        """On how many of these days there was a session."""
        return sum(day.mark in (Mark.DONE, Mark.SHORT) for day in self.days)

    @property
    def due(self) -> int:
        """On how many there was one, or should have been: no day of a lesson or of rest, and none still to come."""
        return sum(day.mark in (Mark.DONE, Mark.SHORT, Mark.OPEN) for day in self.days)


Drawing = DayStrip | PainLine | Changes | SessionRows | Card | WeekGrid | Counts | LastDays
"""Everything that can be drawn."""
