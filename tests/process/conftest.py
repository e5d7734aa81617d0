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


COLD = (
    "test_a_person_comes_from_start_to_lesson_1_and_no_log_level_tells_of_it",
    "test_an_idle_bot_that_is_asked_to_stop_ends_with_0",
    "test_while_no_name_server_answers_it_ends_as_soon_as_it_is_asked_to",
)
"""What looks at a process from its first instant to its last, and so at one that nobody prepared."""
FRESH = (
    "test_a_person_comes_from_start_to_lesson_1_and_no_log_level_tells_of_it",
    "test_made_up_people_to_turn_to_are_one_line_unless_they_are_asked_for",
    "test_a_name_that_is_no_setting_is_named_at_start",
    "test_an_address_where_no_bot_api_answers_is_one_line",
)
"""What looks at the very first start, which examines the content; so does each that finds another content."""


@pytest.fixture
async def bot(
    loopback: tuple[LocalTelegram, str], tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[BotProcess]:
    """A bot that is not started yet."""
    name = request.node.originalname
    bot = BotProcess(tmp_path, loopback[1], warm=name not in COLD, knows_content=name not in FRESH)
    yield bot
    await bot.close()
