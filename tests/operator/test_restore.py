"""A restore replaces all or nothing, brings nobody back who left, and throws nothing away."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import os
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.contact import confirmed_in
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.due import due
from bot.operator.archive import made_backups
from bot.operator.backup import back_up
from bot.operator.export import export
from bot.operator.report import Refused, Report
from bot.operator.restore import restore, restore_from
from bot.storage import StorageRefused, Unreadable
from bot.storage.disk import Disk
from bot.storage.erased import erased_at
from bot.storage.seal import Keys, new_key, read_line
from tests.core.people import somebody
from tests.operator.conftest import DAY, NOON, Kept, confirmed
from tests.storage.disks import DyingDisk, FailingDisk, Killed, PowerCutDisk, SteppedDisk

NEXT_DAY = NOON + DAY
REPLACED = "replaced-20260303T120000Z"


def backed_up(kept: Kept, now: datetime = NOON) -> Path:
    assert back_up(kept.settings, kept.backups, 14, now, Disk()).wrong == []
    return made_backups(kept.backups)[-1].path


def restored(kept: Kept, file: Path | None, only: int | None = None, disk: Disk | None = None, **meant: Any) -> Report:
    return restore_from(kept.settings, kept.catalog, file, only, NEXT_DAY, disk or Disk(), **meant)


def payloads(kept: Kept) -> dict[int, str]:
    return {id: known.start_payload for id, known in kept.read().items() if known is not None}


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (Path.mkdir, "is a folder. Pack it"),
        (Path.touch, "is empty"),
        (os.mkfifo, "is neither file nor folder"),
        (lambda path: path.symlink_to(path), "cannot be followed"),
        (lambda path: path.symlink_to("nowhere"), "There is no file"),
        (lambda path: path.write_text("hello"), "is not a whole backup"),
    ],
)
def test_what_is_no_backup_is_named_and_replaces_nothing(
    kept: Kept, tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    kept.save(7)
    before = kept.everything()
    make(tmp_path / "x")
    with pytest.raises(Refused, match=says):
        restored(kept, tmp_path / "x")
    assert kept.everything() == before


def test_a_fault_in_who_to_turn_to_keeps_nobody_s_documents_away(kept: Kept, tmp_path: Path) -> None:
    kept.save(7)
    file = backed_up(kept)
    (tmp_path / "mine.yaml").write_text("people: []")
    kept.environment["BOT_CONTACT_FILE"] = str(tmp_path / "mine.yaml")
    assert restore(kept.environment, file, None, NEXT_DAY) == 0
    assert export(kept.environment, 7) == 0


def test_everybody_is_as_they_were_and_what_stood_there_is_kept_aside(kept: Kept) -> None:
    kept.save(7, 8, start_payload="then")
    kept.change_bot_record(tick=1)
    file = backed_up(kept)
    kept.save(7, 9, start_payload="later")
    before = kept.everything()
    report = restored(kept, file)
    assert report.wrong == []
    assert report.done == [
        f"Restored from {file}: 2 people.",
        "In nothing that was restored, but in what stood there before: 1 people.",
        f"What stood there before is in {kept.data / REPLACED}. Remove it when all is well, after 14 days at most.",
    ]
    assert payloads(kept) == {7: "then", 8: "then"}
    assert {
        path.relative_to(REPLACED): content for path, content in kept.everything().items() if REPLACED in path.parts
    } == before
    for path in kept.data.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_lost_disk_begins_again_from_the_backup_and_the_key(kept: Kept) -> None:
    kept.save(7, 8)
    file = backed_up(kept)
    shutil.rmtree(kept.data)
    report = restored(kept, file)
    assert report.done == [f"Restored from {file}: 2 people."]
    assert sorted(kept.read()) == [7, 8]
    assert sorted(path.name for path in kept.data.iterdir()) == ["house.sealed", "lock", "subscribers"]


@pytest.mark.parametrize("damage", ["torn", "missing"])
def test_the_bot_record_alone_stands_anew_and_knows_whom_the_backups_know_as_erased(kept: Kept, damage: str) -> None:
    kept.save(7, 8, 9)
    old = backed_up(kept)
    kept.erase(7, at=NOON + DAY / 4)
    backed_up(kept, NOON + DAY / 3)
    kept.save(8, start_payload="since")
    bot_record = kept.data / "house.sealed"
    if damage == "torn":
        bot_record.write_bytes(b"torn")
    else:
        bot_record.unlink()
    if damage == "torn":
        with pytest.raises(StorageRefused, match="restore --house"):
            kept.open()
    restored(kept, None)
    assert payloads(kept) == {8: "since", 9: ""}
    kept.open()
    kept.close()
    restored(kept, old)
    assert sorted(kept.read()) == [8, 9]


def test_a_bot_record_that_is_anew_ends_the_wait_for_people_who_are_meant_to_be_gone(kept: Kept) -> None:
    kept.save(7)
    kept.change_bot_record(tick=1)
    shutil.rmtree(kept.data / "subscribers")
    with pytest.raises(StorageRefused, match="Nobody is stored"):
        kept.open()
    restored(kept, None)
    assert kept.open().ids() == []


def test_it_refuses_while_a_bot_runs(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    kept.save(7)
    file = backed_up(kept)
    before = kept.everything()
    kept.open()
    assert restore(kept.environment, file, None, NEXT_DAY) == 1
    said = capsys.readouterr().err
    assert "Another bot is already running on this folder" in said
    assert said.count("\n") == 1
    assert kept.everything() == before


def test_it_lets_go_of_the_lock(kept: Kept) -> None:
    kept.save(7)
    file = backed_up(kept)
    restored(kept, file)
    with pytest.raises(Refused):
        restored(kept, file, only=99)
    kept.open()


@pytest.mark.parametrize("only", [None, 7])
def test_with_the_wrong_key_nothing_is_touched(kept: Kept, only: int | None) -> None:
    kept.save(7)
    file = backed_up(kept)
    kept.key_file.write_text(new_key().line)
    before = kept.everything()
    with pytest.raises(Refused, match=r"cannot be opened.*Nothing was replaced.*right key file"):
        restored(kept, file, only)
    assert kept.everything() == before


def test_without_a_key_nothing_is_touched(kept: Kept) -> None:
    kept.save(7)
    file = backed_up(kept)
    kept.key_file.unlink()
    with pytest.raises(StorageRefused, match="There is no key file"):
        restored(kept, file)


def test_a_file_that_is_no_backup_or_not_there_is_refused(kept: Kept, tmp_path: Path) -> None:
    kept.save(7)
    file = backed_up(kept)
    before = kept.everything()
    with pytest.raises(Refused, match="There is no file"):
        restored(kept, tmp_path / "nothing.tar")
    file.write_bytes(file.read_bytes()[:-9000])
    with pytest.raises(Refused, match="not a whole backup"):
        restored(kept, file)
    assert kept.everything() == before


def test_a_backup_of_a_newer_bot_is_refused(kept: Kept) -> None:
    kept.save(7)
    kept.change_bot_record(version=[1, 9])
    file = kept.backups / "steady-knees-20260302T120000Z.tar"
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    shutil.rmtree(kept.data)
    with pytest.raises(Refused, match="Run the newer version"):
        restored(kept, file)


def test_damaged_documents_come_back_as_they_were_copied_and_are_told(kept: Kept) -> None:
    kept.save(7, 8)
    kept.file(7).write_bytes(kept.file(7).read_bytes()[:-1])
    torn = kept.file(7).read_bytes()
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    report = restored(kept, made_backups(kept.backups)[0].path, damaged=True)
    assert "1 documents are damaged in this backup and were restored as they are" in report.wrong[0]
    assert kept.file(7).read_bytes() == torn
    storage = kept.open()
    with pytest.raises(Unreadable):
        _now(storage.read(7))
    assert storage.ids() == [7, 8] or storage.damaged


def _now(work: Any) -> Any:
    """What a storage without threads gives at once."""
    try:
        work.send(None)
    except StopIteration as ended:
        return ended.value
    raise AssertionError("it waited for something")


# --- Erased people ------------------------------------------------------------------------------------------------


def test_erased_people_stay_erased(kept: Kept) -> None:
    kept.save(7, 8)
    file = backed_up(kept)
    kept.erase(7, at=NOON + DAY / 2)
    report = restored(kept, file)
    assert "Left out, since they erased themselves later: 1 people." in report.done
    assert sorted(kept.read()) == [8]
    assert erased_at(kept.bot_record(), 7) == NOON + DAY / 2
    assert not kept.file(7).exists()
    assert sorted(restored(kept, file).done)[0].startswith("Left out")  # also the next time
    assert sorted(kept.read()) == [8]


def test_who_came_back_after_that_is_restored(kept: Kept) -> None:
    kept.save(7)
    kept.erase(7, at=NOON + DAY / 4)
    kept.save(7, at=NOON + DAY / 2, start_payload="again")
    file = backed_up(kept, NOON + DAY / 2)
    restored(kept, file)
    assert payloads(kept) == {7: "again"}


def test_a_list_in_another_backup_counts_when_the_disk_is_lost(kept: Kept) -> None:
    kept.save(7, 8)
    file = backed_up(kept)
    kept.erase(7, at=NOON + DAY / 2)
    backed_up(kept, NOON + DAY)
    shutil.rmtree(kept.data)
    restored(kept, file)
    assert sorted(kept.read()) == [8]
    assert erased_at(kept.bot_record(), 7) == NOON + DAY / 2


@pytest.mark.parametrize("set_right_first", [False, True])
def test_erased_people_stay_erased_though_the_clock_once_stood_ahead(kept: Kept, set_right_first: bool) -> None:
    kept.save(7, 8, at=NOON + 40 * DAY)
    file = backed_up(kept)
    if set_right_first:
        kept.save(7, at=NOON + DAY / 4)
    kept.erase(7, at=NOON + DAY / 2)
    restored(kept, file)
    assert sorted(kept.read()) == [8]


def test_who_was_erased_while_the_backup_was_made_is_left_out(kept: Kept) -> None:
    kept.save(7, 8)

    class BusyDisk(Disk):
        def read(self, path: Path) -> bytes:
            content = super().read(path)
            if path.name == "8.sealed":
                kept.erase(7, at=NOON)
            return content

    back_up(kept.settings, kept.backups, 14, NOON, BusyDisk())
    shutil.rmtree(kept.data)
    restored(kept, made_backups(kept.backups)[0].path)
    assert sorted(kept.read()) == [8]


def test_a_damaged_document_of_somebody_erased_is_left_out_when_nobody_can_say_how_old_it_is(kept: Kept) -> None:
    kept.save(7, 8)
    kept.file(7).write_bytes(b"")
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    kept.file(7).unlink()
    kept.save(7)
    kept.erase(7, at=NOON + DAY / 2)
    restored(kept, made_backups(kept.backups)[0].path)
    assert not kept.file(7).exists()


def test_one_erased_person_alone_is_refused(kept: Kept) -> None:
    kept.save(7, 8)
    file = backed_up(kept)
    kept.erase(7, at=NOON + DAY / 2)
    with pytest.raises(Refused, match="erased themselves since"):
        restored(kept, file, only=7)
    assert sorted(kept.read()) == [8]


def test_a_list_that_cannot_be_read_is_told_and_the_others_count(kept: Kept) -> None:
    kept.save(7, 8)
    file = backed_up(kept)
    kept.erase(7, at=NOON + DAY / 2)
    backed_up(kept, NOON + DAY)
    (kept.data / "house.sealed").write_bytes(b"torn")
    broken = kept.backups / "steady-knees-20260305T120000Z.tar"
    broken.write_bytes(b"not a tar")
    report = restored(kept, file)
    assert len(report.wrong) == 2
    assert all("Who was erased could not be read from" in line for line in report.wrong)
    assert sorted(kept.read()) == [8]


# --- What may be sent afterwards ------------------------------------------------------------------------------------


def enrolled(kept: Kept, id: int) -> Subscriber:
    """Somebody in the first week, as they were kept at noon of day 1."""
    return replace(somebody(kept.catalog.default), id=id, saved_at=NOON)


LATER = NOON + 3 * DAY


def test_what_stands_there_says_what_was_sent(kept: Kept) -> None:
    kept.change((7,), lambda id: enrolled(kept, id))
    file = backed_up(kept)
    sent = Delivery("reminder:2026-03-03:1", Kind.REMINDER, Outcome.SENT, NOON + DAY, message_id=5)
    kept.change((7,), lambda id: enrolled(kept, id).with_deliveries([sent]).in_state(State.STOPPED, NEXT_DAY))
    restore_from(kept.settings, kept.catalog, file, None, LATER, Disk())
    known = kept.read()[7]
    assert known is not None
    assert known.deliveries == {sent.key: sent}
    assert known.state is State.STOPPED
    assert due(kept.catalog.default, known, LATER).send is None


def test_without_evidence_a_reminder_is_not_repeated(kept: Kept) -> None:
    kept.change((7,), lambda id: replace(enrolled(kept, id), reply_owed_at=NOON))
    file = backed_up(kept)
    kept.file(7).write_bytes(b"")
    restore_from(kept.settings, kept.catalog, file, 7, LATER, Disk())
    known = kept.read()[7]
    assert known is not None
    assert {(record.outcome, record.reason) for record in known.deliveries.values()} == {(Outcome.UNKNOWN, "restored")}
    assert sorted(known.deliveries) == ["reminder:2026-03-03:1", "reminder:2026-03-04:1"]
    assert known.reply_owed_at is None
    assert known.saved_at == LATER
    assert known.next_due_at is not None
    assert known.next_due_at > LATER
    assert kept.open().due(LATER) == []


# --- One person -----------------------------------------------------------------------------------------------------


def test_one_damaged_person_comes_back_and_nobody_else_is_touched(kept: Kept) -> None:
    kept.save(7, 8, start_payload="then")
    file = backed_up(kept)
    kept.save(8, start_payload="later")
    kept.file(7).write_bytes(b"torn")
    report = restored(kept, file, only=7)
    assert report.done == [
        f"Restored from {file}: 7 alone.",
        f"What stood there before is in {kept.data / REPLACED}. Remove it after 14 days at most.",
    ]
    assert (kept.data / REPLACED / "7.sealed").read_bytes() == b"torn"
    assert payloads(kept) == {7: "then", 8: "later"}
    assert kept.open().damaged == []


def test_one_who_is_not_there_any_more_comes_back(kept: Kept) -> None:
    kept.save(7, 8)
    file = backed_up(kept)
    shutil.rmtree(kept.file(7).parent)
    assert restored(kept, file, only=7).done == [f"Restored from {file}: 7 alone."]
    assert sorted(kept.read()) == [7, 8]


def test_one_who_is_not_in_the_backup_or_damaged_there_is_refused(kept: Kept) -> None:
    kept.save(7, 8)
    kept.file(7).write_bytes(b"torn")
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    file = made_backups(kept.backups)[0].path
    before = kept.everything()
    with pytest.raises(Refused, match="Nothing of 99 is in"):
        restored(kept, file, only=99)
    with pytest.raises(Refused, match=r"7 cannot be opened in .* either"):
        restored(kept, file, only=7)
    assert kept.everything() == before


# --- Faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("only", [None, 7])
@pytest.mark.parametrize("kind", ["killed", "power cut", "failing"])
def test_whatever_happens_half_way_the_old_or_the_new_folder_stands_whole(
    kept: Kept, only: int | None, kind: str
) -> None:
    kept.save(7, start_payload="then")
    file = backed_up(kept)
    kept.save(7, 8, start_payload="now")
    old = {7: "now", 8: "now"}
    new = {7: "then"} if only is None else {**old, 7: "then"}
    saved = kept.data.with_name("saved")
    shutil.copytree(kept.data, saved)
    counting = SteppedDisk()
    counting.arm()
    restored(kept, file, only, counting)
    assert payloads(kept) == new
    seen = set()
    for number in range(1, len(counting.steps) + 1):
        shutil.rmtree(kept.data)
        shutil.copytree(saved, kept.data)
        disk: SteppedDisk = FailingDisk(number) if kind == "failing" else PowerCutDisk(number)
        if kind == "killed":
            disk = DyingDisk(number)
        disk.arm()
        with pytest.raises(Refused if kind == "failing" else Killed):
            restored(kept, file, only, disk)
        if isinstance(disk, PowerCutDisk):
            disk.lose(names=True)
        storage = kept.open()  # the next start
        assert storage.damaged == []
        assert storage.ids() in (sorted(old), sorted(new))
        kept.close()
        stands = payloads(kept)
        assert stands in (old, new), counting.steps[number - 1]
        seen.add(tuple(sorted(stands.items())))
        assert not list(kept.data.glob("rest*"))
    restored(kept, file, only)  # and the next try goes well
    assert payloads(kept) == new
    assert len(seen) == (1 if kind == "power cut" and only else 2)  # both ends were met, where the last step leaves two


def test_a_reader_beside_an_interrupted_restore_says_what_to_do(kept: Kept) -> None:
    kept.save(7)
    (kept.data / "restored-20260303T120000Z").mkdir()
    with pytest.raises(StorageRefused, match="Start the bot, or restore once more"):
        kept.open(write=False)
    kept.open()


def test_a_full_disk_replaces_nothing(kept: Kept) -> None:
    class Full(Disk):
        def write(self, descriptor: int, content: memoryview) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    kept.save(7)
    file = backed_up(kept)
    before = kept.everything()
    with pytest.raises(Refused, match="The restore stopped: No space left on device"):
        restored(kept, file, disk=Full())
    assert kept.everything() == before


def test_everything_is_sealed_with_the_first_key_afterwards(kept: Kept) -> None:
    kept.save(7)
    file = backed_up(kept)
    old = kept.key_file.read_text()
    first = new_key()
    kept.key_file.write_text(first.line + old)
    restored(kept, file)
    assert read_line(kept.file(7).read_bytes(), 7).key == first.id
    assert Keys([first]).open(kept.file(7).read_bytes(), 7)


def test_two_restores_in_one_second_keep_both_aside(kept: Kept) -> None:
    kept.save(7)
    file = backed_up(kept)
    restored(kept, file)
    restored(kept, file)
    assert sorted(path.name for path in kept.data.glob("replaced-*")) == [REPLACED, f"{REPLACED}-2"]


def test_a_restore_of_what_is_stored_gives_the_same_people(kept: Kept) -> None:
    kept.change((7, 8), lambda id: enrolled(kept, id))
    same: Callable[[Subscriber | None], Subscriber | None] = lambda known: known and replace(known, saved_at=NOON)  # noqa: E731
    before = {id: same(known) for id, known in kept.read().items()}
    restore_from(kept.settings, kept.catalog, backed_up(kept), None, NOON, Disk())
    assert {id: replace(same(known), next_due_at=None) for id, known in kept.read().items() if known} == before  # type: ignore[type-var]


# --- What is not plausible --------------------------------------------------------------------------------------


def refused(kept: Kept, file: Path | None, only: int | None = None) -> str:
    """Why nothing was replaced, which is looked at."""
    before = kept.everything()
    with pytest.raises(Refused) as reason:
        restored(kept, file, only)
    assert kept.everything() == before
    return str(reason.value)


def test_a_backup_that_holds_nobody_replaces_nobody_unless_that_is_meant(kept: Kept) -> None:
    kept.save(7)
    kept.erase(7, at=NOON)
    file = backed_up(kept)
    kept.save(8, at=NEXT_DAY)
    assert "--yes-nobody" in refused(kept, file)
    assert restored(kept, file, nobody=True).wrong == []
    assert kept.read() == {}


def test_a_backup_of_people_who_have_all_left_replaces_nobody(kept: Kept) -> None:
    kept.save(7)
    file = backed_up(kept)
    kept.erase(7, at=NOON + DAY / 2)
    kept.save(8, at=NEXT_DAY)
    assert "--yes-nobody" in refused(kept, file)


@pytest.mark.parametrize("keep", [0, 10, 300, -1])
def test_a_torn_document_in_a_backup_replaces_nothing_unless_that_is_meant(kept: Kept, keep: int) -> None:
    kept.save(7, 8, start_payload="then")
    whole = kept.file(7).read_bytes()
    kept.file(7).write_bytes(whole[:keep])
    back_up(kept.settings, kept.backups, 14, NOON, Disk())
    kept.file(7).write_bytes(whole)
    file = made_backups(kept.backups)[-1].path
    assert "--yes-damaged" in refused(kept, file)
    restored(kept, file, only=8)  # whoever is whole in it can be had all the same


@pytest.mark.parametrize("packed", ["gz", "xz", "bz2"])
def test_a_packed_backup_is_taken_and_one_cut_short_is_not(kept: Kept, packed: str) -> None:
    pack: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}
    kept.save(7, 8, start_payload="then")
    plain = backed_up(kept)
    file = plain.with_name(f"{plain.name}.{packed}")
    content = pack[packed](plain.read_bytes())
    file.write_bytes(content[: len(content) // 2])
    assert "not a whole backup" in refused(kept, file)
    file.write_bytes(content)
    kept.save(7, start_payload="later")
    assert restored(kept, file).wrong == []
    assert payloads(kept) == {7: "then", 8: "then"}


@pytest.mark.parametrize("own", [True, False])
def test_a_copy_under_another_name_that_is_cut_short_anywhere_replaces_nothing(
    kept: Kept, tmp_path: Path, own: bool
) -> None:
    kept.save(7, 8)
    whole, file = tmp_path / "whole.tar", tmp_path / "copy.tar"
    if own:
        shutil.copyfile(backed_up(kept), whole)
    else:
        with tarfile.open(whole, "w") as tar:
            tar.add(kept.data, ".")
    content, before = whole.read_bytes(), kept.everything()
    with tarfile.open(whole) as tar:
        last = tar.getmembers()[-1]
    end = last.offset_data + -(-last.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    for length in (*range(1, end, 200), *range(tarfile.BLOCKSIZE, end + 1, tarfile.BLOCKSIZE), end + 100):
        file.write_bytes(content[:length])
        with pytest.raises(Refused):
            restored(kept, file)
    assert kept.everything() == before
    file.write_bytes(content)
    assert restored(kept, file).wrong == []


@pytest.mark.parametrize("name", ["data", "./srv/knees/data"])
def test_a_tar_of_the_folder_itself_is_told_from_where_to_pack_it(kept: Kept, tmp_path: Path, name: str) -> None:
    kept.save(7)
    file = tmp_path / "copy.tar"
    with tarfile.open(file, "w") as tar:
        tar.add(kept.data, name)
    assert f"`tar -C {name.removeprefix('./')} -cf copy.tar .`" in refused(kept, file)


def test_a_copy_of_which_some_lies_deeper_replaces_nothing(kept: Kept, tmp_path: Path) -> None:
    kept.save(7, 8)
    file = tmp_path / "copy.tar"
    with tarfile.open(file, "w") as tar:
        tar.add(kept.file(7), "subscribers/07/7.sealed")
        tar.add(kept.file(8), "data.old/subscribers/08/8.sealed")

    assert "data.old" in refused(kept, file)
    assert set(kept.read()) == {7, 8}


def test_what_an_earlier_restore_put_aside_may_lie_in_a_copy(kept: Kept, tmp_path: Path) -> None:
    kept.save(7)
    file = tmp_path / "copy.tar"
    with tarfile.open(file, "w") as tar:
        tar.add(kept.file(7), "subscribers/07/7.sealed")
        tar.add(kept.file(7), "replaced-20260301T000000Z/subscribers/07/7.sealed")

    assert restored(kept, file).wrong == []
    assert set(kept.read()) == {7}


@pytest.mark.parametrize(
    ("kind", "leads_to"),
    [(tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "nowhere"), (tarfile.FIFOTYPE, "")],
)
def test_a_link_in_the_place_of_a_document_replaces_nothing(
    kept: Kept, tmp_path: Path, kind: bytes, leads_to: str
) -> None:
    kept.save(7, 8)
    file = tmp_path / "copy.tar"
    with tarfile.open(file, "w") as tar:
        tar.add(kept.file(7), "subscribers/07/7.sealed")
        link = tarfile.TarInfo("subscribers/08/8.sealed")
        link.type, link.linkname = kind, leads_to
        tar.addfile(link)

    assert "not a whole backup" in refused(kept, file)
    assert set(kept.read()) == {7, 8}


def test_a_folder_is_told_how_to_pack_it(kept: Kept) -> None:
    kept.save(7)
    assert f"`tar -C {kept.data} -cf copy.tar .`" in refused(kept, kept.data)


def test_the_bots_own_document_and_one_person_at_once_are_refused(kept: Kept) -> None:
    kept.save(7)
    assert "--only" in refused(kept, None, only=7)


def named(kept: Kept) -> str:
    """Who is to be turned to, as was confirmed in the chat."""
    found = confirmed_in(kept.bot_record())
    return found.contact.people[0].name if found is not None else ""


def test_who_was_confirmed_last_to_be_turned_to_stays_whichever_backup_is_restored(kept: Kept) -> None:
    kept.save(7)
    kept.change_bot_record(**confirmed("Old", NOON))
    older = backed_up(kept)
    kept.change_bot_record(**confirmed("New", NOON + DAY))
    said = "Who to turn to is now as the newest of these backups has it; see /contacts."
    assert said not in restored(kept, older).done
    assert named(kept) == "New"
    shutil.rmtree(kept.data)
    assert said in restored(kept, older).done
    assert named(kept) == "Old"
    (kept.data / "house.sealed").write_bytes(b"torn")
    assert said in restored(kept, None).done
    assert named(kept) == "Old"
