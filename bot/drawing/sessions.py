"""Strength sessions week by week, beside the aim of each week; what else was done stands in words."""

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
    done, aim = sum(each.strength for each in drawing.weeks), sum(each.target for each in drawing.weeks)
    values = {"done": done, "target": aim, "running": drawing.weeks[-1].running}
    title = "title" if done else "none"
    y = titled(sheet, renderer.label(f"drawings.sessions.{title}", values)) + 14
    there: set[str] = set()
    for each in drawing.weeks:
        there |= _strength(sheet, each, y, renderer)
        y += ROW
        below = []
        if each.part is not None and each.target:
            first, last = (renderer.language.short_weekdays[day.weekday()] for day in each.part)
            below.append(renderer.label("drawings.sessions.part", {"first": first, "last": last}))
        if each.others:
            below.append(renderer.label("drawings.sessions.others", {"others": each.others}))
        for words in below:
            y = sheet.paragraph(MARGIN + NAME, y - 4, words, sheet.inner - NAME, size=SMALL, style="soft", most=2) + 4
        y += BETWEEN
    entries = {mark: renderer.label(f"drawings.sessions.{mark}") for mark in (DONE, OPEN, AHEAD) if mark in there}
    sheet.height = (Legend(entries, size=24).on(sheet, y + 6) if entries else y - BETWEEN) + MARGIN


def _strength(sheet: Sheet, week: DoneInWeek, y: float, renderer: Renderer) -> set[str]:
    """A mark for each that was done, was not, or is still to come, and the same in words."""
    foot = y + MARK / 2 + SMALL * 0.36
    sheet.words(MARGIN, foot, renderer.label("drawings.week", {"week": week.week}), size=SMALL, within=NAME - 8)
    open = max(week.target - week.strength - week.to_come, 0)
    row = ([DONE] * week.strength + [OPEN] * open + [AHEAD] * week.to_come)[:MOST]
    for number, mark in enumerate(row):
        sheet.mark(mark, MARGIN + NAME + STEP * number, y, MARK)
    values = {"done": week.strength, "target": week.target, "running": week.running, "to_come": week.to_come}
    if row:
        said = renderer.label(f"drawings.sessions.{'of' if week.strength else 'aim'}", values)
        room = sheet.inner - NAME - STEP * len(row)
        sheet.words(sheet.width - MARGIN, foot, said, size=SMALL, anchor="end", within=room)
    else:
        nothing = renderer.label("drawings.sessions.nothing")
        sheet.words(MARGIN + NAME, foot, nothing, size=SMALL, style="soft", within=sheet.inner - NAME)
    return set(row)
