"""Usual pain over time, of two answers at least, with the band of what is about the same as at the start."""

from __future__ import annotations

from itertools import pairwise

from bot.core.model.drawing import PainLine
from bot.drawing.sheet import BODY, MARGIN, SMALL, Legend, Sheet, foot_beside, titled
from bot.render.text import Renderer

WORST = 10
HIGH = 300
LEFT = 96
DOT = 26
NARROW = 36
"""From one point to the next at least, where they lie by their weeks."""
FULL_NAMES = 4
"""So many points have the room to name their weeks in full."""


def pain(sheet: Sheet, drawing: PainLine, renderer: Renderer) -> None:
    """Does my knee hurt less?"""
    first = drawing.points[0].pain
    told = "high" if drawing.high else drawing.verdict.value if drawing.points[-1].pain else "none"
    name = renderer.label("screens.pain.name")
    top = titled(sheet, renderer.label(f"drawings.pain.{told}", {"name": name}))
    if drawing.high:
        then = renderer.label("drawings.pain.then")
        top = sheet.paragraph(MARGIN, top, then, sheet.inner, bold=True, style="worse")
    top += 26

    def height(score: float) -> float:
        return top + HIGH * (1 - score / WORST)

    right = sheet.width - MARGIN
    # A whole number lies in the band or out of it, never on its edge.
    reach = drawing.change - 0.5
    upper, lower = height(min(WORST, first + reach)), height(max(0, first - reach))
    sheet.box(LEFT, upper, right - LEFT, lower - upper, "band")
    levels = {score: height(score) for score in (0, WORST // 2, WORST)}
    for score, level in levels.items():
        sheet.line(((LEFT, level), (right, level)), "grid")
        name = str(score)
        sheet.words(LEFT - 14, level + SMALL * 0.36, name, size=SMALL, anchor="end", style="soft")
    step = (right - LEFT) / len(drawing.points)
    places = _by_week(drawing, right) or [LEFT + step * (number + 0.5) for number in range(len(drawing.points))]
    curve = tuple((x, height(point.pain)) for x, point in zip(places, drawing.points, strict=True))
    sheet.line(curve, "curve")
    for (x, y), point in zip(curve, drawing.points, strict=True):
        sheet.mark("dot", x - DOT / 2, y - DOT / 2, DOT)
        number = foot_beside(y, DOT / 2, BODY, list(levels.values()))
        sheet.words(x, number, str(point.pain), size=BODY, bold=True, anchor="middle", style="halo")
        path = "start" if not point.week else "week" if len(curve) <= FULL_NAMES else "number"
        name = renderer.label(f"drawings.pain.{path}", {"week": point.week})
        foot = top + HIGH + SMALL * 1.6
        if path == "start" and len(curve) > FULL_NAMES:  # the longest of them has its room at the left
            sheet.words(x + NARROW / 2, foot, name, size=SMALL, anchor="end", within=x + NARROW / 2 - MARGIN)
        else:
            sheet.words(x, foot, name, size=SMALL, anchor="middle", within=step - 4)
    y = top + HIGH + SMALL * 2
    if len(curve) > FULL_NAMES:
        weeks = renderer.label("drawings.pain.weeks")
        y = sheet.paragraph(LEFT, y - 4, weeks, right - LEFT, size=SMALL, style="soft", most=1) + 4
    y = sheet.paragraph(MARGIN, y, renderer.label("drawings.pain.scale"), sheet.inner, size=SMALL)
    least, most = max(0, first - drawing.change + 1), min(WORST, first + drawing.change - 1)
    entries = {"band-sample": renderer.label("drawings.pain.band", {"least": least, "most": most})}
    y = Legend(entries).on(sheet, y + 14)
    sheet.height = y + MARGIN


def _by_week(drawing: PainLine, right: float) -> list[float]:
    """Where many weeks lie, as far apart as they are; none where two of them would be too close for their numbers."""
    weeks = [point.week for point in drawing.points]
    if len(weeks) <= FULL_NAMES:
        return []
    wide = (right - LEFT - DOT * 2) / (weeks[-1] - weeks[0]) if weeks[-1] > weeks[0] else 0
    near = min(later - week for week, later in pairwise(weeks)) * wide
    return [LEFT + DOT + wide * (week - weeks[0]) for week in weeks] if near >= NARROW else []
