"""`python -m bot demo`: the page on a loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from pathlib import Path

from bot.catalog.load import ContentFaults, load_catalog
from bot.demo.page import chat_page
from bot.demo.personas import PERSONAS
from bot.demo.play import Player
from bot.demo.testbed import Testbed
from bot.monitoring.health import served
from bot.places.search import load_places

HOST = "127.0.0.1"
PORT = 8765
HIGHEST_PORT = 65535
PLAY_PAUSE = 0.01


class DemoHouse(Testbed):
    """The testbed as the page drives it."""

    async def play(self, persona: str) -> None:
        """Start afresh and walk one persona through the three weeks."""
        await self.start_afresh()
        who = next(each for each in PERSONAS if each.id == persona)
        await Player(self, who, PLAY_PAUSE).play()
        await self.look()

    async def to_next_message(self) -> None:
        await super().to_next_message()
        await self.look()

    async def advance(self, seconds: float) -> None:
        await super().advance(seconds)
        await self.look()

    async def settle(self) -> None:
        await super().settle()
        await self.look()


async def serve_demo(content: Path) -> int:
    """Run the demo until it is interrupted; returns 1, after one clear line a fault, when it cannot begin."""
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    wanted = os.environ.get("DEMO_PORT") or str(PORT)
    try:
        if not wanted.isdecimal() or int(wanted) > HIGHEST_PORT:
            raise ValueError(f"DEMO_PORT must be a port number, up to {HIGHEST_PORT}.")
        testbed = DemoHouse(load_catalog(content), load_places(content / "places"), polling=True)
    except (ContentFaults, OSError, ValueError) as trouble:
        print(trouble, file=sys.stderr)  # noqa: T201
        return 1
    asked_to_stop = _listen_for_signals()
    page = chat_page(testbed, [(each.id, each.title) for each in PERSONAS])
    try:
        await testbed.open()
        async with contextlib.AsyncExitStack() as stack:
            try:
                port = await stack.enter_async_context(served(page, int(wanted), HOST))
            except OSError:  # taken, or not to be had
                port = await stack.enter_async_context(served(page, 0, HOST))
                print(f"{wanted} is taken, using {port}.", flush=True)  # noqa: T201
            print(f"The demo is ready: open http://{HOST}:{port} in a browser. Stop it with Ctrl-C.", flush=True)  # noqa: T201
            await asked_to_stop.wait()
    finally:
        await testbed.remove()
    return 0


def _listen_for_signals() -> asyncio.Event:
    """Set by whatever ends a program in a terminal: what the demo keeps goes with it."""
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    return asked_to_stop
