"""What may hold planned messages back, and what the operators are told of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from bot.clock import Clock
from bot.core.model.delivery import Delivery, Outcome
from bot.monitoring.alerts import HOLDING, AlertKind, Alerts
from bot.sending.clock_guard import ClockGuard
from bot.sending.stall import StallDetector
from bot.sending.unanswered_sends import UnansweredSends
from bot.sending.unknown_chats import UnknownChatBreaker
from bot.storage import Storage

AFTER_TROUBLE: Final = timedelta(seconds=60)
"""Before the next look at somebody whose file failed, or who met a fault of ours."""
LISTENING: Final = timedelta(minutes=10)
"""Without a break, before anybody is erased for their silence: their word may wait at Telegram to be fetched."""
SPEAKS_FOR_ITSELF: Final = frozenset({AlertKind.FLOOD, AlertKind.NOT_SAVED})
"""What keeps messages here as well, and is a trouble already."""


class Guards:
    """Asked before a message leaves, told of how it went.

    - Everybody waits while the clock is not believed, while Telegram knows too few of the chats, while somebody else
      gets the updates, and while another process on the same storage leads.
    - One person waits a minute after a fault.
    - Messages leave one at a time while none of them is answered.
    - Nobody is erased before the bot has listened for ten minutes.

    Should people wait though none of this holds them, that is a trouble as well.
    """

    def __init__(self, storage: Storage[Any], clock: Clock, alerts: Alerts, clock_is_right: Callable[[], None]) -> None:
        self.is_disconnected: Callable[[], bool] = lambda: False
        """Whether words of people may wait at Telegram."""
        self._storage = storage
        self._clock = clock
        self._alerts = alerts
        self._clock_is_right = clock_is_right  # called when a clock that was not believed is believed again
        self._clock_guard = ClockGuard()
        self._unknown_chats = UnknownChatBreaker()
        self._unanswered = UnansweredSends()
        self._alone = asyncio.Lock()
        self._stall = StallDetector()
        self._paused: dict[int, float] = {}  # until when on the monotonic clock, which no jump moves
        self._listened_at = clock.monotonic() + LISTENING.total_seconds()

    def everybody_waits(self) -> bool:
        """Whether nothing may leave now. The clock is looked at each time: a jump counts before anything is decided."""
        reason = self._clock_guard.look(self._clock.now(), self._clock.monotonic(), self._storage.newest_instant())
        if reason:
            self._alerts.raise_(AlertKind.CLOCK, reason)
        elif AlertKind.CLOCK in self._alerts.standing():
            self._alerts.clear(AlertKind.CLOCK)
            self._clock_is_right()
        return not self._storage.lead.held or not HOLDING.isdisjoint(self._alerts.standing())

    def waits(self, id: int) -> bool:
        """Whether this person waits, after a fault or for an erasure that came too soon."""
        if self._paused.get(id, 0.0) <= self._clock.monotonic():
            self._paused.pop(id, None)
        return id in self._paused

    @asynccontextmanager
    async def alone_in_doubt(self) -> AsyncIterator[None]:
        """While no planned message gets an answer, let out one at a time, after a pause that grows."""
        if not self._unanswered.is_founded:
            yield
            return
        async with self._alone:
            if self._unanswered.is_founded:
                await self._clock.sleep(self._unanswered.pause)
            yield

    def may_erase(self, id: int) -> bool:
        """Whether this person could have been heard; if not, they are looked at again later."""
        if not self._has_listened():
            self._pause(id, LISTENING)
            return False
        return True

    def is_gone(self, id: int) -> bool:
        """Telegram does not know this person's chat: whether to believe it, or to ask again in an hour."""
        believed = self._unknown_chats.refuse(id, self._clock.monotonic())
        if self._unknown_chats.too_many:
            self._alerts.raise_(AlertKind.STRANGE_CHATS)
        return believed and not self.everybody_waits()

    def settled(self, id: int, record: Delivery) -> None:
        """How a send went, which tells about those to come."""
        seconds = self._clock.monotonic()
        if record.outcome is Outcome.WAITING:
            wait = (record.not_before or record.at) - record.at + AFTER_TROUBLE
            self._stall.did_not_leave(id, seconds + wait.total_seconds())
        else:
            self._stall.left(id, seconds)
        if record.outcome is Outcome.SENT:
            self._unknown_chats.accept(id, seconds)
            self._unanswered.answered()
            self._alerts.clear(AlertKind.NO_ANSWERS)
        elif record.outcome is Outcome.UNKNOWN:
            self._unanswered.unanswered()
            if self._unanswered.is_founded:
                self._alerts.raise_(AlertKind.NO_ANSWERS)

    def stumbled(self, id: int, *, own: bool = False) -> None:
        """A fault kept this person's message here; `own` says that it is known to be theirs alone."""
        self._pause(id, AFTER_TROUBLE)
        self._stall.stumbled(id, own=own)

    def went_well(self, id: int) -> None:
        """This person was looked at, and nothing is due."""
        self._stall.went_well(id)

    def tick(self) -> None:
        """Look whether Telegram is heard, and whether people wait though nothing that is known holds them."""
        self._has_listened()
        if self.everybody_waits() or not SPEAKS_FOR_ITSELF.isdisjoint(self._alerts.standing()):
            self._stall.held()
            stalled = 0
        else:
            stalled = self._stall.waiting(self._storage.due(self._clock.now()), self._clock.monotonic())
        if stalled:
            self._alerts.raise_(AlertKind.NOTHING_LEAVES, f"{stalled} people")
        else:
            self._alerts.clear(AlertKind.NOTHING_LEAVES)

    def hear(self, dated: datetime) -> None:
        """What Telegram sent says of the time."""
        self._clock_guard.hear(dated)

    def go_on(self) -> None:
        """An operator's word: the clock is right, the chats are the bot's own."""
        self._clock_guard.believe()
        self._unknown_chats = UnknownChatBreaker()
        self._alerts.clear(AlertKind.STRANGE_CHATS)
        self.everybody_waits()

    def _has_listened(self) -> bool:
        if self.is_disconnected():
            self._listened_at = self._clock.monotonic() + LISTENING.total_seconds()
        return self._clock.monotonic() >= self._listened_at

    def _pause(self, id: int, time: timedelta) -> None:
        self._paused[id] = self._clock.monotonic() + time.total_seconds()
