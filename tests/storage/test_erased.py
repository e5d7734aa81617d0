"""Who was erased is remembered, for long enough, and by nobody who cannot open the bot's own document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage import NotSaved
from bot.storage.erased import KEPT_FOR, erased_at, merge_erased, note_erased
from tests.storage.conftest import HOUR, NOON, Person, Place, save
from tests.storage.disks import DyingDisk, Killed

FILE = b"sealed"


def test_an_empty_bot_record_knows_of_nobody() -> None:
    assert erased_at({}, 7) is None
    assert merge_erased({"tick": 1}, [{}, {"tick": 2}]) == {"tick": 1}


def test_who_was_erased_twice_was_erased_at_the_later_instant() -> None:
    bot_record = note_erased(note_erased({"tick": 1}, 7, NOON, NOON, FILE), 7, NOON + HOUR, NOON, FILE)
    assert (erased_at(bot_record, 7), erased_at(bot_record, 8), bot_record["tick"]) == (NOON + HOUR, None, 1)
    assert len(bot_record["erased"]) == 1


def test_the_id_does_not_stand_there_nor_can_it_be_guessed_without_the_key() -> None:
    one, other = note_erased({}, 1234567890, NOON, NOON, FILE), note_erased({}, 1234567890, NOON, NOON, FILE)
    assert "1234567890" not in str(one)
    assert one["erased"].keys() != other["erased"].keys()


def test_a_document_that_a_clock_ahead_has_saved_is_of_the_past_all_the_same() -> None:
    assert erased_at(note_erased({}, 7, NOON, NOON + HOUR, FILE), 7) == NOON + HOUR


def test_an_entry_goes_when_no_backup_can_be_as_old() -> None:
    bot_record = note_erased({}, 7, NOON, NOON, FILE)
    assert erased_at(note_erased(bot_record, 8, NOON + KEPT_FOR - HOUR, NOON, FILE), 7) == NOON
    later = note_erased(bot_record, 8, NOON + KEPT_FOR, NOON, FILE)
    assert (erased_at(later, 7), erased_at(later, 8)) == (None, NOON + KEPT_FOR)


def test_lists_made_with_different_keys_are_kept_side_by_side() -> None:
    here, there = note_erased({"tick": 1}, 7, NOON, NOON, FILE), note_erased({"tick": 2}, 8, NOON + HOUR, NOON, FILE)
    both = merge_erased(here, [there])
    assert (erased_at(both, 7), erased_at(both, 8), both["tick"]) == (NOON, NOON + HOUR, 1)
    later = note_erased(both, 9, NOON + 2 * HOUR, NOON, FILE)
    assert [erased_at(later, id) for id in (7, 8, 9)] == [NOON, NOON + HOUR, NOON + 2 * HOUR]
    assert later["erased_key"] == here["erased_key"]


erasures = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 100)), max_size=6)


@given(st.lists(st.tuples(st.booleans(), erasures), min_size=1, max_size=4))
def test_merged_lists_know_what_each_of_them_knew(testbeds: list[tuple[bool, list[tuple[int, int]]]]) -> None:
    written: list[dict[str, Any]] = []
    latest: dict[int, int] = {}
    common = {"erased_key": "00" * 32}
    for shares_key, entries in testbeds:
        bot_record: dict[str, Any] = dict(common) if shares_key else {}
        for id, hour in entries:
            bot_record = note_erased(bot_record, id, NOON + hour * HOUR, NOON, FILE)
            latest[id] = max(hour, latest.get(id, hour))
        written.append(bot_record)
    merged = merge_erased(written[0], written[1:])
    for id in range(1, 6):
        assert erased_at(merged, id) == (NOON + latest[id] * HOUR if id in latest else None)
    assert merge_erased(merged, written) == merged


async def test_a_person_erased_is_noted_with_the_given_instant(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    await save(storage, 7, None, NOON + HOUR)
    assert erased_at(await place.reopen().read_bot_record(), 7) == NOON + HOUR


async def test_an_erasure_that_a_kill_cut_short_is_finished_by_the_next_start(place: Place) -> None:
    disk = DyingDisk(dying=1_000)
    storage = place.open(disk=disk)
    await save(storage, 7, Person("Ada"))
    disk.arm()
    disk.spoil = _dies_at_remove  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await save(storage, 7, None)
    assert place.file(7).exists()
    reopened = place.reopen()
    assert (reopened.ids(), await reopened.read(7), place.file(7).exists()) == ([], None, False)
    bot_record = await reopened.read_bot_record()
    assert erased_at(bot_record, 7) == NOON
    assert "erasing" not in bot_record


async def test_who_came_back_is_not_erased_by_the_next_start_though_no_time_has_passed(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    await save(storage, 7, None)
    await save(storage, 7, Person("Ada"))
    assert await place.reopen().read(7) == Person("Ada")


def _dies_at_remove(step: str, number: int) -> None:
    if step == "remove":
        raise Killed


async def test_nobody_is_removed_while_it_cannot_be_noted(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    async with storage.change_bot_record() as box:
        box.value["tick"] = 1
    bot_record = place.folder / "house.sealed"
    whole = bot_record.read_bytes()
    bot_record.write_bytes(whole[:-1])
    with pytest.raises(NotSaved, match="own document"):
        await save(storage, 7, None)
    assert await storage.read(7) == Person("Ada")
    bot_record.write_bytes(whole)
    await save(storage, 7, None)
    assert storage.ids() == []


async def test_who_comes_back_is_saved_after_the_noted_instant(place: Place) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    await save(storage, 7, None, NOON + HOUR)
    await save(storage, 7, Person("Ada again", saved_at=NOON + 2 * HOUR))
    erased = erased_at(await storage.read_bot_record(), 7)
    kept = await storage.read(7)
    assert kept is not None
    assert erased is not None
    assert kept.saved_at > erased
