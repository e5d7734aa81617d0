"""Keeps one real process busy for long while the line is ill, and watches its memory and handles; then gives one next
to nothing: a tenth of a core, and 64 handles.

python -m tests.long.endurance [--minutes N] [--seed N] [--json FILE]

People walk from /start to lesson 1, one after the other; whoever gets no answer taps again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.local_telegram.faults import Answer, CutAfter, CutBefore, Fault
from bot.local_telegram.telegram import LocalTelegram
from tests.conftest import the_catalog
from tests.long.one_run import asked_for, carried_out
from tests.process.bot_process import BotProcess, telegram_on_loopback
from tests.process.phone import ONBOARDING, Phone, lost

WALKERS = 24
TAPS_AGAIN = 20.0
"""Seconds after which somebody taps again."""
TRIES = 6
PATIENCE = 300.0
"""Seconds for an answer of a process that hardly runs."""
LOOKS = 60
"""How often memory and handles are looked at."""
BYTES_AN_UPDATE = 500
"""So much more memory may be taken for each update in the second half."""
HANDLES_MORE = 16
"""So many more may be open in the second half: a pool grows with what is under way."""
TENTH = (0.02, 0.18)
"""Seconds in turn in which a process may run, and may not."""
ILL = 0.025
"""How many calls in one meet a fault."""
FAULTS: tuple[Fault, ...] = (
    Answer(502, b"<html>Bad Gateway</html>"),
    CutAfter(),
    CutBefore(),
    Answer(429, {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}),
)


@dataclass(frozen=True)
class Look:
    """What a process had taken after so many updates."""

    updates: int
    memory: int
    """Bytes."""
    handles: int


@dataclass
class Endurance:
    """One busy process, and what was seen of it."""

    bot: BotProcess
    telegram: LocalTelegram
    chance: random.Random
    phones: list[Phone] = field(default_factory=list)
    stranded: list[str] = field(default_factory=list)
    over: bool = False

    async def play(self, minutes: float) -> dict[str, Any]:
        """Traffic for so long, then an orderly end; the figures of it, and under "wrong" each fault."""
        await self.bot.started(self.telegram)
        self.telegram.fault = self._ill
        first, numbers = self.telegram.next_update_id, count(1)
        walking = [asyncio.create_task(self._walks(numbers)) for _ in range(WALKERS)]
        looks = []
        for _ in range(LOOKS):
            await asyncio.sleep(minutes * 60 / LOOKS)
            looks.append(_look(self.bot.pid, self.telegram.next_update_id - first))
            self.telegram.log.clear()
        self.over = True
        await asyncio.gather(*walking)
        self.telegram.fault = None
        code = await self.bot.stop()
        return await self._figures(looks, code)

    def _ill(self, method: str, parameters: dict[str, Any], number: int) -> Fault | None:
        return None if method == "getUpdates" or self.chance.random() > ILL else self.chance.choice(FAULTS)

    async def _walks(self, numbers: count[int]) -> None:
        while not self.over:
            phone = Phone(self.telegram.person(next(numbers)), patience=TAPS_AGAIN)
            self.phones.append(phone)
            try:
                for step in ("=/start", *ONBOARDING):
                    if not self.over:
                        await self._takes(phone, step)
            except AssertionError as stranded:
                self.stranded.append(f"stranded: {stranded}")

    async def _takes(self, phone: Phone, step: str) -> None:
        """One step, and once more where nothing comes of it: a reply may be lost on the line."""
        for turn in range(TRIES):
            try:
                await (phone.rests() if turn else phone.walks((step,)))
                return
            except AssertionError:
                if turn == TRIES - 1:
                    raise
            phone.types(step[1:]) if step.startswith("=") else phone.taps_again()

    async def _figures(self, looks: list[Look], code: int) -> dict[str, Any]:
        begun, half = looks[: LOOKS // 2], looks[LOOKS // 2 :]
        more, updates = half[-1].memory - half[0].memory, half[-1].updates - half[0].updates
        handles = [max(each.handles for each in part) for part in (begun, half)]
        wrong = list(self.stranded)
        wrong += [f"{more:,} bytes more for {updates} updates"] if more > BYTES_AN_UPDATE * updates else []
        wrong += [f"handles grew: {handles}"] if handles[1] > handles[0] + HANDLES_MORE else []
        wrong += [f"SIGTERM ended with {code}"] if code else []
        wrong += ["a traceback in the log"] if "Traceback" in self.bot.output else []
        for phone in self.phones:
            if phone.since_agreeing:
                known = await self.bot.stored(the_catalog(), phone.person.id)
                wrong += [f"lost: {type(each).__name__}" for each in lost(phone.confirmed, known)]
        return {
            "people": len(self.phones),
            "updates": looks[-1].updates,
            "megabytes at first, half-way, at last": [each.memory >> 20 for each in (looks[0], half[0], half[-1])],
            "handles at most": max(handles),
            "wrong": wrong,
        }


def _look(pid: int, updates: int) -> Look:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return Look(updates, resident * 1024, len(list(Path(f"/proc/{pid}/fd").iterdir())))


@contextlib.asynccontextmanager
async def a_tenth_of_a_core(pid: int) -> AsyncIterator[None]:
    """Let a process run for a tenth of the time."""

    async def stop_and_go() -> None:
        runs, waits = TENTH
        while True:
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(waits)
            os.kill(pid, signal.SIGCONT)
            await asyncio.sleep(runs)

    going = asyncio.create_task(stop_and_go())
    try:
        yield
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


async def scarce(folder: Path) -> list[str]:
    """What goes wrong where a process gets next to nothing: somebody comes from /start to lesson 1, then SIGTERM."""
    async with telegram_on_loopback() as (telegram, address):
        bot = BotProcess(folder, address)
        phone = Phone(telegram.person(1), patience=PATIENCE)
        try:
            await bot.start(through="ulimit -n 64; exec")
            async with a_tenth_of_a_core(bot.pid):
                await phone.sends("/start")
                await phone.walks(ONBOARDING)
            code = await bot.stop()
        except AssertionError as stranded:
            return [f"stranded on a tenth of a core: {stranded}"]
        finally:
            await bot.close()
        wrong = [f"lost: {type(each).__name__}" for each in lost(phone.confirmed, await bot.stored(the_catalog(), 1))]
        return wrong + ([f"SIGTERM ended with {code}"] if code else [])


async def endure(minutes: float, seed: int, folder: Path) -> dict[str, Any]:
    """Both, in folders of their own; the figures, and under "wrong" each fault."""
    clock = SystemClock()
    for name in ("busy", "scarce"):
        (folder / name).mkdir()
    async with telegram_on_loopback() as (telegram, address):
        bot = BotProcess(folder / "busy", address)
        try:
            found = await Endurance(bot, telegram, random.Random(seed)).play(minutes)
        finally:
            await bot.close()
    begun = clock.monotonic()
    found["wrong"] += await scarce(folder / "scarce")
    return {"minutes": minutes, **found, "seconds to lesson 1 on a tenth of a core": round(clock.monotonic() - begun)}


def main() -> int:
    """Keep it busy as long as asked; 0 when nothing was wrong."""
    parser = asked_for("endurance")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    return carried_out(lambda folder: endure(given.minutes, given.seed, folder), given.json)


if __name__ == "__main__":
    sys.exit(main())
