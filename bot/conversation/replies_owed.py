"""Which replies are on their way, and which have left: what is stored of them is cleared with the next tick."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Final

from bot.core.model.subscriber import Subscriber
from bot.core.schedule.save import replied
from bot.monitoring.safe_logging import error_name
from bot.storage import Box, NotRead, NotSaved, Storage, Unreadable
from bot.tasks import cancel_all, spawn

log = logging.getLogger(__name__)

TOGETHER: Final = 16


class RepliesOwed:
    """What this process knows of them; each is told by the instant since which it is owed.

    Most people go on before the next tick, and then what is stored of their next answer says that the reply before it
    has left. A process that dies meanwhile costs the others a second look at their screen.
    """

    def __init__(self, storage: Storage[Subscriber]) -> None:
        self._storage = storage
        self._queued: dict[int, datetime] = {}  # those that may not have left, or are not cleared yet
        self._left: dict[int, datetime] = {}
        self._clearing: set[asyncio.Task[None]] = set()

    def queue(self, id: int, owed: datetime) -> None:
        """It is about to leave; what was owed before it was told of as it was stored."""
        self._queued[id] = owed
        self._left.pop(id, None)

    def is_queued(self, id: int, owed: datetime) -> bool:
        """Whether it was ever about to leave here, so that nobody need send it again."""
        return self._queued.get(id) == owed

    def has_left(self, id: int, owed: datetime) -> None:
        """Clear it with others, where none is queued after it by then."""
        if self.is_queued(id, owed):
            self._left[id] = owed

    def as_seen(self, known: Subscriber) -> Subscriber:
        """Somebody as they are about to be changed: what has left is not owed any more."""
        owed = known.reply_owed_at
        return replied(known) if owed is not None and self._left.get(known.id) == owed else known

    def tick(self) -> None:
        """Clear what has left by now; nobody waits for it."""
        if not self._clearing:
            spawn(self._clearing, self.clear())

    async def clear(self) -> None:
        """Likewise, and wait for it."""
        left = list(self._left.items())
        for begin in range(0, len(left), TOGETHER):
            await asyncio.gather(*(self._clear(*each) for each in left[begin : begin + TOGETHER]))

    async def stop(self) -> None:
        """Clear nothing more."""
        await cancel_all(self._clearing)

    async def _clear(self, id: int, owed: datetime) -> None:
        def decide(box: Box[Subscriber | None]) -> None:
            if box.value is not None and box.value.reply_owed_at == owed:
                box.value = replied(box.value)

        try:
            await self._storage.alter(id, decide)
        except (NotSaved, NotRead) as trouble:
            log.warning("a reply stays owed: %s", trouble)
            return  # the next tick tries again
        except Unreadable as trouble:
            log.warning("a reply stays owed: %s", trouble)
        except Exception as fault:  # one person's document must not keep the others waiting
            log.error("a reply stays owed: %s", error_name(fault))
        else:
            if self.is_queued(id, owed):
                del self._queued[id]
        if self._left.get(id) == owed:
            del self._left[id]
