"""The command menu is worth nothing to whoever waits for a message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.load import Catalog
from bot.conversation.command_menu import publish
from bot.core.desk.lists import COMMANDS
from bot.demo.testbed import Testbed
from bot.local_telegram.faults import Answer, CutBefore, Fault, Hang
from bot.places.search import Places
from bot.tasks import cancel_all
from tests.support.quick import quick_testbed

CALLS = (
    *("getMyCommands", "setMyCommands", "getMyDescription", "getMyShortDescription"),
    *("getMyName", "setMyName", "getUserProfilePhotos", "setMyProfilePhoto"),
)


@pytest.mark.parametrize("odd", [{}, {"result": 5}, {"result": {"odd": [1]}}, {"result": ["x"]}])
@pytest.mark.parametrize("call", CALLS)
async def test_an_odd_answer_about_the_menu_keeps_the_bot_from_nothing(
    call: str, odd: dict[str, object], testbed: Testbed
) -> None:
    await testbed.kill()

    def fault(method: str, parameters: dict[str, Any], number: int) -> Fault | None:
        return Answer(200, {"ok": True, **odd}, delivered=True) if method == call else None

    testbed.telegram.fault = fault
    await testbed.open()

    testbed.person.sends("/start")
    await testbed.settle()
    assert testbed.person.labels()


@pytest.fixture
async def new(tmp_path: Path, catalog: Catalog, places: Places) -> AsyncIterator[Testbed]:
    """A bot that was never started, of which Telegram shows nothing yet."""
    testbed = quick_testbed(catalog, places, folder=tmp_path)
    yield testbed
    await testbed.remove()


@pytest.mark.parametrize("call", ["setMyCommands", "setMyName", "setMyProfilePhoto"])
async def test_a_pause_of_a_day_that_is_asked_for_about_name_or_menu_holds_nobody_up(call: str, new: Testbed) -> None:
    refusal = Answer(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 86_400}})
    new.telegram.fault = lambda method, parameters, number: refusal if method == call else None
    await new.open()
    assert [each.method for each in new.telegram.log if each.status == 429] == [call]

    new.person.sends("/start")
    await new.settle()
    assert new.person.labels()


async def test_a_start_waits_for_no_menu_and_a_stop_ends_what_still_waits(new: Testbed) -> None:
    new.telegram.fault = lambda method, parameters, number: Hang(seconds=1e6) if method == "getMyName" else None
    opening = asyncio.create_task(new.open())  # comes to no rest while something about the bot is in hand
    for _ in range(10_000):
        await asyncio.sleep(0)
        if new._running:
            break
    await cancel_all({opening})
    runtime = new.runtime
    assert runtime is not None
    assert new._running, "it has started"
    assert runtime.publishing
    await asyncio.wait_for(new.close(), 20)
    assert not runtime.publishing


async def test_name_and_profile_picture_are_set_where_they_differ_and_no_more_after_that(testbed: Testbed) -> None:
    telegram, runtime = testbed.telegram, testbed.runtime
    assert runtime is not None
    assert telegram.text_about("name") == runtime.respond.renderers.default.words.find("commands.name")
    assert len(telegram.profile_photos) == 1
    bot, pictures = runtime.application.bot, runtime.sender.pictures

    def changes() -> list[str]:
        return [call.method for call in telegram.log if call.method.startswith("setMy")]

    before = changes()
    await publish(bot, testbed.catalog, runtime.respond.renderers, pictures)
    assert changes() == before


async def test_a_picture_chosen_by_hand_stays_and_one_taken_away_comes_back(testbed: Testbed) -> None:
    telegram, runtime = testbed.telegram, testbed.runtime
    assert runtime is not None
    telegram.profile_photos.insert(0, [{"file_id": "by-hand"}])
    await publish(runtime.application.bot, testbed.catalog, runtime.respond.renderers, runtime.sender.pictures)
    assert len(telegram.profile_photos) == 2
    telegram.profile_photos.clear()
    await publish(runtime.application.bot, testbed.catalog, runtime.respond.renderers, runtime.sender.pictures)
    assert len(telegram.profile_photos) == 1


async def test_coaches_have_a_menu_of_their_own_that_nobody_else_sees(testbed: Testbed) -> None:
    telegram = testbed.telegram
    telegram.person(5, "Cleo")
    await testbed.kill()
    testbed._operators = [5, 6]
    await testbed.open()
    everybody = [each["command"] for each in telegram.commands(chat_id=7)]
    assert [each["command"] for each in telegram.commands(chat_id=5)] == [*COMMANDS, *everybody]
    assert not set(COMMANDS) & set(everybody)

    def tried(status: int) -> int:
        return [(call.method, call.status) for call in telegram.log].count(("setMyCommands", status))

    assert tried(400) == 1, "somebody whom the bot has never met has no menu"
    changes = tried(200)
    await testbed.kill()
    await testbed.open()
    assert tried(200) == changes


async def test_whoever_coaches_no_more_has_everybodys_menu_again_though_telegram_failed_at_first(
    testbed: Testbed,
) -> None:
    telegram = testbed.telegram
    telegram.person(5, "Cleo")

    async def starts_with(*coaches: int) -> None:
        await testbed.kill()
        testbed._operators = coaches
        await testbed.open()

    await starts_with(5, 6)
    everybody = [each["command"] for each in telegram.commands(chat_id=7)]
    telegram.fault = lambda method, _, __: CutBefore() if method == "deleteMyCommands" else None
    await starts_with(8)
    assert [each["command"] for each in telegram.commands(chat_id=5)] == [*COMMANDS, *everybody]
    telegram.fault = None
    await starts_with(8)
    assert [each["command"] for each in telegram.commands(chat_id=5)] == everybody
    await starts_with()
    taken = [call.method for call in telegram.log].count("deleteMyCommands")
    await starts_with()
    assert [call.method for call in telegram.log].count("deleteMyCommands") == taken, "each once"
