"""Made-up subscribers of the real series, and time passing for one of them: ticks, sends, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.assessment import safety
from bot.core.assessment.selftest import open_question
from bot.core.model.callback_data import Action
from bot.core.model.context import Context
from bot.core.model.delivery import Delivery, Kind, Outcome, claim
from bot.core.model.message import OutgoingMessage
from bot.core.model.series import Question, Series, Test
from bot.core.model.subscriber import Answer, Attempt, Enrollment, State, StateChange, Subscriber, Value, new_subscriber
from bot.core.schedule.due import due
from bot.core.schedule.planned import Planned
from bot.core.screens import questionnaire
from bot.core.screens.dispatch import tapped

EVERY_DAY = "0123456"
MONDAY = date(2026, 3, 2)
NO_QUIET = ("00:00", "00:00")
DEFAULT_QUIET = ("21:30", "07:00")

Answers = Mapping[str, Value]


def instant(zone: str, day: date, clock: str) -> datetime:
    """The UTC instant of a local date and clock time; only for times that exist once."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)


def somebody(
    series: Series,
    day_one: date = MONDAY,
    *,
    zone: str = "UTC",
    at: str = "19:00",
    days: str = EVERY_DAY,
    quiet: tuple[str, str] = DEFAULT_QUIET,
    **said: Value,
) -> Subscriber:
    """Somebody who saw their plan at noon of day 1, with a clean safety check; `said` are further answers."""
    shown = instant(zone, day_one, "12:00")
    started = shown - timedelta(minutes=30)
    answers: dict[str, Value] = {"zone": zone, "quiet": quiet, "time": at, "days": tuple(days), **said}
    person = new_subscriber(1, series.id, series.consent, "", started)
    states = (StateChange(State.ONBOARDING, started), StateChange(State.RUNNING, shown))
    person = replace(
        person,
        answers=tuple(Answer(question, value, started) for question, value in answers.items()),
        enrollments=(Enrollment(1, series.id, states, day_one, shown),),
    )
    return checked(series, person, {}, started)


def having_said(person: Subscriber, answers: Answers) -> Subscriber:
    """With these answers about themselves, given before the plan was shown."""
    at = person.enrollment.states[0].at
    given = tuple(Answer(question, value, at) for question, value in answers.items())
    return replace(person, answers=(*person.answers, *given))


def checked(series: Series, person: Subscriber, answers: Answers, at: datetime) -> Subscriber:
    """With a finished safety check: no to everything but what is named, and to what that comes after."""
    screens = {screen.id: screen for screen in series.safety}
    said = {screens[id].after: safety.YES for id in answers if id in screens and screens[id].after} | dict(answers)
    check = Attempt(safety.TEST, at, edition=series.edition)
    while (question := open_question(questionnaire.questions(series, person, check), check)) is not None:
        no = safety.NO if question.kind == questionnaire.SAFETY else safety.SEVERAL
        check = replace(check, answers=(*check.answers, Answer(question.id, said.get(question.id, no), at)))
    return replace(person, attempts=(*person.attempts, replace(check, finished_at=at)))


def having_tested(person: Subscriber, test: Test, answers: Answers, at: datetime) -> Subscriber:
    """With a finished self-test: these answers to its questions, none to the others."""
    given = tuple(
        Answer(question.id, answers[question.id], at) for question in test.questions if question.id in answers
    )
    return replace(person, attempts=(*person.attempts, Attempt(test.id, at, given, at)))


def possible(question: Question) -> tuple[Value, ...]:
    """An answer of every meaning: each choice, or a number of each band."""
    if question.kind == "choice":
        return tuple(choice.id for choice in question.choices)
    found: list[Value] = []
    for band in question.bands:
        upto = max(band.upto.values()) if isinstance(band.upto, dict) else band.upto
        found.append(question.max if upto is None else upto)
    return tuple(found)


def best(question: Question) -> Value:
    """The answer that speaks for no focus area, and for the confident lane where one does."""
    if question.kind == "choice":
        return next((choice.id for choice in question.choices if choice.lane == "confident"), question.choices[0].id)
    return question.max


def all_best(test: Test) -> dict[str, Value]:
    """The best answer to every question."""
    return {question.id: best(question) for question in test.questions}


def asking(series: Series, person: Subscriber, now: datetime) -> Context:
    """An update of theirs at that instant."""
    return Context(person.id, "Ada", now, series, person)


def tap(series: Series, person: Subscriber, action: Action, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """A tap on a button of that meaning: the person afterwards, and the screen it leads to."""
    reaction = tapped(asking(series, person, now), action)
    assert reaction.subscriber is not None
    return reaction.subscriber, reaction.messages[0]


Change = Callable[[Subscriber, datetime], Subscriber]
Fate = Callable[[Planned, int], Outcome]


def delivered(_planned: Planned, _try: int) -> Outcome:
    """Every message arrives."""
    return Outcome.SENT


@dataclass(frozen=True)
class Sent:
    """One message as it left."""

    at: datetime
    key: str
    kind: Kind
    planned: Planned


@dataclass
class Life:
    """One person and what happens to them. `fate` says how the n-th try of a message ends."""

    series: Series
    person: Subscriber
    changes: Iterable[tuple[datetime, Change]] = ()
    fate: Fate = delivered
    sent: list[Sent] = field(default_factory=list)
    on_send: Callable[[Subscriber, Planned, datetime], None] | None = None
    erased_at: datetime | None = None

    def __post_init__(self) -> None:
        self._ahead = sorted(self.changes, key=lambda change: change[0])

    def run(self, ticks: Iterable[datetime]) -> Life:
        """Tick at these instants; changes happen at theirs."""
        for now in ticks:
            self._change_until(now)
            self.tick(now)
        return self

    def run_by_next(self, begin: datetime, end: datetime) -> Life:
        """Tick only when the document says that it is worth a look: after each save, and at `next_at`."""
        now: datetime | None = begin
        while True:
            change = self._ahead[0][0] if self._ahead else None
            now = min((at for at in (now, change) if at is not None), default=None)
            if now is None or now > end:
                return self
            self._change_until(now)
            self.tick(now)
            now = due(self.series, self.person, now).next_at if self.erased_at is None else None

    def _change_until(self, now: datetime) -> None:
        while self._ahead and self._ahead[0][0] <= now:
            at, change = self._ahead.pop(0)
            if self.erased_at is None:
                self.person = replace(change(self.person, at), saved_at=at)

    def tick(self, now: datetime) -> None:
        """Note what was dropped, and send until nothing is due."""
        if self.erased_at is not None:
            return
        for _ in range(20):
            looked = due(self.series, self.person, now)
            assert looked.next_at is None or looked.next_at > now
            self.person = self.person.with_deliveries(looked.records)
            if looked.erase:
                self.erased_at = now
                return
            if looked.send is None:
                return
            self._send(looked.send, now)
        raise AssertionError(f"at {now} there is always one more to send")

    def _send(self, planned: Planned, now: datetime) -> None:
        if self.on_send:
            self.on_send(self.person, planned, now)
        record = claim(planned.key, planned.kind, now, self.person.deliveries.get(planned.key))
        self.sent.append(Sent(now, planned.key, planned.kind, planned))
        outcome = self.fate(planned, record.tries)
        if outcome is Outcome.WAITING:
            settled = record.waiting(now, now + timedelta(minutes=1), "not sent")
        else:
            settled = record.settled(outcome, now)
        records = [settled]
        if planned.rides and outcome in (Outcome.SENT, Outcome.UNKNOWN):
            records.append(Delivery(planned.rides.key, planned.rides.kind, Outcome.CANCELLED, now, "rides"))
        self.person = self.person.with_deliveries(records)

    def messages(self) -> list[str]:
        """What was sent, in order."""
        return [each.key for each in self.sent]


def each(gap: timedelta, begin: datetime, end: datetime) -> Iterable[datetime]:
    """Ticks at one distance."""
    now = begin
    while now <= end:
        yield now
        now += gap
