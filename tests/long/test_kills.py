"""Six kills of the real process under traffic; `python -m tests.long.kills` does five hundred."""

from __future__ import annotations

from pathlib import Path

from tests.long.kills import kill

SEED = 20


async def test_six_kills_lose_nothing_double_nothing_and_break_nothing(tmp_path: Path) -> None:
    figures = await kill(6, SEED, tmp_path, warm=True, walkers=10, crowd=100, life=1.0)

    assert figures["wrong"] == [], figures
    assert figures["kills"] == 6
