"""/why: why a message came, will come or did not come: what set it off, which rule, which setting, which answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.core.assessment import safety
from bot.core.model.context import Context
from bot.core.model.delivery import GONE_OUT, UNASKED, WITH_ANOTHER, Delivery, Kind, Outcome
from bot.core.model.message import OutgoingMessage, Reaction, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule import retention
from bot.core.schedule.calendar import ONE_DAY, Day, DayType, days, state_now, timings
from bot.core.schedule.due import so_far, upcoming
from bot.core.schedule.plan import plan
from bot.core.schedule.planned import Planned
from bot.core.screens import session

LATE = timedelta(minutes=30)
"""So long after its own instant a message is said to have come later."""
UNSENT = (
    *("late", "done", "declined", "one-a-day", "unanswered", "every-second-day", "too-close", "changed"),
    *("failed", "other", "paused", "flagged", "not-chosen"),
)
"""Why a message did not come: of single ones, and for as long as nothing comes."""
TOLD, TOLD_FOR = 3, timedelta(days=7)
"""So many that did not come are told, for so long."""
TRAINS = (Kind.LESSON, Kind.CHECK_IN, Kind.REMINDER)
"""What leads to a day's session."""


def show(context: Context) -> Reaction:
    """Why the newest message came by itself, or before there is one why the next one will; then what did not come."""
    gone_out = [each for each in context.known.deliveries.values() if each.outcome in GONE_OUT]
    if gone_out:
        key = max(gone_out, key=lambda each: each.at).key
    else:
        key = next((each.key for each in upcoming(context.series, context.known, context.now)), "")
    rows, today = unsent(context), _nothing_today(context)
    missing = (plain("why/unsent", {"rows": rows, "today": today}),) if rows or today else ()
    return context.reply(why(context, key) or plain("why/nothing"), *missing)


def unsent(context: Context) -> list[dict[str, Any]]:
    """What was planned lately and did not come, newest first: for when it was meant, and why it did not."""
    planned = {each.key: each.at for each in so_far(context.series, context.known, context.now)}
    chosen = timings(context.known)
    timing = chosen[-1] if chosen else retention.hours(context.series, context.known)
    found: list[dict[str, Any]] = [
        {"at": timing.local(planned.get(each.key, each.at)), "reason": reason}
        for each in context.known.deliveries.values()
        if (reason := _reason(each)) and context.now - each.at <= TOLD_FOR
    ]
    return sorted(found, key=lambda row: row["at"], reverse=True)[:TOLD]


def _reason(record: Delivery) -> str:
    """Why a message did not come; empty for one that did, by itself or with another, or that nobody waits for."""
    if record.kind is Kind.IDLE or record.reason == WITH_ANOTHER:
        return ""
    if record.outcome is Outcome.FAILED:
        return "failed"
    if record.outcome not in (Outcome.EXPIRED, Outcome.CANCELLED):
        return ""
    return record.reason if record.reason in UNSENT else "other"


def _nothing_today(context: Context) -> str:
    """Why nothing comes by itself now or today; empty where something does."""
    series, subscriber, now = context.series, context.known, context.now
    if safety.flagged(series, subscriber) is not None:
        return "flagged"
    chosen = timings(subscriber)
    state = state_now(subscriber.enrollment, now, chosen[-1]) if chosen else subscriber.state
    if state is not State.RUNNING:
        return "paused" if state is State.PAUSED else ""
    today = chosen[-1].local(now)
    return "" if today.weekday() in chosen[-1].days else "not-chosen"


def why(context: Context, key: str) -> OutgoingMessage | None:
    """Why the message of a delivery's key came, or will come; None when none went out and none is planned."""
    series, subscriber, now = context.series, context.known, context.now
    record = subscriber.all_deliveries.get(key)
    around = (*so_far(series, subscriber, now), *upcoming(series, subscriber, now))
    planned = next((each for each in around if each.key == key), None)
    if record is not None and record.outcome in GONE_OUT:
        is_late = planned is not None and record.at - planned.at >= LATE
        late = planned.at if planned is not None and is_late else None
        return _screen(series, subscriber, record.kind, record.at, planned, late=late)
    if record is None and planned is not None and planned.at > now:
        return _screen(series, subscriber, planned.kind, planned.at, planned, ahead=True)
    return None


def _screen(
    series: Series,
    subscriber: Subscriber,
    kind: Kind,
    at: datetime,
    planned: Planned | None,
    *,
    late: datetime | None = None,
    ahead: bool = False,
) -> OutgoingMessage:
    """When, since which choice, what the day is for and since when, what the reports made of it, each move's reason."""
    chosen = timings(subscriber)
    timing = chosen[-1] if chosen else retention.hours(series, subscriber)
    on = planned.date if planned else timing.local(at).date()
    day = session.day_of(series, subscriber, on) if chosen else None
    timing = day.timing if day else timing
    values = {
        "kind": kind.value,
        "ahead": ahead,
        "at": timing.local(at),
        "late": timing.local(late) if late else None,
        "zone": timing.zone,
        "time": timing.at.strftime("%H:%M"),
        "days": sorted(timing.days),
        "put_off": planned is not None and planned.slot > 1,
        "rides": planned is not None and planned.rides is not None,
        "unanswered": series.care.back_off.ask_after,
        "months": series.retention.months,
        "day": _day(series, subscriber, day) if day and kind in UNASKED else None,
        **_session(series, subscriber, day if kind in TRAINS else None),
    }
    return OutgoingMessage("why/message", values)


def _day(series: Series, subscriber: Subscriber, day: Day) -> dict[str, Any]:
    """What a day is for, and the rule that made it so."""
    known = [each for each in days(series, subscriber, day.date) if each.date < day.date]
    before = known[-1] if known and known[-1].date == day.date - ONE_DAY else None
    after_strength = before is not None and before.type is DayType.STRENGTH
    in_week = sum(each.type is DayType.STRENGTH and each.week == day.week for each in known)
    return {
        "number": day.number,
        "of": series.days,
        "week": day.week,
        "type": day.type.value,
        "before": [before.date.weekday()] if before else None,
        "after_strength": after_strength,
        "enough_strength": in_week >= series.strength.most,
    }


def _session(series: Series, subscriber: Subscriber, day: Day | None) -> dict[str, Any]:
    """What the reports made of the day's session, and why each of its moves is there; nothing while a sign stops it."""
    if day is None or safety.flagged(series, subscriber) is not None:
        return {"upshot": None, "easy": False, "moves": []}
    the_plan = plan(series, subscriber, day)
    items = [session.item_values(item) for item in the_plan.items]
    return {"upshot": session.upshot_values(the_plan.upshot), "easy": the_plan.easy, "moves": items}
