"""What to send one person now, what is too late for it, and when to look again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.core.assessment import safety
from bot.core.model.delivery import GONE_OUT, REPEATED_WHEN_UNKNOWN, Delivery, Kind, Outcome
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule import retention
from bot.core.schedule.calendar import (
    ONE_DAY,
    WEEK,
    Day,
    Step,
    Timing,
    days,
    quiet_hours,
    reminder_key,
    state_now,
    timings,
)

TEST_UNDISTURBED = timedelta(minutes=20)
HELD_LOOK = timedelta(hours=1)
"""Before the next look at what waits for an author."""
BETWEEN_REMINDERS = timedelta(hours=4)
UNASKED = (Kind.LESSON, Kind.RETEST, Kind.CHECK_IN, Kind.REMINDER, Kind.STILL, Kind.IDLE)


@dataclass(frozen=True, slots=True)
class Planned:
    """One message the schedule asks for: good from `at` on, up to `until` where its kind grows old.

    `late` says that its own date has passed, `rides` names the check-in it carries.
    """

    kind: Kind
    step: str
    key: str
    at: datetime
    until: datetime | None
    date: date
    slot: int = 1
    late: bool = False
    rides: Step | None = None
    repeat: bool = False

    @property
    def content(self) -> str:
        """The piece of content it brings, as an author knows it."""
        return f"{self.kind}:{self.step}" if self.kind is Kind.LESSON else str(self.kind)


@dataclass(frozen=True, slots=True)
class Due:
    """What to send now, records of what was dropped and why, and the next instant worth a look.

    `erase` says that the silence has lasted too long: the whole document is to go, now.
    """

    send: Planned | None = None
    records: tuple[Delivery, ...] = ()
    next_at: datetime | None = None
    erase: bool = False


def due(series: Series, subscriber: Subscriber, now: datetime, held: Collection[str] = ()) -> Due:
    """What is due for one person at `now`; content that is `held` waits for an author, and holds up nothing else."""
    silence = retention.silence(series, subscriber)
    if silence.ends_at is not None and silence.ends_at <= now:
        return Due(erase=True)
    looked = _scheduled(series, subscriber, now, held)
    return looked if looked.send else _or_notice(series, subscriber, silence, looked, now)


def _scheduled(series: Series, subscriber: Subscriber, now: datetime, held: Collection[str]) -> Due:
    """What the series asks for."""
    if subscriber.state is State.ONBOARDING:
        return _onboarding(series, subscriber, now)
    chosen = timings(subscriber)
    if not chosen or subscriber.state not in (State.RUNNING, State.PAUSED):
        return Due()
    if safety.flagged(series, subscriber) is not None:
        if state_now(subscriber.enrollment, now, chosen[-1]) is not State.RUNNING:
            return Due(next_at=_pause_ends(subscriber, chosen[-1]))
        return _follow_up(series, subscriber, now)
    return _Look(series, subscriber, chosen, now).due(held)


def scheduled(series: Series, subscriber: Subscriber, now: datetime, held: Collection[str] = ()) -> Subscriber:
    """The subscriber as saved now, with the next instant at which anything may be due.

    An instant ahead that was noted before stays noted, at the cost of one look: a clock that stands weeks behind sees
    nothing to come in its days, and what was noted is all that is left when the clock is right again.
    """
    looked = due(series, subscriber, now, held)
    next_at, noted = looked.next_at, subscriber.next_due_at
    if noted is not None and noted > now:
        next_at = min(noted, next_at or noted)
    return replace(subscriber, saved_at=now, next_due_at=now if looked.send or looked.erase else next_at)


def upcoming(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Planned, ...]:
    """Every message that will come in the days ahead, in order, as it stands now; none while a sign holds the plan."""
    chosen = timings(subscriber)
    if not chosen or subscriber.state not in (State.RUNNING, State.PAUSED):
        return ()
    if safety.flagged(series, subscriber) is not None:
        return ()
    # Whoever is told of it has just been heard, so silence until now holds nothing back.
    look = _Look(series, replace(subscriber, heard_at=now), chosen, now)
    ahead = [look.planned(day, day.step) for day in look.days(4 * WEEK) if day.step]
    ahead += look.laters()
    found = [
        each
        for each in ahead
        if each and each.at > now and each.key not in subscriber.deliveries and not look.needless(each)
    ]
    return tuple(sorted(found, key=lambda each: each.at))


def _or_notice(series: Series, subscriber: Subscriber, silence: retention.Silence, looked: Due, now: datetime) -> Due:
    """The notice that answers will be erased, where nothing else goes out; else when to look for it again."""
    key, at = silence.key, silence.ends_at or silence.notice_at
    if at > now:
        return _look_again(looked, at)
    if subscriber.state in retention.LEFT_ALONE:
        noted = Delivery(key, Kind.IDLE, Outcome.CANCELLED, now, subscriber.state)
        end = now + timedelta(days=series.retention.days)
        return _look_again(replace(looked, records=(*looked.records, noted)), end)
    if silence.notice is not None and silence.notice.outcome is Outcome.CLAIMED:
        return looked
    hours = retention.hours(series, subscriber)
    if silence.notice is not None and (until := silence.notice.held_until(now)):
        return _look_again(looked, until)
    if hours.is_quiet(now):
        return _look_again(looked, hours.quiet_ends(now))
    today = hours.local(now).date()
    gone_out = (record.at for record in subscriber.deliveries.values() if record.outcome in GONE_OUT)
    if any(hours.local(at).date() == today for at in gone_out):
        return _look_again(looked, _begin(today + ONE_DAY, hours))
    return replace(looked, send=Planned(Kind.IDLE, Kind.IDLE, key, at, None, silence.since))


def _look_again(looked: Due, at: datetime) -> Due:
    """With one more instant worth a look."""
    return replace(looked, next_at=min(at, looked.next_at or at))


def so_far(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Planned, ...]:
    """Every message of the plan whose instant has come, in order, whatever became of it."""
    chosen = timings(subscriber)
    if not chosen:
        return ()
    look = _Look(series, subscriber, chosen, now)
    behind = [look.planned(day, day.step) for day in look.days() if day.step]
    behind += look.laters()
    return tuple(sorted((each for each in behind if each and each.at <= now), key=lambda each: each.at))


class _Look:
    """One look at one running enrollment."""

    def __init__(self, series: Series, subscriber: Subscriber, chosen: tuple[Timing, ...], now: datetime) -> None:
        self.series = series
        self.subscriber = subscriber
        self.chosen = chosen
        self.timing = chosen[-1]
        self.now = now
        self.today = self._date_of(now)
        self.records: list[Delivery] = []
        self.again: list[datetime] = []

    def _date_of(self, instant: datetime) -> date:
        return self.timing.date_of(instant, timedelta(hours=self.series.graces.reminder))

    def days(self, ahead: int = WEEK + 1) -> tuple[Day, ...]:
        """The series days up to so many days after today, or after the end of a dated pause."""
        last = self.subscriber.enrollment.states[-1]
        until = max(self.today, last.until or self.today)
        return days(self.series, self.subscriber, until + timedelta(days=ahead))

    def due(self, held: Collection[str]) -> Due:
        all_days = self.days()
        candidates = self._late(all_days)
        for day in all_days:
            if day.step and not self._over(day.step.key) and not self._added_later(day):
                self._consider(self.planned(day, day.step), day.step, day, candidates)
        for later in self.laters():
            self._consider(later, None, None, candidates)
        if (still := self._still_wanted(all_days)) is not None:
            self._consider(still, None, None, candidates)
        if any(each.content in held for each in candidates):
            candidates = [each for each in candidates if each.content not in held]
            self.again.append(self.now + HELD_LOOK)
        running = state_now(self.subscriber.enrollment, self.now, self.timing) is State.RUNNING
        today = next((day for day in all_days if day.date == self.today), None)
        send = self._choose(candidates, today) if running else None
        if candidates and not running and (ends := _pause_ends(self.subscriber, self.timing)):
            self.again.append(ends)
        ahead = [instant for instant in self.again if instant > self.now]
        return Due(send, tuple(self.records), min(ahead, default=None))

    def planned(self, day: Day, step: Step) -> Planned | None:
        """The message of a day under the newest choice that concerns its date.

        Nothing is planned for an instant before the choice that gave it: such a reminder is None, anything else
        moves to the next chosen day.
        """
        on, timing, at = day.date, day.timing, day.moment
        for choice in self.chosen:
            newer = choice.since > timing.since and choice.local(choice.since).date() <= on
            if not newer and choice != day.timing:
                continue
            timing = choice
            moment = timing.moment(on)
            if moment is not None and moment >= timing.since and on.weekday() in timing.days:
                at = moment
            elif step.kind is Kind.REMINDER:
                return None
            else:
                on, at = timing.next_chosen(timing.since)
        return Planned(step.kind, step.id, step.key, at, self._until(step.kind, at, timing), on, rides=day.rides)

    def laters(self) -> list[Planned]:
        """The reminders that were put off."""
        return [
            Planned(
                Kind.REMINDER,
                later.date.isoformat(),
                reminder_key(later.date, later.slot),
                later.at,
                self._until(Kind.REMINDER, later.at, self.timing),
                later.date,
                later.slot,
            )
            for later in self.subscriber.laters
            if later.date >= self.today - 2 * ONE_DAY
        ]

    def _still_wanted(self, all_days: tuple[Day, ...]) -> Planned | None:
        """One question in place of the next reminder, after so many that nobody answered; then silence."""
        unanswered = _unanswered(self.subscriber)
        if len(unanswered) < self.series.care.back_off.ask_after:
            return None
        since = self.timing.local(self.subscriber.heard_at or self.subscriber.consent.at).date()
        key = f"{Kind.STILL}:{since.isoformat()}"
        if key in self.subscriber.deliveries and self.subscriber.deliveries[key].outcome is not Outcome.WAITING:
            return None
        last = self.timing.local(unanswered[-1].at).date()
        for day in all_days:
            if day.date > last and day.step and day.step.kind is Kind.REMINDER:
                at = day.moment
                return Planned(Kind.STILL, Kind.STILL, key, at, self._until(Kind.REMINDER, at, self.timing), day.date)
        return None

    def _until(self, kind: Kind, at: datetime, timing: Timing) -> datetime | None:
        graces = self.series.graces
        if kind is Kind.REMINDER:
            good = at + timedelta(hours=graces.reminder)
            quiet = timing.quiet_begins(at)
            return min(good, quiet) if quiet else good
        return at + timedelta(hours=graces.check_in) if kind is Kind.CHECK_IN else None

    def _late(self, all_days: tuple[Day, ...]) -> list[Planned]:
        """Unknown lessons whose one repeat has come."""
        found = []
        for day in all_days:
            record = self.subscriber.deliveries.get(day.step.key) if day.step else None
            if day.step and record and (repeat_at := record.may_repeat_at):
                self.again.append(repeat_at)
                if repeat_at <= self.now:
                    planned = Planned(record.kind, day.step.id, record.key, record.at, None, day.date, rides=day.rides)
                    found.append(replace(planned, repeat=True))
        return found

    def _consider(self, planned: Planned | None, step: Step | None, day: Day | None, candidates: list[Planned]) -> None:
        """Sort one planned message: not yet, candidate, or dropped with a record."""
        if planned is None:
            if step and day and step.kind is Kind.REMINDER and step.key not in self.subscriber.deliveries:
                self._drop(step.key, step.kind, Outcome.CANCELLED, "changed")
            return
        if self._over(planned.key):
            return
        record = self.subscriber.deliveries.get(planned.key)
        if planned.at > self.now:
            self.again.append(planned.at)
            return
        if planned.until is not None and planned.until <= self.now:
            self._drop(planned.key, planned.kind, Outcome.EXPIRED, "late")
            return
        if reason := self.needless(planned):
            self._drop(planned.key, planned.kind, Outcome.CANCELLED, reason)
            return
        if planned.until is not None:
            self.again.append(planned.until)
        repeat = record is not None and record.unknowns > 0
        candidates.append(replace(planned, late=planned.date < self.today, repeat=repeat))

    def _over(self, key: str) -> bool:
        """Whether that delivery has begun or was dropped: what waits for another try is not."""
        record = self.subscriber.deliveries.get(key)
        if record is None or record.outcome is Outcome.WAITING or record.is_from_the_future(self.now):
            return False
        return not (record.found_nobody and record.kind in REPEATED_WHEN_UNKNOWN)

    def _added_later(self, day: Day) -> bool:
        """Whether a lesson came into the series when its day had a reminder already: it does not fire backwards."""
        lesson = day.step is not None and day.step.kind is Kind.LESSON
        return lesson and reminder_key(day.date, 1) in self.subscriber.deliveries

    def needless(self, planned: Planned) -> str:
        """Why a reminder is not wanted any more, or nothing."""
        if planned.kind is Kind.CHECK_IN and len(_unanswered(self.subscriber)) >= self.series.care.back_off.ask_after:
            return "unanswered"
        if planned.kind is not Kind.REMINDER:
            return ""
        session = self.subscriber.session(planned.date)
        if session and session.finished_at:
            return "done"
        if session and session.declined_at:
            return "declined"
        if planned.slot > 1:
            return ""
        if self._sent_on(planned.date):
            return "one-a-day"
        if (reason := self._backs_off(planned)) is not None:
            return reason
        for record in self.subscriber.deliveries.values():
            first = record.kind is Kind.REMINDER and record.key.endswith(":1") and record.outcome in GONE_OUT
            if first and abs(planned.at - record.at) < BETWEEN_REMINDERS:
                return "too-close"
        return ""

    def _backs_off(self, planned: Planned) -> str | None:
        """Fewer reminders for whoever does not answer, then none until they come back."""
        rules = self.series.care.back_off
        unanswered = _unanswered(self.subscriber)
        if len(unanswered) >= rules.ask_after:
            return "unanswered"
        if len(unanswered) >= rules.every_second_day_from:
            last = self.timing.local(unanswered[-1].at).date()
            if planned.date - last < 2 * ONE_DAY:
                return "every second day"
        return None

    def _drop(self, key: str, kind: Kind, outcome: Outcome, reason: str) -> None:
        self.records.append(Delivery(key, kind, outcome, self.now, reason))

    def _sent_on(self, day: date, but: str = "") -> bool:
        """Whether an unasked message, another than that one, went out on that local date.

        A put-off reminder was asked for.
        """
        return any(
            record.kind in UNASKED
            and record.key != but
            and record.outcome in GONE_OUT
            and not (record.kind is Kind.REMINDER and not record.key.endswith(":1"))
            and self._date_of(record.at) == day
            for record in self.subscriber.deliveries.values()
        )

    def _choose(self, candidates: list[Planned], today: Day | None) -> Planned | None:
        """The one message to send now; whatever holds the others back is noted as the next look."""
        if not candidates:
            return None
        if self.timing.is_quiet(self.now):
            self.again.append(self.timing.quiet_ends(self.now))
            return None
        if (busy := self._busy_until()) > self.now:
            self.again.append(busy)
            return None
        ranks = list(Kind)
        candidates.sort(key=lambda each: (ranks.index(each.kind), each.at))
        for each in candidates:
            record = self.subscriber.deliveries.get(each.key)
            if record and (until := record.held_until(self.now)):
                self.again.append(until)
                return None  # nothing overtakes what waits for another try
            if each.slot > 1:
                return each
            waits = each.late and not each.repeat and (today is None or self.today.weekday() not in self.timing.days)
            if waits or self._sent_on(self.today, but=each.key):
                self.again.append(_begin(self.today + ONE_DAY, self.timing))
                continue
            if each.kind is Kind.LESSON and each.rides is None:
                waiting = next((other for other in candidates if other.kind is Kind.CHECK_IN), None)
                if waiting:
                    return replace(each, rides=Step(waiting.kind, waiting.step, waiting.key))
            return each
        return None

    def _busy_until(self) -> datetime:
        """Until when a test in hand keeps messages away."""
        attempt = self.subscriber.open_attempt()
        return attempt[1].last_touched_at + TEST_UNDISTURBED if attempt else self.now


def _pause_ends(subscriber: Subscriber, timing: Timing) -> datetime | None:
    """The first instant of the local date on which a dated pause ends; None for a pause without a date."""
    until = subscriber.enrollment.states[-1].until
    return _begin(until, timing) if until else None


def _begin(day: date, timing: Timing) -> datetime:
    """The first instant of a local date, or of the next one where it does not exist."""
    return timing.moment(day, time(0)) or _begin(day + ONE_DAY, timing)


def _unanswered(subscriber: Subscriber) -> list[Delivery]:
    """The reminders that went out since the person was last heard of, oldest first."""
    heard = subscriber.heard_at or subscriber.consent.at
    found = [
        record
        for record in subscriber.deliveries.values()
        if record.kind is Kind.REMINDER
        and record.outcome in GONE_OUT
        and record.at > heard
        and record.key.endswith(":1")
    ]
    return sorted(found, key=lambda record: record.at)


def _silence(subscriber: Subscriber) -> datetime:
    """The last thing the person did in this onboarding."""
    instants = [subscriber.enrollment.states[-1].at]
    instants += [answer.at for answer in subscriber.answers]
    instants += [attempt.finished_at or attempt.last_touched_at for attempt in subscriber.attempts]
    return max(instants)


def _onboarding(series: Series, subscriber: Subscriber, now: datetime) -> Due:
    """One nudge the day after somebody stopped half-way; a follow-up instead when the safety check stopped them."""
    if safety.flagged(series, subscriber) is not None:
        return _follow_up(series, subscriber, now)
    return _single(series, subscriber, Kind.NUDGE, now)


def _follow_up(series: Series, subscriber: Subscriber, now: datetime) -> Due:
    flag = safety.flagged(series, subscriber)
    if flag is None or flag.tier not in ("stop", "today"):
        return Due()
    return _single(series, subscriber, Kind.FOLLOW_UP, now)


def _single(series: Series, subscriber: Subscriber, kind: Kind, now: datetime) -> Due:
    """A single notice a day after the last thing the person did, once in an enrollment."""
    prefix = f"{kind}:{subscriber.enrollment.number}:"
    records = [record for key, record in subscriber.deliveries.items() if key.startswith(prefix)]
    if any(record.outcome is not Outcome.WAITING for record in records):
        return Due()
    since = _silence(subscriber)
    at = since + ONE_DAY
    until = at + timedelta(hours=series.graces.nudge)
    key = f"{prefix}{since.date().isoformat()}"
    if now < at:
        return Due(next_at=at)
    if now >= until:
        return Due(records=(Delivery(key, kind, Outcome.EXPIRED, now, "late"),))
    for record in records:
        if held := record.held_until(now):
            return Due(next_at=held)
    hours = quiet_hours(subscriber)
    if hours is not None and hours.is_quiet(now):
        return Due(next_at=min(hours.quiet_ends(now), until))
    return Due(send=Planned(kind, kind, key, at, until, since.date()), next_at=until)
