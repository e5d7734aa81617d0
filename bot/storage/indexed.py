"""What each storage does in the same way: who is due, whose document is damaged, one at a time with each person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

from bot.storage import Owner
from bot.storage.due_index import DueIndex
from bot.storage.together import over

R = TypeVar("R")


class IndexedStorage:
    """A storage sets its `_index`, its `_damaged` with their reasons and its `_threads`, and adds the documents."""

    _index: DueIndex
    _damaged: dict[int, str]
    _threads: ThreadPoolExecutor | None

    def __init__(self) -> None:
        self._locks: dict[Owner, Lock] = {}
        self._told: list[Callable[[int, str], object]] = []

    @property
    def damaged(self) -> list[tuple[int, str]]:
        return sorted(self._damaged.items())

    def watch_damage(self, tell: Callable[[int, str], object]) -> None:
        self._told.append(tell)
        for id, reason in self.damaged:
            tell(id, reason)

    def due(self, now: datetime) -> list[int]:
        return self._index.due(now)

    def next_due_at(self) -> datetime | None:
        return self._index.next_due_at()

    def ids(self) -> list[int]:
        return self._index.ids()

    def claims_open(self) -> list[int]:
        return self._index.claims_open()

    def replies_owed(self, since: datetime) -> list[int]:
        return self._index.replies_owed(since)

    def newest_instant(self) -> datetime | None:
        return self._index.newest_instant()

    def _set_aside(self, id: int, reason: str) -> None:
        """Leave a document where it is, so that nothing can begin in its place, and say so."""
        self._index.drop(id)  # else the same person would be due, and fail, at every tick
        if id not in self._damaged:
            self._damaged[id] = reason
            for tell in self._told:
                tell(id, reason)

    def _alone_with(self, owner: Owner) -> Alone:
        return Alone(self._locks, owner)

    async def _to_the_end(self, work: Coroutine[Any, Any, R]) -> R:
        """Await `work` even when the waiter is cancelled.

        A thread at work cannot be called back, and its person's lock must not pass to somebody else meanwhile.
        """
        if self._threads is None:
            return await work  # never waits, so nobody can cancel it
        task = asyncio.ensure_future(work)
        if (cancelled := await over(task)) is not None:
            raise cancelled from (None if task.cancelled() else task.exception())
        return task.result()


class Alone:
    """The block has somebody to itself in this process; locks that nobody holds or waits for are dropped."""

    __slots__ = ("_lock", "_locks", "_owner")

    def __init__(self, locks: dict[Owner, Lock], owner: Owner) -> None:
        self._locks, self._owner = locks, owner

    async def __aenter__(self) -> None:
        self._lock = self._locks.setdefault(self._owner, Lock())
        self._lock.users += 1
        try:
            await self._lock.acquire()
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()
        self._leave()

    def _leave(self) -> None:
        self._lock.users -= 1
        if not self._lock.users:
            del self._locks[self._owner]


class Lock(asyncio.Lock):
    """One that knows how many hold it or wait for it."""

    users = 0
