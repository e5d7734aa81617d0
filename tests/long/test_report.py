"""docs/reliability.md says what cases.yaml and the figures say, and every command in it can be run."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.long import report
from tests.long.__main__ import RUNS

ROOT = Path(__file__).parent.parent.parent
MODULE = "python -m "
NEVER_LEFT = {f"T{number:02d}" for number in (*range(1, 24), *range(58, 63))}
MOST_LEFT = 10
NOT_TO_BE_SAID = ("exactly once", "guarantee", "never lost", "100 %")


@cache
def named_in(file: Path) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_case_is_there_once_in_order_of_sections() -> None:
    cases = report.cases()
    assert sorted(case["id"] for case in cases) == [f"T{number:02d}" for number in range(1, len(cases) + 1)]
    assert [case["section"] for case in cases] == sorted(case["section"] for case in cases)


@pytest.mark.parametrize("case", report.cases(), ids=lambda case: str(case["id"]))
def test_every_command_of_a_case_can_be_run(case: report.Case) -> None:
    assert {"shown", "left", "waits"} & case.keys()
    for command in case.get("shown", ()):
        if command.startswith(MODULE):
            module = ROOT / command.removeprefix(MODULE).split()[0].replace(".", "/")
            assert module.with_suffix(".py").exists() or (module / "__main__.py").exists(), command
        else:
            file, _, name = command.partition("::")
            assert name in named_in(ROOT / file), command


def test_few_cases_are_left_and_none_of_those_that_matter_most() -> None:
    left = {case["id"] for case in report.cases() if "left" in case}
    assert len(left) <= MOST_LEFT
    assert not left & NEVER_LEFT
    assert not [case["id"] for case in report.cases() if "waits" in case]


def test_every_figure_has_its_run() -> None:
    named = {run for case in report.cases() for run in case.get("figure", ())}
    assert named | report.figures().keys() <= RUNS.keys()
    assert list(report.runs()) == list(RUNS)


@pytest.mark.parametrize("run", report.runs())
def test_a_run_without_one_of_its_named_figures_is_refused(run: str) -> None:
    whole = dict.fromkeys(report.runs()[run]["beside"], 0)
    assert report.beside(run, {**whole, "more": 1}) == whole
    for name in whole:
        with pytest.raises(ValueError, match=name):
            report.beside(run, {other: 0 for other in whole if other != name})


def test_what_was_wrong_is_told_beside_a_case_by_its_number() -> None:
    assert report.in_words({"seeds": 3000, "broken": [7, 9], "wrong": 1}) == "seeds 3,000; broken 2; wrong 1"


def test_the_page_is_what_the_cases_and_the_figures_say() -> None:
    assert report.PAGE.read_text(encoding="utf-8") == report.page(), "run: python -m tests.long --page"


def test_the_promises_promise_nothing_that_nobody_can_keep() -> None:
    promised = report.PROMISES.read_text(encoding="utf-8").lower()
    assert not [words for words in NOT_TO_BE_SAID if words in promised]
