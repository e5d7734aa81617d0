"""The card at the end: what was done, what changed and what did not, to keep and to send to somebody."""

from __future__ import annotations

from bot.core.model.drawing import Card, CardRow, Mark, Verdict
from bot.core.model.series import WEEK, week_of
from bot.drawing.changes import mark_of
from bot.drawing.sheet import MARGIN, SMALL, TITLE, Legend, Sheet
from bot.render.text import Renderer

HEAD = 118
MARK = 30
GAP = 8
"""Between the marks of two weeks."""
MOST = 5
"""Rows of each kind; what is beyond them stands in the words."""


def card(sheet: Sheet, drawing: Card, renderer: Renderer) -> None:
    """What did I do, what changed, what did not?"""
    weeks = week_of(drawing.days[-1].number)
    sheet.box(0, 0, sheet.width, HEAD, "head")
    title = renderer.label("drawings.card.title", {"weeks": weeks})
    sheet.words(MARGIN, 58, title, size=TITLE, bold=True, style="light", within=sheet.inner)
    first, last = (renderer.language.day(day.date) for day in (drawing.days[0], drawing.days[-1]))
    dates = renderer.label("drawings.card.dates", {"first": first, "last": last})
    sheet.words(MARGIN, 96, dates, size=SMALL, style="light", within=sheet.inner)
    y = _done(sheet, drawing, renderer, HEAD + 14)
    changed = [row for row in drawing.rows if row.verdict is not Verdict.SAME]
    same = [row for row in drawing.rows if row.verdict is Verdict.SAME]
    for name, rows in (("changed", changed), ("same", same)):
        if rows:
            y = sheet.paragraph(MARGIN, y + 14, renderer.label(f"drawings.card.{name}"), sheet.inner, bold=True) + 8
            for row in rows[:MOST]:
                y = _row(sheet, row, renderer, y)
    sheet.line(((MARGIN, y + 18), (sheet.width - MARGIN, y + 18)), "grid")
    note = renderer.label("drawings.card.note")
    y = sheet.paragraph(MARGIN, y + 22, note, sheet.inner, size=SMALL, style="soft", most=6)
    sheet.height = y + MARGIN - 8


def _done(sheet: Sheet, drawing: Card, renderer: Renderer, y: float) -> float:
    """How many sessions, each day as a mark, and what the person said when and where."""
    said = renderer.label("drawings.card.sessions", {"done": drawing.sessions})
    y = sheet.paragraph(MARGIN, y, said, sheet.inner, bold=True) + 10
    weeks = {week_of(day.number) for day in drawing.days}
    step = (sheet.inner - GAP * (len(weeks) - 1)) / max(len(weeks) * WEEK, 1)
    size = min(step - 2, MARK)
    for number, day in enumerate(drawing.days):
        x = MARGIN + step * number + GAP * (week_of(day.number) - 1)
        sheet.mark(day.mark, x, y, size)
    there = {day.mark for day in drawing.days}
    entries: dict[str, str] = {mark: renderer.label(f"drawings.marks.{mark}") for mark in Mark if mark in there}
    y = Legend(entries, size=24).on(sheet, y + size + 14)
    own = [each.written or renderer.label(each.path) for each in drawing.moment]
    words = sheet.typeface.drawable(" · ".join(own))
    if words:
        moment = renderer.label("drawings.card.moment", {"words": words})
        y = sheet.paragraph(MARGIN, y + 6, moment, sheet.inner, size=SMALL, most=2)
    return y


def _row(sheet: Sheet, row: CardRow, renderer: Renderer, y: float) -> float:
    sheet.mark(mark_of(row.verdict), MARGIN, y, MARK)
    left = MARGIN + MARK + 14
    y = sheet.paragraph(left, y - 2, renderer.label(row.words), sheet.width - MARGIN - left, most=1)
    numbers = row.before is not None
    values = {"before": row.before, "after": row.after, "verdict": row.verdict.value}
    said = renderer.label("drawings.changes.row" if numbers else "drawings.card.row", values)
    if row.words == "screens.pain.name":
        said = renderer.label("drawings.card.pain", values)
    return sheet.paragraph(left, y - 4, said, sheet.width - MARGIN - left, size=SMALL, style="soft", most=1) + 8
