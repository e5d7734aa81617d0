"""Starts and stops the bot over and over without any traffic: nothing of anybody's changes, and nothing grows.

python -m tests.long.starts [--times N] [--json FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.core.model.delivery import Kind
from tests.conftest import the_catalog
from tests.long.crowd import delivered, minute_before, prepared, seconds_of, write
from tests.long.one_run import asked_for, carried_out
from tests.process.bot_process import BotProcess, telegram_on_loopback, until

PEOPLE = range(1, 11)


async def start_and_stop(times: int, folder: Path) -> dict[str, Any]:
    """The figures of so many starts; under "wrong" each file that came, went or changed."""
    clock = SystemClock()
    async with telegram_on_loopback() as (telegram, address):
        bot = BotProcess(folder, address)
        try:
            now = clock.now()
            people = (prepared(the_catalog(), id, Kind.REMINDER, minute_before(now), now) for id in PEOPLE)
            await write(bot, the_catalog(), people)
            for id in PEOPLE:
                telegram.person(id)
            await bot.started(telegram)
            await until(lambda: len(delivered(telegram)) == len(PEOPLE))
            codes = {await bot.stop()}
            before, bytes_before = _documents(bot.data), _size(bot.data)
            seconds = []
            for _ in range(times):
                telegram.log.clear()
                begun = clock.monotonic()
                await bot.started(telegram)
                seconds.append(clock.monotonic() - begun)
                codes.add(await bot.stop())
            after = _documents(bot.data)
            wrong = [
                f"{name} is not as it was" for name in before.keys() | after if before.get(name) != after.get(name)
            ]
            wrong += [f"ended with {code}" for code in codes - {0}]
            return {
                "starts": times,
                "bytes before": bytes_before,
                "bytes after": _size(bot.data),
                "start-up seconds": seconds_of(seconds),
                "wrong": wrong,
            }
        finally:
            await bot.close()


def _documents(folder: Path) -> dict[str, bytes]:
    """Every file of the data folder but the bot's own document, to the byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("house")
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> int:
    """Start as often as asked; 0 when nothing had changed."""
    parser = asked_for("starts")
    parser.add_argument("--times", type=int, default=200)
    given = parser.parse_args()
    return carried_out(lambda folder: start_and_stop(given.times, folder), given.json)


if __name__ == "__main__":
    sys.exit(main())
