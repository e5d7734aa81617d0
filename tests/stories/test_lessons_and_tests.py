"""Lessons to page through and to read again; self-tests to take, repeat and compare."""

from __future__ import annotations

import pytest

from bot.core.model.callback_data import ShowLesson
from tests.stories.ways import NOT_SURE, forges, kept, on_reminder, opens_again, to_zone
from tests.support.chat import Chat


async def test_a_lesson_is_paged_in_place_to_its_end_and_back(day_one: Chat) -> None:
    chat = day_one
    messages = len(chat.messages)
    first = await chat.taps("labels.first-lesson")
    second = await chat.taps("labels.next-part")
    assert second.startswith("Week 1, part 2 of")
    assert await chat.taps("labels.back") == first
    while "labels.next-part" in chat.buttons:
        await chat.taps("labels.next-part")
    assert chat.buttons[:2] == ["labels.test-chair-stand", "labels.today"]
    assert len(chat.messages) == messages
    assert (await chat.stored()).lessons_seen == ("hips",)


async def test_the_same_in_simpler_words_and_back(day_one: Chat) -> None:
    chat = day_one
    full = await chat.taps("labels.first-lesson")
    simple = await chat.taps("labels.simpler")
    assert simple != full
    assert len(simple) < len(full)
    await chat.taps("labels.next-part")
    assert "labels.full-words" in chat.buttons
    await chat.taps("labels.back")
    assert await chat.taps("labels.full-words") == full


async def test_only_lessons_already_reached_can_be_read(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/lesson")
    assert chat.buttons == ["labels.lesson-hips"]
    before = await kept(chat)
    assert "Week 2" not in await forges(chat, ShowLesson("ankles", "why"))
    assert await kept(chat) == before
    await on_reminder(chat, 8)
    await chat.sends("/lesson")
    assert chat.buttons == ["labels.lesson-hips", "labels.lesson-ankles"]
    assert "Week 2, part 1" in await chat.taps("labels.lesson-ankles")


async def test_before_the_plan_lesson_and_selftest_lead_on_with_the_start(chat: Chat) -> None:
    await to_zone(chat)
    for command in ("/lesson", "/selftest", "/today"):
        assert "Where are you?" in await chat.sends(command)


async def test_reading_goes_on_after_a_kill(day_one: Chat) -> None:
    await day_one.taps("labels.first-lesson", "labels.next-part")
    await opens_again(day_one)
    assert "part 3 of" in await day_one.taps("labels.next-part")


async def test_the_hip_test_is_taken_again_and_compared_with_the_first_time(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-hips")
    while NOT_SURE in chat.buttons:
        await chat.taps(chat.buttons[0])
    assert chat.last.template == "test/result"
    attempts = [each for each in (await chat.stored()).attempts if each.test == "hips"]
    assert len(attempts) == 2
    assert all(each.finished_at for each in attempts)


async def test_the_chair_stand_is_practised_counted_and_repeated_beside_the_first_time(day_one: Chat) -> None:
    chat = day_one
    await chat.taps("labels.first-lesson")
    while "labels.next-part" in chat.buttons:
        await chat.taps("labels.next-part")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    assert "12" in await chat.taps("labels.number 12")
    await chat.sends("/selftest")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    said = await chat.sends("16")
    assert "12 then, 16" in said
    assert "better" in said


@pytest.mark.parametrize("typed", ["61", "-1", "999"])
async def test_a_count_out_of_range_gets_its_range_and_the_question_again(day_one: Chat, typed: str) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    question = chat.last
    before = await kept(chat)
    assert await chat.sends(typed) == question
    assert await kept(chat) == before
    assert "0 to 60" in str(chat.messages[-2]["text"]) or "from 0 to 60" in str(chat.messages[-2]["text"])


@pytest.mark.parametrize("typed", ["whatever", "as many as I could", "lots", "😀"])
async def test_an_answer_that_is_none_keeps_the_question_open(day_one: Chat, typed: str) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    question = chat.last
    assert await chat.sends(typed) == question
    assert (await chat.sends("14 times")).template == "test/result"


async def test_who_hurts_at_the_practice_is_not_asked_to_count(day_one: Chat) -> None:
    await day_one.sends("/selftest")
    said = await day_one.taps("labels.test-chair-stand", "answer hurts")
    assert said.template == "test/result"
    assert "It is right to stop when it hurts" in said


async def test_the_ankle_test_is_offered_after_its_lesson_and_measures_are_said_back(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 8)
    while "labels.next-part" in chat.buttons:
        await chat.taps("labels.next-part")
    await chat.taps("labels.test-ankles")
    await chat.sends("6")
    await chat.sends("10 cm")
    while NOT_SURE in chat.buttons:
        await chat.taps(NOT_SURE)
    assert "6 cm" in chat.last
    assert "Left 6, right 10" in chat.last
    assert "from tomorrow on" in chat.last


async def test_a_reminder_waits_20_minutes_for_a_test_in_hand_and_then_carries_it(day_one: Chat) -> None:
    chat = day_one
    await chat.until(1, "18:55")
    await chat.sends("/selftest")
    await chat.taps("labels.test-hips", NOT_SURE)
    said = len(chat.messages)
    await chat.until(0, "19:10")
    assert len(chat.messages) == said
    await chat.testbed.to_next_message()
    now = chat.testbed.clock.now()
    assert (now.hour, now.minute) == (19, 15)
    assert "labels.go-on-test" in chat.buttons
    assert chat.buttons[0].startswith("labels.start ")
    assert "2 of 6" in await chat.taps("labels.go-on-test")


async def test_a_question_stays_open_beneath_help_and_stray_words(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    question = await chat.taps("labels.test-hips", NOT_SURE)
    await chat.sends("/help")
    assert await chat.sends("purple elephants") == question
    assert "3 of 6" in await chat.sends("not sure")


async def test_stray_words_on_another_screen_offer_to_go_on_with_the_open_test(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-hips", NOT_SURE)
    await chat.sends("/settings")
    await chat.sends("purple elephants")
    assert "2 of 6" in await chat.taps("labels.go-on-test")
