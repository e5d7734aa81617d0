"""Serves the chat page with the toy bot: python -m tests.demo.try_page [port]."""

from __future__ import annotations

import asyncio
import sys

from bot.demo.page import chat_page
from bot.monitoring.health import served
from tests.demo.echo_testbed import EchoHouse


async def main(port: int) -> None:
    testbed = EchoHouse()
    testbed.day_seconds = 0.4
    await testbed.open()
    page = chat_page(testbed)
    async with served(page, port, "127.0.0.1"):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8765))
