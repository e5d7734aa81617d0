"""Paints a figure's moments onto cards: framing, floor, body, arrows, and pairs of right and wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, sin

from PIL import Image, ImageDraw

from bot.figures.flesh import Sphere, parts
from bot.figures.geometry import Point, Vec, add, mul, sub
from bot.figures.motion import Motion
from bot.figures.pose import Arrow, Figure, Lens
from bot.figures.props import Box, solids
from bot.figures.scene import ARROW, CARD, FLOOR, Camera, shapes
from bot.figures.skeleton import Body

WIDTH = 480
FINER = 3  # painted so many times as large and scaled down, for smooth edges
LOWEST, HIGHEST = 0.56, 0.8  # height of a card, as a part of its width: higher ones leave a phone no room for words
SLENDER = 1.25  # the highest of two that stand next to each other
UPRIGHT = 0.65  # from here on two cards stand next to each other rather than below
MARGIN = 9.0  # cm round the body
FLOOR_ENDS = 95.0  # cm behind the figure
SCENERY = ("wall", "door", "mat", "counter", "table", "rail")
RIGHT, WRONG = "#3E8E5A", "#C4432B"
RING = "#8D979C"


@dataclass(frozen=True)
class Card:
    """Where the camera looks: the middle of the picture in cm, pixels a cm, and its size in pixels."""

    camera: Camera
    middle: Point
    scale: float
    width: int
    height: int

    def pixel(self, p: Point) -> Point:
        """A point of the flat world on the enlarged card."""
        scale = self.scale * FINER
        x = (p[0] - self.middle[0]) * scale + self.width * FINER / 2
        y = self.height * FINER / 2 - (p[1] - self.middle[1]) * scale
        return (x, y)


def card(motions: Sequence[Motion], width: int = WIDTH, highest: float = HIGHEST) -> Card:
    """A card that holds these motions, seen as the first one asks for, or its close-up."""
    figure = motions[0].figure
    camera = Camera.at(*figure.view)
    if figure.crop:
        height = _even(width * figure.crop.height / figure.crop.width)
        return Card(camera, camera.flat(figure.crop.at), width / figure.crop.width, width, height)
    spots = [(camera.flat(at), r) for each in motions for at, r in _extent(each, camera)]
    if figure.lens:
        spots.append((_middle(figure.lens, camera), figure.lens.width * figure.lens.grow / 2))
    left, right = min(p[0] - r for p, r in spots) - MARGIN, max(p[0] + r for p, r in spots) + MARGIN
    low, high = min(p[1] - r for p, r in spots) - MARGIN, max(p[1] + r for p, r in spots) + MARGIN
    shape = min(max((high - low) / (right - left), LOWEST), highest)
    scale = min(width / (right - left), width * shape / (high - low))
    return Card(camera, ((left + right) / 2, (low + high) / 2), scale, width, _even(width * shape))


def _extent(motion: Motion, camera: Camera) -> Iterator[Sphere]:
    """All that the picture has to hold: the body at all its moments, and every prop that is no mere scenery."""
    for _, body in motion.moments():
        for part in parts(body, camera.toward):
            yield from part.spheres
        for prop in motion.figure.props:
            for solid in solids(prop, body) if prop.kind not in SCENERY else ():
                yield from (
                    [(at, 0.0) for _, face in solid.faces() for at in face] if isinstance(solid, Box) else solid.ends
                )


def _even(value: float) -> int:
    return 2 * round(value / 2)


def paint(motion: Motion, body: Body, on: Card) -> Image.Image:
    """One moment on its card."""
    figure, lens = motion.figure, motion.figure.lens
    image, near = _scene(figure, body, on), arrow_card(figure, on)
    close = _scene(replace(figure, only=lens.only), body, near) if lens else image
    pen = ImageDraw.Draw(close)
    for each in figure.arrows:
        _arrow(pen, [near.pixel(p) for p in arrow_path(motion, each, on.camera)])
    if lens:
        _lay(image, close, on.pixel(on.camera.flat(lens.at)), on.pixel(_middle(lens, on.camera)), lens.grow)
    return image.reduce(FINER)


def _scene(figure: Figure, body: Body, on: Card) -> Image.Image:
    """Floor, props and body, still enlarged."""
    image = Image.new("RGB", (on.width * FINER, on.height * FINER), CARD)
    pen = ImageDraw.Draw(image)
    far = on.camera.flat((-FLOOR_ENDS * on.camera.toward[0], 0.0, -FLOOR_ENDS * on.camera.toward[2]))
    horizon = min(max(on.pixel(far)[1], 0), image.height)
    pen.rectangle((0, horizon, image.width, image.height), fill=FLOOR)
    for shape in shapes(figure, body, on.camera):
        if len(shape.points) > 2:
            pen.polygon([on.pixel(p) for p in shape.points], fill=shape.colour)
    return image


def arrow_card(figure: Figure, on: Card) -> Card:
    """The card that holds the arrows: the close-up in the lens where there is one."""
    if not figure.lens:
        return on
    scale = on.scale * figure.lens.grow
    size = _even(figure.lens.width * scale)
    return Card(on.camera, on.camera.flat(figure.lens.at), scale, size, size)


def _middle(lens: Lens, camera: Camera) -> Point:
    """Where the middle of a lens is, in the flat world."""
    x, y = camera.flat(lens.at)
    return (x + lens.shift[0], y + lens.shift[1])


def _lay(image: Image.Image, close: Image.Image, spot: Point, middle: Point, grow: float) -> None:
    """Lay a close-up over the picture: a ring round what it shows, a line from there to it, a ring round itself."""
    pen, thick, large = ImageDraw.Draw(image), round(2.5 * FINER), close.width / 2
    small, angle = large / grow, atan2(middle[1] - spot[1], middle[0] - spot[0])
    pen.line([(spot[0] + small * cos(angle), spot[1] + small * sin(angle)), middle], fill=RING, width=thick)
    pen.ellipse(_square(spot, small), outline=RING, width=thick)
    mask = Image.new("L", close.size)
    ImageDraw.Draw(mask).ellipse(_square((large, large), large), fill=255)
    image.paste(close, (round(middle[0] - large), round(middle[1] - large)), mask)
    pen.ellipse(_square(middle, large), outline=RING, width=thick)


def _square(middle: Point, radius: float) -> tuple[float, float, float, float]:
    return (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)


def arrow_path(motion: Motion, arrow: Arrow, camera: Camera) -> list[Point]:
    """The way of an arrow in the flat world."""
    way: list[Vec] = motion.path(arrow.of, arrow.start, arrow.to)
    if arrow.grow != 1:
        way = [add(way[0], mul(sub(p, way[0]), arrow.grow)) for p in way]
    first, last = (round(part * (len(way) - 1)) for part in arrow.part)
    return [(x + arrow.shift[0], y + arrow.shift[1]) for x, y in map(camera.flat, way[first : last + 1])]


def _arrow(pen: ImageDraw.ImageDraw, way: list[Point]) -> None:
    """A line with a head, a light rim round both."""
    thick = 6.5 * FINER
    tip = way[-1]
    body = [p for p in way[:-1] if hypot(p[0] - tip[0], p[1] - tip[1]) > thick * 2.1] or way[:1]
    angle = atan2(tip[1] - body[-1][1], tip[0] - body[-1][0])

    def spot(back: float, aside: float) -> Point:
        """So far behind the tip and beside it."""
        c, s = cos(angle), sin(angle)
        return (tip[0] - c * back - s * aside, tip[1] - s * back + c * aside)

    for rim, colour in ((2.4 * FINER, CARD), (0.0, ARROW)):
        neck, half = thick * 2 + rim, thick * 1.7 + rim
        wide = thick + 2 * rim
        x, y = body[0]
        pen.line([*body, spot(thick * 2, 0)], fill=colour, width=round(wide), joint="curve")
        pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=colour)
        pen.polygon([spot(-rim * 1.8, 0), spot(neck, half), spot(neck, -half)], fill=colour)


def mark(image: Image.Image, right: bool) -> None:
    """Put a tick or a cross into the upper left corner: a shape as well as a colour."""
    badge = Image.new("RGBA", (36 * FINER, 36 * FINER))
    pen = ImageDraw.Draw(badge)
    r = x = y = 18 * FINER
    pen.ellipse((0, 0, 2 * r - 1, 2 * r - 1), fill=RIGHT if right else WRONG)
    strokes = (
        [[(-0.45, 0.05), (-0.12, 0.4), (0.48, -0.35)]]
        if right
        else [[(-0.36, -0.36), (0.36, 0.36)], [(-0.36, 0.36), (0.36, -0.36)]]
    )
    for stroke in strokes:
        pen.line([(x + a * r, y + b * r) for a, b in stroke], fill="#FFFFFF", width=5 * FINER, joint="curve")
    small = badge.reduce(FINER)
    image.paste(small, (12, 12), small)


def is_upright(width: int, height: int) -> bool:
    """Whether cards of this size stand next to each other rather than below."""
    return height > width * UPRIGHT


def beside(images: Sequence[Image.Image]) -> Image.Image:
    """Pictures of one size next to each other, wide ones below each other."""
    w, h = images[0].size
    upright = is_upright(w, h)
    size = (w * len(images), h) if upright else (w, h * len(images))
    whole = Image.new("RGB", size, CARD)
    for n, image in enumerate(images):
        whole.paste(image, (w * n, 0) if upright else (0, h * n))
    return whole
