"""How a key becomes bones: what its pose says as directions, points that stay fixed, and hips in balance."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin, sqrt

from bot.figures.geometry import (
    DOWN,
    ORIGIN,
    WORLD,
    Frame,
    Vec,
    across,
    add,
    along,
    between,
    length,
    mul,
    sub,
    turned_about,
    unit,
)
from bot.figures.pose import Arm, Figure, Leg, Pose
from bot.figures.skeleton import (
    ANKLE,
    BALL,
    HEEL,
    HIP,
    KNEELING,
    SHIN,
    SIDES,
    THIGH,
    Anchor,
    Body,
    State,
    assemble,
    hung,
    read,
    to_shoulders,
    write,
)

ELBOWS = {"chest": (0.1, -0.9, 0.7), "hip": (-0.8, 0.0, 0.6), "knee": (-0.6, -0.5, 0.6), "thigh": (-0.6, -0.5, 0.6)}
"""Where elbows point while hands rest: forward, up, outward from the chest."""


@dataclass(frozen=True)
class Solved:
    """A key as bones and fixed points, with the body that it makes."""

    state: State
    anchors: frozenset[Anchor]
    body: Body


def solve(figure: Figure) -> dict[str, Solved]:
    """Every key of a figure."""
    return {key: _solve(pose) for key, pose in figure.keys.items()}


def _solve(pose: Pose) -> Solved:
    state, anchors = _trunk(pose)
    for side, sign in SIDES:
        leg, arm = (pose.legR, pose.armR) if side == "R" else (pose.legL, pose.armL)
        anchors |= _leg(state, leg or Leg(), f"leg{side}", sign, pose.turn or 0.0)
        anchors |= _arm(state, arm or Arm(), f"arm{side}", sign)
    state |= {f"place {name}": at for name, at in (pose.place or {}).items()}
    fixed = frozenset(anchors)
    state["hips"] = _hips(pose, state, fixed)
    return Solved(state, fixed, assemble(state, fixed))


def _trunk(pose: Pose) -> tuple[State, set[Anchor]]:
    pelvis = WORLD.turned(twist=pose.turn or 0).turned(pose.lean or 0, pose.roll or 0)
    chest = pelvis.turned(pose.bend or 0, pose.side or 0, pose.twist or 0)
    head = chest.turned(pose.nod or 0, pose.tilt or 0, pose.look or 0)
    state: State = {"hips": pose.hips or ORIGIN}
    for name, frame in (("pelvis", pelvis), ("chest", chest), ("head", head)):
        write(state, name, frame)
    return state, {("trunk", "shoulders", pose.shoulders)} if pose.shoulders else set()


# --- Hips ------------------------------------------------------------------------------------------------------------


def _hips(pose: Pose, state: State, anchors: frozenset[Anchor]) -> Vec:
    """Where the hips are: given, hung from the shoulders, above the knees, or above the feet."""
    if pose.hips:
        return pose.hips
    if pose.shoulders:
        return sub(pose.shoulders, to_shoulders(state))
    if pose.back is not None:
        return _above_knees(pose.back, state, anchors)
    sides = [side for side, _ in SIDES if pose.on in (None, "both", side)]
    ankles = [at for limb, what, at in sorted(anchors) if what == "ankle" and limb[-1] in sides]
    balls = [at for limb, what, at in sorted(anchors) if what == "ball" and limb[-1] in sides]
    if not ankles:
        return (0.0, 90.0, 0.0)
    return _above_feet(pose, state, anchors, ankles, balls or ankles)


def _above_knees(back: float, state: State, anchors: frozenset[Anchor]) -> Vec:
    knees = [(limb[-1], at) for limb, what, at in sorted(anchors) if what == "knee"]
    tip, spread = radians(back), max(length(sub(knees[0][1], knees[-1][1])) / 2 - HIP, 0.0)
    middle = between(knees[0][1], knees[-1][1])
    middle = add(middle, mul((-sin(tip), cos(tip), 0.0), sqrt(THIGH**2 - spread**2)))
    return middle if len(knees) > 1 else along(middle, read(state, "pelvis").right, -HIP if knees[0][0] == "R" else HIP)


def _above_feet(pose: Pose, state: State, anchors: frozenset[Anchor], ankles: list[Vec], balls: list[Vec]) -> Vec:
    """As far from the standing ankles as the knee's bend says; above them as `over` says, or in balance."""
    base = between(ankles[0], ankles[-1])
    support = between(base, between(balls[0], balls[-1]), 0.35)
    aside = mul(read(state, "pelvis").right, {"R": -HIP, "L": HIP}.get(pose.on or "", 0.0))
    spread = max(abs(ankles[0][2] - ankles[-1][2]) / 2 - HIP, 0.0)
    bend = radians(4.0 if pose.knee is None else pose.knee)
    reach = sqrt(THIGH**2 + SHIN**2 + 2 * THIGH * SHIN * cos(bend) - min(spread, THIGH) ** 2)
    forward, right = pose.over or (0.0, 0.0)
    hips = base
    for _ in range(1 if pose.over else 24):
        rise = sqrt(max(reach**2 - forward**2 - right**2, 1.0))
        hips = state["hips"] = add(add(base, (forward, rise, right)), aside)
        weight = assemble(state, anchors).weight
        forward += 0.8 * (support[0] - weight[0])
        right += 0.8 * (support[2] - weight[2])
    return hips


# --- Limbs: each writes its bones into the state and names what of it stays fixed -----------------------------------


def _leg(state: State, leg: Leg, name: str, sign: float, turn: float) -> set[Anchor]:
    state[f"{name} sole"] = (leg.arch or 0.0, leg.curl or 0.0, leg.out or 0.0)
    state[f"{name} thigh"] = state[f"{name} shin"] = DOWN
    flat = WORLD.turned(twist=turn + sign * (leg.turn or 0))
    write(state, f"{name} foot", flat.turned((leg.heel or 0) - (leg.toes or 0), -sign * (leg.tilt or 0)))
    if leg.foot:
        return _standing(state, leg, name, _outward(leg.foot, sign), flat)
    if leg.kneel:
        return _kneeling(state, name, _outward(leg.kneel, sign), flat)
    if leg.ankle:
        return _reaching(state, leg, name, _outward(leg.ankle, sign), sign)
    _swinging(state, leg, name, sign)
    return set()


def _standing(state: State, leg: Leg, name: str, sole: Vec, flat: Frame) -> set[Anchor]:
    foot = read(state, f"{name} foot")
    ball, heel = add(sole, flat.out((BALL, 0, 0))), add(sole, flat.out((HEEL, 0, 0)))
    ankle = add(heel, foot.out((-HEEL, ANKLE, 0))) if leg.toes else add(ball, foot.out((-BALL, ANKLE, 0)))
    state[f"{name} pole"] = unit(add(flat.forward, mul(flat.up, 0.5)))
    fixed: set[Anchor] = {(name, "ankle", _near(ankle)), (name, "reach", ORIGIN)}
    fixed |= set() if leg.toes else {(name, "ball", _near(ball))}
    return fixed | (set() if leg.heel else {(name, "heel", _near(heel))})


def _kneeling(state: State, name: str, floor: Vec, flat: Frame) -> set[Anchor]:
    state[f"{name} shin"] = shin = mul(flat.forward, -1.0)
    state[f"{name} pole"] = unit(add(flat.forward, mul(DOWN, 0.5)))
    write(state, f"{name} foot", Frame.facing(shin, DOWN))
    return {(name, "knee", add(floor, (0.0, KNEELING, 0.0))), (name, "reach", ORIGIN)}


def _reaching(state: State, leg: Leg, name: str, ankle: Vec, sign: float) -> set[Anchor]:
    state[f"{name} pole"] = read(state, "pelvis").forward
    state[f"{name} ankle"] = ankle
    fixed: set[Anchor] = {(name, "reach", ORIGIN), (name, "free", ankle)}
    return fixed if leg.point is None else fixed | {(name, "hangs", (leg.point, sign * (leg.turn or 0), 0.0))}


def _swinging(state: State, leg: Leg, name: str, sign: float) -> None:
    thigh, front = _swung_out(read(state, "pelvis"), leg.thigh or (0.0, 0.0), sign)
    front = turned_about(front, thigh, sign * (leg.out or 0))
    bend = radians(leg.knee or 0.0)
    shin = add(mul(thigh, cos(bend)), mul(front, -sin(bend)))
    fore = add(mul(front, cos(bend)), mul(thigh, sin(bend)))
    state[f"{name} thigh"], state[f"{name} shin"], state[f"{name} pole"] = thigh, shin, front
    write(state, f"{name} foot", hung(shin, fore, leg.point or 0, sign * (leg.turn or 0), sign * (leg.tilt or 0)))


def _arm(state: State, arm: Arm, name: str, sign: float) -> set[Anchor]:
    chest = read(state, "chest")
    upper, front = _swung_out(chest, arm.upper or (4.0, 8.0), sign)
    front = turned_about(front, upper, -sign * (arm.swing or 0.0))
    bend = radians(14.0 if arm.elbow is None else arm.elbow)
    fore = add(mul(upper, cos(bend)), mul(front, sin(bend)))
    state[f"{name} thigh"], state[f"{name} shin"], state[f"{name} pole"] = upper, fore, mul(front, -1.0)
    state[f"{name} swing"] = (arm.swing or 0.0, 0.0, 0.0)
    state[f"{name} fingers"] = _outward(arm.fingers, sign) if arm.fingers else fore
    x, y, z = ELBOWS.get(arm.rest or "", (-0.7, -0.7, 0.5))
    if arm.rest or arm.hand or arm.hold:
        state[f"{name} pole"] = unit(chest.out((x, y, sign * z)))
    aims: set[Anchor] = {(name, "aims", ORIGIN)} if arm.fingers else set()
    if arm.hand:
        return {(name, "hand", _outward(arm.hand, sign)), (name, "reach", ORIGIN), *aims}
    if arm.hold:
        return {(name, "hold", _outward(arm.hold, sign)), *aims}
    return {(name, arm.rest, ORIGIN)} if arm.rest else set()


def _swung_out(frame: Frame, angles: tuple[float, float], sign: float) -> tuple[Vec, Vec]:
    """A limb swung forward and then outward from hanging along a frame: its direction, and the way its front looks."""
    raised, out = (radians(angle) for angle in angles)
    limb = frame.out((sin(raised) * cos(out), -cos(raised) * cos(out), sign * sin(out)))
    return limb, unit(across(frame.out((cos(raised), sin(raised), 0.0)), limb))


def _outward(spot: Vec, sign: float) -> Vec:
    """A spot given as forward, up, outward in the room."""
    return (spot[0], spot[1], sign * spot[2])


def _near(point: Vec) -> Vec:
    """A fixed point to a hundredth of a cm, so that two keys that mean the same point name the same one."""
    return (round(point[0], 2), round(point[1], 2), round(point[2], 2))
