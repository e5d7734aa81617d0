"""Whenever the ticks come, the same messages go out, each once, and never when the person is not to be disturbed."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.core.assessment import safety
from bot.core.model.delivery import UNASKED, Kind, Outcome, claim
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import state_at, timings
from bot.core.schedule.dropped import BETWEEN_REMINDERS
from bot.core.schedule.due import claimed, due, upcoming
from bot.core.schedule.planned import Planned
from bot.core.schedule.settle import settled
from tests.core.changes import (
    CLOCKS,
    WINDOWS,
    ZONES,
    Dated,
    GoesOn,
    Pauses,
    Resumes,
    dated,
    every_change,
    onward,
    series,
)
from tests.core.people import EVERY_DAY, Life, each, somebody
from tests.support.examples import examples

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
DAY = 24 * 60
LESSONS = ["lesson:1:ankles", "lesson:1:knee", "re-test:1"]
WHOLE = timedelta(days=30)
TO_THE_END = timedelta(days=110)
"""Past the last test, also for whoever hears from the bot on one day a week."""
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
    """For how many minutes the shortest-lived message of the series stays good, and on its own date.

    What goes out after midnight counts for the new date, which has a message of its own.
    """
    timing = timings(person)[-1]
    ahead = upcoming(series(), person, shown(person))
    good = [min(one.until or one.at + ONE_DAY, timing.next_local(time(0), one.at)) - one.at for one in ahead]
    return int(min(good) / MINUTE)


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


# In minutes; the last of each keeps a month of ticks from being too many.
gaps_of_days = st.lists(st.integers(1, LONGEST_GAP), max_size=8).map(lambda gaps: [*gaps, 4000])
gaps_of_hours = st.lists(st.integers(10, 170), max_size=4).map(lambda gaps: [*gaps, 170])


@given(people(), dated(every_change), st.one_of(gaps_of_days, gaps_of_hours))
@examples(12)
def test_whatever_happens_a_message_goes_out_only_when_it_may_and_once(
    person: Subscriber, changes: Dated, gaps: list[int]
) -> None:
    life = lives(person, changes, on_send=may_be_disturbed)
    life.run(ticks(shown(person), gaps, shown(person) + WHOLE))
    assert max(Counter(life.messages()).values(), default=0) <= 1


@given(people(), dated(every_change), gaps_of_days)
@examples(12)
def test_whatever_happens_every_lesson_comes_in_order_once_they_are_back(
    person: Subscriber, changes: Dated, gaps: list[int]
) -> None:
    back = [(31 * 24 * 60, Resumes())]
    life = lives(person, [*changes, *back])
    life.run(ticks(shown(person), gaps, shown(person) + timedelta(days=60)))
    life.run(each(5 * HOUR, shown(person) + timedelta(days=61), shown(person) + timedelta(days=105)))
    assert [key for key in life.messages() if key.startswith(("lesson", "re-test"))] == LESSONS


@given(people(), gaps_of_hours, gaps_of_hours)
@examples(10)
def test_ticks_closer_than_the_shortest_grace_all_send_the_same(
    person: Subscriber, some: list[int], others: list[int]
) -> None:
    most = shortest(person) - 1
    one, other = (
        lives(person, []).run(ticks(shown(person), [min(gap, most) for gap in gaps], shown(person) + WHOLE))
        for gaps in (some, others)
    )
    assert one.messages() == other.messages()


@given(people(), dated(every_change), st.integers(0, 26))
@example(
    somebody(series(), zone="UTC", at="19:00"), [(8 * DAY - 5 * 60 + 30, Pauses(3))], 8
)  # lesson 2 was held back by a silent bot, then by the pause
@example(somebody(series(), at="00:15", days="0", quiet=("13:00", "15:00")), [], 8)  # quiet in the afternoon
@examples(12)
def test_a_look_only_when_the_document_asks_for_one_misses_nothing(
    person: Subscriber, changes: Dated, silent_days: int
) -> None:
    begin, end = shown(person) + silent_days * ONE_DAY, shown(person) + WHOLE
    lazy = lives(person, changes).run_by_next(begin, end)
    eager = lives(person, changes).run(sorted({*each(45 * MINUTE, begin, end), *(one.at for one in lazy.sent)}))
    assert [(one.at, one.key) for one in eager.sent] == [(one.at, one.key) for one in lazy.sent]


@given(people(), dated(st.one_of(every_change, onward), most=4, days=100))
@examples(8)
def test_to_the_end_of_week_twelve_a_look_on_request_misses_nothing(person: Subscriber, changes: Dated) -> None:
    begin, end = shown(person) + 20 * ONE_DAY, shown(person) + TO_THE_END
    changes = sorted([(21 * DAY + 600, GoesOn(2)), *changes], key=lambda change: change[0])
    lazy = lives(person, changes, on_send=may_be_disturbed).run_by_next(begin, end)
    eager = lives(person, changes).run(sorted({*each(2 * HOUR, begin, end), *(one.at for one in lazy.sent)}))
    assert [(one.at, one.key) for one in eager.sent] == [(one.at, one.key) for one in lazy.sent]
    assert max(Counter(lazy.messages()).values(), default=0) <= 1


@given(people(), dated(every_change), st.one_of(gaps_of_days, gaps_of_hours))
@examples(8)
def test_what_a_look_says_of_the_time_after_its_message_is_what_a_look_then_says(
    person: Subscriber, changes: Dated, gaps: list[int]
) -> None:
    def settled_both_ways(known: Subscriber, planned: Planned, now: datetime) -> None:
        again = due(series(), known, now).after
        record = claim(planned.key, planned.kind, now, None)
        sent, later = record.settled(Outcome.SENT, now), now + timedelta(seconds=2)
        saved = claimed(known, record, now)
        found, looked = (
            settled(series(), saved, sent, planned.rides, later, unreachable=False, again=each)
            for each in (again, None)
        )
        assert found == looked
        told[again is not None] += 1

    told: Counter[bool] = Counter()
    lives(person, changes, on_send=settled_both_ways).run(ticks(shown(person), gaps, shown(person) + WHOLE))


@given(people(), gaps_of_days)
@examples(12)
def test_whoever_goes_on_is_asked_to_both_later_tests_and_then_left_in_peace(
    person: Subscriber, gaps: list[int]
) -> None:
    life = lives(person, [(24 * DAY, GoesOn(2))]).run(ticks(shown(person), gaps, shown(person) + TO_THE_END))
    life.run(each(5 * HOUR, shown(person) + TO_THE_END, shown(person) + TO_THE_END + timedelta(days=30)))
    assert [key for key in life.messages() if key.startswith("re-test:1:")] == ["re-test:1:week-6", "re-test:1:week-12"]
    assert life.messages()[-1] == "re-test:1:week-12"


def test_a_look_each_minute_sends_what_a_look_on_request_sends() -> None:
    """The week's turn: check-in, lesson and reminder, a first try that fails, and a lesson of unknown fate."""
    outcomes = [Outcome.WAITING, Outcome.UNKNOWN, Outcome.SENT]

    def fate(planned: Planned, tries: int) -> Outcome:
        return outcomes[min(tries, 3) - 1]

    person = somebody(series())
    begin, end = shown(person) + 6 * ONE_DAY, shown(person) + 9 * ONE_DAY
    eager = lives(person, [], fate=fate).run(each(MINUTE, begin, end))
    lazy = lives(person, [], fate=fate).run_by_next(begin, end)
    assert [(one.at, one.key) for one in eager.sent] == [(one.at, one.key) for one in lazy.sent]
    assert Counter(lazy.messages())["lesson:1:ankles"] == 3


@given(
    people(),
    dated(every_change, most=3),
    gaps_of_hours,
    st.lists(st.sampled_from([Outcome.SENT, Outcome.UNKNOWN, Outcome.WAITING, Outcome.FAILED]), min_size=1, max_size=7),
)
@examples(12)
def test_whatever_the_network_does_a_reminder_may_arrive_once_and_a_lesson_twice(
    person: Subscriber, changes: Dated, gaps: list[int], outcomes: list[Outcome]
) -> None:
    fates: dict[str, list[Outcome]] = {}

    def fate(planned: Planned, tries: int) -> Outcome:
        sent = fates.setdefault(planned.key, [])
        assert planned.repeat is (Outcome.UNKNOWN in sent)
        sent.append(outcomes[(len(fates) + tries) % len(outcomes)])
        return sent[-1]

    life = lives(person, changes, fate=fate, on_send=may_be_disturbed)
    life.run(ticks(shown(person), gaps, shown(person) + WHOLE))
    for key, ends in fates.items():
        left = [end for end in ends if end is not Outcome.WAITING]
        twice = key.startswith(("lesson", "re-test"))
        assert len(left) <= (2 if twice else 1)
        assert left[:-1] in ([], [Outcome.UNKNOWN])
        if left and life.person.deliveries[key].outcome in (Outcome.SENT, Outcome.FAILED):
            assert left[-1] is life.person.deliveries[key].outcome
