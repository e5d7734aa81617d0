"""Everything a person may change along the way, as data: readable when a property fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from bot.core.assessment import safety
from bot.core.model.callback_data import GoOn, Outdated, PauseUntil, Remind, RemindLater, Resume, Tell
from bot.core.model.series import EACH, Series
from bot.core.model.subscriber import Attempt, State, Subscriber
from bot.core.schedule.calendar import TAPER, timings
from bot.core.screens import session
from tests.conftest import the_catalog
from tests.core.people import tap

ZONES = ["UTC", "Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Niue"]
CLOCKS = ["00:15", "02:30", "07:00", "09:00", "12:30", "19:00", "21:00", "23:30"]
WINDOWS = [("21:30", "07:00"), ("22:30", "08:00"), ("00:00", "00:00"), ("13:00", "15:00")]


@dataclass(frozen=True)
class Says:
    """The person changes a setting; a time inside quiet hours is refused, as in the chat."""

    question: str
    values: tuple[str, ...]

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        return tap(series(), person, Tell(self.question, self.values), now)[0]


@dataclass(frozen=True)
class Pauses:
    """For so many days, or until told otherwise (0)."""

    days: int

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        today = timings(person)[-1].local(now).date()
        until = (today + timedelta(days=self.days)).isoformat() if self.days else ""
        try:
            return tap(series(), person, PauseUntil(until), now)[0]
        except Outdated:
            return person


@dataclass(frozen=True)
class Resumes:
    """Back from a pause, a stop or a block."""

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        return tap(series(), person, Resume(), now)[0]


@dataclass(frozen=True)
class Becomes:
    """Stopped, blocked or finished."""

    state: State

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        return person.in_state(self.state, now)


@dataclass(frozen=True)
class PutsOff:
    """“Later”: an hour on, in slot 2, where the chat would offer it."""

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        timing = timings(person)[-1]
        today = timing.local(now).date()
        for button in session.later_buttons(series(), person, today, timing, now)[:1]:
            assert isinstance(button.action, RemindLater)
            try:
                return tap(series(), person, button.action, now)[0]
            except Outdated:
                break
        return person


@dataclass(frozen=True)
class GoesOn:
    """After a re-test: on so many days a week, or no further (0)."""

    number: int

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        tested = Attempt(safety.RETEST, now, finished_at=now)
        return tap(series(), replace(person, attempts=(*person.attempts, tested)), GoOn(self.number), now)[0]


@dataclass(frozen=True)
class Reminded:
    """Each time, or less week by week, where the chat would offer it."""

    which: str

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        try:
            return tap(series(), person, Remind(self.which), now)[0]
        except Outdated:
            return person


Change = Says | Pauses | Resumes | Becomes | PutsOff | GoesOn | Reminded
Dated = list[tuple[int, Change]]

settings_changes: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from(CLOCKS).map(lambda clock: Says("time", (clock,))),
    st.sampled_from(ZONES).map(lambda zone: Says("zone", (zone,))),
    st.sampled_from(WINDOWS).map(lambda window: Says("quiet", window)),
    st.sets(st.sampled_from("0123456"), min_size=1).map(lambda days: Says("days", tuple(sorted(days)))),
)
pauses: st.SearchStrategy[Change] = st.one_of(st.sampled_from([0, 1, 3, 7]).map(Pauses), st.just(Resumes()))
goings: st.SearchStrategy[Change] = st.sampled_from([State.STOPPED, State.BLOCKED]).map(Becomes)
onward: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from([0, 2, 3]).map(GoesOn), st.sampled_from([EACH, TAPER]).map(Reminded)
)
every_change: st.SearchStrategy[Change] = st.one_of(settings_changes, pauses, goings, st.just(PutsOff()))


def dated(kinds: st.SearchStrategy[Change], most: int = 6, days: int = 30) -> st.SearchStrategy[Dated]:
    """Some changes, each with its distance from day 1 in minutes, in order."""
    minutes = st.integers(1, days * 24 * 4).map(lambda quarter: quarter * 15)
    return st.lists(st.tuples(minutes, kinds), max_size=most).map(lambda pairs: sorted(pairs, key=lambda pair: pair[0]))


def applied(person: Subscriber, shown: datetime, found: Dated) -> list[tuple[datetime, Subscriber]]:
    """The person after each change, with its instant."""
    history = []
    for minutes, change in found:
        at = shown + timedelta(minutes=minutes)
        person = replace(change(person, at), saved_at=at)
        history.append((at, person))
    return history


def series() -> Series:
    """The real series."""
    return the_catalog().default
