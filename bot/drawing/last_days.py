"""The newest days of one person as a coach looks at them: how much each session hurt, and what became of the day."""

from __future__ import annotations

from bot.core.model.drawing import LastDay, LastDays, Mark
from bot.drawing.sheet import MARGIN, SMALL, Legend, Sheet, foot_beside, titled
from bot.drawing.strip import GAP, ONE_DAY
from bot.render.text import Renderer

WORST = 10
SCALE = (0, WORST // 2, WORST)
HIGH = 120
LEFT = 62
DOT, MARK, BREAK = 26, 30, 24
TODAY = "today"
LIGHTS = ("green", "amber", "red")
FEWEST = 7
"""So many days share the width at least, so that two points do not stand at its ends."""


def last_days(sheet: Sheet, drawing: LastDays, renderer: Renderer) -> None:
    """How do these days go?"""
    values = {"done": drawing.done, "due": drawing.due, "red": sum(day.light == "red" for day in drawing.days)}
    y = titled(sheet, renderer.label("drawings.last.title", values))
    first, last = (renderer.language.day(day.date) for day in (drawing.days[0], drawing.days[-1]))
    dates = renderer.label("drawings.last.dates", {"first": first, "last": last})
    top = sheet.paragraph(MARGIN, y, dates, sheet.inner, size=SMALL, style="soft", most=2) + 18
    right = sheet.width - MARGIN
    scored = any(day.pain is not None for day in drawing.days)
    for score in SCALE if scored else ():
        sheet.line(((LEFT, _height(top, score)), (right, _height(top, score))), "grid")
        sheet.words(LEFT - 12, _height(top, score) + SMALL * 0.36, str(score), size=SMALL, anchor="end", style="soft")
    step = (right - LEFT) / max(len(drawing.days), FEWEST)
    placed = [(LEFT + step * (number + 0.5), day) for number, day in enumerate(drawing.days)]
    _curve(sheet, [(x, day) for x, day in placed if day.pain is not None], top)
    foot = top + (HIGH + 22 if scored else 4)
    before = drawing.days[0].date
    there: set[str] = {day.light for day in drawing.days} | {day.mark for day in drawing.days} - {Mark.AHEAD}
    for x, day in placed:
        if day.date - before > ONE_DAY:  # days that do not count lie between the two, so the dates jump
            sheet.mark(GAP, x - (step + BREAK) / 2, foot + MARK + 1, BREAK, over=True)
            there.add(GAP)
        before = day.date
        sheet.mark(day.mark, x - MARK / 2, foot, MARK)
        if day.today:
            there.add(TODAY)
            sheet.box(x - step / 2 + 1, foot - 5, step - 2, MARK + SMALL + 16, TODAY)
        number = str(day.date.day)
        sheet.words(x, foot + MARK + SMALL * 1.1, number, size=SMALL, anchor="middle", style="soft", within=step - 2)
    y = foot + MARK + SMALL * 1.6
    if scored:
        scale = renderer.label("drawings.last.scale")
        y = sheet.paragraph(MARGIN, y, scale, sheet.inner, size=SMALL, style="soft", most=2)
    entries = {f"light-{each}": renderer.label(f"drawings.lights.{each}") for each in LIGHTS if each in there}
    entries |= {mark: renderer.label(f"drawings.marks.{mark}") for mark in (*Mark, GAP, TODAY) if mark in there}
    if any(day.mark is Mark.AHEAD for day in drawing.days):  # the only day ahead that a coach is shown is today
        entries[TODAY] = renderer.label("drawings.last.open")
    sheet.height = Legend(entries, size=24).on(sheet, y + 10) + MARGIN


def _height(top: float, score: float) -> float:
    return top + HIGH * (1 - score / WORST)


def _curve(sheet: Sheet, told: list[tuple[float, LastDay]], top: float) -> None:
    """A dot for each session that was scored, with its score above it, joined in order."""
    points = tuple((x, _height(top, day.pain or 0)) for x, day in told)
    if len(points) > 1:
        sheet.line(points, "curve")
    for (x, y), (_, day) in zip(points, told, strict=True):
        sheet.mark(f"light-{day.light or 'green'}", x - DOT / 2, y - DOT / 2, DOT)
        number = foot_beside(y, DOT / 2, SMALL, [_height(top, score) for score in SCALE])
        sheet.words(x, number, str(day.pain), size=SMALL, bold=True, anchor="middle", style="halo")
