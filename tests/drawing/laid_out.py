"""What must hold of every picture: all of it on the paper, nothing on top of anything else, nothing cut."""

from __future__ import annotations

from itertools import combinations

from bot.drawing.draw import Draftsman
from bot.drawing.sheet import Part, Sheet
from bot.render.text import Renderer
from tests.conftest import CONTENT, the_catalog, the_places

SOLID = ("words", "mark")
"""What nothing may lie on; boxes and lines may hold others."""
SLACK = 1.0


def renderer() -> Renderer:
    """The real words."""
    return Renderer(the_catalog(), the_places().country_of)


def draftsman() -> Draftsman:
    """The real fonts, marks and colours."""
    return Draftsman(CONTENT)


def faults(sheet: Sheet) -> list[str]:
    """Everything that is wrong with where things lie."""
    found = [f"cut: {words}" for words in sheet.cut]
    parts = sheet.placed()
    for part in parts:
        left, top, right, bottom = part.bounds
        if left < 0 or top < 0 or right > sheet.width or bottom > sheet.height:
            found.append(f"off the paper: {part.kind} {part.style} {part.words} {part.bounds}")
    solid = [part for part in parts if part.kind in SOLID and not part.over]
    found += [f"{a.words or a.style} lies on {b.words or b.style}" for a, b in combinations(solid, 2) if _meet(a, b)]
    return found


def _meet(a: Part, b: Part) -> bool:
    left, top, right, bottom = a.bounds
    left_b, top_b, right_b, bottom_b = b.bounds
    return min(right, right_b) - max(left, left_b) > SLACK and min(bottom, bottom_b) - max(top, top_b) > SLACK
