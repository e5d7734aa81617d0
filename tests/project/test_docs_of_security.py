"""The table in docs/security.md leaves nothing out, and names only tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROWS = [
    line for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines() if line.startswith("| S")
]
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def names_in(file: str) -> frozenset[str]:
    path = ROOT / file
    tree = ast.parse(path.read_bytes()) if path.exists() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_each_of_the_25_has_its_row_in_order() -> None:
    assert [row.split("|")[1].strip() for row in ROWS] == [f"S{number}" for number in range(1, 26)]


@pytest.mark.parametrize("row", ROWS, ids=[row.split("|")[1].strip() for row in ROWS])
def test_each_row_says_what_is_done_and_names_tests_that_are_there(row: str) -> None:
    _, _, must, does, tests, _ = row.split("|")
    assert must.strip()
    assert does.strip()
    named = NODE.findall(tests)
    assert named
    assert [(file, name) for file, name in named if name not in names_in(file)] == []
