"""The week as planned: a row a day, with the stills of its moves."""

from __future__ import annotations

from bot.core.model.drawing import GridDay, WeekGrid
from bot.drawing.sheet import BODY, MARGIN, SMALL, Sheet, titled
from bot.render.text import Renderer

NAME = 168
STILL = (128, 80)
GAP = 6
ROW, LOW = 96, 56
MOST = 6
"""Stills of a day, in rows of three."""
ACROSS = 3
MARK = 34


def week_grid(sheet: Sheet, drawing: WeekGrid, renderer: Renderer) -> None:
    """What is in my week?"""
    y = titled(sheet, renderer.label("drawings.plan.title", {"week": drawing.week})) + 14
    for day in drawing.days:
        sheet.line(((MARGIN, y), (sheet.width - MARGIN, y)), "grid")
        y = _day(sheet, day, renderer, y + 8)
    sheet.height = y + MARGIN - 10


def _day(sheet: Sheet, day: GridDay, renderer: Renderer, y: float) -> float:
    name = renderer.label("drawings.marks.today") if day.today else renderer.language.short_weekdays[day.date.weekday()]
    sheet.words(MARGIN, y + BODY, name, bold=True, within=NAME - 12)
    kind = renderer.label(f"drawings.plan.{day.type}")
    left = MARGIN + NAME
    stills = [still for names in day.moves if (still := sheet.stills(names)) is not None][:MOST]
    if day.done or not stills:
        sheet.words(left + (MARK + 12 if day.done else 0), y + BODY, kind, style="soft", within=sheet.inner - NAME - 60)
        if day.done:
            sheet.mark("done", left, y, MARK)
        return y + LOW - 8
    lower = sheet.paragraph(MARGIN, y + BODY + 4, kind, NAME - 12, size=SMALL, style="soft", most=2)
    if day.minutes:
        minutes = renderer.label("drawings.plan.minutes", {"minutes": day.minutes})
        lower = sheet.paragraph(MARGIN, lower, minutes, NAME - 12, size=SMALL, style="soft", most=1)
    wide, high = STILL
    for number, still in enumerate(stills):
        across, down = number % ACROSS, number // ACROSS
        sheet.still(still, left + (wide + GAP) * across, y + (high + GAP) * down, wide, high)
    rows = (len(stills) + ACROSS - 1) // ACROSS
    return max(lower, y + rows * (high + GAP)) + 4
