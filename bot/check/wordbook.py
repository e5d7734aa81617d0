"""Every word of one language as it stands in the files, each text with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from jinja2 import Environment, TemplateSyntaxError, nodes

from bot.catalog.yaml_schema import Document, Fault, UnreadableFile, read_text

MARKS = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
ENDING = ".html.j2"
READING = Environment(autoescape=True)


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
    tree: nodes.Template


class Wordbook:
    """The YAML files and templates of one language folder; what cannot be read is noted as a fault."""

    def __init__(self, folder: Path, root: Path, documents: Mapping[str, Document], faults: list[Fault]) -> None:
        self.faults = faults
        self.documents = documents
        self.folder = folder.relative_to(root).as_posix()
        self.pages = {
            path.relative_to(folder).as_posix().removesuffix(ENDING): page
            for path in sorted(folder.rglob(f"*{ENDING}"))
            if (page := _page(path, path.relative_to(root).as_posix(), faults)) is not None
        }

    def node(self, path: str) -> tuple[Document, yaml.Node | None]:
        """The file of a dotted path, and its node there; None when there is none.

        Raises KeyError for a file that is not there.
        """
        name = max((name for name in self.documents if f"{path}.".startswith(f"{name}.")), key=len, default="")
        document = self.documents[name]
        rest = path.removeprefix(name).strip(".")
        return document, document.member(*rest.split(".")) if rest else document.node

    def has(self, path: str) -> bool:
        """Whether there are words at a dotted path."""
        try:
            return self.node(path)[1] is not None
        except KeyError:
            return False

    def lacks(self, path: str) -> bool:
        """Whether it is sure that there are no words at a dotted path: a file that cannot be read may hold them."""
        try:
            document, node = self.node(path)
        except KeyError:
            return True
        return document.node is not None and node is None

    def table(self, path: str) -> list[tuple[yaml.Node, yaml.Node]]:
        """The names and values at a dotted path; none where there is no table."""
        try:
            node = self.node(path)[1]
        except KeyError:
            return []
        return list(node.value) if isinstance(node, yaml.MappingNode) else []

    def expect(self, path: str, names: Iterable[str], optional: Iterable[str] = ()) -> None:
        """At that path these names must stand, each with words, and no others but the optional ones."""
        wanted, allowed = list(names), set(optional)
        try:
            document, node = self.node(path)
        except KeyError:
            self.faults.append(Fault(f"{self.folder}/{path.split('.')[0]}.yaml", 1, "the file is missing"))
            return
        if document.node is None:
            return  # a file that cannot be read has its own fault
        if not isinstance(node, yaml.MappingNode):
            document.fault(node or self._nearest(path), f"“{path}” is missing: {', '.join(wanted)} belong there")
            return
        there = {str(key.value): (key, value) for key, value in node.value}
        for name in wanted:
            if name not in there:
                document.fault(node, f"“{path}.{name}” is missing")
            elif _is_empty(there[name][1]):
                document.fault(there[name][0], f"“{path}.{name}” is empty")
        for name in there.keys() - set(wanted) - allowed:
            document.fault(there[name][0], f"“{path}.{name}” belongs to nothing in the structure")

    def _nearest(self, path: str) -> yaml.Node | None:
        """The deepest node on the way to a path."""
        while "." in path:
            path = path.rpartition(".")[0]
            node = self.node(path)[1]
            if node is not None:
                return node
        return None

    def texts(self) -> Iterator[Text]:
        """Every text that somebody reads, file by file."""
        for name, document in self.documents.items():
            for path, node in _leaves(name, document.node):
                yield Text(document.name, node.start_mark.line + 1, path, str(node.value))
        for name, page in self.pages.items():
            for block, found in page.blocks.items():
                yield Text(page.file, found.line, f"{name}#{block}", found.words)
            if not page.blocks:
                yield Text(page.file, 1, name, MARKS.sub("", page.source))


def _page(path: Path, name: str, faults: list[Fault]) -> Page | None:
    try:
        source = read_text(path)
        tree = READING.parse(source)
    except UnreadableFile as trouble:
        faults.append(Fault(name, trouble.line, trouble.text))
        return None
    except RecursionError:
        faults.append(Fault(name, 1, "not a template: it is nested too deeply"))
        return None
    except TemplateSyntaxError as trouble:
        faults.append(Fault(name, trouble.lineno, f"not a template: {trouble.message}"))
        return None
    blocks = {each.name: Block(each.lineno, _words(each)) for each in tree.find_all(nodes.Block)}
    return Page(name, source, blocks, tree)


def _words(node: nodes.Node) -> str:
    return "".join(data.data for data in node.find_all(nodes.TemplateData))


def _leaves(path: str, node: yaml.Node | None) -> Iterator[tuple[str, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _leaves(f"{path}.{key.value}", value)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _leaves(f"{path}.{place}", value)


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not str(node.value).strip()
