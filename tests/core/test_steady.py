"""Whoever is unsteady, or of an age at which many are: what a self-test has them do, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.assessment import safety, selftest
from bot.core.model.series import EASIER, LEFT_OUT, OWN_WORDS, STRENGTH, Series
from bot.core.model.subscriber import Attempt, Session, Subscriber, Value
from bot.core.schedule.calendar import DayType, days
from bot.core.schedule.plan import Item, plan, to_keep
from bot.core.screens import checkin, questionnaire
from bot.core.screens.session import done_screen
from tests.conftest import the_catalog
from tests.core.people import MONDAY, all_best, checked, having_tested, somebody
from tests.core.population import everybody_asked, population

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

CONTENT = Path(__file__).parents[2] / "content/knee-pain/en/exercises"
SHORT = ("very-short", "short", "under-ten")
"""A balance under ten seconds, by age."""
ADULTS = tuple(band.id for band in the_catalog().default.choices.ages)


def has_to_hold_on(series: Series, person: Subscriber) -> bool:
    """By their age, by what they told of falls and the like, or by what a self-test showed so far."""
    given = {(answer.question, answer.value) for attempt in person.attempts for answer in attempt.answers}
    balance = {value for question, value in given if question in ("balance-left", "balance-right")}
    return (
        (series.choices.age(str(person.said("age"))) or 0) >= 60
        or "no-unsupported-balance" in safety.limits(series, person)
        or any(("stand-" + side, said) in given for side in ("left", "right") for said in ("wobbly", "could-not"))
        or any(value == "could-not" or (isinstance(value, int) and value < 5) for value in balance)
        or any(isinstance(value, int) and value < 10 for value in balance)
    )


def test_whoever_is_unsteady_or_old_lets_go_of_nothing_in_a_self_test_and_stands_on_no_step() -> None:
    series, seen = everybody_asked(), set[tuple[bool, str]]()
    for life in population():
        for each in life.days[::3]:
            holds = has_to_hold_on(series, each.person)
            for test in series.tests:
                person = replace(each.person, attempts=(*each.person.attempts, Attempt(test.id, each.day.moment)))
                for question in questionnaire.questions(series, person, person.attempts[-1]):
                    screen = questionnaire.question_screen(series, person, len(person.attempts) - 1, question.id)
                    assert screen is not None
                    assert not (holds and question.held == LEFT_OUT)
                    assert screen.values.get("held", False) is (holds and question.held == OWN_WORDS)
                    seen.add((holds, question.held))
    assert seen == {(True, ""), (True, OWN_WORDS), (False, ""), (False, OWN_WORDS), (False, LEFT_OUT)}


def test_all_that_is_done_on_one_leg_or_on_a_step_has_a_way_to_hold_on() -> None:
    series = the_catalog().default
    one_leg = {"stand", "raises", "balance", "step"}
    for test in series.tests:
        for question in test.questions:
            assert bool(question.held) >= (question.id.partition("-")[0] in one_leg), question.id


def words_of(item: Item) -> str:
    """What stands in a session of one form of a move."""
    text = (CONTENT / f"{item.exercise}.html.j2").read_text()
    block = "cues" if item.form == "main" else item.form
    return re.search(rf"{{% block {block} %}}(.*?){{% endblock %}}", text, re.DOTALL)[1]  # type: ignore[index]


def test_whoever_holds_on_is_given_a_firm_hold_and_no_chair_wall_or_stair_to_stand_by() -> None:
    series, seen = the_catalog().default, set[str]()
    stepping = {each.id for each in series.exercises if "one-leg" in each.asks or "step" in each.asks} | {"h4", "h13"}
    for life in population():
        for each in life.days:
            if not has_to_hold_on(everybody_asked(), each.person):
                continue
            for item in each.plan.items:
                said = words_of(item)
                assert not re.search(
                    r"foot on [^.]*(chair|stool)|hold on to a wall|hold the (back of a )?chair", said, re.I
                )
                if item.exercise in stepping and item.form not in ("seated", "main", "harder"):
                    seen.add(item.exercise)
                    assert re.search(r"counter|heavy table|rail", said), (item.exercise, item.form)
                    assert "stair" not in said or "counter" in said
    assert {"h4", "h12", "h13", "k5", "a9"} <= seen


def test_the_plan_to_keep_of_whoever_was_unsteady_holds_balance_where_it_was_done() -> None:
    series, seen = everybody_asked(), 0
    balance = {rung.exercise for rung in series.ladder_by_id["balance"].moves}
    for life in population():
        last = life.days[-1]
        if all(each.area != "balance" for each in selftest.focus_areas(series, last.person)):
            continue
        done = {name for session in last.person.sessions for name in session.done}
        past = [each.day for each in life.days[:-1]]
        kept = to_keep(series, last.person, last.day, past)
        if done & (balance - {"a8"}) and len(kept.items) > 1:
            seen += 1
            assert {item.exercise for item in kept.items} & balance
    assert seen


def test_a_balance_under_ten_seconds_comes_first_in_its_result_and_into_the_plan() -> None:
    series, seen = everybody_asked(), 0
    for life in population():
        attempt = life.days[-1].person.finished("ankles")
        if attempt is None:
            continue
        person, age = life.days[-1].person, series.choices.age(str(life.person.said("age")))
        told = {
            selftest.meaning(series.question_by_id[id][1], value, age)
            for id in ("balance-left", "balance-right")
            if (value := attempt.value(id)) is not None
        }
        if not told & set(SHORT):
            continue
        seen += 1
        assert selftest.focus_areas(series, person, test="ankles")[0].area == "balance"
        number = person.attempts.index(attempt)
        shown = questionnaire.result_values(series, person, number)
        assert shown["focus"][0]["area"] == "balance"
        assert sorted(advised(series, person, number)) == sorted(told & set(SHORT))
        for each in life.days:
            if each.day.week == 2 and each.day.type is DayType.MOBILITY and not each.plan.easy:
                swapped = {change.exercise for change in each.person.adjustments if change.kind == "swap"}
                moves = {rung.exercise for rung in series.ladder_by_id["balance"].moves}
                assert {item.exercise for item in each.plan.items} & moves or swapped & moves
    assert seen


@pytest.mark.parametrize("value", [0, 4, "could-not"])
@pytest.mark.parametrize("age", ADULTS)
def test_a_balance_under_five_seconds_or_none_means_no_balance_without_a_hold_and_a_check_against_falls(
    age: str, value: Value
) -> None:
    series = the_catalog().default
    person, test = somebody(series, age=age), series.test_by_id["ankles"]
    assert "no-unsupported-balance" not in safety.limits(series, person)
    person = having_tested(person, test, {**all_best(test), "balance-right": value}, person.saved_at)
    assert "no-unsupported-balance" in safety.limits(series, person)
    assert advised(series, person, len(person.attempts) - 1) == ["very-short"]


@pytest.mark.parametrize(
    ("age", "line"), [("18-39", 1), ("50-59", 1), ("60-69", 11), ("70-79", 10), ("80-plus", 8), ("skip", 1)]
)
def test_fewer_chair_stands_than_the_line_of_an_age_are_told_with_what_to_do(age: str, line: int) -> None:
    series = the_catalog().default
    person, test = somebody(series, age=age), series.test_by_id["chair-stand"]
    for number in range(61):
        tested = having_tested(person, test, {"hands": "crossed", "stands": number}, person.saved_at)
        assert advised(series, tested, len(tested.attempts) - 1) == ["few"] * (number < line), number
        retest = Attempt(questionnaire.RETEST, person.saved_at, tested.attempts[-1].answers, person.saved_at)
        again = replace(tested, attempts=(*tested.attempts, retest))
        shown = checkin.retest_result(series, again, len(again.attempts) - 1, person.saved_at)
        assert any(message.template == "test/advice" for message in shown) is (number < line)


def advised(series: Series, person: Subscriber, number: int) -> list[str]:
    """The bands whose advice follows that attempt."""
    found = [path for message in questionnaire.advice(series, person, number) for path in message.values["advice"]]
    return [path.rpartition(".")[2] for path in found]


def test_whoever_fell_holds_on_at_any_age() -> None:
    series = the_catalog().default
    for age in ADULTS[:3]:
        person = somebody(series, age=age)
        asked = [question.id for question in selftest.questions(series, person, series.test_by_id["knee"].questions)]
        assert "step-left" in asked
        fell = checked(series, person, {"falls": safety.YES}, person.saved_at)
        asked = [question.id for question in selftest.questions(series, fell, series.test_by_id["knee"].questions)]
        assert asked
        assert "step-left" not in asked


def test_a_balance_is_trained_for_sixty_percent_of_what_was_measured() -> None:
    series, held = the_catalog().default, 0
    person, test = somebody(series, pain=1), series.test_by_id["ankles"]
    person = having_tested(person, test, {**all_best(test), "balance-left": 20}, person.saved_at)
    for day in days(series, person, MONDAY + timedelta(days=20)):
        done = tuple(series.exercise_by_id)
        person = person.with_session(Session(day.date - timedelta(days=1), day.moment - timedelta(days=1), done=done))
        for item in plan(series, person, day).items:
            if "balance-left" in series.exercise_by_id[item.exercise].measured and item.level != EASIER:
                held += 1
                assert item.seconds
                assert item.seconds[1] <= 12
    assert held


def test_the_re_test_measures_the_sore_side_of_a_pair_and_what_can_be_compared() -> None:
    series, seen = everybody_asked(), set[str]()
    for life in population():
        person = life.days[-1].person
        sore = str(person.said("knee"))
        for test in series.tests:
            asked, attempt = questionnaire.worst_question(series, person, test.id), person.finished(test.id)
            if asked is None or attempt is None or not test.areas:
                continue
            age = series.choices.age(str(person.said("age")))
            gave = {
                question.id
                for question in test.questions
                if (value := attempt.value(question.id)) is not None and selftest.points(question, value, age)
            }
            assert asked.id in gave
            compares = {each.id for each in test.questions if each.kind == "choice" or each.change is not None}
            assert asked.id in compares or not compares & gave
            name, _, side = asked.id.rpartition("-")
            if sore in ("left", "right") and side in ("left", "right") and f"{name}-{sore}" in gave:
                seen.add(sore)
                assert side == sore
    assert seen == {"left", "right"}


def test_the_last_test_measures_the_balance_again_that_was_short_of_its_best() -> None:
    series = the_catalog().default
    test = series.test_by_id["ankles"]
    for seconds, sore, asked in (
        ((6, 9), "both", "balance-left"),
        ((6, 9), "right", "balance-right"),
        ((9, 30), "right", "balance-left"),
        (("could-not", 30), "left", ""),
        ((30, 30), "left", ""),
    ):
        person = somebody(series, age="40-49", knee=sore)
        for at in series.tests[:1]:
            person = having_tested(person, at, all_best(at), person.saved_at)
        answers = {**all_best(test), "balance-left": seconds[0], "balance-right": seconds[1], "wall-left": 2}
        person = having_tested(person, test, answers, person.saved_at)
        retest = Attempt(questionnaire.RETEST, person.saved_at)
        again = [each.id for each in questionnaire.questions(series, person, retest)]
        assert [each for each in again if each.startswith("balance")] == ([asked] if asked else [])


def test_a_self_test_holds_a_lunge_for_whoever_holds_on_and_whoever_does_not() -> None:
    """So that the last test is the first one, also of somebody who holds on by then."""
    words = the_catalog().words["knee-pain", "en"].find("selftests.hips.questions")
    for question in ("squat-feel", "squat-knees"):
        for way in ("how", "held"):
            assert re.search(r"[Ll]unge.*on each side|lunge on each side", words[question][way])


def test_nothing_harder_is_asked_on_the_day_of_a_number_to_be_careful_about() -> None:
    series = the_catalog().default
    test, evening = series.test_by_id["ankles"], datetime(2026, 3, 11, 19, tzinfo=UTC)
    done = tuple(each.id for each in series.exercises)
    for seconds, hours, asks in ((30, 1, True), (6, 1, False), (6, 25, True)):
        person = somebody(series, age="50-59")
        for at in (evening - timedelta(days=2), evening):
            rated = Session(at.date(), at, done=done, finished_at=at, effort=5, pain=1, kind=STRENGTH)
            person = person.with_session(rated)
        answers = {**all_best(test), "balance-left": seconds}
        person = having_tested(person, test, answers, evening - timedelta(hours=hours))
        screen = done_screen(series, person, evening.date(), evening + timedelta(minutes=1))
        labels = [button.label for row in screen.buttons for button in row]
        assert ("labels.harder-from-now" in labels) is asks
        assert screen.values["offer"] is asks
