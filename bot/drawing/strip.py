"""The days of the series as marks, a week a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby, pairwise

from bot.core.model.drawing import DayStrip, DrawnDay, Mark
from bot.core.model.series import WEEK
from bot.drawing.sheet import BODY, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

ONE_DAY = timedelta(days=1)
MARK, BADGE = 48, 32
MOST_BREAKS = 2
"""Of one week: more would leave its days no room."""
BREAK = 1.6
"""How many columns of days one takes, so that how long it was has room below it."""
BELOW = 38
"""From the top of a week to its days: its name is nearer to them than to the week before."""
STEP_DOWN = 121
TODAY, GAP = "today", "break"
READ, TO_READ, LESSON_AHEAD = "read", "to-read", "lesson-ahead"
ORDER = (*Mark, READ, TO_READ, LESSON_AHEAD, GAP, TODAY)


def strip(sheet: Sheet, drawing: DayStrip, renderer: Renderer) -> None:
    """What did my days look like?"""
    y = titled(sheet, renderer.label("drawings.strip.title", {"done": drawing.done})) + 10
    there: set[str] = set()
    for place, (number, week) in enumerate(groupby(drawing.days, key=lambda day: (day.number - 1) // WEEK)):
        y += STEP_DOWN if place else 0
        name = renderer.label("drawings.week", {"week": number + 1})
        sheet.words(MARGIN, y + BODY, name, size=BODY, style="soft")
        there |= _week(sheet, tuple(week), y + BELOW, renderer)
    entries = {mark: renderer.label(f"drawings.marks.{mark}") for mark in ORDER if mark in there}
    sheet.height = Legend(entries, size=26).on(sheet, y + STEP_DOWN + 8) + MARGIN


def _week(sheet: Sheet, week: Sequence[DrawnDay], top: float, renderer: Renderer) -> set[str]:
    """Its days, and a column where days that do not count lie between two, so that the weekdays do not seem to jump."""
    gaps = {day.number: day.date - before.date - ONE_DAY for before, day in pairwise(week)}
    breaks = [number for number, gap in gaps.items() if gap][:MOST_BREAKS]
    step, left, there = sheet.inner / (WEEK + BREAK * len(breaks)), float(MARGIN), set()
    for day in week:
        if day.number in breaks:
            wide = step * BREAK
            sheet.mark(GAP, left + (wide - MARK) / 2, top, MARK)
            days = renderer.label("drawings.strip.break", {"days": gaps[day.number].days})
            sheet.words(left + wide / 2, top + MARK + SMALL, days, size=SMALL, anchor="middle", within=wide - 4)
            left += wide
            there.add(GAP)
        there |= _day(sheet, day, left, top, step, renderer)
        left += step
    return there


def _day(sheet: Sheet, day: DrawnDay, left: float, top: float, step: float, renderer: Renderer) -> set[str]:
    """One day in its column; returns which marks it took."""
    there = {shown(day)}
    if day.today:
        sheet.box(left + 2, top - 5, step - 4, MARK + SMALL + 16, TODAY)
        there.add(TODAY)
    place = left + (step - MARK) / 2
    sheet.mark(shown(day), place, top, MARK)
    if day.lesson and shown(day) != _lesson(day):
        sheet.mark(_lesson(day), place + MARK - 20, top - 5, BADGE, over=True)
        there.add(_lesson(day))
    name = renderer.language.short_weekdays[day.date.weekday()]
    sheet.words(left + step / 2, top + MARK + SMALL, name, size=SMALL, anchor="middle", within=step - 6)
    return there


def _lesson(day: DrawnDay) -> str:
    """A lesson that was read, one that waits, and one that is still to come each look another way."""
    if day.read:
        return READ
    return LESSON_AHEAD if day.mark is Mark.AHEAD and not day.today else TO_READ


def shown(day: DrawnDay) -> str:
    """What a day is shown as: of a lesson's day without a session, its lesson."""
    return _lesson(day) if day.lesson and day.mark in (Mark.AHEAD, Mark.LESSON) else day.mark
