"""Whether so many chats are strange to Telegram that the token, or the store, must be the wrong one."""

from __future__ import annotations

from collections import deque

SECONDS = 60.0
SHARE = 0.2
ENOUGH = 5
"""Below so many nothing is concluded: a few people do delete their accounts."""


class Tally:
    """The scheduled sends of the last minute, and which of them met a chat that Telegram does not know."""

    def __init__(self) -> None:
        self._sends: deque[tuple[float, bool]] = deque()

    def count(self, strange: bool, at: float) -> bool:
        """Count one send at an instant in seconds; whether there are too many strange chats now."""
        self._sends.append((at, strange))
        while self._sends[0][0] <= at - SECONDS:
            self._sends.popleft()
        found = sum(strange for _, strange in self._sends)
        return found >= ENOUGH and found > SHARE * len(self._sends)
