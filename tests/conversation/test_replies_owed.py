"""What is stored of replies that have left, where it cannot be stored at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from bot.catalog.load import Catalog
from bot.conversation.replies_owed import RepliesOwed
from bot.core.model.subscriber import Subscriber
from bot.storage import Box, NotSaved, Storage
from tests.core.people import somebody


class Disk:
    """Holds one person, and has room or none."""

    def __init__(self, known: Subscriber) -> None:
        self.known: Subscriber | None = known
        self.has_room = True

    async def alter(self, id: int, decide: Callable[[Box[Subscriber | None]], object]) -> None:
        if not self.has_room:
            raise NotSaved("no room")
        box = Box(self.known)
        decide(box)
        self.known = box.value


async def test_what_could_not_be_noted_is_noted_with_the_next_tick(catalog: Catalog) -> None:
    known = somebody(catalog.default)
    disk = Disk(replace(known, reply_owed_at=known.saved_at))
    owed = RepliesOwed(cast(Storage[Subscriber], disk))
    owed.queue(known.id, known.saved_at)
    owed.has_left(known.id, known.saved_at)
    disk.has_room = False
    await owed.clear()
    disk.has_room = True
    await owed.clear()
    assert disk.known == replace(known, reply_owed_at=None)
    assert not owed.is_queued(known.id, known.saved_at)
