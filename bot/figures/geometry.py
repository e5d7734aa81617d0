"""Vectors, turning frames, convex outlines and smooth curves: the little geometry a figure needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin, sqrt

Vec = tuple[float, float, float]
Point = tuple[float, float]

UP: Vec = (0.0, 1.0, 0.0)
DOWN: Vec = (0.0, -1.0, 0.0)
ORIGIN: Vec = (0.0, 0.0, 0.0)
CIRCLE = tuple((cos(2 * pi * step / 20), sin(2 * pi * step / 20)) for step in range(20))


def add(a: Vec, b: Vec) -> Vec:
    """The sum."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def sub(a: Vec, b: Vec) -> Vec:
    """The way from b to a."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def mul(a: Vec, by: float) -> Vec:
    """The same direction, so many times as long."""
    return (a[0] * by, a[1] * by, a[2] * by)


def along(a: Vec, direction: Vec, by: float) -> Vec:
    """The point `by` centimetres from a in a direction of length 1."""
    return (a[0] + direction[0] * by, a[1] + direction[1] * by, a[2] + direction[2] * by)


def between(a: Vec, b: Vec, part: float = 0.5) -> Vec:
    """The point that lies this part of the way from a to b."""
    return along(a, sub(b, a), part)


def dot(a: Vec, b: Vec) -> float:
    """The inner product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vec, b: Vec) -> Vec:
    """The outer product."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def length(a: Vec) -> float:
    """How long a is."""
    return sqrt(dot(a, a))


def unit(a: Vec) -> Vec:
    """The direction of a, or straight down for no direction at all."""
    size = length(a)
    return mul(a, 1 / size) if size > 1e-9 else DOWN


def across(a: Vec, axis: Vec) -> Vec:
    """The part of a that stands at a right angle to an axis of length 1."""
    return along(a, axis, -dot(a, axis))


def turned_about(a: Vec, axis: Vec, degrees: float) -> Vec:
    """A vector at a right angle to the axis, turned about it."""
    angle = radians(degrees)
    return add(mul(a, cos(angle)), mul(cross(axis, a), sin(angle)))


@dataclass(frozen=True, slots=True)
class Frame:
    """Three directions of length 1 at right angles, carried by a part of the body."""

    forward: Vec = (1.0, 0.0, 0.0)
    up: Vec = (0.0, 1.0, 0.0)
    right: Vec = (0.0, 0.0, 1.0)

    @staticmethod
    def facing(forward: Vec, up: Vec) -> Frame:
        """The frame with this forward direction and an up as near the given one as can be."""
        front = unit(forward)
        top = unit(across(up, front))
        return Frame(front, top, cross(front, top))

    def out(self, local: Vec) -> Vec:
        """A local way (forward, up, right) in the world."""
        return add(add(mul(self.forward, local[0]), mul(self.up, local[1])), mul(self.right, local[2]))

    def turned(self, lean: float = 0.0, side: float = 0.0, twist: float = 0.0) -> Frame:
        """Twisted to the right, then tipped to the right, then leant forward; degrees about its own axes."""
        forward, right = _rotate(self.forward, self.right, twist)
        up, right = _rotate(self.up, right, side)
        up, forward = _rotate(up, forward, lean)
        return Frame(forward, up, right)


WORLD = Frame()


def _rotate(a: Vec, b: Vec, degrees: float) -> tuple[Vec, Vec]:
    """Two directions of one plane, both turned so that a moves toward b."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return add(mul(a, c), mul(b, s)), add(mul(b, c), mul(a, -s))


def joint(root: Vec, end: Vec, first: float, second: float, pole: Vec) -> tuple[Vec, float]:
    """Where the middle joint of a limb lies, bending toward the pole, and by how many cm the limb is too short."""
    way = sub(end, root)
    distance = length(way)
    axis = unit(way)
    reach = min(max(distance, abs(first - second) + 1e-6), first + second - 1e-6)
    foot = (first * first - second * second + reach * reach) / (2 * reach)
    height = sqrt(max(first * first - foot * foot, 0.0))
    return along(along(root, axis, foot), unit(across(pole, axis)), height), abs(distance - reach)


def outline(circles: Iterable[tuple[Point, float]]) -> list[Point]:
    """The convex outline round circles (centre, radius)."""
    return hull([(x + r * c, y + r * s) for (x, y), r in circles for c, s in CIRCLE])


def hull(points: Sequence[Point]) -> list[Point]:
    """The convex outline round points, anticlockwise (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def half(candidates: Iterable[Point]) -> list[Point]:
        chain: list[Point] = []
        for p in candidates:
            while len(chain) > 1 and turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    return half(ordered) + half(reversed(ordered))


def turn(a: Point, b: Point, p: Point) -> float:
    """Positive when p lies to the left of the line from a to b; twice the triangle's area."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def inside(p: Point, border: Sequence[Point], margin: float = 0.0) -> bool:
    """Whether p lies in a convex anticlockwise outline, or no farther than the margin outside it."""
    return all(
        turn(a, b, p) >= -margin * hypot(b[0] - a[0], b[1] - a[1])
        for a, b in zip(border, [*border[1:], border[0]], strict=True)
    )


def clipped(shape: Sequence[Point], border: Sequence[Point]) -> list[Point]:
    """What of a shape lies inside a convex anticlockwise border (Sutherland and Hodgman)."""
    rest = list(shape)
    for a, b in zip(border, [*border[1:], border[0]], strict=True):
        kept: list[Point] = []
        for p, q in zip(rest, [*rest[1:], *rest[:1]], strict=True):
            here, there = turn(a, b, p), turn(a, b, q)
            if here >= 0:
                kept.append(p)
            if here * there < 0:
                part = here / (here - there)
                kept.append((p[0] + (q[0] - p[0]) * part, p[1] + (q[1] - p[1]) * part))
        rest = kept
    return rest


def slopes(values: Sequence[float], steps: Sequence[float]) -> list[float]:
    """Slopes at the knots of a closed curve that never overshoots (Fritsch and Butland's PCHIP).

    `values[i]` is reached after `steps[i]` seconds from the value before; the first follows the last.
    """
    count = len(values)
    rise = [(values[i] - values[i - 1]) / steps[i] for i in range(count)]
    result = []
    for i in range(count):
        before, after = rise[i], rise[(i + 1) % count]
        if before * after <= 0:
            result.append(0.0)
        else:
            h, k = steps[i], steps[(i + 1) % count]
            result.append(3 * (h + k) / ((h + 2 * k) / before + (2 * h + k) / after))
    return result


def hermite(a: float, b: float, slope_a: float, slope_b: float, step: float, part: float) -> float:
    """The cubic from a to b with these slopes, at a part (0 to 1) of the step."""
    rest = 1 - part
    return (
        a * rest * rest * (1 + 2 * part)
        + b * part * part * (3 - 2 * part)
        + step * part * rest * (slope_a * rest - slope_b * part)
    )
