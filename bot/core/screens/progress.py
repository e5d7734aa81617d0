"""How it has gone so far, in numbers that respect what they can tell."""

from __future__ import annotations

from typing import Any

from bot.core.assessment import safety
from bot.core.model.context import Context
from bot.core.model.message import OutgoingMessage, Reaction
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import days, timings
from bot.core.schedule.due import upcoming
from bot.core.screens import questionnaire, session


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
    coming = upcoming(series, subscriber, now)
    values = {
        "number": number,
        "days": series.days,
        "weeks": weeks,
        "scales": [
            scale for name in (*_activities(subscriber), questionnaire.PAIN) if (scale := _scale(subscriber, name))
        ],
        "tests": [test.id for test in series.tests if questionnaire.first_finished(subscriber, test.id)],
        "next": chosen[-1].local(coming[0].at) if chosen and coming else None,
    }
    return context.reply(OutgoingMessage("progress/all", values))


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
