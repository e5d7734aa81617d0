"""An exercise at one look: its sets ticked off, its hold counted down, and whatever stands behind More."""

from __future__ import annotations

import pytest

from bot.core.screens.exercise import LEAST_STEP, LONGEST_TIMER, MOST_STEPS, holds
from tests.stories.ways import forges, kept, opens_again, to_first_move
from tests.support.chat import Chat
from tests.support.shown import Shown

BEHIND_MORE = ("labels.steps", "labels.mistake", "labels.why")


@pytest.fixture
async def first(chat: Chat) -> Shown:
    """Day 2, its first exercise on the screen: two sets."""
    await to_first_move(chat)
    assert chat.last.values["sets"] == 2
    return chat.last


async def test_an_exercise_leads_on_or_says_that_it_hurts_and_keeps_the_rest_behind_more(
    first: Shown, chat: Chat
) -> None:
    assert chat.buttons == ["labels.set-done 1 2", "labels.next-exercise", "labels.it-hurts", "labels.more"]
    assert len([line for line in first.splitlines() if line.startswith("• ")]) == 3


@pytest.mark.parametrize("label", BEHIND_MORE)
async def test_whatever_stands_behind_more_is_one_tap_away_and_one_back(first: Shown, chat: Chat, label: str) -> None:
    messages = len(chat.messages)
    more = await chat.taps("labels.more")
    assert "You may feel:" in more
    page = await chat.taps(label)
    assert page not in (more, first)
    assert await chat.taps("labels.back") == first
    await chat.taps("labels.more", label)
    assert await chat.taps("labels.more") == more
    assert await chat.taps("labels.back") == first
    assert len(chat.messages) == messages


async def test_sets_are_ticked_off_one_by_one_and_outlive_a_kill(first: Shown, chat: Chat) -> None:
    chat = chat
    assert "1 of 2 sets done" in await chat.taps("labels.set-done 1 2")
    await opens_again(chat)
    assert "2 of 2 sets done" in await chat.taps("labels.set-done 2 2")
    assert "labels.set-done 3 2" not in chat.buttons
    session = (await chat.stored()).sessions[-1]
    assert session.done == (first.values["exercise"],)
    assert session.sets == ()


async def test_the_same_set_is_done_once_however_often_it_is_tapped(first: Shown, chat: Chat) -> None:
    chat = chat
    await chat.taps("labels.set-done 1 2")
    before = (await kept(chat)).sessions
    assert "1 of 2 sets done" in await forges(chat, f"sd:260303:{first.values['exercise']}:1")
    assert (await kept(chat)).sessions == before


@pytest.mark.parametrize("number", ["0", "3", "-1", "99"])
async def test_a_set_that_there_is_not_changes_nothing(first: Shown, chat: Chat, number: str) -> None:
    before = (await kept(chat)).sessions
    await forges(chat, f"sd:260303:{first.values['exercise']}:{number}")
    assert (await kept(chat)).sessions == before


async def test_a_move_that_was_gone_on_from_counts_no_sets_any_more(first: Shown, chat: Chat) -> None:
    chat = chat
    await chat.taps("labels.set-done 1 2", "labels.next-exercise")
    assert (await chat.stored()).sessions[-1].sets == ()
    await chat.taps("labels.set-done 1 2", "labels.more", "labels.exercise-before")
    assert "2 of 2 sets done" in chat.last


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("more", "session/more"),
        ("easier", "session/exercise"),
        ("why this?", "session/why"),
        ("common mistake", "session/mistake"),
        ("step by step", "session/steps"),
        ("set done", "session/exercise"),
        ("next", "session/exercise"),
    ],
)
async def test_typed_words_reach_what_is_drawn_and_what_stands_behind_more(
    first: Shown, chat: Chat, typed: str, expected: str
) -> None:
    said = await chat.sends(typed)
    assert said.template == expected
    assert said != first


async def test_typed_words_go_on_from_behind_more(first: Shown, chat: Chat) -> None:
    await chat.taps("labels.more", "labels.mistake")
    assert "2 of" in await chat.sends("next")


async def test_a_hold_is_counted_in_few_edits_none_of_them_hasty() -> None:
    for seconds in range(1, LONGEST_TIMER + 1):
        lefts = holds(seconds)
        pauses = [before - left for before, left in zip((seconds, *lefts), (*lefts, 0), strict=True)]
        assert sum(pauses) == seconds
        assert len(pauses) <= MOST_STEPS
        assert all(pause >= LEAST_STEP for pause in pauses[:-1]), seconds
        assert lefts == [] or min(pauses) > 0
