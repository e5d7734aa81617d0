"""Words that stand in no phrase of a choice may still speak for one alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.typed.pointing import pointed
from tests.core.typed.small_vocabulary import ENGLISH

KNOWN = replace(ENGLISH, around=("my", "was", "to", "it", "the", "i"), negations=("not", "never"), asking=("what",))
CHOICES = {
    "level": ("stayed level", "level", "not dropped"),
    "dropped": ("hip dropped", "one side dropped", "pelvis sank", "fell to one side"),
    "wobbly": ("wobbly", "lost my balance"),
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("my pelvis was falling to one side", "dropped"),
        ("I wobbled", "wobbly"),
        ("it never fell, it was not dropped", "level"),
        ("the kettle", None),
        ("level and wobbly", None),
        ("what is a pelvis", None),
        ("my pelvis sank?", None),
        ("pelvis", None),
    ],
)
def test_a_text_points_to_the_one_choice_that_its_words_speak_for(typed: str, meant: str | None) -> None:
    assert pointed(typed, CHOICES, KNOWN) == meant


def test_a_word_of_two_choices_points_to_neither() -> None:
    assert pointed("the left ankle", {"one": ("left knee",), "other": ("left hip",)}, KNOWN) is None
