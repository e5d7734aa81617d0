"""Updates that could not be handled: their ids and kinds of error in the bot's own document, never their text."""

from __future__ import annotations

from typing import Any, Final

from bot.intake.update_queue import RetryLater
from bot.monitoring.alerts import AlertKind, Alerts
from bot.storage import NotRead, NotSaved, Storage, Unreadable

KEPT: Final = 100


class SetAside:
    """Notes the latest hundred."""

    def __init__(self, storage: Storage[Any], alerts: Alerts) -> None:
        self._storage = storage
        self._alerts = alerts

    async def note(self, update_id: int, error_kind: str) -> None:
        """Keep one more. Raises RetryLater while it cannot be kept."""
        try:
            async with self._storage.change_bot_record() as box:
                aside = [*box.value.get("set_aside", []), {"update": update_id, "error": error_kind}]
                box.value = {**box.value, "set_aside": aside[-KEPT:]}
        except (NotSaved, NotRead, Unreadable) as trouble:
            raise RetryLater from trouble
        self._alerts.record(AlertKind.SET_ASIDE, f"update {update_id}, {error_kind}")
