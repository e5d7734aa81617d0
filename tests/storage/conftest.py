"""A made-up person, the codec that stores them, and a place to store them in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.storage import Storage, Summary
from bot.storage.disk import Disk
from bot.storage.postgres import rows
from bot.storage.postgres.storage import PostgresStorage, open_postgres
from bot.storage.sealed_file import to_json
from bot.storage.tinydb_storage import THREADS, TinyDBStorage, open_storage
from tests.support.database import new_schema

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
STAMP = "content 1, zones 2026a, rules 1"


@dataclass(frozen=True)
class Person:
    name: str
    saved_at: datetime = NOON
    next_due_at: datetime | None = None
    stamp: str = STAMP
    claim_open: bool = False
    reply_owed_at: datetime | None = None
    notes: dict[str, Any] = field(default_factory=dict)


class PersonCodec:
    def __init__(self, version: int = 1) -> None:
        self.version = version

    def encode(self, value: Person) -> bytes:
        document: dict[str, Any] = {"name": value.name, "stamp": value.stamp, "saved_at": value.saved_at.isoformat()}
        if value.next_due_at is not None:
            document["next_due_at"] = value.next_due_at.isoformat()
        if value.reply_owed_at is not None:
            document["reply_owed_at"] = value.reply_owed_at.isoformat()
        if value.claim_open:
            document["claim_open"] = True
        if value.notes:
            document["notes"] = value.notes
        return to_json(document)

    def decode(self, document: dict[str, Any]) -> Person:
        def instant(key: str) -> datetime | None:
            return datetime.fromisoformat(document[key]) if key in document else None

        return Person(
            name=document["name"],
            saved_at=datetime.fromisoformat(document["saved_at"]),
            next_due_at=instant("next_due_at"),
            stamp=document["stamp"],
            claim_open=document.get("claim_open", False),
            reply_owed_at=instant("reply_owed_at"),
            notes=document.get("notes", {}),
        )

    def summary(self, value: Person) -> Summary:
        return Summary(
            saved_at=value.saved_at,
            next_due_at=value.next_due_at,
            stamp=value.stamp,
            claim_open=value.claim_open,
            reply_owed_at=value.reply_owed_at,
        )


class Place:
    """A data folder and a key file beside it, opened as often as a test likes."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "data"
        self.key_file = root / "keys" / "storage.key"
        self._open: list[TinyDBStorage[Person]] = []

    def open(
        self,
        *,
        stamp: str = STAMP,
        write: bool = True,
        disk: Disk | None = None,
        threads: int = THREADS,
        version: int = 1,
    ) -> TinyDBStorage[Person]:
        codec = PersonCodec(version)
        storage = open_storage(self.folder, self.key_file, codec, stamp, write=write, disk=disk, threads=threads)
        self._open.append(storage)
        return storage

    def close(self) -> None:
        """End every storage opened so far."""
        while self._open:
            self._open.pop().close()

    def reopen(self, *, stamp: str = STAMP, write: bool = True) -> TinyDBStorage[Person]:
        """End what is open and start again, as after a restart."""
        self.close()
        return self.open(stamp=stamp, write=write)

    def kept(self) -> list[str]:
        """Whose documents are there: ids, and "house" for the bot's own."""
        return sorted(path.stem for path in self.files())

    def sealed(self, id: int) -> bytes:
        """A person's document as it is kept."""
        return self.file(id).read_bytes()

    def file(self, id: int) -> Path:
        return self.folder / "subscribers" / f"{id % 256:02x}" / f"{id}.sealed"

    def files(self) -> list[Path]:
        """Every file inside, the lock aside."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file() and path.name != "lock")


class DatabasePlace:
    """A schema of the tests' database and a key file, opened as often as a test likes."""

    def __init__(self, root: Path) -> None:
        self.key_file = root / "keys" / "storage.key"
        self.url = new_schema()
        self._open: list[PostgresStorage[Person]] = []

    def open(self, *, stamp: str = STAMP, write: bool = True, version: int = 1) -> PostgresStorage[Person]:
        codec = PersonCodec(version)
        storage = open_postgres(self.url, self.key_file, codec, stamp, write=write, alone=True)
        self._open.append(storage)
        return storage

    def close(self) -> None:
        """End every storage opened so far."""
        while self._open:
            self._open.pop().close()

    def reopen(self, *, stamp: str = STAMP, write: bool = True) -> PostgresStorage[Person]:
        """End what is open and start again, as after a restart."""
        self.close()
        return self.open(stamp=stamp, write=write)

    def kept(self) -> list[str]:
        """Whose documents are there: ids, and "house" for the bot's own."""
        with psycopg.connect(self.url) as connection:
            people = [str(row.id) for row in rows.everybody(connection)]
            return sorted([*people, *(["house"] if rows.fetch_bot_record(connection) else [])])

    def sealed(self, id: int) -> bytes:
        """A person's document as it is kept."""
        with psycopg.connect(self.url) as connection:
            return rows.fetch(connection, id) or b""


AnyPlace = Place | DatabasePlace


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.close()


async def save(storage: Storage[Person], id: int, value: Person | None, now: datetime = NOON) -> None:
    async with storage.change(id) as box:
        if value is None:
            box.erase(now)
        else:
            box.value = value
