"""How long answers are kept of somebody silent: one notice after some months, the end of them some days later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import Timing, clock_time, quiet_hours

LEFT_ALONE = (State.STOPPED, State.BLOCKED)
"""Who asked for no more messages gets no notice either; the time after it runs all the same."""
SETTLED = (Outcome.SENT, Outcome.FAILED, Outcome.CANCELLED)
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Silence:
    """A person's silence so far: the key of its notice, when that is due, and the record of it, if there is one.

    `ends_at` is when everything is erased. It is known once the notice is settled, and counts from then: a bot that
    was down gives nobody less time to answer, and one wrong look at a clock erases nobody. A notice of which nobody
    knows whether it arrived goes out once more: nobody is to be erased who was never told.
    """

    key: str
    since: date
    notice_at: datetime
    notice: Delivery | None
    ends_at: datetime | None


def silence(series: Series, subscriber: Subscriber) -> Silence:
    """What the silence of a person has come to. It counts from the last time they were heard, else from consent."""
    heard = hours(series, subscriber).local(subscriber.last_heard_at)
    key = f"{Kind.IDLE}:{heard.date().isoformat()}"
    notice = subscriber.deliveries.get(key)
    ends_at = notice.at + timedelta(days=series.retention.days) if notice and _is_settled(notice) else None
    # Where the clocks change on another date that year, the same clock time may come an hour early.
    months = series.retention.months
    notice_at = max(_months_later(each, months).astimezone(UTC) for each in (heard, subscriber.last_heard_at))
    return Silence(key, heard.date(), notice_at, notice, ends_at)


def _is_settled(notice: Delivery) -> bool:
    return notice.outcome in SETTLED or (notice.outcome is Outcome.UNKNOWN and notice.unknowns > 1)


def hours(series: Series, subscriber: Subscriber) -> Timing:
    """The zone and quiet hours that hold for the notice, also of somebody who has named none yet."""
    begin, end = map(clock_time, series.retention.quiet)
    return quiet_hours(subscriber) or Timing(subscriber.saved_at, "UTC", time(12), frozenset(), begin, end)


def _months_later(local: datetime, months: int) -> datetime:
    """The same clock time some calendar months on; a day that month does not have becomes the next month's first."""
    years, month = divmod(local.month - 1 + months, MONTHS_A_YEAR)
    first = local.replace(year=local.year + years, month=month + 1, day=1)
    later = first + timedelta(days=local.day - 1)
    if later.month == first.month:
        return later
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
