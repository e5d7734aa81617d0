"""A move that a person puts in themselves: it comes where it may, and no promise of the plan is broken for it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from bot.core.assessment import safety
from bot.core.model.callback_data import PutIn, SwapFor, TakeOut
from bot.core.model.series import MAIN, STRENGTH, WALK
from bot.core.model.subscriber import Adjustment, Session
from bot.core.schedule import plan as planning
from bot.core.schedule.calendar import DayType, days
from bot.core.schedule.plan import Plan, barred, days_of, plan, put_in, swaps
from bot.subscriber_codec import SubscriberCodec
from tests.conftest import the_catalog
from tests.core.people import MONDAY, instant, somebody, tap
from tests.core.population import Lived, everybody_asked, population
from tests.core.test_three_weeks import THIGH, ladder, limits_at, on_day

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

TRAINING = (DayType.STRENGTH, DayType.MOBILITY)
NOON = instant("UTC", MONDAY, "13:00")


@cache
def with_own() -> tuple[tuple[str, Lived, Plan], ...]:
    """Some days of everybody, each with another move put in: the move, the day as it came, and its plan with it."""
    return tuple(_with_own())


def _with_own() -> Iterator[tuple[str, Lived, Plan]]:
    series, luck = everybody_asked(), random.Random(7)
    for life in population():
        for each in luck.sample([day for day in life.days if day.day.type in TRAINING], 3):
            own = luck.choice([move for move in series.exercises if days_of(series, move.id) is each.day.type]).id
            change = Adjustment(planning.PUT_IN, own, "", each.person.saved_at)
            person = replace(each.person, adjustments=(*each.person.adjustments, change))
            yield own, replace(each, person=person), plan(series, person, each.day)


def test_whatever_is_put_in_no_plan_holds_what_its_person_may_not_do() -> None:
    series = everybody_asked()
    for _, each, given in with_own():
        kit = each.person.said("kit")
        has = frozenset(kit) if isinstance(kit, tuple) else frozenset()
        for item in given.items:
            exercise = series.exercise_by_id[item.exercise]
            assert item.form in safety.forms(exercise, limits_at(each))
            assert not (item.level == "harder" and exercise.lacks(has))
            assert item.form != MAIN or not exercise.lacks(has)


def test_whatever_is_put_in_the_first_place_and_the_length_stay() -> None:
    on_ladder = {rung.exercise for rung in ladder(THIGH).moves}
    least, most = everybody_asked().minutes
    for _, each, given in with_own():
        assert [(item.exercise, item.form) for item in given.items[:1]] == [
            (item.exercise, item.form) for item in each.plan.items[:1]
        ]
        assert given.minutes <= most
        assert given.easy or least <= given.minutes
        if each.day.type is DayType.STRENGTH and not given.easy:
            assert given.items[0].exercise in on_ladder


def test_what_is_put_in_comes_in_each_session_unless_something_keeps_it_out() -> None:
    series, seen = everybody_asked(), Counter[str]()
    for own, each, given in with_own():
        bar = barred(series, each.person, each.day, own)
        swapped = any((change.kind, change.exercise) == ("swap", own) for change in each.person.adjustments)
        if given.easy:
            assert given == each.plan
        elif bar is None and not swapped:
            assert given.item(own) is not None, (own, given)
        elif bar is not None and bar.rule != WALK:
            assert given.item(own) is None or each.plan.item(own) is not None
        seen[bar.rule if bar else ""] += 1
    assert set(seen) == {"", "pain", "kit", "limit", WALK}


def test_what_keeps_a_move_out_is_what_the_person_told() -> None:
    series = everybody_asked()
    for own, each, _ in with_own():
        bar = barred(series, each.person, each.day, own)
        if bar is not None and bar.rule == "limit":
            assert bar.limits
            assert set(bar.limits) <= limits_at(each)


@pytest.mark.parametrize("own", [each.id for each in the_catalog().default.exercises])
def test_somebody_with_everything_can_put_in_each_move_but_the_walk(own: str) -> None:
    series = the_catalog().default
    person = somebody(series, kit=series.choices.kit, pain=1)
    known, screen = tap(series, person, PutIn(own), NOON)
    is_walk = series.exercise_by_id[own].kind == WALK
    assert screen.values["form"] == MAIN
    assert (screen.values["browsed"]["bar"] is not None) == is_walk
    assert (put_in(series, known, days_of(series, own)) == own) != is_walk
    held = [number for number in range(1, 21) if on_day(series, known, number).item(own) is not None]
    assert is_walk or held
    if not is_walk:
        assert screen.values["browsed"]["next"] == MONDAY.replace(day=MONDAY.day + held[0] - 1)


def test_the_same_tap_twice_puts_it_in_once_and_taking_it_out_leaves_the_plan_as_it_was() -> None:
    series = the_catalog().default
    before = somebody(series, kit=series.choices.kit)
    once, _ = tap(series, before, PutIn("k6"), NOON)
    twice, _ = tap(series, once, PutIn("k6"), NOON)
    assert [each.exercise for each in twice.adjustments] == ["k6"]
    assert on_day(series, twice, 2) == on_day(series, once, 2) != on_day(series, before, 2)
    after, screen = tap(series, twice, TakeOut("k6"), NOON)
    assert after.adjustments == before.adjustments
    assert on_day(series, after, 2) == on_day(series, before, 2)
    assert screen.values["browsed"]["said"] == "taken-out"


def test_another_move_takes_the_place_of_the_one_before_it_on_the_same_kind_of_day() -> None:
    series = the_catalog().default
    person = somebody(series, kit=series.choices.kit)
    for own in ("k6", "h4", "h16"):
        person, screen = tap(series, person, PutIn(own), NOON)
    assert screen.values["browsed"]["instead_of"] == "k6"
    assert put_in(series, person, DayType.STRENGTH) == "h16"
    assert put_in(series, person, DayType.MOBILITY) == "h4"


def test_a_swap_for_it_is_taken_back_and_a_later_one_takes_its_place() -> None:
    series = the_catalog().default
    person = somebody(series, kit=series.choices.kit)
    person = replace(person, adjustments=(Adjustment("swap", "k6", "k5", person.saved_at),))
    person, _ = tap(series, person, PutIn("k6"), NOON)
    tuesday = MONDAY.replace(day=3)
    assert on_day(series, person, 2).item("k6")
    day = next(day for day in days(series, person, tuesday) if day.date == tuesday)
    to = swaps(series, person, day, "k6")[0]
    person, _ = tap(series, person, SwapFor(tuesday, "k6", to), instant("UTC", tuesday, "19:30"))
    assert put_in(series, person, DayType.STRENGTH) == to
    assert on_day(series, person, 4).item("k6") is None


def test_it_is_kept_like_any_other_change_of_the_plan() -> None:
    series = the_catalog().default
    person, _ = tap(series, somebody(series), PutIn("k6"), NOON)
    codec = SubscriberCodec("any")
    assert codec.decode(json.loads(codec.encode(person))) == person


def test_the_form_shown_is_that_of_the_next_session_not_of_one_after_a_week_away() -> None:
    series = the_catalog().default
    tuesday = MONDAY.replace(day=3)
    at = instant("UTC", tuesday, "19:30")
    done = Session(tuesday, at, finished_at=at, effort=5, pain=1, kind=STRENGTH)
    person = somebody(series, kit=series.choices.kit).with_session(done)
    known, screen = tap(series, person, PutIn("k6"), instant("UTC", MONDAY.replace(day=4), "12:00"))
    held = on_day(series, known, 4).item("k6")
    assert held is not None
    assert screen.values["form"] == held.form == MAIN
