"""One person's copy, for whoever runs the bot."""

from __future__ import annotations

import pytest

from bot.operator.export import export
from tests.operator.conftest import Kept


def test_without_a_data_folder_it_says_so(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(kept.environment, 7) == 1
    assert "There is no data folder" in capsys.readouterr().err
