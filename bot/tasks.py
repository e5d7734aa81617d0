"""Waiting: for tasks within a bound, for the first of several events, and longer after each failure."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Iterator
from typing import Any

from bot.clock import Clock


def back_off() -> Iterator[float]:
    """1, 2, 4, 8, 16, 30, 30, … seconds."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 2, 30.0)


def spawn(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
    """Start a task and hold it until it ends; the event loop alone would let it be collected."""
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def cancel_all(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel the tasks and see them end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def first_of(seconds: float, *events: asyncio.Event) -> None:
    """Wait for the first of the events, so many seconds of real time at most."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancel_all(waiting)


async def wait_at_most(clock: Clock, seconds: float, tasks: Collection[asyncio.Task[Any]]) -> None:
    """Wait for all the tasks, so long at most; they are left as they are."""
    if not tasks:
        return
    alarm = asyncio.create_task(clock.sleep(seconds))
    done = asyncio.create_task(asyncio.wait(set(tasks)))
    try:
        await asyncio.wait({alarm, done}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancel_all({alarm, done})
