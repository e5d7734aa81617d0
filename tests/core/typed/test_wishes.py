"""Danger and the wish to stop, in whatever was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.typed.wishes import names_a_sign, wants_to_stop
from tests.core.typed.small_vocabulary import ENGLISH, SIGNS


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
        "Swolen knee",
        "breathng is hard",
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
