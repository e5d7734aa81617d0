"""The `Storage` of bot.storage on PostgreSQL: a row a person, a transaction a change, and any number of processes.

Every document is sealed as in a file, and the key never comes near the database. Who is due when is known in memory
as with files; what other processes change is heard of by the lead (see lead.py), which alone relies on it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import psycopg

from bot.storage import (
    BOT_RECORD,
    Box,
    Codec,
    Damaged,
    Lead,
    Losses,
    NotRead,
    NotSaved,
    Owner,
    StorageRefused,
    Summary,
    Unreadable,
    WrongKey,
    words_of,
)
from bot.storage.bot_record import knows_people, require_version, with_people, with_version
from bot.storage.data_folder import DataFolder, remove_put_aside
from bot.storage.disk import Disk
from bot.storage.due_index import DueIndex
from bot.storage.erased import all_gone, note_erased
from bot.storage.indexed import IndexedStorage
from bot.storage.postgres import rows
from bot.storage.postgres.belonging import key_in_use, name_of, note_belongs, note_key, require_belongs
from bot.storage.postgres.connections import ANSWER_SECONDS, Connection, Connections, Deadline, words_of_database
from bot.storage.postgres.documents import open_document, seal_document
from bot.storage.postgres.lead import PostgresLead
from bot.storage.postgres.migrate import migrate, require_current
from bot.storage.remembered import Remembered
from bot.storage.seal import Keys, fault_of_key, load_keys, make_keys
from bot.storage.sealed_file import Document, to_json
from bot.storage.together import Together

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

THREADS: Final = 8
"""Words with the server at one time. With none, all is done at once where it is asked for."""
TOGETHER: Final = 32
"""Documents that are read or stored in one statement."""
MEETINGS: Final = 3
TRANSACTIONS: Final = 12
"""Changes under way at one time, each with a connection of its own."""
GRACE_SECONDS: Final = 5.0
"""Given to the server beyond its own time limit, before a connection on which nothing comes is cut."""


class PostgresStorage(IndexedStorage, Generic[T]):
    """Made by `open_postgres`."""

    def __init__(
        self,
        connections: Connections,
        keys: Keys,
        key_file: Path,
        codec: Codec[T],
        stamp: str,
        *,
        threads: int,
        write: bool,
        alone: bool,
        beside: Path | None,
        patience: float,
        grace: float,
    ) -> None:
        super().__init__()
        self._patience = patience
        self._grace = grace
        self._connections = connections
        self._keys = keys
        self._key_file = key_file
        self._codec = codec
        self._stamp = stamp
        self._write = write
        self._beside = None if beside is None else DataFolder(beside.resolve())
        self._index = DueIndex(stamp, {})
        self._damaged: dict[int, str] = {}
        self._remembered = Remembered[T, bytes]()  # each with the end of what is stored
        self._unsure: set[int] = set()  # of whom nobody knows whether their last change was stored
        self._meanwhile: dict[int, Summary | None] | None = None  # what was stored here while the index is read anew
        self._looking = asyncio.Lock()
        self._deadlines = _Deadlines()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="storage") if threads else None
        self._places = asyncio.Semaphore(TRANSACTIONS)
        hop = self._hop if self._threads else None
        self._reads = Together(self._fetch_together, hop, TOGETHER)
        self._writes = Together(self._store_together, hop, TOGETHER)
        self.lead: Lead = Lead() if alone else PostgresLead(connections, self._follow, self.look_again)

    @asynccontextmanager
    async def change(self, id: int) -> AsyncIterator[Box[T | None]]:
        async with self._transaction(id) as turn:
            before = self._opened(id, await self._begun(turn, partial(rows.fetch_locked, id=id)))
            box = Box(before)
            yield box
            if box.value is not None and box.value is not before:
                await self._to_the_end(self._save(turn, id, box.value))
            elif box.value is None and before is not None:
                if box.erased_at is None:
                    raise ValueError("whoever erases a person says when: box.erase(now)")
                saved_at = self._codec.summary(before).saved_at
                await self._to_the_end(self._erase(turn, id, box.erased_at, saved_at))

    async def alter(self, id: int, decide: Callable[[Box[T | None]], object]) -> None:
        """Without holding the row: what is decided is stored where the document is still the one it was decided upon.

        By whoever leads, whom others seldom meet; after a few such meetings alone with the row.
        """
        if self._write and self.lead.held:
            async with self._alone_with(id):
                for _ in range(MEETINGS):
                    if (done := await self._altered(id, decide)) is None:
                        break
                    if done:
                        return
        async with self.change(id) as box:
            decide(box)

    async def _altered(self, id: int, decide: Callable[[Box[T | None]], object]) -> bool | None:
        """Whether it is over: what was decided is stored, or is nothing to be stored. None where it takes the row."""
        known = self._remembered.known(id)
        if known is None or id in self._unsure or id in self._damaged:
            await self.read(id)
            known = self._remembered.known(id)
        if known is None:
            return None
        before, end = known
        box: Box[T | None] = Box(before)
        decide(box)
        if box.value is None or box.value is before:
            return True if box.value is before else None
        summary = self._codec.summary(box.value)
        saving = _Saving(id, self._codec.encode(box.value), summary, end)
        found, cancelled = await self._writes.to_the_end(saving)
        if isinstance(found, bytes):
            self._note(id, summary)
            self._remembered.note(id, box.value, found)
        else:
            self._remembered.forget(id)
        trouble = found if isinstance(found, BaseException) else None
        if isinstance(trouble, psycopg.Error):
            self._unsure.add(id)  # it may have been stored and the answer lost
            trouble = NotSaved(words_of_database(trouble))
        if cancelled is not None:
            raise cancelled from trouble
        if trouble is not None:
            raise trouble
        return found is not None

    def _store_together(self, savings: Sequence[_Saving]) -> list[bytes | Exception | None]:
        """Store what is still as it was, in one statement: how each ends now, None for who was changed elsewhere."""
        done: dict[int, bytes | Exception | None] = {}
        new = []
        for each in sorted(savings, key=lambda each: each.id):
            try:
                sealed = seal_document(self._keys, each.document, each.summary, each.id)
            except Exception as fault:
                done[each.id] = fault
            else:
                row = rows.Row(each.id, self._keys.first, sealed)
                new.append((row, each.summary, each.was, self._news(each.id)))
                done[each.id] = sealed[-rows.ENDS :]
        try:
            stored = self._now(lambda each: rows.store_unchanged(each, new)) if new else set()
        except psycopg.DataError as fault:
            if len(savings) == 1:
                return [fault]
            return [self._store_together([each])[0] for each in savings]  # so that one keeps no other from being saved
        missing = [row.id for row, *_ in new if row.id not in stored]
        if missing:  # or it was stored by a first try whose answer was lost
            there = self._now(partial(rows.fetch_many, ids=missing))
            for id in missing:
                if there.get(id, b"")[-rows.ENDS :] != done[id]:
                    done[id] = None
        return [done[each.id] for each in savings]

    async def read(self, id: int) -> T | None:
        try:
            content = await self._reads.do(id)
        except psycopg.Error as error:
            raise NotRead(words_of_database(error)) from error
        return self._opened(id, content)

    def _fetch_together(self, ids: Sequence[int]) -> list[bytes | Exception | None]:
        found = self._now(partial(rows.fetch_many, ids=sorted(set(ids))))
        return [found.get(id) or None for id in ids]

    def change_bot_record(self) -> AbstractAsyncContextManager[Box[dict[str, Any]]]:
        return self._change_bot_record()

    @asynccontextmanager
    async def _change_bot_record(self) -> AsyncIterator[Box[dict[str, Any]]]:
        async with self._transaction(BOT_RECORD) as turn:
            before = to_json(self._opened_bot_record(await self._begun(turn, rows.fetch_bot_record_locked)))
            box: Box[dict[str, Any]] = Box(json.loads(before))
            yield box
            if to_json(box.value) != before:
                await self._to_the_end(self._save_bot_record(turn, box.value))

    async def read_bot_record(self) -> dict[str, Any]:
        try:
            return self._opened_bot_record(await self._in_thread(self._reading(rows.fetch_bot_record)))
        except psycopg.Error as error:
            raise NotRead(words_of_database(error)) from error

    async def losses(self) -> Losses:
        """Only the key can be lost beside a database; whose last change is in doubt is looked up on the way."""
        if self._unsure:
            await self._follow(self._unsure)
        return Losses(0, await self._in_thread(lambda _: fault_of_key(self._keys, self._key_file, Disk())))

    async def erase_as_asked(self, now: datetime) -> None:
        """Whoever is asked to erase somebody does it in the database itself."""

    def close(self) -> None:
        if self._threads is not None:
            # The loop, whose alarms would end a wait for a server that hangs, stands still meanwhile.
            alarm = threading.Timer(self._grace, self._connections.cut)
            alarm.start()
            self._threads.shutdown()
            alarm.cancel()
        self.lead.close()
        self._connections.close()

    async def look_again(self) -> None:
        """Read anew what is in clear of everybody: another process may have changed them unheard. Raises NotRead."""
        async with self._looking:
            self._meanwhile = {}
            try:
                index = await self._in_thread(self._reading(self._read_index))
                for id, summary in self._meanwhile.items():
                    _put(index, id, summary)
                self._index = index
                self._tell_elsewhere([BOT_RECORD, *index.ids()])
            except psycopg.Error as error:
                raise NotRead(words_of_database(error)) from error
            finally:
                self._meanwhile = None

    def read_index(self, connection: Connection) -> None:
        """Likewise, at once, for a storage that nobody uses yet. Raises psycopg.Error."""
        self._index = self._read_index(connection)

    def _read_index(self, connection: Connection) -> DueIndex:
        index = DueIndex(self._stamp, dict(rows.summaries(connection)))
        for id in self._damaged:
            index.drop(id)
        return index

    async def _follow(self, owners: Iterable[Owner]) -> None:
        """Take in what other processes have stored of these, or what nobody is sure of. Raises NotRead."""
        async with self._looking:
            changed = set(owners)
            wanted = {each for each in changed if isinstance(each, int)}
            for id in wanted:
                self._damaged.pop(id, None)  # it may have been mended; if not, whoever opens it finds out again
            self._meanwhile = {}
            try:
                found = dict(await self._in_thread(self._reading(partial(rows.summaries_of, ids=wanted))))
                for id in wanted - self._meanwhile.keys():
                    _put(self._index, id, found.get(id))
                self._unsure -= wanted
                self._tell_elsewhere(changed)
            except psycopg.Error as error:
                raise NotRead(words_of_database(error)) from error
            finally:
                self._meanwhile = None

    def _tell_elsewhere(self, owners: Iterable[Owner]) -> None:
        for owner in owners:
            for tell in self.lead.told:
                tell(owner)

    def _news(self, owner: Owner) -> str:
        """What other processes are told of a change made here."""
        return f"{self.lead.name}:{owner}"

    def _note(self, id: int, summary: Summary | None) -> None:
        """What was just stored here."""
        if self._meanwhile is not None:
            self._meanwhile[id] = summary
        _put(self._index, id, summary)

    def _opened(self, id: int, content: bytes | None) -> T | None:
        if (reason := self._damaged.get(id)) is not None:
            raise Damaged(id, reason)
        if content is None:
            return None
        if (known := self._remembered.recall(id, content[-rows.ENDS :])) is not None:
            return known
        try:
            document = open_document(self._keys, content, id)
            try:
                value = self._codec.decode(document)
            except (ValueError, KeyError, TypeError) as error:
                raise Damaged(id, f"its document does not fit ({type(error).__name__})") from error
        except Unreadable as fault:
            self._set_aside(id, fault.reason)
            raise
        self._remembered.note(id, value, content[-rows.ENDS :])
        return value

    def _opened_bot_record(self, content: bytes | None) -> dict[str, Any]:
        return {} if content is None else open_document(self._keys, content, BOT_RECORD)

    @asynccontextmanager
    async def _transaction(self, owner: Owner) -> AsyncIterator[_Turn]:
        """Alone with somebody in this process, and a place among those who may have a connection."""
        if not self._write:
            raise RuntimeError("this storage was opened for reading")
        turn = _Turn(self._connections)
        async with self._alone_with(owner), self._places:
            try:
                yield turn
            finally:
                if turn.connection is not None:
                    await self._to_the_end(self._in_thread(turn.end))

    async def _begun(self, turn: _Turn, fetch: Callable[[Connection], bytes | None]) -> bytes | None:
        try:
            return await self._to_the_end(self._in_thread(partial(turn.begin, fetch)))
        except psycopg.Error as error:
            raise NotRead(words_of_database(error)) from error

    async def _save(self, turn: _Turn, id: int, value: T) -> None:
        summary = self._codec.summary(value)
        document = self._codec.encode(value)

        def work(deadline: Deadline) -> bytes:
            sealed = seal_document(self._keys, document, summary, id)
            row = rows.Row(id, self._keys.first, sealed)
            turn.finish(deadline, lambda each: rows.store_and_commit(each, row, summary, self._news(id)))
            return sealed[-rows.ENDS :]

        # What the server gives back is compared with it, so it matters not whether the commit was heard.
        self._remembered.note(id, value, await self._stored(id, summary, work))

    async def _erase(self, turn: _Turn, id: int, now: datetime, saved_at: datetime) -> None:
        """In one transaction with the note that they were, so that nothing needs finishing after a kill."""

        def work(deadline: Deadline) -> None:
            def remove(connection: Connection) -> None:
                known = self._opened_bot_record(rows.fetch_bot_record_locked(connection))
                noted = all_gone(note_erased(known, id, now, saved_at, b""))
                noted = with_people(noted, rows.holds_anybody(connection, but=id))
                sealed = seal_document(self._keys, noted, None, BOT_RECORD)
                if self._beside is not None:  # what a move has left of them there
                    remove_put_aside(self._beside, id, Disk())
                rows.remove_and_commit(connection, id, sealed, self._news(id))

            turn.finish(deadline, remove)

        try:
            await self._stored(id, None, work)
        except Unreadable as trouble:
            raise NotSaved("the bot's own document cannot be read") from trouble

    async def _save_bot_record(self, turn: _Turn, document: dict[str, Any]) -> None:
        def work(deadline: Deadline) -> None:
            def store(connection: Connection) -> None:
                noted = with_people(document, rows.holds_anybody(connection))
                sealed = seal_document(self._keys, noted, None, BOT_RECORD)
                rows.store_bot_record_and_commit(connection, sealed, self._news(BOT_RECORD))

            turn.finish(deadline, store)

        try:
            await self._in_thread(work)
        except psycopg.Error as error:
            raise NotSaved(words_of_database(error)) from error

    async def _stored(self, id: int, summary: Summary | None, work: Callable[[Deadline], R]) -> R:
        try:
            done = await self._in_thread(work)
        except psycopg.Error as error:
            self._unsure.add(id)  # the commit may have been heard and its answer lost
            raise NotSaved(words_of_database(error)) from error
        except OSError as error:
            raise NotSaved(words_of(error)) from error
        self._note(id, summary)
        return done

    def _reading(self, read: Callable[[Connection], R]) -> Callable[[Deadline], R]:
        """A look that needs no transaction. What was idle for long may be dead: then once more on a new connection."""

        def work(deadline: Deadline) -> R:
            turn = _Turn(self._connections)
            try:
                return turn.begin(read, deadline)
            finally:
                turn.end(deadline)

        return work

    def _now(self, work: Callable[[Connection], R]) -> R:
        """In a thread that `_hop` came to, or where there is none. A second time is no harm."""
        return self._reading(work)(self._deadlines.given)

    def _hop(self, work: Callable[[], R]) -> asyncio.Future[R]:
        def given(deadline: Deadline) -> R:
            self._deadlines.given = deadline
            return work()

        return asyncio.ensure_future(self._in_thread(given))

    async def _in_thread(self, work: Callable[[Deadline], R]) -> R:
        deadline = Deadline()
        if self._threads is None:
            return work(deadline)
        loop = asyncio.get_running_loop()
        alarm = loop.call_later(self._patience + self._grace, deadline.pass_)
        try:
            return await loop.run_in_executor(self._threads, work, deadline)
        finally:
            alarm.cancel()


class _Deadlines(threading.local):
    """Of what a thread does just now."""

    def __init__(self) -> None:
        self.given = Deadline()


@dataclass(frozen=True, slots=True)
class _Saving:
    """A document on its way to the place of the one that ends so."""

    id: int
    document: Document
    summary: Summary
    was: bytes


class _Turn:
    """One transaction, from the first word to the last, in whichever threads; or one look."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.connection: Connection | None = None

    def begin(self, fetch: Callable[[Connection], R], deadline: Deadline) -> R:
        """Fetch with what is open, or begin a second time on a new connection: the server may have been restarted."""
        connection = self._connections.take()
        try:
            return self._begin(fetch, deadline, connection)
        except psycopg.OperationalError:
            if deadline.passed or not connection.broken:
                raise
        return self._begin(fetch, deadline, self._connections.connect())

    def _begin(self, fetch: Callable[[Connection], R], deadline: Deadline, connection: Connection) -> R:
        self.connection = deadline.connection = connection
        try:
            return fetch(connection)
        except BaseException:
            self._give_up()
            raise

    def finish(self, deadline: Deadline, work: Callable[[Connection], None]) -> None:
        """Do it and be through; `work` ends the transaction."""
        if self.connection is None:
            raise RuntimeError("this transaction is over")
        deadline.connection = self.connection
        try:
            work(self.connection)
        except BaseException:
            self._give_up()
            raise
        self._leave()

    def end(self, deadline: Deadline) -> None:
        """Keep nothing of it."""
        if self.connection is None:
            return
        deadline.connection = self.connection
        try:
            if self.connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                self.connection.execute("ROLLBACK")
        except psycopg.Error:
            self._give_up()
        else:
            self._leave()

    def _leave(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            self._connections.give(connection)

    def _give_up(self) -> None:
        """The server undoes what was begun; the next connection may lead to another server, which takes changes."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


def _put(index: DueIndex, id: int, summary: Summary | None) -> None:
    if summary is None:
        index.drop(id)
    else:
        index.put(id, summary)


def open_postgres(
    url: str,
    key_file: Path,
    codec: Codec[T],
    stamp: str,
    *,
    write: bool = True,
    beside: Path | None = None,
    threads: int = THREADS,
    alone: bool = False,
    patience: float = ANSWER_SECONDS,
    grace: float = GRACE_SECONDS,
) -> PostgresStorage[T]:
    """Open a database; with `write` its tables are brought up to date and a key is made where it holds nobody.

    `beside` is the data folder of a bot whose people are here. `alone` says that no other process can be there, so that
    nobody need ask who leads. A server that has not answered for `patience` and `grace` together, in seconds, is given
    up; the storage closes within `grace`.

    Raises StorageRefused.
    """
    connections = Connections(url)
    try:
        with connections.one() as connection:
            if write:
                migrate(connection)
            require_current(connection)
            if beside is not None:
                require_belongs(beside.resolve(), name_of(connection))
            keys = _keys_for(connection, key_file.resolve(), write)
            given = (connections, keys, key_file.resolve(), codec, stamp)
            storage = PostgresStorage(
                *given, threads=threads, write=write, alone=alone, beside=beside, patience=patience, grace=grace
            )
            _begin(connection, keys, codec.version, write)
            storage.read_index(connection)
            if beside is not None and write:
                note_belongs(beside.resolve(), name_of(connection))
            return storage
    except psycopg.Error as error:
        connections.close()
        raise StorageRefused(
            f"Cannot use the database of BOT_DATABASE_URL: {words_of_database(error)}. Check that it runs and that the "
            "URL is right."
        ) from error
    except BaseException:
        connections.close()
        raise


def _keys_for(connection: Connection, key_file: Path, write: bool) -> Keys:
    """The keys of the key file; a new one only beside a database in which none has sealed. Raises StorageRefused."""
    with connection.transaction():
        known = key_in_use(connection)
        keys = _read_keys(connection, key_file, write and not known)
        if write and not known:
            note_key(connection, keys.first)
        elif known and known not in keys.names:
            raise StorageRefused(
                f"What is stored in the database is sealed with the key {known}, and that is not in the key file "
                f"{key_file}. Every replica has the same key file: put the right one there, or add that key to it."
            )
    return keys


def _read_keys(connection: Connection, key_file: Path, may_make: bool) -> Keys:
    try:
        return load_keys(key_file)
    except FileNotFoundError as error:
        if not may_make:
            raise StorageRefused(
                f"There is no key file {key_file}, and what is stored in the database opens only with its key. Put the "
                "key file back, or set BOT_STORAGE_KEY_FILE to where it is: every replica has the same one."
            ) from error
    try:
        return make_keys(key_file, Disk())
    except FileExistsError:
        return load_keys(key_file)  # another replica was faster
    except OSError as error:
        raise StorageRefused(
            f"Cannot write the key file {key_file}: {error.strerror}. Set BOT_STORAGE_KEY_FILE to a place where the "
            "bot may write."
        ) from error


def _begin(connection: Connection, keys: Keys, documents: int, write: bool) -> None:
    """See that the key opens what is there and that nothing is missing, and note which version writes here.

    Raises StorageRefused, psycopg.Error.
    """
    with connection.transaction():
        content = (rows.fetch_bot_record_locked if write else rows.fetch_bot_record)(connection)
        known = {} if content is None else _opened_at_start(keys, content, documents)
        anybody = rows.holds_anybody(connection)
        if knows_people(known) and not anybody:
            raise StorageRefused(
                "Nobody is stored in this database, and somebody was. Put it back from a backup of the server or with "
                "`python -m bot restore FILE`. If nobody is meant to be left, run `python -m bot restore --house`."
            )
        if anybody and content is None:
            log.warning("%s is missing beside people, so nobody knows who was erased", "the bot's own document")
        if write and (noted := with_version(all_gone(known), documents)) != known:
            rows.store_bot_record(connection, seal_document(keys, noted, None, BOT_RECORD))


def _opened_at_start(keys: Keys, content: bytes, documents: int) -> dict[str, Any]:
    try:
        known = open_document(keys, content, BOT_RECORD)
        require_version(known, documents)
    except WrongKey as fault:
        raise StorageRefused(
            f"The database cannot be opened: {fault.reason}. Put the right key file back, or add that key to it as a "
            "further line."
        ) from fault
    except Unreadable as fault:
        raise StorageRefused(
            f"The bot's own document in the database cannot be opened: {fault.reason}. Run `python -m bot restore "
            "--house`."
        ) from fault
    return known
