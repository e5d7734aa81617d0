"""Opening a data folder: who may, what is made, and what is left alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage import StorageRefused
from bot.storage.disk import Disk
from bot.storage.tinydb_storage import TinyDBStorage
from tests.storage.conftest import NOON, Person, Place, save

OPENER = """
import sys
from pathlib import Path
from bot.storage import StorageRefused
from tests.storage.conftest import Place

try:
    Place(Path(sys.argv[1])).open(write=sys.argv[2] == "write")
except StorageRefused as refused:
    sys.exit(str(refused))
print("open", flush=True)
sys.stdin.read()
"""


def another_process(root: Path, how: str = "write") -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", OPENER, str(root), how], stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )


async def test_a_second_process_is_refused_and_a_reader_is_not(place: Place, tmp_path: Path) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    with another_process(tmp_path) as second:
        _, said = second.communicate()
    assert second.returncode == 1
    assert "another bot is already running on this folder" in said.lower()
    assert str(place.folder) in said
    with another_process(tmp_path, "read") as reader:
        assert reader.communicate() == ("open\n", "")
    await save(storage, 7, Person("still here"))


async def test_a_killed_process_leaves_no_lock(place: Place, tmp_path: Path) -> None:
    with another_process(tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(StorageRefused, match="already running"):
            place.open()
        first.kill()
        first.communicate()
    assert place.open().ids() == []


async def test_a_second_writer_in_one_process_is_refused_until_the_first_is_closed(place: Place) -> None:
    first = place.open()
    with pytest.raises(StorageRefused, match="already running"):
        place.open()
    first.close()
    first.close()
    assert place.open().ids() == []


async def test_a_refused_start_lets_go_of_the_lock(place: Place) -> None:
    await save(place.open(), 7, Person("Ada"))
    place.close()
    hidden = place.key_file.rename(place.key_file.with_name("elsewhere"))
    with pytest.raises(StorageRefused):
        place.open()
    hidden.rename(place.key_file)
    assert place.open().ids() == [7]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o377])
async def test_nobody_else_can_look_in_whatever_the_umask(place: Place, umask: int) -> None:
    former = os.umask(umask)
    try:
        storage = place.open()
        await save(storage, 7, Person("Ada"))
        async with storage.change_bot_record() as box:
            box.value["tick"] = 1
    finally:
        os.umask(former)
    inside = [place.folder, *place.folder.rglob("*")]
    assert len(inside) == 6
    for path in inside:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert place.key_file.stat().st_mode & 0o777 == 0o600


async def test_a_folder_within_is_made_when_somebody_comes_to_lie_there(place: Place) -> None:
    storage = place.open()
    assert list((place.folder / "subscribers").iterdir()) == []
    for id in (7, 263, 8):
        await save(storage, id, Person("Ada"))
    assert sorted(path.name for path in (place.folder / "subscribers").iterdir()) == ["07", "08"]
    assert place.reopen().ids() == [7, 8, 263]


async def test_an_empty_folder_is_closed_to_others_and_a_full_one_is_refused(place: Place) -> None:
    place.folder.mkdir()
    place.folder.chmod(0o755)
    place.open()
    assert place.folder.stat().st_mode & 0o777 == 0o700
    place.close()
    place.folder.chmod(0o750)
    with pytest.raises(StorageRefused, match=f"chmod 700 {place.folder}"):
        place.open()
    assert place.folder.stat().st_mode & 0o777 == 0o750


async def test_a_folder_that_cannot_be_made_is_refused_in_a_sentence(place: Place) -> None:
    place.folder.write_text("a file where the folder should be")
    for write in (True, False):
        with pytest.raises(StorageRefused, match=str(place.folder)):
            place.open(write=write)


async def test_what_an_interrupted_write_left_is_cleared_by_a_writer_only(place: Place) -> None:
    await save(place.open(), 7, Person("Ada"))
    place.close()
    leftovers = [place.folder / "house.sealed.00ff00ff.tmp", place.file(7).with_name("7.sealed.00ff00ff.tmp")]
    for leftover in leftovers:
        leftover.write_bytes(b"half")
    place.open(write=False)
    assert all(leftover.exists() for leftover in leftovers)
    place.open()
    assert not any(leftover.exists() for leftover in leftovers)


async def test_a_reader_sees_everything_and_touches_nothing(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada", next_due_at=NOON))
    async with storage.change_bot_record() as box:
        box.value["tick"] = 1
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in place.files()}
    reader = place.open(write=False)
    assert await reader.read(7) == Person("Ada", next_due_at=NOON)
    assert await reader.read_bot_record() == {"tick": 1, "people": True}
    assert (reader.ids(), reader.due(NOON), reader.damaged) == ([7], [7], [])
    with pytest.raises(RuntimeError, match="for reading"):
        await save(reader, 7, Person("Ben"))
    with pytest.raises(RuntimeError, match="for reading"):
        async with reader.change_bot_record():
            pass
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in place.files()}


async def test_a_reader_makes_neither_folder_nor_key(place: Place) -> None:
    with pytest.raises(StorageRefused, match="no data folder"):
        place.open(write=False)
    place.folder.mkdir(mode=0o700)
    reader = place.open(write=False)
    assert (reader.ids(), await reader.read(7), await reader.read_bot_record()) == ([], None, {})
    assert list(place.folder.iterdir()) == []
    assert not place.key_file.exists()


async def test_a_start_opens_no_subscribers_body(place: Place) -> None:
    class WatchedDisk(Disk):
        opened: list[str]

        def read(self, path: Path) -> bytes:
            self.opened.append(path.name)
            return super().read(path)

    storage = place.open()
    for id in range(1, 6):
        await save(storage, id, Person("Ada", next_due_at=NOON))
    place.close()
    disk = WatchedDisk()
    disk.opened = []
    assert place.open(disk=disk).due(NOON) == [1, 2, 3, 4, 5]
    assert disk.opened == ["house.sealed"]


async def look_alive(storage: TinyDBStorage[Person]) -> None:
    async with storage.change_bot_record() as box:
        box.value["tick"] = 1


async def test_a_folder_that_has_lost_all_its_people_is_refused(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    await look_alive(storage)
    place.close()
    shutil.rmtree(place.folder / "subscribers")
    with pytest.raises(StorageRefused, match=f"Nobody is stored in {place.folder}, and somebody was"):
        place.open()


async def test_a_folder_whose_last_person_has_left_is_opened(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    await look_alive(storage)
    assert "people" in await storage.read_bot_record()
    await save(storage, 7, None)
    assert place.reopen().ids() == []


async def test_people_without_the_bots_own_document_are_opened_with_a_word(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    await look_alive(storage)
    place.close()
    (place.folder / "house.sealed").unlink()
    assert place.open().ids() == [7]
    assert "house.sealed is missing beside people" in caplog.text
