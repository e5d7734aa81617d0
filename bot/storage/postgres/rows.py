"""What is asked of the database, a function a statement; all of them raise psycopg.Error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, LiteralString

from psycopg import pq

from bot.storage import Summary
from bot.storage.postgres.connections import Connection

AT_ONCE: Final = 5000
"""Rows that a long look through everybody holds in memory."""

_SUMMARIES: Final = "SELECT id, saved_at, next_due_at, stamp, claim_open, reply_owed_at FROM subscriber"


_INSERTED: Final = {
    table: f"INSERT INTO {table} (saved_at, next_due_at, stamp, claim_open, reply_owed_at, id, key, sealed) "  # noqa: S608
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    for table in ("subscriber", "restored")
}
"""Into the table, or into what a restore prepares."""


ENDS: Final = 16
"""Bytes at the end of a sealed document that no other one ends with: its seal. They tell it from any other."""
_STORED_UNCHANGED: Final = (
    "WITH stored AS (UPDATE subscriber SET saved_at = new.saved_at, next_due_at = new.next_due_at, stamp = new.stamp, "
    "claim_open = new.claim_open, reply_owed_at = new.reply_owed_at, key = new.key, sealed = new.sealed "
    "FROM unnest(%b::timestamptz[], %b::timestamptz[], %b::text[], %b::boolean[], %b::timestamptz[], %b::text[], "
    "%b::bytea[], %b::bigint[], %b::bytea[], %b::text[]) "
    "AS new (saved_at, next_due_at, stamp, claim_open, reply_owed_at, key, sealed, id, was, news) "
    "WHERE subscriber.id = new.id AND substring(subscriber.sealed FROM octet_length(subscriber.sealed) - 15) = new.was "
    "RETURNING subscriber.id, new.news) "
    "SELECT id, pg_notify('steady_knees_' || 'subscriber'::regclass::oid, news) FROM stored"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One person's document as it is kept: which key seals it, and the sealed bytes, which begin with their summary."""

    id: int
    key: str
    sealed: bytes


def fetch(connection: Connection, id: int) -> bytes | None:
    """A person's sealed document, without waiting for anybody."""
    row = connection.execute("SELECT sealed FROM subscriber WHERE id = %s", (id,), binary=True).fetchone()
    return None if row is None else bytes(row[0])


def fetch_locked(connection: Connection, id: int) -> bytes | None:
    """Likewise, alone with that person until the transaction ends, also when they are new."""
    found = "SELECT sealed FROM subscriber WHERE id = %s FOR UPDATE"
    with connection.pipeline():
        connection.execute("BEGIN")
        cursor = connection.execute(found, (id,), binary=True)
    row = cursor.fetchone()
    while row is None:
        # Two who begin with the same stranger: the second waits here until the first is through.
        connection.execute(
            "INSERT INTO subscriber (id, saved_at, stamp, claim_open, key, sealed) "
            "VALUES (%s, 'epoch', '', false, '', '') ON CONFLICT DO NOTHING",
            (id,),
        )
        row = connection.execute(found, (id,), binary=True).fetchone()
    return bytes(row[0]) or None


def store_and_commit(connection: Connection, row: Row, summary: Summary, news: str) -> None:
    """Put a document in the place of the one that was fetched, and end the transaction; `news` goes to the others."""
    with connection.pipeline():
        connection.execute(
            "UPDATE subscriber SET saved_at = %s, next_due_at = %s, stamp = %s, claim_open = %s, reply_owed_at = %s, "
            "key = %s, sealed = %s WHERE id = %s",
            (*_columns(summary), row.key, row.sealed, row.id),
        )
        _notify(connection, news)
        connection.execute("COMMIT")


def fetch_many(connection: Connection, ids: list[int]) -> dict[int, bytes]:
    """The sealed documents of those who are there, without waiting for anybody."""
    found = connection.execute("SELECT id, sealed FROM subscriber WHERE id = ANY(%s)", (ids,), binary=True)
    return {id: bytes(sealed) for id, sealed in found}


def store_unchanged(connection: Connection, rows: list[tuple[Row, Summary, bytes, str]]) -> set[int]:
    """Put documents in the places of those that end with these bytes, in one statement; whose were still there.

    Each with the news that goes to the others.
    """
    columns = zip(
        *((*_columns(summary), row.key, row.sealed, row.id, end, news) for row, summary, end, news in rows), strict=True
    )
    found = connection.execute(_STORED_UNCHANGED, [list(column) for column in columns], binary=True)
    return {row[0] for row in found}


def remove_and_commit(connection: Connection, id: int, bot_record: bytes, news: str) -> None:
    """Remove a person and keep the bot's own document that says so, both or neither."""
    with connection.pipeline():
        connection.execute("DELETE FROM subscriber WHERE id = %s", (id,))
        store_bot_record(connection, bot_record)
        _notify(connection, news)
        connection.execute("COMMIT")


def insert(connection: Connection, table: Literal["subscriber", "restored"], rows: list[tuple[Row, Summary]]) -> None:
    """Add people who are not there yet, many at a time."""
    with connection.cursor() as cursor:
        cursor.executemany(
            _INSERTED[table],
            [(*_columns(summary), row.id, row.key, row.sealed) for row, summary in rows],
        )


def fetch_bot_record(connection: Connection) -> bytes | None:
    """The bot's own sealed document, without waiting for anybody."""
    return _bot_record(connection, "SELECT sealed FROM bot_record")


def fetch_bot_record_locked(connection: Connection) -> bytes | None:
    """Likewise, alone with it until the transaction ends, which begins here where none has."""
    if connection.info.transaction_status == pq.TransactionStatus.IDLE:
        connection.execute("BEGIN")
    return _bot_record(connection, "SELECT sealed FROM bot_record FOR UPDATE")


def _bot_record(connection: Connection, found: LiteralString) -> bytes | None:
    row = connection.execute(found, binary=True).fetchone()
    return bytes(row[0]) or None if row else None


def store_bot_record(connection: Connection, sealed: bytes) -> None:
    """Put it in the place of the one before."""
    connection.execute("UPDATE bot_record SET sealed = %s", (sealed,))


def store_bot_record_and_commit(connection: Connection, sealed: bytes, news: str) -> None:
    """Likewise, and end the transaction; `news` goes to the others."""
    with connection.pipeline():
        store_bot_record(connection, sealed)
        _notify(connection, news)
        connection.execute("COMMIT")


def reseal(connection: Connection, row: Row) -> None:
    """Put the same document under another seal in its place."""
    connection.execute("UPDATE subscriber SET key = %s, sealed = %s WHERE id = %s", (row.key, row.sealed, row.id))


def holds_anybody(connection: Connection, but: int | None = None) -> bool:
    """Whether anybody but that person is there."""
    row = connection.execute("SELECT EXISTS (SELECT FROM subscriber WHERE id IS DISTINCT FROM %s)", (but,)).fetchone()
    return bool(row and row[0])


def summaries(connection: Connection) -> Iterator[tuple[int, Summary]]:
    """What is in clear of everybody, as of one instant."""
    # A cursor of the server's: a million people do not come as one answer.
    with connection.transaction(), connection.cursor("summaries", binary=True) as cursor:
        cursor.itersize = AT_ONCE
        yield from map(_summary, cursor.execute(_SUMMARIES))


def summaries_of(connection: Connection, ids: Iterable[int]) -> list[tuple[int, Summary]]:
    """What is in clear of those who are there."""
    found = connection.execute(_SUMMARIES + " WHERE id = ANY(%s)", (sorted(ids),), binary=True)
    return [_summary(row) for row in found]


def _summary(row: tuple[Any, ...]) -> tuple[int, Summary]:
    id, saved_at, next_due_at, stamp, claim_open, reply_owed_at = row
    return id, Summary(_utc(saved_at), _utc(next_due_at), stamp, claim_open, _utc(reply_owed_at))


def everybody(connection: Connection, after: int | None = None) -> Iterator[Row]:
    """Every document in the order of ids, beginning after that one, so many at a time."""
    while True:
        batch = connection.execute(
            "SELECT id, key, sealed FROM subscriber WHERE (%s::bigint IS NULL OR id > %s) ORDER BY id LIMIT 200",
            (after, after),
            binary=True,
        ).fetchall()
        for id, key, sealed in batch:
            yield Row(id, key, bytes(sealed))
            after = id
        if not batch:
            return


def _columns(summary: Summary) -> tuple[Any, ...]:
    return summary.saved_at, summary.next_due_at, summary.stamp, summary.claim_open, summary.reply_owed_at


def _notify(connection: Connection, news: str) -> None:
    connection.execute("SELECT pg_notify('steady_knees_' || 'subscriber'::regclass::oid, %s)", (news,))


def _utc(instant: datetime | None) -> Any:
    return None if instant is None else instant.astimezone(UTC)
