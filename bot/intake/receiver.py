"""A way in for updates, whether they are fetched or delivered: from its beginning until all in hand is finished."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Final

from bot.clock import Clock
from bot.intake.update_queue import UpdateQueue
from bot.monitoring.alerts import DISCONNECTED_SECONDS, AlertKind, Alerts
from bot.tasks import cancel_all

LONG_SECONDS: Final = 120.0
EXPLAINED: Final = frozenset({AlertKind.SECOND_POLLER, AlertKind.WEBHOOK_SET})


class Receiver(ABC):
    """Runs once: takes in until it is stopped, then begins with nothing more and sees through what it has begun."""

    def __init__(self, intake: UpdateQueue, clock: Clock, alerts: Alerts) -> None:
        self.last_contact_at: float | None = None
        """When Telegram was last heard of, on the monotonic clock."""

        self._intake = intake
        self._clock = clock
        self._alerts = alerts
        self._well_at = clock.monotonic()
        self._stop = asyncio.Event()
        self._grace = 0.0
        self._ended = asyncio.Event()
        self._ended.set()

    @abstractmethod
    def reasons(self) -> list[str]:
        """Why nothing comes in; empty when all is well."""

    @property
    def is_disconnected(self) -> bool:
        """Whether what people say may be waiting at Telegram. While it does not run, nobody relies on it."""
        if self._ended.is_set():
            return False
        silent = self.last_contact_at is None or self._clock.monotonic() - self.last_contact_at > DISCONNECTED_SECONDS
        return silent or bool(self.reasons())

    def _tell_how_it_goes(self) -> None:
        """Let the operators know when nothing has come in for long, unless they hear why already."""
        now, reasons = self._clock.monotonic(), self.reasons()
        if not reasons:
            self._well_at = now
            self._alerts.clear(AlertKind.NO_UPDATES)
        elif now - self._well_at >= LONG_SECONDS and EXPLAINED.isdisjoint(self._alerts.standing()):
            self._alerts.raise_(AlertKind.NO_UPDATES, reasons[0])

    @abstractmethod
    async def _take_in(self) -> None:
        """See that what comes reaches the intake, until cancelled. Raises: TokenRefused."""

    @abstractmethod
    async def _confirm(self) -> None:
        """Tell Telegram what is finished at the end, where it has not been told of each."""

    async def run(self) -> None:
        """Take in until `stop`. Cancelled, it drops what is in hand and confirms nothing.

        Raises: TokenRefused.
        """
        self._ended.clear()
        taking_in = asyncio.create_task(self._take_in())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({taking_in, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if taking_in.done():
                taking_in.result()
            await cancel_all({taking_in})
            await self._intake.wind_up(self._grace)
            await self._confirm()
        finally:
            await cancel_all({taking_in, stopping})
            await self._intake.abandon()
            self._ended.set()

    async def stop(self, grace: float) -> None:
        """Take in nothing more, and let what is being handled finish within `grace` seconds."""
        self._grace = grace
        self._intake.close()
        self._stop.set()
        await self._ended.wait()
