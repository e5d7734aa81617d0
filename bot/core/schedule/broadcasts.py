"""A coach's word to many, in one person's document: lined up, then due outside their quiet hours, or dropped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.assessment import safety
from bot.core.model import coaching
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import quiet_hours, state_now
from bot.core.schedule.planned import Due, Planned

REACHED: Final = (State.ONBOARDING, State.RUNNING, State.FINISHED)
"""Whoever stopped, paused or blocked is left alone."""
UNDISTURBED: Final = timedelta(minutes=20)
"""So long after an answer of a test nobody is written to."""
HELD_LOOK: Final = timedelta(hours=1)
NOT_AGREED: Final = "not agreed"
WITHDRAWN: Final = "withdrawn"
SIGN: Final = "safety sign"
LEFT_OUT: Final = (NOT_AGREED, WITHDRAWN, SIGN, State.STOPPED.value, State.PAUSED.value, State.BLOCKED.value)
"""Why a broadcast is dropped that was lined up for somebody."""


def key(broadcast: str) -> str:
    """The key of its delivery, which each person has once, ever."""
    return f"{Kind.BROADCAST}:{broadcast}"


def named(record: Delivery) -> str:
    """Which broadcast a delivery is of."""
    return record.key.partition(":")[2]


def is_lined_up(record: Delivery) -> bool:
    """Whether it waits to be sent."""
    return record.kind is Kind.BROADCAST and record.outcome is Outcome.WAITING


def is_beside(record: Delivery) -> bool:
    """Whether it comes beside what a person looks at, so that a question above it stays open for typed words."""
    return record.kind is Kind.BROADCAST


def withdrawn(subscriber: Subscriber, looked: Due, now: datetime) -> Due:
    """With the broadcast dropped that would be sent: it was stopped, or is over."""
    records = [subscriber.deliveries[looked.send.key]] if looked.send is not None else []
    return replace(looked, send=None, records=(*looked.records, *_dropped(records, WITHDRAWN, now)))


def kept_from(series: Series, subscriber: Subscriber, now: datetime) -> str:
    """Why no broadcast may go to them; empty where one may."""
    hours = quiet_hours(subscriber)
    if hours is None or not coaching.sees_answers(series, subscriber):
        return NOT_AGREED
    state = state_now(subscriber.enrollment, now, hours)
    if state not in REACHED:
        return state.value
    return SIGN if safety.flagged(series, subscriber) is not None else ""


def lined_up(series: Series, subscriber: Subscriber, looked: Due, now: datetime, held: Collection[str]) -> Due:
    """What was lined up for one person, after all that is due anyway: to be sent now, later, or not any more."""
    waiting = [record for record in subscriber.deliveries.values() if is_lined_up(record)]
    if not waiting:
        return looked
    if reason := kept_from(series, subscriber, now):
        return replace(looked, records=(*looked.records, *_dropped(waiting, reason, now)))
    return _next(subscriber, waiting, looked, now, held)


def _dropped(waiting: Iterable[Delivery], reason: str, now: datetime) -> Iterator[Delivery]:
    for record in waiting:
        yield replace(record, outcome=Outcome.CANCELLED, at=now, reason=reason)


def _next(subscriber: Subscriber, waiting: list[Delivery], looked: Due, now: datetime, held: Collection[str]) -> Due:
    hours, attempt = quiet_hours(subscriber), subscriber.open_attempt()
    if hours is not None and hours.is_quiet(now):
        return looked.look_again(hours.quiet_ends(now))
    if attempt is not None and (until := attempt[1].last_touched_at + UNDISTURBED) > now:
        return looked.look_again(until)
    for record in waiting:
        planned = Planned(Kind.BROADCAST, named(record), record.key, record.at, None, now.date())
        if (again := record.held_until(now)) is not None:
            looked = looked.look_again(again)
        elif planned.content in held:
            looked = looked.look_again(now + HELD_LOOK)
        else:
            return replace(looked, send=planned)
    return looked
