"""Every word of one language as it stands in the files, each text with its file and line."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import yaml
from jinja2 import TemplateSyntaxError, nodes

from bot.catalog import plainly
from bot.catalog.contact import SOMEBODY
from bot.catalog.load import ENDING, SHARED
from bot.catalog.safe_paths import written
from bot.catalog.yaml_schema import READERS, Document, Fault, UnreadableFile, like, read_text

MARKS = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
OPENING = re.compile(r"\{%-?\s*(end)?(?:block|if|for|macro)\b")
Kind = TypeVar("Kind", bound=nodes.Node)


@dataclass(frozen=True)
class Text:
    """Words that somebody reads; `path` says where they hang, such as "labels.begin" or "exercises/h7#steps"."""

    file: str
    line: int
    path: str
    words: str


@dataclass(frozen=True)
class Block:
    """One block of a template as it stands, white space and all, and the line it begins on."""

    line: int
    words: str


@dataclass(frozen=True)
class Page:
    """One template, read but not yet rendered."""

    file: str
    source: str
    blocks: dict[str, Block]
    nodes: tuple[nodes.Node, ...]
    """The template and all that stands in it, each after what holds it: walked once, looked through often."""
    twin: int | None
    """The line of a block whose name stands above already."""

    @property
    def outside(self) -> int | None:
        """The line of the first words that stand in no block."""
        for each in self.nodes[0].iter_child_nodes():
            data = each.nodes if isinstance(each, nodes.Output) else ()
            for found in data:
                if isinstance(found, nodes.TemplateData) and found.data.strip():
                    return found.lineno + found.data[: len(found.data) - len(found.data.lstrip())].count("\n")
        return None

    def of(self, *kinds: type[Kind]) -> list[Kind]:
        """Its nodes of some kinds, as they stand."""
        return [each for each in self.nodes if isinstance(each, kinds)]


OF_A_SERIES = ("areas", "choices", "exercises", "lessons", "plan", "safety", "screens.", "selftests", "series")
"""How the names of words begin that each series has for itself; others are shared, and a series may have its own."""


CONTACT = "contact."
OF_ALL = (
    *("care", "commands", "confidence", "drawings", "emergency", "labels", "operator", "reminders", "terms"),
    "typed",
)
"""The files of words that all series share; without one of them everything it holds would be missed by itself."""
OF_EACH = ("areas", "choices", "plan", "safety", "screens", "selftests", "series")
"""Likewise, the files of words that each series has for itself."""


NOWHERE = "belongs to nothing in the structure"


class Wordbook:
    """The YAML files and templates of one language, a series' own before the shared; faults are noted.

    `documents` and `folders` stand in the order in which words are looked up.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        root: Path,
        documents: Mapping[str, tuple[Document, ...]],
        faults: list[Fault],
        read: Callable[[Path], str] = read_text,
        parse: Callable[[str], nodes.Template] = READERS.parse,
    ) -> None:
        self.faults = faults
        self.parse = parse
        folders = tuple(folders)
        self._root = root
        self._folders = [folder.relative_to(root).as_posix() for folder in folders[-2:]]  # of the default language
        there = {document.name for found in documents.values() for document in found}
        own, shared = self._folders
        gone = {f"{shared}/{name}.yaml": name for name in OF_ALL if f"{shared}/{name}.yaml" not in there}
        for name in (*OF_EACH, *OF_ALL):
            file = f"{own}/{name}.yaml"
            if file not in there and (name not in documents if name in OF_EACH else like(root / file)):
                gone[file] = name
        self.gone = set(gone.values())
        self._gone = tuple(gone)
        self.documents = {
            name: found for name, found in documents.items() if name in OF_ALL or name.lower() not in self.gone
        }
        self.pages: dict[str, Page] = {}
        self.told: set[str] = set()
        """The paths that are missing or too many and have their fault: what stands or belongs below them has none."""
        self._unreadable: set[str] = set()
        for folder in folders:
            for path in written(folder, ENDING, below=True):
                name = path.relative_to(folder).as_posix().removesuffix(ENDING)
                if name in self.pages or name in self._unreadable:
                    continue  # an earlier folder's stands in its place
                page = _page(path, path.relative_to(root).as_posix(), faults, read, parse)
                if page is None:
                    self._unreadable.add(name)
                else:
                    self.pages[name] = page

    def missing(self, file: str, why: str = "") -> Fault:
        """The fault of a file that is not there, with the one that may be meant by it."""
        return Fault(file, 1, f"the file is missing{like(self._root / file)}{why}")

    def note_gone(self) -> None:
        """A fault for each file of words that is not there, or not under its name."""
        self.faults.extend(map(self.missing, self._gone))

    def is_unreadable(self, page: str) -> bool:
        """Whether there is a template of that name that cannot be read: it has its own fault."""
        return page in self._unreadable

    def is_shared(self, document: Document) -> bool:
        """Whether a file belongs to every series."""
        return document.name.startswith(f"{SHARED}/")

    def place(self, name: str, ending: str = ENDING) -> str:
        """The file in which these words would stand if they were there."""
        mine = f"{name}.".startswith(OF_A_SERIES)
        return f"{self._folders[0 if mine else -1]}/{name}{ending}"

    def _nodes(self, path: str) -> list[tuple[Document, yaml.Node | None]]:
        """The files that may hold a dotted path, and each one's node there.

        Raises KeyError where there is no such file.
        """
        name = max((name for name in self.documents if f"{path}.".startswith(f"{name}.")), key=len, default="")
        rest = path.removeprefix(name).strip(".")
        return [(each, each.member(*rest.split(".")) if rest else each.node) for each in self.documents[name]]

    def node(self, path: str) -> tuple[Document, yaml.Node | None]:
        """The file of a dotted path, and its node there; None when there is none.

        Raises KeyError for a file that is not there.
        """
        found = self._nodes(path)
        return next((each for each in found if each[1] is not None), found[-1])

    def has(self, path: str) -> bool:
        """Whether there are words at a dotted path."""
        try:
            return self.node(path)[1] is not None
        except KeyError:
            return False

    def lacks(self, path: str) -> bool:
        """Whether it is sure that there are no words at a dotted path, and not told yet.

        A file that cannot be read may hold them.

        What a contact holds is known by its structure, whatever its file lacks.
        """
        if path.split(".")[0] in self.gone or self.has_fault(path):
            return False
        if path.startswith(CONTACT):
            return path.removeprefix(CONTACT).split(".")[0] not in SOMEBODY.words
        try:
            return all(document.node is not None and node is None for document, node in self._nodes(path))
        except KeyError:
            return True

    def table(self, path: str) -> list[tuple[yaml.Node, yaml.Node]]:
        """The names and values at a dotted path, of all files; none where there is no table."""
        return [(key, value) for _, key, value in self._entries(path)]

    def _entries(self, path: str) -> Iterator[tuple[Document, yaml.Node, yaml.Node]]:
        seen: set[str] = set()
        with contextlib.suppress(KeyError):
            for document, node in self._nodes(path):
                there = list(node.value) if isinstance(node, yaml.MappingNode) else []
                yield from ((document, key, value) for key, value in there if str(key.value) not in seen)
                seen |= {str(key.value) for key, _ in there}

    def expect(self, path: str, names: Iterable[str], optional: Iterable[str] = ()) -> None:
        """At that path these names must stand, each with words, and no others but the optional ones."""
        wanted, allowed = list(names), set(optional)
        if path.split(".")[0] in self.gone or self.has_fault(path):
            return
        try:
            nodes = self._nodes(path)
        except KeyError:
            self.faults.append(self.missing(self.place(path.split(".")[0], ".yaml")))
            return
        if any(document.node is None for document, _ in nodes):
            return  # a file that cannot be read has its own fault
        document, node = self.node(path)
        if not isinstance(node, yaml.MappingNode):
            document.fault(node or self._nearest(path), f"“{path}” is missing: {', '.join(wanted)} belong there")
            self.told.add(path)
            return
        there = {str(key.value): (file, key, value) for file, key, value in self._entries(path)}
        for name in wanted:
            if name in there and _is_empty(there[name][2]):
                there[name][0].fault(there[name][1], f"“{path}.{name}” is empty")
        meant = plainly.meant([name for name in there if name not in {*wanted, *allowed}], wanted, there)
        for name, other in meant.items():
            there[name][0].fault(there[name][1], f"“{path}.{name}” {NOWHERE}{_meaning(path, other)}")
        for name in wanted:
            if name not in there and name not in meant.values():
                document.fault(node, f"“{path}.{name}” is missing")
        self.told |= {f"{path}.{name}" for name in (*wanted, *meant) if name not in there or name in meant}

    def has_fault(self, path: str) -> bool:
        """Whether that path, or one above it, is missing or too many, which has its own fault."""
        return any(path == each or path.startswith((f"{each}.", f"{each}/")) for each in self.told)

    def _nearest(self, path: str) -> yaml.Node | None:
        """The deepest node on the way to a path."""
        while "." in path:
            path = path.rpartition(".")[0]
            node = self.node(path)[1]
            if node is not None:
                return node
        return None

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text that somebody reads, file by file: walked once, looked through by one rule after another."""
        return tuple(self._texts())

    def _texts(self) -> Iterator[Text]:
        for name, documents in self.documents.items():
            said: set[str] = set()
            for document in documents:
                there = list(_leaves(name, document.node))
                for path, node in there:
                    if path not in said:
                        yield Text(document.name, node.start_mark.line + 1, path, str(node.value))
                said |= {path for path, _ in there}
        for name, page in self.pages.items():
            for block, found in page.blocks.items():
                yield Text(page.file, found.line, f"{name}#{block}", found.words)
            if not page.blocks:
                yield Text(page.file, 1, name, MARKS.sub("", page.source))


def _page(
    path: Path,
    name: str,
    faults: list[Fault],
    read: Callable[[Path], str],
    parse: Callable[[str], nodes.Template],
) -> Page | None:
    try:
        source = read(path)
        tree = parse(source)
    except UnreadableFile as trouble:
        faults.append(Fault(name, trouble.line, trouble.text))
        return None
    except RecursionError:
        faults.append(Fault(name, 1, "not a template: it is nested too deeply"))
        return None
    except TemplateSyntaxError as trouble:
        line = trouble.lineno
        if "Unexpected end of template" in (trouble.message or ""):
            line = _never_closed(source) or line
        here = (source.splitlines()[line - 1 :] or [""])[0]
        faults.append(Fault(name, line, f"not a template: {plainly.of_template(trouble.message, here)}"))
        return None
    everything = whole_of(tree)
    blocks: dict[str, Block] = {}
    twin = None
    for each in everything:
        if isinstance(each, nodes.Block):
            if each.name in blocks:  # it is read all the same, and breaks when it is shown
                twin = each.lineno
                faults.append(Fault(name, twin, f"not a template: the block “{each.name}” stands twice"))
            blocks.setdefault(each.name, Block(each.lineno, _words(each)))
    return Page(name, source, blocks, everything, twin)


def whole_of(tree: nodes.Template) -> tuple[nodes.Node, ...]:
    """A template and all that stands in it, each after what holds it."""
    found: list[nodes.Node] = []
    ahead: list[nodes.Node] = [tree]
    while ahead:
        node = ahead.pop()
        found.append(node)
        ahead += reversed(list(node.iter_child_nodes()))
    return tuple(found)


def _never_closed(source: str) -> int | None:
    """The line of the first that is opened and has no end; None where none is seen."""
    opened: list[int] = []
    for found in OPENING.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        if not found[1]:
            opened.append(line)
        elif opened:
            opened.pop()
    return opened[0] if opened else None


def _words(node: nodes.Node) -> str:
    return "".join(data.data for data in node.find_all(nodes.TemplateData))


def _leaves(path: str, node: yaml.Node | None) -> Iterator[tuple[str, yaml.ScalarNode]]:
    ahead = [(path, node)]
    while ahead:
        path, node = ahead.pop()
        if isinstance(node, yaml.ScalarNode):
            yield path, node
        elif isinstance(node, yaml.MappingNode):
            ahead += [(f"{path}.{key.value}", value) for key, value in reversed(node.value)]
        elif isinstance(node, yaml.SequenceNode):
            ahead += [(f"{path}.{place}", value) for place, value in reversed([*enumerate(node.value)])]


def _meaning(path: str, name: str | None) -> str:
    return f": did you mean “{path}.{name}”?" if name else ""


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not str(node.value).strip()
