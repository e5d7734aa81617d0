"""A change never rewrites the past: what a day was stays, whatever the person changes afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import Day, DayType, days, timings
from tests.core.changes import ZONES, Dated, GoesOn, Pauses, Resumes, Says, applied, dated, every_change, onward, series
from tests.core.people import MONDAY, instant, somebody
from tests.support.examples import examples

ONE_DAY = timedelta(days=1)


def told(person: Subscriber, now: datetime, ahead: int = 14) -> tuple[Day, ...]:
    """The schedule up to some days after today."""
    return days(series(), person, timings(person)[-1].local(now).date() + ahead * ONE_DAY)


def past(found: tuple[Day, ...], now: datetime) -> list[tuple[object, ...]]:
    """What the days before an instant are, without the quiet hours, which may change at any time."""
    return [
        (day.number, day.date, day.moment, day.type, day.nth, day.step, day.rides, day.cadence)
        for day in found
        if day.moment < now
    ]


def may_pass(before: Subscriber, after: Subscriber, at: datetime) -> int:
    """How many days a change may put into the past: a time moved back on the very day that day, and no other.

    A clock that leaps over more than a day, from Niue to Kiritimati by 25 hours, leaps over one day's moment as well.
    """
    old, new = (timings(each)[-1].local(at).replace(tzinfo=None) for each in (before, after))
    return 2 if new - old > ONE_DAY else 1


@given(st.sampled_from(ZONES), dated(every_change))
@example("Pacific/Niue", [(1815, Says("zone", ("Pacific/Kiritimati",)))])
@example("UTC", [(60 * 24 * 5, Pauses(3)), (60 * 24 * 6, Resumes()), (60 * 24 * 6 + 15, Says("time", ("07:00",)))])
@example("Pacific/Kiritimati", [(60 * 24 * 5, Says("zone", ("Pacific/Niue",)))])
@examples(100)
def test_a_change_leaves_the_days_before_it_as_they_were(zone: str, changes: Dated) -> None:
    person = somebody(series(), zone=zone)
    shown = person.enrollment.states[-1].at
    for at, after in applied(person, shown, changes):
        before, now = past(told(person, at), at), past(told(after, at), at)
        assert now[: len(before)] == before
        assert len(now) <= len(before) + may_pass(person, after, at)
        person = after


@given(st.sampled_from(ZONES), dated(st.one_of(every_change, onward), most=12, days=100))
@examples(60)
def test_nor_does_one_in_the_weeks_after_the_re_test(zone: str, changes: Dated) -> None:
    person = somebody(series(), zone=zone)
    begun: Dated = [(60 * 24 * 21, GoesOn(2))]
    for at, after in applied(person, person.enrollment.states[-1].at, sorted([*begun, *changes], key=lambda c: c[0])):
        before, now = past(told(person, at), at), past(told(after, at), at)
        assert now[: len(before)] == before
        assert len(now) <= len(before) + may_pass(person, after, at)
        person = after


@given(st.sampled_from(ZONES), dated(every_change), st.integers(0, 20), st.integers(0, 20))
@examples(60)
def test_a_longer_look_ahead_says_the_same_of_the_earlier_days(
    zone: str, changes: Dated, fewer: int, more: int
) -> None:
    person = somebody(series(), zone=zone)
    for at, after in applied(person, person.enrollment.states[-1].at, changes):
        short, long = told(after, at, min(fewer, more)), told(after, at, max(fewer, more))
        assert long[: len(short)] == short


@given(st.sampled_from(ZONES), dated(every_change))
@examples(60)
def test_series_days_count_on_without_a_gap_each_date_once(zone: str, changes: Dated) -> None:
    person = somebody(series(), zone=zone)
    for at, after in applied(person, person.enrollment.states[-1].at, changes):
        found = told(after, at)
        assert [day.number for day in found] == list(range(1, len(found) + 1))
        assert all(one.date < later.date for one, later in pairwise(found))


def test_a_date_that_did_not_exist_stays_uncounted_after_a_move_to_where_it_did() -> None:
    person = somebody(series(), date(2011, 12, 26), zone="Pacific/Apia")
    later = instant("Pacific/Apia", date(2012, 1, 2), "12:00")
    moved = Says("zone", ("Pacific/Auckland",))(person, later)
    assert past(told(moved, later), later) == past(told(person, later), later)
    assert date(2011, 12, 30) not in {day.date for day in told(moved, later)}


def test_a_missing_date_drops_its_reminder_and_moves_its_lesson() -> None:
    person = somebody(series(), date(2011, 12, 23), zone="Pacific/Apia")
    found = {day.date: day for day in days(series(), person, date(2012, 1, 5))}
    assert date(2011, 12, 30) not in found
    lesson = found[date(2011, 12, 31)]
    assert (lesson.number, lesson.type) == (8, DayType.LEARN)
    assert lesson.step
    assert lesson.step.id == "ankles"


def test_a_pause_freezes_the_series() -> None:
    person = somebody(series())
    begun = instant("UTC", MONDAY + 3 * ONE_DAY, "10:00")
    paused = Pauses(0)(person, begun)
    back = Resumes()(paused, begun + 10 * ONE_DAY)
    numbers = {day.date: day.number for day in days(series(), back, MONDAY + 30 * ONE_DAY)}
    assert numbers[MONDAY + 2 * ONE_DAY] == 3
    assert not any(MONDAY + n * ONE_DAY in numbers for n in range(3, 13))
    assert numbers[MONDAY + 13 * ONE_DAY] == 4


def test_a_dated_pause_ends_by_itself_on_its_date() -> None:
    person = somebody(series())
    paused = Pauses(3)(person, instant("UTC", MONDAY + 3 * ONE_DAY, "10:00"))
    numbers = {day.date: day.number for day in days(series(), paused, MONDAY + 30 * ONE_DAY)}
    assert [n for n in range(3, 8) if MONDAY + n * ONE_DAY in numbers] == [6, 7]
    assert numbers[MONDAY + 6 * ONE_DAY] == 4


def test_a_stop_and_its_undo_cost_only_the_days_between() -> None:
    person = somebody(series())
    stopped = person.in_state(State.STOPPED, instant("UTC", MONDAY + 3 * ONE_DAY, "20:00"))
    back = stopped.in_state(State.RUNNING, instant("UTC", MONDAY + 5 * ONE_DAY, "18:00"))
    numbers = {day.date: day.number for day in days(series(), back, MONDAY + 9 * ONE_DAY)}
    assert numbers[MONDAY + 3 * ONE_DAY] == 4
    assert MONDAY + 4 * ONE_DAY not in numbers
    assert numbers[MONDAY + 5 * ONE_DAY] == 5


def test_a_change_of_quiet_hours_alone_moves_nothing() -> None:
    person = somebody(series())
    at = instant("UTC", MONDAY + 3 * ONE_DAY, "20:00")
    changed = Says("quiet", ("22:30", "08:00"))(person, at)
    assert timings(changed)[-1].quiet_from.isoformat("minutes") == "22:30"
    assert (
        replace(
            timings(changed)[-1], quiet_from=timings(person)[-1].quiet_from, quiet_until=timings(person)[-1].quiet_until
        )
        == (timings(person)[-1])
    )


def test_day_one_counts_even_when_its_chosen_time_has_passed() -> None:
    person = somebody(series(), at="07:30")
    found = days(series(), person, MONDAY + ONE_DAY)
    assert [(day.number, day.date) for day in found] == [(1, MONDAY), (2, MONDAY + ONE_DAY)]
    assert found[1].moment == datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
