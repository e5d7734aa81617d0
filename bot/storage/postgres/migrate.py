"""Brings the tables up to date: plain SQL files, each once, in one transaction, by one process at a time."""

from __future__ import annotations

import contextlib
import re
from importlib.resources import files
from typing import Any, Final

import psycopg

from bot.storage import StorageRefused

_NAME: Final = re.compile(r"([0-9]{4})_[a-z_]+\.sql")
_LOCK: Final = 0x53746561  # one for all databases of a server; the lock itself is of each database
_TABLES: Final = ("subscriber", "bot_record", "installation")

Migrations = dict[int, str]


def shipped() -> Migrations:
    """The SQL of each version."""
    found = {}
    for file in files(__package__).joinpath("migrations").iterdir():
        if name := _NAME.fullmatch(file.name):
            found[int(name[1])] = file.read_text(encoding="utf-8")
    return dict(sorted(found.items()))


def version_of(connection: psycopg.Connection[Any]) -> int:
    """The newest migration the database has seen; 0 where there is nothing of the bot's. Raises psycopg.Error."""
    there = connection.execute("SELECT to_regclass('migration')").fetchone()
    if there is None or there[0] is None:
        return 0
    newest = connection.execute("SELECT max(version) FROM migration").fetchone()
    return int(newest[0] or 0) if newest else 0


def migrate(connection: psycopg.Connection[Any], migrations: Migrations | None = None) -> None:
    """Apply what is missing; nothing happens where nothing is. Raises StorageRefused, psycopg.Error."""
    migrations = shipped() if migrations is None else migrations
    if version_of(connection) == max(migrations):
        return
    # Before the transaction: one that waited within it would still see the tables of before.
    connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        with connection.transaction():
            _apply(connection, migrations)
    finally:
        with contextlib.suppress(psycopg.Error):  # a connection that is gone holds no lock
            connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _apply(connection: psycopg.Connection[Any], migrations: Migrations) -> None:
    version = version_of(connection)  # another replica may have been faster
    require_known(version, migrations)
    if not version:
        _require_empty(connection)
        connection.execute(
            "CREATE TABLE migration (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
        )
    for number, sql in migrations.items():
        if number > version:
            connection.execute(sql.encode())
            connection.execute("INSERT INTO migration (version) VALUES (%s)", (number,))


def require_current(connection: psycopg.Connection[Any], migrations: Migrations | None = None) -> None:
    """For whoever changes no table: see that they are as this version knows them. Raises StorageRefused."""
    migrations = shipped() if migrations is None else migrations
    version = version_of(connection)
    require_known(version, migrations)
    if not version:
        raise StorageRefused(
            "Nobody has been stored in this database yet. Check BOT_DATABASE_URL; the first start of the bot makes its "
            "tables."
        )
    if version < max(migrations):
        raise StorageRefused(
            f"The tables of this database are of version {version}, and this bot's of {max(migrations)}. Start the bot "
            "once; it brings them up to date."
        )
    moving = connection.execute("SELECT moving FROM installation").fetchone()
    if moving and moving[0]:
        way = "--to postgresql://…" if moving[0] == "here" else "--to files"
        raise StorageRefused(
            f"People are being moved, and not all of them are here. Finish that first: `python -m bot move {way}`, as "
            "it was begun."
        )


def require_known(version: int, migrations: Migrations) -> None:
    """See that no newer bot has been here. Raises StorageRefused."""
    if version > max(migrations):
        raise StorageRefused(
            f"The tables of this database are of version {version}, made by a newer version of the bot; this one knows "
            f"up to {max(migrations)}. Run the newer version."
        )


def _require_empty(connection: psycopg.Connection[Any]) -> None:
    """Tables of these names that no migration of ours made are somebody else's. Raises StorageRefused."""
    for table in (*_TABLES, "migration"):
        there = connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()
        if there is not None and there[0] is not None:
            raise StorageRefused(
                f"This database holds a table {table} that the bot has not made. Give the bot a database of its own in "
                "BOT_DATABASE_URL."
            )
