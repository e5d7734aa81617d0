"""Lessons: which have been reached, and their parts, paged in place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.core.model.callback_data import Outdated, ShowDay, ShowLesson, StartTest
from bot.core.model.context import Context
from bot.core.model.delivery import GONE_OUT, Kind
from bot.core.model.message import Button, OutgoingMessage, Reaction, Row, plain
from bot.core.model.series import Lesson, Series
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import days, lesson_key, timings
from bot.core.screens import questionnaire


def reached(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Lesson, ...]:
    """The lessons a person may read: those sent, and those whose day has come."""
    if subscriber.enrollment.plan_shown_at is None:
        return ()
    chosen = timings(subscriber)
    today = chosen[-1].local(now).date()
    begun = {day.step.id for day in days(series, subscriber, today) if day.step and day.moment <= now}
    sent = {key.rsplit(":", 1)[-1] for key, record in subscriber.deliveries.items() if record.outcome in GONE_OUT}
    return tuple(each for each in series.lessons if each.day == 1 or each.id in begun or each.id in sent)


def show(context: Context, action: ShowLesson) -> Reaction:
    """One part of a lesson; reading the last one is noted.

    Raises Outdated for a lesson or part that is not (or no longer) there, or not yet reached.
    """
    series, subscriber = context.series, context.known
    lesson = next((each for each in reached(series, subscriber, context.now) if each.id == action.lesson), None)
    if lesson is None or action.part not in {part.id for part in lesson.parts}:
        raise Outdated(action.lesson)
    subscriber = subscriber.arrived(lesson_key(subscriber.enrollment.number, lesson.id))
    if action.part == lesson.parts[-1].id and lesson.id not in subscriber.lessons_seen:
        subscriber = replace(subscriber, lessons_seen=(*subscriber.lessons_seen, lesson.id))
    screen = part_screen(series, subscriber, lesson, action.part, action.simple)
    return context.keeping(subscriber).reply(screen)


def arrived_on(subscriber: Subscriber, on: date) -> Subscriber:
    """With the lesson of unknown fate that went out on a local date known to have arrived.

    Evidence is a tap on what its message carries beside its own pages: that day's exercises, or the check-in.
    """
    chosen = timings(subscriber)
    for record in subscriber.deliveries.values():
        if record.kind is Kind.LESSON and chosen and chosen[-1].local(record.at).date() == on:
            subscriber = subscriber.arrived(record.key)
    return subscriber


def part_screen(
    series: Series, subscriber: Subscriber, lesson: Lesson, part: str, simple: bool = False, first: tuple[Row, ...] = ()
) -> OutgoingMessage:
    """One part with its place, back and on, and the same in simpler words; after the last one what to do next."""
    before, after = lesson.neighbours(part)
    turn: list[Button] = []
    if before:
        turn.append(Button("labels.back", ShowLesson(lesson.id, before, simple)))
    if after:
        turn.append(Button("labels.next-part", ShowLesson(lesson.id, after, simple)))
    words = Button("labels.full-words" if simple else "labels.simpler", ShowLesson(lesson.id, part, not simple))
    buttons: list[Row] = [*first, tuple(turn), (words,)]
    if after is None:
        buttons = [*first, *_afterwards(series, subscriber, lesson), tuple(turn), (words,)]
    place = [each.id for each in lesson.parts].index(part) + 1
    entry = lesson.parts[place - 1]
    values = {
        "lesson": lesson.id,
        "week": lesson.week,
        "part": part,
        "simple": simple,
        "number": place,
        "of": len(lesson.parts),
        "confidence": entry.confidence,
    }
    return OutgoingMessage("lesson/part", values, tuple(buttons), again=ShowLesson(lesson.id, part, simple))


def _afterwards(series: Series, subscriber: Subscriber, lesson: Lesson) -> list[Row]:
    """After the last part: the week's self-test, after lesson 1 the chair stand; then today's exercises."""
    found: list[Row] = []
    for test in series.tests:
        if test.week == lesson.week and questionnaire.first_finished(subscriber, test.id) is None:
            found.append((Button(f"labels.test-{test.id}", StartTest(test.id)),))
    chosen = timings(subscriber)
    if chosen:
        today = chosen[-1].local(subscriber.saved_at).date()
        found.append((Button("labels.today", ShowDay(today)),))
    return found


def choose(context: Context) -> Reaction:
    """The lessons reached, to read again; one opens at once."""
    lessons = reached(context.series, context.planned, context.now)
    buttons = [Button(f"labels.lesson-{lesson.id}", ShowLesson(lesson.id, lesson.parts[0].id)) for lesson in lessons]
    return context.reply(plain("lesson/choose", {"lessons": [lesson.id for lesson in lessons]}, *buttons))
