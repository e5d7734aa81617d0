"""An oracle for local wishes: it reads a zone's clock at every minute of UTC and knows nothing of the schedule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)

Wished = dict[time, dict[date, datetime]]


def read_wall(zone: str, first: date, last: date, wishes: Iterable[time]) -> Wished:
    """For each wished time, the UTC instant of each local date that the zone has from `first` to `last`.

    The first minute that shows the wish on that date. A wish that is never shown lies in a gap, and comes true as
    long after the jump as it lies behind the gap's beginning. A date that is never shown is in no answer.
    Wishes are whole minutes, and the zone's offset must have no seconds in it on these dates.
    """
    info = ZoneInfo(zone)
    wanted = {wish.hour * 60 + wish.minute: wish for wish in wishes}
    found: Wished = {wish: {} for wish in wanted.values()}
    dates: set[date] = set()
    minute = datetime.combine(first - 2 * ONE_DAY, time(0), UTC)
    end = datetime.combine(last + 3 * ONE_DAY, time(0), UTC)
    before = (minute - MINUTE).astimezone(info)
    while minute < end:
        wall = minute.astimezone(info)
        if wall.day != before.day:
            dates.add(wall.date())
        if wall - before > MINUTE:  # of two instants in one zone this is the difference on the wall
            _fill_gap(found, before.replace(tzinfo=None), wall.replace(tzinfo=None), minute)
        if wish := wanted.get(wall.hour * 60 + wall.minute):
            found[wish].setdefault(wall.date(), minute)
        before = wall
        minute += MINUTE
    return {
        wish: {day: each[day] for day in sorted(each) if first <= day <= last and day in dates}
        for wish, each in found.items()
    }


def _fill_gap(found: Wished, before: datetime, after: datetime, minute: datetime) -> None:
    """Note what the wall clock jumped over: it showed `before`, and shows `after` a minute later, at `minute`."""
    for wish, instants in found.items():
        day = before.date()
        while day <= after.date():
            wanted = datetime.combine(day, wish)
            if before < wanted < after:
                instants.setdefault(day, minute + (wanted - before - MINUTE))
            day += ONE_DAY
