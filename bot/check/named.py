"""The labels, screens and values that the code names, read from its own source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import bot

LABEL = re.compile(r"labels\.[a-z0-9-]*[a-z0-9]")
VALUE = re.compile(rb"(?<=\")[a-z_]+(?=\")|\b[a-z_]+(?==)")
SHOWING = {"OutgoingMessage": 0, "plain": 0, "_say": 1, "_say_once": 1}
"""What shows a screen, and which of its arguments names it."""


@dataclass(frozen=True)
class Named:
    """Names that stand in the code, and patterns where a part of the name is decided as it runs."""

    labels: frozenset[str]
    label_patterns: tuple[re.Pattern[str], ...]
    screens: frozenset[str]
    screen_patterns: tuple[re.Pattern[str], ...]
    values: frozenset[str]
    """Every name that could be a value given to a screen: in quotes, or before an equals sign."""


@cache
def named_in_code() -> Named:
    """What the bot's own modules name."""
    values: set[bytes] = set()
    labels: set[str | re.Pattern[str]] = set()
    screens: set[str | re.Pattern[str]] = set()
    folder = Path(str(bot.__file__)).parent
    worth_reading = (b"labels.", *(f"{name}(".encode() for name in SHOWING))  # the rest is most of the code
    for path in sorted(folder.rglob("*.py")):
        if path.is_relative_to(folder / "check"):
            continue
        source = path.read_bytes()
        values.update(VALUE.findall(source))
        if not any(each in source for each in worth_reading):
            continue
        for node in ast.walk(ast.parse(source)):
            labels.update(filter(_is_label, _names(node)))
            if isinstance(node, ast.Call) and node.args and (place := SHOWING.get(_function(node))) is not None:
                screens.update(_names(node.args[place]))
    return Named(*_sorted(labels), *_sorted(screens), frozenset(each.decode() for each in values))


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


def _is_label(name: str | re.Pattern[str]) -> bool:
    # A name that is decided whole as the code runs would match every label and so tell nothing.
    return bool(LABEL.fullmatch(name)) if isinstance(name, str) else bool(re.match(r"labels\\\.[a-z]", name.pattern))


def _function(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def _sorted(found: set[str | re.Pattern[str]]) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    names = frozenset(each for each in found if isinstance(each, str))
    return names, tuple(each for each in found if isinstance(each, re.Pattern))
