"""Whether so many chats are strange to Telegram that the token, or the store, must be the wrong one."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

SECONDS = 60.0
SHARE = 0.2
ENOUGH = 5
"""Below so many in a minute nothing is concluded: a few people do delete their accounts."""
IN_A_ROW = 3
"""So many people, one after the other and nobody else between them, are no accident."""
ASKED_AGAIN = timedelta(hours=1)
"""How long somebody's message waits while it is not believed that their chat is gone."""


class UnknownChatBreaker:
    """The scheduled sends of the last minute and since the last one that was accepted.

    People are named by number, instants are in seconds.
    """

    def __init__(self) -> None:
        self._sends: deque[tuple[float, bool]] = deque()
        self._in_a_row: set[int] = set()
        self._accepted = 0
        self._accepted_when_refused: dict[int, int] = {}

    def accept(self, id: int, at: float) -> None:
        """Telegram took a message for this person."""
        self._count(False, at)
        self._in_a_row.clear()
        self._accepted += 1
        self._accepted_when_refused.pop(id, None)

    def refuse(self, id: int, at: float) -> bool:
        """Telegram does not know this person's chat; whether that is to be believed.

        It is when it says so again, and knew somebody else's chat in between.
        """
        self._count(True, at)
        self._in_a_row.add(id)
        return self._accepted > self._accepted_when_refused.setdefault(id, self._accepted)

    @property
    def too_many(self) -> bool:
        """Whether something larger must be wrong."""
        found = sum(strange for _, strange in self._sends)
        return len(self._in_a_row) >= IN_A_ROW or (found >= ENOUGH and found > SHARE * len(self._sends))

    def _count(self, strange: bool, at: float) -> None:
        self._sends.append((at, strange))
        while self._sends[0][0] <= at - SECONDS:
            self._sends.popleft()
