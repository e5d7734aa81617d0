"""Lessons to page through and to read again; self-tests to take, repeat and compare."""

from __future__ import annotations

import pytest

from bot.catalog.load import Catalog
from bot.core.model.callback_data import ShowLesson
from tests.stories.ways import NOT_SURE, forges, is_not_sure, kept, on_reminder, opens_again, to_lesson, to_zone
from tests.support.chat import Chat


async def test_a_lesson_is_paged_in_place_to_its_end_and_back(day_one: Chat) -> None:
    chat = day_one
    first = await to_lesson(chat)
    messages = len(chat.messages)
    second = await chat.taps("labels.next-part")
    assert "\nWeek 1, card 2 of" in second
    assert await chat.taps("labels.back") == first
    while "labels.next-part" in chat.buttons:
        await chat.taps("labels.next-part")
    assert chat.buttons[:2] == ["labels.test-chair-stand", "labels.today"]
    assert len(chat.messages) <= messages + 2  # Telegram turns neither text into a picture nor back
    assert (await chat.stored()).lessons_seen == ("hips",)


async def test_the_first_lesson_is_short(day_one: Chat) -> None:
    words = len((await to_lesson(day_one)).split())
    while "labels.next-part" in day_one.buttons:
        words += len((await day_one.taps("labels.next-part")).split())
    assert 200 < words < 360


async def test_what_a_card_rests_on_stands_behind_a_button_and_leads_back(day_one: Chat) -> None:
    chat = day_one
    card = await to_lesson(chat)
    known = await chat.taps("labels.how-known")
    assert "What this rests on" in known
    assert "What this rests on" not in card
    assert chat.buttons == ["labels.back"]
    assert await chat.taps("labels.back") == card


async def test_only_lessons_already_reached_can_be_read(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/lesson")
    assert chat.buttons[0] == "labels.lesson-hips"
    assert not any(label.startswith("labels.week") for label in chat.buttons)
    before = await kept(chat)
    assert "Week 2" not in await forges(chat, ShowLesson("ankles", "why"))
    assert await kept(chat) == before
    await on_reminder(chat, 8)
    await chat.sends("/lesson")
    assert (chat.buttons[0], chat.buttons[-1]) == ("labels.lesson-ankles", "labels.week 1")
    assert "Week 2, card 1" in await chat.taps("labels.lesson-ankles")


async def test_everything_a_week_holds_can_be_read_again_and_leads_on(day_one: Chat, catalog: Catalog) -> None:
    chat = day_one
    await on_reminder(chat, 15)
    for lesson in catalog.default.lessons:
        for page in lesson.pages:
            held = await forges(chat, ShowLesson(lesson.id, ""))
            assert f"Week {lesson.week}" in held
            said = await forges(chat, ShowLesson(lesson.id, page.id))
            assert said.template == "lesson/page"
            assert "labels.how-known" in chat.buttons
    assert "labels.all-reads" in chat.buttons


@pytest.mark.parametrize(
    "old", ["l:hips:why:1", "l:hips:why:", "l:hips:honest:", "l:ankles:moving:1", "l:hips::", "l:gone:part:"]
)
async def test_a_button_of_a_part_that_is_gone_leads_to_the_nearest_page(day_one: Chat, old: str) -> None:
    await on_reminder(day_one, 8)
    said = await forges(day_one, old)
    assert said.template == ("lesson/page" if ":why:" in old else "lesson/contents")
    assert ("Week 1" if "hips" in old else "Week 2") in said


async def test_a_read_rides_on_the_days_message_with_its_thought_first(day_one: Chat, catalog: Catalog) -> None:
    chat = day_one
    reads = iter(catalog.default.lesson_by_id["hips"].reads)
    for day in range(2, 8):
        await on_reminder(chat, day)
        read = next(reads)
        first = chat.last.split("\n")[0]
        title = chat.person.labels()[-1].removesuffix(" 1 minute")
        said = await chat.taps(chat.buttons[-1])
        assert said.startswith(title)
        assert said == await forges(chat, ShowLesson("hips", read.id))
        assert first not in said
        assert "labels.today" in chat.buttons


async def test_a_read_that_took_the_check_ins_place_still_offers_it(day_one: Chat) -> None:
    await on_reminder(day_one, 7)
    assert "labels.check-in" in day_one.buttons
    await day_one.taps(day_one.buttons[-1])
    assert day_one.last.template == "lesson/page"
    assert "labels.check-in" in day_one.buttons


async def test_before_the_plan_lesson_and_selftest_lead_on_with_the_start(chat: Chat) -> None:
    await to_zone(chat)
    for command in ("/lesson", "/selftest", "/today"):
        assert "Where are you?" in await chat.sends(command)


async def test_reading_goes_on_after_a_kill(day_one: Chat) -> None:
    await to_lesson(day_one)
    await day_one.taps("labels.next-part", "labels.next-part")
    await opens_again(day_one)
    assert "card 3 of" in await day_one.taps("labels.next-part")


async def test_the_hip_test_is_taken_again_and_compared_with_the_first_time(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-hips")
    await is_not_sure(chat)
    assert chat.last.template == "test/next"
    attempts = [each for each in (await chat.stored()).attempts if each.test == "hips"]
    assert len(attempts) == 2
    assert all(each.finished_at for each in attempts)


async def test_the_chair_stand_is_practised_counted_and_repeated_beside_the_first_time(day_one: Chat) -> None:
    chat = day_one
    await to_lesson(chat)
    while "labels.next-part" in chat.buttons:
        await chat.taps("labels.next-part")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    await chat.taps("answer 12")
    assert "12" in chat.newest("test/result")
    await chat.sends("/selftest")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    await chat.sends("16")
    said = chat.newest("test/result")
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


@pytest.mark.parametrize("typed", ["as many as I could", "lots"])
async def test_an_answer_that_is_none_keeps_the_question_open(day_one: Chat, typed: str) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    asked = chat.last.values["question"]
    again = await chat.sends(typed)
    assert (again.template, again.values["question"]) == ("test/question", asked)
    assert (await chat.sends("14 times")).template == "test/next"


@pytest.mark.parametrize("typed", ["whatever", "😀"])
async def test_small_talk_gets_a_kind_line_and_keeps_the_question_open(day_one: Chat, typed: str) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    buttons = chat.buttons
    assert (await chat.sends(typed)).template == "information/small-talk"
    assert chat.buttons == buttons
    assert (await chat.sends("14 times")).template == "test/next"


async def test_who_hurts_at_the_practice_is_not_asked_to_count(day_one: Chat) -> None:
    await day_one.sends("/selftest")
    await day_one.taps("labels.test-chair-stand", "answer hurts")
    assert "It is right to stop when it hurts" in day_one.newest("test/result")


async def test_the_ankle_test_is_offered_after_its_lesson_and_measures_are_said_back(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 8)
    while "labels.next-part" in chat.buttons:
        await chat.taps("labels.next-part")
    await chat.taps("labels.test-ankles")
    await chat.sends("6")
    await chat.sends("10 cm")
    await is_not_sure(chat)
    said = chat.newest("test/result")
    assert "6 cm" in said
    assert "Left 6, right 10" in said
    assert "from tomorrow on" in said


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
    again = await chat.sends("purple elephants")
    assert (again.template, again.values["question"]) == ("test/question", question.values["question"])
    assert "3 of 6" in await chat.sends("not sure")


async def test_what_is_to_be_done_comes_before_its_answers_and_can_be_read_again(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    to_do = await chat.taps("labels.test-hips")
    assert to_do.template == "test/how"
    assert chat.buttons == ["labels.to-answers"]
    count = len(chat.messages)
    assert (await chat.taps("labels.to-answers")).template == "test/question"
    assert await chat.taps("labels.back") == to_do
    assert len(chat.messages) == count


async def test_what_was_done_just_before_is_answered_at_once(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    question = await chat.taps("labels.test-hips", *[NOT_SURE] * 3)
    assert "4 of 6" in question
    assert question.template == "test/question"
    assert (await chat.taps("labels.back")).values["question"] == "sit-stand-knees"
    assert "labels.to-answers" not in chat.buttons


@pytest.mark.parametrize("to_answers", [(), ("labels.to-answers",)])
@pytest.mark.parametrize(
    ("test", "typed"), [("hips", "lost my balance early"), ("ankles", "6 cm"), ("hips", "no idea")]
)
async def test_typed_words_answer_before_and_behind_what_is_to_be_done(
    day_one: Chat, test: str, typed: str, to_answers: tuple[str, ...]
) -> None:
    chat = day_one
    await on_reminder(chat, 8)
    await chat.sends("/selftest")
    await chat.taps(f"labels.test-{test}", *to_answers)
    assert "2 of " in await chat.sends(typed)
    assert len((await chat.stored()).attempts[-1].answers) == 1


async def test_a_number_that_does_not_fit_leaves_the_screen_as_it_was(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 8)
    await chat.sends("/selftest")
    to_do = await chat.taps("labels.test-ankles")
    assert await chat.sends("99") == to_do
    answers = await chat.taps("labels.to-answers")
    assert await chat.sends("99") == answers


async def test_a_button_from_before_a_question_had_two_sides_leads_to_what_is_to_be_done(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    to_do = await chat.taps("labels.test-hips", NOT_SURE, "labels.back", "labels.back")
    number = len((await chat.stored()).attempts) - 1
    await chat.taps("labels.to-answers")
    assert await forges(chat, f"q:{number}:stand-left") == to_do


async def test_stray_words_on_another_screen_offer_to_go_on_with_the_open_test(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-hips", NOT_SURE)
    await chat.sends("/settings")
    await chat.sends("purple elephants")
    assert "2 of 6" in await chat.taps("labels.go-on-test")


async def test_the_first_lesson_comes_with_each_reminder_of_its_week_until_it_is_read(day_one: Chat) -> None:
    await on_reminder(day_one, 2)
    assert "labels.first-lesson" in day_one.buttons
    await day_one.taps("labels.first-lesson", "labels.next-part")
    await on_reminder(day_one, 3)
    assert "labels.first-lesson" in day_one.buttons
    await day_one.taps("labels.first-lesson")
    while "labels.next-part" in day_one.buttons:
        await day_one.taps("labels.next-part")
    await on_reminder(day_one, 4)
    assert "labels.first-lesson" not in day_one.buttons


async def test_the_self_test_of_a_week_comes_with_its_messages_till_it_is_taken(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 6)
    assert not [label for label in chat.buttons if label.startswith("labels.test-")]
    await on_reminder(chat, 8)
    await chat.taps("labels.next-part")
    for day in (9, 10):
        await on_reminder(chat, day)
        assert "labels.test-ankles" in chat.buttons
    await chat.taps("labels.test-ankles")
    await is_not_sure(chat)
    await on_reminder(chat, 11)
    assert "labels.test-ankles" not in chat.buttons
