"""A million people in a database, as generated rows: what a start, a tick and a change cost there, and what they take.

    python -m tests.long.benchmarks.scale [--people N]

Prints one line of figures as JSON. Each row is a sealed document as it would be; all
but a few hundred are another's, and are never opened.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bot.app import stamp
from bot.core.model.subscriber import Subscriber
from bot.storage.postgres.documents import seal_document
from bot.storage.postgres.storage import PostgresStorage, open_postgres
from bot.storage.seal import Keys, load_keys
from bot.subscriber_codec import SubscriberCodec
from tests.conftest import the_catalog
from tests.long.benchmarks.aged import AGES, due_at
from tests.long.many import megabytes
from tests.support.database import Server, own_server

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
MINUTES = 1440
OPENED = 300
COLUMNS = "id, saved_at, next_due_at, stamp, claim_open, key, sealed"


def _rows(keys: Keys, codec: SubscriberCodec, person: Subscriber, people: int) -> Iterable[tuple[Any, ...]]:
    """Everybody's message at a minute of their own; the first few can be opened."""
    sealed = b""
    for id in range(1, people + 1):
        at = AT + timedelta(minutes=id % MINUTES)
        if id <= OPENED:
            own = replace(person, id=id, next_due_at=at)
            sealed = seal_document(keys, codec.encode(own), codec.summary(own), id)
        yield id, AT, at, codec.stamp, False, keys.first, sealed


def written(server: Server, keys: Keys, codec: SubscriberCodec, person: Subscriber, people: int) -> dict[str, float]:
    """Put them there; seconds, and gigabytes with the index."""
    began = time.monotonic()
    with psycopg.connect(server.url()) as connection:
        connection.execute("ALTER TABLE subscriber SET UNLOGGED")  # half the work for the disk, none for the bot
        with connection.cursor() as cursor, cursor.copy(f"COPY subscriber ({COLUMNS}) FROM STDIN") as copy:
            for row in _rows(keys, codec, person, people):
                copy.write_row(row)
        connection.execute("ANALYZE subscriber")
    (size,) = server.ask("SELECT pg_total_relation_size('subscriber')")[0]
    return {"seconds to write": round(time.monotonic() - began, 1), "gigabytes": round(size / 1e9, 2)}


def _ms(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return round(1000 * statistics.median(took), 3)


async def changes(storage: PostgresStorage[Subscriber]) -> float:
    """One change of one person, claimed and committed: CPU milliseconds of this process."""
    began = time.process_time()
    for id in range(1, OPENED + 1):
        async with storage.change(id) as box:
            assert box.value is not None
            box.value = replace(box.value, saved_at=AT + timedelta(seconds=id))
    return round(1000 * (time.process_time() - began) / OPENED, 3)


def measured(people: int) -> dict[str, Any]:
    """All figures."""
    catalog = the_catalog()
    codec = SubscriberCodec(stamp(catalog))
    persons = {age: due_at(catalog.default, age, AT, 1) for age in AGES}
    found: dict[str, Any] = {"people": people}
    found["kilobytes of a document"] = {age: round(len(codec.encode(each)) / 1000, 1) for age, each in persons.items()}
    with own_server() as server, tempfile.TemporaryDirectory() as folder:
        key_file = Path(folder) / "keys" / "storage.key"
        open_postgres(server.url(), key_file, codec, codec.stamp, alone=True).close()
        found |= written(server, load_keys(key_file), codec, persons[AGES[0]], people)
        gc.collect()
        before, began = megabytes(), time.process_time()
        storage = open_postgres(server.url(), key_file, codec, codec.stamp, alone=True)
        found["CPU seconds of a start"] = round(time.process_time() - began, 1)
        found["megabytes of the list of who is due"] = megabytes() - before
        found["ms of a tick, nobody due"] = _ms(lambda: storage.due(AT - timedelta(hours=1)), 200)
        found["ms of a tick, a minute’s people due"] = _ms(lambda: storage.due(AT), 50)
        found["CPU ms of a change"] = asyncio.run(changes(storage))
        storage.close()
    return found


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(prog="python -m tests.long.benchmarks.scale")
    parser.add_argument("--people", type=int, default=1_000_000)
    sys.stdout.write(json.dumps(measured(parser.parse_args().people), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
