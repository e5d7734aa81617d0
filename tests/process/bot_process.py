"""`python -m bot run` as a process of its own, with its own folders and a Bot API on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache
from pathlib import Path

from bot.app import open_stored
from bot.catalog.load import Catalog, load_catalog
from bot.check.found_whole import FoundWhole, fingerprint
from bot.clock import Clock, SystemClock
from bot.core.model.subscriber import Subscriber
from bot.local_telegram.http_api import bot_api
from bot.local_telegram.telegram import LocalTelegram
from bot.monitoring.health import served
from bot.places.search import read_tables
from bot.settings import read_settings
from tests.process.warm import WarmProcess

ROOT = Path(__file__).parent.parent.parent
TOKEN = "1000000001:canary-Q7xw2Lm9Zk4Vt8Rb3Ny6Hd1Fs5"
PATIENCE = 30.0
"""Seconds after which a test gives up on a process that hangs."""
LOOK = 0.02


@contextlib.asynccontextmanager
async def telegram_on_loopback(
    token: str = TOKEN, clock: Clock | None = None
) -> AsyncIterator[tuple[LocalTelegram, str]]:
    """A local Telegram and the address of its Bot API."""
    telegram = LocalTelegram(clock or SystemClock())
    async with served(bot_api(telegram, token), 0, "127.0.0.1") as port:
        try:
            yield telegram, f"http://127.0.0.1:{port}"
        finally:
            telegram.fault = None
            await telegram.call("getUpdates", {})  # ends a long poll that a killed process left behind


@cache
def shipped(contact_file: str) -> str:
    """What a start notes of the shipped content with this contact once it has found it whole."""
    content = ROOT / "content"
    return fingerprint(load_catalog(content, Path(contact_file)).hash, read_tables(content / "places"))


class BotProcess:
    """One bot on one set of folders; it may be started, ended and started again."""

    def __init__(
        self,
        folder: Path,
        api_url: str = "http://127.0.0.1:9",
        warm: bool = False,
        knows_content: bool = True,
        **settings: str,
    ) -> None:
        """With `knows_content` as if the shipped content had been found whole by a start before."""
        self.folder = folder
        self.data = folder / "data"
        self.key_file = folder / "keys" / "storage.key"
        self.settings = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": api_url,
            "BOT_DATA_DIR": str(self.data),
            "BOT_STORAGE_KEY_FILE": str(self.key_file),
            "BOT_TICK_SECONDS": "1",
            "BOT_CONTACT_FILE": str(ROOT / "tests" / "process" / "contact.yaml"),
            **settings,
        }
        self._warm = warm
        self._knows_content = knows_content
        self._process: asyncio.subprocess.Process | WarmProcess | None = None

    @property
    def output(self) -> str:
        """All it has written to standard output and standard error, over all its starts."""
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    async def start(
        self,
        environment: Mapping[str, str] | None = None,
        through: str = "exec",
        log: str | Path = "output.txt",
    ) -> None:
        """Start it, with nothing in its environment but its settings.

        `through` is what a shell puts before the command; `log` is where all it writes goes.
        """
        # A folder of its own to stand in: whoever runs the tests may have an .env in theirs.
        standing = self.folder / "standing"
        standing.mkdir(exist_ok=True)
        if self._knows_content and not self.data.exists():
            self.data.mkdir(mode=0o700, parents=True)
            FoundWhole(self.data).keep(shipped(self.settings["BOT_CONTACT_FILE"]))
        given = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), **self.settings, **(environment or {})}
        if self._warm and through == "exec":
            self._process = WarmProcess(given, standing, self.folder / log)
            return
        with (self.folder / log).open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *("/bin/sh", "-c", f'{through} "$0" "$@"'),
                sys.executable,
                *("-m", "bot", "run"),
                env=given,
                cwd=standing,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    async def started(self, telegram: LocalTelegram, through: str = "exec", log: str | Path = "output.txt") -> None:
        """Start it and wait until it asks Telegram for updates."""
        known = _polls(telegram)
        await self.start(None, through, log)
        await until(lambda: _polls(telegram) > known or not self.is_running)
        assert self.is_running, self.output

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def ends(self) -> int:
        """Wait for its end and give the exit code, negative for a signal."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.signal(signal.SIGTERM)
        return await self.ends()

    async def kill(self) -> None:
        """SIGKILL, the `kill -9` of the shell."""
        self.signal(signal.SIGKILL)
        await self.ends()

    def signal(self, number: signal.Signals) -> None:
        """Any signal, without waiting for what it does."""
        assert self._process is not None
        if self.is_running:
            self._process.send_signal(number)

    async def close(self) -> None:
        """See that nothing of it outlives the test."""
        if self._process is not None:
            await self.kill()

    async def stored(self, catalog: Catalog, id: int) -> Subscriber | None:
        """What is kept of one person, read beside it."""
        settings = read_settings(self.settings, needs_token=False)
        storage = open_stored(catalog, settings, write=False)
        try:
            return await storage.read(id)
        finally:
            storage.close()


async def until(
    condition: Callable[[], bool], otherwise: Callable[[], object] = str, patience: float = PATIENCE
) -> None:
    """Wait until the condition holds; fail with what stands there otherwise when the patience is at its end."""
    try:
        async with asyncio.timeout(patience):
            while not condition():  # noqa: ASYNC110 -- what changes lies beyond this process
                await asyncio.sleep(LOOK)
    except TimeoutError:
        raise AssertionError(f"waited in vain; {otherwise()}") from None


def _polls(telegram: LocalTelegram) -> int:
    return sum(call.method == "getUpdates" for call in telegram.log)
