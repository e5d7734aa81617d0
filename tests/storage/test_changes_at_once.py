"""Changes that meet: one person's wait for each other, different people's do not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.storage import NotSaved
from bot.storage.disk import Disk
from tests.storage.conftest import NOON, Person, Place, save


class GatedDisk(Disk):
    """Holds every write to a closed file name until the test opens the gate."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.waiting = threading.Semaphore(0)
        self.failing = False
        self.done: list[str] = []

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        self.done.append("sync")

    def sync_whole(self, descriptor: int) -> None:
        super().sync_whole(descriptor)
        self.done.append("sync whole")

    def replace(self, source: Path, target: Path) -> None:
        if not self.gate.is_set():
            self.waiting.release()
            self.gate.wait()
        if self.failing:
            raise OSError(5, "Input/output error")
        super().replace(source, target)
        self.done.append("replace")

    async def somebody_waits(self) -> None:
        await asyncio.to_thread(self.waiting.acquire)


@pytest.fixture
def disk(place: Place) -> Iterator[GatedDisk]:
    disk = GatedDisk()
    yield disk
    disk.gate.set()  # lets the storage close even when a test fails half-way


async def test_changes_of_one_person_wait_for_each_other(place: Place) -> None:
    storage = place.open()

    async def add_one() -> None:
        async with storage.change(7) as box:
            seen = int(box.value.name) if box.value else 0
            await asyncio.sleep(0)
            box.value = Person(str(seen + 1))

    await asyncio.gather(*(add_one() for _ in range(40)))
    assert await place.reopen().read(7) == Person("40")


async def test_changes_of_the_bot_record_wait_for_each_other(place: Place) -> None:
    storage = place.open()

    async def add_one() -> None:
        async with storage.change_bot_record() as box:
            seen = box.value.get("count", 0)
            await asyncio.sleep(0)
            box.value["count"] = seen + 1

    await asyncio.gather(*(add_one() for _ in range(20)))
    assert await place.reopen().read_bot_record() == {"count": 20}


async def test_nobody_waits_for_somebody_else(place: Place) -> None:
    storage = place.open()
    async with storage.change(7) as box, storage.change(8) as other, storage.change_bot_record() as bot_record:
        box.value, other.value = Person("Ada"), Person("Ben")
        bot_record.value["tick"] = 1
        await save(storage, 7 + 256, Person("of the same folder"))
    assert storage.ids() == [7, 8, 263]


async def test_whoever_waits_for_a_write_is_written_together_with_the_others_who_do(
    place: Place, disk: GatedDisk
) -> None:
    storage = place.open(disk=disk)
    disk.gate.clear()
    first = asyncio.ensure_future(save(storage, 1, Person("Ada")))
    await disk.somebody_waits()
    others = [asyncio.ensure_future(save(storage, id, Person("Ben"))) for id in range(2, 5)]
    while storage._writes.waiting < len(others):  # noqa: ASYNC110 -- each is read beforehand
        await asyncio.sleep(0)
    disk.done.clear()
    disk.gate.set()
    await asyncio.gather(first, *others)
    assert disk.done == ["replace", "sync whole", *["replace"] * 3, "sync whole"]
    assert storage.ids() == [1, 2, 3, 4]


async def test_the_event_loop_goes_on_while_the_disk_is_slow(place: Place, disk: GatedDisk) -> None:
    storage = place.open(disk=disk)
    await save(storage, 7, Person("before"))
    disk.gate.clear()
    saving = asyncio.ensure_future(save(storage, 7, Person("after")))
    await disk.somebody_waits()
    assert await storage.read(7) == Person("before")
    assert storage.ids() == [7]
    disk.gate.set()
    await saving
    assert await storage.read(7) == Person("after")


async def test_no_lock_is_left_over(place: Place) -> None:
    storage = place.open()
    await asyncio.gather(*(save(storage, id % 10, Person(str(id))) for id in range(50)))
    with pytest.raises(LookupError):
        async with storage.change(3):
            raise LookupError
    async with storage.change(3):
        waiting = asyncio.ensure_future(save(storage, 3, None))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert len(storage._locks) == 1
    assert not storage._locks


async def test_a_cancelled_change_holds_the_lock_until_its_write_has_ended(place: Place, disk: GatedDisk) -> None:
    storage = place.open(disk=disk)
    await save(storage, 7, Person("one", next_due_at=NOON))
    disk.gate.clear()
    saving = asyncio.ensure_future(save(storage, 7, Person("two", claim_open=True)))
    await disk.somebody_waits()
    saving.cancel()
    seen: list[Person | None] = []

    async def look() -> None:
        async with storage.change(7) as box:
            seen.append(box.value)

    looking = asyncio.ensure_future(look())
    for _ in range(5):
        await asyncio.sleep(0)
        saving.cancel()  # impatience changes nothing
    assert not saving.done()
    assert seen == []
    disk.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await saving
    await looking
    assert seen == [Person("two", claim_open=True)]
    assert (storage.due(NOON), storage.claims_open()) == ([], [7])


async def test_a_change_cancelled_while_its_write_fails_ends_as_cancelled(place: Place, disk: GatedDisk) -> None:
    storage = place.open(disk=disk)
    disk.gate.clear()
    saving = asyncio.ensure_future(save(storage, 7, Person("Ada")))
    await disk.somebody_waits()
    saving.cancel()
    disk.failing = True
    disk.gate.set()
    with pytest.raises(asyncio.CancelledError) as stopped:
        await saving
    assert isinstance(stopped.value.__cause__, NotSaved)
    assert storage.ids() == []


async def test_a_change_cancelled_inside_saves_nothing(place: Place) -> None:
    storage = place.open()
    inside = asyncio.Event()

    async def linger() -> None:
        async with storage.change(7) as box:
            box.value = Person("never")
            inside.set()
            await asyncio.Event().wait()

    lingering = asyncio.ensure_future(linger())
    await inside.wait()
    lingering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lingering
    assert await storage.read(7) is None
    await save(storage, 7, Person("Ada"))


async def test_closing_waits_for_what_is_being_written(place: Place, disk: GatedDisk) -> None:
    storage = place.open(disk=disk)
    disk.gate.clear()
    saving = asyncio.ensure_future(save(storage, 7, Person("Ada")))
    await disk.somebody_waits()
    order: list[str] = []
    saving.add_done_callback(lambda _: order.append("saved"))
    closing = asyncio.ensure_future(asyncio.to_thread(storage.close))
    closing.add_done_callback(lambda _: order.append("closed"))
    for _ in range(20):
        await asyncio.to_thread(lambda: None)  # time enough for a close that does not wait
    assert order == []
    disk.gate.set()
    await asyncio.gather(saving, closing)
    assert sorted(order) == ["closed", "saved"]
    assert await place.open().read(7) == Person("Ada")


def test_without_threads_a_change_is_over_before_anything_else_can_run(place: Place) -> None:
    storage = place.open(threads=0)

    async def live() -> Person | None:
        await save(storage, 7, Person("Ada", next_due_at=NOON))
        async with storage.change_bot_record() as box:
            box.value["tick"] = 1
        await save(storage, 8, Person("Ben"))
        await save(storage, 8, None)
        return await storage.read(7)

    with pytest.raises(StopIteration) as ended:
        live().send(None)  # no event loop: the first thing waited for would end this
    assert ended.value.value == Person("Ada", next_due_at=NOON)
    assert (storage.ids(), storage.due(NOON)) == ([7], [7])


async def test_without_threads_a_full_disk_is_told_like_any_other(place: Place, disk: GatedDisk) -> None:
    storage = place.open(disk=disk, threads=0)
    disk.failing = True
    with pytest.raises(NotSaved):
        await save(storage, 7, Person("Ada"))
    disk.failing = False
    await save(storage, 7, Person("Ada"))
    assert await storage.read(7) == Person("Ada")


async def test_a_hundred_people_changing_at_once_each_keep_their_own(place: Place) -> None:
    storage = place.open()

    async def live(id: int) -> None:
        for step in range(3):
            async with storage.change(id) as box:
                person = box.value or Person(f"{id}:")
                box.value = replace(person, name=f"{person.name}{step}")

    await asyncio.gather(*(live(id) for id in range(1, 101)))
    storage = place.reopen()
    assert {id: await storage.read(id) for id in storage.ids()} == {id: Person(f"{id}:012") for id in range(1, 101)}
