"""Any storage, and whoever wants to know of each document as it is saved: what is held in memory stays true by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Generic, TypeVar

from bot.storage import Box, Losses, Owner, Storage

T = TypeVar("T")


class WatchedStorage(Generic[T]):
    """The `Storage` it is given, verb by verb. After each change that may have been saved it tells whose it was."""

    def __init__(self, storage: Storage[T]) -> None:
        self._storage = storage
        self.lead = storage.lead
        self.lead.told.append(self._hear)
        self._told: list[Callable[[int, T | None], object]] = []
        self._told_of_bot_record: list[Callable[[], object]] = []

    def watch(self, tell: Callable[[int, T | None], object]) -> None:
        """Call `tell` with the id and the document after each change; None also where nobody knows which is stored."""
        self._told.append(tell)

    def watch_bot_record(self, tell: Callable[[], object]) -> None:
        """Call `tell` whenever another process has changed the bot's own document, or may have."""
        self._told_of_bot_record.append(tell)

    @property
    def damaged(self) -> Sequence[tuple[int, str]]:
        return self._storage.damaged

    def watch_damage(self, tell: Callable[[int, str], object]) -> None:
        self._storage.watch_damage(tell)

    def change(self, id: int) -> AbstractAsyncContextManager[Box[T | None]]:
        return _Telling(self._storage.change(id), partial(self._tell, id))

    async def alter(self, id: int, decide: Callable[[Box[T | None]], object]) -> None:
        seen: list[tuple[T | None, Box[T | None]]] = []

        def decide_and_see(box: Box[T | None]) -> None:
            seen.append((box.value, box))
            decide(box)

        try:
            await self._storage.alter(id, decide_and_see)
        except BaseException:
            self._tell(id, None)
            raise
        before, box = seen[-1]
        if box.value is not before:
            self._tell(id, box.value)

    def _hear(self, owner: Owner) -> None:
        """Another process has changed a document, or may have."""
        if isinstance(owner, int):
            self._tell(owner, None)
            return
        for tell in self._told_of_bot_record:
            tell()

    def _tell(self, id: int, value: T | None) -> None:
        for tell in self._told:
            tell(id, value)

    async def read(self, id: int) -> T | None:
        return await self._storage.read(id)

    def change_bot_record(self) -> AbstractAsyncContextManager[Box[dict[str, Any]]]:
        return self._storage.change_bot_record()

    async def read_bot_record(self) -> dict[str, Any]:
        return await self._storage.read_bot_record()

    async def losses(self) -> Losses:
        return await self._storage.losses()

    async def erase_as_asked(self, now: datetime) -> None:
        before = self._storage.ids()
        await self._storage.erase_as_asked(now)
        for id in set(before) - set(self._storage.ids()):
            self._tell(id, None)

    def due(self, now: datetime) -> list[int]:
        return self._storage.due(now)

    def next_due_at(self) -> datetime | None:
        return self._storage.next_due_at()

    def ids(self) -> list[int]:
        return self._storage.ids()

    def claims_open(self) -> list[int]:
        return self._storage.claims_open()

    def replies_owed(self, since: datetime) -> list[int]:
        return self._storage.replies_owed(since)

    def newest_instant(self) -> datetime | None:
        return self._storage.newest_instant()

    def close(self) -> None:
        self._storage.close()


class _Telling(AbstractAsyncContextManager[Box[T | None]]):
    """A change, told of when it is over."""

    def __init__(self, change: AbstractAsyncContextManager[Box[T | None]], tell: Callable[[T | None], object]) -> None:
        self._change = change
        self._told = tell

    async def __aenter__(self) -> Box[T | None]:
        try:
            self._box = await self._change.__aenter__()
        except BaseException:
            self._told(None)
            raise
        self._before = self._box.value
        return self._box

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._change.__aexit__(kind, error, trace)
        except BaseException:
            self._told(None)
            raise
        if error is not None:
            self._told(None)
        elif self._box.value is not self._before:
            self._told(self._box.value)
