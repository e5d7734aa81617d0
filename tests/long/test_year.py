"""A sample of the year in every time zone: telling zones over the days around their changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.long.year import live

TELLING = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/Dublin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Chatham", date(2027, 4, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("America/Havana", date(2026, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
]
DAYS_BEFORE = [1, 7]
"""Of day 1: the change falls on a day of reminders, then on the day of the second lesson."""


@pytest.mark.parametrize("before", DAYS_BEFORE)
@pytest.mark.parametrize(("zone", "day"), TELLING)
def test_around_its_change_every_date_of_a_zone_has_one_message_at_its_instant(
    zone: str, day: date, before: int
) -> None:
    lived = live(zone, day - timedelta(days=before - 1), day + timedelta(days=9))

    assert lived.messages >= 3 * 9
    assert lived.wrong == ()
