"""The pain loop: what a score means beside the person's own usual pain, and what the next plan makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.core.care import Care, PainRules
from bot.core.subscriber import Session, Subscriber

MORNINGS = ("settled", "more", "much-more")
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


@dataclass(frozen=True, slots=True)
class Course:
    """What follows, why (the id of its words), and the date whose report brought it."""

    follow: Follow
    reason: str
    on: date


def light(rules: PainRules, pain: int, usual: int | None) -> Light:
    """Green, amber or red: relative to usual pain, with a cap above which every score is red."""
    if pain > rules.cap:
        return Light.RED
    return Light.GREEN if pain <= min(rules.cap, max(rules.green_upto, usual or 0)) else Light.AMBER


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


def asks_morning(care: Care, subscriber: Subscriber, today: date) -> Session | None:
    """The amber session that today's message asks about: how is it compared with usual?"""
    for session in sorted(subscriber.sessions, key=lambda each: each.date, reverse=True):
        if session.date >= today or today - session.date > RATED_AGAIN_WITHIN:
            continue
        if session_light(care, subscriber, session) is Light.AMBER and not session.morning:
            return session
        return None
    return None


def course(care: Care, subscriber: Subscriber, before: datetime) -> Course | None:
    """What the reports made before an instant mean for the plan; None when they change nothing."""
    rated = _rated(care, subscriber, before)
    follow = care.follow
    answered = _answered(subscriber, before)
    recent = [
        (session, seen) for session, seen in rated if before - session.rated_at <= timedelta(days=follow.window_days)
    ]
    reds = [session for session, seen in recent if seen is Light.RED and session.rated_at > answered]
    if len(reds) >= follow.reds_to_stop:
        return Course(Follow.STOP, "red-twice", reds[-1].date)
    start = usual(subscriber, before)
    told = _told(subscriber, before)
    if told and start is not None and told[-1][1] >= start + follow.rise_to_stop and told[-1][0] > answered:
        return Course(Follow.STOP, "pain-up", told[-1][0].date())
    if rated:
        session, seen = rated[-1]
        if (found := _after(care, session, seen, recent)) is not None:
            return None if found.follow is not Follow.PROGRESS and declined(subscriber, found) else found
        return _comeback(care, subscriber, before) or _progress(care, rated)
    return _comeback(care, subscriber, before)


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
        value = each.value("pain") if each.test in ("check-in", "re-test") else None
        if isinstance(value, int) and each.finished_at is not None and each.finished_at < before:
            found.append((each.finished_at, value))
    return found


def _after(care: Care, session: Session, seen: Light, recent: list[tuple[Session, Light]]) -> Course | None:
    """What an amber or red last session leads to."""
    if seen is Light.RED:
        return Course(Follow.FLARE_UP, "red", session.date)
    if seen is Light.AMBER:
        ambers = sum(1 for _, each in recent if each is Light.AMBER)
        if session.morning in ("more", "much-more"):
            return Course(Follow.DOWN, "still-up", session.date)
        if ambers >= care.follow.ambers_to_step_down:
            return Course(Follow.DOWN, "amber-twice", session.date)
        return Course(Follow.HOLD, "amber", session.date)
    return None


def _progress(care: Care, rated: list[tuple[Session, Light]]) -> Course | None:
    wanted = care.follow.greens_to_progress
    last = rated[-wanted:]
    if len(last) == wanted and all(seen is Light.GREEN for _, seen in last):
        return Course(Follow.PROGRESS, "green-twice", last[-1][0].date)
    return None


def _comeback(care: Care, subscriber: Subscriber, before: datetime) -> Course | None:
    """After a week or more without a session: one level down for the first one back."""
    done = [session for session in subscriber.sessions if session.finished_at and session.finished_at < before]
    if not done:
        return None
    last = max(done, key=lambda each: each.date)
    away = before - (last.finished_at or before)
    if away < timedelta(days=care.follow.away_days):
        return None
    found = Course(Follow.DOWN, "away", last.date)
    return None if declined(subscriber, found) else found


def key(found: Course) -> str:
    """How an answer to a course is stored: by what it is and the date that brought it."""
    return f"course-{found.follow}-{found.on.isoformat()}"


def declined(subscriber: Subscriber, found: Course) -> bool:
    """Whether the person wants their usual plan instead."""
    return subscriber.said(key(found)) == "no"


def accepted(subscriber: Subscriber, before: datetime) -> int:
    """How often "a bit harder" was accepted before an instant, less the times it was taken back."""
    return sum(
        1
        for answer in subscriber.answers
        if answer.question.startswith(f"course-{Follow.PROGRESS}-") and answer.value == "yes" and answer.at < before
    )


def _answered(subscriber: Subscriber, before: datetime) -> datetime:
    """When the person last answered a stop: what was reported before it no longer stops anything."""
    found = [a.at for a in subscriber.answers if a.question == "pain-stop" and a.at < before]
    return max(found, default=datetime.min.replace(tzinfo=before.tzinfo))
