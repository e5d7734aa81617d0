"""Reads and validates `content/` into a catalog: structure, words and sources, identified by a hash."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, cast, get_type_hints

import yaml

from bot.catalog import plainly
from bot.catalog.contact import (
    MOST_PEOPLE,
    SAMPLE,
    SOMEBODY,
    Contact,
    MadeUp,
    Placeholders,
    is_email,
    of_sample,
    reached,
)
from bot.catalog.integrity import hold_together
from bot.catalog.language import Language
from bot.catalog.pieces import MAY_BE_EMPTY, MAY_BE_MISSING, PLACES, Pieces
from bot.catalog.safe_paths import unsafe_paths, written
from bot.catalog.yaml_schema import READERS, Document, Fault, Readers, UnreadableFile, like, read_text
from bot.core.model.series import (
    EmergencyNumbers,
    Series,
)
from bot.core.model.subscriber import Subscriber

SHARED = "shared"
"""The folder of what belongs to no series by itself."""
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
"""What a language's folder may be called: as Telegram names it, in small letters."""
CHECKED = ("source", "abstract", "summary", "background")
"""How closely a source may have been looked at."""
DEFAULTS = "defaults.yaml"
PLACEHOLDERS = "made-up.yaml"
"""What of a language stands in the place of a name until somebody writes one."""
ENDING = ".html.j2"
"""How the name of a template's file ends."""
OF_A_SERIES = ("sources", "media", "figures")
"""Folders of a series that hold no words."""
DRAWINGS, FONTS = "drawings", "fonts"
"""What pictures are drawn with: how marks and colours look, and the letters."""
OF_ALL_SERIES = ("sources", DRAWINGS, FONTS)
"""Folders of what all series share that hold no words."""
PAGES = ("screens", "exercises", "lessons")
"""Folders of a language in which templates stand."""
ENDINGS = {".yml": ".yaml", ".html": ENDING, ".html.jinja2": ENDING, ".j2": ENDING}
"""Of names that a file has by mistake, and how each would end."""
NEARLY = (".yml", ".yaml", ".txt")
"""Endings, small or not, of files that were to be YAML."""
RUN_TOGETHER = re.compile(r"([a-z][\w|.-]*)(?:\s?;\s?|\s)([a-z][\w|;.\s-]*)")
"""Two names of a list between which no comma stands."""
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
    made_up: MadeUp
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


def _files_of(root: Path, others: Iterable[str]) -> Iterator[Path]:
    """The files of a folder and those below it, but for some folders of its own."""
    for path in written(root, "", below=True):
        if path.is_file() and path.relative_to(root).parts[0] not in others:
            yield path


def _meant_by(name: str) -> str:
    """What a file would be called if it was to be read; as it is called, where it is a note or an editor’s copy."""
    plain = name.casefold().removesuffix(".txt")
    if plain.endswith((".yaml", ENDING)):
        return plain
    for ending, instead in ENDINGS.items():
        if plain.endswith(ending):
            return plain.removesuffix(ending) + instead
    return name


class ContentReading:
    """All that was read of a content folder, and every fault found in it, whether or not it holds together."""

    def __init__(self, folder: Path, contact_file: Path | None = None, readers: Readers = READERS) -> None:
        self.folder = folder
        self.readers = readers
        self.faults: list[Fault] = unsafe_paths(folder)
        self.catalog: Catalog | None = None
        self.series: list[Reading] = []
        self.languages: dict[str, Language | None] = {}
        self.sources_astray = False
        """Whether a file of sources is not read: then none is missed."""
        homes = (
            []
            if self.faults
            else [path.parent for path in sorted(folder.glob("*/series.yaml")) if self._is_begun(path)]
        )
        if not homes:
            if not self.faults:
                self._without_first(())
            if not self.faults:
                self.faults.append(Fault(str(folder), 1, "the content folder holds no folder with a series.yaml"))
            return
        self._documents: dict[Path, Document] = {}
        self._texts: dict[Path, str | UnreadableFile] = {}
        self._contact_file = contact_file or folder / SAMPLE
        for path in sorted((folder / SHARED).glob("*")):
            if LANGUAGE.fullmatch(path.name):
                document = self.document(path / "language.yaml")
                self.languages[path.name] = document.build(document.node, Language)
        self._half_made(homes)
        self._without_first(homes)
        self._passed_over(homes)
        self._astray(homes)
        unchosen = self._unchosen({home.name for home in homes})
        made_up = MadeUp(self._placeholders(unchosen.language if unchosen else ""), of_sample(folder))
        self.contact = contact = self._contact(made_up)
        document = self.document(folder / SHARED / "emergency.yaml")
        self.emergency = document.build(document.node, EmergencyNumbers)
        if not self.languages:
            self.faults.append(Fault(SHARED, 1, "there is no language: “en/language.yaml” belongs here"))
            return
        said = unchosen.language if unchosen else ""
        self.default_language = said if said in self.languages else next(iter(self.languages))
        self.series = [Reading(self, home) for home in homes if self._speaks(home)]
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
            made_up,
            _hash(folder, folder / DEFAULTS, folder / SHARED, *homes, self._contact_file),
        )

    def let_go(self) -> None:
        """Keep the catalog and nothing that it was made from: those hold each other, so they would stay for good."""
        self.series, self._documents, self._texts = [], {}, {}

    def _is_begun(self, series: Path) -> bool:
        """Whether a series has more than its first file or two; what one lacks that has not is told at once."""
        missing = [f"{name}.yaml" for name in STRUCTURE if not (series.parent / f"{name}.yaml").exists()]
        if len(missing) <= len(STRUCTURE) // 2:
            return True
        text = f"this series lacks {', '.join(missing)}: begin it as a copy of another one"
        self.faults.append(Fault(series.parent.name, 1, text))
        return False

    def _speaks(self, home: Path) -> bool:
        """Whether a series has words in the default language; one without any is told at once."""
        words = home / self.default_language
        if words.is_dir():
            return True
        name = words.relative_to(self.folder).as_posix()
        self.faults.append(Fault(name, 1, "the words of this series are missing: begin with a copy of another one's"))
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

    def _without_first(self, homes: Iterable[Path]) -> None:
        """A series without its first file is never read."""
        known = (SHARED, *(home.name for home in homes))
        for folder in sorted(self.folder.glob("*/")):
            if folder.name not in known and any((folder / f"{name}.yaml").is_file() for name in STRUCTURE[1:]):
                first = folder / f"{STRUCTURE[0]}.yaml"
                if first.is_file():
                    continue  # too little stands beside it, which has its own fault
                text = f"the file is missing, so nothing reads this folder{like(first)}"
                self.faults.append(Fault(f"{folder.name}/{first.name}", 1, text))

    def _passed_over(self, homes: Iterable[Path]) -> None:
        """A file that is called nearly like the one beside it that counts."""
        roots = [(self.folder / SHARED, OF_ALL_SERIES), *((home, ("media", "figures")) for home in homes)]
        there = [path for root, others in roots for path in _files_of(root, others)]
        for path in sorted({*there, *(each for each in self.folder.glob("*.*") if each.is_file())}):
            counts = _meant_by(path.name)
            if counts != path.name and counts in {each.name for each in path.parent.iterdir()}:
                text = f"nothing reads this file: what counts is “{counts}” beside it"
                self.faults.append(Fault(path.relative_to(self.folder).as_posix(), 1, text))

    def _astray(self, homes: Iterable[Path]) -> None:
        """Words that stand in a folder in which nothing looks for them, and sources that are called otherwise."""
        found: dict[str, str] = {}
        for home in (self.folder / SHARED, *homes):
            for root in (home / language for language in self.languages):
                for path in _files_of(root, ()):
                    first, below = path.relative_to(root).parts[0], path.parent != root
                    meant = _meant_by(path.name)
                    if meant.endswith(ENDING) and first not in PAGES:
                        stray = root / first
                        found[self._shown(stray)] = f"nothing reads this; {plainly.nearest(first, PAGES)}"
                    elif meant.endswith(".yaml") and below:
                        found[self._shown(path)] = (
                            f"nothing reads this file here: it belongs into “{self._shown(root)}”"
                        )
            for path in written(home / "sources", ""):
                if path.suffix != ".yaml" and path.suffix.casefold() in NEARLY and not self._is_beside(path):
                    found[self._shown(path)] = "nothing reads this file: the name of one with sources ends in .yaml"
                    self.sources_astray = True
        self.faults += [Fault(file, 1, text) for file, text in found.items()]

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _is_beside(self, path: Path) -> bool:
        """Whether the file that is meant by this name stands beside it."""
        meant = _meant_by(path.name)
        return meant != path.name and (path.parent / meant).is_file()

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

    def _placeholders(self, default: str) -> Iterator[Placeholders]:
        """Those of every language that has any; the default one must."""
        for language in self.languages:
            path = self.folder / SHARED / language / PLACEHOLDERS
            if path.exists() or language == default:
                document = self.document(path)
                found = document.build(document.node, Placeholders)
                if found is not None:
                    yield found

    def _contact(self, made_up: MadeUp) -> Contact | None:
        document = self.contact_document
        contact = document.build(document.node, Contact)
        if contact is not None and not contact.people:
            document.fault(document.member("people"), "nobody stands here")
        if contact is not None and len(contact.people) > MOST_PEOPLE:
            document.fault(document.member("people"), f"{len(contact.people)} people stand here; {MOST_PEOPLE} at most")
        for node in reached(document.node, ("email",)):
            if "@" in node.value and not is_email(node.value):
                document.fault(node, f"“{node.value}” is no email address: it ends too early, or holds a space")
        if contact is not None and not contact.sample:
            self._nobody_made_up(document, made_up)
        return contact

    def _nobody_made_up(self, document: Document, made_up: MadeUp) -> None:
        """Whoever calls the people their own must not have left one of the sample's among them, or a made-up way."""
        sample = self.folder / SAMPLE
        if self._contact_file.resolve() == sample.resolve():
            document.fault(
                None, "these people are made up, so “sample: true” must stand here: your own belong in another file"
            )
            return
        found = [node for node in reached(document.node) if made_up.holds(node.value)]
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
        self.all_sources = not content.sources_astray
        self.sources: dict[str, Source] = {}
        self.source_files: list[Document] = []
        for folder in (content.folder / SHARED / "sources", home / "sources"):
            self._read_sources(folder)
        self.words = {language: self._words(language) for language in content.languages}
        hold_together(self.pieces, self.files, self.sources if self.all_sources else None)
        if self.pieces.get("id", home.name) != home.name:
            series = self.files["series"]
            series.fault(series.member("id"), f"the id must be the folder's name, {home.name}")

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
            if self._run_together(document, node):
                continue
            value = document.build(node, kind)
            if value == () and name not in MAY_BE_EMPTY:
                document.fault(node, "nothing stands here")
            elif value is not None:
                found[name] = value
                self._duplicates(name, document, value)
        return cast(Pieces, found)

    def _read_sources(self, folder: Path) -> None:
        found = self.sources
        for path in written(folder, ".yaml"):
            document = self._document(path)
            self.source_files.append(document)
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
            for path in written(folder, ".yaml"):
                if path.name in ("language.yaml", PLACEHOLDERS):
                    continue  # says how, not what
                found[path.stem] = (*found.get(path.stem, ()), self._document(path))
        return found

    def require_sources(self, document: Document, names: Iterable[str], where: str) -> None:
        """A fault for each of these that is no source of this series. What was not read is not missed."""
        for name in names if self.all_sources else ():
            if name not in self.sources:
                document.fault(document.named(name), f"{where}: there is no source “{name}”")

    def _run_together(self, document: Document, node: yaml.Node | None) -> bool:
        """Whether a name of a list holds a space, which is a fault: there a comma is missing, or is another sign."""
        ahead = [node]
        while ahead:
            here = ahead.pop()
            if isinstance(here, yaml.MappingNode):
                ahead += [value for _, value in here.value]
            for each in here.value if isinstance(here, yaml.SequenceNode) else ():
                ahead.append(each)
                if isinstance(each, yaml.ScalarNode) and (pair := RUN_TOGETHER.fullmatch(each.value)) is not None:
                    names = f"“{pair[1].rstrip('.')}” and “{pair[2]}”"
                    document.fault(each, f"“{each.value}”: a comma is missing between {names}")
                    return True
        return False

    def _duplicates(self, name: str, document: Document, value: object) -> None:
        """No two exercises, lessons, tests or questions may have one id."""
        named = [each for each in value if hasattr(each, "id")] if isinstance(value, tuple) else []
        ids = [each.id for each in named] + [each.id for test in named for each in getattr(test, "questions", ())]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            document.fault(document.all_named(id)[1], f"the id “{id}” stands twice")
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
        for path in written(folder, ENDING, below=True):
            with contextlib.suppress(UnreadableFile):
                found[path.relative_to(folder).as_posix()] = Template(path, read(path))
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
