"""How tall a message stands in the chat of a phone, of which whatever somebody is shown must fit one view."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from bot.render.text import Rendered, RenderedButton

VIEW = 650
"""Pixels that a message may fill: a phone of 390 x 844 leaves a chat 674, and the count below may be a line off."""
WIDTHS = {
    **dict.fromkeys("ijlI.,:;'’‘|! ", 0.31),
    **dict.fromkeys('ftr()-/“”"', 0.41),
    **dict.fromkeys("mwMW%@…→✓—+", 0.92),
    **dict.fromkeys("0123456789", 0.64),
    "\u2060": 0.075,
}
"""How wide letters are, in ems of the widest of the common fonts, of which a phone's own is a tenth narrower."""
SMALL, LARGE = 0.61, 0.69
"""Ems: every other letter, and every other capital."""
WIDE, QUOTED, INSET = 19.5, 18.2, 16
"""Ems of a line, of one in a quote, and the pixels above and below a quote."""
STAMP = 9.2
"""Ems that "Why?", "edited" and the time take at the end of the last line."""
EM, LINE, AROUND = 16, 22.72, 15
"""Pixels: the size of the font, a line of text, and what a bubble has above and below its own."""
TEXT, FILM, KEYBOARD = 309, 6, 5
"""Pixels: how wide text and film are, and the gap below a film and above the buttons."""
ROW, ROWS = 333, 5
"""Pixels: how wide a row of buttons is, and the gap between buttons."""
BUTTON, BESIDE, STEP = 44, 22, 20
"""Pixels: how high a button is at least, what is beside its words, and how high a line of them."""
FOLDED = 130
"""Pixels of a quote that is folded: three lines of it, and its own button."""
FOLDS = re.compile(r"\n?\n?<blockquote expandable>.*?</blockquote>", re.DOTALL)
QUOTE = re.compile(r"<blockquote>(.*?)</blockquote>", re.DOTALL)
BOLD = re.compile(r"<b>(.*?)</b>", re.DOTALL)
MOMENT = re.compile(r"(?=</tg-time>)")
ON_PAPER = "data/page"
"""What is no message: the words of the page for print."""


def height(rendered: Rendered, shape: float | None) -> int:
    """Pixels from the top of a message to the end of its buttons; `shape` is its picture's height by its width.

    Held beside the demo's page in Chromium, in a chat 390 pixels wide, 3,325 messages: right to 5 pixels on average, at
    most 25 too few and 34 too many.
    """
    text, folded = FOLDS.subn("\n", rendered.text)
    quotes = [_plain(each) for each in QUOTE.findall(text)]
    count, taken = _lines(_plain(QUOTE.sub("", text)), WIDE)
    count += taken + STAMP > WIDE
    count += sum(_lines(each, QUOTED)[0] for each in quotes)
    picture = round(TEXT * shape) + FILM if shape is not None else 0
    rows = [_row(row) for row in rendered.buttons]
    keyboard = KEYBOARD + sum(rows) + ROWS * (len(rows) - 1) if rows else 0
    return round(AROUND + count * LINE + len(quotes) * INSET + folded * FOLDED + picture + keyboard)


def _plain(text: str) -> str:
    """The text without markup; bold letters bring the bit that they are wider, and a moment names its year."""
    text = BOLD.sub(lambda found: re.sub(r"(&\w+;|&#\d+;|[^\s<&])", "\\1\u2060", found[1]), MOMENT.sub(" 2026", text))
    return unescape(re.sub(r"<[^>]+>", "", text))


def _lines(text: str, wide: float) -> tuple[int, float]:
    """How many lines a text takes, broken between words, and how many ems of the last one are taken."""
    count, taken = 0, 0.0
    for line in text.split("\n"):
        count, taken = count + 1, _width(line[: len(line) - len(line.lstrip())])
        begun = False
        for word in line.split():
            longer = taken + _width(word) + (WIDTHS[" "] if begun else 0)
            if begun and longer > wide:
                count, longer = count + 1, _width(word)
            begun, taken = True, longer
    return count, taken


@lru_cache(maxsize=4096)
def _width(word: str) -> float:
    return sum(WIDTHS.get(letter, LARGE if letter.isupper() else SMALL) for letter in word)


def _row(row: tuple[RenderedButton, ...]) -> int:
    width = (ROW - ROWS * (len(row) - 1)) / len(row) - BESIDE
    return max(BUTTON, 16 + STEP * max(_lines(each.text, width / EM)[0] for each in row))
