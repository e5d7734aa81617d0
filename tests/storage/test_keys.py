"""The key lies apart, is made once, and is never made anew beside people."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage import StorageRefused, WrongKey
from bot.storage.disk import Disk
from bot.storage.seal import Key, Keys, load_keys, make_keys, new_key, read_line
from tests.storage.conftest import Person, Place, save
from tests.storage.disks import DyingDisk, Killed, SteppedDisk


def write_keys(place: Place, *keys: Key) -> None:
    place.key_file.write_text("".join(key.line for key in keys))


def key_of(place: Place, id: int) -> str:
    return read_line(place.file(id).read_bytes(), id).key


async def test_a_first_start_makes_a_key_and_the_next_one_uses_it(place: Place) -> None:
    await save(place.open(), 7, Person("Ada"))
    made = place.key_file.read_text()
    assert await place.reopen().read(7) == Person("Ada")
    assert place.key_file.read_text() == made
    assert place.key_file.stat().st_mode & 0o777 == 0o600


async def test_a_missing_key_beside_people_refuses_to_start(place: Place) -> None:
    await save(place.open(), 7, Person("Ada"))
    place.close()
    hidden = place.key_file.rename(place.key_file.with_name("elsewhere"))
    for write in (True, False):
        with pytest.raises(StorageRefused, match=r"no key file.*Put the key file back"):
            place.open(write=write)
    assert not place.key_file.exists()
    hidden.rename(place.key_file)
    assert await place.open().read(7) == Person("Ada")


async def test_a_missing_key_beside_a_bot_record_refuses_to_start(place: Place) -> None:
    storage = place.open()
    async with storage.change_bot_record() as box:
        box.value["erased"] = ["a keyed hash"]
    place.close()
    place.key_file.unlink()
    with pytest.raises(StorageRefused, match="no key file"):
        place.open()


async def test_a_wrong_key_beside_people_refuses_to_start(place: Place) -> None:
    await save(place.open(), 7, Person("Ada"))
    place.close()
    right = key_of(place, 7)
    before = place.file(7).read_bytes()
    write_keys(place, new_key())
    with pytest.raises(StorageRefused, match=rf"7\.sealed cannot be opened.*{right}.*right key file"):
        place.open()
    assert place.file(7).read_bytes() == before


async def test_the_first_key_seals_and_all_keys_open(place: Place) -> None:
    old, new = new_key(), new_key()
    place.key_file.parent.mkdir(parents=True)
    place.key_file.touch(mode=0o600)
    write_keys(place, old)
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    await save(storage, 8, Person("Ben"))
    place.close()

    write_keys(place, new, old)
    storage = place.open()
    assert await storage.read(7) == Person("Ada")
    await save(storage, 7, Person("Ada again"))
    assert (key_of(place, 7), key_of(place, 8)) == (new.id, old.id)
    place.close()

    write_keys(place, new)
    with pytest.raises(StorageRefused, match=old.id):
        place.open()
    write_keys(place, new, old)
    await save(place.open(), 8, Person("Ben again"))
    place.close()
    write_keys(place, new)
    assert await place.open().read(8) == Person("Ben again")


def test_another_key_opens_nothing() -> None:
    ours, theirs = new_key(), new_key()
    content = Keys([ours]).seal(b"{}", None, 7)
    with pytest.raises(WrongKey, match=ours.id):
        Keys([theirs]).open(content, 7)
    assert Keys([theirs, ours]).open(content, 7) == b"{}"


@pytest.mark.parametrize("fault", ["mistyped", "cut", "renamed", "no colon", "not base64", "second line", "binary"])
def test_a_key_file_with_a_fault_is_refused_without_showing_the_key(place: Place, fault: str) -> None:
    place.open()
    place.close()
    good = place.key_file.read_text().strip()
    id, _, secret = good.partition(":")
    other = "A" if secret[5] != "A" else "B"
    place.key_file.write_bytes(
        {
            "mistyped": f"{id}:{secret[:5]}{other}{secret[6:]}",
            "cut": good[:-9],
            "renamed": f"00000000:{secret}",
            "no colon": secret,
            "not base64": f"{id}:{secret[:5]}!{secret[6:]}",
            "second line": f"{good}\n{id}",
            "binary": "é" + good,
        }[fault].encode()
    )
    with pytest.raises(StorageRefused, match="Put the right one back") as refused:
        place.open()
    assert secret[8:20] not in str(refused.value)


def test_a_key_file_without_a_key_is_refused(place: Place) -> None:
    place.open()
    place.close()
    place.key_file.write_text("\n \n")
    with pytest.raises(StorageRefused, match="holds no key"):
        place.open()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_key_file_that_others_can_read_is_refused_with_the_command_to_run(place: Place, mode: int) -> None:
    place.open()
    place.close()
    place.key_file.chmod(mode)
    with pytest.raises(StorageRefused, match=f"chmod 600 {place.key_file}"):
        place.open()
    place.key_file.chmod(0o400)
    assert place.open().ids() == []


def test_a_key_file_inside_the_data_folder_is_refused(place: Place) -> None:
    for inside in ("storage.key", "subscribers/../keys/storage.key"):
        place.key_file = place.folder / inside
        with pytest.raises(StorageRefused, match="BOT_STORAGE_KEY_FILE"):
            place.open()
        assert not place.key_file.exists()


def test_a_key_file_behind_a_link_into_the_data_folder_is_refused(place: Place, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(place.folder)
    place.key_file = tmp_path / "link" / "storage.key"
    with pytest.raises(StorageRefused, match="inside the data folder"):
        place.open()


def test_making_a_key_never_overwrites_one(tmp_path: Path) -> None:
    path = tmp_path / "storage.key"
    make_keys(path, Disk())
    made = path.read_text()
    with pytest.raises(FileExistsError):
        make_keys(path, Disk())
    assert path.read_text() == made
    load_keys(path)


def test_a_kill_at_any_step_of_a_first_start_leaves_a_next_one_that_goes_well(tmp_path: Path) -> None:
    counting = SteppedDisk()
    counting.arm()
    make_keys(tmp_path / "counting" / "storage.key", counting)
    for dying in range(1, len(counting.steps) + 1):
        path = tmp_path / f"{dying}" / "storage.key"
        disk = DyingDisk(dying)
        disk.arm()
        with pytest.raises(Killed):
            make_keys(path, disk)
        if not path.exists():
            make_keys(path, Disk())
        load_keys(path)


class WatchedDisk(Disk):
    """Remembers which folders were synced, and what was in them then."""

    def __init__(self) -> None:
        self.synced: dict[Path, list[str]] = {}

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self.synced[folder] = sorted(path.name for path in folder.iterdir())


def test_a_new_key_file_and_its_new_folder_are_made_to_last(place: Place) -> None:
    disk = WatchedDisk()
    place.open(disk=disk)
    assert disk.synced[place.key_file.parent] == ["storage.key"]
    assert "keys" in disk.synced[place.key_file.parent.parent]


def test_a_key_whose_maker_was_killed_before_it_was_sure_to_last_is_made_to_last(place: Place) -> None:
    counting = SteppedDisk()
    counting.arm()
    make_keys(place.key_file.with_name("another"), counting)
    disk = DyingDisk(counting.steps.index("link") + 2)
    disk.arm()
    with pytest.raises(Killed):
        make_keys(place.key_file, disk)
    next_one = WatchedDisk()
    place.open(disk=next_one)
    assert next_one.synced[place.key_file.parent] == ["another", "storage.key"]
    assert "keys" in next_one.synced[place.key_file.parent.parent]


def test_a_key_file_that_cannot_be_written_is_refused(place: Place, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file where the folder should be")
    with pytest.raises(StorageRefused, match="key file"):
        place.open()


def test_a_key_does_not_show_itself() -> None:
    key = new_key()
    assert key.line.partition(":")[2].strip() not in repr(key)
    assert repr(key.secret) not in repr(key)
