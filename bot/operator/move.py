"""`python -m bot move`: brings everybody from files into a database, or back, byte for byte.

Nothing is let go before all of it was read back from its new place. Stopped half-way it is called again and goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg

from bot.catalog.contact import CONFIRMED
from bot.operator.database import key_and_summary
from bot.operator.report import Refused, Report, reported, where
from bot.settings import Settings, fault_of_database, read_settings
from bot.storage import BOT_RECORD, NotRead, NotSaved, Owner, StorageRefused, Unreadable
from bot.storage.data_folder import DataFolder
from bot.storage.disk import Disk, make_folder
from bot.storage.lock import FolderLock
from bot.storage.postgres import rows
from bot.storage.postgres.belonging import forget_database, name_of, note_belongs, note_key, require_belongs
from bot.storage.postgres.connections import Connection, Connections, words_of_database
from bot.storage.postgres.documents import open_document
from bot.storage.postgres.lead import take_lead
from bot.storage.postgres.migrate import migrate
from bot.storage.seal import Keys, load_keys
from bot.storage.tinydb_storage import open_storage
from bot.subscriber_codec import SubscriberCodec

FILES = "files"
AT_ONCE = 200
TOLD_EVERY = 5000

Document = tuple[Owner, bytes]


def move(environment: Mapping[str, str], to: str, now: datetime) -> int:
    """Move everybody there; the exit code."""
    return reported(lambda: move_to(read_settings(environment, needs_token=False), to, now, Disk()))


def move_to(settings: Settings, to: str, now: datetime, disk: Disk, at_once: int = AT_ONCE) -> Report:
    """Likewise, so many people in one transaction. Raises Refused, StorageRefused."""
    if to == FILES:
        if not settings.database_url:
            raise Refused("Set BOT_DATABASE_URL to the database that people are to be brought back from.")
        url, work = settings.database_url, _to_files
    else:
        if fault := fault_of_database(to):
            raise Refused(f"--to {fault} Or say --to files.")
        if settings.database_url not in ("", to):
            raise Refused("BOT_DATABASE_URL leads to another database. Take it out while people are in files.")
        url, work = to, _to_database
    try:
        connection = Connections(url).connect()
    except psycopg.Error as error:
        raise StorageRefused(f"Cannot use the database: {words_of_database(error)}.") from error
    try:
        migrate(connection)
        if not take_lead(connection):
            raise Refused("A bot is running on this database, or somebody moves it. Stop every replica first.")
        return work(_Move(settings, connection, now, disk, at_once))
    except psycopg.Error as error:
        raise Refused(f"Stopped: {words_of_database(error)}. Nothing is lost. Say it again; it goes on.") from error
    except OSError as error:
        raise Refused(f"Stopped: {where(error)}. Nothing is lost. Say it again; it goes on.") from error
    finally:
        connection.close()


class _Move:
    """What both directions need."""

    def __init__(self, settings: Settings, connection: Connection, now: datetime, disk: Disk, at_once: int) -> None:
        self.settings = settings
        self.data = DataFolder(settings.data_dir.resolve())
        self.key_file = settings.key_file.resolve()
        self.connection = connection
        self.name = name_of(connection)
        self.now = now
        self.disk = disk
        self.at_once = at_once

    @property
    def moving(self) -> str:
        """Which way a move that is not finished goes: "here", "away", or ""."""
        row = self.connection.execute("SELECT moving FROM installation").fetchone()
        return str(row[0] or "") if row else ""

    @moving.setter
    def moving(self, way: str) -> None:
        self.connection.execute("UPDATE installation SET moving = %s", (way or None,))

    def keys(self) -> Keys:
        """The keys. Raises StorageRefused."""
        try:
            return load_keys(self.key_file)
        except FileNotFoundError:
            raise self.data.without_key(self.key_file) from None

    def in_files(self) -> Iterator[Document]:
        """Everybody in the order of ids, and last the bot's own. Raises OSError."""
        for id, path in sorted(self.data.sealed_files()):
            yield id, self.disk.read(Path(path))
        with contextlib.suppress(FileNotFoundError):
            yield BOT_RECORD, self.disk.read(self.data.path(BOT_RECORD))

    def in_database(self, after: int | None = None) -> Iterator[Document]:
        """Likewise. Raises psycopg.Error."""
        for row in rows.everybody(self.connection, after):
            yield row.id, row.sealed
        if (content := rows.fetch_bot_record(self.connection)) is not None:
            yield BOT_RECORD, content


def _to_database(move: _Move) -> Report:
    """From files. What is done of it shows in the note `moving` of the database, and in the one of the data folder."""
    try:
        require_belongs(move.data.root, move.name)
        noted = (move.data.root / "database").exists()
    except StorageRefused:
        noted = False
    people = any(True for _ in move.data.sealed_files())
    if noted and not move.moving and people:  # killed after its last word, before the files were put aside
        return Report([f"All people are in the database already. The files are in {_files_aside(move)}."])
    if not move.moving and (rows.holds_anybody(move.connection) or _knows(move)):
        raise Refused("This database is a bot's already. Take an empty one.")
    if move.moving == "away":
        raise Refused("People are being moved out of this database. Finish that first, with --to files.")
    if not move.data.root.is_dir():
        raise Refused(f"There is no data folder {move.data.root}. Set BOT_DATA_DIR to where the bot keeps it.")
    _wind_up(move)
    lock = FolderLock(move.data.root)
    try:
        move.data.finish_restore(move.disk)
        move.moving = "here"
        keys = move.keys()
        note_key(move.connection, keys.first)
        count = _copy_in(move, keys)
        if _digest(move.in_files()) != _digest(move.in_database()):  # a bot has run since an earlier try
            move.connection.execute("DELETE FROM subscriber")
            count = _copy_in(move, keys)
        _require_same("the database", _digest(move.in_files()), _digest(move.in_database()))
        note_belongs(move.data.root, move.name)
        move.moving = ""
        aside = _files_aside(move)
    finally:
        lock.release()
    return Report(
        [
            f"Moved into the database, read back and compared: {count} people.",
            f"The files are in {aside}. Remove them when all is well, after 14 days at most.",
            "Set BOT_DATABASE_URL before the next start. The key file is needed as before, the same on every machine.",
        ]
    )


def _knows(move: _Move) -> bool:
    """Whether its own document there says who left or who to turn to, or does not open; one with less is replaced."""
    content = rows.fetch_bot_record(move.connection)
    try:
        known = {} if content is None else open_document(move.keys(), content, BOT_RECORD)
        return not {"erased_key", CONFIRMED}.isdisjoint(known)
    except Unreadable:
        return True


def _wind_up(move: _Move) -> None:
    """Finish what a killed bot has left of erasing people, and erase whom it was asked to. Raises StorageRefused."""
    codec = SubscriberCodec("")
    storage = open_storage(move.data.root, move.key_file, codec, codec.stamp, threads=0)
    try:
        asyncio.run(storage.erase_as_asked(move.now))
    except (NotRead, NotSaved) as trouble:
        raise Refused(f"{trouble}. Nothing was moved.") from trouble
    finally:
        storage.close()
    if storage.damaged:
        raise Refused(
            f"{len(storage.damaged)} documents cannot be opened, and nothing was moved. `python -m bot doctor` names "
            "them and says what to do."
        )


def _copy_in(move: _Move, keys: Keys) -> int:
    """Add whoever is not there yet; how many there are then."""
    row = move.connection.execute("SELECT max(id), count(*) FROM subscriber").fetchone()
    after, count = row or (None, 0)
    total = sum(1 for _ in move.data.sealed_files())
    batch: list[Document] = []
    for owner, content in move.in_files():
        if owner == BOT_RECORD:
            keys.open(content, owner)
            rows.store_bot_record(move.connection, content)
        elif after is None or owner > after:
            try:
                keys.open(content, owner)
            except Unreadable as fault:
                raise Refused(f"The document of {owner} cannot be opened: {fault.reason}. Mend it first.") from fault
            batch.append((owner, content))
        if len(batch) == move.at_once:
            count = _add(move, batch, count, total)
    return _add(move, batch, count, total)


def _add(move: _Move, batch: list[Document], count: int, total: int) -> int:
    made = []
    for owner, content in batch:
        key, summary = key_and_summary(content, owner)
        made.append((rows.Row(int(owner), key, content), summary))
    with move.connection.transaction():
        rows.insert(move.connection, "subscriber", made)
    batch.clear()
    return _told(count, len(made), total)


def _files_aside(move: _Move) -> Path:
    """As a restore puts aside what stood there: erasing somebody removes them from there as well."""
    prepared = move.data.begin_restore(move.now)
    make_folder(prepared / "subscribers")
    try:
        aside = move.data.commit_restore(prepared, move.disk)
    finally:
        shutil.rmtree(prepared, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        move.disk.replace(move.data.path(BOT_RECORD), aside / move.data.path(BOT_RECORD).name)
    for folder in (aside, move.data.root):
        move.disk.sync_folder(folder)
    return aside


def _to_files(move: _Move) -> Report:
    """From the database. Until the last step the data folder says that its people are in the database."""
    if not move.moving:
        require_belongs(move.data.root, move.name)
    if move.moving == "here":
        raise Refused("People are being moved into this database. Finish that first, by the same command as before.")
    move.data.make_root()
    lock = FolderLock(move.data.root)
    try:
        move.data.finish_restore(move.disk)
        if any(True for _ in move.data.sealed_files()):
            if move.moving != "away" or _digest(move.in_files()) != _digest(move.in_database()):
                raise Refused(f"People are in {move.data.root} already. Set BOT_DATA_DIR to an empty folder.")
            forget_database(move.data.root, move.disk)
            return _forgotten(move, sum(1 for _ in move.data.sealed_files()))
        move.keys()
        move.moving = "away"
        prepared = move.data.root / "moving"
        count = _copy_out(move, DataFolder(prepared))
        files = _Move(replace(move.settings, data_dir=prepared), move.connection, move.now, move.disk, move.at_once)
        _require_same("the files", _digest(move.in_database()), _digest(files.in_files()))
        aside = move.data.begin_restore(move.now)
        aside.rmdir()
        move.disk.replace(prepared, aside)
        move.data.commit_restore(aside, move.disk)
        forget_database(move.data.root, move.disk)
        return _forgotten(move, count)
    finally:
        lock.release()


def _copy_out(move: _Move, prepared: DataFolder) -> int:
    """Write whoever is not there yet, as they are in the database; how many there are then."""
    row = move.connection.execute("SELECT count(*) FROM subscriber").fetchone()
    total, count = row[0] if row else 0, 0
    make_folder(prepared.root)
    make_folder(prepared.root / "subscribers")
    for owner, content in move.in_database():
        path = prepared.path(owner)
        if owner != BOT_RECORD:
            make_folder(path.parent)
            count = _told(count, 1, total)
        if not path.exists() or path.read_bytes() != content:  # torn by a power cut that stopped an earlier try
            path.unlink(missing_ok=True)
            descriptor = move.disk.create(path)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
    os.sync()  # once for all of them
    return count


def _forgotten(move: _Move, count: int) -> Report:
    """The last step: the database holds nobody any more, so that nobody who leaves later stays behind there."""
    with move.connection.transaction():
        move.connection.execute("DELETE FROM subscriber")
        rows.store_bot_record(move.connection, b"")
        move.moving = ""
    return Report(
        [
            f"Moved into {move.data.root}, read back and compared: {count} people. The database holds nobody any more.",
            "Take BOT_DATABASE_URL out before the next start.",
        ]
    )


def _told(before: int, more: int, total: int) -> int:
    after = before + more
    if before // TOLD_EVERY != after // TOLD_EVERY:
        print(f"{after} of {total}", file=sys.stderr)  # noqa: T201
    return after


def _require_same(where: str, wanted: tuple[int, str], found: tuple[int, str]) -> None:
    if wanted != found:
        raise Refused(
            f"What stands in {where} is not what was moved: {found[0]} documents of {wanted[0]}, or other ones. "
            "Nothing was let go. Say it again; if it comes to the same, look at the disks."
        )


def _digest(documents: Iterable[Document]) -> tuple[int, str]:
    """How many there are, and a fingerprint of all of them in their order."""
    sum, count = hashlib.sha256(), 0
    for owner, content in documents:
        sum.update(f"{owner} {len(content)}\n".encode("ascii") + content)
        count += 1
    return count, sum.hexdigest()
