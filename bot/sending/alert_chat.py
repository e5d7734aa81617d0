"""Tells the operators of trouble in their private chats: bundled, each cause once an hour for as long as it stands."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection
from typing import Final

from bot.bot_api.errors import Rejected, SendTrouble
from bot.clock import Clock
from bot.core.model.callback_data import GoOnSending
from bot.core.model.message import Button, OutgoingMessage
from bot.monitoring.alerts import OPERATORS_WORD, Alert, AlertKind, Alerts
from bot.render.text import Rendered, Renderer
from bot.sending.sender import Sender

log = logging.getLogger(__name__)

GATHER_SECONDS: Final = 60.0
QUIET_SECONDS: Final = 3600.0
TRIES: Final = 3


class AlertChat:
    """Hears of every trouble. With nobody to tell it does nothing."""

    def __init__(self, ids: Collection[int], sender: Sender, renderer: Renderer, clock: Clock, alerts: Alerts) -> None:
        self._ids = sorted(ids)
        self._sender = sender
        self._renderer = renderer
        self._clock = clock
        self._alerts = alerts
        self._heard: dict[AlertKind, Alert] = {}
        self._more: Counter[AlertKind] = Counter()
        self._told_at: dict[AlertKind, float] = {}
        self._telling: asyncio.Task[None] | None = None
        self._reminding: asyncio.Task[None] | None = None
        if ids:
            alerts.listeners.append(self._hear)

    async def stop(self) -> None:
        """Tell nothing more."""
        tasks = [task for task in (self._telling, self._reminding) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _hear(self, trouble: Alert) -> None:
        told_at = self._told_at.get(trouble.kind)
        if trouble.kind in self._heard or (told_at is not None and trouble.at - told_at < QUIET_SECONDS):
            self._more[trouble.kind] += 1
            self._keep_reminding()
            return
        self._heard[trouble.kind] = trouble
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """Wait a minute for more, and leave out what has passed by then: a restart of two bots is no news."""
        while self._heard:
            await self._clock.sleep(GATHER_SECONDS)
            standing = self._alerts.standing()
            news = [each for each in self._heard.values() if not each.standing or each.kind in standing]
            self._heard.clear()
            since = self._clock.monotonic() - QUIET_SECONDS  # an hourly reminder may have told it meanwhile
            news = [each for each in news if self._told_at.get(each.kind, since) <= since]
            if news and not await self._send(news):
                for each in news:
                    if not each.standing:  # when it happens again, it is news again
                        self._told_at.pop(each.kind, None)
            self._keep_reminding()

    def _keep_reminding(self) -> None:
        if self._reminding is None or self._reminding.done():
            self._reminding = asyncio.create_task(self._remind())

    async def _remind(self) -> None:
        """Tell again of whatever stands an hour after it was told: it may wait for an operator's word."""
        while again := {cause: at + QUIET_SECONDS for cause, at in self._told_at.items() if self._stands(cause)}:
            now = self._clock.monotonic()
            lasting = [
                Alert(cause, self._alerts.standing()[cause], now, True) for cause in again if again[cause] <= now
            ]
            if lasting:
                await self._send(lasting)
            else:
                await self._clock.sleep(min(again.values()) - now)

    def _stands(self, cause: AlertKind) -> bool:
        return cause in self._alerts.standing() and cause not in self._heard  # else it is about to be told anyway

    async def _send(self, news: list[Alert]) -> bool:
        """Whether anybody was told, or may have been."""
        self._note_told(news)  # what comes meanwhile is no news
        entries = [{"cause": each.kind, "detail": each.detail, "more": self._more.pop(each.kind, 0)} for each in news]
        held = any(each.kind in OPERATORS_WORD for each in news)
        rows = ((Button("labels.go-on-sending", GoOnSending()),),) if held else ()
        rendered = self._renderer.render(OutgoingMessage("operator/troubles", {"troubles": entries}, rows))
        told = any([await self._told(id, rendered) for id in self._ids])
        self._note_told(news)  # it may have waited for hours
        return told

    def _note_told(self, news: list[Alert]) -> None:
        self._told_at |= {each.kind: self._clock.monotonic() for each in news}

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
