"""The pace: who goes first, how many a second, and silence for as long as Telegram asks for it."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bot_api.errors import Flood, MaybeSent, NotSent
from bot.bot_api.limits import GROUP_CALLS, GROUP_SECONDS
from bot.bot_api.rate_limit import (
    CHATS_REMEMBERED,
    FREE,
    PAUSE_WITHOUT_WORD,
    ROAD,
    PrioritySemaphore,
    Rank,
    RateLimit,
    Slot,
)
from bot.clock import MovableClock
from bot.monitoring.alerts import AlertKind, Alerts


class Line:
    """A pace on a clock to move, and the calls that went through it."""

    def __init__(self, a_second: int = 25, *, paid: bool = False) -> None:
        self.clock = MovableClock(datetime(2026, 3, 2, tzinfo=UTC))
        self.alerts = Alerts(self.clock)
        self.rate_limit = RateLimit(self.clock, a_second, self.alerts, paid=paid)
        self.rate_limit.probe = lambda: self.call(
            "getMe", fault=self.probe_faults.pop(0) if self.probe_faults else None
        )
        self.probe_faults: list[Exception] = []
        self.went: list[tuple[str, float]] = []
        self.tasks: list[asyncio.Task[Any]] = []

    async def call(
        self,
        endpoint: str,
        name: str = "",
        chat: int | None = None,
        slot: Slot | None = None,
        fault: Exception | None = None,
    ) -> None:
        """One call of the library."""

        async def through() -> bool:
            self.went.append((name or endpoint, self.clock.monotonic()))
            if fault is not None:
                raise fault
            return True

        await self.rate_limit.process_request(
            through, (), {}, endpoint, {} if chat is None else {"chat_id": chat}, slot
        )

    def begins(self, endpoint: str, name: str = "", chat: int | None = None) -> None:
        """A call that may have to wait."""
        self.tasks.append(asyncio.create_task(self.call(endpoint, name, chat)))

    def scheduled(self, name: str, rank: Rank, chat: int) -> None:
        """A planned message, from its slot to its call."""

        async def send() -> None:
            slot = await self.rate_limit.take(chat, rank)
            await self.call("sendMessage", name, chat, slot)

        self.tasks.append(asyncio.create_task(send()))

    async def after(self, seconds: float) -> list[str]:
        """Who has gone after so many seconds more."""
        for _ in range(5):
            await asyncio.sleep(0)
        await self.clock.advance(seconds)
        return [name for name, _ in self.went]


@pytest.mark.parametrize(("told", "wait"), [(3.0, 4.0), (7200.0, 7201.0), (None, PAUSE_WITHOUT_WORD)])
@pytest.mark.parametrize("endpoint", ["sendMessage", "answerCallbackQuery", "editMessageText", "setMyCommands"])
async def test_a_429_holds_every_call_for_as_long_as_telegram_says(
    endpoint: str, told: float | None, wait: float
) -> None:
    line = Line()
    with pytest.raises(Flood):
        await line.call("sendMessage", fault=Flood(told))
    line.begins(endpoint, "held")
    assert await line.after(wait - 0.01) == ["sendMessage"]
    assert await line.after(0.02) == ["sendMessage", "getMe", "held"]


async def test_the_probe_asks_alone_and_a_new_429_holds_everybody_again() -> None:
    line = Line()
    line.probe_faults = [Flood(10)]
    line.rate_limit.pause(3)
    for number in range(20):
        line.begins("sendMessage", f"reply {number}", chat=number)
    assert await line.after(5) == ["getMe"]
    assert await line.after(9) == ["getMe"]
    went = await line.after(3)
    assert went[:2] == ["getMe", "getMe"]
    assert len(went) == 22


@pytest.mark.parametrize("silence", [NotSent("no connection"), MaybeSent("no answer in time")])
async def test_a_probe_without_an_answer_is_asked_again(silence: Exception) -> None:
    line = Line()
    line.probe_faults = [silence]
    line.rate_limit.pause(3)
    line.begins("sendMessage", "reply")
    assert await line.after(4.5) == ["getMe"]
    assert await line.after(1) == ["getMe", "getMe", "reply"]


async def test_the_first_hello_waits_for_no_pause() -> None:
    line = Line()
    line.rate_limit.pause(3600)
    await line.call("getMe")
    assert line.went == [("getMe", 0.0)]


async def test_a_scheduled_call_that_meets_a_pause_goes_back_to_waiting() -> None:
    line = Line()
    slot = await line.rate_limit.take(1, Rank.REMINDER)
    line.rate_limit.pause(60)
    with pytest.raises(Flood) as held:
        await line.call("sendMessage", chat=1, slot=slot)
    assert held.value.retry_after == pytest.approx(61)
    assert line.went == []


async def test_a_pause_of_hours_is_told_and_over_when_the_probe_comes_through() -> None:
    line = Line()
    line.rate_limit.pause(86_400)
    assert line.alerts.standing() == {AlertKind.FLOOD: "86401 seconds"}
    line.begins("sendMessage", "reply")
    await line.after(86_402)
    assert line.alerts.standing() == {}


async def test_after_a_pause_replies_go_before_lessons_and_lessons_before_reminders() -> None:
    line = Line()
    line.rate_limit.pause(2)
    for number in range(30):
        line.scheduled("reminder", Rank.REMINDER, 100 + number)
    for number in range(30):
        line.scheduled("lesson", Rank.LESSON, 200 + number)
    for number in range(30):
        line.begins("sendMessage", "reply", chat=300 + number)
    went = (await line.after(30))[1:]
    assert went.count("reply") == went.count("lesson") == went.count("reminder") == 30
    # Whoever wakes first at the very end of the pause may slip through; a whole rank may not.
    assert [name for name in went if name != "reply"][25:30] == ["lesson"] * 5
    assert went.index("reminder") > 30 or went[:60].count("reminder") <= 25


async def test_a_person_who_floods_holds_up_nobody_else() -> None:
    line = Line()
    for number in range(50):
        line.begins("sendMessage", "flood", chat=1)
        line.scheduled("lesson", Rank.LESSON, 100 + number)
    went = await line.after(4)
    assert went.count("lesson") == 50
    assert went.count("flood") <= 7


async def test_a_group_gets_twenty_calls_a_minute_and_holds_up_nobody_else() -> None:
    line = Line()
    for _ in range(45):
        line.begins("sendMessage", "group", chat=-1)
    line.begins("sendMessage", "Ada", chat=1)
    line.begins("getChatMember", "who", chat=-1)
    went = await line.after(1)
    assert {"Ada", "who"} <= set(went)
    await line.after(200)
    instants = [at for name, at in line.went if name == "group"]
    assert len(instants) == 45
    assert all(
        later - earlier > GROUP_SECONDS for earlier, later in zip(instants, instants[GROUP_CALLS:], strict=False)
    )


async def test_a_429_about_a_group_holds_that_group_alone() -> None:
    line = Line()
    with pytest.raises(Flood):
        await line.call("createForumTopic", "made", chat=-1, fault=Flood(30.0))
    line.begins("sendMessage", "group", chat=-1)
    line.begins("sendMessage", "Ada", chat=1)
    went = await line.after(1)
    assert went == ["made", "Ada"]
    await line.after(29)
    assert [name for name, _ in line.went].count("group") == 0
    await line.after(2)
    assert [name for name, _ in line.went].count("group") == 1


@pytest.mark.parametrize("endpoint", ["setMyName", "setMyCommands", "setMyProfilePhoto", "getUserProfilePhotos"])
async def test_a_429_about_no_chat_holds_nothing_but_itself(endpoint: str) -> None:
    line = Line()
    with pytest.raises(Flood):
        await line.call(endpoint, fault=Flood(86_400.0))
    line.begins("sendMessage", "Ada", chat=1)
    line.begins("answerCallbackQuery", "tap")
    assert await line.after(0) == [endpoint, "Ada", "tap"]
    assert not line.alerts.standing()


@pytest.mark.parametrize("endpoint", ["answerCallbackQuery", "editMessageText", "getMe"])
async def test_a_429_on_an_answer_holds_every_call_though_it_names_no_chat(endpoint: str) -> None:
    line = Line()
    with pytest.raises(Flood):
        await line.call(endpoint, fault=Flood(30.0))
    line.begins("sendMessage", "Ada", chat=1)
    assert await line.after(30) == [endpoint]
    assert await line.after(2) == [endpoint, "getMe", "Ada"]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from(list(Rank)), st.floats(0, 2)), max_size=120))
async def test_no_second_holds_more_than_thirty_calls_nor_a_chat_more_than_its_share(
    calls: list[tuple[int, Rank, float]],
) -> None:
    line = Line()
    for chat, rank, gap in calls:
        if rank is Rank.REPLY:
            line.begins("sendMessage", f"{chat}", chat=chat)
        else:
            line.scheduled(f"{chat}", rank, chat)
        await line.after(gap / 10)
    await line.after(600)
    assert len(line.went) == len(calls)
    instants = [at for _, at in line.went]
    assert all(later - earlier >= 1.0 - 1e-9 for earlier, later in zip(instants, instants[30:], strict=False))
    for person in {name for name, _ in line.went}:
        own = [at for name, at in line.went if name == person]
        # Three at once, then calm: four in a row take at least the second that the fourth waits for.
        assert all(later - earlier >= 1.0 for earlier, later in zip(own, own[3:], strict=False))


@settings(max_examples=20)
@given(st.integers(0, 2**32))
async def test_three_hundred_waiting_people_meet_no_refusal_however_the_road_jitters(seed: int) -> None:
    line, arrived, chance = Line(), list[float](), random.Random(seed)

    async def through() -> bool:
        await line.clock.sleep(chance.uniform(0, ROAD / 2))
        arrived.append(line.clock.monotonic())
        await line.clock.sleep(chance.uniform(0, ROAD))
        return True

    for chat in range(300):
        call = line.rate_limit.process_request(through, (), {}, "sendMessage", {"chat_id": chat}, None)
        line.tasks.append(asyncio.create_task(call))
    await line.after(12)

    assert len(arrived) == 300
    assert all(later - earlier >= 1.0 - 1e-9 for earlier, later in zip(arrived, arrived[30:], strict=False))


async def test_a_telegram_that_answers_late_slows_the_pace_by_a_fifth_at_most() -> None:
    line = Line()

    async def through() -> bool:
        line.went.append(("", line.clock.monotonic()))
        await line.clock.sleep(12)
        return True

    for chat in range(390):
        call = line.rate_limit.process_request(through, (), {}, "sendMessage", {"chat_id": chat}, None)
        line.tasks.append(asyncio.create_task(call))
    assert len(await line.after(12 * (1 + ROAD) + 0.01)) == 390


async def test_calls_whose_claims_took_long_count_when_they_leave() -> None:
    line = Line()
    slots = [await line.rate_limit.take(chat, Rank.REMINDER) for chat in range(8)]
    await line.after(1.0)  # a slow disk
    for chat, slot in enumerate(slots):
        await line.call("sendMessage", "late", chat, slot)
    for chat in range(100, 140):
        line.scheduled("next", Rank.REMINDER, chat)
    assert len(await line.after(0.9)) == 25
    assert len(await line.after(5.0)) == 48


async def test_the_turnstile_lets_the_lower_rank_in_first_and_never_loses_a_place() -> None:
    gate, order, leave = PrioritySemaphore(1), [], asyncio.Event()

    async def pass_through(name: str, rank: Rank) -> None:
        async with gate.place(rank):
            order.append(name)
            await leave.wait()

    tasks = [asyncio.create_task(pass_through("first", Rank.REMINDER))]
    await asyncio.sleep(0)
    for name, rank in (("reminder", Rank.REMINDER), ("gives up", Rank.LESSON), ("lesson", Rank.LESSON)):
        tasks.append(asyncio.create_task(pass_through(name, rank)))
    await asyncio.sleep(0)
    tasks[2].cancel()
    leave.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["first", "lesson", "reminder"]

    async with asyncio.timeout(5), gate.place(Rank.REPLY):
        pass


def test_what_is_free_of_limits_is_not_free_of_pauses() -> None:
    assert "answerCallbackQuery" in FREE
    assert "getMe" not in FREE


async def test_what_is_paid_for_takes_no_place_of_a_reply() -> None:
    line = Line(1000, paid=True)
    for chat in range(200):
        line.scheduled(f"planned {chat}", Rank.REMINDER, chat)
    for chat in range(1000, 1030):
        line.begins("sendMessage", "reply", chat)
    await line.after(0.2)
    names = [name for name, at in line.went if at == 0.0]
    assert (len(names), names.count("reply")) == (230, 30)


async def test_of_what_is_paid_for_no_more_leaves_in_a_second_than_was_set() -> None:
    line = Line(100, paid=True)
    for chat in range(150):
        line.scheduled(f"planned {chat}", Rank.REMINDER, chat)
    await line.after(0.9)
    assert len(line.went) == 100
    await line.after(0.5)
    assert len(line.went) == 150


async def test_of_thousands_of_chats_only_those_that_still_count_are_kept() -> None:
    line = Line(1000, paid=True)
    await line.rate_limit.take(-1, Rank.LESSON)
    for second in range(10):
        for number in range(900):
            await line.rate_limit.take(1 + second * 900 + number, Rank.LESSON)
        await line.clock.advance(1)
    assert -1 in line.rate_limit._chats
    assert len(line.rate_limit._chats) <= CHATS_REMEMBERED + 1000
