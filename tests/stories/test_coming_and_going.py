"""Stopping, undoing, pausing, resuming, blocking, coming back."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.model.subscriber import State
from bot.core.schedule.due import upcoming
from tests.stories.ways import NO, forges, kept, on_reminder, opens_again, to_check, to_plan, to_test, to_time, to_zone
from tests.support.chat import Chat

POINTS = {"check": to_check, "zone": to_zone, "time": to_time, "test": to_test, "plan": to_plan}


async def ahead(chat: Chat) -> list[tuple[str, object]]:
    """What is planned for the person, by key and instant."""
    known = await chat.stored()
    return [(each.key, each.at) for each in upcoming(chat.testbed.catalog.default, known, chat.testbed.clock.now())]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("words", ["/unsubscribe", "/stop", "Stop!", "cancel my subscription"])
async def test_one_word_ends_all_messages_at_any_point(chat: Chat, point: str, words: str) -> None:
    await POINTS[point](chat)
    assert (await chat.sends(words)).template == "enrollment/stopped"
    assert (await chat.stored()).state is State.STOPPED
    said = len(chat.messages)
    await chat.testbed.advance(30 * 86_400)
    assert len(chat.messages) == said


@pytest.mark.parametrize("point", POINTS)
async def test_undo_brings_back_the_very_same_state(chat: Chat, point: str) -> None:
    await POINTS[point](chat)
    before, planned = await chat.stored(), await ahead(chat)
    await chat.sends("/unsubscribe")
    assert await ahead(chat) == []
    await chat.taps("labels.undo")
    after = await chat.stored()
    assert after.state is before.state
    assert (after.answers, after.attempts[: len(before.attempts)]) == (before.answers, before.attempts)
    assert await ahead(chat) == planned


async def test_undo_after_a_pause_leads_back_to_the_same_pause(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/pause")
    await chat.taps(chat.buttons[1])
    until = (await chat.stored()).enrollment.states[-1].until
    await chat.sends("stop")
    await chat.taps("labels.undo")
    last = (await chat.stored()).enrollment.states[-1]
    assert (last.state, last.until) == (State.PAUSED, until)


async def test_an_old_undo_does_not_wake_a_later_stop(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/stop")
    first = chat.messages[-1]["id"]
    await chat.taps("labels.undo")
    await chat.sends("/stop")
    await forges(chat, "undo:2", first)
    assert (await chat.stored()).state is State.STOPPED


async def test_stopping_twice_is_one_stop(day_one: Chat) -> None:
    await day_one.sends("/stop")
    states = (await day_one.stored()).enrollment.states
    await day_one.sends("/stop")
    assert (await day_one.stored()).enrollment.states == states


async def test_somebody_unknown_who_says_stop_is_answered_and_not_kept(chat: Chat) -> None:
    await chat.sends("/stop")
    assert chat.last.template == "enrollment/nothing-to-stop"
    assert chat.testbed.runtime is not None
    assert chat.testbed.runtime.storage.ids() == []


@pytest.mark.parametrize(("choice", "until"), [(0, "2026-03-05"), (1, "2026-03-09"), (2, "2026-03-16")])
async def test_a_pause_with_a_date_ends_on_it(day_one: Chat, choice: int, until: str) -> None:
    chat = day_one
    await chat.sends("/pause")
    said = await chat.taps(chat.buttons[choice])
    back = date.fromisoformat(until)
    assert f"until {back:%A} {back.day} March" in said
    assert f"My next message comes on {back:%A} {back.day} March, 19:00" in said
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().isoformat() == f"{until}T19:00:00+00:00"
    assert any("labels.start " in label for label in chat.buttons)


async def test_an_open_pause_lasts_until_resume_and_loses_nothing(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/pause")
    await chat.taps("labels.pause-open")
    said = len(chat.messages)
    await chat.testbed.advance(40 * 86_400)
    assert len(chat.messages) == said
    await chat.sends("/resume")
    assert "My next message comes on" in chat.last
    await chat.testbed.to_next_message()
    assert "labels.start " in chat.buttons[0]
    lessons = []
    for _ in range(25):
        await chat.testbed.to_next_message()
        lessons += [line.split(",")[0] for line in chat.last.splitlines() if ", card 1 of" in line]
    assert lessons == ["Week 2", "Week 3"]


async def test_a_pause_thought_over_changes_nothing(day_one: Chat) -> None:
    states = (await day_one.stored()).enrollment.states
    await day_one.sends("/pause")
    await day_one.taps("labels.keep")
    assert (await day_one.stored()).enrollment.states == states


async def test_a_pause_that_is_left_as_it_is_stays_a_pause(day_one: Chat) -> None:
    chat = day_one
    for _ in range(2):
        await chat.sends("/pause")
        await chat.taps("labels.pause-open")
    await chat.sends("/pause")
    assert "on a break" in await chat.taps("labels.keep")
    assert (await chat.stored()).state is State.PAUSED


async def test_go_on_now_ends_a_pause(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/pause")
    await chat.taps(chat.buttons[2])
    await chat.taps("labels.resume")
    assert (await chat.stored()).state is State.RUNNING
    await chat.testbed.to_next_message()
    assert chat.testbed.clock.now().date() == date(2026, 3, 3)


async def test_there_is_nothing_to_pause_before_the_plan(chat: Chat) -> None:
    await to_zone(chat)
    await chat.sends("/pause")
    assert (await chat.stored()).state is State.ONBOARDING
    assert chat.last.template == "enrollment/nothing-to-pause"


async def test_subscribe_says_where_somebody_running_is(day_one: Chat) -> None:
    assert "Tuesday 3 March, 19:00" in await day_one.sends("/subscribe")


@pytest.mark.parametrize("way", ["told", "refused"])
async def test_who_blocked_the_bot_and_returns_is_asked_go_on_or_start_over(day_one: Chat, way: str) -> None:
    chat = day_one
    if way == "told":
        chat.person.blocks()
        await chat.testbed.settle()
    else:
        chat.person.chat.blocked = True
        await on_reminder(chat)
    assert (await chat.stored()).state is State.BLOCKED
    calls = len([call for call in chat.testbed.telegram.log if call.method == "sendMessage"])
    await chat.testbed.advance(5 * 86_400)
    assert len([call for call in chat.testbed.telegram.log if call.method == "sendMessage"]) == calls

    if way == "told":
        chat.person.unblocks()
    else:
        chat.person.chat.blocked = False
    assert (await chat.sends("/start")).template == "enrollment/welcome-back"
    assert chat.buttons == ["labels.go-on", "labels.start-over"]
    await chat.taps("labels.go-on")
    assert (await chat.stored()).state is State.RUNNING
    await chat.testbed.to_next_message()
    assert "labels.start " in str(chat.buttons)


async def test_who_stopped_and_then_blocks_the_bot_stays_stopped(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/stop")
    chat.person.blocks()
    await chat.testbed.settle()
    assert (await chat.stored()).state is State.STOPPED


@pytest.mark.parametrize(
    ("command", "words"), [("/pause", "on a break"), ("/stop", "not writing to you"), ("/start", "Chair squat")]
)
async def test_today_answers_in_every_state(day_one: Chat, command: str, words: str) -> None:
    chat = day_one
    await chat.sends(command)
    if command == "/pause":
        await chat.taps("labels.pause-open")
    await chat.until(1, "12:00")
    assert words in await chat.sends("/today")


async def test_starting_over_takes_the_check_and_the_test_again_and_keeps_the_rest(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/stop")
    await chat.sends("/subscribe")
    assert "(1 of 7)" in await chat.taps("labels.start-over")
    known = await chat.stored()
    assert known.enrollment.number == 2
    await opens_again(chat)
    await chat.taps(*[NO] * 7)
    assert chat.last.template == "move/now"
    assert "Your hips" in await chat.taps("labels.skip")
    await chat.taps("labels.start-test", *["answer not-sure"] * 6, "labels.show-plan")
    assert "Tuesday 3 March, 19:00" in chat.newest("onboarding/plan")
    await chat.testbed.to_next_message()
    assert "labels.start " in chat.buttons[0]


async def test_starting_over_twice_by_the_same_button_is_one_start(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/stop")
    await chat.sends("/subscribe")
    message = chat.messages[-1]["id"]
    await chat.taps("labels.start-over")
    await forges(chat, "over:2", message)
    assert len((await chat.stored()).enrollments) == 2


@pytest.mark.parametrize("words", ["/today", "/help", "is anybody there", "/settings"])
async def test_who_comes_back_after_a_block_is_asked_after_any_word(day_one: Chat, words: str) -> None:
    chat = day_one
    chat.person.blocks()
    await chat.testbed.settle()
    chat.person.unblocks()
    said = len(chat.messages)
    assert (await chat.sends(words)).template == "enrollment/welcome-back"
    assert len(chat.messages) == said + 3  # their words, the answer, the question
    await chat.taps("labels.go-on")
    assert (await chat.stored()).state is State.RUNNING


async def test_who_comes_back_after_a_block_is_asked_after_a_tap(day_one: Chat) -> None:
    chat = day_one
    await chat.sends("/settings")
    chat.person.blocks()
    await chat.testbed.settle()
    chat.person.unblocks()
    assert (await forges(chat, "set")).template == "enrollment/welcome-back"


async def test_who_comes_back_after_a_block_is_asked_once_for_each_block(day_one: Chat) -> None:
    chat = day_one
    for _ in range(2):
        chat.person.blocks()
        await chat.testbed.settle()
        await chat.testbed.advance(60)
        chat.person.unblocks()
        assert "start over?" not in await chat.sends("/export")
        assert (await chat.sends("/help")).template == "enrollment/welcome-back"
        for words in ("/help", "/settings", "is anybody there"):
            assert "start over?" not in await chat.sends(words)
        assert (await chat.sends("/start")).template == "enrollment/welcome-back"
        await chat.taps("labels.go-on")
        assert "start over?" not in await chat.sends("/help")


async def test_fifty_blocks_end_as_the_last_one_says_and_nothing_is_sent_meanwhile(day_one: Chat) -> None:
    chat = day_one
    sent = len(chat.testbed.telegram.log)
    for _ in range(50):
        chat.person.blocks()
        chat.person.unblocks()
    await chat.testbed.settle()
    chat.person.blocks()
    await chat.testbed.settle()
    assert (await chat.stored()).state is State.BLOCKED
    assert len((await chat.stored()).enrollment.states) == 3
    await chat.testbed.advance(30 * 86_400)
    assert [call.method for call in chat.testbed.telegram.log[sent:] if call.method.startswith("send")] == []
    chat.person.unblocks()
    await chat.sends("/start")
    await chat.taps("labels.go-on")
    assert (await chat.stored()).state is State.RUNNING
    await chat.testbed.to_next_message()
    assert "labels.start " in chat.buttons[0]


async def test_start_a_hundred_times_is_one_enrollment(day_one: Chat) -> None:
    chat = day_one
    planned = await ahead(chat)
    for _ in range(100):
        await chat.sends("/start")
    assert len((await chat.stored()).enrollments) == 1
    assert await ahead(chat) == planned


HOSTILE = [
    "a" * 4000,
    "';DROP TABLE",
    "{{7*7}}",
    "../../etc",
    "<b>x",
    "\u202e\u0000",
    "flyer:1",
    "%s%n",
    "erase",
    "💣" * 64,
]


@pytest.mark.parametrize("payload", HOSTILE)
async def test_a_hostile_start_link_in_mid_series_changes_nothing(day_one: Chat, payload: str) -> None:
    chat = day_one
    await on_reminder(chat, 4)
    before = await kept(chat)
    assert "Your plan is running" in await chat.sends(f"/start {payload}")
    assert await kept(chat) == before


@pytest.mark.parametrize("payload", HOSTILE)
async def test_a_hostile_start_link_is_not_kept_of_somebody_new(chat: Chat, payload: str) -> None:
    assert "Hello Ada" in await chat.sends(f"/start {payload}")
    await chat.taps("labels.begin", "labels.adult", "labels.agree")
    assert (await chat.stored()).start_payload in ("", "erase", "a" * 32)


@pytest.mark.parametrize("command", ["/delete", "/export", "/unsubscribe"])
async def test_who_comes_back_after_a_block_for_their_data_or_the_end_is_not_asked(day_one: Chat, command: str) -> None:
    chat = day_one
    chat.person.blocks()
    await chat.testbed.settle()
    chat.person.unblocks()
    said = len(chat.messages)
    assert "start over?" not in await chat.sends(command)
    assert len(chat.messages) == said + 2 + (command == "/export")  # which also brings a page for print


@pytest.mark.parametrize(
    "words", ["please stop", "Stop sending me this!", "unsubscribe me", "No more messages.", "stop it"]
)
async def test_plain_words_for_no_more_end_all_messages(day_one: Chat, words: str) -> None:
    assert (await day_one.sends(words)).template == "enrollment/stopped"
    assert (await day_one.stored()).state is State.STOPPED


async def test_who_is_not_understood_is_told_how_to_end_the_messages(day_one: Chat) -> None:
    assert "/unsubscribe" in await day_one.sends("blah blah")


async def test_word_of_a_block_that_comes_after_their_return_silences_nobody(day_one: Chat) -> None:
    chat = day_one
    blocked = chat.person.blocks()
    await chat.testbed.clock.advance(60)
    chat.person.unblocks()
    await chat.testbed.clock.advance(60)
    word = chat.person.sends("/today")
    await chat.testbed.handle(word)
    await chat.testbed.handle(blocked)
    assert (await chat.stored()).state is State.RUNNING


async def test_breaks_taken_back_at_once_leave_no_trail_and_longer_ones_do(day_one: Chat) -> None:
    before = (await day_one.stored()).enrollment.states
    for _ in range(3):
        await day_one.sends("/pause")
        await day_one.taps("labels.pause-open")
        assert (await day_one.stored()).state is State.PAUSED
        await day_one.sends("/resume")
        assert (await day_one.stored()).enrollment.states == before
    await day_one.sends("/pause")
    await day_one.taps("labels.pause-open")
    await day_one.testbed.advance(660)
    await day_one.sends("/resume")
    states = (await day_one.stored()).enrollment.states
    assert [each.state for each in states[len(before) :]] == [State.PAUSED, State.RUNNING]
