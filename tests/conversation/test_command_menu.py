"""The command menu is worth nothing to whoever waits for a message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation.command_menu import publish
from bot.core.desk.lists import COMMANDS
from bot.demo.testbed import Testbed
from bot.local_telegram.faults import Answer, CutBefore, Fault

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
