"""Updates that could not be handled: their ids and kinds of error in the bot's own document, never their text."""

from __future__ import annotations

from typing import Any, Final

from bot.intake.update_queue import HoldOn
from bot.monitoring.alerts import Cause, Troubles
from bot.storage import NotRead, NotSaved, Storage, Unreadable

KEPT: Final = 100


class Aside:
    """Notes the latest hundred."""

    def __init__(self, storage: Storage[Any], troubles: Troubles) -> None:
        self._storage = storage
        self._troubles = troubles

    async def note(self, update_id: int, error_kind: str) -> None:
        """Keep one more. Raises HoldOn while it cannot be kept."""
        try:
            async with self._storage.change_house() as box:
                aside = [*box.value.get("set_aside", []), {"update": update_id, "error": error_kind}]
                box.value = {**box.value, "set_aside": aside[-KEPT:]}
        except (NotSaved, NotRead, Unreadable) as trouble:
            raise HoldOn from trouble
        self._troubles.note(Cause.SET_ASIDE, f"update {update_id}, {error_kind}")
