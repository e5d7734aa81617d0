"""Weeks that have been: what was done counts wherever somebody is by now, and no clock makes them endless."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.catalog.load import Catalog
from bot.core.model.context import Context
from bot.core.model.subscriber import Attempt, Session, State, StateChange, Subscriber
from bot.core.schedule.calendar import GO_ON, days
from bot.core.schedule.due import due
from bot.core.screens import checkin, progress, session
from tests.core.people import MONDAY, instant, somebody


def having_done(person: Subscriber, zone: str, *dates: date) -> Subscriber:
    """With a finished session in the evening of each of these local dates."""
    at = [instant(zone, each, "19:30") for each in dates]
    done = [Session(each, when, finished_at=when) for each, when in zip(dates, at, strict=True)]
    return replace(person, sessions=(*person.sessions, *done))


@pytest.mark.parametrize(
    ("before", "after"),
    [("Pacific/Auckland", "America/Los_Angeles"), ("Pacific/Kiritimati", "Pacific/Pago_Pago"), ("UTC", "UTC")],
)
def test_what_was_done_before_a_flight_west_counts_after_it(catalog: Catalog, before: str, after: str) -> None:
    series = catalog.series["knee-pain"]
    dates = [MONDAY + timedelta(days=number) for number in (1, 2, 3)]
    person = having_done(somebody(series, zone=before), before, *dates)
    now = instant(before, dates[-1], "19:45")
    person = person.saying("zone", after, now)

    shown = progress.show(Context(person.id, "Ada", now, series, person)).messages[0].values

    assert shown["weeks"][0]["done"] == 3


def test_a_session_on_a_date_that_a_pause_took_out_counts(catalog: Catalog) -> None:
    series, done = catalog.series["knee-pain"], MONDAY + timedelta(days=2)
    person = having_done(somebody(series), "UTC", done)
    paused, resumed = instant("UTC", done, "10:00"), instant("UTC", done, "20:00")
    states = (
        *person.enrollment.states,
        StateChange(State.PAUSED, paused),
        StateChange(State.RUNNING, resumed),
    )
    person = replace(person, enrollments=(replace(person.enrollment, states=states),))
    assert done not in [day.date for day in days(series, person, done)]
    assert session.weeks(series, person, done)[0][1] == 1


def test_a_session_that_a_wrong_clock_dated_years_ahead_makes_no_weeks(catalog: Catalog) -> None:
    ahead = MONDAY + timedelta(days=4_000)
    person = having_done(somebody(catalog.series["knee-pain"]), "UTC", ahead)
    assert session.weeks(catalog.series["knee-pain"], person, MONDAY + timedelta(days=9)) == [
        session.Week(1, 0, 0, 3),
        session.Week(2, 0, 0, 1),
    ]


def test_a_clock_that_stands_a_lifetime_ahead_makes_no_plan_of_a_lifetime(catalog: Catalog) -> None:
    series, person = catalog.series["knee-pain"], somebody(catalog.series["knee-pain"])
    for now in (datetime(2038, 3, 2, 12, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)):
        for goes_on in (0, 2):
            known = person.saying(GO_ON, goes_on, instant("UTC", MONDAY, "20:00"))
            assert len(days(series, known, now.date())) < 100
            due(series, known, now)
            shown = progress.show(Context(person.id, "Ada", now, series, known)).messages[0].values
            assert len(shown["weeks"]) < 15


def test_the_aim_of_a_week_counts_sessions_of_strength_alone(catalog: Catalog) -> None:
    series = catalog.default
    loosening, strength, easy, older = (MONDAY + timedelta(days=number) for number in (2, 1, 3, 5))
    person = having_done(somebody(series), "UTC", loosening, strength, easy, older)
    kinds = {loosening: "mobility", strength: "strength", easy: "easy"}
    person = replace(person, sessions=tuple(replace(each, kind=kinds.get(each.date, "")) for each in person.sessions))
    found = checkin.sessions_in_week(series, person, 1, instant("UTC", older, "20:00"))

    assert (found.done, found.strength, found.target) == (4, 3, 3)
    asked = replace(person, attempts=(*person.attempts, Attempt("check-in", instant("UTC", older, "20:00"))))
    told = checkin.summary(series, asked, len(asked.attempts) - 1, instant("UTC", older, "20:00"))[0].values
    assert (told["done"], told["others"], told["target"]) == (3, 1, 3)
    mostly_loose = replace(person, sessions=tuple(replace(each, kind="mobility") for each in person.sessions))
    assert checkin.sessions_in_week(series, mostly_loose, 1, instant("UTC", older, "20:00")).strength == 0
