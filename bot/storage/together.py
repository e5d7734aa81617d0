"""Work for one thread at a time: what waits at the same moment is taken there in one hop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")


Hop = Callable[[Callable[[], Any]], "asyncio.Future[Any]"]


def hop_to(thread: Executor) -> Hop:
    """To one of these threads."""
    return lambda work: asyncio.get_running_loop().run_in_executor(thread, work)


class Together(Generic[J, R]):
    """A hop from the loop to a thread and back costs more than most of what is done there.

    `carry_out` takes some jobs, `most` at a time, and gives for each its result or the exception that became of it.
    `hop` takes work to a thread. Without one each job is done at once where it is asked for.
    """

    def __init__(self, carry_out: Callable[[Sequence[J]], Sequence[R | Exception]], hop: Hop | None, most: int) -> None:
        self._carry_out = carry_out
        self._hop = hop
        self._most = most
        self._waiting: deque[tuple[J, asyncio.Future[R]]] = deque()
        self._busy = False

    @property
    def waiting(self) -> int:
        """How many jobs wait for those under way."""
        return len(self._waiting)

    async def do(self, job: J) -> R:
        """The result, or what became of it as an exception. Whoever gives up waiting for it does not undo it."""
        if self._hop is None:
            (result,) = self._carry_out([job])
            if isinstance(result, Exception):
                raise result
            return result
        return await self._asked(job, self._hop)

    async def to_the_end(self, job: J) -> tuple[R | BaseException, asyncio.CancelledError | None]:
        """What became of it, waited for also when the waiter is cancelled; and with what they were."""
        if self._hop is None:
            try:
                return self._carry_out([job])[0], None
            except Exception as fault:
                return fault, None
        done = self._asked(job, self._hop)
        cancelled = await over(done)
        return done.exception() or done.result(), cancelled

    def _asked(self, job: J, hop: Hop) -> asyncio.Future[R]:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[R] = loop.create_future()
        self._waiting.append((job, done))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._begin, hop)  # so that all who ask in this turn of the loop are taken along
        return done

    def _begin(self, hop: Hop) -> None:
        group = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        running = hop(partial(self._carry_out, [job for job, _ in group]))
        running.add_done_callback(partial(self._came, hop, group))

    def _came(
        self,
        hop: Hop,
        group: list[tuple[J, asyncio.Future[R]]],
        running: asyncio.Future[Sequence[R | Exception]],
    ) -> None:
        self._busy = bool(self._waiting)
        if self._busy:
            self._begin(hop)
        fault = None if running.cancelled() else running.exception()
        if fault is None and not running.cancelled():
            _tell(group, running.result())
            return
        for _, done in group:
            if not done.done():
                done.set_exception(fault or asyncio.CancelledError())


async def over(work: asyncio.Future[Any]) -> asyncio.CancelledError | None:
    """Wait until it is done, also when the waiter is cancelled; then with what."""
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        ended = asyncio.get_running_loop().create_future()
        work.add_done_callback(partial(_end, ended))
        try:
            await ended
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled


def _end(ended: asyncio.Future[None], _: object) -> None:
    if not ended.done():
        ended.set_result(None)


def _tell(group: Sequence[tuple[J, asyncio.Future[R]]], results: Sequence[R | Exception]) -> None:
    for (_, done), result in zip(group, results, strict=True):
        if done.done():
            continue
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)
