"""Disks that fail, die or lose their power on demand."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from bot.storage.disk import Disk


class SteppedDisk(Disk):
    """Counts what is done to it and lets a test spoil one step or all from one step on."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.armed = False

    def spoil(self, step: str, number: int) -> None:
        """Called before each step while armed."""

    def create(self, path: Path) -> int:
        self._step("create")
        return super().create(path)

    def write(self, descriptor: int, content: memoryview) -> int:
        self._step("write")
        # Three bytes first and then half of the rest: a disk may take as little as it likes.
        return super().write(descriptor, content[: 3 if self.steps.count("write") % 2 else len(content) // 2 + 1])

    def sync(self, descriptor: int) -> None:
        self._step("sync")
        super().sync(descriptor)

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self._step("close")

    def replace(self, source: Path, target: Path) -> None:
        self._step("replace")
        super().replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        self._step("link")
        super().link(source, target)

    def remove(self, path: Path) -> None:
        self._step("remove")
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self._step("sync_folder")
        super().sync_folder(folder)

    def sync_whole(self, descriptor: int) -> None:
        self._step("sync_whole")
        super().sync_whole(descriptor)

    def arm(self) -> None:
        self.steps.clear()
        self.armed = True

    def _step(self, step: str) -> None:
        if self.armed:
            self.steps.append(step)
            self.spoil(step, len(self.steps))


class FailingDisk(SteppedDisk):
    """The n-th step fails as the system would report it; the others go well."""

    def __init__(self, failing: int, error: int = errno.EIO) -> None:
        super().__init__()
        self.failing = failing
        self.error = error

    def spoil(self, step: str, number: int) -> None:
        if number == self.failing:
            raise OSError(self.error, os.strerror(self.error))


class FullDisk(SteppedDisk):
    """Takes a few bytes and then no more, until there is room again."""

    full = True

    def write(self, descriptor: int, content: memoryview) -> int:
        if self.armed and self.full and self.steps.count("write") >= 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(descriptor, content)


class Killed(BaseException):
    """The process is no more: nothing is tidied up after this."""


class DyingDisk(SteppedDisk):
    """From the n-th step on the process is dead."""

    def __init__(self, dying: int) -> None:
        super().__init__()
        self.dying = dying

    def spoil(self, step: str, number: int) -> None:
        if number >= self.dying:
            raise Killed


class PowerCutDisk(DyingDisk):
    """Also forgets what was not synced: bytes of files, and names in folders.

    `lose` is called after the cut to take back what a disk may take back.
    """

    def __init__(self, dying: int) -> None:
        super().__init__(dying)
        self._paths: dict[int, Path] = {}
        self._unsynced: dict[int, Path] = {}
        self._undo: list[Callable[[], object]] = []

    def create(self, path: Path) -> int:
        descriptor = super().create(path)
        self._paths[descriptor] = self._unsynced[descriptor] = path
        return descriptor

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        self._unsynced.pop(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        before = target.read_bytes() if target.exists() else None
        hollow = source in self._unsynced.values()
        super().replace(source, target)
        if hollow:  # the name reached the disk before the bytes did
            target.write_bytes(b"")

        def undo() -> None:
            target.rename(source)
            if before is not None:
                target.write_bytes(before)

        self._undo.append(undo)

    def remove(self, path: Path) -> None:
        before = path.read_bytes()
        super().remove(path)
        self._undo.append(lambda: path.write_bytes(before))

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self._undo.clear()

    def sync_whole(self, descriptor: int) -> None:
        super().sync_whole(descriptor)
        self._unsynced.clear()
        self._undo.clear()

    def lose(self, *, names: bool) -> None:
        for path in self._unsynced.values():
            if path.exists():
                path.write_bytes(b"")
        if names:
            for undo in reversed(self._undo):
                undo()
