"""Who needs a person today, and why: worst first, and only what nobody has seen to yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.assessment import pain, safety
from bot.core.assessment.pain import Light
from bot.core.model import coaching
from bot.core.model.delivery import Outcome
from bot.core.model.letter import LetterKind
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.screens import barrier, questionnaire

ONE_WEEK = timedelta(days=7)
SOON = timedelta(days=3)
"""So long a red report stands by itself, and somebody who stops after one stops because of it."""


class ConcernKind(StrEnum):
    """Why somebody needs a person, the worst first."""

    SIGN = "sign"
    UNANSWERED = "unanswered"
    RED = "red"
    REDS = "reds"
    ASKED = "asked"
    GAVE_UP = "gave-up"
    IN_THE_WAY = "in-the-way"
    SILENT = "silent"
    UNSURE = "unsure"


RANKS = tuple(ConcernKind)


@dataclass(frozen=True, slots=True)
class Concern:
    """One reason, and since when. `detail` is what it goes by: the tier of a sign, a score, or nothing.

    `seen_to` says that a coach has written or spoken to them since, and that it stands all the same.
    """

    kind: ConcernKind
    at: datetime
    detail: str = ""
    seen_to: bool = False


def concerns(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Concern, ...]:
    """Why somebody needs a person, the worst first; nothing of whoever has not agreed to a coach.

    What a coach wrote or talked about after it has been seen to and is no concern any more, but for a sign: that is one
    for as long as it stands, below all that nobody has seen to yet. Without their answers a coach hears of a sign that
    stops the plan, and of what the person asked by themselves.
    """
    if not coaching.is_told(series, subscriber):
        return ()
    found = [*_signs(series, subscriber), *_asked(subscriber)]
    if coaching.sees_answers(series, subscriber):
        found += [*_unanswered(subscriber), *_reds(series, subscriber, now), *_gave_up(series, subscriber, now)]
        found += [*_in_the_way(series, subscriber, now)]
        found += [*_silent(subscriber, now), *_unsure(series, subscriber, now)]
    seen_to = seen_to_at(subscriber)
    new = [each for each in found if seen_to is None or each.at > seen_to]
    standing = [replace(each, seen_to=True) for each in found if each.kind is ConcernKind.SIGN and each not in new]
    return tuple(sorted([*new, *standing], key=urgency))


def urgency(concern: Concern) -> tuple[bool, int, float]:
    """The worst first that nobody has seen to, then what stands all the same."""
    return concern.seen_to, RANKS.index(concern.kind), -concern.at.timestamp()


def seen_to_at(subscriber: Subscriber) -> datetime | None:
    """When a coach last wrote to them, or noted that the two have talked; what did not arrive does not count."""
    done = (LetterKind.WROTE, LetterKind.SPOKE)
    return max((each.at for each in subscriber.letters if each.kind in done and _arrived(each.outcome)), default=None)


def _arrived(outcome: Outcome) -> bool:
    return outcome is not Outcome.FAILED


def _signs(series: Series, subscriber: Subscriber) -> list[Concern]:
    flag = safety.flagged(series, subscriber)
    return [Concern(ConcernKind.SIGN, flag.at, flag.tier)] if flag is not None else []


def _unanswered(subscriber: Subscriber) -> list[Concern]:
    """Their words made the bot ask about signs, and the question stands; which of the two it was, nobody is told."""
    asked = safety.unanswered(subscriber)
    return [Concern(ConcernKind.UNANSWERED, asked.started_at)] if asked is not None else []


def _asked(subscriber: Subscriber) -> list[Concern]:
    """The newest thing they asked; a note of it stands also where it could not be delivered."""
    asked = [each for each in subscriber.letters if each.kind is LetterKind.ASKED]
    return [Concern(ConcernKind.ASKED, asked[-1].at)] if asked else []


def _lights(series: Series, subscriber: Subscriber) -> list[tuple[datetime, Light, str]]:
    found = []
    for session in sorted(subscriber.sessions, key=lambda each: each.date):
        light = pain.session_light(series.care, subscriber, session)
        if light is not None:
            found.append((session.rated_at, light, str(pain.worst_told(session))))
    return found


def _reds(series: Series, subscriber: Subscriber, now: datetime) -> list[Concern]:
    reds = [(at, score) for at, light, score in _lights(series, subscriber) if light is Light.RED]
    found = [Concern(ConcernKind.RED, at, score) for at, score in reds[-1:] if now - at <= SOON]
    of_the_week = [at for at, _ in reds if now - at <= ONE_WEEK]
    return [*found, *([Concern(ConcernKind.REDS, of_the_week[-1])] if len(of_the_week) > 1 else [])]


def _gave_up(series: Series, subscriber: Subscriber, now: datetime) -> list[Concern]:
    """Who stopped within days of a report that was not green."""
    change = subscriber.enrollment.states[-1]
    if change.state is not State.STOPPED or now - change.at > ONE_WEEK:
        return []
    before = [light for at, light, _ in _lights(series, subscriber) if timedelta() <= change.at - at <= SOON]
    return [Concern(ConcernKind.GAVE_UP, change.at)] if before and before[-1] is not Light.GREEN else []


def _in_the_way(series: Series, subscriber: Subscriber, now: datetime) -> list[Concern]:
    """Who said at a check-in that pain kept them from it."""
    at = barrier.newest_of_pain(series, subscriber)
    return [Concern(ConcernKind.IN_THE_WAY, at)] if at is not None and now - at <= ONE_WEEK else []


def _silent(subscriber: Subscriber, now: datetime) -> list[Concern]:
    since = subscriber.last_heard_at + ONE_WEEK
    return [Concern(ConcernKind.SILENT, since)] if subscriber.state is State.RUNNING and since <= now else []


def _unsure(series: Series, subscriber: Subscriber, now: datetime) -> list[Concern]:
    sure = series.care.sure
    tests = (questionnaire.CHECK_IN, questionnaire.RETEST)
    said = [
        (each.finished_at, value)
        for each in subscriber.attempts
        if each.test in tests and each.finished_at is not None and (value := each.value(questionnaire.SURE)) is not None
    ]
    if sure is None or not said:
        return []
    at, value = said[-1]
    low = isinstance(value, int) and value < sure.enough and now - at <= 2 * ONE_WEEK
    return [Concern(ConcernKind.UNSURE, at, str(value))] if low else []
