"""Who must not start, who asks first, and what a plan leaves out."""

from __future__ import annotations

import pytest

from bot.core.model.callback_data import CheckAgain, MayStart, ShowDay, Tell
from bot.core.schedule.due import upcoming
from tests.stories.ways import (
    NO,
    SKIPPED,
    forges,
    on_reminder,
    opens_again,
    starts,
    through_first_test,
    to_check,
    to_time,
)
from tests.support.chat import Chat

YES = "answer yes"
UNSURE = "answer not-sure"


@pytest.mark.parametrize("answer", [YES, UNSURE])
@pytest.mark.parametrize(
    ("way", "words"),
    [([], "call an ambulance now"), ([NO], "Get seen"), ([NO, NO, YES], "looked at today")],
    ids=["emergency", "today", "injury"],
)
async def test_a_grave_sign_is_answered_at_once_with_what_to_do_and_whom_to_call(
    chat: Chat, way: list[str], words: str, answer: str
) -> None:
    await to_check(chat)
    await chat.taps(*way)
    said = await chat.taps(answer)
    assert words in said
    for number in ("112", "911", "999", "local emergency number"):
        assert number in said
    assert "Sample Name One" in said
    assert chat.buttons == ["labels.check-again"]
    assert "(1 of 7)" in await chat.taps("labels.check-again")


async def test_a_grave_sign_cannot_be_waved_through(chat: Chat) -> None:
    await to_check(chat)
    stop = await chat.taps(YES)
    assert await forges(chat, MayStart()) == stop
    assert await chat.sends("/start") == stop
    await opens_again(chat)
    assert await chat.sends("/start") == stop


async def test_who_was_stopped_is_asked_once_next_day_how_it_went(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(NO, YES)
    await chat.testbed.to_next_message()
    assert chat.last.template == "safety/follow-up"
    said = len(chat.messages)
    await chat.testbed.advance(20 * 86_400)
    assert len(chat.messages) == said
    await chat.taps("labels.check-again", *[NO] * 7)
    assert "Where are you?" in chat.last


@pytest.mark.parametrize("screen", [3, 4])
async def test_who_has_to_ask_first_finishes_the_check_and_may_start_after_asking(chat: Chat, screen: int) -> None:
    await to_check(chat)
    await chat.taps(*[NO] * screen, UNSURE, *[NO] * (6 - screen))
    assert "first" in chat.last
    assert chat.buttons == ["labels.may-start", "labels.check-again"]
    await opens_again(chat)
    assert "Where are you?" in await chat.taps("labels.may-start")
    allowed = [answer for answer in (await chat.stored()).answers if answer.question == "may-start"]
    assert [answer.at for answer in allowed] == [chat.testbed.clock.now()]


async def test_what_i_have_asked_takes_out_of_a_running_plan_is_said_once(day_one: Chat) -> None:
    chat = day_one
    await forges(chat, CheckAgain())
    await chat.taps(*[NO] * 4, UNSURE, *[NO] * 2)
    count = len(chat.messages)
    await chat.taps("labels.may-start")
    said = [each for each in chat.since(count - 1) if each.template == "safety/plan-changed"]
    assert len(said) == 1
    assert "Long hard holds are left out" in said[0]
    count = len(chat.messages)
    await forges(chat, MayStart())
    assert [each.template for each in chat.since(count - 1)] == ["enrollment/running"]


async def test_much_usual_pain_means_asking_first_or_another_number(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", "labels.number 8")
    assert "a lot of pain" in chat.last
    assert (await chat.taps("labels.change-answer")).template == "profile/pain"
    assert (await chat.taps("labels.number 3", "labels.skip")).template == "move/now"


async def test_blood_thinners_leave_out_massage_and_the_plan_says_so(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(*[NO] * 5, YES, "answer thinners-or-clot", NO)
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.usual 19:00", *SKIPPED)
    await through_first_test(chat)
    assert "Self-massage is left out" in chat.newest("onboarding/plan")


async def test_falls_mean_balance_with_a_hand_on_something_firm(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(*[NO] * 6, UNSURE)
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.usual 19:00", *SKIPPED)
    await through_first_test(chat)
    assert "hand on something firm" in chat.newest("onboarding/plan")


async def test_the_number_to_call_is_the_countrys_once_the_zone_is_known(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.back", "labels.back", "labels.back")
    assert "(7 of 7)" in chat.last
    for _ in range(6):
        await chat.taps("labels.back")
    said = await chat.taps(YES)
    assert "112" in said
    assert "911" not in said


async def test_back_in_the_check_changes_the_answer_that_stopped_it(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(NO, NO, NO, UNSURE, "labels.back", NO)
    assert chat.last.values["number"] == 5
    assert {answer.value for answer in (await chat.stored()).attempts[-1].answers} == {"no"}


async def test_no_exercise_is_shown_while_a_grave_sign_stands(day_one: Chat) -> None:
    chat = day_one
    await forges(chat, "again")
    await chat.taps(YES)
    assert "ambulance" in await chat.sends("/today")
    assert "ambulance" in await forges(chat, ShowDay(chat.testbed.clock.now().date()))
    said = len(chat.messages)
    await chat.until(1, "20:00")
    assert not any(button.label == "labels.start" for message in chat.since(said) for button in message.buttons)


@pytest.mark.parametrize(
    "typed",
    [
        "my calf is swollen",
        "I can’t walk on it",
        "it POPPED yesterday",
        "since the calf raises I feel faint",
        "fever?",
        "I cannot breathe",
        "nearly passed out on the stairs",
        "it swells every evening",
    ],
)
async def test_words_that_may_mean_harm_lead_to_the_safety_check(day_one: Chat, typed: str) -> None:
    chat = day_one
    said = await chat.sends(typed)
    if said.template == "safety/call-first":
        said = await day_one.taps("labels.not-meant")
    assert "Is any of these true now, or was it in the last few days?" in said
    assert chat.buttons == [NO, YES, UNSURE]
    assert "swollen" not in repr(await chat.stored())


@pytest.mark.parametrize("typed", ["the calf raises are fun", "after a hot day", "I fell asleep", "it clicks"])
async def test_words_that_only_sound_alike_do_not(day_one: Chat, typed: str) -> None:
    assert "safety check" not in await day_one.sends(typed)
    assert "labels.check-again" not in day_one.buttons


async def test_typed_chest_pain_is_met_with_chest_pain_first_and_then_the_ambulance(day_one: Chat) -> None:
    chat = day_one
    assert "call an ambulance now" in await chat.sends("chest pain")
    said = await chat.taps("labels.not-meant")
    assert said.index("Chest pain") < said.index("very swollen")
    told = await chat.taps(YES)
    assert (
        told.index("Please do not exercise.") < told.index("call an ambulance now") < told.index("urgent care clinic")
    )


async def test_worrying_words_in_a_question_leave_it_open(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/selftest")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed")
    assert (await chat.sends("I feel faint")).template == "safety/call-first"
    await chat.taps("labels.not-meant")
    assert "you can go on." in await chat.taps(NO)
    await chat.taps("labels.go-on-test")
    assert (await chat.sends("12")).template == "test/next"


async def test_whom_a_sign_holds_back_is_promised_no_date(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", *SKIPPED)
    await through_first_test(chat)
    await forges(chat, CheckAgain())
    await chat.taps(NO, YES)
    known = await chat.stored()
    assert upcoming(chat.testbed.catalog.default, known, chat.testbed.clock.now()) == ()
    for screen in ("/settings", "/progress"):
        assert "next message" not in await chat.sends(screen)


async def test_whoever_was_hurt_lately_is_asked_for_signs_and_for_an_age_not_known_yet(chat: Chat) -> None:
    await to_check(chat)
    assert "hurt your knee in the last 7 days" in await chat.taps(NO, NO)
    assert "Since you hurt it" in await chat.taps(YES)
    assert "55 or older" in await chat.taps(NO)
    assert "From 55 on" in await chat.taps(YES)


async def test_an_age_that_was_told_is_not_asked_again_and_counts_with_an_injury(day_one: Chat) -> None:
    chat = day_one
    for age, leads_to in (("40-49", "Is any of these true? Ordinary wear"), ("60-69", "From 55 on")):
        await forges(chat, Tell("age", (age,)))
        await forges(chat, CheckAgain())
        await chat.taps(NO, NO, YES)
        if leads_to not in chat.last:
            await chat.taps(NO)
        assert leads_to in chat.last


async def test_controlled_pressure_starts_at_once_without_long_holds_and_with_a_word_on_breathing(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(*[NO] * 5, YES, "answer pressure", NO)
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.usual 19:00", *SKIPPED)
    await through_first_test(chat)
    assert "Long hard holds are left out" in chat.newest("onboarding/plan")
    assert "Self-massage" not in chat.newest("onboarding/plan")
    await chat.testbed.to_next_message()
    said = await starts(chat)
    assert "Never hold your breath" in said
    assert "Chest pain: get help" in said


async def test_each_yes_has_limits_of_its_own_once_a_professional_was_asked(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(*[NO] * 4, YES, "answer bones", NO, NO, "labels.may-start")
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.usual 19:00", *SKIPPED)
    await through_first_test(chat)
    assert "round your back" in chat.newest("onboarding/plan")
    assert "lie on your back" not in chat.newest("onboarding/plan")


async def test_a_knee_that_is_worse_is_met_with_an_easier_day(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.to_next_message()
    said = await chat.taps(chat.buttons[0], "labels.knee-worse", "labels.floor-yes")
    assert said.template == "session/exercise"
    assert "one step easier" in chat.newest("session/upshot")
    await chat.taps("labels.usual-plan")
    assert "one step easier" not in chat.last


async def test_a_knee_that_is_much_worse_is_asked_one_safety_question_and_gets_the_easy_session(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.to_next_message()
    said = await chat.taps(chat.buttons[0], "labels.knee-much-worse")
    assert said.template == "safety/question"
    assert said.values["of"] == 1
    await chat.sends("/today")
    said = await chat.taps(next(label for label in chat.buttons if label.startswith("labels.start ")))
    assert said.template == "safety/question"  # it waits for its answer, whichever way leads there
    said = await chat.taps(NO, "labels.floor-yes")
    assert said.template == "session/exercise"
    assert "easy session" in chat.newest("session/upshot")
    assert "Heel slides with a towel" in said


async def test_a_sign_named_before_a_session_stops_it(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.to_next_message()
    assert "Get seen" in await chat.taps(chat.buttons[0], "labels.knee-much-worse", YES)
    assert (await chat.sends("/today")).template == "safety/today"


async def test_whoever_comes_back_after_a_week_away_is_asked_for_the_signs_at_once(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 10)
    short = next(label for label in chat.buttons if label.startswith("labels.short"))
    said = await chat.taps(short)
    assert said.template == "safety/question"
    assert "as you were away for a while" in said
    await chat.sends("/today")
    said = await chat.taps(next(label for label in chat.buttons if label.startswith("labels.short")))
    assert said.template == "safety/question"  # it waits for its answer, whichever way leads there
    assert "How is your knee" in await chat.taps(NO, NO, NO)
    said = await chat.taps("labels.knee-usual")
    assert "1 of 1" in said  # the version that was asked for
    await chat.testbed.to_next_message()
    assert (await starts(chat)).template == "session/exercise"


async def test_a_sign_on_coming_back_stops_the_session(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat, 10)
    short = next(label for label in chat.buttons if label.startswith("labels.short"))
    assert "Get seen" in await chat.taps(short, NO, YES)
    assert (await chat.sends("/today")).template == "safety/today"


async def test_pain_told_in_a_move_counts_beside_less_told_after_and_is_named(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.to_next_message()
    await starts(chat)
    await chat.taps("labels.it-hurts", "labels.number 4", "labels.enough", "labels.number 3")
    said = await chat.taps("labels.number 2")
    assert "You told me 4 of 10 earlier, at “Chair squat”" in said
    assert "Amber" in said


async def test_whoever_has_just_told_how_it_is_after_yesterday_is_not_asked_the_same_again(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.to_next_message()
    await starts(chat)
    await chat.taps("labels.it-hurts", "labels.number 8", "labels.to-the-signs", NO, NO, NO)
    await chat.testbed.to_next_message()
    assert "how is it today?" in chat.last
    await chat.taps("labels.morning-settled", "labels.today")
    said = await chat.taps(next(label for label in chat.buttons if label.startswith("labels.start ")))
    assert said.template == "session/exercise"
