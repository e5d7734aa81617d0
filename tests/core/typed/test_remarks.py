"""What typed words say of themselves, whatever is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.typed.remarks import small_talk
from tests.core.typed.small_vocabulary import ENGLISH

KIND = replace(ENGLISH, polite=("is that bad", "so"), small_talk={"thanks": ("thanks",)})


@pytest.mark.parametrize(
    ("text", "kind"),
    [("thanks", "thanks"), ("so", "smile"), ("so is that bad?", None), ("is that bad", "smile"), ("thanks?", "thanks")],
)
def test_a_question_of_nothing_but_kind_words_wants_more_than_a_smile(text: str, kind: str | None) -> None:
    assert small_talk(text, KIND) == kind
