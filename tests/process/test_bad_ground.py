"""A bad place to run in: no room, a folder that takes nothing, a log nobody can write, few handles."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.catalog.load import Catalog
from bot.clock import SystemClock
from bot.core.model.delivery import Kind
from bot.local_telegram.telegram import LocalTelegram
from tests.long.crowd import delivered, everybody, minute_before, prepared, write
from tests.process.bot_process import BotProcess, until
from tests.process.phone import ONBOARDING, Phone, lost, words

CROWD = range(100, 130)
INTO_THE_CHECK = ONBOARDING[:5]
NO = words("labels.plain-no")
NOT_SAVED = "I could not save that just now."
LIKE_ANYBODY = "exec setpriv --bounding-set=-dac_override,-dac_read_search" if os.geteuid() == 0 else "exec"
"""The mode of a folder binds everybody but root, so root's tests give that right away."""

needs_modes = pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root needs setpriv to be held to file modes"
)
needs_limits = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")


@contextmanager
def no_room(bot: BotProcess) -> Iterator[None]:
    """No file may grow: what a full disk looks like to whoever writes."""
    before = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def read_only(bot: BotProcess) -> Iterator[None]:
    """The data folder takes nothing."""
    folders = [bot.data, *(path for path in bot.data.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    try:
        yield
    finally:
        for folder in folders:
            folder.chmod(0o700)


def said_to(phone: Phone) -> str:
    """All that was said to somebody."""
    return "\n".join(str(message["text"]) for message in phone.person.chat.messages if not message["mine"])


@pytest.mark.parametrize(
    "trouble", [pytest.param(no_room, marks=needs_limits), pytest.param(read_only, marks=needs_modes)]
)
async def test_while_nothing_can_be_saved_nothing_is_confirmed_or_sent_and_then_it_goes_on_by_itself(
    telegram: LocalTelegram,
    bot: BotProcess,
    catalog: Catalog,
    trouble: Callable[[BotProcess], AbstractContextManager[None]],
) -> None:
    now = SystemClock().now()
    at = minute_before(now)
    await write(bot, catalog, (prepared(catalog, id, Kind.REMINDER, at, now) for id in CROWD))
    for id in CROWD:
        telegram.person(id)
    bot.settings["BOT_MESSAGES_PER_SECOND"] = "1"
    phone = Phone(telegram.person(1))
    await bot.started(telegram, through=LIKE_ANYBODY)
    await phone.sends("/start")
    await phone.walks(INTO_THE_CHECK)

    with trouble(bot):
        await phone.taps(NO)
        await until(lambda: NOT_SAVED in said_to(phone), lambda: bot.output)
        came = len(delivered(telegram))
        another = Phone(telegram.person(2))
        another.person.sends("/start")
        await until(lambda: words("labels.begin") in another.labels())
        assert telegram.unconfirmed >= 1
        assert len(delivered(telegram)) <= came + 2, "besides the answer, one message that was claimed before"

    await phone.rests()
    await until(lambda: telegram.unconfirmed == 0)
    await bot.kill()
    known, unreadable = await everybody(bot, catalog)
    assert lost(phone.confirmed, known[1]) == []
    assert unreadable == []
    assert all(len(calls) == 1 for id, calls in delivered(telegram).items() if id in CROWD)


@needs_modes
async def test_a_data_folder_that_takes_nothing_keeps_the_bot_from_starting(
    telegram: LocalTelegram, bot: BotProcess, catalog: Catalog
) -> None:
    now = SystemClock().now()
    await write(bot, catalog, iter([prepared(catalog, 1, Kind.REMINDER, minute_before(now), now)]))

    with read_only(bot):
        await bot.start(through=LIKE_ANYBODY)
        assert await bot.ends() == 1

    assert str(bot.data) in bot.output
    assert len(bot.output.splitlines()) == 1
    assert telegram.log == []


@needs_limits
async def test_hundreds_of_idle_connections_cost_nobody_an_answer(telegram: LocalTelegram, bot: BotProcess) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    bot.settings["BOT_HTTP_PORT"] = str(port)
    phone = Phone(telegram.person(1))
    await bot.started(telegram, "ulimit -n 256; exec")
    await until(lambda: "running" in bot.output)
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]

    await phone.sends("/start")
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.status == 200
    await phone.walks(INTO_THE_CHECK)
    for _, writer in opened:
        writer.close()

    assert await bot.stop() == 0
    assert len(bot.output.splitlines()) < 10


@pytest.mark.parametrize(
    ("through", "log"),
    [
        pytest.param(
            "exec", "/dev/full", marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
        ),
        (">&- 2>&- exec", "output.txt"),
        ("ulimit -n 64; exec", "output.txt"),
    ],
    ids=["a full log", "no output at all", "64 handles"],
)
async def test_it_goes_on_with(
    telegram: LocalTelegram, bot: BotProcess, catalog: Catalog, through: str, log: str
) -> None:
    bot.settings["BOT_LOG_LEVEL"] = "DEBUG"
    phones = [Phone(telegram.person(id)) for id in range(1, 21)]
    await bot.started(telegram, through, log)
    telegram.enqueue({"message": "something that cannot be read, and is logged"})
    for phone in phones:
        phone.person.sends("/start")
    await until(lambda: all(words("labels.begin") in phone.labels() for phone in phones))
    await phones[0].walks(INTO_THE_CHECK)

    assert await bot.stop() == 0

    assert telegram.unconfirmed == 0
    assert lost(phones[0].confirmed, await bot.stored(catalog, 1)) == []
