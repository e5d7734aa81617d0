"""Reads and validates `content/` into a catalog: structure, words and sources, identified by a hash."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, cast, get_type_hints

import yaml

from bot.catalog import plainly
from bot.catalog.contact import MOST_PEOPLE, SAMPLE, SOMEBODY, Contact, distilled, made_up, reached, sounds_made_up
from bot.catalog.language import Language
from bot.catalog.safe_paths import unsafe_paths
from bot.catalog.yaml_schema import READERS, Document, Fault, Readers, UnreadableFile, read_text
from bot.core.assessment import safety
from bot.core.model.care import Care
from bot.core.model.series import (
    ABOUT_ONESELF,
    CADENCES,
    FORMS,
    HELD,
    KINDS,
    LANES,
    LEVELS,
    NEEDED,
    ONE_TAP,
    OWN,
    ROLES,
    SEATED,
    WAYS,
    WEEK,
    Band,
    Choice,
    Choices,
    DayPlan,
    Defaults,
    EmergencyNumbers,
    Exercise,
    Graces,
    HighPain,
    HoldOn,
    Holds,
    Ladder,
    Lane,
    LaneRules,
    Lesson,
    LimitRules,
    Onward,
    Retention,
    SafetyScreen,
    Series,
    StrengthDays,
    Test,
    week_of,
)
from bot.core.model.subscriber import Subscriber
from bot.core.screens.profile import SETTINGS

SHARED = "shared"
"""The folder of what belongs to no series by itself."""
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
"""What a language's folder may be called: as Telegram names it, in small letters."""
LONGEST = 366
"""How many days a series may have."""
CHECKED = ("source", "abstract", "summary", "background")
"""How closely a source may have been looked at."""
DEFAULTS = "defaults.yaml"
ENDING = ".html.j2"
"""How the name of a template's file ends."""
OF_A_SERIES = ("sources", "media", "figures")
"""Folders of a series that hold no words."""
DRAWINGS, FONTS = "drawings", "fonts"
"""What pictures are drawn with: how marks and colours look, and the letters."""
OF_ALL_SERIES = ("sources", DRAWINGS, FONTS)
"""Folders of what all series share that hold no words."""
STRUCTURE = ("series", "lessons", "exercises", "selftests", "safety", "choices", "care", "ladders")


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


class Template(NamedTuple):
    """The text of a template and the file it was read from."""

    path: Path
    text: str


@dataclass(frozen=True)
class Words:
    """All words of a series in one language as they were read once: YAML files by their names, templates by theirs.

    `folders` are where they stand, in order of preference.
    """

    series: str
    language: str
    folders: tuple[Path, ...]
    tree: Mapping[str, Any]
    templates: Mapping[str, Template]

    def with_contact(self, contact: Contact) -> Words:
        """The same words with other people to turn to."""
        return replace(self, tree={**self.tree, "contact": contact.words})

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
class Unchosen:
    """The series and the language of whoever chose none."""

    series: str
    language: str


@dataclass(frozen=True)
class Catalog:
    """All content, loaded and validated: series by their ids, words and sources by them too."""

    folder: Path
    series: Mapping[str, Series]
    languages: Mapping[str, Language]
    unchosen: Unchosen
    words: Mapping[tuple[str, str], Words]
    sources: Mapping[str, Mapping[str, Source]]
    emergency: EmergencyNumbers
    contact: Contact
    hash: str

    @property
    def default(self) -> Series:
        """The series of whoever chose none."""
        return self.series[self.unchosen.series]

    def of(self, subscriber: Subscriber) -> Series:
        """The series a person is in; for a reply to somebody whose series is gone, the default one stands in."""
        return self.series.get(subscriber.enrollment.series, self.default)

    def linked(self, payload: str) -> Series:
        """The series that a start link names, alone or before `_` and a mark of one's own; else the default one."""
        return self.series.get(payload.partition("_")[0], self.default)

    def language(self, code: str | None) -> str:
        """The language of ours for one that Telegram names, such as `pt-br`."""
        wanted = (code or "").lower()
        return next((each for each in (wanted, wanted.partition("-")[0]) if each in self.languages), "") or (
            self.unchosen.language
        )

    def words_of(self, series: str, language: str) -> Words:
        """The words of a series in a language, or in the default one where there is no such language any more."""
        return self.words[series, language if language in self.languages else self.unchosen.language]


class Pieces(TypedDict, total=False):
    """The parts of a series, each by itself; those that do not hold are not there."""

    lessons: tuple[Lesson, ...]
    exercises: tuple[Exercise, ...]
    tests: tuple[Test, ...]
    safety: tuple[SafetyScreen, ...]
    edition: int
    on_worse: str
    limits: tuple[LimitRules, ...]
    trigger: SafetyScreen
    ending_life: SafetyScreen
    high_pain: HighPain
    care: Care
    choices: Choices
    id: str
    consent: str
    days: int
    check_ins: tuple[int, ...]
    retest: int
    strength: StrengthDays
    rest: tuple[int, ...]
    face: str
    first_move: tuple[str, ...]
    first_test: str
    measured_again: tuple[str, ...]
    minutes: tuple[int, int]
    plans: tuple[DayPlan, ...]
    ladders: tuple[Ladder, ...]
    wishes: dict[str, tuple[str, ...]]
    lanes: tuple[Lane, ...]
    holds: Holds
    areas: tuple[str, ...]
    graces: Graces
    retention: Retention
    lane_rules: LaneRules
    defaults: Defaults
    onward: Onward | None
    hold_on: HoldOn | None


MAY_BE_MISSING = ("onward", "hold_on")
MAY_BE_EMPTY = ("first_move", "measured_again", "check_ins", "rest", "limits", "ladders")
PLACES = {
    "lessons": ("lessons", ""),
    "exercises": ("exercises", ""),
    "tests": ("selftests", ""),
    "safety": ("safety", "screens"),
    "edition": ("safety", "edition"),
    "on_worse": ("safety", "on_worse"),
    "limits": ("safety", "limits"),
    "trigger": ("safety", "trigger"),
    "ending_life": ("safety", "ending-life"),
    "high_pain": ("safety", "high-pain"),
    "care": ("care", ""),
    "choices": ("choices", ""),
    "ladders": ("ladders", "ladders"),
    "wishes": ("ladders", "wishes"),
}
"""Where a piece stands: its file, and the name in it; every other stands in series.yaml under its own."""


class ContentReading:
    """All that was read of a content folder, and every fault found in it, whether or not it holds together."""

    def __init__(self, folder: Path, contact_file: Path | None = None, readers: Readers = READERS) -> None:
        self.folder = folder
        self.readers = readers
        self.faults: list[Fault] = unsafe_paths(folder)
        self.catalog: Catalog | None = None
        self.series: list[Reading] = []
        self.languages: dict[str, Language | None] = {}
        homes = (
            []
            if self.faults
            else [path.parent for path in sorted(folder.glob("*/series.yaml")) if self._is_begun(path)]
        )
        if not homes:
            if not self.faults:
                self.faults.append(Fault(str(folder), 1, "the content folder holds no folder with a series.yaml"))
            return
        self._documents: dict[Path, Document] = {}
        self._texts: dict[Path, str | UnreadableFile] = {}
        self._contact_file = contact_file or folder / SAMPLE
        self.contact = contact = self._contact()
        for path in sorted((folder / SHARED).glob("*")):
            if LANGUAGE.fullmatch(path.name):
                document = self.document(path / "language.yaml")
                self.languages[path.name] = document.build(document.node, Language)
        self._half_made(homes)
        unchosen = self._unchosen({home.name for home in homes})
        document = self.document(folder / SHARED / "emergency.yaml")
        self.emergency = document.build(document.node, EmergencyNumbers)
        if not self.languages:
            self.faults.append(Fault(SHARED, 1, "there is no language: “en/language.yaml” belongs here"))
            return
        said = unchosen.language if unchosen else ""
        self.default_language = said if said in self.languages else next(iter(self.languages))
        self.series = [Reading(self, home) for home in homes]
        if self.emergency is not None:
            for series in self.series:
                series.require_sources(document, self.emergency.sources, "emergency")
        words = {
            (each.home.name, language): each.spoken(language) for each in self.series for language in self.languages
        }
        if self.faults or unchosen is None or contact is None or self.emergency is None:
            return
        self.catalog = Catalog(
            folder,
            {each.home.name: Series(**each.pieces) for each in self.series},
            {name: language for name, language in self.languages.items() if language is not None},
            unchosen,
            words,
            {each.home.name: each.sources for each in self.series},
            self.emergency,
            contact,
            _hash(folder, folder / DEFAULTS, folder / SHARED, *homes, self._contact_file),
        )

    def _is_begun(self, series: Path) -> bool:
        """Whether a series has more than its first file or two; what one lacks that has not is told at once."""
        missing = [f"{name}.yaml" for name in STRUCTURE if not (series.parent / f"{name}.yaml").exists()]
        if len(missing) <= len(STRUCTURE) // 2:
            return True
        text = f"this series lacks {', '.join(missing)}: begin it as a copy of another one"
        self.faults.append(Fault(series.parent.name, 1, text))
        return False

    def _half_made(self, homes: Iterable[Path]) -> None:
        """A folder of a language without `language.yaml`, or with another name than a language's, is never read."""
        for root, others in ((self.folder / SHARED, OF_ALL_SERIES), *((home, OF_A_SERIES) for home in homes)):
            for path in sorted(root.glob("*/")):
                if path.name in (*others, *self.languages) or path.name.startswith((".", "_")):
                    continue
                shown = path.relative_to(self.folder).as_posix()
                if LANGUAGE.fullmatch(path.name):
                    text = f"“{path.name}” is half made: {SHARED}/{path.name}/language.yaml is missing"
                else:
                    text = "nothing reads this folder: a language’s is called as Telegram names it, such as “de”"
                self.faults.append(Fault(shown, 1, text))

    def document(self, path: Path) -> Document:
        """A YAML file, read once however many series or languages share it."""
        if path not in self._documents:
            self._documents[path] = Document(path, self.folder, self.faults, self.readers)
        return self._documents[path]

    def text(self, path: Path) -> str:
        """The text of a template, read once: what is checked is what is shown. Raises UnreadableFile."""
        if path not in self._texts:
            try:
                self._texts[path] = read_text(path)
            except UnreadableFile as trouble:
                self._texts[path] = trouble
        found = self._texts[path]
        if isinstance(found, UnreadableFile):
            raise found
        return found

    def _unchosen(self, series: Iterable[str]) -> Unchosen | None:
        document = self.document(self.folder / DEFAULTS)
        unchosen = document.build(document.node, Unchosen)
        for kind, name, known in (
            ("series", unchosen and unchosen.series, series),
            ("language", unchosen and unchosen.language, self.languages),
        ):
            if name and name not in known:
                document.fault(document.member(kind), f"there is no {kind} “{name}”")
        return unchosen

    def _contact(self) -> Contact | None:
        document = self.contact_document
        contact = document.build(document.node, Contact)
        if contact is not None and not contact.people:
            document.fault(document.member("people"), "nobody stands here")
        if contact is not None and len(contact.people) > MOST_PEOPLE:
            document.fault(document.member("people"), f"{len(contact.people)} people stand here; {MOST_PEOPLE} at most")
        if contact is not None and not contact.sample:
            self._nobody_made_up(document)
        return contact

    def _nobody_made_up(self, document: Document) -> None:
        """Whoever calls the people their own must not have left one of the sample's among them, or a made-up way."""
        sample = self.folder / SAMPLE
        if self._contact_file.resolve() == sample.resolve():
            document.fault(
                None, "these people are made up, so “sample: true” must stand here: your own belong in another file"
            )
            return
        known = made_up(self.folder)
        found = [
            node for node in reached(document.node) if distilled(node.value) in known or sounds_made_up(node.value)
        ]
        if found:
            others = ", ".join(dict.fromkeys(str(node.start_mark.line + 1) for node in found[1:]))
            also = f" (and in line {others})" if others else ""
            document.fault(
                found[0], f"“{found[0].value}” is made up: write your own{also}, or “sample: true” to try it"
            )

    @property
    def contact_document(self) -> Document:
        """The contact, which is found among the words of every language."""
        return self.document(self._contact_file)


class Reading:
    """All that was read of one series; its faults are those of the whole."""

    def __init__(self, content: ContentReading, home: Path) -> None:
        self.content = content
        self.home = home
        self.faults = content.faults
        self.files = {name: self._document(home / f"{name}.yaml") for name in STRUCTURE}
        self._ambiguous: set[str] = set()
        self.pieces = self._pieces()
        self.all_sources = True
        self.sources: dict[str, Source] = {}
        for folder in (content.folder / SHARED / "sources", home / "sources"):
            self._read_sources(folder)
        self.words = {language: self._words(language) for language in content.languages}
        self._resolve()

    def _document(self, path: Path) -> Document:
        return self.content.document(path)

    def folders(self, language: str) -> tuple[Path, ...]:
        """Where words of a language are looked up: in the series, in what is shared, then so in the default one."""
        roots = (self.home, self.content.folder / SHARED)
        languages = dict.fromkeys((language, self.content.default_language))
        return tuple(root / each for each in languages for root in roots)

    def spoken(self, language: str) -> Words:
        """The words of a language, with those of the default one for what it lacks."""
        tree: dict[str, Any] = {}
        for name, documents in self.words[language].items():
            for document in reversed(documents):
                within: Any = document.plain()
                for each in reversed(name.split(".")):
                    within = {each: within}
                tree = _laid_over(tree, within)
        # What is wrong with a contact is told once, and nothing that shows it is blamed.
        tree["contact"] = (self.content.contact or SOMEBODY).words
        folders = self.folders(language)
        return Words(self.home.name, language, folders, tree, templates_in(folders, self.content.text))

    def _pieces(self) -> Pieces:
        found: dict[str, Any] = {}
        known = {name for name in get_type_hints(Pieces) if name not in PLACES}
        there = self.files["series"].keys()
        self.files["safety"].keys()
        for key, at in there.items():
            if key not in known:
                self.files["series"].fault(at, f"unknown name “{key}”; {plainly.nearest(key, known - there.keys())}")
        for name, kind in get_type_hints(Pieces).items():
            file, key = PLACES.get(name, ("series", name))
            document = self.files[file]
            node = document.member(key) if key else document.node
            if file == "series" and node is None and get_close_matches(key, there.keys() - known, 1):
                continue  # it is misspelt, and named above
            if node is None and name in MAY_BE_MISSING:
                continue
            if node is None and document.node is not None:
                document.fault(document.node, f"“{key}” is missing")
            value = document.build(node, kind)
            if value == () and name not in MAY_BE_EMPTY:
                document.fault(node, "nothing stands here")
            elif value is not None:
                found[name] = value
                self._duplicates(name, document, value)
        return cast(Pieces, found)

    def _read_sources(self, folder: Path) -> None:
        found = self.sources
        for path in sorted(folder.glob("*.yaml")):
            document = self._document(path)
            sources = document.build(document.node, dict[str, Source])
            self.all_sources = self.all_sources and sources is not None
            for id, source in (sources or {}).items():
                if id in found:
                    document.fault(document.member(id), f"the source “{id}” stands in another file too")
                if source.checked not in CHECKED:
                    node = document.member(id, "checked")
                    document.fault(node, f"“{id}”: checked “{source.checked}” is none of {', '.join(CHECKED)}")
                found[id] = source

    def _words(self, language: str) -> dict[str, tuple[Document, ...]]:
        """The YAML files of words by the name under which their words are found, in the order of preference."""
        found: dict[str, tuple[Document, ...]] = {"contact": (self.content.contact_document,)}
        for folder in self.folders(language):
            for path in sorted(folder.glob("*.yaml")):
                if path.stem == "language":
                    continue  # says how, not what
                found[path.stem] = (*found.get(path.stem, ()), self._document(path))
        return found

    def require_sources(self, document: Document, names: Iterable[str], where: str) -> None:
        """A fault for each of these that is no source of this series. What was not read is not missed."""
        for name in names if self.all_sources else ():
            if name not in self.sources:
                document.fault(_find(document, name), f"{where}: there is no source “{name}”")

    def _resolve(self) -> None:
        """Every id that is named must be there. What was not read is not missed."""
        pieces, files = self.pieces, self.files
        known: dict[str, set[str]] = {}
        if "exercises" in pieces:
            known["exercise"] = {exercise.id for exercise in pieces["exercises"]}
        if "areas" in pieces:
            known["area"] = set(pieces["areas"])
        if "choices" in pieces:
            known["kit"] = set(pieces["choices"].kit)
        if "tests" in pieces:
            known["self-test"] = {test.id for test in pieces["tests"]}
            known["question"] = {question.id for test in pieces["tests"] for question in test.questions}
        if "limits" in pieces:
            known["limit"] = {limit.id for limit in pieces["limits"]}
        if "safety" in pieces:
            known["screen"] = {screen.id for screen in pieces["safety"]}
        known |= {"one-tap question": set(ONE_TAP), "cadence": set(CADENCES)}
        known |= {
            "lane": set(LANES),
            "kind": set(KINDS),
            "role": set(ROLES),
            "way of holding": set(HELD),
            "form": set(FORMS),
            "level": set(LEVELS),
            "way": set(WAYS),
        }
        if self.all_sources:
            known["source"] = set(self.sources)

        def check(file: str, kind: str, names: Iterable[str], where: str) -> None:
            for name in names:
                if kind in known and name not in known[kind]:
                    files[file].fault(_find(files[file], name), f"{where}: there is no {kind} “{name}”")

        check("series", "self-test", [pieces["first_test"]] if "first_test" in pieces else [], "first_test")
        check("series", "self-test", pieces.get("measured_again", ()), "measured_again")
        check("series", "exercise", [pieces["face"]] if "face" in pieces else [], "face")
        check("series", "exercise", pieces.get("first_move", ()), "first_move")
        if "exercise" in known and "ladders" in pieces:
            known["place"] = known["exercise"] | {ladder.id for ladder in pieces["ladders"]}
        for plan in pieces.get("plans", ()):
            for entry in (entry for session in plan.sessions for entry in session):
                named = [name for name in entry.split("|") if name != OWN]
                check("series", "place", named, f"plan of week {plan.week}")
        if (onward := pieces.get("onward")) is not None:
            named = [name for place in onward.session for name in place.split("|") if name != OWN]
            check("series", "place", named, "onward")
            check("series", "one-tap question", onward.asks, "onward")
            check("series", "cadence", [each.says for each in onward.reminders], "onward")
            check("series", "source", onward.sources, "onward")
        if (hold_on := pieces.get("hold_on")) is not None:
            check("series", "limit", hold_on.limits, "hold_on")
            check("series", "place", filter(None, (hold_on.trains,)), "hold_on")
            check("series", "source", hold_on.sources, "hold_on")
        for lane in pieces.get("lanes", ()):
            check("series", "lane", [lane.id], "lanes")
            check("series", "level", [lane.level], lane.id)
        for ladder in pieces.get("ladders", ()):
            check("ladders", "exercise", [rung.exercise for rung in ladder.moves], ladder.id)
            check("ladders", "source", ladder.sources, ladder.id)
        if "choices" in pieces:
            known["activity"] = set(pieces["choices"].activities.ids)
        for activity, names in pieces.get("wishes", {}).items():
            check("ladders", "activity", [activity], "wishes")
            check("ladders", "place", names, activity)
        for exercise in pieces.get("exercises", ()):
            check("exercises", "kind", [exercise.kind], exercise.id)
            check("exercises", "area", exercise.areas, exercise.id)
            check("exercises", "kit", [each for kit in exercise.kit for each in kit.split("|")], exercise.id)
            check("exercises", "limit", exercise.limits, exercise.id)
            for forms in exercise.limits.values():
                check("exercises", "form", forms, exercise.id)
            check("exercises", "question", exercise.measured, exercise.id)
            check("exercises", "source", exercise.sources, exercise.id)
        for lesson in pieces.get("lessons", ()):
            for page in lesson.pages:
                check("lessons", "source", page.sources, f"{lesson.id}/{page.id}")
        for test in pieces.get("tests", ()):
            if test.id in safety.ASKS:
                files["selftests"].fault(files["selftests"].entry(test.id), f"“{test.id}” is a test of the bot's own")
            check("selftests", "source", test.sources, test.id)
            check("selftests", "area", test.areas, test.id)
            for question in test.questions:
                check("selftests", "source", question.sources, question.id)
                check("selftests", "role", [question.role] if question.role else [], question.id)
                check("selftests", "limit", question.limits, question.id)
                check("selftests", "way", question.ways, question.id)
                check("selftests", "way of holding", [question.held] if question.held else [], question.id)
                answers: list[Choice | Band] = [*question.choices, *question.bands]
                for answer in answers:
                    check("selftests", "area", answer.points, question.id)
                    check("selftests", "limit", answer.limits, question.id)
                    check("selftests", "lane", [answer.lane] if answer.lane else [], question.id)
                    check("selftests", "place", answer.lower, question.id)
                at = files["selftests"].entry(test.id, question.id)
                if question.could_not and question.could_not not in {band.id for band in question.bands}:
                    text = f"{question.id}: could_not: there is no band “{question.could_not}”"
                    files["selftests"].fault(at, text)
                for other in (question.pair, question.recalls):
                    if other is not None and test.question(other) is None:
                        files["selftests"].fault(at, f"{question.id}: {test.id} has no question “{other}”")
        for screen in pieces.get("safety", ()):
            check("safety", "source", screen.sources, screen.id)
            check("safety", "screen", [screen.after] if screen.after else [], screen.id)
            self._signs(screen)
            for limits in screen.limits.values():
                check("safety", "limit", limits, screen.id)
        check("safety", "screen", [pieces["on_worse"]] if "on_worse" in pieces else [], "on_worse")
        for limit in pieces.get("limits", ()):
            check("safety", "kind", limit.reminds, limit.id)
        if "high_pain" in pieces:
            check("safety", "source", pieces["high_pain"].sources, "high-pain")
        if "care" in pieces:
            care = pieces["care"]
            for entry in care.flare_up.exercises:
                check("care", "exercise", entry.split("|"), "flare_up")
            for rules in (care.pain, care.follow, care.flare_up, care.back_off):
                check("care", "source", rules.sources, type(rules).__name__)
            check("care", "source", care.sure.sources if care.sure is not None else (), "sure")
            for lesson in pieces.get("lessons", ()):
                if lesson.page(care.pain_part) is None:
                    at = files["care"].member("pain_part")
                    files["care"].fault(at, f"{lesson.id} has no part “{care.pain_part}”")
        self._profile()
        self._ladders()
        self._weeks()
        if pieces.get("id", self.home.name) != self.home.name:
            node = files["series"].member("id")
            files["series"].fault(node, f"the id must be the folder's name, {self.home.name}")

    def _signs(self, screen: SafetyScreen) -> None:
        """What has limits is a sign of its screen."""
        document = self.files["safety"]
        for sign in screen.limits:
            if sign not in screen.signs:
                document.fault(_find(document, sign), f"{screen.id}: there is no sign “{sign}”")

    def _duplicates(self, name: str, document: Document, value: object) -> None:
        """No two exercises, lessons, tests or questions may have one id."""
        named = [each for each in value if hasattr(each, "id")] if isinstance(value, tuple) else []
        ids = [each.id for each in named] + [each.id for test in named for each in getattr(test, "questions", ())]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            document.fault(all_named(document, id)[1], f"the id “{id}” stands twice")
            self._ambiguous.add(name)
        told: set[tuple[str, ...]] = set()  # questions may share their answers, and then share the fault
        for test in named:
            for question in getattr(test, "questions", ()):
                answers = tuple(each.id for each in question.choices)
                twins = {id for id in answers if answers.count(id) > 1} if answers not in told else set()
                told.add(answers)
                for id in sorted(twins):
                    document.fault(document.entry(test.id, question.id), f"{question.id}: “{id}” stands twice")
                    self._ambiguous.add(name)

    @property
    def distinct(self) -> Pieces:
        """The pieces whose ids say which words are theirs."""
        return cast(Pieces, {name: piece for name, piece in self.pieces.items() if name not in self._ambiguous})

    def _profile(self) -> None:
        """Each question about the person is one that can be asked, each of the series' own is, and none is missing."""
        if "choices" not in self.pieces:
            return
        choices, document = self.pieces["choices"], self.files["choices"]
        for name in choices.profile:
            if name not in (*ABOUT_ONESELF, *choices.own):
                document.fault(_find(document, name), f"profile: there is no question “{name}”")
        for name in (*NEEDED, *choices.own):
            if name not in choices.profile:
                document.fault(document.member("profile"), f"profile: “{name}” is missing")
        for name, sides in choices.leads.items():
            for side in sides:
                if side not in choices.own.get(name, ()):
                    document.fault(document.member("leads"), f"leads: “{name}” has no answer “{side}”")
        for name in choices.own:
            if name in (*ABOUT_ONESELF, *SETTINGS):
                document.fault(document.member("own"), f"own: “{name}” is a question of the bot's own")
        self.require_sources(document, choices.if_then.sources, "if_then")
        if choices.beside_pain and not {choices.beside_pain, "pain"} <= {*choices.profile}:
            node = document.member("beside_pain")
            document.fault(node, f"beside_pain: “{choices.beside_pain}” and “pain” must both be asked")

    def _ladders(self) -> None:
        """Each ladder starts each lane on a rung of its own, and those that no session leaves out carry everybody."""
        ladders, document = self.pieces.get("ladders", ()), self.files["ladders"]
        exercises = {each.id: each for each in self.pieces.get("exercises", ())}
        firsts = {session[0] for plan in self.pieces.get("plans", ()) for session in plan.sessions if session}
        for ladder in ladders:
            at = document.entry(ladder.id)
            if ladder.id in exercises or ladder.id == OWN:
                document.fault(at, f"“{ladder.id}” is the name of something else already")
            for rung in ladder.moves:
                if rung.level not in (*LEVELS, SEATED):
                    document.fault(at, f"{ladder.id}: “{rung.level}” is none of {', '.join((*LEVELS, SEATED))}")
            for lane in LANES:
                if ladder.start.get(lane) not in ladder.rungs:
                    document.fault(at, f"{ladder.id}: the lane “{lane}” starts on no rung of it")
            first = ladder.moves[0] if ladder.rungs else None
            lowest = exercises.get(first.exercise) if first else None
            left = first is None or lowest is None or all(first.level in forms for forms in lowest.limits.values())
            if ladder.id in firsts and lowest and (not left or lowest.pain_max is not None or lowest.kit):
                text = f"{ladder.id}: its first rung must ask nothing, as each session keeps its first place"
                document.fault(at, text)
        wishes, choices = self.pieces.get("wishes"), self.pieces.get("choices")
        for activity in choices.activities.ids if choices else ():
            if wishes is not None and activity not in wishes:
                document.fault(document.member("wishes"), f"wishes: “{activity}” is missing")

    def _weeks(self) -> None:
        """Each week of the series has its lesson and its plans."""
        if "days" not in self.pieces:
            return
        if not WEEK <= self.pieces["days"] <= LONGEST:
            return  # each week of it would be missed
        weeks = range(1, self.pieces["days"] // WEEK + 1)
        self._one_each("lessons", self.pieces.get("lessons"), weeks)
        self._one_each("plans", self.pieces.get("plans"), weeks)
        self._days(self.pieces["days"])

    def _one_each(self, name: str, given: Sequence[Lesson | DayPlan] | None, weeks: range) -> None:
        """Each week has one lesson, and plans. Where one is misplaced, the week it was meant for is not missed."""
        if given is None:
            return
        document = self.files[PLACES.get(name, ("series", ""))[0]]
        node = document.member(name) or document.node
        there: set[int] = set()
        misplaced = False
        for number, each in enumerate(given):
            at = node.value[number] if isinstance(node, yaml.SequenceNode) else node
            named = f"“{each.id}” is of day {each.day}: " if isinstance(each, Lesson) else ""
            if each.week not in weeks:
                document.fault(at, f"{named}there is no week {each.week}; the series has {len(weeks)}")
                misplaced = True
            elif named and each.week in there:
                document.fault(at, f"{named}week {each.week} has another lesson already")
                misplaced = True
            there.add(each.week)
        for week in weeks if not misplaced else ():
            if week not in there:
                document.fault(node, f"week {week} has nothing under {name}")

    def _days(self, last: int) -> None:
        """Each day that is named is one of the series, or of a week; no two check-ins belong to one week."""
        series, pieces = self.files["series"], self.pieces
        check_ins, strength = pieces.get("check_ins", ()), pieces.get("strength")
        named: list[tuple[str, Iterable[int], int]] = [
            ("check_ins", check_ins, last),
            ("retest", [pieces["retest"]] if "retest" in pieces else [], last),
            ("strength", strength.days if strength else (), WEEK),
            ("rest", pieces.get("rest", ()), WEEK),
        ]
        for name, days, end in named:
            for day in days:
                if not 1 <= day <= end:
                    series.fault(series.member(name), f"{name}: there is no day {day}; the last one is {end}")
        if len(set(map(week_of, check_ins))) < len(check_ins):
            series.fault(series.member("check_ins"), "check_ins: two lie in one week")
        if (onward := pieces.get("onward")) is not None:
            self._onward(onward, last)

    def _onward(self, onward: Onward, last: int) -> None:
        """Its days lie after the series, one a week, in order, and end with a test."""
        document = self.files["series"]
        node = document.member("onward")
        named = sorted((*onward.check_ins, *onward.tests))
        weeks = [week_of(day) for day in named]
        if any(day <= last for day in named) or any(each.week <= week_of(last) for each in onward.reminders):
            document.fault(node, f"onward: all of it lies after day {last}")
        if len(set(weeks)) < len(weeks):
            document.fault(node, "onward: two days lie in one week")
        if not onward.tests or (named and named[-1] not in onward.tests):
            document.fault(node, "onward: its last day must be one of a test")
        if not onward.a_week or not onward.session or any(not 1 <= number <= WEEK for number in onward.a_week):
            document.fault(node, "onward: there must be places, and numbers of days a week from 1 to 7")
        if [each.week for each in onward.reminders] != sorted({each.week for each in onward.reminders}):
            document.fault(node, "onward: the weeks of its reminders must go up")


def load_catalog(folder: Path, contact_file: Path | None = None) -> Catalog:
    """The content of a folder, with that contact, or the sample beside it.

    Raises ContentFaults with every fault found.
    """
    reading = ContentReading(folder, contact_file)
    if reading.catalog is None:
        raise ContentFaults(reading.faults)
    return reading.catalog


def load_for_what_is_stored(folder: Path, contact_file: Path | None) -> Catalog:
    """Likewise for whoever only opens documents: who to turn to says nothing of them, and may be at fault."""
    with contextlib.suppress(ContentFaults):
        return load_catalog(folder, contact_file)
    return load_catalog(folder)


def templates_in(folders: Iterable[Path], read: Callable[[Path], str] = read_text) -> dict[str, Template]:
    """Every template of these folders by its name, each from the first that has it; what cannot be read is left out."""
    found: dict[str, Template] = {}
    for folder in reversed(list(folders)):
        for path in sorted(folder.rglob(f"*{ENDING}")):
            with contextlib.suppress(UnreadableFile):
                found[path.relative_to(folder).as_posix()] = Template(path, read(path))
    return found


def _find(document: Document, text: str) -> Any:
    """The first node whose text is or holds that id, so that a fault names its line."""
    return next(iter(all_named(document, text)), document.node)


def all_named(document: Document, text: str) -> list[Any]:
    """Every node whose text is or holds that id, in the order of their lines."""
    found, stack = [], [document.node]
    while stack:
        node = stack.pop(0)
        value = getattr(node, "value", None)
        if isinstance(value, str):
            if text in value.split("|"):
                found.append(node)
        elif value:
            stack = [each for entry in value for each in (entry if isinstance(entry, tuple) else (entry,))] + stack
    return found


def _laid_over(below: Any, above: Any) -> Any:
    """One table over another: what both name is the upper one's."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    return {**below, **{key: _laid_over(below[key], value) if key in below else value for key, value in above.items()}}


def _hash(root: Path, *roots: Path) -> str:
    """Of every file that decides something, so that an edit is noticed at the next start."""
    digest = blake2b(digest_size=8)
    for path in sorted(path for each in roots for path in (each.rglob("*") if each.is_dir() else (each,))):
        # A moved arm is no reason to look at everybody's plan again.
        if path.suffix in (".yaml", ".j2") and path.is_file() and path.parent.name != "figures":
            digest.update((path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
