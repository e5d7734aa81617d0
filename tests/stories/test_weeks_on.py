"""Weeks 4 to 12: going on with few moves on few days, one question a week, and a calm end."""

from __future__ import annotations

import pytest

from bot.core.model.subscriber import State
from tests.stories.test_looking_back import SIGNS, climber, finish_re_test
from tests.stories.test_what_stays import templates
from tests.stories.ways import NOT_SURE, starts
from tests.support.chat import Chat
from tests.support.shown import Shown

__all__ = ["climber"]


@pytest.fixture
async def onward(climber: Chat) -> Chat:
    """Ada on day 21, who goes on twice a week."""
    await finish_re_test(climber)
    await climber.taps("labels.go-on-2")
    return climber


async def session(chat: Chat) -> None:
    """The session of the message that stands there, to its end and both scores."""
    await starts(chat)
    while "labels.next-exercise" in chat.buttons:
        await chat.taps("labels.next-exercise")
    await chat.taps("labels.done", "labels.number 5", "labels.number 1")


async def next_message(chat: Chat) -> Shown:
    await chat.testbed.to_next_message()
    return chat.last


async def test_twice_a_week_to_the_calm_end(onward: Chat) -> None:
    chat = onward
    kinds: list[str] = []
    while (await chat.stored()).state is State.RUNNING:
        said = await next_message(chat)
        kinds.append(said.template)
        assert len(kinds) < 40
        match said.template:
            case "reminder":
                await session(chat)
            case "check-in/invite":
                await chat.taps("labels.check-in", *SIGNS, "labels.number 2", "labels.number 8")
            case "re-test/invite":
                await chat.taps("labels.start-re-test", *SIGNS, *["labels.number 8"] * 3)
                while NOT_SURE in chat.buttons:
                    await chat.taps(NOT_SURE)
    assert kinds.count("re-test/invite") == 2
    assert kinds.count("check-in/invite") == 2
    assert templates(chat)[-4:] == ["re-test/result", "re-test/ended", "re-test/keep", "test/next"]
    assert len(chat.newest("re-test/keep").values["items"]) == 5
    count = len(chat.messages)
    await chat.testbed.advance(40 * 86_400)
    assert len(chat.messages) == count
