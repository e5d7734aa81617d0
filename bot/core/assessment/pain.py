"""The pain loop: what a score means beside the person's own usual pain, and what the next plan makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.core.assessment import safety
from bot.core.model.care import Care, PainRules
from bot.core.model.subscriber import Answer, Hurt, Session, Subscriber

MORNINGS = ("settled", "more", "much-more")
USUAL, WORSE, MUCH_WORSE = KNEES = ("usual", "worse", "much-worse")
"""How the knee is before a session, compared with usual."""
WORST = 10
RATED_AGAIN_WITHIN = timedelta(days=3)


class Light(StrEnum):
    """The traffic light of one score."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Follow(StrEnum):
    """What the next plan does with what was reported."""

    PROGRESS = "progress"
    HOLD = "hold"
    DOWN = "down"
    FLARE_UP = "flare-up"
    STOP = "stop"


OFFER = f"upshot-{Follow.PROGRESS}-"


@dataclass(frozen=True, slots=True)
class Upshot:
    """What follows, why (the id of its words), and the date whose report brought it."""

    follow: Follow
    reason: str
    on: date


def light(rules: PainRules, pain: int, usual: int | None) -> Light:
    """Green, amber or red: relative to usual pain, with a cap above which every score is red."""
    if pain >= red_from(rules, usual):
        return Light.RED
    return Light.GREEN if pain <= max(rules.green_upto, usual or 0) else Light.AMBER


def red_from(rules: PainRules, usual: int | None) -> int:
    """The lowest red score: above the cap, or well above a usual pain that is higher and that somebody has seen."""
    return rules.cap + 1 if usual is None or usual <= rules.cap else min(WORST, usual + rules.over)


def usual(subscriber: Subscriber, before: datetime | None = None) -> int | None:
    """The usual pain the person told, or None."""
    said = subscriber.said("pain", before)
    return said if isinstance(said, int) else None


def session_light(care: Care, subscriber: Subscriber, session: Session) -> Light | None:
    """The light of a whole session: its worst score; None when none was given."""
    scores = [hurt.pain for hurt in session.hurts] + ([session.pain] if session.pain is not None else [])
    if any(hurt.sharp for hurt in session.hurts):
        return Light.RED
    return light(care.pain, max(scores), usual(subscriber)) if scores else None


def told_during(session: Session) -> Hurt | None:
    """What was told during one move, where it is worse than what was told after the session; it is what counts."""
    worst = max(session.hurts, key=lambda hurt: (hurt.sharp, hurt.pain), default=None)
    if worst is None or session.pain is None or (session.pain >= worst.pain and not worst.sharp):
        return None
    return worst


def that_hurt(care: Care, subscriber: Subscriber, before: datetime) -> frozenset[str]:
    """The exercises that hurt more than usual of late: an easy session goes round them."""
    since = before - timedelta(days=care.follow.window_days)
    known = usual(subscriber)
    return frozenset(
        hurt.exercise
        for session in subscriber.sessions
        for hurt in session.hurts
        if since <= hurt.at < before and (hurt.sharp or light(care.pain, hurt.pain, known) is not Light.GREEN)
    )


def asks_morning(care: Care, subscriber: Subscriber, today: date) -> Session | None:
    """The amber or red session that today's message asks about: how is it compared with usual?"""
    for session in sorted(subscriber.sessions, key=lambda each: each.date, reverse=True):
        if session.date >= today or today - session.date > RATED_AGAIN_WITHIN:
            continue
        asks = session_light(care, subscriber, session) in (Light.AMBER, Light.RED) and not session.morning
        return session if asks else None
    return None


def upshot(care: Care, subscriber: Subscriber, before: datetime) -> Upshot | None:
    """What the reports made before an instant mean for the plan; None when they change nothing."""
    rated = _rated(care, subscriber, before)
    follow = care.follow
    answered = _answered(subscriber, before)
    recent = [
        (session, seen) for session, seen in rated if before - session.rated_at <= timedelta(days=follow.window_days)
    ]
    reds = [session for session, seen in recent if seen is Light.RED and session.rated_at > answered]
    if len(reds) >= follow.reds_to_stop:
        return Upshot(Follow.STOP, "red-twice", reds[-1].date)
    start = usual(subscriber, before)
    told = _told(subscriber, before)
    if told and start is not None and told[-1][1] >= start + follow.rise_to_stop and told[-1][0] > answered:
        return Upshot(Follow.STOP, "pain-up", told[-1][0].date())
    if rated and not (rated[-1][1] is Light.RED and rated[-1][0].rated_at <= answered):
        session, seen = rated[-1]
        if (found := _after(care, session, seen, recent)) is not None:
            return None if found.follow is not Follow.PROGRESS and declined(subscriber, found) else found
        return _comeback(care, subscriber, before) or _progress(care, subscriber, rated)
    return _comeback(care, subscriber, before)


def of_the_day(session: Session | None) -> Upshot | None:
    """What the plan makes of how the knee is before its session; None when it is as usual."""
    found = {WORSE: Follow.DOWN, MUCH_WORSE: Follow.FLARE_UP}.get(session.knee) if session else None
    return Upshot(found, f"{session.knee}-today", session.date) if session and found else None


def standing(care: Care, subscriber: Subscriber, now: datetime) -> Upshot | None:
    """What the reports mean with those made at this very instant."""
    return upshot(care, subscriber, now + timedelta(microseconds=1))


def _rated(care: Care, subscriber: Subscriber, before: datetime) -> list[tuple[Session, Light]]:
    found = []
    for session in sorted(subscriber.sessions, key=lambda each: each.date):
        seen = session_light(care, subscriber, session)
        if seen is not None and session.rated_at < before:
            found.append((session, seen))
    return found


def _told(subscriber: Subscriber, before: datetime) -> list[tuple[datetime, int]]:
    """The usual pain told at check-ins, with its instant, oldest first."""
    found = []
    for each in subscriber.attempts:
        value = each.value("pain") if each.test in (safety.CHECK_IN, safety.RETEST) else None
        if isinstance(value, int) and each.finished_at is not None and each.finished_at < before:
            found.append((each.finished_at, value))
    return found


def _after(care: Care, session: Session, seen: Light, recent: list[tuple[Session, Light]]) -> Upshot | None:
    """What an amber or red last session leads to."""
    if seen is Light.RED:
        return Upshot(Follow.FLARE_UP, "red", session.date)
    if seen is Light.AMBER:
        ambers = sum(1 for _, each in recent if each is Light.AMBER)
        if session.morning == "much-more":
            return Upshot(Follow.FLARE_UP, "much-more", session.date)
        if session.morning == "more":
            return Upshot(Follow.DOWN, "still-up", session.date)
        if ambers >= care.follow.ambers_to_step_down:
            return Upshot(Follow.DOWN, "amber-twice", session.date)
        return Upshot(Follow.HOLD, "amber", session.date)
    return None


def _progress(care: Care, subscriber: Subscriber, rated: list[tuple[Session, Light]]) -> Upshot | None:
    """A bit harder after so many green sessions, counted anew from each answer to that offer."""
    wanted = care.follow.greens_to_progress
    before = max((each.question.removeprefix(OFFER) for each in _offers(subscriber)), default="")
    whole = [each for each in rated if each[0].date.isoformat() > before and not each[0].short]
    last = whole[-wanted:]
    if last and last[-1][0].date - last[0][0].date >= timedelta(days=care.follow.window_days):
        return None  # whoever was away begins to count anew
    if len(last) == wanted and all(seen is Light.GREEN for _, seen in last):
        return Upshot(Follow.PROGRESS, "green-twice", last[-1][0].date)
    return None


def _comeback(care: Care, subscriber: Subscriber, before: datetime) -> Upshot | None:
    """After a week or more without a session: one level down for the first one back."""
    done = [session for session in subscriber.sessions if session.finished_at and session.finished_at < before]
    if not done:
        return None
    last = max(done, key=lambda each: each.date)
    away = before - (last.finished_at or before)
    if away < timedelta(days=care.follow.away_days):
        return None
    found = Upshot(Follow.DOWN, "away", last.date)
    return None if declined(subscriber, found) else found


def key(found: Upshot) -> str:
    """How an answer to a upshot is stored: by what it is and the date that brought it."""
    return f"upshot-{found.follow}-{found.on.isoformat()}"


def declined(subscriber: Subscriber, found: Upshot) -> bool:
    """Whether the person wants their usual plan instead."""
    return subscriber.said(key(found)) == "no"


def accepted(care: Care, subscriber: Subscriber, before: datetime) -> int:
    """How often "a bit harder" was accepted before an instant; a red session ends it, so that it begins anew."""
    rated = _rated(care, subscriber, before)
    red = max((session.rated_at for session, seen in rated if seen is Light.RED), default=None)
    given = [each for each in _offers(subscriber) if each.value == "yes" and each.at < before]
    return sum(1 for each in given if red is None or each.at > red)


def _offers(subscriber: Subscriber) -> list[Answer]:
    """The answers to "a bit harder?", oldest first."""
    return [each for each in subscriber.answers if each.question.startswith(OFFER)]


def _answered(subscriber: Subscriber, before: datetime) -> datetime:
    """When the person last answered a stop: what was reported before it no longer stops anything."""
    found = [a.at for a in subscriber.answers if a.question == "pain-stop" and a.at < before]
    return max(found, default=datetime.min.replace(tzinfo=before.tzinfo))
