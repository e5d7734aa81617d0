"""What safety answers take out of plans: sign by sign, form by form, also of people whose answers are older."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.load import Catalog
from bot.core.assessment import pain, safety
from bot.core.model.callback_data import CheckAgain, Reply
from bot.core.model.series import FORMS, WAYS
from bot.core.model.subscriber import Answer, Attempt, Hurt, Session, Subscriber
from bot.core.schedule.calendar import days
from bot.core.schedule.plan import plan
from bot.core.screens import questionnaire
from bot.core.screens.test_flow import HASTE
from tests.conftest import the_catalog
from tests.core.people import MONDAY, checked, having_said, somebody, tap
from tests.support.examples import examples

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def with_limits(limits: frozenset[str], **said: str) -> Subscriber:
    """Somebody who may start, and whose plan has to leave out at least these."""
    series = the_catalog().default
    answers = {}
    for screen in series.safety:
        if any(limit in limits for taken in screen.limits.values() for limit in taken):
            answers[screen.id] = safety.NOT_SURE
    person = having_said(somebody(series), said)
    person = checked(series, person, answers, person.saved_at + HOUR)
    return person.saying("may-start", "yes", person.saved_at + 2 * HOUR)


def test_each_limit_excludes_or_changes_an_exercise(catalog: Catalog) -> None:
    series = catalog.default
    for limit in series.limits:
        left = {exercise.id: safety.forms(exercise, frozenset({limit.id})) for exercise in series.exercises}
        assert any(forms != FORMS for forms in left.values()), limit.id
        assert any(forms for forms in left.values()), limit.id


def test_each_limit_comes_from_a_sign_and_each_sign_that_changes_a_plan_is_known(catalog: Catalog) -> None:
    series = catalog.default
    taken = {limit for screen in series.safety for limits in screen.limits.values() for limit in limits}
    assert taken == {limit.id for limit in series.limits}


@given(
    st.sets(st.sampled_from([limit.id for limit in the_catalog().default.limits])),
    st.sampled_from(WAYS),
    st.sampled_from(["gentle", "standard", "confident"]),
    st.sampled_from(["", pain.WORSE, pain.MUCH_WORSE]),
)
@examples(60)
def test_nothing_forbidden_is_ever_in_a_plan(wanted: set[str], way: str, lane: str, knee: str) -> None:
    series = the_catalog().default
    person = with_limits(frozenset(wanted), way=way, lane=lane)
    limits = safety.limits(series, person)
    assert wanted <= limits
    for day in days(series, person, MONDAY + 20 * DAY):
        known = person.with_session(Session(day.date, day.moment, knee=knee))
        for item in plan(series, known, day).items:
            assert item.form in safety.forms(series.exercise_by_id[item.exercise], limits)


def test_a_yes_takes_out_what_its_sign_does_and_an_unclear_one_all(catalog: Catalog) -> None:
    series = catalog.default
    for screen in series.safety:
        for sign in (*screen.signs, safety.SEVERAL) if screen.tells_apart else ():
            person = somebody(series)
            answers = {screen.id: safety.YES, screen.id + safety.WHICH: sign}
            person = checked(series, person, answers, person.saved_at + HOUR)
            everything = {limit for limits in screen.limits.values() for limit in limits}
            taken = set(screen.limits.get(sign, ())) if sign in screen.signs else everything
            assert safety.limits(series, person) == taken


# --- People whose answers are older ------------------------------------------------------------------------------


def from_before(*yes: str) -> Subscriber:
    """Somebody who went through an earlier edition, asked a professional about these, and is under way."""
    series = the_catalog().default
    person = replace(somebody(series), attempts=())
    at = person.saved_at
    old = ("emergency", "today", "injury", "knee-history", "health", "skin-and-blood", "falls")
    given = tuple(Answer(screen, safety.YES if screen in yes else safety.NO, at) for screen in old)
    person = replace(person, attempts=(Attempt(safety.TEST, at, given, at),))
    return person.saying("may-start", "yes", at + HOUR) if yes else person


def test_whoever_was_cleared_before_stays_cleared_with_the_limits_of_their_yes() -> None:
    series = the_catalog().default
    assert safety.passed(series, from_before())
    person = from_before("health")
    assert safety.passed(series, person)
    assert {"no-massage", "no-unsupported-balance"} <= safety.limits(series, person)


def test_an_earlier_edition_is_asked_anew_once_with_the_next_check_in_and_blocks_nobody() -> None:
    series = the_catalog().default
    person = from_before("health")
    now = person.saved_at + 7 * DAY
    person, number = questionnaire.start(series, person, safety.CHECK_IN, now)
    asked = {question.id for question in questionnaire.questions(series, person, person.attempts[number])}
    assert {"hurt-lately", "health", "skin-and-blood", "falls"} <= asked

    answers = {"health": safety.YES, "health-which": "bones"}
    given = tuple(Answer(id, answers.get(id, safety.NO), now) for id in (*asked, "health-which"))
    person = person.with_attempt(number, replace(person.attempts[number], answers=given, finished_at=now))
    assert safety.flagged(series, person) is None  # asked about already, and allowed
    assert safety.limits(series, person) == set(safety.screen(series, "health").limits["bones"])  # type: ignore[union-attr]  # there is one

    person, number = questionnaire.start(series, person, safety.CHECK_IN, now + 7 * DAY)
    again = {question.id for question in questionnaire.questions(series, person, person.attempts[number])}
    assert "health" not in again
    assert "hurt-lately" in again


def test_a_new_yes_at_a_check_in_of_somebody_never_asked_is_asked_about_first() -> None:
    series = the_catalog().default
    person = from_before()
    now = person.saved_at + 7 * DAY
    person, number = questionnaire.start(series, person, safety.CHECK_IN, now)
    given = (Answer("health", safety.YES, now), Answer("health-which", "bones", now))
    person = person.with_attempt(number, replace(person.attempts[number], answers=given, finished_at=now))
    found = safety.flagged(series, person)
    assert found is not None
    assert found.tier == "ask"


# --- After it hurt -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exercise", ["k1", "h11", "h7", "k9"])
def test_the_easy_session_goes_round_the_move_that_hurt(catalog: Catalog, exercise: str) -> None:
    series = catalog.default
    person = somebody(series)
    first, second = (day for day in days(series, person, MONDAY + 2 * DAY) if day.number in (2, 3))
    hurt = Session(first.date, first.moment, finished_at=first.moment, hurts=(Hurt(exercise, 8, first.moment),))
    found = plan(series, person.with_session(hurt), second)
    assert found.easy
    assert len(found.items) >= 3
    assert found.item(exercise) is None


# --- Two taps in haste -------------------------------------------------------------------------------------------


def test_a_tap_too_soon_to_have_read_the_next_safety_question_does_not_answer_it(catalog: Catalog) -> None:
    series = catalog.default
    person = somebody(series)
    now = person.saved_at + DAY
    person, shown = tap(series, person, CheckAgain(), now)
    first, second, third = (screen.id for screen in series.safety[:3])
    number = len(person.attempts) - 1

    person, shown = tap(series, person, Reply(number, first, safety.NO), now)
    soon = now + timedelta(milliseconds=200)
    person, shown = tap(series, person, Reply(number, second, safety.NO), soon)
    assert shown.values["question"] == second
    assert person.attempts[number].value(second) is None

    person, shown = tap(series, person, Reply(number, second, safety.NO), now + HASTE)
    assert shown.values["question"] == third


def test_an_answer_that_arrives_twice_makes_no_haste_of_the_next_one(catalog: Catalog) -> None:
    series = catalog.default
    person = somebody(series)
    now = person.saved_at + DAY
    person, _ = tap(series, person, CheckAgain(), now)
    first, second, third = (screen.id for screen in series.safety[:3])
    number = len(person.attempts) - 1

    person, _ = tap(series, person, Reply(number, first, safety.NO), now)
    later = now + timedelta(seconds=5)  # a new process is handed the same tap, and the next one behind it
    person, shown = tap(series, person, Reply(number, first, safety.NO), later)
    assert shown.values["question"] == second
    person, shown = tap(series, person, Reply(number, second, safety.NO), later + timedelta(milliseconds=1))
    assert shown.values["question"] == third
