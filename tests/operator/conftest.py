"""A bot that is kept somewhere, with people in it, for the commands of whoever runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_subscribers
from bot.catalog.contact import Confirmed, Contact, Person, RunBy, with_confirmed
from bot.catalog.load import Catalog
from bot.core.model.subscriber import Subscriber, new_subscriber
from bot.settings import Settings, read_settings
from bot.storage.disk import Disk
from bot.storage.tinydb_storage import TinyDBStorage
from tests.conftest import CONTENT

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)

Subscribers = TinyDBStorage[Subscriber]


def contact_of(name: str) -> Contact:
    """Somebody of that name, and who runs the bot."""
    return Contact(RunBy("Riverside Practice", "+44 20 7946 0000"), (Person(name, phone="+44 20 7946 0001"),))


def confirmed(name: str, at: datetime = NOON, file: str = "") -> dict[str, Any]:
    """The bot's own document where a coach has confirmed that somebody of that name is to be turned to."""
    return with_confirmed({}, Confirmed(contact_of(name), at, file))


class Kept:
    """A data folder, a key file and a folder for backups, each in its own place."""

    def __init__(self, root: Path, catalog: Catalog) -> None:
        self.data = root / "data"
        self.key_file = root / "keys" / "storage.key"
        self.backups = root / "backups"
        self.catalog = catalog
        self.environment = {
            "BOT_DATA_DIR": str(self.data),
            "BOT_STORAGE_KEY_FILE": str(self.key_file),
            "BOT_BACKUP_DIR": str(self.backups),
            "BOT_CONTENT_DIR": str(CONTENT),
            "BOT_CONTACT_FILE": str(CONTENT / "contact.example.yaml"),
            "BOT_SAMPLE_CONTACTS": "yes",
        }
        self._open: list[Subscribers] = []

    @property
    def settings(self) -> Settings:
        return read_settings(self.environment, needs_token=False)

    def open(self, *, write: bool = True, disk: Disk | None = None) -> Subscribers:
        storage = open_subscribers(self.catalog, self.data, self.key_file, write=write, disk=disk, threads=0)
        self._open.append(storage)
        return storage

    def close(self) -> None:
        while self._open:
            self._open.pop().close()

    def save(self, *ids: int, at: datetime = NOON, **fields: Any) -> None:
        """Keep these people as they were at an instant, as a bot that runs and ends."""
        self.change(
            ids, lambda id: replace(new_subscriber(id, self.catalog.default.id, "1", "", NOON), saved_at=at, **fields)
        )

    def erase(self, *ids: int, at: datetime) -> None:
        async def each() -> None:
            for id in ids:
                async with storage.change(id) as box:
                    box.erase(at)

        storage = self.open()
        asyncio.run(each())
        self.close()

    def change(self, ids: tuple[int, ...], made: Callable[[int], Subscriber]) -> None:
        async def each() -> None:
            for id in ids:
                async with storage.change(id) as box:
                    box.value = made(id)

        storage = self.open()
        asyncio.run(each())
        self.close()

    def change_bot_record(self, **fields: Any) -> None:
        async def change() -> None:
            async with storage.change_bot_record() as box:
                box.value |= fields

        storage = self.open()
        asyncio.run(change())
        self.close()

    def read(self) -> dict[int, Subscriber | None]:
        """Everybody, as a reader beside the bot sees them."""
        storage = self.open(write=False)
        found = {id: asyncio.run(storage.read(id)) for id in storage.ids()}
        self.close()
        return found

    def bot_record(self) -> dict[str, Any]:
        storage = self.open(write=False)
        bot_record = asyncio.run(storage.read_bot_record())
        self.close()
        return bot_record

    def file(self, id: int) -> Path:
        return self.data / "subscribers" / f"{id % 256:02x}" / f"{id}.sealed"

    def everything(self) -> dict[Path, bytes]:
        """Every file of the data folder but the lock, with its bytes."""
        files = (path for path in self.data.rglob("*") if path.is_file() and path.name != "lock")
        return {path.relative_to(self.data): path.read_bytes() for path in files}


@pytest.fixture
def kept(tmp_path: Path, catalog: Catalog) -> Iterator[Kept]:
    kept = Kept(tmp_path, catalog)
    yield kept
    kept.close()
