"""One day's session: the plan on screen, one exercise after another, done, later, not today."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from bot.core.assessment import pain, safety, selftest
from bot.core.model.callback_data import (
    Done,
    Enough,
    Follows,
    HowIsIt,
    HowIsItFromPlan,
    NotToday,
    Outdated,
    RemindLater,
    Resume,
    ShowDay,
    StartTest,
)
from bot.core.model.context import Context
from bot.core.model.delivery import GONE_OUT
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, Row, plain
from bot.core.model.series import STRENGTH, WEEK, Series
from bot.core.model.subscriber import Later, Session, State, Subscriber
from bot.core.schedule.calendar import (
    Day,
    DayType,
    Timing,
    clock_time,
    days,
    goes_on,
    reminder_key,
    retest_key,
    timings,
)
from bot.core.schedule.due import comes_next
from bot.core.schedule.plan import EASY, Item, Plan, gets_harder, plan
from bot.core.screens import profile, questionnaire
from bot.core.screens.lesson import arrived_on
from bot.core.screens.onboarding import flag_screen, held
from bot.core.screens.scores import effort_screen

MOST_LATERS = 2
HALF_A_DAY = 12
SHORT = 3
"""Minutes that the button of the short version names."""
LONG_AWAY = timedelta(days=4)
"""So long, and longer than their own days ask for, somebody was away who has to find in again."""
STILL_COUNTS = timedelta(days=1)
ANYWHERE = timedelta(days=2)
"""So far ahead of a person's date may be one on which they were somewhere else."""


def today(subscriber: Subscriber, now: datetime) -> date:
    """The person's local date.

    Raises Outdated for somebody whose zone is not known yet.
    """
    chosen = timings(subscriber)
    if not chosen:
        raise Outdated("no zone")
    return chosen[-1].local(now).date()


def is_open(series: Series, subscriber: Subscriber, on: date, now: datetime) -> bool:
    """Whether the session of a date may be gone through now.

    Today's may; an earlier one for as long after midnight as its reminder is good, or as a session begun by then takes.
    """
    if on >= (date_now := today(subscriber, now)):
        return on == date_now
    found = subscriber.session(on)
    since = [found.started_at] if found and found.finished_at is None else []
    since += [
        record.at
        for slot in range(1, MOST_LATERS + 2)
        if (record := subscriber.deliveries.get(reminder_key(on, slot))) and record.outcome in GONE_OUT
    ]
    return any(now < at + timedelta(hours=series.graces.reminder) for at in since)


def day_of(series: Series, subscriber: Subscriber, on: date) -> Day | None:
    """The series day of a local date, or None."""
    return next((day for day in days(series, subscriber, on, on) if day.date == on), None)


def show_plan(context: Context) -> Reaction:
    """Today's plan, for somebody who has one."""
    return show_today(context.keeping(context.planned))


def show_today(context: Context) -> Reaction:
    """Today's plan."""
    on = today(context.known, context.now)
    return context.reply(_day_screen(context.series, context.known, on, context.now))


def show_day(context: Context, action: ShowDay) -> Reaction:
    """The plan of a date; an old button leads to today."""
    series, now = context.series, context.now
    known = arrived_on(context.planned, action.date)
    on = action.date if is_open(series, known, action.date, now) else today(known, now)
    return context.keeping(known).reply(_day_screen(series, known, on, now))


def _day_screen(series: Series, subscriber: Subscriber, on: date, now: datetime) -> OutgoingMessage:
    """The plan of a date: its exercises at a glance, and how to begin."""
    if (before := held(series, subscriber)) is not None:
        return before
    day = day_of(series, subscriber, on)
    if day is None or (day.type is DayType.RETEST and is_measured(subscriber, day)):
        return _no_day(series, subscriber, now)
    done = subscriber.session(on)
    the_plan = plan(series, subscriber, day)
    upshot = the_plan.upshot
    values = {
        **plan_values(the_plan, day),
        "upshot": upshot_values(upshot),
        "done": bool(done and done.finished_at),
        "rest": ended_red(series, subscriber, on),
        "next": comes_next(series, subscriber, now),
        "comeback": comes_back(subscriber, now),
        "further": 0,
        "short_minutes": short_minutes(the_plan),
    }
    if subscriber.said("length") == "short" and not values["done"] and not values["rest"]:
        values |= {"items": values["items"][:1], "further": len(the_plan.items[1:])}
    buttons: tuple[Row, ...] = ()
    if the_plan.items and not values["rest"]:
        whole, short = start_buttons(the_plan, on, told=upshot is not None and not values["done"])
        if values["comeback"] or subscriber.said("length") == "short":
            whole, short = short, whole
        if done and done.finished_at:
            buttons = ((whole,), (short,))
        else:
            buttons = ((whole,), (short, Button("labels.done", Done(on))), *first_test(series, subscriber, on))
    if upshot is not None and (upshot.follow is pain.Follow.STOP or not values["rest"]):
        buttons += _upshot_rows(upshot)
    if day.type is DayType.RETEST:
        buttons = ((Button("labels.start-re-test", StartTest(questionnaire.RETEST), style=PRIMARY),), *buttons)
    return OutgoingMessage("session/day", values, (*buttons, *open_test(subscriber)), again=ShowDay(on))


def has_session(day: Day | None) -> bool:
    """Whether a day is for moves: on that of a lesson stands a first try."""
    return day is not None and day.type in (DayType.STRENGTH, DayType.MOBILITY, DayType.LEARN)


def is_measured(subscriber: Subscriber, day: Day) -> bool:
    """Whether the re-test of a day is behind them: one of that day or later; of the series' own, any."""
    found = subscriber.finished(questionnaire.RETEST)
    if found is None or found.finished_at is None:
        return False
    return not day.cadence or found.finished_at >= day.timing.begin(day.date)


def ended_red(series: Series, subscriber: Subscriber, on: date) -> bool:
    """Whether a date's session is over and hurt a lot: what is left of that date is for rest."""
    found = subscriber.session(on)
    if found is None or found.finished_at is None:
        return False
    return pain.session_light(series.care, subscriber, found) is pain.Light.RED


def comes_back(subscriber: Subscriber, now: datetime) -> bool:
    """Whether the person was away for so long that the next smallest thing is enough."""
    return subscriber.heard_at is not None and now - subscriber.heard_at >= _long_away(subscriber, now)


def _long_away(subscriber: Subscriber, now: datetime) -> timedelta:
    """From which gap on somebody was away: after the re-test one message a week may be all there is."""
    chosen = timings(subscriber)
    weekdays = sorted(chosen[-1].days) if chosen else []
    gaps = [later - one for one, later in pairwise([*weekdays, *(day + WEEK for day in weekdays[:1])])]
    usual = WEEK if goes_on(subscriber, now) else max(gaps, default=0)
    return max(LONG_AWAY, timedelta(days=usual + 1))


def upshot_screen(upshot: pain.Upshot | None) -> OutgoingMessage | None:
    """What the plan makes of the reports, as a message of its own; None where it makes nothing."""
    if upshot is None:
        return None
    return OutgoingMessage("session/upshot", {"upshot": upshot_values(upshot)}, _upshot_rows(upshot))


def _upshot_rows(upshot: pain.Upshot) -> tuple[Row, ...]:
    """The way out of what the plan makes of the reports."""
    if upshot.follow is pain.Follow.STOP:
        return ((Button("labels.asked-go-on", Follows(upshot.follow, upshot.on, "yes")),),)
    if upshot.follow in (pain.Follow.PROGRESS, pain.Follow.EASE, pain.Follow.DOWN, pain.Follow.FLARE_UP):
        return ((Button("labels.usual-plan", Follows(upshot.follow, upshot.on, "no")),),)
    return ()


def _no_day(series: Series, subscriber: Subscriber, now: datetime) -> OutgoingMessage:
    state = "over" if has_to_choose(series, subscriber, now) else subscriber.state.value
    values = {"state": state, "next": comes_next(series, subscriber, now)}
    return OutgoingMessage("session/nothing", values, (*open_test(subscriber), *choice(series, subscriber, now)))


def choice(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Row, ...]:
    """The way to the re-test that came and was not taken, and to the choice after it for whoever has not made it."""
    if has_to_choose(series, subscriber, now):
        return ((Button("labels.go-on", Resume()),),)
    invited = subscriber.deliveries.get(retest_key(subscriber.enrollment.number))
    came = invited is not None and invited.outcome in GONE_OUT and not invited.is_lost
    if not came or subscriber.state is not State.RUNNING or subscriber.finished(questionnaire.RETEST) is not None:
        return ()
    return ((Button("labels.start-re-test", StartTest(questionnaire.RETEST), style=PRIMARY),),)


def has_to_choose(series: Series, subscriber: Subscriber, now: datetime) -> bool:
    """Whether the re-test is behind them, and they neither go on nor stopped."""
    tested = subscriber.finished(questionnaire.RETEST) is not None
    return tested and subscriber.state is State.RUNNING and series.onward is not None and not goes_on(subscriber, now)


def open_test(subscriber: Subscriber) -> tuple[Row, ...]:
    """A way on with the test that is open, if one is."""
    found = subscriber.open_attempt()
    if found is None:
        return lost_retest(subscriber)
    if found[1].test == safety.TEST:
        return ()
    label = "labels.to-the-signs" if found[1].test in safety.ASKED_AGAIN else "labels.go-on-test"
    return ((Button(label, StartTest(found[1].test)),),)


def first_test(series: Series, subscriber: Subscriber, on: date) -> tuple[Row, ...]:
    """The first self-test, in its own week, for whoever wanted it with the first session."""
    day = day_of(series, subscriber, on)
    if day is None or day.week > series.test_by_id[series.first_test].week or not profile.test_waits(subscriber):
        return ()
    if questionnaire.first_finished(subscriber, series.first_test) or subscriber.open_attempt():
        return ()
    return ((Button("labels.test-first", StartTest(series.first_test)),),)


def test_of_week(series: Series, subscriber: Subscriber, on: date) -> tuple[Row, ...]:
    """The self-test of a week whose lesson has come, for whoever has not taken it yet and has no other one open."""
    day = day_of(series, subscriber, on)
    lesson = series.lesson_of(day.week) if day is not None and not day.cadence else None
    if day is None or lesson is None or day.number <= lesson.day or subscriber.open_attempt():
        return ()
    waiting = [
        each.id for each in series.tests if each.areas and each.week == day.week and each.id != series.first_test
    ]
    return tuple(
        (Button(f"labels.test-{id}", StartTest(id)),)
        for id in waiting
        if questionnaire.first_finished(subscriber, id) is None
    )


def lost_retest(subscriber: Subscriber) -> tuple[Row, ...]:
    """The re-test, where its message will not come by itself and it was not taken."""
    key = retest_key(subscriber.enrollment.number)
    lost = [each for each in subscriber.deliveries.values() if each.key.split(":week-")[0] == key and each.is_lost]
    taken = subscriber.finished(questionnaire.RETEST)
    if not lost or (taken is not None and all(each.key == key or each.at <= taken.started_at for each in lost)):
        return ()
    return ((Button("labels.start-re-test", StartTest(questionnaire.RETEST), style=PRIMARY),),)


def plan_values(the_plan: Plan, day: Day) -> dict[str, Any]:
    """A plan as plain values for a template."""
    return {
        "type": day.type.value,
        "number": day.number,
        "week": day.week,
        "date": day.date,
        "items": [item_values(item) for item in _with_each_once(the_plan.items)],
        "minutes": the_plan.minutes,
        "lane": the_plan.lane,
        "easy": the_plan.easy,
    }


def _with_each_once(items: Iterable[Item]) -> Iterator[Item]:
    """The moves of a plan, of which only the first says what several share: an activity, or the way back to them."""
    told = {""}
    for item in items:
        coming, kneeling, wish = ("" if each in told else each for each in (item.coming, item.kneeling, item.wish))
        item = replace(item, coming=coming, kneeling=kneeling, wish=wish)
        yield item
        # A line says one thing: what is the move's own comes before what it shares with others.
        if not (item.sore or item.stepped or item.grown or item.fitted):
            told.add(item.coming or item.kneeling or ("" if item.reason else item.wish))


def item_values(item: Item) -> dict[str, Any]:
    """One exercise of a plan as plain values for a template."""
    return {
        "exercise": item.exercise,
        "form": item.form,
        "level": item.level,
        "sets": item.sets,
        "reps": list(item.reps) if item.reps else None,
        "seconds": list(item.seconds) if item.seconds else None,
        "each_side": item.each_side,
        "minutes": item.minutes,
        "reason": questionnaire.focus_values(item.reason) if item.reason else None,
        "wish": item.wish,
        "leads": item.leads,
        "changed": item.changed,
        "stepped": item.stepped,
        "grown": item.grown,
        "coming": item.coming,
        "kneeling": item.kneeling,
        "fitted": item.fitted,
        "sore": {"exercise": item.sore.exercise, "form": item.sore.form, "on": item.sore.on, "back": item.back}
        if item.sore
        else None,
    }


def start_buttons(the_plan: Plan, on: date, *, told: bool = False) -> tuple[Button, Button]:
    """The ways into a session, the whole one and the short one; `told` from where it says what it follows from."""
    way = HowIsItFromPlan if told else HowIsIt
    whole = Button("labels.start", way(on, ""), {"minutes": the_plan.minutes}, style=PRIMARY)
    return whole, Button("labels.short", way(on, "", short=True))


def minutes_left(series: Series, subscriber: Subscriber, now: datetime) -> int:
    """How long today's session takes that is still to be done; 0 where there is none, or it is over."""
    on = today(subscriber, now)
    day, found = day_of(series, subscriber, on), subscriber.session(on)
    if day is None or (found is not None and found.finished_at is not None):
        return 0
    the_plan = plan(series, subscriber, day)
    return short_minutes(the_plan) if subscriber.said("length") == "short" else the_plan.minutes


def short_minutes(the_plan: Plan) -> int:
    """How long the short version takes: what its button says, or as long as its one move does, such as a walk."""
    return max(SHORT, the_plan.short().minutes) if the_plan.items else 0


def through(the_plan: Plan, session: Session) -> Session:
    """A session with what is remembered of the plan it went through."""
    climbed = the_plan.climbed(session.done)
    of_plan = the_plan.did(session.done)
    again = {each.exercise for each in of_plan}
    did = (*(each for each in session.did if each.exercise not in again), *of_plan)
    return replace(session, kind=the_plan.kind, climbed=climbed, did=did)


def is_short(subscriber: Subscriber, on: date) -> bool:
    """Whether the short version of a date's session was begun."""
    session = subscriber.session(on)
    return bool(session and session.short)


def done(context: Context, action: Done) -> Reaction:
    """The session of a date is done; today's and yesterday's still count.

    Raises Outdated for older dates and for dates to come.
    """
    series, subscriber, now = context.series, context.known, context.now
    on = action.date
    now_on = today(subscriber, now)
    day = day_of(series, subscriber, on)
    if day is None or not now_on - STILL_COUNTS <= on <= now_on:
        raise Outdated("day")
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(flag_screen(subscriber, flag))
    session = subscriber.session(on) or Session(on, now, action.short)
    if session.finished_at is None:
        the_plan = plan(series, subscriber, day)
        names = tuple(item.exercise for item in the_plan.items[: 1 if action.short else None])
        ended = replace(session, short=action.short, done=names, finished_at=now, declined_at=None, sets=())
        session = through(the_plan, ended)
        subscriber = subscriber.with_session(session)
        return context.keeping(subscriber).reply(_line(series, subscriber, day, session), effort_screen(on))
    return context.reply(done_screen(series, subscriber, on, now))


def enough(context: Context, action: Enough) -> Reaction:
    """Today's session ends half-way: what was done is kept, and it counts.

    Raises Outdated for a date that is not open, or without a session that was begun.
    """
    on, subscriber, now = action.date, context.known, context.now
    day = day_of(context.series, subscriber, on)
    if day is None or not is_open(context.series, subscriber, on, now):
        raise Outdated("day")
    session = subscriber.session(on)
    if session is None:
        raise Outdated("session")
    if session.finished_at is not None:
        return context.reply(done_screen(context.series, subscriber, on, now))
    session = replace(session, finished_at=now, declined_at=None)
    ended = subscriber.with_session(session)
    return context.keeping(ended).reply(_line(context.series, ended, day, session), effort_screen(on))


def _line(series: Series, subscriber: Subscriber, day: Day, session: Session) -> OutgoingMessage:
    """All that a session leaves on the screen: its day, how many moves, and how long they take."""
    items = [item for item in plan(series, subscriber, day).items if item.exercise in session.done]
    values = {
        "number": day.number,
        "moves": len(session.done),
        "minutes": sum(item.minutes for item in items),
        "short": session.short,
    }
    return OutgoingMessage("session/line", values, instead=True)


def done_screen(series: Series, subscriber: Subscriber, on: date, now: datetime) -> OutgoingMessage:
    """The session is done: what it adds up to, what the plan makes of the scores, and what comes next."""
    session = subscriber.session(on)
    found = pain.session_light(series.care, subscriber, session) if session else None
    told = pain.told_during(session) if session and found is not pain.Light.GREEN else None
    upshot = pain.standing(series.care, subscriber, now)
    offered, offer = _harder(series, subscriber, on, now)
    values = {
        "short": bool(session and session.short),
        "in_all": subscriber.sessions_done,
        "this_week": done_in_week(series, subscriber, on),
        "next": comes_next(series, subscriber, now),
        "light": found.value if found else "",
        "told": {"exercise": told.exercise, "form": told.form, "pain": told.pain} if told else None,
        "offer": offered is not None,
        "back": _was_away(subscriber, on, now),
        "upshot": upshot_values(offered or upshot),
    }
    return OutgoingMessage("session/done", values, (*offer, *open_test(subscriber)))


def _harder(
    series: Series, subscriber: Subscriber, on: date, now: datetime
) -> tuple[pain.Upshot | None, tuple[Row, ...]]:
    """What a session leads to that went well, and the answers to it; nothing where no strength session comes any more.

    Where the plan has nothing harder, or no time for it, that is said and not asked. On a day that brought advice about
    a self-test nothing is said of it either.
    """
    offer = pain.standing(series.care, subscriber, now)
    if offer is None or offer.follow is not pain.Follow.PROGRESS or offer.on != on:
        return None, ()
    if subscriber.said(pain.key(offer)) is not None or _was_advised(series, subscriber, now):
        return None, ()
    grows = gets_harder(series, subscriber, offer, now)
    if not grows:
        return (None if grows is None else replace(offer, reason=pain.ENOUGH)), ()
    harder, same = Follows(offer.follow, offer.on, "yes"), Follows(offer.follow, offer.on, "no")
    return offer, ((Button("labels.harder-from-now", harder), Button("labels.same-level", same)),)


def _was_advised(series: Series, subscriber: Subscriber, now: datetime) -> bool:
    """Whether a self-test of today brought a number to be careful about."""
    ended = (
        each
        for each in subscriber.attempts
        if each.finished_at and today(subscriber, each.finished_at) == today(subscriber, now)
    )
    return any(selftest.advice(series, subscriber, each) for each in ended)


def _was_away(subscriber: Subscriber, on: date, now: datetime) -> bool:
    """Whether the session of a date is the first one after a long gap."""
    before = [session.date for session in subscriber.all_sessions if session.finished_at and session.date < on]
    return bool(before) and on - max(before) >= _long_away(subscriber, now)


def upshot_values(upshot: pain.Upshot | None) -> dict[str, str] | None:
    """A upshot as plain values for a template."""
    return {"follow": upshot.follow.value, "reason": upshot.reason} if upshot else None


def done_in_week(series: Series, subscriber: Subscriber, on: date) -> int:
    """How many sessions are done in the series week that a date belongs to."""
    day = day_of(series, subscriber, on)
    return sum(each.done for each in weeks(series, subscriber, on) if day is not None and each.number == day.week)


class Week(NamedTuple):
    """The sessions done in a week of the series, those of strength among them, and the strength days it gives."""

    number: int
    done: int
    strength: int
    target: int


def weeks(series: Series, subscriber: Subscriber, until: date) -> list[Week]:
    """What was done in each week up to a date.

    What was done counts, whatever has become of its date since: after a flight west it may not have begun yet, and a
    pause may have taken it out of the series.
    """
    over = [each for each in subscriber.all_sessions if each.finished_at and each.date <= until + ANYWHERE]
    known = days(series, subscriber, max([until, *(each.date for each in over)]))
    dates = [day.date for day in known]
    on = [(each, known[place]) for each in over if (place := bisect_right(dates, each.date) - 1) >= 0]
    done = Counter(day.week for _, day in on)
    strength = Counter(day.week for each, day in on if was_strength(each, day))
    target = Counter(day.week for day in known if day.type is DayType.STRENGTH)
    return [Week(week, done[week], strength[week], target[week]) for week in sorted({day.week for day in known})]


def was_strength(session: Session, day: Day) -> bool:
    """An easy session in the place of one is one too, and what older documents say no kind of goes by its day."""
    return session.kind == STRENGTH or (session.kind in (EASY, "") and day.type is DayType.STRENGTH)


def not_today(context: Context, action: NotToday) -> Reaction:
    """No session on a date, without any blame; a done one stays done.

    Raises Outdated for a date that is not open.
    """
    series, subscriber, now = context.series, context.known, context.now
    on = action.date
    if day_of(series, subscriber, on) is None or not is_open(series, subscriber, on, now):
        raise Outdated("day")
    session = subscriber.session(on) or Session(on, now)
    if session.finished_at is None:
        subscriber = subscriber.with_session(replace(session, declined_at=now))
    finished = session.finished_at is not None
    values = {"next": comes_next(series, subscriber, now), "finished": finished, "turn": on.toordinal()}
    changed_mind = Button("labels.show-anyway", ShowDay(on))
    return context.keeping(subscriber).reply(plain("session/not-today", values, changed_mind))


# --- Later ------------------------------------------------------------------------------------------------------


def later_buttons(
    series: Series, subscriber: Subscriber, on: date, timing: Timing, now: datetime
) -> tuple[Button, ...]:
    """In an hour and tonight, each named by its clock time: before midnight, outside quiet hours, at most two a day."""
    slot = _slot(subscriber, on, now)
    if slot is None:
        return ()
    local = timing.local(now)
    wanted = [(local + timedelta(hours=1)).replace(second=0, microsecond=0)]
    tonight = timing.moment(on, clock_time(series.defaults.tonight))
    if tonight is not None and tonight > now + timedelta(hours=2):
        wanted.append(timing.local(tonight))
    return tuple(
        Button("labels.later", RemindLater(on, slot, at.strftime("%H%M")), {"clock": at.strftime("%H:%M")})
        for at in wanted
        if at.date() == on and not timing.quiet_at(at.time())
    )


def _slot(subscriber: Subscriber, on: date, now: datetime) -> int | None:
    """Which reminder of a date another time is for: one that is still to come is moved; None beyond the last."""
    used = [later for later in subscriber.laters if later.date == on]
    ahead = next((later.slot for later in used if later.at > now), None)
    return ahead if ahead is not None or len(used) >= MOST_LATERS else len(used) + 2


def at_another_time(context: Context, at: str) -> Reaction | None:
    """Whether to remind again at a time of today that was told, and the other times; None where no session waits."""
    series, subscriber, now = context.series, context.known, context.now
    on, chosen = today(subscriber, now), timings(subscriber)
    done = subscriber.session(on)
    waits = subscriber.state is State.RUNNING and chosen and day_of(series, subscriber, on) is not None
    if (
        not waits
        or (done is not None and done.finished_at is not None)
        or safety.flagged(series, subscriber) is not None
    ):
        return None
    timing = chosen[-1]
    offered = later_buttons(series, subscriber, on, timing, now)
    moments = [timing.moment(on, clock_time(each)) for each in (at, f"{(int(at[:2]) + HALF_A_DAY) % 24:02}{at[2:]}")]
    told = next(
        (each for each in moments if each and each > now and not timing.quiet_at(timing.local(each).time())), None
    )
    slot = _slot(subscriber, on, now)
    values = {"at": timing.local(told) if told else None, "full": slot is None}
    buttons: tuple[Button, ...] = ()
    if told is not None and slot is not None:
        clock = timing.local(told).strftime("%H:%M")
        buttons = (Button("labels.later", RemindLater(on, slot, clock.replace(":", "")), {"clock": clock}),)
    buttons += tuple(each for each in offered if each not in buttons)
    return context.reply(plain("session/another-time", values, *buttons, Button("labels.done", Done(on))))


def remind_later(context: Context, action: RemindLater) -> Reaction:
    """Remind again at a clock time of the same date; one that is still to come is moved. The same tap twice is one.

    Raises Outdated when that instant has passed, lies in quiet hours, or two were used already.
    """
    series, subscriber, now = context.series, context.known, context.now
    on = action.date
    chosen = timings(subscriber)
    if not (chosen and len(action.at) == 4 and action.at.isdigit() and 2 <= action.slot <= MOST_LATERS + 1):
        raise Outdated("later")
    timing = chosen[-1]
    clock = f"{action.at[:2]}:{action.at[2:]}"
    try:
        at = timing.moment(on, clock_time(clock))
    except ValueError as fault:
        raise Outdated("later") from fault
    session = subscriber.session(on)
    known = next((later for later in subscriber.laters if (later.date, later.slot) == (on, action.slot)), None)
    if known is None or now < known.at != at:
        late = at is None or at <= now or on != today(subscriber, now) or timing.quiet_at(timing.local(at).time())
        if late or at is None or (session and session.finished_at):
            raise Outdated("later")
        others = [each for each in subscriber.laters[-20:] if each != known]
        known = Later(on, action.slot, at)
        subscriber = replace(subscriber, laters=(*others, known))
    if session and session.declined_at:
        subscriber = subscriber.with_session(replace(session, declined_at=None))
    values = {"at": timing.local(known.at)}
    day = day_of(series, subscriber, on)
    items = plan(series, subscriber, day).items if day else ()
    buttons: tuple[Row, ...] = ()
    if day and items and safety.flagged(series, subscriber) is None:
        buttons = ((start_buttons(plan(series, subscriber, day), on)[0],), (Button("labels.done", Done(on)),))
    return context.keeping(subscriber).reply(OutgoingMessage("session/later", values, buttons))
