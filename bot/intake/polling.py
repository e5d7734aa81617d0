"""The poll loop: Telegram is the inbox, and an update is confirmed only when its effect is stored.

`getUpdates` confirms every update below its offset, so each fetch asks with the oldest unfinished id.
Telegram then sends everything from there on again, up to 100 updates: what is in hand already is known
by its id and passed over, what is new is taken in. An update that stalls holds up confirmation and
never its neighbours, and whatever dies with the process comes back to the next one.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from bot.bot_api.errors import Flood, Rejected, RejectionKind, SendTrouble
from bot.bot_api.token_check import TokenRefused
from bot.clock import Clock
from bot.intake.receiver import Receiver
from bot.intake.update_queue import ALLOWED_UPDATES, UpdateQueue
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.safe_logging import error_name
from bot.tasks import back_off, cancel_all, wait_at_most

logger = logging.getLogger(__name__)

LONG_POLL_SECONDS: Final = 30
IN_HAND_PAUSE: Final = 0.25
STUCK_PAUSE: Final = 1.0
STANDBY_PAUSE: Final = 0.5
LONGEST_FLOOD_PAUSE: Final = 300.0
CONFIRM_SECONDS: Final = 2.0
CONFLICT_SECONDS: Final = 60.0
HOW_TO_UNHOOK: Final = "no update comes while it is set; `python -m bot unhook` takes it away"


class Updates(Protocol):
    """Where updates come from; `Inbox` is the real one. Every verb raises SendTrouble."""

    async def get_updates(self, offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]: ...

    async def get_me(self) -> None: ...

    async def has_webhook(self) -> bool: ...


class Polling(Receiver):
    """Fetches updates, hands them to the intake, and confirms what is finished."""

    def __init__(
        self,
        updates: Updates,
        intake: UpdateQueue,
        clock: Clock,
        alerts: Alerts,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        """While `leads` says no, another process fetches."""
        super().__init__(intake, clock, alerts)
        self._updates = updates
        self._leads = leads

        self._next: int | None = None
        self._pauses = back_off()
        self._conflict_at: float | None = None  # the latest 409, for as long as it counts

    @property
    def is_disconnected(self) -> bool:
        return super().is_disconnected or not self._leads()

    async def _take_in(self) -> None:
        while not self._stop.is_set():
            try:
                await self._turn_to_lead()
                self._tell_how_it_goes()
                await self._turn()
            except TokenRefused:
                raise
            except Exception as fault:  # whatever it is, intake must not end in silence
                logger.error("no updates: %s", error_name(fault))
                self._note_failure(type(fault).__name__)
                await self._pause(next(self._pauses))

    async def _turn_to_lead(self) -> None:
        """Two who fetch at one time are refused by turns, so whoever does not lead leaves it to the other one."""
        while not self._leads():
            self._conflict_at = None
            self._alerts.clear(AlertKind.SECOND_POLLER)
            self._note_contact()  # nothing is missing here
            await self._clock.sleep(STANDBY_PAUSE)

    async def _turn(self) -> None:
        """Fetch once and take in what came, or wait until another try makes sense."""
        offset, started = self._offset(), self._clock.monotonic()
        try:
            batch = await self._updates.get_updates(offset, self._longest_wait(), ALLOWED_UPDATES)
        except SendTrouble as trouble:
            if not self._leads():
                return  # the other one fetches already
            logger.warning("no updates: %s", trouble.reason)
            self._note_failure(trouble.reason)
            await self._recover(trouble)
            return
        self._pauses = back_off()
        self._note_contact()
        now = self._clock.monotonic()
        self._end_conflicts(now)
        if ids := self._intake.take_in(batch):
            self._next = max(ids) + 1
        if self._intake.in_hand:
            await self._intake.rest(IN_HAND_PAUSE)
        elif self._offset() == offset and now - started < IN_HAND_PAUSE:
            # Nothing came of it and it did not wait either: a server without long polling, or an
            # update that cannot be named and so not confirmed. Neither may make the loop spin.
            await self._clock.sleep(STUCK_PAUSE if batch else IN_HAND_PAUSE)

    def _longest_wait(self) -> int:
        """In whole seconds. While another process may be there, none outlasts the end of that trouble."""
        if self._intake.in_hand or self._failure is not None:  # that Telegram is back shall be known at once
            return 0
        if self._conflict_at is None:
            return LONG_POLL_SECONDS
        left = self._conflict_at + CONFLICT_SECONDS - self._clock.monotonic()
        return min(LONG_POLL_SECONDS, max(1, math.ceil(left)))

    def _offset(self) -> int | None:
        """The id from which Telegram is to go on; everything below it is finished.

        After a quiet week ids may go on from a lower number, so the next id follows from the latest
        batch, never from the highest id ever seen.
        """
        oldest = self._intake.oldest_unfinished
        return self._next if oldest is None else oldest

    async def _recover(self, trouble: SendTrouble) -> None:
        match trouble:
            case Flood(retry_after=float(seconds)):
                await self._pause(min(max(seconds, 1.0), LONGEST_FLOOD_PAUSE))
                return
            case Rejected(kind=RejectionKind.CONFLICT):
                await self._note_conflict()
            case Rejected(kind=RejectionKind.UNAUTHORIZED | RejectionKind.WRONG_ADDRESS):
                await self._confirm_refusal(trouble.kind, self._updates.get_me)
        await self._pause(next(self._pauses))

    async def _note_conflict(self) -> None:
        """Either a webhook is set, which does not pass by itself, or another process polls."""
        try:
            hooked = await self._updates.has_webhook()
        except SendTrouble:
            hooked = AlertKind.WEBHOOK_SET in self._alerts.standing()
        if hooked:
            self._alerts.raise_(AlertKind.WEBHOOK_SET, HOW_TO_UNHOOK)
        else:
            self._conflict_at = self._clock.monotonic()
            self._alerts.clear(AlertKind.WEBHOOK_SET)
            self._alerts.raise_(AlertKind.SECOND_POLLER)

    def _end_conflicts(self, now: float) -> None:
        """Two processes that poll win by turns, so the other one is gone when a minute has passed without a 409."""
        self._alerts.clear(AlertKind.WEBHOOK_SET)
        if self._conflict_at is not None and now - self._conflict_at >= CONFLICT_SECONDS:
            self._conflict_at = None
            self._alerts.clear(AlertKind.SECOND_POLLER)

    async def _confirm(self) -> None:
        """One last fetch, for its offset alone; what it brings is left to the next process."""
        offset = self._offset()
        if offset is None or not self._leads():
            return
        last = asyncio.create_task(self._updates.get_updates(offset, 0, ALLOWED_UPDATES))
        await wait_at_most(self._clock, CONFIRM_SECONDS, {last})
        await cancel_all({last})
