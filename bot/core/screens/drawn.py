"""What the pictures of a person's own weeks show, out of what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.core.assessment import pain
from bot.core.model.delivery import Kind
from bot.core.model.drawing import (
    Break,
    Card,
    CardRow,
    Changes,
    Compared,
    DayStrip,
    DoneInWeek,
    DrawnDay,
    GridDay,
    GridMove,
    LastDay,
    LastDays,
    Mark,
    OwnWords,
    PainLine,
    PainPoint,
    Scale,
    SessionRows,
    Verdict,
    WeekGrid,
)
from bot.core.model.series import KNEEL_FREE, SEATED, WEEK, Series, week_of
from bot.core.model.subscriber import Attempt, State, Subscriber
from bot.core.schedule.calendar import ONE_DAY, Day, DayType, Timing, days, state_at, timings
from bot.core.schedule.plan import KNEELING, Item, plan
from bot.core.screens import exercise, profile, questionnaire, session

WEEKS_DRAWN = 3
"""Of whoever goes on after the series: what a phone shows at once. A re-test that came late adds a week to it."""
DAYS_DRAWN = 14
"""Of whoever a coach looks at: as many as a phone has room for beside each other."""
TIMES = "times"
"""The unit of what is counted."""
ROWS_DRAWN = 8
"""Of what was compared, and of weeks: further ones stand in the words."""


def day_strip(series: Series, subscriber: Subscriber, now: datetime, *, from_first: bool = False) -> DayStrip | None:
    """The days of the series, or the newest weeks of whoever goes on after it.

    They are all of these days where they are wanted `from_first` on. None before day 1, and of a single day, of which
    words say all.
    """
    if subscriber.enrollment.day_one is None:
        return None
    today = session.today(subscriber, now)
    known = days(series, subscriber, today + timedelta(days=series.days))
    whole = week_of(series.days)
    # Beyond the series there is nothing to show of whoever does not go on.
    last = max((day.week for day in known if day.date <= today and day.type is not DayType.FREE), default=1)
    first = 1 if from_first or last <= whole + 1 else last - WEEKS_DRAWN + 1
    shown = [day for day in known if first <= day.week <= max(whole, last)]
    if len(shown) < 2:
        return None
    breaks = [None, *(_between(subscriber, before, day) for before, day in pairwise(shown))]
    found = (_drawn(series, subscriber, day, today, after) for day, after in zip(shown, breaks, strict=True))
    return DayStrip(tuple(found), subscriber.enrollment.day_one, today)


BREAKS = {State.PAUSED: Break.PAUSED, State.STOPPED: Break.STOPPED, State.BLOCKED: Break.BLOCKED}


def _between(subscriber: Subscriber, before: Day, day: Day) -> Break | None:
    """Why the dates between two series days do not count; None where there are none."""
    return _why_not(subscriber, before, day.date - ONE_DAY, day.timing)


def _why_not(subscriber: Subscriber, before: Day, until: date, timing: Timing | None = None) -> Break | None:
    """Why the dates after a series day do not count, up to that one; None where there are none."""
    timing = timing or timings(subscriber)[-1]
    moments = (timing.moment(before.date + n * ONE_DAY) for n in range(1, (until - before.date).days + 1))
    first = next(filter(None, moments), None)
    if first is None:
        return None
    return BREAKS.get(state_at(subscriber.enrollment, first, timing), Break.OVER)


def _drawn(series: Series, subscriber: Subscriber, day: Day, today: date, after: Break | None) -> DrawnDay:
    sent = day.step.id if day.step is not None and day.step.kind is Kind.LESSON else ""
    id = sent or next((each.id for each in series.lessons if each.day == day.number == 1), "")
    lesson = bool(sent) or day.type is DayType.LEARN
    read = id in subscriber.lessons_seen
    return DrawnDay(day.number, day.date, _mark(subscriber, day, today), lesson, day.date == today, read, after)


def _mark(subscriber: Subscriber, day: Day, today: date) -> Mark:
    found = subscriber.session(day.date)
    if found is not None and found.finished_at is not None:
        return Mark.SHORT if found.short else Mark.DONE
    if day.type is DayType.RETEST:
        return Mark.MEASURED if session.is_measured(subscriber, day) else Mark.TO_MEASURE
    if not session.has_session(day):
        return Mark.REST
    return Mark.AHEAD if day.date >= today else Mark.OPEN


def last_days(series: Series, subscriber: Subscriber, now: datetime) -> LastDays | None:
    """The newest days up to today, each with its session's pain; None where no session was due or done in them."""
    if subscriber.enrollment.day_one is None:
        return None
    today = session.today(subscriber, now)
    been = [day for day in days(series, subscriber, today) if day.date <= today][-DAYS_DRAWN:]
    breaks = [None, *(_between(subscriber, before, day) for before, day in pairwise(been))]
    told = tuple(_last_day(series, subscriber, day, today, after) for day, after in zip(been, breaks, strict=False))
    off = _why_not(subscriber, been[-1], today) if been and been[-1].date < today else None
    found = LastDays(told, today, off)
    return found if found.due else None


def _last_day(series: Series, subscriber: Subscriber, day: Day, today: date, after: Break | None) -> LastDay:
    found, mark = subscriber.session(day.date), _mark(subscriber, day, today)
    if mark is Mark.OPEN and day.type is DayType.LEARN:
        mark = Mark.LESSON  # what is to be done on it is a first try beside the lesson, of which nobody keeps count
    told = pain.worst_told(found) if found is not None else None
    light = pain.session_light(series.care, subscriber, found) if found is not None and told is not None else None
    return LastDay(day.date, mark, told, light.value if light is not None else "", day.date == today, after)


def pain_line(series: Series, subscriber: Subscriber) -> PainLine | None:
    """Usual pain at the start and at each check-in; None where it was never told."""
    points = [PainPoint(0, said)] if isinstance(said := subscriber.said(questionnaire.PAIN), int) else []
    for attempt in asked(subscriber):
        value, at = attempt.value(questionnaire.PAIN), attempt.finished_at
        if isinstance(value, int) and at is not None:
            points.append(PainPoint(_week(series, subscriber, at), value))
    if not points:
        return None
    first, last, change = points[0].pain, points[-1].pain, series.choices.pain.change
    verdict = Verdict.UNKNOWN
    if len(points) > 1:
        verdict = Verdict.SAME if abs(last - first) < change else Verdict.BETTER if last < first else Verdict.WORSE
    high = verdict is Verdict.WORSE and pain.light(series.care.pain, last, first) is pain.Light.RED
    return PainLine(tuple(points[:1] + points[1:][-ROWS_DRAWN:]), change, verdict, high)


def changes(compared: Iterable[Mapping[str, Any]]) -> Changes | None:
    """The numbers among what was compared, beside those before; None where there are no two. Pain has a line.

    What was done in two ways is none of them: side by side its numbers look like a fall or a rise.
    """
    found = [
        Compared(
            f"choices.activities.{row['activity']}" if row["activity"] else f"{row['words']}.name",
            row["before"],
            row["after"],
            row["counts_from"],
            scale(row),
            Verdict(row["verdict"]),
            _unit(row),
        )
        for row in compared
        if row["question"] != questionnaire.PAIN
        and isinstance(row["before"], int)
        and isinstance(row["after"], int)
        and (row["verdict"] or not row["counts_from"])
    ]
    return Changes(tuple(found[:ROWS_DRAWN])) if found else None


def session_rows(series: Series, subscriber: Subscriber, now: datetime) -> SessionRows | None:
    """The weeks that have begun; None while there is nothing to show of them."""
    if subscriber.enrollment.day_one is None:
        return None
    today = session.today(subscriber, now)
    found = session.weeks(series, subscriber, today)[-ROWS_DRAWN:]
    ahead = days(series, subscriber, today + timedelta(days=series.days))
    weeks = tuple(
        _of_week(subscriber, each, [day for day in ahead if day.week == each.number], today) for each in found
    )
    return SessionRows(weeks) if any(each.strength or each.target or each.others for each in weeks) else None


def _of_week(subscriber: Subscriber, week: session.Week, known: list[Day], today: date) -> DoneInWeek:
    """What was done of the whole week, whose strength days are counted to its end."""
    strength = [day for day in known if day.type is DayType.STRENGTH]
    to_come = sum(day.date >= today and _mark(subscriber, day, today) is Mark.AHEAD for day in strength)
    part = (known[0].date, known[-1].date) if known and len(known) < WEEK else None
    return DoneInWeek(
        week.number,
        week.strength,
        len(strength),
        week.done - week.strength,
        to_come,
        bool(known) and known[-1].date >= today,
        part,
    )


def card(series: Series, subscriber: Subscriber, compared: Iterable[Mapping[str, Any]], now: datetime) -> Card | None:
    """The whole series on one picture, with what the re-test says; None before day 1."""
    strip = day_strip(series, subscriber, now)
    if strip is None:
        return None
    rows = []
    for row in compared:
        if on_card(row):
            words = f"choices.activities.{row['activity']}" if row["activity"] else f"{row['words']}.name"
            numbers = row["before"], row["after"], row["counts_from"]
            rows.append(CardRow(words, Verdict(row["verdict"]), *numbers, scale(row), _unit(row)))
    whole = tuple(replace(day, today=False) for day in strip.days if day.number <= series.days)
    done = subscriber.sessions_done
    meant = (profile.if_then(series, subscriber) or {}).items()
    moment = tuple(
        OwnWords(f"choices.{question}s.{said['words']}") if said["offered"] else OwnWords(written=said["words"])
        for question, said in meant
        if said is not None
    )
    line = pain_line(series, subscriber)
    return Card(whole, done, moment, tuple(rows), strip.begins, high=line is not None and line.high)


def on_card(row: Mapping[str, Any]) -> bool:
    """Whether its numbers say something to somebody else: which of two answers is the better one they do not see."""
    return bool(row["verdict"]) and isinstance(row["after"], int)


def week_grid(series: Series, subscriber: Subscriber, shown: Iterable[Day], today: date) -> WeekGrid | None:
    """These days of one week as planned; None where no move is ahead, since words say as much."""
    grid = []
    for day in shown:
        the_plan = plan(series, subscriber, day)
        found = subscriber.session(day.date)
        done = found is not None and found.finished_at is not None
        ahead = day.date >= today and not done
        items = sorted(the_plan.items, key=lambda item: day.number == 1 and _kneels(series, item))
        moves = tuple(GridMove(item.exercise, item.form, exercise.pictures(item)) for item in items)
        moves = moves if ahead else ()
        grid.append(GridDay(day.date, day.type.value, done, day.date == today, the_plan.minutes if ahead else 0, moves))
        week = day.week
    return WeekGrid(week, tuple(grid)) if any(day.moves for day in grid) else None


def _kneels(series: Series, item: Item) -> bool:
    """Whether it is done on hands and knees, which is no first thing to see of a plan."""
    return KNEELING in series.exercise_by_id[item.exercise].asks and item.form not in (KNEEL_FREE, SEATED)


def scale(row: Mapping[str, Any]) -> Scale:
    """What the numbers of a measure are."""
    if row["question"] == questionnaire.PAIN:
        return Scale.PAIN
    return Scale.ACTIVITY if row["activity"] else Scale.COUNT if row["unit"] == TIMES else Scale.AMOUNT


def _unit(row: Mapping[str, Any]) -> str:
    """What is measured has a unit; of what is counted or rated the number says all."""
    return str(row["unit"]) if scale(row) is Scale.AMOUNT else ""


def asked(subscriber: Subscriber) -> list[Attempt]:
    """The finished check-ins of this enrollment and its re-test, oldest first."""
    since = subscriber.enrollment.states[0].at
    return [
        each
        for each in subscriber.attempts
        if each.test in (questionnaire.CHECK_IN, questionnaire.RETEST) and each.finished_at and each.started_at >= since
    ]


def _week(series: Series, subscriber: Subscriber, at: datetime) -> int:
    known = days(series, subscriber, timings(subscriber)[-1].local(at).date())
    return known[-1].week if known else 1
