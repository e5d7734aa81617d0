"""`python -m bot backup`: all that is stored in one file, while the bot runs; reads without the lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from bot.operator.archive import Sealed, free_name, made_backups, write_archive
from bot.operator.database import opened
from bot.operator.report import Refused, Report, reported, where
from bot.settings import Settings, fault_of_place, read_settings
from bot.storage import BOT_RECORD, Owner, Unreadable
from bot.storage.data_folder import DataFolder
from bot.storage.disk import Disk, make_folder
from bot.storage.seal import Keys, load_keys, read_line

KEEP = 14
"""Backups kept unless told otherwise; /privacy says the same, from `retention` of the series."""
LEFTOVER_AGE = timedelta(days=1)
"""A temporary file so old belongs to a backup that was killed, not to one under way."""


def backup(environment: Mapping[str, str], to: Path | None, keep: int | None, now: datetime) -> int:
    """Write one backup and remove the oldest beyond `keep`; the exit code."""

    def work() -> Report:
        settings = read_settings(environment, needs_token=False)
        return back_up(settings, to or settings.backup_dir, KEEP if keep is None else keep, now, Disk())

    return reported(work)


def back_up(settings: Settings, to: Path, keep: int, now: datetime, disk: Disk) -> Report:
    """Likewise. Raises Refused, StorageRefused."""
    if keep < 1:
        raise Refused("--keep must be 1 or more.")
    if fault := fault_of_place(to, folder=True):
        raise Refused(f"No backup was made: {fault}")
    data, key_file, to = DataFolder(settings.data_dir.resolve()), settings.key_file.resolve(), to.resolve()
    if settings.database_url:
        with opened(settings) as database:
            look = _Look(database.keys)
            return _written(look, look.at(database.documents()), key_file, to, keep, now, disk)
    if not data.root.is_dir():
        raise Refused(f"There is no data folder {data.root}. Set BOT_DATA_DIR to where the bot keeps it.")
    if to.is_relative_to(data.root):
        raise Refused(
            f"{to} lies in the data folder itself. Set BOT_BACKUP_DIR to a place outside it, best another disk."
        )
    data.require_owner()
    data.require_whole()
    try:
        keys = load_keys(key_file)
    except FileNotFoundError:
        keys = None
    look = _Look(keys)
    return _written(look, look.at(look.in_folder(data, disk)), key_file, to, keep, now, disk)


def _written(
    look: _Look, documents: Iterator[Sealed], key_file: Path, to: Path, keep: int, now: datetime, disk: Disk
) -> Report:
    try:
        _make(to)
        path = free_name(to, now)
        length = write_archive(disk, path, documents, now)
        removed = [] if look.unread else _remove_oldest(disk, path, keep, now)
    except OSError as error:
        raise Refused(f"No backup was made in {to}: {where(error)}. Nothing else was changed.") from error
    report = Report([f"Written and read back: {path} ({look.people} people, {length} bytes)."])
    report.done += [f"Removed: {old}" for old in removed]
    report.done.append(
        f"It holds no key. It opens only with {key_file}: keep a copy of that file elsewhere, never beside backups."
    )
    if look.keys is None:
        report.wrong.append(f"There is no key file {key_file}, so nobody can say whether what was copied opens.")
    if look.damaged:
        report.wrong.append(
            f"{len(look.damaged)} documents cannot be opened and were copied as they are. "
            "`python -m bot doctor` names them; older backups may hold them whole."
        )
    if look.unread:
        report.wrong.append(
            f"{len(look.unread)} documents could not be read and are missing from it: {look.unread[0]}. Look at the "
            "disk. No older backup was removed."
        )
    return report


class _Look:
    """Goes through everything once, and remembers what was not as it should be."""

    def __init__(self, keys: Keys | None) -> None:
        self.people = 0
        self.damaged: list[Owner] = []
        self.unread: list[str] = []
        self.keys = keys

    def in_folder(self, data: DataFolder, disk: Disk) -> Iterator[Sealed]:
        """Everybody, and last the bot's own: who was erased meanwhile is noted there, and a restore leaves them out.

        Raises StorageRefused at the end when a restore has begun meanwhile: what was read is of two states then.
        """
        for id, path in sorted(set(data.sealed_files())):
            yield from self._one(data, disk, id, Path(path))
        yield from self._one(data, disk, BOT_RECORD, data.path(BOT_RECORD))
        data.require_whole()

    def _one(self, data: DataFolder, disk: Disk, owner: Owner, path: Path) -> Iterator[Sealed]:
        try:
            content = disk.read(path)
        except FileNotFoundError:
            return  # erased since the folder was listed
        except OSError as error:
            self.unread.append(where(error))
            return
        yield Sealed(owner, PurePosixPath(path.relative_to(data.root)), content)

    def at(self, documents: Iterator[Sealed]) -> Iterator[Sealed]:
        """The same documents, each counted, and tried whether it opens."""
        for each in documents:
            self.people += each.owner != BOT_RECORD
            try:
                if self.keys is None:
                    read_line(each.content, each.owner)
                else:
                    self.keys.open(each.content, each.owner)
            except Unreadable:
                self.damaged.append(each.owner)
            yield each


def _make(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    make_folder(folder)


def _remove_oldest(disk: Disk, written: Path, keep: int, now: datetime) -> list[Path]:
    """Those that went, never the one just written; and what killed backups left is cleared away."""
    folder = written.parent
    gone = [made.path for made in made_backups(folder)[:-keep] if made.path != written]
    for path in gone:
        disk.remove(path)
    for leftover in folder.glob("steady-knees-*.tar.*.tmp"):
        if now.timestamp() - leftover.stat().st_mtime > LEFTOVER_AGE.total_seconds():
            disk.remove(leftover)
    if gone:
        disk.sync_folder(folder)
    return gone
