"""Slips and short forms are taken back, and what is a word of its own stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.typed.spelling import spelling
from tests.core.typed.small_vocabulary import ENGLISH, WEEK

KNOWN = replace(
    ENGLISH,
    commands={"help": ("help", "settings", "exercises", "stairs"), "today": ("too hard",) * 5},
    spellings={"tomorrow": ("tmrw", "2moro"), "don't know": ("idk",)},
    no_slips=("stars",),
)


def _right(text: str, *beside: str) -> str:
    return spelling(KNOWN, WEEK).right(text, beside)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("setings", "settings"),
        ("settigns please", "settings please"),
        ("unsubscibe", "unsubscribe"),
        ("hlep", "help"),
        ("helpp!", "help!"),
        ("excersises", "exercises"),
        ("wendsday", "wednesday"),
        ("sevem", "seven"),
    ],
)
def test_a_slip_is_read_as_the_word_that_it_is_a_slip_off(typed: str, meant: str) -> None:
    assert _right(typed) == meant


def test_short_forms_are_written_out() -> None:
    assert _right("Tmrw? IDK, 2moro") == "tomorrow? don't know, tomorrow"


def test_what_is_drawn_out_spaced_out_or_run_together_is_read() -> None:
    assert _right("heeelp") == "help"
    assert _right("s t o p !") == "stop !"
    assert _right("S.T.O.P.") == "stop."
    assert _right("toohard") == "too hard"


@pytest.mark.parametrize("typed", ["stars", "tan", "hep", "xylophone", "m w f", "7.5", "", "😀", "It’s\n5"])
def test_a_word_of_its_own_a_short_one_and_what_is_no_word_stay(typed: str) -> None:
    assert _right(typed) == typed


def test_what_stands_on_the_screen_is_right() -> None:
    assert _right("setings", "setings") == "setings"


def test_a_short_number_is_not_guessed() -> None:
    assert _right("fvie") == "fvie"


def test_an_ending_is_written_out_where_that_makes_a_word() -> None:
    known = replace(ENGLISH, commands={"help": ("going", "begin")}, spellings={"*ing": ("*in",)})
    assert spelling(known, WEEK).right("goin to begin in berlin") == "going to begin in berlin"


def test_all_words_that_are_no_slips_are_known_however_many_there_are() -> None:
    known = replace(KNOWN, no_slips=(*(f"word{n:04}" for n in range(1000)), "stars"))
    assert spelling(known, WEEK).right("stars") == "stars"


def test_a_key_beside_is_forgiven_in_a_short_word_that_is_written_often() -> None:
    known = replace(
        KNOWN, polite=("hurt", "done", "dont") * 5, no_slips=("dome",), keyboard=("qwertyuiop", "asdfghjkl")
    )
    right = spelling(known, WEEK).right
    assert right("hirt") == "hurt"
    assert right("sta") == "sat"
    assert right("dome") == "dome"
    assert right("hart") == "hart"  # no key beside the other


def test_no_number_is_guessed_from_a_slip_in_a_short_word() -> None:
    known = replace(KNOWN, polite=("two", "six", "five") * 5, keyboard=("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    assert [spelling(known, WEEK).right(each) for each in ("tow", "sux", "fuve")] == ["tow", "sux", "fuve"]


def test_what_is_written_in_several_words_is_read_as_the_one_that_it_stands_for() -> None:
    known = replace(KNOWN, spellings={"easier": ("more easy",), "for me": ("4 me",)})
    assert spelling(known, WEEK).right("More easy, 4 me. 24 men") == "easier, for me. 24 men"
    assert spelling(KNOWN, WEEK).right("more easy") == "more easy"


def test_two_words_run_together_are_two_where_a_stem_begins_so_too() -> None:
    known = replace(KNOWN, polite=("chest", "pain") * 5, agree=("chest*",))
    assert spelling(known, WEEK).right("chestpain") == "chest pain"
    assert spelling(known, WEEK).right("chestnuts") == "chestnuts"
