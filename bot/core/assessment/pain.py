"""The pain loop: what a score means beside the person's own usual pain, and what the next plan makes of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from bot.core.assessment import safety
from bot.core.model.care import Care, FollowRules, PainRules
from bot.core.model.series import STRENGTH
from bot.core.model.subscriber import Hurt, Known, Session, Sore, Subscriber, Sums

NOTHING = Sums()
MORNINGS = ("settled", "more", "much-more")
FULL = (STRENGTH, "mobility")
"""The kinds of session that ask for what is usual."""
USUAL, WORSE, MUCH_WORSE = KNEES = ("usual", "worse", "much-worse")
"""How the knee is before a session, compared with usual."""
WAY_BACK = 3
"""So many whole strength sessions after the first one back ask for less, each a bit less so."""
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
    EASE = "ease"
    HOLD = "hold"
    DOWN = "down"
    FLARE_UP = "flare-up"
    STOP = "stop"


AWAY = "away"
"""The reason of a step down after a week or more without a session."""
UNTRAINED = "untrained"
"""The reason of one after a week or more without strength, whatever else was done in it."""
BACK = "after-flare"
"""The reason of a step down in the first full session after a flare-up."""
ANSWERED = "upshot-"
"""What the key of an answer to an upshot begins with."""
OFFER, EASED = f"{ANSWERED}{Follow.PROGRESS}-", f"{ANSWERED}{Follow.EASE}-"
OFFERED = "green-twice"
"""Why there is a change up that waits for an answer; every other one is made by itself."""
ENOUGH = "enough"
"""Why there is none: what is planned is all there is and all there is time for."""


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
    return _light_of(care, usual(subscriber), session)


def _light_of(care: Care, usual: int | None, session: Session) -> Light | None:
    if session.hurts and any(hurt.sharp for hurt in session.hurts):
        return Light.RED
    told = worst_told(session)
    return light(care.pain, told, usual) if told is not None else None


def worst_told(session: Session) -> int | None:
    """The worst that was told of a session, during it or after; None when nothing was."""
    if not session.hurts:
        return session.pain
    scores = [hurt.pain for hurt in session.hurts] + ([session.pain] if session.pain is not None else [])
    return max(scores, default=None)


def told_during(session: Session) -> Hurt | None:
    """What was told during one move, where it is worse than what was told after the session; it is what counts."""
    worst = max(session.hurts, key=lambda hurt: (hurt.sharp, hurt.pain), default=None)
    if worst is None or session.pain is None or (session.pain >= worst.pain and not worst.sharp):
        return None
    return worst


class Hurting(NamedTuple):
    """All that ever hurt somebody before an instant, when they last answered a stop, and where each move went well."""

    sores: list[Sore]
    answered: datetime
    greens: dict[str, tuple[date, ...]]


@dataclass(frozen=True, eq=False)
class Past:
    """What was reported before an instant, as the rules read it: all of it is worked out once, when first asked for."""

    care: Care
    subscriber: Subscriber
    before: datetime
    lights: dict[date, Light | None] = field(default_factory=dict)
    """Of its sessions, as far as they are known."""

    @classmethod
    def of(cls, care: Care, subscriber: Subscriber, before: datetime) -> Past:
        """That of a person at an instant."""
        return cls(care, as_read(care, subscriber, before), before)

    def at(self, before: datetime) -> Past:
        """The same at another instant."""
        found = Past.of(self.care, self.subscriber, before)
        return replace(found, lights=self.lights) if found.subscriber is self.subscriber else found

    @cached_property
    def sessions(self) -> list[Session]:
        """The near ones, the oldest first."""
        return sorted(self.subscriber.sessions, key=lambda each: each.date)

    @cached_property
    def told(self) -> list[Session]:
        """Those of which all that was told is there."""
        return [each for each in self.sessions if each.rated_at < self.before]

    @cached_property
    def rated(self) -> list[tuple[Session, Light]]:
        """Those of which a light tells."""
        known, lights = usual(self.subscriber), self.lights
        for each in self.told:
            if each.date not in lights:
                lights[each.date] = _light_of(self.care, known, each)
        return [(each, seen) for each in self.told if (seen := lights[each.date]) is not None]

    @cached_property
    def recent(self) -> list[tuple[Session, Light]]:
        """Those of the last days."""
        window = timedelta(days=self.care.follow.window_days)
        return [(session, seen) for session, seen in self.rated if self.before - session.rated_at <= window]

    @cached_property
    def flares(self) -> list[Session]:
        """After which of them the knee was worse for days: red, or much worse before it, or much more sore after it."""
        red = {session.date for session, seen in self.rated if seen is Light.RED}
        return [each for each in self.told if each.date in red or _flared(each)]

    @cached_property
    def answered(self) -> datetime:
        """When the person last answered a stop: what was reported before it no longer stops anything."""
        found = [a.at for a in self.subscriber.answers if a.question == "pain-stop" and a.at < self.before]
        return max(found, default=datetime.min.replace(tzinfo=self.before.tzinfo))

    @cached_property
    def trained(self) -> list[date]:
        """The dates of whole strength sessions, the oldest first."""
        return trained(self.subscriber)

    @cached_property
    def sums(self) -> Sums:
        """What is behind them with its steps, ups, offer and row brought up to the instant."""
        return _progress(self)

    @property
    def progress(self) -> Progress:
        """What strength sessions, and the answers to "a bit harder?", add up to."""
        offered = self.sums.offered
        offer = Upshot(Follow.PROGRESS, offered[1], offered[0]) if offered else None
        return Progress(self.sums.steps, offer, self.sums.ups)

    @property
    def stop(self) -> Upshot | None:
        """What stops strength work until the person has asked about it; None when nothing does."""
        return _stop(self)

    @property
    def upshot(self) -> Upshot | None:
        """What the reports mean for the plan; None when they change nothing."""
        return _upshot(self)

    @cached_property
    def sores(self) -> list[Sore]:
        """Each time that an exercise hurt more than usual, the oldest first; of what is behind the last that counts."""
        known, since = usual(self.subscriber), _since(self.subscriber)
        found = [
            Sore(hurt.exercise, hurt.form, hurt.at, session.date)
            for session in self.subscriber.sessions
            if session.date >= since
            for hurt in session.hurts
            if hurt.at < self.before and (hurt.sharp or light(self.care.pain, hurt.pain, known) is not Light.GREEN)
        ]
        return sorted((*_sums(self.subscriber).sore, *found), key=lambda each: each.at)

    @property
    def that_hurt(self) -> frozenset[str]:
        """The exercises that hurt more than usual of late: an easy session goes round them."""
        since = self.before - timedelta(days=self.care.follow.window_days)
        return frozenset(each.exercise for each in self.sores if since <= each.at)

    @property
    def hurting(self) -> Hurting:
        """What is looked into for each ladder of a plan."""
        return Hurting(self.sores, self.answered, _greens(self) if self.sores else {})

    @property
    def back_for(self) -> int:
        """How many whole strength sessions are behind a flare-up, or a week or more away; 0 where it is long ago."""
        return next((number for number in range(1, WAY_BACK + 1) if _is_back_for(self, number)), 0)


def hurting(care: Care, subscriber: Subscriber, before: datetime) -> Hurting:
    """What hurt somebody before an instant."""
    return Past.of(care, subscriber, before).hurting


def still_sore(care: Care, hurting: Hurting, moves: Container[str]) -> list[Sore]:
    """Each of some exercises that hurt, the last one last, till any of them was done in enough green sessions since.

    Till then it comes a step easier. An easy session or a short one tells nothing of it. Once the person has asked
    about a stop, all is as before.
    """
    return [each for each, done in _that_hurt(hurting, moves) if len(done) < care.follow.greens_to_progress]


def returning(care: Care, hurting: Hurting, moves: Container[str], since: int = 0) -> Sore | None:
    """The last of some exercises that hurt, once enough green sessions are behind all of them, till one more is.

    Or the one that came back so many sessions before. It comes back a session later where that one held it not.
    """
    found, enough = _that_hurt(hurting, moves), care.follow.greens_to_progress
    if any(len(done) < enough for _, done in found):
        return None

    def comes(each: Sore, done: list[date]) -> bool:
        then = done[: len(done) - since]
        met = not set(then).isdisjoint(hurting.greens.get(each.exercise, ()))
        return len(then) == enough or (not met and len(then) == enough + 1)

    return next((each for each, done in reversed(found) if comes(each, done)), None)


def _that_hurt(hurting: Hurting, moves: Container[str]) -> list[tuple[Sore, list[date]]]:
    """When each of some exercises last hurt, and the green sessions since in which any of them was done, in order."""
    last = {each.exercise: each for each in hurting.sores if each.exercise in moves}
    done = sorted({on for exercise, dates in hurting.greens.items() if exercise in moves for on in dates})
    found = sorted((each for each in last.values() if each.at > hurting.answered), key=lambda each: each.at)
    return [(each, [on for on in done if on > each.on]) for each in found]


def _greens(past: Past) -> dict[str, tuple[date, ...]]:
    """On which dates each exercise was done in a whole green session of late, the oldest first."""
    found, enough = dict(_sums(past.subscriber).greens), past.care.follow.greens_to_progress + 2
    for session, seen in past.rated:
        if seen is Light.GREEN and session.kind in FULL and not session.short:
            for exercise in session.done:
                dates = dict.fromkeys((*found.get(exercise, ()), session.date))
                found[exercise] = tuple(sorted(dates)[-enough:])
    return found


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
    return Past.of(care, subscriber, before).upshot


def _upshot(past: Past) -> Upshot | None:
    if (stopped := past.stop) is not None:
        return stopped
    subscriber, rated, back = past.subscriber, past.rated, _back(past)
    if rated and not (rated[-1][1] is Light.RED and rated[-1][0].rated_at <= past.answered):
        session, seen = rated[-1]
        found = _after(past.care, session, seen, past.recent)
        if found is not None and found.follow is Follow.HOLD and _done_since(subscriber, session, past.before):
            found = None  # it was not the last time
        asks_less = back or _comeback(past)
        if asks_less is not None and (found is None or found.follow in (Follow.HOLD, Follow.EASE)):
            return asks_less
        if found is not None:
            return None if declined(subscriber, found) else found
        return past.progress.open
    return back or _comeback(past)


def stop(care: Care, subscriber: Subscriber, before: datetime) -> Upshot | None:
    """What stops strength work until the person has asked about it; None when nothing does."""
    return Past.of(care, subscriber, before).stop


def _stop(past: Past) -> Upshot | None:
    follow, answered = past.care.follow, past.answered
    reds = [session for session, seen in past.recent if seen is Light.RED and session.rated_at > answered]
    if len(reds) >= follow.reds_to_stop:
        return Upshot(Follow.STOP, "red-twice", reds[-1].date)
    start = usual(past.subscriber)
    told = _told(past.subscriber, past.before)
    if told and start is not None and told[-1][1] >= start + follow.rise_to_stop and told[-1][0] > answered:
        return Upshot(Follow.STOP, "pain-up", told[-1][0].date())
    return None


def of_the_day(session: Session | None) -> Upshot | None:
    """What the plan makes of how the knee is before its session; None when it is as usual."""
    found = {WORSE: Follow.DOWN, MUCH_WORSE: Follow.FLARE_UP}.get(session.knee) if session else None
    return Upshot(found, f"{session.knee}-today", session.date) if session and found else None


def standing(care: Care, subscriber: Subscriber, now: datetime) -> Upshot | None:
    """What the reports mean with those made at this very instant."""
    return upshot(care, subscriber, now + timedelta(microseconds=1))


def _told(subscriber: Subscriber, before: datetime) -> list[tuple[datetime, int]]:
    """The usual pain told at check-ins and in single questions, with its instant, oldest first."""
    found = []
    tests = (*safety.WEEKLY, safety.ONE_TAP)
    for each in subscriber.attempts:
        value = each.value("pain") if each.test in tests else None
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
    if _too_hard(care, session):
        return Upshot(Follow.EASE, "too-hard", session.date)
    if seen is not Light.AMBER:
        return None
    return Upshot(Follow.HOLD, "settled" if session.morning == "settled" else "amber", session.date)


def _done_since(subscriber: Subscriber, session: Session, before: datetime) -> bool:
    later = (each.finished_at for each in subscriber.sessions if each.date > session.date)
    return any(at is not None and at < before for at in later)


def _too_hard(care: Care, session: Session) -> bool:
    return session.kind == STRENGTH and session.effort is not None and session.effort >= care.follow.effort_down


@dataclass(frozen=True, slots=True)
class Progress:
    """How many changes up or down the strength sessions came to, and the one up that is not answered yet.

    `ups` are the dates of the sessions that the standing changes up followed from, the oldest first.
    """

    steps: int
    open: Upshot | None = None
    ups: tuple[date, ...] = ()


def progress(care: Care, subscriber: Subscriber, before: datetime) -> Progress:
    """What strength sessions, and the answers to "a bit harder?", add up to before an instant.

    Only reports of both pain and effort count. One up after so many whole green strength sessions in a row that were
    not too hard, on none of whose days nor between them the knee was worse: by itself where each was easy, else if the
    person wants it. One down after a strength session that was too hard. A red session ends all ups, and none
    is counted from as many strength sessions after it as bring back what hurt: it comes back as the only change. None
    comes in the quiet days after a flare-up.
    """
    return Past.of(care, subscriber, before).progress


def _progress(past: Past) -> Sums:
    care, subscriber, before = past.care, past.subscriber, past.before
    rules, sums, since = care.follow, _sums(subscriber), _since(subscriber)
    # Whoever does not want a change has their usual plan at once.
    said = {each.question: each.value for each in subscriber.answers if each.at < before or each.value == "no"}
    worse = [each.date for each in subscriber.sessions if each.knee in (WORSE, MUCH_WORSE)]
    steps, open, row, ups = sums.steps, sums.offered, list(sums.row), list(sums.ups)
    red, strength, flares = date.min, past.trained, [each.date for each in past.flares]
    for session, seen in past.rated:
        red = session.date if seen is Light.RED else red
        if session.date < since:
            continue
        answer = said.get(f"{OFFER}{session.date.isoformat()}")
        if not session.kind and answer == "yes":  # as older documents tell of it
            steps, open, row = steps + 1, None, []
            ups = [*ups, session.date] if steps > 0 else ups
        elif seen is Light.RED:
            steps, open, row, ups = min(steps, 0), None, [], []
        elif _too_hard(care, session):
            eased = said.get(key(Upshot(Follow.EASE, "too-hard", session.date))) != "no"
            steps, open, row = max(steps - eased, -rules.most_down), None, []
            ups = ups[: max(steps, 0)]
        elif seen is Light.AMBER or session.date in worse:
            open, row = None, []
        elif session.kind == STRENGTH and not session.short:
            open, effort = None, session.effort
            comes_back = red > date.min and sum(red < on <= session.date for on in strength) <= rules.greens_to_progress
            if comes_back or effort is None or effort > rules.effort_offer:
                row = []
                continue
            row = [each for each in row if session.date - each.date < timedelta(days=rules.window_days)]
            row = [each for each in row if not any(each.date < day for day in worse if day < session.date)]
            row = [*row, session][-rules.greens_to_progress :]
            quiet = any(timedelta(0) < session.date - on <= timedelta(days=rules.quiet_days) for on in flares)
            if quiet or len(row) < rules.greens_to_progress:
                continue
            easy = all(each.effort is not None and each.effort <= rules.effort_up for each in row)
            open = None if answer else (session.date, "felt-easy" if easy else OFFERED)
            if answer == "yes" or (easy and answer is None):
                steps += 1
                ups = [*ups, session.date] if steps > 0 else ups
            row = []  # an offer that nobody answers comes again after as many good sessions more
    return replace(sums, steps=steps, ups=tuple(ups), offered=open, row=tuple(row))


def trained(subscriber: Subscriber) -> list[date]:
    """The dates of whole strength sessions, the oldest first; of what is behind the person, as many as still count."""
    since = _since(subscriber)
    return [
        *_sums(subscriber).trained,
        *sorted(each.date for each in subscriber.sessions if each.date >= since and _trains(each)),
    ]


def done(subscriber: Subscriber, until: date) -> frozenset[str]:
    """The exercises that were ever done before a date."""
    before = (each.done for each in subscriber.sessions if each.date < until)
    return frozenset(_sums(subscriber).done).union(*before)


def known(subscriber: Subscriber, until: date) -> dict[str, dict[str, Known]]:
    """How each form of each exercise of strength was done before a date, as far as that was noted."""
    since, found = _since(subscriber), {exercise: dict(forms) for exercise, forms in _sums(subscriber).known.items()}
    for session in subscriber.sessions:
        for exercise, form, sets, each in session.did if since <= session.date < until else ():
            forms = found.setdefault(exercise, {})
            was = forms.get(form, Known(session.date, sets, sets, sets * each))
            last = (was.on, was.sets) if was.on > session.date else (session.date, sets)
            forms[form] = Known(*last, max(was.most, sets), max(was.in_all, sets * each))
    return found


def climbed(subscriber: Subscriber, since: date, until: date) -> list[str]:
    """The ladder that took its next rung in each session after one date and before another, where one did."""
    return [ladder for on, ladder in _climbed(subscriber) if since < on < until]


def _climbed(subscriber: Subscriber) -> Iterable[tuple[date, str]]:
    new = (each for each in subscriber.sessions if each.climbed and each.date >= _since(subscriber))
    return (*_sums(subscriber).climbed, *((each.date, each.climbed) for each in new))


def _is_back_for(past: Past, number: int) -> bool:
    told, on_dates = past.told, {each.date for each in past.told}
    strength = [on for on in past.trained if on in on_dates]
    if len(strength) < number:
        return False
    first = next(place for place, each in enumerate(told) if each.date == strength[-number])
    near = past.before - timedelta(days=past.care.follow.window_days)
    if told[first].rated_at < near:
        return False
    before = [on for on in past.trained if on < strength[-number]]
    since = before[-1] if before else date.min
    ago = timedelta(days=past.care.follow.away_days)
    flares = [Upshot(Follow.DOWN, BACK, each.date) for each in past.flares if since <= each.date < strength[-number]]
    gaps = [
        Upshot(Follow.DOWN, AWAY, one.date)
        for one, other in pairwise(told[: first + 1])
        if one.date >= since and one.finished_at and other.started_at - one.finished_at >= ago
    ]
    if before and strength[-number] - since > ago:
        gaps.append(Upshot(Follow.DOWN, UNTRAINED, since))
    return any(not declined(past.subscriber, each) for each in (*flares[-1:], *gaps[-1:]))


def _trains(session: Session) -> bool:
    """Of older documents nobody knows what a session was for."""
    strength = session.kind == STRENGTH and not session.short
    return session.finished_at is not None and (not session.kind or strength)


def _back(past: Past) -> Upshot | None:
    """After a flare-up: one level down till a whole strength session is behind, unless they want their usual one."""
    flares = [each for each in past.flares if each.rated_at > past.answered]
    if not flares or any(each.date > flares[-1].date and _is_behind(each) for each in past.told):
        return None
    found = Upshot(Follow.DOWN, BACK, flares[-1].date)
    # A knee that was worse before it may have been answered on that very date.
    answers = past.subscriber.answers
    no = [each for each in answers if each.question == key(found) and each.at > flares[-1].rated_at]
    return None if no and no[-1].value == "no" else found


def _is_behind(session: Session) -> bool:
    """Whether it ends a step down: a short one tells too little."""
    return bool(session.done) and session.kind in (STRENGTH, "") and not session.short


def _flared(session: Session) -> bool:
    return session.morning == "much-more" or (session.knee == MUCH_WORSE and session.kind != STRENGTH)


def _comeback(past: Past) -> Upshot | None:
    """After a week or more without a session: one level down till a whole strength session is behind the person."""
    away, last = _away(past)
    if last and last.finished_at and past.before - last.finished_at >= timedelta(days=past.care.follow.away_days):
        away = last.date
    found = Upshot(Follow.DOWN, AWAY, away) if away else _untrained(past)
    return None if found is None or declined(past.subscriber, found) else found


def _untrained(past: Past) -> Upshot | None:
    """After a week or more without strength, of which something else was done: one level down as well."""
    last = next((each for each in reversed(past.told) if _trains(each)), None)
    if last is None or past.before - last.rated_at < timedelta(days=past.care.follow.away_days):
        return None
    return Upshot(Follow.DOWN, UNTRAINED, last.date)


def _away(past: Past) -> tuple[date | None, Session | None]:
    """The session before the last such pause, unless a whole strength session followed it, and the last of all.

    It goes on from what is behind them.
    """
    since, pause = _since(past.subscriber), timedelta(days=past.care.follow.away_days)
    away, last = _sums(past.subscriber).away, None
    for each in past.sessions:
        if each.finished_at is None or each.finished_at >= past.before:
            continue
        if each.date >= since:
            if last and last.finished_at and each.started_at - last.finished_at >= pause:
                away = last.date
            if away and each.date > away and each.kind in (STRENGTH, "") and not each.short:
                away = None
        last = each
    return away, last


def key(found: Upshot) -> str:
    """How an answer to an upshot is stored: by what it is and the date that brought it."""
    return f"{ANSWERED}{found.follow}-{found.on.isoformat()}"


def declined(subscriber: Subscriber, found: Upshot) -> bool:
    """Whether the person wants their usual plan instead."""
    return subscriber.said(key(found)) == "no"


# --- What is behind ---------------------------------------------------------------------------------------------


def as_read(care: Care, subscriber: Subscriber, before: datetime) -> Subscriber:
    """The person as the rules read them at an instant: with nothing behind where its sums do not tell of it."""
    behind, window = subscriber.behind, timedelta(days=care.follow.window_days)
    if behind is None or (behind.at < before - window and behind.sums.read_as == _read_as(care, subscriber, before)):
        return subscriber
    return subscriber.whole()


def summed(care: Care, subscriber: Subscriber, until: date, now: datetime) -> Sums:
    """What all sessions before a date add up to, with those that are summed up already."""
    over = replace(subscriber, sessions=tuple(each for each in subscriber.sessions if each.date < until))
    past = Past(care, over, now)
    sums, (away, _) = past.sums, _away(past)
    greens, sore = _greens(past), tuple({each.exercise: each for each in past.sores}.values())
    enough = care.follow.greens_to_progress + 2
    sore = tuple(each for each in sore if sum(on > each.on for on in greens.get(each.exercise, ())) < enough)
    first = min((each.on for each in sore), default=date.max)
    kept = {exercise: left for exercise, dates in greens.items() if (left := tuple(on for on in dates if on > first))}
    worse = [each.date for each in over.sessions if each.knee in (WORSE, MUCH_WORSE)]
    return replace(
        sums,
        read_as=_read_as(care, subscriber, now, until),
        row=tuple(each for each in sums.row if not any(each.date < day for day in worse)),
        trained=tuple(trained(over)[-enough:]),
        away=away,
        sore=sore,
        greens=kept,
        done=tuple(sorted(done(over, until))),
        known=known(over, until),
        climbed=tuple(each for each in _climbed(over) if sums.ups and each[0] > sums.ups[0]),
    )


def still_counted(care: Care, subscriber: Subscriber, until: date) -> frozenset[date]:
    """The dates before another whose sessions some rule looks for, however long ago: the last of each kind."""
    rules: tuple[Callable[[Session], object], ...] = (
        lambda each: session_light(care, subscriber, each),
        lambda each: each.finished_at,
        lambda each: each.finished_at and each.kind == STRENGTH,
        _is_behind,
        _trains,
        lambda each: _flared(each) or session_light(care, subscriber, each) is Light.RED,
    )
    over = [each for each in subscriber.sessions if each.date < until]
    last = (max((each.date for each in over if rule(each)), default=None) for rule in rules)
    return frozenset(on for on in last if on is not None)


def _since(subscriber: Subscriber) -> date:
    """From when on sessions are not summed up yet; of earlier ones a few are kept beside their sums."""
    return subscriber.behind.until if subscriber.behind else date.min


def _sums(subscriber: Subscriber) -> Sums:
    return subscriber.behind.sums if subscriber.behind else NOTHING


def _read_as(care: Care, subscriber: Subscriber, before: datetime, until: date | None = None) -> str:
    """What sums hang on beside the sessions: the rules, usual pain, and answers to what those sessions led to."""
    until = until or _since(subscriber)
    answered = sum(
        each.question.startswith(ANSWERED)
        and each.question[-len("2026-01-01") :] < until.isoformat()
        and (each.at < before or each.value == "no")
        for each in subscriber.answers
    )
    return f"{usual(subscriber)}:{answered}:{_edition(care.pain, care.follow)}"


@cache
def _edition(pain: PainRules, follow: FollowRules) -> str:
    return f"{zlib.crc32(repr((pain, follow)).encode()):08x}"
