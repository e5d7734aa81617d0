"""After the re-test: going on for some weeks or stopping, one question a week, fewer reminders, and a calm end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.assessment import pain, safety
from bot.core.model.callback_data import (
    GoOn,
    OneTap,
    Outdated,
    Remind,
    Resume,
    ShareCard,
    ShowDay,
    StartOver,
    StartTest,
)
from bot.core.model.context import Context
from bot.core.model.delivery import Kind
from bot.core.model.message import DANGER, Button, OutgoingMessage, Reaction, Row, plain, rows
from bot.core.model.series import EACH, WEEK, WEEKLY, Onward, Series
from bot.core.model.subscriber import Answer, Attempt, State, Subscriber
from bot.core.schedule.calendar import (
    GO_ON,
    ONE_DAY,
    REMINDERS,
    TAPER,
    Day,
    DayType,
    days,
    goes_on,
    stands,
    test_key,
    timings,
)
from bot.core.schedule.due import comes_next
from bot.core.schedule.plan import Plan, lasting, to_keep
from bot.core.screens import barrier, checkin, onboarding, questionnaire, rating, session
from bot.core.screens.lesson import carried

ASKED_ANEW = timedelta(days=WEEK - 1)
"""So soon after a check-in or a test nothing is asked."""
STILL_ANSWERED = timedelta(days=WEEK)
"""For so long the week's question may be answered, and its answer be changed."""


# --- The choice -------------------------------------------------------------------------------------------------


def after_retest(context: Context, number: int) -> Reaction:
    """What follows a re-test: the choice to go on, a word half-way, or the end."""
    series, subscriber, now = context.series, context.known, context.now
    sure = subscriber.attempts[number].value(questionnaire.SURE)
    unsure = isinstance(sure, int) and series.care.sure is not None and sure < series.care.sure.enough
    again = [
        (Button(f"labels.test-{test.id}", StartTest(test.id)),)
        for test in series.tests
        if test.areas and questionnaire.first_finished(subscriber, test.id)
    ]
    if is_over(series, subscriber, now):
        return _ended(context)
    if series.onward is None:
        return _stopped(context.keeping(subscriber.in_state(State.FINISHED, now)), *again)
    if goes_on(subscriber, now):
        asks = OutgoingMessage(
            "re-test/half-way",
            {"next": comes_next(context.series, context.known, context.now)},
            (*_choices(series.onward), *again),
        )
        return context.reply(asks)
    values = {"sure": sure if unsure else None, "weeks": series.onward.weeks}
    return context.reply(OutgoingMessage("re-test/next", values, (*_choices(series.onward, unsure), *again)))


def _choices(onward: Onward, easiest_first: bool = False) -> tuple[Row, ...]:
    """On how many days a week, or no further; what is easier to keep stands first for whoever is not sure."""
    numbers = sorted(onward.a_week, reverse=not easiest_first)
    return (tuple(Button(f"labels.go-on-{number}", GoOn(number)) for number in numbers), _stop())


def _stop() -> Row:
    return (Button("labels.finish-here", GoOn(0), style=DANGER),)


def offer(context: Context) -> OutgoingMessage:
    """The choice once more, for whoever comes back or has not chosen yet; where all is over, a new beginning."""
    series, subscriber = context.series, context.known
    if series.onward is None or is_over(series, subscriber, context.now):
        over = (Button("labels.start-over", StartOver(subscriber.enrollment.number + 1)),)
        return OutgoingMessage("re-test/over", {}, (over,))
    return OutgoingMessage("re-test/next", {"sure": None, "weeks": series.onward.weeks}, _choices(series.onward))


def is_over(series: Series, subscriber: Subscriber, now: datetime) -> bool:
    """Whether the last of the weeks after the re-test is behind them."""
    if series.onward is None:
        return False
    key = test_key(subscriber.enrollment.number, max(series.onward.tests))
    until = days(series, subscriber, session.today(subscriber, now))
    return any(day.step is not None and day.step.key == key for day in until)


def go_on(context: Context, action: GoOn) -> Reaction:
    """Carry on with one's own few moves on so many days a week, or end here.

    Whoever comes back after a long time goes through the safety check first. Raises Outdated before this enrollment's
    re-test: the button is an older enrollment's.
    """
    series, subscriber, now = context.series, context.known, context.now
    if subscriber.enrollment.day_one is None or subscriber.finished(questionnaire.RETEST) is None:
        raise Outdated("go on")
    if is_over(series, subscriber, now):
        return _ended(context)
    number = action.days if series.onward is not None and action.days in series.onward.a_week else 0
    subscriber = _wishing(subscriber, GO_ON, number, now)
    if not number:
        return _stopped(context.keeping(subscriber.in_state(State.FINISHED, now)))
    picked = checkin.spread(sorted(timings(subscriber)[-1].days), number)
    subscriber = subscriber.saying("days", tuple(map(str, picked)), now).in_state(State.RUNNING, now)
    context = context.keeping(subscriber)
    flagged = safety.flagged(series, subscriber) is not None
    moves = [] if flagged else [item.named for item in _own_moves(series, subscriber, now).items]
    weeks = series.onward.weeks if series.onward else 0
    values = {
        "days": picked,
        "moves": moves,
        "next": comes_next(context.series, context.known, context.now),
        "weeks": weeks,
    }
    going = OutgoingMessage("re-test/going-on", values)
    asked_at = safety.last_asked(subscriber)
    again = timedelta(days=series.onward.check_after) if series.onward else timedelta()
    if not flagged and (asked_at is None or now - asked_at >= again):
        check = onboarding.check_again(context)
        return replace(check, messages=(going, *check.messages))
    return context.reply(going)


def _wishing(subscriber: Subscriber, question: str, value: int | str, now: datetime) -> Subscriber:
    """With a word on the time after the re-test; the same word of this enrollment again changes nothing."""
    if stands(subscriber, question, now) == value:
        return subscriber
    return replace(subscriber, answers=(*subscriber.answers, Answer(question, value, now)))


# --- The end ----------------------------------------------------------------------------------------------------


def _stopped(context: Context, *again: Row) -> Reaction:
    """Thanks, the plan to keep, and how to come back."""
    further = context.series.onward is not None
    values = {"sessions": context.known.sessions_done, "further": further}
    back: tuple[Row, ...] = ((Button("labels.go-on", Resume()),),) if further else ()
    return _farewell(context, OutgoingMessage("re-test/finished", values), *again, *back)


def _ended(context: Context) -> Reaction:
    """The calm end of the last week: what was done, what to keep."""
    context = context.keeping(context.known.in_state(State.FINISHED, context.now))
    weeks = context.series.onward.weeks if context.series.onward is not None else 0
    return _farewell(
        context, OutgoingMessage("re-test/ended", {"sessions": context.known.sessions_done, "weeks": weeks})
    )


def _farewell(context: Context, words: OutgoingMessage, *buttons: Row) -> Reaction:
    """What is said at an end and the plan to keep, both of which stay, and what can be done then."""
    what_next = OutgoingMessage(
        "test/next", {"minutes": 0, "over": False}, (*buttons, (Button("labels.share", ShareCard()),))
    )
    return context.reply(words, *_plan_to_keep(context.series, context.known, context.now), what_next)


def _plan_to_keep(series: Series, subscriber: Subscriber, now: datetime) -> tuple[OutgoingMessage, ...]:
    """The person's own few moves with their doses, or one of the short length; none while a sign stops it."""
    if safety.flagged(series, subscriber) is not None:
        return ()
    past = days(series, subscriber, session.today(subscriber, now))
    the_plan = to_keep(series, subscriber, _tomorrow(series, subscriber, now), past)
    minutes = the_plan.minutes
    if subscriber.said("length") == "short":
        the_plan, minutes = the_plan.short(), session.short_minutes(the_plan)
    values = {"items": [session.item_values(item) for item in the_plan.items], "minutes": minutes}
    return (OutgoingMessage("re-test/keep", values),)


def _own_moves(series: Series, subscriber: Subscriber, now: datetime) -> Plan:
    """The session of the weeks after the re-test, from tomorrow on."""
    return lasting(series, subscriber, _tomorrow(series, subscriber, now))


def _tomorrow(series: Series, subscriber: Subscriber, now: datetime) -> Day:
    """Tomorrow as a day with such a session."""
    timing = timings(subscriber)[-1]
    on = timing.local(now).date() + ONE_DAY
    return Day(series.days, on, now, timing, DayType.STRENGTH, 0, None, cadence=EACH)


# --- One question a week ----------------------------------------------------------------------------------------


def question_of(series: Series, subscriber: Subscriber, day: Day) -> str:
    """The question of one tap in a day's week, or nothing: weeks with a check-in or a test have their own."""
    known, looked_back = _asked(series, subscriber), safety.last_asked(subscriber)
    if not day.cadence or not known or (looked_back and day.moment - looked_back < ASKED_ANEW):
        return ""
    near = days(series, subscriber, day.date + timedelta(days=WEEK), day.date)
    kinds = {each.step.kind for each in near if each.week == day.week and each.step is not None}
    return "" if kinds & {Kind.CHECK_IN, Kind.RETEST} else known[day.week % len(known)]


def _asked(series: Series, subscriber: Subscriber) -> list[str]:
    """What this person may be asked, in turn."""
    found: list[str] = []
    for name in series.onward.asks if series.onward is not None else ():
        if name == questionnaire.PAIN or (name == questionnaire.SURE and series.care.sure is not None):
            found.append(name)
        elif name not in (questionnaire.PAIN, questionnaire.SURE):
            found += [questionnaire.ACTIVITY + each for each in questionnaire.activities(subscriber)[:1]]
    return found


def question_rows(week: int, question: str) -> tuple[Row, ...]:
    """The numbers that answer it, one tap each."""
    numbers = [
        Button("labels.number", OneTap(week, question, value), {"number": value}) for value in questionnaire.SCALE
    ]
    return rows(numbers, 6)


def one_tap(context: Context, action: OneTap) -> Reaction:
    """Keep the answer to the week's question and say how it compares; much pain leads to the signs.

    Raises Outdated for a question that is not theirs, a score that is none, and a week that is over.
    """
    series, subscriber, now = context.series, context.known, context.now
    today = session.today(subscriber, now)
    near = [day for day in days(series, subscriber, today) if day.week == action.week]
    if (
        action.question not in _asked(series, subscriber)
        or action.value not in questionnaire.SCALE
        or not near
        or today - near[-1].date >= STILL_ANSWERED
    ):
        raise Outdated("question")
    number = next(
        (
            place
            for place, each in enumerate(subscriber.attempts)
            if each.test == safety.ONE_TAP
            and each.value(action.question) is not None
            and now - each.started_at < STILL_ANSWERED
        ),
        len(subscriber.attempts),
    )
    answer = Answer(action.question, action.value, now)
    subscriber = subscriber.with_attempt(number, Attempt(safety.ONE_TAP, now, (answer,), now))
    context = context.keeping(subscriber)
    if action.question == questionnaire.PAIN:
        seen = pain.light(series.care.pain, action.value, pain.usual(subscriber))
        if seen is pain.Light.RED:
            return rating.red(context)
    (row,) = checkin.compared(series, subscriber, subscriber.attempts[number])
    enough = series.care.sure.enough if series.care.sure is not None else 0
    unsure = action.question == questionnaire.SURE and action.value < enough
    buttons = barrier.easier(series, subscriber, now) if unsure else ()
    buttons += (*carried(series, subscriber, now), (Button("labels.today", ShowDay(today)),))
    return context.reply(OutgoingMessage("re-test/one-tap", {"row": row, "unsure": unsure}, buttons))


# --- Reminders --------------------------------------------------------------------------------------------------


def reminder_rows(series: Series, subscriber: Subscriber, day: Day, now: datetime) -> tuple[Row, ...]:
    """In weeks with fewer reminders or words, the way to have them all; once they are back, the way to fewer."""
    if series.onward is None or not day.cadence:
        return ()
    if day.cadence != EACH:
        return ((Button("labels.remind-each", Remind(EACH)),),)
    asked_back = stands(subscriber, REMINDERS, now) == EACH and series.onward.cadence(day.week) != EACH
    return ((Button("labels.remind-fewer", Remind(TAPER)),),) if asked_back else ()


def remind(context: Context, action: Remind) -> Reaction:
    """A reminder for each session, or fewer week by week, from now on.

    Raises Outdated for somebody who does not go on, and for a word that is not known.
    """
    series, subscriber, now = context.series, context.known, context.now
    if series.onward is None or not goes_on(subscriber, now) or action.which not in (EACH, TAPER):
        raise Outdated("reminders")
    context = context.keeping(_wishing(subscriber, REMINDERS, action.which, now))
    values = {"which": action.which, "next": comes_next(context.series, context.known, context.now)}
    today = Button("labels.today", ShowDay(session.today(subscriber, now)))
    return context.reply(plain("re-test/reminders", values, today))


def of_week(series: Series, subscriber: Subscriber, day: Day) -> list[int]:
    """The weekdays on which the week of a message that stands for all of it has a session; empty for other days."""
    if day.cadence != WEEKLY:
        return []
    found = days(series, subscriber, day.date + timedelta(days=WEEK), day.date)
    return [each.date.weekday() for each in found if each.week == day.week and each.type is DayType.STRENGTH]


# --- A card for somebody else -----------------------------------------------------------------------------------


def card(context: Context) -> Reaction:
    """What somebody who should see it too can be sent: what this is, and the way in."""
    buttons = ((Button("labels.start-here", url=context.link),),) if context.link else ()
    return context.reply(OutgoingMessage("information/card", {"link": context.link}, buttons))
