"""From /start to the first lesson."""

from __future__ import annotations

import pytest

from bot.core.model.subscriber import State
from bot.demo.testbed import Testbed
from tests.stories.ways import (
    NO,
    NOT_SURE,
    SKIPPED,
    files,
    opens_again,
    to_check,
    to_plan,
    to_test,
    to_time,
    to_zone,
)
from tests.support.chat import Chat


async def test_the_first_words_say_what_this_is_and_what_it_is_not(chat: Chat) -> None:
    said = await chat.sends("/start")
    for words in ("three-week series", "8 to 15 minutes", "not a diagnosis", "physiotherapist"):
        assert words in said


async def test_a_name_with_markup_in_it_arrives_literally(testbed: Testbed) -> None:
    chat = Chat(testbed, testbed.telegram.person(7, first_name="Ada <3 & co"))
    assert (await chat.sends("/start")).startswith("Hello Ada <3 & co!")


async def test_back_leads_through_the_screens_before_consent(chat: Chat) -> None:
    hello = await chat.sends("/start")
    age = await chat.taps("labels.begin")
    await chat.taps("labels.adult")
    assert await chat.taps("labels.back") == age
    assert await chat.taps("labels.back") == hello


async def test_somebody_younger_is_sent_on_kindly_and_nothing_is_kept(chat: Chat) -> None:
    await chat.sends("/start")
    assert (await chat.taps("labels.begin", "labels.minor")).template == "onboarding/too-young"
    assert files(chat) == []
    assert (await chat.taps("labels.back")).template == "onboarding/age"


async def test_declining_stores_nothing_and_leaves_the_door_open(chat: Chat) -> None:
    await chat.sends("/start flyer")
    assert (await chat.taps("labels.begin", "labels.adult", "labels.decline")).template == "onboarding/declined"
    assert files(chat) == []
    assert "May I keep your answers?" in await chat.taps("labels.read-again")


async def test_consent_is_kept_with_the_version_of_its_text_and_its_time(chat: Chat) -> None:
    await to_check(chat)
    known = await chat.stored()
    assert known.consent.version == chat.testbed.catalog.default.consent
    assert known.consent.at == known.enrollment.states[0].at
    assert len(files(chat)) == 1


async def test_the_payload_of_a_start_link_is_cut_to_32_and_kept_with_consent(chat: Chat) -> None:
    await chat.sends("/start " + "a" * 40)
    await chat.taps("labels.begin", "labels.adult", "labels.back", "labels.back", "labels.begin", "labels.adult")
    assert files(chat) == []
    await chat.taps("labels.agree")
    assert (await chat.stored()).start_payload == "a" * 32


async def test_back_leads_from_the_last_question_to_the_first(chat: Chat) -> None:
    await to_check(chat)
    seen = [chat.last]
    for _ in range(7):
        seen.append(await chat.taps(NO))
    await chat.sends("lisbon")
    seen.append(await chat.taps("labels.zone-right"))
    for label in ("labels.usual 19:00", *SKIPPED):
        seen.append(await chat.taps(label))
    assert "Your hips" in seen[-1]

    for earlier in reversed(seen[:-1]):
        assert await chat.taps("labels.back") == earlier
    assert "You agreed to this:" in await chat.taps("labels.back")
    assert "labels.back" not in chat.buttons
    await chat.taps("labels.go-on")
    assert "Your hips" in chat.last


async def test_consent_can_be_read_again_before_the_first_question_and_taken_back(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps("labels.back")
    assert chat.buttons == ["labels.go-on", "labels.take-back"]
    assert "(1 of 7)" in await chat.taps("labels.go-on")
    await chat.taps("labels.back", "labels.take-back", "labels.erase")
    assert files(chat) == []


async def test_back_inside_the_self_test_keeps_what_was_answered(chat: Chat) -> None:
    await to_test(chat)
    to_do = await chat.taps("labels.start-test")
    first = await chat.taps("labels.to-answers")
    second = await chat.taps(NOT_SURE)
    assert await chat.taps("labels.back") == first
    assert await chat.taps("labels.back") == to_do
    await chat.taps("labels.to-answers")
    assert await chat.taps(chat.buttons[0]) == second
    assert next(answer.value for answer in (await chat.stored()).attempts[-1].answers) != "not-sure"


async def test_every_screen_is_there_again_after_a_kill(chat: Chat) -> None:
    await to_check(chat)
    route = [*[NO] * 7, "> lisbon", "labels.zone-right", "labels.usual 19:00", *SKIPPED]
    route += ["labels.start-test", *[NOT_SURE] * 6, "labels.show-plan"]
    for step in route:
        before = len(chat.messages)
        await opens_again(chat)
        assert len(chat.messages) == before
        if step.startswith("> "):
            await chat.sends(step[2:])
        else:
            await chat.taps(step)
    assert "That is enough for today." in chat.last


@pytest.mark.parametrize("taps", range(16))
async def test_start_shows_the_open_screen_once_more(chat: Chat, taps: int) -> None:
    await to_check(chat)
    route = [*[NO] * 7, "> lisbon", "labels.zone-right", "labels.usual 19:00", *SKIPPED]
    for step in route[:taps]:
        if step.startswith("> "):
            await chat.sends(step[2:])
        else:
            await chat.taps(step)
    shown = chat.last
    await opens_again(chat)
    again = await chat.sends("/start")
    if "for you now, right?" in shown:  # a place that was not confirmed is asked for again
        assert "Where are you?" in again
    else:
        assert again == shown


async def test_the_plan_says_when_the_next_message_comes_and_starts_day_one(chat: Chat) -> None:
    await to_plan(chat)
    assert "Tuesday 3 March, 19:00" in chat.newest("onboarding/plan")
    known = await chat.stored()
    assert known.state is State.RUNNING
    assert str(known.enrollment.day_one) == "2026-03-02"


async def test_the_lane_is_proposed_and_can_be_changed_under_the_plan(chat: Chat) -> None:
    await to_plan(chat)
    assert "standard" in chat.newest("onboarding/plan")
    await chat.taps("labels.lane-gentle")
    assert "gentle" in chat.newest("onboarding/plan")
    assert (await chat.stored()).said("lane") == "gentle"


async def test_a_half_finished_start_is_recalled_once_and_then_never_again(chat: Chat) -> None:
    await to_time(chat)
    await chat.testbed.to_next_message()
    assert chat.last.template == "onboarding/nudge"
    assert (chat.testbed.clock.now() - chat.testbed.begin).days == 1
    said = len(chat.messages)
    await chat.testbed.advance(30 * 86_400)
    assert len(chat.messages) == said
    assert (await chat.taps("labels.go-on")).template == "profile/usual"


async def test_numbers_can_be_typed_and_a_wrong_one_gets_its_range(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", "choices.own.knee.choices.left")
    await chat.sends("11")
    assert "from 0 to 10" in str(chat.messages[-2]["text"])
    assert chat.last.template == "profile/pain"
    assert (await chat.sends("-3")).template == "profile/pain"
    assert "usually hurt" not in await chat.sends("4")
    assert (await chat.stored()).said("pain") == 4


@pytest.mark.parametrize("words", ["idk", "no idea, sorry", "a lot!", "🤷"])
async def test_words_where_a_number_is_asked_for_get_a_kind_answer_and_change_nothing(chat: Chat, words: str) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", "choices.own.knee.choices.left")
    before = await chat.stored()
    said = await chat.sends(words)
    assert "usually hurt" in said or "still open" in said
    assert (await chat.stored()).answers == before.answers
    await chat.sends("3")
    assert (await chat.stored()).said("pain") == 3


async def test_several_days_and_the_age_can_be_typed(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00")
    assert (await chat.sends("monday")).template == "profile/days"
    assert "labels.day-on 0" in chat.buttons
    assert (await chat.sends("Mon, Wed and Fri")).template == "profile/pain"
    await chat.taps("labels.skip", "labels.skip", "labels.skip")
    assert (await chat.sends("I am 58")).template == "profile/kit"
    known = await chat.stored()
    assert (known.said("days"), known.said("age")) == (("0", "2", "4"), "50-59")


async def test_the_words_of_a_button_can_be_typed(chat: Chat) -> None:
    await to_check(chat)
    await chat.sends("no, none of these")
    assert "(2 of 7)" in chat.last


async def test_kit_is_ticked_and_unticked_until_it_is_saved(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", *["labels.skip"] * 4)
    await chat.taps(
        "labels.unpicked choices.kit.roller",
        "labels.unpicked choices.kit.loop",
        "labels.picked choices.kit.roller",
        "labels.unpicked choices.kit.step",
        "labels.these",
    )
    assert (await chat.stored()).said("kit") == ("loop", "step")


async def test_a_third_activity_takes_the_place_of_the_first(chat: Chat) -> None:
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", *["labels.skip"] * 5)
    await chat.taps(
        "labels.unpicked choices.activities.kneeling",
        "labels.unpicked choices.activities.squatting",
        "labels.unpicked choices.activities.walking",
    )
    assert len([label for label in chat.buttons if label.startswith("labels.picked ")]) == 2
    assert "labels.picked choices.activities.walking" in chat.buttons
    await chat.taps("labels.these")
    chosen = (await chat.stored()).said("activities")
    assert isinstance(chosen, tuple)
    assert len(chosen) == 2
    await chat.taps("labels.number 7", "labels.skip")
    assert "Your hips" in chat.last


async def test_the_same_tap_twice_does_the_same_thing_once(chat: Chat) -> None:
    await to_zone(chat)
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right", "labels.i-choose")
    for _ in range(3):
        chat.presses("labels.clock 19:00")
    await chat.testbed.settle()
    known = await chat.stored()
    assert [answer.value for answer in known.answers if answer.question == "time"] == ["19:00"]
    assert chat.last.template == "profile/days"


async def test_stray_words_before_the_first_test_leave_it_to_be_begun(chat: Chat) -> None:
    await to_test(chat)
    await chat.sends("violet")
    assert chat.buttons[0] == "labels.start-test"
    await chat.taps("labels.start-test", NOT_SURE)
    assert len((await chat.stored()).attempts[-1].answers) == 1
