"""The tick under APScheduler: every few seconds, whatever the wall clock does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import Clock

MISSED_INTERVALS = 3


class SteadyTrigger(BaseTrigger):  # type: ignore[misc]
    """Fires an interval from now, always. The library's own falls silent when the wall clock steps back."""

    __slots__ = ("_interval",)

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Now and an interval. It must never raise, or the scheduler dies for good."""
        return now + self._interval


class Ticker:
    """Calls `tick` every so many seconds, and at once when a jump of the wall clock held it up."""

    def __init__(self, tick: Callable[[], Awaitable[None]], seconds: float, clock: Clock) -> None:
        self._tick = tick
        self._seconds = seconds
        self._clock = clock
        self._last = clock.monotonic()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._guard: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tick, the first time an interval from now."""
        self._scheduler.add_job(
            self._run,
            SteadyTrigger(self._seconds),
            id="tick",
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()
        self._guard = asyncio.create_task(self._watch())

    def stop(self) -> None:
        """Tick no more."""
        if self._guard is not None:
            self._guard.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _run(self) -> None:
        self._last = self._clock.monotonic()
        await self._tick()

    async def _watch(self) -> None:
        """On the monotonic clock: no tick for three intervals means that the scheduler waits for the wrong instant."""
        while True:
            await self._clock.sleep(self._seconds)
            if self._clock.monotonic() - self._last >= MISSED_INTERVALS * self._seconds:
                job = self._scheduler.get_job("tick")
                if job is not None:
                    job.modify(next_run_time=datetime.fromtimestamp(self._clock.now().timestamp(), UTC))
