"""What typed words say of themselves, whatever is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.typed.remarks import small_talk
from tests.core.typed.small_vocabulary import ENGLISH

KIND = replace(ENGLISH, polite=("is that bad", "so"), small_talk={"thanks": ("thanks",)})


@pytest.mark.parametrize(
    ("text", "kind"),
    [("thanks", "thanks"), ("so", None), ("so is that bad?", None), ("is that bad", None), ("thanks?", "thanks")],
)
def test_nothing_but_politeness_is_no_smile(text: str, kind: str | None) -> None:
    assert small_talk(text, KIND) == kind
