"""Every update from its raw JSON to its stored effect, whether it was fetched or delivered.

One person's updates are handled in order, people side by side. An update is finished when its effect is
stored, or when it was set aside; only then may it be confirmed to Telegram. What comes once more is known
by its id and passed over.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import re
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from bot.clock import Clock
from bot.monitoring.metrics import Fate, Metrics
from bot.monitoring.safe_logging import error_name
from bot.tasks import back_off, cancel_all, spawn, wait_at_most

logger = logging.getLogger(__name__)

Update = dict[str, Any]

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
AT_ONCE: Final = 64
MESSAGES_A_MINUTE: Final = 20
PAUSES_BETWEEN_TRIES: Final = (0.5, 2.0)
TRY_SECONDS: Final = 60.0  # Telegram sends at most 100 past a stalled update, so none may stall for ever
IDS_KEPT: Final = 1_000
LARGEST_ID: Final = 2**52
HANDFUL: Final = 5
"""So many unfinished updates of one account may wait for their replies; where there are more, none waits."""
ERRANDS_AT_ONCE: Final = 8
ERRANDS_WAITING: Final = 100
"""Where so many wait, a tap that is dropped gets no answer: in a long pause of Telegram's a flooder's would pile up."""
HOLDS: Final = 10  # some three minutes, or a quarter of an hour where each try hangs
HOLDS_AGAIN: Final = 2
"""For somebody of whom an update was set aside because of their file alone."""


class RetryLater(Exception):
    """Raised by a handler when its effect cannot be stored now: the update is kept while nothing else can be either."""


class PoisonUpdate(Exception):
    """Raised by a handler when no further try can help: the update is set aside at once."""


class BrokenOff(Exception):
    """What a handler waited for was cancelled, though nobody ended the handler itself."""


class SlidingWindow:
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

    @property
    def text(self) -> str:
        """What a message says, or what stands below its picture."""
        said = (self.message.get(kind) for kind in ("text", "caption")) if self.message is not None else ()
        return next((text for text in said if isinstance(text, str)), "")

    @property
    def in_own_chat(self) -> bool:
        """Whether nobody else reads it, as far as it says where it comes from."""
        where = self.tap.get("message") if self.tap is not None else self.message
        chat = where.get("chat") if isinstance(where, dict) else None
        return not isinstance(chat, dict) or chat.get("id") == self.person

    def _part(self, kind: str) -> Update | None:
        part = self.update.get(kind) if self.update is not None else None
        return part if isinstance(part, dict) else None


class UpdateQueue:
    """Takes updates in and hands each to `handle`: in order for one person, people side by side.

    handle(update): returns once the effect is stored. RetryLater keeps the update, and so does taking too long, since
        handlers wait for the disk alone. PoisonUpdate sets it aside, any other exception is tried again first.
    answered(update_id, pressed): returns once a handled update may be confirmed, where that waits for its reply as
        well; meanwhile somebody else is handled. When `pressed` is set it waits no longer: Telegram sends at most 100
        past an unconfirmed update, and somebody who types fast would hold everybody up with theirs.
    storage_works(): whether a change that is nobody's can be stored. An update that is held on to again and again
        while it can is set aside: one person's file must not keep everybody's updates unconfirmed.
    set_aside(update_id, error_kind): records, once, that an update will not be handled; may raise RetryLater.
    is_always_heard(text): whether a message is handled however many came before it within the minute.
    answer_dropped(callback_query_id): answers a tap that was dropped unhandled.
    flooded(person): something of this person was dropped; called once a minute at most.
    failed(person): something of this person was tried in vain and set aside; called once a minute at most.
    """

    def __init__(
        self,
        handle: Callable[[Update], Awaitable[None]],
        clock: Clock,
        metrics: Metrics,
        *,
        answered: Callable[[int, asyncio.Event], Awaitable[None]],
        storage_works: Callable[[], Awaitable[bool]],
        set_aside: Callable[[int, str], Awaitable[None]],
        is_always_heard: Callable[[str], bool],
        answer_dropped: Callable[[str], Awaitable[None]],
        flooded: Callable[[int], Awaitable[None]],
        failed: Callable[[int], Awaitable[None]],
        taps_a_minute: int = 60,
        try_seconds: float = TRY_SECONDS,
    ) -> None:
        self._handle = handle
        self._clock = clock
        self._metrics = metrics
        self._answered = answered
        self._storage_works = storage_works
        self._set_aside = set_aside
        self._is_always_heard = is_always_heard
        self._answer_dropped = answer_dropped
        self._flooded = flooded
        self._failed = failed
        self._messages = SlidingWindow(MESSAGES_A_MINUTE)
        self._taps = SlidingWindow(taps_a_minute)
        self._heard_beyond = SlidingWindow(MESSAGES_A_MINUTE)
        self._flood_notices = SlidingWindow(1)
        self._failure_notices = SlidingWindow(1)
        self._given_up: set[int | None] = set()  # whose file alone failed; forgotten when something of theirs is stored
        self._try_seconds = try_seconds

        self._unfinished: dict[int, asyncio.Event] = {}
        self._known: dict[int, None] = {}  # a set that remembers its order
        self._queues: dict[int | str, deque[_Pending]] = {}  # by person; who is not named has one for each update
        self._pressed: dict[int | str, asyncio.Event] = {}  # for each queue, whether a handful waits in it
        self._workers: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[Any] | None] = set()  # workers inside `handle`, `answered` or `set_aside`
        self._errands: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._errand_slots = asyncio.Semaphore(ERRANDS_AT_ONCE)  # replies to others need connections as well
        self._closing = False

    @property
    def in_hand(self) -> bool:
        """Whether any update is not finished."""
        return bool(self._unfinished)

    @property
    def oldest_unfinished(self) -> int | None:
        """The lowest id of those that are not finished."""
        return min(self._unfinished, default=None)

    def take_in(self, batch: Sequence[bytes]) -> list[int]:
        """Begin with what is new, and give the ids of all that have one."""
        pending = [one for one in map(_read, batch) if one is not None]
        if len(pending) < len(batch):
            logger.warning("%d updates without a usable id", len(batch) - len(pending))
        for one in pending:
            if one.update_id not in self._known and one.update_id not in self._unfinished:
                self._known[one.update_id] = None
                if self._is_admitted(one):
                    self._enqueue(one)
                else:
                    self._drop(one)
        while len(self._known) > IDS_KEPT:
            del self._known[next(iter(self._known))]
        return [one.update_id for one in pending]

    async def finished(self, update_id: int) -> None:
        """Wait until nothing is left to do for an update that was taken in."""
        if (done := self._unfinished.get(update_id)) is not None:
            await done.wait()

    async def rest(self, seconds: float) -> None:
        """Wait until all that was taken in is finished, so long at most."""
        await wait_at_most(self._clock, seconds, self._workers)

    def close(self) -> None:
        """Begin with no further update and no further try."""
        self._closing = True

    async def wind_up(self, grace: float) -> None:
        """Once closed, let what is being handled finish within `grace` seconds; drop the rest unfinished."""
        await cancel_all(self._workers - self._busy)
        await wait_at_most(self._clock, grace, self._workers | self._errands)
        await self.abandon()

    async def abandon(self) -> None:
        """Drop what is in hand, as a killed process would."""
        await cancel_all(self._workers | self._errands)

    def _is_admitted(self, one: _Pending) -> bool:
        if (person := one.person) is None:
            return True
        if one.tap is not None:
            return self._taps.admits(person, self._clock.monotonic())
        if one.message is not None:
            # A message says when it was sent: what gathered while nobody listened is no flood.
            date = one.message.get("date")
            at = date if type(date) is int else self._clock.now().timestamp()
            if self._messages.admits(person, at):
                return True
            return self._is_always_heard(one.text) and self._heard_beyond.admits(person, at)
        return True

    def _drop(self, one: _Pending) -> None:
        self._metrics.update(Fate.DROPPED)
        has_room = len(self._errands) < ERRANDS_WAITING
        if one.tap is not None and isinstance(query := one.tap.get("id"), str) and has_room:
            self._run_errand(partial(self._answer_dropped, query))
        if (
            one.person is not None
            and one.in_own_chat
            and self._flood_notices.admits(one.person, self._clock.monotonic())
        ):
            self._run_errand(partial(self._flooded, one.person))

    def _run_errand(self, errand: Callable[[], Awaitable[None]]) -> None:
        async def running() -> None:
            try:
                async with self._errand_slots:
                    await errand()
            except Exception as error:
                logger.warning("after an update that was not handled: %s", error_name(error))

        spawn(self._errands, running())

    def _enqueue(self, one: _Pending) -> None:
        self._unfinished[one.update_id] = asyncio.Event()
        name = one.person if one.person is not None else f"update {one.update_id}"
        if name in self._queues:
            self._queues[name].append(one)
        else:
            self._queues[name] = deque([one])
            self._pressed[name] = asyncio.Event()
            spawn(self._workers, self._work(name))
        if len(self._queues[name]) > HANDFUL:
            self._pressed[name].set()

    async def _work(self, name: int | str) -> None:
        """Handle what stands in one queue, one after the other."""
        queue = self._queues[name]
        while queue:
            await self._carry_out(queue[0], self._pressed[name])
            self._unfinished.pop(queue.popleft().update_id).set()
            if self._closing:
                return
        del self._queues[name], self._pressed[name]

    async def _carry_out(self, one: _Pending, pressed: asyncio.Event) -> None:
        """Return when the update is finished: its effect stored, or it set aside."""
        for pause in (*PAUSES_BETWEEN_TRIES, None):
            try:
                holds = HOLDS_AGAIN if one.person in self._given_up else HOLDS
                await self._until_stored(lambda: self._hand_over(one), holds)
                self._given_up.discard(one.person)
                await self._see_answered(one, pressed)
                self._metrics.update(Fate.HANDLED, self._lag(one))
                return
            except Exception as error:
                logger.error("update %d: %s", one.update_id, error_name(error))
                kind = type(error).__name__
                if isinstance(error, RetryLater):
                    kind = type(error.__cause__ or error).__name__
                    self._given_up.add(one.person)
                if pause is None or isinstance(error, RetryLater | PoisonUpdate):
                    break
            await self._nap(pause)
        try:
            await self._until_stored(lambda: self._set_aside(one.update_id, kind))
        except Exception as error:
            logger.error("update %d is lost, setting it aside failed: %s", one.update_id, error_name(error))
        self._metrics.update(Fate.SET_ASIDE)
        if kind != PoisonUpdate.__name__:
            self._tell_failed(one)

    def _tell_failed(self, one: _Pending) -> None:
        said = one.message is not None or one.tap is not None
        if said and one.person is not None and self._failure_notices.admits(one.person, self._clock.monotonic()):
            self._run_errand(partial(self._failed, one.person))

    def _lag(self, one: _Pending) -> float | None:
        """Seconds since it was written. A tap says only when its message was."""
        date = one.message.get("date") if one.message is not None else None
        return self._clock.now().timestamp() - date if type(date) is int else None

    async def _hand_over(self, one: _Pending) -> None:
        if one.update is None:
            raise PoisonUpdate
        await self._handle(one.update)

    async def _see_answered(self, one: _Pending, pressed: asyncio.Event) -> None:
        worker = asyncio.current_task()
        self._busy.add(worker)
        try:
            await self._answered(one.update_id, pressed)
        finally:
            self._busy.discard(worker)

    async def _until_stored(self, step: Callable[[], Awaitable[None]], holds: float = math.inf) -> None:
        """Take the step, again and again for as long as it says RetryLater or does not come to an end.

        Raises RetryLater when it did so more than `holds` times in a row in which the storage worked otherwise.
        """
        worker = asyncio.current_task()
        alone = 0
        for pause in back_off():
            try:
                async with self._slots, asyncio.timeout(self._try_seconds):
                    self._busy.add(worker)
                    try:
                        await step()
                    finally:
                        self._busy.discard(worker)
                return
            except (RetryLater, TimeoutError) as trouble:
                if await self._storage_works():  # a disk that hangs keeps us here until it answers
                    logger.error("one person's file fails; holding on")
                    alone += 1
                else:
                    logger.error("nothing can be stored; holding on")
                    alone = 0
                if alone > holds:
                    if isinstance(trouble, RetryLater):
                        raise
                    raise RetryLater from trouble
            except asyncio.CancelledError:
                if worker is None or worker.cancelling():
                    raise
                raise BrokenOff from None  # else the worker would end here and its update stay in hand for ever
            await self._nap(pause)

    async def _nap(self, seconds: float) -> None:
        if self._closing:  # no time for another try; Telegram will send the update again
            raise asyncio.CancelledError
        await self._clock.sleep(seconds)


_UPDATE_ID: Final = re.compile(rb'"update_id"\s*:\s*(\d{1,16})\b')


def _read(raw: bytes) -> _Pending | None:
    """One update by itself, or None when it cannot be told from others."""
    try:
        update = json.loads(raw.decode(errors="replace"))
        if b"\\u" in raw:  # half a character would be refused by whatever stores or sends it
            update = json.loads(json.dumps(update, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        found = _UPDATE_ID.search(raw)
        return _Pending(int(found[1]), None) if found and int(found[1]) < LARGEST_ID else None
    number = update.get("update_id") if isinstance(update, dict) else None
    return _Pending(number, update) if type(number) is int and 0 <= number < LARGEST_ID else None
