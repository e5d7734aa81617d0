"""What a person sees of their own weeks as pictures, and what becomes of them in trouble."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.bot_api.limits import CAPTION_LIMIT
from bot.catalog.load import Catalog
from bot.core.model.message import OutgoingMessage
from bot.core.screens import drawn
from bot.local_telegram.faults import Answer, Fault
from bot.monitoring.alerts import AlertKind
from bot.places.search import Places
from bot.sending.sender import REPLIES_IN_FLIGHT
from tests.process.bot_process import until
from tests.stories.ways import NO, on_reminder, through_first_test, to_plan, to_time
from tests.support.chat import Chat
from tests.support.quick import quick_testbed, sketched


def told(chat: Chat) -> list[AlertKind]:
    assert chat.testbed.runtime is not None
    return [each.kind for each in chat.testbed.runtime.alerts.recent()]


def photos(chat: Chat) -> list[bool]:
    """Of each photo that was sent whether it was sent up, not named by its id."""
    return [bool(call.files) for call in chat.testbed.telegram.log if call.method.lower() == "sendphoto"]


async def test_progress_is_a_picture_with_the_same_in_words_below(day_one: Chat) -> None:
    shown = await day_one.sends("/progress")
    assert shown.template == "progress/all"
    assert day_one.messages[-1]["photo"]
    assert len(shown) <= CAPTION_LIMIT


async def test_the_same_picture_is_not_sent_up_twice(day_one: Chat) -> None:
    await day_one.sends("/progress")
    await day_one.sends("/progress")
    assert photos(day_one) == [True, False]


async def test_whoever_wants_no_pictures_gets_the_words(day_one: Chat) -> None:
    await day_one.sends("/settings")
    await day_one.taps("labels.set-pictures", "care.pictures.off")
    shown = await day_one.sends("/progress")
    assert shown.template == "progress/all"
    assert photos(day_one) == []


async def test_a_picture_that_telegram_refuses_leaves_the_words_and_tells_the_operators(day_one: Chat) -> None:
    def refuse(method: str, parameters: dict[str, Any], number: int) -> Fault | None:
        return (
            Answer(400, {"ok": False, "error_code": 400, "description": "Bad Request: IMAGE_PROCESS_FAILED"})
            if (method.lower() == "sendphoto")
            else None
        )

    day_one.testbed.telegram.fault = refuse
    shown = await day_one.sends("/progress")
    assert shown.template == "progress/all"
    assert AlertKind.NOT_DRAWN in told(day_one)


@pytest.fixture
async def without_a_hand(tmp_path: Path, catalog: Catalog, places: Places) -> AsyncIterator[Chat]:
    def breaks(program: Path, given: str, arguments: Sequence[str]) -> bytes:
        raise OSError("no process can be started")

    testbed = quick_testbed(catalog, places, folder=tmp_path, hand=breaks)
    await testbed.open()
    yield Chat(testbed, testbed.person)
    await testbed.close()


async def test_a_picture_that_cannot_be_drawn_leaves_the_words_and_tells_the_operators(without_a_hand: Chat) -> None:
    await to_plan(without_a_hand)
    shown = await without_a_hand.sends("/progress")
    assert shown.template == "progress/all"
    assert photos(without_a_hand) == []
    assert AlertKind.NOT_DRAWN in told(without_a_hand)


async def test_each_picture_of_the_weeks_takes_the_place_of_the_one_before(day_one: Chat) -> None:
    await on_reminder(day_one, 2)
    await day_one.sends("/progress")
    seen = len(day_one.messages)
    shown = await day_one.taps("labels.weeks-sessions")
    assert shown.template == "progress/sessions"
    assert (await day_one.taps("labels.weeks-days")).template == "progress/all"
    assert len(day_one.messages) == seen
    assert day_one.messages[-1]["photo"]


async def test_a_check_in_and_the_re_test_come_with_a_picture_that_stays(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", "labels.number 5", *["labels.skip"] * 6)
    await through_first_test(chat)
    await on_reminder(chat, 7)
    await chat.taps("labels.check-in", *[NO] * 3, "labels.number 3", "labels.number 8")
    summary = next(each for each in reversed(chat.messages) if each.get("photo"))
    assert "at the start" in summary["text"]
    await chat.sends("/progress")
    assert (await chat.taps("labels.weeks-pain")).template == "progress/pain"


async def test_words_too_long_for_a_caption_follow_their_picture(day_one: Chat) -> None:
    runtime = day_one.testbed.runtime
    known = await day_one.stored()
    assert runtime is not None
    drawing = drawn.day_strip(runtime.catalog.of(known), known, day_one.testbed.clock.now())
    renderer = runtime.respond.renderers.of(known)
    shown = replace(
        renderer.render(OutgoingMessage("data/kept", {"months": 12}, drawing=drawing)), text="x" * (CAPTION_LIMIT + 1)
    )
    seen = len(day_one.messages)
    await runtime.sender.show(day_one.person.id, shown, None)
    picture, words = day_one.messages[seen:]
    assert picture["photo"]
    assert words["text"] == shown.text


async def test_nobody_else_waits_while_many_wait_for_their_picture(
    tmp_path: Path, catalog: Catalog, places: Places
) -> None:
    go_on = threading.Event()

    def slow(program: Path, given: str, arguments: Sequence[str]) -> bytes:
        go_on.wait()
        return sketched(program, given, arguments)

    testbed = quick_testbed(catalog, places, folder=tmp_path, hand=slow)
    await testbed.open()
    chat = Chat(testbed, testbed.person)
    await to_plan(chat)
    runtime, known = testbed.runtime, await chat.stored()
    assert runtime is not None
    days = drawn.day_strip(runtime.catalog.of(known), known, testbed.clock.now())
    words = runtime.respond.renderers.of(known).render(OutgoingMessage("data/kept", {"months": 12}))
    sender, answered = runtime.sender, len(testbed.telegram.log)
    waiting = [
        sender.reply(number, partial(sender.show, number, replace(words, drawing=days), None))
        for number in range(1_000, 1_000 + 2 * REPLIES_IN_FLIGHT)
    ]
    try:
        await until(sender.reply(2_000, partial(sender.show, 2_000, words, None)).is_set)
        assert [call.parameters["chat_id"] for call in testbed.telegram.log[answered:]] == [2_000]
    finally:
        go_on.set()
    await until(lambda: all(gone.is_set() for gone in waiting))
    await testbed.close()


async def test_an_ordinary_tap_draws_nothing(day_one: Chat) -> None:
    for command in ("/today", "/help", "/settings", "/lesson"):
        await day_one.sends(command)
    runtime = day_one.testbed.runtime
    assert runtime is not None
    assert runtime.sender.studio.drawn == 0


def documents(chat: Chat) -> list[str]:
    return [each["document"]["file_name"] for each in chat.messages if each.get("document")]


async def test_the_export_comes_as_a_file_and_as_a_page_for_print(day_one: Chat) -> None:
    await day_one.sends("/export")
    assert [name.rpartition(".")[2] for name in documents(day_one)] == ["json", "pdf"]


async def test_whoever_has_no_plan_yet_gets_the_file_alone(chat: Chat) -> None:
    await to_time(chat)
    await chat.sends("/export")
    assert [name.rpartition(".")[2] for name in documents(chat)] == ["json"]


async def test_a_page_that_cannot_be_made_comes_as_words_and_tells_the_operators(without_a_hand: Chat) -> None:
    await to_plan(without_a_hand)
    assert "No clinician made or checked it." in await without_a_hand.sends("/export")
    assert [name.rpartition(".")[2] for name in documents(without_a_hand)] == ["json"]
    assert AlertKind.NOT_DRAWN in told(without_a_hand)
