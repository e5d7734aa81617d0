"""Why a message came, or will come: what set it off, which rule, which setting, which answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.catalog.load import Catalog
from bot.core.assessment import safety
from bot.core.model.callback_data import Done, RateEffort, RatePain
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.message import OutgoingMessage
from bot.core.model.series import Series
from bot.core.model.subscriber import Later, State, Subscriber
from bot.core.schedule.calendar import reminder_key
from bot.core.schedule.due import upcoming
from bot.core.screens.why import show, unsent, why
from tests.core.people import MONDAY, asking, best, checked, having_tested, instant, possible, somebody, tap

TUESDAY = MONDAY + timedelta(days=1)
SEVEN = "19:00"


def at(day: int, clock: str = SEVEN) -> datetime:
    """The instant of a day of the series."""
    return instant("UTC", MONDAY + timedelta(days=day - 1), clock)


def sent(person: Subscriber, key: str, kind: Kind, when: datetime) -> Subscriber:
    """To whom that message went out."""
    return person.with_deliveries([Delivery(key, kind, Outcome.SENT, when, tries=1)])


def reminded(series: Series, person: Subscriber, day: int) -> OutgoingMessage:
    """Why the reminder of a day came."""
    key = reminder_key(MONDAY + timedelta(days=day - 1), 1)
    found = why(asking(series, sent(person, key, Kind.REMINDER, at(day)), at(day, "20:00")), key)
    assert found is not None
    return found


def test_a_reminder_names_the_chosen_time_the_day_and_what_made_it_so(catalog: Catalog) -> None:
    values = reminded(catalog.default, somebody(catalog.default, zone="Europe/Lisbon"), 2).values
    assert (values["kind"], values["time"], values["days"]) == ("reminder", SEVEN, [0, 1, 2, 3, 4, 5, 6])
    assert values["zone"] == "Europe/Lisbon"
    assert values["late"] is None
    day = values["day"]
    assert (day["number"], day["type"], day["before"], day["after_strength"]) == (2, "strength", [0], False)


def test_a_light_day_names_the_strength_day_before_it(catalog: Catalog) -> None:
    day = reminded(catalog.default, somebody(catalog.default), 3).values["day"]
    assert (day["type"], day["before"], day["after_strength"]) == ("mobility", [1], True)


def test_a_move_names_the_answer_that_led_to_it(catalog: Catalog) -> None:
    series = catalog.default
    test = series.test_by_id[series.first_test]
    question = test.questions[0]
    worse = next(value for value in possible(question) if question.choice(str(value)).points)  # type: ignore[union-attr]
    answers = {each.id: best(each) for each in test.questions} | {question.id: worse}
    person = having_tested(somebody(series), test, answers, at(1, "11:59"))
    reasons = [move["reason"] for move in reminded(series, person, 2).values["moves"] if move["reason"]]
    assert reasons
    assert {(reason["question"], reason["answer"]) for reason in reasons} == {(question.id, worse)}


def test_what_the_reports_made_of_a_day_is_said(catalog: Catalog) -> None:
    series = catalog.default
    person = somebody(series)
    for action in (Done(TUESDAY), RateEffort(TUESDAY, 5), RatePain(TUESDAY, 9)):
        person, _ = tap(series, person, action, at(2, "19:30"))
    values = reminded(series, person, 3).values
    assert values["upshot"] == {"follow": "flare-up", "reason": "red"}
    assert values["easy"]


def test_a_late_one_says_for_when_it_was_meant(catalog: Catalog) -> None:
    person = somebody(catalog.default)
    lesson = catalog.default.lessons[1]
    key = f"lesson:1:{lesson.id}"
    found = why(asking(catalog.default, sent(person, key, Kind.LESSON, at(9, "08:00")), at(9)), key)
    assert found is not None
    assert (found.values["at"], found.values["late"]) == (at(9, "08:00"), at(lesson.day))


def test_one_that_was_put_off_says_so(catalog: Catalog) -> None:
    person = replace(somebody(catalog.default), laters=(Later(TUESDAY, 2, at(2, "20:00")),))
    key = reminder_key(TUESDAY, 2)
    found = why(asking(catalog.default, sent(person, key, Kind.REMINDER, at(2, "20:00")), at(2, "20:01")), key)
    assert found is not None
    assert found.values["put_off"] is True


def test_whatever_is_planned_says_why_it_will_come(catalog: Catalog) -> None:
    person, now = somebody(catalog.default), at(1, "12:00")
    coming = upcoming(catalog.default, person, now)
    assert {each.kind for each in coming} >= {Kind.REMINDER, Kind.LESSON, Kind.CHECK_IN, Kind.RETEST}
    for each in coming:
        found = why(asking(catalog.default, person, now), each.key)
        assert found is not None
        assert (found.values["kind"], found.values["at"], found.values["ahead"]) == (each.kind, each.at, True)


@pytest.mark.parametrize("outcome", [Outcome.EXPIRED, Outcome.CANCELLED, Outcome.FAILED, Outcome.WAITING])
def test_what_did_not_go_out_has_no_reason_to_have_come(catalog: Catalog, outcome: Outcome) -> None:
    key = reminder_key(TUESDAY, 1)
    person = somebody(catalog.default).with_deliveries([Delivery(key, Kind.REMINDER, outcome, at(2))])
    assert why(asking(catalog.default, person, at(2, "23:00")), key) is None
    assert why(asking(catalog.default, person, at(2, "23:00")), "reminder:no-day:1") is None


def test_the_newest_message_is_the_one_that_is_asked_about(catalog: Catalog) -> None:
    person = somebody(catalog.default)
    (before,) = show(asking(catalog.default, person, at(1, "12:30"))).messages
    assert (before.values["ahead"], before.values["at"]) == (True, at(2))
    for day in (2, 3):
        person = sent(person, reminder_key(MONDAY + timedelta(days=day - 1), 1), Kind.REMINDER, at(day))
    (newest,) = show(asking(catalog.default, person, at(3, "19:05"))).messages
    assert (newest.values["ahead"], newest.values["at"]) == (False, at(3))


def test_no_move_is_named_while_a_sign_stops_the_plan(catalog: Catalog) -> None:
    series = catalog.default
    sign = next(screen for screen in series.safety if screen.tier == "stop")
    person = checked(series, somebody(series), {sign.id: safety.YES}, at(2, "19:10"))
    values = reminded(series, person, 2).values
    assert (values["moves"], values["upshot"]) == ([], None)


@pytest.mark.parametrize(
    ("outcome", "reason", "told"),
    [
        (Outcome.EXPIRED, "late", "late"),
        (Outcome.CANCELLED, "every-second-day", "every-second-day"),
        (Outcome.CANCELLED, "a reason of a later version", "other"),
        (Outcome.FAILED, "blocked", "failed"),
    ],
)
def test_what_did_not_come_is_told_with_its_reason_and_when_it_was_meant(
    catalog: Catalog, outcome: Outcome, reason: str, told: str
) -> None:
    key = reminder_key(TUESDAY, 1)
    dropped = Delivery(key, Kind.REMINDER, outcome, at(2, "23:30"), reason)
    person = somebody(catalog.default).with_deliveries([dropped])
    _, screen = show(asking(catalog.default, person, at(3, "09:00"))).messages
    assert screen.values == {"rows": [{"at": at(2), "reason": told}], "today": ""}
    assert len(show(asking(catalog.default, person, at(12))).messages) == 1


def test_what_came_with_another_message_is_not_missing(catalog: Catalog) -> None:
    rode = Delivery("check-in:1:week-1", Kind.CHECK_IN, Outcome.CANCELLED, at(8), "rides")
    person = somebody(catalog.default).with_deliveries([rode])
    assert unsent(asking(catalog.default, person, at(8, "20:00"))) == []


def test_why_nothing_comes_at_all_is_told_too(catalog: Catalog) -> None:
    series = catalog.default
    _, chosen = show(asking(series, somebody(series, days="13"), at(3))).messages
    assert chosen.values["today"] == "not-chosen"
    paused = somebody(series)
    paused = paused.in_state(State.PAUSED, at(2))
    _, resting = show(asking(series, paused, at(3))).messages
    assert resting.values["today"] == "paused"
    sign = next(screen for screen in series.safety if screen.tier == "stop")
    stopped = checked(series, somebody(series), {sign.id: safety.YES}, at(2))
    _, flagged = show(asking(series, stopped, at(3))).messages
    assert flagged.values["today"] == "flagged"
