"""Makes sure that one process alone writes to a data folder."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from bot.storage import StorageRefused


class FolderLock:
    """An exclusive `flock` on `<folder>/lock`, held until `release` or until the process ends, somehow."""

    def __init__(self, folder: Path) -> None:
        try:
            self._descriptor: int | None = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageRefused(f"Cannot write to the data folder {folder}: {error.strerror}.") from error
        try:
            os.fchmod(self._descriptor, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            raise StorageRefused(_why(error, folder)) from error

    def release(self) -> None:
        """Let another process have the folder.

        The file stays: were it removed, two processes could hold a lock on two files of that name.
        """
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_locked(folder: Path) -> bool:
    """Whether some process holds the folder, without taking it. Raises OSError."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # let go again at once, by the close
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _why(error: OSError, folder: Path) -> str:
    if error.errno in (errno.EAGAIN, errno.EACCES):
        return (
            f"Another bot is already running on this folder ({folder}). Stop it first, "
            "or give this one a BOT_DATA_DIR of its own."
        )
    return (
        f"The data folder {folder} cannot be locked: {error.strerror}. "
        "Some network disks offer no locks; set BOT_DATA_DIR to a folder on a local disk."
    )
