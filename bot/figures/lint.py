"""What must be true of every figure: limbs reach, nothing sinks, what is fixed stays, nothing jerks, nobody falls."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import hypot

from bot.catalog.yaml_schema import Fault
from bot.figures.draw import arrow_card, arrow_path, card
from bot.figures.flesh import parts
from bot.figures.geometry import UP, dot, hull, inside, length, sub
from bot.figures.motion import Motion
from bot.figures.pose import Figure
from bot.figures.props import Box, solids
from bot.figures.skeleton import DRAWN_BACK, SIDES, Body

SHORT = 0.5  # cm a limb may fall short of its point at a key; three times that on the way
SUNK = 1.2  # cm below the floor: soft flesh
PRESSED = 3.0  # cm into a thing that does not give
HARD = ("wall", "door", "counter", "table", "chair", "step", "stairs", "book")
SLIPPED = 0.3  # cm a fixed point may move
STRIDE, JERK = 9.0, 3.0  # cm a point may move from one picture to the next, and by how much that may change
SWAY = 4.0  # cm the centre of mass may leave the feet
STROKE = 20.0  # pixels an arrow must be long
SECONDS = (1.5, 20.0)
LIMBS = {"arm": "hand", "leg": "foot"}
JOINTS = ("wrist", "elbow", "knee", "ankle", "ball")
WATCHED = ["hips", "head", *(f"{joint}{side}" for joint in JOINTS for side, _ in SIDES)]


def faults(figure: Figure) -> list[Fault]:
    """All that is wrong at the keys and midway between them."""
    motion = Motion(figure)
    found = [fault for key, body in motion.moments() for fault in _pose(motion, key, body)]
    found += _arrows(motion)
    if not SECONDS[0] <= figure.seconds <= SECONDS[1]:
        found.append(figure.fault("", f"the loop takes {figure.seconds:.1f} s, not {SECONDS[0]} to {SECONDS[1]}"))
    return list(dict.fromkeys(found))


def faults_of_frames(figure: Figure, rate: int) -> list[Fault]:
    """All that is wrong in any picture of the film."""
    motion = Motion(figure)
    found = [*faults(figure)]
    bodies: Sequence[Body] = motion.frames(rate)
    ends = list(accumulate(step for _, step in figure.loop))
    for n, body in enumerate(bodies):
        way = bisect_right(ends, figure.seconds * n / len(bodies))
        found += _pose(motion, figure.loop[min(way, len(ends) - 1)][0], body)
    for point in WATCHED:
        spots = [body.points[point] for body in (*bodies, bodies[0], bodies[1])]
        steps = [sub(b, a) for a, b in pairwise(spots)]
        if (worst := max(map(length, steps))) > STRIDE:
            found.append(figure.fault("loop", f"{point} moves {worst:.1f} cm in one picture"))
        if (worst := max(length(sub(b, a)) for a, b in pairwise(steps))) > JERK:
            found.append(figure.fault("loop", f"{point} jerks by {worst:.1f} cm between two pictures"))
    found += _slips(motion, rate)
    worst_of_a_kind = {re.sub(r"[\d.]+ cm", "", fault.text): fault for fault in sorted(found, key=lambda f: f.text)}
    return list(worst_of_a_kind.values())


def _pose(motion: Motion, key: str, body: Body) -> Iterator[Fault]:
    figure = motion.figure
    allowed = SHORT if any(solved.body is body for solved in motion.solved.values()) else 3 * SHORT
    for limb, short in body.short.items():
        if short > allowed:
            yield figure.fault(key, f"{LIMBS[limb[:3]]} {limb[3]} misses its point by {short:.1f} cm")
    camera = card([motion]).camera
    low = min((at[1] - radius, part.name) for part in parts(body, camera.toward) for at, radius in part.spheres)
    if low[0] < -SUNK:
        yield figure.fault(key, f"{low[1]} is {-low[0]:.1f} cm below the floor")
    yield from _through(motion, key, body)
    for side, _ in SIDES:
        shin = sub(body.points[f"ankle{side}"], body.points[f"knee{side}"])
        back = dot(shin, body.frames[f"thigh{side}"].forward)
        if back > 1.5:
            yield figure.fault(key, f"knee {side} is bent backwards by {back:.1f} cm")
    if not figure.supported and (away := _falls(motion, key, body)) > SWAY:
        yield figure.fault(key, f"the body falls: its weight is {away:.1f} cm outside its feet")


def _through(motion: Motion, key: str, body: Body) -> Iterator[Fault]:
    """What is deepest inside each hard thing."""
    for prop in motion.figure.props:
        boxes = [solid for solid in solids(prop, body) if isinstance(solid, Box)] if prop.kind in HARD else []
        depths = ((r - box.gap(at), part.name) for box in boxes for part in parts(body, UP) for at, r in part.spheres)
        deep, name = max(depths, default=(0.0, ""))
        if deep > PRESSED:
            yield motion.figure.fault(key, f"{name} is {deep:.1f} cm inside the {prop.kind}")


def _falls(motion: Motion, key: str, body: Body) -> float:
    """How far the weight is outside what carries it, in cm; 0 when something else holds the body."""
    pose = motion.figure.keys.get(key)
    if pose is None or pose.hips or pose.shoulders or any(arm and arm.hand for arm in (pose.armR, pose.armL)):
        return 0.0
    feet = [
        (spot[0], spot[2])
        for side, _ in SIDES
        for name, height in (("heel", 2.0), ("ball", 2.0), ("toe", 2.0), ("knee", 8.0))
        if (spot := body.points[f"{name}{side}"])[1] < _ground(motion.figure, spot[0], spot[2]) + height
    ]
    if not feet:
        return 0.0
    wide = [(x + dx, z + dz) for x, z in feet for dx, dz in ((-3, -4), (-3, 4), (3, -4), (3, 4))]
    weight = (body.weight[0], body.weight[2])
    border = hull(wide)
    return next((margin / 2 for margin in range(0, 200) if inside(weight, border, margin / 2)), 100.0)


def _ground(figure: Figure, x: float, z: float) -> float:
    """How high the floor or step is at a place."""
    heights = [0.0]
    for prop in figure.props:
        if prop.kind in ("step", "book", "towel", "mat"):
            wide, high, deep = prop.size or {"step": (36, 15, 50), "book": (24, 4, 18)}.get(prop.kind, (200, 2, 200))
            if abs(x - prop.at[0]) <= wide / 2 + 6 and abs(z - prop.at[2]) <= deep / 2 + 4:
                heights.append(float(high))
        elif prop.kind == "stairs":
            wide, high, _ = prop.size or (28.0, 17.0, 60.0)
            heights += [high * (n + 1) for n in range(3) if x > prop.at[0] + wide * (n - 0.5)]
    return max(heights)


def _slips(motion: Motion, rate: int) -> Iterator[Fault]:
    """Fixed points that move although both keys hold them."""
    names = {"hand": "wrist", "ball": "ball", "heel": "heel", "knee": "knee"}
    clock = 0.0
    for i, (key, seconds) in enumerate(motion.figure.loop):
        a, b = motion.keys[i - 1], motion.keys[i]
        count = max(round(seconds * rate), 2)
        bodies = [motion.at(clock + seconds * n / count) for n in range(1, count)]
        for limb, what, at in sorted(a.anchors & b.anchors):
            if what not in names or (limb[:3] == "arm") != (what == "hand") or limb == "trunk":
                continue
            spots = [body.points[f"{names[what]}{limb[3]}"] for body in bodies]
            worst = max(length(sub(spot, at)) for spot in spots)
            if what == "ball":
                worst -= DRAWN_BACK * max(0.0, *(body.state[f"{limb} sole"][0] for body in bodies))
            if worst > max(SLIPPED, *(3 * SHORT if body.short.get(limb, 0) > SLIPPED else 0 for body in bodies)):
                yield motion.figure.fault(key, f"{what} {limb[3]} slips by {worst:.1f} cm")
        clock += seconds


def _arrows(motion: Motion) -> Iterator[Fault]:
    on = arrow_card(motion.figure, card([motion]))
    for arrow in motion.figure.arrows:
        way = arrow_path(motion, arrow, on.camera)
        size = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(way)) * on.scale
        if size < STROKE:
            yield motion.figure.fault(
                arrow.to, f"the arrow of {arrow.of} is {size:.0f} pixels long, at least {STROKE:.0f} can be seen"
            )
        for x, y in way:
            across, down = on.pixel((x, y))
            if not (0 <= across <= on.width * 3 and 0 <= down <= on.height * 3):
                yield motion.figure.fault(arrow.to, f"the arrow of {arrow.of} leaves the picture")
                break
