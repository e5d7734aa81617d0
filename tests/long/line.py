"""The line to the local Telegram as a real one is: each answer takes its time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

from bot.local_telegram.telegram import LocalTelegram


class Line:
    """Slows a Telegram's answers down, half of it before Telegram acts, and notes what comes in."""

    def __init__(self, telegram: LocalTelegram, delay: Callable[[], float]) -> None:
        self.delay = delay
        """Seconds for the next call; may be set at any time."""
        self.polls = 0
        self.handed_out = asyncio.Event()
        """Set when a poll has brought something."""
        self.first = telegram.next_update_id
        self.confirmed = self.first
        """Every update below this id is confirmed."""
        self.asked: list[tuple[str, int, str]] = []
        """Every other call in the order in which it came in: its method, its chat or 0, its text."""
        self.in_flight = 0
        respond: Any = telegram.respond

        async def responding(method: str, parameters: dict[str, Any], files: Any = None) -> Any:
            if method == "getUpdates":
                self.polls += 1
                self.confirmed = max(self.confirmed, int(parameters.get("offset") or 0))
                status, body = await respond(method, parameters, files)
                if b'"update_id"' in body:
                    self.handed_out.set()
                return status, body
            self.asked.append((method, int(parameters.get("chat_id") or 0), str(parameters.get("text", ""))))
            self.in_flight += 1
            seconds = self.delay()
            try:
                await asyncio.sleep(seconds / 2)
                answer = await respond(method, parameters, files)
                await asyncio.sleep(seconds / 2)
            finally:
                self.in_flight -= 1
            return answer

        telegram.respond = responding  # type: ignore[method-assign]


def up_to(seconds: float, chance: random.Random) -> Callable[[], float]:
    """Any delay up to so many seconds."""
    return lambda: chance.uniform(0, seconds)
