"""A disk that is full, ill or gone never costs what was saved before."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from bot.storage import NotRead, NotSaved
from bot.storage.disk import Disk
from bot.storage.erased import erased_at
from bot.storage.tinydb_storage import TinyDBStorage
from tests.storage.conftest import HOUR, NOON, Person, Place, save
from tests.storage.disks import DyingDisk, FailingDisk, FullDisk, Killed, PowerCutDisk, SteppedDisk

OLD = Person("old", next_due_at=NOON, notes={"answers": ["a"] * 50})
NEW = Person("new", next_due_at=NOON + HOUR, claim_open=True, notes={"answers": ["b"] * 70})


@contextlib.contextmanager
def another(place: Place, name: object) -> Iterator[Place]:
    """A place nobody has been to, beside the first."""
    fresh = Place(place.folder.parent / f"{name}")
    yield fresh
    fresh.close()


async def steps_of(place: Place, before: Person | None, after: Person | None) -> list[str]:
    """What one change does to the disk when nothing goes wrong."""
    with another(place, "counting") as fresh:
        return await _steps_of(fresh, before, after)


async def _steps_of(place: Place, before: Person | None, after: Person | None) -> list[str]:
    disk = SteppedDisk()
    storage = place.open(disk=disk)
    if before is not None:
        await save(storage, 7, before)
    disk.arm()
    await save(storage, 7, after)
    place.close()
    return list(disk.steps)


async def erasing_steps(place: Place) -> list[str]:
    with another(place, "erasing") as fresh:
        return await _steps_of(fresh, OLD, None)


async def was_noted(storage: TinyDBStorage[Person]) -> bool:
    return erased_at(await storage.read_bot_record(), 7) == NOON


CHANGES = pytest.mark.parametrize(
    ("before", "after"), [(OLD, NEW), (None, NEW), (OLD, None)], ids=["change", "begin", "erase"]
)


async def test_the_bytes_are_synced_before_the_name_and_the_name_before_it_counts(place: Place) -> None:
    steps = await steps_of(place, OLD, NEW)
    assert steps.count("write") > 1
    assert [step for step in steps if step != "write"] == ["create", "sync", "close", "replace", "sync_folder"]
    assert [step for step in await erasing_steps(place) if step != "write"] == [
        *("create", "sync", "close", "replace", "sync_folder"),  # it is noted
        *("remove", "sync_folder"),
    ]


@CHANGES
async def test_whatever_step_fails_one_whole_document_stays_and_the_index_agrees(
    place: Place, before: Person | None, after: Person | None
) -> None:
    steps = await steps_of(place, before, after)
    for failing, step in enumerate(steps, 1):
        with another(place, failing) as fresh:
            disk = FailingDisk(failing)
            storage = fresh.open(disk=disk)
            if before is not None:
                await save(storage, 7, before)
            disk.arm()
            with pytest.raises(NotSaved, match=os.strerror(errno.EIO)):
                await save(storage, 7, after)
            disk.armed = False

            stands = await storage.read(7)
            assert stands == (after if failing == len(steps) else before), step
            assert not list(fresh.folder.rglob("*.tmp")), step
            for opened in (storage, fresh.reopen()):
                if opened is not storage and after is None and "replace" in steps[: failing - 1]:
                    stands = None  # it was noted, and a start finishes it
                assert opened.ids() == ([7] if stands else []), step
                assert opened.next_due_at() == (stands.next_due_at if stands else None), step
                assert opened.claims_open() == ([7] if stands and stands.claim_open else []), step
            await save(opened, 7, after)  # and the next try goes well
            assert await opened.read(7) == after


async def test_a_failed_sync_is_never_tried_again_on_the_same_file(place: Place) -> None:
    steps = await steps_of(place, OLD, NEW)
    disk = FailingDisk(steps.index("sync") + 1)
    storage = place.open(disk=disk)
    await save(storage, 7, OLD)
    disk.arm()
    with pytest.raises(NotSaved):
        await save(storage, 7, NEW)
    assert disk.steps[disk.steps.index("sync") :] == ["sync", "close", "remove"]


@CHANGES
async def test_a_kill_at_any_step_leaves_the_old_or_the_new_document(
    place: Place, before: Person | None, after: Person | None
) -> None:
    steps = await steps_of(place, before, after)
    for dying in range(1, len(steps) + 1):
        with another(place, dying) as fresh:
            disk = DyingDisk(dying)
            storage = fresh.open(disk=disk)
            if before is not None:
                await save(storage, 7, before)
            disk.arm()
            with pytest.raises(Killed):
                await save(storage, 7, after)
            reopened = fresh.reopen()
            assert reopened.damaged == []
            replaced = dying == len(steps)
            if after is None:
                replaced = "replace" in steps[: dying - 1]  # it was noted, and a start finishes it
            assert await reopened.read(7) == (after if replaced else before), steps[dying - 1]
            assert not list(fresh.folder.rglob("*.tmp"))
            await save(reopened, 7, after)  # and whoever says it again is done
            assert await reopened.read(7) == after


@CHANGES
@pytest.mark.parametrize("names", [True, False], ids=["names lost", "names kept"])
async def test_a_power_cut_at_any_step_leaves_the_old_or_the_new_document(
    place: Place, before: Person | None, after: Person | None, names: bool
) -> None:
    steps = await steps_of(place, before, after)
    for dying in range(1, len(steps) + 1):
        with another(place, dying) as fresh:
            disk = PowerCutDisk(dying)
            storage = fresh.open(disk=disk)
            if before is not None:
                await save(storage, 7, before)
            disk.arm()
            with pytest.raises(Killed):
                await save(storage, 7, after)
            disk.lose(names=names)
            reopened = fresh.reopen()
            assert reopened.damaged == []
            assert await reopened.read(7) in (before, after), steps[dying - 1]
            assert after is not None or await was_noted(reopened) or await reopened.read(7) == before


@pytest.mark.parametrize("names", [True, False], ids=["names lost", "names kept"])
async def test_a_power_cut_at_any_step_leaves_whole_documents_of_several_written_together(
    place: Place, names: bool
) -> None:
    dying, killed = 0, True
    while killed:
        dying += 1
        with another(place, dying) as fresh:
            disk = PowerCutDisk(dying)
            storage, ids = await on_one_shelf(fresh, disk)
            disk.arm()
            saved = await asyncio.gather(*(save(storage, id, NEW) for id in ids), return_exceptions=True)
            killed = any(saved)
            disk.lose(names=names)
            reopened = fresh.reopen()
            assert reopened.damaged == []
            for id in ids:
                assert await reopened.read(id) in ((OLD, NEW) if killed else (NEW,)), disk.steps[-1]
    assert disk.steps.count("sync_whole") == 2


async def test_what_was_saved_outlives_a_power_cut_right_after(place: Place) -> None:
    disk = PowerCutDisk(dying=1_000)
    storage = place.open(disk=disk)
    disk.arm()
    await save(storage, 7, OLD)
    await save(storage, 7, NEW)
    await save(storage, 8, OLD)
    await save(storage, 8, None)
    disk.lose(names=True)
    reopened = place.reopen()
    assert await reopened.read(7) == NEW
    assert reopened.ids() == [7]


async def test_a_full_disk_says_so_and_goes_on_when_there_is_room(place: Place) -> None:
    disk = FullDisk()
    storage = place.open(disk=disk)
    await save(storage, 7, OLD)
    async with storage.change_bot_record() as box:
        box.value["tick"] = 1
    disk.arm()
    with pytest.raises(NotSaved, match=re.escape(os.strerror(errno.ENOSPC))):
        await save(storage, 7, NEW)
    with pytest.raises(NotSaved, match=re.escape(os.strerror(errno.ENOSPC))):
        async with storage.change_bot_record() as box:
            box.value["tick"] = 2
    assert await storage.read(7) == OLD
    assert storage.due(NOON) == [7]
    assert await storage.read_bot_record() == {"tick": 1, "people": True}
    assert not list(place.folder.rglob("*.tmp"))
    disk.full = False
    await save(storage, 7, NEW)
    assert await place.reopen().read(7) == NEW


async def test_a_real_limit_on_file_size_is_a_change_not_saved(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, OLD)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    try:
        with pytest.raises(NotSaved, match=os.strerror(errno.EFBIG)):
            await save(storage, 7, NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, former)
    assert await storage.read(7) == OLD
    assert [path.name for path in place.files()] == ["7.sealed"]


async def test_a_disk_that_cannot_be_read_now_is_no_damage(place: Place) -> None:
    class DeafDisk(Disk):
        deaf = False

        def read(self, path: Path) -> bytes:
            if self.deaf:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            return super().read(path)

    disk = DeafDisk()
    await save(place.open(), 7, OLD)
    place.close()  # whoever was touched last need not be read again
    storage = place.open(disk=disk)
    disk.deaf = True
    with pytest.raises(NotRead, match=os.strerror(errno.EMFILE)):
        await storage.read(7)
    with pytest.raises(NotRead):
        await save(storage, 7, NEW)
    with pytest.raises(NotRead):
        await storage.read_bot_record()
    disk.deaf = False
    assert storage.damaged == []
    assert await storage.read(7) == OLD


async def test_a_first_line_that_cannot_be_read_at_start_is_no_damage(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = place.open()
    for id in (7, 8):
        await save(storage, id, Person("Ada", next_due_at=NOON + HOUR))
    place.close()

    monkeypatch.setattr(os, "open", _failing_on(place.file(7)))
    storage = place.open()
    assert storage.damaged == []
    assert storage.ids() == [7, 8]
    assert storage.due(NOON) == storage.claims_open() == [7]  # nobody can say that nothing is due or open

    assert await storage.read(7) == Person("Ada", next_due_at=NOON + HOUR)
    assert storage.due(NOON) == [7]  # the disk has not yet said what it is due for
    monkeypatch.undo()
    async with storage.change(7) as box:
        assert box.value == Person("Ada", next_due_at=NOON + HOUR)
    assert storage.due(NOON) == storage.claims_open() == []
    assert storage.due(NOON + HOUR) == [7, 8]


async def test_somebody_unread_at_start_who_is_changed_is_due_as_the_change_says(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(place.open(), 7, OLD)
    place.close()
    monkeypatch.setattr(os, "open", _failing_on(place.file(7)))
    storage = place.open()
    await save(storage, 7, NEW)
    assert storage.due(NOON) == []
    assert storage.due(NOON + HOUR) == [7]
    await save(storage, 7, None)
    assert (storage.ids(), storage.damaged) == ([], [])


WRITER = """
import asyncio, sys
from pathlib import Path
from tests.storage.conftest import Person, Place, save

async def write_for_ever(place):
    storage = place.open()
    for number in range(1_000_000):
        await save(storage, number % 3, Person(str(number), notes={"fill": "x" * (number * 997 % 20_000)}))
        print(number, flush=True)

asyncio.run(write_for_ever(Place(Path(sys.argv[1]))))
"""


def write_and_kill(root: Path, after: int) -> int:
    """Kill a writing process after that many acknowledged writes; the last number it acknowledged."""
    command = [sys.executable, "-c", WRITER, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(after):
            process.stdout.readline()
        process.kill()
        rest = process.stdout.read().split("\n")[:-1]  # what follows the last newline was cut off
    return int(rest[-1]) if rest else after - 1


@pytest.mark.parametrize("acknowledged", [1, 20, 75, 150])
async def test_a_killed_process_loses_nothing_it_had_acknowledged(
    place: Place, tmp_path: Path, acknowledged: int
) -> None:
    last = write_and_kill(tmp_path, acknowledged)
    storage = place.open()
    assert storage.damaged == []
    for id in storage.ids():
        person = await storage.read(id)
        assert person is not None
        newest_of_theirs = max(number for number in range(last + 2) if number % 3 == id)
        assert int(person.name) in (newest_of_theirs, newest_of_theirs - 3)
        if newest_of_theirs <= last:
            assert int(person.name) == newest_of_theirs
    assert len(storage.ids()) >= min(3, last + 1)


class ForgetfulDisk(PowerCutDisk):
    """Fails to sync a folder for as long as it is `ill`, and keeps running."""

    ill = False

    def spoil(self, step: str, number: int) -> None:
        if self.ill and step == "sync_folder":
            raise OSError(errno.EIO, os.strerror(errno.EIO))


async def test_whoever_sees_a_change_whose_last_sync_failed_may_trust_it(place: Place) -> None:
    disk = ForgetfulDisk(dying=0)
    storage = place.open(disk=disk)
    await save(storage, 7, OLD)
    disk.arm()
    disk.ill = True
    with pytest.raises(NotSaved):
        await save(storage, 7, NEW)
    with pytest.raises(NotSaved):  # it reads as stored, and is not
        async with storage.change(7):
            pass
    disk.ill = False
    async with storage.change(7) as box:
        seen = box.value
    disk.lose(names=True)
    place.close()
    assert await place.open().read(7) == seen


class ScriptedDisk(Disk):
    """The next syncs of a shelf fail or go well as `ends` says, each when the gate is open; those after go well."""

    def __init__(self) -> None:
        self.ends: list[Literal["fails", "goes well"]] = []
        self.gate, self.asked = threading.Event(), threading.Event()
        self.gate.set()

    def sync_folder(self, folder: Path) -> None:
        if folder.parent.name == "subscribers" and self.ends:
            end = self.ends.pop(0)
            if not self.asked.is_set():
                self.asked.set()
                self.gate.wait()
            _fails(end == "fails")
        super().sync_folder(folder)


async def on_one_shelf(place: Place, disk: Disk) -> tuple[TinyDBStorage[Person], list[int]]:
    storage, ids = place.open(disk=disk), [7, 7 + 256, 7 + 512]
    for id in ids:
        await save(storage, id, OLD)
    return storage, ids


async def look(storage: TinyDBStorage[Person], id: int) -> Person | None:
    async with storage.change(id) as box:
        return box.value


async def test_nobody_of_a_shelf_trusts_a_change_while_its_sync_is_tried_again(place: Place) -> None:
    disk = ScriptedDisk()
    disk.asked.set()
    storage, [ada, ben, _] = await on_one_shelf(place, disk)
    disk.ends = ["fails"]
    with pytest.raises(NotSaved):
        await save(storage, ada, NEW)
    disk.ends = ["fails", "fails"]
    disk.asked.clear()
    disk.gate.clear()
    bens = asyncio.create_task(look(storage, ben))
    await asyncio.to_thread(disk.asked.wait)
    adas = asyncio.create_task(look(storage, ada))
    for _ in range(20):  # time enough to get past
        await storage.read(ada)
    disk.gate.set()
    seen = await asyncio.gather(bens, adas, return_exceptions=True)
    assert [type(one) for one in seen] == [NotSaved, NotSaved]
    assert await look(storage, ada) == NEW


async def test_a_sync_that_fails_while_another_goes_well_is_tried_again(place: Place) -> None:
    disk = ScriptedDisk()
    storage, [ada, ben, cem] = await on_one_shelf(place, disk)
    disk.asked.set()

    async def meanwhile() -> asyncio.Task[Person | None]:
        disk.ends = ["fails"]
        with pytest.raises(NotSaved):
            await save(storage, ada, NEW)
        disk.ends = ["goes well", "fails"]
        disk.asked.clear()
        disk.gate.clear()
        bens = asyncio.create_task(look(storage, ben))
        await asyncio.to_thread(disk.asked.wait)
        return bens

    async with contextlib.AsyncExitStack() as cems:
        box = await cems.enter_async_context(storage.change(cem))
        bens = await meanwhile()
        box.value = NEW
        with pytest.raises(NotSaved):
            await cems.aclose()
    disk.gate.set()
    assert await bens == OLD
    disk.ends = ["fails"]
    with pytest.raises(NotSaved):
        await look(storage, cem)
    assert disk.ends == []
    assert await look(storage, cem) == NEW


async def test_an_erasure_whose_last_sync_failed_lasts_once_it_was_repeated(place: Place) -> None:
    disk = ForgetfulDisk(dying=0)
    storage = place.open(disk=disk)
    await save(storage, 7, OLD)
    disk.arm()
    steps = len(await erasing_steps(place))
    disk.spoil = lambda step, number: _fails(number == steps)  # type: ignore[method-assign]
    with pytest.raises(NotSaved):
        await save(storage, 7, None)
    await save(storage, 7, None)
    disk.lose(names=True)
    place.close()
    assert await place.open().read(7) is None


def _failing_on(ill: Path) -> Callable[..., int]:
    """`os.open`, out of descriptors for one path."""
    well = os.open

    def open_(path: str | Path, *args: int, **kwargs: int) -> int:
        if str(path) == str(ill):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return well(path, *args, **kwargs)

    return open_


def _fails(now: bool) -> None:
    if now:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


async def test_what_a_killed_process_left_unsynced_lasts_once_the_next_one_has_read_it(place: Place) -> None:
    first = PowerCutDisk(dying=len(await steps_of(place, OLD, NEW)))
    storage = place.open(disk=first)
    await save(storage, 7, OLD)
    first.arm()
    with contextlib.suppress(Killed):
        await save(storage, 7, NEW)
    place.close()
    assert (first.steps[-2:]) == ["replace", "sync_folder"]  # it died before the sync

    class Next(Disk):
        def sync_folder(self, folder: Path) -> None:
            super().sync_folder(folder)
            first._undo.clear() if folder == place.file(7).parent else None

    seen = await place.open(disk=Next()).read(7)
    first.lose(names=True)
    place.close()
    assert await place.open().read(7) == seen == NEW
