"""The sanity stop: which movements of the wall clock hold scheduled sending, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sending.clock_guard import Look, look

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIRST = look(None, NOON, 1000.0, NOON)


@pytest.mark.parametrize(
    ("moved", "held"),
    [
        (timedelta(seconds=15), False),
        (timedelta(hours=25), False),
        (timedelta(hours=27), True),
        (timedelta(days=400), True),
        (timedelta(hours=-27), True),
    ],
)
def test_a_jump_of_more_than_26_hours_between_two_ticks_is_held(moved: timedelta, held: bool) -> None:
    assert look(FIRST, NOON + moved, 1015.0, None).held is held


def test_the_first_look_after_any_outage_is_believed() -> None:
    assert not look(None, NOON + timedelta(days=400), 5.0, NOON).held


def test_a_clock_before_what_is_stored_is_held() -> None:
    assert look(None, datetime(1970, 1, 1, tzinfo=UTC), 5.0, NOON).held
    assert not look(None, NOON - timedelta(minutes=59), 5.0, NOON).held


def test_it_goes_on_after_ten_steady_minutes() -> None:
    seen: Look = look(FIRST, NOON + timedelta(days=3), 1015.0, None)
    for tick in range(1, 41):
        seconds = 15 * tick
        seen = look(seen, NOON + timedelta(days=3, seconds=seconds), 1015.0 + seconds, None)
        assert seen.held is (seconds < 600)


def test_another_jump_begins_the_ten_minutes_anew() -> None:
    first = look(FIRST, NOON + timedelta(days=3), 1015.0, None)
    second = look(first, NOON + timedelta(days=9), 1500.0, None)

    assert look(second, NOON + timedelta(days=9, seconds=500), 2000.0, None).held


def test_a_clock_that_stays_behind_becomes_the_truth_after_ten_minutes() -> None:
    early = NOON - timedelta(days=2)
    seen = look(None, early, 0.0, NOON)
    for tick in range(1, 41):
        seen = look(seen, early + timedelta(seconds=15 * tick), 15.0 * tick, NOON)

    assert not seen.held
