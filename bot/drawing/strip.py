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
MARK, BADGE = 48, 27
MOST_BREAKS = 3
"""Of one week: more would leave its days no room."""
BELOW = 38
"""From the top of a week to its days: its name is nearer to them than to the week before."""
STEP_DOWN = 121
TODAY, GAP = "today", "break"
READ, TO_READ = "read", "to-read"
ORDER = (*Mark, READ, TO_READ, GAP, TODAY)


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
    breaks = [day for before, day in pairwise(week) if day.date - before.date > ONE_DAY][:MOST_BREAKS]
    step, left, there = sheet.inner / (WEEK + len(breaks)), float(MARGIN), set()
    for day in week:
        if day in breaks:
            sheet.mark(GAP, left + (step - MARK) / 2, top, MARK)
            left += step
            there.add(GAP)
        there |= _day(sheet, day, left, top, step, renderer)
        left += step
    return there


def _day(sheet: Sheet, day: DrawnDay, left: float, top: float, step: float, renderer: Renderer) -> set[str]:
    """One day in its column; returns which marks it took."""
    there = {_shown(day)}
    if day.today:
        sheet.box(left + 2, top - 5, step - 4, MARK + SMALL + 16, TODAY)
        there.add(TODAY)
    place = left + (step - MARK) / 2
    sheet.mark(_shown(day), place, top, MARK)
    if day.lesson and _shown(day) != _lesson(day):
        sheet.mark(_lesson(day), place + MARK - 17, top - 5, BADGE, over=True)
        there.add(_lesson(day))
    name = renderer.language.short_weekdays[day.date.weekday()]
    sheet.words(left + step / 2, top + MARK + SMALL, name, size=SMALL, anchor="middle", within=step - 6)
    return there


def _lesson(day: DrawnDay) -> str:
    """A lesson that was read looks another way than one that waits or is still to come."""
    return READ if day.read else TO_READ


def _shown(day: DrawnDay) -> str:
    """What a day is shown as: of a lesson's day without a session, its lesson."""
    return _lesson(day) if day.lesson and day.mark in (Mark.AHEAD, Mark.LESSON) else day.mark
