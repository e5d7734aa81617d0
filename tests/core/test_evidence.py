"""A tap on a message whose fate was unknown proves that it has arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.catalog.load import Catalog
from bot.core.model.callback_data import ShowDay, ShowLesson, StartTest
from bot.core.model.delivery import EVIDENCE_WAIT, Delivery, Kind, Outcome
from bot.core.model.message import OutgoingMessage
from bot.core.model.subscriber import Attempt, Subscriber
from bot.core.schedule.due import due
from bot.core.screens import enrollment, information, questionnaire
from bot.core.screens.dispatch import COMMANDS
from tests.core.people import asking, somebody, tap

DAY_8 = datetime(2026, 3, 9, 19, tzinfo=UTC)
DAY_21 = datetime(2026, 3, 22, 19, tzinfo=UTC)
LESSON, RETEST = "lesson:1:ankles", "re-test:1"


def not_known(
    catalog: Catalog, key: str, kind: Kind, at: datetime, outcome: Outcome = Outcome.UNKNOWN, unknowns: int = 1
) -> Subscriber:
    """Somebody to whom that message went out, and nobody can tell whether it arrived."""
    record = Delivery(key, kind, outcome, at, "time-out", tries=1, unknowns=unknowns)
    person = somebody(catalog.default)
    return replace(person, deliveries={key: record})


def repeated(catalog: Catalog, person: Subscriber, at: datetime) -> bool:
    planned = due(catalog.default, person, at + EVIDENCE_WAIT).send
    return planned is not None and planned.repeat


@pytest.mark.parametrize(
    ("key", "kind", "at"), [(LESSON, Kind.LESSON, DAY_8), (RETEST, Kind.RETEST, DAY_21)], ids=["lesson", "re-test"]
)
def test_without_a_tap_it_goes_out_once_more(catalog: Catalog, key: str, kind: Kind, at: datetime) -> None:
    person = not_known(catalog, key, kind, at)

    assert repeated(catalog, person, at)


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.CLAIMED])
def test_a_lesson_that_was_leafed_through_does_not_come_again(catalog: Catalog, outcome: Outcome) -> None:
    person = not_known(catalog, LESSON, Kind.LESSON, DAY_8, outcome)
    second = catalog.default.lesson_by_id["ankles"].parts[1].id

    person, _ = tap(catalog.default, person, ShowLesson("ankles", second), DAY_8 + timedelta(minutes=5))

    assert person.deliveries[LESSON].outcome is Outcome.SENT
    assert not repeated(catalog, person, DAY_8)


def test_a_re_test_that_was_begun_does_not_come_again(catalog: Catalog) -> None:
    person = not_known(catalog, RETEST, Kind.RETEST, DAY_21)

    person, _ = tap(catalog.default, person, StartTest(questionnaire.RETEST), DAY_21 + timedelta(minutes=5))

    assert person.deliveries[RETEST].outcome is Outcome.SENT


def test_a_re_test_of_which_both_sends_are_unknown_is_offered_wherever_they_ask_until_it_is_taken(
    catalog: Catalog,
) -> None:
    person = not_known(catalog, RETEST, Kind.RETEST, DAY_21, unknowns=2)
    now = DAY_21 + timedelta(days=1)

    def is_offered(screen: OutgoingMessage) -> bool:
        return any(button.action == StartTest(questionnaire.RETEST) for row in screen.buttons for button in row)

    (screen,) = enrollment.where_you_are(asking(catalog.default, person, now)).messages
    assert is_offered(screen)
    (screen,) = information.not_understood(asking(catalog.default, person, now)).messages
    assert is_offered(screen)

    taken = replace(person, attempts=(*person.attempts, Attempt(questionnaire.RETEST, now, (), now)))
    (screen,) = enrollment.where_you_are(asking(catalog.default, taken, now)).messages
    assert not is_offered(screen)


def test_a_tap_changes_nothing_about_a_message_that_never_left(catalog: Catalog) -> None:
    expired = Delivery(LESSON, Kind.LESSON, Outcome.FAILED, DAY_8, "bad_content", tries=1)
    person = replace(somebody(catalog.default), deliveries={LESSON: expired})
    first = catalog.default.lesson_by_id["ankles"].parts[0].id

    person, _ = tap(catalog.default, person, ShowLesson("ankles", first), DAY_8 + timedelta(minutes=5))

    assert person.deliveries[LESSON] == expired


def test_a_lesson_whose_exercises_were_opened_does_not_come_again(catalog: Catalog) -> None:
    person = not_known(catalog, LESSON, Kind.LESSON, DAY_8)

    person, _ = tap(catalog.default, person, ShowDay(DAY_8.date()), DAY_8 + timedelta(minutes=5))

    assert person.deliveries[LESSON].outcome is Outcome.SENT
    assert not repeated(catalog, person, DAY_8)


@pytest.mark.parametrize("date", [DAY_8.date() - timedelta(days=1), DAY_8.date() + timedelta(days=1)])
def test_the_exercises_of_another_day_tell_nothing_about_a_lesson(catalog: Catalog, date: date) -> None:
    person = not_known(catalog, LESSON, Kind.LESSON, DAY_8)

    person, _ = tap(catalog.default, person, ShowDay(date), DAY_8 + timedelta(minutes=5))

    assert repeated(catalog, person, DAY_8)


def test_typing_today_tells_nothing_about_a_lesson(catalog: Catalog) -> None:
    person = not_known(catalog, LESSON, Kind.LESSON, DAY_8)

    reaction = COMMANDS["today"](asking(catalog.default, person, DAY_8 + timedelta(minutes=5)))

    assert reaction.subscriber is not None
    assert repeated(catalog, reaction.subscriber, DAY_8)


def test_a_lesson_whose_check_in_was_begun_does_not_come_again(catalog: Catalog) -> None:
    person = not_known(catalog, LESSON, Kind.LESSON, DAY_8)

    person, _ = tap(catalog.default, person, StartTest(questionnaire.CHECK_IN), DAY_8 + timedelta(minutes=5))

    assert person.deliveries[LESSON].outcome is Outcome.SENT
