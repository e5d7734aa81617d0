"""The poll loop: Telegram is the inbox, and an update is confirmed only when its effect is stored.

`getUpdates` confirms every update below its offset, so each fetch asks with the oldest unfinished id.
Telegram then sends everything from there on again, up to 100 updates: what is in hand already is known
by its id and passed over, what is new is taken in. An update that stalls holds up confirmation and
never its neighbours, and whatever dies with the process comes back to the next one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from bot.blame import named
from bot.clock import Clock
from bot.edge import Flood, Kind, Rejected, SendTrouble

logger = logging.getLogger(__name__)

Update = dict[str, Any]

ALLOWED_UPDATES: Final = ("message", "callback_query", "my_chat_member")
LONG_POLL_SECONDS: Final = 30
IN_HAND_PAUSE: Final = 0.25
STUCK_PAUSE: Final = 1.0
AT_ONCE: Final = 64
PAUSES_BETWEEN_TRIES: Final = (0.5, 2.0)
TRY_SECONDS: Final = 60.0  # Telegram sends at most 100 past a stalled update, so none may stall for ever
TOKEN_SECONDS: Final = 60.0
LONGEST_FLOOD_PAUSE: Final = 300.0
CONFIRM_SECONDS: Final = 2.0
IDS_KEPT: Final = 1_000
LARGEST_ID: Final = 2**52

_REFUSALS: Final[dict[Kind, Literal["token", "address"]]] = {
    Kind.UNAUTHORIZED: "token",
    Kind.WRONG_ADDRESS: "address",
}


class HoldOn(Exception):
    """Raised by a handler when nothing can be stored now: the update is kept, whatever it takes."""


class Unreadable(Exception):
    """Raised by a handler when no further try can help: the update is set aside at once."""


class TokenRefused(Exception):
    """Telegram went on refusing for a minute: the token is wrong, or the address is not Telegram's."""

    def __init__(self, reason: Literal["token", "address"]) -> None:
        super().__init__(reason)
        self.reason = reason


class Updates(Protocol):
    """Where updates come from; `bot.edge.Inbox` is the real one. Both verbs raise SendTrouble."""

    async def get_updates(self, offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]: ...

    async def get_me(self) -> None: ...


class Gate:
    """Lets so many a minute through for each person."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._passed: dict[int, deque[float]] = {}  # whoever was here last stands last

    def admits(self, person: int, at: float) -> bool:
        """Whether one more may pass at this instant, in seconds."""
        while self._passed and self._passed[next(iter(self._passed))][-1] <= at - 60:
            del self._passed[next(iter(self._passed))]
        passed = self._passed.pop(person, deque())
        while passed and passed[0] <= at - 60:
            passed.popleft()
        admitted = len(passed) < self._a_minute
        if admitted:
            passed.append(at)
        self._passed[person] = passed
        return admitted


@dataclass(frozen=True)
class _Pending:
    update_id: int
    update: Update | None  # None when its JSON cannot be read

    @property
    def message(self) -> Update | None:
        return self._part("message")

    @property
    def tap(self) -> Update | None:
        return self._part("callback_query")

    @property
    def person(self) -> int | None:
        """Who is behind it. In a private chat this is the number of the chat as well."""
        parts = (self._part(kind) for kind in ALLOWED_UPDATES)
        sender = next((part.get("from") for part in parts if part is not None), None)
        number = sender.get("id") if isinstance(sender, dict) else None
        return number if type(number) is int else None

    def _part(self, kind: str) -> Update | None:
        part = self.update.get(kind) if self.update is not None else None
        return part if isinstance(part, dict) else None


class Poll:
    """Fetches updates and hands each to `handle`: in order for one person, people side by side.

    handle(update): returns once the effect is stored. HoldOn keeps the update, Unreadable sets it
        aside, any other exception is tried again and then set aside.
    set_aside(update_id, error_kind): records, once, that an update will not be handled; may raise HoldOn.
    second_poller(present): another process polls with this token, or no longer does.
    answer_dropped(callback_query_id): answers a tap that was dropped unhandled.
    flooded(person): something of this person was dropped; called once a minute at most.
    """

    def __init__(
        self,
        updates: Updates,
        handle: Callable[[Update], Awaitable[None]],
        clock: Clock,
        *,
        set_aside: Callable[[int, str], Awaitable[None]],
        second_poller: Callable[[bool], None],
        answer_dropped: Callable[[str], Awaitable[None]],
        flooded: Callable[[int], Awaitable[None]],
        messages_a_minute: int = 20,
        taps_a_minute: int = 60,
        try_seconds: float = TRY_SECONDS,
    ) -> None:
        self._updates = updates
        self._handle = handle
        self._clock = clock
        self._set_aside = set_aside
        self._second_poller = second_poller
        self._answer_dropped = answer_dropped
        self._flooded = flooded
        self._messages = Gate(messages_a_minute)
        self._taps = Gate(taps_a_minute)
        self._notices = Gate(1)
        self._try_seconds = try_seconds

        self.heard_at: float | None = None
        """When Telegram last answered a fetch, on the monotonic clock."""

        self._unfinished: set[int] = set()
        self._known: dict[int, None] = {}  # a set that remembers its order
        self._next: int | None = None
        self._lanes: dict[int | str, deque[_Pending]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[Any] | None] = set()  # workers inside `handle` or `set_aside`
        self._errands: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
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
            await _end({fetching})
            await self._wind_up()
        finally:
            await _end({fetching, stopping, *self._workers, *self._errands})
            self._ended.set()

    async def stop(self, grace: float) -> None:
        """Fetch no more, let what is being handled finish within `grace` seconds, confirm what did."""
        self._grace = grace
        self._stop.set()
        await self._ended.wait()

    async def _fetch_on(self) -> None:
        pauses = _back_off()
        while not self._stop.is_set():
            offset, started = self._offset(), self._clock.monotonic()
            try:
                wait = 0 if self._unfinished else LONG_POLL_SECONDS
                batch = await self._updates.get_updates(offset, wait, ALLOWED_UPDATES)
            except SendTrouble as trouble:
                logger.warning("no updates: %s", trouble.reason)
                await self._recover(trouble, pauses)
                continue
            pauses = _back_off()
            self.heard_at = self._clock.monotonic()
            self._tell_second_poller(False)
            self._take_in(batch)
            if self._workers:
                await self._within(IN_HAND_PAUSE, self._workers)
            elif self._offset() == offset and self.heard_at - started < IN_HAND_PAUSE:
                # Nothing came of it and it did not wait either: a server without long polling, or an
                # update that cannot be named and so not confirmed. Neither may make the loop spin.
                await self._clock.sleep(STUCK_PAUSE if batch else IN_HAND_PAUSE)

    def _offset(self) -> int | None:
        """The id from which Telegram is to go on; everything below it is finished.

        After a quiet week ids may go on from a lower number, so the next id follows from the latest
        batch, never from the highest id ever seen.
        """
        return min(self._unfinished) if self._unfinished else self._next

    async def _recover(self, trouble: SendTrouble, pauses: Iterator[float]) -> None:
        match trouble:
            case Flood(retry_after=float(seconds)):
                await self._clock.sleep(min(max(seconds, 1.0), LONGEST_FLOOD_PAUSE))
                return
            case Rejected(kind=Kind.CONFLICT):
                self._tell_second_poller(True)
            case Rejected(kind=Kind.UNAUTHORIZED | Kind.WRONG_ADDRESS):
                await self._confirm_refusal(trouble.kind)
        await self._clock.sleep(next(pauses))

    def _tell_second_poller(self, present: bool) -> None:
        if present is not self._second_seen:
            self._second_seen = present
            self._second_poller(present)

    async def _confirm_refusal(self, refusal: Kind | None) -> None:
        """Return if the refusal was a passing one; one 401 or 404 may come from a proxy in between.

        Raises: TokenRefused after a minute of it. Silence is no refusal: without an answer, go on asking.
        """
        deadline = self._clock.monotonic() + TOKEN_SECONDS
        for pause in _back_off():
            left = deadline - self._clock.monotonic()
            if left <= 0 and refusal is not None:
                raise TokenRefused(_REFUSALS[refusal])
            await self._clock.sleep(min(pause, left) if left > 0 else pause)
            try:
                await self._updates.get_me()
            except Rejected as no:
                if no.kind not in _REFUSALS:
                    return
                refusal = no.kind
            except SendTrouble:
                refusal = None
            else:
                return

    def _take_in(self, batch: list[bytes]) -> None:
        pending = [one for one in map(_read, batch) if one is not None]
        if len(pending) < len(batch):
            logger.warning("%d updates without a usable id", len(batch) - len(pending))
        if pending:
            self._next = max(one.update_id for one in pending) + 1
        for one in pending:
            if one.update_id not in self._known:
                self._known[one.update_id] = None
                if self._is_admitted(one):
                    self._enqueue(one)
                else:
                    self._drop(one)
        while len(self._known) > IDS_KEPT:
            del self._known[next(iter(self._known))]

    def _is_admitted(self, one: _Pending) -> bool:
        if (person := one.person) is None:
            return True
        if one.tap is not None:
            return self._taps.admits(person, self._clock.monotonic())
        if one.message is not None:
            # A message says when it was sent: what gathered while nobody listened is no flood.
            date = one.message.get("date")
            return self._messages.admits(person, date if type(date) is int else self._clock.now().timestamp())
        return True

    def _drop(self, one: _Pending) -> None:
        if one.tap is not None and isinstance(query := one.tap.get("id"), str):
            self._run_errand(self._answer_dropped(query))
        if one.person is not None and self._notices.admits(one.person, self._clock.monotonic()):
            self._run_errand(self._flooded(one.person))

    def _run_errand(self, errand: Awaitable[None]) -> None:
        async def running() -> None:
            try:
                await errand
            except Exception as error:
                logger.warning("after a dropped update: %s", named(error))

        _keep(self._errands, running())

    def _enqueue(self, one: _Pending) -> None:
        self._unfinished.add(one.update_id)
        name = one.person if one.person is not None else f"update {one.update_id}"
        if name in self._lanes:
            self._lanes[name].append(one)
        else:
            self._lanes[name] = deque([one])
            _keep(self._workers, self._work(name))

    async def _work(self, name: int | str) -> None:
        """Handle what stands in one lane, one after the other."""
        lane = self._lanes[name]
        while lane:
            await self._carry_out(lane[0])
            self._unfinished.discard(lane.popleft().update_id)
            if self._stop.is_set():
                return
        del self._lanes[name]

    async def _carry_out(self, one: _Pending) -> None:
        """Return when the update is finished: its effect stored, or it set aside."""
        for pause in (*PAUSES_BETWEEN_TRIES, None):
            try:
                await self._until_stored(lambda: self._hand_over(one))
                return
            except Exception as error:
                logger.error("update %d: %s", one.update_id, named(error))
                kind = type(error).__name__
                if pause is None or isinstance(error, Unreadable):
                    break
            await self._nap(pause)
        try:
            await self._until_stored(lambda: self._set_aside(one.update_id, kind))
        except Exception as error:
            logger.error("update %d is lost, setting it aside failed: %s", one.update_id, named(error))

    async def _hand_over(self, one: _Pending) -> None:
        if one.update is None:
            raise Unreadable
        await self._handle(one.update)

    async def _until_stored(self, step: Callable[[], Awaitable[None]]) -> None:
        """Take the step, again and again for as long as it says HoldOn."""
        worker = asyncio.current_task()
        for pause in _back_off():
            try:
                async with self._slots, asyncio.timeout(self._try_seconds):
                    self._busy.add(worker)
                    try:
                        await step()
                    finally:
                        self._busy.discard(worker)
                return
            except HoldOn:
                logger.error("nothing can be stored; holding on")
            await self._nap(pause)

    async def _nap(self, seconds: float) -> None:
        if self._stop.is_set():  # no time for another try; Telegram will send the update again
            raise asyncio.CancelledError
        await self._clock.sleep(seconds)

    async def _wind_up(self) -> None:
        await _end(self._workers - self._busy)
        await self._within(self._grace, self._workers | self._errands)
        await _end(self._workers | self._errands)
        await self._confirm()

    async def _confirm(self) -> None:
        """One last fetch, for its offset alone; what it brings is left to the next process."""
        offset = self._offset()
        if offset is None:
            return
        last = asyncio.create_task(self._updates.get_updates(offset, 0, ALLOWED_UPDATES))
        await self._within(CONFIRM_SECONDS, {last})
        await _end({last})

    async def _within(self, seconds: float, tasks: Collection[asyncio.Task[Any]]) -> None:
        """Wait for all the tasks, so long at most."""
        if not tasks:
            return
        alarm = asyncio.create_task(self._clock.sleep(seconds))
        done = asyncio.create_task(asyncio.wait(set(tasks)))
        try:
            await asyncio.wait({alarm, done}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end({alarm, done})


_UPDATE_ID: Final = re.compile(rb'"update_id"\s*:\s*(\d{1,16})\b')


def _read(raw: bytes) -> _Pending | None:
    """One update by itself, or None when it cannot be told from others."""
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        found = _UPDATE_ID.search(raw)
        return _Pending(int(found[1]), None) if found and int(found[1]) < LARGEST_ID else None
    number = update.get("update_id") if isinstance(update, dict) else None
    return _Pending(number, update) if type(number) is int and 0 <= number < LARGEST_ID else None


def _back_off() -> Iterator[float]:
    """1, 2, 4, 8, 16, 30, 30, … seconds."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 2, 30.0)


def _keep(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
    """Start a task and hold it until it ends; the event loop alone would let it be collected."""
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _end(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
