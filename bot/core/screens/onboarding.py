"""From the first hello to the plan: one screen at a time, each computed from what is stored."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.core.assessment import safety, selftest
from bot.core.model.callback_data import (
    Adult,
    Agree,
    Ask,
    AskErase,
    Begin,
    CheckAgain,
    Decline,
    MayStart,
    Minor,
    Next,
    Outdated,
    ReadConsent,
    ShowLesson,
    ShowResult,
    Tell,
    Welcome,
)
from bot.core.model.message import Button, OutgoingMessage, Row
from bot.core.model.series import Series
from bot.core.model.subscriber import Attempt, State, Subscriber, new_subscriber
from bot.core.schedule.calendar import days, timings
from bot.core.schedule.due import upcoming
from bot.core.schedule.plan import plan
from bot.core.screens import profile, questionnaire

PAYLOAD_LENGTH = 32
PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{0,{PAYLOAD_LENGTH}}}")


# --- Before anything is stored ----------------------------------------------------------------------------------


def welcome(name: str, payload: str) -> OutgoingMessage:
    """The first hello; the payload of a start link rides in the buttons until consent."""
    return OutgoingMessage("onboarding/welcome", {"name": name}, ((Button("labels.begin", Begin(_carried(payload))),),))


def _carried(payload: str) -> str:
    """The payload if it is one that a start link can hold; anything else typed behind /start is dropped."""
    cut = payload[:PAYLOAD_LENGTH]
    return cut if PAYLOAD.fullmatch(cut) else ""


def age(payload: str) -> OutgoingMessage:
    """18 or older?"""
    buttons = (
        (Button("labels.adult", Adult(payload)),),
        (Button("labels.minor", Minor(payload)),),
        (Button("labels.back", Welcome(payload)),),
    )
    return OutgoingMessage("onboarding/age", {}, buttons)


def too_young(payload: str) -> OutgoingMessage:
    """Kindly: this is for adults."""
    return OutgoingMessage("onboarding/too-young", {}, ((Button("labels.back", Begin(payload)),),))


def consent(series: Series, payload: str) -> OutgoingMessage:
    """May health answers be kept?"""
    payload = _carried(payload)
    buttons = (
        (Button("labels.agree", Agree(series.consent, payload)),),
        (Button("labels.decline", Decline(payload)),),
        (Button("labels.back", Begin(payload)),),
    )
    return OutgoingMessage("onboarding/consent", {"agreed": False}, buttons)


def consented() -> OutgoingMessage:
    """What was agreed to, to read again: go on, or take it back."""
    buttons = ((Button("labels.go-on", Next()),), (Button("labels.take-back", AskErase()),))
    return OutgoingMessage("onboarding/consent", {"agreed": True}, buttons)


def before_check(subscriber: Subscriber) -> Button | None:
    """Where the first screen of the safety check leads back to, for somebody who has just agreed."""
    return Button("labels.back", ReadConsent()) if subscriber.state is State.ONBOARDING else None


def declined(payload: str) -> OutgoingMessage:
    """No consent: nothing was kept, and the way back is open."""
    return OutgoingMessage("onboarding/declined", {}, ((Button("labels.read-again", Adult(payload)),),))


def agree(series: Series, id: int, action: Agree, now: datetime) -> tuple[Subscriber | None, OutgoingMessage]:
    """Keep the consent and everything from here on. Consent to an older text is asked for again."""
    if action.version != series.consent:
        return None, consent(series, action.payload)
    fresh = new_subscriber(id, series.id, action.version, _carried(action.payload), now)
    return go_on(series, fresh, now)


# --- One screen after another -----------------------------------------------------------------------------------


def go_on(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """The next screen for somebody in onboarding: the first thing that is still open."""
    check = safety.newest(subscriber)
    if check is None or check.finished_at is None or _older(subscriber, check):
        return _check(series, subscriber, check, now)
    if (flag := safety.flagged(series, subscriber)) is not None:
        return subscriber, flag_screen(subscriber, flag)
    for step in profile.steps(subscriber):
        if subscriber.said(step) is None:
            return subscriber, profile.ask(series, subscriber, step)
    if questionnaire.first_finished(subscriber, series.first_test) is None:
        open_one = subscriber.open_attempt()
        if open_one and open_one[1].test == series.first_test:
            screen = questionnaire.question_screen(series, subscriber, open_one[0])
            if screen is not None:
                return subscriber, screen
        back = Button("labels.back", Ask(profile.steps(subscriber)[-1]))
        return subscriber, questionnaire.intro_screen(series, subscriber, series.first_test, back)
    return show_plan(series, subscriber, now)


def _older(subscriber: Subscriber, check: Attempt) -> bool:
    """Whether a check belongs to an enrollment that is over."""
    return check.started_at < subscriber.enrollment.states[0].at


def _check(
    series: Series, subscriber: Subscriber, check: Attempt | None, now: datetime
) -> tuple[Subscriber, OutgoingMessage]:
    """Where the safety check stands: a grave sign is answered at once, else the next question is asked."""
    grave = safety.gravest(safety.found_in(series, check)) if check and not _older(subscriber, check) else None
    if grave is not None and grave.tier != "ask":
        return subscriber, flag_screen(subscriber, grave)
    subscriber, number = questionnaire.start(subscriber, safety.TEST, now)
    screen = questionnaire.question_screen(series, subscriber, number, back=before_check(subscriber))
    if screen is None:
        raise Outdated(safety.TEST)
    return subscriber, screen


def show_plan(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """The plan, which makes today day 1 when it is shown for the first time."""
    enrollment = subscriber.enrollment
    if enrollment.day_one is None:
        today = timings(subscriber)[-1].local(now).date()
        enrollment = replace(enrollment, day_one=today, plan_shown_at=now).changed(State.RUNNING, now)
        subscriber = subscriber.with_enrollment(enrollment)
    return subscriber, plan_screen(series, subscriber, now)


def plan_screen(series: Series, subscriber: Subscriber, now: datetime) -> OutgoingMessage:
    """What the answers led to: lane, focus areas with their reasons, the days, and the next message."""
    timing = timings(subscriber)[-1]
    enrollment = subscriber.enrollment
    focus = selftest.focus_areas(series, subscriber)
    coming = upcoming(series, subscriber, now)
    ahead = [each.date for each in coming if each.kind == "reminder"][:1]
    first: list[str] = []
    if ahead and enrollment.day_one:
        day = next(day for day in days(series, subscriber, ahead[0]) if day.date == ahead[0])
        first = [item.exercise for item in plan(series, subscriber, day).items]
    lane = selftest.lane(series, subscriber)
    proposed = selftest.proposed_lane(series, subscriber)
    lesson = series.lesson_of(1)
    buttons: list[Row] = []
    if lesson:
        buttons.append((Button("labels.first-lesson", ShowLesson(lesson.id, lesson.parts[0].id)),))
    others = [each.id for each in series.lanes if each.id != lane]
    buttons.append(tuple(Button(f"labels.lane-{id}", Tell("lane", (id,))) for id in others))
    first_test = questionnaire.first_finished(subscriber, series.first_test)
    if first_test is not None:
        buttons.append((Button("labels.back", ShowResult(subscriber.attempts.index(first_test))),))
    values = {
        "lane": lane,
        "proposed": proposed,
        "focus": [questionnaire.focus_values(each) for each in focus[:2]],
        "days": sorted(timing.days),
        "time": timing.at.strftime("%H:%M"),
        "next": timing.local(coming[0].at) if coming else None,
        "next_kind": coming[0].kind.value if coming else "",
        "first": first,
        "limits": sorted(safety.limits(series, subscriber)),
    }
    return OutgoingMessage("onboarding/plan", values, tuple(buttons), again=Next())


def tell(
    series: Series, subscriber: Subscriber, question: str, values: tuple[str, ...], now: datetime
) -> tuple[Subscriber, OutgoingMessage]:
    """Keep one answer about the person, and go on: in onboarding to the next screen, later to the settings.

    Raises Outdated for a question or an answer that is not known, OutOfRange for a number outside 0 to 10.
    """
    told, clash = profile.told(series, subscriber, question, values, now)
    if clash is not None:
        return told, clash
    if told.state is State.ONBOARDING:
        return go_on(series, told, now)
    if question == "lane" and told.enrollment.plan_shown_at == told.saved_at:
        return told, plan_screen(series, told, now)
    return told, profile.settings(series, told, now, changed=question)


# --- The safety check's ends ------------------------------------------------------------------------------------


def flag_screen(subscriber: Subscriber, flag: safety.Flag) -> OutgoingMessage:
    """What to do now for whoever must not start, or must ask first; with a way to come back."""
    zone = subscriber.said("zone")
    values = {"screen": flag.screen, "tier": flag.tier, "zone": zone if isinstance(zone, str) else None}
    buttons: list[Row] = []
    if flag.tier == "ask":
        buttons.append((Button("labels.may-start", MayStart()),))
    if flag.screen == safety.HIGH_PAIN:
        buttons.append((Button("labels.change-answer", Ask("pain")),))
    else:
        buttons.append((Button("labels.check-again", CheckAgain()),))
    return OutgoingMessage(f"safety/{flag.tier}", values, tuple(buttons))
