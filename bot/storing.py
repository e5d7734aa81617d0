"""Whether the disk takes changes, found out by a small one of the bot's own every minute."""

from __future__ import annotations

from typing import Any, Final

from bot.clock import Clock
from bot.storage import NotRead, NotSaved, Storage, Unreadable
from bot.troubles import Cause, Troubles

PROBE_SECONDS: Final = 45.0
SLOW_SECONDS: Final = 30.0


class Storing:
    """Without it a full disk would show only when somebody next taps, and its mending likewise."""

    def __init__(self, storage: Storage[Any], clock: Clock, troubles: Troubles) -> None:
        self._storage = storage
        self._clock = clock
        self._troubles = troubles
        self._asked_at: float | None = None

    def reasons(self) -> list[str]:
        """Why nothing may be stored, where no answer of the disk's says so: it gives none."""
        waited = self._clock.monotonic() - self._asked_at if self._asked_at is not None else 0.0
        return [f"the disk has not answered for {waited:.0f} seconds"] if waited >= SLOW_SECONDS else []

    async def run(self) -> None:
        """Try again and again, until cancelled."""
        while True:
            await self.probe()
            await self._clock.sleep(PROBE_SECONDS)

    async def probe(self) -> None:
        """Save the bot's own document with the time."""
        self._asked_at = self._clock.monotonic()
        try:
            async with self._storage.change_house() as box:
                box.value["alive_at"] = self._clock.now().isoformat()
        except (NotSaved, NotRead, Unreadable) as trouble:
            self._troubles.begin(Cause.NOT_SAVED, str(trouble))
        else:
            self._troubles.end(Cause.NOT_SAVED)
        finally:
            self._asked_at = None
