"""The plan of one day: today's exercises with their dose, form and the reason each is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from types import MappingProxyType

from bot.core.assessment import pain, safety, selftest
from bot.core.assessment.pain import Follow, Upshot
from bot.core.assessment.selftest import Focus
from bot.core.model.series import Dose, Exercise, Lane, Series
from bot.core.model.subscriber import Adjustment, Subscriber
from bot.core.schedule.calendar import Day, DayType

LEVELS = ("easier", "main", "harder")
ENDS = ("low", "range", "high")
"""Which end of an exercise's dose a lane asks for, or the whole of it."""
ON_THE_FLOOR = ("kneeling", "floor")
"""What an exercise asks that has a form of its own for whoever does not kneel."""
FOCUS_AREAS = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise of a plan. `form` names the words to show (main, easier, harder, kit_free, kneel_free, seated).

    `levels` are those that it may be done at: seated or without kneeling, chosen once for all, there is one way.
    `reason` is the focus that brought it or gave it more; `changed` says what the person changed about it.
    """

    exercise: str
    form: str
    level: str
    sets: int
    reps: tuple[int, int] | None
    seconds: tuple[int, int] | None
    each_side: bool
    minutes: int
    reason: Focus | None = None
    extra_set: bool = False
    changed: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The exercises of one day in order, and what was left out at once for safety."""

    type: str
    week: int
    items: tuple[Item, ...]
    lane: str
    focus: tuple[Focus, ...]
    upshot: Upshot | None = None
    easy: bool = False
    """Whether this is the session for a day after a flare-up."""

    @property
    def minutes(self) -> int:
        """How long the whole plan takes."""
        return sum(item.minutes for item in self.items)

    def item(self, exercise: str) -> Item | None:
        """The item of that exercise, or None."""
        return next((item for item in self.items if item.exercise == exercise), None)

    def short(self) -> Plan:
        """The 3-minute version: the first exercise, one set."""
        return replace(self, items=tuple(replace(item, sets=1) for item in self.items[:1]))


def plan(series: Series, subscriber: Subscriber, day: Day) -> Plan:
    """The plan of a day: a function of what was stored before that local day began.

    Day 1 looks at what was stored when the plan was first shown. Safety answers and the person's own swaps and
    levels apply at once.
    """
    whole = _whole(series, subscriber, day)
    return replace(whole, items=tuple(_within(list(whole.items), series.max_minutes)))


def _whole(series: Series, subscriber: Subscriber, day: Day) -> Plan:
    """The plan before it is cut to the minutes there are."""
    before = _begin(subscriber, day)
    lane = series.lane(selftest.lane(series, subscriber, before))
    focus = selftest.focus_areas(series, subscriber, before)
    week = min(day.week, max(plan.week for plan in series.plans))
    may = _May(series, subscriber, before)
    names = _base(series, week, day, lane, may)
    upshot = _today(subscriber, day, _upshot(series, subscriber, day, before))
    lane = _adapted(lane, upshot, pain.accepted(series.care, subscriber, before) if before else 0)
    if easy := _is_easy(upshot, day):
        may.hurt = pain.that_hurt(series.care, subscriber, before or day.moment)
        names = _first_of(series, series.care.flare_up.exercises, may)
        focus = ()
        may.adjustments = ()  # swaps and levels were chosen for the usual plan, which asks more of the knee
    items: list[Item] = []
    for name in names:
        changed = may.swapped(name)
        exercise = series.exercise_by_id[changed or name]
        if not any(item.exercise == exercise.id for item in items):
            items.append(_item(exercise, lane, may, changed="swap" if changed else ""))
    if day.type in (DayType.STRENGTH, DayType.MOBILITY):
        items = _with_focus(series, items, focus, week, day, lane, may)
    return Plan(day.type, week, tuple(items), lane.id, focus, upshot, easy)


def _upshot(series: Series, subscriber: Subscriber, day: Day, before: datetime | None) -> Upshot | None:
    """What the reports before the day make of it; what stops strength work counts at once, and so does its end."""
    end = day.timing.moment(day.date + timedelta(days=1), time(0)) or day.moment + timedelta(days=1)
    at_once = pain.upshot(series.care, subscriber, end)
    if at_once is not None and at_once.follow is Follow.STOP:
        return at_once
    found = pain.upshot(series.care, subscriber, before) if before else None
    return None if found and found.follow is Follow.STOP else found


def _today(subscriber: Subscriber, day: Day, upshot: Upshot | None) -> Upshot | None:
    """What follows with how the knee is before the session: whatever asks less of it holds."""
    now = pain.of_the_day(subscriber.session(day.date))
    if now is None or pain.declined(subscriber, now) or _is_easy(upshot, day):
        return upshot
    stopped = upshot is not None and upshot.follow is Follow.STOP
    return upshot if stopped and now.follow is Follow.DOWN else now


def _is_easy(upshot: Upshot | None, day: Day) -> bool:
    """After a red session the next one is the easy one; a stop takes the strength days alone."""
    if upshot is None or day.type not in (DayType.STRENGTH, DayType.MOBILITY):
        return False
    stops = upshot.follow is Follow.STOP and day.type is DayType.STRENGTH
    return upshot.follow is Follow.FLARE_UP or stops


def _adapted(lane: Lane, upshot: Upshot | None, harder: int) -> Lane:
    """The lane as the reports change it: one level down, the easy session, or a bit more for each "harder"."""
    if upshot and upshot.follow in (Follow.DOWN, Follow.FLARE_UP, Follow.STOP):
        down = LEVELS[max(0, LEVELS.index(lane.level) - 1)]
        return replace(lane, level=down, sets=lane.sets - 1, dose="low")
    if harder:
        return replace(lane, dose="high", sets=lane.sets + (1 if harder > 1 else 0))
    return lane


def _begin(subscriber: Subscriber, day: Day) -> datetime | None:
    if day.number == 1:
        shown = subscriber.enrollment.plan_shown_at
        # The answer that completed the plan bears the very instant at which it was shown.
        return shown and shown + timedelta(microseconds=1)
    return day.timing.moment(day.date, time(0))


class _May:
    """What this person may and can do."""

    def __init__(self, series: Series, subscriber: Subscriber, before: datetime | None) -> None:
        self.series = series
        self.limits = safety.limits(series, subscriber)
        self.hurt: frozenset[str] = frozenset()
        kit = subscriber.said("kit", before)
        self.kit = frozenset(kit) if isinstance(kit, tuple) else frozenset()
        self.adjustments = subscriber.adjustments
        self.way = subscriber.said("way")
        pain = subscriber.said("pain", before)
        self.pain = pain if isinstance(pain, int) else 0

    def do(self, exercise: Exercise) -> bool:
        """Whether the exercise may be in the plan at all."""
        if exercise.id in self.hurt or (exercise.pain_max is not None and self.pain > exercise.pain_max):
            return False
        # There is no way to press on a muscle without something to press with.
        has_kit = exercise.kind != "massage" or set(exercise.kit) <= self.kit
        return has_kit and self._fitting(exercise, LEVELS[1]) is not None

    def level(self, exercise: Exercise, lane: Lane) -> tuple[str, str]:
        """The level of an exercise and why it differs from the lane's: "level", or nothing."""
        chosen = _newest(self.adjustments, "level", exercise.id)
        level = chosen or lane.level
        form = self.form(exercise, level)
        if form != level and form in LEVELS:
            level = form  # limits leave this one
        return level, "level" if chosen and chosen != lane.level else ""

    def form(self, exercise: Exercise, level: str) -> str:
        """Which of an exercise's words to show: limits first, then the way chosen once for all, then missing kit."""
        return self._fitting(exercise, level) or level

    def _fitting(self, exercise: Exercise, level: str) -> str | None:
        """The form that limits leave and that comes nearest to what is wanted; None when there is none."""
        floor = ("kneel_free",) if set(ON_THE_FLOOR) & set(exercise.asks) else ()
        main = "kit_free" if set(exercise.kit) - self.kit else "main"
        wanted: tuple[str, ...]
        if self.way == "seated":
            wanted = ("seated",)
        elif self.way == "kneel-free" and floor:
            wanted = (*floor, "seated")
        else:
            wanted = (main if level == "main" else level, main, "easier", *floor, "seated")
        left = safety.forms(exercise, self.limits)
        return next((form for form in wanted if form in left), None)

    def swapped(self, exercise: str) -> str:
        """The exercise the person does instead, if they may do it; else nothing."""
        to = _newest(self.adjustments, "swap", exercise)
        return to if to and to != exercise and self.do(self.series.exercise_by_id[to]) else ""


def _newest(adjustments: tuple[Adjustment, ...], kind: str, exercise: str) -> str:
    for each in reversed(adjustments):
        if each.kind == kind and each.exercise == exercise:
            return each.to
    return ""


def _base(series: Series, week: int, day: Day, lane: Lane, may: _May) -> list[str]:
    """The backbone's exercises for the day, each replaced by its next alternative where it is excluded."""
    sessions = series.sessions(week, day.type)
    if not sessions:
        return []
    return _first_of(series, sessions[day.nth % len(sessions)], may, lane.replaces)


def _first_of(
    series: Series, entries: Sequence[str], may: _May, replaces: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """The first of each entry's alternatives that the person may do and that is not there already."""
    names: list[str] = []
    for entry in entries:
        wanted = entry.split("|")
        replaced = replaces.get(wanted[0])
        for name in [replaced, *wanted] if replaced else wanted:
            if name not in names and may.do(series.exercise_by_id[name]):
                names.append(name)
                break
    return names


def _with_focus(
    series: Series, items: list[Item], focus: tuple[Focus, ...], week: int, day: Day, lane: Lane, may: _May
) -> list[Item]:
    """The focus areas first: an exercise that is there already gets a set more, else one is added."""
    chosen: list[Item] = []
    for each in focus:
        if len(chosen) == FOCUS_AREAS:
            break
        there = next((item for item in items if each.area in _areas(series, item) and item not in chosen), None)
        if there is not None:
            items.remove(there)
            if series.exercise_by_id[there.exercise].kind == "walk":  # a second walk would fill the day
                chosen.append(replace(there, reason=each))
                continue
            more = there.minutes + -(-there.minutes // max(there.sets, 1))
            chosen.append(replace(there, reason=each, sets=there.sets + 1, extra_set=True, minutes=more))
            continue
        added = _extra(series, items + chosen, each, week, day, may)
        if added is not None:
            changed = may.swapped(added.id)
            exercise = series.exercise_by_id[changed or added.id]
            reason = each if each.area in exercise.areas else None
            chosen.append(replace(_item(exercise, lane, may, changed="swap" if changed else ""), reason=reason))
    return chosen + items


def _areas(series: Series, item: Item) -> tuple[str, ...]:
    return series.exercise_by_id[item.exercise].areas[:1]


def _extra(series: Series, items: list[Item], focus: Focus, week: int, day: Day, may: _May) -> Exercise | None:
    """An exercise for a focus area that fits the kind of day; another one each time."""
    kinds = ("strength",) if day.type is DayType.STRENGTH else ("mobility", "balance", "massage", "walk")
    there = {item.exercise for item in items}
    fitting = [
        exercise
        for exercise in series.exercises
        if exercise.week <= week
        and exercise.kind in kinds
        and focus.area == exercise.areas[0]
        and (may.swapped(exercise.id) or exercise.id) not in there
        and may.do(exercise)
    ]
    return fitting[day.nth % len(fitting)] if fitting else None


def _item(exercise: Exercise, lane: Lane, may: _May, changed: str = "") -> Item:
    level, why = may.level(exercise, lane)
    dose = dose_for(exercise, level)
    sets = max(1, dose.sets + lane.sets)
    form = may.form(exercise, level)
    minutes = max(1, round(exercise.minutes * sets / exercise.dose.sets))
    return Item(
        exercise=exercise.id,
        form=form,
        level=level,
        sets=sets,
        reps=_end(dose.reps, lane),
        seconds=_end(dose.seconds, lane),
        each_side=dose.each_side,
        minutes=minutes,
        changed=changed or why,
        levels=tuple(each for each in LEVELS if may.form(exercise, each) in (each, "kit_free")),
    )


def dose_for(exercise: Exercise, level: str) -> Dose:
    """The dose of an exercise in one of its forms."""
    if level == "easier" and exercise.easier_dose:
        return exercise.easier_dose
    if level == "harder" and exercise.harder_dose:
        return exercise.harder_dose
    return exercise.dose


def _end(span: tuple[int, int] | None, lane: Lane) -> tuple[int, int] | None:
    if span is None or lane.dose == "range":
        return span
    return (span[0], span[0]) if lane.dose == "low" else (span[1], span[1])


def _within(items: list[Item], minutes: int) -> list[Item]:
    """As many items as fit: what nobody asked for goes first, then what a focus brought, from the end."""
    kept = list(items)
    while len(kept) > 1 and sum(item.minutes for item in kept) > minutes:
        kept.remove(min(reversed(kept), key=lambda item: (bool(item.changed), item.reason is not None)))
    return kept


def swaps(series: Series, subscriber: Subscriber, day: Day, exercise: str) -> tuple[str, ...]:
    """What may be done in place of an exercise that day: the same area first, then the same kind."""
    now = _whole(series, subscriber, day)
    may = _May(series, subscriber, _begin(subscriber, day))
    there = {item.exercise for item in now.items}
    old = series.exercise_by_id[exercise]
    fitting = [
        each
        for each in series.exercises
        if each.week <= now.week and each.kind == old.kind and each.id not in there and may.do(each)
    ]
    fitting.sort(key=lambda each: each.areas[0] not in old.areas)
    return tuple(each.id for each in fitting[:3])
