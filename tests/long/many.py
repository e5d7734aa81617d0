"""Kills a bot that has many people to write to, and starts it again: how long that takes, and how much memory.

python -m tests.long.many [--people N] [--json FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bot.app import stamp
from bot.clock import SystemClock
from bot.core.model.delivery import Kind
from bot.storage.disk import Disk
from bot.storage.tinydb_storage import open_storage
from bot.subscriber_codec import SubscriberCodec
from tests.conftest import the_catalog
from tests.long.crowd import delivered, minute_before, prepared
from tests.long.one_run import asked_for, carried_out
from tests.process.bot_process import BotProcess, telegram_on_loopback, until

FIRST = 1_000
SENT = 50


class FastDisk(Disk):
    """Waits for no platter: only for writing many documents beforehand."""

    def sync(self, descriptor: int) -> None:
        """Nothing."""

    def sync_whole(self, descriptor: int) -> None:
        """Nothing."""

    def sync_folder(self, folder: Path) -> None:
        """Nothing."""


async def kill_among(people: int, folder: Path) -> dict[str, Any]:
    """Start with so many due, kill it in their midst, start it again; under "wrong" what doubled."""
    clock = SystemClock()
    async with telegram_on_loopback() as (telegram, address):
        bot = BotProcess(folder, address)
        try:
            await _write(bot, people)
            for id in range(FIRST, FIRST + people):
                telegram.person(id)
            starts, memory = [], []
            for turn in (1, 2):
                begun = clock.monotonic()
                await bot.started(telegram)
                starts.append(round(clock.monotonic() - begun, 1))
                await until(lambda turn=turn: len(delivered(telegram)) >= SENT * turn, patience=600)  # type: ignore[misc]
                memory.append(megabytes(bot.pid))
                await bot.kill()
            doubled = [id for id, calls in delivered(telegram).items() if len(calls) > 1]
            return {
                "people due": people,
                "start-up seconds": starts,
                "megabytes in memory": memory,
                "wrong": [f"{len(doubled)} reminders came twice"] if doubled else [],
            }
        finally:
            await bot.close()


async def _write(bot: BotProcess, people: int) -> None:
    catalog, now = the_catalog(), SystemClock().now()
    at = minute_before(now)
    codec = SubscriberCodec(stamp(catalog))
    storage = open_storage(bot.data, bot.key_file, codec, codec.stamp, disk=FastDisk())
    for id in range(FIRST, FIRST + people):
        async with storage.change(id) as box:
            box.value = prepared(catalog, id, Kind.REMINDER, at, now)
    storage.close()


def megabytes(pid: int | str = "self") -> int:
    """What a process holds in memory, this one or another; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def main() -> int:
    """Kill it once among so many; 0 when nobody got anything twice."""
    parser = asked_for("many")
    parser.add_argument("--people", type=int, default=100_000)
    given = parser.parse_args()
    return carried_out(lambda folder: kill_among(given.people, folder), given.json)


if __name__ == "__main__":
    sys.exit(main())
