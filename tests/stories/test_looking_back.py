"""The weekly check-in, the re-test, and what comes after."""

from __future__ import annotations

import pytest

from bot.core.model.subscriber import State
from tests.stories.ways import NO, is_not_sure, on_reminder, to_plan_told, to_time
from tests.support.chat import Chat
from tests.support.shown import Shown, names

SIGNS = (NO,) * 3
STAIRS = (
    "labels.clock 19:00",
    "labels.every-day",
    "labels.number 5",
    "labels.skip",
    "labels.skip",
    "labels.skip",
    "labels.skip",
    "labels.skip",
    "labels.unpicked choices.activities.stairs",
    "labels.these",
    "labels.number 4",
)


@pytest.fixture
async def climber(chat: Chat) -> Chat:
    """Ada whose pain is 5 and whose stairs are 4 of 10, with the plan shown."""
    await to_plan_told(chat, *STAIRS)
    return chat


async def finish_re_test(chat: Chat) -> Shown:
    await on_reminder(chat, 21)
    await chat.taps("labels.start-re-test", *SIGNS, "labels.number 2", "labels.number 8", "labels.number 8")
    await is_not_sure(chat)
    return chat.newest("re-test/result")


async def test_the_check_in_compares_pain_and_activities_with_the_start(climber: Chat) -> None:
    chat = climber
    await on_reminder(chat, 2)
    await chat.taps("labels.done")
    await on_reminder(chat, 7)
    assert chat.last.template == "check-in/invite"
    await chat.taps("labels.check-in", *SIGNS, "labels.number 3")
    await chat.sends("7")
    await chat.taps("labels.number 8")
    said = chat.newest("check-in/summary")
    assert "You did 1 session this week." in said
    assert "Taking the stairs: 4 at the start, 7 now (better)" in said
    assert "Knee pain: 5 at the start, 3 now (less than before)" in said
    assert "Monday 9 March, 19:00" in said


async def test_a_week_without_a_session_is_met_without_blame(climber: Chat) -> None:
    await on_reminder(climber, 7)
    await climber.taps("labels.check-in", *SIGNS, "labels.number 5", "labels.number 4", "labels.number 8")
    said = climber.newest("check-in/summary")
    assert "No session this week. Life happens." in said
    assert "0 session" not in said


async def test_a_lesson_that_meets_a_check_in_carries_it_first_and_can_be_read_after_it(climber: Chat) -> None:
    chat = climber
    await chat.sends("/settings")
    await chat.taps(
        "labels.set-days",
        "labels.day-on 6",
        "labels.day-on 5",
        "labels.day-on 4",
        "labels.day-on 3",
        "labels.day-on 2",
        "labels.day-on 1",
        "labels.these-days",
    )  # Mondays only
    await chat.testbed.to_next_message()
    assert "\nWeek 2, card 1" in chat.last
    assert chat.buttons[0] == "labels.check-in"
    await chat.taps("labels.check-in", *SIGNS, "labels.number 4", "labels.number 5", "labels.number 8")
    assert "Week 2, card 1" in await chat.taps("labels.read-lesson")


async def test_day_21_shows_before_and_after_side_by_side(climber: Chat) -> None:
    said = await finish_re_test(climber)
    assert "Taking the stairs: 4 then, 8 now (better)" in said
    assert "Knee pain: 5 then, 2 now (less than before)" in said
    assert "\n\nSessions done: 0." in said


async def test_a_chair_stand_without_a_first_one_shows_its_figure_alone(climber: Chat) -> None:
    chat = climber
    await on_reminder(chat, 21)
    await chat.taps(
        "labels.start-re-test", *SIGNS, "labels.number 2", "labels.number 8", "labels.number 8", "answer crossed"
    )
    await chat.sends("14")
    said = chat.newest("re-test/result")
    assert "Stands in 30 seconds: 14 times now" in said


async def test_a_scored_chair_stand_is_compared_on_day_21(climber: Chat) -> None:
    chat = climber
    await chat.sends("/selftest")
    await chat.taps("labels.test-chair-stand", "answer ready", "answer crossed", "answer 10")
    await on_reminder(chat, 21)
    await chat.taps(
        "labels.start-re-test", *SIGNS, "labels.number 2", "labels.number 8", "labels.number 8", "answer crossed"
    )
    await chat.sends("14")
    said = chat.newest("re-test/result")
    assert "10 then, 14 times now" in said
    assert not [line for line in said.splitlines() if "arms" in line.lower() or "hands" in line.lower()]


@pytest.mark.parametrize("days", [2, 3])
async def test_going_on_brings_the_same_few_moves_on_so_many_days(climber: Chat, days: int) -> None:
    chat = climber
    await finish_re_test(chat)
    assert (await chat.taps(f"labels.go-on-{days}")).template == "re-test/going-on"
    known = await chat.stored()
    chosen = known.said("days")
    assert known.state is State.RUNNING
    assert isinstance(chosen, tuple)
    assert len(chosen) == days
    for _ in range(2 * days):
        await chat.testbed.to_next_message()
        assert str(chat.testbed.clock.now().weekday()) in chosen
        assert any(label.startswith(("labels.start ", "labels.start-today")) for label in chat.buttons)


async def test_stopping_after_the_re_test_ends_the_messages_and_leaves_the_rest_open(climber: Chat) -> None:
    chat = climber
    await finish_re_test(chat)
    await chat.taps("labels.finish-here")
    said = chat.newest("re-test/finished")
    assert "0 sessions" not in said
    assert "Sample Name One" in said
    messages = len(chat.messages)
    await chat.testbed.advance(60 * 86_400)
    assert len(chat.messages) == messages
    await chat.sends("/lesson")
    assert chat.buttons[0] == "labels.lesson-knee"
    assert chat.buttons[-2:] == ["labels.week 1", "labels.week 2"]
    assert (await chat.sends("/subscribe")).template == "enrollment/welcome-back"


async def test_progress_says_the_day_the_sessions_and_the_scales(climber: Chat) -> None:
    chat = climber
    await on_reminder(chat, 2)
    await chat.taps("labels.done")
    await on_reminder(chat, 7)
    await chat.taps("labels.check-in", *SIGNS, "labels.number 3", "labels.number 7")
    said = await chat.sends("/progress")
    assert "day 7 of 21" in said
    assert "Sessions, week by week: 1\n" in said
    assert "Knee pain: 5 → 3" in said
    assert "Taking the stairs: 4 → 7" in said


async def test_progress_before_the_plan_says_what_is_missing(chat: Chat) -> None:
    await to_time(chat)
    assert "not ready yet" in await chat.sends("/progress")


@pytest.mark.parametrize("goes_on", ["labels.finish-here", "labels.go-on-3", None])
async def test_after_the_re_test_today_does_not_offer_it_again(climber: Chat, goes_on: str | None) -> None:
    await finish_re_test(climber)
    if goes_on is not None:
        await climber.taps(goes_on)
    said = await climber.sends("/today")
    assert said.template == "session/nothing"
    assert all("labels.start-re-test" not in names(button) for button in said.buttons)


async def test_after_the_re_test_nothing_offers_it_again_or_says_that_the_plan_runs(climber: Chat) -> None:
    await finish_re_test(climber)
    for typed in ("/today", "/start", "/plan"):
        assert "The series is over" in await climber.sends(typed)
        assert "labels.go-on" in climber.buttons
        assert "labels.today" not in climber.buttons
    assert "✓ the re-test" in climber.last
    assert "The moves" not in climber.last

    await climber.testbed.advance(9 * 86_400)
    assert "✓ the re-test" in await climber.sends("/plan")


async def test_a_series_that_was_ended_shows_no_way_to_today(climber: Chat) -> None:
    await finish_re_test(climber)
    await climber.taps("labels.finish-here")
    assert "The series is over" in await climber.sends("/plan")
    assert climber.buttons == ["labels.all-exercises"]
