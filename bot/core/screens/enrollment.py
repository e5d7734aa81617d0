"""Coming and going: subscribe, pause, resume, stop with an undo, start over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.assessment import safety
from bot.core.model.callback_data import Keep, Outdated, PauseUntil, Resume, ShowDay, StartOver, UndoStop, Unsubscribe
from bot.core.model.context import Context
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, plain
from bot.core.model.subscriber import Answer, Enrollment, State, StateChange, Subscriber
from bot.core.schedule.calendar import timings
from bot.core.schedule.due import comes_next
from bot.core.screens import onboarding, onward, session

ASKED_BACK = "asked-back"
"""Beside the person's answers: for which block they were asked whether to go on."""
LONGEST_PAUSE = timedelta(days=366)


def subscribe(context: Context) -> Reaction:
    """/subscribe and /start for somebody known: go on where they are, resume, or ask."""
    match context.known.state:
        case State.ONBOARDING:
            return onboarding.go_on(context)
        case State.PAUSED:
            return resume(context)
        case State.RUNNING:
            return where_you_are(context)
    return context.reply(welcome_back(context.known))


def welcome_back(subscriber: Subscriber) -> OutgoingMessage:
    """Go on or start over?"""
    over = StartOver(subscriber.enrollment.number + 1)
    buttons = (Button("labels.go-on", Resume(), style=PRIMARY), Button("labels.start-over", over))
    return plain("enrollment/welcome-back", {"state": subscriber.state.value}, *buttons)


def asked_back(reaction: Reaction, now: datetime) -> Reaction:
    """With "go on or start over?" after whatever is said first to somebody who had blocked the bot, and is back.

    Once for each block; not when they came for their data alone, nor when it is asked already.
    """
    subscriber = reaction.subscriber
    if subscriber is None or subscriber.state is not State.BLOCKED or not reaction.messages:
        return reaction
    since = subscriber.enrollment.states[-1].at.isoformat()
    templates = {message.template for message in reaction.messages}
    if "data/delete" in templates or subscriber.said(ASKED_BACK) == since:
        return reaction
    question = () if "enrollment/welcome-back" in templates else (welcome_back(subscriber),)
    kept = subscriber.saying(ASKED_BACK, since, now)
    return replace(reaction, subscriber=kept, messages=(*reaction.messages, *question))


def blocked(context: Context, update: int, at: datetime) -> Reaction:
    """The person blocked the bot at that instant, as that update tells; somebody unknown perhaps."""
    if context.subscriber is None or context.subscriber.heard_since(update, at):
        return Reaction(context.subscriber)
    return Reaction(context.subscriber.blocked(context.now))


def keep(context: Context) -> Reaction:
    """Leave everything as it is, a pause too, and say how it is; that nothing was erased to whoever was asked that."""
    reaction = where_you_are(context) if context.known.state is State.PAUSED else subscribe(context)
    erasing = context.shown is not None and any(label == "labels.erase" for label, _, _ in context.shown.buttons)
    return replace(reaction, messages=(plain("data/not-erased"), *reaction.messages)) if erasing else reaction


def where_you_are(context: Context) -> Reaction:
    """The day of the series, and when the next message comes."""
    series, subscriber, now = context.series, context.known, context.now
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(onboarding.flag_screen(subscriber, flag))
    if subscriber.state is State.RUNNING and session.comes_back(subscriber, now):
        return session.show_today(context)
    timing = timings(subscriber)[-1]
    over = session.has_to_choose(series, subscriber, now)
    paused = subscriber.state is State.PAUSED
    values = {"next": comes_next(series, subscriber, now), "paused": paused, "over": over}
    today = () if over else ((Button("labels.today", ShowDay(timing.local(now).date())),),)
    rows = (*today, *session.lost_retest(subscriber), *session.choice(series, subscriber, now))
    return context.reply(OutgoingMessage("enrollment/running", values, rows))


def when_next(context: Context) -> Reaction | None:
    """When the next message comes, of whoever has a plan, or that none does; nothing is changed."""
    known = context.subscriber
    if known is None or known.enrollment.day_one is None:
        return None
    if known.state is State.STOPPED:
        return unsubscribe(context)
    return where_you_are(context) if known.state in (State.RUNNING, State.PAUSED) else None


def unsubscribe(context: Context) -> Reaction:
    """No more messages; answers stay. The undo names the very change it takes back.

    Whoever has not begun, or has erased everything, hears that nothing is kept and nothing comes.
    """
    if context.subscriber is None and not context.is_operator:
        return context.reply(plain("enrollment/nothing-to-stop"))
    subscriber = context.known
    if subscriber.state is not State.STOPPED:
        subscriber = subscriber.in_state(State.STOPPED, context.now)
    undo = Button("labels.undo", UndoStop(len(subscriber.enrollment.states) - 1))
    screen = replace(plain("enrollment/stopped", None, undo), again=Unsubscribe())
    return context.keeping(subscriber).reply(screen)


def undo_stop(context: Context, action: UndoStop) -> Reaction:
    """Back to the state before the stop.

    Raises Outdated when that stop is no longer the newest change.
    """
    subscriber = context.known
    states = subscriber.enrollment.states
    if not 1 <= action.change < len(states) or states[action.change].state is not State.STOPPED:
        raise Outdated("undo")
    before = states[action.change - 1]
    if action.change == len(states) - 1:
        subscriber = subscriber.in_state(before.state, context.now, before.until)
    elif subscriber.state is not before.state:
        raise Outdated("undo")
    context = context.keeping(subscriber)
    if subscriber.state is State.ONBOARDING:
        return onboarding.go_on(context)
    if subscriber.state in (State.RUNNING, State.PAUSED):
        return where_you_are(context)
    return context.reply(welcome_back(subscriber))


def pause_offer(context: Context) -> Reaction:
    """For how long?"""
    subscriber = context.known
    if subscriber.state not in (State.RUNNING, State.PAUSED):
        return context.reply(plain("enrollment/nothing-to-pause", {"state": subscriber.state.value}))
    today = local_date(subscriber, context.now)
    until = [today + timedelta(days=n) for n in context.series.defaults.pauses]
    buttons = [Button("labels.pause-until", PauseUntil(each.isoformat()), {"date": each}) for each in until]
    buttons += [Button("labels.pause-open", PauseUntil("")), Button("labels.keep", Keep())]
    return context.reply(plain("enrollment/pause", None, *buttons))


def local_date(subscriber: Subscriber, at: datetime) -> date:
    """Which day an instant is on where they are; until they have said where, in UTC."""
    chosen = timings(subscriber)
    return (chosen[-1].local(at) if chosen else at).date()


def pause(context: Context, action: PauseUntil) -> Reaction:
    """Pause, until a local date or until told otherwise.

    Raises Outdated for a date that has passed or is beyond a year, or when there is nothing to pause.
    """
    subscriber, now = context.known, context.now
    if subscriber.state not in (State.RUNNING, State.PAUSED):
        raise Outdated("pause")
    timing = timings(subscriber)[-1]
    until: date | None = None
    if action.until:
        try:
            until = date.fromisoformat(action.until)
        except ValueError as fault:
            raise Outdated("pause") from fault
        if not timedelta() < until - timing.local(now).date() <= LONGEST_PAUSE:
            raise Outdated("pause")
    subscriber = subscriber.in_state(State.PAUSED, now, until)
    values = {"until": until, "next": comes_next(context.series, subscriber, now)}
    return context.keeping(subscriber).reply(
        plain("enrollment/paused", values, Button("labels.resume", Resume(), style=PRIMARY))
    )


def resume(context: Context) -> Reaction:
    """Go on after a pause, a stop, a block or the end, from where they were."""
    subscriber, now = context.known, context.now
    if subscriber.enrollment.day_one is None:
        return onboarding.go_on(context.keeping(subscriber.in_state(State.ONBOARDING, now)))
    if subscriber.state is State.FINISHED or session.has_to_choose(context.series, subscriber, now):
        return context.reply(onward.offer(context))
    if subscriber.state is not State.RUNNING or subscriber.enrollment.states[-1].until is not None:
        context = context.keeping(subscriber.in_state(State.RUNNING, now))
    return where_you_are(context)


def start_over(context: Context, action: StartOver) -> Reaction:
    """A new enrollment: the safety check and the tests are taken again, settings and older answers stay.

    Raises Outdated when that enrollment is not the next one.
    """
    subscriber = context.known
    if action.number == subscriber.enrollment.number and subscriber.state is State.ONBOARDING:
        return onboarding.go_on(context)
    if action.number != subscriber.enrollment.number + 1:
        raise Outdated("start over")
    fresh = Enrollment(action.number, context.series.id, (StateChange(State.ONBOARDING, context.now),))
    subscriber = replace(subscriber, enrollments=(*subscriber.enrollments, fresh), lessons_seen=(), adjustments=())
    return onboarding.check_again(context.keeping(subscriber))


def may_start(context: Context) -> Reaction:
    """“I have asked, I may start”: dated, and it ends the flags of that tier."""
    subscriber = context.known
    flag = safety.flagged(context.series, subscriber)
    if flag is not None and flag.tier != "ask":
        return context.reply(onboarding.flag_screen(subscriber, flag))
    if flag is not None:
        asked = Answer(safety.MAY_START, safety.YES, context.now)
        context = context.keeping(replace(subscriber, answers=(*subscriber.answers, asked)))
    if subscriber.state is State.ONBOARDING:
        return onboarding.go_on(context)
    if subscriber.enrollment.day_one is None:
        return context.reply(welcome_back(subscriber))  # stopped or blocked before there was a plan
    found = where_you_are(context)
    limits = sorted(safety.limits(context.series, context.known))
    is_new = flag is not None and safety.flagged(context.series, context.known) is None
    changed = (OutgoingMessage("safety/plan-changed", {"limits": limits}),) if limits and is_new else ()
    return replace(found, messages=(*changed, *found.messages))
