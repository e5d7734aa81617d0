"""What is planned for a day: nothing that is not allowed, everything for a reason, and no change behind one's back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.load import Catalog
from bot.core.assessment import safety, selftest
from bot.core.model.callback_data import ShowExercise, SwapFor
from bot.core.model.series import LEVELS, WAYS, Series, Test
from bot.core.model.subscriber import Adjustment, Answer, Subscriber, Value
from bot.core.schedule.calendar import Day, DayType, days
from bot.core.schedule.plan import Plan, plan, swaps
from bot.core.screens import exercise
from tests.conftest import the_catalog
from tests.core.people import (
    EVERY_DAY,
    MONDAY,
    all_best,
    best,
    checked,
    having_said,
    having_tested,
    possible,
    somebody,
    tap,
)
from tests.support.examples import examples

ONE_DAY = timedelta(days=1)
SCORED = [(test.id, question.id) for test in the_catalog().default.tests if test.areas for question in test.questions]


def at_week(test: Test, person: Subscriber) -> datetime:
    """When a self-test is taken: in onboarding, later on its lesson's day."""
    assert person.enrollment.plan_shown_at is not None
    return person.enrollment.plan_shown_at + (test.week - 1) * 7 * ONE_DAY - timedelta(minutes=1)


def all_tested(series: Series, person: Subscriber, **other: dict[str, Value]) -> Subscriber:
    """With every self-test answered as well as can be, but for what is named: test -> question -> answer."""
    for test in series.tests:
        person = having_tested(person, test, {**all_best(test), **other.get(test.id, {})}, at_week(test, person))
    return person


def programme(series: Series, person: Subscriber) -> list[tuple[Day, Plan]]:
    """The plan of each day of the series."""
    found = days(series, person, MONDAY + (series.days - 1) * ONE_DAY)
    return [(day, plan(series, person, day)) for day in found]


@pytest.mark.parametrize(("test_id", "question_id"), SCORED)
def test_every_scored_question_can_change_the_plan_and_is_named_as_the_reason(
    catalog: Catalog, test_id: str, question_id: str
) -> None:
    series = catalog.default
    question = series.test_by_id[test_id].question(question_id)
    assert question
    person = somebody(series)
    before = programme(series, all_tested(series, person))
    telling = []
    for value in possible(question):
        if value in (best(question), selftest.NOT_SURE):
            continue
        after = programme(series, all_tested(series, person, **{test_id: {question_id: value}}))
        reasons = {
            (item.reason.test, item.reason.question)
            for (_, was), (_, now) in zip(before, after, strict=True)
            if was.items != now.items
            for item in now.items
            if item.reason
        }
        if reasons:
            assert reasons == {(test_id, question_id)}
            telling.append(value)
    assert telling


def test_the_best_answers_name_no_reason(catalog: Catalog) -> None:
    for _, the_plan in programme(catalog.default, all_tested(catalog.default, somebody(catalog.default))):
        assert all(item.reason is None for item in the_plan.items)


# --- Anybody ----------------------------------------------------------------------------------------------------


@st.composite
def anybody(draw: st.DrawFn) -> Subscriber:
    """Any answers to everything, with levels and swaps that a person may have tapped."""
    series = the_catalog().default
    choices = series.choices
    said: dict[str, Value] = {
        "age": draw(st.sampled_from(["skip", *(band.id for band in choices.ages)])),
        "pain": draw(st.sampled_from(["skip", *range(11)])),
        "kit": draw(
            st.one_of(st.just("skip"), st.sets(st.sampled_from(choices.kit)).map(lambda kit: tuple(sorted(kit))))
        ),
    }
    if (lane := draw(st.sampled_from(["", *(lane.id for lane in series.lanes)]))) != "":
        said["lane"] = lane
    chosen = "".join(sorted(draw(st.sets(st.sampled_from(EVERY_DAY), min_size=1))))
    person = having_said(somebody(series, days=chosen), said)
    limiting = {screen.id: screen for screen in series.safety if screen.limits}
    yes = dict.fromkeys(draw(st.sets(st.sampled_from(list(limiting)))), safety.YES)
    yes |= {f"{id}-which": draw(st.sampled_from([*screen.signs, safety.SEVERAL])) for id, screen in limiting.items()}
    person = checked(series, person, yes, person.saved_at)
    person = replace(person, answers=(*person.answers, Answer("way", draw(st.sampled_from(WAYS)), person.saved_at)))
    for test in draw(st.sets(st.sampled_from([test.id for test in series.tests]))):
        asked = series.test_by_id[test].questions
        answers = {question.id: draw(st.sampled_from(possible(question))) for question in asked}
        person = having_tested(person, series.test_by_id[test], answers, at_week(series.test_by_id[test], person))
    ids = st.sampled_from([exercise.id for exercise in series.exercises])
    change = st.one_of(
        st.builds(Adjustment, st.just("level"), ids, st.sampled_from(LEVELS), st.just(person.saved_at)),
        st.builds(Adjustment, st.just("swap"), ids, ids, st.just(person.saved_at)),
    )
    return replace(person, adjustments=tuple(draw(st.lists(change, max_size=3))))


def sessions(series: Series, person: Subscriber) -> Iterator[tuple[Day, Plan]]:
    """The days with something to do."""
    return ((day, the_plan) for day, the_plan in programme(series, person) if the_plan.items)


@given(anybody())
@examples(40)
def test_no_plan_holds_what_the_person_may_not_or_cannot_do(person: Subscriber) -> None:
    series = the_catalog().default
    limits = safety.limits(series, person)
    pain, kit = person.said("pain"), person.said("kit")
    for _, the_plan in sessions(series, person):
        for item in the_plan.items:
            exercise = series.exercise_by_id[item.exercise]
            assert item.form in safety.forms(exercise, limits)
            assert exercise.pain_max is None or not isinstance(pain, int) or pain <= exercise.pain_max
            lacks = exercise.lacks(frozenset(kit) if isinstance(kit, tuple) else frozenset())
            assert exercise.kind != "massage" or not lacks
            assert item.form != "main" or not lacks
            assert item.sets >= 1
            assert item.minutes >= 1


@given(anybody())
@examples(40)
def test_a_plan_fits_into_its_minutes_and_names_no_exercise_twice(person: Subscriber) -> None:
    series = the_catalog().default
    for day, the_plan in programme(series, person):
        assert the_plan.minutes <= series.minutes[1]
        names = [item.exercise for item in the_plan.items]
        assert len(set(names)) == len(names)
        reasons = [item.reason for item in the_plan.items if item.reason is not None]
        assert len(set(reasons)) == len(reasons)
        busy = day.type in (DayType.LEARN, DayType.STRENGTH, DayType.MOBILITY)
        assert bool(names) is busy or (not busy and all(item.reason for item in the_plan.items)), day
        assert len(the_plan.short().items) <= 1


@given(anybody())
@examples(15)
def test_the_same_answers_give_the_same_plan(person: Subscriber) -> None:
    series = the_catalog().default
    assert programme(series, person) == programme(series, replace(person))


@given(anybody(), st.integers(2, 20), st.integers(0, 23 * 60), st.data())
@examples(30)
def test_answers_of_a_day_leave_its_own_plan_and_those_before_alone(
    person: Subscriber, number: int, minute: int, data: st.DataObject
) -> None:
    series = the_catalog().default
    now = datetime.combine(MONDAY, datetime.min.time(), person.saved_at.tzinfo) + (number - 1) * ONE_DAY
    now += timedelta(minutes=minute)
    test = data.draw(st.sampled_from(series.tests))
    harmless = {  # an answer that limits the plan for safety counts at once
        question.id: [value for value in possible(question) if not getattr(question.told(value, None), "limits", ())]
        for question in test.questions
    }
    answers = {id: data.draw(st.sampled_from(values)) for id, values in harmless.items()}
    after = having_tested(person, test, answers, now)
    for question, value in (("kit", tuple(series.choices.kit)), ("pain", 0), ("lane", "gentle"), ("age", "80-plus")):
        if question != "age":  # age decides which band limits, so that it counts at once too
            after = after.saying(question, value, now)
    for (day, was), (_, new) in zip(programme(series, person), programme(series, after), strict=True):
        assert day.number > number or was == new


# --- Safety, swaps and levels apply at once ---------------------------------------------------------------------


def day_of(series: Series, person: Subscriber, number: int) -> Day:
    return next(day for day in days(series, person, MONDAY + 30 * ONE_DAY) if day.number == number)


def test_a_safety_answer_takes_exercises_away_the_same_day(catalog: Catalog) -> None:
    series = catalog.default
    person = somebody(series, kit=("ball", "roller"))
    day = day_of(series, person, 5)
    assert plan(series, person, day).item("h1")
    noon = day.moment - timedelta(hours=7)
    careful = plan(series, checked(series, person, {"skin-and-blood": safety.YES}, noon), day)
    assert not any(series.exercise_by_id[item.exercise].kind == "massage" for item in careful.items)
    assert careful.item("h2")


def test_a_level_and_a_swap_apply_the_same_day_and_are_marked(catalog: Catalog) -> None:
    series = catalog.default
    person = somebody(series)
    day = day_of(series, person, 2)
    assert [item.exercise for item in plan(series, person, day).items] == ["h10", "h8", "h11", "h9", "k7"]
    to = swaps(series, person, day, "h8")[0]
    changes = (Adjustment("level", "h11", "easier", day.moment), Adjustment("swap", "h8", to, day.moment))
    told = plan(series, replace(person, adjustments=changes), day).items
    assert [(item.exercise, item.level, item.changed) for item in told][:4] == [
        ("h10", "main", ""), (to, "main", "swap"), ("h11", "easier", "level"), ("h9", "main", ""),
    ]  # fmt: skip


@given(anybody(), st.integers(2, 20))
@examples(30)
def test_what_is_offered_instead_may_be_done_and_is_not_there_yet(person: Subscriber, number: int) -> None:
    series = the_catalog().default
    day = day_of(series, person, number)
    the_plan = plan(series, person, day)
    for item in the_plan.items:
        for other in swaps(series, person, day, item.exercise):
            assert the_plan.item(other) is None
            assert series.exercise_by_id[other].kind == series.exercise_by_id[item.exercise].kind
            swapped, _ = tap(series, person, SwapFor(day.date, item.exercise, other), day.moment)
            new = plan(series, swapped, day)
            assert new.item(other) is not None
            assert new.item(item.exercise) is None


def test_a_swap_can_be_taken_back_and_made_again_as_often_as_one_likes(catalog: Catalog) -> None:
    series = catalog.default
    person = somebody(series)
    day = day_of(series, person, 2)
    other = swaps(series, person, day, "h8")[0]
    for old, new in (("h8", other), (other, "h8")) * 3:
        person, screen = tap(series, person, SwapFor(day.date, old, new), day.moment)
        assert screen.values["exercise"] == new
        assert plan(series, person, day).item(old) is None


def test_the_lanes_differ_on_every_day_of_strength(catalog: Catalog) -> None:
    series = catalog.default
    for kit in ("skip", tuple(series.choices.kit)):
        lanes = (programme(series, somebody(series, lane=lane.id, kit=kit)) for lane in series.lanes)
        for days_of_lanes in zip(*lanes, strict=True):
            if days_of_lanes[0][0].type is DayType.STRENGTH:
                assert len({the_plan.items for _, the_plan in days_of_lanes}) == len(series.lanes)


@pytest.mark.parametrize(("pain", "exercise"), [(3, "h16"), (4, "h9"), ("skip", "h16")])
def test_more_pain_than_an_exercise_allows_brings_the_next_one_for_its_place(
    catalog: Catalog, pain: Value, exercise: str
) -> None:
    person = having_said(somebody(catalog.default, lane="standard"), {"pain": pain})
    items = plan(catalog.default, person, day_of(catalog.default, person, 6)).items
    assert items[3].exercise == exercise


@pytest.mark.parametrize("way", ["any", "kneel-free", "seated"])
def test_easier_and_harder_are_offered_only_where_they_change_the_words(catalog: Catalog, way: str) -> None:
    person = somebody(catalog.default, way=way)
    seen = {True: 0, False: 0}
    for day, today in programme(catalog.default, person):
        now = datetime.combine(day.date, time(12), UTC)
        for item in today.items:
            action = ShowExercise(day.date, item.exercise)
            _, screen = tap(catalog.default, person, action, now)
            around = exercise.around(catalog.default, person, day, item.exercise)
            labels = {button.label for row in (screen.behind, *around) for button in row}
            offered = any(label.startswith("labels.level-") for label in labels)
            assert offered is (item.form not in ("seated", "kneel_free"))
            seen[offered] += 1
    assert bool(seen[True]) is (way != "seated")
    assert bool(seen[False]) is (way != "any")
