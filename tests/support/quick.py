"""A testbed whose file work is done on the spot, so that a story never waits for a thread, nor compiles twice."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.catalog.load import Catalog
from bot.demo.testbed import Testbed
from bot.drawing.studio import TYPESET
from bot.places.search import Places
from bot.storage.disk import Disk
from tests.support.shown import renderers_of


class Unsynced(Disk):
    """Writes the same files at the same moments, and leaves the platter to the machine (tests/storage does not)."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_whole(self, descriptor: int) -> None:
        """Nothing."""

    def sync_folder(self, folder: Path) -> None:
        pass

    def replace(self, source: Path, target: Path) -> None:
        target.unlink(missing_ok=True)  # some file systems write out what takes the place of another
        source.replace(target)


def sketched(program: Path, given: str, arguments: Sequence[str]) -> bytes:
    """What was to be drawn or typeset, in no time: behind the head of a PNG, or of a PDF."""
    if program == TYPESET:
        return b"%PDF-" + given.encode()
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + given.encode()


def quick_testbed(catalog: Catalog, places: Places, **more: Any) -> Testbed:
    """The whole bot on a Telegram in memory, with its clock, as fast as it goes."""
    return Testbed(
        catalog,
        places,
        **{
            "renderers": renderers_of(catalog, places),
            "hand": sketched,
            "disk": Unsynced(),
            "threads": 0,
            "rest": 0.0,
            **more,
        },
    )
