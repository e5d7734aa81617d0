"""SIGTERM in the middle of a morning on which everybody's message falls due at one instant.

    python -m tests.long.morning [--people N] [--json FILE]

When the signal comes, Telegram takes five seconds over each message. Nothing more may be claimed then, what is on its
way must be settled, and the next process sends the rest.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from bot.catalog.load import Catalog
from bot.clock import SystemClock
from bot.local_telegram.telegram import LocalTelegram
from bot.sending.send_due import IN_FLIGHT
from tests.conftest import the_catalog
from tests.long.crowd import SENDING, delivered, everybody, judge, minute_before, prepared, spread, write
from tests.long.line import Line
from tests.long.one_run import asked_for, carried_out
from tests.process.bot_process import BotProcess, telegram_on_loopback, until

FIRST = 1_000
LESSON_EVERY = 5
SLOW = 5.0
PATIENCE = 3_600.0


async def morning(people: int, folder: Path) -> dict[str, Any]:
    """One such morning in a folder of its own; its figures, and under "wrong" each fault."""
    async with telegram_on_loopback() as (telegram, address):
        bot = BotProcess(folder, address, BOT_MESSAGES_PER_SECOND="29")
        try:
            return await _interrupted(bot, telegram, the_catalog(), people)
        finally:
            await bot.close()


async def _interrupted(bot: BotProcess, telegram: LocalTelegram, catalog: Catalog, people: int) -> dict[str, Any]:
    clock = SystemClock()
    kinds = spread(range(FIRST, FIRST + people), LESSON_EVERY)
    now = clock.now()
    at = minute_before(now)
    await write(bot, catalog, (prepared(catalog, id, kind, at, now) for id, kind in kinds.items()))
    for id in kinds:
        telegram.person(id)
    line = Line(telegram, lambda: 0.0)

    def sends() -> int:
        return sum(method in SENDING for method, *_ in line.asked)

    await bot.started(telegram)
    begun = clock.monotonic()
    await _patiently(lambda: sends() >= people // 2)
    line.delay = lambda: SLOW
    await until(lambda: line.in_flight >= IN_FLIGHT)
    on_their_way, before, signalled = line.in_flight, sends(), clock.monotonic()
    code = await bot.stop()
    stopped_in, claimed_after = clock.monotonic() - signalled, sends() - before

    line.delay = lambda: 0.0
    await bot.started(telegram)
    await _patiently(lambda: len(delivered(telegram)) == people)
    code = code or await bot.stop()
    known, unreadable = await everybody(bot, catalog)
    crowd = judge(catalog, kinds, known, delivered(telegram))
    wrong = [*crowd.wrong]
    wrong += [f"ended with {code}"] if code else []
    wrong += [f"{claimed_after} messages claimed after the signal"] if claimed_after else []
    wrong += [f"{crowd.missing} reminders missing"] if crowd.missing else []
    wrong += [f"{crowd.repeated} lessons repeated"] if crowd.repeated else []
    wrong += [f"{len(unreadable)} documents cannot be read"] if unreadable else []
    return {
        "people": people,
        "sent before SIGTERM": before - on_their_way,
        "on their way": on_their_way,
        "claimed after SIGTERM": claimed_after,
        "seconds to the end": round(stopped_in, 1),
        "delivered": crowd.sent,
        "minutes in all": round((clock.monotonic() - begun) / 60, 1),
        "wrong": wrong,
    }


async def _patiently(condition: Any) -> None:
    """Wait for what takes minutes, and look only now and then."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 -- what changes lies beyond this process
            await asyncio.sleep(0.5)


def main() -> int:
    """Live through it; 0 when nothing was wrong."""
    parser = asked_for("morning")
    parser.add_argument("--people", type=int, default=10_000)
    given = parser.parse_args()
    return carried_out(lambda folder: morning(given.people, folder), given.json)


if __name__ == "__main__":
    sys.exit(main())
