"""What people type is read as they mean it."""

from __future__ import annotations

import pytest

from tests.typed.__main__ import PAGE, page
from tests.typed.corpus import BUILT_ON, HELD_BACK, score

pytestmark = pytest.mark.xdist_group("typed lines")  # on one worker, which reads the lines once

REACHED, REACHED_HELD_BACK = 99, 90
"""Of 100. They only go up, but for a held-back file that is new."""
FALSE_SIGNS = 3
"""Lines that are heard as a sign and name none. They only go down."""


def test_most_of_the_lines_are_understood_or_well_asked_back() -> None:
    assert score(BUILT_ON).share >= REACHED, [(m.line.screen, m.line.words, m.read) for m in score(BUILT_ON).misses]


def test_no_sign_and_no_wish_to_stop_is_missed() -> None:
    assert not score(BUILT_ON).missed("danger")
    assert not score(BUILT_ON).missed("stop")


def test_harmless_words_are_heard_as_no_sign_and_no_wish_to_stop() -> None:
    assert len(score(BUILT_ON).heard_wrongly("danger")) <= FALSE_SIGNS
    assert not score(BUILT_ON).heard_wrongly("stop")


def test_lines_that_nobody_built_on_are_understood_too() -> None:
    assert score(HELD_BACK).share >= REACHED_HELD_BACK


def test_the_page_tells_the_figures_and_the_misses() -> None:
    assert PAGE.read_text() == page(), "python -m tests.typed --write"
