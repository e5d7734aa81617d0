"""Which day of the series brings what: the whole table for every day chosen, and the rules for any choice of days."""

from collections import Counter
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.load import Catalog
from bot.core.model.delivery import Kind
from bot.core.schedule.calendar import Day, DayType, days
from tests.conftest import the_catalog
from tests.core.people import EVERY_DAY, MONDAY, instant, somebody
from tests.support.examples import examples

ONE_DAY = timedelta(days=1)
NOMINAL = {"ankles": 8, "knee": 15, "week-1": 7, "week-2": 14, "re-test": 21}
ALL_CHOICES = ["".join(picked) for size in range(1, 8) for picked in combinations(EVERY_DAY, size)]
STARTS = [MONDAY + n * ONE_DAY for n in range(7)]


def planned(chosen: str, start: date, until: int = 40) -> tuple[Day, ...]:
    series = the_catalog().default
    return days(series, somebody(series, start, days=chosen), start + timedelta(days=until))


def steps(found: tuple[Day, ...]) -> dict[str, Day]:
    """The day of every lesson, check-in and re-test, those that ride along included."""
    kinds = (Kind.LESSON, Kind.CHECK_IN, Kind.RETEST)
    return {step.id: day for day in found for step in (day.step, day.rides) if step and step.kind in kinds}


def test_all_seven_days_chosen_give_the_table_of_the_programme() -> None:
    types = {day.number: day.type for day in planned(EVERY_DAY, MONDAY, 20)}
    expected = dict.fromkeys(range(1, 22), DayType.MOBILITY)
    expected |= dict.fromkeys((1, 8, 15), DayType.LEARN)
    expected |= dict.fromkeys((2, 4, 6, 9, 11, 13, 16, 18, 20), DayType.STRENGTH)
    expected |= {7: DayType.REST, 14: DayType.REST, 21: DayType.RETEST}
    assert types == expected


@pytest.mark.parametrize("start", STARTS)
def test_all_seven_days_chosen_send_each_thing_on_its_very_day(start: date) -> None:
    found = planned(EVERY_DAY, start)
    assert {id: day.number for id, day in steps(found).items()} == NOMINAL
    assert found[0].step is None
    reminded = [day.number for day in found if day.step and day.step.kind is Kind.REMINDER]
    assert reminded == [n for n in range(2, 21) if n % 7 > 1]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("size", range(1, 8))
def test_whatever_days_are_chosen_each_step_goes_on_the_first_of_them_from_its_day_on(size: int, start: date) -> None:
    for chosen in (each for each in ALL_CHOICES if len(each) == size):
        found = planned(chosen, start)
        where = steps(found)
        assert where.keys() == NOMINAL.keys(), chosen
        assert all(day.chosen and day.number >= NOMINAL[id] for id, day in where.items())
        first_fitting = {
            id: next(day.number for day in found if day.number >= number and day.chosen)
            for id, number in NOMINAL.items()
        }
        # The re-test alone can meet a lesson, when one weekday is chosen: the lesson goes first, it waits a turn.
        late = {id for id, day in where.items() if day.number != first_fitting[id]}
        assert late <= {"re-test"}, chosen
        assert not late or (len(chosen) == 1 and first_fitting["re-test"] == first_fitting["knee"])
        assert where["ankles"].number < where["knee"].number < where["re-test"].number
        assert where["week-1"].number < where["week-2"].number
        # Nothing counts after it until the person has chosen to go on.
        assert [day.number for day in found] == list(range(1, where["re-test"].number + 1))


@pytest.mark.parametrize("start", STARTS)
def test_a_check_in_that_meets_a_lesson_rides_on_it(start: date) -> None:
    for chosen in ALL_CHOICES:
        for day in planned(chosen, start):
            if day.rides:
                assert day.rides.kind is Kind.CHECK_IN
                assert day.step
                assert day.step.kind is Kind.LESSON


@pytest.mark.parametrize("start", STARTS)
def test_no_choice_of_days_gives_two_strength_days_running_or_more_than_three_a_week(start: date) -> None:
    for chosen in ALL_CHOICES:
        found = planned(chosen, start)
        strength = [day for day in found if day.type is DayType.STRENGTH]
        assert all(later.date - one.date > ONE_DAY for one, later in pairwise(strength)), chosen
        assert max(Counter(day.week for day in strength).values()) <= 3
        assert all(day.chosen and day.number > 1 and day.week <= 4 for day in strength)
        for week in (1, 2, 3):
            places = [day.number % 7 for day in found if day.week == week and day.chosen]
            assert any(day.week == week for day in strength) or not set(places) & {2, 3, 4, 5, 6}


@pytest.mark.parametrize("start", STARTS)
def test_days_that_were_not_chosen_bring_no_message(start: date) -> None:
    for chosen in ALL_CHOICES:
        for day in planned(chosen, start):
            assert day.chosen or day.step is None
            assert day.chosen is (str(day.date.weekday()) in chosen)


def test_tuesday_thursday_saturday_from_a_monday() -> None:
    """Checked by hand: three days chosen, so the lessons' days count for strength too."""
    found = {day.number: day for day in planned("135", MONDAY, 27) if day.chosen}
    told = {n: (f"{day.date:%a}", day.type.value, day.step.kind.value if day.step else "") for n, day in found.items()}
    assert told == {
        2: ("Tue", "strength", "reminder"),
        4: ("Thu", "strength", "reminder"),
        6: ("Sat", "strength", "reminder"),
        9: ("Tue", "strength", "lesson"),  # day 8 is no chosen day; the check-in of day 7 rides along
        11: ("Thu", "strength", "reminder"),
        13: ("Sat", "strength", "reminder"),
        16: ("Tue", "strength", "lesson"),
        18: ("Thu", "strength", "reminder"),
        20: ("Sat", "strength", "reminder"),
        23: ("Tue", "re-test", "re-test"),
    }
    assert [day.rides.id for day in found.values() if day.rides] == ["week-1", "week-2"]


def test_tuesday_thursday_saturday_from_a_saturday() -> None:
    """Checked by hand: day 1 itself is a chosen day and sends nothing; lessons fall on Saturdays with strength."""
    found = {day.number: day for day in planned("135", date(2026, 3, 7), 21) if day.chosen}
    told = {n: (f"{day.date:%a}", day.type.value, day.step.kind.value if day.step else "") for n, day in found.items()}
    assert told == {
        1: ("Sat", "learn", ""),
        4: ("Tue", "strength", "reminder"),
        6: ("Thu", "strength", "reminder"),
        8: ("Sat", "strength", "lesson"),
        11: ("Tue", "strength", "reminder"),
        13: ("Thu", "strength", "reminder"),
        15: ("Sat", "strength", "lesson"),
        18: ("Tue", "strength", "reminder"),
        20: ("Thu", "strength", "reminder"),
        22: ("Sat", "re-test", "re-test"),
    }


@given(st.sampled_from(ALL_CHOICES), st.sampled_from(STARTS), st.integers(0, 40), st.integers(0, 40))
@examples(60)
def test_asked_for_more_days_the_schedule_says_the_same_of_the_earlier_ones(
    chosen: str, start: date, fewer: int, more: int
) -> None:
    short, long = planned(chosen, start, min(fewer, more)), planned(chosen, start, max(fewer, more))
    assert long[: len(short)] == short


@pytest.mark.parametrize("days_a_week", [2, 3])
def test_going_on_after_the_re_test_makes_the_chosen_days_strength_days(catalog: Catalog, days_a_week: int) -> None:
    chosen = {2: "14", 3: "024"}[days_a_week]
    person = somebody(catalog.default, days=chosen)
    last = person.enrollment.states[-1].at + timedelta(days=24)
    person = person.saying("go-on", days_a_week, last)
    later = [
        day for day in days(catalog.default, person, MONDAY + timedelta(days=60)) if day.number > 26 and day.chosen
    ]
    assert later
    assert {day.type for day in later} == {DayType.STRENGTH, DayType.RETEST}
    assert all(day.step for day in later if day.week < 10)


def test_going_on_every_day_never_brings_strength_two_days_running() -> None:
    series = the_catalog().default
    decided = instant("UTC", MONDAY + 20 * ONE_DAY, "20:00")
    known = somebody(series, MONDAY).saying("go-on", 3, decided)

    types = [day.type for day in days(series, known, MONDAY + 34 * ONE_DAY) if day.number > 21]

    assert types[:7] == [*[DayType.MOBILITY, DayType.STRENGTH] * 3, DayType.MOBILITY]
