"""Two bots on one database, each with a data folder of its own and the one key file of both."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import aiohttp

from tests.process.bot_process import BotProcess, until

LEADS = "this process leads"


class Replica(BotProcess):
    """One of them."""

    def __init__(self, folder: Path, api_url: str, database: str, key_file: Path, **settings: str) -> None:
        folder.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as once_taken:
            self.port = once_taken.getsockname()[1]
        given = {
            "BOT_DATABASE_URL": database,
            "BOT_STORAGE_KEY_FILE": str(key_file),
            "BOT_HTTP_PORT": str(self.port),
            **settings,
        }
        self.begun = 0
        """How much it had written when it was last started."""
        super().__init__(folder, api_url, warm=True)
        self.settings |= given

    def leads_since(self, written: int = 0) -> bool:
        """Whether it has taken the lead since it had written so much."""
        return LEADS in self.output[written:]

    async def asks(self, path: str) -> tuple[int, dict[str, Any]]:
        """What it says of itself."""
        async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.json()

    async def ready(self) -> None:
        """Start it, and wait until it is there as the lead or as a standby."""
        self.begun = len(self.output) if (self.folder / "output.txt").exists() else 0
        await self.start()
        await until(lambda: "running" in self.output[self.begun :] or not self.is_running, lambda: self.output)
        assert self.is_running, self.output
