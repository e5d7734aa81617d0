"""Strength sessions week by week, beside the aim of each week; what else was done words tell alone."""

from __future__ import annotations

from bot.core.model.drawing import DoneInWeek, SessionRows
from bot.drawing.sheet import MARGIN, SMALL, Legend, Sheet, titled
from bot.render.text import Renderer

MARK = 36
STEP = 42
ROW = 40
"""The height of a row of marks."""
BETWEEN = 12
NAME = 116
MOST = 7
"""Marks of a row; what is beyond them stands in the words."""
DONE, OPEN, AHEAD = "done", "open", "ahead"


def sessions(sheet: Sheet, drawing: SessionRows, renderer: Renderer) -> None:
    """How many sessions did I do?"""
    counted = {"done": "strength", "target": "target", "due": "due", "to_come": "to_come"}
    values = {name: sum(getattr(each, of) for each in drawing.weeks) for name, of in counted.items()}
    title = "title" if values["done"] else "none"
    y = titled(sheet, renderer.label(f"drawings.sessions.{title}", values)) + 14
    there: set[str] = set()
    for each in drawing.weeks:
        there |= _strength(sheet, each, y, renderer)
        y += ROW
        if each.part is not None and each.target:
            first, last = (renderer.language.short_weekdays[day.weekday()] for day in each.part)
            words = renderer.label("drawings.sessions.part", {"first": first, "last": last})
            y = sheet.paragraph(MARGIN + NAME, y - 4, words, sheet.inner - NAME, size=SMALL, style="soft", most=2) + 4
        y += BETWEEN
    entries = {mark: renderer.label(f"drawings.sessions.{mark}") for mark in (DONE, OPEN, AHEAD) if mark in there}
    sheet.height = (Legend(entries, size=24).on(sheet, y + 6) if entries else y - BETWEEN) + MARGIN


def _strength(sheet: Sheet, week: DoneInWeek, y: float, renderer: Renderer) -> set[str]:
    """A mark for each that was done, was not, or is still to come, and the same in words."""
    foot = y + MARK / 2 + SMALL * 0.36
    name = renderer.label("drawings.sessions.now" if week.running else "drawings.week", {"week": week.week})
    sheet.words(MARGIN, foot, name, size=SMALL, within=NAME - 8)
    open = max(week.target - week.strength - week.to_come, 0)
    row = ([DONE] * week.strength + [OPEN] * open + [AHEAD] * week.to_come)[:MOST]
    for number, mark in enumerate(row):
        sheet.mark(mark, MARGIN + NAME + STEP * number, y, MARK)
    values = {"done": week.strength, "target": week.target, "due": week.due, "to_come": week.to_come}
    if row:
        said = renderer.label(f"drawings.sessions.{_counted(week)}", values)
        room = sheet.inner - NAME - STEP * len(row)
        sheet.words(sheet.width - MARGIN, foot, said, size=SMALL, anchor="end", within=room)
    else:
        nothing = renderer.label("drawings.sessions.nothing")
        sheet.words(MARGIN + NAME, foot, nothing, size=SMALL, style="soft", within=sheet.inner - NAME)
    return set(row)


def _counted(week: DoneInWeek) -> str:
    """Which words count a week, so that what is still to come never looks like something left out."""
    if week.to_come and week.strength >= week.due:
        return "on-track"
    if not week.target or week.strength > week.target:
        return "beyond"
    return "of" if week.strength else "none-of"
