"""Makes sure that one process alone writes to a data folder."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from bot.storage import StorageRefused

NO_LOCK_ON_FOLDERS = (errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOTSUP)
"""What some network disks say to a lock on a folder; the file's own is left there."""


class FolderLock:
    """An exclusive `flock` on a folder and on its file `lock`, held until `release` or until the process ends, somehow.

    The file can be removed by its name while it is held, the folder cannot: whoever comes then still finds it locked.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptors: list[int] = []
        try:
            self._descriptors.append(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))
            self._descriptors.append(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            self.release()
            place = error.filename or folder
            raise StorageRefused(f"Cannot write to the data folder: {place}: {error.strerror}.") from error
        try:
            _lock_folder(self._descriptors[0], fcntl.LOCK_EX)
            os.fchmod(self._descriptors[1], 0o600)
            fcntl.flock(self._descriptors[1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            raise StorageRefused(_why(error, folder)) from error

    def require_same_folder(self) -> None:
        """See that the folder of that name is the one that is held: a disk may have been taken away. Raises OSError."""
        there, held = self._folder.stat(), os.fstat(self._descriptors[0])
        if (there.st_dev, there.st_ino) != (held.st_dev, held.st_ino):
            raise OSError(errno.ESTALE, "the data folder is not the one that was opened")

    def release(self) -> None:
        """Let another process have the folder.

        The file stays: were it removed, two processes could hold a lock on two files of that name.
        """
        while self._descriptors:
            os.close(self._descriptors.pop())


def is_locked(folder: Path) -> bool:
    """Whether some process holds the folder, without taking it. Raises OSError."""
    for path in (folder, folder / "lock"):
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            _lock_folder(descriptor, fcntl.LOCK_SH)  # let go again at once, by the close
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
    return False


def _lock_folder(descriptor: int, how: int) -> None:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in NO_LOCK_ON_FOLDERS:
            raise


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
