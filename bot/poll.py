"""The poll loop: Telegram is the inbox, and an update is confirmed only when its effect is stored.

`getUpdates` confirms every update below its offset, so each fetch asks with the oldest unfinished id.
Telegram then sends everything from there on again, up to 100 updates: what is in hand already is known
by its id and passed over, what is new is taken in. An update that stalls holds up confirmation and
never its neighbours, and whatever dies with the process comes back to the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from bot.clock import Clock
from bot.edge import Flood, Kind, Rejected, SendTrouble
from bot.intake import ALLOWED_UPDATES, Intake
from bot.refusal import confirm_refusal
from bot.waiting import back_off, end, within

logger = logging.getLogger(__name__)

LONG_POLL_SECONDS: Final = 30
IN_HAND_PAUSE: Final = 0.25
STUCK_PAUSE: Final = 1.0
LONGEST_FLOOD_PAUSE: Final = 300.0
CONFIRM_SECONDS: Final = 2.0


class Updates(Protocol):
    """Where updates come from; `bot.edge.Inbox` is the real one. Both verbs raise SendTrouble."""

    async def get_updates(self, offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]: ...

    async def get_me(self) -> None: ...


class Poll:
    """Fetches updates, hands them to the intake, and confirms what is finished.

    second_poller(present): another process polls with this token, or no longer does.
    """

    def __init__(
        self, updates: Updates, intake: Intake, clock: Clock, *, second_poller: Callable[[bool], None]
    ) -> None:
        self._updates = updates
        self._intake = intake
        self._clock = clock
        self._second_poller = second_poller

        self.heard_at: float | None = None
        """When Telegram last answered a fetch, on the monotonic clock."""

        self._next: int | None = None
        self._second_seen = False
        self._stop = asyncio.Event()
        self._grace = 0.0
        self._ended = asyncio.Event()
        self._ended.set()

    async def run(self) -> None:
        """Fetch and handle until `stop`. Cancelled, it drops what is in hand and confirms nothing.

        Raises: TokenRefused.
        """
        self._ended.clear()
        fetching = asyncio.create_task(self._fetch_on())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if fetching.done():
                fetching.result()
            await end({fetching})
            await self._intake.wind_up(self._grace)
            await self._confirm()
        finally:
            await end({fetching, stopping})
            await self._intake.abandon()
            self._ended.set()

    async def stop(self, grace: float) -> None:
        """Fetch no more, let what is being handled finish within `grace` seconds, confirm what did."""
        self._grace = grace
        self._intake.close()
        self._stop.set()
        await self._ended.wait()

    async def _fetch_on(self) -> None:
        pauses = back_off()
        while not self._stop.is_set():
            offset, started = self._offset(), self._clock.monotonic()
            try:
                wait = 0 if self._intake.in_hand else LONG_POLL_SECONDS
                batch = await self._updates.get_updates(offset, wait, ALLOWED_UPDATES)
            except SendTrouble as trouble:
                logger.warning("no updates: %s", trouble.reason)
                await self._recover(trouble, pauses)
                continue
            pauses = back_off()
            self.heard_at = self._clock.monotonic()
            self._tell_second_poller(False)
            if ids := self._intake.take_in(batch):
                self._next = max(ids) + 1
            if self._intake.in_hand:
                await self._intake.rest(IN_HAND_PAUSE)
            elif self._offset() == offset and self.heard_at - started < IN_HAND_PAUSE:
                # Nothing came of it and it did not wait either: a server without long polling, or an
                # update that cannot be named and so not confirmed. Neither may make the loop spin.
                await self._clock.sleep(STUCK_PAUSE if batch else IN_HAND_PAUSE)

    def _offset(self) -> int | None:
        """The id from which Telegram is to go on; everything below it is finished.

        After a quiet week ids may go on from a lower number, so the next id follows from the latest
        batch, never from the highest id ever seen.
        """
        oldest = self._intake.oldest_unfinished
        return self._next if oldest is None else oldest

    async def _recover(self, trouble: SendTrouble, pauses: Iterator[float]) -> None:
        match trouble:
            case Flood(retry_after=float(seconds)):
                await self._clock.sleep(min(max(seconds, 1.0), LONGEST_FLOOD_PAUSE))
                return
            case Rejected(kind=Kind.CONFLICT):
                self._tell_second_poller(True)
            case Rejected(kind=Kind.UNAUTHORIZED | Kind.WRONG_ADDRESS):
                await confirm_refusal(trouble.kind, self._updates.get_me, self._clock)
        await self._clock.sleep(next(pauses))

    def _tell_second_poller(self, present: bool) -> None:
        if present is not self._second_seen:
            self._second_seen = present
            self._second_poller(present)

    async def _confirm(self) -> None:
        """One last fetch, for its offset alone; what it brings is left to the next process."""
        offset = self._offset()
        if offset is None:
            return
        last = asyncio.create_task(self._updates.get_updates(offset, 0, ALLOWED_UPDATES))
        await within(self._clock, CONFIRM_SECONDS, {last})
        await end({last})
