"""Flesh on the bones: the pieces of the body and its working muscles, as tables of balls, and where they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bot.figures.geometry import Vec, add, between, dot, unit
from bot.figures.skeleton import SIDES, Body

Sphere = tuple[Vec, float]
Ball = tuple[str, str, float, float, float, float]
"""A point of the body (or a>b@part, between two), the frame it is seen from, forward, up, outward, radius; in cm."""


class Piece(NamedTuple):
    """A convex piece of the body; * in a name is R and L in turn."""

    name: str
    colour: str
    place: Ball  # how near it is painted: the depth of this point, the last number nearer
    balls: tuple[Ball, ...]
    rim: bool = False  # a light rim separates it from what lies behind
    slack: float = 0.0  # it comes no nearer than its first ball while it points at the viewer by less than this


class Patch(NamedTuple):
    """Where a working muscle shows: on these pieces, while that way of the frame does not look away."""

    pieces: tuple[str, ...]
    frame: str
    way: Vec
    balls: tuple[Ball, ...]


AWAY = -0.72  # a muscle looks away when its way and the camera's are more opposed than this
RIBS: tuple[Ball, ...] = (("ribs", "chest", 0, 2, 7, 8.8), ("ribs", "chest", 0, 2, -7, 8.8))
BALLS: tuple[Ball, ...] = (("ball*", "toes*", 0, 2.4, -1.9, 2.3), ("ball*", "toes*", -0.8, 2.0, 2.2, 1.9))
NECK: Ball = ("shoulders", "chest", 0.5, 0, 0, 5.0)
CALF: Ball = ("knee*>ankle*@0.3", "shin*", -1.4, 0, 0, 5.8)


def _limb(*joints: tuple[str, float]) -> tuple[Ball, ...]:
    return tuple((point, "", 0, 0, 0, radius) for point, radius in joints)


# fmt: off
PIECES = (
    Piece("pelvis", "trousers", ("hips", "", 0, 0, 0, -1.0), (
        *_limb(("hipR", 9.0), ("hipL", 9.0)), ("belly", "pelvis", 0, -1, 6, 8), ("belly", "pelvis", 0, -1, -6, 8),
        ("belly", "pelvis", -2.2, -9, 0, 7.6))),
    Piece("waist", "shirt", ("belly", "", 0, 0, 0, 0.5), (
        ("belly", "pelvis", 0, 0, 6.5, 8.2), ("belly", "pelvis", 0, 0, -6.5, 8.2), *RIBS)),
    Piece("chest", "shirt", ("chest", "", 0, 0, 0, 1.0), (
        *RIBS, ("shoulders", "chest", 0.8, -9, 7.5, 9), ("shoulders", "chest", 0.8, -9, -7.5, 9),
        ("shoulders", "chest", 0, -1.6, 11, 5.2), ("shoulders", "chest", 0, -1.6, -11, 5.2),
        ("shoulders", "chest", 0, 1, 0, 4.5))),
    Piece("neck", "shade", ("neck", "", 0, 0, 0, 2.0), (NECK, ("neck", "head", 0.8, 0, 0, 4.8))),
    Piece("hair", "hair", ("head", "", 0, 0, 0, 2.4), (
        ("head", "head", -1.6, 2.0, 0, 9.0), ("head", "head", -1.0, 3.2, 0, 8.6),
        ("head", "head", -3.2, -2.2, 0, 7.0))),
    Piece("face", "skin", ("head", "head", 3, 0, 0, 3.55), (
        ("head", "head", 2.4, -0.6, 0, 7.4), ("head", "head", 3.2, -5.6, 0, 4.9), ("head", "head", 1.0, -3.5, 0, 6.6))),
    Piece("nose", "skin", ("head", "head", 3, 0, 0, 3.6), (
        ("head", "head", 8.6, 0.2, 0, 1.0), ("head", "head", 10.2, -2.4, 0, 1.2), ("head", "head", 8.4, -3.4, 0, 1.2))),
    Piece("ear*", "shade", ("head", "head", 0, 0, 6, 0), (("head", "head", -1.2, -1.2, 7.5, 2.0),)),
    Piece("thigh*", "trousers", ("hip*>knee*@0.55", "", 0, 0, 0, 0), _limb(("hip*", 8.8), ("knee*", 5.9)), True, 12.0),
    Piece("shin*", "trousers", ("knee*>ankle*@0.5", "", 0, 0, 0, 0.2), (
        ("knee*", "", 0, 0, 0, 5.8), CALF, ("knee*>ankle*@0.9", "", 0, 0, 0, 4.0)), True),
    Piece("foot*", "skin", ("ankle*>ball*@0.5", "", 0, 0, 0, 0.3), (
        ("ankle*", "foot*", 0, -0.5, 0, 3.7), ("ankle*", "foot*", -3.6, -4, 0, 3.0),
        ("instep*", "foot*", -0.5, -0.2, 0, 2.9)), True),
    Piece("foot*", "skin", ("ankle*>ball*@0.5", "", 0, 0, 0, 0.31), (
        ("ankle*", "foot*", 0, -0.5, 0, 3.6), ("instep*", "", 0, 0, 0, 2.6), *BALLS)),
    Piece("foot*", "skin", ("ankle*>ball*@0.5", "", 0, 0, 0, 0.32), (
        *BALLS, ("knuckle*", "", 0, 0, 0, 1.6), ("knuckle*", "toes*", -1.6, -0.2, 4.2, 1.3))),
    Piece("foot*", "skin", ("ankle*>ball*@0.5", "", 0, 0, 0, 0.33), (
        ("knuckle*", "", 0, 0, 0, 1.5), ("toe*", "toes*", -0.6, 1.3, -1.7, 1.25))),
    Piece("upper*", "skin", ("shoulder*>elbow*@0.6", "", 0, 0, 0, 0.4), _limb(
        ("shoulder*", 5.4), ("elbow*", 3.7)), True),
    Piece("sleeve*", "sleeve", ("shoulder*>elbow*@0.6", "", 0, 0, 0, 0.5), _limb(
        ("shoulder*", 5.7), ("shoulder*>elbow*@0.5", 5.2))),
    Piece("fore*", "skin", ("elbow*>wrist*@0.5", "", 0, 0, 0, 0.6), _limb(
        ("elbow*", 3.7), ("elbow*>wrist*@0.3", 3.6), ("wrist*", 2.6)), True),
    Piece("hand*", "skin", ("wrist*", "", 0, 0, 0, 0.8), _limb(
        ("wrist*", 2.7), ("wrist*>fingers*@0.55", 3.1), ("fingers*", 1.7))),
)


def _strip(bone: str, way: Vec, *spots: tuple[float, float, float]) -> Patch:
    """A patch along the thigh or the shin: part of the bone, how far off it, how thick."""
    ends = {"thigh*": "hip*>knee*", "shin*": "knee*>ankle*"}[bone]
    x, y, z = way
    balls = tuple((f"{ends}@{part}", bone, x * off, y * off, z * off, thick) for part, off, thick in spots)
    return Patch((bone,), bone, way, balls)


FRONT, BACK, OUT, IN = (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, -1.0)
MUSCLES: dict[str, Patch] = {
    "thigh-front": _strip("thigh*", FRONT, (0.22, 4.2, 3.4), (0.5, 4.2, 4.2), (0.8, 4.2, 2.9)),
    "thigh-back": _strip("thigh*", BACK, (0.24, 4.2, 3.2), (0.5, 4.2, 4.0), (0.8, 4.2, 2.8)),
    "thigh-inner": _strip("thigh*", IN, (0.18, 4.2, 3.0), (0.45, 4.2, 3.8), (0.72, 4.2, 2.7)),
    "hip-front": _strip("thigh*", FRONT, (-0.02, 5.0, 3.4), (0.1, 5.0, 4.2), (0.22, 5.0, 2.9)),
    "calf": _strip("shin*", BACK, (0.12, 3.2, 3.1), (0.32, 3.2, 3.9), (0.52, 3.2, 2.7)),
    "heel-cord": _strip("shin*", BACK, (0.42, 2.6, 2.6), (0.63, 2.6, 3.2), (0.84, 2.6, 2.2)),
    "shin": _strip("shin*", FRONT, (0.12, 3.0, 2.3), (0.42, 3.0, 2.9), (0.72, 3.0, 2.0)),
    "ankle": _strip("shin*", OUT, (0.3, 2.6, 2.2), (0.55, 2.6, 2.8), (0.8, 2.6, 2.0)),
    "hip-side": Patch(("pelvis", "thigh*"), "pelvis", OUT, (
        ("hip*", "pelvis", -1, 1, 5, 4.6), ("hip*", "pelvis", -1, 5.5, 5, 4.6))),
    "bottom": Patch(("pelvis", "thigh*"), "pelvis", (-1.0, 0.0, 0.8), (
        ("hip*", "pelvis", -6, -4.5, 0, 5.0), ("hip*", "pelvis", -6, 2, 0, 5.0))),
    "side": Patch(("waist", "chest"), "pelvis", OUT, (
        ("belly", "chest", 0, -2, 10.5, 4.2), ("belly", "chest", 0, 14, 10.5, 4.2))),
    "foot": Patch(("foot*",), "foot*", IN, (
        ("heel*>ball*@0.3", "foot*", 0, 1.6, 0, 2.6), ("heel*>ball*@0.8", "foot*", 0, 1.6, 0, 2.6))),
    "tummy": Patch(("waist",), "chest", FRONT, (
        ("belly", "chest", 6, -4, 0, 5.0), ("belly", "chest", 6, 13, 0, 5.0))),
    "low-back": Patch(("waist",), "chest", BACK, (
        ("belly", "chest", -6.5, -3, 0, 4.4), ("belly", "chest", -6.5, 12, 0, 4.4))),
}
# fmt: on


@dataclass(frozen=True)
class Part:
    """A piece of one body: where its balls are, how near it is, and how much it fades as the far one of two."""

    name: str
    colour: str
    spheres: list[Sphere]
    depth: float
    far: float
    rim: bool


def parts(body: Body, toward: Vec) -> Iterator[Part]:
    """Every piece of the body, seen from that direction."""
    for piece in PIECES:
        for side, sign in SIDES if "*" in piece.name else (("", 1.0),):
            spheres = [_sphere(body, ball, side, sign) for ball in piece.balls]
            spot, nearer = _sphere(body, piece.place, side, sign)
            depth = dot(spot, toward)
            if piece.slack:
                depth -= min(max(depth - dot(spheres[0][0], toward), 0.0), piece.slack)
            name = piece.name.replace("*", side)
            yield Part(name, piece.colour, spheres, depth + nearer, 0.38 * _far(body, side, toward), piece.rim)


def patches(names: Iterable[str], body: Body, toward: Vec) -> dict[str, list[tuple[list[Sphere], float]]]:
    """Where working muscles show, by piece: spheres, and how much they fade on the far side."""
    found: dict[str, list[tuple[list[Sphere], float]]] = {}
    for name in names:
        muscle, one = (name[:-2], name[-1]) if name[-2:] in (" R", " L") else (name, "")
        patch = MUSCLES[muscle]
        for side, sign in SIDES:
            x, y, z = patch.way
            way = unit(body.frames[patch.frame.replace("*", side)].out((x, y, z * sign)))
            if one in ("", side) and dot(way, toward) > AWAY:
                spheres = [_sphere(body, ball, side, sign) for ball in patch.balls]
                for piece in patch.pieces:
                    found.setdefault(piece.replace("*", side), []).append((spheres, 0.5 * _far(body, side, toward)))
    return found


def _sphere(body: Body, ball: Ball, side: str, sign: float) -> Sphere:
    point, frame, x, y, z, radius = ball
    start, _, rest = point.replace("*", side).partition(">")
    spot = body.points[start]
    if rest:
        end, _, part = rest.partition("@")
        spot = between(spot, body.points[end], float(part))
    if frame:
        spot = add(spot, body.frames[frame.replace("*", side)].out((x, y, z * (sign if side else 1.0))))
    return spot, radius


def _far(body: Body, side: str, toward: Vec) -> float:
    """How much a side is the far one: 0 near or level, 1 right behind the other."""
    if not side:
        return 0.0
    other = "L" if side == "R" else "R"
    gap = dot(body.points[f"hip{other}"], toward) - dot(body.points[f"hip{side}"], toward)
    return min(max((gap / 17.0 - 0.35) / 0.4, 0.0), 1.0)
