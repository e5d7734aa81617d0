"""Taking a test: what starting, answering and finishing one leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.core.assessment import pain, safety, selftest
from bot.core.model.callback_data import (
    ANSWERS,
    Ask,
    AskAt,
    Next,
    Outdated,
    Reply,
    ShowDay,
    ShowLesson,
    ShowResult,
    StartTest,
    Tell,
    parse,
)
from bot.core.model.context import Context
from bot.core.model.delivery import Kind
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, Row, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import days, timings
from bot.core.schedule.due import comes_next
from bot.core.screens import checkin, exercise, onboarding, onward, profile, questionnaire, rating, session
from bot.core.screens.lesson import arrived_on, carried

HASTE = timedelta(milliseconds=400)
"""So soon after a screen has changed nobody has read it."""
PLANNED = (questionnaire.CHECK_IN, questionnaire.RETEST, safety.RECHECK, safety.WORSE, safety.AWAY)
"""Tests that only somebody with a plan takes."""
SPECIAL = (questionnaire.CHECK_IN, questionnaire.RETEST, *safety.ASKED_AGAIN)


def start(context: Context, action: StartTest) -> Reaction:
    """Begin a test or go on with it, at its first open question.

    Raises Outdated for a test that is not there.
    """
    series, subscriber, now, test = context.series, context.known, context.now, action.test
    if test not in series.test_by_id and test not in SPECIAL:
        raise Outdated(test)
    if test == questionnaire.RETEST:
        invited = [record for record in subscriber.all_deliveries.values() if record.kind is Kind.RETEST]
        subscriber = subscriber.arrived(max(invited, key=lambda each: each.at).key) if invited else subscriber
    if test == questionnaire.CHECK_IN and (chosen := timings(subscriber)):
        subscriber = arrived_on(subscriber, chosen[-1].local(now).date())
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.keeping(subscriber).reply(onboarding.flag_screen(subscriber, flag))
    if test in series.test_by_id and (before := onboarding.held(series, subscriber)) is not None:
        return context.keeping(subscriber).reply(before)
    if test in PLANNED and subscriber.enrollment.day_one is None:
        raise Outdated(test)
    subscriber, number = questionnaire.start(series, subscriber, test, now)
    screen = questionnaire.question_screen(series, subscriber, number, back=_way_back(series, subscriber, test))
    context = context.keeping(subscriber)
    return context.reply(screen) if screen else _finished(context, number)


def triggered(context: Context, test: str, side: str = "") -> Reaction:
    """One screen, for somebody whose words made it worth asking; exercises wait until it is answered."""
    subscriber, number = questionnaire.start(context.series, context.known, test, context.now)
    screen = questionnaire.question_screen(context.series, subscriber, number, side=side)
    if screen is None:
        raise Outdated(test)
    return context.keeping(subscriber).reply(screen)


def ask_at(context: Context, action: AskAt) -> Reaction:
    """One question of an attempt again, with what was answered.

    Raises Outdated when there is no such attempt or question.
    """
    series, subscriber = context.series, context.known
    if not 0 <= action.attempt < len(subscriber.attempts):
        raise Outdated("attempt")
    asked = questionnaire.questions(series, subscriber, subscriber.attempts[action.attempt])
    if action.question not in {question.id for question in asked}:
        raise Outdated(action.question)
    if not _may_change(subscriber, action.attempt):
        raise Outdated("finished")
    back = _way_back(series, subscriber, subscriber.attempts[action.attempt].test)
    screen = questionnaire.question_screen(series, subscriber, action.attempt, action.question, back, action.side)
    if screen is None:
        raise Outdated(action.question)
    return context.reply(screen)


def answers_of(context: Context, screen: OutgoingMessage) -> OutgoingMessage | None:
    """The answers to a question, in place of a screen that says what has to be done before; None for another one."""
    match screen.again:
        case AskAt(side="") as its if screen.template == "test/how":
            return ask_at(context, replace(its, side=ANSWERS)).messages[-1]
    return None


def whether_it_comes_next(context: Context) -> Reaction:
    """Whether what somebody named is under control: then it comes on the next list, and this one is asked for the rest.

    Raises Outdated where no list is asked about.
    """
    match parse(context.known.showing):
        case AskAt(attempt=number, question=screen) as its:
            rest = Button("labels.under-control", replace(its, side=""))
            counts = Button("labels.not-under-control", Reply(number, screen, safety.YES))
            again = replace(its, side="")
            return context.reply(replace(plain("safety/comes-next", None, rest, counts), again=again))
    raise Outdated(context.known.showing)


def _way_back(series: Series, subscriber: Subscriber, test: str) -> Button | None:
    """Where the first question of a test leads back to: in onboarding the screen before it."""
    if test == safety.TEST:
        return onboarding.before_check(subscriber)
    if subscriber.state is not State.ONBOARDING or test != series.first_test:
        return None
    return Button("labels.back", Ask(profile.screens(series, subscriber)[-1]))


def _may_change(subscriber: Subscriber, number: int) -> bool:
    """Whether answers of that attempt can still be changed: an open one always, a finished one until the plan."""
    the_attempt = subscriber.attempts[number]
    newest = max(n for n, each in enumerate(subscriber.attempts) if each.test == the_attempt.test)
    onboarding_now = subscriber.state is State.ONBOARDING and number == newest
    return the_attempt.finished_at is None or onboarding_now


def reply(context: Context, action: Reply) -> Reaction:
    """Keep one answer and go on to the next open question, or to what the test came to.

    Raises Outdated and OutOfRange as `attempt.reply` does.
    """
    series, subscriber = context.series, context.known
    if not 0 <= action.attempt < len(subscriber.attempts):
        raise Outdated("attempt")
    if _hasty(series, subscriber, action, context.now):
        screen = questionnaire.question_screen(series, subscriber, action.attempt)
        return context.reply(screen) if screen else _finished(context, action.attempt)
    changing = _may_change(subscriber, action.attempt)
    subscriber = questionnaire.reply(series, subscriber, action, context.now, reopen=changing)
    context = context.keeping(subscriber)
    the_attempt = subscriber.attempts[action.attempt]
    if the_attempt.test in safety.ASKS:
        flag = safety.gravest(safety.found_in(series, subscriber, the_attempt))
        # A grave sign is answered at once; what only has to be asked first can wait for the end of the check.
        if the_attempt.finished_at is not None:
            flag = safety.flagged(series, subscriber)
        if flag is not None and (flag.tier != "ask" or the_attempt.finished_at is not None):
            return context.reply(onboarding.flag_screen(subscriber, flag))
    if the_attempt.finished_at is not None:
        return _finished(context, action.attempt)
    screen = questionnaire.question_screen(series, subscriber, action.attempt)
    if screen is None:
        raise Outdated(action.question)
    return context.reply(screen)


def _hasty(series: Series, subscriber: Subscriber, action: Reply, now: datetime) -> bool:
    """Whether a tap on a safety question comes so soon that it was meant for the screen before: the question stays.

    Two taps at one instant tell nothing of haste.
    """
    the_attempt = subscriber.attempts[action.attempt]
    screen = safety.screen(series, action.question.removesuffix(safety.WHICH))
    if screen is None or the_attempt.value(action.question) is not None:
        return False
    return bool(the_attempt.answers) and timedelta() < now - the_attempt.last_touched_at < HASTE


def result(context: Context, action: ShowResult) -> Reaction:
    """What an attempt came to, once more. Raises Outdated for one there never was."""
    if not 0 <= action.attempt < len(context.known.attempts):
        raise Outdated("attempt")
    return _finished(context, action.attempt)


def _finished(context: Context, number: int) -> Reaction:
    """What a finished attempt leads to."""
    series, subscriber, now = context.series, context.known, context.now
    test = subscriber.attempts[number].test
    if test == questionnaire.CHECK_IN:
        return context.reply(*checkin.summary(series, subscriber, number, now))
    if test == questionnaire.RETEST:
        after = onward.after_retest(context, number)
        result = checkin.retest_result(series, subscriber, number, now)
        return replace(after, messages=(*result, *after.messages))
    if test == safety.WORSE and (on := _much_worse(series, subscriber, now)) is not None:
        return exercise.begin(context, on, session.is_short(subscriber, on))
    if test == safety.AWAY:
        return rating.go_on(context)
    if test in safety.ASKED_AGAIN:
        upshot = pain.standing(series.care, subscriber, now)
        comes = comes_next(series, subscriber, now) if test == safety.RECHECK else None
        values = {"test": test, "upshot": session.upshot_values(upshot), "next": comes, "zone": subscriber.zone}
        rows = session.open_test(subscriber)
        if test == safety.RECHECK:
            rows += carried(series, subscriber, now)
        if subscriber.enrollment.day_one is None:
            rows += ((Button("labels.go-on", Next()),),)
        elif not session.ended_red(series, subscriber, session.today(subscriber, now)):
            rows += _today(subscriber, now)
        return context.reply(OutgoingMessage("safety/recheck-passed", values, rows))
    if test == safety.TEST:
        if subscriber.state is State.ONBOARDING:
            return onboarding.go_on(context)
        return context.reply(OutgoingMessage("safety/passed", {}, _today(subscriber, now)))
    return context.reply(*_result(series, subscriber, number, now))


def _much_worse(series: Series, subscriber: Subscriber, now: datetime) -> date | None:
    """The date whose session waits for the answer to its safety question."""
    waiting = [each.date for each in subscriber.sessions if each.knee == pain.MUCH_WORSE and not each.finished_at]
    return next((on for on in sorted(waiting, reverse=True) if session.is_open(series, subscriber, on, now)), None)


def _result(series: Series, subscriber: Subscriber, number: int, now: datetime) -> tuple[OutgoingMessage, ...]:
    """A self-test's result in plain words, and why each focus area was chosen; it stays, and the way on follows."""
    values = questionnaire.result_values(series, subscriber, number)
    before = [
        row
        for row in checkin.compared(series, subscriber, subscriber.attempts[number])
        if row["before"] is not None and subscriber.attempts[number] is not _first(subscriber, values["test"])
    ]
    values |= {"compared": before, "lane": selftest.lane(series, subscriber), "starts": "now"}
    advice = questionnaire.advice(series, subscriber, number)
    if subscriber.state is State.ONBOARDING:
        way_on = _after_result(number, {}, Button("labels.show-plan", Next(), style=PRIMARY))
        return (OutgoingMessage("test/result", values), *advice, way_on)
    minutes, buttons = session.minutes_left(series, subscriber, now), list(_today(subscriber, now))
    if values["test"] == series.first_test and subscriber.attempts[number] is _first(subscriber, values["test"]):
        buttons.append((Button("labels.show-plan", Next(), style=PRIMARY),))
    lesson = series.lesson_of(series.test_by_id[values["test"]].week)
    if lesson and lesson.id not in subscriber.lessons_seen:
        buttons.insert(0, (Button("labels.read-lesson", ShowLesson(lesson.id, lesson.parts[0].id)),))
    proposed = selftest.proposed_lane(series, subscriber)
    if proposed != selftest.lane(series, subscriber):
        buttons.append((Button(f"labels.lane-{proposed}", Tell("lane", (proposed,))),))
    found = OutgoingMessage("test/result", {**values, "starts": "tomorrow"})
    told = {"minutes": minutes, "over": not minutes}
    return (found, *advice, _after_result(number, told, *(button for row in buttons for button in row)))


def _after_result(number: int, told: dict[str, Any], *buttons: Button) -> OutgoingMessage:
    """The way on from a result, in a message of its own, and if that is all for today."""
    return replace(plain("test/next", {"minutes": 0, "over": False, **told}, *buttons), again=ShowResult(number))


def _first(subscriber: Subscriber, test: str) -> object:
    return questionnaire.first_finished(subscriber, test)


def _today(subscriber: Subscriber, now: datetime) -> tuple[Row, ...]:
    chosen = timings(subscriber)
    if not chosen or subscriber.enrollment.day_one is None:
        return ()
    return ((Button("labels.today", ShowDay(chosen[-1].local(now).date())),),)


def choose(context: Context) -> Reaction:
    """Every self-test reached so far, to take or to repeat."""
    series, subscriber = context.series, context.planned
    today = session.today(subscriber, context.now)
    week = max((day.week for day in days(series, subscriber, today)), default=1)
    tests = [test for test in series.tests if test.week <= week or subscriber.finished(test.id)]
    buttons = [Button(f"labels.test-{test.id}", StartTest(test.id)) for test in tests]
    return context.reply(plain("test/choose", {"tests": [test.id for test in tests]}, *buttons))
