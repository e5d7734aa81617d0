"""The card at the end: what was done, what changed and what did not, to keep and to send to somebody."""

from __future__ import annotations

from bot.core.model.drawing import Card, CardRow, Scale, Verdict
from bot.core.model.series import WEEK, week_of
from bot.drawing.changes import TOP, mark_of, said_of
from bot.drawing.sheet import BODY, MARGIN, SMALL, TITLE, Legend, Sheet
from bot.drawing.strip import ORDER, shown
from bot.render.text import Renderer

HEAD = 106
MARK = 30
NAME, DAY, ROW = 132, 34, 40
"""The room for the name of a week, a day, and from one week down to the next."""
NUMBERS = 200
"""The room for the numbers of a row, beside its name."""
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
    for verdict in (Verdict.BETTER, Verdict.WORSE, Verdict.SAME):
        rows = [row for row in drawing.rows if row.verdict is verdict]
        if rows:
            sheet.mark(mark_of(verdict), MARGIN, y + 12, MARK)
            left = MARGIN + MARK + 14
            heading = renderer.label(f"drawings.card.{verdict}")
            y = sheet.paragraph(left, y + 10, heading, sheet.width - MARGIN - left, bold=True, style=verdict.value) + 4
            for row in rows[:MOST]:
                y = _row(sheet, row, renderer, left, y)
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
        sheet.mark(shown(day), MARGIN + NAME + step * ((day.number - 1) % WEEK) + (step - DAY) / 2, top, DAY)
    y += ROW * (week_of(drawing.days[-1].number) - first)
    there = {shown(day) for day in drawing.days}
    entries = {mark: renderer.label(f"drawings.marks.{mark}") for mark in ORDER if mark in there}
    y = Legend(entries, size=24).on(sheet, y + DAY + 14)
    own = [each.written or renderer.label(each.path) for each in drawing.moment]
    words = sheet.typeface.drawable(" · ".join(own))
    if words:
        moment = renderer.label("drawings.card.moment", {"words": words})
        y = sheet.paragraph(MARGIN, y + 6, moment, sheet.inner, size=SMALL, most=2)
    return y


def _row(sheet: Sheet, row: CardRow, renderer: Renderer, left: float, y: float) -> float:
    """Its name and numbers; below them why a change may be none."""
    room = sheet.width - MARGIN - left
    name = renderer.label(row.words)
    if row.scale is None:
        return sheet.paragraph(left, y, name, room, most=2) + 6
    values = {**said_of(row), "top": None if row.scale is Scale.COUNT else TOP}
    numbers = renderer.label("drawings.card.numbers", values)
    sheet.words(sheet.width - MARGIN, y + BODY, numbers, size=SMALL, anchor="end", within=NUMBERS - 12)
    y = sheet.paragraph(left, y, name, room - NUMBERS, most=2)
    if row.verdict is Verdict.SAME and row.before != row.after:
        y = sheet.paragraph(left, y - 4, renderer.label("drawings.card.row", values), room, size=SMALL, style="soft")
    return y + 6
