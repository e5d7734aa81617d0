"""How it has gone so far, in numbers that respect what they can tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.assessment import safety
from bot.core.model.callback_data import ShowWeeks
from bot.core.model.context import Context
from bot.core.model.drawing import Changes, Verdict
from bot.core.model.message import Button, OutgoingMessage, Reaction, Row, rows
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import days, timings
from bot.core.schedule.due import comes_next
from bot.core.screens import checkin, drawn, questionnaire, session

DAYS, PAIN, CHANGES, SESSIONS = TOPICS = ("days", "pain", "changes", "sessions")
"""The pictures there are."""


def show(context: Context) -> Reaction:
    """Sessions per week, pain and activities over time, the self-tests taken."""
    series, subscriber, now = context.series, context.known, context.now
    chosen = timings(subscriber)
    weeks: list[dict[str, int]] = []
    number = 0
    if chosen and subscriber.enrollment.day_one:
        known = days(series, subscriber, chosen[-1].local(now).date())
        number = known[-1].number if known else 0
        found = session.weeks(series, subscriber, session.today(subscriber, now))
        weeks = [{"week": each.number, "done": each.done} for each in found]
    values = {
        "number": number,
        "days": series.days,
        "weeks": weeks,
        "scales": [
            scale for name in (*_activities(subscriber), questionnaire.PAIN) if (scale := _scale(subscriber, name))
        ],
        "tests": [test.id for test in series.tests if questionnaire.first_finished(subscriber, test.id)],
        "next": comes_next(series, subscriber, now),
    }
    drawing = drawn.day_strip(series, subscriber, now)
    return context.reply(OutgoingMessage("progress/all", values, _topics(context, DAYS), drawing=drawing))


def topic(context: Context, action: ShowWeeks) -> Reaction:
    """One picture of the person's weeks, and the same in words; one that is not there leads to all in words."""
    series, subscriber = context.series, context.known
    found: OutgoingMessage | None = None
    if action.topic == PAIN and (line := drawn.pain_line(series, subscriber)) is not None:
        values: dict[str, Any] = {
            "points": [{"week": each.week, "pain": each.pain} for each in line.points],
            "verdict": line.verdict.value,
            "counts_from": line.change,
            "high": line.high,
        }
        found = OutgoingMessage("progress/pain", values, drawing=line if line.compares else None)
    elif action.topic == CHANGES and (changed := _changes(context)) is not None:
        compared = [
            {
                "words": each.words,
                "before": each.before,
                "after": each.after,
                "verdict": each.verdict.value,
                "question": "",
                "counts_from": each.error,
                "scale": each.scale.value,
            }
            for each in changed.rows
        ]
        told = {"compared": compared, "harder": any(each.verdict is Verdict.WORSE for each in changed.rows)}
        found = OutgoingMessage("progress/changes", told, drawing=changed)
    elif action.topic == SESSIONS and (weeks := drawn.session_rows(series, subscriber, context.now)) is not None:
        done = [
            {
                "week": each.week,
                "done": each.strength,
                "target": each.target,
                "due": each.due,
                "others": each.others,
                "running": each.running,
                "to_come": each.to_come,
                "part": [day.weekday() for day in each.part] if each.part and each.target else [],
            }
            for each in weeks.weeks
        ]
        found = OutgoingMessage("progress/sessions", {"weeks": done}, drawing=weeks if weeks.counts else None)
    if found is None:
        return show(context)
    return context.reply(replace(found, buttons=_topics(context, action.topic), again=action))


def _topics(context: Context, now_shown: str) -> tuple[Row, ...]:
    """The other pictures there are."""
    series, subscriber = context.series, context.known
    there = {
        DAYS: subscriber.enrollment.day_one,
        PAIN: drawn.pain_line(series, subscriber),
        CHANGES: _changes(context),
        SESSIONS: drawn.session_rows(series, subscriber, context.now),
    }
    buttons = [
        Button(f"labels.weeks-{name}", ShowWeeks(name))
        for name, found in there.items()
        if found is not None and name != now_shown
    ]
    return rows(buttons, 3)


def _changes(context: Context) -> Changes | None:
    """What the newest check-in or the re-test says beside the start."""
    asked = drawn.asked(context.known)
    return drawn.changes(checkin.compared(context.series, context.known, asked[-1])) if asked else None


def _activities(subscriber: Subscriber) -> tuple[str, ...]:
    return tuple(questionnaire.ACTIVITY + name for name in questionnaire.activities(subscriber))


def _scale(subscriber: Subscriber, question: str) -> dict[str, Any] | None:
    """Every answer on one 0 to 10 scale, oldest first: the one at the start, then those of the check-ins."""
    said = subscriber.said(question)
    points = [said] if isinstance(said, int) else []
    for each in subscriber.attempts:
        if each.test in (*safety.WEEKLY, safety.ONE_TAP) and isinstance(value := each.value(question), int):
            points.append(value)
    if not points:
        return None
    return {
        "activity": question.removeprefix(questionnaire.ACTIVITY) if question != questionnaire.PAIN else "",
        "points": points,
    }
