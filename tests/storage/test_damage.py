"""A file that is not what was written is never read as something else, nor as nothing."""

from __future__ import annotations

import json
import random
import zlib
from pathlib import Path

import pytest

from bot.storage import Damaged, NewerFormat, StorageRefused, Unreadable
from bot.storage.seal import Keys, load_keys, new_key, read_line
from bot.storage.tinydb_storage import TinyDBStorage
from tests.storage.conftest import NOON, Person, Place, save

ADA = Person("Ada", next_due_at=NOON, notes={"pain": [4, 3, 2]})
BEN = Person("Ben", next_due_at=NOON)


async def sealed(place: Place) -> bytes:
    """Store Ada as 7 and Ben as 8, close, and give what is in Ada's file."""
    storage = place.open()
    await save(storage, 7, ADA)
    await save(storage, 8, BEN)
    place.close()
    return place.file(7).read_bytes()


async def assert_ada_alone_is_refused(place: Place, storage: TinyDBStorage[Person]) -> None:
    before = place.file(7).read_bytes()
    with pytest.raises(Damaged) as fault:
        await storage.read(7)
    with pytest.raises(Damaged):
        await save(storage, 7, Person("somebody new"))
    assert fault.value.id == 7
    assert storage.damaged == [(7, fault.value.reason)]
    assert place.file(7).read_bytes() == before
    assert storage.ids() == storage.due(NOON) == [8]
    assert await storage.read(8) == BEN


async def test_every_truncation_is_refused(place: Place) -> None:
    content = await sealed(place)
    keys = load_keys(place.key_file)
    assert json.loads(keys.open(content, 7))["documents"]["1"]["name"] == "Ada"
    for length in range(len(content)):
        with pytest.raises(Damaged):
            keys.open(content[:length], 7)


@pytest.mark.parametrize("kept", [0, 1, 60, "line", "line and newline", "line and nonce", "all but one"])
async def test_a_torn_file_costs_one_person_alone(place: Place, kept: int | str) -> None:
    content = await sealed(place)
    line = content.index(b"\n")
    lengths = {
        "line": line,
        "line and newline": line + 1,
        "line and nonce": line + 13,
        "all but one": len(content) - 1,
    }
    place.file(7).write_bytes(content[: kept if isinstance(kept, int) else lengths[kept]])
    await assert_ada_alone_is_refused(place, place.open())


async def test_an_empty_file_says_so_at_start(place: Place) -> None:
    await sealed(place)
    place.file(7).write_bytes(b"")
    assert place.open().damaged == [(7, "the file is empty")]


async def test_two_hundred_flipped_bits_are_all_refused(place: Place) -> None:
    content = await sealed(place)
    keys = load_keys(place.key_file)
    chance = random.Random(20260302)
    for bit in chance.sample(range(len(content) * 8), 200):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Damaged):
            keys.open(bytes(flipped), 7)


async def test_every_flipped_bit_of_a_first_line_shows_without_opening_the_body(place: Place) -> None:
    content = await sealed(place)
    line = content[: content.index(b"\n") + 1]
    for bit in range(len(line) * 8):
        flipped = bytearray(line)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Damaged):
            read_line(bytes(flipped), 7)


@pytest.mark.parametrize("where", ["line", "body"])
async def test_a_flipped_bit_costs_one_person_alone(place: Place, where: str) -> None:
    content = bytearray(await sealed(place))
    content[content.index(b"2026") if where == "line" else -1] ^= 1
    place.file(7).write_bytes(content)
    storage = place.open()
    assert (storage.damaged == []) == (where == "body")
    await assert_ada_alone_is_refused(place, storage)


async def test_a_swapped_file_is_refused(place: Place) -> None:
    await sealed(place)
    place.file(8).replace(place.file(7))
    storage = place.open()
    assert [id for id, _ in storage.damaged] == [7]
    with pytest.raises(Damaged):
        await storage.read(7)


async def test_a_swapped_body_is_refused_even_with_its_owner_written_anew(place: Place) -> None:
    content = await sealed(place)
    keys = load_keys(place.key_file)
    assert keys.open(content, 7)
    line, _, body = place.file(8).read_bytes().partition(b"\n")
    with pytest.raises(Damaged, match="seal"):
        keys.open(content.partition(b"\n")[0] + b"\n" + body, 7)
    stated = line.rpartition(b',"check"')[0]
    forged = stated + b',"check":"%08x"}\n' % zlib.crc32(stated, zlib.crc32(b"7"))
    assert read_line(forged, 7).summary is not None
    with pytest.raises(Damaged, match="seal"):
        keys.open(forged + body, 7)


async def test_a_line_made_to_fit_does_not_open(place: Place) -> None:
    content = await sealed(place)
    stated = content.partition(b',"check"')[0].replace(b"2026-03", b"2036-03")
    forged = stated + b',"check":"%08x"}' % zlib.crc32(stated, zlib.crc32(b"7"))
    place.file(7).write_bytes(forged + content[content.index(b"\n") :])
    with pytest.raises(Damaged, match="seal"):
        await place.open().read(7)


async def test_damage_found_while_running_is_listed_and_no_longer_due(place: Place) -> None:
    content = bytearray(await sealed(place))
    storage = place.open()
    content[-1] ^= 1
    place.file(7).write_bytes(content)
    assert storage.due(NOON) == [7, 8]
    await assert_ada_alone_is_refused(place, storage)


async def test_damage_is_told_once_at_start_or_when_it_is_found(place: Place) -> None:
    storage = place.open()
    for id in (7, 8):
        await save(storage, id, Person("Ada"))
    place.close()
    place.file(7).write_bytes(b"")
    storage = place.open()
    told: list[tuple[int, str]] = []
    storage.watch_damage(lambda id, reason: told.append((id, reason)))
    assert told == [(7, "the file is empty")]
    place.file(8).write_bytes(place.file(8).read_bytes()[:-1])
    for _ in range(3):
        for id in (7, 8):
            with pytest.raises(Damaged):
                await storage.read(id)
    assert [id for id, _ in told] == [7, 8]


def in_format_2(content: bytes, id: int) -> bytes:
    stated = content.partition(b',"check"')[0].replace(b'"format":1', b'"format":2,"more":[]')
    return stated + b',"check":"%08x"}\n' % zlib.crc32(stated, zlib.crc32(b"%d" % id))


async def test_a_newer_format_costs_one_person_alone(place: Place) -> None:
    newer = in_format_2(await sealed(place), 7)
    place.file(7).write_bytes(newer)
    with pytest.raises(NewerFormat):
        read_line(newer, 7)
    storage = place.open()
    assert storage.damaged == [(7, "it is written in format 2, this version reads up to 1")]
    await assert_ada_alone_is_refused(place, storage)


async def test_a_bot_refuses_to_start_where_a_newer_one_has_written(place: Place) -> None:
    await sealed(place)
    place.open(version=3)
    place.close()
    before = {path: path.read_bytes() for path in place.files()}
    for version in (1, 2):
        for write in (True, False):
            with pytest.raises(StorageRefused, match=r"house\.sealed cannot be opened: a newer.*Run the newer version"):
                place.open(version=version, write=write)
    assert {path: path.read_bytes() for path in place.files()} == before
    storage = place.open(version=3)
    assert await storage.read(7) == ADA


async def test_the_version_is_noted_once_and_by_writers_only(place: Place) -> None:
    await sealed(place)
    place.open()
    place.close()
    assert not (place.folder / "house.sealed").exists()
    place.open(version=2, write=False)
    assert not (place.folder / "house.sealed").exists()
    storage = place.open(version=2)
    async with storage.change_bot_record() as box:
        box.value["tick"] = 1
    place.close()
    before = (place.folder / "house.sealed").read_bytes()
    storage = place.open(version=2)
    assert (place.folder / "house.sealed").read_bytes() == before
    assert await storage.read_bot_record() == {"version": [1, 2], "tick": 1, "people": True}


async def test_a_file_in_the_wrong_folder_is_no_stranger(place: Place) -> None:
    await sealed(place)
    place.file(7).rename(place.file(8).with_name("7.sealed"))
    storage = place.open()
    assert storage.damaged == [(7, "its file lies in the wrong folder, 08")]
    with pytest.raises(Damaged):
        await save(storage, 7, Person("somebody new"))


async def test_a_stray_copy_harms_nobody(place: Place) -> None:
    content = await sealed(place)
    for stray in ("08/7.sealed", "07/7 (copy).sealed", "07/notes.txt", "ff/7.sealed.bak"):
        path = place.folder / "subscribers" / stray
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    storage = place.open()
    assert (storage.ids(), storage.damaged) == ([7, 8], [])


async def test_a_document_of_another_shape_is_refused(place: Place) -> None:
    await sealed(place)
    keys = load_keys(place.key_file)
    summary = read_line(place.file(7).read_bytes(), 7).summary
    for body in (b"{}", b'{"documents":{}}', b'{"documents":{"1":{"no":"name"}}}'):
        place.file(7).write_bytes(keys.seal(body, summary, 7))
        await assert_ada_alone_is_refused(place, place.open())
        place.close()


async def test_a_damaged_bot_record_refuses_to_start_and_names_the_file(place: Place) -> None:
    storage = place.open()
    async with storage.change_bot_record() as box:
        box.value["tick"] = 1
    place.close()
    bot_record = place.folder / "house.sealed"
    bot_record.write_bytes(bot_record.read_bytes()[:-1])
    with pytest.raises(StorageRefused, match=r"house\.sealed cannot be opened"):
        place.open()
    bot_record.unlink()
    assert await place.open().read_bot_record() == {}


async def test_nothing_of_a_person_stands_in_clear(place: Place) -> None:
    content = await sealed(place)
    line, _, body = content.partition(b"\n")
    assert set(json.loads(line)) == {"format", "key", "summary", "check"}
    assert set(json.loads(line)["summary"]) == {
        "saved_at",
        "next_due_at",
        "stamp",
        "claim_open",
        "reply_owed_at",
    }
    assert b"Ada" not in content
    assert b"pain" not in body


async def test_two_seals_of_one_document_differ(place: Place) -> None:
    keys = Keys([new_key()])
    seals = {keys.seal(b"{}", None, 7) for _ in range(100)}
    assert len(seals) == 100


def test_an_endless_stamp_is_refused_rather_than_written_unreadably(tmp_path: Path) -> None:
    place = Place(tmp_path)
    storage = place.open()

    async def scenario() -> None:
        await save(storage, 7, Person("Ada", stamp="x" * 3000))

    import asyncio

    with pytest.raises(ValueError, match="too long"):
        asyncio.run(scenario())
    assert place.files() == []
    place.close()


async def test_the_text_of_what_is_wrong_does_not_say_whose_document_it_is(place: Place) -> None:
    storage = place.open()
    await save(storage, 123456789, Person("Ada"))
    place.file(123456789).write_bytes(b"")
    with pytest.raises(Unreadable) as caught:
        await storage.read(123456789)
    assert (str(caught.value), caught.value.id) == ("the file is empty", 123456789)
