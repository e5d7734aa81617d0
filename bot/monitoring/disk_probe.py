"""Whether the disk takes changes and has lost nothing, found out by a small change of its own every 45 seconds."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from bot.clock import Clock
from bot.monitoring.alerts import AlertKind, Alerts
from bot.storage import NotRead, NotSaved, Storage, Unreadable
from bot.tasks import cancel_all, wait_at_most

log = logging.getLogger(__name__)

PROBE_SECONDS: Final = 45.0
SLOW_SECONDS: Final = 30.0


class DiskProbe:
    """Without it a full disk would show only when somebody next taps, and its mending likewise.

    It alone begins and ends the trouble; whoever changes something else reports how that went, and it looks at once.
    So a single file that cannot be saved is no trouble of everybody's, and does not begin and end one by turns.
    """

    def __init__(self, storage: Storage[Any], clock: Clock, alerts: Alerts) -> None:
        self._storage = storage
        self._clock = clock
        self._alerts = alerts
        self._probing = asyncio.Lock()
        self._doubted = asyncio.Event()

    def failed(self, words: str) -> None:
        """Something else could not be saved or read; `words` are the disk's."""
        log.warning("not stored: %s", words)
        if not self._fails:
            self._doubted.set()

    def saved(self) -> None:
        """Something else was saved."""
        if self._fails:
            self._doubted.set()

    async def run(self) -> None:
        """Try again and again, until cancelled."""
        while True:
            self._doubted.clear()
            await self.probe()
            doubted = asyncio.create_task(self._doubted.wait())
            try:
                await wait_at_most(self._clock, PROBE_SECONDS, {doubted})
            finally:
                await cancel_all({doubted})

    async def probe(self) -> bool:
        """Save the bot's own document with the time; returns whether that could be done."""
        async with self._probing:
            return await self._probed()

    @property
    def _fails(self) -> bool:
        return AlertKind.NOT_SAVED in self._alerts.standing()

    async def _probed(self) -> bool:
        slow = asyncio.create_task(self._tell_if_slow())
        try:
            async with self._storage.change_bot_record() as box:
                box.value["alive_at"] = self._clock.now().isoformat()
            await self._storage.erase_as_asked(self._clock.now())
            losses = await self._storage.losses()
        except (NotSaved, NotRead, Unreadable) as trouble:
            self._alerts.raise_(AlertKind.NOT_SAVED, str(trouble))
            return False
        else:
            self._alerts.clear(AlertKind.NOT_SAVED)
            self._tell(AlertKind.GONE, f"{losses.people} people" if losses.people else "")
            self._tell(AlertKind.KEY, losses.key)
            return True
        finally:
            await cancel_all({slow})

    def _tell(self, kind: AlertKind, detail: str) -> None:
        if detail:
            self._alerts.raise_(kind, detail)
        else:
            self._alerts.clear(kind)

    async def _tell_if_slow(self) -> None:
        """A disk that hangs gives no error to tell."""
        await self._clock.sleep(SLOW_SECONDS)
        self._alerts.raise_(AlertKind.NOT_SAVED, f"the disk has not answered for {SLOW_SECONDS:.0f} seconds")
