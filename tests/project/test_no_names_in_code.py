"""No Python of the bot names a series or a language, and what words subscribers read are made of stands in content."""

from __future__ import annotations

import ast
import calendar
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import the_catalog

ROOT = Path(__file__).parent.parent.parent
PHONES = ROOT / "bot" / "local_telegram"
"""What a made-up phone speaks is no word of the bot's."""
MODULES = [path for path in sorted((ROOT / "bot").rglob("*.py")) if not path.is_relative_to(PHONES)]
GRAMMAR = {*calendar.day_name, *calendar.day_abbr, *calendar.month_name, *calendar.month_abbr, " to ", " and "} - {""}


def strings(path: Path) -> Iterator[str]:
    """Every string of a module, and the fixed pieces of those that are put together; no docstrings."""
    tree = ast.parse(path.read_bytes())
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_names_no_series_and_no_language(path: Path) -> None:
    catalog = the_catalog()
    named = [text for text in strings(path) if text in catalog.languages or any(id in text for id in catalog.series)]
    assert named == []


@pytest.mark.parametrize("room", ["core", "render", "conversation", "sending", "catalog"])
def test_what_makes_words_for_subscribers_has_no_days_and_no_grammar_of_its_own(room: str) -> None:
    said = {text for path in (ROOT / "bot" / room).rglob("*.py") for text in strings(path)}
    assert said & GRAMMAR == set()
