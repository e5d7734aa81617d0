"""What is near hangs on what is near: weeks long over are counted and not walked, and nothing is told otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.delivery import Kind
from bot.core.model.subscriber import Answer, State, Subscriber
from bot.core.schedule.calendar import GO_ON, ONE_DAY, Day, days, timings
from bot.core.schedule.look import Look
from tests.core.changes import ZONES, Dated, applied, dated, every_change, series
from tests.core.people import MONDAY, instant, somebody
from tests.support.examples import examples

LIFE = 120
"""Days from day 1 to well after the end of the weeks after the re-test."""


def going_on(person: Subscriber, day: int, number: int = 2) -> Subscriber:
    """Who said in the evening of that day after day 1 on how many days a week they go on."""
    assert person.enrollment.day_one is not None
    at = instant("UTC", person.enrollment.day_one + day * ONE_DAY, "21:00")
    return replace(person, answers=(*person.answers, Answer(GO_ON, number, at)))


def is_sent_on(day: Day) -> bool:
    return day.step is not None and day.step.kind is not Kind.REMINDER


@given(
    st.sampled_from(ZONES),
    st.sets(st.sampled_from("0123456"), min_size=1),
    dated(every_change, days=LIFE),
    st.lists(st.tuples(st.integers(20, LIFE), st.sampled_from([0, 2, 3])), max_size=2),
    st.integers(0, LIFE),
    st.integers(0, 30),
)
@examples(120)
def test_asked_for_what_is_near_the_schedule_says_the_same_of_it(
    zone: str, chosen: set[str], changes: Dated, choices: list[tuple[int, int]], since: int, more: int
) -> None:
    person = somebody(series(), zone=zone, days="".join(sorted(chosen)))
    for _, after in applied(person, person.enrollment.states[-1].at, changes):
        person = after
    for day, number in sorted([(20, 2), *choices]):
        person = going_on(person, day, number)
    from_on = MONDAY + since * ONE_DAY
    whole = days(series(), person, from_on + more * ONE_DAY)
    near = days(series(), person, from_on + more * ONE_DAY, from_on)

    week = next((day.week for day in whole if day.date >= from_on), LIFE)
    recent = [day for day in whole if day.week >= week]
    assert [day for day in near if day.week >= week] == recent
    told = [(day.number, day.date, day.moment, day.step) for day in near]
    assert told == [each for each in ((d.number, d.date, d.moment, d.step) for d in whole) if each in told]
    assert {day.step for day in whole if is_sent_on(day)} <= {day.step for day in near}


@pytest.mark.parametrize("chosen", ["14", "024", "0123456"])
def test_a_look_in_week_twelve_walks_no_more_days_than_one_in_week_eight(chosen: str) -> None:
    person = going_on(somebody(series(), days=chosen), 22)

    def walked(day: int) -> int:
        now = instant("UTC", MONDAY + day * ONE_DAY, "12:00")
        return len(Look(series(), replace(person, saved_at=now), timings(person), now).days)

    assert walked(80) <= walked(50)
    assert max(map(walked, range(LIFE))) < 70


def test_whoever_stopped_long_ago_costs_no_walk() -> None:
    stopped = instant("UTC", MONDAY + 30 * ONE_DAY, "12:00")
    person = going_on(somebody(series()), 20).in_state(State.FINISHED, stopped)
    later = date(2036, 1, 1)
    assert len(days(series(), person, later, later - timedelta(days=7))) < 40
