"""Kills, repeats and silences: what a person sees of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.model.delivery import Outcome
from bot.local_telegram.faults import Answer, Refused
from tests.stories.ways import NO, NOT_SURE, kept, on_reminder, opens_again, ticks, to_check, to_test, to_zone
from tests.support.chat import Chat


async def test_an_update_delivered_twice_has_one_effect(chat: Chat) -> None:
    await to_check(chat)
    update = chat.presses(NO)
    await chat.testbed.settle()
    before, said = await kept(chat), len(chat.messages)
    await chat.testbed.handle(update)
    await chat.testbed.settle()
    assert await kept(chat) == before
    assert len(chat.messages) == said


async def test_a_typed_answer_delivered_twice_after_a_kill_has_one_effect(chat: Chat) -> None:
    await to_zone(chat)
    update = chat.person.sends("lisbon")
    await chat.testbed.handle(update)
    await chat.testbed.kill()
    await chat.testbed.open()
    asked = [message for message in chat.messages if "for you now, right?" in str(message["text"])]
    assert len(asked) == 1
    await chat.taps("labels.zone-right")
    assert (await chat.stored()).said("zone") == "Europe/Lisbon"


async def test_a_reply_that_a_kill_swallowed_is_shown_at_the_next_start(chat: Chat) -> None:
    await to_check(chat)
    update = chat.presses(NO)
    await chat.testbed.handle(update)  # stored, and the reply still in the process
    await chat.testbed.kill()
    assert "(2 of 7)" not in chat.last
    await chat.testbed.open()
    assert "(2 of 7)" in chat.last
    assert "(3 of 7)" in await chat.taps(NO)


async def test_a_screen_that_left_comes_a_second_time_only_where_the_kill_came_before_the_next_tick(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(NO)
    said = len(chat.messages)
    await opens_again(chat)
    assert len(chat.messages) == said
    await chat.taps(NO)
    await chat.testbed.kill()
    await chat.testbed.open()
    assert len(chat.messages) == said + 1
    assert "(3 of 7)" in chat.last


async def test_what_somebody_does_next_says_that_the_reply_before_has_left(chat: Chat) -> None:
    await to_check(chat)
    await chat.taps(NO)
    assert (await chat.stored()).reply_owed_at is not None
    await chat.testbed.clock.advance(5)
    await chat.testbed.handle(chat.presses(NO))
    assert (await chat.stored()).reply_owed_at == chat.testbed.clock.now()
    await chat.testbed.settle()
    await ticks(chat)
    assert (await chat.stored()).reply_owed_at is None


async def test_a_result_that_a_kill_swallowed_is_shown_at_the_next_start(chat: Chat) -> None:
    await to_last_answer(chat)
    await chat.testbed.handle(chat.presses(NOT_SURE))
    await chat.testbed.kill()
    await chat.testbed.open()
    assert chat.buttons == ["labels.show-plan"]
    assert chat.newest("test/result", "test/how").template == "test/result"
    assert (await chat.taps("labels.show-plan")).template == "onboarding/next"


async def test_a_plan_that_stands_there_after_a_kill_has_begun(chat: Chat) -> None:
    await to_last_answer(chat)
    await chat.testbed.handle(chat.presses(NOT_SURE))
    assert chat.testbed.runtime is not None
    async with chat.testbed.runtime.storage.change(chat.person.id) as box:
        assert box.value is not None
        box.value = replace(box.value, showing="")  # as after a screen that cannot be made again
    await chat.testbed.kill()
    await chat.testbed.open()
    assert chat.newest("onboarding/plan", "test/result").template == "onboarding/plan"
    assert (await chat.stored()).enrollment.day_one is not None
    await chat.testbed.to_next_message()
    assert "Day 2, strength" in chat.last


async def to_last_answer(chat: Chat) -> None:
    """In the first self-test, with one question left."""
    await to_test(chat)
    await chat.taps("labels.start-test", *[NOT_SURE] * 5, "labels.to-answers")


async def test_a_stop_is_confirmed_once_more_after_a_kill_and_nobody_is_asked_back(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.handle(chat.person.sends("/stop"))
    await chat.testbed.kill()
    await chat.testbed.open()
    assert chat.last.template == "enrollment/stopped"
    assert chat.buttons == ["labels.undo"]


async def test_a_reply_owed_for_too_long_is_not_shown_out_of_the_blue(chat: Chat) -> None:
    await to_check(chat)
    update = chat.presses(NO)
    await chat.testbed.handle(update)
    await chat.testbed.kill()
    said = len(chat.messages)
    await chat.testbed.clock.advance(700)
    await chat.testbed.open()
    assert len(chat.messages) == said


async def test_after_days_of_outage_one_message_says_where_they_are(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat)
    await chat.testbed.kill()
    said = len(chat.messages)
    await chat.testbed.clock.move_to(chat.testbed.clock.now() + timedelta(days=3, hours=12))
    await chat.testbed.open()
    assert len(chat.messages) == said
    await chat.testbed.to_next_message()
    assert len(chat.messages) == said + 1
    assert chat.last.startswith("I could not write for a while. You are on day")
    await chat.testbed.to_next_message()
    assert "could not write" not in chat.last


async def test_a_lesson_missed_in_an_outage_comes_late_and_silently_one_a_day(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat)
    await chat.testbed.kill()
    await chat.testbed.clock.move_to(chat.testbed.clock.now() + timedelta(days=15))
    await chat.testbed.open()
    assert "card 1 of" in chat.last or "card 1 of" in str(chat.messages[-1]["text"])
    assert chat.last.startswith("I could not write for a while.")
    assert "Week 2" in chat.last
    first = chat.testbed.clock.now().date()
    await chat.testbed.to_next_message()
    assert "Week 3" in chat.last
    assert chat.testbed.clock.now().date() > first


async def test_a_reminder_too_old_to_be_good_is_not_sent(day_one: Chat) -> None:
    chat = day_one
    await chat.testbed.kill()
    await chat.testbed.clock.move_to(chat.testbed.clock.now().replace(day=4, hour=6))
    await chat.testbed.open()
    said = len(chat.messages)
    await chat.testbed.to_next_message()
    assert len(chat.messages) == said + 1
    assert chat.testbed.clock.now().isoformat() == "2026-03-04T19:00:00+00:00"


async def test_nothing_is_repeated_by_a_restart(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat)
    said = len(chat.messages)
    for _ in range(3):
        await opens_again(chat)
    assert len(chat.messages) == said


async def test_a_check_in_whose_lesson_did_not_leave_rides_on_the_next_try(day_one: Chat) -> None:
    chat = day_one
    testbed = chat.testbed
    await testbed.kill()
    await testbed.clock.move_to(datetime(2026, 3, 9, 19, 5, tzinfo=UTC))  # day 8; the check-in of day 7 is late
    testbed.telegram.fault = lambda method, _, __: Refused() if method == "sendMessage" else None
    await testbed.open()
    record = (await chat.stored()).deliveries["lesson:1:ankles"]
    assert record.outcome is Outcome.WAITING
    testbed.telegram.fault = None
    await testbed.advance(120)
    assert "Week 2" in chat.last
    assert chat.buttons[0] == "labels.check-in"
    assert (await chat.stored()).deliveries["check-in:1:week-1"].reason == "rides"


async def test_a_lesson_whose_answer_is_too_deep_to_read_has_arrived(day_one: Chat) -> None:
    chat = day_one
    testbed = chat.testbed
    deep = b'{"ok":true,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    await testbed.kill()
    await testbed.clock.move_to(datetime(2026, 3, 9, 19, 5, tzinfo=UTC))
    testbed.telegram.fault = lambda method, _, __: (
        Answer(200, deep, delivered=True) if method == "sendMessage" else None
    )
    await testbed.open()
    testbed.telegram.fault = None
    assert (await chat.stored()).deliveries["lesson:1:ankles"].outcome is Outcome.SENT


@pytest.mark.parametrize("code", [401, 404])
async def test_a_lesson_that_a_server_in_between_refuses_once_comes_all_the_same(code: int, day_one: Chat) -> None:
    chat = day_one
    testbed = chat.testbed
    await testbed.kill()
    await testbed.clock.move_to(datetime(2026, 3, 9, 19, 5, tzinfo=UTC))
    refusal = Answer(code, b"<html>Welcome to our network</html>")
    testbed.telegram.fault = lambda method, _, __: refusal if method == "sendMessage" else None
    await testbed.open()
    testbed.telegram.fault = None
    await testbed.advance(120)
    assert "Week 2" in chat.last
    assert (await chat.stored()).deliveries["lesson:1:ankles"].outcome is Outcome.SENT


async def test_of_two_screens_the_second_never_takes_the_place_of_the_first(day_one: Chat) -> None:
    chat = day_one
    testbed = chat.testbed
    message = next(each["id"] for each in reversed(chat.messages) if each["keyboard"])
    calls = []

    def cut_once(method: str, *_: object) -> Refused | None:
        calls.append(method)
        return Refused() if method == "sendMessage" and calls.count(method) == 1 else None

    testbed.telegram.fault = cut_once
    chat.person.taps(int(str(message)), "nobody-knows-this")  # answered by a friendly line and a fresh screen
    await testbed.settle()
    assert calls.count("sendMessage") == 2
    edited = next(each for each in chat.messages if each["id"] == message)
    assert "older message" in str(edited["text"])
    assert "older message" not in chat.last


@pytest.mark.parametrize("code", [401, 404])
async def test_a_reply_that_a_server_in_between_refuses_once_comes_all_the_same(code: int, day_one: Chat) -> None:
    chat = day_one
    refusals = [Answer(code, b"<html>Welcome to our network</html>")]
    chat.testbed.telegram.fault = lambda method, *_: refusals.pop() if method == "sendMessage" and refusals else None
    chat.person.sends("/stop")
    await chat.testbed.settle()
    await chat.testbed.advance(5)
    assert refusals == []
    assert chat.last.template == "enrollment/stopped"


async def test_a_probe_whose_answer_cannot_be_read_costs_nobody_a_reply(day_one: Chat) -> None:
    chat = day_one
    refusals = [Refused()]

    def fault(method: str, *_: object) -> Answer | Refused | None:
        if method == "getMe":
            return Answer(200, {"ok": True, "result": {"odd": 1}})
        return refusals.pop() if method == "sendMessage" and refusals else None

    chat.testbed.telegram.fault = fault
    chat.person.sends("/stop")
    await chat.testbed.settle()
    await chat.testbed.advance(5)
    assert chat.last.template == "enrollment/stopped"
