"""The oracle's own sense of local time, at changes of the clock that everybody can look up."""

from __future__ import annotations

from datetime import date

import pytest

from tests.simulation.zones import comes_at, is_quiet


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        ("Europe/Berlin", date(2026, 7, 1), "09:00", "2026-07-01T07:00"),
        ("Europe/Berlin", date(2026, 3, 29), "02:30", "2026-03-29T01:30"),  # shown as 03:30
        ("Europe/Berlin", date(2026, 10, 25), "02:30", "2026-10-25T00:30"),  # the first of two
        ("America/Santiago", date(2026, 9, 6), "00:15", "2026-09-06T04:15"),  # the day begins at 01:00
        ("Africa/Cairo", date(2026, 4, 24), "00:15", "2026-04-23T22:15"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "02:15", "2026-10-03T15:45"),  # half an hour
        ("Asia/Beirut", date(2026, 10, 24), "23:30", "2026-10-24T20:30"),
        ("Pacific/Kiritimati", date(2026, 1, 1), "00:15", "2025-12-31T10:15"),
        ("Pacific/Niue", date(2026, 1, 1), "23:30", "2026-01-02T10:30"),
    ],
)
def test_a_local_time_comes_where_the_clock_on_the_wall_first_shows_it(
    zone: str, day: date, clock: str, expected: str
) -> None:
    at = comes_at(zone, day, clock)
    assert at is not None
    assert f"{at:%Y-%m-%dT%H:%M}" == expected


def test_a_date_that_there_is_not_has_no_instant() -> None:
    assert comes_at("Pacific/Apia", date(2011, 12, 30), "09:00") is None
    assert comes_at("Pacific/Apia", date(2011, 12, 31), "09:00") is not None


def test_quiet_hours_may_cross_midnight() -> None:
    assert is_quiet("23:00", "21:30", "07:00")
    assert is_quiet("06:59", "21:30", "07:00")
    assert not is_quiet("07:00", "21:30", "07:00")
    assert is_quiet("13:00", "12:00", "14:00")
    assert not is_quiet("13:00", "00:00", "00:00")
