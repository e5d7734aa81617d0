"""What is over of a life is put behind: no decision and no screen tells the difference, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.core.assessment import pain
from bot.core.desk import card
from bot.core.desk.stats import facts
from bot.core.model import coaching
from bot.core.model.callback_data import ShowWeeks, Tell
from bot.core.model.delivery import Delivery, Outcome
from bot.core.model.series import Series
from bot.core.model.subscriber import (
    Answer,
    Attempt,
    Consent,
    Enrollment,
    Hurt,
    Part,
    Session,
    State,
    StateChange,
    Subscriber,
)
from bot.core.schedule.behind import with_behind
from bot.core.schedule.calendar import GO_ON, DayType, days
from bot.core.schedule.due import due, scheduled, so_far, upcoming
from bot.core.schedule.plan import plan
from bot.core.screens import lesson, progress, session, summary, why
from bot.core.screens.compose import compose
from bot.subscriber_codec import SubscriberCodec, readable
from tests.conftest import the_catalog
from tests.core.people import MONDAY, asking, checked, somebody, tap

LIVES = int(os.environ.get("LIVES", "3"))
LIFE = 170
RUN = 90
"""Days after which they begin anew."""
CODEC = SubscriberCodec("")
KNEES = ("", "", "usual", "worse", "much-worse")
MORNINGS = ("", "", "settled", "more", "much-more")


class Twins:
    """One person, kept whole and with what is over behind them."""

    def __init__(self, series: Series, seed: int) -> None:
        self.series, self.luck = series, random.Random(seed)
        person = somebody(series, days=self.luck.choice(["0123456", "024", "0135"]), pain=self.luck.choice([1, 3, 6]))
        seen = Consent(coaching.text(series, coached=True), person.consent.at)
        person = person.saying(coaching.COACH, coaching.SEES, person.consent.at)
        self.whole = self.folded = replace(person, heard_at=person.saved_at, consent=seen)
        self.keen = self.luck.choice([0.2, 0.7, 1.0])
        self.trouble = self.luck.choice([0.02, 0.1, 0.3])
        self.folds = 0

    def change(self, now: datetime, **fields: Any) -> None:
        """The same change of both, saved."""
        self.whole = replace(self.whole, **fields)
        self.folded = replace(self.folded, **fields)
        self.save(now)

    def answer(self, question: str, value: Any, now: datetime) -> None:
        self.change(now, answers=(*self.whole.answers, Answer(question, value, now)), heard_at=now)

    def session(self, new: Session, now: datetime) -> None:
        self.whole, self.folded = self.whole.with_session(new), self.folded.with_session(new)
        self.change(now, heard_at=now)

    def records(self, records: list[Delivery], now: datetime) -> None:
        self.whole, self.folded = self.whole.with_deliveries(records), self.folded.with_deliveries(records)
        self.save(now)

    def save(self, now: datetime) -> None:
        self.whole = replace(self.whole, saved_at=now)
        before = self.folded.behind
        self.folded = with_behind(self.series, replace(self.folded, saved_at=now), now)
        self.folds += self.folded.behind is not before
        if self.luck.random() < 0.1:
            self.folded = CODEC.decode(json.loads(CODEC.encode(self.folded)))

    # --- A day ----------------------------------------------------------------------------------------------------

    def live(self, on: date) -> None:
        luck, series = self.luck, self.series
        now = datetime.fromisoformat(f"{on}T19:00:00+00:00")
        self.messages(now)
        given = {day.date: day for day in days(series, self.whole, on)}.get(on)
        if given is not None and luck.random() < self.keen:
            the_plan = plan(series, self.whole, given)
            if the_plan.items:
                new = self.done(on, [item.exercise for item in the_plan.items], the_plan.kind, now)
                self.session(replace(new, did=the_plan.did(new.done)), now)
        offer = pain.standing(series.care, self.whole, now)
        if offer is not None and luck.random() < 0.3:
            if offer.follow is pain.Follow.STOP:
                self.answer("pain-stop", f"{offer.on}-yes", now)
            else:
                self.answer(pain.key(offer), luck.choice(["yes", "no"]), now)
        if luck.random() < 0.05:
            self.answer("pain", luck.choice([0, 2, 3, 5, 7]), now)
        if luck.random() < 0.05 and self.whole.sessions:
            self.look_back(luck.choice(self.whole.sessions), now)
        if luck.random() < 0.05:
            said = (Answer("pain", luck.choice([1, 3, 6]), now), Answer("sure", 6, now))
            self.change(now, attempts=(*self.whole.attempts, Attempt("check-in", now, said, now)), heard_at=now)

    def messages(self, now: datetime) -> None:
        for _ in range(3):
            now += timedelta(seconds=1)
            looked = due(self.series, self.whole, now)
            assert due(self.series, self.folded, now) == looked
            self.records(list(looked.records), now)
            if looked.send is None:
                return
            composed = compose(self.series, self.whole, looked.send, now)
            assert compose(self.series, self.folded, looked.send, now) == composed
            outcome = self.luck.choice([Outcome.SENT] * 9 + [Outcome.UNKNOWN, Outcome.FAILED])
            self.records([Delivery(looked.send.key, looked.send.kind, outcome, now, tries=1)], now)

    def done(self, on: date, moves: list[str], kind: str, now: datetime) -> Session:
        luck, bad = self.luck, self.luck.random() < self.trouble
        hurts = (Hurt(luck.choice(moves), luck.choice([4, 6, 8]), now, luck.random() < 0.2),) if bad else ()
        at = now + timedelta(minutes=15)
        return Session(
            on,
            now,
            short=luck.random() < 0.1,
            done=tuple(move for move in moves if luck.random() < 0.9),
            finished_at=at if luck.random() < 0.9 else None,
            effort=luck.choice([None, 2, 3, 4, 5, 6, 9]),
            pain=luck.choice([None, 0, 2, 4, 6, 9] if bad else [0, 1, 2, 3, 4]),
            hurts=hurts,
            morning=luck.choice(MORNINGS) if bad else "",
            knee=luck.choice(KNEES) if bad else "",
            kind=kind,
        )

    def look_back(self, old: Session, now: datetime) -> None:
        """A tap on a button from long ago: an answer to what came of it, or one more thing told of it."""
        if self.luck.random() < 0.5:
            follow = self.luck.choice([pain.Follow.PROGRESS, pain.Follow.EASE, pain.Follow.DOWN])
            self.answer(f"upshot-{follow}-{old.date}", self.luck.choice(["yes", "no"]), now)
        else:
            self.session(replace(old, effort=3, morning="more"), now)

    def anew(self, on: date) -> None:
        """They begin the series once more."""
        now = datetime.fromisoformat(f"{on}T12:00:00+00:00")
        begun = now - timedelta(minutes=30)
        states = (StateChange(State.ONBOARDING, begun), StateChange(State.RUNNING, now))
        number = len(self.whole.enrollments) + 1
        one = Enrollment(number, self.series.id, states, on, now)
        self.change(now, enrollments=(*self.whole.enrollments, one), heard_at=now)
        self.change(now, attempts=checked(self.series, self.whole, {}, begun).attempts)

    def pause(self, on: date) -> None:
        now = datetime.fromisoformat(f"{on}T08:00:00+00:00")
        paused = self.whole.in_state(State.PAUSED, now, on + timedelta(days=self.luck.choice([5, 40])))
        self.change(now, enrollments=paused.enrollments, heard_at=now)

    # --- What must be the same ------------------------------------------------------------------------------------

    def look(self, on: date) -> None:
        now, series = datetime.fromisoformat(f"{on}T20:00:00+00:00"), self.series
        assert told(self.folded.whole()) == told(self.whole)
        one, other = self.whole, self.folded
        assert pain.upshot(series.care, one, now) == pain.upshot(series.care, other, now)
        assert pain.progress(series.care, one, now) == pain.progress(series.care, other, now)
        known = days(series, one, on + timedelta(days=3))
        for each in {*known[-3:], *self.luck.sample(known, min(2, len(known)))}:
            assert plan(series, one, each) == plan(series, other, each)
            assert one.session(each.date) == other.session(each.date)
        assert (so_far(series, one, now), upcoming(series, one, now)) == (
            so_far(series, other, now),
            upcoming(series, other, now),
        )
        assert self.screens(one, now) == self.screens(other, now)

    def screens(self, person: Subscriber, now: datetime) -> list[object]:
        series, context = self.series, asking(self.series, person, now)
        latest = max(self.whole.deliveries.values(), key=lambda each: each.at, default=None)
        oldest = min(self.whole.deliveries.values(), key=lambda each: each.at, default=None)
        found: list[object] = [progress.show(context).messages, why.show(context).messages]
        found += [progress.topic(context, ShowWeeks(topic)).messages for topic in progress.TOPICS]
        found += [why.why(context, each.key) for each in (latest, oldest) if each is not None]
        found += [summary.page(series, person, now), lesson.reached(series, person, now), facts(series, person, now)]
        found += [
            session.done_in_week(series, person, now.date()),
            person.sessions_done,
            card.card(series, person, now),
        ]
        return found


def told(person: Subscriber) -> Subscriber:
    """With the sessions in the order of their dates, which is all that may change of it."""
    return replace(person, sessions=tuple(sorted(person.sessions, key=lambda each: each.date)))


@pytest.mark.parametrize("seed", range(LIVES))
def test_nothing_is_decided_or_shown_otherwise(seed: int) -> None:
    twins = Twins(the_catalog().default, seed)
    for number in range(LIFE):
        on = MONDAY + timedelta(days=number)
        if number and number % RUN == 0:
            twins.anew(on)
        if number % RUN == 20:
            twins.answer(GO_ON, twins.luck.choice([2, 3]), datetime.fromisoformat(f"{on}T18:00:00+00:00"))
        if twins.luck.random() < 0.01:
            twins.pause(on)
        twins.live(on)
        if twins.luck.random() < 0.1:
            twins.look(on)
    assert twins.folds > LIFE // 7 - 8
    assert readable(twins.folded) == readable(told(replace(twins.whole, deliveries=dict(twins.folded.all_deliveries))))


def test_what_hurt_long_ago_and_was_not_done_since_still_comes_a_step_easier() -> None:
    series = the_catalog().default
    twins = Twins(series, 1)
    first = next(day for day in days(series, twins.whole, MONDAY + timedelta(days=6)) if day.type is DayType.STRENGTH)
    given = plan(series, twins.whole, first)
    at = first.moment
    hurt = Hurt(given.items[0].exercise, 7, at, form=given.items[0].form)
    twins.session(
        Session(first.date, at, done=(hurt.exercise,), finished_at=at, pain=1, hurts=(hurt,), kind="strength"), at
    )
    for later, more in ((2, (Hurt("h7", 7, at),)), (4, ())):
        when = at + timedelta(days=later)
        twins.session(Session(when.date(), when, False, ("a1",), when, pain=1, hurts=more, kind="strength"), when)
    now = at + timedelta(days=61)
    twins.answer(GO_ON, 3, at + timedelta(days=14))
    twins.session(Session(now.date(), now, done=("a1",), finished_at=now, pain=1, kind="mobility"), now)
    assert first.date not in [each.date for each in twins.folded.sessions]
    ahead = days(series, twins.whole, now.date() + timedelta(days=7))[-3:]
    plans = [plan(series, twins.folded, day) for day in ahead]
    assert plans == [plan(series, twins.whole, day) for day in ahead]
    assert [item.sore.exercise for each in plans for item in each.items if item.sore] != []


def test_no_look_and_no_tap_opens_what_is_behind() -> None:
    series = the_catalog().default
    twins = Twins(series, 2)
    for number in range(80):
        on = MONDAY + timedelta(days=number)
        if number == 20:
            twins.answer(GO_ON, 3, datetime.fromisoformat(f"{on}T18:00:00+00:00"))
        twins.live(on)
    stored = CODEC.decode(json.loads(CODEC.encode(twins.folded)))
    assert stored.behind is not None
    closed = tuple(Part(pytest.fail, part.packed) for part in stored.behind.parts)
    assert closed
    known = replace(stored, behind=replace(stored.behind, parts=closed))
    now = datetime.fromisoformat(f"{on}T20:00:00+00:00")
    for hours in range(0, 48, 6):
        at = now + timedelta(hours=hours)
        looked = due(series, known, at)
        if looked.send is not None:
            assert compose(series, known, looked.send, at) == compose(series, stored, looked.send, at)
    ahead = days(series, known, on + timedelta(days=3))[-3:]
    assert [plan(series, known, day) for day in ahead] == [plan(series, stored, day) for day in ahead]
    tapped, _ = tap(series, known, Tell("time", ("07:30",)), now)
    assert CODEC.encode(scheduled(series, tapped, now))
