"""A key rotation can be finished, repeated and interrupted, and costs nobody anything."""

from __future__ import annotations

import errno
import os

import pytest

from bot.operator.report import Refused
from bot.operator.reseal import reseal, seal_anew
from bot.storage import BOT_RECORD, Owner, StorageRefused
from bot.storage.disk import Disk
from bot.storage.seal import Key, load_keys, new_key, read_line
from tests.operator.conftest import Kept
from tests.storage.disks import DyingDisk, FailingDisk, Killed, SteppedDisk


def key_names(kept: Kept) -> dict[Owner, str]:
    """Which key each document is sealed with."""
    found: dict[Owner, str] = {id: read_line(kept.file(id).read_bytes(), id).key for id in (7, 8)}
    found[BOT_RECORD] = read_line((kept.data / "house.sealed").read_bytes(), BOT_RECORD).key
    return found


@pytest.fixture
def rotated(kept: Kept) -> tuple[Kept, Key]:
    """Two people and a bot record under an old key, and a new first key that nothing is sealed with."""
    kept.save(7, 8)
    kept.change_bot_record(tick=1)
    first = new_key()
    kept.key_file.write_text(first.line + kept.key_file.read_text())
    return kept, first


def test_everything_is_sealed_with_the_first_key_and_the_old_one_may_go(rotated: tuple[Kept, Key]) -> None:
    kept, first = rotated
    old = load_keys(kept.key_file).names[1]
    before = kept.read()
    report = seal_anew(kept.settings, False, Disk())
    assert report.wrong == []
    assert report.done[0] == f"Sealed anew: 3 documents. All 3 that open are sealed with {first.id}."
    assert f"No document uses these lines of {kept.key_file} any more: {old}. They may go when" in report.done[1]
    assert set(key_names(kept).values()) == {first.id}
    kept.key_file.write_text(first.line)
    assert (kept.read(), kept.bot_record()) == (before, {"version": [1, 2], "tick": 1, "people": True})


def test_a_second_time_there_is_nothing_to_do(rotated: tuple[Kept, Key]) -> None:
    kept, _ = rotated
    seal_anew(kept.settings, False, Disk())
    before = kept.everything()
    assert seal_anew(kept.settings, False, Disk()).done[0].startswith("Sealed anew: 0 documents. All 3")
    assert kept.everything() == before


def test_a_new_key_is_put_first_and_used(kept: Kept) -> None:
    kept.save(7, 8)
    kept.change_bot_record(tick=1)
    old = kept.key_file.read_text()
    report = seal_anew(kept.settings, True, Disk())
    assert report.done[0].startswith("Sealed anew: 3 documents")
    assert kept.key_file.read_text().endswith(old)
    assert kept.key_file.stat().st_mode & 0o777 == 0o600
    names = load_keys(kept.key_file).names
    assert len(names) == 2
    assert set(key_names(kept).values()) == {names[0]}


def test_a_damaged_document_is_told_and_left_and_its_key_is_not_given_up(rotated: tuple[Kept, Key]) -> None:
    kept, first = rotated
    torn = kept.file(7).read_bytes()[:-1]
    kept.file(7).write_bytes(torn)
    report = seal_anew(kept.settings, False, Disk())
    assert report.wrong == [
        "7 cannot be opened and is left as it is: its seal does not open, so it was torn or altered."
    ]
    assert kept.file(7).read_bytes() == torn
    assert key_names(kept)[8] == first.id
    assert report.done[1].startswith(f"Leave {kept.key_file} as it is")


def test_one_sealed_with_a_key_that_is_gone_is_told(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    kept.save(7, 8)
    kept.change_bot_record(tick=1)
    kept.key_file.write_text(new_key().line)
    before = kept.everything()
    assert reseal(kept.environment, False) == 1
    assert "not in the key file" in capsys.readouterr().err
    assert kept.everything() == before


def test_a_kill_at_any_step_leaves_everything_open_and_the_next_run_finishes(kept: Kept) -> None:
    kept.save(7, 8)
    kept.change_bot_record(tick=1)
    before = kept.read()
    counting = SteppedDisk()
    counting.arm()
    seal_anew(kept.settings, True, counting)
    for dying in range(1, len(counting.steps) + 1):
        disk = DyingDisk(dying)
        disk.arm()
        with pytest.raises(Killed):
            seal_anew(kept.settings, True, disk)
        assert (kept.read(), kept.bot_record()) == (before, {"version": [1, 2], "tick": 1, "people": True})
    seal_anew(kept.settings, False, Disk())
    assert set(key_names(kept).values()) == {load_keys(kept.key_file).first}
    assert [path.name for path in kept.key_file.parent.iterdir()] == ["storage.key"]


def test_a_disk_that_fails_is_told_and_nothing_is_lost(kept: Kept) -> None:
    kept.save(7, 8)
    before = kept.read()
    disk = FailingDisk(3)
    disk.arm()
    with pytest.raises(Refused, match=f"Stopped: {os.strerror(errno.EIO)}. Nothing is lost"):
        seal_anew(kept.settings, True, disk)
    assert kept.read() == before


def test_reasons_not_to_begin_are_one_line_each(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    assert reseal(kept.environment, False) == 1
    assert "There is no data folder" in capsys.readouterr().err
    kept.save(7)
    kept.open()
    assert reseal(kept.environment, True) == 1
    said = capsys.readouterr().err
    assert "already running" in said
    assert said.count("\n") == 1
    kept.close()
    kept.key_file.rename(kept.key_file.with_name("elsewhere"))
    with pytest.raises(StorageRefused, match="There is no key file"):
        seal_anew(kept.settings, False, Disk())
    kept.key_file.with_name("elsewhere").rename(kept.key_file)
    kept.open()  # the lock is free again
