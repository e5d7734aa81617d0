"""No Python of the bot names a thing of the shipped series: what a test, a question or a limit is for is data."""

from __future__ import annotations

import ast
from pathlib import Path

import bot
from bot.catalog.load import Catalog

CODE = Path(str(bot.__file__)).parent
WORDS_OF_THE_BOT = {
    "balance",  # a kind of exercise; also a focus area
    "moving",  # pictures that move; also a focus area
    "practice",  # a degree of confidence, and the role of a question; also that question
}
"""Words of the bot's own that the series happens to use as ids too."""


def ids_of(catalog: Catalog) -> set[str]:
    """The ids of what belongs to the series alone; those of lanes, kinds and levels are the bot's."""
    series = catalog.default
    questions = [question for test in series.tests for question in test.questions]
    found = {each.id for group in (series.tests, series.lessons, series.exercises, questions) for each in group}
    found |= {limit for exercise in series.exercises for limit in exercise.limits}
    found |= {sign for screen in series.safety for sign in screen.signs}
    return found | {*series.areas, *series.choices.own, series.id} | {band.id for band in series.choices.ages}


def test_no_module_of_the_bot_names_an_id_of_the_series(catalog: Catalog) -> None:
    ids = ids_of(catalog) - WORDS_OF_THE_BOT
    named = [
        f"{path.relative_to(CODE)}:{node.lineno}: {node.value}"
        for path in sorted(CODE.rglob("*.py"))
        if CODE / "figures" not in path.parents
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Constant) and node.value in ids
    ]
    assert named == []
