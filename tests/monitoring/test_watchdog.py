"""What only a restart can mend ends the process by itself, with its reason; what no restart mends does not."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime

from bot.clock import MovableClock
from bot.monitoring.watchdog import Stuck, Watchdog, live_watched, watch_loop

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def lives(seconds: int, *, goes_on: bool = True, ticks: bool = True, tick_seconds: float = 15) -> str:
    """Why a bot that lives so is ended within that time, or nothing."""
    clock, beats = MovableClock(START), {"went on": 0.0, "ticked": 0.0}
    dog = Watchdog(
        clock,
        went_on_at=lambda: beats["went on"],
        ticked_at=lambda: beats["ticked"],
        tick_seconds=tick_seconds,
    )
    forever = asyncio.Event()
    task = asyncio.ensure_future(live_watched(_until(forever), dog))
    for second in range(seconds):
        await asyncio.sleep(0)
        await clock.advance(1)
        if goes_on and second % 30 == 0:
            beats["went on"] = clock.monotonic()
        if ticks and second % tick_seconds == 0:
            beats["ticked"] = clock.monotonic()
    forever.set()
    try:
        await task
    except Stuck as reason:
        return str(reason)
    return ""


async def _until(event: asyncio.Event) -> None:
    await event.wait()


async def test_a_bot_that_hears_and_ticks_is_left_alone() -> None:
    assert await lives(3600) == ""


async def test_a_tick_that_never_comes_ends_it_after_minutes_and_not_before() -> None:
    assert await lives(290, ticks=False) == ""
    assert (await lives(330, ticks=False)).startswith("Nothing has looked for what is due")


async def test_a_slow_tick_that_was_asked_for_is_waited_for() -> None:
    assert await lives(7200, tick_seconds=3600) == ""


async def test_a_fetch_that_neither_ends_nor_fails_ends_it() -> None:
    assert await lives(590, goes_on=False) == ""
    assert (await lives(630, goes_on=False)).startswith("Asking for updates")


async def test_a_loop_that_stands_still_is_given_up_and_one_that_runs_is_not() -> None:
    given_up = threading.Event()
    watch_loop(asyncio.get_running_loop(), given_up.set, seconds=0.05, looks=10)
    await asyncio.sleep(0.7)
    assert not given_up.is_set()
    assert given_up.wait(20)  # nothing else runs meanwhile: that is the fault
