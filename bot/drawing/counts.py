"""Shares of everybody together: a bar each, in groups, with its numbers beside it."""

from __future__ import annotations

from bot.core.model.drawing import Bar, Counts
from bot.drawing.sheet import BODY, MARGIN, SMALL, Sheet, titled
from bot.render.text import Renderer

NAME = 236
NUMBER = 190
ROW = 31
THICK = 18
LEAST = 6
"""The shortest bar of a count that is not 0."""
BEFORE_GROUP = 7


def counts(sheet: Sheet, drawing: Counts, renderer: Renderer) -> None:
    """How does it go with everybody together?"""
    y = titled(sheet, renderer.label("drawings.counts.title", {"people": drawing.people}))
    for group in drawing.groups:
        y = sheet.paragraph(
            MARGIN, y + BEFORE_GROUP, renderer.label(group.words), sheet.inner, size=BODY, bold=True, most=1
        )
        for bar in group.bars:
            _bar(sheet, bar, y, renderer)
            y += ROW
    sheet.height = y + MARGIN


def _bar(sheet: Sheet, bar: Bar, y: float, renderer: Renderer) -> None:
    """The name, the number, and the bar, whose whole is the track."""
    foot = y + ROW / 2 + SMALL * 0.36
    sheet.words(MARGIN, foot, renderer.label(bar.words, {"name": bar.name}), size=SMALL, within=NAME - 12)
    left, room = MARGIN + NAME, sheet.inner - NAME - NUMBER
    top = y + (ROW - THICK) / 2
    sheet.box(left, top, room, THICK, "track")
    if bar.part:
        sheet.box(left, top, max(LEAST, room * bar.part / bar.whole), THICK, "bar")
    number = renderer.label("drawings.counts.of", {"part": bar.part, "whole": bar.whole})
    sheet.words(sheet.width - MARGIN, foot, number, size=SMALL, anchor="end", within=NUMBER - 12)
