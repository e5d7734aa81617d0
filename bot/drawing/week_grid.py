"""The week as planned: a row a day, with the still of one move and the names of all."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from bot.core.model.drawing import GridDay, WeekGrid
from bot.drawing.sheet import BLANK, BODY, LEADING, MARGIN, SMALL, Sheet, Still, titled
from bot.render.text import Renderer

REST = "rest"
RESTS = (REST, "free")
NAME = 96
AFTER_DAY = 10
STILL = (204, 128)
"""So large that one move can be told from another on a narrow phone."""
BESIDE = 14
LOW = 46
MARK = 34
BETWEEN = f"{BLANK}· "
"""Names may hold commas of their own; no line begins with the dot."""
OFTEN = 2
"""So many times a week shows a still at most."""
LINES = 6
"""Of the names of the other moves."""


def week_grid(sheet: Sheet, drawing: WeekGrid, renderer: Renderer) -> None:
    """What is in my week?"""
    y = titled(sheet, renderer.label("drawings.plan.title", {"week": drawing.week})) + 12
    shown: Counter[Still] = Counter()
    for _, group in groupby(enumerate(drawing.days), key=_together):
        found = [day for _, day in group]
        sheet.line(((MARGIN, y), (sheet.width - MARGIN, y)), "grid")
        y = _ahead(sheet, found[0], shown, renderer, y + 8) if found[0].moves else _low(sheet, found, renderer, y + 4)
    sheet.height = y + MARGIN - 16


def _together(numbered: tuple[int, GridDay]) -> tuple[str, int]:
    """The same for rest days one after the other, which share a line; today has its own."""
    number, day = numbered
    return (REST, 0) if day.type in RESTS and not day.today and not day.done else ("", number)


def _low(sheet: Sheet, days: list[GridDay], renderer: Renderer, y: float) -> float:
    """A day without moves or that is over, or several of rest: one line."""
    day, name = days[0], _day(days[0], renderer)
    if len(days) > 1:
        name = renderer.label("drawings.plan.days", {"first": name, "last": _day(days[-1], renderer)})
    wide = sheet.words(MARGIN, y + BODY, name, bold=True, within=sheet.inner / 2 if len(days) > 1 else NAME - 12)
    left = MARGIN + max(NAME, wide + 16)
    if day.done:
        sheet.mark("done", left, y, MARK)
        left += MARK + 12
    kind = renderer.label(f"drawings.plan.{day.type}")
    sheet.words(left, y + BODY, kind, size=SMALL, style="soft", within=sheet.width - MARGIN - left)
    return y + LOW - 4


def _ahead(sheet: Sheet, day: GridDay, shown: Counter[Still], renderer: Renderer, y: float) -> float:
    """A day with its moves: the still of one, beside it the day, how long it takes, that move's name and the others'.

    The still is of the first that no day above has shown, so that a week shows as many different ones as it can; one
    that has been there twice says nothing more.
    """
    found = {move: still for move in day.moves if (still := sheet.stills(move.figures)) is not None}
    stills = {move: still for move, still in found.items() if shown[still] < OFTEN}
    named = min(stills, key=lambda move: shown[stills[move]], default=day.moves[0])
    if named in stills:
        shown[stills[named]] += 1
    left, top = float(MARGIN), y
    if named in stills:
        left += _still(sheet, stills[named], y)
    room = sheet.width - MARGIN - left
    named_day = sheet.words(left, y + BODY, _day(day, renderer), bold=True, within=room) + AFTER_DAY
    values = {"kind": renderer.label(f"drawings.plan.{day.type}"), "minutes": day.minutes}
    kind = renderer.label("drawings.plan.ahead", values)
    beside = sheet.typeface.width(kind, SMALL) <= room - named_day
    if beside:
        sheet.words(left + named_day, y + BODY, kind, size=SMALL, style="soft")
    y += BODY * LEADING
    if not beside:
        y = sheet.paragraph(left, y, kind, room, size=SMALL, style="soft", most=2)
    name = renderer.exercise_name(named.exercise, named.form)
    y = sheet.paragraph(left, y, name, room, size=SMALL, bold=True, most=2)
    others = [renderer.exercise_name(move.exercise, move.form) for move in day.moves if move is not named]
    if others:
        y = sheet.paragraph(left, y, BETWEEN.join(others), room, size=SMALL, most=LINES)
    return max(y, top + (STILL[1] if named in stills else 0)) + 10


def _still(sheet: Sheet, still: Still, y: float) -> float:
    """The still in its place; returns how far to its right words begin."""
    wide, high = STILL
    sheet.still(still, MARGIN, y, wide, high)
    return wide + BESIDE


def _day(day: GridDay, renderer: Renderer) -> str:
    return renderer.label("drawings.marks.today") if day.today else renderer.language.short_weekdays[day.date.weekday()]
