"""What every storage promises, whatever it keeps people in."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.contact import Confirmed, Contact, RunBy, confirmed_in, with_confirmed
from bot.catalog.contact import Person as Helper
from bot.storage import Box, Storage
from tests.storage.conftest import HOUR, NOON, STAMP, AnyPlace, DatabasePlace, Person, Place, save
from tests.support.examples import examples


@pytest.fixture(params=[Place, DatabasePlace], ids=["files", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyPlace]:
    place: AnyPlace = request.param(tmp_path)
    yield place
    place.close()


async def test_nobody_is_none(place: AnyPlace) -> None:
    storage = place.open()
    assert await storage.read(7) is None
    async with storage.change(7) as box:
        assert box.value is None
    assert storage.ids() == []
    assert place.kept() == []


async def test_what_was_saved_is_read_now_and_after_a_restart(place: AnyPlace) -> None:
    ada = Person("Ada <3 & co", notes={"pain": [3, 2.5, None], "knee": {"side": "left"}})
    storage = place.open()
    await save(storage, 7, ada)
    assert await storage.read(7) == ada
    assert await place.reopen().read(7) == ada


async def test_who_was_confirmed_to_be_turned_to_is_read_now_and_after_a_restart(place: AnyPlace) -> None:
    contact = Contact(RunBy("Zoë <3 & co", "a@b"), (Helper("Jo", phone="112"),))
    new, storage = Confirmed(contact, NOON, "file"), place.open()
    async with storage.change_bot_record() as box:
        box.value = with_confirmed(box.value, new)
    assert confirmed_in(await storage.read_bot_record()) == new
    assert confirmed_in(await place.reopen().read_bot_record()) == new


@pytest.mark.parametrize("name", ["", "\u202eevil", "a\nb\x00c", "\ud800", "👩‍👩‍👧", "{{7*7}} %s", "x" * 4096])
async def test_any_text_comes_back_unchanged(place: AnyPlace, name: str) -> None:
    await save(place.open(), 7, Person(name))
    kept = await place.reopen().read(7)
    assert kept is not None
    assert kept.name == name


async def test_a_change_sees_what_the_one_before_saved(place: AnyPlace) -> None:
    storage = place.open()
    for _ in range(3):
        async with storage.change(7) as box:
            box.value = Person((box.value.name if box.value else "") + "+")
    assert await storage.read(7) == Person("+++")


async def test_what_a_function_makes_of_somebody_is_saved_and_seen_by_the_next(place: AnyPlace) -> None:
    def add(box: Box[Person | None]) -> None:
        box.value = Person((box.value.name if box.value else "") + "+", next_due_at=NOON)

    storage = place.open()
    for _ in range(3):
        await asyncio.gather(*(storage.alter(id, add) for id in range(1, 41)))
    assert {each.name for id in range(1, 41) if (each := await storage.read(id))} == {"+++"}
    assert storage.due(NOON) == list(range(1, 41))
    again = place.reopen()
    assert await again.read(7) == Person("+++", next_due_at=NOON)
    assert again.due(NOON) == list(range(1, 41))


async def test_a_function_that_decides_nothing_or_raises_saves_nothing(place: AnyPlace) -> None:
    def fail(box: Box[Person | None]) -> None:
        box.value = Person("after")
        raise LookupError

    storage = place.open()
    await save(storage, 7, Person("before"))
    kept = place.sealed(7)
    await storage.alter(7, lambda box: None)
    await storage.alter(8, lambda box: None)
    with pytest.raises(LookupError):
        await storage.alter(7, fail)
    assert await storage.read(7) == Person("before")
    assert (place.sealed(7), storage.ids()) == (kept, [7])


async def test_a_function_may_erase(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("before"))
    await storage.alter(7, lambda box: box.erase(NOON))
    assert await storage.read(7) is None
    assert place.kept() == ["house"]


async def test_what_cannot_be_saved_keeps_nobody_else_from_it(place: AnyPlace) -> None:
    def become(value: Person) -> Callable[[Box[Person | None]], None]:
        return lambda box: setattr(box, "value", value)

    storage = place.open()
    await asyncio.gather(*(save(storage, id, Person("before")) for id in (7, 8, 9)))
    wishes = [Person("after"), Person("after", notes={"odd": float("nan")}), Person("after")]
    done = await asyncio.gather(
        *(storage.alter(id, become(value)) for id, value in zip((7, 8, 9), wishes, strict=True)), return_exceptions=True
    )
    assert [type(each) for each in done] == [type(None), ValueError, type(None)]
    assert [each.name for id in (7, 8, 9) if (each := await storage.read(id))] == ["after", "before", "after"]


async def test_a_key_that_is_gone_stays_gone(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada", notes={"old": 1, "kept": {"a": 1, "b": 2}}))
    await save(storage, 7, Person("Ada", notes={"kept": {"b": 2}}))
    assert await place.reopen().read(7) == Person("Ada", notes={"kept": {"b": 2}})


async def test_an_exception_inside_saves_nothing(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("before"))

    async def stumble() -> None:
        async with storage.change(7) as box:
            box.value = Person("after")
            raise LookupError

    with pytest.raises(LookupError):
        await stumble()
    assert await storage.read(7) == Person("before")


async def test_what_is_not_assigned_is_not_written(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    before = place.sealed(7)
    async with storage.change(7):
        pass
    async with storage.change(7) as box:
        box.value = box.value
    assert place.sealed(7) == before
    await save(storage, 7, Person("Ada"))
    assert place.sealed(7) != before


async def test_erasing_leaves_nothing_of_the_person(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada", next_due_at=NOON, claim_open=True, reply_owed_at=NOON))
    async with storage.change(7) as box:
        box.erase(NOON)
    assert await storage.read(7) is None
    assert place.kept() == ["house"]
    assert (storage.ids(), storage.due(NOON), storage.claims_open(), storage.replies_owed(NOON)) == ([], [], [], [])
    assert place.reopen().ids() == []


async def test_nobody_is_erased_without_an_instant(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 7, Person("Ada"))
    with pytest.raises(ValueError, match="says when"):
        async with storage.change(7) as box:
            box.value = None
    assert await storage.read(7) == Person("Ada")


async def test_erasing_a_stranger_writes_nothing(place: AnyPlace) -> None:
    storage = place.open()
    async with storage.change(7) as box:
        box.erase(NOON)
    assert place.kept() == []


async def test_due_are_those_whose_instant_has_come_oldest_first(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 1, Person("later", next_due_at=NOON + HOUR))
    await save(storage, 2, Person("now", next_due_at=NOON))
    await save(storage, 3, Person("never"))
    await save(storage, 4, Person("long ago", next_due_at=NOON - HOUR))
    for opened in (storage, place.reopen()):
        assert opened.next_due_at() == NOON - HOUR
        assert opened.due(NOON - 2 * HOUR) == []
        assert opened.due(NOON) == [4, 2]
        assert opened.due(NOON + HOUR) == [4, 2, 1]


async def test_whoever_has_nothing_to_come_makes_no_next_instant(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 1, Person("Ada"))
    for opened in (storage, place.reopen()):
        assert opened.next_due_at() is None
        assert opened.ids() == [1]


async def test_somebody_saved_again_is_due_at_the_new_instant_only(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 1, Person("Ada", next_due_at=NOON))
    await save(storage, 1, Person("Ada", next_due_at=NOON + HOUR))
    assert storage.due(NOON) == []
    assert storage.due(NOON + HOUR) == [1]
    assert storage.next_due_at() == NOON + HOUR


async def test_due_takes_nobody_off_the_list(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 1, Person("Ada", next_due_at=NOON))
    assert storage.due(NOON) == storage.due(NOON) == [1]


async def test_another_stamp_makes_everybody_due_until_they_are_saved_with_it(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 1, Person("tomorrow", next_due_at=NOON + 24 * HOUR))
    await save(storage, 2, Person("never"))
    await save(storage, 3, Person("now", next_due_at=NOON))
    storage = place.reopen(stamp="content 2")
    assert storage.due(NOON) == [3, 1, 2]
    wanted = storage.next_due_at()
    assert wanted is not None
    assert wanted <= NOON
    for id in (1, 2, 3):
        async with storage.change(id) as box:
            assert box.value is not None
            box.value = replace(box.value, stamp="content 2")
    assert storage.due(NOON) == [3]


async def test_those_of_another_stamp_stand_in_line_by_their_instants_too(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 1, Person("now", next_due_at=NOON))
    await save(storage, 2, Person("outdated", next_due_at=NOON - HOUR, stamp="older"))
    await save(storage, 3, Person("outdated", next_due_at=NOON + HOUR, stamp="older"))
    for opened in (storage, place.reopen()):
        assert opened.due(NOON) == [2, 1, 3]


async def test_an_instant_of_another_zone_is_the_same_instant(place: AnyPlace) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
    await save(place.open(), 1, Person("Ada", saved_at=there, next_due_at=there))
    storage = place.reopen()
    assert storage.next_due_at() == storage.newest_instant() == NOON


async def test_a_summary_without_a_zone_is_refused(place: AnyPlace) -> None:
    storage = place.open()
    with pytest.raises(ValueError, match="time zone"):
        await save(storage, 1, Person("Ada", next_due_at=NOON.replace(tzinfo=None)))
    assert place.kept() == []


async def test_open_claims_and_owed_replies_are_known_after_a_restart(place: AnyPlace) -> None:
    storage = place.open()
    await save(storage, 1, Person("claimed", claim_open=True))
    await save(storage, 2, Person("owed", reply_owed_at=NOON))
    await save(storage, 3, Person("owed for longer", reply_owed_at=NOON - HOUR))
    for opened in (storage, place.reopen()):
        assert opened.claims_open() == [1]
        assert opened.replies_owed(NOON - HOUR) == [3, 2]
        assert opened.replies_owed(NOON) == [2]
    await save(opened, 1, Person("settled"))
    await save(opened, 2, Person("answered"))
    assert opened.claims_open() == []
    assert opened.replies_owed(NOON - HOUR) == [3]


async def test_the_newest_instant_is_the_latest_save(place: AnyPlace) -> None:
    storage = place.open()
    assert storage.newest_instant() is None
    await save(storage, 1, Person("later", saved_at=NOON + HOUR, next_due_at=NOON + 99 * HOUR))
    await save(storage, 2, Person("earlier", saved_at=NOON))
    assert storage.newest_instant() == place.reopen().newest_instant() == NOON + HOUR


async def test_the_bot_record_keeps_what_was_assigned_and_what_was_changed_in_place(place: AnyPlace) -> None:
    storage = place.open()
    assert await storage.read_bot_record() == {}
    async with storage.change_bot_record() as box:
        box.value["last_tick"] = "2026-03-02"
    async with storage.change_bot_record() as box:
        box.value = {**box.value, "counters": {"sent": 1}}
    async with storage.change_bot_record() as box:
        box.value["counters"]["sent"] = True  # equal to 1 for Python, yet another value
    bot_record = await place.reopen().read_bot_record()
    assert bot_record == {"last_tick": "2026-03-02", "counters": {"sent": True}}
    assert bot_record["counters"]["sent"] is True


async def test_the_bot_record_is_not_written_when_nothing_changed_or_something_failed(place: AnyPlace) -> None:
    storage = place.open()
    async with storage.change_bot_record():
        pass

    async def stumble() -> None:
        async with storage.change_bot_record() as box:
            box.value["half"] = 1
            raise LookupError

    with pytest.raises(LookupError):
        await stumble()
    assert place.kept() == []
    assert storage.ids() == []


@pytest.mark.parametrize(
    ("notes", "error"),
    [
        ({"pain": float("nan")}, ValueError),
        ({"pain": [float("inf")]}, ValueError),
        ({3: "left"}, ValueError),
        ({"deep": [{"deeper": ({None: 1},)}]}, ValueError),
        ({"when": NOON}, TypeError),
        ({"set": {1}}, TypeError),
    ],
)
async def test_what_json_would_bend_is_refused_and_the_old_document_stays(
    place: AnyPlace, notes: dict[str, Any], error: type[Exception]
) -> None:
    storage = place.open()
    await save(storage, 7, Person("before", next_due_at=NOON))
    with pytest.raises(error):
        await save(storage, 7, Person("after", notes=notes))
    assert storage.due(NOON) == [7]
    assert await place.reopen().read(7) == Person("before", next_due_at=NOON)
    assert len(place.kept()) == 1


def test_both_are_storages(place: AnyPlace) -> None:
    storage: Storage[Person] = place.open()
    assert storage.damaged == []


instants = st.integers(-50, 50).map(lambda hours: NOON + hours * HOUR)
people = st.builds(
    Person,
    name=st.text(max_size=5),
    saved_at=instants,
    next_due_at=st.none() | instants,
    stamp=st.sampled_from([STAMP, "older"]),
    claim_open=st.booleans(),
    reply_owed_at=st.none() | instants,
    notes=st.dictionaries(st.text(max_size=3), st.integers() | st.floats(allow_nan=False, allow_infinity=False)),
)
ids = st.sampled_from([1, 257, 2, 5_000_000_000_000_000])
steps = st.lists(st.tuples(ids, st.none() | people, st.booleans()), max_size=12)


@pytest.mark.parametrize("kind", [Place, DatabasePlace])
@examples(15)
@given(steps=steps, now=instants)
def test_it_answers_like_a_dictionary_would(
    kind: type[AnyPlace], steps: list[tuple[int, Person | None, bool]], now: datetime
) -> None:
    async def scenario(place: AnyPlace) -> None:
        storage, model = place.open(), dict[int, Person]()
        for id, person, restarts in steps:
            await save(storage, id, person)
            model.pop(id, None)
            if person is not None:
                model[id] = person
            if restarts:
                storage = place.reopen()
            assert storage.ids() == sorted(model)
            assert {id: await storage.read(id) for id in model} == model
            due = [id for id in model if _is_due(model[id], now)]
            assert sorted(storage.due(now)) == sorted(due)
            assert [_instant(model[id]) for id in storage.due(now)] == sorted(_instant(model[id]) for id in due)
            assert storage.claims_open() == sorted(id for id in model if model[id].claim_open)
            assert sorted(storage.replies_owed(now)) == sorted(id for id in model if _is_owed(model[id], now))
            when = storage.next_due_at()
            assert (when is not None and when <= now) == bool(due)

    with tempfile.TemporaryDirectory() as root:
        place = kind(Path(root))
        try:
            asyncio.run(scenario(place))
        finally:
            place.close()


def _instant(person: Person) -> tuple[bool, datetime]:
    return (person.next_due_at is None, person.next_due_at or NOON)


def _is_due(person: Person, now: datetime) -> bool:
    return person.stamp != STAMP or (person.next_due_at is not None and person.next_due_at <= now)


def _is_owed(person: Person, since: datetime) -> bool:
    return person.reply_owed_at is not None and person.reply_owed_at >= since
