"""The safety check: who must not start, who must ask first, and what a plan has to leave out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.model.series import FORMS, Exercise, SafetyScreen, Series
from bot.core.model.subscriber import Answer, Attempt, Subscriber

TEST = "safety"
RECHECK = "recheck"
TRIGGER = "trigger"
ENDING_LIFE = "ending-life"
WORSE = "worse"
AWAY = "away"
"""Asked of whoever comes back to a session after a week or more without one."""
ONE_TAP = "one-tap"
"""A question of one tap in a week after the re-test, which asks for no signs."""
CHECK_IN = "check-in"
RETEST = "re-test"
ASKED_AGAIN = (RECHECK, TRIGGER, ENDING_LIFE, WORSE, AWAY)
BY_WORDS = (TRIGGER, ENDING_LIFE)
"""Asked because of what somebody wrote."""
WEEKLY = (CHECK_IN, RETEST)
ASKS = (TEST, *ASKED_AGAIN, *WEEKLY)
"""The tests of the bot itself, beside a series' own: each asks for signs."""
YES = "yes"
NO = "no"
NOT_SURE = "not-sure"
SEVERAL = "several"
"""The answer to "which one?" of somebody with more than one sign, or who cannot say."""
TIERS = ("stop", "today", "ask")
LIMIT = "limit"
"""The tier that keeps nobody from a plan, but takes something out of it."""
NONE = "none"
"""The tier of a screen that only leads to another one."""
HIGH_PAIN = "high-pain"
WHICH = "-which"
PAIN, MAY_START = TOLD = ("pain", "may-start")
"""Answers beside the check that bring a flag, and end one."""


@dataclass(frozen=True, slots=True)
class Flag:
    """The gravest thing the check found: its tier (stop, today, ask) and the screen that found it."""

    tier: str
    screen: str
    at: datetime


def newest(subscriber: Subscriber) -> Attempt | None:
    """The newest check, finished or not."""
    checks = [attempt for attempt in subscriber.attempts if attempt.test == TEST]
    return checks[-1] if checks else None


def passed(series: Series, subscriber: Subscriber) -> bool:
    """Whether the person went through the whole check and nothing stands in the way."""
    check = newest(subscriber)
    return check is not None and check.finished_at is not None and flagged(series, subscriber) is None


def last_asked(subscriber: Subscriber) -> datetime | None:
    """When the signs were last gone through: in the check, with a weekly look back, on coming back; None when never."""
    found = (each.finished_at for each in subscriber.attempts if each.test in (TEST, AWAY, *WEEKLY))
    return max((at for at in found if at is not None), default=None)


def unanswered(subscriber: Subscriber) -> Attempt | None:
    """The newest question that their words led to and that stands; None when none does.

    A later check ends it, but for the question about ending one's life, which no other one asks.
    """
    asked = [each for each in subscriber.attempts if each.test in ASKS]
    open_ones = [
        each
        for place, each in enumerate(asked)
        if each.test in BY_WORDS
        and each.finished_at is None
        and not any(
            later.finished_at is not None and (later.test == each.test or ENDING_LIFE not in (later.test, each.test))
            for later in asked[place + 1 :]
        )
    ]
    return max(open_ones, key=lambda each: each.started_at, default=None)


def flagged(series: Series, subscriber: Subscriber) -> Flag | None:
    """What keeps the person from exercise now, the gravest first; None when nothing does.

    "Not sure" counts as yes. What a check found holds until a later one is finished. A flag of the tier "ask" ends
    with a later "I have asked, I may start"; saying the same at a weekly check does not bring it back.
    """
    found: list[Flag] = []
    said_again: list[Flag] = []
    for check in _standing(subscriber):
        flags = found_in(series, subscriber, check)
        found += flags
        said_again += flags if check.test in WEEKLY else []
    pain = next((answer for answer in reversed(subscriber.answers) if answer.question == PAIN), None)
    if pain and isinstance(pain.value, int) and pain.value >= series.high_pain.start:
        found.append(Flag(series.high_pain.tier, HIGH_PAIN, pain.at))
    allowed = next((answer.at for answer in reversed(subscriber.answers) if answer.question == MAY_START), None)
    if allowed is None:
        return gravest(found)
    asked = {flag.screen for flag in found if flag.at <= allowed}
    ended = [flag for flag in found if flag.at <= allowed or (flag in said_again and flag.screen in asked)]
    return gravest([flag for flag in found if flag.tier != "ask" or flag not in ended])


def found_in(series: Series, subscriber: Subscriber, check: Attempt) -> list[Flag]:
    """The flags of one check."""
    found = []
    for screen in all_screens(series):
        answer, before = _answer(check, screen.id), _answer(check, screen.after)
        if before and before.value == NO:
            continue
        if screen.from_age and _is_from(series, subscriber, screen):
            answer = before
        if answer and answer.value in (YES, NOT_SURE) and screen.tier in TIERS:
            found.append(Flag(screen.tier, screen.id, answer.at))
    return found


def gravest(flags: list[Flag]) -> Flag | None:
    """The flag of the gravest tier, or None."""
    return min(flags, key=lambda flag: TIERS.index(flag.tier), default=None)


def _standing(subscriber: Subscriber) -> list[Attempt]:
    """Everything whose findings hold: the newest finished check, and whatever asked for signs since it began."""
    asked = [attempt for attempt in subscriber.attempts if attempt.test in ASKS]
    finished = [place for place, each in enumerate(asked) if each.test == TEST and each.finished_at is not None]
    return asked[finished[-1] :] if finished else asked


# --- What is asked ----------------------------------------------------------------------------------------------


def screens(series: Series, subscriber: Subscriber, check: Attempt) -> tuple[str, ...]:
    """The safety questions of an attempt, in order: its screens, and after a yes what that leads to."""
    if check.test == TRIGGER:
        return (series.trigger.id,)
    if check.test == ENDING_LIFE:
        return (series.ending_life.id,)
    asked: list[str] = []
    for screen in _asked(series, subscriber, check):
        said = check.value(screen.after) if screen.after else YES
        if said not in (YES, NOT_SURE) or (screen.from_age and _is_from(series, subscriber, screen) is not None):
            continue
        asked.append(screen.id)
        if screen.tells_apart and check.value(screen.id) == YES:
            asked.append(screen.id + WHICH)
    return tuple(asked)


def _asked(series: Series, subscriber: Subscriber, check: Attempt) -> tuple[SafetyScreen, ...]:
    """All screens in the check; when it is asked again the weekly ones, or all to whom an earlier edition was asked."""
    if check.test == TEST:
        return series.safety
    if check.test == WORSE:
        return tuple(screen for screen in series.safety if screen.id == series.on_worse)
    if check.test not in ASKS:
        return ()
    whole = check.test in WEEKLY and check.edition == series.edition and not _went_through(series, subscriber, check)
    return tuple(screen for screen in series.safety if whole or screen.weekly)


def _went_through(series: Series, subscriber: Subscriber, check: Attempt) -> bool:
    """Whether all of this edition was asked before an attempt began."""
    return any(
        each.finished_at is not None
        and each.edition == series.edition
        and each.test in (TEST, *WEEKLY)
        and each.started_at < check.started_at
        for each in subscriber.attempts
    )


def _is_from(series: Series, subscriber: Subscriber, screen: SafetyScreen) -> bool | None:
    """Whether the person is as old as a screen speaks of; None where what they told does not say."""
    said = subscriber.said("age")
    return series.choices.is_from(str(said), screen.from_age) if screen.from_age else None


def screen(series: Series, id: str) -> SafetyScreen | None:
    """The safety screen of that id, or None."""
    return next((each for each in all_screens(series) if each.id == id), None)


def all_screens(series: Series) -> tuple[SafetyScreen, ...]:
    """Those of the check, and the two that words may lead to."""
    return (*series.safety, series.trigger, series.ending_life)


# --- What a plan leaves out -------------------------------------------------------------------------------------


def limits(series: Series, subscriber: Subscriber) -> frozenset[str]:
    """What a plan has to leave out, at once: from the newest word on each sign, and from finished self-tests.

    A yes that does not say which sign is meant counts for all of its screen. A no counts once its check is finished.
    """
    found: set[str] = set()
    settled: set[str] = set()
    for check in reversed(_standing(subscriber)):
        for answer in check.answers:
            screen = series.screen_by_id.get(answer.question) if answer.value in (YES, NOT_SURE) else None
            if screen is not None and screen.id not in settled:
                which = check.value(screen.id + WHICH)
                found.update(screen.taken_out(which if isinstance(which, str) else None))
        settled.update(answer.question for answer in check.answers if check.finished_at is not None)
    age, limiting = series.choices.age(str(subscriber.said("age"))), series.limiting
    for attempt in subscriber.attempts:
        for answer in attempt.answers:
            if answer.question in limiting:
                told = limiting[answer.question].told(answer.value, age)
                found.update(told.limits if told else ())
    return frozenset(found)


def name_of(screen: str, sign: str) -> str:
    """Where the words for a sign of a screen stand."""
    return f"safety.screens.{screen}.names.{sign}"


def forms(exercise: Exercise, limits: frozenset[str]) -> tuple[str, ...]:
    """The forms of an exercise that limits leave, the best one first; empty where it must not be done at all."""
    kept = [forms for limit, forms in exercise.limits.items() if limit in limits]
    first, others = kept[0] if kept else FORMS, kept[1:]
    return tuple(form for form in first if all(form in each for each in others)) if others else first


def _answer(attempt: Attempt, question: str) -> Answer | None:
    return next((answer for answer in attempt.answers if answer.question == question), None)
