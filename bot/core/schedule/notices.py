"""Messages beside the plan: a nudge to finish onboarding, a follow-up to a sign, the notice after a long silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.assessment import safety
from bot.core.model.delivery import GONE_OUT, Delivery, Kind, Outcome
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.core.schedule import retention
from bot.core.schedule.calendar import ONE_DAY, quiet_hours
from bot.core.schedule.planned import Due, Planned

FOLLOWED_UP = ("stop", "today")
"""The tiers of a sign that is asked after."""


def nudge(series: Series, subscriber: Subscriber, now: datetime) -> Due:
    """Of somebody who stopped half-way through onboarding."""
    return _a_day_later(series, subscriber, Kind.NUDGE, now)


def follow_up(series: Series, subscriber: Subscriber, now: datetime) -> Due:
    """Of somebody whom the safety check keeps from exercise."""
    flag = safety.flagged(series, subscriber)
    if flag is None or flag.tier not in FOLLOWED_UP:
        return Due()
    return _a_day_later(series, subscriber, Kind.FOLLOW_UP, now)


def of_silence(series: Series, subscriber: Subscriber, silence: retention.Silence, looked: Due, now: datetime) -> Due:
    """The notice that answers will be erased, where nothing else goes out; else when to look for it again."""
    at = silence.ends_at or silence.notice_at
    if at > now:
        return looked.look_again(at)
    if subscriber.state in retention.LEFT_ALONE:
        noted = Delivery(silence.key, Kind.IDLE, Outcome.CANCELLED, now, subscriber.state)
        end = now + timedelta(days=series.retention.days)
        return replace(looked, records=(*looked.records, noted)).look_again(end)
    if silence.notice is not None and silence.notice.outcome is Outcome.CLAIMED:
        return looked
    hours = retention.hours(series, subscriber)
    if silence.notice is not None and (until := silence.notice.held_until(now)):
        return looked.look_again(until)
    if hours.is_quiet(now):
        return looked.look_again(hours.quiet_ends(now))
    today = hours.local(now).date()
    gone_out = (record.at for record in subscriber.deliveries.values() if record.outcome in GONE_OUT)
    if any(hours.local(at).date() == today for at in gone_out):
        return looked.look_again(hours.begin(today + ONE_DAY))
    return replace(looked, send=Planned(Kind.IDLE, Kind.IDLE, silence.key, at, None, silence.since))


def _a_day_later(series: Series, subscriber: Subscriber, kind: Kind, now: datetime) -> Due:
    """A single notice a day after the last thing the person did, once in an enrollment."""
    prefix = f"{kind}:{subscriber.enrollment.number}:"
    records = [record for key, record in subscriber.deliveries.items() if key.startswith(prefix)]
    if any(record.outcome is not Outcome.WAITING for record in records):
        return Due()
    since = _last_done_at(subscriber)
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


def _last_done_at(subscriber: Subscriber) -> datetime:
    """The last thing the person did in this onboarding."""
    instants = [subscriber.enrollment.states[-1].at]
    instants += [answer.at for answer in subscriber.answers]
    instants += [attempt.finished_at or attempt.last_touched_at for attempt in subscriber.attempts]
    return max(instants)
