"""The week as planned: a row a day, with the stills of its moves."""

from __future__ import annotations

from bot.core.model.drawing import GridDay, WeekGrid
from bot.drawing.sheet import BODY, MARGIN, SMALL, Sheet, titled
from bot.render.text import Renderer

NAME = 132
STILL = (188, 116)
GAP = 10
LOW = 48
MOST = 3
"""Stills of a day, in one row: so large that one move can be told from another."""
MARK = 34


def week_grid(sheet: Sheet, drawing: WeekGrid, renderer: Renderer) -> None:
    """What is in my week?"""
    y = titled(sheet, renderer.label("drawings.plan.title", {"week": drawing.week})) + 14
    shown: set[tuple[str, ...]] = set()
    for day in drawing.days:
        sheet.line(((MARGIN, y), (sheet.width - MARGIN, y)), "grid")
        y = _day(sheet, day, shown, renderer, y + 6)
    if any(len(day.moves) > MOST for day in drawing.days):
        some = renderer.label("drawings.plan.some")
        y = sheet.paragraph(MARGIN, y - 4, some, sheet.inner, size=SMALL, style="soft", most=2)
    sheet.height = y + MARGIN - 10


def _day(sheet: Sheet, day: GridDay, shown: set[tuple[str, ...]], renderer: Renderer, y: float) -> float:
    """Its kind, how long and how many moves, and below it some of them."""
    name = renderer.label("drawings.marks.today") if day.today else renderer.language.short_weekdays[day.date.weekday()]
    sheet.words(MARGIN, y + BODY, name, bold=True, within=NAME - 12)
    kind, left = renderer.label(f"drawings.plan.{day.type}"), MARGIN + NAME
    if day.done:
        sheet.mark("done", left, y, MARK)
        left += MARK + 12
    if day.minutes:
        values = {"kind": kind, "minutes": day.minutes, "moves": len(day.moves)}
        kind = renderer.label("drawings.plan.ahead", values)
    sheet.words(left, y + BODY, kind, size=SMALL, style="soft", within=sheet.width - MARGIN - left)
    # Those that no day above has shown come first, so that a week shows as many different ones as it can.
    fresh = [names for names in day.moves if names not in shown]
    picked = [*fresh, *(names for names in day.moves if names in shown)]
    stills = [(names, still) for names in picked if (still := sheet.stills(names)) is not None][:MOST]
    wide, high = STILL
    for number, (names, still) in enumerate(stills):
        sheet.still(still, MARGIN + (wide + GAP) * number, y + BODY + 16, wide, high)
        shown.add(names)
    return y + (BODY + high + 24 if stills else LOW - 6)
