"""YAML files as frozen dataclasses, with every fault named by file and line, all of them at once."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml

T = TypeVar("T")

MOST_ALIASES = 100
RENAMED = {"from": "start"}


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with the content."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Loader(yaml.SafeLoader):
    """The safe loader, by the rules of YAML 1.2: `no`, `on` and 19:00 are text, only true and false are truths."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 -- as the base class has it
    aliases = 0
    anchored = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As the base class does, but what stands for something else must not do so many times over."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            self.aliases += 1
            if self.anchored or self.aliases > MOST_ALIASES:
                problem = f"an alias inside an anchor, or more than {MOST_ALIASES} aliases"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]
        named = getattr(event, "anchor", None) is not None
        self.anchored += named
        try:
            return super().compose_node(parent, index)
        finally:
            self.anchored -= named


for tag, pattern, first in (
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("tag:yaml.org,2002:float", r"^-?[0-9]+\.[0-9]+$", list("-0123456789")),
):
    Loader.add_implicit_resolver(tag, re.compile(pattern), first)


class Document:
    """One YAML file: its nodes, and the faults found in it so far."""

    def __init__(self, path: Path, root: Path, faults: list[Fault]) -> None:
        self.name = path.relative_to(root).as_posix()
        self.faults = faults
        self.node: yaml.Node | None = None
        self._loader: Loader | None = None
        try:
            text = path.read_text(encoding="utf-8")
            self._loader = Loader(text)
            self.node = self._loader.get_single_node()
        except FileNotFoundError:
            self.fault(None, "the file is missing")
        except (OSError, UnicodeDecodeError) as trouble:
            self.fault(None, f"cannot be read: {type(trouble).__name__}")
        except yaml.MarkedYAMLError as trouble:
            mark = trouble.problem_mark
            line = mark.line + 1 if mark else 1
            self.faults.append(Fault(self.name, line, f"not YAML: {trouble.problem}"))
        except yaml.YAMLError:
            self.fault(None, "not YAML: it holds characters that YAML does not allow")
        except RecursionError:
            self.fault(None, "not YAML: it is nested too deep")
        if self.node is None and not any(fault.file == self.name for fault in faults):
            self.fault(None, "the file is empty")

    def fault(self, node: yaml.Node | None, text: str) -> None:
        """Note a fault at a node's line."""
        self.faults.append(Fault(self.name, node.start_mark.line + 1 if node else 1, text))

    def plain(self) -> Any:
        """The whole file as plain dicts, lists, strings and numbers; {} when it could not be read."""
        if self.node is None or self._loader is None:
            return {}
        return self._loader.construct_document(self.node)

    def entries(self) -> list[yaml.Node]:
        """The nodes of a file that is a list."""
        if isinstance(self.node, yaml.SequenceNode):
            return list(self.node.value)
        if self.node is not None:
            self.fault(self.node, "a list was expected: entries that begin with a dash")
        return []

    def member(self, *path: str) -> yaml.Node | None:
        """The node at a path of keys, or None."""
        node = self.node
        for key in path:
            node = _member(node, key)
        return node

    def build(self, node: yaml.Node | None, kind: type[T]) -> T | None:
        """A node as that kind; None after its faults have been noted."""
        before = len(self.faults)
        value = self._build(node, kind)
        return typing.cast(T, value) if len(self.faults) == before else None

    def list_of(self, nodes: list[yaml.Node], kind: type[T]) -> tuple[T, ...]:
        """Those of the nodes that are of that kind; the faults of the others are noted."""
        return tuple(value for node in nodes if (value := self.build(node, kind)) is not None)

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
            self.fault(node, f"an entry with names and values was expected ({kind.__name__})")
            return None
        hints = typing.get_type_hints(kind)
        fields = {field.name: field for field in dataclasses.fields(kind)}
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "a list"
            name = RENAMED.get(key, key.replace("-", "_"))
            if name not in fields:
                self.fault(key_node, f"unknown name “{key}”; known here: {', '.join(sorted(fields))}")
            elif name in values:
                self.fault(key_node, f"“{key_node.value}” stands twice")
            else:
                values[name] = self._build(value_node, hints[name])
        for name, field in fields.items():
            required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            if required and name not in values:
                self.fault(node, f"“{name}” is missing")
                return None
        try:
            return kind(**values)
        except (TypeError, ValueError) as trouble:
            self.fault(node, str(trouble))
            return None

    def _tuple(self, node: yaml.Node, kinds: tuple[Any, ...]) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, "a list was expected")
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
            self.fault(node, "one value was expected")
            return None
        tag = node.tag.rsplit(":", 1)[-1]
        text = str(node.value)
        if kind is str:
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
        self.fault(node, f"{names.get(kind, kind)} was expected, not “{text[:40]}”")
        return None


def _member(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            if key_node.value == key:
                return value_node if isinstance(value_node, yaml.Node) else None
    return None
