"""What people type is read as they mean it."""

from __future__ import annotations

import pytest

from tests.typed.__main__ import PAGE, page
from tests.typed.corpus import BUILT_ON, HELD_BACK, VOICES, score

pytestmark = pytest.mark.xdist_group("typed lines")  # on one worker, which reads the lines once

REACHED, REACHED_VOICES, REACHED_HELD_BACK = 99, 95, 90
"""Of 100. They only go up, but for a held-back file that is new."""
FALSE_SIGNS, FALSE_STOPS = 3, 0
"""Lines of a file that are heard as a sign, or as a wish to stop, and are none. They only go down."""


def test_most_of_the_lines_are_understood_or_well_asked_back() -> None:
    assert score(BUILT_ON).share >= REACHED, [(m.line.screen, m.line.words, m.read) for m in score(BUILT_ON).misses]


def test_most_of_what_five_unlike_people_would_answer_is_understood() -> None:
    assert score(VOICES).share >= REACHED_VOICES, [(m.line.screen, m.line.words, m.read) for m in score(VOICES).misses]


@pytest.mark.parametrize("file", [BUILT_ON, VOICES])
def test_no_sign_and_no_wish_to_stop_is_missed(file: str) -> None:
    for meant in ("danger", "another", "stop"):
        assert not score(file).missed(meant)


@pytest.mark.parametrize("file", [BUILT_ON, VOICES])
def test_harmless_words_are_heard_as_no_sign_and_no_wish_to_stop(file: str) -> None:
    assert len(score(file).heard_wrongly("danger")) <= FALSE_SIGNS
    assert len(score(file).heard_wrongly("stop")) <= FALSE_STOPS


def test_lines_that_nobody_built_on_are_understood_too() -> None:
    assert score(HELD_BACK).share >= REACHED_HELD_BACK


def test_the_page_tells_the_figures_and_the_misses() -> None:
    assert PAGE.read_text() == page(), "python -m tests.typed --write"
