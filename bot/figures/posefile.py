"""Reads a folder of pose files into figures, and finds every name that is not known, with its file and line."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from pathlib import Path

import yaml

from bot.catalog.yaml_schema import Document, Fault
from bot.figures.flesh import PIECES
from bot.figures.pose import MUSCLES, PROPS, RESTS, VARIANTS, Figure, Pose, Sketch, laid, mirrored

TRUNK = ("hips", "belly", "ribs", "chest", "shoulders", "neck", "head", "crown")
LIMBS = ["hip", "knee", "ankle", "heel", "ball", "toe", "instep", "knuckle", "shoulder", "elbow", "wrist", "fingers"]
POINTS = {*TRUNK, *(f"{joint}{side}" for joint in LIMBS for side in "RL")}
FEWEST_TIED, MOST_TIED = {"loop": 2, "band": 1, "broom": 1}, 2
"""To how many points of the body a prop is tied."""
PARTS = {piece.name.replace("*", side) for piece in PIECES for side in "RL"}


class FigureFaults(Exception):
    """Everything that is wrong with the pose files."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


def read_figures(folder: Path) -> dict[str, Figure]:
    """All figures of a folder of pose files by id; a variant's id is `<id>-easier` and so on.

    Raises FigureFaults with every fault found.
    """
    faults: list[Fault] = []
    named = Document(folder / "postures.yaml", folder, faults)
    postures = named.build(named.node, dict[str, Pose]) or {}
    figures: dict[str, Figure] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "postures.yaml":
            figures |= _read(Document(path, folder, faults), path.stem, postures)
    if faults:
        raise FigureFaults(faults)
    return figures


def _read(document: Document, name: str, postures: Mapping[str, Pose]) -> dict[str, Figure]:
    main = document.build(document.node, Sketch)
    if main is None:
        return {}
    before = len(document.faults)
    _check(document, (), main, main, postures)
    for variant in VARIANTS:
        if change := getattr(main, variant):
            _check(document, (variant,), change, _with(main, change), postures)
    if len(document.faults) > before:
        return {}
    figures = {name: _figure(document, name, (), main, postures)}
    for variant in VARIANTS:
        if change := getattr(main, variant):
            figures[f"{name}-{variant}"] = _figure(
                document, f"{name}-{variant}", (variant,), _with(main, change), postures
            )
    wrong = figures.get(f"{name}-mistake")
    if wrong and round(wrong.seconds - figures[name].seconds, 6):
        text = f"the mistake takes {wrong.seconds:g} s, the right way beside it {figures[name].seconds:g} s"
        document.fault(document.member("mistake", "loop"), text)
    return figures


def _with(main: Sketch, change: Sketch) -> Sketch:
    """A variant: a new posture starts afresh, anything else is laid over the main figure."""
    if change.posture:
        return change
    keys = dict(main.keys or {})
    for key, pose in (change.keys or {}).items():
        keys[key] = laid(keys.get(key, Pose()), pose)
    said = {f.name: value for f in dataclasses.fields(change) if (value := getattr(change, f.name)) is not None}
    said |= {"keys": keys, "all": laid(main.all or Pose(), change.all or Pose())}
    said["props"] = (*(said.get("props", main.props) or ()), *(change.more or ()))
    return dataclasses.replace(main, **said)


def _check(
    document: Document, path: tuple[str, ...], said: Sketch, whole: Sketch, postures: Mapping[str, Pose]
) -> None:
    """Note every name that is not known and every size that cannot be; `whole` is what was said laid over its main."""
    at = _Place(document, path)
    keys = whole.keys or {}
    at.known(whole.posture or "", postures, "posture", "posture")
    for muscle in said.work or ():
        at.known(muscle.removesuffix(" R").removesuffix(" L"), MUSCLES, "muscle", "work")
    for key in said.still or ():
        at.known(key, keys, "key", "still")
    _check_loop(at, whole, keys)
    _check_keys(at, said, keys)
    _check_props(at, said)
    _check_view(at, said)
    _check_arrows(at, said, whole)


@dataclasses.dataclass(frozen=True)
class _Place:
    """A figure, or a variant of it, in its file."""

    document: Document
    path: tuple[str, ...]

    def fault(self, text: str, *where: str) -> None:
        self.document.fault(self.document.member(*self.path, *where) or self.document.member(*self.path), text)

    def known(self, value: str, names: Collection[str], what: str, *where: str) -> None:
        if value not in names:
            self.fault(f"unknown {what} “{value}”; known are: {', '.join(sorted(names))}", *where)


def _check_loop(at: _Place, whole: Sketch, keys: Mapping[str, Pose]) -> None:
    if not keys or not whole.loop:
        at.fault("a figure needs keys and a loop")
    for key, seconds in whole.loop or ():
        at.known(key, keys, "key", "loop")
        if seconds <= 0:
            at.fault("a step of the loop takes more than 0 seconds", "loop")


def _check_keys(at: _Place, said: Sketch, keys: Mapping[str, Pose]) -> None:
    for key, pose in (said.keys or {}).items():
        if pose.mirror is not None:
            drawn = [name for name in keys if keys[name].mirror is None]
            at.known(pose.mirror, drawn, "key to mirror", "keys", key)
        for limb in (pose.arms, pose.armR, pose.armL):
            if limb is not None and limb.rest is not None:
                at.known(limb.rest, RESTS, "place to rest a hand", "keys", key)


def _check_props(at: _Place, said: Sketch) -> None:
    for name, props in (("props", said.props or ()), ("more", said.more or ())):
        for prop in props:
            at.known(prop.kind, PROPS, "prop", name)
            for point in prop.to:
                at.known(point, POINTS, "point", name)
            fewest = FEWEST_TIED.get(prop.kind, 0)
            if not fewest <= len(prop.to) <= MOST_TIED:
                wanted = MOST_TIED if fewest == MOST_TIED else f"{fewest} to {MOST_TIED}"
                text = f"a {prop.kind} is tied to {wanted} points of the body with “to”, not to {len(prop.to)}"
                at.fault(text, name)


def _check_view(at: _Place, said: Sketch) -> None:
    if said.crop and min(said.crop.width, said.crop.height) <= 0:
        at.fault("a close-up is wider and higher than 0 cm", "crop")
    if said.lens and min(said.lens.width, said.lens.grow) <= 0:
        at.fault("a lens shows more than 0 cm, and grows it by more than 0", "lens")
    for part in said.only or ():
        at.known(part, PARTS, "part", "only")
    for part in said.lens.only if said.lens else ():
        at.known(part, PARTS, "part", "lens", "only")


def _check_arrows(at: _Place, said: Sketch, whole: Sketch) -> None:
    keys = whole.keys or {}
    places = {name for pose in (whole.all, *keys.values()) if pose and pose.place for name in pose.place}
    for arrow in said.arrows or ():
        at.known(arrow.of, POINTS | places, "point", "arrows")
        at.known(arrow.start, keys, "key", "arrows")
        at.known(arrow.to, keys, "key", "arrows")
        if not 0 <= arrow.part[0] < arrow.part[1] <= 1 or arrow.grow <= 0:
            at.fault("an arrow shows a part between 0 and 1, and grows by more than 0", "arrows")


def _figure(
    document: Document, name: str, path: tuple[str, ...], sketch: Sketch, postures: Mapping[str, Pose]
) -> Figure:
    ground = laid(postures[sketch.posture or ""], sketch.all or Pose())
    keys: dict[str, Pose] = {}
    lines: dict[str, int] = {}
    if loop_node := document.member(*path, "loop") or document.member("loop"):
        lines["loop"] = loop_node.start_mark.line + 1
    for key, pose in (sketch.keys or {}).items():
        node: yaml.Node | None = document.member(*path, "keys", key) or document.member("keys", key)
        lines[key] = node.start_mark.line + 1 if node else 1
        if pose.mirror is None:
            keys[key] = laid(ground, pose)
    for key, pose in (sketch.keys or {}).items():
        if pose.mirror is not None:
            keys[key] = laid(mirrored(keys[pose.mirror]), pose)
    for key, pose in keys.items():
        if pose.back is not None and not any(leg and leg.kneel for leg in (pose.legR, pose.legL)):
            document.fault(document.member(*path, "keys", key), "“back” tips a kneeling thigh, and no leg kneels")
    loop = sketch.loop or ()
    return Figure(
        name,
        sketch.view or (0.0, 9.0),
        sketch.crop,
        sketch.lens,
        sketch.only or (),
        sketch.props or (),
        sketch.work or (),
        bool(sketch.supported),
        keys,
        loop,
        sketch.arrows or (),
        sketch.still or tuple(dict.fromkeys(key for key, _ in (loop[-1], *loop[:-1])))[:2],
        bool(sketch.sides),
        bool(sketch.paired),
        sketch.questions or (),
        document.name,
        lines,
    )
