"""What a pose file may say, and how one pose is laid over another or seen in a mirror."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from msgspec import Meta

from bot.catalog.yaml_schema import Fault
from bot.figures.geometry import Vec

PROPS = [
    "bag",
    "ball",
    "band",
    "book",
    "broom",
    "chair",
    "counter",
    "cushion",
    "door",
    "loop",
    "mark",
    "mat",
    "pillow",
    "rail",
    "roller",
    "stairs",
    "step",
    "table",
    "towel",
    "wall",
]
MUSCLES = [
    "ankle",
    "arch",
    "bottom",
    "calf",
    "foot",
    "heel-cord",
    "hip-front",
    "hip-side",
    "low-back",
    "shin",
    "side",
    "thigh-back",
    "thigh-front",
    "thigh-inner",
    "tummy",
]
MOST_BEND = 155
VARIANTS = ("easier", "harder", "mistake")
RESTS = ("chest", "hip", "knee", "thigh")
SIDEWAYS = ("roll", "turn", "side", "twist", "tilt", "look")
PLACES = ("foot", "ankle", "kneel", "thigh", "hand", "hold", "rest", "upper")

Degrees = Annotated[float, Meta(ge=-360, le=360)]
Bend = Annotated[float, Meta(ge=0, le=MOST_BEND, description="degrees")]


def _possible(joint: str, bend: float | None) -> None:
    """Raise ValueError, saying by how much, for a joint bent backwards or too far."""
    if bend is not None and bend < 0:
        raise ValueError(f"the {joint} is bent backwards by {-bend:g}°")
    if bend is not None and bend > MOST_BEND:
        raise ValueError(f"the {joint} is bent {bend - MOST_BEND:g}° more than a {joint} can")


@dataclass(frozen=True)
class Leg:
    """One leg. Its place is one of foot, ankle, kneel or thigh; [x forward, y up, z outward] in cm."""

    foot: Annotated[Vec | None, Meta(description="the foot stands; the point of the sole under the ankle")] = None
    ankle: Annotated[Vec | None, Meta(description="the ankle hangs there")] = None
    kneel: Annotated[Vec | None, Meta(description="the knee rests on the floor there, the shin behind it")] = None
    thigh: Annotated[tuple[float, float] | None, Meta(description="degrees forward and out, from the pelvis")] = None
    knee: Annotated[Bend | None, Meta(description="bend, with thigh")] = None
    turn: Annotated[Degrees | None, Meta(description="toes outward")] = None
    heel: Annotated[Degrees | None, Meta(description="heel lifted about the ball of the foot")] = None
    toes: Annotated[Degrees | None, Meta(description="toes lifted about the heel")] = None
    tilt: Annotated[Degrees | None, Meta(description="outer edge of the foot lifted")] = None
    out: Annotated[Degrees | None, Meta(description="knee turned outward about the line from hip to ankle")] = None
    point: Annotated[Degrees | None, Meta(description="toes pointed away from the shin, for a foot in the air")] = None
    arch: Annotated[float | None, Meta(description="1 lifted, -1 sunk")] = None
    curl: Annotated[float | None, Meta(description="1 curls the toes")] = None

    def __post_init__(self) -> None:
        _possible("knee", self.knee)


@dataclass(frozen=True)
class Arm:
    """One arm. Its place is one of hand, hold, rest or upper; [x forward, y up, z outward] in cm."""

    hand: Annotated[Vec | None, Meta(description="the wrist stays at this point of the room")] = None
    hold: Annotated[Vec | None, Meta(description="the wrist stays at this point, seen from the breastbone")] = None
    rest: Annotated[str | None, Meta(extra_json_schema={"enum": list(RESTS)})] = None
    upper: Annotated[tuple[float, float] | None, Meta(description="degrees forward and out, from the chest")] = None
    elbow: Annotated[Bend | None, Meta(description="bend, with upper")] = None
    swing: Annotated[Degrees | None, Meta(description="elbow turned outward about the line to the wrist")] = None
    fingers: Annotated[Vec | None, Meta(description="where the fingers point, [x, y, z outward]")] = None

    def __post_init__(self) -> None:
        _possible("elbow", self.elbow)


@dataclass(frozen=True)
class Pose:
    """What is said of one key; what is not said comes from the figure's `all` and the posture."""

    mirror: Annotated[str | None, Meta(description="this key is the named key seen in a mirror")] = None
    hips: Annotated[Vec | None, Meta(description="the middle between the hip joints")] = None
    shoulders: Annotated[Vec | None, Meta(description="the middle between the shoulders; the pelvis follows")] = None
    on: Annotated[str | None, Meta(extra_json_schema={"enum": ["both", "R", "L"]})] = None
    knee: Annotated[Bend | None, Meta(description="bend of the standing knee")] = None
    over: Annotated[
        tuple[float, float] | None, Meta(description="hips so far forward and right of the ankle; else in balance")
    ] = None
    back: Annotated[Degrees | None, Meta(description="kneeling: thighs tipped back from upright")] = None
    lean: Annotated[Degrees | None, Meta(description="pelvis forward; 90 face down, -90 on the back")] = None
    roll: Annotated[Degrees | None, Meta(description="pelvis to the right; 90 on the right side")] = None
    turn: Annotated[Degrees | None, Meta(description="pelvis turned right")] = None
    bend: Annotated[Degrees | None, Meta(description="spine forward")] = None
    side: Annotated[Degrees | None, Meta(description="spine to the right")] = None
    twist: Annotated[Degrees | None, Meta(description="chest turned right against the pelvis")] = None
    nod: Annotated[Degrees | None, Meta(description="head forward")] = None
    tilt: Annotated[Degrees | None, Meta(description="head to the right")] = None
    look: Annotated[Degrees | None, Meta(description="head turned right")] = None
    legs: Leg | None = None
    legR: Leg | None = None
    legL: Leg | None = None
    arms: Arm | None = None
    armR: Arm | None = None
    armL: Arm | None = None
    place: Annotated[dict[str, Vec] | None, Meta(description="where movable props are, by name")] = None

    def __post_init__(self) -> None:
        _possible("knee", self.knee)


@dataclass(frozen=True)
class Prop:
    """A thing in the picture: at [x, y, z], or tied to points of the body."""

    kind: Annotated[str, Meta(extra_json_schema={"enum": PROPS})]
    at: Vec = (0.0, 0.0, 0.0)
    size: Annotated[Vec | None, Meta(description="length, height, depth in cm; each kind has its own usual size")] = (
        None
    )
    turn: Annotated[float, Meta(description="degrees about the vertical")] = 0.0
    name: Annotated[str | None, Meta(description="for `place` in the keys")] = None
    to: Annotated[tuple[str, ...], Meta(description="points of the body that a band, loop or broom touches")] = ()
    front: Annotated[bool, Meta(description="drawn before the body")] = False


@dataclass(frozen=True)
class Arrow:
    """An arrow along the way a point of the body takes from one key to another."""

    of: str
    start: str
    to: str
    shift: Annotated[tuple[float, float], Meta(description="moved right and up in the picture, cm")] = (0.0, 0.0)
    part: Annotated[tuple[float, float], Meta(description="only this part of the way")] = (0.0, 1.0)
    grow: Annotated[float, Meta(description="so many times as long, for small moves")] = 1.0


@dataclass(frozen=True)
class Crop:
    """A close-up: the middle of the picture and its width and height, in cm."""

    at: Vec
    width: float
    height: float


@dataclass(frozen=True)
class Lens:
    """A round close-up beside the body, for a move too small to be seen on the whole of it; the arrows are in it."""

    at: Annotated[Vec, Meta(description="the middle of what it shows")]
    width: Annotated[float, Meta(description="how much it shows across, cm")]
    grow: Annotated[float, Meta(description="so many times as large")]
    shift: Annotated[tuple[float, float], Meta(description="from what it shows to its own middle, right and up, cm")]
    only: Annotated[tuple[str, ...], Meta(description="draw only these parts in it")] = ()


@dataclass(frozen=True)
class Sketch:
    """A pose file, or one of its variants, before postures and keys are laid over each other."""

    posture: str | None = None
    view: Annotated[tuple[float, float] | None, Meta(description="camera yaw (0 side, 90 front) and pitch")] = None
    crop: Crop | None = None
    lens: Lens | None = None
    only: Annotated[tuple[str, ...] | None, Meta(description="draw only these parts")] = None
    props: tuple[Prop, ...] | None = None
    more: Annotated[tuple[Prop, ...] | None, Meta(description="props a variant adds")] = None
    work: Annotated[tuple[str, ...] | None, Meta(description="working muscles; ' R' or ' L' for one side")] = None
    supported: Annotated[bool | None, Meta(description="held by a prop: need not balance")] = None
    all: Pose | None = None
    keys: dict[str, Pose] | None = None
    loop: Annotated[tuple[tuple[str, float], ...] | None, Meta(description="[key, seconds to reach it]")] = None
    arrows: tuple[Arrow, ...] | None = None
    still: Annotated[tuple[str, ...] | None, Meta(description="keys of the still, side by side")] = None
    sides: Annotated[bool | None, Meta(description="also made in a mirror, as <id>-left and <id>-right")] = None
    paired: Annotated[bool | None, Meta(description="drawn beside its mistake: like this, not like this")] = None
    questions: Annotated[
        tuple[str, ...] | None, Meta(description="the self-test's questions it shows: <test>.<id>")
    ] = None
    easier: Sketch | None = None
    harder: Sketch | None = None
    mistake: Sketch | None = None


@dataclass(frozen=True)
class Figure:
    """A figure ready to be solved: every key complete."""

    id: str
    view: tuple[float, float]
    crop: Crop | None
    lens: Lens | None
    only: tuple[str, ...]
    props: tuple[Prop, ...]
    work: tuple[str, ...]
    supported: bool
    keys: Mapping[str, Pose]
    loop: tuple[tuple[str, float], ...]
    arrows: tuple[Arrow, ...]
    still: tuple[str, ...]
    sides: bool
    paired: bool
    questions: tuple[str, ...]
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long the loop takes."""
        return sum(step for _, step in self.loop)

    def fault(self, key: str, text: str) -> Fault:
        """A fault at the line of a key."""
        return Fault(self.file, self.lines.get(key, 1), f"{self.id}, {key}: {text}")


Limb = TypeVar("Limb", Leg, Arm)


def laid(under: Pose, over: Pose) -> Pose:
    """One pose over another: what the upper one says counts; `legs` and `arms` speak for both sides."""
    said = {f.name: value for f in dataclasses.fields(over) if (value := getattr(over, f.name)) is not None}
    for both, left, right, kind in (("legs", "legL", "legR", Leg), ("arms", "armL", "armR", Arm)):
        for side in (left, right):
            limb = _limb(_limb(kind(), getattr(under, both)), getattr(under, side))
            said[side] = _limb(_limb(limb, getattr(over, both)), getattr(over, side))
        said.pop(both, None)
    if over.hips or over.shoulders or over.on or over.back is not None:
        under = dataclasses.replace(under, hips=None, shoulders=None, on=None, back=None, over=None)
    said["place"] = {**(under.place or {}), **(over.place or {})}
    return dataclasses.replace(under, legs=None, arms=None, **said)


def _limb(under: Limb, over: Limb | None) -> Limb:
    """A limb that is given a new place forgets all that was said about the old one."""
    if over is None:
        return under
    said = {f.name: value for f in dataclasses.fields(over) if (value := getattr(over, f.name)) is not None}
    return over if any(place in said for place in PLACES) else dataclasses.replace(under, **said)


def mirrored(pose: Pose) -> Pose:
    """The same pose on the other side."""
    turned: dict[str, Any] = {name: -value for name in SIDEWAYS if (value := getattr(pose, name)) is not None}
    for name in ("hips", "shoulders"):
        if at := getattr(pose, name):
            turned[name] = (at[0], at[1], -at[2])
    if pose.over:
        turned["over"] = (pose.over[0], -pose.over[1])
    turned["on"] = {"R": "L", "L": "R"}.get(pose.on or "", pose.on)
    turned["place"] = {name: (x, y, -z) for name, (x, y, z) in (pose.place or {}).items()}
    return dataclasses.replace(pose, legR=pose.legL, legL=pose.legR, armR=pose.armL, armL=pose.armR, **turned)
