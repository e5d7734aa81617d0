"""Tells the operators of trouble in their private chats: bundled, each cause once an hour for as long as it stands."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection
from typing import Final

from bot.clock import Clock
from bot.core.callback_data import GoOnSending
from bot.core.message import Button, OutgoingMessage
from bot.edge import Rejected, SendTrouble
from bot.render.text import Rendered, Renderer
from bot.sender import Sender
from bot.troubles import OPERATORS_WORD, Cause, Trouble, Troubles

log = logging.getLogger(__name__)

GATHER_SECONDS: Final = 60.0
QUIET_SECONDS: Final = 3600.0
TRIES: Final = 3


class Operators:
    """Hears of every trouble. With nobody to tell it does nothing."""

    def __init__(
        self, ids: Collection[int], sender: Sender, renderer: Renderer, clock: Clock, troubles: Troubles
    ) -> None:
        self._ids = sorted(ids)
        self._sender = sender
        self._renderer = renderer
        self._clock = clock
        self._troubles = troubles
        self._heard: dict[Cause, Trouble] = {}
        self._more: Counter[Cause] = Counter()
        self._told_at: dict[Cause, float] = {}
        self._lasting: dict[Cause, Trouble] = {}
        self._telling: asyncio.Task[None] | None = None
        self._reminding: asyncio.Task[None] | None = None
        if ids:
            troubles.told.append(self._hear)

    async def stop(self) -> None:
        """Tell nothing more."""
        tasks = [task for task in (self._telling, self._reminding) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _hear(self, trouble: Trouble) -> None:
        told_at = self._told_at.get(trouble.cause)
        if trouble.cause in self._heard or (told_at is not None and trouble.at - told_at < QUIET_SECONDS):
            self._more[trouble.cause] += 1
            return
        self._heard[trouble.cause] = trouble
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """Wait a minute for more, and leave out what has passed by then: a restart of two bots is no news."""
        while self._heard:
            await self._clock.sleep(GATHER_SECONDS)
            standing = self._troubles.standing()
            news = [each for each in self._heard.values() if not each.standing or each.cause in standing]
            self._heard.clear()
            self._lasting |= {each.cause: each for each in news if each.standing}
            since = self._clock.monotonic() - QUIET_SECONDS  # an hourly reminder may have told it meanwhile
            news = [each for each in news if self._told_at.get(each.cause, since) <= since]
            if news and await self._send(news):
                self._told_at |= {each.cause: self._clock.monotonic() for each in news}
            if self._lasting and (self._reminding is None or self._reminding.done()):
                self._reminding = asyncio.create_task(self._remind())

    async def _remind(self) -> None:
        """Tell again every hour of what still stands: it may wait for an operator's word."""
        while self._lasting:
            now = self._clock.monotonic()
            await self._clock.sleep(min(self._told_at.get(cause, now) for cause in self._lasting) + QUIET_SECONDS - now)
            now, standing = self._clock.monotonic(), self._troubles.standing()
            due = [cause for cause in self._lasting if self._told_at.get(cause, 0.0) + QUIET_SECONDS <= now]
            news = [self._lasting[cause] for cause in due if cause in standing]
            for cause in due:
                if cause not in standing:
                    del self._lasting[cause]
            if news:
                await self._send(news)
                self._told_at |= {each.cause: self._clock.monotonic() for each in news}

    async def _send(self, news: list[Trouble]) -> bool:
        """Whether anybody was told, or may have been."""
        entries = [{"cause": each.cause, "detail": each.detail, "more": self._more.pop(each.cause, 0)} for each in news]
        held = any(each.cause in OPERATORS_WORD for each in news)
        rows = ((Button("labels.go-on-sending", GoOnSending()),),) if held else ()
        rendered = self._renderer.render(OutgoingMessage("operator/troubles", {"troubles": entries}, rows))
        return any([await self._told(id, rendered) for id in self._ids])

    async def _told(self, id: int, rendered: Rendered) -> bool:
        """Try a few times, also where nobody knows whether it arrived: twice is better than never."""
        for turn in range(TRIES):
            try:
                await self._sender.send(id, rendered)
                return True
            except SendTrouble as trouble:
                log.warning("an operator could not be told: %s", trouble.reason)
                if isinstance(trouble, Rejected):
                    return False
            await self._clock.sleep(GATHER_SECONDS * 2**turn)
        return False
