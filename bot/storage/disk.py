"""The few things storage asks of a disk, apart from each other so that a test can make each of them fail."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path

_MAKING = threading.Lock()


class Disk:
    """The real one. Every method raises OSError."""

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def create(self, path: Path) -> int:
        """Open a new file for writing that its owner alone may read, whatever the umask; a descriptor."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
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


def _last(disk: Disk, path: Path, descriptor: int) -> None:
    """Bring it down to the platter, and close it."""
    try:
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

    All of them take each step before any takes the next, so that the disk has the more to sync at once.
    """
    troubles: list[OSError | None] = [None] * len(contents)
    open_: dict[int, tuple[Path, int]] = {}
    temporaries: dict[int, Path] = {}
    unsynced: dict[Path, list[int]] = {}

    try:
        for number, (path, content) in enumerate(contents):
            temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
            try:
                open_[number] = temporary, _written(disk, temporary, content)
            except OSError as trouble:
                troubles[number] = trouble
        for number in list(open_):
            temporary, descriptor = open_.pop(number)
            try:
                _last(disk, temporary, descriptor)
                temporaries[number] = temporary
            except OSError as trouble:
                troubles[number] = trouble
        for number in list(temporaries):
            path = contents[number][0]
            try:
                disk.replace(temporaries[number], path)
                del temporaries[number]
                unsynced.setdefault(path.parent, []).append(number)
            except OSError as trouble:
                troubles[number] = trouble
    finally:
        for temporary, descriptor in open_.values():
            _drop(disk, temporary, descriptor)
        for temporary in temporaries.values():
            _drop(disk, temporary)
    for folder, numbers in unsynced.items():
        try:
            disk.sync_folder(folder)
        except OSError as trouble:
            troubles = [trouble if number in numbers else each for number, each in enumerate(troubles)]
    return troubles


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
