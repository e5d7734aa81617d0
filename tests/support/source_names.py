"""Reads what `bot/check/named.json` keeps from the source of the bot."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bot

LABEL = re.compile(r"labels\.[a-z0-9-]*[a-z0-9]")
VALUE = re.compile(r"[a-z_]+")
SHOWING = {"OutgoingMessage": 0, "plain": 0, "_say": 1, "_say_once": 1}
"""What shows a screen, and which of its arguments names it."""


def names_in_source() -> dict[str, list[str]]:
    """What the bot's own modules name, as `bot/check/named.json` has it: sorted, patterns as their text."""
    labels: set[str | re.Pattern[str]] = set()
    screens: set[str | re.Pattern[str]] = set()
    values: set[str] = set()
    folder = Path(str(bot.__file__)).parent
    for path in sorted(folder.rglob("*.py")):
        if path.is_relative_to(folder / "check"):
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            labels.update(filter(_is_label, _names(node)))
            if isinstance(node, ast.Call) and node.args and (place := SHOWING.get(_function(node))) is not None:
                screens.update(_names(node.args[place]))
            values.update(filter(VALUE.fullmatch, _keys(node)))
    return {**_sorted("label", labels), **_sorted("screen", screens), "values": sorted(values)}


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
