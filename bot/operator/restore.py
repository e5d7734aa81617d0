"""`python -m bot restore`: puts a backup, or one person out of it, in the place of what is stored."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import stamp
from bot.catalog.contact import CONFIRMED, with_newest
from bot.catalog.load import Catalog, load_for_what_is_stored
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.due import scheduled
from bot.core.schedule.restored import after_restore
from bot.operator.archive import Sealed, made_backups, read_archive, read_bot_record_of
from bot.operator.database import opened
from bot.operator.report import Refused, Report, reported, where
from bot.settings import Settings, fault_of_place, read_settings
from bot.storage import BOT_RECORD, Damaged, NewerFormat, Unreadable, WrongKey
from bot.storage.bot_record import require_version, with_people, with_version
from bot.storage.data_folder import DataFolder
from bot.storage.disk import Disk, make_folder, make_folder_to_last, write_new
from bot.storage.erased import erased_at, merge_erased
from bot.storage.lock import FolderLock
from bot.storage.seal import Keys, load_keys, read_line
from bot.storage.sealed_file import SealedFile, SingleDocument
from bot.subscriber_codec import SubscriberCodec

House = dict[str, Any]


def restore(
    environment: Mapping[str, str],
    file: Path | None,
    only: int | None,
    now: datetime,
    *,
    nobody: bool = False,
    damaged: bool = False,
) -> int:
    """Restore everybody or one person from a file, or without one the bot's own document alone; the exit code."""

    def work() -> Report:
        settings = read_settings(environment, needs_token=False)
        catalog = load_for_what_is_stored(settings.content_dir, settings.contact_file)
        return restore_from(settings, catalog, file, only, now, Disk(), nobody=nobody, damaged=damaged)

    return reported(work)


def restore_from(
    settings: Settings,
    catalog: Catalog,
    file: Path | None,
    only: int | None,
    now: datetime,
    disk: Disk,
    *,
    nobody: bool = False,
    damaged: bool = False,
) -> Report:
    """Likewise. A backup that holds nobody, or a document that does not open, replaces nothing unless that is meant.

    Raises Refused and StorageRefused.
    """
    if file is None and only is not None:
        raise Refused("--only takes one person out of a backup: name the file, and leave --house out.")
    data, key_file = DataFolder(settings.data_dir.resolve()), settings.key_file.resolve()
    data.require_key_elsewhere(key_file)
    try:
        keys = load_keys(key_file)
    except FileNotFoundError:
        raise data.without_key(key_file) from None
    folders = {settings.backup_dir.resolve()}
    if file is not None:
        if file.is_dir():
            raise Refused(f"{file} is a folder. Pack it, with `tar -C {file} -cf copy.tar .`, and restore copy.tar.")
        if fault := fault_of_place(file, folder=False):
            raise Refused(fault)
        file = file.resolve()
        if not file.is_file():
            raise Refused(f"There is no file {file}.")
        if not file.stat().st_size:
            raise Refused(f"{file} is empty. Take another file.")
        folders.add(file.parent)
    others = [made.path for folder in sorted(folders) for made in made_backups(folder) if made.path != file]
    if settings.database_url:
        from bot.operator.restore_database import IntoDatabase  # it stands on this module

        with opened(settings, alone=True) as database:
            given = (data, database.keys, catalog, file, now, disk, others, nobody, damaged)
            into = IntoDatabase(*given, database=database, backup_dir=settings.backup_dir.resolve())
            return into.done(only)
    lock = None
    try:
        data.make_root()
        lock = FolderLock(data.root)
        data.finish_restore(disk)
        return Restore(data, keys, catalog, file, now, disk, others, nobody, damaged).done(only)
    except OSError as error:
        raise Refused(
            f"The restore stopped: {where(error)}. What was stored stands as it was, or the next start of the bot "
            "finishes the restore."
        ) from error
    finally:
        if lock is not None:
            lock.release()


@dataclass
class Restore:
    """One restore, under the lock."""

    data: DataFolder
    keys: Keys
    catalog: Catalog
    given: Path | None
    now: datetime
    disk: Disk
    others: list[Path]
    nobody: bool
    damaged: bool
    count: Counter[str] = field(default_factory=Counter)
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        self.codec = SubscriberCodec(stamp(self.catalog))
        held = None if self.given is None else self._bot_record_of(self.given)
        if held is not None:
            try:
                require_version(held, self.codec.version)
            except NewerFormat as fault:
                raise Refused(f"{self.file}: {fault.reason}. Run the newer version.") from fault
        present = self.present_bot_record()
        known = [bot_record for path in self.others if (bot_record := self._bot_record_of(path)) is not None]
        base = present if present is not None else held or {}
        others = [each for each in (held, *known) if each is not None]
        self.bot_record = with_newest(merge_erased(base, others), others)
        if self.bot_record.get(CONFIRMED) != (present or {}).get(CONFIRMED):
            self.report.done.append("Who to turn to is now as the newest of these backups has it; see /contacts.")

    def done(self, only: int | None) -> Report:
        """Whatever was asked for."""
        if self.given is None:
            return self.bot_record_alone()
        return self.everybody() if only is None else self.one(only)

    @property
    def file(self) -> Path:
        """The backup that is restored from. Raises Refused where none was given."""
        if self.given is None:
            raise Refused("Say which backup to restore from.")
        return self.given

    def bot_record_alone(self) -> Report:
        """A new document of the bot's own, with all who are known to be erased; everybody's own stay as they are."""
        try:
            require_version(self.bot_record, self.codec.version)
        except NewerFormat as fault:
            raise Refused(f"{fault.reason}. Run the newer version.") from fault
        prepared, path = self.data.begin_restore(self.now), self.data.path(BOT_RECORD)
        try:
            self._write_bot_record(DataFolder(prepared), anybody=any(True for _ in self.data.sealed_files()))
            if path.exists():
                self._keep(path, self.data.replaced(prepared))
            self.data.make_inside(self.disk)
            self.disk.replace(prepared / path.name, path)
            self.disk.sync_folder(self.data.root)
        finally:
            shutil.rmtree(prepared, ignore_errors=True)
        return self.told_bot_record()

    def told_bot_record(self) -> Report:
        """What whoever runs the bot hears of it."""
        self.report.done.append("The bot's own document stands anew. Everybody's documents are as they were.")
        self.report.done.append(
            f"It knows who was erased from {len(self.others)} backups. Whoever erased themselves after the newest of "
            "them would come back by a restore from an older one."
        )
        return self.report

    def everybody(self) -> Report:
        lost = not self.data.path(BOT_RECORD).exists() and self.data.holds_anybody()
        prepared = self.data.begin_restore(self.now)
        try:
            self._prepare(prepared)
        except Exception:
            shutil.rmtree(prepared, ignore_errors=True)
            raise
        before = {id for id, _ in self.data.sealed_files()}
        replaced = self.data.commit_restore(prepared, self.disk)
        now_there = {id for id, _ in self.data.sealed_files()}
        self.report.done.insert(0, f"Restored from {self.file}: {self.count['people']} people.")
        if self.count["erased"]:
            self.report.done.append(f"Left out, since they erased themselves later: {self.count['erased']} people.")
        if newcomers := len(before - now_there):
            self.report.done.append(
                f"In nothing that was restored, but in what stood there before: {newcomers} people."
            )
        if lost:
            self.report.done.append(
                "The bot's own document was missing. Whoever erased themselves since the newest backup is back: erase "
                "them again with `python -m bot erase ID`, if you know of any."
            )
        if replaced.is_dir():
            self.report.done.append(
                f"What stood there before is in {replaced}. Remove it when all is well, after 14 days at most."
            )
        return self.report

    def one(self, id: int) -> Report:
        known = self.found(id)
        prepared, path = self.data.begin_restore(self.now), self.data.path(id)
        try:
            made = prepared / path.name
            self._write(made, id, known)
            self.data.make_inside(self.disk)
            make_folder_to_last(self.disk, path.parent)
            if path.exists():
                self._keep(path, self.data.replaced(prepared))
            self.disk.replace(made, path)
            self.disk.sync_folder(path.parent)
        except Exception:
            shutil.rmtree(prepared, ignore_errors=True)
            raise
        shutil.rmtree(prepared)
        self.report.done.append(f"Restored from {self.file}: {id} alone.")
        if (former := self.data.replaced(prepared)).is_dir():
            self.report.done.append(f"What stood there before is in {former}. Remove it after 14 days at most.")
        return self.report

    def found(self, id: int) -> Subscriber:
        """One person out of the backup. Raises Refused."""
        sealed = next((each for each in read_archive(self.file) if each.owner == id), None)
        if sealed is None:
            raise Refused(f"Nothing of {id} is in {self.file}. Take another backup.")
        if self.is_erased(id, sealed.content):
            raise Refused(f"{id} has erased themselves since that backup. Nothing was restored.")
        try:
            return self.opened(sealed.content, id)
        except Unreadable as fault:
            raise Refused(
                f"{id} cannot be opened in {self.file} either: {fault.reason}. Take another backup."
            ) from fault

    def _prepare(self, root: Path) -> None:
        """Write everything that will stand there, each document opened before. Raises Refused, OSError."""
        prepared = DataFolder(root)
        make_folder(root / "subscribers")
        for sealed in read_archive(self.file):
            if sealed.owner != BOT_RECORD:
                self._prepare_one(prepared, sealed, sealed.owner)
        self._write_bot_record(prepared, anybody=bool(self.count["people"]))
        self.disk.sync_folder(root / "subscribers")
        self.require_meant()

    def require_meant(self) -> None:
        """See that nothing is replaced by nobody, or by what does not open, unless that is meant. Raises Refused."""
        if not self.count["people"] and not self.nobody:
            raise Refused(
                f"{self.file} holds nobody who would be there afterwards. Nothing was replaced. Take another backup; "
                "if nobody is meant to be left, say so with --yes-nobody."
            )
        if self.count["damaged"] and not self.damaged:
            raise Refused(
                f"{self.count['damaged']} of {self.count['people']} documents in {self.file} cannot be opened. Nothing "
                "was replaced. Take another backup, or take single people out of this one with --only; to restore it "
                "as it is, say so with --yes-damaged."
            )
        if self.count["damaged"]:
            self.report.wrong.append(
                f"{self.count['damaged']} documents are damaged in this backup and were restored as they are. "
                "`python -m bot doctor` names them; `--only` takes one out of another backup."
            )

    def _write_bot_record(self, folder: DataFolder, *, anybody: bool) -> None:
        sheet = SingleDocument(SealedFile(folder.path(BOT_RECORD), BOT_RECORD, self.keys, self.disk))
        sheet.write(with_people(with_version(self.bot_record, self.codec.version), anybody), None)

    def _prepare_one(self, prepared: DataFolder, sealed: Sealed, id: int) -> None:
        if self.is_erased(id, sealed.content):
            self.count["erased"] += 1
            return
        self.count["people"] += 1
        try:
            if str(sealed.place) != str(prepared.path(id).relative_to(prepared.root)):
                raise Damaged(id, "it lies in the wrong folder")
            self._write(prepared.path(id), id, self.opened(sealed.content, id))
        except WrongKey:
            raise
        except Unreadable:
            self.count["damaged"] += 1
            path = prepared.root / sealed.place
            make_folder_to_last(self.disk, path.parent)
            write_new(self.disk, path, sealed.content)
            self.disk.sync_folder(path.parent)

    def opened(self, content: bytes, id: int) -> Subscriber:
        """A person out of the backup, with what may be sent to them from here on. Raises Refused, Unreadable."""
        try:
            known = self.decoded(content, id)
        except WrongKey as fault:
            raise Refused(
                f"{self.file} cannot be opened: {id}: {fault.reason}. Nothing was replaced. "
                "Put the right key file back, or add that key to it as a further line."
            ) from fault
        known = after_restore(self.catalog.of(known), known, self.now, self.evidence(id))
        return scheduled(self.catalog.of(known), known, self.now)

    def decoded(self, content: bytes, id: int) -> Subscriber:
        try:
            return self.codec.decode(_document(self.keys.open(content, id)))
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged(id, f"its document does not fit ({type(error).__name__})") from error

    def evidence(self, id: int) -> Subscriber | None:
        """The person as stored now, where that still opens."""
        try:
            return self.decoded(self.disk.read(self.data.path(id)), id)
        except (OSError, Unreadable):
            return None

    def _write(self, path: Path, id: int, known: Subscriber) -> None:
        sheet = SingleDocument(SealedFile(path, id, self.keys, self.disk))
        sheet.write(self.codec.encode(known), self.codec.summary(known))

    def _keep(self, path: Path, folder: Path) -> None:
        """Keep a copy of one file aside; the file itself stays until the new one takes its place."""
        make_folder_to_last(self.disk, folder)
        write_new(self.disk, folder / path.name, self.disk.read(path))
        self.disk.sync_folder(folder)

    def is_erased(self, id: int, content: bytes) -> bool:
        """Whether they erased themselves after this was saved. When that cannot be told, they did."""
        at = erased_at(self.bot_record, id)
        if at is None:
            return False
        try:
            summary = read_line(content, id).summary
        except Unreadable:
            return True
        return summary is None or summary.saved_at <= at or self.now < summary.saved_at  # by a clock that stood ahead

    def _bot_record_of(self, path: Path) -> House | None:
        """The bot's own document in a backup; None where there is none that opens, which is told."""
        with self.told(f"the bot's own document in {path}"):
            content = read_bot_record_of(path)
            return None if content is None else _document(self.keys.open(content, BOT_RECORD))
        return None

    def present_bot_record(self) -> House | None:
        path = self.data.path(BOT_RECORD)
        with self.told(str(path)), contextlib.suppress(FileNotFoundError):
            return _document(self.keys.open(self.disk.read(path), BOT_RECORD))
        return None

    @contextlib.contextmanager
    def told(self, what: str) -> Iterator[None]:
        """Go on without a list of erased people that cannot be read, and say so."""
        try:
            yield
        except (Unreadable, Refused, OSError, ValueError, KeyError, TypeError) as fault:
            reason = fault.reason if isinstance(fault, Unreadable) else type(fault).__name__
            self.report.wrong.append(f"Who was erased could not be read from {what}: {reason}.")


def _document(body: bytes) -> dict[str, Any]:
    """The one document of a sealed body. Raises ValueError, KeyError, TypeError."""
    document: dict[str, Any] = json.loads(body)["documents"]["1"]
    return document
