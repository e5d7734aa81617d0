"""A backup is one whole file, holds no key, disturbs nobody, and costs no older one before it stands."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalog.load import Catalog
from bot.operator.archive import made_backups, read_archive
from bot.operator.backup import KEEP, back_up, backup
from bot.operator.report import Refused
from bot.storage import BOT_RECORD, StorageRefused
from bot.storage.disk import Disk
from bot.storage.erased import erased_at
from bot.storage.seal import load_keys
from tests.operator.conftest import DAY, NOON, Kept
from tests.storage.disks import DyingDisk, FailingDisk, FullDisk, Killed, SteppedDisk

STAMPS_OF_A_LOST_CLOCK = [("19700101", "000000"), ("20260302", "120000"), ("20260303", "120000")]


def names(kept: Kept) -> list[str]:
    return [path.name for path in sorted(kept.backups.iterdir())]


def test_it_holds_every_document_as_it_lies_there_and_the_bot_record_last(kept: Kept) -> None:
    kept.save(7, 8, 263)
    kept.change_bot_record(tick=1)
    report = back_up(kept.settings, kept.backups, 14, NOON, Disk())
    assert report.wrong == []
    path = kept.backups / "steady-knees-20260302T120000Z.tar"
    assert str(path) in report.done[0]
    assert "3 people" in report.done[0]
    assert f"{path.stat().st_size} bytes" in report.done[0]
    held = list(read_archive(path))
    assert [each.owner for each in held] == [7, 8, 263, BOT_RECORD]
    assert {Path(each.place): each.content for each in held} == kept.everything()


def test_it_is_a_plain_tar_for_its_owner_alone_whatever_the_umask(kept: Kept) -> None:
    kept.save(7)
    former = os.umask(0)
    try:
        back_up(kept.settings, kept.backups, 14, NOON, Disk())
    finally:
        os.umask(former)
    [made] = made_backups(kept.backups)
    assert made.at == NOON
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert kept.backups.stat().st_mode & 0o777 == 0o700
    with tarfile.open(made.path) as tar:
        assert tar.getnames() == ["subscribers/07/7.sealed", "house.sealed", "backup.json"]
        assert {member.mode for member in tar} == {0o600}


def test_it_holds_no_key_and_says_where_that_is(kept: Kept) -> None:
    kept.save(7)
    report = back_up(kept.settings, kept.backups, 14, NOON, Disk())
    [made] = made_backups(kept.backups)
    secret = kept.key_file.read_text().strip().partition(":")[2]
    assert secret.encode() not in made.path.read_bytes()
    assert f"It holds no key. It opens only with {kept.key_file}" in report.done[-1]


def test_nothing_of_the_data_folder_is_touched_and_the_lock_is_not_asked_for(kept: Kept) -> None:
    kept.save(7)
    before = kept.everything()
    kept.open()  # a bot that runs
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    assert kept.everything() == before


def test_two_in_one_second_are_two(kept: Kept) -> None:
    kept.save(7)
    for _ in range(3):
        back_up(kept.settings, kept.backups, 14, NOON, Disk())
    stem = "steady-knees-20260302T120000Z"
    assert [made.path.name for made in made_backups(kept.backups)] == [f"{stem}.tar", f"{stem}-2.tar", f"{stem}-3.tar"]


def test_the_oldest_beyond_the_number_kept_go_and_nothing_else_does(kept: Kept) -> None:
    kept.save(7)
    kept.backups.mkdir()
    others = ["notes.txt", "steady-knees-by-hand.tar", "steady-knees-20269999T120000Z.tar"]
    for other in others:
        (kept.backups / other).write_text("mine")
    for day in range(5):
        report = back_up(kept.settings, kept.backups, 3, NOON + day * DAY, Disk())
    assert [made.at for made in made_backups(kept.backups)] == [NOON + day * DAY for day in (2, 3, 4)]
    assert [line for line in report.done if line.startswith("Removed")] == [
        f"Removed: {kept.backups}/steady-knees-20260303T120000Z.tar"
    ]
    assert set(others) < set(names(kept))


def test_one_made_by_a_clock_that_has_lost_its_time_is_not_removed_as_the_oldest(kept: Kept) -> None:
    kept.save(7)
    for day in range(2):
        back_up(kept.settings, kept.backups, 2, NOON + day * DAY, Disk())
    report = back_up(kept.settings, kept.backups, 2, datetime(1970, 1, 1, tzinfo=UTC), Disk())
    assert names(kept) == [f"steady-knees-{day}T{time}Z.tar" for day, time in STAMPS_OF_A_LOST_CLOCK]
    assert not [line for line in report.done if line.startswith("Removed")]


def test_what_a_killed_one_left_goes_after_a_day(kept: Kept) -> None:
    kept.save(7)
    kept.backups.mkdir()
    old, young = (kept.backups / f"steady-knees-2026010{day}T120000Z.tar.00ff00ff.tmp" for day in (1, 2))
    for path, at in ((old, NOON - 2 * DAY), (young, NOON - DAY / 2)):
        path.write_text("half")
        os.utime(path, (at.timestamp(), at.timestamp()))
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    assert (old.exists(), young.exists()) == (False, True)


def test_each_document_is_whole_while_people_come_change_and_go(kept: Kept) -> None:
    kept.save(*range(1, 21))
    [somebody, *_] = kept.read().values()
    assert somebody is not None
    storage = kept.open()

    async def live(turn: int) -> None:
        async with storage.change(turn) as box:
            box.value = replace(somebody, id=turn, start_payload="x" * turn * 50)
        async with storage.change(21 - turn) as box:
            box.erase(NOON)

    class BusyDisk(Disk):
        """Between any two reads somebody writes."""

        reads = 0

        def read(self, path: Path) -> bytes:
            self.reads += 1
            if self.reads <= 20:
                asyncio.run(live(self.reads))
            return super().read(path)

    report = back_up(kept.settings, kept.backups, 14, NOON, BusyDisk())
    assert report.wrong == []
    held = {each.owner: each.content for each in read_archive(made_backups(kept.backups)[0].path)}
    keys = load_keys(kept.key_file)
    bot_record = json.loads(keys.open(held.pop(BOT_RECORD), BOT_RECORD))["documents"]["1"]
    for owner, content in held.items():
        assert owner != BOT_RECORD
        assert json.loads(keys.open(content, owner))["documents"]["1"]["id"] == owner
    gone = [id for id in range(1, 21) if not kept.file(id).exists()]
    assert gone
    assert all(erased_at(bot_record, id) for id in gone)  # the bot record was copied last


def test_damaged_documents_are_copied_as_they_are_and_told(kept: Kept) -> None:
    kept.save(7, 8, 9)
    kept.file(7).write_bytes(b"")
    kept.file(8).write_bytes(kept.file(8).read_bytes()[:-1])
    report = back_up(kept.settings, kept.backups, 14, NOON, Disk())
    assert "2 documents cannot be opened and were copied as they are" in report.wrong[0]
    [made] = made_backups(kept.backups)
    held = {each.owner: each.content for each in read_archive(made.path)}
    assert held[7] == b""
    assert held[8] == kept.file(8).read_bytes()


def test_without_the_key_it_is_made_and_says_so(kept: Kept) -> None:
    kept.save(7)
    kept.key_file.unlink()
    report = back_up(kept.settings, kept.backups, 14, NOON, Disk())
    assert "There is no key file" in report.wrong[0]
    assert len(made_backups(kept.backups)) == 1


def test_a_document_that_cannot_be_read_is_told_and_costs_no_older_backup(kept: Kept) -> None:
    class OneBadSector(Disk):
        def read(self, path: Path) -> bytes:
            if path.name == "8.sealed":
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().read(path)

    kept.save(7, 8)
    back_up(kept.settings, kept.backups, 1, NOON, Disk())
    report = back_up(kept.settings, kept.backups, 1, NOON + DAY, OneBadSector())
    assert "1 documents could not be read and are missing from it: Input/output error" in report.wrong[0]
    assert len(made_backups(kept.backups)) == 2


def test_whatever_step_fails_the_older_ones_stay_and_no_half_one_has_a_name(kept: Kept) -> None:
    kept.save(7)
    counting = SteppedDisk()
    counting.arm()
    back_up(kept.settings, kept.backups, 14, NOON, counting)
    for failing in range(1, len(counting.steps) + 1):
        disk = FailingDisk(failing)
        disk.arm()
        with pytest.raises(Refused, match=f"No backup was made.*{os.strerror(errno.EIO)}"):
            back_up(kept.settings, kept.backups, 1, NOON + failing * DAY, disk)
        first, *others = made_backups(kept.backups)
        assert first.at == NOON
        assert all(sum(1 for _ in read_archive(made.path)) == 2 for made in others)
        assert not list(kept.backups.glob("*.tmp"))


def test_a_kill_at_any_step_leaves_the_older_ones_and_whole_ones(kept: Kept) -> None:
    kept.save(7)
    counting = SteppedDisk()
    counting.arm()
    back_up(kept.settings, kept.backups, 14, NOON, counting)
    for dying in range(1, len(counting.steps) + 1):
        disk = DyingDisk(dying)
        disk.arm()
        with pytest.raises(Killed):
            back_up(kept.settings, kept.backups, 1, NOON + dying * DAY, disk)
        assert made_backups(kept.backups)[0].at == NOON
        assert all(sum(1 for _ in read_archive(made.path)) == 2 for made in made_backups(kept.backups))


def test_a_full_disk_is_told_in_a_line(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    kept.save(7)
    disk = FullDisk()
    disk.arm()
    with pytest.raises(Refused, match="No space left on device"):
        back_up(kept.settings, kept.backups, 14, NOON, disk)
    assert made_backups(kept.backups) == []


def test_a_backup_that_does_not_read_back_is_none(kept: Kept) -> None:
    class LyingDisk(Disk):
        def write(self, descriptor: int, content: memoryview) -> int:
            super().write(descriptor, memoryview(bytes(len(content))))
            return len(content)

    kept.save(7)
    with pytest.raises(Refused, match="does not read back"):
        back_up(kept.settings, kept.backups, 14, NOON, LyingDisk())
    assert names(kept) == []


def test_a_file_cut_short_anywhere_is_noticed(kept: Kept, tmp_path: Path) -> None:
    kept.save(7, 8)
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    [made] = made_backups(kept.backups)
    content = made.path.read_bytes()
    end = content.rindex(b"}") + 1  # padding follows
    cut = tmp_path / made.path.name
    for length in {*range(0, end, 101), *range(0, end, 512), end - 1}:
        cut.write_bytes(content[:length])
        with pytest.raises(Refused):
            list(read_archive(cut))
    cut.write_bytes(content)
    assert len(list(read_archive(cut))) == 3


def test_a_plain_tar_of_the_data_folder_is_read_as_well(kept: Kept, tmp_path: Path) -> None:
    kept.save(7, 8)
    path = tmp_path / "by-hand.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(kept.data, ".")
    assert sorted(str(each.owner) for each in read_archive(path)) == ["7", "8", "house"]


@pytest.mark.parametrize("content", [b"", b"no tar", b"\x00" * 10240])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.tar"
    path.write_bytes(content)
    with pytest.raises(Refused, match="Take another"):
        list(read_archive(path))


def test_reasons_not_to_begin_are_one_line_each(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    assert backup(kept.environment, None, 14, NOON) == 1
    assert "There is no data folder" in capsys.readouterr().err
    kept.save(7)
    assert backup(kept.environment, None, 0, NOON) == 1
    assert "--keep must be 1 or more" in capsys.readouterr().err
    assert backup(kept.environment, kept.data / "backups", 14, NOON) == 1
    assert "lies in the data folder itself" in capsys.readouterr().err
    kept.backups.write_text("a file where the folder should be")
    assert backup(kept.environment, None, 14, NOON) == 1
    said = capsys.readouterr().err
    assert said.startswith("BOT_BACKUP_DIR: ")
    assert said.count("\n") == 1


def test_half_a_restore_is_not_backed_up(kept: Kept) -> None:
    kept.save(7)
    (kept.data / "restored-20260302T120000Z").mkdir()
    with pytest.raises(StorageRefused, match="restore"):
        back_up(kept.settings, kept.backups, 14, NOON, Disk())


def test_a_backup_into_which_a_restore_came_is_none_and_costs_no_older_one(kept: Kept) -> None:
    class RestoringDisk(Disk):
        def read(self, path: Path) -> bytes:
            (kept.data / "restored-20260302T120000Z").mkdir(exist_ok=True)
            return super().read(path)

    kept.save(7)
    back_up(kept.settings, kept.backups, 1, NOON, Disk())
    before = names(kept)
    with pytest.raises(StorageRefused, match="restore"):
        back_up(kept.settings, kept.backups, 1, NOON + DAY, RestoringDisk())
    assert names(kept) == before


def test_the_command_tells_and_ends_well(kept: Kept, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    kept.save(7)
    assert backup(kept.environment, tmp_path / "else" / "where", 14, NOON) == 0
    said = capsys.readouterr()
    assert "1 people" in said.out
    assert said.err == ""
    assert len(made_backups(tmp_path / "else" / "where")) == 1


def test_people_are_told_of_as_many_copies_as_are_kept(catalog: Catalog) -> None:
    assert catalog.default.retention.backups == KEEP


@pytest.mark.parametrize("make", [Path.touch, os.mkfifo, lambda path: path.symlink_to(path)])
def test_a_backup_goes_into_a_folder_alone(kept: Kept, tmp_path: Path, make: Callable[[Path], None]) -> None:
    kept.save(7)
    make(tmp_path / "x")
    with pytest.raises(Refused, match=f"{tmp_path / 'x'} "):
        back_up(kept.settings, tmp_path / "x", 14, NOON, Disk())
