"""What to send one person now, what is too late for it, and when to look again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.assessment import safety
from bot.core.model.delivery import Delivery, Kind
from bot.core.model.series import WEEK, Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule import broadcasts, notices, retention
from bot.core.schedule.behind import with_behind
from bot.core.schedule.calendar import ONE_DAY, Day, timings
from bot.core.schedule.candidates import after_now, candidates, of_day, put_off
from bot.core.schedule.choice import choose
from bot.core.schedule.dropped import dropped, unwanted
from bot.core.schedule.look import NEAR_DAYS, Look
from bot.core.schedule.planned import Due, Planned

HELD_LOOK = timedelta(hours=1)
"""Before the next look at what waits for an author."""
FAR_DAYS = 4 * WEEK
"""As far ahead as anybody is told."""
UNDER_WAY = (State.RUNNING, State.PAUSED)


def due(series: Series, subscriber: Subscriber, now: datetime, held: Collection[str] = ()) -> Due:
    """What is due for one person at `now`; content that is `held` waits for an author, and holds up nothing else."""
    silence = retention.silence(series, subscriber)
    if silence.ends_at is not None and silence.ends_at <= now:
        return Due(erase=True)
    looked = _asked_for(series, subscriber, now, held)
    if looked.send and looked.holds_until:
        return _beside(subscriber, silence, looked, now)
    looked = looked if looked.send else broadcasts.lined_up(series, subscriber, looked, now, held)
    return looked if looked.send else notices.of_silence(series, subscriber, silence, looked, now)


def _beside(subscriber: Subscriber, silence: retention.Silence, looked: Due, now: datetime) -> Due:
    """What the plan sends, with what comes beside the plan: the end of a silence, and what a coach has lined up."""
    until = min(looked.holds_until, silence.ends_at) if looked.holds_until and silence.ends_at else looked.holds_until
    notice, after = silence.ends_at or silence.notice_at, None
    if looked.after and notice > now and not any(map(broadcasts.is_lined_up, subscriber.deliveries.values())):
        after = min(looked.after, notice)
    return replace(looked, holds_until=until, after=after)


def scheduled(
    series: Series, subscriber: Subscriber, now: datetime, held: Collection[str] = (), looked: Due | None = None
) -> Subscriber:
    """The subscriber as saved now, with the next instant at which anything may be due; `looked` where that is known.

    An instant ahead that was noted before stays noted, at the cost of one look: a clock that stands weeks behind sees
    nothing to come in its days, and what was noted is all that is left when the clock is right again.
    """
    looked = looked or due(series, subscriber, now, held)
    subscriber = with_behind(series, subscriber, now)
    next_at, noted = looked.next_at, subscriber.next_due_at
    if noted is not None and noted > now:
        next_at = min(noted, next_at or noted)
    return replace(subscriber, saved_at=now, next_due_at=now if looked.send or looked.erase else next_at)


def claimed(subscriber: Subscriber, record: Delivery, now: datetime) -> Subscriber:
    """The subscriber as saved before a message leaves: they are looked at again as soon as it is settled."""
    deliveries = {**subscriber.deliveries, record.key: record}
    return replace(subscriber, deliveries=deliveries, saved_at=now, next_due_at=now)


def comes_next(series: Series, subscriber: Subscriber, now: datetime) -> datetime | None:
    """When the next message will come, on the person's own clock; None where none will."""
    planned = (each for within in (NEAR_DAYS, FAR_DAYS) for each in _ahead(series, subscriber, now, within))
    return next((timings(subscriber)[-1].local(each.at) for each in planned), None)


def upcoming(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Planned, ...]:
    """Every message that will come in the days ahead, in order, as it stands now; none while a sign holds the plan."""
    return tuple(_ahead(series, subscriber, now, FAR_DAYS))


def _ahead(series: Series, subscriber: Subscriber, now: datetime, within: int) -> Iterator[Planned]:
    """The messages of so many days ahead, each looked at when it is asked for."""
    chosen = timings(subscriber)
    if not chosen or subscriber.state not in UNDER_WAY or safety.flagged(series, subscriber) is not None:
        return
    # Whoever is told of it has just been heard, so silence until now holds nothing back.
    look = Look(series, replace(subscriber, heard_at=now), chosen, now)
    # A reminder stays on its date.
    days = [day for day in look.days_ahead(within) if day.date >= look.today - ONE_DAY or not _only_reminds(day)]
    yield from (each for each in after_now(look, days) if look.record(each.key) is None and not unwanted(look, each))


def so_far(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Planned, ...]:
    """Every message of the plan whose instant has come, in order, whatever became of it."""
    chosen = timings(subscriber)
    if not chosen:
        return ()
    look = Look(series, subscriber, chosen, now)
    return _in_order(each for each in (*_of_days(look, look.days), *put_off(look)) if each.at <= now)


def _only_reminds(day: Day) -> bool:
    """Whether what it sends is a reminder, or nothing."""
    return day.step is None or day.step.kind is Kind.REMINDER


def _of_days(look: Look, days: Iterable[Day]) -> Iterator[Planned]:
    return (planned for day in days if day.step is not None and (planned := of_day(look, day)) is not None)


def _in_order(planned: Iterable[Planned]) -> tuple[Planned, ...]:
    return tuple(sorted(planned, key=lambda each: each.at))


def _asked_for(series: Series, subscriber: Subscriber, now: datetime, held: Collection[str]) -> Due:
    """What the series asks for, as far as the person has come in it."""
    flagged = safety.flagged(series, subscriber) is not None
    if subscriber.state is State.ONBOARDING:
        notice = notices.follow_up if flagged else notices.nudge
        return notice(series, subscriber, now)
    chosen = timings(subscriber)
    if not chosen or subscriber.state not in UNDER_WAY:
        return Due()
    look = Look(series, subscriber, chosen, now)
    if not flagged:
        return _of_plan(look, held)
    return notices.follow_up(series, subscriber, now) if look.is_running else Due(next_at=look.pause_ends)


def _of_plan(look: Look, held: Collection[str]) -> Due:
    """What the plan asks for: each message lies ahead, is dropped with a record, or is wanted; one of those leaves."""
    found, ahead, records = candidates(look)
    wanted: list[Planned] = []
    again: list[datetime] = []
    for each in found:
        if (record := dropped(look, each)) is not None:
            records.append(record)
        else:
            wanted.append(each)
            again += [each.until] if each.until else []
    free = [each for each in wanted if each.content not in held]
    if len(free) < len(wanted):
        again.append(look.now + HELD_LOOK)
    chosen = choose(look, free)
    again += [*ahead, *([chosen.next_at] if chosen.next_at else [])]
    next_at = min((at for at in again if at > look.now), default=None)
    until = _holds_until(look, chosen.send, next_at)
    # Once a reminder has gone out all that is ahead stays as it is; a lesson may be repeated.
    stays = chosen.send is not None and chosen.send.kind is Kind.REMINDER and len(wanted) == 1
    after = min(ahead, default=None) if stays else None
    return Due(chosen.send, tuple(records), next_at, holds_until=until, after=after)


def _holds_until(look: Look, send: Planned | None, next_at: datetime | None) -> datetime | None:
    """Until when the choice of that message needs no other look: the day, the hour, and what is ahead stay the same."""
    if send is None:
        return None
    ends = (next_at, send.until, look.timing.quiet_begins(look.now), look.timing.begin(look.today + ONE_DAY))
    return min(end for end in ends if end is not None)
