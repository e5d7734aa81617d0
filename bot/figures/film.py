"""Which films and stills a set of figures makes: singles, pairs of right and wrong, and both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageOps

from bot.figures.draw import HIGHEST, SLENDER, WIDTH, Card, beside, card, is_upright, mark, paint
from bot.figures.motion import Motion
from bot.figures.pose import Figure
from bot.figures.skeleton import Body

RATE = 24
PAIR, STILL = 300, 360  # widths of a card in a pair and in a still
IMPORT = re.compile(r"^(?:from|import) [^(\n]*(?:\([^)]*\))?$", re.MULTILINE)
DRAWN_BY = ("geometry", "pose", "solve", "skeleton", "motion", "props", "flesh", "scene", "draw", "film", "encode")


@dataclass(frozen=True)
class Film:
    """One film and its still: a figure alone, or beside its mistake; perhaps in a mirror."""

    id: str
    figures: tuple[Figure, ...]
    flipped: bool = False

    @cached_property
    def motions(self) -> list[Motion]:
        """The figures in time."""
        return [Motion(figure) for figure in self.figures]

    @property
    def seconds(self) -> float:
        """How long the loop takes."""
        return self.figures[0].seconds

    @property
    def source(self) -> str:
        """A hash of all that the film is made from: the poses, and the code that draws them."""
        text = repr([replace(figure, file="", lines={}, supported=False) for figure in self.figures])
        return sha256((text + str(self.flipped) + _code()).encode()).hexdigest()[:16]

    def frames(self) -> Iterator[Image.Image]:
        """Every picture of the film."""
        return self.pictures(round(self.seconds * RATE))

    def pictures(self, count: int) -> Iterator[Image.Image]:
        """So many pictures, evenly spread over the loop."""
        motions = self.motions
        on = self._card(PAIR, 2) if len(motions) > 1 else self._card(WIDTH, 1)
        shown: tuple[Body, ...] = ()
        for n in range(count):
            bodies = tuple(motion.at(self.seconds * n / count) for motion in motions)
            if n == 0 or any(new is not old for new, old in zip(bodies, shown, strict=True)):
                image = beside(self._cards(bodies, on))
            shown = bodies
            yield image

    def still(self) -> Image.Image:
        """Two telling moments side by side, or the right way beside the wrong one."""
        main = self.motions[0]
        if len(self.motions) > 1:
            on = self._card(STILL, 2)
            key = self.figures[-1].still[-1]
            bodies = tuple(motion.solved[key].body for motion in self.motions)
            return beside(self._cards(bodies, on))
        keys = list(main.figure.still)
        on = self._card(STILL, len(keys))
        return beside([self._cards((main.solved[key].body,), on)[0] for key in keys])

    def _card(self, width: int, count: int) -> Card:
        """A card of this width when so many cards stand next to each other, of the full width when they lie below."""
        on = card(self.motions[::-1], width, SLENDER if count > 1 else HIGHEST)
        return on if is_upright(on.width, on.height) else card(self.motions[::-1], WIDTH)

    def _cards(self, bodies: tuple[Body, ...], on: Card) -> list[Image.Image]:
        images = [paint(motion, body, on) for motion, body in zip(self.motions, bodies, strict=True)]
        if self.flipped:
            images = [ImageOps.mirror(image) for image in images]
        if len(images) > 1:
            for image, right in zip(images, (True, False), strict=True):
                mark(image, right)
        return images


def films(figures: Mapping[str, Figure]) -> list[Film]:
    """Every film the figures make. A figure shows its right side; its mirror the left."""
    found = []
    for name, figure in figures.items():
        main = figures.get(name.removesuffix("-mistake"))
        if main is not None and main is not figure and main.paired:
            continue
        wrong = figures[f"{name}-mistake"] if figure.paired else None
        shown: tuple[Figure, ...] = (figure,)
        if wrong:
            shown = (figure, wrong)
        elif main and main is not figure:
            shown = (_seen_as(main, figure), figure)
        if figure.sides:
            found += [Film(f"{name}-left", shown, True), Film(f"{name}-right", shown)]
        else:
            found.append(Film(name, shown))
    return found


def _seen_as(right: Figure, wrong: Figure) -> Figure:
    """The right way in the surroundings and from the side that show the mistake."""
    arrows = right.arrows if right.view == wrong.view else ()
    return replace(right, view=wrong.view, crop=wrong.crop, props=wrong.props, arrows=arrows)


@cache
def _code() -> str:
    """What the drawing code says, whatever its layout and wherever it lies."""
    folder = Path(__file__).parent
    texts = [IMPORT.sub("", (folder / f"{name}.py").read_text(encoding="utf-8")) for name in DRAWN_BY]
    return sha256("".join("".join(texts).split()).encode()).hexdigest()
