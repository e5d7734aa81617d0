"""What each storage does in the same way: who is due, whose document is damaged, one at a time with each person."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from bot.storage import Owner
from bot.storage.due_index import DueIndex

R = TypeVar("R")


class IndexedStorage:
    """A storage sets its `_index`, its `_damaged` with their reasons and its `_threads`, and adds the documents."""

    _index: DueIndex
    _damaged: dict[int, str]
    _threads: ThreadPoolExecutor | None

    def __init__(self) -> None:
        self._locks: dict[Owner, asyncio.Lock] = {}
        self._users: Counter[Owner] = Counter()  # who holds a lock or waits for it; unused ones are dropped
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

    @asynccontextmanager
    async def _alone_with(self, owner: Owner) -> AsyncIterator[None]:
        lock = self._locks.setdefault(owner, asyncio.Lock())
        self._users[owner] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[owner] -= 1
            if not self._users[owner]:
                del self._locks[owner], self._users[owner]

    async def _to_the_end(self, work: Coroutine[Any, Any, R]) -> R:
        """Await `work` even when the waiter is cancelled.

        A thread at work cannot be called back, and its person's lock must not pass to somebody else meanwhile.
        """
        if self._threads is None:
            return await work  # never waits, so nobody can cancel it
        task = asyncio.ensure_future(work)
        cancelled: asyncio.CancelledError | None = None
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled from (None if task.cancelled() else task.exception())
        return task.result()
