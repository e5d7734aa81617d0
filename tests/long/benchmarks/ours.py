"""The whole bot on real files before a Bot API on loopback, for `turns`: one task, measured in this process alone.

    python -m tests.long.benchmarks.ours PORT TASK [--people N] [--age DAYS] [--stored N] [--database] [--far]

Prints one line of JSON: CPU seconds of the process with all its threads from the first turn to the last, turns, and
what else the task tells. Nothing is throttled: what Telegram would allow is not what is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import build, open_subscribers, stamp
from bot.bot_api import rate_limit
from bot.bot_api.client import Client
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.check.found_whole import FoundWhole
from bot.clock import SystemClock
from bot.core.model.callback_data import Tell, pack
from bot.core.model.delivery import Kind, Outcome
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.due import due
from bot.core.screens.compose import compose
from bot.lifecycle import Runtime
from bot.places.search import Places
from bot.render.text import Rendered
from bot.run import YOUNG
from bot.storage import Storage
from bot.storage.disk import Disk
from bot.storage.postgres.storage import open_postgres
from bot.subscriber_codec import SubscriberCodec
from bot.tasks import cancel_all
from tests.conftest import the_catalog, the_places
from tests.long.benchmarks.aged import due_at
from tests.long.benchmarks.moves import sealed_many
from tests.long.benchmarks.plot import curve
from tests.long.crowd import prepared, write
from tests.long.many import FastDisk, megabytes
from tests.process.bot_process import ROOT, BotProcess, shipped
from tests.support.database import Server, own_server

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
TOKEN = "1000:no-token-of-telegrams-at-all-0000000"
FIRST = 1_000
WORDS = "Good morning. " * 16
ENTITIES = [{"type": "bold", "offset": 0, "length": 4}]
KEYBOARD = [[{"text": "One", "callback_data": "one"}, {"text": "Two", "callback_data": "two"}]]
UNBOUNDED = 10**9
ASKING = 5_000_000
"""Whoever types /help in a morning, from this number on."""
OTHERS = 10_000_000
"""Those who are stored beside them, from this number on."""
NEVER = datetime(2036, 1, 1, tzinfo=UTC)
IDLE = 2.0
"""Seconds after which a process that has answered is idle."""
AT_A_TIME = 50
"""People who tap at the same time."""
WARM = 20
"""Turns before those that are measured: the words of a screen are compiled when it is first shown."""


class BenchClock(SystemClock):
    """Goes as the machine's does, from an instant in the morning, so that no run meets a midnight."""

    def __init__(self, begin: datetime) -> None:
        self._ahead = begin - super().now()

    def now(self) -> datetime:
        return super().now() + self._ahead


@dataclass(frozen=True)
class Ground:
    """On what a task is measured: its Bot API, how many people of which age, how many others, and where they are.

    A Bot API that is `far` speaks TLS.
    """

    port: int
    people: int
    age: int = 12
    stored: int = 0
    database: bool = False
    far: bool = False


@asynccontextmanager
async def bot_with(on: Ground, people: int, ahead: timedelta) -> AsyncIterator[tuple[Runtime, Catalog]]:
    """The bot with so many people, whose message falls due so long from now, and others whose never does."""
    catalog, places = the_catalog(), the_places()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(own_server()) if on.database else None
        opened = partial(_opened, catalog, folder, server)
        storage = opened(FastDisk())
        for id in range(FIRST, FIRST + people):
            async with storage.change(id) as box:
                box.value = due_at(catalog.default, on.age, AT, id)
        storage.close()
        if on.stored:
            one = replace(due_at(catalog.default, on.age, AT, 1), next_due_at=NEVER)
            sealed_many(folder / "data", folder / "keys" / "storage.key", one, range(OTHERS, OTHERS + on.stored))
        runtime = _built(catalog, places, opened(None), on, BenchClock(AT - ahead))
        try:
            await runtime.start(ticking=False)
            gc.collect()
            gc.freeze()
            gc.set_threshold(YOUNG, 10, 10)  # as in the process; tests that share an interpreter collect less often
            yield runtime, catalog
        finally:
            await runtime.stop()


def _opened(catalog: Catalog, folder: Path, server: Server | None, disk: Disk | None) -> Storage[Subscriber]:
    key_file, named = folder / "keys" / "storage.key", stamp(catalog)
    if server is not None:
        return open_postgres(server.url(), key_file, SubscriberCodec(named), named, alone=True)
    return open_subscribers(catalog, folder / "data", key_file, disk=disk)


def _built(catalog: Catalog, places: Places, storage: Storage[Subscriber], on: Ground, clock: SystemClock) -> Runtime:
    rate_limit.IN_ALL = UNBOUNDED  # type: ignore[misc]
    return build(
        token=TOKEN,
        api_url=f"{'https' if on.far else 'http'}://127.0.0.1:{on.port}",
        storage=storage,
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


async def scheduled(on: Ground) -> dict[str, Any]:
    """Everybody's reminder: due, claimed on disk, sent, settled on disk."""
    async with bot_with(on, on.people, timedelta(seconds=-1)) as (runtime, catalog):
        warm(runtime, catalog, on.age)
        draining = asyncio.create_task(runtime.send_due.run())
        with Measured() as measured:
            await _until(lambda: runtime.send_due.is_idle)
        await cancel_all({draining})
        kept = [await runtime.storage.read(id) for id in range(FIRST, FIRST + on.people)]
        sent = sum(
            each is not None and any(one.outcome is Outcome.SENT and one.at >= AT for one in each.deliveries.values())
            for each in kept
        )
        return measured.as_told(on.people, settled=sent)


async def bare(on: Ground) -> dict[str, Any]:
    """Messages of one text and two buttons through the sender and its pace alone, 30 at once."""
    async with bot_with(on, 0, timedelta(hours=1)) as (runtime, _catalog):
        rendered, ids = _text(), iter(range(FIRST, FIRST + on.people))

        async def one_after_another() -> None:
            for id in ids:
                slot = await runtime.sender.rate_limit.take(id, rate_limit.Rank.REMINDER)
                await runtime.sender.send(id, rendered, slot)

        with Measured() as measured:
            await asyncio.gather(*(one_after_another() for _ in range(30)))
        return measured.as_told(on.people)


def _text() -> Rendered:
    from bot.render.text import RenderedButton

    return Rendered(WORDS, ((RenderedButton("One", "one"), RenderedButton("Two", "two")),))


async def taps(on: Ground) -> dict[str, Any]:
    """Each chooses another time of day, and another one: stored, answered, and the screen edited."""
    return await _updates(on, [partial(_tap, data=pack(Tell("time", (at,)))) for at in ("07:30", "08:00", "08:30")])


async def helps(on: Ground) -> dict[str, Any]:
    """Each types /help."""
    return await _updates(on, [_help])


async def _updates(on: Ground, in_a_row: list[Callable[[int], dict[str, Any]]]) -> dict[str, Any]:
    """What some people do at the same time, one thing after the other, and then some others."""
    port, people = on.port, on.people // len(in_a_row)
    async with bot_with(on, people + WARM, timedelta(hours=5)) as (runtime, _):
        ids = range(FIRST, FIRST + people)
        groups = (ids[begin : begin + AT_A_TIME] for begin in range(0, people, AT_A_TIME))
        given = [update(id) for group in groups for update in in_a_row for id in group]
        warming = [in_a_row[0](FIRST + people + number) for number in range(WARM)]
        await told(port, "updates", [{"update_id": number, **each} for number, each in enumerate(warming, FIRST)])
        fetching = asyncio.create_task(runtime.receiver.run())
        await _until(lambda: _handled(runtime) >= WARM and not runtime.sender.busy)
        await told(port, "updates", [{"update_id": number, **each} for number, each in enumerate(given, 10**6)])
        with Measured() as measured:
            await _until(lambda: _handled(runtime) >= len(given) + WARM and not runtime.sender.busy)
            await runtime.respond.owed.clear()  # as the next tick would
        await runtime.receiver.stop(1)
        await cancel_all({fetching})
        return measured.as_told(len(given))


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
            "message": message | {"text": WORDS, "entities": ENTITIES, "reply_markup": {"inline_keyboard": KEYBOARD}},
        }
    }


def _help(id: int) -> dict[str, Any]:
    entities = [{"type": "bot_command", "offset": 0, "length": 5}]
    said = {"message_id": 7, "from": _person(id), "chat": _chat(id), "date": int(AT.timestamp())}
    return {"message": said | {"text": "/help", "entities": entities}}


async def morning(on: Ground) -> dict[str, Any]:
    """So many due at once while people type /help, ten a second: how long they wait, how long the loop is busy.

    Milliseconds; of the loop those that its thread works between two looks at the clock.
    """
    port = on.port
    async with bot_with(on, on.people, timedelta(seconds=-1)) as (runtime, catalog):
        warm(runtime, catalog, on.age)
        gaps: list[float] = []
        asked: dict[int, float] = {}
        tasks = {asyncio.create_task(runtime.receiver.run())}
        await told(port, "updates", [{"update_id": 10**6 - 1, **_help(ASKING - 1)}])
        await _until(lambda: _handled(runtime) >= 1 and not runtime.sender.busy)
        tasks |= {asyncio.create_task(each) for each in (runtime.send_due.run(), _beats(gaps))}
        await told(port, "clear", [])
        began = time.monotonic()

        async def ask() -> None:
            for number in range(10**6):
                id = ASKING + number
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
        sent = sorted(at for at, _, chat in log if chat < ASKING - 1)
        return measured.as_told(
            on.people,
            asked=len(asked),
            answered=len(waits),
            p50=1000 * waits[len(waits) // 2],
            p99=1000 * waits[int(len(waits) * 0.99)],
            blocked=1000 * max(gaps),
            came=len(sent),
            curve=curve(sent, began),
        )


async def process(on: Ground) -> dict[str, Any]:
    """The real process with so many people: seconds from its start to its first answer, and megabytes when idle."""
    catalog, clock = the_catalog(), SystemClock()
    at = (clock.now() + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    with tempfile.TemporaryDirectory() as folder:
        bot = BotProcess(Path(folder), f"http://127.0.0.1:{on.port}")
        ids = range(FIRST, FIRST + on.people)
        await write(bot, catalog, (prepared(catalog, id, Kind.REMINDER, at, clock.now()) for id in ids))
        FoundWhole(bot.data).keep(shipped(bot.settings["BOT_CONTACT_FILE"]))  # as any start but the first
        await told(on.port, "updates", [{"update_id": 1, **_help(ASKING)}])
        begun = time.monotonic()
        try:
            await bot.start({"PYTHONPATH": f"{_as_deployed(Path(folder))}{os.pathsep}{ROOT}"})
            while not (log := await told(on.port, "log", [])):  # noqa: ASYNC110 -- it changes in another process
                await asyncio.sleep(0.02)
            answered, spent = log[0][0] - begun, _spent(bot.pid)
            await asyncio.sleep(IDLE)
            return {"cpu": spent, "turns": 1, "start": answered, "megabytes": megabytes(bot.pid)}
        finally:
            await bot.close()


def _as_deployed(folder: Path) -> Path:
    """Where `click` is none: with it, which requirements.txt has not, httpx brings a whole command line along."""
    lacking = folder / "lacking"
    lacking.mkdir()
    (lacking / "click.py").write_text("raise ImportError\n", encoding="ascii")
    return lacking


def _spent(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _beats(gaps: list[float]) -> None:
    """How long the loop's thread works between two beats: what others do on the machine meanwhile is not counted."""
    last = time.thread_time()
    while True:
        await asyncio.sleep(0.002)
        now = time.thread_time()
        gaps.append(now - last)
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


TASKS = {
    "scheduled": scheduled,
    "bare": bare,
    "taps": taps,
    "helps": helps,
    "morning": morning,
    "process": process,
}


def main() -> None:
    """Carry out one task."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--age", type=int, default=12)
    parser.add_argument("--stored", type=int, default=0)
    parser.add_argument("--database", action="store_true")
    parser.add_argument("--far", action="store_true")
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    on = Ground(given.port, given.people, given.age, given.stored, given.database, given.far)
    found = asyncio.run(TASKS[given.task](on))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
