"""The things in a picture, as boxes, rods and rounds in the room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.figures.geometry import WORLD, Frame, Vec, add, along, dot, length, mul, sub, unit
from bot.figures.pose import Prop
from bot.figures.skeleton import Body

WOOD, PALE, BLUE, GOLD = "#C2A37C", "#CBD3D4", "#A9C3CC", "#E2A72E"
STEEL, CLOTH, PLUM = "#8D979C", "#DDC7A6", "#8C7B9C"


@dataclass(frozen=True)
class Box:
    """A box with its lower middle at a point."""

    at: Vec
    size: Vec
    frame: Frame
    colour: str
    front: bool = False

    def corner(self, x: float, y: float, z: float) -> Vec:
        """A corner: each number -1 or 1 (y: 0 or 1)."""
        long, high, deep = self.size
        return add(self.at, self.frame.out((x * long / 2, y * high, z * deep / 2)))

    def faces(self) -> list[tuple[Vec, list[Vec]]]:
        """Each side as the direction it looks and its corners."""
        f, u, r = self.frame.forward, self.frame.up, self.frame.right
        rim = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return [
            (u, [self.corner(x, 1, z) for x, z in rim]),
            *((mul(f, s), [self.corner(s, y, z) for y, z in ((0, -1), (1, -1), (1, 1), (0, 1))]) for s in (-1.0, 1.0)),
            *((mul(r, s), [self.corner(x, y, s) for x, y in ((-1, 0), (1, 0), (1, 1), (-1, 1))]) for s in (-1.0, 1.0)),
        ]

    def gap(self, p: Vec) -> float:
        """How far a point is from the box, in cm; below 0 within it."""
        f, u, r = self.frame.forward, self.frame.up, self.frame.right
        way = sub(p, add(self.at, mul(u, self.size[1] / 2)))
        off = [abs(dot(way, axis)) - size / 2 for axis, size in zip((f, u, r), self.size, strict=True)]
        return length((max(off[0], 0.0), max(off[1], 0.0), max(off[2], 0.0))) + min(max(off), 0.0)


@dataclass(frozen=True)
class Rod:
    """Round ends with what lies between them: a ball, a roller, a rail, a band."""

    ends: tuple[tuple[Vec, float], ...]
    colour: str
    front: bool = False


Solid = Box | Rod


def solids(prop: Prop, body: Body) -> list[Solid]:
    """What a prop is made of, where it stands while the body is like this."""
    at = body.places.get(prop.name or "", prop.at)
    frame = WORLD.turned(twist=prop.turn)
    made = _KINDS[prop.kind](prop, at, frame, body)
    return [replace(solid, front=True) for solid in made] if prop.front else made


def _box(colour: str, usual: Vec) -> Callable[[Prop, Vec, Frame, Body], list[Solid]]:
    def make(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
        return [Box(at, prop.size or usual, frame, colour)]

    return make


def _bag(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
    """A bag, on the spot or hugged: with `to: [chest]` its place is seen from the chest."""
    size = prop.size or (14.0, 32.0, 26.0)
    if not prop.to:
        return [Box(at, size, frame, PLUM)]
    chest = body.frames["chest"]
    return [Box(add(body.points[prop.to[0]], chest.out(at)), size, chest, PLUM)]


def _round(colour: str, usual: float) -> Callable[[Prop, Vec, Frame, Body], list[Solid]]:
    def make(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
        size = prop.size or (usual, usual, usual)
        half = mul(frame.right, max(size[2] - size[1], 0.0) / 2)
        return [Rod(((add(at, half), size[1] / 2), (sub(at, half), size[1] / 2)), colour)]

    return make


def _chair(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
    wide, high, deep = prop.size or (42.0, 44.0, 42.0)

    def part(x: float, y: float, z: float, size: Vec) -> Box:
        return Box(add(at, frame.out((x, y, z))), size, frame, WOOD)

    legs = [part(x * (wide / 2 - 2), 0, z * (deep / 2 - 2), (3.5, high - 4, 3.5)) for x in (-1, 1) for z in (-1, 1)]
    back = [part(2 - wide / 2, high, z * (deep / 2 - 2), (3.5, 22, 3.5)) for z in (-1, 1)]
    return [*legs, part(0, high - 4, 0, (wide, 4, deep)), *back, part(2 - wide / 2, high + 22, 0, (3.5, 18, deep))]


def _table(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
    wide, high, deep = prop.size or (50.0, 90.0, 110.0)

    def part(x: float, y: float, z: float, size: Vec) -> Box:
        return Box(add(at, frame.out((x, y, z))), size, frame, WOOD)

    legs = [part(x * (wide / 2 - 3), 0, z * (deep / 2 - 3), (4, high - 4, 4)) for x in (-1, 1) for z in (-1, 1)]
    return [*legs, part(0, high - 4, 0, (wide, 4, deep))]


def _counter(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
    wide, high, deep = prop.size or (40.0, 90.0, 120.0)
    return [
        Box(at, (wide - 4, high - 4, deep - 4), frame, PALE),
        Box(add(at, (0, high - 4, 0)), (wide, 4, deep), frame, WOOD),
    ]


def _stairs(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
    wide, high, deep = prop.size or (28.0, 17.0, 60.0)
    return [Box(add(at, frame.out((wide * n, 0, 0))), (wide, high * (n + 1), deep), frame, WOOD) for n in range(3)]


def _rail(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
    """A hand rail on posts; size is its length, its height and its climb along the length."""
    wide, high, climb = prop.size or (70.0, 90.0, 0.0)
    a = add(at, frame.out((-wide / 2, high, 0)))
    b = add(at, frame.out((wide / 2, high + climb, 0)))
    posts: list[Solid] = [Rod(((end, 1.3), ((end[0], at[1], end[2]), 1.3)), STEEL) for end in (a, b)]
    return [*posts, Rod(((a, 2.0), (b, 2.0)), STEEL)]


def _tied(colour: str, thick: float) -> Callable[[Prop, Vec, Frame, Body], list[Solid]]:
    def make(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
        ends = [body.points[name] for name in prop.to]
        if len(ends) == 1:
            ends.append(at)
        return [Rod(((a, thick), (b, thick)), colour) for a, b in pairwise(ends)]

    return make


def _loop(prop: Prop, at: Vec, frame: Frame, body: Body) -> list[Solid]:
    """A rubber loop round both legs: one strap round each, one tight across."""
    height = (prop.size or (0.0, 3.0, 0.0))[1]
    ends = []
    for name, other in (prop.to, tuple(reversed(prop.to))):
        limb = "ball" if name.startswith("ball") else "shin" if name.startswith("ankle") else "thigh"
        thick = {"ball": 4.0, "shin": 4.6, "thigh": 7.2}[limb]
        up = unit(sub(body.points[f"hip{name[-1]}"], body.points[f"knee{name[-1]}"]))
        spot = along(body.points[name], up, {"ball": 0.0, "shin": 4.0, "thigh": 10.0}[limb])
        spot = add(spot, (0.0, 2.0, 0.0)) if limb == "ball" else spot
        ends.append(along(spot, unit(sub(spot, body.points[other])), thick))
    return [Rod(((ends[0], height / 2), (ends[1], height / 2)), GOLD, True)]


_KINDS: dict[str, Callable[[Prop, Vec, Frame, Body], list[Solid]]] = {
    "bag": _bag,
    "ball": _round(GOLD, 8.0),
    "band": _tied(GOLD, 1.0),
    "book": _box(PLUM, (24.0, 4.0, 18.0)),
    "broom": _tied(WOOD, 1.2),
    "chair": _chair,
    "counter": _counter,
    "cushion": _box(CLOTH, (30.0, 6.0, 30.0)),
    "door": _box(WOOD, (4.0, 200.0, 80.0)),
    "loop": _loop,
    "mark": _round(GOLD, 3.0),
    "mat": _box(BLUE, (190.0, 1.0, 62.0)),
    "pillow": _box(CLOTH, (26.0, 7.0, 40.0)),
    "rail": _rail,
    "roller": _round(STEEL, 12.0),
    "stairs": _stairs,
    "step": _box(WOOD, (36.0, 15.0, 50.0)),
    "table": _table,
    "towel": _box(CLOTH, (26.0, 2.5, 40.0)),
    "wall": _box(PALE, (6.0, 230.0, 260.0)),
}
