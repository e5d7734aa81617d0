"""Rough days of one person: lost taps, hasty fingers, blocking and coming back, the same command over and over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.model import callback_data
from bot.core.model.callback_data import Reply
from bot.core.model.delivery import Kind, Outcome, claim
from bot.core.model.subscriber import State
from bot.local_telegram.faults import Answer
from tests.stories.ways import NO, NOT_SURE, to_check, to_plan
from tests.support.chat import TO_ANSWERS, Chat

MINUTES = 60
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def day_one(chat: Chat) -> Chat:
    """Somebody in Lisbon whose plan has just been shown: every day at 19:00."""
    await to_plan(chat)
    return chat


async def test_while_the_bot_is_down_words_wait_and_taps_get_lost_and_the_same_button_works_again(
    chat: Chat,
) -> None:
    await to_check(chat)
    await chat.testbed.kill()
    chat.presses(NO)
    await chat.testbed.clock.advance(5 * MINUTES)
    chat.person.sends("/help")

    await chat.testbed.open()
    await chat.testbed.settle()

    assert "What I can do" in chat.last
    assert (await chat.stored()).attempts[0].answers == ()
    await chat.taps(NO)
    assert len((await chat.stored()).attempts[0].answers) == 1


async def test_of_two_answers_tapped_in_haste_the_last_is_kept_once(chat: Chat) -> None:
    await to_plan(chat)
    await chat.sends("/selftest")
    before = len((await chat.stored()).attempts)
    while not any(label == NOT_SURE for label in chat.buttons):
        await chat.taps(TO_ANSWERS if TO_ANSWERS in chat.buttons else chat.buttons[0])
    one, other = chat.buttons[0], chat.buttons[1]
    keyboard: Any = chat.messages[-1]["keyboard"]
    meant = [callback_data.parse(button["callback_data"]) for row in keyboard for button in row][1]
    assert isinstance(meant, Reply)
    chat.presses(one)
    chat.presses(one)
    chat.presses(other)
    await chat.testbed.settle()

    known = await chat.stored()
    assert len(known.attempts) == before + 1
    assert [(answer.question, answer.value) for answer in known.attempts[-1].answers] == [(meant.question, meant.value)]


async def test_an_answer_counts_though_its_tap_is_too_old_to_be_answered(chat: Chat) -> None:
    await to_check(chat)
    chat.testbed.telegram.fault = lambda method, *_: (
        Answer(400, {"ok": False, "error_code": 400, "description": TOO_OLD})
        if method == "answerCallbackQuery"
        else None
    )

    assert "(2 of 7)" in await chat.taps(NO)

    assert len((await chat.stored()).attempts[0].answers) == 1


async def test_blocking_and_coming_back_fifty_times_ends_as_the_last_of_them(day_one: Chat) -> None:
    chat = day_one
    for _ in range(50):
        chat.person.blocks()
        chat.person.unblocks()
    chat.person.blocks()
    await chat.testbed.settle()
    said = len(chat.messages)

    await chat.testbed.advance(3 * 24 * 60 * MINUTES)

    assert (await chat.stored()).state is State.BLOCKED
    assert len(chat.messages) == said


async def test_start_over_and_over_is_one_enrollment_that_goes_on(day_one: Chat) -> None:
    chat = day_one
    before = await chat.stored()
    for _ in range(10):
        await chat.sends("/start")
        await chat.sends("/start again'; DROP TABLE")
        await chat.testbed.advance(2 * MINUTES)

    after = await chat.stored()
    assert (after.enrollments, after.answers, after.attempts) == (before.enrollments, before.answers, before.attempts)


async def test_a_telegram_that_takes_twenty_seconds_is_waited_for_and_the_reminder_comes_once(day_one: Chat) -> None:
    chat = day_one
    await chat.until(1, "18:59")
    respond: Any = chat.testbed.telegram.respond

    async def slowly(method: str, *given: Any) -> Any:
        if method == "sendMessage":
            await chat.testbed.clock.sleep(20)
        return await respond(method, *given)

    chat.testbed.telegram.respond = slowly  # type: ignore[method-assign, assignment]
    said = len(chat.messages)
    await chat.testbed.clock.advance(2 * MINUTES)
    await chat.testbed.advance(4 * 60 * MINUTES)

    key = "reminder:2026-03-03:1"
    assert (await chat.stored()).deliveries[key].outcome is Outcome.SENT
    assert len(chat.messages) == said + 1


async def test_a_zone_that_is_no_longer_known_holds_up_one_person_and_says_so(
    day_one: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    chat = day_one
    assert chat.testbed.runtime is not None
    known = await chat.stored()
    moved = known.saying("zone", "Mars/Utopia_Planitia", chat.testbed.clock.now())
    async with chat.testbed.runtime.storage.change(99) as box:
        box.value = replace(moved, id=99)
    chat.testbed.runtime.send_due.wake()

    await chat.until(1, "19:01")

    assert any(label.startswith("labels.start ") for label in chat.buttons)
    assert "stand still" in caplog.text


@pytest.mark.parametrize("left", ["a claim", "a reply owed"])
async def test_what_a_kill_left_for_whom_the_bot_stumbles_over_keeps_nobody_from_their_messages(
    day_one: Chat, caplog: pytest.LogCaptureFixture, left: str
) -> None:
    chat = day_one
    assert chat.testbed.runtime is not None
    now = chat.testbed.clock.now()
    moved = replace((await chat.stored()).saying("zone", "Mars/Utopia_Planitia", now), id=99)
    if left == "a claim":
        moved = moved.with_deliveries([claim("reminder:2026-03-02:1", Kind.REMINDER, now, None)])
    else:
        moved = replace(moved, reply_owed_at=now, showing="")
    async with chat.testbed.runtime.storage.change(99) as box:
        box.value = moved
    await chat.testbed.kill()

    await chat.testbed.open()
    await chat.until(1, "19:01")

    assert any(label.startswith("labels.start ") for label in chat.buttons)
    assert f"{'a lost claim' if left == 'a claim' else 'a reply'} stays o" in caplog.text
