"""The sanity stop: which movements of the wall clock hold scheduled sending, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sending.clock_guard import ClockGuard

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def guard() -> ClockGuard:
    """One that has looked at noon, when the monotonic clock stood at 1000 seconds."""
    guard = ClockGuard()
    assert not guard.look(NOON, 1000.0, NOON)
    return guard


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
def test_a_jump_of_more_than_26_hours_between_two_ticks_is_held(
    guard: ClockGuard, moved: timedelta, held: bool
) -> None:
    assert bool(guard.look(NOON + moved, 1015.0, None)) is held


def test_the_first_look_after_any_outage_is_believed() -> None:
    assert not ClockGuard().look(NOON + timedelta(days=400), 5.0, NOON)


def test_a_clock_before_what_is_stored_is_held() -> None:
    assert ClockGuard().look(datetime(1970, 1, 1, tzinfo=UTC), 5.0, NOON)
    assert not ClockGuard().look(NOON - timedelta(minutes=59), 5.0, NOON)


def test_it_goes_on_after_ten_steady_minutes(guard: ClockGuard) -> None:
    assert guard.look(NOON + timedelta(days=3), 1015.0, None) == "the clock jumped"
    for seconds in range(15, 16 * 60, 15):
        reason = guard.look(NOON + timedelta(days=3, seconds=seconds), 1015.0 + seconds, None)
        assert reason == ("the clock jumped" if seconds < 600 else "")


def test_another_jump_begins_the_ten_minutes_anew(guard: ClockGuard) -> None:
    assert guard.look(NOON + timedelta(days=3), 1015.0, None)
    assert guard.look(NOON + timedelta(days=9), 1500.0, None)
    assert guard.look(NOON + timedelta(days=9, seconds=500), 2000.0, None)


def test_a_clock_that_stays_behind_becomes_the_truth_after_ten_minutes() -> None:
    guard, early = ClockGuard(), NOON - timedelta(days=2)
    for seconds in range(0, 20 * 60, 15):
        held = bool(guard.look(early + timedelta(seconds=seconds), float(seconds), NOON))
        assert held is (seconds < 600)


def test_a_clock_that_jumps_back_is_held_for_where_it_stands_as_well(guard: ClockGuard) -> None:
    back = NOON - timedelta(days=2)
    assert guard.look(back, 1015.0, NOON) == "the clock jumped"
    assert guard.look(back + timedelta(seconds=15), 1030.0, NOON) == "the clock stands before what is stored"


def test_an_operators_word_ends_either_hold(guard: ClockGuard) -> None:
    assert guard.look(NOON + timedelta(days=3), 1015.0, None)
    guard.believe()
    assert not guard.look(NOON + timedelta(days=3, seconds=15), 1030.0, None)

    early = NOON - timedelta(days=2)
    behind = ClockGuard()
    assert behind.look(early, 0.0, NOON)
    behind.believe()
    assert not behind.look(early + timedelta(seconds=15), 15.0, NOON)
    assert not behind.look(early + timedelta(hours=1), 3600.0, NOON)


def test_a_clock_before_what_telegram_says_is_held_for_as_long_as_it_is() -> None:
    guard, wrong = ClockGuard(), datetime(1970, 1, 1, tzinfo=UTC)
    assert not guard.look(wrong, 0.0, None)
    guard.hear(NOON)
    guard.hear(NOON - timedelta(days=3))  # an old message says nothing against a newer one
    for seconds in range(15, 3600, 15):
        assert guard.look(wrong + timedelta(seconds=seconds), float(seconds), None)
    assert guard.look(NOON, 3600.0, None) == "the clock jumped"
    assert not guard.look(NOON + timedelta(seconds=601), 4201.0, None)


def test_a_clock_a_little_before_telegrams_is_believed() -> None:
    guard = ClockGuard()
    guard.hear(NOON)
    assert not guard.look(NOON - timedelta(minutes=59), 0.0, None)


def test_an_operators_word_stands_against_telegrams_date() -> None:
    guard = ClockGuard()
    guard.hear(NOON + timedelta(days=30))
    assert guard.look(NOON, 0.0, None)
    guard.believe()
    assert not guard.look(NOON + timedelta(seconds=15), 15.0, None)


def test_an_older_message_that_telegram_hands_over_later_takes_no_witness_back(guard: ClockGuard) -> None:
    guard.hear(NOON + timedelta(hours=3))
    guard.hear(NOON - timedelta(hours=5))
    assert guard.look(NOON + timedelta(seconds=15), 1015.0, None) == "the clock stands before what Telegram says"
