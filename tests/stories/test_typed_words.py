"""Words typed in place of a tap."""

from __future__ import annotations

import pytest

from bot.core.model.subscriber import State
from tests.stories.ways import on_reminder
from tests.support.chat import Chat

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("words", ["STOP", "Stop please 🛑", "I would like to stop now, thank you for everything"])
async def test_a_wish_to_stop_typed_to_a_reminder_ends_the_messages(day_one: Chat, words: str) -> None:
    await on_reminder(day_one)
    await day_one.sends(words)
    assert (await day_one.stored()).state is State.STOPPED


async def test_a_reminder_answered_done_asks_how_hard_it_was(day_one: Chat) -> None:
    await on_reminder(day_one)
    await day_one.sends("Done!")
    assert (await day_one.stored()).sessions[-1].finished_at is not None
