"""What an operator should know: each trouble is a log line, a reason on `/readyz` and a message to the operators."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.clock import Clock

log = logging.getLogger(__name__)

LISTED_SECONDS = 3600.0
DISCONNECTED_SECONDS = 75.0
"""Without word from Telegram. A fetch waits for 30 seconds, a lost answer costs 40: beyond that nobody is there."""


class AlertKind(StrEnum):
    """Kinds of trouble; their words for operators stand in `operator.yaml` of the content."""

    CLOCK = "clock"
    CONTACT = "contact"
    DAMAGED = "damaged"
    FLOOD = "flood"
    GONE = "gone"
    HELD_CONTENT = "held-content"
    KEY = "key"
    LESSON_LOST = "lesson-lost"
    NOT_DRAWN = "not-drawn"
    NOT_RENDERED = "not-rendered"
    NO_ANSWERS = "no-answers"
    NO_UPDATES = "no-updates"
    NOT_SAVED = "not-saved"
    NOTHING_LEAVES = "nothing-leaves"
    REFUSED_CONTENT = "refused-content"
    SECOND_POLLER = "second-poller"
    SET_ASIDE = "set-aside"
    STANDS_STILL = "stands-still"
    STRANGE_CHATS = "strange-chats"
    WEBHOOK_SET = "webhook-set"


HOLDING: Final = frozenset({AlertKind.CLOCK, AlertKind.SECOND_POLLER, AlertKind.STRANGE_CHATS, AlertKind.WEBHOOK_SET})
"""What stops scheduled sending while it stands; taps are answered all the same."""
OPERATORS_WORD: Final = frozenset({AlertKind.CLOCK, AlertKind.STRANGE_CHATS})
"""What an operator's word ends."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that went wrong. `detail` names kinds, ids of content and numbers, never a person or their words."""

    kind: AlertKind
    detail: str
    at: float
    """On the monotonic clock, in seconds."""
    standing: bool
    """Whether it lasts until it is ended, or happened once."""


class Alerts:
    """Keeps what stands in the way now and what happened within the hour.

    `listeners` are called with every trouble as it comes up, once for a standing one.
    """

    def __init__(self, clock: Clock) -> None:
        self.listeners: list[Callable[[Alert], None]] = []
        self._clock = clock
        self._standing: dict[AlertKind, Alert] = {}
        self._recent: dict[tuple[AlertKind, str], Alert] = {}

    def record(self, kind: AlertKind, detail: str = "") -> None:
        """Something happened that needs a look, though the bot goes on."""
        trouble = self._new(kind, detail, standing=False)
        self.recent()  # else what nobody asks for would pile up
        self._recent.pop((kind, detail), None)
        self._recent[kind, detail] = trouble

    def raise_(self, kind: AlertKind, detail: str = "") -> None:
        """Something stands in the way until `clear`; that it still does is no news, though `detail` may be another."""
        known = self._standing.get(kind)
        self._standing[kind] = replace(known, detail=detail) if known else self._new(kind, detail, standing=True)

    def clear(self, kind: AlertKind) -> None:
        """It is over."""
        if self._standing.pop(kind, None) is not None:
            log.warning("over %s", kind)

    def standing(self) -> dict[AlertKind, str]:
        """What stands in the way now."""
        return {trouble.kind: trouble.detail for trouble in self._standing.values()}

    def recent(self) -> list[Alert]:
        """What happened within the hour, oldest first."""
        since = self._clock.monotonic() - LISTED_SECONDS
        self._recent = {key: trouble for key, trouble in self._recent.items() if trouble.at > since}
        return list(self._recent.values())

    def _new(self, kind: AlertKind, detail: str, *, standing: bool) -> Alert:
        trouble = Alert(kind, detail, self._clock.monotonic(), standing)
        log.error("trouble %s%s", kind, f": {detail}" if detail else "")
        for tell in self.listeners:
            tell(trouble)
        return trouble
