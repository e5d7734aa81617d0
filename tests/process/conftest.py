"""A Bot API on loopback and a bot that talks to it, both ended with the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import BotProcess, telegram_on_loopback


@pytest.fixture
async def loopback() -> AsyncIterator[tuple[LocalTelegram, str]]:
    """The local Telegram, and where it is served."""
    async with telegram_on_loopback() as served:
        yield served


@pytest.fixture
def telegram(loopback: tuple[LocalTelegram, str]) -> LocalTelegram:
    """What the bot's calls do."""
    return loopback[0]


COLD = ("test_signals", "test_orderly_end", "test_sudden_death", "test_from_start_to_lesson_1")
"""What looks at a process from its first instant to its last, and so at one that nobody prepared."""
FRESH = ("test_refusing_to_start", "test_from_start_to_lesson_1")
"""What looks at the very first start, which examines the content."""


@pytest.fixture
async def bot(
    loopback: tuple[LocalTelegram, str], tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[BotProcess]:
    """A bot that is not started yet."""
    name = request.path.stem
    bot = BotProcess(tmp_path, loopback[1], warm=name not in COLD, knows_content=name not in FRESH)
    yield bot
    await bot.close()
