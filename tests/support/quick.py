"""A testbed whose file work is done on the spot, so that a story never waits for a thread, nor compiles twice."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.catalog.load import Catalog
from bot.demo.testbed import Testbed
from bot.places.search import Places
from bot.storage.disk import Disk
from tests.support.shown import renderers_of


class Unsynced(Disk):
    """Writes the same files at the same moments, and leaves the platter to the machine (tests/storage does not)."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass

    def replace(self, source: Path, target: Path) -> None:
        target.unlink(missing_ok=True)  # some file systems write out what takes the place of another
        source.replace(target)


def sketched(svg: str, folder: Path, fonts: Sequence[Path]) -> bytes:
    """A picture with its SVG and no dots, in no time: a PNG's head, and behind it what was to be drawn."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + svg.encode()


def quick_testbed(catalog: Catalog, places: Places, **more: Any) -> Testbed:
    """The whole bot on a Telegram in memory, with its clock, as fast as it goes."""
    return Testbed(
        catalog,
        places,
        **{
            "renderers": renderers_of(catalog, places),
            "rasterize": sketched,
            "disk": Unsynced(),
            "threads": 0,
            "rest": 0.0,
            **more,
        },
    )
