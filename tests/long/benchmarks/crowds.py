"""How long others wait: 300 people who wrote at once, and one behind a stranger who typed 1,500 messages.

Run with `python -m tests.long.benchmarks.crowds`. The real process talks over loopback to a Telegram that refuses the
31st message within a second of its own clock; each call takes up to a tenth of a second before it counts.
"""

from __future__ import annotations

import random
import sys
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.local_telegram.faults import Answer, Fault
from bot.local_telegram.telegram import LocalTelegram
from tests.long.crowd import delivered
from tests.long.line import Line, up_to
from tests.long.one_run import Figures, asked_for, carried_out
from tests.process.bot_process import BotProcess, telegram_on_loopback, until

WAITING = 300
TYPED = 1_500
A_SECOND = 30
STRANGER, OTHER = 1, 2
COUNTED = ("send", "edit")
FLOOD = Answer(
    429, {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
)


class Strict:
    """Lets 30 messages through in any second, and counts what it refused."""

    def __init__(self) -> None:
        self.refused = 0
        self._clock = SystemClock()
        self._passed: deque[float] = deque()

    def __call__(self, method: str, _: dict[str, Any], __: int) -> Fault | None:
        if not method.startswith(COUNTED):
            return None
        now = self._clock.monotonic()
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        if len(self._passed) >= A_SECOND:
            self.refused += 1
            return FLOOD
        self._passed.append(now)
        return None


def _answered(telegram: LocalTelegram, people: range) -> bool:
    known = delivered(telegram)
    return all(id in known for id in people)


async def waiting_people(bot: BotProcess, telegram: LocalTelegram) -> tuple[float, int]:
    """Seconds until everybody was answered who wrote before the bot came, and how often Telegram refused."""
    strict = telegram.fault = Strict()
    line, people = Line(telegram, up_to(0.2, random.Random(1))), range(1, WAITING + 1)
    for id in people:
        telegram.person(id).sends("/help")
    await bot.started(telegram)
    await line.handed_out.wait()
    seconds = await _seconds_until(telegram, people)
    return seconds, strict.refused


async def behind_a_stranger(bot: BotProcess, telegram: LocalTelegram) -> tuple[float, int]:
    """Seconds that a message behind 1,500 of somebody unknown waits for its answer, and how many of those were kept."""
    await bot.started(telegram)
    for number in range(TYPED):
        telegram.person(STRANGER).sends(f"hello {number}")
    telegram.person(OTHER).sends("/help")
    seconds = await _seconds_until(telegram, range(OTHER, OTHER + 1))
    return seconds, len(delivered(telegram).get(STRANGER, []))


async def _seconds_until(telegram: LocalTelegram, people: range) -> float:
    begun = SystemClock().monotonic()
    await until(lambda: _answered(telegram, people), patience=120)
    return SystemClock().monotonic() - begun


async def measured(folder: Path) -> Figures:
    """How long people waited for their answers, and what was wrong: a refusal, or more of a stranger than a handful."""
    last, refused = await _with_a_bot(waiting_people, folder)
    behind, kept = await _with_a_bot(behind_a_stranger, folder)
    return {
        "people waiting": WAITING,
        "seconds to the last": round(last, 1),
        "refused": refused,
        "seconds behind a stranger": round(behind, 2),
        "of the stranger answered": kept,
        "wrong": refused,
    }


async def _with_a_bot(
    measure: Callable[[BotProcess, LocalTelegram], Awaitable[tuple[float, int]]], folder: Path
) -> tuple[float, int]:
    async with telegram_on_loopback() as (telegram, address):
        (own := folder / measure.__name__).mkdir()
        bot = BotProcess(own, address)
        try:
            return await measure(bot, telegram)
        finally:
            await bot.close()


def main() -> int:
    """Measure both; 0 where Telegram refused nothing. No time is held to."""
    return carried_out(measured, asked_for("benchmarks.crowds").parse_args().json)


if __name__ == "__main__":
    sys.exit(main())
