"""Lessons and short reads: which have been reached, their pages in place, and what each page rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.core.model.callback_data import KNOW, MORE, Outdated, ShowDay, ShowLesson, StartTest
from bot.core.model.context import Context
from bot.core.model.delivery import GONE_OUT, WITH_ANOTHER, Kind
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, Row
from bot.core.model.series import Lesson, LessonPart, Series
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import Day, days, lesson_key, timings
from bot.core.screens import questionnaire

WAITS = timedelta(days=1)
"""For so long, what came and was not begun is offered on screens that take its place."""


def reached(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Lesson, ...]:
    """The lessons a person may read, with their reads: those sent, and those whose day has come."""
    if subscriber.enrollment.plan_shown_at is None:
        return ()
    chosen = timings(subscriber)
    today = chosen[-1].local(now).date()
    begun = {day.step.id for day in days(series, subscriber, today) if day.step and day.moment <= now}
    sent = {key.rsplit(":", 1)[-1] for key, record in subscriber.all_deliveries.items() if record.outcome in GONE_OUT}
    return tuple(each for each in series.lessons if each.day == 1 or each.id in begun or each.id in sent)


def read_of(series: Series, subscriber: Subscriber, day: Day) -> tuple[Lesson, LessonPart] | None:
    """The read that rides on a day's message: the n-th message after a week's lesson takes the n-th of that week.

    So whoever hears from the bot on few days gets the first reads of each week, whichever days they are.
    """
    lesson = series.lesson_of(day.week)
    if lesson is None or not _carries_a_read(day):
        return None
    before = sum(
        1
        for each in days(series, subscriber, day.date)
        if each.week == day.week and each.date < day.date and _carries_a_read(each)
    )
    return (lesson, lesson.reads[before]) if before < len(lesson.reads) else None


def _carries_a_read(day: Day) -> bool:
    return day.step is not None and day.step.kind is not Kind.LESSON


def show(context: Context, action: ShowLesson) -> Reaction:
    """One page of a lesson, or what it rests on; reading the last card is noted.

    A lesson or a page that is gone, or not reached yet, leads to what the nearest week holds.
    Raises Outdated for somebody who has reached none.
    """
    series, subscriber = context.series, context.known
    there = reached(series, subscriber, context.now)
    if not there:
        raise Outdated(action.lesson)
    lesson = next((each for each in there if each.id == action.lesson), None)
    page = lesson.page(action.part) if lesson else None
    if lesson is None or page is None:
        return context.reply(_contents(there, lesson or there[-1]))
    if page in lesson.parts:
        subscriber = subscriber.arrived(lesson_key(subscriber.enrollment.number, lesson.id))
        if (
            page is lesson.parts[-1]
            and (action.side == MORE or not page.further)
            and lesson.id not in subscriber.lessons_seen
        ):
            subscriber = replace(subscriber, lessons_seen=(*subscriber.lessons_seen, lesson.id))
    context = context.keeping(subscriber)
    if action.side == KNOW:
        return context.reply(_known(lesson, page))
    first = () if page in lesson.parts else carried(series, subscriber, context.now)
    return context.reply(page_screen(series, subscriber, lesson, page, first, action.side))


def arrived_on(subscriber: Subscriber, on: date) -> Subscriber:
    """With the lesson of unknown fate that went out on a local date known to have arrived.

    Evidence is a tap on what its message carries beside its own pages: that day's exercises, or the check-in.
    """
    chosen = timings(subscriber)
    for record in subscriber.deliveries.values():
        if record.kind is Kind.LESSON and chosen and chosen[-1].local(record.at).date() == on:
            subscriber = subscriber.arrived(record.key)
    return subscriber


def carried(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Row, ...]:
    """The check-in and the lesson that came within a day and still wait, for a screen that has taken their place."""
    fresh = [
        record
        for record in subscriber.deliveries.values()
        if now - record.at < WAITS and (record.outcome in GONE_OUT or record.reason == WITH_ANOTHER)
    ]
    found: list[Row] = []
    asked = max((record.at for record in fresh if record.kind is Kind.CHECK_IN), default=None)
    begun = [each.last_touched_at for each in subscriber.attempts if each.test == questionnaire.CHECK_IN]
    if asked is not None and all(at < asked for at in begun):
        found.append((Button("labels.check-in", StartTest(questionnaire.CHECK_IN)),))
    keys = {record.key for record in fresh}
    for each in series.lessons:
        if lesson_key(subscriber.enrollment.number, each.id) in keys and each.id not in subscriber.lessons_seen:
            found.append((Button("labels.read-lesson", ShowLesson(each.id, each.parts[0].id)),))
    return tuple(found)


def page_screen(
    series: Series,
    subscriber: Subscriber,
    lesson: Lesson,
    page: LessonPart,
    first: tuple[Row, ...] = (),
    side: str = "",
) -> OutgoingMessage:
    """One view of a page with its way on: to what is further said, to the next card, or back to the day."""
    is_card, goes_on = page in lesson.parts, page.further and side == MORE
    before, after = lesson.neighbours(page.id) if is_card else (None, None)
    back = ShowLesson(lesson.id, page.id) if goes_on else ShowLesson(lesson.id, before) if before else None
    onward = ShowLesson(lesson.id, after) if after else None
    if page.further and not goes_on:
        onward = ShowLesson(lesson.id, page.id, MORE)
    turn = [Button("labels.back", back)] if back else []
    if onward:
        turn.append(Button("labels.next-part", onward, style=PRIMARY))
    known = Button("labels.how-known", ShowLesson(lesson.id, page.id, KNOW))
    leads: list[Row] = [tuple(turn), (known,)] if len(turn) > 1 else [(known, *turn)]
    rows = [*first, *leads]
    if not after and not (is_card and onward):
        tests = _tests(series, subscriber, lesson) if is_card else []
        rows = [*first, *tests, (*_today(subscriber), Button("labels.all-reads", ShowLesson(lesson.id, ""))), *leads]
    number = lesson.parts.index(page) + 1 if is_card else 0
    values = {**_values(lesson, page), "number": number, "of": len(lesson.parts), "further": goes_on}
    pictures = (page.picture,) if page.picture and not goes_on else ()
    again = ShowLesson(lesson.id, page.id, MORE if goes_on else "")
    return OutgoingMessage("lesson/page", values, tuple(rows), pictures=pictures, instead=goes_on, again=again)


def _known(lesson: Lesson, page: LessonPart) -> OutgoingMessage:
    """What a page rests on, and how sure that is."""
    values = {**_values(lesson, page), "confidence": page.confidence, "sources": list(page.sources)}
    back = (Button("labels.back", ShowLesson(lesson.id, page.id)),)
    return OutgoingMessage("lesson/know", values, (back,), again=ShowLesson(lesson.id, page.id, KNOW))


def _values(lesson: Lesson, page: LessonPart) -> dict[str, Any]:
    return {"lesson": lesson.id, "week": lesson.week, "part": page.id}


def _tests(series: Series, subscriber: Subscriber, lesson: Lesson) -> list[Row]:
    """The self-tests of a lesson's week that were not taken yet."""
    return [
        (Button(f"labels.test-{test.id}", StartTest(test.id)),)
        for test in series.tests
        if test.week == lesson.week and questionnaire.first_finished(subscriber, test.id) is None
    ]


def _today(subscriber: Subscriber) -> Row:
    chosen = timings(subscriber)
    if not chosen:
        return ()
    return (Button("labels.today", ShowDay(chosen[-1].local(subscriber.saved_at).date())),)


def choose(context: Context) -> Reaction:
    """What the newest week reached holds, and the way to those before it.

    Raises Outdated for somebody who has reached none.
    """
    there = reached(context.series, context.planned, context.now)
    if not there:
        raise Outdated("lesson")
    return context.reply(_contents(there, there[-1]))


def _contents(there: tuple[Lesson, ...], lesson: Lesson) -> OutgoingMessage:
    """All that a week holds: its lesson and its reads, then the other weeks."""
    rows: list[Row] = [(Button(f"labels.lesson-{lesson.id}", ShowLesson(lesson.id, lesson.parts[0].id)),)]
    rows += [(read_button(lesson, read),) for read in lesson.reads]
    others = [each for each in there if each is not lesson]
    rows.append(tuple(Button("labels.week", ShowLesson(each.id, ""), {"week": each.week}) for each in others))
    again = ShowLesson(lesson.id, "")
    return OutgoingMessage("lesson/contents", {"week": lesson.week}, tuple(row for row in rows if row), again=again)


def read_button(lesson: Lesson, read: LessonPart) -> Button:
    """The way to a read: its title, and how long it takes."""
    return Button("labels.read", ShowLesson(lesson.id, read.id), {"page": f"{lesson.id}/{read.id}"})
