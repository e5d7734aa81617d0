"""A second process with the same token: this one says so, goes on hearing people, and loses nothing."""

from __future__ import annotations

import asyncio
import socket

import aiohttp

from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import BotProcess, until
from tests.process.phone import Phone


async def test_a_second_poller_is_a_reason_on_readyz_and_people_are_heard_all_the_same(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    phone = Phone(telegram.person(5))
    with socket.create_server(("127.0.0.1", 0)) as once_taken:
        port = once_taken.getsockname()[1]
    bot.settings["BOT_HTTP_PORT"] = str(port)
    await bot.started(telegram)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        async with client.get("/readyz") as answer:
            assert answer.status == 200

        other = asyncio.create_task(telegram.call("getUpdates", {"timeout": 1}))
        await until(lambda: "second-poller" in bot.output)
        await other
        await phone.sends("/start")

        async with client.get("/readyz") as answer:
            assert (answer.status, (await answer.json())["reasons"]) == (503, ["second-poller"])
    assert await bot.stop() == 0
    assert telegram.unconfirmed == 0
