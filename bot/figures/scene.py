"""Camera and shapes: a body and its props as flat shapes in the order in which they are painted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians, sin

from bot.figures.flesh import Part, Sphere, parts, patches
from bot.figures.geometry import CIRCLE, Point, Vec, add, between, clipped, cross, dot, hull, outline
from bot.figures.pose import Figure
from bot.figures.props import Box, Solid, solids
from bot.figures.skeleton import Body

CARD, FLOOR, SHADOW, FAR = "#F4F3EE", "#E4E5DF", "#D2D5D0", "#AEB6B8"
WORK, ARROW = "#F0805A", "#D4492A"
COLOURS = {
    "skin": "#C9B1A1",
    "shade": "#B59C8B",
    "hair": "#4B4550",
    "shirt": "#5B8E8A",
    "sleeve": "#538581",
    "trousers": "#3D4A63",
}
RIM = 1.1  # cm
SHADELESS = ("face", "nose", "earR", "earL")


@dataclass(frozen=True)
class Shape:
    """A flat shape and its colour."""

    colour: str
    points: list[Point]


@dataclass(frozen=True)
class Camera:
    """Looks at the room from far away: yaw 0 sees the figure's right side, 90 its front; pitch looks down."""

    right: Vec
    up: Vec
    toward: Vec

    @staticmethod
    def at(yaw: float, pitch: float) -> Camera:
        """The camera at these angles in degrees."""
        a, b = radians(yaw), radians(pitch)
        right = (cos(a), 0.0, -sin(a))
        toward = (sin(a) * cos(b), sin(b), cos(a) * cos(b))
        return Camera(right, cross(toward, right), toward)

    def flat(self, p: Vec) -> Point:
        """Where a point is seen, in cm."""
        return (dot(p, self.right), dot(p, self.up))

    def depth(self, p: Vec) -> float:
        """How near a point is."""
        return dot(p, self.toward)

    def circles(self, spheres: Iterable[Sphere]) -> list[Point]:
        """The outline of spheres and what lies between them."""
        return outline((self.flat(at), radius) for at, radius in spheres)


def shapes(figure: Figure, body: Body, camera: Camera) -> list[Shape]:
    """Everything there is to see, far before near; props lie behind the body unless they say they are before it."""
    shown = [part for part in parts(body, camera.toward) if not figure.only or part.name in figure.only]
    things = [solid for prop in figure.props for solid in solids(prop, body)]
    work = patches(figure.work, body, camera.toward)
    painted = [Shape(SHADOW, _shadow(part, camera)) for part in shown if part.name not in SHADELESS]
    painted += _solids([solid for solid in things if not solid.front], camera)
    for part in sorted(shown, key=lambda each: each.depth):
        border = camera.circles(part.spheres)
        far = 0.0 if figure.only else part.far
        if part.rim and not figure.only:
            painted.append(Shape(CARD, camera.circles(_rim(part))))
        painted.append(Shape(mixed(COLOURS[part.colour], FAR, far), border))
        for spheres, faded in work.get(part.name, []):
            painted.append(
                Shape(mixed(WORK, FAR, 0.0 if figure.only else faded), clipped(camera.circles(spheres), border))
            )
    return painted + _solids([solid for solid in things if solid.front], camera)


def mixed(colour: str, other: str, part: float) -> str:
    """A colour with so much of another in it."""
    a, b = ([int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in (colour, other))
    return "#" + "".join(f"{round(x + (y - x) * part):02X}" for x, y in zip(a, b, strict=True))


def _rim(part: Part) -> list[Sphere]:
    """A little more than the part, but for its ends, so that a limb shows no seams at its joints."""
    (a, r), (b, q) = part.spheres[0], part.spheres[-1]
    middle = [(between(a, b, t), r + (q - r) * t + RIM) for t in (0.3, 0.7)]
    return [(a, r), *middle, *((at, radius + RIM) for at, radius in part.spheres[1:-1]), (b, q)]


def _solids(things: Iterable[Solid], camera: Camera) -> list[Shape]:
    found: list[tuple[float, list[Shape]]] = []
    for solid in things:
        if isinstance(solid, Box):
            seen = [(way, corners) for way, corners in solid.faces() if dot(way, camera.toward) > 0.01]
            flat = [Shape(_lit(solid.colour, way, camera), [camera.flat(c) for c in corners]) for way, corners in seen]
            lying = solid.size[1] < 3  # mats and towels never hide what stands on them
            found.append((camera.depth(add(solid.at, (0.0, solid.size[1] / 2, 0.0))) - 1000 * lying, flat))
        else:
            rim = [Shape(CARD, camera.circles((at, r + 0.6) for at, r in solid.ends))] if solid.front else []
            body = Shape(solid.colour, camera.circles(solid.ends))
            found.append((camera.depth(between(solid.ends[0][0], solid.ends[-1][0])), [*rim, body]))
    return [shape for _, group in sorted(found, key=lambda each: each[0]) for shape in group]


def _lit(colour: str, way: Vec, camera: Camera) -> str:
    """The colour of a face: lighter on top, darker the more it looks aside."""
    if way[1] > 0.5:
        return mixed(colour, "#FFFFFF", 0.22)
    return mixed(colour, "#3A3A3A", 0.16 * (1 - abs(dot(way, camera.toward)) * 0.7))


def _shadow(part: Part, camera: Camera) -> list[Point]:
    """The part's shadow on the floor, from a light straight above; higher parts throw smaller ones."""
    points = []
    for (x, y, z), radius in part.spheres:
        r = radius * max(0.25, 0.95 - y / 150)
        points += [camera.flat((x + r * c, 0.0, z + r * s)) for c, s in CIRCLE[::2]]
    return hull(points)
