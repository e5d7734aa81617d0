"""How wide words are in the fonts that lie beside the content, and which letters these have."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from unicodedata import category

from fontTools.ttLib import TTFont

from bot.catalog.safe_paths import written

UNSEEN = ("Cf", "Mn")
"""Letters that take no room, such as marks of direction."""
SEMIBOLD = 600
"""From which weight on a font counts as bold."""


class Typeface:
    """Every font of a folder: pictures are drawn with these alone, so that each machine draws the same."""

    def __init__(self, folder: Path) -> None:
        self.files = tuple(written(folder, ".ttf"))

    @cached_property
    def _widths(self) -> dict[bool, dict[int, float]]:
        """By weight: of each letter its width as a share of the font's size; the first font that has it counts."""
        found: dict[bool, dict[int, float]] = {False: {}, True: {}}
        for path in self.files:
            with TTFont(path, lazy=True) as font:
                bold = font["OS/2"].usWeightClass >= SEMIBOLD
                units, advances = font["head"].unitsPerEm, font["hmtx"].metrics
                for letter, glyph in font.getBestCmap().items():
                    found[bold].setdefault(letter, advances[glyph][0] / units)
        return found

    def width(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide words of that size are; letters that no font has count as wide as they are high."""
        widths = self._widths[bold]
        return size * sum(widths.get(ord(letter), 1.0) for letter in words if category(letter) not in UNSEEN)

    def lacks(self, words: str) -> frozenset[str]:
        """The letters among these that no font has."""
        seen = {letter for letter in words if category(letter) not in UNSEEN}
        return frozenset(letter for letter in seen if any(ord(letter) not in has for has in self._widths.values()))

    def drawable(self, words: str) -> str:
        """What somebody wrote in one line, without letters that no font has."""
        gone = self.lacks(words)
        return " ".join("".join(" " if letter in gone else letter for letter in words).split())
