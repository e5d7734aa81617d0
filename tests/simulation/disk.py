"""A disk that knows what would survive a power cut, and that fails on demand."""

from __future__ import annotations

import contextlib
import errno
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.storage.disk import Disk
from tests.simulation.loop import Killed

Hook = Callable[[str, Path], int | None]
"""Called before each step with its name and path; an errno makes it fail. May raise Killed."""


@dataclass
class _File:
    """The bytes of one file: as written, and how they would look after a power cut."""

    content: bytearray = field(default_factory=bytearray)
    synced: bool = False
    lost: bool = False
    """A sync failed: the kernel dropped what it could not write, and says so no second time."""


@dataclass
class Platter:
    """The files of one machine. Outlives every process; only a power cut takes something back.

    Names that were added, replaced or removed in a folder last once the folder was synced. Until then a power cut
    keeps the first few of them, and bytes that were never synced come back torn.
    """

    lasting: dict[Path, bytes] = field(default_factory=dict)
    """What would be there after the worst power cut."""
    _pending: dict[Path, list[tuple[Path, _File | None]]] = field(default_factory=dict)
    _files: dict[Path, _File] = field(default_factory=dict)

    def named(self, path: Path, file: _File | None) -> None:
        if file is None:
            self._files.pop(path, None)
        else:
            self._files[path] = file
        self._pending.setdefault(path.parent, []).append((path, file))

    def file(self, path: Path) -> _File | None:
        return self._files.get(path)

    def folder_synced(self, folder: Path) -> None:
        for path, file in self._pending.pop(folder, []):
            self._keep(path, file, None)

    def all_synced(self) -> None:
        for folder in list(self._pending):
            self.folder_synced(folder)

    def cut_power(self, dice: random.Random) -> None:
        """Take back what a disk may take back, here and in the real files."""
        touched = {path for pending in self._pending.values() for path, _ in pending}
        for pending in self._pending.values():
            for path, file in pending[: dice.randint(0, len(pending))]:
                self._keep(path, file, dice)
        self._pending.clear()
        for path in sorted(touched):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            if path in self.lasting:
                path.write_bytes(self.lasting[path])
                path.chmod(0o600)
                self._files[path] = _File(bytearray(self.lasting[path]), synced=True)
            else:
                self._files.pop(path, None)

    def _keep(self, path: Path, file: _File | None, dice: random.Random | None) -> None:
        if file is None:
            self.lasting.pop(path, None)
        elif file.synced:
            self.lasting[path] = bytes(file.content)
        else:
            torn = dice.randint(0, len(file.content)) if dice else 0
            self.lasting[path] = bytes(file.content[:torn])


class SimDisk(Disk):
    """One process's way to the platter."""

    def __init__(self, platter: Platter, hook: Hook) -> None:
        self._platter = platter
        self._hook = hook
        self._open: dict[int, tuple[Path, _File]] = {}
        self.dead = False
        self._whole = Path()

    def create(self, path: Path) -> int:
        self._step("create", path)
        descriptor = super().create(path)
        file = _File()
        self._open[descriptor] = path, file
        self._platter.named(path, file)
        return descriptor

    def write(self, descriptor: int, content: memoryview) -> int:
        path, file = self._open[descriptor]

        def torn() -> None:  # a part of it is there all the same
            file.content += content[: os.write(descriptor, content[: len(content) // 2])]

        self._step("write", path, torn)
        taken = super().write(descriptor, content)
        file.content += content[:taken]
        file.synced = False
        return taken

    def sync(self, descriptor: int) -> None:
        path, file = self._open[descriptor]
        try:
            self._step("sync", path)
        except OSError:
            file.lost = True
            raise
        file.synced = not file.lost  # the model is the disk here: a real sync would only cost time

    def sync_whole(self, descriptor: int) -> None:
        written = [file for _, file in self._open.values()]
        try:
            self._step("sync_whole", self._whole)
        except OSError:
            for file in written:
                file.lost = True
            raise
        for file in written:
            file.synced = not file.lost
        self._platter.all_synced()

    def whole(self, folder: Path) -> int | None:
        self._whole = folder
        return super().whole(folder)

    def close(self, descriptor: int) -> None:
        if self._open.pop(descriptor, None) is not None:
            super().close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        self._step("replace", target)
        file = self._platter.file(source)
        super().replace(source, target)
        if file is not None:
            self._platter.named(source, None)
            self._platter.named(target, file)

    def remove(self, path: Path) -> None:
        self._step("remove", path)
        super().remove(path)
        self._platter.named(path, None)

    def sync_folder(self, folder: Path) -> None:
        self._step("sync_folder", folder)
        self._platter.folder_synced(folder)

    def read(self, path: Path) -> bytes:
        self._step("read", path)
        return super().read(path)

    def die(self) -> None:
        """The process was killed: its descriptors are closed, and nothing of it reaches the platter any more."""
        self.dead = True
        for descriptor in self._open:
            os.close(descriptor)
        self._open.clear()

    def _step(self, step: str, path: Path, before: Callable[[], None] = lambda: None) -> None:
        if self.dead:
            raise Killed
        try:
            error = self._hook(step, path)
        except Killed:
            before()
            self.die()
            raise
        if error is not None:
            before()
            raise OSError(error, os.strerror(error))


FULL, BROKEN, READ_ONLY = errno.ENOSPC, errno.EIO, errno.EROFS
