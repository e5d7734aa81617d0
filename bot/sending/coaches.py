"""Who coaches, and what whoever serves them shares: people's documents, the words, the way to a chat, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from bot.catalog.load import Catalog
from bot.clock import Clock
from bot.core.model.message import OutgoingMessage
from bot.core.model.subscriber import Subscriber
from bot.render.text import Renderers
from bot.sending.sender import Edits, Sender
from bot.storage import Unreadable
from bot.storage.watched import WatchedStorage


@dataclass(frozen=True)
class Coaches:
    """Those of this process's settings."""

    ids: Collection[int]
    storage: WatchedStorage[Subscriber]
    catalog: Catalog
    renderers: Renderers
    sender: Sender
    clock: Clock

    async def readable(self, person: int) -> Subscriber | None:
        """Somebody as they are stored; None also where their document does not open. Raises NotRead."""
        try:
            return await self.storage.read(person)
        except Unreadable:
            return None  # the operators are told of it elsewhere

    def say(
        self, chat: int, message: OutgoingMessage, edits: Edits | None = None, reader: Subscriber | None = None
    ) -> asyncio.Event:
        """Queue it in the reader's words, or else a coach's; the event is set when it has left or was given up."""
        renderer = self.renderers.of(reader) if reader is not None else self.renderers.default
        return self.sender.reply(chat, partial(self.sender.show, chat, renderer.render(message), edits))
