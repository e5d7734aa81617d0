"""What a coach hears of as it comes: bundled, once each, nobody named in the first line, nothing that has passed."""

from __future__ import annotations

import pytest

from bot.core.model.delivery import Outcome
from bot.local_telegram.faults import CutBefore
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import opens_again
from tests.support.chat import Chat

NEWS = "may need you"
MINUTE = 61.0


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot, whose clock does not run ahead by the minute in which news is gathered."""
    chat.testbed.longest_wait = MINUTE / 2
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


def news(desk: Chat) -> list[str]:
    """The alerts on the coach's screen."""
    return [str(each["text"]) for each in desk.messages if NEWS in str(each["text"])]


async def flares(chat: Chat) -> None:
    """Words that name a sign, and a yes to it."""
    await chat.sends("my calf is swollen and hot")
    await chat.taps("answer yes")


async def test_a_sign_is_told_within_a_minute_once_and_the_first_line_names_nobody(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    assert news(desk) == []
    await chat.testbed.advance(MINUTE)
    assert len(news(desk)) == 1
    first, _, rest = news(desk)[0].partition("\n")
    assert first == "1 person may need you"
    assert "Ada" in rest
    await chat.sends("/today")
    await opens_again(chat)
    await chat.testbed.advance(10 * MINUTE)
    assert len(news(desk)) == 1


async def test_what_comes_within_a_minute_is_one_message(chat: Chat, desk: Chat) -> None:
    other = Chat(chat.testbed, chat.testbed.telegram.person(11, "Otto"))
    for each in (chat, other):
        await to_plan(each, "alone")
    for each in (chat, other):
        await flares(each)
    await chat.testbed.advance(MINUTE)
    assert len(news(desk)) == 1
    assert "2 people may need you" in news(desk)[0]
    assert "Otto" in news(desk)[0]


async def test_whoever_goes_back_within_the_minute_is_not_told_of(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    await chat.sends("/delete")
    await chat.taps("labels.erase")
    await chat.testbed.advance(MINUTE)
    assert news(desk) == []


async def test_an_alert_that_waited_when_the_process_ended_is_told_by_the_next_one(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    await opens_again(chat)
    await chat.testbed.advance(MINUTE)
    assert len(news(desk)) == 1
    assert (await chat.stored()).letters[-1].outcome is Outcome.SENT


async def test_an_alert_that_was_claimed_when_the_process_ended_is_not_told_twice(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    chat.testbed.telegram.fault = lambda method, _, __: CutBefore() if method == "sendMessage" else None
    await chat.testbed.advance(MINUTE)
    chat.testbed.telegram.fault = None
    assert (await chat.stored()).letters[-1].outcome is Outcome.UNKNOWN
    await opens_again(chat)
    await chat.testbed.advance(10 * MINUTE)
    assert news(desk) == []
    assert "A safety sign stopped the plan" in await desk.sends("/desk")
