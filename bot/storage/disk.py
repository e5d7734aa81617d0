"""The few things storage asks of a disk, apart from each other so that a test can make each of them fail."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import re
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

WORTH_THE_WHOLE = 3
"""Files that are replaced together, from which on one sync of the whole file system costs less than theirs."""

_MAKING = threading.Lock()


class Disk:
    """The real one. Every method raises OSError."""

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def create(self, path: Path) -> int:
        """Open a new file for writing that its owner alone may read, whatever the umask; a descriptor."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        if os.fstat(descriptor).st_mode & 0o777 != 0o600:  # asked first: a change of mode is one more thing to sync
            os.fchmod(descriptor, 0o600)
        return descriptor

    def write(self, descriptor: int, content: memoryview) -> int:
        """Write some of it; how many bytes were taken."""
        return os.write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name; FileExistsError where that one is taken."""
        os.link(source, target)

    def remove(self, path: Path) -> None:
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        """Make names that were added, replaced or removed in a folder last."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def whole(self, folder: Path) -> int | None:
        """A descriptor for `sync_whole`, which tells of what goes wrong from now on; None where nothing would tell.

        Linux does since 5.8: what failed to reach the platter is told to whoever had the file system open before.
        """
        if not _tells_of_the_whole():
            return None
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def sync_whole(self, descriptor: int) -> None:
        """Make all last that was written, added, replaced or removed in the file system of a folder."""
        if number := _syncfs()(descriptor):
            raise OSError(number, os.strerror(number))


@cache
def _syncfs() -> Callable[[int], int]:
    import ctypes  # here, since a bot with little to write never needs it

    libc = ctypes.CDLL(None, use_errno=True)
    return lambda descriptor: ctypes.get_errno() if libc.syncfs(descriptor) else 0


@cache
def _tells_of_the_whole() -> bool:
    version = re.match(r"(\d+)\.(\d+)", platform.release())
    return sys.platform == "linux" and version is not None and (int(version[1]), int(version[2])) >= (5, 8)


def write_new(disk: Disk, path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, down to the platter; remove it again if that fails.

    A file whose sync failed is never synced again: the kernel may have dropped what it could not write, and a
    second try would then succeed over nothing.
    """
    _last(disk, path, _written(disk, path, content))


def _written(disk: Disk, path: Path, content: bytes) -> int:
    """A new file with that content, not yet on the platter; its open descriptor."""
    descriptor = disk.create(path)
    try:
        rest = memoryview(content)
        while rest:
            taken = disk.write(descriptor, rest)
            if taken == 0:
                raise OSError(errno.EIO, "the disk takes no more bytes")
            rest = rest[taken:]
    except BaseException:
        _drop(disk, path, descriptor)
        raise
    return descriptor


def _last(disk: Disk, path: Path, descriptor: int, *, synced: bool = False) -> None:
    """Bring it down to the platter where it is not there yet, and close it."""
    try:
        if not synced:
            disk.sync(descriptor)
    except BaseException:
        _drop(disk, path, descriptor)
        raise
    try:
        disk.close(descriptor)
    except BaseException:
        _drop(disk, path)
        raise


def _drop(disk: Disk, path: Path, descriptor: int | None = None) -> None:
    with contextlib.suppress(OSError):
        if descriptor is not None:
            disk.close(descriptor)
    with contextlib.suppress(OSError):
        disk.remove(path)


def replace_file(disk: Disk, path: Path, content: bytes) -> None:
    """Put `content` in the place of a file: whoever looks, whenever, sees the old or the new one whole."""
    (trouble,) = replace_files(disk, [(path, content)])
    if trouble is not None:
        raise trouble


def replace_files(disk: Disk, contents: Sequence[tuple[Path, bytes]]) -> list[OSError | None]:
    """Likewise for several, and for each what kept it from being sure to last; the others do not suffer from it.

    All of them take each step before any takes the next. From a few on, one sync of the whole file system takes the
    place of one for each file and folder, which would wait for the platter in turn.
    """
    troubles: list[OSError | None] = [None] * len(contents)
    written: dict[int, tuple[Path, int]] = {}
    synced: dict[int, Path] = {}
    replaced: list[int] = []
    whole = disk.whole(contents[0][0].parent) if len(contents) >= WORTH_THE_WHOLE else None
    try:
        for number, (path, content) in enumerate(contents):
            temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
            with _noted(troubles, number):
                written[number] = temporary, _written(disk, temporary, content)
        if whole is not None:
            with _noted(troubles, *written):
                disk.sync_whole(whole)
        for number in list(written):
            temporary, descriptor = written.pop(number)
            if troubles[number] is not None:
                _drop(disk, temporary, descriptor)
                continue
            with _noted(troubles, number):
                _last(disk, temporary, descriptor, synced=whole is not None)
                synced[number] = temporary
        for number, temporary in list(synced.items()):
            with _noted(troubles, number):
                disk.replace(temporary, contents[number][0])
                replaced.append(number)
                del synced[number]
        if whole is not None:
            with _noted(troubles, *replaced):
                disk.sync_whole(whole)
        else:
            for folder in dict.fromkeys(contents[number][0].parent for number in replaced):
                with _noted(troubles, *(number for number in replaced if contents[number][0].parent == folder)):
                    disk.sync_folder(folder)
    finally:
        for temporary, descriptor in written.values():
            _drop(disk, temporary, descriptor)
        for temporary in synced.values():
            _drop(disk, temporary)
        if whole is not None:
            os.close(whole)
    return troubles


@contextlib.contextmanager
def _noted(troubles: list[OSError | None], *numbers: int) -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        for number in numbers:
            troubles[number] = trouble


def remove_file(disk: Disk, path: Path) -> None:
    """Remove a file for good; that there is none is no fault."""
    with contextlib.suppress(FileNotFoundError):
        disk.remove(path)
    disk.sync_folder(path.parent)


def make_folder(path: Path) -> bool:
    """Make a folder that its owner alone may enter, whatever the umask; whether it was missing."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return False
    path.chmod(0o700)
    return True


def make_folder_to_last(disk: Disk, path: Path) -> None:
    """Likewise, and a power cut later on finds it there."""
    with _MAKING:  # nobody may rely on a folder that another thread has made and not yet synced
        if not path.is_dir() and make_folder(path):
            disk.sync_folder(path.parent)
