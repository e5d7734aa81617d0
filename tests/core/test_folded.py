"""Changes of one setting to and fro are not kept for ever; the calendar never tells the difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.subscriber import Answer, Subscriber, new_subscriber
from bot.core.schedule.calendar import _settled, folded, timings

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
VALUES: dict[str, list[Any]] = {
    "zone": ["Europe/London", "Asia/Tokyo", "America/Los_Angeles"],
    "time": ["07:30", "12:30", "19:00", "23:30"],
    "days": [("0", "2", "4"), tuple("0123456"), ("6",)],
    "quiet": [("22:00", "07:00"), ("00:00", "00:00")],
    "pictures": ["moving", "still"],
    "kit": [("band",), ()],
}


def changed(known: Subscriber, question: str, value: Any, at: datetime) -> Subscriber:
    return replace(known, answers=(*known.answers, Answer(question, value, at)))


@pytest.mark.parametrize("question", ["time", "days", "quiet", "pictures"])
def test_sixty_changes_of_one_setting_in_an_hour_are_a_few_records(question: str) -> None:
    known = begin()
    for minute in range(60):
        values = VALUES[question]
        known = folded(changed(known, question, values[minute % 2], NOON + timedelta(minutes=minute / 4)))
    assert len([each for each in known.answers if each.question == question]) <= 3
    assert known.said(question) == VALUES[question][1]


def test_changes_of_different_days_are_all_kept() -> None:
    known = begin()
    for day in range(5):
        known = folded(changed(known, "time", VALUES["time"][day % 2], NOON + timedelta(days=day)))
    assert len([each for each in known.answers if each.question == "time"]) == 6


def test_a_change_that_let_a_moment_pass_is_kept() -> None:
    known = changed(begin(), "time", "12:30", NOON)  # from 19:00
    known = folded(changed(known, "time", "07:30", NOON + timedelta(hours=1)))  # 12:30 has been there
    assert [each.value for each in known.answers if each.question == "time"] == ["19:00", "12:30", "07:30"]


CHANGES = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda question: st.tuples(st.just(question), st.sampled_from(VALUES[question]), st.integers(1, 900))
    ),
    max_size=12,
)


@given(CHANGES)
def test_no_date_has_another_moment_for_it(changes: list[tuple[str, Any, int]]) -> None:
    whole = short = begin()
    at = NOON
    for question, value, minutes in changes:
        at += timedelta(minutes=minutes)
        whole = changed(whole, question, value, at)
        short = folded(changed(short, question, value, at))
    days = [NOON.date() + timedelta(days=number) for number in range(-20, 30)]
    assert [_settled(timings(short), day) for day in days] == [_settled(timings(whole), day) for day in days]
    assert [short.said(question) for question in VALUES] == [whole.said(question) for question in VALUES]


def begin() -> Subscriber:
    """Somebody who has chosen everything three days before."""
    known = new_subscriber(7, "knee-pain", "1", "", NOON - timedelta(days=3))
    for question, value in (("zone", "Europe/London"), ("time", "19:00"), ("days", tuple("0123456"))):
        known = changed(known, question, value, NOON - timedelta(days=3))
    for question in ("quiet", "pictures", "kit"):
        known = changed(known, question, VALUES[question][0], NOON - timedelta(days=3))
    return known
