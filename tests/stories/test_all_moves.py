"""/exercises: anybody looks at all moves by part of the body; whoever has a plan puts one into it and takes it out."""

from __future__ import annotations

import pytest

from bot.core.model.callback_data import PutIn, ShowArea, ShowMove
from bot.core.model.series import KINDS
from tests.stories.ways import NO, forges, kept, on_reminder, opens_again, starts, to_check
from tests.support.chat import Chat

FRONT = "areas.thigh-front.name"
MOVE = "labels.move"
LUNGE = "labels.move k6 main"


async def every_move(chat: Chat) -> list[str]:
    """Which moves the areas lead to, each looked at."""
    series = chat.testbed.catalog.default
    found = []
    for area in series.areas:
        await forges(chat, ShowArea(area))
        names = [each.split()[1] for each in chat.buttons if each.startswith(MOVE)]
        for name in names:
            shown = await forges(chat, ShowMove(name))
            assert shown.template == "exercises/one"
            assert {"photo", "animation"} & chat.messages[-1].keys()
        found += names
    return found


async def test_a_stranger_looks_at_all_36_moves_and_nothing_is_kept(chat: Chat) -> None:
    assert (await chat.sends("/exercises")).template == "exercises/all"
    assert FRONT in chat.buttons
    found = await every_move(chat)
    assert sorted(found) == sorted(each.id for each in chat.testbed.catalog.default.exercises)
    assert len(found) == 36
    assert "labels.put-in" not in chat.buttons
    assert chat.last.values["browsed"]["allowed"] == "no-plan"


async def test_whoever_must_ask_first_may_look_and_is_told_why(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(*[NO] * 3, "answer not-sure", *[NO] * 3)
    await chat.sends("/exercises")
    assert [each.template for each in chat.since(len(chat.messages) - 2)] == ["safety/ask", "exercises/all"]
    await chat.taps(FRONT, LUNGE)
    assert chat.last.values["browsed"]["allowed"] == "flagged"
    assert "labels.put-in" not in chat.buttons
    await forges(chat, PutIn("k6"))
    assert (await chat.stored()).adjustments == ()


async def test_a_move_is_put_in_comes_in_the_next_strength_session_and_is_taken_out(day_one: Chat) -> None:
    before = await kept(day_one)
    await day_one.sends("all moves")
    shown = await day_one.taps(FRONT, LUNGE, "labels.put-in")
    assert "In your plan from now on" in shown
    assert "Next on Tuesday 3 March" in shown
    await opens_again(day_one)

    assert "because you put it in" in await day_one.sends("/plan")
    await on_reminder(day_one)
    await starts(day_one)
    while "labels.next-exercise" in day_one.buttons and day_one.last.values["exercise"] != "k6":
        await day_one.taps("labels.next-exercise")
    assert day_one.last.values["exercise"] == "k6"
    assert "You put it into your plan yourself" in (await day_one.taps("labels.more", "labels.why"))

    await day_one.sends("/exercises")
    assert "Taken out" in (await day_one.taps(FRONT, LUNGE, "labels.take-out"))
    assert (await kept(day_one)).adjustments == before.adjustments


async def test_what_keeps_a_move_out_is_said_and_a_forged_tap_changes_nothing(day_one: Chat) -> None:
    massage = next(each for each in day_one.testbed.catalog.default.exercises if each.kind == KINDS[3])
    shown = await forges(day_one, PutIn(massage.id))
    assert "you have not told me that you have it" in shown
    assert "labels.put-in" not in day_one.buttons
    assert (await day_one.stored()).adjustments == ()


async def test_a_pause_keeps_what_was_put_in_and_a_stopped_plan_takes_nothing(day_one: Chat) -> None:
    await forges(day_one, PutIn("k6"))
    await day_one.sends("stop")
    shown = await forges(day_one, PutIn("h12"))
    assert shown.values["browsed"]["allowed"] == "at-rest"
    assert [each.exercise for each in (await day_one.stored()).adjustments] == ["k6"]


@pytest.mark.parametrize("words", ["exercises", "all moves", "list of exercises", "show me all exercises"])
async def test_it_can_be_asked_for_in_words(day_one: Chat, words: str) -> None:
    assert (await day_one.sends(words)).template == "exercises/all"


async def test_each_form_of_a_move_can_be_seen(chat: Chat) -> None:
    await forges(chat, ShowMove("h12"))
    await chat.taps("labels.more")
    assert {"labels.form-easier", "labels.form-harder", "labels.form-kit-free", "labels.form-seated"} <= {*chat.buttons}
    await chat.taps("labels.form-kit-free")
    assert {"photo", "animation"} & chat.messages[-1].keys()
    await chat.taps("labels.more")
    assert (await chat.taps("labels.form-seated")).values["form"] == "seated"
