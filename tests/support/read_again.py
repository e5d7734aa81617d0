"""The content read again and again, changed a little each time: what stands as it stood is parsed once for all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.catalog.load import Catalog, ContentFaults, ContentReading
from bot.catalog.yaml_schema import READERS, Readers
from bot.check.examine import Findings
from bot.check.examine import keeps_from_starting as examined

CONTENT = Path(__file__).parent.parent.parent / "content"
REMEMBERING = Readers(cache(READERS.compose), cache(READERS.parse))


def read_again(folder: Path, contact_file: Path | None = None) -> ContentReading:
    """A content folder as it stands now."""
    return ContentReading(folder, contact_file, REMEMBERING)


def load_catalog(folder: Path, contact_file: Path | None = None) -> Catalog:
    """Likewise. Raises ContentFaults with every fault found."""
    content = read_again(folder, contact_file)
    if content.catalog is None:
        raise ContentFaults(content.faults)
    return content.catalog


def keeps_from_starting(folder: Path, contact_file: Path | None = None) -> Findings:
    """What the bot would not start on."""
    return examined(folder, contact_file, read_again(folder, contact_file))


@cache
def _copied() -> TemporaryDirectory[str]:
    """A copy of the words and the structure, gone with the process."""
    folder = TemporaryDirectory()
    ignored = shutil.ignore_patterns("media", "places", "figures")
    shutil.copytree(CONTENT, folder.name, ignore=ignored, dirs_exist_ok=True, copy_function=shutil.copyfile)
    return folder


@contextmanager
def a_copy(touched: Iterable[str]) -> Iterator[Path]:
    """The words and the structure in a folder of which these files may be changed; they are put back at the end."""
    folder = Path(_copied().name)
    try:
        yield folder
    finally:
        for path in (folder / each for each in touched):
            ours = CONTENT / path.relative_to(folder)
            if ours.is_file():
                shutil.copyfile(ours, path)
                continue
            path.unlink(missing_ok=True)
            for empty in path.parents:
                if (CONTENT / empty.relative_to(folder)).exists():
                    break
                empty.rmdir()
