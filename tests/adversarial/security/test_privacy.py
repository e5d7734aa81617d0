"""What is kept of a person, from before they agree until after they are gone."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.core.model.delivery import Delivery
from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import Testbed
from bot.local_telegram.people import Person
from tests.stories.conftest import day_one
from tests.stories.ways import forges, to_check, to_plan
from tests.support.chat import Chat

__all__ = ["day_one"]

ADA, BEN = 7183520946, 8264019573
NAMES = {ADA: "Canary-Ada", BEN: "Canary-Ben"}
PERSONAL = re.compile("7183520946|8264019573|canary", re.IGNORECASE)


def chat_of(testbed: Testbed, id: int) -> Chat:
    return Chat(testbed, testbed.telegram.person(id, NAMES[id], username=f"canary{id}"))


def traces(folder: Path, of: re.Pattern[str] = PERSONAL) -> list[str]:
    """Where something of somebody stands in a folder: in the name of a file, or in its bytes."""
    found = []
    for path in sorted(folder.rglob("*")):
        text = path.read_bytes().decode("latin-1") if path.is_file() else ""
        if of.search(path.name) or of.search(text):
            found.append(path.relative_to(folder).as_posix())
    return found


async def in_the_open(testbed: Testbed) -> str:
    """All that is stored, opened: everybody's document and the bot's own."""
    storage = testbed.runtime.storage if testbed.runtime else None
    assert storage is not None
    everybody = [msgspec.to_builtins(await storage.read(id)) for id in storage.ids()]
    return json.dumps([everybody, await storage.read_bot_record()])


# --- Before consent ---------------------------------------------------------------------------------------------


async def test_nothing_of_anybody_is_on_the_disk_before_they_agree(testbed: Testbed) -> None:
    chat = chat_of(testbed, ADA)
    for text in ("/start clinic", "hello", "/today", "/export", "my knee hurts", "/delete", "/settings"):
        await chat.sends(text)
    await chat.sends("/start clinic")
    for label in ("labels.begin", "labels.adult"):
        await chat.taps(label)
        assert traces(testbed.folder) == []
    for data in ("r:0:emergency:no", "p:pain:7", "p:zone:Europe/Lisbon", "t:hips", "r:1:bridge:10"):
        await forges(chat, data)
    assert traces(testbed.folder) == []
    assert "anary" not in await in_the_open(testbed)
    await chat.sends("/start")
    await chat.taps("labels.begin", "labels.adult", "labels.agree")
    assert traces(testbed.folder) != []


async def test_consent_to_another_text_than_the_one_of_today_keeps_nothing(testbed: Testbed) -> None:
    chat = chat_of(testbed, ADA)
    await chat.sends("/start")
    for version in ("", "1999-01", "9999-12", "2026-11x"):
        await forges(chat, f"agree:{version}:")
    assert traces(testbed.folder) == []


# --- While they are here ----------------------------------------------------------------------------------------


async def test_neither_name_nor_a_typed_word_is_ever_kept(testbed: Testbed) -> None:
    chat = chat_of(testbed, ADA)
    await to_plan(chat)
    for text in ("canary: my left knee hurts", "/today canary", "/start canary", "canary"):
        await chat.sends(text)
    assert "anary" not in await in_the_open(testbed)


async def test_two_people_never_see_each_other_in_their_copies(testbed: Testbed) -> None:
    chats = {id: chat_of(testbed, id) for id in (ADA, BEN)}
    for chat in chats.values():
        await to_plan(chat)
    for id, chat in chats.items():
        await chat.sends("/export")
        copy = exported(chat)
        known = await chat.stored()
        assert msgspec.json.decode(copy, type=Subscriber).answers == known.answers
        assert json.loads(copy)["id"] == id
        other = BEN if id == ADA else ADA
        assert str(other).encode() not in copy
        assert [call.chat_id for call in testbed.telegram.log if call.method == "sendDocument"][-1] == id


def exported(chat: Chat) -> bytes:
    documents: list[Any] = [each["document"] for each in chat.messages if each.get("document")]
    document = [each for each in documents if each["file_name"].endswith("json")][-1]  # a page for print may follow
    return chat.testbed.telegram.file(document["file_id"]).content


async def test_a_copy_holds_every_field_that_is_kept(testbed: Testbed) -> None:
    chat = chat_of(testbed, ADA)
    await to_plan(chat)
    await chat.sends("/export")
    copy = json.loads(exported(chat))
    assert set(copy) == {each.name for each in dataclasses.fields(Subscriber)}


def test_the_record_of_a_delivery_holds_no_text() -> None:
    kept = {each.name: str(each.type) for each in dataclasses.fields(Delivery)}
    assert not {"text", "rendered", "html", "body"} & set(kept)


async def test_a_hundred_days_leave_no_text_and_no_growing_list_of_updates(testbed: Testbed) -> None:
    chat = chat_of(testbed, ADA)
    await to_plan(chat)
    for _ in range(40):
        await chat.sends("/help")
        await testbed.advance(86_400 / 4)
    known = await chat.stored()
    assert len(known.updates) <= 100
    assert "anary" not in await in_the_open(testbed)


# --- Push -------------------------------------------------------------------------------------------------------

HEALTH = re.compile(r"\b(pain|hurt|sore|ache|swell|swollen|fall|fell|calf|blood|test result|score)\w*\b", re.IGNORECASE)
"""The knee is left out: the bot's own name stands above every message and says as much."""
SEEN_ON_A_LOCKED_SCREEN = 60


async def test_the_first_words_of_what_nobody_asked_for_tell_nothing_about_health(testbed: Testbed) -> None:
    chat = chat_of(testbed, ADA)
    await to_plan(chat)
    asked = len(chat.messages)
    for _ in range(24):
        await testbed.advance(86_400)
    texts = [str(message["text"]) for message in chat.messages[asked:] if not message["mine"]]
    assert len(texts) > 10
    for text in texts:
        assert not HEALTH.search(text[:SEEN_ON_A_LOCKED_SCREEN]), text[:SEEN_ON_A_LOCKED_SCREEN]


# --- Afterwards -------------------------------------------------------------------------------------------------


async def erases(chat: Chat) -> None:
    await chat.sends("/delete")
    await chat.taps("labels.erase")


async def test_after_delete_no_byte_of_the_folder_tells_of_the_person_nor_after_a_restart(testbed: Testbed) -> None:
    ada, ben = chat_of(testbed, ADA), chat_of(testbed, BEN)
    await to_plan(ada)
    await to_plan(ben)
    before = await ben.stored()
    await erases(ada)
    for _ in range(2):
        assert traces(testbed.folder, re.compile(str(ADA))) == []
        assert str(ADA) not in await in_the_open(testbed)
        assert (await ben.stored()).answers == before.answers
        await testbed.kill()
        await testbed.open()
        ada, ben = Chat(testbed, ada.person), Chat(testbed, ben.person)


async def test_a_kill_in_the_middle_of_delete_leaves_nothing_and_the_next_process_says_so(testbed: Testbed) -> None:
    chat = chat_of(testbed, ADA)
    await to_plan(chat)
    await chat.sends("/delete")
    handling = asyncio.create_task(testbed.handle(chat.presses("labels.erase")))
    while traces(testbed.folder, re.compile(str(ADA))):  # noqa: ASYNC110 -- the removal of a file rings no bell
        await asyncio.sleep(0)
    await testbed.kill()
    handling.cancel()
    await asyncio.gather(handling, return_exceptions=True)
    await testbed.open()
    assert traces(testbed.folder, re.compile(str(ADA))) == []
    assert "erased" in Chat(testbed, chat.person).last


async def says_goodbye(chat: Chat, how: str) -> Person:
    match how:
        case "delete":
            await erases(chat)
        case "block":
            chat.person.blocks()
        case "stop":
            await chat.sends("/stop")
    await chat.testbed.settle()
    return chat.person


@pytest.mark.parametrize("how", ["delete", "block", "stop"])
@pytest.mark.parametrize("restart", [False, True], ids=["running on", "after a restart"])
async def test_whoever_left_hears_nothing_more_unless_they_come_back(testbed: Testbed, how: str, restart: bool) -> None:
    chat = chat_of(testbed, ADA)
    await to_plan(chat)
    await says_goodbye(chat, how)
    if restart:
        await testbed.kill()
        await testbed.open()
    before = len([call for call in testbed.telegram.log if call.chat_id == ADA])
    for _ in range(30):
        await testbed.advance(86_400)
    assert len([call for call in testbed.telegram.log if call.chat_id == ADA]) == before
    if how == "block":
        chat.person.unblocks()
        await testbed.settle()
        await testbed.advance(3 * 86_400)
        assert len([call for call in testbed.telegram.log if call.chat_id == ADA]) == before
    await chat.sends("/start")
    assert len([call for call in testbed.telegram.log if call.chat_id == ADA]) > before


async def test_deleting_in_the_middle_of_the_first_questions_erases_them_too(testbed: Testbed) -> None:
    chat = chat_of(testbed, ADA)
    await to_check(chat)
    await erases(chat)
    assert traces(testbed.folder, re.compile(str(ADA))) == []
