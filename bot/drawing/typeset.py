"""Words on the standard input to one page of PDF on the standard output, as a process: `python typeset.py FONT FONT`.

The input is JSON as `page` takes it, or with a `code` as `leaflet` does. The words stay text: they can be searched,
copied and read aloud.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from datetime import datetime
from io import BytesIO
from typing import Any

from fpdf import FPDF

SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
"""Of the letters, in points: the largest with which all stands on one page."""
LEADING = 1.32
MARGIN = 16.0
"""In millimetres, as everything on the page."""
POINT = 25.4 / 72
HANGING = 4.0
TITLE = 1.5
"""How much larger the first line is."""
ACROSS, BESIDE = 72.0, 2
"""How wide the picture is, and beside which line it begins."""
HEADING, ITEM = "heading", "item"


def page(lines: list[list[str]], language: str, made: str, picture: str, told: str, fonts: list[str]) -> bytes:
    """One page; each line is its kind (heading, item or text) and its words.

    `made` is the instant it is dated; `picture` a PNG in base 64 or empty, `told` what it says to whoever hears it.
    What would not fit at the smallest size goes on behind it: nothing is lost.
    """
    pdf = FPDF(format="A4")
    pdf.set_title(lines[0][1])
    pdf.set_lang(language)
    pdf.set_creation_date(datetime.fromisoformat(made))
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    for style, font in zip(("", "B"), fonts, strict=True):
        pdf.add_font("own", style, font)
    pdf.add_page()
    image = b64decode(picture)
    end = pdf.h - MARGIN
    size = next((size for size in SIZES if _flow(pdf, lines, size, image, told, write=False) <= end), SIZES[-1])
    _flow(pdf, lines, size, image, told, write=True)
    return bytes(pdf.output())


LEAFLET_MARGIN, CODE = 9.0, 48.0
LEAFLET_SIZES = (12.0, 11.0, 10.0, 9.0, 8.0, 7.0)
FOOT = 0.8
"""How large what stands below the steps is."""
STEP = 6.0
"""How far the words of a step stand from its number."""


def leaflet(lines: list[list[str]], language: str, made: str, code: str, fonts: list[str]) -> bytes:
    """A card to hand out, A6: what it is about, a code to scan, then its steps, numbered, and what else is to be said.

    The lines before the first item stand above the code; `code` is a PNG in base 64.
    """
    pdf = FPDF(format=(105, 148))
    pdf.set_title(lines[0][1])
    pdf.set_lang(language)
    pdf.set_creation_date(datetime.fromisoformat(made))
    pdf.set_margin(LEAFLET_MARGIN)
    pdf.set_auto_page_break(False)
    for style, font in zip(("", "B"), fonts, strict=True):
        pdf.add_font("own", style, font)
    pdf.add_page()
    image, end = b64decode(code), pdf.h - LEAFLET_MARGIN
    sizes = LEAFLET_SIZES
    size = next((size for size in sizes if _leaflet(pdf, lines, size, image, write=False) <= end), sizes[-1])
    _leaflet(pdf, lines, size, image, write=True)
    return bytes(pdf.output())


def _leaflet(pdf: FPDF, lines: list[list[str]], size: float, code: bytes, *, write: bool) -> float:
    """Where the last line ends, written or only measured."""
    y, number = LEAFLET_MARGIN, 0
    for place, (kind, words) in enumerate(lines):
        if kind == ITEM and not number:
            if write:
                pdf.image(BytesIO(code), (pdf.w - CODE) / 2, y + 2, CODE, alt_text=lines[0][1])
            y += CODE + 5
        if kind != ITEM and number and lines[place - 1][0] == ITEM:
            y += 3
        number += kind == ITEM
        is_head, is_step = not place, kind == ITEM
        left = LEAFLET_MARGIN + (STEP if is_step else 0)
        room = pdf.w - LEAFLET_MARGIN - left
        own = size * (TITLE if is_head else FOOT if number and not is_step else 1)
        pdf.set_font("own", "B" if is_head else "", own)
        longest = max(pdf.get_string_width(word) for word in words.split())
        own *= min(1, room / longest)  # an address breaks nowhere
        pdf.set_font("own", "B" if is_head else "", own)
        step = own * POINT * LEADING
        if write and is_step:
            pdf.set_xy(LEAFLET_MARGIN, y)
            pdf.cell(STEP, step, f"{number}.")
        for line in _broken(pdf, words, room):
            if write:
                pdf.set_xy(left, y)
                pdf.cell(room, step, line, align="L" if is_step else "C")
            y += step
        y += step * 0.3
    return y


def _flow(pdf: FPDF, lines: list[list[str]], size: float, image: bytes, told: str, *, write: bool) -> float:
    """Where the last line ends, written or only measured."""
    step, y, below = size * POINT * LEADING, MARGIN, MARGIN
    for number, (kind, words) in enumerate(lines):
        heading, larger = kind == HEADING, 1 if number else TITLE
        if number == BESIDE and image:
            width, height = (int.from_bytes(image[at : at + 4], "big") for at in (16, 20))
            if write:
                pdf.image(BytesIO(image), pdf.w - MARGIN - ACROSS, y + step / 2, ACROSS, alt_text=told)
            below = y + step / 2 + ACROSS * height / width
        y += step * 0.45 if heading and number else 0
        pdf.set_font("own", "B" if heading else "", size * larger)
        left = MARGIN + (HANGING if kind == ITEM else 0)
        room = pdf.w - MARGIN - left - (ACROSS + HANGING if y < below else 0)
        if write and heading and number:
            pdf.set_y(y)
            pdf.start_section(words)
        if write and kind == ITEM:
            pdf.circle(MARGIN + 1.6, y + step / 2, 0.5, style="F")
        for line in _broken(pdf, words, room):
            if write:
                pdf.set_xy(left, y)
                pdf.cell(room, step * larger, line)
                y = pdf.get_y()
            y += step * larger
    return y


def _broken(pdf: FPDF, words: str, room: float) -> list[str]:
    """Lines that fit. The library's own way of breaking them took seconds for a page."""
    space, lines, width = pdf.get_string_width(" "), [""], 0.0
    for word in words.split():
        wide = pdf.get_string_width(word)
        if lines[-1] and width + space + wide > room:
            lines.append("")
            width = 0.0
        width += wide + (space if lines[-1] else 0)
        lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def main() -> None:
    """Typeset the one page."""
    given: dict[str, Any] = json.load(sys.stdin)
    made = leaflet if "code" in given else page
    sys.stdout.buffer.write(made(**given, fonts=sys.argv[1:]))


if __name__ == "__main__":
    main()
