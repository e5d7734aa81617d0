"""Somebody else coaches: who agreed is seen and answered by whoever coaches now, and a former coach hears nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from bot.core.model.callback_data import ShowCard, WriteTo
from bot.core.model.delivery import Outcome
from bot.local_telegram.faults import CutBefore
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import forges
from tests.support.chat import Chat

EVE = 9


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The chat of whoever coaches at first."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


@pytest.fixture
def eve(chat: Chat) -> Chat:
    """That of whoever coaches after them."""
    return Chat(chat.testbed, chat.testbed.telegram.person(EVE, "Eve"))


async def now_coach(chat: Chat, coaches: Collection[int]) -> None:
    """The bot is started anew with others in its settings."""
    if chat.testbed.runtime is not None:
        await chat.testbed.kill()
    chat.testbed._operators = coaches
    await chat.testbed.open()


def texts(chat: Chat, since: int = 0) -> list[str]:
    """What stands in a chat."""
    return [str(each["text"]) for each in chat.messages[since:]]


async def test_whoever_agreed_is_seen_and_answered_by_whoever_coaches_now_and_the_former_one_hears_nothing(
    chat: Chat, desk: Chat, eve: Chat
) -> None:
    await to_plan(chat, "sees")
    await forges(desk, ShowCard(chat.person.id))
    await now_coach(chat, [EVE])
    before = len(desk.messages)
    await chat.sends("/ask may I walk more?")
    assert any("may I walk more?" in each for each in texts(eve))
    assert "State: under way" in await forges(eve, ShowCard(chat.person.id))
    said = await chat.sends("/nothing")
    for command in ("/desk", "/find ada", "/stats", "/contacts"):
        assert await desk.sends(command) == said
    await forges(desk, WriteTo(chat.person.id))
    await desk.sends("It is me, Cleo")
    assert not any("Ada" in each or "walk more" in each for each in texts(desk, before))
    assert not any("It is me" in each for each in texts(chat))


async def test_what_a_former_coach_left_half_way_is_told_to_whoever_coaches_now(
    chat: Chat, desk: Chat, eve: Chat
) -> None:
    await to_plan(chat, "sees")
    await forges(desk, WriteTo(chat.person.id))
    await desk.sends("Are you there?")
    runtime = chat.testbed.runtime
    assert runtime is not None
    async with runtime.storage.change(chat.person.id) as box:
        assert box.value is not None
        box.value = box.value.with_letter(replace(box.value.letters[-1], outcome=Outcome.CLAIMED))
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    await desk.sends("A walk on Saturday?")
    chat.testbed.telegram.fault = lambda method, parameters, _: (
        CutBefore() if parameters.get("chat_id") == chat.person.id else None
    )
    desk.presses("labels.send-many")
    await chat.testbed._fetch()
    await chat.testbed.kill()
    before = len(desk.messages), texts(desk)
    chat.testbed.telegram.fault = None
    chat.person.blocks()
    await now_coach(chat, [EVE])
    await chat.testbed.advance(600)
    assert (len(desk.messages), texts(desk)) == before
    assert any("Nobody knows if it reached Ada" in each for each in texts(eve))


async def test_with_no_coach_at_all_nobody_is_written_to_and_that_is_said(chat: Chat, desk: Chat, eve: Chat) -> None:
    await to_plan(chat, "sees")
    await now_coach(chat, [])
    assert "No person reads along here" in await chat.sends("/ask are you there?")
    await now_coach(chat, [EVE])
    assert "State: under way" in await forges(eve, ShowCard(chat.person.id))
