"""One document in one file, through TinyDB."""

from __future__ import annotations

from pathlib import Path

from bot.storage.disk import Disk
from bot.storage.seal import Keys, new_key
from bot.storage.sealed_file import SealedFile, SingleDocument


class CountingDisk(Disk):
    reads = replaces = 0

    def read(self, path: Path) -> bytes:
        self.reads += 1
        return super().read(path)

    def replace(self, source: Path, target: Path) -> None:
        self.replaces += 1
        super().replace(source, target)


def test_a_change_reads_once_and_writes_once(tmp_path: Path) -> None:
    keys, disk = Keys([new_key()]), CountingDisk()

    def sheet() -> SingleDocument:
        return SingleDocument(SealedFile(tmp_path / "7.sealed", 7, keys, disk))

    for count in range(3):
        disk.reads = disk.replaces = 0
        changing = sheet()
        assert changing.read() == ({"count": count - 1} if count else None)
        changing.write({"count": count}, None)
        assert (disk.reads, disk.replaces) == (1, 1)


def test_the_very_document_that_was_read_may_be_written_again(tmp_path: Path) -> None:
    keys = Keys([new_key()])
    sheet = SingleDocument(SealedFile(tmp_path / "7.sealed", 7, keys, Disk()))
    sheet.write({"name": "Ada", "answers": [1, 2]}, None)
    file = SealedFile(tmp_path / "7.sealed", 7, keys, Disk())
    tables = file.read()
    assert tables is not None
    SingleDocument(file).write(tables["documents"]["1"], None)
    assert SingleDocument(SealedFile(tmp_path / "7.sealed", 7, keys, Disk())).read() == {
        "name": "Ada",
        "answers": [1, 2],
    }


def test_the_body_is_what_tinydb_would_write(tmp_path: Path) -> None:
    keys = Keys([new_key()])
    SingleDocument(SealedFile(tmp_path / "7.sealed", 7, keys, Disk())).write({"name": "Ada"}, None)
    assert keys.open((tmp_path / "7.sealed").read_bytes(), 7) == b'{"documents":{"1":{"name":"Ada"}}}'
