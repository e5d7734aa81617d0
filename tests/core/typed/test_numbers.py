"""Numbers as people type them: one, several, or none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.typed.numbers import One, Several, in_units, numbers
from tests.core.typed.small_vocabulary import NUMBERS


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        (" 7!! ", 7),
        ("５", 5),
        ("٧", 7),
        ("7/10", 7),
        ("7 of 10", 7),
        ("7 out of 10", 7),
        ("about 5", 5),
        ("five", 5),
        ("FIVE.", 5),
        ("5ish", 5),
        ("none", 0),
        ("No pain!", 0),
        ("twice", 2),
        ("a dozen", 12),
        ("twenty five", 25),
        ("twenty-five", 25),
        ("seven and a half", 7.5),
        ("4,5", 4.5),
        ("4.5", 4.5),
        ("-1", -1),
        ("10+", 10),
        ("6 6", 6),
        ("7 no wait 5", 5),
        ("I meant 6", 6),
        ("it's 6, 3 weeks now", 6),
        ("> how bad is it, 0 to 10?\n4", 4),
    ],
)
def test_one_number_is_read_in_the_forms_people_use(text: str, value: float) -> None:
    found = numbers(text, NUMBERS, scale=10)

    assert isinstance(found, One)
    assert found.value == value


@pytest.mark.parametrize(
    "text", ["left 2, right 7", "between 3 and 8", "2 yesterday, 8 now", "3-4", "three or 4 or 5", "2 then 7 no wait"]
)
def test_numbers_that_differ_are_never_taken_for_one(text: str) -> None:
    assert isinstance(numbers(text, NUMBERS, scale=10), Several)


@pytest.mark.parametrize("text", ["", "yes", "for 3 weeks", "🙂", "ok then"])
def test_what_holds_no_score_gives_none(text: str) -> None:
    assert numbers(text, NUMBERS, scale=10) is None


def test_words_of_their_own_beside_a_number_are_counted() -> None:
    found = numbers("my doctor told me number 5 bus", NUMBERS, scale=10)

    assert isinstance(found, One)
    assert found.stray > 3


@given(st.text(max_size=60), st.integers(0, 10), st.integers(0, 10))
def test_two_different_numerals_never_become_one(between: str, first: int, second: int) -> None:
    quiet = "".join(letter for letter in between if not letter.isnumeric() and letter not in "/.,-")
    found = numbers(f"{first} ({quiet}) {second}", NUMBERS)

    if first != second and not any(word in quiet.casefold() for word in ("wait", "mean", "\n", "\r")):
        assert not isinstance(found, One) or found.value not in (first, second) or ">" in quiet


def test_a_number_word_that_counts_nothing_is_no_number_whatever_the_unit() -> None:
    known = replace(NUMBERS, no_numbers=("right one",))
    for text in ("the right one", "right one, now"):
        assert numbers(in_units(text, known, "s"), known, scale=10) is None
    assert numbers(in_units("right 1 left 4", known, "s"), known, scale=10) == Several((1, 4))


def test_what_is_left_of_a_length_is_no_number_where_no_length_is_asked_for() -> None:
    known = replace(NUMBERS, one=("a",), longer={"s": {"minute": 60, "minutes": 60}}, spans=("minute", "seconds"))
    for text in ("a minute and five", "a minute 10", "2 minutes and 5 seconds"):
        assert numbers(text, known, scale=10) is None
    assert numbers(in_units("a minute and five", known, "s"), known, units=("s",)) == One(65)
