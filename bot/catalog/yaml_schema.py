"""YAML files as frozen dataclasses, with every fault named by file and line, all of them at once."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from jinja2 import Environment, nodes
from yaml.composer import Composer

from bot.catalog import plainly

T = TypeVar("T")

LARGEST = 1_000_000  # bytes; the largest file of ours holds a twentieth of that
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
RENAMED = {"from": "start"}
UNSPACED = re.compile(r"\s*(?:- )?[\w-]+:(?!//)[^\s\d:]")
"""A name with its value right behind the colon, which YAML reads as one word."""
JOINED = re.compile(r"[A-Za-z][\w-]*:(?!//)\S")
"""Likewise of a name that YAML did read, with nothing behind it."""
COLON = re.compile(r":(?:\s|$)")
VALUE = r"\s*(?:- )?[^\s:#'\"]+: +"
SPACES = "\u00a0\u2000-\u200a\u202f\u3000"
SLIPS = (
    (re.compile(rf" *([{SPACES}])"), "a space of another kind stands in front: type a plain one"),
    (re.compile(rf"\s*[\w-]+:[{SPACES}]"), "a space of another kind stands behind the colon: type a plain one"),
    (re.compile("\\s*[\\w-]+ ?[\uff1a\ua789\u02d0]"), "a colon of another kind stands here: type a plain one"),
    (
        re.compile(VALUE + r"""(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")\s*[^\s,}\]#'"]"""),
        "words follow the quotation mark that closes: within the words write ’, “ and ” instead",
    ),
    (
        re.compile(VALUE + r"(?:\[[^\]]*\]|\{[^}]*\})\s*[^\s,}\]#]"),
        f"words must not begin with a bracket: {plainly.QUOTED}",
    ),
    (re.compile(VALUE + r"[>|][-+\d]*\s+[^\s#]"), f"words must not begin with > or |: {plainly.QUOTED}"),
)
"""How a line looks at which YAML gives up, and what to do."""
UNESCAPED_QUOTE = re.compile(r"\\.|'[^']*'|(?<!\S)#.*")
"""What of a line opens and closes no double quotation mark."""
BRACKET = re.compile(r"[\[\]{}]")
UNBRACKETED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|(?<!\S)#.*")
"""What of a line holds no bracket of a list or a table."""
MERGE = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)
"""What Git leaves where two people changed the same lines."""
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\ufeff]")
"""Characters that nobody sees and no language needs; some of them turn the whole line around."""
UNSEEN_IN_NAMES = re.compile(r"[\u00ad\u200b\u2060-\u2064]")
"""What some languages need within words, and nothing that is written in ASCII letters alone."""
DASHES = (
    (re.compile(r"\s*-[^\s\d-]"), "a space is missing behind the dash"),
    (
        re.compile(r"\s*[\u2010-\u2015\u2212\u2022\u2023\u25aa\u25cf\u25e6\u00b7*]\s+\S"),
        "lists take a plain dash: type - and a space",
    ),
)
"""Likewise, of a line at which YAML gives up and which was to begin an entry of a list."""
CURLY = re.compile(r"[“„‟«‘‚][^“”„‟«»‘’‚]*[”“»’‘]")
"""Words between quotation marks that are not YAML’s, so that they would be shown."""
STRAIGHT = "these quotation marks would be shown: type straight ones, or none"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with the content."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class UnreadableFile(Exception):
    """Why a file of the content cannot be read, and the line it shows on."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def read_text(path: Path) -> str:
    """The text of a content file.

    Raises UnreadableFile for one that is missing, empty, far too large, or no UTF-8.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(1, f"the file has {path.stat().st_size:,} bytes; {LARGEST:,} at most")
        content = path.read_bytes()
        text = content.decode("utf-8")
    except FileNotFoundError:
        raise UnreadableFile(1, f"the file is missing{like(path)}") from None
    except IsADirectoryError:
        raise UnreadableFile(1, "this is a folder, where a file belongs") from None
    except OSError as trouble:
        raise UnreadableFile(1, f"cannot be read: {trouble.strerror or type(trouble).__name__}") from None
    except UnicodeDecodeError as trouble:
        line = content.count(b"\n", 0, trouble.start) + 1
        raise UnreadableFile(
            line, f"cannot be read: the byte 0x{content[trouble.start]:02x} is not UTF-8: save it as UTF-8"
        ) from None
    if "\0" in text:
        raise UnreadableFile(1, "it was saved in another way: save it as UTF-8")
    if text.startswith(BYTE_ORDER_MARK):
        raise UnreadableFile(1, "begins with a byte order mark; save it as UTF-8 without one")
    if not text.strip():
        raise UnreadableFile(1, "the file is empty")
    if (merge := MERGE.search(text)) is not None:
        line = text.count("\n", 0, merge.start()) + 1
        raise UnreadableFile(line, "two versions of this file were merged and left their marks: keep one of the two")
    if (unseen := UNSEEN.search(text)) is not None:
        line = text.count("\n", 0, unseen.start()) + 1
        raise UnreadableFile(line, f"holds a character that nobody sees (U+{ord(unseen[0]):04X}): take it out")
    return text


def like(path: Path) -> str:
    """The name of a file beside a missing one that may be meant by it."""
    begins = f"{path.name.partition('.')[0]}.".casefold()
    try:
        near = (each.name for each in path.parent.iterdir() if each.name != path.name)  # else a link to nowhere
        beside = sorted(name for name in near if name.casefold().startswith(begins))
    except OSError:
        return ""
    return f": “{beside[0]}” lies there, and must be called “{path.name}”" if beside else ""


READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(READER, Composer):  # type: ignore[misc]  # one of two, as the machine has it
    """The safe loader, by the rules of YAML 1.2: `no`, `on` and 19:00 are text, only true and false are truths.

    An alias within what another alias stands for is refused: so written, a few lines can hold themselves, or more than
    any memory. libyaml reads the text where it is there, five times as fast; its nodes are composed here in any case.
    """

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 -- as the base class has it
    get_single_node = Composer.get_single_node

    def __init__(self, stream: str) -> None:
        READER.__init__(self, stream)
        Composer.__init__(self)
        self._anchored = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        is_alias = isinstance(event, yaml.AliasEvent)
        if is_alias and self._anchored:
            raise yaml.MarkedYAMLError(problem="an alias within what another stands for", problem_mark=event.start_mark)
        within = 0 if is_alias or event.anchor is None else 1
        self._anchored += within
        node = super().compose_node(parent, index)
        self._anchored -= within
        return node


for tag, pattern, first in (
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("tag:yaml.org,2002:float", r"^-?[0-9]+\.[0-9]+$", list("-0123456789")),
):
    Loader.add_implicit_resolver(tag, re.compile(pattern), first)


def composed(text: str) -> tuple[Loader, yaml.Node | None]:
    """The nodes of a YAML file, and what makes plain values of them. Raises YAMLError or RecursionError."""
    loader = Loader(text)
    return loader, loader.get_single_node()


@dataclass(frozen=True)
class Readers:
    """What makes nodes of the text of a file; nobody changes them, so one text read often may be read once for all."""

    compose: Callable[[str], tuple[Loader, yaml.Node | None]] = composed
    parse: Callable[[str], nodes.Template] = Environment(autoescape=True).parse


READERS = Readers()


class Document:
    """One YAML file: its nodes, and the faults found in it so far."""

    def __init__(self, path: Path, root: Path, faults: list[Fault], readers: Readers = READERS) -> None:
        self.name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        self.faults = faults
        self.node: yaml.Node | None = None
        self._loader: Loader | None = None
        self.lines: list[str] = []
        try:
            text = read_text(path)
            self.lines = text.splitlines()
            self._loader, self.node = readers.compose(text)
        except UnreadableFile as trouble:
            self.faults.append(Fault(self.name, trouble.line, trouble.text))
        except yaml.MarkedYAMLError as trouble:
            mark = trouble.problem_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            slip = self._slip(line) or self._misplaced(line, column, trouble.problem or "")
            at, text = slip or (line, plainly.of_yaml(trouble.problem))
            self.faults.append(Fault(self.name, at + 1, f"not YAML: {text}"))
        except yaml.YAMLError:
            self.fault(None, "not YAML: it holds characters that YAML does not allow")
        except RecursionError:
            self.fault(None, "not YAML: it is nested too deeply")
        else:
            if self.node is None:
                self.fault(None, "the file is empty")
            elif (wrong := next(_slips_in_names(self.node), None)) is not None:
                self.fault(*wrong)
                self.node = None  # else that name would be missed as well

    def _slip(self, line: int) -> tuple[int, str] | None:
        """Where, up to a line at which YAML gives up, the slip that led there stands, and what it is; lines from 0."""
        if (dash := next((text for pattern, text in DASHES if pattern.match(self._line(line))), None)) is not None:
            return line, dash
        for at in (line, line - 1):
            if UNSPACED.match(self._line(at)):
                return at, "a space is missing behind the colon"
            if (slip := next((text for pattern, text in SLIPS if pattern.match(self._line(at))), None)) is not None:
                return at, slip
        if (bracket := self._unclosed(line)) is not None:
            return bracket, "a bracket is opened here and never closed"
        opened = [at for at, text in enumerate(self.lines[: line + 1]) if UNESCAPED_QUOTE.sub("", text).count('"') % 2]
        return (opened[-1], "a quotation mark is opened here and never closed") if len(opened) % 2 else None

    def _unclosed(self, line: int) -> int | None:
        """The line up to that one on which a bracket is opened that has no end before the next entry begins."""
        opened: list[int] = []
        for at, text in enumerate(self.lines):
            if opened and at > opened[-1] and text.strip() and _indent(text) <= _indent(self._line(opened[0])):
                return opened[-1]
            for sign in BRACKET.findall(UNBRACKETED.sub("", text)):
                if sign in "[{":
                    opened.append(at)
                elif opened:
                    opened.pop()
            if at > line and not opened:
                return None
        return opened[-1] if opened else None

    def _misplaced(self, line: int, column: int, problem: str) -> tuple[int, str] | None:
        """Likewise, of a line that stands where none can, or that has no colon."""
        here, before = self._line(line), self._line(line - 1)
        too_far = "mapping values" in problem and not COLON.search(here[:column])
        bare = _is_bare(before) and _indent(before) == _indent(here)
        if "could not find expected ':'" in problem or (too_far and bare):
            first = line
            while _is_bare(self._line(first - 1)):
                first -= 1
            at = min(range(first, line), key=lambda each: _indent(self._line(each)), default=line)
            return at, f"a name without a colon behind it, or words that go on too far left: {plainly.QUOTED}"
        if too_far:
            if _indent(before) < _indent(here) == _indent(self._line(line - 2)):
                return line - 1, "this line stands further left than those around it"
            return line, "this line is indented too far, or the one above it too little"
        if "expected key" in problem and column == _indent(here) > 0:
            return line, "this line is indented otherwise than those around it"
        return None

    def _line(self, at: int) -> str:
        return self.lines[at] if 0 <= at < len(self.lines) else ""

    def fault(self, node: yaml.Node | None, text: str) -> None:
        """Note a fault at a node's line."""
        self.faults.append(Fault(self.name, node.start_mark.line + 1 if node else 1, text))

    def plain(self) -> Any:
        """The whole file as plain dicts, lists, strings and numbers; {} when it cannot be read as that."""
        if self.node is None or self._loader is None:
            return {}
        self._name_twins(self.node)
        try:
            return self._loader.construct_document(self.node)
        except yaml.MarkedYAMLError as trouble:
            mark = trouble.problem_mark
            self.faults.append(
                Fault(self.name, mark.line + 1 if mark else 1, f"not words: {plainly.of_yaml(trouble.problem)}")
            )
            return {}

    def _name_twins(self, node: yaml.Node) -> None:
        """A fault for every name that stands twice: the second would take the first one's place in silence."""
        seen: set[str] = set()
        for entry in node.value if isinstance(node, yaml.CollectionNode) else ():
            key, value = entry if isinstance(entry, tuple) else (None, entry)
            if isinstance(key, yaml.ScalarNode):
                key.tag = "tag:yaml.org,2002:str"  # also 112 is a name
                if key.value in seen:
                    lost = self._lost_dash(node, key)
                    self.fault(key, lost or f"“{key.value}” stands twice")
                    if lost:
                        return
                seen.add(key.value)
            self._name_twins(value)

    def member(self, *path: str) -> yaml.Node | None:
        """The node at a path of keys, or None."""
        node = self.node
        for key in path:
            node = _member(node, key)
        return node

    def keys(self) -> dict[str, yaml.Node]:
        """The names at the top of the file, each with its node; one that stands twice is a fault."""
        found: dict[str, yaml.Node] = {}
        for key, _ in self.node.value if isinstance(self.node, yaml.MappingNode) else []:
            if found.setdefault(str(key.value), key) is not key:
                self.fault(key, f"“{key.value}” stands twice")
        return found

    def entry(self, *ids: str) -> yaml.Node | None:
        """The node of an id, found below the ids of what it belongs to; the whole where there is none."""
        here = self.node
        for id in ids:
            here = next(_with_id(here, id), here)
        return here

    def all_named(self, text: str) -> list[yaml.Node]:
        """Every node whose text is or holds that id, in the order of their lines."""
        found: list[yaml.Node] = []
        stack: list[Any] = [self.node]
        while stack:
            node = stack.pop(0)
            value = getattr(node, "value", None)
            if isinstance(value, str):
                if text in value.split("|"):
                    found.append(node)
            elif value:
                stack = [each for entry in value for each in (entry if isinstance(entry, tuple) else (entry,))] + stack
        return found

    def named(self, text: str) -> yaml.Node | None:
        """The first of them, so that a fault names its line; else the whole document."""
        return next(iter(self.all_named(text)), self.node)

    def build(self, node: yaml.Node | None, kind: type[T]) -> T | None:
        """A node as that kind; None after its faults have been noted."""
        before = len(self.faults)
        value = self._build(node, kind)
        return typing.cast(T, value) if len(self.faults) == before else None

    # --- One kind after another ---------------------------------------------------------------------------------

    def _build(self, node: yaml.Node | None, kind: Any) -> Any:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            return self._union(node, get_args(kind))
        if node is None:
            return None
        if dataclasses.is_dataclass(kind):
            return self._dataclass(node, kind)
        if origin is tuple:
            return self._tuple(node, get_args(kind))
        if origin is dict:
            return self._dict(node, *get_args(kind))
        return self._scalar(node, kind)

    def _union(self, node: yaml.Node | None, kinds: tuple[Any, ...]) -> Any:
        if node is None or (isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")):
            return None
        wanted = [kind for kind in kinds if kind is not type(None)]
        for kind in wanted:
            fits = isinstance(node, yaml.ScalarNode) == (
                get_origin(kind) is None and not dataclasses.is_dataclass(kind)
            )
            if fits or len(wanted) == 1:
                return self._build(node, kind)
        self.fault(node, "neither a number nor a table" if node else "missing")
        return None

    def _dataclass(self, node: yaml.Node, kind: Any) -> Any:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, "names with values were expected, each in a line of its own")
            return None
        hints = _hints(kind)
        fields = {field.name: field for field in dataclasses.fields(kind)}
        written = {name: field.metadata.get("written", name) for name, field in fields.items()}
        values: dict[str, Any] = {}
        before = len(self.faults)
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "a list"
            name = RENAMED.get(key, key.replace("-", "_"))
            if name in values and (lost := self._lost_dash(node, key_node)) is not None:
                self.fault(key_node, lost)
                break  # all that follows would stand twice as well
            if name not in fields:
                self.fault(key_node, f"unknown name “{key}”; {plainly.nearest(key, written.values())}")
            elif name in values:
                self.fault(key_node, f"“{key_node.value}” stands twice")
            else:
                values[name] = self._build(value_node, hints[name])
        if len(self.faults) > before:
            return None  # what is missing, or does not fit, may be what was misspelt
        for name, field in fields.items():
            required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            if required and name not in values:
                self.fault(node, f"“{written[name]}” is missing")
                return None
        try:
            return kind(**values)
        except (TypeError, ValueError) as trouble:
            self.fault(node, str(trouble))
            return None

    def _lost_dash(self, node: yaml.Node, key: yaml.Node) -> str | None:
        """What is wrong where the first name of an entry of a list stands in it once more, and all others after it."""
        if key.value != node.value[0][0].value or not self._line(node.start_mark.line)[
            : node.start_mark.column
        ].endswith("- "):
            return None
        return f"“{key.value}” stands twice: a dash is missing where the next entry begins"

    def _tuple(self, node: yaml.Node, kinds: tuple[Any, ...]) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            how = (
                "write it between brackets" if isinstance(node, yaml.ScalarNode) else "a dash belongs before each entry"
            )
            self.fault(node, f"a list was expected: {how if node.value else 'for none of it write []'}")
            return ()
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            return tuple(self._build(each, kinds[0]) for each in node.value)
        if len(node.value) != len(kinds):
            self.fault(node, f"{len(kinds)} values were expected, {len(node.value)} stand here")
            return ()
        return tuple(self._build(each, kind) for each, kind in zip(node.value, kinds, strict=True))

    def _dict(self, node: yaml.Node, key_kind: Any, value_kind: Any) -> Any:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, "names with values were expected")
            return {}
        values: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._build(key_node, key_kind)
            if key in values:
                self.fault(key_node, f"“{key}” stands twice")
            values[key] = self._build(value_node, value_kind)
        return values

    def _scalar(self, node: yaml.Node, kind: Any) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, "one value was expected, not a list or a table")
            return None
        tag = node.tag.rsplit(":", 1)[-1]
        text = str(node.value)
        if (hidden := _hidden(node)) is not None:
            self.fault(node, hidden)
            return None
        if kind is str:
            if not node.style and CURLY.fullmatch(text):
                self.fault(node, f"“{text[1:-1]}”: {STRAIGHT}")
            elif tag == "null":
                self.fault(node, "nothing stands here: write words, or take the line out")
            elif tag in ("int", "float", "bool"):
                self.fault(node, f"write “{text}” between quotation marks")
            return text
        if kind is bool and tag == "bool":
            return text == "true"
        if kind is int and tag == "int":
            return int(text)
        if kind is float and tag in ("int", "float"):
            return float(text)
        if kind is date:
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        names = {bool: "true or false", int: "a whole number", float: "a number", date: "a date such as 2026-11-30"}
        mend = ": take the quotation marks away" if node.style in ("'", '"') else ""
        self.fault(node, f"{names.get(kind, kind)} was expected, not “{text[:40]}”{mend}")
        return None


def _slips_in_names(node: yaml.Node) -> Iterator[tuple[yaml.Node, str]]:
    """Every name in a file that is another one than it looks, and why."""
    ahead: list[Any] = [node]
    while ahead:
        here = ahead.pop()
        if isinstance(here, yaml.MappingNode):
            for key, value in here.value:
                if (hidden := _hidden(key)) is not None:
                    yield key, hidden
                elif not value.value and JOINED.match(str(key.value)):
                    yield key, "a space is missing behind the colon"
            ahead += [value for _, value in here.value]
        elif isinstance(here, yaml.SequenceNode):
            ahead += here.value


def _hidden(node: yaml.Node) -> str | None:
    """What is wrong with a name or a value in which nobody would find the slip."""
    text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
    found, seen = UNSEEN_IN_NAMES.search(text), UNSEEN_IN_NAMES.sub("", text)
    if found is None or not seen or not seen.isascii():
        return None
    return f"holds a character that nobody sees (U+{ord(found[0]):04X}): type it anew"


def _is_bare(line: str) -> bool:
    """Whether it holds words without a name and a colon before them."""
    return bool(line.strip()) and not line.lstrip().startswith("#") and not COLON.search(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _member(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            if key_node.value == key:
                return value_node if isinstance(value_node, yaml.Node) else None
    return None


def _with_id(node: yaml.Node | None, id: str) -> Iterator[yaml.Node]:
    """The value nodes of every `id: <id>` below a node."""
    if not isinstance(node, yaml.CollectionNode):
        return
    for entry in node.value:
        key, value = entry if isinstance(entry, tuple) else (None, entry)
        if key is not None and key.value == "id" and value.value == id:
            yield node
        yield from _with_id(value, id)
