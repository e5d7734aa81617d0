"""A message as the schedule plans it, and what is due: what to send now, what was dropped, when to look again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core.model.delivery import Delivery, Kind
from bot.core.schedule.calendar import Step


@dataclass(frozen=True, slots=True)
class Planned:
    """One message the schedule asks for: good from `at` on, up to `until` where its kind grows old.

    `late` says that its own date has passed, `rides` names the check-in it carries, `repeat` that it may have
    arrived before.
    """

    kind: Kind
    step: str
    key: str
    at: datetime
    until: datetime | None
    date: date
    slot: int = 1
    late: bool = False
    rides: Step | None = None
    repeat: bool = False

    @property
    def content(self) -> str:
        """The piece of content it brings, as an author knows it."""
        return f"{self.kind}:{self.step}" if self.kind in (Kind.LESSON, Kind.BROADCAST) else str(self.kind)


@dataclass(frozen=True, slots=True)
class Due:
    """What to send now, records of what was dropped and why, and the next instant worth a look.

    `erase` says that the silence has lasted too long: the whole document is to go, now. Until `holds_until`, and not
    with it, another look at the same document says the same; None where nobody can tell. Once `send` has gone out, and
    nothing else has changed, the next look is worth it at `after`; None where that takes a look.
    """

    send: Planned | None = None
    records: tuple[Delivery, ...] = ()
    next_at: datetime | None = None
    erase: bool = False
    holds_until: datetime | None = None
    after: datetime | None = None

    def look_again(self, at: datetime) -> Due:
        """With one more instant worth a look."""
        return replace(self, next_at=min(at, self.next_at or at))
