"""The messages that the plan of an enrollment asks for: each with its instant, and until when it is good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import NamedTuple, TypedDict

from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.schedule.calendar import ONE_DAY, Day, Step, Timing, reminder_key
from bot.core.schedule.look import Look
from bot.core.schedule.planned import Planned


class Marks(TypedDict):
    """What is said of a message beside when and what."""

    late: bool
    repeat: bool


def candidates(look: Look) -> tuple[list[Planned], list[datetime], list[Delivery]]:
    """Every message that may go out now, the instants of all that may later, and a record of each reminder that a new
    choice left out."""
    repeated, found, ahead, left_out = list[Planned](), list[Planned](), list[datetime](), list[Delivery]()
    for day in look.days:
        if day.step is None:
            continue
        record = look.record(day.step.key)
        if record is not None and (at := record.may_repeat_at):
            repeated.append(_repeat(look, day, day.step, record, at))
        if (record is not None and look.has_ended(record)) or _was_added_later(look, day):
            continue
        if (moment := _moment_of(look, day.step, day)) is None:
            if record is None:
                left_out.append(Delivery(day.step.key, day.step.kind, Outcome.CANCELLED, look.now, "changed"))
        elif moment.at > look.now:
            ahead.append(moment.at)
        else:
            found.append(_planned(look, day.step, day, moment))
    found += [later for later in put_off(look) if not look.is_over(later.key)]
    if (question := still_wanted(look)) is not None:
        found.append(question)
    found = [*repeated, *found]
    ahead += [each.at for each in found if each.at > look.now]
    return [each for each in found if each.at <= look.now], ahead, left_out


def of_day(look: Look, day: Day) -> Planned | None:
    """The message of a day under the newest choice that concerns its date; None where it has none.

    Nothing is planned for an instant before the choice that gave it: such a reminder is None, anything else
    moves to the next chosen day.
    """
    if day.step is None or (moment := _moment_of(look, day.step, day)) is None:
        return None
    return _planned(look, day.step, day, moment)


def after_now(look: Look, days: Iterable[Day]) -> Iterator[Planned]:
    """The messages of these days, and what was put off, that come after now; in order, each made when asked for."""
    line: list[tuple[datetime, Callable[[], Planned]]] = []
    for day in days:
        moment = _moment_of(look, day.step, day) if day.step else None
        if day.step and moment and moment.at > look.now:
            line.append((moment.at, partial(_planned, look, day.step, day, moment)))
    line += [(each.at, partial(_as_it_is, each)) for each in put_off(look) if each.at > look.now]
    return (made() for _, made in sorted(line, key=itemgetter(0)))


def _as_it_is(planned: Planned) -> Planned:
    return planned


class _Moment(NamedTuple):
    """On which date, when, and by which choice the message of a day comes."""

    on: date
    at: datetime
    timing: Timing


def _moment_of(look: Look, step: Step, day: Day) -> _Moment | None:
    on, timing, at = day.date, day.timing, day.moment
    for choice in look.chosen:
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
    return _Moment(on, at, timing)


def _planned(look: Look, step: Step, day: Day, moment: _Moment) -> Planned:
    on, at, timing = moment
    until = _good_until(look, step.kind, at, timing)
    return Planned(step.kind, step.id, step.key, at, until, on, rides=day.rides, **_marks(look, step.key, on))


def put_off(look: Look) -> list[Planned]:
    """The reminders that the person has put off."""
    found = []
    for later in look.subscriber.laters:
        if later.date >= look.today - 2 * ONE_DAY:
            key = reminder_key(later.date, later.slot)
            until = _good_until(look, Kind.REMINDER, later.at, look.timing)
            marks = _marks(look, key, later.date)
            step = later.date.isoformat()
            found.append(Planned(Kind.REMINDER, step, key, later.at, until, later.date, later.slot, **marks))
    return found


def _repeat(look: Look, day: Day, step: Step, record: Delivery, at: datetime) -> Planned:
    """A lesson of which nobody knows whether it arrived: once more, a while after that was found.

    One that a wrong clock sent before its day waits for that day.
    """
    at = max(at, day.moment) if day.date > look.today else at
    return Planned(record.kind, step.id, record.key, at, None, day.date, rides=day.rides, repeat=True)


def still_wanted(look: Look) -> Planned | None:
    """One question in place of the next reminder, after so many that nobody answered; then silence."""
    if not look.has_gone_silent:
        return None
    since = look.timing.local(look.subscriber.last_heard_at).date()
    key = f"{Kind.STILL}:{since.isoformat()}"
    asked = look.record(key)
    if asked is not None and asked.outcome is not Outcome.WAITING:
        return None
    last = look.timing.local(look.unanswered[-1].at).date()
    for day in look.days:
        if day.date > last and day.step and day.step.kind is Kind.REMINDER:
            until = _good_until(look, Kind.REMINDER, day.moment, look.timing)
            return Planned(Kind.STILL, Kind.STILL, key, day.moment, until, day.date, **_marks(look, key, day.date))
    return None


def _was_added_later(look: Look, day: Day) -> bool:
    """Whether a lesson came into the series when its day had a reminder already: it does not fire backwards."""
    lesson = day.step is not None and day.step.kind is Kind.LESSON
    return lesson and look.record(reminder_key(day.date, 1)) is not None


def _marks(look: Look, key: str, on: date) -> Marks:
    """Whether it is late, or may have arrived before."""
    record = look.record(key)
    return {"late": on < look.today, "repeat": record is not None and record.unknowns > 0}


def _good_until(look: Look, kind: Kind, at: datetime, timing: Timing) -> datetime | None:
    graces = look.series.graces
    if kind is Kind.REMINDER:
        good = at + timedelta(hours=graces.reminder)
        quiet = timing.quiet_begins(at)
        return min(good, quiet) if quiet else good
    return at + timedelta(hours=graces.check_in) if kind is Kind.CHECK_IN else None
