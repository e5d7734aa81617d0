"""Content that Telegram refused: others get it without its markup, or not before an author has mended it."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import Any

from bot.monitoring.alerts import AlertKind, Alerts
from bot.storage import NotRead, NotSaved, Storage, Unreadable

log = logging.getLogger(__name__)


class Form(StrEnum):
    """How a piece of content may leave."""

    WRITTEN = "written"
    PLAIN = "plain"
    HELD = "held"


class Quarantine:
    """Kept in the bot's own document, for one version of the content: an edited text is tried again as written."""

    def __init__(self, storage: Storage[Any], catalog: str, alerts: Alerts) -> None:
        self._storage = storage
        self._catalog = catalog
        self._alerts = alerts
        self._forms: dict[str, Form] = {}

    async def load(self) -> None:
        """Take up what earlier processes found out; what cannot be read now is found out anew."""
        try:
            kept = (await self._storage.read_bot_record()).get("refused", {})
        except (NotRead, Unreadable) as trouble:
            log.warning("earlier refusals could not be read: %s", trouble)
            return
        if kept.get("catalog") == self._catalog:
            self._forms = {content: Form(form) for content, form in kept["content"].items()}
        self._say_what_is_held()

    def form(self, content: str) -> Form:
        """How it may leave now."""
        return self._forms.get(content, Form.WRITTEN)

    @property
    def held(self) -> frozenset[str]:
        """What waits for an author."""
        return frozenset(content for content, form in self._forms.items() if form is Form.HELD)

    def held_in(self, scope: str) -> frozenset[str]:
        """What waits for an author among the content whose names begin with this, without it."""
        return frozenset(content.removeprefix(scope) for content in self.held if content.startswith(scope))

    async def refused(self, content: str, form: Form, *, may_wait: bool) -> None:
        """Telegram refused it in that form; several at once report one and the same refusal.

        What may not wait is refused to that one person alone: an author mends no day that has passed.
        """
        if self.form(content) is not form:
            return
        self._alerts.record(AlertKind.REFUSED_CONTENT, content)
        if form is Form.PLAIN and not may_wait:
            return
        self._forms[content] = Form.PLAIN if form is Form.WRITTEN else Form.HELD
        self._say_what_is_held()
        try:
            async with self._storage.change_bot_record() as box:
                forms = {name: str(form) for name, form in self._forms.items()}
                box.value = {**box.value, "refused": {"catalog": self._catalog, "content": forms}}
        except (NotSaved, NotRead, Unreadable) as trouble:
            log.warning("the refusal could not be noted: %s", trouble)

    def _say_what_is_held(self) -> None:
        if self.held:
            self._alerts.raise_(AlertKind.HELD_CONTENT, ", ".join(sorted(self.held)))
