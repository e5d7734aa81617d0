"""The card at the end: what was done, what changed and what did not, to keep and to send to somebody."""

from __future__ import annotations

from bot.core.model.drawing import Card, CardRow, Mark, Scale, Verdict
from bot.core.model.series import WEEK, week_of
from bot.drawing.changes import BEST, mark_of, said_of
from bot.drawing.sheet import BODY, MARGIN, SMALL, TITLE, Legend, Sheet
from bot.render.text import Renderer

HEAD = 106
MARK = 30
NAME, DAY, ROW = 132, 34, 40
"""The room for the name of a week, a day, and from one week down to the next."""
MOST = 5
"""Rows of each kind; what is beyond them stands in the words."""


def card(sheet: Sheet, drawing: Card, renderer: Renderer) -> None:
    """What did I do, what changed, what did not?"""
    weeks = week_of(drawing.days[-1].number)
    sheet.box(0, 0, sheet.width, HEAD, "head")
    title = renderer.label("drawings.card.title", {"weeks": weeks})
    sheet.words(MARGIN, 52, title, size=TITLE, bold=True, style="light", within=sheet.inner)
    first, last = (renderer.language.day(day.date) for day in (drawing.days[0], drawing.days[-1]))
    dates = renderer.label("drawings.card.dates", {"first": first, "last": last})
    sheet.words(MARGIN, 88, dates, size=SMALL, style="light", within=sheet.inner)
    y = _done(sheet, drawing, renderer, HEAD + 10)
    changed = [row for row in drawing.rows if row.verdict is not Verdict.SAME]
    same = [row for row in drawing.rows if row.verdict is Verdict.SAME]
    for name, rows in (("changed", changed), ("same", same)):
        if rows:
            y = sheet.paragraph(MARGIN, y + 10, renderer.label(f"drawings.card.{name}"), sheet.inner, bold=True) + 8
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
    first = week_of(drawing.days[0].number)
    step = (sheet.inner - NAME) / WEEK
    for day in drawing.days:
        week = week_of(day.number)
        top = y + ROW * (week - first)
        if day.number % WEEK == 1:
            name = renderer.label("drawings.week", {"week": week})
            sheet.words(MARGIN, top + DAY / 2 + SMALL * 0.36, name, size=SMALL, style="soft", within=NAME - 8)
        sheet.mark(day.mark, MARGIN + NAME + step * ((day.number - 1) % WEEK) + (step - DAY) / 2, top, DAY)
    y += ROW * (week_of(drawing.days[-1].number) - first)
    there = {day.mark for day in drawing.days}
    entries: dict[str, str] = {mark: renderer.label(f"drawings.marks.{mark}") for mark in Mark if mark in there}
    y = Legend(entries, size=24).on(sheet, y + DAY + 14)
    own = [each.written or renderer.label(each.path) for each in drawing.moment]
    words = sheet.typeface.drawable(" · ".join(own))
    if words:
        moment = renderer.label("drawings.card.moment", {"words": words})
        y = sheet.paragraph(MARGIN, y + 6, moment, sheet.inner, size=SMALL, most=2)
    return y


def _row(sheet: Sheet, row: CardRow, renderer: Renderer, y: float) -> float:
    sheet.mark(mark_of(row.verdict), MARGIN, y, MARK)
    left = MARGIN + MARK + 14
    room = sheet.width - MARGIN - left
    if row.scale is not None:
        best = renderer.label(f"drawings.scales.{row.scale}")
        sheet.words(sheet.width - MARGIN, y + BODY, best, size=SMALL, style="soft", anchor="end", within=BEST - 12)
    name = renderer.label(row.words)
    y = sheet.paragraph(left, y - 2, name, room - (BEST if row.scale is not None else 0), most=2)
    kind = "card.row" if row.scale is None else "card.pain" if row.scale is Scale.PAIN else "changes.row"
    said = renderer.label(f"drawings.{kind}", said_of(row))
    return sheet.paragraph(left, y - 4, said, room, size=SMALL, style="soft", most=2) + 6
