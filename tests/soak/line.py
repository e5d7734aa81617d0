"""The line to the local Telegram as a real one is: each answer takes its time."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from bot.demo.telegram import LocalTelegram


class Line:
    """Slows a Telegram's answers down by up to so many seconds, half of it before Telegram acts, and counts polls."""

    def __init__(self, telegram: LocalTelegram, chance: random.Random, seconds: float) -> None:
        self.polls = 0
        self.first = telegram.next_update_id
        self.confirmed = self.first
        """Every update below this id is confirmed."""
        self.asked: list[tuple[str, int, str]] = []
        """Every other call in the order in which it came in: its method, its chat or 0, its text."""
        respond: Any = telegram.respond

        async def responding(method: str, parameters: dict[str, Any], files: Any = None) -> Any:
            if method == "getUpdates":
                self.polls += 1
                self.confirmed = max(self.confirmed, int(parameters.get("offset") or 0))
                return await respond(method, parameters, files)
            self.asked.append((method, int(parameters.get("chat_id") or 0), str(parameters.get("text", ""))))
            await asyncio.sleep(chance.uniform(0, seconds / 2))
            answer = await respond(method, parameters, files)
            await asyncio.sleep(chance.uniform(0, seconds / 2))
            return answer

        telegram.respond = responding  # type: ignore[method-assign]
