"""How many words and taps a day may ask of a person, counted on what was written down."""

from __future__ import annotations

import os

import pytest

from tests.stories.transcripts.words import FIRST_MOVE, PAGE, counted, days_of, page, people

AT_MOST = {"first move": (1000, 18), "day 1": (1600, 40)}


@pytest.mark.parametrize("person", people())
def test_the_first_move_comes_within_a_thousand_words_and_eighteen_taps(person: str) -> None:
    asked = counted(days_of(person)[0][1], FIRST_MOVE)
    assert asked.words <= AT_MOST["first move"][0]
    assert asked.taps <= AT_MOST["first move"][1]


@pytest.mark.parametrize("person", people())
def test_day_1_with_its_self_test_holds_at_most_1600_words(person: str) -> None:
    asked = counted(days_of(person)[0][1])
    assert asked.words <= AT_MOST["day 1"][0]
    assert asked.taps <= AT_MOST["day 1"][1]


def test_a_screen_of_which_only_the_buttons_change_is_counted_once() -> None:
    pick = "    Pick two.\n    [{}One]\n\n"
    day = "\n17:05 Bot\n" + pick.format("") + "17:05 You\n    [One]\n\n17:05 Bot, in place\n" + pick.format("✓ ")
    assert counted(day) == (2, 1)


def test_the_table_is_what_the_transcripts_say() -> None:
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        pytest.skip("written when all transcripts are")
    assert PAGE.read_text(encoding="utf-8") == page()
