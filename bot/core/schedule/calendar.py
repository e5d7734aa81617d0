"""Every planned delivery with its instant, as a function of the series, the enrollment and the settings."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache, wraps
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.model.delivery import Kind
from bot.core.model.series import WEEK, WEEKLY, Series, week_of
from bot.core.model.subscriber import Answer, Enrollment, State, StateChange, Subscriber, Value

VERSION = 3
"""Raised whenever the same stored data would give another schedule; part of the plan stamp."""

ONE_DAY = timedelta(days=1)
AROUND = timedelta(days=2)
"""Within so many days of its UTC date lies the local date of an instant, and the dates on which it may decide."""
SMALL_HOURS = 6
"""Past this hour lies nothing that a gap at midnight carried into the next date."""
CHOSEN: Final = ("zone", "time", "days", "quiet")
"""Choices that move the calendar."""
GO_ON, REMINDERS = "go-on", "reminders"
"""After the re-test: on how many days a week to go on, 0 for none; and which reminders, a cadence or TAPER."""
TAPER = "taper"
RANKS: Final = tuple(Kind)
"""The order of importance on one day."""
WALKS: Final = 512
"""So many people's series days are remembered."""
READ_AS_THEY_ARE: Final = ("way", "length", "pictures")
"""Choices of which nobody ever asks what they were before."""


class DayType(StrEnum):
    """What a day of the series is for."""

    LEARN = "learn"
    STRENGTH = "strength"
    MOBILITY = "mobility"
    REST = "rest"
    RETEST = "re-test"
    FREE = "free"


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo:
    """The zone of an IANA name."""
    return ZoneInfo(name)


@lru_cache(maxsize=1440)
def clock_time(text: str) -> time:
    """The time of day that HH:MM names."""
    return time(int(text[:2]), int(text[3:5]))


@lru_cache(maxsize=65_536)
def _moment(name: str, day: date, at: time) -> datetime | None:
    # Kept, as one look at a person asks for every date since their day 1, and people share zones and times.
    zone = zone_info(name)
    noon = datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC).astimezone(zone)
    if noon.date() != day:
        return None
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a person wants to hear from the bot, from an instant on. Days are 0 (Monday) to 6."""

    since: datetime
    zone: str
    at: time
    days: frozenset[int]
    quiet_from: time
    quiet_until: time

    def moment(self, day: date, at: time | None = None) -> datetime | None:
        """The UTC instant of a local date's chosen time, or of another time of it.

        A time that does not exist moves forward by the gap, one that occurs twice is the first (RFC 5545, 3.3.5:
        `zoneinfo` with fold 0). None when the whole date does not exist in the zone.
        """
        return _moment(self.zone, day, at or self.at)

    def begin(self, day: date) -> datetime:
        """The first instant of a local date, or of the next one where it does not exist."""
        return self.moment(day, time(0)) or self.begin(day + ONE_DAY)

    def local(self, instant: datetime) -> datetime:
        """The instant on the person's own clock."""
        return instant.astimezone(zone_info(self.zone))

    def date_of(self, instant: datetime, good: timedelta) -> date:
        """The date that a message sent then belongs to.

        The local one; or the one before, where a gap at midnight carried that date's chosen moment past it, for as
        long as its message is good.
        """
        local = self.local(instant)
        day, before = local.date(), local.date() - ONE_DAY
        if local.hour >= SMALL_HOURS:
            return day
        moment = self.moment(before)
        carried = moment is not None and self.local(moment).date() == day and moment <= instant < moment + good
        return before if carried else day

    def is_quiet(self, instant: datetime) -> bool:
        """Whether no unasked message may go out then. The window may cross midnight; equal ends mean none."""
        return self.quiet_at(self.local(instant).time())

    def quiet_at(self, at: time) -> bool:
        """Whether a time of day lies in the quiet window."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def next_local(self, at: time, after: datetime) -> datetime:
        """The first instant after another at which the person's clock shows that time."""
        day = self.local(after).date()
        while True:
            moment = self.moment(day, at)
            if moment is not None and moment > after:
                return moment
            day += ONE_DAY

    def next_chosen(self, after: datetime) -> tuple[date, datetime]:
        """The first chosen weekday whose moment lies after an instant, and that moment."""
        day = self.local(after).date()
        while True:
            moment = self.moment(day)
            if moment is not None and moment > after and day.weekday() in self.days:
                return day, moment
            day += ONE_DAY

    def quiet_begins(self, after: datetime) -> datetime | None:
        """The first instant after another at which quiet hours begin; None when there are none."""
        return None if self.quiet_from == self.quiet_until else self.next_local(self.quiet_from, after)

    def quiet_ends(self, after: datetime) -> datetime:
        """The first instant after another at which quiet hours end."""
        return self.next_local(self.quiet_until, after)


def timings(subscriber: Subscriber) -> tuple[Timing, ...]:
    """The person's choices of time, days, zone and quiet hours over time, oldest first.

    Empty until zone, time and days are all known.
    """
    return _timings(subscriber.answers)


def _timings(answers: tuple[Answer, ...]) -> tuple[Timing, ...]:
    now: dict[str, tuple[str, ...]] = {}
    found: list[Timing] = []
    for answer in answers:
        if answer.question not in CHOSEN:
            continue
        now[answer.question] = answer.value if isinstance(answer.value, tuple) else (str(answer.value),)
        if not {"zone", "time", "days"} <= now.keys():
            continue
        quiet = now.get("quiet", ("00:00", "00:00"))
        wish = Timing(
            since=answer.at,
            zone=now["zone"][0],
            at=clock_time(now["time"][0]),
            days=frozenset(map(int, now["days"])),
            quiet_from=clock_time(quiet[0]),
            quiet_until=clock_time(quiet[1]),
        )
        # Other quiet hours alone move nothing that is planned.
        if answer.question == "quiet" and found:
            found[-1] = replace(wish, since=found[-1].since)
        else:
            found.append(wish)
    return tuple(found)


def folded(subscriber: Subscriber) -> Subscriber:
    """Without the answer that the newest one has superseded, where it is of the same day and nothing hangs on it.

    Of choices that move the calendar it is left out only when every date has the same moment without it.
    """
    if not subscriber.answers:
        return subscriber
    answers, newest = subscriber.answers, subscriber.answers[-1]
    same = [at for at, each in enumerate(answers[:-1]) if each.question == newest.question]
    if (
        newest.question not in (*CHOSEN, *READ_AS_THEY_ARE)
        or len(same) < 2
        or not timedelta(0) <= newest.at - answers[same[-1]].at < ONE_DAY
    ):
        return subscriber
    before = answers[same[-1]]
    without = (*answers[: same[-1]], *answers[same[-1] + 1 :])
    if newest.question in CHOSEN:
        others = any(each.question in CHOSEN for each in answers[same[-1] + 1 : -1])
        with_it, without_it = _timings(answers), _timings(without)
        around = [before.at.date() + timedelta(days=number) for number in range(-3, 6)]
        if others or not without_it or any(_settled(with_it, day) != _settled(without_it, day) for day in around):
            return subscriber
    return replace(subscriber, answers=without)


def quiet_hours(subscriber: Subscriber) -> Timing | None:
    """The newest zone and quiet hours, which are known before time and days are; None without them."""
    zone, quiet = subscriber.zone, subscriber.said("quiet")
    if zone is None or not isinstance(quiet, tuple):
        return None
    begin, end = map(clock_time, quiet)
    return Timing(subscriber.saved_at, zone, time(12), frozenset(), begin, end)


def state_at(enrollment: Enrollment, instant: datetime, timing: Timing) -> State:
    """The state an enrollment was, is or will be in at an instant. A dated pause ends on that local date."""
    state = enrollment.states[0].state
    for change in enrollment.states:
        if change.at <= instant:  # one that a wrong clock dated ahead hides none of those after it
            state = _lasting(change, instant, timing)
    return state


def state_now(enrollment: Enrollment, now: datetime, timing: Timing) -> State:
    """The state it is in: what the person chose last holds, also where a wrong clock dated it ahead."""
    return _lasting(enrollment.states[-1], now, timing)


def _lasting(change: StateChange, instant: datetime, timing: Timing) -> State:
    over = change.until is not None and timing.local(instant).date() >= change.until
    return State.RUNNING if over else change.state


@dataclass(frozen=True, slots=True)
class Step:
    """One delivery that the series plans for a day."""

    kind: Kind
    id: str
    key: str


@dataclass(frozen=True, slots=True)
class Day:
    """One series day of one person.

    `moment` is its chosen time; `nth` counts the sessions of its type within its week, from 0. `step` is the one
    unasked message planned for it, `rides` a check-in that its lesson carries. `cadence` says which reminders it has
    after the re-test (CADENCES), and is empty before.
    """

    number: int
    date: date
    moment: datetime
    timing: Timing
    type: DayType
    nth: int
    step: Step | None
    rides: Step | None = None
    cadence: str = ""

    @property
    def week(self) -> int:
        """The week of the series, from 1."""
        return week_of(self.number)

    @property
    def chosen(self) -> bool:
        """Whether the person chose this weekday."""
        return self.date.weekday() in self.timing.days


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int
    date: date
    moment: datetime
    timing: Timing
    onward: bool = False
    step: Step | None = None
    rides: Step | None = None

    @property
    def chosen(self) -> bool:
        return self.date.weekday() in self.timing.days


class _Queue:
    """What waits to be sent, each from its day of the series on, one on a chosen day; a check-in rides on others."""

    def __init__(self, wanted: Iterable[tuple[int, Step]]) -> None:
        self._ahead = sorted(wanted, key=lambda each: each[0])
        self._waiting: list[Step] = []

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of it."""
        return not self._ahead and not self._waiting

    def on(self, number: int, *, chosen: bool) -> tuple[Step | None, Step | None]:
        """What a day of that number sends, and the check-in that it carries; one that is not chosen sends nothing."""
        while self._ahead and self._ahead[0][0] <= number:
            self._waiting.append(self._ahead.pop(0)[1])
        if not self._waiting or not chosen:
            return None, None
        self._waiting.sort(key=lambda step: RANKS.index(step.kind))
        first, rides = self._waiting.pop(0), None
        if first.kind is not Kind.CHECK_IN:
            rides = next((step for step in self._waiting if step.kind is Kind.CHECK_IN), None)
            self._waiting = [step for step in self._waiting if step.kind is not Kind.CHECK_IN]
        return first, rides

    def whole_weeks(self, number: int, weeks: int) -> int:
        """Of so many calm weeks after a day as many as take with them all that waits from one of their days on."""
        ahead = [max(each, number + 1) for each, _ in self._ahead]
        if self._waiting or any(later - one < WEEK for one, later in pairwise(ahead)):
            return 0
        while weeks and any(number + WEEK * (weeks - 1) < each <= number + WEEK * weeks for each in ahead):
            weeks -= 1
        return weeks

    def over(self, calm: _Calm, weeks: int) -> Iterator[_Numbered]:
        """The days of these weeks that send something."""
        while self._ahead and self._ahead[0][0] <= calm.number + WEEK * weeks:
            number, step = self._ahead.pop(0)
            yield replace(calm.first_chosen(max(number, calm.number + 1)), step=step)


Walk = Callable[[Series, Enrollment, tuple[Answer, ...], date, date | None], tuple[Day, ...]]


def days(series: Series, subscriber: Subscriber, until: date, since: date | None = None) -> tuple[Day, ...]:
    """Every series day from day 1 up to a local date, in order.

    Where it is only asked for what is near, `since` names a date: of the weeks after the re-test that end before it
    only the days are told on which the series itself sends something, and the others are counted and not walked.
    After the re-test a date counts when the person had chosen to go on before its moment, up to the last test.
    A pure function of what is stored: asked again with more days it says the same of the earlier ones. It has an end,
    so that a clock that stands a lifetime ahead makes no plan of a lifetime.
    """
    said = tuple(each for each in subscriber.answers if each.question in (*CHOSEN, GO_ON, REMINDERS))
    first = subscriber.enrollment.day_one
    if since is not None and first is not None and since < first + timedelta(days=series.retest):
        since = None  # none of the weeks after the re-test can have ended before it
    return _days(series, subscriber.enrollment, said, until, since)


def _walked_once(walk: Walk) -> Walk:
    """One look at a person asks for them many times, up to one date and another, and most looks change neither."""
    walked: OrderedDict[tuple[object, ...], tuple[date, tuple[Day, ...]]] = OrderedDict()

    @wraps(walk)
    def days_of(
        series: Series, enrollment: Enrollment, said: tuple[Answer, ...], until: date, since: date | None
    ) -> tuple[Day, ...]:
        asked = series, enrollment, said, since
        far, found = walked.get(asked, (date.min, ()))
        if far < until:
            far, found = walked[asked] = until, walk(series, enrollment, said, until, since)
            if len(walked) > WALKS:
                walked.popitem(last=False)
        return found if far == until else found[: bisect_right(found, until, key=_date)]

    return days_of


def _date(day: Day) -> date:
    return day.date


@_walked_once
def _days(
    series: Series, enrollment: Enrollment, said: tuple[Answer, ...], until: date, since: date | None
) -> tuple[Day, ...]:
    wishes = _Wishes(enrollment, said)
    numbered = list(_numbered(series, enrollment, _timings(said), wishes, until, since))
    return tuple(_planned(series, enrollment, numbered, wishes))


class _Wishes:
    """What a person chose for the time after the re-test, by date: a later choice changes no day before it."""

    def __init__(self, enrollment: Enrollment, said: tuple[Answer, ...]) -> None:
        since = enrollment.states[0].at
        self.mine = [each for each in said if each.question in (GO_ON, REMINDERS) and each.at >= since]

    def before(self, question: str, instant: datetime) -> Value | None:
        """The newest word on it before an instant."""
        return next(
            (each.value for each in reversed(self.mine) if each.question == question and each.at < instant), None
        )

    def goes_on(self, instant: datetime) -> bool:
        """Whether they wanted to go on."""
        return bool(self.before(GO_ON, instant))

    def changes(self) -> Iterator[datetime]:
        """When any of this may have changed."""
        yield from (each.at for each in self.mine if each.question == GO_ON)


def _numbered(
    series: Series,
    enrollment: Enrollment,
    chosen: tuple[Timing, ...],
    wishes: _Wishes,
    until: date,
    since: date | None = None,
) -> Iterator[_Numbered]:
    """The dates that count as series days, with their numbers; of those that do not, only some are looked at.

    Weeks after the re-test that end before `since`, and in which nothing changed, are counted at once.
    """
    if enrollment.day_one is None or not chosen:
        return
    turns = sorted({*_turns(enrollment), *(at.date() for at in wishes.changes())})
    first, onward = _Queue(_steps(series, enrollment)), _Queue(_onward_steps(series, enrollment))
    number, day = 0, enrollment.day_one
    while day <= until and not (first.is_over and onward.is_over):
        timing, moment = _settled(chosen, day)
        counts = moment is not None and (
            day == enrollment.day_one or state_at(enrollment, moment, timing) is State.RUNNING
        )
        if moment is not None and counts and (not first.is_over or wishes.goes_on(moment)):
            if since is not None and first.is_over and number % WEEK == 0:
                calm = _Calm(day, number, timing)
                if weeks := onward.whole_weeks(number, calm.weeks(since, turns, chosen)):
                    yield from onward.over(calm, weeks)
                    number, day = number + WEEK * weeks, day + WEEK * weeks * ONE_DAY
                    continue
            number += 1
            later = first.is_over
            step, rides = (onward if later else first).on(number, chosen=day.weekday() in timing.days)
            yield _Numbered(number, day, moment, timing, later, step, rides)
        elif moment is not None:
            # Nothing counts until a choice or a change of state makes it.
            ahead = [turn - AROUND for turn in turns if turn + AROUND >= day]
            if not ahead:
                return
            day = max(day, ahead[0] - ONE_DAY)
        day += ONE_DAY


def stands(subscriber: Subscriber, question: str, now: datetime) -> Value | None:
    """What a person said last of GO_ON or REMINDERS in this enrollment, up to and with an instant."""
    return _Wishes(subscriber.enrollment, subscriber.answers).before(question, now + timedelta(microseconds=1))


def goes_on(subscriber: Subscriber, now: datetime) -> bool:
    """Whether a person goes on after the re-test."""
    return bool(stands(subscriber, GO_ON, now))


def runs_on(subscriber: Subscriber, day: date) -> bool:
    """Whether a plan runs at the chosen time of a local date, whether or not the series has something for it."""
    enrollment, chosen = subscriber.enrollment, timings(subscriber)
    if enrollment.day_one is None or not chosen or day < enrollment.day_one:
        return False
    timing, moment = _settled(chosen, day)
    return moment is not None and (day == enrollment.day_one or state_at(enrollment, moment, timing) is State.RUNNING)


@dataclass(frozen=True, slots=True)
class _Calm:
    """Dates on each of which the plan runs, from one on; `number` is that of the series day before it."""

    begin: date
    number: int
    timing: Timing

    def weeks(self, since: date, turns: list[date], chosen: tuple[Timing, ...]) -> int:
        """How many whole weeks nothing changes, before a date."""
        changes = [*turns, *(each.since.date() for each in chosen)]
        end = min([since, *(turn - AROUND for turn in changes if turn + AROUND >= self.begin)])
        if end <= self.begin:
            return 0
        one, other = self.timing.moment(self.begin, time(12)), self.timing.moment(end, time(12))
        # A zone that changes sides leaves a date out.
        leaves_none_out = one and other and abs((other - one) - (end - self.begin)) < timedelta(hours=20)
        return (end - self.begin).days // WEEK if leaves_none_out else 0

    def first_chosen(self, number: int) -> _Numbered:
        """The first chosen day from the one of that number on."""
        ahead = ((nth, self.begin + (nth - self.number - 1) * ONE_DAY) for nth in range(number, number + WEEK))
        return next(
            _Numbered(nth, day, moment, self.timing, onward=True)
            for nth, day in ahead
            if day.weekday() in self.timing.days and (moment := self.timing.moment(day)) is not None
        )


def _turns(enrollment: Enrollment) -> Iterator[date]:
    """The dates around which the state may change."""
    for change in enrollment.states:
        yield change.at.date()
        if change.until is not None:
            yield change.until


def _settled(chosen: tuple[Timing, ...], day: date) -> tuple[Timing, datetime | None]:
    """The timing that holds for a date: the last one made before the moment it had been given until then."""
    timing = chosen[0]
    for later in chosen[1:]:
        # A date that does not exist has no moment of its own; it is over when the next one's comes.
        moment = timing.moment(day) or timing.moment(day + ONE_DAY)
        if moment is not None and later.since > moment:
            break
        timing = later
    return timing, timing.moment(day)


def _planned(series: Series, enrollment: Enrollment, numbered: list[_Numbered], wishes: _Wishes) -> Iterator[Day]:
    strength = _strength_days(series, numbered)
    count: dict[tuple[int, DayType], int] = {}
    last_strength: date | None = None
    written: set[int] = set()
    for day in numbered:
        step, rides, week = day.step, day.rides, week_of(day.number)
        type = _type(series, day, day.date in strength)
        if type is DayType.STRENGTH and (last_strength == day.date - ONE_DAY or _follows_a_chosen_day(day)):
            type = DayType.MOBILITY  # after the series, for whoever then chose two days running
        if type is DayType.STRENGTH:
            last_strength = day.date
        slot = (week, type)
        nth = count.get(slot, 0)
        count[slot] = nth + 1
        if step is None and day.chosen and type in (DayType.STRENGTH, DayType.MOBILITY) and day.number > 1:
            weekly = day.onward and _cadence(series, day, wishes) == WEEKLY
            if not (weekly and week in written):
                step = Step(Kind.REMINDER, day.date.isoformat(), reminder_key(day.date, 1))
        if step is not None:
            written.add(week)
        cadence = _cadence(series, day, wishes) if day.onward else ""
        yield Day(day.number, day.date, day.moment, day.timing, type, nth, step, rides, cadence)


def _cadence(series: Series, day: _Numbered, wishes: _Wishes) -> str:
    """Which reminders a day of the weeks after the re-test has: those of its week, or what the person asked for."""
    said = wishes.before(REMINDERS, day.moment)
    if said is not None and said != TAPER:
        return str(said)
    return series.onward.cadence(week_of(day.number)) if series.onward is not None else ""


def _in_week(day: _Numbered) -> int:
    """Its place in its week, 1 to 7."""
    return (day.number - 1) % WEEK + 1


def _follows_a_chosen_day(day: _Numbered) -> bool:
    """Whether it begins a week right after a chosen weekday: what a week brings must not hang on those before it."""
    return day.onward and _in_week(day) == 1 and (day.date - ONE_DAY).weekday() in day.timing.days


def _type(series: Series, day: _Numbered, strength: bool) -> DayType:
    step = day.step
    if step and step.kind is Kind.RETEST:
        return DayType.RETEST
    if day.onward:
        return DayType.STRENGTH if day.chosen else DayType.FREE
    if day.number > series.days:
        return DayType.FREE
    if strength:
        return DayType.STRENGTH
    if day.number == 1 or (step and step.kind is Kind.LESSON):
        return DayType.LEARN
    if _in_week(day) in series.rest:
        return DayType.REST
    return DayType.MOBILITY if day.chosen else DayType.FREE


def _steps(series: Series, enrollment: Enrollment) -> Iterator[tuple[int, Step]]:
    """What the series itself sends, by the day from which on it waits to be sent."""
    for lesson in series.lessons:
        if lesson.day > 1:
            yield lesson.day, Step(Kind.LESSON, lesson.id, lesson_key(enrollment.number, lesson.id))
    for number in series.check_ins:
        yield number, _check_in(enrollment, number)
    yield series.retest, Step(Kind.RETEST, "re-test", retest_key(enrollment.number))


def _onward_steps(series: Series, enrollment: Enrollment) -> Iterator[tuple[int, Step]]:
    """What is sent to whoever goes on after the re-test; nothing follows the last of it."""
    if series.onward is None:
        return
    for number in series.onward.check_ins:
        yield number, _check_in(enrollment, number)
    for number in series.onward.tests:
        yield number, Step(Kind.RETEST, f"week-{week_of(number)}", test_key(enrollment.number, number))


def _check_in(enrollment: Enrollment, number: int) -> Step:
    week = f"week-{week_of(number)}"
    return Step(Kind.CHECK_IN, week, f"check-in:{enrollment.number}:{week}")


def _strength_days(series: Series, numbered: list[_Numbered]) -> frozenset[date]:
    """The first fitting dates of each week, so many at most, never two days running, across weeks too."""
    rules = series.strength
    found: list[date] = []
    in_week: dict[int, int] = {}
    for day in numbered:
        if day.onward or day.number > series.days or day.number == 1 or not day.chosen:
            continue
        week = week_of(day.number)
        few = len(day.timing.days) <= rules.few
        lesson_day = day.step is not None and day.step.kind is Kind.LESSON
        fits = _in_week(day) in rules.days or (few and (lesson_day or _in_week(day) in series.rest))
        if day.step is not None and day.step.kind is Kind.RETEST:
            fits = False
        running = bool(found) and day.date - found[-1] == ONE_DAY
        if fits and not running and in_week.get(week, 0) < rules.most:
            found.append(day.date)
            in_week[week] = in_week.get(week, 0) + 1
    return frozenset(found)


def lesson_key(enrollment: int, lesson: str) -> str:
    """The key of a lesson: no date, so that it comes once in an enrollment."""
    return f"lesson:{enrollment}:{lesson}"


def retest_key(enrollment: int) -> str:
    """The key of the re-test that ends the series, of which an enrollment has one."""
    return f"re-test:{enrollment}"


def test_key(enrollment: int, day: int) -> str:
    """The key of the re-test on a later day of the series, for whoever goes on."""
    return f"{retest_key(enrollment)}:week-{week_of(day)}"


def reminder_key(day: date, slot: int) -> str:
    """The key of a reminder: the local date and the slot, no enrollment, so that no date is reminded twice."""
    return f"reminder:{day.isoformat()}:{slot}"
