"""What got in the way of a week, and a change of the plan for it with one tap."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.assessment import safety, selftest
from bot.core.model.callback_data import (
    Action,
    Ask,
    Barrier,
    Done,
    Enough,
    NotToday,
    Outdated,
    PauseUntil,
    ShowDay,
    ShowLesson,
    ShowProgress,
    SwapFor,
    Tell,
)
from bot.core.model.context import Context
from bot.core.model.message import Button, OutgoingMessage, Reaction, Row, plain, rows
from bot.core.model.series import GENTLE, MOMENT, Series
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import clock_time, days, timings
from bot.core.schedule.plan import form_for, plan, swaps
from bot.core.screens import information, lesson, profile, session

_SAID = "barrier-"
"""How the name of such an answer begins."""
PAIN_PART = "pain-part"
"""What is offered for a barrier that speaks of pain."""
PAUSES = 2
OTHER_TIMES = 2


def choices(series: Series, week: int) -> tuple[Row, ...]:
    """A button for each barrier."""
    return rows([Button(f"reminders.barriers.{id}.label", Barrier(week, id)) for id in series.care.barriers], 2)


def easier(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Row, ...]:
    """What may make the days to come easier, each with one tap."""
    changes = series.care.sure.easier if series.care.sure is not None else ()
    return tuple(row for change in changes for row in _changes(series, subscriber, change, now))


def answer(context: Context, action: Barrier) -> Reaction:
    """A tailored answer to one barrier, with what can be changed for it.

    Raises Outdated for a barrier or a week that is not known.
    """
    series, subscriber, now = context.series, context.known, context.now
    changes = series.care.barriers.get(action.barrier)
    last = series.onward.weeks if series.onward is not None else series.last_week
    if changes is None or not 0 <= action.week <= last:
        raise Outdated(action.barrier)
    subscriber = subscriber.saying(f"{_SAID}{subscriber.enrollment.number}-{action.week}", action.barrier, now)
    buttons: list[Row] = []
    for change in changes:
        buttons += _changes(series, subscriber, change, now)
    # What gets in the way is thought of best together with when and where.
    if_then = profile.if_then(series, subscriber) if MOMENT in changes else None
    screen = OutgoingMessage("check-in/barrier", {"barrier": action.barrier, "if_then": if_then}, tuple(buttons))
    return context.keeping(subscriber).reply(screen)


def newest_of_pain(series: Series, subscriber: Subscriber) -> datetime | None:
    """When they said that pain, or fear of it, got in the way, where that is the last barrier they named."""
    said = next((each for each in reversed(subscriber.answers) if each.question.startswith(_SAID)), None)
    of_pain = said is not None and PAIN_PART in series.care.barriers.get(str(said.value), ())
    return said.at if said is not None and of_pain else None


def too_much(context: Context) -> Reaction | None:
    """Gentler ways on, for whoever says that it is too much; None where there is no plan to make gentler."""
    series, subscriber, now = context.series, context.subscriber, context.now
    if subscriber is None or subscriber.state is not State.RUNNING or subscriber.enrollment.day_one is None:
        return None
    if safety.flagged(series, subscriber) is not None:
        return None
    on = session.today(subscriber, now)
    day, begun = session.day_of(series, subscriber, on), subscriber.session(on)
    buttons: list[Row] = []
    if begun is not None and begun.finished_at is None and begun.declined_at is None:
        buttons.append((Button("labels.enough", Enough(on)),))
    elif day is not None and begun is None and (the_plan := plan(series, subscriber, day)).items:
        buttons += [(session.start_buttons(the_plan, on)[1],), (Button("labels.not-today", NotToday(on)),)]
    short, gentle = subscriber.said("length") == "short", selftest.lane(series, subscriber) == GENTLE
    for change in (*(() if short else ("short",)), *(() if gentle else ("gentle",)), "pause"):
        buttons += _changes(series, subscriber, change, now)
    return context.reply(OutgoingMessage("check-in/too-much", {}, tuple(buttons)))


def in_part(context: Context) -> Reaction | None:
    """Who did a part of today's session is asked how to note it: as what was done, or as the short version.

    None where no session is theirs today.
    """
    series, subscriber, now = context.series, context.subscriber, context.now
    if subscriber is None or not timings(subscriber) or safety.flagged(series, subscriber) is not None:
        return None
    on = session.today(subscriber, now)
    day, begun = session.day_of(series, subscriber, on), subscriber.session(on)
    if day is None or not (the_plan := plan(series, subscriber, day)).items:
        return None
    if begun is not None and begun.finished_at is not None:
        return context.reply(plain("session/in-part", {"over": True, "begun": True}))
    if begun is not None and begun.done:
        way_on = [each for each in information.newest_buttons(context) if each.label != "labels.enough"]
        buttons = (Button("labels.enough", Enough(on)), *way_on)
        return context.reply(plain("session/in-part", {"over": False, "begun": True}, *buttons))
    buttons = (
        Button("labels.note-short", Done(on, short=True)),
        session.start_buttons(the_plan, on)[0],
        Button("labels.not-today", NotToday(on)),
    )
    return context.reply(plain("session/in-part", {"over": False, "begun": False}, *buttons))


CHANGES = (
    "time",
    "moment",
    "days",
    "pause",
    "swap",
    PAIN_PART,
    "short",
    "gentle",
    "no-kit",
    "activities",
    "today",
    "progress",
)
"""What can be offered when something got in the way."""


def _changes(series: Series, subscriber: Subscriber, change: str, now: datetime) -> list[Row]:
    """The buttons of one kind of change."""
    timing = timings(subscriber)[-1]
    today = timing.local(now).date()
    if change == "no-kit" and not _has_kit(subscriber):
        change = "swap"
    match change:
        case "time":
            times = [
                each
                for each in series.defaults.times
                if clock_time(each) != timing.at and not timing.quiet_at(clock_time(each))
            ]
            return [
                (Button("labels.move-time", Tell("time", (each,)), {"clock": each}),)
                for each in sorted(times, key=lambda each: abs(_minutes(each) - _minutes(timing.at.strftime("%H:%M"))))[
                    :OTHER_TIMES
                ]
            ]
        case "pause":
            return [
                (
                    Button(
                        "labels.pause-until",
                        PauseUntil((until := today + timedelta(days=n)).isoformat()),
                        {"date": until},
                    ),
                )
                for n in series.defaults.pauses[:PAUSES]
            ]
        case "moment":
            known = bool(series.choices.if_then.moments)
            return [(Button("labels.other-moment", Ask(MOMENT)),)] if known else []
        case "swap":
            return _swap(series, subscriber, now)
        case _ if change == PAIN_PART:
            the_lesson = lesson.reached(series, subscriber, now)[-1]
            return [(Button("labels.about-pain", ShowLesson(the_lesson.id, series.care.pain_part)),)]
    simple: dict[str, tuple[str, Action]] = {
        "days": ("labels.fewer-days-now", Ask("days")),
        "short": ("labels.short-from-now", Tell("length", ("short",))),
        "gentle": ("labels.gentle-from-now", Tell("lane", (GENTLE,))),
        "no-kit": ("labels.without-kit", Tell("kit", ("skip",))),
        "activities": ("labels.pick-activities", Ask("activities")),
        "today": ("labels.today", ShowDay(today)),
        "progress": ("labels.my-progress", ShowProgress()),
    }
    label, action = simple[change]
    return [(Button(label, action),)]


def _has_kit(subscriber: Subscriber) -> bool:
    kit = subscriber.said("kit")
    return isinstance(kit, tuple) and bool(kit)


def _swap(series: Series, subscriber: Subscriber, now: datetime) -> list[Row]:
    """Another move for the first one of the next session that has one."""
    today = timings(subscriber)[-1].local(now).date()
    for day in days(series, subscriber, today + timedelta(days=7)):
        if day.date < today:
            continue
        for item in plan(series, subscriber, day).items:
            for other in swaps(series, subscriber, day, item.exercise)[:1]:
                swap = SwapFor(day.date, item.exercise, other)
                form = form_for(series, subscriber, day, other)
                return [(Button("labels.swap-from-now", swap, {"exercise": other, "form": form}),)]
    return []


def _minutes(clock: str) -> int:
    at = clock_time(clock)
    return at.hour * 60 + at.minute
