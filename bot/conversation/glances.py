"""What the desk makes of each person, held until their document is saved anew or time makes something else of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from bot.catalog.load import Catalog
from bot.core.desk.lists import stands_until
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.storage import Unreadable
from bot.storage.watched import WatchedStorage

T = TypeVar("T")
Look = Callable[[Series, Subscriber, datetime], T | None]

READ_AT_ONCE = 16
"""People read side by side for one look; between two such handfuls whatever else waits goes on."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What was made of one person at one instant, and until when that stands if nothing is saved."""

    made: Any
    at: datetime
    until: datetime

    def stands(self, now: datetime) -> bool:
        """Whether time alone has changed nothing since."""
        return self.at <= now < self.until


class Glances:
    """In memory alone, and of each person no more than a screen of the desk shows."""

    def __init__(self, storage: WatchedStorage[Subscriber], catalog: Catalog) -> None:
        self._storage = storage
        self._catalog = catalog
        self._held: dict[Look[Any], dict[int, Glance]] = {}
        self._saves: Counter[int] = Counter()
        storage.watch(self._forget)

    async def each(self, look: Look[T], now: datetime) -> tuple[list[T], int]:
        """What is made of each person now, and of how many nothing is. Only documents that may be new are read."""
        held = self._held.setdefault(look, {})
        ids = self._storage.ids()
        found = {id: glance.made for id in ids if (glance := held.get(id)) is not None and glance.stands(now)}
        fresh = [id for id in ids if id not in found]
        for start in range(0, len(fresh), READ_AT_ONCE):
            handful = fresh[start : start + READ_AT_ONCE]
            glances = await asyncio.gather(*(self._look(look, id, now, held) for id in handful))
            found |= {id: glance.made for id, glance in zip(handful, glances, strict=True) if glance is not None}
            await asyncio.sleep(0)
        for gone in held.keys() - set(ids):
            del held[gone]
        made = [found[id] for id in ids if id in found]
        wanted = [each for each in made if each is not None]
        return wanted, len(made) - len(wanted)

    async def _look(self, look: Look[Any], id: int, now: datetime, held: dict[int, Glance]) -> Glance | None:
        """Read one person, and hold what is made of them unless they were saved meanwhile."""
        held.pop(id, None)
        saves = self._saves[id]
        try:
            known = await self._storage.read(id)
        except Unreadable:
            return None  # the operators are told of it elsewhere
        if known is None:
            return None
        glance = Glance(look(self._catalog.of(known), known, now), now, stands_until(known, now))
        if saves == self._saves[id]:
            held[id] = glance
        return glance

    def _forget(self, id: int, _: Subscriber | None) -> None:
        self._saves[id] += 1
        for held in self._held.values():
            held.pop(id, None)
