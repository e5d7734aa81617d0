"""Moves many people into a database and back: how long each way takes, how much memory, and that no byte changes.

    python -m tests.long.benchmarks.moves [--people N]

Prints one line of figures as JSON; ends with 1 when anything came back otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bot.app import stamp
from bot.clock import SystemClock
from bot.core.model.delivery import Kind
from bot.core.model.subscriber import Subscriber
from bot.operator.move import move_to
from bot.settings import read_settings
from bot.storage.data_folder import DataFolder
from bot.storage.disk import Disk
from bot.storage.seal import load_keys, make_keys
from bot.storage.sealed_file import SealedFile, SingleDocument
from bot.subscriber_codec import SubscriberCodec
from tests.conftest import the_catalog
from tests.long.crowd import minute_before, prepared
from tests.long.many import FastDisk
from tests.support.database import own_server

FIRST = 1_000


def _write(data: Path, key_file: Path, people: int) -> None:
    """So many documents, each as a bot would seal it."""
    catalog, now = the_catalog(), SystemClock().now()
    person = prepared(catalog, FIRST, Kind.REMINDER, minute_before(now), now)
    sealed_many(data, key_file, person, range(FIRST, FIRST + people))


def sealed_many(data: Path, key_file: Path, pattern: Subscriber, ids: Iterable[int]) -> None:
    """One document for each, all after one pattern, which saves its time."""
    codec = SubscriberCodec(stamp(the_catalog()))
    document, summary = json.loads(codec.encode(pattern)), codec.summary(pattern)
    keys = load_keys(key_file) if key_file.exists() else make_keys(key_file, Disk())
    folder = DataFolder(data.resolve())
    folder.make_root()
    folder.make_inside(FastDisk())
    for id in ids:
        sheet = SingleDocument(SealedFile(folder.path(id), id, keys, FastDisk()))
        sheet.write(msgspec.json.encode({**document, "id": id}), summary)


def _digest(data: Path) -> str:
    """Of all sealed documents of a folder and where they lie."""
    sum = hashlib.sha256()
    for path in sorted((data / "subscribers").rglob("*.sealed")):
        sum.update(str(path.relative_to(data)).encode() + path.read_bytes())
    return sum.hexdigest()


def main() -> int:
    """Move them there and back; 0 when all is as it was."""
    parser = argparse.ArgumentParser(prog="python -m tests.long.benchmarks.moves")
    parser.add_argument("--people", type=int, default=100_000)
    given = parser.parse_args()
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="knees-moves-") as name, own_server() as server:
        root = Path(name)
        data, key_file = root / "data", root / "keys" / "storage.key"
        _write(data, key_file, given.people)
        before = _digest(data)
        environment = {
            "BOT_DATA_DIR": str(data),
            "BOT_STORAGE_KEY_FILE": str(key_file),
            "BOT_CONTACT_FILE": "tests/process/contact.yaml",
        }
        seconds = {}
        for way, to in (("there", server.url()), ("back", "files")):
            if way == "back":
                environment["BOT_DATABASE_URL"] = server.url()
            begun = clock.monotonic()
            with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
                move_to(read_settings(environment, needs_token=False), to, clock.now(), Disk())
            seconds[way] = round(clock.monotonic() - begun, 1)
        same = _digest(data) == before
    print(  # noqa: T201
        json.dumps(
            {
                "people": given.people,
                "seconds": seconds,
                "megabytes in memory at most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "byte for byte": same,
            }
        )
    )
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
