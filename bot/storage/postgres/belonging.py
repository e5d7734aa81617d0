"""A note in the data folder of which database its people are in, so that nobody starts on another one by mistake."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.storage import StorageRefused, words_of
from bot.storage.data_folder import DataFolder
from bot.storage.disk import Disk, replace_file

if TYPE_CHECKING:  # whoever keeps files asks here too, and needs no driver
    from bot.storage.postgres.connections import Connection

NOTE = "database"
MOVE = "Run `python -m bot move --to postgresql://…` with the URL of the database"


def name_of(connection: Connection) -> str:
    """Which database this is; a copy of it has the same name. Raises psycopg.Error."""
    row = connection.execute("SELECT name FROM installation").fetchone()
    return str(row[0]) if row else ""


def key_in_use(connection: Connection) -> str:
    """The name of the key that seals there, alone with that note until the transaction ends. Raises psycopg.Error."""
    row = connection.execute("SELECT key FROM installation FOR UPDATE").fetchone()
    return str(row[0] or "") if row else ""


def note_key(connection: Connection, key: str) -> None:
    """From now on that key seals there. Raises psycopg.Error."""
    connection.execute("UPDATE installation SET key = %s", (key,))


def require_no_database(folder: Path) -> None:
    """For whoever means files: see that the people of this folder are not in a database. Raises StorageRefused."""
    if _noted(folder):
        raise StorageRefused(
            f"The people of {folder} are in a database. Set BOT_DATABASE_URL to it, or bring them back with "
            f"`python -m bot move --to files`. If that database is given up, remove {folder / NOTE}."
        )


def require_belongs(folder: Path, name: str) -> None:
    """For whoever means a database: see that nobody is in files here, or in another database. Raises StorageRefused."""
    noted = _noted(folder)
    if noted and noted != name:
        raise StorageRefused(
            f"BOT_DATABASE_URL leads to another database than the one of {folder}: {name}, and not {noted}. Set it "
            f"right. If it is right, and the other one is given up, remove {folder / NOTE}."
        )
    if not noted and any(True for _ in DataFolder(folder).sealed_files()):
        raise StorageRefused(
            f"People are kept in files in {folder}, and BOT_DATABASE_URL leads to a database. {MOVE}, with "
            "BOT_DATABASE_URL unset, or set BOT_DATA_DIR to another folder."
        )


def note_belongs(folder: Path, name: str) -> None:
    """From now on the people of this folder are in that database. Raises StorageRefused."""
    if _noted(folder) == name:
        return
    try:
        DataFolder(folder).make_root()
        replace_file(Disk(), folder / NOTE, name.encode("ascii"))
    except OSError as error:
        raise StorageRefused(f"Cannot write to the data folder {folder}: {words_of(error)}.") from error


def forget_database(folder: Path, disk: Disk) -> None:
    """From now on they are in files again. Raises OSError."""
    (folder / NOTE).unlink(missing_ok=True)
    disk.sync_folder(folder)


def _noted(folder: Path) -> str:
    try:
        return (folder / NOTE).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise StorageRefused(f"Cannot use the data folder {folder}: {words_of(error)}.") from error
    except UnicodeDecodeError as error:
        raise StorageRefused(f"{folder / NOTE} cannot be read: it is no text.") from error
