"""One year of one subscriber in every time zone: each date's message at the instant the wall clock says.

    python -m tests.long.year [--zones N] [--json FILE]

Nothing is sent: the core is asked as the drain would ask it, each time at the instant it named itself. Zones whose
clocks agree all year are lived once; of each of the others every date's instant is compared with the wall.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bot.clock import SystemClock
from bot.core.model.callback_data import GoOn, Tell
from bot.core.model.delivery import Delivery, Kind, Outcome, claim
from bot.core.model.series import Series
from bot.core.model.subscriber import Attempt, Subscriber
from bot.core.schedule.calendar import timings
from bot.core.schedule.due import due
from bot.core.schedule.planned import Planned
from bot.core.screens import questionnaire
from tests.conftest import the_catalog
from tests.core.people import EVERY_DAY, NO_QUIET, somebody, tap
from tests.long.wall_reader import read_wall

ONE_DAY = timedelta(days=1)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
WISHES = (time(9), time(2, 30), time(0, 15))
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Message:
    """One message as it left."""

    at: datetime
    planned: Planned


@dataclass(frozen=True)
class Lived:
    """What came of one zone: how many messages, and each that was not right, in words."""

    zone: str
    messages: int
    wrong: tuple[str, ...]


def live(zone: str, first: date, last: date, wishes: tuple[time, ...] = WISHES) -> Lived:
    """Let one subscriber a wish live from `first` to `last`, and compare with the clock on the wall."""
    messages, wrong = 0, []
    for wish, right in read_wall(zone, first, last, wishes).items():
        sent = list(_sends(zone, wish, first, max(right.values())))
        messages += len(sent)
        wrong += [f"{zone} {wish:%H:%M} {fault}" for fault in _faults(zone, right, sent)]
    return Lived(zone, messages, tuple(wrong))


def agree(zone: str, first: date, last: date, wishes: tuple[time, ...] = WISHES) -> Lived:
    """Compare with the clock on the wall what the schedule takes for the instant of each date, without a life."""
    wrong = []
    for wish, right in read_wall(zone, first, last, wishes).items():
        person = somebody(the_catalog().default, first, zone=zone, at=wish.isoformat("minutes"), quiet=NO_QUIET)
        timing = timings(person)[-1]
        every = [first + n * ONE_DAY for n in range((last - first).days + 1)]
        came = {day: at for day in every if (at := timing.moment(day)) is not None}
        days = sorted(right.keys() | came.keys())
        wrong += [f"{zone} {wish:%H:%M} {day}" for day in days if right.get(day) != came.get(day)]
    return Lived(zone, 0, tuple(wrong))


def _clock_of(zone: str) -> tuple[timedelta | None, ...]:
    """What a zone's clock is ahead of UTC, at every quarter of an hour of the year."""
    info = ZoneInfo(zone)
    begin = datetime.combine(YEAR[0] - WEEK, time(0), UTC)
    quarters = range(4 * 24 * ((YEAR[1] - YEAR[0]).days + 14))
    return tuple((begin + n * timedelta(minutes=15)).astimezone(info).utcoffset() for n in quarters)


def _one(zone: str, lived: bool) -> Lived:
    return (live if lived else agree)(zone, *YEAR)


def _sends(zone: str, wish: time, first: date, end: datetime) -> Iterator[Message]:
    """Somebody whose plan was shown the day before `first`, who answers all they get, and goes on after the series."""
    series = the_catalog().default
    person = somebody(series, first - ONE_DAY, zone=zone, at=wish.isoformat("minutes"), quiet=NO_QUIET)
    now: datetime | None = person.enrollment.plan_shown_at
    while now is not None and now <= end:
        looked = due(series, person, now)
        person = person.with_deliveries(looked.records)
        if looked.send is not None:
            yield Message(now, looked.send)
            person = _answered(series, _delivered(person, looked.send, now), looked.send, now)
            continue
        assert looked.next_at is None or looked.next_at > now, f"{zone} stands still at {now}"
        now = looked.next_at


def _delivered(person: Subscriber, planned: Planned, now: datetime) -> Subscriber:
    records = [claim(planned.key, planned.kind, now, None).settled(Outcome.SENT, now)]
    if planned.rides:
        records.append(Delivery(planned.rides.key, planned.rides.kind, Outcome.CANCELLED, now, "rides"))
    return person.with_deliveries(records)


def _answered(series: Series, person: Subscriber, planned: Planned, now: datetime) -> Subscriber:
    """With a sign of life, so that no back-off begins; the re-test is taken and followed by going on, every day."""
    person = replace(person, heard_at=now)
    if planned.kind is not Kind.RETEST:
        return person
    person = replace(person, attempts=(*person.attempts, Attempt(questionnaire.RETEST, now, (), now)))
    person, _ = tap(series, person, GoOn(3), now)
    return tap(series, person, Tell("days", tuple(EVERY_DAY)), now)[0]


def _faults(zone: str, right: dict[date, datetime], sent: list[Message]) -> Iterator[str]:
    info = ZoneInfo(zone)
    came = {message.planned.date: message.at for message in sent}
    for day in sorted(right.keys() | came.keys()):
        if right.get(day) != came.get(day):
            yield f"{day}: wanted {right.get(day)}, came {came.get(day)}"
    shown = Counter(message.at.astimezone(info).date() for message in sent)
    yield from (f"{day}: {count} messages on one date" for day, count in shown.items() if count > 1)
    yield from (
        f"{key}: sent {count} times" for key, count in Counter(m.planned.key for m in sent).items() if count > 1
    )
    lessons = [message.at.astimezone(info).date() for message in sent if message.planned.kind is Kind.LESSON]
    yield from (f"{later}: a lesson after {later - one}" for one, later in pairwise(lessons) if later - one < WEEK)


def main() -> int:
    """Live the year in every zone, on every processor; 0 when every message was right."""
    parser = argparse.ArgumentParser(prog="python -m tests.long.year")
    parser.add_argument("--zones", type=int, help="only so many of them, spread over the alphabet")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    given = parser.parse_args()
    zones = sorted(available_timezones())
    zones = zones[:: max(1, len(zones) // given.zones)] if given.zones else zones
    clock = SystemClock()
    begun = clock.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        first_of = {clock: zone for zone, clock in reversed(list(zip(zones, pool.map(_clock_of, zones), strict=True)))}
        apart = set(first_of.values())
        lived = list(pool.map(_one, zones, [zone in apart for zone in zones]))
    wrong = [fault for each in lived for fault in each.wrong]
    figures = {
        "zones": len(lived),
        "of them lived, one of each kind of clock": len(apart),
        "times of day": len(WISHES),
        "messages": sum(each.messages for each in lived),
        "wrong": len(wrong),
        "seconds": round(clock.monotonic() - begun),
    }
    print(*wrong, figures, sep="\n")  # noqa: T201
    if given.json:
        given.json.write_text(json.dumps(figures))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
