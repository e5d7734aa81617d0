"""Whenever the ticks come, the same messages go out, each once, and never when the person is not to be disturbed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.core import safety
from bot.core.delivery import EVIDENCE_WAIT, Kind, Outcome
from bot.core.due import BETWEEN_REMINDERS, UNASKED, Planned, due, upcoming
from bot.core.schedule import state_at, timings
from bot.core.subscriber import State, Subscriber
from tests.core.changes import (
    CLOCKS,
    WINDOWS,
    ZONES,
    Becomes,
    Dated,
    Pauses,
    PutsOff,
    Resumes,
    Says,
    dated,
    every_change,
    series,
)
from tests.core.people import EVERY_DAY, Life, Sent, delivered, each, somebody

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
LESSONS = ["lesson:1:ankles", "lesson:1:knee", "re-test:1"]
WHOLE = timedelta(days=30)
LONGEST_GAP = 3 * 24 * 60


@st.composite
def people(draw: st.DrawFn) -> Subscriber:
    """Anybody, with a chosen time outside their quiet hours."""
    quiet = draw(st.sampled_from(WINDOWS))
    at = draw(st.sampled_from(CLOCKS))
    days = "".join(sorted(draw(st.sets(st.sampled_from(EVERY_DAY), min_size=1))))
    person = somebody(series(), zone=draw(st.sampled_from(ZONES)), at=at, days=days, quiet=quiet)
    timing = timings(person)[-1]
    assume(not timing.quiet_at(timing.at))
    return person


def shown(person: Subscriber) -> datetime:
    """When the plan was first shown."""
    assert person.enrollment.plan_shown_at is not None
    return person.enrollment.plan_shown_at


def lives(person: Subscriber, changes: Dated, **more: object) -> Life:
    return Life(series(), person, [(shown(person) + minutes * MINUTE, change) for minutes, change in changes], **more)  # type: ignore[arg-type]


def ticks(begin: datetime, gaps: list[int], end: datetime) -> Iterator[datetime]:
    """Ticks at these distances in minutes, over and over."""
    now, n = begin, 0
    while now <= end:
        now += gaps[n % len(gaps)] * MINUTE
        n += 1
        yield now


def shortest(person: Subscriber) -> int:
    """For how many minutes the shortest-lived message of the series stays good."""
    ahead = upcoming(series(), person, shown(person))
    return min(int((one.until - one.at) / MINUTE) for one in ahead if one.until is not None)


def may_be_disturbed(person: Subscriber, planned: Planned, now: datetime) -> None:
    timing = timings(person)[-1]
    assert not timing.is_quiet(now)
    assert state_at(person.enrollment, now, timing) is State.RUNNING
    assert safety.flagged(series(), person) is None
    assert planned.at <= now
    assert planned.until is None or now < planned.until
    if planned.kind is Kind.REMINDER:
        assert now - planned.at < 3 * HOUR
    if planned.kind is Kind.CHECK_IN:
        assert now - planned.at < 48 * HOUR
    if planned.kind in UNASKED and planned.slot == 1:
        today = timing.local(now).date()
        others = [
            record
            for record in person.deliveries.values()
            if record.outcome in (Outcome.SENT, Outcome.UNKNOWN) and not record.key.endswith((":2", ":3"))
        ]
        assert all(timing.local(record.at).date() != today for record in others if record.key != planned.key)
    if planned.kind is Kind.REMINDER and planned.slot == 1:
        reminders = [r for r in person.deliveries.values() if r.kind is Kind.REMINDER and r.key.endswith(":1")]
        gone = [record.at for record in reminders if record.outcome in (Outcome.SENT, Outcome.UNKNOWN)]
        assert all(now - at >= BETWEEN_REMINDERS for at in gone)


gaps_of_days = st.lists(st.integers(1, LONGEST_GAP), min_size=1, max_size=12)
gaps_of_hours = st.lists(st.integers(1, 170), min_size=1, max_size=8)


@given(people(), dated(every_change), st.one_of(gaps_of_days, gaps_of_hours))
@settings(max_examples=80, deadline=None)
def test_whatever_happens_a_message_goes_out_only_when_it_may_and_once(
    person: Subscriber, changes: Dated, gaps: list[int]
) -> None:
    life = lives(person, changes, on_send=may_be_disturbed)
    life.run(ticks(shown(person), gaps, shown(person) + WHOLE))
    assert max(Counter(life.keys()).values(), default=0) <= 1


@given(people(), dated(every_change), gaps_of_days)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_every_lesson_comes_in_order_once_they_are_back(
    person: Subscriber, changes: Dated, gaps: list[int]
) -> None:
    back = [(31 * 24 * 60, Resumes())]
    life = lives(person, [*changes, *back])
    life.run(ticks(shown(person), gaps, shown(person) + timedelta(days=100)))
    assert [key for key in life.keys() if key.startswith(("lesson", "re-test"))] == LESSONS


@given(people(), gaps_of_hours, gaps_of_hours)
@settings(max_examples=60, deadline=None)
def test_ticks_closer_than_the_shortest_grace_all_send_the_same(
    person: Subscriber, some: list[int], others: list[int]
) -> None:
    most = shortest(person) - 1
    one, other = (
        lives(person, []).run(ticks(shown(person), [min(gap, most) for gap in gaps], shown(person) + WHOLE))
        for gaps in (some, others)
    )
    assert one.keys() == other.keys()


@given(people(), dated(every_change), gaps_of_hours)
@settings(max_examples=80, deadline=None)
def test_a_look_only_when_the_document_asks_for_one_misses_nothing(
    person: Subscriber, changes: Dated, gaps: list[int]
) -> None:
    begin, end = shown(person), shown(person) + WHOLE
    lazy = lives(person, changes).run_by_next(begin, end)
    eager = lives(person, changes).run(sorted({*each(30 * MINUTE, begin, end), *(e.at for e in lazy.sent)}))
    assert eager.keys() == lazy.keys()
    assert [e.at for e in eager.sent] == [e.at for e in lazy.sent]
