"""What of somebody's life is over: put behind them, so that no look at them walks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.assessment import pain
from bot.core.model.delivery import GONE_OUT, OPEN, WITH_ANOTHER, Delivery, Kind, Outcome
from bot.core.model.series import Series
from bot.core.model.subscriber import Behind, Part, Session, Subscriber, Weeks
from bot.core.schedule.calendar import ONE_DAY, days

NEAR: Final = timedelta(days=14)
"""No rule looks further back at sessions, but for the last of each kind and for sums."""
TOLD_OF: Final = timedelta(days=28)
"""So long coaches are told what became of messages."""
AT_A_TIME: Final = timedelta(days=7)
LARGEST: Final = 160
"""Sessions and deliveries in a part, which grows until then: no save writes a whole life anew."""
ONCE_ENROLLED: Final = (Kind.LESSON, Kind.RETEST, Kind.CHECK_IN)
FOLDED: Final = (*ONCE_ENROLLED, Kind.REMINDER, Kind.STILL)
UNSETTLED: Final = (*OPEN, Outcome.CLAIMED, Outcome.UNKNOWN)


def with_behind(series: Series, subscriber: Subscriber, now: datetime) -> Subscriber:
    """The person with what is over of their life behind them: once a week, and whenever its sums do not hold any more.

    What they are shown and sent is the same before and after.
    """
    at, behind = now - NEAR, subscriber.behind
    if behind is None:
        if subscriber.consent.at > at - AT_A_TIME:
            return subscriber
    elif pain.as_read(series.care, subscriber, now) is not subscriber:
        subscriber = subscriber.whole()
    elif at < behind.at + AT_A_TIME:
        return subscriber
    return _put_behind(series, subscriber, at, now)


def _put_behind(series: Series, subscriber: Subscriber, at: datetime, now: datetime) -> Subscriber:
    behind = subscriber.behind or Behind(date.min, subscriber.consent.at)
    until = max(
        behind.until, min([at.date() - ONE_DAY, *(each.date for each in subscriber.sessions if _ends(each) >= at)])
    )
    still = pain.still_counted(series.care, subscriber, until)
    over = [each for each in subscriber.sessions if each.date < until and each.date not in still]
    gone = {each.key: each for each in _settled(series, subscriber, now - TOLD_OF)}
    sums = pain.summed(series.care, subscriber, until, now)
    return replace(
        subscriber,
        sessions=tuple(each for each in subscriber.sessions if each not in over),
        deliveries={key: each for key, each in subscriber.deliveries.items() if key not in gone},
        behind=Behind(
            until,
            max(at, behind.at),
            _with_weeks(behind.parts, Weeks(tuple(over), gone)),
            behind.done + sum(1 for each in over if each.finished_at),
            sums,
        ),
    )


def _ends(session: Session) -> datetime:
    """When the last of it was told, as far as its instants tell."""
    return max(session.rated_at, session.started_at, session.declined_at or session.started_at)


def _settled(series: Series, subscriber: Subscriber, at: datetime) -> list[Delivery]:
    """The records before an instant that nothing asks for any more but a look at the whole life."""
    at = min(at, subscriber.last_heard_at)
    records = [each for each in subscriber.deliveries.values() if each.at < at and each.outcome not in UNSETTLED]
    over = [each for each in records if each.kind in FOLDED]
    if not over:
        return []
    # The newest message is told of however long ago it came, and so is the newest that did not come.
    everything = subscriber.deliveries.values()
    newest = _newest(each for each in everything if each.reason != WITH_ANOTHER)
    came = _newest(each for each in everything if each.outcome in GONE_OUT)
    kept = {*newest, *came, *_named(series, subscriber, at.date() - ONE_DAY)}
    return [each for each in over if each.key not in kept and not _of_this_enrollment(subscriber, each)]


def _newest(records: Iterable[Delivery]) -> list[str]:
    """The newest, and whatever became of another one at that very instant."""
    found = list(records)
    at = max((each.at for each in found), default=None)
    return [each.key for each in found if each.at == at]


def _named(series: Series, subscriber: Subscriber, until: date) -> Collection[str]:
    """The deliveries of days that are over which the calendar goes on to name."""
    return {day.step.key for day in days(series, subscriber, until, until) if day.step is not None}


def _of_this_enrollment(subscriber: Subscriber, record: Delivery) -> bool:
    number = str(subscriber.enrollment.number)
    return record.kind in ONCE_ENROLLED and record.key.split(":")[1] == number


def _with_weeks(parts: tuple[Part, ...], weeks: Weeks) -> tuple[Part, ...]:
    """With these weeks behind the others, in a part with the last of them while that is small."""
    if not weeks.sessions and not weeks.deliveries:
        return parts
    last = parts[-1].weeks if parts else None
    if last is not None and len(last.sessions) + len(last.deliveries) < LARGEST:
        weeks = Weeks((*last.sessions, *weeks.sessions), {**last.deliveries, **weeks.deliveries})
        parts = parts[:-1]
    return (*parts, Part(lambda: weeks))
