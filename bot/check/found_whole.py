"""Remembers which content this very code has found whole, so that a start examines only what it has not seen."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

CODE = Path(__file__).parent.parent
RENDERED_BY = ("babel", "jinja2", "markupsafe", "msgspec", "pyyaml")


def fingerprint(catalog: str, tables: Mapping[str, bytes], code: Path = CODE) -> str:
    """Of all that decides what an examination finds: the hash of a catalog, the tables of places, and the code."""
    digest = blake2b(catalog.encode(), digest_size=32)
    digest.update(" ".join((sys.version, *map(version, RENDERED_BY))).encode())
    for name, table in sorted(tables.items()):
        digest.update(b"\0%b\0%d\0" % (name.encode(), len(table)))
        digest.update(table)
    for path in sorted(path for ending in ("py", "json") for path in code.rglob(f"*.{ending}")):
        content = path.read_bytes()
        digest.update(b"\0%b\0%d\0" % (path.relative_to(code).as_posix().encode(), len(content)))
        digest.update(content)
    return digest.hexdigest()


class FoundWhole:
    """A note in the data folder of what was found whole last; it may be lost at any time, which costs another look."""

    def __init__(self, folder: Path) -> None:
        self._note = folder / "found-whole"

    def holds(self, fingerprint: str) -> bool:
        """Whether this was found whole."""
        try:
            return self._note.read_bytes() == fingerprint.encode()
        except OSError:
            return False

    def keep(self, fingerprint: str) -> None:
        """Note it in place of what stood there; where the disk takes no note, there is none."""
        with contextlib.suppress(OSError):
            self._note.write_text(fingerprint, encoding="utf-8")
