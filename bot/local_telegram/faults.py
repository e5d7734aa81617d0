"""Faults a test may put into the local Telegram, and what a caller then sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A fault: this status and body instead of the true answer, whether or not the call acted."""

    status: int
    body: JSON | bytes
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A fault: no connection, so the request never left."""


@dataclass(frozen=True, slots=True)
class CutBefore:
    """A fault: the connection is cut after the request left and before Telegram acted on it."""


@dataclass(frozen=True, slots=True)
class CutAfter:
    """A fault: Telegram acted and the connection is cut before its answer."""


@dataclass(frozen=True, slots=True)
class Hang:
    """A fault: no answer for so many seconds of the clock, at whose end the client gives up."""

    delivered: bool = False
    seconds: float = 30.0


Fault = Answer | Refused | CutBefore | CutAfter | Hang
FaultHook = Callable[[str, JSON, int], Fault | None]
"""Method, parameters and the number of the call (getUpdates is counted apart from all others, from 1)."""


class Lost(Exception):
    """The answer to a call never arrived."""

    def __init__(self, reason: str, *, left: bool, delivered: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.left = left
        """Whether the request reached the wire."""
        self.delivered = delivered
        """Whether Telegram acted on it, which no client can know."""
