"""Notices what only a restart can mend, and ends the process with its reason: not every keeper of processes looks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Final

from bot.clock import Clock
from bot.tasks import cancel_all

LOOK_SECONDS: Final = 5.0
STUCK_LOOKS: Final = 60
"""Looks in a row that see no change. They are counted and no time is measured: a machine that slept is not stuck."""
DEAF_LOOKS: Final = 120


class Stuck(Exception):
    """Why the process ends, in one line."""


class Watchdog:
    """Looks at the heartbeats of intake and of the tick every five seconds.

    `went_on_at` and `ticked_at` are instants of the last ones. Intake goes on where a try fails as well, such as when a
    network is down: a restart would mend none of it.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        went_on_at: Callable[[], float | None],
        ticked_at: Callable[[], float | None],
        tick_seconds: float,
    ) -> None:
        self._clock = clock
        self._went_on_at = went_on_at
        self._ticked_at = ticked_at
        self._stuck_looks = max(STUCK_LOOKS, int(5 * tick_seconds / LOOK_SECONDS))

    async def run(self) -> None:
        """Look on and on. Raises Stuck."""
        went_on, ticked = self._went_on_at(), self._ticked_at()
        deaf = still = 0
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            deaf = deaf + 1 if went_on == self._went_on_at() else 0
            still = still + 1 if ticked == self._ticked_at() else 0
            went_on, ticked = self._went_on_at(), self._ticked_at()
            if still >= self._stuck_looks:
                raise Stuck("Nothing has looked for what is due for minutes. Ended, so that it is started anew.")
            if deaf >= DEAF_LOOKS:
                raise Stuck("Asking for updates neither ends nor fails. Ended, so that it is started anew.")


def watch_loop(
    loop: asyncio.AbstractEventLoop,
    give_up: Callable[[], object],
    seconds: float = LOOK_SECONDS,
    looks: int = STUCK_LOOKS,
) -> None:
    """Call `give_up` from a thread of its own when the event loop runs nothing for so many looks in a row."""
    ran = threading.Event()

    def watch() -> None:
        waiting, pause = 0, threading.Event()
        while waiting < looks:
            try:
                loop.call_soon_threadsafe(ran.set)
            except RuntimeError:  # closed: the process ends in order
                return
            pause.wait(seconds)
            waiting = 0 if ran.is_set() else waiting + 1
            ran.clear()
        give_up()

    threading.Thread(target=watch, name="watchdog", daemon=True).start()


async def live_watched(life: Awaitable[None], watchdog: Watchdog) -> None:
    """Await a life until it ends or is found to be stuck. Raises Stuck, and what the life raises."""
    tasks = {asyncio.ensure_future(life), asyncio.ensure_future(watchdog.run())}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await cancel_all(tasks)
