"""`python -m bot erase`: erases one person who cannot say /delete themselves, damaged or not."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.operator.database import Database, opened
from bot.operator.report import Refused, Report, reported, where
from bot.settings import Settings, read_settings
from bot.storage import BOT_RECORD, StorageRefused, Unreadable
from bot.storage.bot_record import with_people
from bot.storage.data_folder import DataFolder, refusal, remove_put_aside
from bot.storage.disk import Disk, remove_file
from bot.storage.erased import all_gone, note_erased
from bot.storage.lock import FolderLock, is_locked
from bot.storage.postgres import rows
from bot.storage.postgres.documents import open_document, seal_document
from bot.storage.seal import load_keys, read_line
from bot.storage.sealed_file import SealedFile, SingleDocument


def erase(environment: Mapping[str, str], id: int, now: datetime) -> int:
    """Erase one person; the exit code."""
    return reported(lambda: erase_one(read_settings(environment, needs_token=False), id, now, Disk()))


def erase_one(settings: Settings, id: int, now: datetime, disk: Disk) -> Report:
    """Likewise: noted first, then removed, so that no backup brings them back. Raises Refused, StorageRefused."""
    if settings.database_url:
        data = DataFolder(settings.data_dir.resolve())
        with opened(settings) as database:
            if not _erased_there(database, id, now) and not data.put_aside(id):
                raise Refused(f"Nothing is kept of {id}.")
        remove_put_aside(data, id, disk)
        return _erased(id)
    data, key_file = DataFolder(settings.data_dir.resolve()), settings.key_file.resolve()
    if not data.root.is_dir():
        raise Refused(f"There is no data folder {data.root}. Set BOT_DATA_DIR to where the bot keeps it.")
    data.require_owner()
    try:
        lock = FolderLock(data.root)
    except StorageRefused:
        if not is_locked(data.root):
            raise
        return _asked(data, id, disk)
    try:
        data.finish_restore(disk)
        files = [Path(path) for owner, path in data.sealed_files() if owner == id]
        if not files and not data.put_aside(id):
            raise Refused(f"Nothing is kept of {id}.")
        sheet = SingleDocument(SealedFile(data.path(BOT_RECORD), BOT_RECORD, load_keys(key_file), disk))
        path = data.path(id)
        content = path.read_bytes() if path in files else b""
        bot_record = note_erased(sheet.read() or {}, id, now, _newest(files, id) or now, content)
        sheet.write(with_people(bot_record, any(owner != id for owner, _ in data.sealed_files())), None)
        for path in (*data.put_aside(id), *files):
            remove_file(disk, path)
        data.has_erased(id, disk)
    except FileNotFoundError:
        raise data.without_key(key_file) from None
    except Unreadable as fault:
        raise refusal(data.path(BOT_RECORD), fault) from fault
    except OSError as error:
        raise Refused(f"Not erased: {where(error)}. Try again.") from error
    finally:
        lock.release()
    return _erased(id)


def _erased_there(database: Database, id: int, now: datetime) -> bool:
    """Whether there was anything, in one transaction while bots may run: they hear of it.

    Raises Refused, StorageRefused, psycopg.Error.
    """
    content = rows.fetch_locked(database.connection, id)
    if content is None:
        return False
    saved_at = now
    with contextlib.suppress(Unreadable):
        if summary := read_line(content, id).summary:
            saved_at = summary.saved_at
    known = rows.fetch_bot_record_locked(database.connection)
    try:
        bot_record = {} if known is None else open_document(database.keys, known, BOT_RECORD)
    except Unreadable as fault:
        raise Refused(f"The bot's own document cannot be opened: {fault.reason}. Nothing was changed.") from fault
    noted = all_gone(note_erased(bot_record, id, now, saved_at, content))
    noted = with_people(noted, rows.holds_anybody(database.connection, but=id))
    sealed = seal_document(database.keys, noted, None, BOT_RECORD)
    rows.remove_and_commit(database.connection, id, sealed, f"erase:{id}")
    return True


def _erased(id: int) -> Report:
    return Report([f"Erased: {id}. Backups made before now still hold them, until those are removed."])


def _asked(data: DataFolder, id: int, disk: Disk) -> Report:
    """Leave word for the bot that runs. Raises Refused."""
    if not data.put_aside(id) and all(owner != id for owner, _ in data.sealed_files()):
        raise Refused(f"Nothing is kept of {id}.")
    try:
        data.ask_to_erase(id, disk)
    except OSError as error:
        raise Refused(f"Not erased: {where(error)}. Try again.") from error
    return Report(
        [
            f"The running bot is asked to erase {id}, and does so within a minute, or at its next start. Say it again "
            "then: when it is done, nothing is kept of them."
        ]
    )


def _newest(files: list[Path], id: int) -> datetime | None:
    """When the latest of these documents of one person was saved, as far as that can be read. Raises OSError."""
    saved = []
    for path in files:
        with contextlib.suppress(Unreadable):
            if summary := read_line(path.read_bytes(), id).summary:
                saved.append(summary.saved_at)
    return max(saved, default=None)
