"""How many words and taps the first day asks of a person, counted on what was written down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIRST_MOVE = "One move now:"
BUTTONS = re.compile(r"^\s*[\[<].*[\]>]$")
SAID = re.compile(r"\n(?=\d\d:\d\d )")


def counted(person: str, until: str) -> tuple[int, int]:
    """The bot's words without its buttons, and what the person did, up to the message that holds that text."""
    words = taps = 0
    for block in SAID.split((HERE / f"{person}.txt").read_text(encoding="utf-8")):
        head, _, body = block.partition("\n")
        if head.endswith("You"):
            taps += 1
            continue
        words += len(" ".join(line for line in body.splitlines() if not BUTTONS.match(line)).split())
        if until in body:
            return words, taps
    raise AssertionError(f"nobody said {until!r} to {person}")


@pytest.mark.parametrize("person", ["steady-one", "berlin", "flare-on-day-4", "vanished-and-returned"])
def test_the_first_move_comes_within_a_thousand_words_and_eighteen_taps(person: str) -> None:
    words, taps = counted(person, FIRST_MOVE)
    assert words <= 1000
    assert taps <= 18
