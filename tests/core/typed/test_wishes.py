"""Danger and the wish to stop, in whatever was typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.typed.fold import words
from bot.core.typed.vocabulary import Pair
from bot.core.typed.wishes import names_a_condition, names_a_sign, wants_to_stop
from tests.core.typed.small_vocabulary import ENGLISH, SIGNS

PAIRED = replace(
    SIGNS,
    denials=("no", "not", "isn't"),
    passed=("any more",),
    pairs=(
        Pair(("leg", "foot"), ("blue", "icy")),
        Pair(("can't",), ("bend",)),
        Pair(("heart",), ("racing",)),
    ),
    harmless=(*SIGNS.harmless, "blue mat", "heart was in it"),
    fillers=("really", "so"),
    fine=(Pair(("chest", "calf"), ("good", "fine")),),
    amiss=("not", "hurts"),
)


@pytest.mark.parametrize(
    "text",
    [
        "Stop",
        "Stop. Thank you",
        "Stop please",
        "STOP 🛑",
        "“stop”",
        "st\u200bop",
        "ＳＴＯＰ",
        "stöp",
        "STOPALL",
        "END",
        "unsubscribe please",
        "Stop\n--\nAnna",
        "please stop sending me these",
        "I want to stop",
        "just leave me alone",
    ],
)
def test_a_wish_to_stop_is_heard(text: str) -> None:
    assert wants_to_stop(text, ENGLISH)


@pytest.mark.parametrize(
    "text",
    ["stop hurting?", "when does it stop", "I had to stop after two sets", "don't stop", "the end of the day", ""],
)
def test_what_is_no_wish_to_stop_is_none(text: str) -> None:
    assert not wants_to_stop(text, ENGLISH)


@pytest.mark.parametrize(
    "text",
    [
        "I have chest pain",
        "trouble breathing",
        "I keep fainting",
        "blood clots",
        "cant walk",
        "can’t walk",
        "my calf is swollen",
        "word " * 500 + "chest pain",
        "CHEST\nPAIN",
        "calf raises done, calf hurts",
    ],
)
def test_a_sign_is_heard_wherever_it_stands(text: str) -> None:
    assert names_a_sign(text, SIGNS)


@pytest.mark.parametrize("text", ["calf raises done", "walking went fine", "the chest of drawers", "all good", "8"])
def test_innocent_words_are_none(text: str) -> None:
    assert not names_a_sign(text, SIGNS)


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_sign_between_any_other_words_is_heard(before: str, after: str) -> None:
    assert names_a_sign(f"{before}\nfainted\n{after}", SIGNS)


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_without_a_fault(text: str) -> None:
    wants_to_stop(text, ENGLISH)
    names_a_sign(text, SIGNS)


@pytest.mark.parametrize(
    "text",
    [
        "my leg is blue",
        "Foot looks quite icy and it hurts",
        "a blue left foot",
        "I can’t bend it",
        "bend it I can't",
        "foot since monday, when I came home, blue",
        "no blue foot any more",
        "my chest is not good",
        "calf hurts and is good",
    ],
)
def test_two_words_that_are_a_sign_together_are_heard_with_others_between(text: str) -> None:
    assert names_a_sign(text, PAIRED)


@pytest.mark.parametrize(
    "text",
    [
        "my leg on the blue mat",
        "my leg is not blue",
        "no blue foot",
        "my chest is quite fine",
        "My leg hurts. The sky is blue",
        "leg up, and then I sit here and look at the blue sky",
        "my heart was really so in it, racing along",
        "leg",
    ],
)
def test_two_words_that_are_apart_denied_or_said_to_be_fine_are_no_sign(text: str) -> None:
    assert not names_a_sign(text, PAIRED)


@pytest.mark.parametrize("text", ["blood thinners", "i take blood thinners", "for years i take blood thinners"])
def test_a_condition_is_heard_wherever_it_stands_though_its_words_are_harmless_elsewhere(text: str) -> None:
    known = replace(ENGLISH, signs=replace(SIGNS, harmless=("blood thinner*",)))
    assert names_a_condition(text, ("blood thinners",), known)


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("I want to stop, thanks", True),
        ("I want to stop, quit", True),
        ("thanks, quit", False),
        ("I want to stop, it hurts", False),
    ],
)
def test_a_wish_that_stands_beside_nothing_but_politeness_is_heard(text: str, *, wished: bool) -> None:
    assert wants_to_stop(text, replace(ENGLISH, small_talk={"thanks": ("thanks",)}, polite=())) is wished


@pytest.mark.parametrize("text", ["stop " * 30, "STOP! STOP! STOP!", "st\N{CYRILLIC SMALL LETTER O}p"])
def test_a_wish_to_stop_said_over_and_over_or_in_letters_that_look_alike_is_one(text: str) -> None:
    assert wants_to_stop(text, ENGLISH)


def test_a_word_of_another_alphabet_stays_what_it_is() -> None:
    assert words("сор sор Москва") == ["сор", "sop", "москва"]
