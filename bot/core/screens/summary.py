"""One page about somebody's weeks for whoever looks after their knee, out of what they told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.core.assessment import pain, safety
from bot.core.model.message import OutgoingMessage, Page
from bot.core.model.series import ROLES, Series
from bot.core.model.subscriber import Session, Subscriber
from bot.core.schedule.calendar import timings
from bot.core.screens import drawn, questionnaire, session

MOST = 6
"""Days with a red report that are named, the newest ones; the page tells how many there were."""


def page(series: Series, subscriber: Subscriber, now: datetime) -> Page | None:
    """What was done, told and measured, and what was asked and answered; None before day 1."""
    day_one = subscriber.enrollment.day_one
    weeks = drawn.session_rows(series, subscriber, now)
    if day_one is None:
        return None
    line = drawn.pain_line(series, subscriber)
    reds = [
        each for each in subscriber.all_sessions if pain.session_light(series.care, subscriber, each) is pain.Light.RED
    ]
    limits = safety.limits(series, subscriber)
    values = {
        "first": day_one,
        "last": session.today(subscriber, now),
        "weeks": [
            {"week": each.week, "done": each.strength, "target": each.target, "others": each.others}
            for each in (weeks.weeks if weeks else ())
        ],
        "points": [{"week": each.week, "pain": each.pain} for each in line.points] if line else [],
        "verdict": line.verdict.value if line else "",
        "counts_from": line.change if line else None,
        "reds": [_red(each) for each in reds[-MOST:]],
        "number": len(reds),
        "scales": [_scale(subscriber, name) for name in questionnaire.activities(subscriber)],
        "tests": _tests(series, subscriber),
        "answers": _answers(series, subscriber),
        "limits": [limit.id for limit in series.limits if limit.id in limits],
    }
    return Page(OutgoingMessage("data/page", values), line if line is not None and line.compares else None)


def _red(session: Session) -> dict[str, Any]:
    worst = max(session.hurts, key=lambda hurt: (hurt.sharp, hurt.pain), default=None)
    scores = [hurt.pain for hurt in session.hurts] + ([session.pain] if session.pain is not None else [])
    return {
        "date": session.date,
        "pain": max(scores),
        "exercise": worst.exercise if worst else "",
        "sharp": bool(worst and worst.sharp),
    }


def _scale(subscriber: Subscriber, activity: str) -> dict[str, Any]:
    """An activity with every rating of it, oldest first."""
    question = questionnaire.ACTIVITY + activity
    told = [subscriber.said(question), *(each.value(question) for each in drawn.asked(subscriber))]
    return {"activity": activity, "points": [value for value in told if isinstance(value, int)]}


def _tests(series: Series, subscriber: Subscriber) -> list[dict[str, Any]]:
    """Of each question of a self-test its first and its newest answer."""
    since = subscriber.enrollment.states[0].at
    over = [each for each in subscriber.attempts if each.finished_at and each.started_at >= since]
    found = []
    for test in series.tests:
        for question in test.questions:
            told = [value for each in over if (value := each.value(question.id)) is not None]
            if told and question.role not in ROLES:
                words = f"selftests.{test.id}.questions.{question.id}"
                first, last = told[0], told[-1]
                found.append(
                    {"words": words, "kind": question.kind, "unit": question.unit, "before": first, "after": last}
                )
    return found


def _answers(series: Series, subscriber: Subscriber) -> list[dict[str, Any]]:
    """The newest answer to each screen of the safety check, and the date it was given."""
    found = []
    for screen in series.safety:
        for attempt in reversed(subscriber.attempts):
            value = attempt.value(screen.id)
            if value is not None:
                which = attempt.value(f"{screen.id}{safety.WHICH}")
                at = timings(subscriber)[-1].local(attempt.last_touched_at).date()
                signs = [which] if which in screen.signs else list(screen.signs)
                found.append({"screen": screen.id, "answer": value, "signs": signs, "date": at})
                break
    return found
