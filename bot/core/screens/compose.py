"""The words' skeleton of every message that nobody asked for, made afresh when it is claimed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from bot.core.assessment import safety
from bot.core.model.callback_data import (
    Ask,
    AskCoach,
    AskErase,
    CheckAgain,
    Done,
    GoOn,
    KeepAnswers,
    Next,
    NotToday,
    PauseUntil,
    Resume,
    ShowDay,
    ShowLesson,
    StartTest,
    StillWanted,
    TryMove,
    Unsubscribe,
)
from bot.core.model.delivery import GONE_OUT, UNASKED, Kind, Outcome
from bot.core.model.message import DANGER, PRIMARY, Button, OutgoingMessage, Row
from bot.core.model.series import EACH, WEEK, WEEKLY, Series, week_of
from bot.core.model.subscriber import Subscriber
from bot.core.schedule import retention
from bot.core.schedule.calendar import Day, days, lesson_key, reminder_key, test_key, timings
from bot.core.schedule.plan import plan
from bot.core.schedule.planned import Planned
from bot.core.screens import lesson, move, onward, profile, questionnaire, rating, session

LONG_SILENCE = timedelta(days=2)
SILENT_FROM = 2
"""Messages in a row that nobody answered."""
FIRST_NAME = "{name}"
"""Where each reader of a broadcast finds their own first name; nothing else in it may differ."""
READ_WITH = (Kind.REMINDER, Kind.CHECK_IN, Kind.RETEST)
"""What carries the day's read."""


def compose(
    series: Series, subscriber: Subscriber, planned: Planned, now: datetime, words: str = ""
) -> OutgoingMessage:
    """The message for one planned delivery, with everything it carries that day; `words` are those of a broadcast."""
    if planned.kind is Kind.BROADCAST:
        return broadcast(words, subscriber.name)
    if planned.kind is Kind.IDLE:
        return _idle(series, subscriber, now)
    timing = timings(subscriber)[-1] if timings(subscriber) else None
    today = timing.date_of(now, timedelta(hours=series.graces.reminder)) if timing else now.date()
    # A reminder that comes after midnight is still the one of its own date, and so is the session it leads to.
    on = planned.date if planned.kind is Kind.REMINDER else today
    day = session.day_of(series, subscriber, on) if timing else None
    asks = rating.morning_rows(series, subscriber, today) if planned.kind in UNASKED else ()
    match planned.kind:
        case Kind.LESSON:
            message = _lesson(series, subscriber, planned, None if asks else day)
        case Kind.CHECK_IN:
            start = (Button("labels.check-in", StartTest(questionnaire.CHECK_IN), style=PRIMARY),)
            told = {"session": session.has_session(day), "onward": planned.step not in _own_check_ins(series)}
            message = OutgoingMessage("check-in/invite", told, (start, *_day_rows(day)))
        case Kind.RETEST:
            message = _retest(series, subscriber, planned)
        case Kind.REMINDER:
            message = _reminder(series, subscriber, planned, day, now)
        case Kind.STILL:
            message = _still(series, day)
        case Kind.NUDGE:
            message = OutgoingMessage("onboarding/nudge", {}, ((Button("labels.go-on", Next(), style=PRIMARY),),))
        case Kind.FOLLOW_UP:
            flag = safety.flagged(series, subscriber)
            values = {"tier": flag.tier if flag else "today"}
            message = OutgoingMessage("safety/follow-up", values, ((Button("labels.check-again", CheckAgain()),),))
    read = lesson.read_of(series, subscriber, day) if day and planned.kind in READ_WITH else None
    read = None if message.values.get("silent") else read
    more: dict[str, Any] = {
        **message.values,
        "read": f"{read[0].id}/{read[1].id}" if read and planned.slot == 1 else "",
        "repeat": planned.repeat,
        "after_silence": _after_silence(subscriber, planned, now),
        "day": day.number if day else None,
    }
    if planned.kind is Kind.LESSON:
        more["unhurried"] = _is_silent(subscriber, planned)
    more["morning"] = bool(asks)
    buttons = (*asks, *_lost_rows(series, subscriber), *message.buttons, *session.open_test(subscriber))
    buttons += _first_lesson(series, subscriber, planned, day)
    if read is not None:
        buttons += ((lesson.read_button(*read),),)
    return replace(message, values=more, buttons=buttons, silent=planned.late or planned.repeat)


def broadcast(words: str, name: str) -> OutgoingMessage:
    """A coach's word to many, as one of them reads it."""
    answer = ((Button("labels.write-back", AskCoach()),),)
    return OutgoingMessage("coach/broadcast", {"words": words, "name": name, "mark": FIRST_NAME}, answer)


def _lesson(series: Series, subscriber: Subscriber, planned: Planned, day: Day | None) -> OutgoingMessage:
    """A lesson's first card; the day's moves stand below it where no question leads to them."""
    the_lesson = series.lesson_by_id[planned.step]
    first: tuple[Row, ...] = ()
    if planned.rides:
        first = ((Button("labels.check-in", StartTest(questionnaire.CHECK_IN)),),)
    screen = lesson.page_screen(series, subscriber, the_lesson, the_lesson.parts[0], first)
    return replace(screen, buttons=(*screen.buttons, *_day_rows(day)))


def _own_check_ins(series: Series) -> tuple[str, ...]:
    return tuple(f"week-{week_of(number)}" for number in series.check_ins)


def _retest(series: Series, subscriber: Subscriber, planned: Planned) -> OutgoingMessage:
    """The invitation to a re-test: the series' own, one on the way, or the last, which can be left out."""
    start = (Button("labels.start-re-test", StartTest(questionnaire.RETEST), style=PRIMARY),)
    later = series.onward.tests if series.onward is not None else ()
    number = subscriber.enrollment.number
    on = next((each for each in later if test_key(number, each) == planned.key), 0)
    is_last = bool(on) and on == max(later)
    stop: tuple[Row, ...] = ((Button("labels.finish-here", GoOn(0), style=DANGER),),) if is_last else ()
    values = {"weeks": week_of(on) if on else 0, "is_last": is_last}
    return OutgoingMessage("re-test/invite", values, (start, *stop))


def _still(series: Series, day: Day | None) -> OutgoingMessage:
    """Are these still wanted? A small start, fewer days, or no more."""
    buttons: list[Row] = []
    if day is not None:
        buttons.append((Button("labels.small-start", StillWanted("yes"), style=PRIMARY),))
    buttons.append((Button("labels.fewer-days", Ask("days")),))
    buttons.append((Button("labels.no-more", Unsubscribe(), style=DANGER),))
    onward_now = day is not None and day.number > series.days
    return OutgoingMessage("enrollment/still", {"onward": onward_now}, tuple(buttons))


def _idle(series: Series, subscriber: Subscriber, now: datetime) -> OutgoingMessage:
    """After a long silence: from when on nothing will be kept, and what keeps it. It carries nothing else."""
    end = retention.hours(series, subscriber).local(now + timedelta(days=series.retention.days))
    buttons = (
        (Button("labels.keep-answers", KeepAnswers(), style=PRIMARY),),
        (Button("labels.go-on", Resume()),),
        (Button("labels.erase-now", AskErase(), style=DANGER),),
    )
    return OutgoingMessage("data/idle", {"months": series.retention.months, "date": end.date()}, buttons)


def _day_rows(day: Day | None) -> tuple[Row, ...]:
    """Start, where the day has a session."""
    return ((Button("labels.start-today", ShowDay(day.date)),),) if day and session.has_session(day) else ()


def _reminder(
    series: Series, subscriber: Subscriber, planned: Planned, day: Day | None, now: datetime
) -> OutgoingMessage:
    if day is None or not (the_plan := plan(series, subscriber, day)).items:
        bare = {
            "moves": 0,
            "turn": turn(subscriber, planned),
            "if_then": None,
            "cadence": "",
            "asks": "",
            "silent": False,
        }
        return OutgoingMessage("reminder", bare, ())
    on = planned.date
    whole, short = session.start_buttons(the_plan, on)
    if subscriber.said("length") == "short" or session.comes_back(subscriber, now):
        whole, short = short, whole
    tests = session.first_test(series, subscriber, on) or session.test_of_week(series, subscriber, on)
    buttons: list[Row] = [(whole,), *tests]
    buttons.append((short, Button("labels.done", Done(on))))
    later = session.later_buttons(series, subscriber, on, timings(subscriber)[-1], now)
    buttons.append((*later, Button("labels.not-today", NotToday(on))))
    first = day.cadence and planned.slot == 1 and _first_of_week(series, subscriber, day)
    question = onward.question_of(series, subscriber, day) if first else ""
    buttons += onward.question_rows(day.week, question) if question else ()
    buttons += onward.reminder_rows(series, subscriber, day, now) if first or day.cadence == WEEKLY else ()
    if_then = profile.if_then(series, subscriber) if _first_of_week(series, subscriber, day) else None
    values = {
        "type": day.type.value,
        "easy": the_plan.easy,
        "moves": len(the_plan.items),
        "minutes": the_plan.minutes,
        "first": the_plan.items[0].named,
        "turn": turn(subscriber, planned),
        "if_then": if_then if day.cadence in ("", EACH) else None,
        "cadence": day.cadence,
        "week": day.week,
        "days": onward.of_week(series, subscriber, day),
        "asks": question,
        "only_first": session.short_minutes(the_plan) if subscriber.said("length") == "short" else 0,
        "silent": not day.cadence and planned.slot == 1 and _is_silent(subscriber, planned),
    }
    if not values["silent"]:
        return OutgoingMessage("reminder", values, tuple(buttons))
    smallest = move.chosen(series, subscriber) if the_plan.upshot is None else None
    least: tuple[Row, ...] = ((Button("labels.move-now", TryMove(smallest[0].id, smallest[1])),),) if smallest else ()
    monday = on + timedelta(days=WEEK - on.weekday())
    quiet = Button("labels.quiet-until", PauseUntil(monday.isoformat()), {"day": monday.weekday()})
    left = (*later, Button("labels.not-today", NotToday(on)))  # may still be typed
    rows = (*least, (whole, short), (Button("labels.done", Done(on)), quiet))
    return OutgoingMessage("reminder", values, rows, behind=left)


def _is_silent(subscriber: Subscriber, planned: Planned) -> bool:
    """Whether the last messages that nobody asked for were left unanswered: the next ones ask for less."""
    others = (each for each in subscriber.deliveries.values() if each.key != planned.key)
    sent = (each.at for each in others if each.outcome in GONE_OUT and each.kind in UNASKED)
    return sum(at > subscriber.last_heard_at for at in sent) >= SILENT_FROM


def _first_of_week(series: Series, subscriber: Subscriber, day: Day) -> bool:
    """Whether no reminder of its week has gone out before: what is said in each of them is soon read over."""
    before = [
        each for each in days(series, subscriber, day.date, day.date) if each.week == day.week and each.date < day.date
    ]
    records = [subscriber.deliveries.get(reminder_key(each.date, 1)) for each in before]
    return not any(record is not None and record.outcome in GONE_OUT for record in records)


def turn(subscriber: Subscriber, planned: Planned) -> int:
    """Which wording's turn it is: another one each day, in an order of the person's own."""
    start = int.from_bytes(blake2b(str(subscriber.id).encode(), digest_size=2).digest())
    return start + planned.date.toordinal() + planned.slot - 1


def _after_silence(subscriber: Subscriber, planned: Planned, now: datetime) -> bool:
    """Whether the bot itself was silent for so long that the message should say where they are."""
    if planned.kind in (Kind.NUDGE, Kind.FOLLOW_UP):
        return False
    if planned.late and now - planned.at >= LONG_SILENCE:
        return True
    expired = [
        r.key for r in subscriber.deliveries.values() if r.outcome is Outcome.EXPIRED and r.kind is Kind.REMINDER
    ]
    return all(reminder_key(planned.date - timedelta(days=ago), 1) in expired for ago in (1, 2))


def _first_lesson(series: Series, subscriber: Subscriber, planned: Planned, day: Day | None) -> tuple[Row, ...]:
    """The lesson of day 1, which comes with no message of its own: in its week, with each reminder until it is read."""
    found = series.lesson_of(day.week) if day and planned.kind is Kind.REMINDER else None
    if found is None or found.day != 1 or found.id in subscriber.lessons_seen:
        return ()
    return ((Button("labels.first-lesson", ShowLesson(found.id, found.parts[0].id)),),)


def _lost_rows(series: Series, subscriber: Subscriber) -> tuple[Row, ...]:
    """The first lesson of this enrollment that will not come by itself and was never read to its end."""
    for each in series.lessons:
        record = subscriber.deliveries.get(lesson_key(subscriber.enrollment.number, each.id))
        if record is not None and record.is_lost and each.id not in subscriber.lessons_seen:
            return ((Button("labels.show-lesson", ShowLesson(each.id, each.parts[0].id)),),)
    return ()
