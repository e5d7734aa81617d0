"""The safety check: who must not start, who must ask first, and what a plan has to leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.model.series import SafetyScreen, Series
from bot.core.model.subscriber import Answer, Attempt, Subscriber

TEST = "safety"
RECHECK = "recheck"
TRIGGER = "trigger"
CHECK_IN = "check-in"
RETEST = "re-test"
ASKED_AGAIN = (RECHECK, TRIGGER)
ASKS = (TEST, RECHECK, TRIGGER, CHECK_IN, RETEST)
"""The tests of the bot itself, beside a series' own: each asks for signs."""
YES = "yes"
NO = "no"
NOT_SURE = "not-sure"
TIERS = ("stop", "today", "ask")
LIMIT = "limit"
"""The tier that keeps nobody from a plan, but takes something out of it."""
HIGH_PAIN = "high-pain"
WORD = re.compile(r"[^\W_]+")


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
    for screen in (*series.safety, series.trigger):
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
    """Everything whose findings hold: the newest finished check, and whatever asked for signs since it began."""
    asked = [attempt for attempt in subscriber.attempts if attempt.test in ASKS]
    finished = [place for place, each in enumerate(asked) if each.test == TEST and each.finished_at is not None]
    return asked[finished[-1] :] if finished else asked


def screens(series: Series, test: str) -> tuple[str, ...]:
    """The safety screens that a test asks, in order: all in the check, the weekly ones when it is asked again."""
    if test == TEST:
        return tuple(screen.id for screen in series.safety)
    if test == TRIGGER:
        return (series.trigger.id,)
    return tuple(screen.id for screen in series.safety if screen.weekly) if test in ASKS else ()


def screen(series: Series, id: str) -> SafetyScreen | None:
    """The safety screen of that id, or None."""
    return next((each for each in (*series.safety, series.trigger) if each.id == id), None)


def triggered(text: str, words: Iterable[str], harmless: Iterable[str]) -> bool:
    """Whether a text holds a trigger word, with harmless phrases such as "calf raises" taken out first."""
    left = f" {' '.join(WORD.findall(text.casefold()))} "
    for phrase in sorted(harmless, key=len, reverse=True):
        left = left.replace(f" {' '.join(WORD.findall(phrase.casefold()))} ", " , ")
    return any(f" {' '.join(WORD.findall(word.casefold()))} " in left for word in words)


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
