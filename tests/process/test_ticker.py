"""The tick goes on whatever an administrator, NTP or a sleeping laptop does to the wall clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import apscheduler.schedulers.base
import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

import bot.sending.ticker
from bot.clock import MovableClock
from bot.sending.ticker import SteadyTrigger, Ticker

BEGIN = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
SECONDS = 15
JUMPS = [timedelta(hours=-2), timedelta(hours=26), timedelta(hours=-48), timedelta(days=40), timedelta(days=-4000)]


class Ticks:
    """A ticker on a movable clock, and the monotonic instants of its ticks."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.at: list[float] = []
        self.ticker = Ticker(self._tick, SECONDS, clock)

    async def _tick(self) -> None:
        self.at.append(self.clock.monotonic())

    async def within(self, intervals: int) -> int:
        """Let so many intervals pass; how many ticks came."""
        known = len(self.at)
        for _ in range(intervals):
            await self.clock.advance(SECONDS)
        return len(self.at) - known


@pytest.fixture
async def ticks(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ticks]:
    """A running ticker whose scheduler, too, lives on the movable clock."""
    clock = MovableClock(BEGIN)
    waiting: set[asyncio.Task[None]] = set()

    class MovedDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return clock.now().astimezone(tz)

    class MovedScheduler(AsyncIOScheduler):  # type: ignore[misc]
        def _start_timer(self, seconds: float | None) -> None:
            self._stop_timer()
            if seconds is not None:
                waiting.add(asyncio.create_task(self._wake_after(seconds)))

        def _stop_timer(self) -> None:
            while waiting:
                waiting.pop().cancel()

        async def _wake_after(self, seconds: float) -> None:
            await clock.sleep(seconds)
            waiting.clear()  # this timer has run out: it must not cancel itself
            self.wakeup()

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", MovedDatetime)
    monkeypatch.setattr(bot.sending.ticker, "AsyncIOScheduler", MovedScheduler)
    ticks = Ticks(clock)
    ticks.ticker.start()
    yield ticks
    ticks.ticker.stop()
    await clock.advance(0)


async def test_while_the_clocks_agree_each_interval_has_its_tick(ticks: Ticks) -> None:
    assert await ticks.within(10) == 10


@pytest.mark.parametrize("jump", JUMPS, ids=str)
async def test_after_a_jump_of_the_wall_clock_the_next_tick_comes_within_four_intervals(
    ticks: Ticks, jump: timedelta
) -> None:
    await ticks.within(3)

    ticks.clock.set_wall(ticks.clock.now() + jump)

    assert await ticks.within(4) >= 1
    assert await ticks.within(10) == 10


async def test_one_jump_after_another_never_brings_a_burst_or_a_silence(ticks: Ticks) -> None:
    for jump in JUMPS * 2:
        ticks.clock.set_wall(ticks.clock.now() + jump)
        assert 1 <= await ticks.within(4) <= 5


@pytest.mark.parametrize("previous", [None, BEGIN - timedelta(days=400), BEGIN + timedelta(days=400)])
def test_the_next_fire_time_hangs_on_now_alone(previous: datetime | None) -> None:
    assert SteadyTrigger(SECONDS).get_next_fire_time(previous, BEGIN) == BEGIN + timedelta(seconds=SECONDS)


async def test_a_tick_that_fails_is_followed_by_the_next(ticks: Ticks, caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        ticks.at.append(ticks.clock.monotonic())
        raise ValueError("a tick that fails")

    ticks.ticker._tick = fail

    assert await ticks.within(5) == 5
    assert "raised an exception" in caplog.text
