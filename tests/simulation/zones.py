"""When a local time comes, found by walking UTC minute by minute: the plainest way there is, and nobody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


@cache
def local_day(zone: str, day: date) -> tuple[tuple[datetime, str], ...]:
    """Every minute of a local date: the UTC instant, and what the clock on the wall shows. Empty for a date there is
    not."""
    place = ZoneInfo(zone)
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    found = []
    for _ in range(44 * 60):
        shown = instant.astimezone(place)
        if shown.date() == day:
            found.append((instant, f"{shown:%H:%M}"))
        instant += MINUTE
    return tuple(found)


@cache
def comes_at(zone: str, day: date, clock: str) -> datetime | None:
    """The instant at which a local date's clock first shows that time.

    Where the clock jumps over it, the jump's length later: as if the old time had gone on. None for a date there is
    not.
    """
    minutes = local_day(zone, day)
    if not minutes:
        return None
    for instant, shown in minutes:
        if shown == clock:
            return instant
    before = [(instant, shown) for instant, shown in minutes if shown < clock]
    # The jump may be the date's very beginning; then the minute before it belongs to the day before.
    instant, shown = before[-1] if before else (minutes[0][0] - MINUTE, "-1:59")
    return instant + MINUTE * (_minutes(clock) - _minutes(shown))


def _minutes(clock: str) -> int:
    if clock == "-1:59":
        return -1
    return int(clock[:2]) * 60 + int(clock[3:])


def shows(zone: str, instant: datetime) -> tuple[date, str]:
    """The date and the time that the person's clock shows."""
    shown = instant.astimezone(ZoneInfo(zone))
    return shown.date(), f"{shown:%H:%M}"


def is_quiet(clock: str, begins: str, ends: str) -> bool:
    """Whether a time of day lies in the quiet hours; they may cross midnight."""
    if begins == ends:
        return False
    if begins < ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends
