"""Every command of whoever runs the bot, where people are in PostgreSQL, and the move there and back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.app import open_stored
from bot.catalog.load import Catalog
from bot.core.model.subscriber import Subscriber
from bot.operator.archive import made_backups, read_archive
from bot.operator.backup import back_up
from bot.operator.doctor import Machine, examine_disk
from bot.operator.erase import erase_one
from bot.operator.export import export_one
from bot.operator.move import move_to
from bot.operator.report import Refused, Report
from bot.operator.reseal import seal_anew
from bot.operator.restore import restore_from
from bot.storage import Storage, StorageRefused
from bot.storage.disk import Disk
from bot.storage.erased import erased_at
from bot.storage.postgres.connections import Connections
from bot.storage.postgres.lead import take_lead
from bot.storage.seal import load_keys
from tests.operator.conftest import DAY, NOON, Kept, confirmed
from tests.support.database import new_schema


class KeptThere(Kept):
    """The same where people are in a database."""

    def __init__(self, root: Path, catalog: Catalog) -> None:
        super().__init__(root, catalog)
        self.environment["BOT_DATABASE_URL"] = self.url = new_schema()

    def open(self, *, write: bool = True, disk: Disk | None = None) -> Any:
        storage: Storage[Subscriber] = open_stored(self.catalog, self.settings, write=write)
        self._open.append(storage)  # type: ignore[arg-type]
        return storage

    def rows(self) -> list[tuple[int, bytes]]:
        with psycopg.connect(self.url) as connection:
            found = connection.execute("SELECT id, sealed FROM subscriber ORDER BY id").fetchall()
            return [(id, bytes(sealed)) for id, sealed in found]


@pytest.fixture
def there(tmp_path: Path, catalog: Catalog) -> Iterator[KeptThere]:
    kept = KeptThere(tmp_path, catalog)
    yield kept
    kept.close()


def restored(kept: Kept, path: Path, only: int | None = None, **more: bool) -> Report:
    return restore_from(kept.settings, kept.catalog, path, only, NOON + DAY, Disk(), **more)


def backed_up(kept: Kept) -> Path:
    report = back_up(kept.settings, kept.backups, 14, NOON, Disk())
    assert report.wrong == []
    return made_backups(kept.backups)[-1].path


def test_a_backup_is_made_beside_a_running_bot_and_brings_everybody_back(there: KeptThere) -> None:
    there.save(7, 8, 263)
    there.change_bot_record(tick=1)
    storage = there.open()
    path = backed_up(there)
    assert [each.owner for each in read_archive(path)] == [7, 8, 263, "house"]
    assert [each.content for each in read_archive(path)][:3] == [sealed for _, sealed in there.rows()]
    there.close()
    assert storage is not None
    there.save(7, at=NOON + DAY, language="xx")
    there.save(9)
    report = restored(there, path)
    assert report.wrong == []
    assert "3 people" in report.done[0]
    assert "What stood there before is in" in report.done[-1]
    assert sorted(there.read()) == [7, 8, 263]
    former = made_backups(there.backups)[-1].path
    assert [each.owner for each in read_archive(former)] == [7, 8, 9, 263, "house"]
    assert there.bot_record()["tick"] == 1


def test_who_erased_themselves_stays_erased_by_a_restore(there: KeptThere) -> None:
    there.save(7, 8)
    path = backed_up(there)
    assert erase_one(there.settings, 7, NOON + DAY, Disk()).done[0].startswith("Erased: 7")
    assert erased_at(there.bot_record(), 7) == NOON + DAY
    report = restored(there, path)
    assert sorted(there.read()) == [8]
    assert "1 people" in report.done[1]
    with pytest.raises(Refused, match="has erased themselves"):
        restored(there, path, 7)


def test_one_person_alone_comes_back(there: KeptThere) -> None:
    there.save(7, 8)
    path = backed_up(there)
    there.save(7, 8, at=NOON + DAY, language="xx")
    restored(there, path, 7)
    found = there.read()
    assert {id: known.language for id, known in found.items() if known is not None} == {7: "", 8: "xx"}


def test_a_backup_of_files_goes_into_a_database(there: KeptThere, tmp_path: Path, catalog: Catalog) -> None:
    files = Kept(tmp_path / "files", catalog)
    files.key_file, files.environment["BOT_STORAGE_KEY_FILE"] = there.key_file, str(there.key_file)
    there.save(1)
    files.save(7, 8)
    path = backed_up(files)
    restored(there, path)
    assert sorted(there.read()) == [7, 8]


def test_nothing_is_restored_moved_or_sealed_anew_beside_a_running_bot(there: KeptThere) -> None:
    there.save(7)
    path = backed_up(there)
    connection = Connections(there.url).connect()
    assert take_lead(connection)
    with pytest.raises(Refused, match="A bot is running"):
        restored(there, path)
    with pytest.raises(Refused, match="A bot is running"):
        seal_anew(there.settings, False, Disk())
    with pytest.raises(Refused, match="A bot is running"):
        move_to(there.settings, "files", NOON, Disk())
    connection.close()
    restored(there, path)


def test_everything_is_sealed_with_a_new_key(there: KeptThere) -> None:
    there.save(7, 8)
    there.change_bot_record(tick=1)
    [former] = load_keys(there.key_file).names
    report = seal_anew(there.settings, True, Disk())
    assert report.wrong == []
    assert "Sealed anew: 3 documents" in report.done[0]
    first = load_keys(there.key_file).first
    assert first != former
    assert all(first.encode() in sealed[:40] for _, sealed in there.rows())
    assert sorted(there.read()) == [7, 8]
    assert "Sealed anew: 0" in seal_anew(there.settings, False, Disk()).done[0]


def test_an_export_is_what_is_kept(there: KeptThere) -> None:
    there.save(7)
    assert '"id": 7' in export_one(there.settings, 7)
    with pytest.raises(Refused, match="Nothing is kept"):
        export_one(there.settings, 8)


def examined(kept: Kept) -> Report:
    report = Report()
    examine_disk(kept.settings, "", NOON, Machine(lambda _: 10**12, kept.data.stat().st_uid), report)
    return report


def test_the_doctor_looks_into_the_database(there: KeptThere) -> None:
    there.save(7, 8)
    backed_up(there)
    report = examined(there)
    assert report.wrong == []
    assert "No bot is running on this database." in report.done
    assert "2 people are stored." in report.done
    with psycopg.connect(there.url, autocommit=True) as connection:
        connection.execute("UPDATE subscriber SET sealed = overlay(sealed placing 'x' from 400) WHERE id = 7")
    [wrong] = examined(there).wrong
    assert "The document of 7 cannot be opened" in wrong
    assert "python -m bot erase 7" in wrong
    erase_one(there.settings, 7, NOON, Disk())
    assert examined(there).wrong == []


def test_a_database_that_is_away_is_told_without_its_password(there: KeptThere) -> None:
    there.save(7)
    there.environment["BOT_DATABASE_URL"] = "postgresql://bot:hunter2@127.0.0.1:9/people"
    [wrong, *_] = examined(there).wrong
    assert "Cannot use the database" in wrong
    assert "hunter2" not in "".join(examined(there).wrong)


# --- There and back ---------------------------------------------------------------------------------------------


def people(kept: Kept) -> dict[Path, bytes]:
    return {path: content for path, content in kept.everything().items() if path.suffix == ".sealed"}


def test_everybody_moves_there_and_back_byte_for_byte(kept: Kept) -> None:
    kept.save(*range(1, 12), 263)
    kept.erase(3, at=NOON)
    kept.change_bot_record(tick=1)
    before, url = people(kept), new_schema()
    report = move_to(kept.settings, url, NOON, Disk())
    assert "11 people" in report.done[0]
    with pytest.raises(StorageRefused, match="are in a database"):
        open_stored(kept.catalog, kept.settings)
    kept.environment["BOT_DATABASE_URL"] = url
    storage = open_stored(kept.catalog, kept.settings)
    assert storage.ids() == [1, 2, *range(4, 12), 263]
    assert erased_at(asyncio.run(storage.read_bot_record()), 3) == NOON
    storage.close()
    aside = {path.relative_to(path.parts[0]): content for path, content in people(kept).items()}
    assert aside == before
    report = move_to(kept.settings, "files", NOON, Disk())
    assert "11 people" in report.done[0]
    there = {path: content for path, content in people(kept).items() if not path.parts[0].startswith("replaced")}
    assert there == before
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM subscriber").fetchone() == (0,)
    del kept.environment["BOT_DATABASE_URL"]
    assert sorted(kept.read()) == [1, 2, *range(4, 12), 263]


class Failing(Disk):
    """Fails at the n-th file that is read or made, as a disk that is pulled out would."""

    def __init__(self, at: int) -> None:
        self.left = at

    def read(self, path: Path) -> bytes:
        self._step()
        return super().read(path)

    def create(self, path: Path) -> int:
        self._step()
        return super().create(path)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(5, "Input/output error")


def test_a_move_that_stops_anywhere_goes_on_when_it_is_called_again(kept: Kept) -> None:
    kept.save(*range(1, 6))
    kept.change_bot_record(tick=1)
    before, url = people(kept), new_schema()
    for there, to in ((True, url), (False, "files")):
        if not there:
            kept.environment["BOT_DATABASE_URL"] = url
        stops = 0
        while True:
            disk = Failing(1 + stops)
            try:
                report = move_to(kept.settings, to, NOON, disk, at_once=2)
                break
            except Refused:
                stops += 1
                if there and stops == 1:
                    with pytest.raises(StorageRefused, match="are being moved"):
                        open_stored(kept.catalog, replace(kept.settings, database_url=url, data_dir=kept.data / "no"))
        assert stops > 3
        assert "people" in report.done[0]
    found = {path: content for path, content in people(kept).items() if not path.parts[0].startswith("replaced")}
    assert found == before


def test_a_target_that_holds_people_is_refused_either_way(kept: Kept, there: KeptThere) -> None:
    there.save(9)
    there.close()
    files = Kept(there.data.parent / "other", there.catalog)
    files.save(7)
    with pytest.raises(Refused, match="Take an empty one"):
        move_to(files.settings, there.url, NOON, Disk())
    other = KeptThere(there.data.parent / "third", there.catalog)
    other.change_bot_record(**confirmed("Bo"))
    files.environment["BOT_STORAGE_KEY_FILE"] = str(other.key_file)
    with pytest.raises(Refused, match="Take an empty one"):
        move_to(files.settings, other.url, NOON, Disk())
    there.environment["BOT_DATA_DIR"] = str(files.data)
    (files.data / "database").unlink(missing_ok=True)
    with pytest.raises((Refused, StorageRefused), match=r"in files|already"):
        move_to(there.settings, "files", NOON, Disk())
    assert [id for id, _ in there.rows()] == [9]
    assert sorted(files.read()) == [7]


def test_who_leaves_after_the_move_leaves_the_files_that_were_put_aside_too(kept: Kept) -> None:
    kept.save(7, 8)
    kept.change_bot_record(tick=1)
    url = new_schema()
    move_to(kept.settings, url, NOON, Disk())
    kept.environment["BOT_DATABASE_URL"] = url
    storage = open_stored(kept.catalog, kept.settings)

    async def leave() -> None:
        async with storage.change(7) as box:
            box.erase(NOON)

    asyncio.run(leave())
    storage.close()
    assert {path.stem for path in people(kept)} == {"8", "house"}
    erase_one(kept.settings, 8, NOON, Disk())
    assert {path.stem for path in people(kept)} == {"house"}


def test_a_damaged_document_is_mended_before_anything_moves(kept: Kept) -> None:
    kept.save(7, 8)
    kept.file(7).write_bytes(b"torn")
    with pytest.raises(Refused, match="doctor"):
        move_to(kept.settings, new_schema(), NOON, Disk())
