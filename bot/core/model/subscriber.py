"""What is kept of one subscriber: one document of plain dated values, replaced whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from bot.core.model.delivery import TAPPED, Delivery, Outcome
from bot.core.model.letter import Letter, with_letter

Value = int | str | tuple[str, ...]

UPDATES_KEPT = 100
BETWEEN = ("recheck", "trigger", "ending-life", "worse", "away", "one-tap")
"""Checks for signs, and a question of one tap, that may come in the middle of a test."""


class State(StrEnum):
    """Where a subscriber stands. *New* has no document and *erased* has none any more."""

    ONBOARDING = "onboarding"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    BLOCKED = "blocked"


AT_ONCE = timedelta(minutes=10)
"""Within it a break that is taken back counts as none."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """The state an enrollment came into, and when; a pause may name the local date it ends on."""

    state: State
    at: datetime
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing the person said. Settings are answers too: each with its instant.

    None is overwritten; what another of the same day superseded is left out where nothing hangs on it.
    """

    question: str
    value: Value
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One go at a test: a self-test, the safety check, a check-in or the re-test.

    `edition` is that of the safety check when it began; 0 is older than all that are counted.
    """

    test: str
    started_at: datetime
    answers: tuple[Answer, ...] = ()
    finished_at: datetime | None = None
    edition: int = 0

    def value(self, question: str) -> Value | None:
        """What was answered to that question in this attempt, or None."""
        for answer in self.answers:
            if answer.question == question:
                return answer.value
        return None

    @property
    def last_touched_at(self) -> datetime:
        """The instant of the newest answer, or of the start."""
        return max((answer.at for answer in self.answers), default=self.started_at)


@dataclass(frozen=True, slots=True)
class Hurt:
    """It hurt during one exercise: how much, 0 to 10, and whether it was sharp, or the knee swelled or gave way.

    `form` is the one it was done in, empty in older documents.
    """

    exercise: str
    pain: int
    at: datetime
    sharp: bool = False
    form: str = ""


class Did(NamedTuple):
    """An exercise as it was done in a session of strength: in which form, sets, and repetitions or seconds of each."""

    exercise: str
    form: str
    sets: int
    each: int


@dataclass(frozen=True, slots=True)
class Session:
    """One day's run through the plan; `declined_at` is a "not today".

    `knee` is how the knee was before it, compared with usual. `effort` and `pain` (0 to 10) are told after it,
    `morning` the next day: how pain is compared with usual. `kind` is the plan's that it
    went through, empty in older documents, and `climbed` the ladder that took its next rung in it. `sets` counts the
    sets that were ticked off of exercises not yet `done`; `did` tells how those of strength were done.
    """

    date: date
    started_at: datetime
    short: bool = False
    done: tuple[str, ...] = ()
    finished_at: datetime | None = None
    declined_at: datetime | None = None
    effort: int | None = None
    pain: int | None = None
    hurts: tuple[Hurt, ...] = ()
    morning: str = ""
    knee: str = ""
    kind: str = ""
    sets: tuple[tuple[str, int], ...] = ()
    climbed: str = ""
    did: tuple[Did, ...] = ()

    def with_done(self, exercises: Iterable[str]) -> Session:
        """With these exercises done too; their sets need no counting any more."""
        done = tuple(dict.fromkeys((*self.done, *exercises)))
        return replace(self, done=done, sets=tuple(each for each in self.sets if each[0] not in done))

    def with_sets(self, exercise: str, number: int, of: int) -> Session:
        """With that many sets of an exercise done; with all of them, the exercise is."""
        if number >= of:
            return self.with_done([exercise])
        return replace(self, sets=tuple({**dict(self.sets), exercise: number}.items()))

    @property
    def rated_at(self) -> datetime:
        """When the newest pain score of this session was given, as far as its instants tell."""
        ended = self.finished_at or self.started_at
        return max([ended, *(hurt.at for hurt in self.hurts)]) if self.hurts else ended


class Sore(NamedTuple):
    """An exercise that hurt more than usual: in which form, at which instant, and in the session of which date."""

    exercise: str
    form: str
    at: datetime
    on: date


class Known(NamedTuple):
    """A form of an exercise that was done in strength: when last and in how many sets then, the most of it ever.

    `in_all` are the repetitions or seconds of all its sets.
    """

    on: date
    sets: int
    most: int
    in_all: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What sessions that are behind somebody add up to, for the rules that never forget.

    `read_as` says for which usual pain, rules and answers. `steps` and `ups` are those of `pain.Progress`, `offered` is
    the session whose offer of one more nobody has answered, with the reason, and `row` are the sessions that count
    towards the next. `trained` are the last dates of whole strength sessions, `away` is the session before a pause that
    none has followed yet. `sore` is the last time that each exercise hurt, `greens` are the last dates of green
    sessions with it. `done` are the exercises that were done at all, `known` how those of strength were, `climbed` the
    ladders that took a rung since the first of the ups, with the dates.
    """

    read_as: str = ""
    steps: int = 0
    ups: tuple[date, ...] = ()
    offered: tuple[date, str] | None = None
    row: tuple[Session, ...] = ()
    trained: tuple[date, ...] = ()
    away: date | None = None
    sore: tuple[Sore, ...] = ()
    greens: dict[str, tuple[date, ...]] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    known: dict[str, dict[str, Known]] = field(default_factory=dict)
    climbed: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Weeks:
    """What was kept of some weeks that are over."""

    sessions: tuple[Session, ...]
    deliveries: dict[str, Delivery]


class Part:
    """Weeks that are opened when somebody looks into them; `packed` as they stand in a document, empty in a new one."""

    def __init__(self, open: Callable[[], Weeks], packed: str = "") -> None:
        self.packed = packed
        self._open = open

    @cached_property
    def weeks(self) -> Weeks:
        """What is in it."""
        return self._open()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and self.weeks == other.weeks

    def __hash__(self) -> int:
        return hash(self.weeks.sessions)


@dataclass(frozen=True, slots=True)
class Behind:
    """What is over of somebody's life: kept whole, and summed up so that no look at them walks it.

    Its sessions are of dates before `until`, of which some that still count stay with the newer ones; all that it tells
    of was there before `at`. `done` counts its finished sessions.
    """

    until: date
    at: datetime
    parts: tuple[Part, ...] = ()
    done: int = 0
    sums: Sums = Sums()


@dataclass(frozen=True, slots=True)
class Later:
    """A reminder the person put off to an instant; slots 2 and 3 of that local date."""

    date: date
    slot: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of the plan by the person, at once and until taken back.

    `to` is an exercise id ("swap") or a level: easier, main, harder ("level"). By "own" the exercise takes the person's
    own place, and `to` is empty.
    """

    kind: str
    exercise: str
    to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """Agreement to keep health answers: which text, and when."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One run through a series. Day 1 is the local date on which the plan was first shown."""

    number: int
    series: str
    states: tuple[StateChange, ...]
    day_one: date | None = None
    plan_shown_at: datetime | None = None

    @property
    def state(self) -> State:
        """The state as last changed; a pause with a date is still *paused* here, see `schedule.state_now`."""
        return self.states[-1].state

    def changed(self, state: State, at: datetime, until: date | None = None) -> Enrollment:
        """The enrollment in another state; the same state again changes nothing.

        A break that is taken back at once never was: who goes to and fro all day leaves no trail of it.
        """
        last, before = self.states[-1], self.states[-2] if len(self.states) > 1 else None
        if last.state is state and last.until == until:
            return self
        same = before is not None and (before.state, before.until) == (state, until)
        in_order = before is not None and before.at <= last.at <= at  # else a clock was wrong, and this one mends it
        if same and in_order and last.state is State.PAUSED and at - last.at < AT_ONCE:
            return replace(self, states=self.states[:-1])
        return replace(self, states=(*self.states, StateChange(state, at, until)))


@dataclass(frozen=True, slots=True)
class Shown:
    """The newest message with buttons, asked for or not: of each its label's path, its words, its callback data.

    `unread` says that it is there once more, below an answer that could not be read.
    """

    at: datetime
    buttons: tuple[tuple[str, str, str], ...]
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Subscriber:
    """All that is kept of one person.

    `sessions` and `deliveries` are the near ones, and what is older and still counts; the others lie `behind`.
    `showing` is the packed callback data of the screen they look at, so that a typed number finds its question
    and a restart can show the screen again. `updates` are the ids of the updates handled last, `heard_at` the
    instant of the newest one. `shown` are the buttons that typed words may stand for. `copy_owed` says that the reply
    owed brings the copy of all this as a file. `keyboard_out` says that a keyboard to share a location lies under their
    text field. `language` is empty for whoever gets the default one. `name` is the one a coach knows them by, empty for
    whoever has not agreed to a text that names a coach. `letters` are what passed between the two, oldest first.
    """

    id: int
    consent: Consent
    enrollments: tuple[Enrollment, ...]
    saved_at: datetime
    start_payload: str = ""
    answers: tuple[Answer, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    sessions: tuple[Session, ...] = ()
    laters: tuple[Later, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    lessons_seen: tuple[str, ...] = ()
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    showing: str = ""
    shown: Shown | None = None
    keyboard_out: bool = False
    updates: tuple[int, ...] = ()
    reply_owed_at: datetime | None = None
    copy_owed: bool = False
    heard_at: datetime | None = None
    next_due_at: datetime | None = None
    language: str = ""
    name: str = ""
    letters: tuple[Letter, ...] = ()
    behind: Behind | None = None
    version: int = 2

    @property
    def enrollment(self) -> Enrollment:
        """The active enrollment: the newest one."""
        return self.enrollments[-1]

    @property
    def state(self) -> State:
        """The state of the active enrollment."""
        return self.enrollment.state

    def said(self, question: str, before: datetime | None = None) -> Value | None:
        """The newest answer to a question, among those given before an instant where one is named."""
        for answer in reversed(self.answers):
            if answer.question == question and (before is None or answer.at < before):
                return answer.value
        return None

    @property
    def zone(self) -> str | None:
        """Their time zone, once they have said it: its IANA name."""
        zone = self.said("zone")
        return zone if isinstance(zone, str) else None

    def saying(self, question: str, value: Value, now: datetime) -> Subscriber:
        """With one more answer; saying the same again changes nothing."""
        if self.said(question) == value:
            return self
        return replace(self, answers=(*self.answers, Answer(question, value, now)))

    def in_state(self, state: State, now: datetime, until: date | None = None) -> Subscriber:
        """With the active enrollment in that state."""
        return self.with_enrollment(self.enrollment.changed(state, now, until))

    def seeing(self, buttons: tuple[tuple[str, str, str], ...], at: datetime, showing: str = "") -> Subscriber:
        """Who has been sent a message with these buttons, and what it asks; without buttons nothing is new to see."""
        return replace(self, shown=Shown(at, buttons), showing=showing) if buttons else self

    def blocked(self, now: datetime) -> Subscriber:
        """As somebody who blocked the bot; whoever stopped before stays "stopped"."""
        return self if self.state is State.STOPPED else self.in_state(State.BLOCKED, now)

    def with_enrollment(self, enrollment: Enrollment) -> Subscriber:
        """With the active enrollment replaced."""
        return replace(self, enrollments=(*self.enrollments[:-1], enrollment))

    def with_deliveries(self, records: Iterable[Delivery]) -> Subscriber:
        """With these records; one per key, ever, so a newer one replaces the older."""
        new = {record.key: record for record in records}
        return replace(self, deliveries={**self.deliveries, **new}) if new else self

    def with_letter(self, letter: Letter) -> Subscriber:
        """With this letter put in, or in the place of the one with its key."""
        return replace(self, letters=with_letter(self.letters, letter))

    def arrived(self, key: str) -> Subscriber:
        """With that delivery known to have arrived: a tap on its buttons is the evidence.

        That may come while the answer to the send itself is still awaited.
        """
        record = self.deliveries.get(key)
        if record is None or record.outcome not in (Outcome.CLAIMED, Outcome.UNKNOWN):
            return self
        return self.with_deliveries([replace(record, outcome=Outcome.SENT, reason=TAPPED)])

    def handled(self, update_id: int) -> bool:
        """Whether the effect of that update is already stored."""
        return update_id in self.updates

    def heard_since(self, update_id: int, at: datetime) -> bool:
        """Whether a later word of theirs was handled before that update, which tells of that instant.

        Telegram delivers to a webhook in queues that overtake each other; its ids tell the order, save after a silent
        week, when they go on from anywhere.
        """
        overtaken = any(later > update_id for later in self.updates)
        return overtaken and self.heard_at is not None and at < self.heard_at

    def handling(self, update_id: int) -> Subscriber:
        """With that update noted as handled."""
        return replace(self, updates=(*self.updates, update_id)[-UPDATES_KEPT:])

    @property
    def last_heard_at(self) -> datetime:
        """When the person was last heard of, at the latest when they consented."""
        return self.heard_at or self.consent.at

    def adjusting(self, new: Adjustment) -> Subscriber:
        """With a change of the plan in the place of what it takes back."""
        kept = (each for each in self.adjustments if (each.kind, each.exercise) != (new.kind, new.exercise))
        return replace(self, adjustments=(*kept, new))

    @property
    def all_sessions(self) -> tuple[Session, ...]:
        """Those of the whole life, by their dates."""
        parts = self.behind.parts if self.behind else ()
        over = (session for part in parts for session in part.weeks.sessions)
        return tuple(sorted((*over, *self.sessions), key=lambda each: each.date))

    @property
    def all_deliveries(self) -> Mapping[str, Delivery]:
        """Those of the whole life."""
        found: dict[str, Delivery] = {}
        for part in self.behind.parts if self.behind else ():
            found |= part.weeks.deliveries
        return found | self.deliveries

    @property
    def sessions_done(self) -> int:
        """How many they have finished in their whole life."""
        return (self.behind.done if self.behind else 0) + sum(1 for each in self.sessions if each.finished_at)

    def whole(self) -> Subscriber:
        """With nothing behind."""
        if self.behind is None:
            return self
        return replace(self, sessions=self.all_sessions, deliveries=dict(self.all_deliveries), behind=None)

    def session(self, day: date) -> Session | None:
        """The session of a local date, if one was begun or declined."""
        over = self.behind is not None and day < self.behind.until
        for session in reversed(self.all_sessions if over else self.sessions):
            if session.date == day:
                return session
        return None

    def with_session(self, session: Session) -> Subscriber:
        """With the session of its date put in or replaced."""
        if self.behind is not None and session.date < self.behind.until:
            return self.whole().with_session(session)
        others = tuple(old for old in self.sessions if old.date != session.date)
        return replace(self, sessions=(*others, session))

    def finished(self, test: str, before: datetime | None = None) -> Attempt | None:
        """The newest finished attempt at a test of the active enrollment's time, or None."""
        since = self.enrollment.states[0].at
        for attempt in reversed(self.attempts):
            at = attempt.finished_at
            mine = attempt.test == test and attempt.started_at >= since
            if mine and at is not None and (before is None or at < before):
                return attempt
        return None

    def open_attempt(self) -> tuple[int, Attempt] | None:
        """The newest attempt if it is unfinished, with its number. Signs asked for in between leave a test open."""
        for number, attempt in reversed(list(enumerate(self.attempts))):
            if attempt.finished_at is None:
                return number, attempt
            if attempt.test not in BETWEEN:
                return None
        return None

    def with_attempt(self, number: int, attempt: Attempt) -> Subscriber:
        """With the attempt of that number replaced, or added when it is the next one."""
        return replace(self, attempts=(*self.attempts[:number], attempt, *self.attempts[number + 1 :]))


def new_subscriber(id: int, series: str, consent_version: str, payload: str, now: datetime, **kept: Any) -> Subscriber:
    """Somebody who has just agreed that their answers are kept."""
    enrollment = Enrollment(number=1, series=series, states=(StateChange(State.ONBOARDING, now),))
    return Subscriber(
        id=id,
        consent=Consent(consent_version, now),
        enrollments=(enrollment,),
        saved_at=now,
        start_payload=payload,
        **kept,
    )
