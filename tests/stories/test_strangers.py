"""Words, pictures and places the bot was not made for."""

from __future__ import annotations

import pytest

from bot.demo.testbed import Testbed
from tests.stories.ways import kept, to_zone
from tests.support.chat import Chat


async def test_a_group_is_told_once_that_this_is_private_and_nothing_is_kept(testbed: Testbed) -> None:
    ada = testbed.telegram.person(8, "Ada")
    for text in ("/start@steady_knees_bot", "hello bot", None):
        testbed.telegram.group_update(text, ada)
    await testbed.settle()
    group = testbed.telegram.chat(-1001234567890)
    said = [message for message in group.messages if not message["mine"]]
    assert len(said) == 1
    assert testbed.runtime is not None
    assert testbed.runtime.storage.ids() == []


async def test_an_edited_command_does_nothing(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/help")
    mine = next(message["id"] for message in reversed(chat.messages) if message["mine"])
    before, said = await kept(chat), len(chat.messages)
    chat.person.edits(mine, "/delete")
    await chat.testbed.settle()
    assert len(chat.messages) == said
    assert await kept(chat) == before


@pytest.mark.parametrize("thing", ["sends_voice", "sends_photo", "sends_sticker"])
async def test_what_is_not_text_gets_a_useful_answer_and_is_not_kept(chat: Chat, thing: str) -> None:
    getattr(chat.person, thing)()
    await chat.testbed.settle()
    assert chat.last.template == "information/not-text"
    assert chat.testbed.runtime is not None
    assert chat.testbed.runtime.storage.ids() == []


async def test_a_photo_in_the_middle_of_a_question_leaves_the_question_open(chat: Chat) -> None:
    await to_zone(chat)
    chat.person.sends_photo("my knee")
    await chat.testbed.settle()
    assert (await chat.sends("Lisbon")).template == "profile/zone-confirm"


async def test_an_unknown_command_gets_a_useful_answer(day_one: Chat) -> None:
    before = await kept(day_one)
    said = await day_one.sends("/dance")
    assert "/help" in said
    assert "/unsubscribe" in said
    assert await kept(day_one) == before


async def test_stray_text_gets_a_useful_answer(day_one: Chat) -> None:
    said = await day_one.sends("what is normal for a knee?")
    assert "/help" in said
    assert "physiotherapist" in said


@pytest.mark.parametrize("command", ["/help", "/about", "/privacy", "/sources"])
async def test_information_is_open_to_everybody(chat: Chat, command: str) -> None:
    said = await chat.sends(command)
    assert len(said) > 100
    assert chat.testbed.runtime is not None
    assert chat.testbed.runtime.storage.ids() == []


async def test_help_names_people_to_see(chat: Chat) -> None:
    assert "Sample Name One" in await chat.sends("/help")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("today", "Day 1"),
        ("Help!", "/settings"),
        ("settings", "Time: 19:00"),
        ("progress", "You are on day 1"),
        ("PAUSE", "a break"),
        ("lesson", "Week 1"),
        ("hi", "Tuesday 3 March"),
    ],
)
async def test_a_plain_word_stands_for_its_command(day_one: Chat, typed: str, words: str) -> None:
    await day_one.sends("/settings")  # a screen on which no button bears these words
    assert words in await day_one.sends(typed)


async def test_every_command_of_the_menu_is_answered(day_one: Chat) -> None:
    chat = day_one
    menu = [entry["command"] for entry in chat.testbed.telegram.commands()]
    assert {"today", "lesson", "selftest", "settings", "unsubscribe", "help"} <= set(menu)
    for command in menu:
        said = len(chat.messages)
        await chat.sends(f"/{command}")
        assert len(chat.messages) >= said + 2, command
