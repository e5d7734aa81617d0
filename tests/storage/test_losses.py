"""What goes away beside the running bot is a fault: nobody begins anew, nothing is written where the folder was."""

from __future__ import annotations

import shutil

import pytest

from bot.storage import Damaged, Losses, NotRead, NotSaved, StorageRefused
from bot.storage.lock import FolderLock, is_locked
from bot.storage.seal import new_key
from bot.storage.tinydb_storage import TinyDBStorage
from tests.storage.conftest import NOON, Person, Place, save

ADA, BEN = Person("Ada", next_due_at=NOON), Person("Ben", next_due_at=NOON)


async def test_one_person_whose_file_is_gone_is_damaged_and_never_a_stranger(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, ADA)
    await save(storage, 8, BEN)
    kept = place.file(7).read_bytes()
    place.file(7).unlink()
    with pytest.raises(Damaged, match="gone"):
        await storage.read(7)
    with pytest.raises(Damaged, match="gone"):
        await save(storage, 7, ADA)
    with pytest.raises(Damaged, match="gone"):
        await save(storage, 7, None)
    assert not place.file(7).exists()
    assert storage.due(NOON) == [8]
    assert await storage.losses() == Losses(people=1)

    place.file(7).write_bytes(kept)
    assert await storage.losses() == Losses()
    assert await storage.read(7) == ADA
    assert storage.due(NOON) == [7, 8]
    assert storage.damaged == []


@pytest.mark.parametrize("known_at_start", [False, True])
async def test_a_torn_file_is_looked_at_again_once_another_one_is_in_its_place(
    place: Place, known_at_start: bool
) -> None:
    storage = place.open()
    await save(storage, 7, ADA)
    kept = place.file(7).read_bytes()
    if known_at_start:
        place.close()
    place.file(7).write_bytes(b"torn")
    if known_at_start:
        storage = place.open()
        await storage.losses()
    for torn in (b"torn", b"torn anew"):
        place.file(7).write_bytes(torn)
        await storage.losses()
        with pytest.raises(Damaged):
            await storage.read(7)
        assert [id for id, _ in storage.damaged] == [7]

    place.file(7).unlink()
    await storage.losses()
    with pytest.raises(Damaged):
        await save(storage, 7, BEN)
    place.file(7).write_bytes(kept)
    await storage.losses()
    assert await storage.read(7) == ADA
    assert (storage.due(NOON), storage.damaged) == ([7], [])


async def test_a_file_that_nobody_asks_for_is_missed_too_and_told_once(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, ADA)
    told: list[tuple[int, str]] = []
    storage.watch_damage(lambda id, reason: told.append((id, reason)))
    shutil.rmtree(place.folder / "subscribers")
    assert [await storage.losses(), await storage.losses()] == [Losses(people=1)] * 2
    assert told == [(7, "its file is gone")]


async def test_whoever_erases_themselves_is_not_missed(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, ADA)
    await save(storage, 7, None)
    assert await storage.losses() == Losses()
    assert await storage.read(7) is None


@pytest.mark.parametrize("another", [False, True], ids=["nothing there", "an empty folder there"])
async def test_without_the_folder_nothing_is_read_or_written(place: Place, another: bool) -> None:
    storage = place.open()
    await save(storage, 7, ADA)
    place.folder.rename(place.folder.with_name("elsewhere"))
    if another:
        place.folder.mkdir()
    for work in (save(storage, 7, None), save(storage, 9, BEN), storage.losses(), _note(storage)):
        with pytest.raises(NotRead, match="the data folder is gone"):
            await work
    with pytest.raises(NotRead):
        await storage.read(7)
    assert list(place.folder.glob("*")) == []

    if another:
        place.folder.rmdir()
    place.folder.with_name("elsewhere").rename(place.folder)
    assert await storage.losses() == Losses()
    assert await storage.read(7) == ADA


async def test_the_bots_own_document_is_not_begun_anew(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, ADA)
    await _note(storage)
    (place.folder / "house.sealed").unlink()
    with pytest.raises(NotRead, match="the bot's own document is gone"):
        await _note(storage)
    with pytest.raises(NotSaved):
        await save(storage, 7, None)
    assert await storage.read(7) == ADA
    assert not (place.folder / "house.sealed").exists()


async def test_a_key_file_that_is_gone_is_put_back_and_told_and_another_one_is_told(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, ADA)
    right = place.key_file.read_text()
    place.key_file.unlink()
    assert (await storage.losses()).key == "it was gone and was put back"
    assert place.key_file.read_text() == right
    assert (await storage.losses()).key == ""
    place.key_file.write_text(new_key().line)
    place.key_file.chmod(0o600)
    assert (await storage.losses()).key == "it holds another key"
    place.key_file.write_text(new_key().line + right)
    assert (await storage.losses()).key == ""


async def test_a_lock_whose_file_was_removed_still_lets_nobody_in(place: Place) -> None:
    place.open()
    (place.folder / "lock").unlink()
    for _ in range(2):  # the first try leaves a new file of that name
        with pytest.raises(StorageRefused, match="Another bot is already running"):
            FolderLock(place.folder)
        assert is_locked(place.folder)
    place.close()
    assert not is_locked(place.folder)
    FolderLock(place.folder).release()


async def _note(storage: TinyDBStorage[Person]) -> None:
    async with storage.change_bot_record() as box:
        box.value["tick"] = 1
