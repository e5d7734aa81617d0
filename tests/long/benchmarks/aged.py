"""Somebody who has been there for days, months or years: the same next message, with all that has been behind it.

Whoever stays begins the series anew whenever it is over, so that on every one of these days it is day 12 of a run.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.series import Series
from bot.core.model.subscriber import Answer, Attempt, Enrollment, Session, State, StateChange, Subscriber
from bot.core.schedule.calendar import GO_ON, DayType, days
from bot.core.schedule.due import due, scheduled
from tests.core.people import somebody

DAY = 12
RUN = 84
AGES = (12, 180, 700)


@cache
def aged(series: Series, age: int, at: datetime) -> Subscriber:
    """Somebody in whose so many days everything was answered, and whose reminder falls due at that instant."""
    before = divmod(age - DAY, RUN)
    day_one = at.date() - timedelta(days=DAY - 1)
    begin = day_one - timedelta(days=before[0] * RUN + before[1])
    person = somebody(series, begin, at=f"{at:%H:%M}", quiet=("00:00", "00:00"))
    for run in range(before[0]):
        person = _lived(series, person, begin + timedelta(days=RUN * (run + 1) - 1))
        person = _begun(person, begin + timedelta(days=RUN * (run + 1)) if run + 1 < before[0] else day_one)
    return scheduled(series, _lived(series, person, at.date() - timedelta(days=1)), at - timedelta(minutes=1))


def _begun(person: Subscriber, day_one: date) -> Subscriber:
    """With one more enrollment, whose plan was shown on that date."""
    first, number = person.enrollments[0], len(person.enrollments) + 1
    assert first.day_one is not None
    later = day_one - first.day_one
    states = tuple(StateChange(each.state, each.at + later) for each in first.states[:2])
    over = replace(person.enrollment, states=(*person.enrollment.states, StateChange(State.FINISHED, states[0].at)))
    assert first.plan_shown_at is not None
    begun = Enrollment(number, first.series, states, day_one, first.plan_shown_at + later)
    checks = tuple(_moved(each, later) for each in person.attempts[:1])
    return replace(
        person.with_enrollment(over),
        enrollments=(*person.with_enrollment(over).enrollments, begun),
        attempts=(*person.attempts, *checks),
    )


def _moved(attempt: Attempt, later: timedelta) -> Attempt:
    ended = attempt.finished_at
    answers = tuple(replace(each, at=each.at + later) for each in attempt.answers)
    return replace(attempt, started_at=attempt.started_at + later, answers=answers, finished_at=ended and ended + later)


def _lived(series: Series, person: Subscriber, last: date) -> Subscriber:
    """With every message of the run sent up to a date, and an answer to each."""
    chosen_at = person.enrollment.states[0].at + timedelta(days=21)
    if chosen_at.date() <= last:
        person = replace(person, answers=(*person.answers, Answer(GO_ON, "3", chosen_at)))
    records: list[Delivery] = []
    sessions: list[Session] = []
    heard = person.last_heard_at
    for day in days(series, person, last):
        if day.step is not None:
            key, kind = day.step.key, day.step.kind
            records.append(Delivery(key, kind, Outcome.SENT, day.moment, "", 1, None, day.number))
            heard = max(heard, day.moment + timedelta(minutes=20))
            if kind is Kind.CHECK_IN:
                said = (Answer("pain", 3, day.moment), Answer("sure", 6, day.moment), Answer("activity", 5, day.moment))
                person = replace(
                    person, attempts=(*person.attempts, Attempt(day.step.id, day.moment, said, day.moment))
                )
        if day.type in (DayType.STRENGTH, DayType.MOBILITY):
            begun = day.moment + timedelta(minutes=5)
            sessions.append(
                Session(
                    day.date,
                    begun,
                    done=("k1", "k4", "h1", "b2", "s1"),
                    finished_at=begun + timedelta(minutes=15),
                    effort=4,
                    pain=2,
                    morning="same",
                    knee="same",
                    kind=str(day.type),
                )
            )
    person = replace(person, sessions=(*person.sessions, *sessions), heard_at=heard)
    return person.with_deliveries(records)


def due_at(series: Series, age: int, at: datetime, id: int) -> Subscriber:
    """Likewise, as one of many, who have said what they said at instants of their own."""
    later = timedelta(microseconds=id % 1_000_000)
    person = aged(series, age, at)
    person = replace(person, id=id, answers=tuple(replace(each, at=each.at + later) for each in person.answers))
    looked = due(series, person, at)
    assert looked.send is not None
    assert (looked.send.kind, looked.send.at) == (Kind.REMINDER, at)
    return person
