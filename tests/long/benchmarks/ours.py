"""The whole bot on real files before a Bot API on loopback, for `turns`: one task, measured in this process alone.

    python -m tests.long.benchmarks.ours PORT TASK [--people N] [--age DAYS]

Prints one line of JSON: CPU seconds of the process with all its threads from the first turn to the last, turns, and
what else the task tells. Nothing is throttled: what Telegram would allow is not what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import Runtime, build, open_subscribers
from bot.bot_api import rate_limit
from bot.bot_api.client import Client
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.clock import SystemClock
from bot.core.model.callback_data import Tell, pack
from bot.core.model.delivery import Outcome
from bot.core.schedule.due import due
from bot.core.screens.compose import compose
from bot.places.search import Places
from bot.render.text import Rendered
from bot.tasks import cancel_all
from tests.conftest import the_catalog, the_places
from tests.long.benchmarks.aged import due_at
from tests.long.many import FastDisk

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
TOKEN = "1000:no-token-of-telegrams-at-all-0000000"
FIRST = 1_000
WORDS = "Good morning. " * 16
UNBOUNDED = 10**9


class BenchClock(SystemClock):
    """Goes as the machine's does, from an instant in the morning, so that no run meets a midnight."""

    def __init__(self, begin: datetime) -> None:
        self._ahead = begin - super().now()

    def now(self) -> datetime:
        return super().now() + self._ahead


@asynccontextmanager
async def bot_with(port: int, people: int, age: int, ahead: timedelta) -> AsyncIterator[tuple[Runtime, Catalog]]:
    """The bot with so many people of an age, whose message falls due so long from now."""
    catalog, places = the_catalog(), the_places()
    with tempfile.TemporaryDirectory() as folder:
        data, key_file = Path(folder) / "data", Path(folder) / "keys" / "storage.key"
        storage = open_subscribers(catalog, data, key_file, disk=FastDisk())
        for id in range(FIRST, FIRST + people):
            async with storage.change(id) as box:
                box.value = due_at(catalog.default, age, AT, id)
        storage.close()
        runtime = _built(catalog, places, data, key_file, port, BenchClock(AT - ahead))
        try:
            await runtime.start(ticking=False)
            gc.collect()
            gc.freeze()
            yield runtime, catalog
        finally:
            await runtime.stop()


def _built(catalog: Catalog, places: Places, data: Path, key_file: Path, port: int, clock: SystemClock) -> Runtime:
    rate_limit.IN_ALL = UNBOUNDED  # type: ignore[misc]
    return build(
        token=TOKEN,
        api_url=f"http://127.0.0.1:{port}",
        storage=open_subscribers(catalog, data, key_file),
        catalog=catalog,
        places=places,
        clock=clock,
        request=Client(),
        poll_request=Client(),
        tick_seconds=1,
        messages_per_second=UNBOUNDED,
        pictures=Pictures(catalog.folder),
        taps_a_minute=UNBOUNDED,
    )


def warm(runtime: Runtime, catalog: Catalog, age: int) -> None:
    """Compile the words of such a message, as the first of a morning would."""
    person = due_at(catalog.default, age, AT, FIRST)
    planned = due(catalog.default, person, AT).send
    assert planned is not None
    runtime.respond.renderers.of(person).render(compose(catalog.default, person, planned, AT))


class Measured:
    """CPU of this process, all its threads, from the block's begin to its end."""

    def __enter__(self) -> Measured:
        self._begun, self._at = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu, self.wall = time.process_time() - self._begun, time.perf_counter() - self._at

    def as_told(self, turns: int, **more: Any) -> dict[str, Any]:
        """As it is printed."""
        return {"cpu": self.cpu, "wall": self.wall, "turns": turns, **more}


async def scheduled(port: int, people: int, age: int) -> dict[str, Any]:
    """Everybody's reminder: due, claimed on disk, sent, settled on disk."""
    async with bot_with(port, people, age, timedelta(seconds=-1)) as (runtime, catalog):
        warm(runtime, catalog, age)
        draining = asyncio.create_task(runtime.send_due.run())
        with Measured() as measured:
            await _until(lambda: runtime.send_due.is_idle)
        await cancel_all({draining})
        kept = [await runtime.storage.read(id) for id in runtime.storage.ids()]
        sent = sum(
            each is not None and any(one.outcome is Outcome.SENT and one.at >= AT for one in each.deliveries.values())
            for each in kept
        )
        return measured.as_told(people, settled=sent)


async def bare(port: int, people: int, _: int) -> dict[str, Any]:
    """Messages of one text and two buttons through the sender and its pace alone, 30 at once."""
    async with bot_with(port, 0, 12, timedelta(hours=1)) as (runtime, _catalog):
        rendered, ids = _text(), iter(range(FIRST, FIRST + people))

        async def one_after_another() -> None:
            for id in ids:
                slot = await runtime.sender.rate_limit.take(id, rate_limit.Rank.REMINDER)
                await runtime.sender.send(id, rendered, slot)

        with Measured() as measured:
            await asyncio.gather(*(one_after_another() for _ in range(30)))
        return measured.as_told(people)


def _text() -> Rendered:
    from bot.render.text import RenderedButton

    return Rendered(WORDS, ((RenderedButton("One", "one"), RenderedButton("Two", "two")),))


async def taps(port: int, people: int, age: int) -> dict[str, Any]:
    """Each chooses another time of day: stored, answered, and the screen edited."""
    return await _updates(port, people, age, lambda id: _tap(id, pack(Tell("time", ("07:30",)))))


async def helps(port: int, people: int, age: int) -> dict[str, Any]:
    """Each types /help."""
    return await _updates(port, people, age, _help)


async def _updates(port: int, people: int, age: int, update: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    async with bot_with(port, people, age, timedelta(hours=5)) as (runtime, _):
        given = [{"update_id": id, **update(id)} for id in range(FIRST, FIRST + people)]
        await told(port, "updates", given)
        fetching = asyncio.create_task(runtime.receiver.run())
        with Measured() as measured:
            await _until(lambda: _handled(runtime) >= people and not runtime.sender.busy)
        await runtime.receiver.stop(1)
        await cancel_all({fetching})
        return measured.as_told(people)


def _handled(runtime: Runtime) -> float:
    return runtime.metrics.registry.get_sample_value("steady_knees_updates_total", {"fate": "handled"}) or 0.0


def _person(id: int) -> dict[str, Any]:
    return {"id": id, "is_bot": False, "first_name": "Ada", "language_code": "en"}


def _chat(id: int) -> dict[str, Any]:
    return {"id": id, "first_name": "Ada", "type": "private"}


def _tap(id: int, data: str) -> dict[str, Any]:
    message = {
        "message_id": 7,
        "from": _person(1000) | {"is_bot": True},
        "chat": _chat(id),
        "date": int(AT.timestamp()),
    }
    return {
        "callback_query": {
            "id": str(id),
            "from": _person(id),
            "chat_instance": "1",
            "data": data,
            "message": message | {"text": WORDS},
        }
    }


def _help(id: int) -> dict[str, Any]:
    entities = [{"type": "bot_command", "offset": 0, "length": 5}]
    said = {"message_id": 7, "from": _person(id), "chat": _chat(id), "date": int(AT.timestamp())}
    return {"message": said | {"text": "/help", "entities": entities}}


async def morning(port: int, people: int, age: int) -> dict[str, Any]:
    """So many due at once while people type /help, ten a second: how long they wait, how long the loop stands."""
    async with bot_with(port, people, age, timedelta(seconds=-1)) as (runtime, _):
        gaps: list[float] = []
        asked: dict[int, float] = {}
        tasks = {asyncio.create_task(each) for each in (runtime.send_due.run(), runtime.receiver.run(), _beats(gaps))}
        await told(port, "clear", [])

        async def ask() -> None:
            for number in range(10**6):
                id = 5_000_000 + number
                asked[id] = time.monotonic()
                await told(port, "updates", [{"update_id": 10**6 + number, **_help(id)}])
                await asyncio.sleep(0.1)

        asking = asyncio.create_task(ask())
        with Measured() as measured:
            await _until(lambda: runtime.send_due.is_idle)
        await cancel_all({asking})
        await _until(lambda: not runtime.sender.busy)
        await asyncio.sleep(0.3)
        log = await told(port, "log", [])
        came = {chat: at for at, _, chat in reversed(log)}
        waits = sorted(came[id] - at for id, at in asked.items() if id in came)
        await cancel_all(tasks)
        return measured.as_told(
            people,
            asked=len(asked),
            answered=len(waits),
            p50=waits[len(waits) // 2],
            p99=waits[int(len(waits) * 0.99)],
            blocked=max(gaps),
            came=sum(chat < 5_000_000 for _, _, chat in log),
        )


async def _beats(gaps: list[float]) -> None:
    last = time.monotonic()
    while True:
        await asyncio.sleep(0.002)
        now = time.monotonic()
        gaps.append(now - last - 0.002)
        last = now


async def told(port: int, path: str, given: object) -> Any:
    """What that Bot API answers to something that is no call of Telegram's."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps(given).encode()
    writer.write(b"POST /%s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (path.encode(), len(body)) + body)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    answer = await reader.readexactly(length)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return json.loads(answer)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(600):
        while not condition():  # noqa: ASYNC110 -- what changes lies in other tasks
            await asyncio.sleep(0.02)


TASKS = {"scheduled": scheduled, "bare": bare, "taps": taps, "helps": helps, "morning": morning}


def main() -> None:
    """Carry out one task."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--age", type=int, default=12)
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    found = asyncio.run(TASKS[given.task](given.port, given.people, given.age))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
