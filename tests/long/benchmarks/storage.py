"""What one change of one person costs: all people in one TinyDB file, against a sealed file for each of them.

Run with `python -m tests.long.benchmarks.storage [people ...]`. Both sides store the same documents in the same
process and folder; TinyDB's own storage syncs its file as ours does. Each figure is the median of its repeats.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.table import Document

from bot.storage import Summary
from bot.storage.due_index import DueIndex
from bot.storage.sealed_file import to_json
from bot.storage.tinydb_storage import open_storage

START = datetime(2026, 3, 2, tzinfo=UTC)


class AsItIs:
    """Stores documents as they come."""

    version = 1

    def encode(self, value: dict[str, Any]) -> bytes:
        return to_json(value)

    def decode(self, document: dict[str, Any]) -> dict[str, Any]:
        return document

    def summary(self, value: dict[str, Any]) -> Summary:
        due = START + timedelta(minutes=value["id"] * 7919 % 100_000)
        return Summary(saved_at=START, next_due_at=due, stamp="1", claim_open=False, reply_owed_at=None)


def person(id: int) -> dict[str, Any]:
    """A document of about 1.6 KB, as after a week."""
    answers = [{"question": f"hips-{n}", "choice": n % 3, "at": START.isoformat()} for n in range(20)]
    return {"id": id, "name": f"Person {id}", "zone": "Asia/Kathmandu", "answers": answers, "count": 0}


def median_ms(repeats: int, work: Callable[[int], object]) -> float:
    """The median of several runs of `work(number)`, in milliseconds."""
    took = []
    for number in range(repeats):
        begin = time.perf_counter()
        work(number)
        took.append(time.perf_counter() - begin)
    return statistics.median(took) * 1000


def shared_file(root: Path, people: int, repeats: int) -> float:
    """One change in TinyDB's own storage, everybody in one file; milliseconds."""
    with TinyDB(root / f"shared-{people}.json") as db:
        table = db.table("documents")
        table.insert_multiple(Document(person(id), doc_id=id) for id in range(1, people + 1))

        def change(number: int) -> None:
            table.update({"count": number}, doc_ids=[number * 7919 % people + 1])

        return median_ms(repeats, change)


def file_each(root: Path, people: int, repeats: int) -> tuple[float, float]:
    """One change in ours, and one start with that many people; milliseconds."""
    folder, key_file = root / f"each-{people}", root / "keys" / "storage.key"
    storage = open_storage(folder, key_file, AsItIs(), "1")
    with asyncio.Runner() as runner:

        async def save(id: int, count: int) -> None:
            async with storage.change(id) as box:
                box.value = {**(box.value or person(id)), "count": count}

        for id in range(1, people + 1):
            runner.run(save(id, 0))
        one = median_ms(repeats, lambda number: runner.run(save(number * 7919 % people + 1, number)))
    storage.close()
    start = median_ms(3, lambda _: open_storage(folder, key_file, AsItIs(), "1").close())
    return one, start


def index_move(people: int) -> float:
    """One change of the list of who is due when; milliseconds."""
    summaries = {id: AsItIs().summary({"id": id}) for id in range(people)}
    index = DueIndex("1", summaries)
    return median_ms(2000, lambda n: index.put(n * 7919 % people, summaries[n * 104_729 % people]))


def main(sizes: list[int]) -> None:
    row = "{:>8} {:>14} {:>14} {:>8} {:>12} {:>14}\n"
    write = sys.stdout.write
    write(row.format("people", "shared, ms", "a file each, ms", "ratio", "start, ms", "index move, ms"))
    with tempfile.TemporaryDirectory() as root:
        for people in sizes:
            shared = shared_file(Path(root), people, repeats=20)
            each, start = file_each(Path(root), people, repeats=200)
            figures = (f"{shared:.2f}", f"{each:.2f}", f"{shared / each:.1f}", f"{start:.0f}")
            write(row.format(people, *figures, f"{index_move(people):.4f}"))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100, 1000])
