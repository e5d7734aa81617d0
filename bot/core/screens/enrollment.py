"""Coming and going: subscribe, pause, resume, stop with an undo, start over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.assessment import safety
from bot.core.model.callback_data import Keep, Outdated, PauseUntil, Resume, ShowDay, StartOver, UndoStop, Unsubscribe
from bot.core.model.message import Button, OutgoingMessage
from bot.core.model.series import Series
from bot.core.model.subscriber import Answer, Attempt, Enrollment, State, StateChange, Subscriber
from bot.core.schedule.calendar import timings
from bot.core.schedule.due import upcoming
from bot.core.screens import onboarding, questionnaire, session

ASKED_BACK = "asked-back"
"""Beside the person's answers: for which block they were asked whether to go on."""
LONGEST_PAUSE = timedelta(days=366)


def subscribe(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """/subscribe and /start for somebody known: go on where they are, resume, or ask."""
    match subscriber.state:
        case State.ONBOARDING:
            return onboarding.go_on(series, subscriber, now)
        case State.PAUSED:
            return resume(series, subscriber, now)
        case State.RUNNING:
            return subscriber, where_you_are(series, subscriber, now)
    return subscriber, welcome_back(subscriber)


def welcome_back(subscriber: Subscriber) -> OutgoingMessage:
    """Go on or start over?"""
    buttons = (
        (Button("labels.go-on", Resume()),),
        (Button("labels.start-over", StartOver(subscriber.enrollment.number + 1)),),
    )
    return OutgoingMessage("enrollment/welcome-back", {"state": subscriber.state.value}, buttons)


def asked_back(
    subscriber: Subscriber, shown: tuple[OutgoingMessage, ...], now: datetime
) -> tuple[Subscriber, tuple[OutgoingMessage, ...]]:
    """With "go on or start over?" after whatever is said first to somebody who had blocked the bot, and is back.

    Once for each block; not when they came for their data alone, nor when it is asked already.
    """
    if subscriber.state is not State.BLOCKED or not shown:
        return subscriber, shown
    since = subscriber.enrollment.states[-1].at.isoformat()
    templates = {message.template for message in shown}
    if "data/delete" in templates or subscriber.said(ASKED_BACK) == since:
        return subscriber, shown
    question = () if "enrollment/welcome-back" in templates else (welcome_back(subscriber),)
    return subscriber.saying(ASKED_BACK, since, now), (*shown, *question)


def keep(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """Leave everything as it is, a pause too, and say how it is."""
    if subscriber.state is State.PAUSED:
        return subscriber, where_you_are(series, subscriber, now)
    return subscribe(series, subscriber, now)


def where_you_are(series: Series, subscriber: Subscriber, now: datetime) -> OutgoingMessage:
    """The day of the series, and when the next message comes."""
    if (flag := safety.flagged(series, subscriber)) is not None:
        return onboarding.flag_screen(subscriber, flag)
    timing = timings(subscriber)[-1]
    if subscriber.state is State.RUNNING and session.comes_back(subscriber, now):
        return session.show_day(series, subscriber, timing.local(now).date(), now)
    coming = upcoming(series, subscriber, now)
    today = timing.local(now).date()
    values = {"next": timing.local(coming[0].at) if coming else None, "paused": subscriber.state is State.PAUSED}
    return OutgoingMessage(
        "enrollment/running", values, ((Button("labels.today", ShowDay(today)),), *session.lost_retest(subscriber))
    )


def unsubscribe(subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """No more messages; answers stay. The undo names the very change it takes back."""
    if subscriber.state is not State.STOPPED:
        subscriber = subscriber.in_state(State.STOPPED, now)
    change = len(subscriber.enrollment.states) - 1
    undo = Button("labels.undo", UndoStop(change))
    return subscriber, OutgoingMessage("enrollment/stopped", {}, ((undo,),), again=Unsubscribe())


def undo_stop(
    series: Series, subscriber: Subscriber, action: UndoStop, now: datetime
) -> tuple[Subscriber, OutgoingMessage]:
    """Back to the state before the stop.

    Raises Outdated when that stop is no longer the newest change.
    """
    states = subscriber.enrollment.states
    if not 1 <= action.change < len(states) or states[action.change].state is not State.STOPPED:
        raise Outdated("undo")
    before = states[action.change - 1]
    if action.change == len(states) - 1:
        subscriber = subscriber.in_state(before.state, now, before.until)
    elif subscriber.state is not before.state:
        raise Outdated("undo")
    if subscriber.state is State.ONBOARDING:
        return onboarding.go_on(series, subscriber, now)
    if subscriber.state in (State.RUNNING, State.PAUSED):
        return subscriber, where_you_are(series, subscriber, now)
    return subscriber, welcome_back(subscriber)


def pause_offer(series: Series, subscriber: Subscriber, now: datetime) -> OutgoingMessage:
    """For how long?"""
    if subscriber.state not in (State.RUNNING, State.PAUSED):
        return OutgoingMessage("enrollment/nothing-to-pause", {"state": subscriber.state.value})
    today = timings(subscriber)[-1].local(now).date()
    buttons = [
        Button(
            "labels.pause-until",
            PauseUntil((today + timedelta(days=n)).isoformat()),
            {"date": today + timedelta(days=n)},
        )
        for n in series.defaults.pauses
    ]
    return OutgoingMessage(
        "enrollment/pause",
        {},
        (
            *((button,) for button in buttons),
            (Button("labels.pause-open", PauseUntil("")),),
            (Button("labels.keep", Keep()),),
        ),
    )


def pause(
    series: Series, subscriber: Subscriber, action: PauseUntil, now: datetime
) -> tuple[Subscriber, OutgoingMessage]:
    """Pause, until a local date or until told otherwise.

    Raises Outdated for a date that has passed or is beyond a year, or when there is nothing to pause.
    """
    if subscriber.state not in (State.RUNNING, State.PAUSED):
        raise Outdated("pause")
    timing = timings(subscriber)[-1]
    until: date | None = None
    if action.until:
        try:
            until = date.fromisoformat(action.until)
        except ValueError as fault:
            raise Outdated("pause") from fault
        if not timedelta() < until - timing.local(now).date() <= LONGEST_PAUSE:
            raise Outdated("pause")
    subscriber = subscriber.in_state(State.PAUSED, now, until)
    coming = upcoming(series, subscriber, now)
    values = {"until": until, "next": timing.local(coming[0].at) if coming else None}
    return subscriber, OutgoingMessage("enrollment/paused", values, ((Button("labels.resume", Resume()),),))


def resume(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """Go on after a pause, a stop, a block or the end, from where they were."""
    if subscriber.enrollment.day_one is None:
        subscriber = subscriber.in_state(State.ONBOARDING, now)
        return onboarding.go_on(series, subscriber, now)
    if subscriber.state is not State.RUNNING or subscriber.enrollment.states[-1].until is not None:
        subscriber = subscriber.in_state(State.RUNNING, now)
    return subscriber, where_you_are(series, subscriber, now)


def start_over(
    series: Series, subscriber: Subscriber, action: StartOver, now: datetime
) -> tuple[Subscriber, OutgoingMessage]:
    """A new enrollment: the safety check and the tests are taken again, settings and older answers stay.

    Raises Outdated when that enrollment is not the next one.
    """
    if action.number == subscriber.enrollment.number and subscriber.state is State.ONBOARDING:
        return onboarding.go_on(series, subscriber, now)
    if action.number != subscriber.enrollment.number + 1:
        raise Outdated("start over")
    fresh = Enrollment(action.number, series.id, (StateChange(State.ONBOARDING, now),))
    subscriber = replace(subscriber, enrollments=(*subscriber.enrollments, fresh), lessons_seen=(), adjustments=())
    return check_again(series, subscriber, now)


def check_again(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """The safety check from its first screen. What the last one found holds until this one is through."""
    open_one = subscriber.open_attempt()
    if open_one and open_one[1].test == safety.TEST and not open_one[1].answers:
        number = open_one[0]
    else:
        subscriber, number = (
            subscriber.with_attempt(len(subscriber.attempts), Attempt(safety.TEST, now)),
            len(subscriber.attempts),
        )
    screen = questionnaire.question_screen(series, subscriber, number, back=onboarding.before_check(subscriber))
    if screen is None:
        raise Outdated(safety.TEST)
    return subscriber, screen


def may_start(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """“I have asked, I may start”: dated, and it ends the flags of that tier."""
    flag = safety.flagged(series, subscriber)
    if flag is not None and flag.tier != "ask":
        return subscriber, onboarding.flag_screen(subscriber, flag)
    if flag is not None:
        subscriber = replace(subscriber, answers=(*subscriber.answers, Answer("may-start", "yes", now)))
    if subscriber.state is State.ONBOARDING:
        return onboarding.go_on(series, subscriber, now)
    if subscriber.enrollment.day_one is None:
        return subscriber, welcome_back(subscriber)  # stopped or blocked before there was a plan
    return subscriber, where_you_are(series, subscriber, now)
