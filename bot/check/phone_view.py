"""How tall a message stands in the chat of a phone: what is gone through page by page must fit one view."""

from __future__ import annotations

import re
import textwrap
from html import unescape
from itertools import chain

from bot.render.text import Rendered, RenderedButton

VIEW = 660
"""Pixels that a message may fill: a phone of 390 x 844 leaves the demo's chat 674, of which 14 stay free below."""
WIDE = 37
"""Characters of a line, broken between words.

Measured once against the demo's page in Chromium, 253 messages of every kind in a chat 390 pixels wide: so counted, the
lines of a message are right in the mean, 0.3 off on average, one too many or two too few at worst.
"""
LINE = 22.72
AROUND = 14
"""Pixels: a line of text (16 of font at 1.42), and what a bubble has above and below its own."""
STAMP = 14
"""Characters that "edited" and the time take at the end of the last line."""
TEXT, FILM, KEYBOARD = 309, 6, 5
"""Pixels: how wide text and film are, and the gap below a film and above the buttons."""
ROW, ROWS = 333, 5
"""Pixels: how wide a row of buttons is, and the gap between buttons."""
BUTTON, BESIDE, LETTER, STEP = 44, 22, 8.4, 20
"""Pixels: how high a button is at least, what is beside its words, how wide a letter and how high a line of them."""
FOLDED = 130
"""Pixels of a quote that is folded: three lines of it, and its own button."""
QUOTE = re.compile(r"<blockquote expandable>.*?</blockquote>", re.DOTALL)
PAGED = (
    *("session/exercise", "session/more", "session/steps", "session/mistake", "session/timer", "session/why"),
    *("session/known", "session/it-hurts", "session/upshot", "move/now"),
)
"""Screens that are gone through page by page, in place."""


def height(rendered: Rendered, shape: float | None) -> int:
    """Pixels from the top of a message to the end of its buttons; `shape` is its film's height by its width."""
    quotes = len(QUOTE.findall(rendered.text))
    text = unescape(re.sub(r"<[^>]+>", "", QUOTE.sub("", rendered.text)))
    lines = list(chain.from_iterable(textwrap.wrap(line, WIDE) or [""] for line in text.split("\n")))
    count = len(lines) + (len(lines[-1]) + STAMP > WIDE)
    film = round(TEXT * shape) + FILM if shape is not None else 0
    rows = [_row(row) for row in rendered.buttons]
    keyboard = KEYBOARD + sum(rows) + ROWS * (len(rows) - 1) if rows else 0
    return round(AROUND + count * LINE + quotes * FOLDED + film + keyboard)


def _row(row: tuple[RenderedButton, ...]) -> int:
    width = (ROW - ROWS * (len(row) - 1)) / len(row) - BESIDE
    lines = max(len(textwrap.wrap(each.text, max(1, int(width / LETTER)))) for each in row)
    return max(BUTTON, 16 + STEP * lines)
