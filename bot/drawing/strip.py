"""The days of the series as marks, a week a row."""

from __future__ import annotations

from datetime import timedelta

from bot.core.model.drawing import DayStrip, DrawnDay, Mark
from bot.core.model.series import WEEK
from bot.drawing.sheet import BODY, MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

ONE_DAY = timedelta(days=1)
MARK, BADGE, BREAK = 48, 27, 26
BELOW = 38
"""From the top of a week to its days: its name is nearer to them than to the week before."""
STEP_DOWN = 121
TODAY, GAP = "today", "break"
READ, TO_READ = "read", "to-read"
ORDER = (*Mark, READ, TO_READ, GAP, TODAY)


def strip(sheet: Sheet, drawing: DayStrip, renderer: Renderer) -> None:
    """What did my days look like?"""
    y = titled(sheet, renderer.label("drawings.strip.title", {"done": drawing.done})) + 10
    step = sheet.inner / WEEK
    there: set[str] = set()
    before: DrawnDay | None = None
    for day in drawing.days:
        week, place = divmod(day.number - 1, WEEK)
        if before is None or place == 0:
            y += STEP_DOWN if before is not None else 0
            name = renderer.label("drawings.week", {"week": week + 1})
            sheet.words(MARGIN, y + BODY, name, size=BODY, style="soft")
        elif day.date - before.date > ONE_DAY:
            # Days that do not count lie between the two, so the names of the weekdays jump.
            sheet.mark(GAP, MARGIN + step * place - BREAK / 2 - 6, y + BELOW + MARK - BREAK, BREAK, over=True)
            there.add(GAP)
        there |= _day(sheet, day, MARGIN + step * place, y + BELOW, renderer)
        before = day
    entries = {mark: renderer.label(f"drawings.marks.{mark}") for mark in ORDER if mark in there}
    sheet.height = Legend(entries, size=26).on(sheet, y + STEP_DOWN + 8) + MARGIN


def _day(sheet: Sheet, day: DrawnDay, left: float, top: float, renderer: Renderer) -> set[str]:
    """One day in its column; returns which marks it took."""
    step = sheet.inner / WEEK
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
