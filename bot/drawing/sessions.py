"""Strength sessions week by week, beside the aim of each week; lighter ones apart, as dots."""

from __future__ import annotations

from bot.core.model.drawing import DoneInWeek, SessionRows
from bot.drawing.sheet import MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

MARK, DOT = 36, 18
STEP, DOT_STEP = 42, 24
ROW, DOTS = 46, 30
"""From a row of marks down to the dots, and the height of these."""
BETWEEN = 20
NAME = 116
MOST = 7
"""Marks of a row, and dots; what is beyond them stands in the words."""
DONE, OPEN, LIGHTER = "done", "open", "lighter"


def sessions(sheet: Sheet, drawing: SessionRows, renderer: Renderer) -> None:
    """How many sessions did I do?"""
    done, aim = sum(each.strength for each in drawing.weeks), sum(each.target for each in drawing.weeks)
    title = "title" if done and aim else "none"
    y = titled(sheet, renderer.label(f"drawings.sessions.{title}", {"done": done, "target": aim})) + 14
    there: set[str] = set()
    for each in drawing.weeks:
        foot = y + MARK / 2 + SMALL * 0.36
        sheet.words(MARGIN, foot, renderer.label("drawings.week", {"week": each.week}), size=SMALL, within=NAME - 8)
        if each.strength or each.target:
            there |= _strength(sheet, each, y, renderer)
            y += ROW
        elif not each.others:
            nothing = renderer.label(f"drawings.sessions.{'yet' if each is drawing.weeks[-1] else 'nothing'}")
            sheet.words(MARGIN + NAME, foot, nothing, size=SMALL, style="soft", within=sheet.inner - NAME)
            y += ROW
        if each.others:
            y += _lighter(sheet, each, y if each.strength or each.target else y + (MARK - DOT) / 2, renderer)
        y += BETWEEN
    entries = {mark: renderer.label(f"drawings.sessions.{mark}") for mark in (DONE, OPEN) if mark in there}
    sheet.height = (Legend(entries).on(sheet, y + 6) if entries else y - BETWEEN) + MARGIN


def _strength(sheet: Sheet, week: DoneInWeek, y: float, renderer: Renderer) -> set[str]:
    """A mark for each that was done or that the aim still asks for, and the same in numbers."""
    row = ([DONE] * week.strength + [OPEN] * (week.target - week.strength))[:MOST]
    for number, mark in enumerate(row):
        sheet.mark(mark, MARGIN + NAME + STEP * number, y, MARK)
    told = ("of" if week.target else "alone") if week.strength else "aim"
    said = renderer.label(f"drawings.sessions.{told}", {"done": week.strength, "target": week.target})
    room, foot = sheet.inner - NAME - STEP * len(row), y + MARK / 2 + SMALL * 0.36
    sheet.words(sheet.width - MARGIN, foot, said, size=SMALL, anchor="end", within=room)
    return set(row)


def _lighter(sheet: Sheet, week: DoneInWeek, y: float, renderer: Renderer) -> float:
    """Smaller than what the aim counts, and named beside the dots; returns how high that is."""
    dots = min(week.others, MOST)
    for number in range(dots):
        sheet.mark(LIGHTER, MARGIN + NAME + DOT_STEP * number, y, DOT)
    left = MARGIN + NAME + DOT_STEP * dots + 8
    said = renderer.label("drawings.sessions.lighter", {"others": week.others, "strength": week.strength})
    sheet.words(left, y + DOT / 2 + SMALL * 0.36, said, size=SMALL, style="soft", within=sheet.width - MARGIN - left)
    return DOTS
