"""The days of the series as marks, a week of the calendar a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from bot.core.model.drawing import Break, Card, DayStrip, DrawnDay, LastDay, LastDays, Mark
from bot.core.model.series import WEEK, week_of
from bot.drawing.sheet import LEADING, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

ONE_DAY = timedelta(days=1)
NAME = 118
"""The room for the name of a week."""
LEGEND = 24
TODAY, GAP, TO_DO = "today", "break", "to-do"
ORDER = (Mark.DONE, Mark.SHORT, Mark.OPEN, TO_DO, Mark.AHEAD, Mark.REST, Mark.MEASURED, Mark.TO_MEASURE, TODAY)

D = TypeVar("D", DrawnDay, LastDay)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of a day's mark, and from one week down to the next."""

    mark: float
    row: float


@dataclass(frozen=True, slots=True)
class CalendarWeek(Generic[D]):
    """A row: its first date, its days by their columns, and the columns of days that a break keeps out of the series.

    Where a break fills several weeks, one row stands for them, and another for the week of `today`.
    """

    first: date
    days: dict[int, D]
    gaps: tuple[int, ...]

    @property
    def gap_runs(self) -> Iterator[tuple[int, int]]:
        """The first column of each break and the one after its last."""
        start: int | None = None
        for column in range(WEEK + 1):
            if column in self.gaps:
                start = column if start is None else start
            elif start is not None:
                yield start, column
                start = None


def calendar_weeks(
    days: Sequence[D], begins: date | None = None, today: date | None = None, off: date | None = None
) -> list[CalendarWeek[D]]:
    """The days in weeks that begin with the weekday of day 1, so that each weekday has its own column.

    Behind the last of them a break goes on until that date, if it is `off`.
    """
    origin, until = begins or days[0].date, max(off or days[-1].date, days[-1].date)
    of_date = {day.date: day for day in days}
    out = {
        before.date + n * ONE_DAY
        for before, day in pairwise(days)
        if day.after is not None
        for n in range(1, (day.date - before.date).days)
    }
    out |= {days[-1].date + n * ONE_DAY for n in range(1, (until - days[-1].date).days + 1)}
    found: list[CalendarWeek[D]] = []
    first = days[0].date - ONE_DAY * ((days[0].date - origin).days % WEEK)
    while first <= until:
        dates = {column: first + column * ONE_DAY for column in range(WEEK)}
        there = {column: of_date[on] for column, on in dates.items() if on in of_date}
        week = CalendarWeek(first, there, tuple(column for column, on in dates.items() if on in out))
        if there or (week.gaps and (not found or found[-1].days or today in dates.values())):
            found.append(week)
        first += WEEK * ONE_DAY
    return found


def named(week: CalendarWeek[D], renderer: Renderer, *, by_date: bool) -> str:
    """What a row is called: its week of the series, or its first date where a break lies among the rows."""
    day = next(iter(week.days.values()), None)
    if by_date or not isinstance(day, DrawnDay):
        return renderer.language.short_day(week.first)
    return renderer.label("drawings.week", {"week": week_of(day.number)})


def breaks(drawing: DayStrip | Card | LastDays, renderer: Renderer) -> list[str]:
    """How long breaks were and whose choice, each cause told once."""
    found: Counter[Break] = Counter()
    days: Sequence[DrawnDay | LastDay] = drawing.days
    for before, day in pairwise(days):
        if day.after is not None:
            found[day.after] += (day.date - before.date).days - 1
    if isinstance(drawing, LastDays) and drawing.off is not None and drawing.today is not None:
        found[drawing.off] += (drawing.today - days[-1].date).days
    return [renderer.label(f"drawings.breaks.{cause}", {"days": long}) for cause, long in found.items()]


def strip(sheet: Sheet, drawing: DayStrip, renderer: Renderer) -> None:
    """What did my days look like?"""
    first, last = drawing.days[0], drawing.days[-1]
    values = {
        "done": drawing.done,
        "earlier": first.number > 1,
        "first": week_of(first.number),
        "last": week_of(last.number),
        "days": last.number,
    }
    y = titled(sheet, renderer.label(f"drawings.strip.{_answer(drawing)}", values)) + 8
    weeks = calendar_weeks(drawing.days, drawing.begins, drawing.today)
    y, there = calendar(sheet, drawing, weeks, y, renderer, Sizes(48, 70))
    entries = {mark: renderer.label(f"drawings.marks.{mark}") for mark in ORDER if mark in there}
    sheet.height = key(sheet, drawing, entries, y, renderer) + MARGIN


def _answer(drawing: DayStrip) -> str:
    """Which words head it: what was done of weeks that are over is all there is."""
    if drawing.days[0].number == 1 and drawing.days[0].today:
        return "first"
    running = any(day.mark is Mark.AHEAD for day in drawing.days)
    return ("running" if running else "over") if drawing.done else "none-yet" if running else "none"


def calendar(
    sheet: Sheet,
    drawing: DayStrip | Card | LastDays,
    weeks: Sequence[CalendarWeek[D]],
    y: float,
    renderer: Renderer,
    sizes: Sizes,
    marked: Callable[[D, float, float], str] | None = None,
) -> tuple[float, set[str]]:
    """The days below their weekdays, a week a row; returns where that ends, and the marks that are there.

    Where a day is more than a mark it is `marked`, from its left upper corner on.
    """
    left, step = MARGIN + NAME, (sheet.inner - NAME) / WEEK
    today = None if isinstance(drawing, Card) else drawing.today
    by_date, there = isinstance(drawing, LastDays) or bool(breaks(drawing, renderer)), set[str]()
    for column in range(WEEK):
        name = renderer.language.short_weekdays[(weeks[0].first + column * ONE_DAY).weekday()]
        middle = left + step * (column + 0.5)
        sheet.words(middle, y + SMALL, name, size=SMALL, anchor="middle", style="soft", within=step - 6)
    y += SMALL * LEADING + 8
    for week in weeks:
        name, foot = named(week, renderer, by_date=by_date), y + sizes.mark / 2 + SMALL * 0.36
        sheet.words(MARGIN, foot, name, size=SMALL, style="soft", within=NAME - 8)
        for start, end in week.gap_runs:
            wide = step * (end - start)
            sheet.box(left + step * start + 4, y, wide - 8, sizes.mark, "track")
            for column in range(start, end):
                sheet.mark(GAP, left + step * (column + 0.5) - sizes.mark / 2, y, sizes.mark)
        if today is not None and 0 <= (column := (today - week.first).days) < WEEK:
            sheet.box(left + step * column + 1, y - 8, step - 2, sizes.mark + 16, TODAY)
            there.add(TODAY)
        for column, day in week.days.items():
            place = left + step * column + (step - sizes.mark) / 2
            if marked is not None:
                there.add(marked(day, place, y))
            else:
                sheet.mark(shown(day), place, y, sizes.mark)
                there.add(shown(day))
        y += sizes.row
    return y, there


def key(
    sheet: Sheet, drawing: DayStrip | Card | LastDays, entries: Mapping[str, str], y: float, renderer: Renderer
) -> float:
    """What the marks mean, and why days do not count; returns where that ends."""
    y = Legend(entries, size=LEGEND).on(sheet, y + 6)
    for told in breaks(drawing, renderer):
        y = Legend({GAP: told}, size=LEGEND).on(sheet, y + 12)
    return y


def shown(day: DrawnDay | LastDay) -> str:
    """What a day is shown as: today's session as one to do."""
    return TO_DO if day.today and day.mark is Mark.AHEAD else day.mark
