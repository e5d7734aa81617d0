"""Strength sessions week by week, beside the aim of each week."""

from __future__ import annotations

from bot.core.model.drawing import DoneInWeek, SessionRows
from bot.drawing.sheet import MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

MARK = 36
STEP = 42
ROW = 64
NAME = 116
MOST = 7
"""Marks of a row; what is beyond them stands in the words."""
DONE, OPEN, OTHER = "done", "open", "lighter"


def sessions(sheet: Sheet, drawing: SessionRows, renderer: Renderer) -> None:
    """How many sessions did I do?"""
    done, aim = sum(each.strength for each in drawing.weeks), sum(each.target for each in drawing.weeks)
    title = "title" if done and aim else "none"
    y = titled(sheet, renderer.label(f"drawings.sessions.{title}", {"done": done, "target": aim})) + 14
    entries: dict[str, str] = {}
    for each in drawing.weeks:
        middle = y + MARK / 2 + SMALL * 0.36
        sheet.words(MARGIN, middle, renderer.label("drawings.week", {"week": each.week}), size=SMALL, within=NAME - 8)
        row = [DONE] * each.strength + [OPEN] * (each.target - each.strength) + [OTHER] * each.others
        for number, mark in enumerate(row[:MOST]):
            sheet.mark(mark, MARGIN + NAME + STEP * number, y, MARK)
            entries[mark] = renderer.label(f"drawings.sessions.{mark}")
        y += ROW
        if not row:
            nothing = renderer.label(f"drawings.sessions.{'yet' if each is drawing.weeks[-1] else 'nothing'}")
            sheet.words(MARGIN + NAME, middle, nothing, size=SMALL, style="soft", within=sheet.inner - NAME)
            continue
        said = renderer.label(f"drawings.sessions.{_told(each)}", {"done": each.strength, "target": each.target})
        room = sheet.inner - NAME - STEP * MOST
        sheet.words(sheet.width - MARGIN, middle, said, size=SMALL, anchor="end", within=room)
    order = {mark: entries[mark] for mark in (DONE, OPEN, OTHER) if mark in entries}
    sheet.height = Legend(order).on(sheet, y + 8) + MARGIN


def _told(week: DoneInWeek) -> str:
    """Which words a week's numbers take: together they come to what the title says, and none of them is a nought."""
    if week.strength:
        return "of" if week.target else "alone"
    return "aim" if week.target else "free"
