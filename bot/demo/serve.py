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
from bot.demo.story import DemoHouse
from bot.monitoring.health import served
from bot.places.search import load_places
from bot.tasks import cancel_all

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
PORT = 8765
HIGHEST_PORT = 65535


async def serve_demo(content: Path) -> int:
    """Run the demo until it is interrupted; returns 1, after one clear line a fault, when it cannot begin."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that is left out is made up for by the next
    wanted = os.environ.get("DEMO_PORT") or str(PORT)
    try:
        if not wanted.isdecimal() or int(wanted) > HIGHEST_PORT:
            raise ValueError(f"DEMO_PORT must be a port number, up to {HIGHEST_PORT}.")
        testbed = DemoHouse(load_catalog(content), load_places(content / "places"), polling=True)
    except (ContentFaults, OSError, ValueError) as trouble:
        print(trouble, file=sys.stderr)  # noqa: T201
        return 1
    asked_to_stop = _listen_for_signals()
    page = chat_page(testbed)
    try:
        await testbed.open()
        async with contextlib.AsyncExitStack() as stack:
            try:
                port = await stack.enter_async_context(served(page, int(wanted), HOST))
            except OSError:  # taken, or not to be had
                port = await stack.enter_async_context(served(page, 0, HOST))
                print(f"{wanted} is taken, using {port}.", flush=True)  # noqa: T201
            print(f"The demo is ready: open http://{HOST}:{port} in a browser. Stop it with Ctrl-C.", flush=True)  # noqa: T201
            rehearsing = asyncio.create_task(_rehearse(testbed))
            await asked_to_stop.wait()
            await cancel_all([rehearsing])
    finally:
        await testbed.remove()
    return 0


async def _rehearse(testbed: DemoHouse) -> None:
    try:
        await testbed.rehearse(lambda: testbed.telegram.changed())
    except Exception:  # the page goes on without their weeks
        logger.exception("could not rehearse")


def _listen_for_signals() -> asyncio.Event:
    """Set by whatever ends a program in a terminal: what the demo keeps goes with it."""
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    return asked_to_stop
