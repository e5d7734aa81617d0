"""A person's data are theirs: a copy, and the end of them."""

from __future__ import annotations

import json

import msgspec

from bot.core.model.subscriber import Subscriber
from tests.stories.ways import files, forges, opens_again, ticks, to_zone
from tests.support.chat import Chat


async def test_the_export_is_what_is_stored(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/export")
    document = chat.messages[-2]["document"]  # the page for print follows it
    assert isinstance(document, dict)
    content = chat.testbed.telegram.file(document["file_id"]).content
    copy = msgspec.json.decode(content, type=Subscriber)
    known = await chat.stored()
    assert copy.answers == known.answers
    assert copy.attempts == known.attempts
    assert copy.enrollments == known.enrollments
    assert copy.consent == known.consent
    assert json.loads(content)["id"] == chat.person.id


async def test_nothing_kept_means_nothing_to_export_or_erase(chat: Chat) -> None:
    await chat.sends("/delete")
    assert not chat.buttons
    assert (await chat.sends("/export")).template == "information/not-subscribed"
    assert files(chat) == []


async def test_delete_asks_once_then_the_file_is_gone_and_the_start_is_new(day_one: Chat) -> None:
    chat = day_one
    assert len(files(chat)) == 1
    assert (await chat.sends("/delete")).template == "data/delete"
    assert len(files(chat)) == 1
    assert (await chat.taps("labels.erase")).template == "data/deleted"
    assert files(chat) == []
    said = len(chat.messages)
    await chat.testbed.advance(30 * 86_400)
    assert len(chat.messages) == said
    assert "Hello Ada" in await chat.sends("/start")
    await to_zone(chat)
    assert (await chat.stored()).said("zone") is None


async def test_keeping_after_all_keeps_everything(day_one: Chat) -> None:
    before = (await day_one.stored()).answers
    await day_one.sends("/delete")
    await day_one.taps("labels.keep")
    assert (await day_one.stored()).answers == before


async def test_erasing_twice_is_no_trouble(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/delete")
    message = chat.messages[-1]["id"]
    await chat.taps("labels.erase")
    await forges(chat, "erase", message)
    assert files(chat) == []
    assert chat.last.template == "data/deleted"


async def test_a_button_of_an_erased_person_begins_anew_and_stores_nothing(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/delete")
    await chat.taps("labels.erase")
    for data in ("l:hips:why:", "done:260302:", "set", "resume", "undo:1", "r:0:emergency:no", "goon:2"):
        assert (await forges(chat, data)).template == "information/not-subscribed"
    assert files(chat) == []
    assert "Hello Ada" in await chat.taps("labels.begin")


async def test_an_export_that_a_kill_swallowed_comes_at_the_next_start(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.handle(chat.person.sends("/export"))
    await chat.testbed.kill()
    said = len(chat.messages)
    await chat.testbed.open()
    assert len(chat.messages) == said + 2
    assert chat.messages[-1].get("document")
    await ticks(chat)
    assert not (await chat.stored()).copy_owed
    await opens_again(chat)
    assert len(chat.messages) == said + 2


async def test_a_screen_owed_after_an_export_that_arrived_is_the_screen_alone(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/export")
    await chat.testbed.handle(chat.person.sends("/settings"))
    await chat.testbed.kill()
    await chat.testbed.open()
    assert "Time: 19:00" in chat.last
