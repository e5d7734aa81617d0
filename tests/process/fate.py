"""Kills the bot between two of its steps: before or after any save, before or after Telegram acts on any call."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import Testbed
from bot.storage import Box


class Fate:
    """Lets the bot take so many steps and freezes it there, for the testbed to be killed and opened again."""

    def __init__(self, testbed: Testbed, strikes_at: int, *, passes: tuple[str, ...] = ()) -> None:
        self.testbed = testbed
        self._passes = passes  # calls that are no steps
        self.left = strikes_at
        self.steps: list[str] = []
        """What the bot did until it was struck."""
        self._struck = asyncio.Event()
        self._spared = False

    async def lets(self, act: Callable[[], Awaitable[None]]) -> bool:
        """Do something with the bot, which is killed on the way if it takes that many steps; whether it was."""
        self._watch()
        acting, waiting = asyncio.ensure_future(act()), asyncio.ensure_future(self._struck.wait())
        await asyncio.wait({acting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        self._spared = True
        waiting.cancel()
        if not self._struck.is_set():
            await acting
            return False
        acting.cancel()
        await asyncio.gather(acting, return_exceptions=True)
        await self.testbed.kill()
        await self.testbed.open()
        return True

    def _watch(self) -> None:
        assert self.testbed.runtime is not None
        storage: Any = self.testbed.runtime.storage
        telegram: Any = self.testbed.telegram
        change, change_bot_record, respond = storage.change, storage.change_bot_record, telegram.respond

        @asynccontextmanager
        async def changing(id: int) -> AsyncIterator[Box[Subscriber | None]]:
            async with change(id) as box:
                yield box
                await self._step("before a save")
            await self._step("after a save")

        async def altering(id: int, decide: Callable[[Box[Subscriber | None]], object]) -> None:
            async with changing(id) as box:
                decide(box)

        @asynccontextmanager
        async def noting() -> AsyncIterator[Box[dict[str, Any]]]:
            async with change_bot_record() as box:
                before = json.dumps(box.value)
                yield box
                noted = json.dumps(box.value) != before
                if noted:
                    await self._step("before a note")
            if noted:
                await self._step("after a note")

        async def responding(method: str, *given: Any) -> Any:
            await self._step(f"before {method}")
            answer = await respond(method, *given)
            await self._step(f"after {method}")
            return answer

        storage.change, storage.alter = changing, altering
        storage.change_bot_record, telegram.respond = noting, responding

    async def _step(self, name: str) -> None:
        if self._spared or name.rpartition(" ")[2] in self._passes:
            return
        self.steps.append(name)
        self.left -= 1
        if self.left <= 0:
            self._struck.set()
            await asyncio.Event().wait()
