"""A coach's digest: at an hour of their own, on the days they chose, once on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.core.model.callback_data import SetDigest, ShowDesk
from bot.core.model.message import Button, OutgoingMessage, Row, rows
from bot.core.schedule.calendar import Timing, clock_time

HOURS: Final = ("07:00", "08:00", "09:00", "12:00", "17:00", "19:00")
WORKING_DAYS: Final = ("0", "1", "2", "3", "4")
EVERY_DAY: Final = tuple("0123456")
GRACE: Final = timedelta(hours=3)
"""So long after its hour a digest is still good; later the next day's comes."""
NOWHERE: Final = "Etc/UTC"


@dataclass(frozen=True, slots=True)
class Digest:
    """What a coach chose: HH:MM on their clock, weekdays from 0 (Monday), their zone; and the date told of last."""

    clock: str
    days: tuple[str, ...]
    zone: str
    told: date | None = None

    @property
    def record(self) -> dict[str, Any]:
        """As the bot's own document holds it."""
        told = self.told.isoformat() if self.told else ""
        return {"clock": self.clock, "days": list(self.days), "zone": self.zone, "told": told}

    def is_due(self, now: datetime) -> bool:
        """Whether today's is to be told now."""
        at = self._today(now)
        return at is not None and at <= now < at + GRACE

    def next_at(self, now: datetime) -> datetime | None:
        """When the next one is to be told; None when none ever is."""
        timing = self._timing(now)
        first = timing.local(now).date()
        for ahead in range(9):
            day = first + timedelta(days=ahead)
            at = timing.moment(day)
            if day.weekday() in timing.days and at is not None and at > now:
                return at
        return None

    def date(self, now: datetime) -> date:
        """Which day it is where the coach is."""
        return self._timing(now).local(now).date()

    def _today(self, now: datetime) -> datetime | None:
        timing, today = self._timing(now), self.date(now)
        if today.weekday() not in timing.days or today == self.told:
            return None
        return timing.moment(today)

    def _timing(self, now: datetime) -> Timing:
        days = frozenset(map(int, self.days))
        return Timing(now, self.zone, clock_time(self.clock), days, time(0), time(0))


def read(record: Mapping[str, Any], coach: int) -> Digest | None:
    """What that coach chose, as the bot's own document holds it; None for whoever wants none."""
    found = record.get(str(coach))
    if not isinstance(found, Mapping):
        return None
    told = date.fromisoformat(found["told"]) if found["told"] else None
    return Digest(found["clock"], tuple(found["days"]), found["zone"], told)


def with_choice(record: Mapping[str, Any], coach: int, wanted: Digest | None) -> dict[str, Any]:
    """The digests of everybody, as the bot's own document holds them, with what that coach chose."""
    others = {id: kept for id, kept in record.items() if id != str(coach)}
    return others if wanted is None else {**others, str(coach): wanted.record}


def zone_of(own: str | None, zones: Iterable[str]) -> str:
    """Where a coach is: as they told as a subscriber, else where most of their people are."""
    most = Counter(zones).most_common(1)
    return own or (most[0][0] if most else NOWHERE)


def chosen(action: SetDigest, zone: str) -> Digest | None:
    """The digest that a button stands for; None for none. Raises ValueError for one that was never offered."""
    if not action.clock:
        return None
    if action.clock not in HOURS or action.days not in (WORKING_DAYS, EVERY_DAY):
        raise ValueError(action.clock)
    return Digest(action.clock, action.days, zone)


def screen(now_chosen: Digest | None, zone: str) -> OutgoingMessage:
    """When the digest comes, and what can be chosen instead."""
    values = {
        "clock": now_chosen.clock if now_chosen else "",
        "every_day": now_chosen is not None and now_chosen.days == EVERY_DAY,
        "zone": now_chosen.zone if now_chosen else zone,
    }
    days = now_chosen.days if now_chosen else WORKING_DAYS
    clock = now_chosen.clock if now_chosen else HOURS[1]
    hours = [Button("labels.clock", SetDigest(days, each), {"clock": each}) for each in HOURS]
    which: Row = (
        Button("labels.working-days", SetDigest(WORKING_DAYS, clock)),
        Button("labels.every-day", SetDigest(EVERY_DAY, clock)),
    )
    none: Row = (Button("labels.no-digest", SetDigest()),)
    return OutgoingMessage("desk/digest", values, (*rows(hours, 3), which, none, (Button("labels.desk", ShowDesk()),)))
