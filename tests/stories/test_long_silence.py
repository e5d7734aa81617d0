"""Somebody falls silent for a year: they are asked once whether to keep their answers, then these are erased."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.model.subscriber import State
from tests.stories.ways import files, forges, opens_again, to_zone
from tests.support.chat import Chat
from tests.support.shown import Shown

YEAR = 365 * 86_400
MONTH = 30 * 86_400


async def silent_for_a_year(chat: Chat) -> Shown:
    """The series is over, then nothing is heard for twelve months; returns the notice."""
    await chat.testbed.advance(40 * 86_400)
    await chat.sends("/help")
    said = len(chat.messages)
    await chat.testbed.advance(YEAR)
    assert len(chat.messages) == said + 1
    return chat.last


async def test_the_notice_names_the_date_and_after_it_nothing_is_left(day_one: Chat) -> None:
    chat = day_one
    assert "I have not heard from you for 12 months." in await silent_for_a_year(chat)
    assert "delete them all on Tuesday 11 May." in chat.last
    assert chat.buttons == ["labels.keep-answers", "labels.go-on", "labels.erase-now"]
    said = len(chat.messages)
    await chat.testbed.advance(MONTH - 3600)
    assert len(files(chat)) == 1
    await chat.testbed.advance(3600)
    assert files(chat) == []
    assert chat.testbed.clock.now().date() == date(2027, 5, 11)
    await opens_again(chat)
    await chat.testbed.advance(YEAR)
    assert len(chat.messages) == said
    assert (await chat.taps("labels.keep-answers")).template == "information/not-subscribed"
    assert files(chat) == []


@pytest.mark.parametrize("word", ["labels.keep-answers", "labels.go-on", "hello?", "/today"])
async def test_any_tap_or_word_keeps_everything_for_another_year(day_one: Chat, word: str) -> None:
    chat = day_one
    await silent_for_a_year(chat)
    answers = (await chat.stored()).answers
    await (chat.taps(word) if word in chat.buttons else chat.sends(word))
    said = len(chat.messages)
    await chat.testbed.advance(YEAR - 86_400)
    assert (await chat.stored()).answers == answers
    assert [m for m in chat.messages[said:] if "delete them all" in str(m["text"])] == []
    await chat.testbed.advance(2 * 86_400)
    assert chat.last.template == "data/idle"


async def test_keeping_says_what_comes_next_and_offers_to_go_on(day_one: Chat) -> None:
    await silent_for_a_year(day_one)
    assert (await day_one.taps("labels.keep-answers")).template == "data/kept"
    assert "Your plan is running" in await day_one.taps("labels.go-on")


async def test_delete_now_asks_once_more_and_erases(day_one: Chat) -> None:
    chat = day_one
    await silent_for_a_year(chat)
    assert (await chat.taps("labels.erase-now")).template == "data/delete"
    assert len(files(chat)) == 1
    assert (await chat.taps("labels.erase")).template == "data/deleted"
    assert files(chat) == []


@pytest.mark.parametrize("way", ["stops", "blocks"])
async def test_whoever_left_is_erased_without_another_word(day_one: Chat, way: str) -> None:
    chat = day_one
    if way == "stops":
        await chat.sends("/stop")
    else:
        chat.person.blocks()
        await chat.testbed.settle()
    calls = len(chat.testbed.telegram.log)
    await chat.testbed.advance(YEAR + MONTH - 3600)
    assert len(files(chat)) == 1
    await chat.testbed.advance(3600)
    assert files(chat) == []
    assert [call.method for call in chat.testbed.telegram.log[calls:] if call.method == "sendMessage"] == []


async def test_a_block_that_the_notice_finds_out_ends_in_the_same_way(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.advance(40 * 86_400)
    await chat.sends("/help")
    chat.person.chat.blocked = True
    await chat.testbed.advance(YEAR + 3600)
    assert (await chat.stored()).state is State.BLOCKED
    await chat.testbed.advance(MONTH)
    assert files(chat) == []


async def test_somebody_who_left_half_way_through_the_first_questions_is_asked_and_erased_too(chat: Chat) -> None:
    await to_zone(chat)
    await chat.testbed.advance(YEAR + 86_400)
    assert chat.last.template == "data/idle"
    await chat.testbed.advance(MONTH)
    assert files(chat) == []


async def test_an_old_notice_is_answered_in_a_year(day_one: Chat) -> None:
    assert (await forges(day_one, "hold")).template == "data/kept"
    assert (await forges(day_one, "gone")).template == "data/delete"


@pytest.mark.parametrize("command", ["/privacy", "/delete"])
async def test_what_is_promised_about_silence_and_copies_is_said(day_one: Chat, command: str) -> None:
    await day_one.sends(command)
    if command == "/delete":
        await day_one.taps("labels.erase")
    else:
        assert "for 12 months, I ask once" in day_one.last
        assert "After 30 more days" in day_one.last
    assert "The newest 14 are kept" in day_one.last or "the newest 14 are kept" in day_one.last


async def test_a_word_sent_while_the_bot_was_down_is_heard_before_anything_is_erased(day_one: Chat) -> None:
    chat = day_one
    await silent_for_a_year(chat)
    await chat.testbed.kill()
    await chat.testbed.clock.advance(2 * MONTH)
    chat.person.sends("hello?")
    await chat.testbed.open()
    await chat.testbed.advance(3600)
    assert chat.last.startswith("Good, your answers stay as they are.")
    assert len(files(chat)) == 1


async def test_after_a_start_nobody_stays_longer_than_it_takes_to_let_answers_in(day_one: Chat) -> None:
    chat = day_one
    await silent_for_a_year(chat)
    await chat.testbed.kill()
    await chat.testbed.clock.advance(2 * MONTH)
    await chat.testbed.open()
    assert len(files(chat)) == 1
    await chat.testbed.advance(900)
    assert files(chat) == []
