"""SIGTERM in the middle of a small morning; `python -m tests.long.morning` does it with 10,000 people."""

from __future__ import annotations

from pathlib import Path

from tests.long.morning import morning


async def test_a_stop_in_the_middle_of_a_morning_loses_and_doubles_nothing(tmp_path: Path) -> None:
    figures = await morning(150, tmp_path)

    assert figures["wrong"] == [], figures
    assert figures["delivered"] == 150
