"""The road of day 1: usual settings with one tap, knee and pain on one screen, one move now, the self-test later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model.callback_data import Moved, TryMove
from bot.core.model.subscriber import Answer, State, Value
from tests.stories.transcripts.words import FIRST_MOVE, counted
from tests.stories.ways import NO, NOT_SURE, forges, is_not_sure, kept, on_reminder, to_time, to_zone
from tests.support.chat import TO_ANSWERS, Chat
from tests.support.transcript import transcript

LEFT = "choices.own.knee.choices.left"


async def to_usual(chat: Chat) -> None:
    """With a zone, where the usual settings are offered."""
    await to_zone(chat)
    await chat.sends("lisbon")
    await chat.taps("labels.zone-right")


async def to_move(chat: Chat) -> None:
    """With the usual settings and a knee that hurts a bit."""
    await to_usual(chat)
    await chat.taps("labels.usual 19:00", LEFT, "labels.number 3")


async def to_later(chat: Chat) -> None:
    """Up to the plan, with the self-test put off."""
    await to_move(chat)
    await chat.taps("labels.done", *["labels.skip"] * 4, "labels.test-later")


async def test_the_usual_settings_are_one_tap_and_can_be_chosen_instead(chat: Chat) -> None:
    await to_usual(chat)
    assert chat.buttons == ["labels.usual 19:00", "labels.i-choose", "labels.back"]
    await chat.taps("labels.i-choose", "labels.back")
    assert chat.last.template == "profile/usual"
    await chat.taps("labels.usual 19:00")
    known = await chat.stored()
    assert (known.said("time"), known.said("days")) == ("19:00", tuple("0123456"))


@pytest.mark.parametrize(("words", "then"), [("yes please", "profile/pain"), ("7 am", "profile/days")])
async def test_the_settings_can_be_typed(chat: Chat, words: str, then: str) -> None:
    await to_usual(chat)
    assert (await chat.sends(words)).template == then


async def test_knee_and_pain_are_told_on_one_screen_in_either_order(chat: Chat) -> None:
    await to_usual(chat)
    await chat.taps("labels.usual 19:00")
    assert (await chat.taps(LEFT)).template == "profile/pain"
    assert f"labels.picked {LEFT}" in chat.buttons
    assert (await chat.taps("labels.number 3")).template == "move/now"

    await chat.taps("labels.back")
    assert chat.last.template == "profile/pain"
    known = await chat.stored()
    assert (known.said("knee"), known.said("pain")) == ("left", 3)


async def test_whoever_names_the_pain_alone_is_asked_which_knee(chat: Chat) -> None:
    await to_usual(chat)
    await chat.taps("labels.usual 19:00")
    assert (await chat.sends("4")).template == "profile/own"
    assert (await chat.sends("the left one")).template == "move/now"


async def test_one_skip_leaves_knee_and_pain_out(chat: Chat) -> None:
    await to_usual(chat)
    assert (await chat.taps("labels.usual 19:00", "labels.skip")).template == "move/now"
    known = await chat.stored()
    assert (known.said("knee"), known.said("pain")) == ("skip", "skip")


async def test_the_first_move_comes_within_18_taps_however_careful_the_person_is(chat: Chat) -> None:
    await to_move(chat)
    assert "Slow sit-to-stand" in chat.last
    taps = [call for call in chat.testbed.telegram.log if call.method == "answerCallbackQuery"]
    typed = [message for message in chat.messages if message["mine"]]
    assert len(taps) + len(typed) <= 18


async def test_the_first_move_is_praised_in_a_line_that_stays(chat: Chat) -> None:
    await to_move(chat)
    await chat.taps("labels.done")
    assert chat.last.template == "profile/moment"
    await chat.taps("labels.skip")
    assert any("Your first move: Slow sit-to-stand ✓" in str(each["text"]) for each in chat.messages)
    assert not any("It takes about a minute" in str(each["text"]) for each in chat.messages)


async def test_with_more_pain_or_after_a_fall_the_first_move_is_the_easier_form(chat: Chat) -> None:
    await to_usual(chat)
    assert "labels.level-easier" in [*(await _buttons_of_move(chat, "3"))]
    await chat.taps("labels.back")
    assert "labels.level-main" in [*(await _buttons_of_move(chat, "4"))]


async def _buttons_of_move(chat: Chat, pain: str) -> list[str]:
    if chat.last.template == "profile/usual":
        await chat.taps("labels.usual 19:00", LEFT)
    await chat.taps(f"labels.number {pain}")
    assert chat.last.template == "move/now"
    return chat.buttons


async def test_a_move_that_hurts_ends_and_is_easier_in_the_plan(chat: Chat) -> None:
    await to_move(chat)
    assert (await chat.taps("labels.it-hurts")).template == "move/hurts"
    known = await chat.stored()
    assert [(each.kind, each.exercise, each.to) for each in known.adjustments] == [("level", "k4", "easier")]
    assert (await chat.taps("labels.level-easier")).template == "move/now"
    await chat.taps("labels.it-hurts")
    assert "labels.level-easier" not in chat.buttons
    assert (await chat.taps("labels.go-on")).template == "profile/moment"


async def test_after_a_sharp_pain_the_signs_are_looked_at_and_the_road_goes_on(chat: Chat) -> None:
    await to_move(chat)
    await chat.taps("labels.it-hurts", "labels.to-the-signs")
    assert chat.last.template == "safety/question"
    await chat.taps(NO)
    assert (await chat.taps("labels.go-on")).template == "profile/moment"


async def test_a_sign_found_after_a_move_that_hurt_ends_the_road(chat: Chat) -> None:
    await to_move(chat)
    await chat.taps("labels.it-hurts", "labels.to-the-signs", "answer yes")
    assert chat.last.template == "safety/today"
    assert (await chat.sends("/start")).template == "safety/today"


async def test_no_move_is_offered_to_whoever_may_not_exercise(chat: Chat) -> None:
    await to_move(chat)
    before = await kept(chat)
    await chat.taps("labels.it-hurts", "labels.to-the-signs", "answer yes")
    flagged = await kept(chat)
    for action in (TryMove("k4", "main"), Moved("k4", "main")):
        assert (await forges(chat, action)).template == "safety/today"
    assert (await kept(chat)).answers == flagged.answers
    assert flagged.enrollment == before.enrollment


@pytest.mark.parametrize("action", [TryMove("k99", "main"), TryMove("k4", "upside-down"), Moved("k99", "main")])
async def test_a_move_that_is_not_there_leads_back_to_the_road(chat: Chat, action: TryMove | Moved) -> None:
    await to_move(chat)
    assert (await forges(chat, action)).template == "move/now"


async def test_the_self_test_can_wait_for_the_first_session(chat: Chat) -> None:
    await to_later(chat)
    assert chat.last.template == "onboarding/next"
    assert (await chat.stored()).state is State.RUNNING
    await on_reminder(chat)
    assert "labels.test-first" in chat.buttons
    await chat.taps("labels.test-first")
    await is_not_sure(chat)
    assert chat.last.template == "test/next"
    await chat.sends("/today")
    assert "labels.test-first" not in chat.buttons


async def test_whoever_takes_the_self_test_at_once_is_not_asked_again(day_one: Chat) -> None:
    await on_reminder(day_one)
    assert "labels.test-first" not in day_one.buttons


@pytest.mark.parametrize("told", [2, 3, 4, 5, 6, 7])
async def test_somebody_half_way_through_the_older_road_goes_on_with_what_is_open(chat: Chat, told: int) -> None:
    """Zone, time, days, knee, pain, age, kit and activities were asked in that order, and no move."""
    await to_time(chat)
    order = ("time", "days", "knee", "pain", "age", "kit", "activities")
    values: tuple[Value, ...] = ("18:15", ("0", "3"), "left", 2, "50-59", ("loop",), "skip")
    await _told(chat, dict(zip(order[:told], values[:told], strict=True)))
    await chat.sends("/start")
    first = {2: "profile/pain", 3: "profile/pain"}.get(told, "move/now")
    assert chat.last.template == first
    seen = []
    while chat.last.template != "test/intro":
        seen.append(chat.last.template)
        await chat.taps("labels.skip")
    assert "profile/usual" not in seen
    assert "profile/time" not in seen
    assert ("profile/age" in seen) == (told < 5)
    assert ("profile/kit" in seen) == (told < 6)
    assert (await chat.stored()).said("time") == "18:15"


async def test_somebody_in_the_middle_of_the_first_self_test_is_asked_no_move(chat: Chat) -> None:
    await to_time(chat)
    told: dict[str, Value] = {"time": "19:00", "days": tuple("0123456"), "knee": "left", "pain": 2}
    await _told(
        chat,
        {
            **told,
            "age": "skip",
            "kit": "skip",
            "activities": "skip",
            "first-move-1": "skip",
            "moment": "skip",
            "place": "skip",
        },
    )
    await chat.sends("/start")
    await chat.taps("labels.start-test", NOT_SURE)
    await _told(chat, {}, without="first-move-1")
    assert (await chat.sends("/start")).template == "test/how"


async def _told(chat: Chat, answers: dict[str, Value], without: str = "") -> None:
    """As if these answers had been given, and another never."""
    assert chat.testbed.runtime is not None
    async with chat.testbed.runtime.storage.change(chat.person.id) as box:
        assert box.value is not None
        more = (Answer(question, value, box.value.saved_at) for question, value in answers.items())
        left = (answer for answer in (*box.value.answers, *more) if answer.question != without)
        box.value = replace(box.value, answers=tuple(left), showing="", shown=None)


async def test_knee_and_pain_can_be_typed_together(chat: Chat) -> None:
    await to_usual(chat)
    await chat.taps("labels.usual 19:00")
    assert (await chat.sends("the left knee, about 3 out of 10")).template == "move/now"
    known = await chat.stored()
    assert (known.said("knee"), known.said("pain")) == ("left", 3)


async def test_a_move_done_days_later_stays_without_its_buttons_and_counts(chat: Chat) -> None:
    await to_move(chat)
    message = chat.messages[-1]["id"]
    await chat.testbed.advance(3 * 86_400)
    await forges(chat, Moved("k4", "main"), message)
    assert chat.last.template == "profile/moment"
    old = next(each for each in chat.messages if each["id"] == message)
    assert not old["keyboard"]
    assert (await chat.stored()).said("first-move-1") == "done"


MOST_WORDS = (1000, 1600)
"""Up to the first move, and on day 1 in all."""


async def with_all_there_is(chat: Chat) -> None:
    """The road with its settings chosen one by one, and all that can be told about oneself told."""
    await to_time(chat)
    await chat.taps("labels.clock 19:00", "labels.every-day", "choices.own.knee.choices.both", "labels.number 3")
    await chat.taps("labels.done")
    await chat.taps("choices.moments.dinner", "choices.places.kitchen", "choices.ages.50-59")
    for each in chat.testbed.catalog.default.choices.kit:
        await chat.taps(f"labels.unpicked choices.kit.{each}")
    await chat.taps("labels.these", *[f"labels.unpicked choices.activities.{each}" for each in ("stairs", "kneeling")])
    await chat.taps("labels.these")
    await chat.taps("labels.number 4", "labels.number 5")


def words_of(chat: Chat) -> str:
    return transcript(chat.testbed.telegram, "Europe/Lisbon").partition("═══\n")[2]


async def test_day_1_with_its_self_test_stays_short_whatever_is_tapped(chat: Chat) -> None:
    await with_all_there_is(chat)
    await chat.taps("labels.start-test")
    while "labels.show-plan" not in chat.buttons:
        await chat.taps(TO_ANSWERS if TO_ANSWERS in chat.buttons else chat.buttons[1])
    await chat.taps("labels.show-plan", "labels.lane-gentle")
    assert not any("lesson" in label for label in chat.buttons)
    assert counted(words_of(chat), FIRST_MOVE).words <= MOST_WORDS[0]
    assert counted(words_of(chat)).words <= MOST_WORDS[1]
