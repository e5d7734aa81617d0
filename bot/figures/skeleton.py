"""The body: its measures, and how bones become a body that keeps its fixed points where they are."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.figures.geometry import (
    UP,
    Frame,
    Vec,
    across,
    add,
    along,
    between,
    joint,
    length,
    mul,
    sub,
    turned_about,
    unit,
)

# Centimetres. An adult of no particular age or sex, about 172 tall.
HIP, SHOULDER = 8.5, 15.5  # half widths
PELVIS, LUMBAR, THORAX, NECK = 10.0, 14.0, 23.0, 8.0
THIGH, SHIN, ANKLE = 42.0, 40.0, 7.0
HEEL, BALL, TOE = -4.5, 12.0, 18.0  # before the ankle, along the sole
DRAWN_BACK = 2.8  # how far a lifted arch draws the ball of the foot back
UPPER, FOREARM, HAND = 28.0, 25.0, 8.0
ELBOW = 4.0  # the elbow's least height above the floor
KNEELING = 6.0  # the knee's height above what it kneels on
MASS = {"head": 8, "chest": 22, "belly": 14, "hips": 14}
LIMB_MASS = {"hip-knee": 10, "knee-ankle": 4.5, "foot": 1.5, "shoulder-elbow": 2.8, "elbow-wrist": 2.2}
SIDES = (("R", 1.0), ("L", -1.0))

State = dict[str, Vec]
"""Bones as points, directions and numbers, each three long, so that a motion can mix them one by one."""

Anchor = tuple[str, str, Vec]
"""What stays where it is: a limb (or the trunk), what of it, and where."""


@dataclass
class Body:
    """A body in the room: points and turning frames by name, and what does not fit, in cm."""

    points: dict[str, Vec]
    frames: dict[str, Frame]
    state: State
    places: dict[str, Vec]
    short: dict[str, float] = field(default_factory=dict)

    @property
    def weight(self) -> Vec:
        """The centre of mass."""
        parts = [(self.points[name], float(mass)) for name, mass in MASS.items()]
        for side, _ in SIDES:
            for name, mass in LIMB_MASS.items():
                a, _, b = name.partition("-")
                end = self.points[(b or "ball") + side]
                parts.append((between(self.points[("ankle" if a == "foot" else a) + side], end), mass))
        total = sum(mass for _, mass in parts)
        return mul(
            (sum(p[0] * m for p, m in parts), sum(p[1] * m for p, m in parts), sum(p[2] * m for p, m in parts)),
            1 / total,
        )


def assemble(state: State, anchors: frozenset[Anchor]) -> Body:
    """The body that these bones make, held to its fixed points."""
    state = dict(state)
    fixed: dict[str, dict[str, Vec]] = {}
    for limb, what, at in sorted(anchors):
        fixed.setdefault(limb, {})[what] = at
    pelvis, chest, head = (read(state, name) for name in ("pelvis", "chest", "head"))
    hips = state["hips"]
    if "trunk" in fixed:
        hips = sub(fixed["trunk"]["shoulders"], to_shoulders(state))
    hips = _above_knees(hips, pelvis, fixed)
    state["hips"] = hips
    waist = along(hips, pelvis.up, PELVIS)
    ribs = along(waist, unit(add(pelvis.up, chest.up)), LUMBAR)
    shoulders = along(ribs, chest.up, THORAX)
    neck = along(shoulders, unit(add(chest.up, head.up)), NECK)
    points = {
        "hips": hips,
        "belly": waist,
        "ribs": ribs,
        "chest": between(ribs, shoulders, 0.6),
        "shoulders": shoulders,
    }
    points |= {"neck": neck, "head": along(neck, head.up, 8.0), "crown": along(neck, head.up, 18.0)}
    body = Body(points, {"pelvis": pelvis, "chest": chest, "head": head}, state, {})
    for side, sign in SIDES:
        points[f"hip{side}"] = along(hips, pelvis.right, sign * HIP)
        points[f"shoulder{side}"] = along(shoulders, chest.right, sign * SHOULDER)
        _place_leg(body, fixed.get(f"leg{side}", {}), side, sign)
    for side, sign in SIDES:
        _place_arm(body, fixed.get(f"arm{side}", {}), side, sign)
    body.places = {name.removeprefix("place "): at for name, at in state.items() if name.startswith("place ")}
    return body


def _above_knees(hips: Vec, pelvis: Frame, fixed: dict[str, dict[str, Vec]]) -> Vec:
    """The hips, moved so that each kneeling thigh has its length."""
    knees = [(sign, knee) for side, sign in SIDES if (knee := fixed.get(f"leg{side}", {}).get("knee"))]
    for _ in range(3 if knees else 0):
        for sign, knee in knees:
            hip = along(hips, pelvis.right, sign * HIP)
            hips = add(hips, mul(sub(along(knee, unit(sub(hip, knee)), THIGH), hip), 1 / len(knees)))
    return hips


def _place_leg(body: Body, fixed: dict[str, Vec], side: str, sign: float) -> None:
    points, state, name = body.points, body.state, f"leg{side}"
    hip, foot, pole = points[f"hip{side}"], read(state, f"{name} foot"), state[f"{name} pole"]
    out = state[f"{name} sole"][2]
    ankle: Vec | None = None
    if "ball" in fixed:
        ankle = add(fixed["ball"], foot.out((-BALL, ANKLE, 0)))
    elif "heel" in fixed:
        ankle = add(fixed["heel"], foot.out((-HEEL, ANKLE, 0)))
    elif "free" in fixed:
        ankle = fixed["free"]
    elif "reach" in fixed and "knee" not in fixed:
        ankle = state[f"{name} ankle"]
    if "knee" in fixed:
        knee = fixed["knee"]
        body.short[name] = abs(length(sub(hip, knee)) - THIGH)
        ankle = along(knee, unit(state[f"{name} shin"]), SHIN)
    elif ankle:
        pole = _swung(pole, sub(ankle, hip), sign * out)
        knee, body.short[name] = joint(hip, ankle, THIGH, SHIN, pole)
    else:
        knee = along(hip, unit(state[f"{name} thigh"]), THIGH)
        ankle = along(knee, unit(state[f"{name} shin"]), SHIN)
    thigh, shin = unit(sub(knee, hip)), unit(sub(ankle, knee))
    bow = sub(thigh, shin)
    front = unit(bow) if length(bow) > 0.15 else pole
    body.frames[f"thigh{side}"] = Frame.facing(across(front, thigh), mul(thigh, -1.0))
    body.frames[f"shin{side}"] = Frame.facing(across(front, shin), mul(shin, -1.0))
    if "hangs" in fixed:
        foot = hung(shin, body.frames[f"shin{side}"].forward, fixed["hangs"][0], fixed["hangs"][1])
        write(state, f"{name} foot", foot)
    state[f"{name} thigh"], state[f"{name} shin"], state[f"{name} ankle"] = thigh, shin, ankle
    if length(bow) > 0.15:
        # Unturned, so that a motion can mix the pole and the turn each by itself.
        state[f"{name} pole"] = _swung(unit(bow), sub(ankle, hip), -sign * out)
    arch, curl, _ = state[f"{name} sole"]
    points |= {f"knee{side}": knee, f"ankle{side}": ankle}
    points[f"heel{side}"] = add(ankle, foot.out((HEEL, -ANKLE, 0)))
    points[f"ball{side}"] = ball = add(ankle, foot.out((BALL - DRAWN_BACK * max(arch, 0.0), -ANKLE, 0)))
    toes = _toes(foot, ball)
    points[f"toe{side}"] = add(ball, toes.out(((TOE - BALL) * (1 - 0.35 * curl), 0.0, 0.0)))
    points[f"instep{side}"] = add(ankle, foot.out((4.0, -2.4 + 2.6 * arch, sign * 0.4)))
    points[f"knuckle{side}"] = add(ball, toes.out((4.4 - 1.6 * curl, 1.6 + 2.2 * curl, sign * -1.8)))
    body.frames[f"foot{side}"], body.frames[f"toes{side}"] = foot, toes


def _toes(foot: Frame, ball: Vec) -> Frame:
    """The toes go on where the foot points, but bend up before they would sink into the floor."""
    x, y, z = foot.forward
    lowest = -max(ball[1], 0.0) / (TOE - BALL)
    return foot if y >= lowest or foot.up[1] < 0 else Frame.facing((x, lowest, z), foot.up)


def _place_arm(body: Body, fixed: dict[str, Vec], side: str, sign: float) -> None:
    points, state, name = body.points, body.state, f"arm{side}"
    shoulder, pelvis, chest = points[f"shoulder{side}"], body.frames["pelvis"], body.frames["chest"]
    thigh = sub(points[f"knee{side}"], points[f"hip{side}"])
    front = body.frames[f"thigh{side}"].forward
    wrist: Vec | None = fixed.get("hand")
    if "hold" in fixed:
        wrist = add(points["shoulders"], chest.out(fixed["hold"]))
    elif "chest" in fixed:
        wrist = add(points["shoulders"], chest.out((13.0, -13.0, sign * -3.0)))
    elif "hip" in fixed:
        wrist = add(points["hips"], pelvis.out((4.0, 10.0, sign * 15.5)))
    elif "thigh" in fixed:
        wrist = along(add(points[f"hip{side}"], mul(thigh, 0.46)), front, 9.5)
    elif "knee" in fixed:
        wrist = along(add(points[f"hip{side}"], mul(thigh, 0.84)), front, 8.5)
    elif wrist is None and "reach" in fixed:
        wrist = state[f"{name} wrist"]
    fingers = unit(state[f"{name} fingers"])
    if wrist:
        pole = _swung(state[f"{name} pole"], sub(wrist, shoulder), -sign * state[f"{name} swing"][0])
        elbow, body.short[name] = _elbow(shoulder, wrist, pole)
        upper, fore = unit(sub(elbow, shoulder)), unit(sub(wrist, elbow))
        if "hip" in fixed:
            fingers = unit(add(pelvis.forward, mul(pelvis.up, -0.9)))
        elif "thigh" in fixed or "knee" in fixed:
            fingers = unit(thigh)
        elif "chest" in fixed:
            fingers = unit(chest.out((0.1, 0.75, sign * -1.0)))
        elif "aims" not in fixed:
            fingers = fore
        state[f"{name} thigh"], state[f"{name} shin"], state[f"{name} fingers"] = upper, fore, fingers
    else:
        elbow = along(shoulder, unit(state[f"{name} thigh"]), UPPER)
        wrist = along(elbow, unit(state[f"{name} shin"]), FOREARM)
    state[f"{name} wrist"] = wrist
    points |= {f"elbow{side}": elbow, f"wrist{side}": wrist, f"fingers{side}": along(wrist, fingers, HAND)}


def _elbow(shoulder: Vec, wrist: Vec, pole: Vec) -> tuple[Vec, float]:
    """Where the elbow lies: toward the pole, turned up no more than it takes to stay off the floor."""
    found = joint(shoulder, wrist, UPPER, FOREARM, pole)
    low, high = 0.0, 3.0
    if found[0][1] < ELBOW < joint(shoulder, wrist, UPPER, FOREARM, along(pole, UP, high))[0][1]:
        for _ in range(14):
            middle = (low + high) / 2
            found = joint(shoulder, wrist, UPPER, FOREARM, along(pole, UP, middle))
            low, high = (middle, high) if found[0][1] < ELBOW else (low, middle)
    return found


def _swung(pole: Vec, way: Vec, degrees: float) -> Vec:
    """A pole turned outward about the line between the ends of a limb."""
    axis = unit(way)
    return turned_about(across(pole, axis), axis, degrees) if degrees else pole


def to_shoulders(state: State) -> Vec:
    """The way from the hips to the middle between the shoulders."""
    pelvis, chest = read(state, "pelvis").up, read(state, "chest").up
    return add(add(mul(pelvis, PELVIS), mul(unit(add(pelvis, chest)), LUMBAR)), mul(chest, THORAX))


def hung(shin: Vec, fore: Vec, point: float, turn: float, tilt: float = 0.0) -> Frame:
    """The frame of a foot that hangs from a shin: toes pointed, turned, tilted by so many degrees."""
    return Frame.facing(fore, mul(shin, -1.0)).turned(twist=turn).turned(point, -tilt)


def read(state: State, name: str) -> Frame:
    """A frame out of a state."""
    return Frame.facing(state[f"{name} forward"], state[f"{name} up"])


def write(state: State, name: str, frame: Frame) -> None:
    """A frame into a state."""
    state[f"{name} forward"], state[f"{name} up"] = frame.forward, frame.up
