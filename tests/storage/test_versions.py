"""Documents of older versions are brought up to date as they are read; newer ones are left to newer bots."""

from __future__ import annotations

import contextlib
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.model.subscriber import Enrollment, Subscriber
from bot.storage import NewerFormat
from bot.storage.seal import load_keys, read_line
from bot.storage.tinydb_storage import TinyDBStorage, open_storage
from bot.subscriber_codec import MIGRATIONS, SubscriberCodec
from tests.storage.conftest import NOON, STAMP
from tests.storage.disks import DyingDisk, Killed

VERSION_1 = json.loads((Path(__file__).parent / "version-1.json").read_text(encoding="utf-8"))
"""Somebody who went through it all, as the first version of the bot kept them. Never edited again."""


def with_a_payload(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "start_payload": document["start_payload"] + ", renamed"}


def with_lessons_in_capitals(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "lessons_seen": [lesson.upper() for lesson in document["lessons_seen"]]}


LATER = {1: with_a_payload, 2: with_lessons_in_capitals}


def open_with(folder: Path, migrations: dict[int, Any], **how: Any) -> TinyDBStorage[Subscriber]:
    codec = SubscriberCodec(STAMP, migrations)
    return open_storage(folder / "data", folder / "keys" / "storage.key", codec, STAMP, **how)


async def stored_as_version_1(folder: Path) -> Subscriber:
    """Store them as they were kept, and give them as they are read today."""
    storage = open_with(folder, {})
    known = SubscriberCodec(STAMP, {}).decode(VERSION_1)
    async with storage.change(known.id) as box:
        box.value = known
    storage.close()
    return known


def test_the_document_of_version_1_opens_whole() -> None:
    known = SubscriberCodec(STAMP).decode(VERSION_1)
    assert known.version == 1 + len(MIGRATIONS)
    empty = [name for name in VERSION_1 if getattr(known, name) in ((), {}, "", None)]
    assert empty == [], "the sample holds something of everything that version knew"
    assert len(known.answers) == len(VERSION_1["answers"])
    assert known.deliveries.keys() == VERSION_1["deliveries"].keys()
    assert isinstance(known.enrollment, Enrollment)


def test_the_default_version_is_the_one_the_migrations_lead_to() -> None:
    default = next(each.default for each in fields(Subscriber) if each.name == "version")
    assert sorted(MIGRATIONS) == list(range(1, 1 + len(MIGRATIONS)))
    assert default == 1 + len(MIGRATIONS)


def test_every_step_between_is_taken_once_and_in_order() -> None:
    before = json.dumps(VERSION_1)
    known = SubscriberCodec(STAMP, LATER).decode(VERSION_1)
    assert known.version == 3
    assert known.start_payload == VERSION_1["start_payload"] + ", renamed"
    assert known.lessons_seen == tuple(lesson.upper() for lesson in VERSION_1["lessons_seen"])
    assert json.dumps(VERSION_1) == before
    again = SubscriberCodec(STAMP, LATER)
    assert again.decode(json.loads(again.encode(known))) == known


def test_a_document_half_way_takes_only_the_steps_ahead() -> None:
    halfway = SubscriberCodec(STAMP, {1: with_a_payload})
    document = json.loads(halfway.encode(halfway.decode(VERSION_1)))
    assert document["version"] == 2
    known = SubscriberCodec(STAMP, LATER).decode(document)
    assert known == SubscriberCodec(STAMP, LATER).decode(VERSION_1)


def test_somebody_new_is_written_in_the_newest_version() -> None:
    known = SubscriberCodec(STAMP, {}).decode(VERSION_1)
    assert json.loads(SubscriberCodec(STAMP, LATER).encode(known))["version"] == 3


def test_a_newer_document_is_refused_by_name() -> None:
    newer = json.loads(SubscriberCodec(STAMP, LATER).encode(SubscriberCodec(STAMP, LATER).decode(VERSION_1)))
    with pytest.raises(NewerFormat, match="version 3, this bot reads up to 2"):
        SubscriberCodec(STAMP, {1: with_a_payload}).decode(newer)


@pytest.mark.parametrize("version", [0, -1, "1", None, 1.5, [1]])
def test_a_version_that_never_was_does_not_open(version: object) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        SubscriberCodec(STAMP, LATER).decode({**VERSION_1, "version": version})


async def test_reading_changes_no_file_and_saving_changes_it_for_good(tmp_path: Path) -> None:
    known = await stored_as_version_1(tmp_path)
    file = next((tmp_path / "data").rglob(f"{known.id}.sealed"))
    before = file.read_bytes()
    storage = open_with(tmp_path, LATER)
    read = await storage.read(known.id)
    assert read is not None
    assert read.version == 3
    assert await storage.read(known.id) == read
    assert file.read_bytes() == before
    async with storage.change(known.id) as box:
        assert box.value is not None
        box.value = replace(box.value, saved_at=NOON)
    storage.close()
    storage = open_with(tmp_path, LATER)
    again = await storage.read(known.id)
    storage.close()
    assert again == replace(read, saved_at=NOON)


async def test_a_kill_while_a_migrated_document_is_saved_leaves_one_that_opens(tmp_path: Path) -> None:
    known = await stored_as_version_1(tmp_path)
    for dying in range(1, 10):
        disk = DyingDisk(dying)
        storage = open_with(tmp_path, LATER, disk=disk, threads=0)
        disk.arm()
        with contextlib.suppress(Killed):
            async with storage.change(known.id) as box:
                assert box.value is not None
                box.value = replace(box.value, saved_at=NOON)
        assert disk.steps
        storage.close()
        storage = open_with(tmp_path, LATER)
        read = await storage.read(known.id)
        storage.close()
        assert read is not None
        assert read.version == 3
        assert read.start_payload == VERSION_1["start_payload"] + ", renamed"


async def test_one_newer_document_among_others_costs_one_person_alone(tmp_path: Path) -> None:
    known = await stored_as_version_1(tmp_path)
    file = next((tmp_path / "data").rglob(f"{known.id}.sealed"))
    keys = load_keys(tmp_path / "keys" / "storage.key")
    summary = read_line(file.read_bytes(), known.id).summary
    body = json.dumps({"documents": {"1": {**VERSION_1, "version": 9}}}).encode()
    newer = keys.seal(body, summary, known.id)
    file.write_bytes(newer)
    storage = open_with(tmp_path, {})
    async with storage.change(8) as box:
        box.value = replace(known, id=8)
    with pytest.raises(NewerFormat, match="version 9"):
        await storage.read(known.id)
    assert storage.damaged == [(known.id, "its document has version 9, this bot reads up to 1")]
    assert storage.ids() == [8]
    storage.close()
    assert file.read_bytes() == newer
