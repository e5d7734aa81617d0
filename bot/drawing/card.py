"""The card at the end: what was done, what changed and what did not, to keep and to send to somebody."""

from __future__ import annotations

from bot.core.model.drawing import Card, CardRow, DrawnDay, Mark, Scale, Verdict
from bot.core.model.series import week_of
from bot.drawing.changes import said_of
from bot.drawing.sheet import BODY, MARGIN, SMALL, TITLE, Sheet
from bot.drawing.strip import Sizes, calendar, calendar_weeks, key
from bot.render.text import Renderer

HEAD = 94
MARK = 30
NUMBERS = 320
"""The room for the numbers of a row at most, beside its name."""
BETWEEN = 12
MOST = 4
"""Rows of each kind; what is beyond them stands in the words."""
SIZES = Sizes(34, 42)
ALIKE = {Mark.SHORT: Mark.DONE, Mark.MEASURED: Mark.REST, Mark.TO_MEASURE: Mark.REST}
"""To whom the card is sent, a session is one, and every other day a day without."""


def card(sheet: Sheet, drawing: Card, renderer: Renderer) -> None:
    """What did I do, what changed, what did not?"""
    weeks = week_of(drawing.days[-1].number)
    sheet.box(0, 0, sheet.width, HEAD, "head")
    title = renderer.label("drawings.card.title", {"weeks": weeks, "done": drawing.sessions})
    sheet.words(MARGIN, 46, title, size=TITLE, bold=True, style="light", within=sheet.inner)
    first, last = (renderer.language.short_day(day.date) for day in (drawing.days[0], drawing.days[-1]))
    name = renderer.words.find("commands").get("name", "")
    dates = renderer.label("drawings.card.dates", {"name": name, "first": first, "last": last})
    sheet.words(MARGIN, 79, dates, size=SMALL, style="light", within=sheet.inner)
    y = _done(sheet, drawing, renderer, HEAD + 6)
    for verdict in (Verdict.BETTER, Verdict.WORSE, Verdict.SAME):
        rows = [row for row in drawing.rows if row.verdict is verdict]
        if rows:
            sheet.mark(verdict, MARGIN, y + 4, MARK)
            left = MARGIN + MARK + 14
            heading = renderer.label(f"drawings.card.{verdict}")
            y = sheet.paragraph(left, y + 2, heading, sheet.width - MARGIN - left, bold=True, style=verdict.value) + 2
            for row in rows[:MOST]:
                y = _row(sheet, row, renderer, left, y)
            if verdict is Verdict.WORSE and drawing.high:
                then = renderer.label("drawings.card.then")
                y = sheet.paragraph(left, y, then, sheet.width - MARGIN - left, bold=True, style=verdict.value) + 4
    sheet.line(((MARGIN, y + 8), (sheet.width - MARGIN, y + 8)), "grid")
    note = renderer.label("drawings.card.note")
    y = sheet.paragraph(MARGIN, y + 8, note, sheet.inner, size=SMALL, style="soft", most=6)
    sheet.height = y + MARGIN - 8


def _done(sheet: Sheet, drawing: Card, renderer: Renderer, y: float) -> float:
    """Each day as a mark, and what the person said when and where."""

    def marked(day: DrawnDay, x: float, y: float) -> str:
        mark = ALIKE.get(day.mark, day.mark)
        sheet.mark(mark, x, y, SIZES.mark)
        return mark

    y, there = calendar(sheet, drawing, calendar_weeks(drawing.days, drawing.begins), y, renderer, SIZES, marked)
    told = (Mark.DONE, Mark.OPEN, Mark.AHEAD, Mark.REST)
    y = key(
        sheet, drawing, {each: renderer.label(f"drawings.card.{each}") for each in told if each in there}, y, renderer
    )
    own = [each.written or renderer.label(each.path) for each in drawing.moment]
    words = sheet.typeface.drawable(" · ".join(own))
    if words:
        moment = renderer.label("drawings.card.moment", {"words": words})
        return sheet.paragraph(MARGIN, y + 6, moment, sheet.inner, size=SMALL, most=2)
    return y + 6


def _row(sheet: Sheet, row: CardRow, renderer: Renderer, left: float, y: float) -> float:
    """Its name and numbers; below them why a change may be none."""
    room = sheet.width - MARGIN - left
    name = renderer.label(row.words)
    # Of what is counted it is plain that more is better, and there is no room to say so.
    good = renderer.label(f"drawings.scales.{row.scale}") if row.scale in (Scale.PAIN, Scale.ACTIVITY) else ""
    values = {**said_of(row, renderer), "good": good}
    numbers = renderer.label("drawings.card.numbers", values)
    wide = sheet.words(sheet.width - MARGIN, y + BODY, numbers, size=SMALL, anchor="end", within=NUMBERS)
    y = sheet.paragraph(left, y, name, room - wide - BETWEEN, most=3)
    if row.verdict is Verdict.SAME and row.before != row.after:
        said = renderer.label("drawings.card.row", values)
        y = sheet.paragraph(left, y - 4, said, room, size=SMALL, style="soft")
    return y + 4
