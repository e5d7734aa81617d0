"""Kills two real processes on one real PostgreSQL, and the database, under traffic; looks for anything lost or doubled.

    python -m tests.long.replicas [--kills N] [--seed N] [--json FILE]

The same people as in `kills`. Each time one process is killed or stopped and started again, or the database is killed,
or every connection to it is cut; how long it takes until one of them leads again is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.conftest import the_catalog
from tests.long.crowd import seconds_of
from tests.long.kills import Run
from tests.long.one_run import Figures, asked_for, carried_out
from tests.process.bot_process import PATIENCE, BotProcess, telegram_on_loopback
from tests.process.replicas import Replica
from tests.support.database import Server, own_server

TAKE_OVER = 15.0
"""Seconds within which another one leads after the lead has died."""
QUIET = (0.5, 4.0)
AWAY = 3.0
"""Seconds that the database is gone at most."""
WAYS = {"kill lead": 8, "kill standby": 4, "stop lead": 3, "kill database": 3, "cut connections": 2}
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE application_name = 'steady-knees' AND pid <> pg_backend_pid()"
)


class Pair(BotProcess):
    """Two replicas, spoken of as one bot by whoever judges."""

    def __init__(self, folder: Path, address: str, server: Server) -> None:
        key_file = folder / "keys" / "storage.key"
        more = {"BOT_MESSAGES_PER_SECOND": "10"}
        self.both = [Replica(folder / name, address, server.url(), key_file, **more) for name in ("one", "other")]
        super().__init__(folder / "one", address)
        self.settings = self.both[0].settings

    @property
    def output(self) -> str:
        return "".join(each.output for each in self.both)

    def lately(self) -> str:
        """What each of them said last."""
        return "\n".join(f"{each.folder.name}, {each.is_running=}:\n{each.output[-2000:]}" for each in self.both)

    async def lead(self) -> Replica | None:
        """The one that says it leads."""
        for each in self.both:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                if each.is_running and "standby" not in (await each.asks("/healthz"))[1]:
                    return each
        return None

    async def stop(self) -> int:
        return max([await each.stop() for each in self.both])

    async def close(self) -> None:
        for each in self.both:
            await each.close()


@dataclass
class Replicas(Run):
    """One run; `server` is the database of both."""

    server: Server = field(kw_only=True)
    pair: Pair = field(kw_only=True)
    ways: dict[str, int] = field(default_factory=dict)
    take_overs: list[float] = field(default_factory=list)
    away: list[float] = field(default_factory=list)

    async def _start(self) -> None:
        for each in self.pair.both:
            if not each.is_running:
                begun = self.clock.monotonic()
                await each.ready()
                self.starts.append(self.clock.monotonic() - begun)
        await self._led()

    async def _led(self) -> float:
        """Wait until one of them leads; how long that took."""
        begun = self.clock.monotonic()
        while await self.pair.lead() is None:
            waited = self.clock.monotonic() - begun
            assert waited < PATIENCE, f"nobody leads; {self.pair.lately()}"
            await asyncio.sleep(0.1)
        return self.clock.monotonic() - begun

    async def _live_and_die(self) -> None:
        await self._start()
        await asyncio.sleep(self.chance.uniform(*QUIET))
        if self.chance.random() < 0.5:
            await self._something_is_in_hand()
        self._odd += [f"ended by itself with {await each.ends()}" for each in self.pair.both if not each.is_running]
        way = self.chance.choices(list(WAYS), list(WAYS.values()))[0]
        self.ways[way] = self.ways.get(way, 0) + 1
        await self._happens(way, await self.pair.lead() or self.pair.both[0])
        self.killed += 1

    async def _happens(self, way: str, lead: Replica) -> None:
        standby = next(each for each in self.pair.both if each is not lead)
        match way:
            case "kill lead":
                await lead.kill()
                self.take_overs.append(await self._led())
            case "stop lead":
                if await lead.stop():
                    self._odd.append("a stop did not end in order")
                self.take_overs.append(await self._led())
            case "kill standby":
                await standby.kill()
            case "kill database":
                await asyncio.to_thread(self.server.kill)
                await asyncio.sleep(self.chance.uniform(0, AWAY))
                await asyncio.to_thread(self.server.start)
                self.away.append(await self._led())
            case _:
                await asyncio.to_thread(self.server.ask, CUT)
                self.away.append(await self._led())

    async def _figures(self, code: int) -> dict[str, Any]:
        figures = await super()._figures(code)
        late = [each for each in self.take_overs if each > TAKE_OVER]
        figures["wrong"] += [f"a take-over took {each:.0f} seconds" for each in late]
        return {
            **figures,
            **self.ways,
            "take-over seconds": seconds_of(self.take_overs),
            "seconds until one led again": seconds_of(self.away),
        }


async def kill(kills: int, seed: int, folder: Path, **more: Any) -> dict[str, Any]:
    """One run in a folder of its own."""
    with own_server() as server:
        async with telegram_on_loopback() as (telegram, address):
            pair = Pair(folder, address, server)
            try:
                return await Replicas(
                    pair, telegram, the_catalog(), kills, seed, server=server, pair=pair, **more
                ).play()
            finally:
                await pair.close()


def main() -> int:
    """Kill as often as asked; 0 when nothing was wrong."""
    parser = asked_for("replicas")
    parser.add_argument("--kills", type=int, default=120, help="some five seconds each")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="repeats the moments of a run")
    parser.add_argument("--walkers", type=int, default=12)
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)  # noqa: T201

    def run(folder: Path) -> Coroutine[Any, Any, Figures]:
        more = {"walkers": given.walkers, "crowd": 12 * given.kills, "waits_for_repeats": True}
        return kill(given.kills, given.seed, folder, **more)

    return carried_out(run, given.json)


if __name__ == "__main__":
    sys.exit(main())
