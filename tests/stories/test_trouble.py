"""When the disk is full or something breaks: people are told once, and nothing is confirmed that is not stored."""

from __future__ import annotations

import asyncio
import errno
import json
from pathlib import Path
from typing import Any

import pytest

from bot.intake.update_queue import RetryLater
from bot.local_telegram.faults import Answer
from bot.monitoring.alerts import AlertKind
from bot.storage.disk import Disk
from tests.stories.ways import NO, kept, to_check
from tests.support.chat import Chat
from tests.support.quick import Unsynced

NOT_SAVED = "I could not save that just now."
TOO_FAST = "That was a bit fast for me."
FAILED = "Something went wrong on my side"


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A disk that has no room while this holds True."""
    state = [False]
    create = Disk.create

    def limited(disk: Disk, path: Path) -> int:
        if state[0]:
            raise OSError(errno.ENOSPC, "no space left on device")
        return create(disk, path)

    monkeypatch.setattr(Disk, "create", limited)
    return state


async def tried(chat: Chat, update: dict[str, Any], times: int = 1) -> None:
    """The poll loop holds on to an update that cannot be stored, and hands it over again."""
    for _ in range(times):
        with pytest.raises(RetryLater):
            await chat.testbed.handle(update)


async def quiet(chat: Chat) -> None:
    """Everything queued has left, in its own pace."""
    assert chat.testbed.runtime is not None
    while chat.testbed.runtime.sender.busy:
        await asyncio.sleep(0)
        await chat.testbed.clock.advance(0.5)


def said(chat: Chat, words: str) -> int:
    """How many messages on the screen begin with these words."""
    return sum(str(message["text"]).startswith(words) for message in chat.messages)


async def test_a_full_disk_is_told_once_however_often_the_tap_is_tried_again(chat: Chat, full: list[bool]) -> None:
    await to_check(chat)
    before = await kept(chat)
    update = chat.presses(NO)
    full[0] = True
    await tried(chat, update, 5)
    await quiet(chat)
    assert said(chat, NOT_SAVED) == 1
    assert await kept(chat) == before
    full[0] = False
    await chat.testbed.settle()
    assert "(2 of 7)" in "".join(str(message["text"]) for message in chat.messages)
    assert await kept(chat) != before


async def test_once_something_was_saved_the_next_full_disk_is_told_anew(chat: Chat, full: list[bool]) -> None:
    await to_check(chat)
    for times in (1, 2):
        update = chat.person.sends("no")
        full[0] = True
        await tried(chat, update, 3)
        await quiet(chat)
        assert said(chat, NOT_SAVED) == times
        full[0] = False
        await chat.testbed.settle()


async def test_a_full_disk_is_told_to_each_person_it_concerns(chat: Chat, full: list[bool]) -> None:
    testbed = chat.testbed
    other = Chat(testbed, testbed.telegram.person(8))
    await to_check(chat)
    await to_check(other)
    full[0] = True
    updates = [each.presses(NO) for each in (chat, other)]
    for update in updates:
        await tried(chat, update, 2)
    await quiet(chat)
    assert [said(each, NOT_SAVED) for each in (chat, other)] == [1, 1]
    full[0] = False
    await testbed.settle()


async def test_what_could_not_be_handled_is_told_once_until_something_works(day_one: Chat) -> None:
    chat = day_one
    assert chat.testbed.runtime is not None
    respond = chat.testbed.runtime.respond
    for times in (1, 2):
        await respond.failed(chat.person.id)
        await respond.failed(chat.person.id)
        await quiet(chat)
        assert said(chat, FAILED) == times
        await chat.sends("/help")


async def test_nobody_is_said_to_have_been_told_where_nobody_is_named_who_could_be(day_one: Chat) -> None:
    chat = day_one
    assert chat.testbed.runtime is not None
    respond = chat.testbed.runtime.respond
    await respond.failed(chat.person.id)
    await quiet(chat)
    assert "have been told" not in str(chat.messages[-1]["text"])
    assert "/privacy tells who they are" in str(chat.messages[-1]["text"])
    await chat.sends("/help")
    respond._operators = (5,)
    await respond.failed(chat.person.id)
    await quiet(chat)
    assert "have been told" in str(chat.messages[-1]["text"])


async def test_who_is_too_fast_is_told_so_and_loses_nothing_that_is_kept(day_one: Chat) -> None:
    chat = day_one
    assert chat.testbed.runtime is not None
    before, number = await kept(chat), 1_000
    for _ in range(22):
        number += 1
        message = {"message_id": number, "date": 1_772_442_000, "chat": {"id": chat.person.id, "type": "private"}}
        message |= {"from": {"id": chat.person.id, "is_bot": False, "first_name": "Ada"}, "text": "hello"}
        chat.testbed.runtime.intake.take_in([json.dumps({"update_id": number, "message": message}).encode()])
    await chat.testbed.runtime.intake.finished(1_020)
    await quiet(chat)
    assert said(chat, TOO_FAST) == 1
    assert await kept(chat) == before


async def test_a_full_disk_is_a_trouble_from_the_first_tap_until_the_first_that_is_saved(
    chat: Chat, full: list[bool]
) -> None:
    await to_check(chat)
    assert chat.testbed.runtime is not None
    disk_probe, alerts = chat.testbed.runtime.disk_probe, chat.testbed.runtime.alerts
    looking = asyncio.create_task(disk_probe.run())
    await calm()
    assert alerts.standing() == {}
    await chat.testbed.clock.advance(1)  # a document is saved only when it has changed, and this one holds the time
    update = chat.presses(NO)
    full[0] = True
    await tried(chat, update)
    await calm()
    assert alerts.standing() == {AlertKind.NOT_SAVED: "no space left on device"}
    full[0] = False
    await chat.testbed.settle()
    await calm()
    assert alerts.standing() == {}
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)


async def test_one_persons_file_that_cannot_be_read_is_no_trouble_of_everybodys(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await to_check(chat)
    assert chat.testbed.runtime is not None
    disk_probe, alerts = chat.testbed.runtime.disk_probe, chat.testbed.runtime.alerts
    spoiled = next(path for path in chat.testbed.folder.rglob("*") if path.is_file() and "subscribers" in path.parts)
    read = Disk.read

    def read_others(disk: Disk, path: Path) -> bytes:
        if path == spoiled:
            raise OSError(errno.EIO, "Input/output error")
        return read(disk, path)

    looking = asyncio.create_task(disk_probe.run())
    await calm()
    spoiled.touch()  # whoever was touched last need not be read again while their file stays the same
    with monkeypatch.context() as ill:
        ill.setattr(Disk, "read", read_others)
        await tried(chat, chat.presses(NO))
        await chat.testbed.clock.advance(1)
        assert await disk_probe.probe()
        assert alerts.standing() == {}
    await chat.testbed.settle()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)


async def test_a_change_that_was_stored_though_its_save_failed_at_the_last_step_is_answered(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await to_check(chat)
    update = chat.presses(NO)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as ill:
        ill.setattr(Unsynced, "sync_folder", fail)
        await tried(chat, update, 3)
    await chat.testbed.handle(update)
    await chat.testbed.handle(update)
    await chat.testbed.settle()
    assert sum("(2 of 7)" in str(message["text"]) for message in chat.messages) == 1
    assert "(2 of 7)" in chat.last
    assert "(3 of 7)" in await chat.taps(NO)


async def test_a_reply_that_may_have_arrived_is_not_repeated_when_its_update_comes_again(chat: Chat) -> None:
    await to_check(chat)
    update = chat.person.sends("no")
    lost = Answer(500, b"", delivered=True)
    chat.testbed.telegram.fault = lambda method, _, __: lost if method == "sendMessage" else None
    await chat.testbed.handle(update)
    await quiet(chat)
    chat.testbed.telegram.fault = None
    shown = len(chat.messages)
    await chat.testbed.handle(update)
    await chat.testbed.settle()
    assert len(chat.messages) == shown


async def calm() -> None:
    """Whoever was woken has looked."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def damaged(day_one: Chat) -> Chat:
    """Somebody whose file does not open any more."""
    testbed = day_one.testbed
    [file] = testbed.folder.rglob(f"{day_one.person.id}.sealed")
    await testbed.kill()
    file.write_bytes(file.read_bytes()[:-5])
    await testbed.open()
    return day_one


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("/help", "What I can do"),
        ("help", "What I can do"),
        ("/privacy", "What is kept, and why"),
        ("/about", "three-week series"),
        ("/today", "I cannot open your notes right now. Please try again later."),
        ("/stop", "I send you no reminders"),
        ("stop it", "I send you no reminders"),
        ("/delete", "can also delete them by hand"),
        ("my knee is hot and I have fever", "See a doctor today."),
        ("/help my knee is hot and I have fever", "See a doctor today."),
        ("/today my knee is hot and I have fever", "See a doctor today."),
        ("what now", "I cannot open your notes right now."),
    ],
)
async def test_somebody_whose_file_is_damaged_hears_what_can_be_said_without_it(
    damaged: Chat, word: str, answer: str
) -> None:
    said = await damaged.sends(word)
    assert answer in said
    assert "have been told" not in said  # nobody is named who could be
    assert ("doctor" in said) == ("fever" in word or "help" in word)
