"""People who are in the middle of the series, made once: around changes of the clock, on days that matter."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import GO_ON
from bot.core.schedule.due import scheduled
from tests.conftest import the_catalog
from tests.core.people import Change, Life, somebody

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Scene:
    """Where and when a run takes place."""

    begin: datetime
    zones: tuple[str, ...]


def _scene(begin: str, *zones: str) -> Scene:
    return Scene(datetime.fromisoformat(begin).replace(tzinfo=UTC), zones)


SCENES = (
    _scene("2026-03-27T20:10", "Europe/Lisbon", "Europe/Berlin", "Asia/Beirut", "Africa/Nairobi"),
    _scene("2026-10-24T03:40", "Europe/Lisbon", "Europe/Berlin", "Asia/Kolkata"),
    _scene("2026-03-07T09:20", "America/Chicago", "America/St_Johns", "America/Havana"),
    _scene("2026-04-03T11:30", "Australia/Lord_Howe", "America/Santiago", "Asia/Tokyo"),
    _scene("2026-09-04T22:00", "America/Santiago", "America/Asuncion", "Pacific/Chatham"),
    _scene("2026-05-11T05:00", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "Europe/Paris"),
    _scene("2026-12-30T18:30", "Africa/Casablanca", "Europe/London", "America/New_York"),
)
TIMES = ("00:15", "02:30", "07:30", "09:00", "12:30", "19:00", "23:30")
PLACES = (2, 5, 6, 7, 12, 13, 14, 19, 20)
"""Days of the series on which a run may find somebody."""
PLACES_ON = (21, 26, 27, 33, 40, 41, 47, 54, 55, 61, 62, 64, 69, 76, 82, 83, 84, 88, 95)
"""The same for whoever goes on after the re-test."""
DAYS_ON = ("03", "15", "26", "024", "135", "146")
CAST = 4


@cache
def cast(number: int, onward: bool = False) -> tuple[Subscriber, ...]:
    """The people of a scene, as stored at its beginning: within the three weeks, or in weeks 4 to 12."""
    return tuple(_cast(SCENES[number], random.Random(number), onward))


def _cast(scene: Scene, dice: random.Random, onward: bool) -> Iterator[Subscriber]:
    catalog = the_catalog()
    for number in range(CAST):
        zone = scene.zones[number % len(scene.zones)]
        at = dice.choice(TIMES)
        early = at < "07:00" or at > "21:30"
        quiet = ("00:00", "00:00") if early or dice.random() < 0.3 else ("21:30", "07:00")
        days = dice.choice(["0123456", "0123456", "0123456", "012456", "135", "0246"])
        today = scene.begin.astimezone(ZoneInfo(zone)).date()
        day_one = today - dice.choice(PLACES_ON if onward else PLACES) * DAY
        person = somebody(catalog.default, day_one, zone=zone, at=at, days=days, quiet=quiet)
        begun = person.enrollment.plan_shown_at or scene.begin
        heard = [begun + n * DAY + timedelta(hours=1) for n in range(100) if begun + n * DAY < scene.begin - DAY]
        changes: list[tuple[datetime, Change]] = [(at, lambda known, now: replace(known, heard_at=now)) for at in heard]
        if onward:
            soon = [each for each in DAYS_ON if str((today + DAY).weekday()) in each]
            changes.append((begun + 19 * DAY, partial(_goes_on, days=tuple(dice.choice(soon)))))
        life = Life(catalog.default, person, changes)
        known = life.run_by_next(begun, scene.begin).person
        yield scheduled(catalog.default, replace(known, id=300 + 17 * number), scene.begin)


def _goes_on(known: Subscriber, now: datetime, days: tuple[str, ...]) -> Subscriber:
    """What the button of the re-test leads to: so many days a week, and on which."""
    return known.saying("days", days, now).saying(GO_ON, len(days), now)
