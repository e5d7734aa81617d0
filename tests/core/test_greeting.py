"""A name is shown as it is, unless it would harm what stands around it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model.greeting import BLANKS, JOINERS, LONGEST, shown


@pytest.mark.parametrize(
    "name",
    [
        *("Ada", "Åsa", "Nguyễn Văn Hậu", "Ana María", "O'Neill", "<3", "</b>", "&lt", "{{7*7}}", "%s", "@ada", "42"),
        *("محمد", "علی‌رضا", "देवनागरी", "กิ่งกาญจน์", "王", "👩‍👩‍👧", "🇵🇹"),
    ],
)
def test_a_name_that_harms_nobody_is_shown_as_it_is(name: str) -> None:
    assert shown(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("  Ada \n Lovelace\t", "Ada Lovelace"),
        ("\u202eadA", "adA"),
        ("\u2066Ada\u2069\ufeff\u200b", "Ada"),
        ("A\x00d\x1ba", "Ada"),
        ("Z" + "\u0301" * 64, "Ź\u0301\u0301"),
        ("\u0301\u0301Ada", "Ada"),
        ("Ada\ud800", "Ada"),
        ("Ada" + "a" * 500, "Ada" + "a" * 61),
        ("A" * 63 + " B", "A" * 63),
        ("Ada \u200d", "Ada"),
        ("Ada \u202e Lovelace", "Ada Lovelace"),
    ],
)
def test_what_would_harm_its_neighbours_is_taken_out(name: str, left: str) -> None:
    assert shown(name) == left


@pytest.mark.parametrize(
    "name", ["", " ", "\u202e", "\u200d\u200d", "\u3164", "\u2800" * 9, "\u0301", "\ud800", None, 7]
)
def test_of_some_names_nothing_is_left(name: object) -> None:
    assert shown(name) == ""


@given(st.one_of(st.text(max_size=200), st.text("Aa\u0301\u0489\u202e\u200d \ud800\u3164😀", max_size=200)))
def test_whatever_the_name_it_is_short_and_can_be_sent(name: str) -> None:
    left = shown(name)
    assert len(left) <= LONGEST
    left.encode()
    assert left == left.strip()
    assert not any(unicodedata.category(each) == "Cc" or each in BLANKS for each in left)
    assert not any(unicodedata.category(each) == "Cf" and each not in JOINERS for each in left)
    assert not any(
        all(unicodedata.category(each) in ("Mn", "Me") for each in left[start : start + 3])
        for start in range(len(left) - 2)
    )
