"""The poll loop against a Telegram in memory that confirms, redelivers and fails as the real one does."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.request import BaseRequest

from bot.bot_api.answer import judge
from bot.bot_api.client import READ_SECONDS
from bot.bot_api.errors import Flood, MaybeSent, NotSent, Rejected, SendTrouble
from bot.bot_api.inbox import Inbox, split_updates
from bot.bot_api.token_check import TokenRefused
from bot.clock import MovableClock
from bot.intake.polling import Polling
from bot.intake.update_queue import (
    ALLOWED_UPDATES,
    HANDFUL,
    HOLDS,
    PoisonUpdate,
    RetryLater,
    SlidingWindow,
    UpdateQueue,
)
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.metrics import Metrics
from tests.support.hooks import Hooks, always_heard, breathe, pass_time

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

UNAUTHORIZED = Rejected(401, "Unauthorized")
NOT_FOUND = Rejected(404, "Not Found")
CONFLICT = Rejected(409, "Conflict")


@dataclass
class FakeTelegram:
    """Pending updates, and what was confirmed; `alerts` are raised before anything else."""

    clock: MovableClock
    pending: list[tuple[int, bytes]] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    calls: list[tuple[int | None, int]] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)
    get_me_calls: int = 0
    alerts: list[Exception] = field(default_factory=list)
    refusal: SendTrouble | None = None
    refuses_get_me: bool = True
    webhook: bool = False
    may_confirm: Callable[[int], bool] = lambda update_id: True
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def post(self, update_id: int, body: bytes | None = None, **update: object) -> None:
        raw = json.dumps({"update_id": update_id} | update).encode() if body is None else body
        self.pending.append((update_id, raw))
        self.arrived.set()

    def says(self, update_id: int, person: int, text: str = "hi", date: int = 1_772_442_000) -> None:
        chat = {"id": person, "type": "private"}
        message = {"message_id": 1, "date": date, "chat": chat, "from": {"id": person}, "text": text}
        self.post(update_id, message=message)

    def taps(self, update_id: int, person: int) -> None:
        self.post(update_id, callback_query={"id": f"q{update_id}", "from": {"id": person}, "data": "x"})

    async def get_updates(self, offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]:
        assert tuple(allowed_updates) == ALLOWED_UPDATES
        self.calls.append((offset, wait))
        self.asked_at.append(self.clock.monotonic())
        await asyncio.sleep(0)
        if self.refusal is not None:
            raise self.refusal
        if self.alerts:
            raise self.alerts.pop(0)
        if offset is not None:
            for update_id in [one for one, _ in self.pending if one < offset]:
                assert self.may_confirm(update_id), f"update {update_id} was confirmed unfinished"
                self.confirmed.append(update_id)
            self.pending = [one for one in self.pending if one[0] >= offset]
        if not self.pending and wait:
            self.arrived.clear()
            alarm = asyncio.create_task(self.clock.sleep(wait))
            arrival = asyncio.create_task(self.arrived.wait())
            try:
                await asyncio.wait({alarm, arrival}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                alarm.cancel()
                arrival.cancel()
        return [raw for _, raw in self.pending[:100]]

    async def has_webhook(self) -> bool:
        await self.get_me()
        return self.webhook

    async def get_me(self) -> None:
        self.get_me_calls += 1
        if self.refusal is not None and self.refuses_get_me:
            raise self.refusal


class House(Hooks):
    """A poll loop with its hooks on record, and the fake behind it."""

    def __init__(self, clock: MovableClock, telegram: FakeTelegram) -> None:
        super().__init__(clock, works=False)
        self.telegram = telegram

    def poll(self, **limits: Any) -> Polling:
        return Polling(self.telegram, self.intake(**limits), self.clock, self.alerts)


@pytest.fixture
def testbed() -> House:
    clock = MovableClock(START)
    return House(clock, FakeTelegram(clock))


@asynccontextmanager
async def running(testbed: House, **limits: Any) -> AsyncIterator[Polling]:
    poll = testbed.poll(**limits)
    task = asyncio.create_task(poll.run())
    await breathe()
    try:
        yield poll
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def stop(testbed: House, poll: Polling, grace: float) -> None:
    """Stop while the clock goes on."""
    stopping = asyncio.create_task(poll.stop(grace))
    await breathe()
    for _ in range(20):
        if stopping.done():
            break
        await testbed.passes(1)
    await stopping


async def test_an_update_is_handled_and_then_confirmed(testbed: House) -> None:
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        assert testbed.handled == [10]
        assert testbed.telegram.confirmed == [10]
        assert testbed.telegram.calls == [(None, 30), (11, 30)]


@dataclass
class SlowWire:
    """A wire on which each answer of that Telegram takes so many seconds, and whoever waits less long hears none."""

    telegram: FakeTelegram
    seconds: float
    given_up: int = 0

    async def do_request(self, url: str, read_timeout: float, **given: Any) -> tuple[int, bytes]:
        await self.telegram.clock.sleep(min(self.seconds, read_timeout))
        if read_timeout < self.seconds:
            self.given_up += 1
            raise MaybeSent("no answer in time")
        offset = given["request_data"].parameters.get("offset")
        found = await self.telegram.get_updates(offset, 0, ALLOWED_UPDATES) if url.endswith("getUpdates") else []
        return 200, b'{"ok": true, "result": [' + b",".join(found) + b"]}"


@pytest.mark.parametrize("seconds", [12, READ_SECONDS - 1])
async def test_a_telegram_that_is_slow_to_answer_is_heard(testbed: House, seconds: float) -> None:
    wire = SlowWire(testbed.telegram, seconds)
    poll = Polling(
        Inbox(cast(BaseRequest, wire), "https://api.example/bot1:x"), testbed.intake(), testbed.clock, testbed.alerts
    )
    task = asyncio.create_task(poll.run())
    said = range(10, 22)
    for update_id in said:  # one each twenty seconds, four minutes long
        testbed.telegram.says(update_id, person=1)
        await testbed.passes(20)
    await testbed.passes(2 * READ_SECONDS)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (testbed.handled, wire.given_up) == (list(said), 0)


async def test_an_update_that_comes_during_a_long_poll_is_handled_at_once(testbed: House) -> None:
    async with running(testbed):
        testbed.telegram.says(10, person=1)
        await breathe()
        assert testbed.handled == [10]


async def test_nothing_is_confirmed_before_its_effect_is_stored(testbed: House) -> None:
    stored = asyncio.Event()
    testbed.before = lambda _: waits_for(stored)
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(5)
        assert testbed.telegram.confirmed == []
        assert {offset for offset, _ in testbed.telegram.calls[1:]} == {10}
        stored.set()
        await testbed.passes(1)
        assert testbed.telegram.confirmed == [10]
    assert testbed.started == [10]


async def waits_for(event: asyncio.Event) -> None:
    await event.wait()


async def test_one_persons_updates_are_handled_in_order(testbed: House) -> None:
    doors = defaultdict[int, asyncio.Event](asyncio.Event)
    testbed.before = lambda update_id: waits_for(doors[update_id])
    for update_id in (10, 11, 12):
        testbed.telegram.says(update_id, person=1)
    async with running(testbed):
        for update_id in (12, 11, 10):
            doors[update_id].set()
            await testbed.passes(1)
        assert testbed.handled == [10, 11, 12]


async def test_a_tap_and_a_message_of_one_person_stay_in_order(testbed: House) -> None:
    door = asyncio.Event()
    testbed.before = lambda _: waits_for(door)
    testbed.telegram.taps(10, person=1)
    testbed.telegram.says(11, person=1)
    async with running(testbed):
        assert testbed.started == [10]
        door.set()
        await testbed.passes(1)
        assert testbed.handled == [10, 11]


async def test_people_are_handled_side_by_side(testbed: House) -> None:
    door = asyncio.Event()
    testbed.before = lambda _: waits_for(door)
    for person in range(5):
        testbed.telegram.says(10 + person, person=person)
    async with running(testbed):
        assert testbed.started == [10, 11, 12, 13, 14]


async def test_at_most_64_are_handled_at_once(testbed: House) -> None:
    door = asyncio.Event()
    testbed.before = lambda _: waits_for(door)
    for person in range(90):
        testbed.telegram.says(10 + person, person=person)
    async with running(testbed):
        assert len(testbed.started) == 64
        door.set()
        await testbed.passes(1)
        assert sorted(testbed.handled) == list(range(10, 100))


async def test_whoever_waits_for_a_reply_to_leave_keeps_nobody_from_being_handled(testbed: House) -> None:
    door = asyncio.Event()
    testbed.before_answered = lambda _: waits_for(door)
    for person in range(90):
        testbed.telegram.says(10 + person, person=person)
    async with running(testbed):
        assert sorted(testbed.handled) == list(range(10, 100))
        assert testbed.telegram.confirmed == []
        door.set()
        await testbed.passes(1)
        assert testbed.telegram.confirmed == list(range(10, 100))


async def test_a_handful_of_one_account_waits_for_its_replies_and_is_confirmed_with_them(testbed: House) -> None:
    testbed.replies_left = asyncio.Event()
    for number in range(HANDFUL):
        testbed.telegram.says(10 + number, person=1)
    async with running(testbed):
        await testbed.passes(1)
        assert testbed.telegram.confirmed == []
        testbed.replies_left.set()
        await testbed.passes(1)
        assert testbed.telegram.confirmed == list(range(10, 10 + HANDFUL))


@pytest.mark.parametrize("accounts", [1, 5, 12])
async def test_whoever_types_more_than_a_handful_holds_nobody_up(testbed: House, accounts: int) -> None:
    testbed.replies_left = asyncio.Event()
    for number in range(1_500):
        testbed.telegram.says(10 + number, person=number % accounts)
    testbed.telegram.says(2_000, person=99)
    async with running(testbed):
        await testbed.passes(0.9)
        assert 2_000 in testbed.handled
    assert testbed.aside == []


async def test_a_flood_that_grows_while_its_first_reply_waits_is_let_go_as_well(testbed: House) -> None:
    testbed.replies_left = asyncio.Event()
    async with running(testbed):
        for number in range(HANDFUL + 1):
            testbed.telegram.says(10 + number, person=1)
            await testbed.passes(0.25)
        await testbed.passes(0.25)
        assert testbed.telegram.confirmed == list(range(10, 10 + HANDFUL + 1))


async def test_one_stalled_person_delays_nobody_else(testbed: House) -> None:
    door = asyncio.Event()
    testbed.before = lambda update_id: waits_for(door) if update_id == 10 else asyncio.sleep(0)
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        for update_id in range(11, 61):
            testbed.telegram.says(update_id, person=update_id)
            await testbed.passes(0.25)
            assert testbed.handled[-1] == update_id
        assert testbed.telegram.confirmed == []
        assert max(count for count in Counter(testbed.started).values()) == 1
        door.set()
        await testbed.passes(1)
        assert testbed.telegram.confirmed == list(range(10, 61))
    assert max(count for count in Counter(testbed.started).values()) == 1


async def test_while_something_is_in_hand_the_loop_asks_four_times_a_second(testbed: House) -> None:
    testbed.before = lambda _: waits_for(asyncio.Event())
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        before = len(testbed.telegram.calls)
        await testbed.passes(10)
        assert len(testbed.telegram.calls) - before == 40
        assert {wait for _, wait in testbed.telegram.calls[1:]} == {0}


async def test_a_handler_that_hangs_by_itself_is_set_aside_in_the_end(testbed: House) -> None:
    testbed.works = True
    testbed.before = lambda _: waits_for(asyncio.Event())
    testbed.telegram.says(10, person=1)
    async with running(testbed, try_seconds=0.001):
        while not testbed.aside:
            await asyncio.sleep(0.002)
            await testbed.passes(30)
    assert testbed.started == [10] * (HOLDS + 1)
    assert testbed.aside == [(10, "TimeoutError")]


async def test_while_the_disk_hangs_nothing_is_set_aside_or_confirmed(testbed: House) -> None:
    disk = asyncio.Event()

    async def asks_the_disk() -> bool:
        await disk.wait()
        return True

    testbed.storage_works = asks_the_disk  # type: ignore[method-assign]
    testbed.before = lambda _: waits_for(disk)
    for person in (1, 2):
        testbed.telegram.says(10 + person, person, text="/stop")
    async with running(testbed, try_seconds=0.001):
        for _ in range(30):
            await asyncio.sleep(0.002)
            await testbed.passes(60)
        assert (testbed.aside, testbed.telegram.confirmed) == ([], [])
        disk.set()
        await testbed.passes(2)
        assert testbed.handled == [11, 12]
        assert testbed.telegram.confirmed == [11, 12]
        assert testbed.aside == []


async def test_a_kill_between_effect_and_confirmation_delivers_the_update_again(testbed: House) -> None:
    testbed.telegram.says(10, person=1)
    testbed.before = lambda update_id: fails_if(update_id == 11, RetryLater)
    testbed.telegram.says(11, person=2)
    async with running(testbed):
        assert testbed.handled == [10]
    # cancelled here: 10 may be stored and unconfirmed, 11 is not stored
    testbed.before = None
    async with running(testbed):
        await testbed.passes(1)
        assert testbed.handled[-1] == 11
        assert sorted(testbed.telegram.confirmed) == [10, 11]


async def fails_if(condition: bool, error: type[Exception]) -> None:
    if condition:
        raise error


async def test_a_kill_in_the_middle_of_a_handler_loses_nothing(testbed: House) -> None:
    testbed.before = lambda _: waits_for(asyncio.Event())
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        assert testbed.started == [10]
    assert testbed.telegram.confirmed == []
    testbed.before = None
    async with running(testbed):
        assert testbed.handled == [10]


async def test_a_handler_that_raises_is_tried_three_times_and_then_set_aside_once(testbed: House) -> None:
    testbed.before = lambda update_id: fails_if(update_id == 10, KeyError)
    testbed.telegram.says(10, person=1)
    testbed.telegram.says(11, person=1)
    testbed.telegram.says(12, person=2)
    async with running(testbed):
        assert testbed.handled == [12]
        await testbed.passes(0.5)
        assert testbed.started.count(10) == 2
        await testbed.passes(5)
        assert testbed.started.count(10) == 3
        assert testbed.aside == [(10, "KeyError")]
        assert testbed.failed == [1]
        assert testbed.handled == [12, 11]
        assert testbed.telegram.confirmed == [10, 11, 12]


async def test_a_handler_that_recovers_is_not_set_aside(testbed: House) -> None:
    testbed.before = lambda _: fails_if(len(testbed.started) < 3, OSError)
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(5)
        assert testbed.handled == [10]
        assert testbed.aside == []


async def test_a_handler_that_breaks_off_by_itself_counts_as_a_failed_try(testbed: House) -> None:
    async def awaits_what_somebody_cancelled(_: int) -> None:
        raise asyncio.CancelledError

    testbed.before = awaits_what_somebody_cancelled
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(5)
        assert testbed.aside == [(10, "BrokenOff")]
        assert testbed.telegram.confirmed == [10]


async def test_an_update_the_handler_cannot_read_is_set_aside_at_once(testbed: House) -> None:
    testbed.before = lambda _: fails_if(True, PoisonUpdate)
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        assert testbed.started == [10]
        assert testbed.aside == [(10, "PoisonUpdate")]
        assert testbed.failed == []


async def test_whoever_meets_one_fault_after_another_is_told_once_a_minute(testbed: House) -> None:
    testbed.before = lambda _: fails_if(True, KeyError)
    for update_id in range(10, 14):
        testbed.telegram.says(update_id, person=1)
    testbed.telegram.post(14, my_chat_member={"from": {"id": 2}, "chat": {"id": 2}})
    async with running(testbed):
        await testbed.passes(20)
        assert sorted(update_id for update_id, _ in testbed.aside) == [10, 11, 12, 13, 14]
        assert testbed.failed == [1]


@pytest.mark.parametrize(
    "body",
    [
        b'{"update_id": 11, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"update_id": 11, "message": {"date": ' + b"9" * 5000 + b"}}",
        b'{"update_id": 11, "message": {"text": "\x01',
    ],
)
async def test_json_that_cannot_be_read_is_set_aside_and_the_others_go_on(testbed: House, body: bytes) -> None:
    testbed.telegram.says(10, person=1)
    testbed.telegram.post(11, body=body)
    testbed.telegram.says(12, person=1)
    async with running(testbed):
        assert testbed.handled == [10, 12]
        assert testbed.aside == [(11, "PoisonUpdate")]
        assert testbed.telegram.confirmed == [10, 11, 12]


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"7",
        b"[]",
        b"{}",
        b'{"update_id": "11"}',
        b'{"update_id": true}',
        b'{"update_id": ' + b"9" * 30 + b"}",
    ],
)
async def test_an_update_without_an_id_is_passed_over_without_spinning(testbed: House, body: bytes) -> None:
    testbed.telegram.post(11, body=body)
    async with running(testbed):
        await testbed.passes(10)
        assert len(testbed.telegram.calls) <= 12
        testbed.telegram.says(12, person=1)
        await testbed.passes(2)
        assert testbed.handled == [12]
        assert testbed.telegram.confirmed == [11, 12]


async def test_an_update_of_broken_json_is_set_aside_and_lets_the_next_one_come(testbed: House) -> None:
    async def in_one_answer(offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]:
        raw = await fetch(offset, wait, allowed_updates)
        return split_updates(judge(200, b'{"ok": true, "result": [%s]}' % b",".join(raw)))

    fetch = testbed.telegram.get_updates
    testbed.telegram.get_updates = in_one_answer  # type: ignore[method-assign]
    testbed.telegram.post(10, body=b'{"update_id": 10, "message": {"text": "a}}')
    for update_id in (11, 12, 13):
        testbed.telegram.says(update_id, person=update_id)
    async with running(testbed):
        await testbed.passes(5)
        assert testbed.aside == [(10, "PoisonUpdate")]
        assert testbed.handled == [11, 12, 13]
        assert testbed.telegram.confirmed == [10, 11, 12, 13]


@pytest.mark.parametrize("odd", [None, 7, [], {"from": None}, {"from": {"id": "5"}}, {"from": {"id": True}}])
async def test_an_odd_update_still_reaches_the_handler(testbed: House, odd: object) -> None:
    testbed.telegram.post(10, message=odd)
    testbed.telegram.post(11, unheard_of={})
    async with running(testbed):
        assert testbed.handled == [10, 11]


async def test_a_server_that_does_not_wait_does_not_make_the_loop_spin(testbed: House) -> None:
    async def answer_at_once(offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]:
        testbed.telegram.calls.append((offset, wait))
        return []

    testbed.telegram.get_updates = answer_at_once  # type: ignore[method-assign]
    async with running(testbed):
        await testbed.passes(10)
        assert 30 <= len(testbed.telegram.calls) <= 42


async def test_while_nothing_can_be_stored_nothing_is_set_aside_or_confirmed(testbed: House) -> None:
    testbed.before = lambda _: fails_if(True, RetryLater)
    testbed.telegram.says(10, person=1)
    testbed.telegram.says(11, person=2)
    async with running(testbed):
        await testbed.passes(600)
        assert testbed.aside == []
        assert testbed.telegram.confirmed == []
        assert 20 < testbed.started.count(10) < 30
        testbed.before = None
        await testbed.passes(31)
        assert sorted(testbed.handled) == [10, 11]
        assert testbed.telegram.confirmed == [10, 11]


async def test_an_update_that_cannot_be_stored_while_others_can_is_set_aside_and_lets_them_be_confirmed(
    testbed: House,
) -> None:
    testbed.works = True
    testbed.before = lambda update_id: fails_if(update_id in (10, 11), RetryLater)
    for update_id, person in ((10, 1), (11, 1), (12, 2)):
        testbed.telegram.says(update_id, person)
    async with running(testbed):
        await testbed.passes(150)
        assert testbed.aside == []
        await testbed.passes(60)
        assert testbed.aside == [(10, "RetryLater"), (11, "RetryLater")]
        assert testbed.failed == [1]
        assert testbed.telegram.confirmed == [10, 11, 12]


async def test_an_outage_of_the_whole_storage_in_between_counts_the_holds_anew(testbed: House) -> None:
    testbed.works = True
    testbed.before = lambda _: fails_if(True, RetryLater)
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(150)
        testbed.works = False
        await testbed.passes(60)
        testbed.works = True
        await testbed.passes(150)
        assert testbed.aside == []
        testbed.before = None
        await testbed.passes(31)
        assert testbed.handled == [10]


async def test_whose_file_works_again_is_held_on_to_as_long_as_anybody(testbed: House) -> None:
    testbed.works = True
    testbed.before = lambda _: fails_if(True, RetryLater)
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(200)
        testbed.before = None
        testbed.telegram.says(11, person=1)
        await testbed.passes(1)
        testbed.before = lambda _: fails_if(True, RetryLater)
        testbed.telegram.says(12, person=1)
        await testbed.passes(150)
        assert testbed.aside == [(10, "RetryLater")]


async def test_setting_aside_waits_for_storage_too(testbed: House) -> None:
    full = [True]
    testbed.before = lambda _: fails_if(True, ValueError)
    testbed.before_aside = lambda _: fails_if(full[0], RetryLater)
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(120)
        assert testbed.telegram.confirmed == []
        full[0] = False
        await testbed.passes(31)
        assert testbed.started == [10, 10, 10]
        assert testbed.aside == [(10, "ValueError")]
        assert testbed.telegram.confirmed == [10]


async def test_setting_aside_that_fails_does_not_stall_the_person(testbed: House) -> None:
    testbed.before = lambda update_id: fails_if(update_id == 10, PoisonUpdate)
    testbed.before_aside = lambda _: fails_if(True, KeyError)
    testbed.telegram.says(10, person=1)
    testbed.telegram.says(11, person=1)
    async with running(testbed):
        assert testbed.handled == [11]


async def test_the_log_names_the_error_and_its_place_and_no_words(
    testbed: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def quote(_: int) -> None:
        raise ValueError("my knee hurts")

    caplog.set_level(logging.DEBUG)
    testbed.before = quote
    testbed.telegram.says(10, person=1, text="my knee hurts")
    async with running(testbed):
        await testbed.passes(5)
    assert "ValueError at test_polling.py:" in caplog.text
    assert "knee" not in caplog.text


@pytest.mark.parametrize("trouble", [NotSent("no connection"), MaybeSent("server error (502)"), Rejected(400, "odd")])
async def test_a_failed_fetch_is_repeated_after_1_2_4_and_at_most_30_seconds(
    testbed: House, trouble: SendTrouble
) -> None:
    testbed.telegram.alerts = [trouble] * 8
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(200)
        times = testbed.telegram.asked_at
        waits = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert waits[:8] == [1, 2, 4, 8, 16, 30, 30, 30]
        assert testbed.handled == [10]
        testbed.telegram.alerts = [trouble]
        testbed.telegram.says(11, person=1)
        await testbed.passes(1)
        assert testbed.handled == [10, 11]
        assert times[-1] - times[-2] == 1


@pytest.mark.parametrize(("told", "waited"), [(7.0, 7), (0.0, 1), (86_400.0, 300), (None, 1)])
async def test_a_429_is_waited_out(testbed: House, told: float | None, waited: float) -> None:
    testbed.telegram.alerts = [Flood(told)]
    async with running(testbed):
        await testbed.passes(400)
        assert testbed.telegram.asked_at[1] == waited


@pytest.mark.parametrize("blip", [UNAUTHORIZED, NOT_FOUND])
async def test_one_refusal_is_checked_and_forgotten(testbed: House, blip: Rejected) -> None:
    testbed.telegram.alerts = [blip]
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(3)
        assert testbed.telegram.get_me_calls == 1
        assert testbed.handled == [10]


@pytest.mark.parametrize(("refusal", "reason"), [(UNAUTHORIZED, "token"), (NOT_FOUND, "address")])
async def test_a_refusal_that_lasts_ends_the_loop_within_a_minute(
    testbed: House, refusal: Rejected, reason: str
) -> None:
    testbed.telegram.refusal = refusal
    task = asyncio.create_task(testbed.poll().run())
    await testbed.passes(44)
    assert not task.done()
    await testbed.passes(1)
    assert task.done()
    with pytest.raises(TokenRefused) as caught:
        await task
    assert caught.value.reason == reason
    assert 5 <= testbed.telegram.get_me_calls <= 8


async def test_a_refusal_of_getupdates_alone_does_not_end_the_loop(testbed: House) -> None:
    testbed.telegram.refusal, testbed.telegram.refuses_get_me = NOT_FOUND, False
    async with running(testbed):
        await testbed.passes(600)
        assert len(testbed.telegram.calls) < 30
        testbed.telegram.refusal = None
        testbed.telegram.says(10, person=1)
        await testbed.passes(31)
        assert testbed.handled == [10]


async def test_silence_during_the_check_is_no_refusal(testbed: House) -> None:
    testbed.telegram.refusal = UNAUTHORIZED
    async with running(testbed):
        await testbed.passes(0.5)
        testbed.telegram.refusal = NotSent("no connection")
        await testbed.passes(300)
        testbed.telegram.refusal = None
        testbed.telegram.says(10, person=1)
        await testbed.passes(62)
        assert testbed.handled == [10]


async def test_a_second_poller_is_gone_when_a_minute_has_passed_without_a_409(testbed: House) -> None:
    testbed.telegram.alerts = [CONFLICT]
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        assert list(testbed.alerts.standing()) == [AlertKind.SECOND_POLLER]
        await testbed.passes(10)
        assert testbed.handled == [10]
        assert testbed.telegram.confirmed == [10]
        await testbed.passes(49)
        assert list(testbed.alerts.standing()) == [AlertKind.SECOND_POLLER]
        await testbed.passes(2)
        assert testbed.alerts.standing() == {}


async def test_two_pollers_that_win_by_turns_are_one_trouble(testbed: House) -> None:
    told: list[AlertKind] = []
    testbed.alerts.listeners.append(lambda trouble: told.append(trouble.kind))
    async with running(testbed):
        for n in range(20):
            testbed.telegram.alerts = [CONFLICT]
            testbed.telegram.says(10 + n, person=1)
            await testbed.passes(15)
            assert list(testbed.alerts.standing()) == [AlertKind.SECOND_POLLER]
    assert told == [AlertKind.SECOND_POLLER]
    assert testbed.handled == list(range(10, 30))


async def test_a_webhook_that_is_set_is_a_trouble_of_its_own_and_is_left_set(testbed: House) -> None:
    testbed.telegram.refusal, testbed.telegram.refuses_get_me, testbed.telegram.webhook = CONFLICT, False, True
    async with running(testbed):
        await testbed.passes(600)
        [(cause, detail)] = testbed.alerts.standing().items()
        assert cause is AlertKind.WEBHOOK_SET
        assert "python -m bot unhook" in detail
        assert testbed.telegram.webhook
        testbed.telegram.refusal, testbed.telegram.webhook = None, False
        testbed.telegram.says(10, person=1)
        await testbed.passes(31)
        assert testbed.alerts.standing() == {}
        assert testbed.handled == [10]


async def test_a_409_whose_cause_cannot_be_asked_for_counts_as_a_second_poller(testbed: House) -> None:
    testbed.telegram.refusal = CONFLICT
    async with running(testbed):
        await testbed.passes(1)
        assert list(testbed.alerts.standing()) == [AlertKind.SECOND_POLLER]


async def test_an_error_nobody_thought_of_is_logged_by_kind_and_intake_goes_on(
    testbed: House, caplog: pytest.LogCaptureFixture
) -> None:
    testbed.telegram.alerts = [RuntimeError("quoting https://example.org/bot1:secret"), KeyError("x")]
    testbed.telegram.says(10, person=1)
    async with running(testbed):
        await testbed.passes(4)
        assert testbed.handled == [10]
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_ids_that_go_on_from_a_lower_number_are_handled(testbed: House) -> None:
    testbed.telegram.says(900_000, person=1)
    async with running(testbed):
        # a server ignores an offset far beyond the end of its queue
        kept = testbed.telegram.get_updates

        async def lenient(offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]:
            return await kept(None if offset is not None and offset > 800_000 else offset, wait, allowed_updates)

        await testbed.passes(31)
        testbed.telegram.get_updates = lenient  # type: ignore[method-assign]
        testbed.telegram.says(5, person=1)
        await testbed.passes(31)
        testbed.telegram.says(6, person=1)
        await testbed.passes(1)
        assert testbed.handled == [900_000, 5, 6]
        assert testbed.telegram.calls[-1][0] == 7


async def test_a_batch_in_disorder_is_handled_once_and_confirmed_whole(testbed: House) -> None:
    for update_id in (12, 10, 11):
        testbed.telegram.says(update_id, person=update_id)
    async with running(testbed):
        await testbed.passes(1)
        assert sorted(testbed.handled) == [10, 11, 12]
        assert sorted(testbed.telegram.confirmed) == [10, 11, 12]


async def test_typed_messages_beyond_20_a_minute_are_dropped_and_told_once(testbed: House) -> None:
    for n in range(30):
        testbed.telegram.says(10 + n, person=1)
    testbed.telegram.says(50, person=2)
    async with running(testbed):
        assert [one for one in testbed.handled if one < 50] == list(range(10, 30))
        assert 50 in testbed.handled
        assert testbed.flooded == [1]
        assert testbed.telegram.confirmed == [*range(10, 40), 50]


@pytest.mark.parametrize(
    "words",
    [
        "/stop",
        "/Unsubscribe@steady_knees_bot please",
        "/delete",
        "please stop sending me messages",
        "and now I have a pain in my chest",
        f"my calf is hot and swollen {'and it hurts ' * 300}",
    ],
)
async def test_a_parting_and_a_sign_of_danger_are_heard_however_fast_they_type(testbed: House, words: str) -> None:
    for n in range(30):
        testbed.telegram.says(10 + n, person=1)
    testbed.telegram.says(50, person=1, text=words)
    testbed.telegram.says(51, person=1, text="/today")
    async with running(testbed):
        assert testbed.handled == [*range(10, 30), 50]


async def test_a_flood_of_one_and_the_same_parting_ends_somewhere(testbed: House) -> None:
    for n in range(60):
        testbed.telegram.says(10 + n, person=1, text="/stop")
    async with running(testbed):
        assert testbed.handled == list(range(10, 50))


async def test_who_floods_a_group_is_not_told_in_their_own_chat(testbed: House) -> None:
    for n in range(30):
        message = {"message_id": 1, "date": 1_772_442_000, "chat": {"id": -100}, "from": {"id": 1}, "text": "hi"}
        testbed.telegram.post(10 + n, message=message)
    async with running(testbed):
        assert testbed.telegram.confirmed == list(range(10, 40))
        assert testbed.flooded == []


async def test_messages_that_gathered_over_an_outage_are_no_flood(testbed: House) -> None:
    for n in range(60):
        testbed.telegram.says(10 + n, person=1, date=1_772_442_000 + 5 * n)
    async with running(testbed):
        assert testbed.handled == list(range(10, 70))
        assert testbed.flooded == []


async def test_taps_beyond_60_a_minute_are_dropped_and_yet_answered(testbed: House) -> None:
    for n in range(65):
        testbed.telegram.taps(10 + n, person=1)
    async with running(testbed):
        assert testbed.handled == list(range(10, 70))
        assert testbed.answered == ["q70", "q71", "q72", "q73", "q74"]
        assert testbed.flooded == [1]
        await testbed.passes(61)
        testbed.telegram.taps(80, person=1)
        await testbed.passes(1)
        assert testbed.handled[-1] == 80


async def test_blocking_the_bot_is_never_dropped(testbed: House) -> None:
    for n in range(70):
        testbed.telegram.post(10 + n, my_chat_member={"from": {"id": 1}, "chat": {"id": 1}})
    async with running(testbed):
        assert len(testbed.handled) == 70


async def test_a_failing_hook_after_a_drop_harms_nothing(testbed: House) -> None:
    async def fail(callback_query_id: str) -> None:
        raise OSError

    testbed.answer_dropped = fail  # type: ignore[method-assign]
    testbed.telegram.taps(10, person=1)
    testbed.telegram.taps(11, person=1)
    testbed.telegram.says(12, person=1)
    async with running(testbed, taps_a_minute=1):
        assert testbed.handled == [10, 12]


def test_the_gate_forgets_who_has_been_quiet_for_a_minute() -> None:
    gate = SlidingWindow(2)
    assert [gate.admits(1, at) for at in (0, 1, 2, 60, 60.5, 61)] == [True, True, False, True, False, True]
    for person in range(1000):
        gate.admits(person, 200 + person)
    assert len(gate._passed) == 60


async def test_stop_in_a_long_poll_ends_at_once(testbed: House) -> None:
    testbed.telegram.says(10, person=1)
    poll = testbed.poll()
    task = asyncio.create_task(poll.run())
    await breathe()
    await poll.stop(5)
    await task
    assert testbed.clock.monotonic() == 0
    assert testbed.telegram.confirmed == [10]


async def test_stop_confirms_what_finished_and_only_that(testbed: House) -> None:
    doors = defaultdict[int, asyncio.Event](asyncio.Event)
    testbed.before = lambda update_id: waits_for(doors[update_id])
    for update_id in (10, 11, 12, 13):
        testbed.telegram.says(update_id, person=update_id)
    poll = testbed.poll()
    task = asyncio.create_task(poll.run())
    await breathe()
    doors[10].set()
    doors[12].set()
    stopping = asyncio.create_task(poll.stop(3))
    await breathe()
    doors[11].set()
    await breathe()
    assert not stopping.done()
    await testbed.passes(3)
    await stopping
    await task
    assert testbed.handled == [10, 12, 11]
    assert testbed.telegram.confirmed == [10, 11, 12]
    assert testbed.telegram.calls[-1] == (13, 0)


async def test_stop_starts_no_further_handler_and_no_further_try(testbed: House) -> None:
    door = asyncio.Event()
    testbed.before = lambda update_id: waits_for(door) if update_id == 10 else fails_if(True, OSError)
    testbed.telegram.says(10, person=1)
    testbed.telegram.says(11, person=1)
    testbed.telegram.says(12, person=2)
    poll = testbed.poll()
    task = asyncio.create_task(poll.run())
    await breathe()
    assert testbed.started == [10, 12]
    stopping = asyncio.create_task(poll.stop(60))
    await breathe()
    door.set()
    await breathe()
    assert stopping.done()
    await task
    assert testbed.started == [10, 12]
    assert testbed.handled == [10]
    assert testbed.clock.monotonic() == 0
    assert testbed.telegram.confirmed == [10]


async def test_a_handler_that_fails_after_stop_is_left_to_the_next_process(testbed: House) -> None:
    door = asyncio.Event()

    async def fail_late(_: int) -> None:
        await door.wait()
        raise OSError

    testbed.before = fail_late
    testbed.telegram.says(10, person=1)
    async with running(testbed) as poll:
        stopping = asyncio.create_task(poll.stop(60))
        await breathe()
        door.set()
        await breathe()
        assert stopping.done()
    assert testbed.clock.monotonic() == 0
    assert testbed.aside == []
    assert testbed.telegram.confirmed == []


async def test_stop_does_not_wait_for_a_telegram_that_is_down(testbed: House) -> None:
    testbed.telegram.says(10, person=1)
    async with running(testbed) as poll:
        testbed.telegram.refusal = NotSent("no connection")
        await testbed.passes(100)
        before = testbed.clock.monotonic()
        await stop(testbed, poll, grace=5)
        assert testbed.clock.monotonic() - before <= 1


async def test_stop_bounds_a_last_confirmation_that_hangs(testbed: House) -> None:
    testbed.before = lambda _: asyncio.sleep(0)
    async with running(testbed) as poll:
        kept = testbed.telegram.get_updates

        async def hang_on_the_last(offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]:
            if wait == 0:
                await asyncio.Event().wait()
            return await kept(offset, wait, allowed_updates)

        testbed.telegram.get_updates = hang_on_the_last  # type: ignore[method-assign]
        testbed.telegram.says(10, person=1)
        await breathe()
        poll_ended = asyncio.create_task(poll.stop(5))
        await testbed.passes(3)
        assert poll_ended.done()


async def test_stop_before_and_after_the_run_returns(testbed: House) -> None:
    poll = testbed.poll()
    await poll.stop(5)
    await poll.run()
    await poll.stop(5)
    assert testbed.telegram.calls == []


async def test_fetches_that_fail_for_half_a_minute_are_a_reason_until_one_succeeds(testbed: House) -> None:
    async with running(testbed) as poll:
        await testbed.passes(40)
        testbed.telegram.refusal = NotSent("no connection")
        await testbed.passes(20)  # the long poll that was under way ends well
        assert poll.reasons() == []
        await testbed.passes(29)
        assert poll.reasons() == []
        await testbed.passes(2)
        assert poll.reasons() == ["no updates for 31 seconds: no connection"]
        testbed.telegram.refusal = None
        await testbed.passes(30)
        assert poll.reasons() == []
        assert poll.last_contact_at is not None
        assert testbed.clock.monotonic() - poll.last_contact_at < 30


async def test_the_loop_says_when_it_last_heard_from_telegram(testbed: House) -> None:
    async with running(testbed) as poll:
        assert poll.last_contact_at is None
        await testbed.passes(30)
        assert poll.last_contact_at == 30
        testbed.telegram.refusal = MaybeSent("server error (502)")
        await testbed.passes(100)
        assert poll.last_contact_at == 60


@dataclass
class Storm:
    """Handlers that end when told to, in any order; an oracle of what was stored."""

    endings: dict[int, list[str]]
    stored: Counter[int] = field(default_factory=Counter)
    order: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    aside: set[int] = field(default_factory=set)
    open: list[asyncio.Future[None]] = field(default_factory=list)

    async def handle(self, update: dict[str, Any]) -> None:
        door: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.open.append(door)
        try:
            await door
        finally:
            self.open.remove(door)
        update_id = update["update_id"]
        endings = self.endings[update_id]
        match endings.pop(0) if endings else "stored":
            case "raises":
                raise ValueError
            case "holds":
                raise RetryLater
        self.stored[update_id] += 1
        self.order[update["message"]["from"]["id"]].append(update_id)
        if endings:
            await asyncio.sleep(0)  # stored, not yet returned: the moment a kill would double

    async def set_aside(self, update_id: int, error_kind: str) -> None:
        self.aside.add(update_id)

    async def answered(self, update_id: int, pressed: asyncio.Event) -> None:
        pass

    async def storage_works(self) -> bool:
        return True

    async def ignore(self, _: object) -> None:
        raise AssertionError("nothing floods here")

    async def told(self, person: int) -> None:
        assert self.aside, "somebody was told of a failure before anything was set aside"


persons = st.integers(1, 3)
endings = st.lists(st.sampled_from(["raises", "holds", "stored"]), max_size=4)
arrivals = st.lists(st.tuples(persons, endings), min_size=1, max_size=12)
moves = st.lists(
    st.one_of(
        st.just(("arrives", 0)),
        st.tuples(st.just("ends"), st.integers(0, 20)),
        st.tuples(st.just("passes"), st.integers(1, 8)),
        st.just(("fails", 0)),
        st.just(("killed", 0)),
        st.tuples(st.just("stopped"), st.integers(0, 2)),
    ),
    max_size=40,
)


@given(arrivals, moves)
def test_in_any_interleaving_nothing_is_lost_doubled_or_confirmed_early(
    people: list[tuple[int, list[str]]], steps: list[tuple[str, int]]
) -> None:
    asyncio.run(weather(people, steps))


async def weather(people: list[tuple[int, list[str]]], steps: list[tuple[str, int]]) -> None:
    clock = MovableClock(START)
    storm = Storm({10 + n: list(ends) for n, (_, ends) in enumerate(people)})
    telegram = FakeTelegram(
        clock, may_confirm=lambda update_id: storm.stored[update_id] > 0 or update_id in storm.aside
    )
    coming = [(10 + n, person) for n, (person, _) in enumerate(people)]
    lives = 0

    def born() -> tuple[Polling, asyncio.Task[None]]:
        nonlocal lives
        lives += 1
        intake = UpdateQueue(
            storm.handle,
            clock,
            Metrics(clock),
            answered=storm.answered,
            storage_works=storm.storage_works,
            set_aside=storm.set_aside,
            is_always_heard=always_heard,
            answer_dropped=storm.ignore,
            flooded=storm.ignore,
            failed=storm.told,
        )
        poll = Polling(telegram, intake, clock, Alerts(clock))
        return poll, asyncio.create_task(poll.run())

    poll, life = born()
    for step, number in steps:
        match step:
            case "arrives" if coming:
                update_id, person = coming.pop(0)
                telegram.says(update_id, person)
            case "ends" if storm.open:
                storm.open[number % len(storm.open)].set_result(None)
            case "passes":
                await pass_time(clock, number / 4)
            case "fails":
                telegram.alerts.append(MaybeSent("server error (500)"))
            case "killed":
                life.cancel()
                await asyncio.gather(life, return_exceptions=True)
                poll, life = born()
            case "stopped":
                stopping = asyncio.create_task(poll.stop(number))
                await pass_time(clock, number + 2)
                await stopping
                await life
                poll, life = born()
        await breathe()

    for update_id, person in coming:
        telegram.says(update_id, person)
    for _ in range(400):
        for door in [door for door in storm.open if not door.done()]:
            door.set_result(None)
        await pass_time(clock, 1)
        if not telegram.pending:
            break
    everyone = range(10, 10 + len(people))
    assert telegram.pending == []
    assert {one for one in everyone if storm.stored[one] or one in storm.aside} == set(everyone)
    if lives == 1:
        assert max(storm.stored.values(), default=0) <= 1
        assert all(ids == sorted(ids) for ids in storm.order.values())
    await poll.stop(0)
    await life


async def test_it_is_deaf_while_telegram_gives_no_updates_and_before_it_first_did(testbed: House) -> None:
    assert not testbed.poll().is_disconnected  # nothing is to be heard of it yet
    testbed.telegram.refusal = NotSent("no connection")
    async with running(testbed) as poll:
        assert poll.is_disconnected
        testbed.telegram.refusal = None
        await testbed.passes(5)
        assert not poll.is_disconnected
        await testbed.passes(300)
        assert not poll.is_disconnected
        testbed.telegram.refusal = CONFLICT
        testbed.telegram.refuses_get_me = False
        testbed.telegram.says(10, person=1)
        await testbed.passes(80)
        assert poll.is_disconnected


async def test_after_two_minutes_without_updates_the_operators_are_told_until_some_come(testbed: House) -> None:
    async with running(testbed):
        await testbed.passes(40)
        testbed.telegram.refusal = NotSent("no connection")
        await testbed.passes(100)
        assert testbed.alerts.standing() == {}
        await testbed.passes(120)
        assert list(testbed.alerts.standing()) == [AlertKind.NO_UPDATES]
        testbed.telegram.refusal = None
        testbed.telegram.says(10, person=1)
        await testbed.passes(70)
        assert testbed.alerts.standing() == {}


@pytest.mark.parametrize("trouble", [NotSent("no connection"), Flood(86_400.0), Flood(None), CONFLICT])
async def test_no_trouble_of_telegrams_looks_like_an_intake_that_stands_still(
    testbed: House, trouble: SendTrouble
) -> None:
    testbed.telegram.refusal = trouble
    testbed.telegram.refuses_get_me = False
    async with running(testbed) as poll:
        await testbed.goes_on_for(700, poll)
        assert poll.is_disconnected
        assert poll.reasons()


async def test_silence_while_a_refusal_is_checked_looks_like_none_either(testbed: House) -> None:
    testbed.telegram.refusal = Rejected(401, "Unauthorized")
    async with running(testbed) as poll:
        testbed.telegram.refusal = NotSent("no connection")
        await testbed.goes_on_for(700, poll)


async def test_a_fetch_that_never_ends_is_an_intake_that_stands_still(testbed: House) -> None:
    testbed.telegram.alerts = [NotSent("no connection")]
    async with running(testbed) as poll:
        await testbed.passes(0.5)
        testbed.telegram.get_updates = lambda *_: asyncio.Event().wait()  # type: ignore[method-assign, assignment]
        with pytest.raises(AssertionError, match="intake stands still"):
            await testbed.goes_on_for(700, poll)
        assert poll.went_on_at == 1


async def test_where_the_cause_is_known_that_is_all_the_operators_hear(testbed: House) -> None:
    testbed.telegram.refusal = CONFLICT
    testbed.telegram.refuses_get_me = False
    async with running(testbed):
        await testbed.passes(400)
        assert list(testbed.alerts.standing()) == [AlertKind.SECOND_POLLER]
