"""A group is no desk: whoever asks in one, coach or not, hears the same line, and nothing of anybody."""

from __future__ import annotations

import pytest

from tests.stories.desk.ways import COACH, to_plan
from tests.support.chat import Chat

GROUP = -1001234567890
ANONYMOUS = 1087968824
"""Telegram's own account that stands for an admin who does not show."""
OTHER_BOT = 99


@pytest.mark.parametrize("id", [COACH, ANONYMOUS, OTHER_BOT, 7], ids=["coach", "anonymous admin", "bot", "subscriber"])
async def test_whoever_asks_in_a_group_hears_of_nobody_and_the_bot_leaves_it(chat: Chat, id: int) -> None:
    await to_plan(chat, "sees")
    telegram = chat.testbed.telegram
    asks = telegram.person(id, "Ada" if id == chat.person.id else "Cleo")
    asks.user["is_bot"] = id in (ANONYMOUS, OTHER_BOT)
    before = await chat.stored()
    for command in ("/desk", "/find ada", "/broadcast", "/contacts", "/stats", "/invite x", "hello"):
        telegram.group_update(command, asks)
        await chat.testbed.settle()
    said = "\n".join(str(each["text"]) for each in telegram.chat(GROUP).messages if not each["mine"])
    assert "private" in said
    assert "Ada" not in said
    assert await chat.stored() == before


async def test_whoever_sends_a_voice_note_hears_that_nobody_listens_at_night(chat: Chat) -> None:
    await to_plan(chat, "sees")
    chat.testbed.telegram.person(COACH, "Cleo")
    shown = await chat.sends("/ask")
    assert "nobody listens at night" in shown
    chat.person.sends_voice()
    await chat.testbed.settle()
    assert "nobody listens at night" in chat.last
    assert "/help says whom to call" in chat.last
