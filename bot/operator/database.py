"""The database of a bot, for the commands of whoever runs it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import psycopg

from bot.operator.archive import Sealed
from bot.operator.report import Refused
from bot.settings import Settings
from bot.storage import BOT_RECORD, Damaged, Owner, StorageRefused, Summary, Unreadable
from bot.storage.bot_record import with_people
from bot.storage.data_folder import place_of
from bot.storage.due_index import UNKNOWN
from bot.storage.postgres import rows
from bot.storage.postgres.belonging import name_of, require_belongs
from bot.storage.postgres.connections import Connection, Connections, words_of_database
from bot.storage.postgres.documents import open_document, seal_document
from bot.storage.postgres.lead import is_led, take_lead
from bot.storage.postgres.migrate import require_current
from bot.storage.seal import Keys, load_keys, read_line


class Database:
    """One connection to it, and the keys that open what it holds."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self.connection = connection
        self.keys = keys

    def documents(self) -> Iterator[Sealed]:
        """Everybody as of one instant, and last the bot's own, under the names they have in a data folder."""
        with self.connection.transaction():
            self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield from self.everybody()

    def everybody(self) -> Iterator[Sealed]:
        """Likewise, each as of the instant at which they are reached."""
        for row in rows.everybody(self.connection):
            yield Sealed(row.id, PurePosixPath(place_of(row.id)), row.sealed)
        if (content := rows.fetch_bot_record(self.connection)) is not None:
            yield Sealed(BOT_RECORD, PurePosixPath(place_of(BOT_RECORD)), content)

    def bot_record(self) -> dict[str, Any] | None:
        """The bot's own document; None where there is none. Raises Unreadable."""
        content = rows.fetch_bot_record(self.connection)
        return None if content is None else open_document(self.keys, content, BOT_RECORD)

    def store_bot_record(self, document: dict[str, Any]) -> None:
        """Put it there, and note in it whether anybody is."""
        noted = with_people(document, rows.holds_anybody(self.connection))
        rows.store_bot_record(self.connection, seal_document(self.keys, noted, None, BOT_RECORD))

    def reseal(self, owner: Owner, key: str, content: bytes) -> None:
        """Put the same document under another seal in its place."""
        if owner == BOT_RECORD:
            rows.store_bot_record(self.connection, content)
        else:
            rows.reseal(self.connection, rows.Row(owner, key, content))

    def row(self, id: int, content: bytes) -> tuple[rows.Row, Summary]:
        """A sealed document as it is kept there, also one that does not open."""
        try:
            key, summary = key_and_summary(content, id)
        except Unreadable:
            key, summary = self.keys.first, UNKNOWN
        return rows.Row(id, key, content), summary


def key_and_summary(content: bytes, id: Owner) -> tuple[str, Summary]:
    """Which key seals a document, and what is in clear of it. Raises Unreadable."""
    first = read_line(content, id)
    if first.summary is None:
        raise Damaged(id, "its first line has no summary")
    return first.key, first.summary


@contextlib.contextmanager
def opened(settings: Settings, *, alone: bool = False) -> Iterator[Database]:
    """The database of BOT_DATABASE_URL; `alone` keeps every bot from sending and storing meanwhile.

    Raises Refused, StorageRefused.
    """
    try:
        connection = Connections(settings.database_url).connect()
    except psycopg.Error as error:
        raise StorageRefused(
            f"Cannot use the database of BOT_DATABASE_URL: {words_of_database(error)}. Check that it runs and that the "
            "URL is right."
        ) from error
    try:
        require_current(connection)
        require_belongs(settings.data_dir.resolve(), name_of(connection))
        if alone and not take_lead(connection):
            raise Refused("A bot is running on this database. Stop every replica first.")
        yield Database(connection, _keys(settings, connection))
    except psycopg.Error as error:
        raise Refused(f"Stopped: {words_of_database(error)}. What was stored stands as it was. Try again.") from error
    finally:
        connection.close()


def is_running(database: Database) -> bool:
    """Whether some bot leads there."""
    return is_led(database.connection)


def _keys(settings: Settings, connection: Connection) -> Keys:
    try:
        return load_keys(settings.key_file.resolve())
    except FileNotFoundError:
        if not rows.holds_anybody(connection):
            return Keys([])
        raise StorageRefused(
            f"There is no key file {settings.key_file}, and what is stored in the database opens only with its key. "
            "Put the key file back, or set BOT_STORAGE_KEY_FILE to where it is."
        ) from None
