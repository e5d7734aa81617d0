"""The process behind a webhook, and the way back to polling: what is delivered is kept, whatever ends the process."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.catalog.load import Catalog
from bot.local_telegram.telegram import LocalTelegram
from tests.long.crowd import SENDING
from tests.process.bot_process import LOOK, PATIENCE, ROOT, BotProcess, until
from tests.process.phone import Phone, words

SECRET = "canary-Wd5xw2Lm9Zk4Vt8Rb3Ny6Hd1Fs5"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Post:
    """Telegram's deliveries to the bot's port."""

    def __init__(self, port: int, client: aiohttp.ClientSession) -> None:
        self.port = port
        self._client = client

    async def delivers(self, update: dict[str, Any]) -> int:
        """The status it is answered with; 0 when the connection breaks."""
        try:
            async with self._client.post("/telegram", json=update, headers=HEADERS) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def asks(self, path: str) -> tuple[int, dict[str, Any]]:
        """What the bot says of itself."""
        async with self._client.get(path) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def post(bot: BotProcess) -> AsyncIterator[Post]:
    """The bot behind a webhook."""
    with socket.create_server(("127.0.0.1", 0)) as once_taken:
        port = once_taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    bot.settings |= {
        "BOT_HTTP_PORT": str(port),
        "BOT_WEBHOOK_URL": f"{address}/telegram",
        "BOT_WEBHOOK_SECRET": SECRET,
        "BOT_LOG_LEVEL": "DEBUG",
    }
    async with aiohttp.ClientSession(address) as client:
        yield Post(port, client)
    if (bot.folder / "output.txt").exists():
        assert SECRET not in bot.output


async def started(telegram: LocalTelegram, bot: BotProcess) -> None:
    def hooked() -> int:
        return sum(call.method == "getWebhookInfo" for call in telegram.log)

    known = hooked()
    await bot.start()
    await until(lambda: hooked() > known or not bot.is_running)
    assert bot.is_running, bot.output


async def test_what_is_delivered_is_answered_stored_and_survives_a_kill(
    telegram: LocalTelegram, bot: BotProcess, post: Post, catalog: Catalog
) -> None:
    phone = Phone(telegram.person(5))
    await started(telegram, bot)
    assert await post.delivers(phone.person.sends("/start")) == 200
    await until(lambda: words("labels.begin") in phone.labels())
    for label in (words("labels.begin"), words("labels.adult")):
        await until(lambda label=label: label in phone.labels())  # type: ignore[misc]
        update = phone.person.presses(label)
        assert await asyncio.gather(*(post.delivers(update) for _ in range(3))) == [200, 200, 200]
    await until(lambda: words("labels.agree") in phone.labels())
    assert await post.delivers(phone.person.presses(words("labels.agree"))) == 200
    await bot.kill()

    assert await bot.stored(catalog, 5) is not None
    assert not any(call.method == "getUpdates" for call in telegram.log)


async def test_it_is_ready_once_the_webhook_is_set(telegram: LocalTelegram, bot: BotProcess, post: Post) -> None:
    await started(telegram, bot)
    async with asyncio.timeout(PATIENCE):
        while (await post.asks("/readyz"))[1]["reasons"] == ["the webhook is not set"]:  # noqa: ASYNC110 -- it lies beyond
            await asyncio.sleep(LOOK)

    assert await post.asks("/readyz") == (200, {"ok": True, "reasons": [], "recent": []})
    assert await post.asks("/healthz") == (200, {"ok": True, "troubles": []})
    assert await bot.stop() == 0


async def test_a_stop_answers_what_is_in_hand_and_leaves_the_rest_to_the_next_process(
    telegram: LocalTelegram, bot: BotProcess, post: Post
) -> None:
    people = [telegram.person(id) for id in range(1, 21)]
    updates = [person.sends("/start") for person in people]
    await started(telegram, bot)
    await until(lambda: "running" in bot.output)
    answering = asyncio.gather(*(post.delivers(update) for update in updates))
    await until(lambda: any(call.method in SENDING for call in telegram.log))
    assert await bot.stop() == 0
    left = [update for update, status in zip(updates, await answering, strict=True) if status != 200]

    await started(telegram, bot)
    await until(lambda: "running" in bot.output)
    assert set(await asyncio.gather(*(post.delivers(update) for update in left))) <= {200}
    assert await bot.stop() == 0

    assert all(any(not message["mine"] for message in person.chat.messages) for person in people)


async def test_polling_beside_a_webhook_says_so_and_goes_on_once_it_is_taken_away(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    phone = Phone(telegram.person(5))
    await telegram.call("setWebhook", {"url": "https://another.example.org/"})
    await bot.start()
    await until(lambda: "webhook-set" in bot.output)
    assert (await telegram.call("getWebhookInfo", {}))[1]["result"]["url"] == "https://another.example.org/"

    assert await unhooked(bot) == (
        0,
        "The webhook is taken away. What waited for delivery is kept, and a bot that polls now fetches it.\n",
    )
    await phone.sends("/start")
    assert await bot.stop() == 0
    assert (await unhooked(bot))[1] == "No webhook is set.\n"


async def test_the_webhook_the_bot_would_set_again_is_not_taken_away(bot: BotProcess, post: Post) -> None:
    code, said = await unhooked(bot)

    assert code == 1
    assert said.startswith("BOT_WEBHOOK_URL is set")


async def unhooked(bot: BotProcess) -> tuple[int | None, str]:
    """`python -m bot unhook` with the bot's own settings: its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "unhook"),
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), **bot.settings},
        cwd=bot.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
