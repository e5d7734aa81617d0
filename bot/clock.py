"""The only place that reads the clock."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What time it is, how long something took, and a way to wait."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, whatever happens to the wall clock."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds of this clock."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class MovableClock:
    """A clock that stands still until it is moved: for the demo and the tests.

    Sleepers wake in the order of their instants while the clock is moved past them, so an hour of
    virtual time costs only what is done in it.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._seconds = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._seconds + seconds, next(self._order), waiting))
        await waiting

    def next_waking(self) -> float | None:
        """Seconds until the next sleeper wakes, or None when nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return max(0.0, self._sleepers[0][0] - self._seconds) if self._sleepers else None

    async def advance(self, seconds: float) -> None:
        """Move forward, waking every sleeper on the way at its own instant."""
        end = self._seconds + seconds
        while (ahead := self.next_waking()) is not None and self._seconds + ahead <= end:
            self._step(ahead)
            _, _, waiting = heapq.heappop(self._sleepers)
            if not waiting.done():
                waiting.set_result(None)
            for _ in range(20):  # lets whoever woke go on before the next one does
                await asyncio.sleep(0)
        self._step(end - self._seconds)

    async def move_to(self, instant: datetime) -> None:
        """Move forward to an aware instant."""
        await self.advance((instant - self._now).total_seconds())

    def set_wall(self, instant: datetime) -> None:
        """Step the wall clock alone, as an administrator or NTP would; the monotonic clock stays."""
        self._now = instant.astimezone(UTC)

    def _step(self, seconds: float) -> None:
        self._seconds += seconds
        self._now += timedelta(seconds=seconds)
