"""What one look at a running enrollment sees: the facts that every rule about its messages asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from bot.core.model.delivery import GONE_OUT, REPEATED_WHEN_UNKNOWN, UNASKED, Delivery, Kind, Outcome
from bot.core.model.series import WEEK, Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import AROUND, Day, Timing, days, reminder_key, runs_on, state_now

NEAR_DAYS = WEEK + 1
"""So far ahead a look sees."""


@dataclass(frozen=True)
class Look:
    """One person at one instant; `chosen` are their choices of when to hear from the bot, oldest first."""

    series: Series
    subscriber: Subscriber
    chosen: tuple[Timing, ...]
    now: datetime

    @property
    def timing(self) -> Timing:
        """The choice that holds now."""
        return self.chosen[-1]

    @cached_property
    def today(self) -> date:
        """The date that a message sent now belongs to."""
        return self._date_of(self.now)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The series days up to eight days after today, and of those long over the ones that the series sends on."""
        return self.days_ahead(NEAR_DAYS)

    def days_ahead(self, ahead: int) -> tuple[Day, ...]:
        """The series days up to so many days after today, or after the end of a dated pause."""
        last = self.subscriber.enrollment.states[-1]
        until = max(self.today, last.until or self.today)
        # What was due before the document was saved has its record.
        near = min(self.today, self.timing.local(self.subscriber.saved_at).date()) - timedelta(days=WEEK)
        return days(self.series, self.subscriber, until + timedelta(days=ahead), near)

    @property
    def is_chosen_day(self) -> bool:
        """Whether the plan runs today, and the person wants to hear from the bot on this weekday."""
        return self.today.weekday() in self.timing.days and runs_on(self.subscriber, self.today)

    @property
    def is_running(self) -> bool:
        """Whether no pause lasts."""
        return state_now(self.subscriber.enrollment, self.now, self.timing) is State.RUNNING

    @property
    def pause_ends(self) -> datetime | None:
        """The first instant of the local date on which a dated pause ends; None for a pause without a date."""
        until = self.subscriber.enrollment.states[-1].until
        return self.timing.begin(until) if until else None

    def record(self, key: str) -> Delivery | None:
        """What became of that delivery so far, also where it lies behind."""
        found, behind = self.subscriber.deliveries.get(key), self.subscriber.behind
        # The days that are named go on to have theirs near; a series that was changed since may name others.
        if found is None and behind is not None and f"{Kind.REMINDER}:" <= key < reminder_key(behind.at.date(), 1):
            return self.subscriber.all_deliveries.get(key)
        return found

    def is_over(self, key: str) -> bool:
        """Whether that delivery has begun or was dropped: what waits for another try is not."""
        record = self.record(key)
        return record is not None and self.has_ended(record)

    def has_ended(self, record: Delivery) -> bool:
        """Likewise, of what is known of it."""
        if record.outcome is Outcome.WAITING or record.is_from_the_future(self.now):
            return False
        return not (record.found_nobody and record.kind in REPEATED_WHEN_UNKNOWN)

    @cached_property
    def gone_out(self) -> tuple[Delivery, ...]:
        """What went out that nobody asked for, oldest first. A put-off reminder was asked for."""
        found = [
            record
            for record in self.subscriber.deliveries.values()
            if record.outcome in GONE_OUT
            and record.kind in UNASKED
            and (record.kind is not Kind.REMINDER or record.key.endswith(":1"))
        ]
        return tuple(sorted(found, key=lambda record: record.at))

    def went_out_on(self, day: date, but: str = "") -> bool:
        """Whether such a message, another than the one with that key, went out on that local date."""
        near = (each for each in self.gone_out if each.key != but and abs(each.at.date() - day) <= AROUND)
        return any(self._date_of(each.at) == day for each in near)

    @cached_property
    def reminders(self) -> tuple[Delivery, ...]:
        """The reminders that went out, oldest first."""
        return tuple(record for record in self.gone_out if record.kind is Kind.REMINDER)

    @cached_property
    def unanswered(self) -> tuple[Delivery, ...]:
        """The reminders that went out since the person was last heard of, oldest first."""
        return tuple(record for record in self.reminders if record.at > self.subscriber.last_heard_at)

    @property
    def has_gone_silent(self) -> bool:
        """Whether so many reminders were not answered that one question takes the place of the next."""
        return len(self.unanswered) >= self.series.care.back_off.ask_after

    def _date_of(self, instant: datetime) -> date:
        return self.timing.date_of(instant, timedelta(hours=self.series.graces.reminder))
