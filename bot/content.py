"""Reads and validates `content/` into a catalog: structure, words and sources, identified by a hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.core.care import Care
from bot.core.series import (
    Choices,
    DayPlan,
    Defaults,
    Emergency,
    Exercise,
    Graces,
    HighPain,
    Lane,
    LaneRules,
    Lesson,
    Retention,
    SafetyScreen,
    Series,
    Test,
)
from bot.plain_files import astray
from bot.yaml_nodes import Document, Fault

LANGUAGE = "en"
STRUCTURE = ("series", "lessons", "exercises", "selftests", "safety", "choices", "care", "emergency")


class ContentFaults(Exception):
    """Everything that is wrong with the content, in order of file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Source:
    """Where a claim, dose or cut-off comes from, and how closely it was looked at."""

    title: str
    says: str
    checked: str
    by: str = ""
    year: int | None = None
    link: str | None = None


@dataclass(frozen=True)
class Words:
    """All words of one language: the YAML files by their names, and the folder of its templates."""

    language: str
    folder: Path
    tree: Mapping[str, Any]

    def find(self, path: str) -> Any:
        """The words at a dotted path.

        Raises KeyError, naming the path, when there are none.
        """
        here: Any = self.tree
        for key in path.split("."):
            if not isinstance(here, Mapping) or key not in here:
                raise KeyError(path)
            here = here[key]
        return here


@dataclass(frozen=True)
class Catalog:
    """All content, loaded and validated."""

    folder: Path
    series: Series
    words: Mapping[str, Words]
    sources: Mapping[str, Source]
    hash: str

    @cached_property
    def home(self) -> Path:
        """The folder of the series."""
        return self.folder / self.series.id


def load_catalog(folder: Path) -> Catalog:
    """The content of a folder that holds one series.

    Raises ContentFaults with every fault found.
    """
    if faults := astray(folder):
        raise ContentFaults(faults)
    homes = sorted(path.parent for path in folder.glob("*/series.yaml"))
    if len(homes) != 1:
        raise ContentFaults([Fault(str(folder), 1, "one folder with a series.yaml was expected in the content folder")])
    home = homes[0]
    files = {name: Document(home / f"{name}.yaml", folder, faults) for name in STRUCTURE}
    series = _series(files)
    sources = _sources(home, folder, faults)
    words = {LANGUAGE: _words(home / LANGUAGE, folder, faults)}
    if series is None:
        raise ContentFaults(faults)
    if series.id != home.name:
        files["series"].fault(files["series"].member("id"), f"the id must be the folder's name, {home.name}")
    _resolve(series, sources, files)
    if faults:
        raise ContentFaults(faults)
    return Catalog(folder, series, words, sources, _hash(home))


def _series(files: dict[str, Document]) -> Series | None:
    top = files["series"]
    parts: dict[str, Any] = {
        "lessons": files["lessons"].list_of(files["lessons"].entries(), Lesson),
        "exercises": files["exercises"].list_of(files["exercises"].entries(), Exercise),
        "tests": files["selftests"].list_of(files["selftests"].entries(), Test),
        "safety": _list(files["safety"], "screens", SafetyScreen),
        "trigger": files["safety"].build(files["safety"].member("trigger"), SafetyScreen),
        "high_pain": files["safety"].build(files["safety"].member("high-pain"), HighPain),
        "care": files["care"].build(files["care"].node, Care),
        "choices": files["choices"].build(files["choices"].node, Choices),
        "emergency": files["emergency"].build(files["emergency"].member("countries"), dict[str, Emergency]) or {},
        "emergency_default": files["emergency"].build(files["emergency"].member("default"), tuple[str, ...]),
        "plans": _list(top, "plans", DayPlan),
        "lanes": _list(top, "lanes", Lane),
        "areas": top.build(top.member("areas"), tuple[str, ...]),
        "graces": top.build(top.member("graces"), Graces),
        "retention": top.build(top.member("retention"), Retention),
        "lane_rules": top.build(top.member("lane_rules"), LaneRules),
        "defaults": top.build(top.member("defaults"), Defaults),
        "id": top.build(top.member("id"), str),
        "consent": top.build(top.member("consent"), str),
        "days": top.build(top.member("days"), int),
        "max_minutes": top.build(top.member("max_minutes"), int),
    }
    for name, value in parts.items():
        if value is None and not top.faults:
            top.fault(top.node, f"“{name}” is missing")
    return None if any(value is None for value in parts.values()) else Series(**parts)


def _list(document: Document, key: str, kind: type[Any]) -> tuple[Any, ...]:
    node = document.member(key)
    if node is None:
        document.fault(document.node, f"“{key}” is missing")
        return ()
    return document.build(node, tuple[kind, ...]) or ()  # type: ignore[valid-type]


def _sources(home: Path, root: Path, faults: list[Fault]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for path in sorted((home / "sources").glob("*.yaml")):
        document = Document(path, root, faults)
        for id, source in (document.build(document.node, dict[str, Source]) or {}).items():
            if id in found:
                document.fault(document.member(id), f"the source “{id}” stands in another file too")
            found[id] = source
    return found


def _words(folder: Path, root: Path, faults: list[Fault]) -> Words:
    tree = {path.stem: Document(path, root, faults).plain() for path in sorted(folder.glob("*.yaml"))}
    for path in sorted(folder.glob("lessons/*/quiz.yaml")):
        tree.setdefault("quiz", {})[path.parent.name] = Document(path, root, faults).plain()
    return Words(folder.name, folder, tree)


def _resolve(series: Series, sources: Mapping[str, Source], files: dict[str, Document]) -> None:
    """Every id that is named must be there."""
    known = {
        "exercise": set(series.exercise_by_id),
        "area": set(series.areas),
        "kit": set(series.choices.kit),
        "source": set(sources),
    }

    def check(file: str, kind: str, names: Iterable[str], where: str) -> None:
        for name in names:
            if name not in known[kind]:
                node = _find(files[file], name)
                files[file].fault(node, f"{where}: there is no {kind} “{name}”")

    for plan in series.plans:
        for entry in (entry for session in plan.sessions for entry in session):
            check("series", "exercise", entry.split("|"), f"plan of week {plan.week}")
    for lane in series.lanes:
        check("series", "exercise", [*lane.replaces, *lane.replaces.values()], f"lane {lane.id}")
    for exercise in series.exercises:
        check("exercises", "area", exercise.areas, exercise.id)
        check("exercises", "kit", exercise.kit, exercise.id)
        check("exercises", "source", exercise.sources, exercise.id)
        if not exercise.sources:
            files["exercises"].fault(_find(files["exercises"], exercise.id), f"{exercise.id} names no source")
    for lesson in series.lessons:
        for part in lesson.parts:
            check("lessons", "source", part.sources, f"{lesson.id}/{part.id}")
    for test in series.tests:
        check("selftests", "source", test.sources, test.id)
        check("selftests", "area", test.areas, test.id)
        for question in test.questions:
            check("selftests", "source", question.sources, question.id)
            for points in [each.points for each in question.choices] + [each.points for each in question.bands]:
                check("selftests", "area", points, question.id)
    for screen in series.safety:
        check("safety", "source", screen.sources, screen.id)
    check("safety", "source", series.high_pain.sources, "high-pain")
    check("care", "exercise", series.care.flare_up.exercises, "flare_up")
    for rules in (series.care.pain, series.care.follow, series.care.flare_up, series.care.back_off):
        check("care", "source", rules.sources, type(rules).__name__)
    for name, ids in (("exercises", [e.id for e in series.exercises]), ("selftests", list(_question_ids(series)))):
        for id in {id for id in ids if ids.count(id) > 1}:
            files[name].fault(_find(files[name], id), f"the id “{id}” stands twice")


def _question_ids(series: Series) -> Iterable[str]:
    return (question.id for test in series.tests for question in test.questions)


def _find(document: Document, text: str) -> Any:
    """The first node whose text is or holds that id, so that a fault names its line."""
    stack = [document.node]
    while stack:
        node = stack.pop(0)
        value = getattr(node, "value", None)
        if isinstance(value, str):
            if text in value.split("|"):
                return node
        elif value:
            stack = [each for entry in value for each in (entry if isinstance(entry, tuple) else (entry,))] + stack
    return document.node


def _hash(home: Path) -> str:
    """Of every file that decides something, so that an edit is noticed at the next start."""
    digest = blake2b(digest_size=8)
    for path in sorted(home.rglob("*")):
        # A moved arm is no reason to look at everybody's plan again.
        if path.suffix in (".yaml", ".j2") and path.is_file() and path.parent.name != "figures":
            digest.update(path.relative_to(home).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
