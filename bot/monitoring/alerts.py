"""What an operator should know: each trouble is a log line, a reason on `/readyz` and a message to the operators."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.clock import Clock

log = logging.getLogger(__name__)

LISTED_SECONDS = 3600.0


class Cause(StrEnum):
    """Kinds of trouble; their words for operators stand in `operator.yaml` of the content."""

    CLOCK = "clock"
    DAMAGED = "damaged"
    FLOOD = "flood"
    HELD_CONTENT = "held-content"
    LESSON_LOST = "lesson-lost"
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


HOLDING: Final = frozenset({Cause.CLOCK, Cause.SECOND_POLLER, Cause.STRANGE_CHATS, Cause.WEBHOOK_SET})
"""What stops scheduled sending while it stands; taps are answered all the same."""
OPERATORS_WORD: Final = frozenset({Cause.CLOCK, Cause.STRANGE_CHATS})
"""What an operator's word ends."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that went wrong. `detail` names kinds, ids of content and numbers, never a person or their words."""

    cause: Cause
    detail: str
    at: float
    """On the monotonic clock, in seconds."""
    standing: bool
    """Whether it lasts until it is ended, or happened once."""


class Troubles:
    """Keeps what stands in the way now and what happened within the hour.

    `told` is called with every trouble as it comes up, once for a standing one.
    """

    def __init__(self, clock: Clock) -> None:
        self.told: list[Callable[[Trouble], None]] = []
        self._clock = clock
        self._standing: dict[Cause, Trouble] = {}
        self._recent: dict[tuple[Cause, str], Trouble] = {}

    def note(self, cause: Cause, detail: str = "") -> None:
        """Something happened that needs a look, though the bot goes on."""
        trouble = self._new(cause, detail, standing=False)
        self.recent()  # else what nobody asks for would pile up
        self._recent.pop((cause, detail), None)
        self._recent[cause, detail] = trouble

    def begin(self, cause: Cause, detail: str = "") -> None:
        """Something stands in the way until `end`; beginning it again is no news."""
        if cause not in self._standing:
            self._standing[cause] = self._new(cause, detail, standing=True)

    def end(self, cause: Cause) -> None:
        """It is over."""
        if self._standing.pop(cause, None) is not None:
            log.warning("over %s", cause)

    def standing(self) -> dict[Cause, str]:
        """What stands in the way now."""
        return {trouble.cause: trouble.detail for trouble in self._standing.values()}

    def recent(self) -> list[Trouble]:
        """What happened within the hour, oldest first."""
        since = self._clock.monotonic() - LISTED_SECONDS
        self._recent = {key: trouble for key, trouble in self._recent.items() if trouble.at > since}
        return list(self._recent.values())

    def _new(self, cause: Cause, detail: str, *, standing: bool) -> Trouble:
        trouble = Trouble(cause, detail, self._clock.monotonic(), standing)
        log.error("trouble %s%s", cause, f": {detail}" if detail else "")
        for tell in self.told:
            tell(trouble)
        return trouble
