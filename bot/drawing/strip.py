"""The days of the series as marks, a week of the calendar a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bot.core.model.drawing import Break, Card, DayStrip, DrawnDay, Mark
from bot.core.model.series import WEEK, week_of
from bot.drawing.sheet import LEADING, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

ONE_DAY = timedelta(days=1)
NAME = 118
"""The room for the name of a week."""
LEGEND = 24
TODAY, GAP, TO_DO = "today", "break", "to-do"
READ, TO_READ, LESSON_AHEAD = "read", "to-read", "lesson-ahead"
ORDER = (
    *(Mark.DONE, Mark.SHORT, Mark.OPEN, TO_DO, Mark.AHEAD, Mark.REST, READ, TO_READ, LESSON_AHEAD),
    *(Mark.MEASURED, Mark.TO_MEASURE, TODAY),
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of a day's mark, of the book beside it, and from one week down to the next."""

    mark: float
    badge: float
    row: float


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """A row: its first date, its days by their columns, and the columns of days that a break keeps out of the series.

    Where a break fills several weeks, one row stands for them, and another for the week of `today`.
    """

    first: date
    days: dict[int, DrawnDay]
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
    days: Sequence[DrawnDay], begins: date | None = None, today: date | None = None
) -> list[CalendarWeek]:
    """The days in weeks that begin with the weekday of day 1, so that each weekday has its own column."""
    origin = begins or days[0].date
    of_date = {day.date: day for day in days}
    out = {
        before.date + n * ONE_DAY
        for before, day in pairwise(days)
        if day.after is not None
        for n in range(1, (day.date - before.date).days)
    }
    found: list[CalendarWeek] = []
    first = days[0].date - ONE_DAY * ((days[0].date - origin).days % WEEK)
    while first <= days[-1].date:
        dates = {column: first + column * ONE_DAY for column in range(WEEK)}
        there = {column: of_date[on] for column, on in dates.items() if on in of_date}
        week = CalendarWeek(first, there, tuple(column for column, on in dates.items() if on in out))
        if there or (week.gaps and (not found or found[-1].days or today in dates.values())):
            found.append(week)
        first += WEEK * ONE_DAY
    return found


def named(week: CalendarWeek, renderer: Renderer, *, by_date: bool) -> str:
    """What a row is called: its week of the series, or its first date where a break lies among the rows."""
    if by_date or not week.days:
        return renderer.language.short_day(week.first)
    return renderer.label("drawings.week", {"week": week_of(next(iter(week.days.values())).number)})


def breaks(days: Sequence[DrawnDay], renderer: Renderer) -> list[str]:
    """How long breaks were and whose choice, each cause told once."""
    found: Counter[Break] = Counter()
    for before, day in pairwise(days):
        if day.after is not None:
            found[day.after] += (day.date - before.date).days - 1
    return [renderer.label(f"drawings.breaks.{cause}", {"days": long}) for cause, long in found.items()]


def strip(sheet: Sheet, drawing: DayStrip, renderer: Renderer) -> None:
    """What did my days look like?"""
    earlier = drawing.days[0].number > 1
    y = titled(sheet, renderer.label("drawings.strip.title", {"done": drawing.done, "earlier": earlier})) + 8
    if earlier:
        told = renderer.label("drawings.strip.earlier")
        y = sheet.paragraph(MARGIN, y - 8, told, sheet.inner, size=SMALL, style="soft") + 8
    sheet.height = calendar(sheet, drawing, y, renderer, Sizes(48, 32, 70)) + MARGIN


def calendar(sheet: Sheet, drawing: DayStrip | Card, y: float, renderer: Renderer, sizes: Sizes) -> float:
    """The days below their weekdays, a week a row, and what their marks mean; returns where that ends."""
    left, step = MARGIN + NAME, (sheet.inner - NAME) / WEEK
    today = drawing.today if isinstance(drawing, DayStrip) else None
    weeks = calendar_weeks(drawing.days, drawing.begins, today)
    broken, there = breaks(drawing.days, renderer), set[str]()
    for column in range(WEEK):
        name = renderer.language.short_weekdays[(weeks[0].first + column * ONE_DAY).weekday()]
        middle = left + step * (column + 0.5)
        sheet.words(middle, y + SMALL, name, size=SMALL, anchor="middle", style="soft", within=step - 6)
    y += SMALL * LEADING + 8
    for week in weeks:
        name, foot = named(week, renderer, by_date=bool(broken)), y + sizes.mark / 2 + SMALL * 0.36
        sheet.words(MARGIN, foot, name, size=SMALL, style="soft", within=NAME - 8)
        for start, end in week.gap_runs:
            wide = step * (end - start)
            sheet.box(left + step * start + 4, y, wide - 8, sizes.mark, "track")
            # In one of its columns, so that a frame round today goes round it or leaves it alone.
            sheet.mark(GAP, left + step * ((start + end) // 2 + 0.5) - sizes.mark / 2, y, sizes.mark)
        if today is not None and 0 <= (column := (today - week.first).days) < WEEK:
            sheet.box(left + step * column + 1, y - 8, step - 2, sizes.mark + 16, TODAY)
            there.add(TODAY)
        for column, day in week.days.items():
            place = left + step * column
            there |= day_marks(sheet, day, place + (step - sizes.mark) / 2, y, sizes)
        y += sizes.row
    entries = {mark: renderer.label(f"drawings.marks.{mark}") for mark in ORDER if mark in there}
    y = Legend(entries, size=LEGEND).on(sheet, y + 6)
    for told in broken:
        y = Legend({GAP: told}, size=LEGEND).on(sheet, y + 12)
    return y


def day_marks(sheet: Sheet, day: DrawnDay, left: float, top: float, sizes: Sizes) -> set[str]:
    """What became of a day, with the book of its lesson beside it; the book alone where there is no session."""
    there = {shown(day)}
    sheet.mark(shown(day), left, top, sizes.mark)
    if day.lesson and shown(day) != _lesson(day):
        sheet.mark(_lesson(day), left + sizes.mark - sizes.badge * 0.6, top - 5, sizes.badge, over=True)
        there.add(_lesson(day))
    return there


def _lesson(day: DrawnDay) -> str:
    """A lesson that was read, one that waits, and one that is still to come each look another way."""
    if day.read:
        return READ
    return LESSON_AHEAD if day.mark in (Mark.AHEAD, Mark.TO_MEASURE) and not day.today else TO_READ


def shown(day: DrawnDay) -> str:
    """What a day is shown as: of a lesson's day without a session, its lesson; today's session as one to do."""
    if day.lesson and day.mark is Mark.REST:
        return _lesson(day)
    return TO_DO if day.today and day.mark is Mark.AHEAD else day.mark
