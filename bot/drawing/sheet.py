"""A sheet of paper for one picture: words, marks, boxes and lines, each with its place; mirrored where it must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.drawing.typeface import Typeface

WIDTH: Final = 640
"""Of every picture, in units of which a narrow phone shows two as one of its points."""
MARGIN: Final = 28
TITLE, BODY, SMALL = 36, 26, 22
"""Sizes of words. The smallest is 11 points on a phone that is 320 wide."""
LEADING = 1.25
CUT = "…"
BLANK = "\u00a0"
"""At which no line is broken."""

Still = tuple[str, float]
"""The still of a figure: its path in the content, and its height by its width."""
Stills = Callable[[tuple[str, ...]], Still | None]
"""Of figures in order of preference, the still of the first that there is."""
RIGHT_TO_LEFT = "\u200f"
"""Before words that begin with a number, it tells which end of them is the beginning."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing on the sheet; `x` and `y` are its left upper corner, of words the foot of their beginning.

    `style` is the class that the template gives a colour, of a mark its name and of a still its file; a still
    that is shown `whole` is of that kind. Lines run through `points`. What is `over` lies on something else on purpose.
    """

    kind: str
    style: str
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    words: str = ""
    anchor: str = "start"
    size: float = 0
    bold: bool = False
    points: tuple[tuple[float, float], ...] = ()
    over: bool = False

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        if self.points:
            return (
                min(x for x, _ in self.points),
                min(y for _, y in self.points),
                max(x for x, _ in self.points),
                max(y for _, y in self.points),
            )
        if self.kind != "words":
            return self.x, self.y, self.x + self.width, self.y + self.height
        left = self.x - {"start": 0.0, "middle": self.width / 2, "end": self.width}[self.anchor]
        return left, self.y - self.size * 0.76, left + self.width, self.y + self.size * 0.24


class Sheet:
    """What a picture is laid out on. `cut` are the words that had to be shortened to fit."""

    def __init__(self, typeface: Typeface, *, from_right: bool = False, stills: Stills = lambda names: None) -> None:
        self.typeface = typeface
        self.from_right = from_right
        self.stills = stills
        self.width = WIDTH
        self.height: float = 0
        self.parts: list[Part] = []
        self.cut: list[str] = []

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * MARGIN

    def words(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = BODY,
        bold: bool = False,
        anchor: str = "start",
        style: str = "ink",
        within: float | None = None,
    ) -> float:
        """One line of words whose foot is at `y`, cut where it is wider than `within`; returns how wide it is."""
        fitting = words if within is None else self._fitting(words, within, size, bold)
        width = self.typeface.width(fitting, size, bold=bold)
        self.parts.append(Part("words", style, x, y, width, size, fitting, anchor, size, bold))
        return width

    def paragraph(
        self,
        x: float,
        y: float,
        words: str,
        width: float,
        *,
        size: float = BODY,
        bold: bool = False,
        style: str = "ink",
        most: int = 3,
    ) -> float:
        """Words from a top edge down, in so many lines at most; returns where the next thing may begin."""
        lines = self._broken(words, width, size, bold)
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        for line in lines:
            y += size * LEADING
            self.words(x, y - size * 0.25, line, size=size, bold=bold, style=style, within=width)
        return y

    def mark(self, name: str, x: float, y: float, size: float, *, over: bool = False) -> None:
        """One of the template's marks, its left upper corner there."""
        self.parts.append(Part("mark", name, x, y, size, size, over=over))

    def still(self, still: Still, x: float, y: float, width: float, height: float) -> None:
        """The still of a figure: of a tall one, whose poses stand one below the other, what is above."""
        file, shape = still
        self.parts.append(Part("still" if shape > height / width else "whole", file, x, y, width, height))

    def box(self, x: float, y: float, width: float, height: float, style: str) -> None:
        """A box with a colour or an edge."""
        self.parts.append(Part("box", style, x, y, width, height))

    def line(self, points: tuple[tuple[float, float], ...], style: str) -> None:
        """A line through these points."""
        self.parts.append(Part("line", style, points=points))

    def placed(self) -> list[Part]:
        """Everything, as it is read in the sheet's direction."""
        return [self._mirrored(part) for part in self.parts] if self.from_right else list(self.parts)

    def _mirrored(self, part: Part) -> Part:
        other = {"start": "end", "end": "start"}.get(part.anchor, part.anchor)
        x = self.width - part.x - (0 if part.kind == "words" else part.width)
        points = tuple((self.width - px, py) for px, py in part.points)
        words = RIGHT_TO_LEFT + part.words if part.words else ""
        return replace(part, x=x, anchor=other, points=points, words=words)

    def _fitting(self, words: str, width: float, size: float, bold: bool) -> str:
        if self.typeface.width(words, size, bold=bold) <= width:
            return words
        self.cut.append(words)
        kept = words
        while kept and self.typeface.width(kept + CUT, size, bold=bold) > width:
            kept = kept[:-1].rstrip()
        return kept + CUT

    def _broken(self, words: str, width: float, size: float, bold: bool) -> list[str]:
        lines: list[str] = []
        for word in filter(None, words.split(" ")):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.typeface.width(longer, size, bold=bold) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


@dataclass(frozen=True, slots=True)
class Legend:
    """Marks beside the words that say what they mean, in as many rows as they need."""

    entries: Mapping[str, str] = field(default_factory=dict)
    size: float = 30

    def on(self, sheet: Sheet, y: float) -> float:
        """Drawn from a top edge down; returns where the next thing may begin."""
        x: float = MARGIN
        for name, words in self.entries.items():
            wide = self.size + 10 + sheet.typeface.width(words, SMALL)
            if x > MARGIN and x + wide > sheet.width - MARGIN:
                x, y = MARGIN, y + self.size + 12
            sheet.mark(name, x, y, self.size)
            room = sheet.width - MARGIN - x - self.size - 10
            top = y + self.size * 0.5 + SMALL * (0.36 + 0.25 - LEADING)
            foot = sheet.paragraph(x + self.size + 10, top, words, room, size=SMALL)
            y += max(0.0, foot - top - SMALL * LEADING)
            x += wide + 26
        return y + self.size


def foot_beside(y: float, half: float, size: float, lines: Sequence[float]) -> float:
    """The foot of a number above its dot at that height; below it where it would reach another line of the scale."""
    above = y - half - 6
    top = above - size * 0.74
    if top < min(lines) or any(top < line < y - 1 for line in lines):
        return y + half + size * 0.82
    return above


def titled(sheet: Sheet, words: str) -> float:
    """The picture's answer at its head, broken behind its last comma; returns where the next thing may begin."""
    before, comma, behind = words.rpartition(", ")
    if comma and sheet.typeface.width(words, TITLE, bold=True) > sheet.inner:
        words = before + comma + behind.replace(" ", BLANK)
    return sheet.paragraph(MARGIN, MARGIN, words, sheet.inner, size=TITLE, bold=True)
