"""A restore into a database: what stood there before is written into a backup first, then all changes at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.model.subscriber import Subscriber
from bot.operator.archive import free_name, read_archive, write_archive
from bot.operator.database import Database
from bot.operator.report import Refused, Report
from bot.operator.restore import House, Restore
from bot.storage import BOT_RECORD, NewerFormat, Unreadable, WrongKey
from bot.storage.bot_record import require_version, with_version
from bot.storage.disk import make_folder
from bot.storage.postgres import rows
from bot.storage.postgres.documents import seal_document

AT_ONCE = 200


@dataclass
class IntoDatabase(Restore):
    """One restore, while no bot runs on the database."""

    database: Database = field(kw_only=True)
    backup_dir: Path = field(kw_only=True)

    def bot_record_alone(self) -> Report:
        try:
            require_version(self.bot_record, self.codec.version)
        except NewerFormat as fault:
            raise Refused(f"{fault.reason}. Run the newer version.") from fault
        self.database.store_bot_record(with_version(self.bot_record, self.codec.version))
        return self.told_bot_record()

    def everybody(self) -> Report:
        connection = self.database.connection
        former = self._put_aside()
        with connection.transaction():
            connection.execute("LOCK TABLE subscriber IN EXCLUSIVE MODE")
            connection.execute("CREATE TEMPORARY TABLE restored (LIKE subscriber INCLUDING DEFAULTS) ON COMMIT DROP")
            batch: list[tuple[int, bytes]] = []
            for each in self._prepared():
                batch.append(each)
                if len(batch) == AT_ONCE:
                    self._add(batch)
            self._add(batch)
            self.require_meant()
            connection.execute("DELETE FROM subscriber")
            connection.execute("INSERT INTO subscriber SELECT * FROM restored")
            self.database.store_bot_record(with_version(self.bot_record, self.codec.version))
        self.report.done.insert(0, f"Restored from {self.file}: {self.count['people']} people.")
        if self.count["erased"]:
            self.report.done.append(f"Left out, since they erased themselves later: {self.count['erased']} people.")
        if former is not None:
            self.report.done.append(f"What stood there before is in {former}.")
        return self.report

    def one(self, id: int) -> Report:
        known = self.found(id)
        former = self._put_aside()
        sealed = seal_document(self.keys, self.codec.encode(known), self.codec.summary(known), id)
        row, summary = self.database.row(id, sealed)
        connection = self.database.connection
        rows.fetch_locked(connection, id)
        rows.store_and_commit(connection, row, summary, f"restore:{id}")
        self.database.store_bot_record(with_version(self.bot_record, self.codec.version))
        self.report.done.append(f"Restored from {self.file}: {id} alone.")
        if former is not None:
            self.report.done.append(f"What stood there before is in {former}.")
        return self.report

    def _put_aside(self) -> Path | None:
        """A backup of what stands there, of which a restore must be able to go wrong."""
        if not rows.holds_anybody(self.database.connection):
            return None
        self.backup_dir.parent.mkdir(parents=True, exist_ok=True)
        make_folder(self.backup_dir)
        path = free_name(self.backup_dir, self.now)
        write_archive(self.disk, path, self.database.documents(), self.now)
        return path

    def _prepared(self) -> Iterator[tuple[int, bytes]]:
        for sealed in read_archive(self.file):
            if sealed.owner == BOT_RECORD:
                continue
            if self.is_erased(sealed.owner, sealed.content):
                self.count["erased"] += 1
                continue
            self.count["people"] += 1
            try:
                known = self.opened(sealed.content, sealed.owner)
            except WrongKey:
                raise
            except Unreadable:
                self.count["damaged"] += 1
                yield sealed.owner, sealed.content
            else:
                summary = self.codec.summary(known)
                yield sealed.owner, seal_document(self.keys, self.codec.encode(known), summary, sealed.owner)

    def _add(self, batch: list[tuple[int, bytes]]) -> None:
        rows.insert(self.database.connection, "restored", [self.database.row(*each) for each in batch])
        batch.clear()

    def evidence(self, id: int) -> Subscriber | None:
        content = rows.fetch(self.database.connection, id)
        try:
            return None if content is None else self.decoded(content, id)
        except Unreadable:
            return None

    def present_bot_record(self) -> House | None:
        with self.told("the bot's own document in the database"):
            return self.database.bot_record()
        return None
