"""Words typed in place of a tap."""

from __future__ import annotations

import pytest

from bot.core.model.subscriber import State
from tests.stories.ways import on_reminder, to_zone
from tests.support.chat import Chat

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("words", ["STOP", "Stop please 🛑", "I would like to stop now, thank you for everything"])
async def test_a_wish_to_stop_typed_to_a_reminder_ends_the_messages(day_one: Chat, words: str) -> None:
    await on_reminder(day_one)
    await day_one.sends(words)
    assert (await day_one.stored()).state is State.STOPPED


async def test_a_reminder_answered_done_asks_how_hard_it_was(day_one: Chat) -> None:
    await on_reminder(day_one)
    await day_one.sends("Done!")
    assert (await day_one.stored()).sessions[-1].finished_at is not None


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("2 or 7", "2, 7"),
        ("between 3 and 8", "3, 8"),
        ("2 yesterday, 8.5 now", "2, 8.5"),
        ("no pain at rest, 6 on the stairs", "0, 6"),
    ],
)
async def test_two_numbers_in_one_answer_are_asked_about_and_none_is_kept(day_one: Chat, words: str, read: str) -> None:
    await on_reminder(day_one)
    await day_one.sends("done")
    await day_one.sends("5")
    await day_one.sends(words)
    assert f"more than one number: {read}." in str(day_one.messages[-2])
    assert (await day_one.stored()).sessions[-1].pain is None


async def test_of_two_sore_knees_the_worse_one_is_kept(day_one: Chat) -> None:
    await on_reminder(day_one)
    await day_one.sends("done")
    await day_one.sends("5")
    await day_one.sends("left 2, right 7")
    assert (await day_one.stored()).sessions[-1].pain == 7


async def test_an_effort_after_the_next_reminder_is_no_answer_any_more(day_one: Chat) -> None:
    await on_reminder(day_one)
    await day_one.sends("done")
    await on_reminder(day_one)
    await day_one.sends("8")
    assert all(session.effort is None for session in (await day_one.stored()).sessions)


@pytest.mark.parametrize("words", ["I have chest pain", "trouble breathing", "cant walk"])
async def test_a_sign_is_heard_with_the_question_for_the_place_open(chat: Chat, words: str) -> None:
    await to_zone(chat)
    assert (await chat.sends(words)).template in ("safety/question", "safety/call-first")


@pytest.mark.parametrize(
    ("words", "template"),
    [("out of breath lying down", "safety/call-first"), ("a bit out of breath after the stairs", "safety/question")],
)
async def test_what_an_effort_brings_is_asked_about_and_no_ambulance_named_first(
    day_one: Chat, words: str, template: str
) -> None:
    assert (await day_one.sends(words)).template == template


async def test_a_sign_is_heard_before_anything_is_kept(chat: Chat) -> None:
    await chat.sends("/start")
    assert (await chat.sends("my chest hurts")).template == "safety/sign-named"
    assert chat.testbed.runtime is not None
    assert chat.testbed.runtime.storage.ids() == []


async def test_a_question_left_open_in_the_settings_swallows_nothing(day_one: Chat) -> None:
    await day_one.sends("/settings")
    await day_one.taps("labels.set-zone")
    await on_reminder(day_one)
    await day_one.sends("done")
    assert (await day_one.stored()).sessions[-1].finished_at is not None


@pytest.mark.parametrize("words", ["thanks", "👍", "good night", "lol"])
async def test_small_talk_gets_one_kind_line_and_leaves_the_buttons(day_one: Chat, words: str) -> None:
    await on_reminder(day_one)
    said = await day_one.sends(words)
    assert said.template == "information/small-talk"
    assert "\n" not in said
    await day_one.sends("done")
    assert (await day_one.stored()).sessions[-1].finished_at is not None


async def test_somebody_new_types_the_way_to_the_safety_check(chat: Chat) -> None:
    await chat.sends("/start")
    await chat.sends("ok let's go")
    assert (await chat.sends("61")).template == "onboarding/consent"
    assert chat.testbed.runtime is not None
    assert chat.testbed.runtime.storage.ids() == []
    assert (await chat.sends("yes, you may")).template == "safety/question"


async def test_somebody_too_young_who_types_it_is_told_kindly_and_nothing_is_kept(chat: Chat) -> None:
    await chat.sends("/start")
    await chat.sends("start")
    assert (await chat.sends("17 and a half")).template == "onboarding/too-young"
    assert chat.testbed.runtime is not None
    assert chat.testbed.runtime.storage.ids() == []


@pytest.mark.parametrize("words", ["7", "none", "STOP", "Your parcel arrives today. Reply STOP to opt out."])
async def test_somebody_elses_words_that_are_sent_on_answer_nothing(day_one: Chat, words: str) -> None:
    await on_reminder(day_one)
    await day_one.sends("done")
    before = await day_one.stored()
    day_one.person.passes_on(words)
    await day_one.testbed.settle()
    assert (await day_one.stored()).sessions == before.sessions
    assert (await day_one.stored()).state is before.state
    assert day_one.last.template == "information/not-understood"


async def test_a_sign_of_danger_is_heard_in_what_is_sent_on(day_one: Chat) -> None:
    day_one.person.passes_on("Chest pain: seven signs never to ignore")
    await day_one.testbed.settle()
    assert day_one.last.template == "safety/call-first"


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("/today I have chest pain", "safety/call-first"),
        ("/help my chest hurts", "safety/call-first"),
        ("/pause I fainted yesterday", "safety/call-first"),
        ("/hello chest pain", "safety/call-first"),
        ("/lesson my calf is swollen and hot", "safety/question"),
        ("/about I want to die", "safety/ending-life"),
        ("/today chair squat", "session/day"),
        ("/start chest-pain", "enrollment/running"),
        ("/pause for my wedding", "enrollment/pause"),
    ],
)
async def test_a_sign_is_heard_behind_a_command_before_it_is_obeyed(day_one: Chat, words: str, template: str) -> None:
    assert (await day_one.sends(words)).template == template


@pytest.mark.parametrize("words", ["/unsubcribe", "/quit please", "/end", "/stop@another_bot", "/hello stop"])
async def test_a_stop_is_heard_in_a_command_that_there_is_not(day_one: Chat, words: str) -> None:
    await day_one.sends(words)
    assert (await day_one.stored()).state is State.STOPPED


@pytest.mark.parametrize("words", ["/stop", "/unsubscribe", "stop please"])
async def test_a_stop_is_heard_in_words_that_were_changed_to_it(day_one: Chat, words: str) -> None:
    await day_one.sends("hello")
    mine = next(message["id"] for message in reversed(day_one.messages) if message["mine"])
    day_one.person.edits(mine, words)
    await day_one.testbed.settle()
    assert (await day_one.stored()).state is State.STOPPED


@pytest.mark.parametrize(
    ("question", "template"),
    [("I have chest pain, should I go on?", "safety/call-first"), ("Red or blue?", "information/not-text")],
)
async def test_a_sign_is_heard_in_a_poll(day_one: Chat, question: str, template: str) -> None:
    day_one.person.sends_poll(question, "Yes", "No")
    await day_one.testbed.settle()
    assert day_one.last.template == template


@pytest.mark.parametrize("words", ["/help chest pain", "/hello chest pain"])
async def test_a_stranger_is_told_of_a_sign_behind_a_command_and_nothing_is_kept(chat: Chat, words: str) -> None:
    assert (await chat.sends(words)).template == "safety/sign-named"
    assert chat.testbed.runtime is not None
    assert chat.testbed.runtime.storage.ids() == []
