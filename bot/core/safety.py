"""The safety check: who must not start, who must ask first, and what a plan has to leave out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.series import Series
from bot.core.subscriber import Answer, Attempt, Subscriber

TEST = "safety"
YES = "yes"
NO = "no"
NOT_SURE = "not-sure"
TIERS = ("stop", "today", "ask")
HIGH_PAIN = "high-pain"


@dataclass(frozen=True, slots=True)
class Flag:
    """The gravest thing the check found: its tier (stop, today, ask) and the screen that found it."""

    tier: str
    screen: str
    at: datetime


def newest(subscriber: Subscriber) -> Attempt | None:
    """The newest check, finished or not."""
    checks = _checks(subscriber)
    return checks[-1] if checks else None


def passed(series: Series, subscriber: Subscriber) -> bool:
    """Whether the person went through the whole check and nothing stands in the way."""
    check = newest(subscriber)
    return check is not None and check.finished_at is not None and flagged(series, subscriber) is None


def flagged(series: Series, subscriber: Subscriber) -> Flag | None:
    """What keeps the person from exercise now, the gravest first; None when nothing does.

    "Not sure" counts as yes. What a check found holds until a later one is finished. A flag of the tier "ask" ends
    with a later "I have asked, I may start".
    """
    found = [flag for check in _standing(subscriber) for flag in found_in(series, check)]
    pain = next((answer for answer in reversed(subscriber.answers) if answer.question == "pain"), None)
    if pain and isinstance(pain.value, int) and pain.value >= series.high_pain.start:
        found.append(Flag(series.high_pain.tier, HIGH_PAIN, pain.at))
    allowed = next((answer.at for answer in reversed(subscriber.answers) if answer.question == "may-start"), None)
    standing = [flag for flag in found if flag.tier != "ask" or allowed is None or flag.at > allowed]
    return gravest(standing)


def found_in(series: Series, check: Attempt) -> list[Flag]:
    """The flags of one check."""
    found = []
    for screen in series.safety:
        answer = _answer(check, screen.id)
        if answer and answer.value in (YES, NOT_SURE) and screen.tier in TIERS:
            found.append(Flag(screen.tier, screen.id, answer.at))
    return found


def gravest(flags: list[Flag]) -> Flag | None:
    """The flag of the gravest tier, or None."""
    return min(flags, key=lambda flag: TIERS.index(flag.tier), default=None)


def _checks(subscriber: Subscriber) -> list[Attempt]:
    return [attempt for attempt in subscriber.attempts if attempt.test == TEST]


def _standing(subscriber: Subscriber) -> list[Attempt]:
    """The checks whose findings hold: from the newest finished one on."""
    checks = _checks(subscriber)
    finished = [place for place, check in enumerate(checks) if check.finished_at is not None]
    return checks[finished[-1] :] if finished else checks


def limits(series: Series, subscriber: Subscriber) -> frozenset[str]:
    """What a plan has to leave out, at once: from the newest safety check and from finished self-tests."""
    found: set[str] = set()
    for check in _standing(subscriber):
        for screen in series.safety:
            answer = _answer(check, screen.id)
            if answer and answer.value in (YES, NOT_SURE):
                found.update(screen.limits)
    age = series.choices.age(str(subscriber.said("age")))
    for attempt in subscriber.attempts:
        for answer in attempt.answers:
            found.update(_test_limits(series, answer, age))
    return frozenset(found)


def _test_limits(series: Series, answer: Answer, age: int | None) -> tuple[str, ...]:
    entry = series.question_by_id.get(answer.question)
    if entry is None:
        return ()
    question = entry[1]
    if isinstance(answer.value, int):
        band = next((band for band in question.bands if band.holds(answer.value, age)), None)
        return band.limits if band else ()
    choice = question.choice(str(answer.value))
    return choice.limits if choice else ()


def _answer(attempt: Attempt, question: str) -> Answer | None:
    return next((answer for answer in attempt.answers if answer.question == question), None)
