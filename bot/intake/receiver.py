"""A way in for updates, whether they are fetched or delivered: from its beginning until all in hand is finished."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Final

from bot.bot_api.errors import RejectionKind
from bot.bot_api.token_check import confirm_refusal
from bot.clock import Clock
from bot.intake.update_queue import UpdateQueue
from bot.monitoring.alerts import DISCONNECTED_SECONDS, AlertKind, Alerts
from bot.tasks import cancel_all

FAILING_SECONDS: Final = 30.0
LONG_SECONDS: Final = 120.0
EXPLAINED: Final = frozenset({AlertKind.SECOND_POLLER, AlertKind.WEBHOOK_SET})


class Receiver(ABC):
    """Runs once: takes in until it is stopped, then begins with nothing more and sees through what it has begun."""

    def __init__(self, intake: UpdateQueue, clock: Clock, alerts: Alerts) -> None:
        self.last_contact_at: float | None = None
        """When Telegram was last heard of, on the monotonic clock."""
        self.went_on_at: float | None = None
        """Intake's heartbeat, likewise: when a try last ended, well or not, or when the pause after it does.

        While nothing but Telegram or the network is at fault it beats, since no restart would mend that.
        """

        self._intake = intake
        self._clock = clock
        self._alerts = alerts
        self._failure: tuple[float, str] | None = None  # since when tries fail, and why the first did
        self._well_at = clock.monotonic()
        self._stop = asyncio.Event()
        self._grace = 0.0
        self._ended = asyncio.Event()
        self._ended.set()

    def reasons(self) -> list[str]:
        """Why nothing comes in, when every try has failed for a while; empty when all is well."""
        since, why = self._failure or (self._clock.monotonic(), "")
        failing = self._clock.monotonic() - since
        return [f"no updates for {failing:.0f} seconds: {why}"] if failing >= FAILING_SECONDS else []

    @property
    def is_disconnected(self) -> bool:
        """Whether what people say may be waiting at Telegram. While it does not run, nobody relies on it."""
        if self._ended.is_set():
            return False
        silent = self.last_contact_at is None or self._clock.monotonic() - self.last_contact_at > DISCONNECTED_SECONDS
        return silent or bool(self.reasons())

    def _note_contact(self) -> None:
        """Telegram was heard of."""
        self._failure = None
        self.last_contact_at = self.went_on_at = self._clock.monotonic()

    def _note_failure(self, why: str) -> None:
        self.went_on_at = self._clock.monotonic()
        self._failure = self._failure or (self.went_on_at, why)

    async def _pause(self, seconds: float) -> None:
        """Wait before the next try."""
        self.went_on_at = self._clock.monotonic() + seconds
        await self._clock.sleep(seconds)

    async def _confirm_refusal(self, refusal: RejectionKind, get_me: Callable[[], Awaitable[None]]) -> None:
        """Return if the refusal was a passing one. Raises: TokenRefused."""

        async def noted() -> None:
            try:
                await get_me()
            finally:
                self.went_on_at = self._clock.monotonic()

        await confirm_refusal(refusal, noted, self._clock)

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
