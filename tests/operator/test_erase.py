"""Erasing by hand leaves nothing, is noted, and works where a document does not open."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os

import pytest

from bot.operator.backup import back_up
from bot.operator.erase import erase, erase_one
from bot.operator.report import Refused
from bot.operator.restore import restore_from
from bot.storage import StorageRefused
from bot.storage.disk import Disk
from bot.storage.erased import erased_at
from tests.operator.conftest import DAY, NOON, Kept
from tests.storage.disks import DyingDisk, FailingDisk, Killed, SteppedDisk


def test_nothing_is_left_and_no_backup_brings_them_back(kept: Kept) -> None:
    kept.save(7, 8)
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    report = erase_one(kept.settings, 7, NOON + DAY, Disk())
    assert report.done == ["Erased: 7. Backups made before now still hold them, until those are removed."]
    assert sorted(kept.read()) == [8]
    assert erased_at(kept.bot_record(), 7) == NOON + DAY
    restore_from(kept.settings, kept.catalog, next(kept.backups.iterdir()), None, NOON + 2 * DAY, Disk())
    assert sorted(kept.read()) == [8]


def test_no_backup_brings_back_who_was_saved_by_a_clock_that_stood_ahead(kept: Kept) -> None:
    kept.save(7, at=NOON + 3 * DAY)
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    erase_one(kept.settings, 7, NOON + DAY, Disk())
    assert erased_at(kept.bot_record(), 7) == NOON + 3 * DAY


@pytest.mark.parametrize("by_hand", [False, True])
def test_nothing_is_left_of_them_in_what_restores_put_aside(kept: Kept, by_hand: bool) -> None:
    kept.save(7, 8)
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    [backup] = kept.backups.iterdir()
    restore_from(kept.settings, kept.catalog, backup, None, NOON + DAY, Disk())
    restore_from(kept.settings, kept.catalog, backup, 7, NOON + 2 * DAY, Disk())
    assert len(list(kept.data.rglob("7.sealed"))) == 3
    if by_hand:
        erase_one(kept.settings, 7, NOON + 3 * DAY, Disk())
    else:
        kept.erase(7, at=NOON + 3 * DAY)
    assert list(kept.data.rglob("7.sealed")) == []
    assert len(list(kept.data.rglob("8.sealed"))) == 2


def test_a_damaged_document_is_erased_like_any_other(kept: Kept) -> None:
    kept.save(7, 8)
    kept.file(7).write_bytes(b"")
    erase_one(kept.settings, 7, NOON, Disk())
    assert kept.open().damaged == []


def test_reasons_not_to_are_one_line_each(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    assert erase(kept.environment, 7, NOON) == 1
    assert "There is no data folder" in capsys.readouterr().err
    kept.save(7)
    assert erase(kept.environment, 99, NOON) == 1
    assert "Nothing is kept of 99" in capsys.readouterr().err
    (kept.data / "house.sealed").write_bytes(b"torn")
    with pytest.raises(StorageRefused, match=r"house\.sealed cannot be opened"):
        erase_one(kept.settings, 7, NOON, Disk())
    kept.key_file.unlink()
    with pytest.raises(StorageRefused, match="There is no key file"):
        erase_one(kept.settings, 7, NOON, Disk())
    assert kept.file(7).exists()


@pytest.mark.parametrize("damaged", [False, True])
def test_a_running_bot_is_asked_and_does_it(kept: Kept, damaged: bool) -> None:
    kept.save(7, 8)
    if damaged:
        kept.file(7).write_bytes(b"torn")
    storage = kept.open()
    report = erase_one(kept.settings, 7, NOON, Disk())
    assert report.done[0].startswith("The running bot is asked to erase 7")
    with pytest.raises(Refused, match="Nothing is kept of 9"):
        erase_one(kept.settings, 9, NOON, Disk())
    asyncio.run(storage.erase_as_asked(NOON))
    assert storage.ids() == [8]
    assert storage.damaged == []
    kept.close()
    assert not kept.file(7).exists()
    assert list(kept.data.glob("erase-*")) == []
    assert erased_at(kept.bot_record(), 7) == NOON


def test_a_bot_that_is_killed_on_the_way_does_it_after_its_next_start(kept: Kept) -> None:
    kept.save(7, 8)
    kept.open()
    erase_one(kept.settings, 7, NOON, Disk())
    kept.close()
    dying = 0
    while list(kept.data.glob("erase-*")):
        dying += 1
        disk = DyingDisk(dying)
        storage = kept.open(disk=disk)
        disk.arm()
        with contextlib.suppress(Killed):
            asyncio.run(storage.erase_as_asked(NOON))
        kept.close()
        assert list(kept.read()) in ([7, 8], [8])
    assert dying > 3
    assert list(kept.read()) == [8]
    assert erased_at(kept.bot_record(), 7) == NOON


def test_a_kill_at_any_step_is_mended_by_saying_it_again(kept: Kept) -> None:
    kept.save(7)
    counting = SteppedDisk()
    counting.arm()
    erase_one(kept.settings, 7, NOON, counting)
    for dying in range(1, len(counting.steps) + 1):
        kept.save(7)
        disk = DyingDisk(dying)
        disk.arm()
        with pytest.raises(Killed):
            erase_one(kept.settings, 7, NOON + dying * DAY, disk)
        assert list(kept.read()) in ([7], [])
        if kept.file(7).exists():
            erase_one(kept.settings, 7, NOON + dying * DAY, Disk())
        assert erased_at(kept.bot_record(), 7) == NOON + dying * DAY
    kept.save(7)
    failing = FailingDisk(2)
    failing.arm()
    with pytest.raises(Refused, match=f"Not erased: {os.strerror(errno.EIO)}"):
        erase_one(kept.settings, 7, NOON, failing)
    assert list(kept.read()) == [7]
