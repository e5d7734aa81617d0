"""Shares of everybody together: a bar each, in groups that say what they are so many of."""

from __future__ import annotations

from bot.core.model.drawing import Bar, BarGroup, Counts
from bot.drawing.sheet import BODY, MARGIN, SMALL, Sheet, titled
from bot.render.text import Renderer

NAME = 258
NUMBER = 182
MARK = 24
ROW = 30
THICK = 18
LEAST = 6
"""The shortest bar of a count that is not 0."""
BEFORE_GROUP = 7


def counts(sheet: Sheet, drawing: Counts, renderer: Renderer) -> None:
    """How does it go with everybody together?"""
    y = titled(sheet, renderer.label("drawings.counts.title", {"people": drawing.people}))
    for group in drawing.groups:
        heading = renderer.label(group.words, {"whole": group.whole, "people": drawing.people})
        y = sheet.paragraph(MARGIN, y + BEFORE_GROUP, heading, sheet.inner, size=BODY, bold=True, most=2)
        for bar in group.bars:
            _bar(sheet, bar, group, y, renderer)
            y += ROW
    sheet.height = y + MARGIN


def _bar(sheet: Sheet, bar: Bar, group: BarGroup, y: float, renderer: Renderer) -> None:
    """The name, the bar, whose whole is the track, and the number; a pain has its colour and its shape.

    What is low is bold and red.
    """
    foot, words = y + ROW / 2 + SMALL * 0.36, MARGIN
    if bar.light:
        sheet.mark(f"light-{bar.light}", MARGIN, y + (ROW - MARK) / 2, MARK)
        words += MARK + 8
    left, room = MARGIN + NAME, sheet.inner - NAME - NUMBER
    sheet.words(words, foot, renderer.label(bar.words, {"name": bar.name}), size=SMALL, within=left - words - 12)
    top = y + (ROW - THICK) / 2
    sheet.box(left, top, room, THICK, "track")
    if bar.part:
        width = max(LEAST, room * bar.part / group.whole)
        colour = bar.light or ("red" if bar.low else "")
        sheet.box(left, top, width, THICK, f"bar-{colour}" if colour else "bar")
    number = renderer.label("drawings.counts.number", {"part": bar.part, "whole": group.whole})
    style, end = "worse" if bar.low else "ink", sheet.width - MARGIN
    sheet.words(end, foot, number, size=SMALL, bold=bar.low, anchor="end", style=style, within=NUMBER - 12)
