"""How fast calls leave: one limiter for every call, replies first, and silence for as long as a 429 asks for it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import math
from bisect import bisect_left, bisect_right, insort
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from telegram._utils.types import JSONDict
from telegram.ext import BaseRateLimiter

from bot.bot_api.errors import Flood, MaybeSent, NotSent, SendTrouble
from bot.bot_api.limits import GROUP_CALLS, GROUP_SECONDS
from bot.clock import Clock
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.safe_logging import error_name

log = logging.getLogger(__name__)

SECOND: Final = 1.0
IN_ALL: Final = 30
ROAD: Final = 0.2
"""Seconds for which a call without an answer may be on its way. Telegram counts by its own clock, as calls arrive: here
a call counts when its answer comes, or so long after it left."""
BURST: Final = 3
PER_CHAT: Final = 1.05
PAUSE_WITHOUT_WORD: Final = 5.0
IN_GROUP: Final = GROUP_CALLS
GROUP_MINUTE: Final = GROUP_SECONDS + 1.0
"""So many calls about one group leave within so many seconds, one of which is for the road."""
LONG_PAUSE: Final = 300.0
"""Seconds of a pause from which on the operators are told."""
GIVE_WAY: Final = 0.05
FIRST_PROBE_PAUSE: Final = 1.0
LONGEST_PROBE_PAUSE: Final = 30.0
CHATS_REMEMBERED: Final = 4096
"""Of more than so many, those that count no more are forgotten, looked for once a second."""
PROBE: Final = "getMe"
FREE: Final = (
    *("answerCallbackQuery", "setMyCommands", "getMyCommands", "setWebhook", "deleteWebhook", "getWebhookInfo"),
    *("getChat", "getChatMember", "getChatMemberCount", "getForumTopicIconStickers"),
)
"""Calls that no limit of Telegram's counts; a pause holds them too."""
TO_PEOPLE: Final = ("send", "edit", "answer")
"""How calls begin that reach somebody though they may name no chat."""


class Rank(IntEnum):
    """Who goes first when not all can."""

    REPLY = 0
    LESSON = 1
    REMINDER = 2
    BROADCAST = 3
    """A coach's word to many."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the pace, taken before the claim: the call that hands it over need not wait."""

    at: float
    """When it was taken, on the monotonic clock."""


class RateLimit(BaseRateLimiter[Slot]):
    """One limiter for every call: 30 a second in all, so many of them scheduled, one chat a burst of 3 then 1 a second,
    one group 20 a minute.

    Where the scheduled ones are `paid` for, they take no place of the 30, which are left to all others.

    Thirty a second hold at both ends: whatever the road takes, Telegram counts no 31st within its second.

    A 429 holds every call for as long as Telegram says, on the monotonic clock; one about a group that group's alone,
    and one about the bot itself, such as its name, which may change a few times a day, nothing but that call.
    After it, and after any call without an answer, `probe`, which costs nobody a message, asks whether Telegram is
    there, before anybody's turn comes.
    """

    def __init__(self, clock: Clock, scheduled_a_second: int, alerts: Alerts, *, paid: bool = False) -> None:
        self.probe: Callable[[], Awaitable[object]] | None = None
        self.paused_until = 0.0
        self._clock = clock
        self._alerts = alerts
        self._scheduled_a_second = scheduled_a_second
        self.paid = paid
        self._all: list[float] = []
        self._scheduled: list[float] = []
        self._chats: dict[int, deque[float]] = {}
        self._looked_at = -math.inf  # when those that count no more were last taken out
        self._held: dict[int, float] = {}  # until when a group may have nothing
        self._waiting: Counter[Rank] = Counter()  # whoever waits for a place that others could take as well
        self._unproven = False
        self._probe_pause = FIRST_PROBE_PAUSE
        self._probing = asyncio.Lock()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to wind up."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Slot | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """Let one call of the library through in its turn.

        Raises NotSent for a scheduled call that meets a pause: its claim goes back to waiting.
        """
        chat = data.get("chat_id")
        if rate_limit_args is not None and self._left_of_pause() > 0:
            raise Flood(self._left_of_pause())
        left: float | None = None
        if rate_limit_args is not None:
            left = self._leaves(rate_limit_args)
        elif endpoint in FREE:
            await self._wait_out()
        elif endpoint != PROBE:
            left = (await self.take(chat if isinstance(chat, int) else None, Rank.REPLY)).at
        try:
            return await callback(*args, **kwargs)
        except Flood as flood:
            if isinstance(chat, int) and chat < 0:
                self._hold(chat, flood.retry_after)
            elif chat is not None or endpoint == PROBE or endpoint.startswith(TO_PEOPLE):
                self.pause(flood.retry_after)
            raise
        except (NotSent, MaybeSent):
            self._unproven = True  # else an outage would make an unknown of everybody whose turn it is
            raise
        finally:
            free = rate_limit_args is None or not self.paid
            if left is not None and free and (now := self._clock.monotonic()) < left + ROAD:
                _move(self._all, left + ROAD, now)

    def pause(self, seconds: float | None) -> None:
        """Hold every call; a word from Telegram counts one second more, no word a few seconds."""
        wait = seconds + 1 if seconds else PAUSE_WITHOUT_WORD
        self.paused_until = max(self.paused_until, self._clock.monotonic() + wait)
        self._unproven = True
        if wait > LONG_PAUSE:
            self._alerts.raise_(AlertKind.FLOOD, f"{wait:.0f} seconds")

    def _hold(self, group: int, seconds: float | None) -> None:
        """Hold the calls about one group: what it may not have, everybody else may."""
        self._held[group] = self._clock.monotonic() + (seconds + 1 if seconds else PAUSE_WITHOUT_WORD)

    async def take(self, chat: int | None, rank: Rank) -> Slot:
        """Wait for a place and take it."""
        while True:
            await self._wait_out()
            if (own := self._own_wait(chat)) > 0:
                await self._clock.sleep(own)
            elif (wait := self._shared_wait(rank)) > 0:
                self._waiting[rank] += 1
                try:
                    await self._clock.sleep(wait)
                finally:
                    self._waiting[rank] -= 1
            else:
                return self._taken(chat, rank)

    def _taken(self, chat: int | None, rank: Rank) -> Slot:
        now = self._clock.monotonic()
        if rank is Rank.REPLY or not self.paid:
            insort(self._all, now + ROAD)
        if rank is not Rank.REPLY:
            insort(self._scheduled, now)
        if chat is not None:
            self._chats.setdefault(chat, deque(maxlen=BURST if chat > 0 else IN_GROUP)).append(now)
        if len(self._chats) > CHATS_REMEMBERED and now - self._looked_at >= SECOND:
            self._looked_at = now
            self._chats = {chat: known for chat, known in self._chats.items() if known[-1] + _counts(chat) > now}
        return Slot(now)

    def _leaves(self, slot: Slot) -> float:
        """A claim takes its time, and a call counts in the second in which it leaves; gives the instant."""
        now = self._clock.monotonic()
        if not self.paid:
            _move(self._all, slot.at + ROAD, now + ROAD)
        _move(self._scheduled, slot.at, now)
        return now

    def _left_of_pause(self) -> float:
        return self.paused_until - self._clock.monotonic()

    async def _wait_out(self) -> None:
        """Until no pause is left and the probe has come through."""
        while (left := self._left_of_pause()) > 0 or self._unproven:
            if left > 0:
                await self._clock.sleep(left)
                continue
            async with self._probing:
                if self._unproven and self._left_of_pause() <= 0:
                    await self._try_probe()

    async def _try_probe(self) -> None:
        if self.probe is not None:
            try:
                await self.probe()
            except Flood:
                return  # it has set a new pause on its way through
            except SendTrouble as trouble:
                log.info("Telegram is silent: %s", trouble.reason)
                await self._clock.sleep(self._probe_pause)
                self._probe_pause = min(2 * self._probe_pause, LONGEST_PROBE_PAUSE)
                return
            except Exception as odd:  # an answer the library cannot read is an answer all the same
                log.warning("an odd answer to the probe: %s", error_name(odd))
        self._probe_pause = FIRST_PROBE_PAUSE
        self._unproven = False
        self._alerts.clear(AlertKind.FLOOD)

    def _own_wait(self, chat: int | None) -> float:
        """Seconds until a chat may get one more: a burst, or else calmed to one a second; a group 20 a minute."""
        now = self._clock.monotonic()
        if chat is not None and (wait := self._held.get(chat, now) - now) > 0:
            return wait
        known = self._chats.get(chat) if chat is not None else None
        if known is None or len(known) < BURST:
            return 0.0
        if len(known) == IN_GROUP and (wait := known[0] + GROUP_MINUTE - now) > 0:
            return wait
        return max(known[-BURST] + BURST * PER_CHAT - now, 0.0) and max(known[-1] + PER_CHAT - now, 0.0)

    def _shared_wait(self, rank: Rank) -> float:
        """Seconds until there may be a place for a call of that rank."""
        now = self._clock.monotonic()
        waits = [_until_free(self._all, IN_ALL, now)] if rank is Rank.REPLY or not self.paid else [0.0]
        if rank is not Rank.REPLY:
            waits.append(_until_free(self._scheduled, self._scheduled_a_second, now))
        if any(self._waiting[before] for before in Rank if before < rank):
            waits.append(GIVE_WAY)
        return max(waits)


def _counts(chat: int) -> float:
    """Seconds for which a call keeps the next one to its chat waiting."""
    return BURST * PER_CHAT if chat > 0 else GROUP_MINUTE


def _until_free(calls: list[float], most: int, now: float) -> float:
    """Seconds until a strict sliding window of one second has room for one more. The instants are in order."""
    del calls[: bisect_right(calls, now - SECOND)]
    return calls[len(calls) - most] + SECOND - now if len(calls) >= most else 0.0


def _move(calls: list[float], counted: float, at: float) -> None:
    """Let a call count at another instant; one that has dropped out of the window counts again."""
    if (place := bisect_left(calls, counted)) < len(calls) and calls[place] == counted:
        del calls[place]
    insort(calls, at)


class PrioritySemaphore:
    """Lets so many in at once, the lower rank first and within a rank whoever came first."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._line: list[tuple[Rank, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    @asynccontextmanager
    async def place(self, rank: Rank) -> AsyncIterator[None]:
        """Hold a place while the block runs."""
        if self._free:  # then nobody waits for it
            self._free -= 1
        else:
            await self._enter(rank)
        try:
            yield
        finally:
            self._free += 1
            self._admit()

    async def _enter(self, rank: Rank) -> None:
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._line, (rank, next(self._order), turn))
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was let in at the very moment it gave up
                self._free += 1
                self._admit()
            raise

    def _admit(self) -> None:
        while self._free and self._line:
            _, _, turn = heapq.heappop(self._line)
            if not turn.done():
                self._free -= 1
                turn.set_result(None)
