"""Which of several processes sends and polls: whoever holds a lock of the server's, on a connection of its own.

The server lets go of the lock when that connection ends, however it ends. Nothing that is stored depends on it: each
claim is stored only over the document it was decided upon, so two processes that both believe to lead still send
nothing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import psycopg
from psycopg import errors

from bot.storage import BOT_RECORD, Lead, NotRead, NotSaved, Owner
from bot.storage.postgres.connections import Connection, Connections, Deadline, cut, words_of_database

log = logging.getLogger(__name__)

R = TypeVar("R")

TRY_SECONDS: Final = 1.0
"""Between two looks: of a standby whether the lead is free, of the lead whether it still has it."""
SILENT_SECONDS: Final = 7.0
"""Without an answer the lead takes itself for deposed. The server gives the lock of a vanished machine away later."""
AFTERWARDS_SECONDS: Final = 60.0
"""After a take-over all is read once more: the one before may have stored a last word unheard."""

_LOCK: Final = 0x6C656164
_TRIED: Final = "SELECT pg_try_advisory_lock(%s, hashtext('subscriber'::regclass::oid::text))"
"""Two bots in two schemas of one database have a lock each."""
_LEFT: Final = "SELECT pg_advisory_unlock(%s, hashtext('subscriber'::regclass::oid::text))"


def take_lead(connection: Connection) -> bool:
    """Whether the lead is had, until the connection ends. Raises psycopg.Error."""
    row = connection.execute(_TRIED, (_LOCK,)).fetchone()
    return bool(row and row[0])


def is_led(connection: Connection) -> bool:
    """Whether some process has it. Raises psycopg.Error."""
    free = take_lead(connection)
    if free:
        connection.execute(_LEFT, (_LOCK,))
    return not free


class PostgresLead(Lead):
    """`follow` is told whose documents others have changed; `look_again` reads everybody anew. Both raise NotRead."""

    def __init__(
        self,
        connections: Connections,
        follow: Callable[[Iterable[Owner]], Awaitable[None]],
        look_again: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__()
        self.held = False
        self.name = f"{os.getpid():x}.{secrets.token_hex(4)}"
        self._connections = connections
        self._follow = follow
        self._look_again = look_again
        self._connection: Connection | None = None
        self._closed = False
        self._taken = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lead")

    async def run(self, mend: Callable[[], Awaitable[None]], begin: Callable[[], None]) -> None:
        while True:
            try:
                await self._ask(self._connect)
                await self._look_again()
                while not await self._ask(self._take):
                    await self._hear()
                await self._look_again()
                await mend()
                self.held = True
                self._taken += 1  # told, so that no two such lines are taken for one that repeats
                log.warning("this process leads: it sends and polls (%d)", self._taken)
                begin()
                await self._keep(begin)
            except psycopg.Error as trouble:
                log.warning("this process does not lead: %s", words_of_database(trouble))
            except (NotRead, NotSaved) as trouble:
                log.warning("this process does not lead: %s", trouble)
            self.held = False
            if self._closed:
                return
            await self._ask(self._let_go)
            await asyncio.sleep(TRY_SECONDS)

    async def _keep(self, begin: Callable[[], None]) -> None:
        """Until the lock is lost. Raises psycopg.Error, NotRead."""
        loop = asyncio.get_running_loop()
        again_at = loop.time() + AFTERWARDS_SECONDS
        while True:
            if await self._hear():
                begin()
            if loop.time() >= again_at:
                again_at = float("inf")
                await self._look_again()

    async def _hear(self) -> bool:
        """Whether anybody was changed elsewhere within a second. Raises psycopg.Error, NotRead."""
        changed = await self._ask(self._listen)
        if changed:
            await self._follow(changed)
        return bool(changed)

    def close(self) -> None:
        if self._closed:
            return
        self.held, self._closed = False, True
        if self._connection is not None:
            cut(self._connection)
        self._thread.submit(self._let_go, Deadline())
        self._thread.shutdown()

    async def _ask(self, work: Callable[[Deadline], R]) -> R:
        if self._closed:
            raise psycopg.OperationalError
        deadline = Deadline()
        loop = asyncio.get_running_loop()
        alarm = loop.call_later(SILENT_SECONDS, deadline.pass_)
        try:
            return await loop.run_in_executor(self._thread, work, deadline)
        finally:
            alarm.cancel()

    def _connect(self, deadline: Deadline) -> None:
        """From here on changes are heard of. Raises psycopg.Error."""
        connection = deadline.connection = self._connection = self._connections.connect()
        row = connection.execute("SELECT 'steady_knees_' || 'subscriber'::regclass::oid").fetchone()
        connection.execute(f'LISTEN "{row[0]}"'.encode() if row else b"")

    def _take(self, deadline: Deadline) -> bool:
        """Whether the lock is had. Raises psycopg.Error."""
        return take_lead(self._asking(deadline))

    def _listen(self, deadline: Deadline) -> set[Owner]:
        """Whose document changed elsewhere within a second; sees that the server answers. Raises psycopg.Error."""
        connection = self._asking(deadline)
        heard = [each.payload.split(":") for each in connection.notifies(timeout=TRY_SECONDS)]
        row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        if row is None or row[0]:
            raise errors.ReadOnlySqlTransaction
        return {BOT_RECORD if owner == BOT_RECORD else int(owner) for name, owner in heard if name != self.name}

    def _asking(self, deadline: Deadline) -> Connection:
        if self._connection is None:
            raise psycopg.OperationalError
        deadline.connection = self._connection
        return self._connection

    def _let_go(self, deadline: Deadline) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                connection.close()
