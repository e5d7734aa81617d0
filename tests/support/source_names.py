"""Reads what `bot/check/named.json` keeps from the source of the bot."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bot

LABEL = re.compile(r"labels\.[a-z0-9-]*[a-z0-9]")
VALUE = re.compile(r"[a-z_]+")
SHOWING = {"OutgoingMessage": (0, 1), "plain": (0, 1), "_say": (1, 3), "_say_once": (1, 3)}
"""What shows a screen, and which of its arguments name it and give its values."""
LABELS = "labels."
LABELLING = {"Button": (0, 2)}
"""Likewise of a button."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
Home = Function | None
DEEP = 6
"""How many names and calls are followed to the dictionary they stand for."""


def names_in_source() -> dict[str, object]:
    """What the bot's own modules name, as `bot/check/named.json` has it: sorted, patterns as their text."""
    labels: set[str | re.Pattern[str]] = set()
    screens: set[str | re.Pattern[str]] = set()
    values: set[str] = set()
    given = _Given()
    folder = Path(str(bot.__file__)).parent
    for path in sorted(folder.rglob("*.py")):
        if path.is_relative_to(folder / "check"):
            continue
        module = ast.parse(path.read_bytes())
        given.read(module)
        for node in ast.walk(module):
            labels.update(filter(_is_label, _names(node)))
            if isinstance(node, ast.Call) and node.args and (places := SHOWING.get(_function(node))) is not None:
                screens.update(_names(node.args[places[0]]))
            values.update(filter(VALUE.fullmatch, _keys(node)))
    return {
        **_sorted("label", labels),
        **_sorted("screen", screens),
        "values": sorted(values),
        "given": given.found(),
    }


class _Given:
    """Which values each screen and each label is given, where the source says so outright."""

    def __init__(self) -> None:
        self._values: dict[str, set[str] | None] = {}
        self._patterns: dict[str, set[str] | None] = {}
        self._anywhere: dict[bool, set[str]] = {True: set(), False: set()}  # of labels, of screens

    def found(self) -> dict[str, list[str]]:
        """By the name of a screen or a label; those whose values come from afar are left out."""
        found: dict[str, list[str]] = {}
        for name, values in sorted(self._values.items()):
            by_pattern = [each for pattern, each in self._patterns.items() if re.fullmatch(pattern, name)]
            several = [values, *by_pattern, self._anywhere[name.startswith(LABELS)]]
            if None not in several:
                found[name] = sorted(set().union(*(each for each in several if each is not None)))
        return found

    def read(self, module: ast.Module) -> None:
        """All that is shown in one module."""
        self._functions = {each.name: each for each in ast.walk(module) if isinstance(each, Function)}
        homes: dict[ast.AST, Home] = {}
        for function in ast.walk(module):  # from the outside in, so that the innermost stays
            if isinstance(function, Function):
                homes |= dict.fromkeys(ast.walk(function), function)
        afresh = False  # whether a message that was made in this module is given values that cannot be told
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _function(node) == "replace":
                for each in node.keywords:
                    if each.arg == "values":
                        found = self._keys(each.value, homes.get(node))
                        afresh = afresh or found is None
                        self._anywhere[False] |= found or set()
        for node in ast.walk(module):
            kinds = SHOWING | LABELLING
            if isinstance(node, ast.Call) and node.args and (places := kinds.get(_function(node))) is not None:
                self._note(node, places, homes.get(node), afresh=afresh)

    def _note(self, call: ast.Call, places: tuple[int, int], home: Home, *, afresh: bool) -> None:
        at, its = places
        if len(call.args) <= at:
            return
        value = call.args[its] if len(call.args) > its else None
        value = next((each.value for each in call.keywords if each.arg == "values"), value)
        found = self._keys(value, home)
        is_button = _function(call) in LABELLING
        if afresh and not is_button:
            found = None
        names = list(_names(call.args[at]))
        for name in names:
            known = self._values if isinstance(name, str) else self._patterns
            key = name if isinstance(name, str) else name.pattern
            before = known.setdefault(key, set())
            known[key] = None if found is None or before is None else before | found
        if not names:
            self._anywhere[is_button] |= found or set()

    def _keys(self, value: ast.expr | None, home: Home, depth: int = 0) -> set[str] | None:
        """The names in an expression for a dictionary; None where they cannot be told."""
        match value:
            case None | ast.Constant(value=None):
                return set()
            case ast.Attribute(attr="values"):
                return set()  # those of another message, which has its own
            case ast.Dict(keys=keys, values=values):
                parts = [
                    self._keys(each, home, depth + 1) if key is None else {str(getattr(key, "value", ""))}
                    for key, each in zip(keys, values, strict=True)
                ]
            case ast.BinOp(left=one, op=ast.BitOr(), right=other) | ast.IfExp(body=one, orelse=other):
                parts = [self._keys(one, home, depth + 1), self._keys(other, home, depth + 1)]
            case ast.BoolOp(values=several):
                parts = [self._keys(each, home, depth + 1) for each in several]
            case ast.Name(id=name) if home is not None and depth < DEEP:
                parts = [self._keys(each, home, depth + 1) for each in _assigned(name, home)] or [None]
                parts.append(_put_into(name, home))
            case ast.Call() if (made := self._functions.get(_function(value))) is not None and depth < DEEP:
                returned = [each.value for each in ast.walk(made) if isinstance(each, ast.Return)]
                parts = [self._keys(each, made, depth + 1) for each in returned] or [None]
            case _:
                return None
        return None if None in parts else set().union(*(each for each in parts if each is not None))


def _assigned(name: str, home: Function) -> Iterator[ast.expr]:
    """What a name stands for in a function, each time it is given something."""
    for node in ast.walk(home):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        yield value
                    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                        pairs = zip(target.elts, value.elts, strict=True)
                        yield from (each for to, each in pairs if isinstance(to, ast.Name) and to.id == name)
            case (
                ast.AnnAssign(target=ast.Name(id=other), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id=other), value=value)
            ) if other == name:
                yield value


def _put_into(name: str, home: Function) -> set[str]:
    """The keys that a function puts into a dictionary of that name."""
    found: set[str] = set()
    for node in ast.walk(home):
        match node:
            case ast.Subscript(value=ast.Name(id=other), slice=ast.Constant(value=str(key)), ctx=ast.Store()):
                found |= {key} if other == name else set()
    return found


def _names(node: ast.AST) -> Iterator[str | re.Pattern[str]]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            fixed = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9-]+" for part in parts]
            yield re.compile("".join(fixed))
        case ast.IfExp(body=one, orelse=other):
            yield from _names(one)
            yield from _names(other)


def _keys(node: ast.AST) -> Iterator[str]:
    """The names under which something is put into a dictionary."""
    match node:
        case ast.Dict(keys=keys):
            yield from (key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
        case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Store()):
            yield key


def _is_label(name: str | re.Pattern[str]) -> bool:
    # A name that is decided whole as the code runs would match every label and so tell nothing.
    return bool(LABEL.fullmatch(name)) if isinstance(name, str) else bool(re.match(r"labels\\\.[a-z]", name.pattern))


def _function(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def _sorted(kind: str, found: set[str | re.Pattern[str]]) -> dict[str, list[str]]:
    return {
        f"{kind}s": sorted(each for each in found if isinstance(each, str)),
        f"{kind}_patterns": sorted(each.pattern for each in found if isinstance(each, re.Pattern)),
    }
