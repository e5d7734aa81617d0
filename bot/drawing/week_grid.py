"""The week as planned: what it is made of, each kind of session with its days and stills of its moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.core.model.drawing import GridDay, GridMove, WeekGrid
from bot.core.schedule.calendar import DayType
from bot.drawing.sheet import MARGIN, SMALL, Sheet, Still, titled
from bot.render.text import Renderer

RESTS = (DayType.REST, DayType.FREE)
COLUMNS, GUTTER = 3, 14
STILLS = 6
"""So many a picture: each takes its time to be drawn."""
SHAPE = 0.63
"""The height of a still by its width."""
LINES = 5
"""Of what a move is, below its still."""
MARK = 28
BULLET = "• "
UNSEEN = 3
"""Moves that are named where none of them has a still."""


def week_grid(sheet: Sheet, drawing: WeekGrid, renderer: Renderer) -> None:
    """What is in my week?"""
    kinds = {kind: [day for day in drawing.days if day.moves and day.type == kind] for kind in _kinds(drawing)}
    values = {"week": drawing.week, "sessions": sum(len(days) for days in kinds.values())}
    y = titled(sheet, renderer.label("drawings.plan.title", values)) + 10
    shown: set[Still] = set()
    for kind, days in kinds.items():
        sheet.line(((MARGIN, y), (sheet.width - MARGIN, y)), "grid")
        y = _kind(sheet, kind, days, min(COLUMNS, STILLS // len(kinds)), shown, renderer, y + 8)
    sheet.line(((MARGIN, y), (sheet.width - MARGIN, y)), "grid")
    sheet.height = _without(sheet, drawing, renderer, y + 6) + MARGIN - 8


def _kinds(drawing: WeekGrid) -> list[str]:
    """The kinds of sessions that are ahead, those with the most days first; a first try is one of the week's start."""
    counted = Counter(day.type for day in drawing.days if day.moves)
    return sorted(counted, key=lambda kind: (kind != DayType.LEARN, -counted[kind]))


def _kind(
    sheet: Sheet, kind: str, days: Sequence[GridDay], most: int, shown: set[Still], renderer: Renderer, y: float
) -> float:
    """One kind of session: its days, how long it takes, and of its moves those that are done most often."""
    names = renderer.language.listed([_day(day, renderer) for day in days])
    heading = renderer.label("drawings.plan.heading", {"kind": renderer.label(f"drawings.plan.{kind}"), "days": names})
    y = sheet.paragraph(MARGIN, y, heading, sheet.inner, bold=True)
    moves = Counter(move for day in days for move in day.moves)
    stills = {move: still for move in moves if (still := sheet.stills(move.figures)) is not None}
    seen: dict[Still, GridMove] = {}
    for move, still in sorted(stills.items(), key=lambda each: (each[1] in shown, -moves[each[0]])):
        if len(seen) < most:
            seen.setdefault(still, move)
    shown.update(seen)
    told = list(seen.values()) or list(moves)[:UNSEEN]
    minutes = sorted(day.minutes for day in days)
    values = {"least": minutes[0], "most": minutes[-1], "shown": len(told), "moves": len(moves), "days": len(days)}
    y = sheet.paragraph(MARGIN, y, renderer.label("drawings.plan.ahead", values), sheet.inner, size=SMALL, style="soft")
    y += 8
    if not seen:
        for move in told:
            words = BULLET + renderer.what_to_do(move.exercise, move.form)
            y = sheet.paragraph(MARGIN, y, words, sheet.inner, size=SMALL, most=2)
        return y + 10
    wide = (sheet.inner - GUTTER * (COLUMNS - 1)) / COLUMNS
    foot = y
    for column, (still, move) in enumerate(seen.items()):
        left = MARGIN + column * (wide + GUTTER)
        sheet.still(still, left, y, wide, wide * SHAPE)
        words = renderer.what_to_do(move.exercise, move.form)
        foot = max(foot, sheet.paragraph(left, y + wide * SHAPE + 2, words, wide, size=SMALL, most=LINES))
    return foot + 10


def _without(sheet: Sheet, drawing: WeekGrid, renderer: Renderer, y: float) -> float:
    """The days without moves: what became of those that are over, those of rest, and that of the re-test."""
    kinds: dict[str, list[GridDay]] = {kind: [] for kind in ("done", "open", DayType.REST, DayType.RETEST)}
    for day in drawing.days:
        if day.done:
            kinds["done"].append(day)
        elif day.type in (*RESTS, DayType.RETEST):
            kinds[DayType.RETEST if day.type == DayType.RETEST else DayType.REST].append(day)
        elif not day.moves:
            kinds["open"].append(day)
    for kind, days in kinds.items():
        if not days:
            continue
        left: float = MARGIN
        if kind in ("done", "open"):
            sheet.mark(kind, MARGIN, y + 2, MARK)
            left += MARK + 12
        names = renderer.language.listed([_day(day, renderer) for day in days])
        values = {"kind": renderer.label(f"drawings.plan.{kind}"), "days": names}
        y = sheet.paragraph(
            left, y, renderer.label("drawings.plan.heading", values), sheet.width - MARGIN - left, most=2
        )
    return y


def _day(day: GridDay, renderer: Renderer) -> str:
    name = renderer.language.short_weekdays[day.date.weekday()]
    if day.today:
        return renderer.label("drawings.plan.today", {"day": name})
    return name
