"""Whether people wait for their message while nothing leaves, although nothing is known to hold it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

PATIENCE: Final = 720.0
"""Seconds; the pace alone makes somebody wait longer on a large morning, yet others' messages leave meanwhile."""


class StallDetector:
    """Who has waited for how long, and when something left last. People by number, instants in seconds.

    Whoever met a fault while others' messages left has a trouble of their own, which is told elsewhere.
    """

    def __init__(self) -> None:
        self._since: dict[int, float] = {}
        self._left_at: float | None = None
        self._to_retry: dict[int, float] = {}
        self._stumbled: set[int] = set()
        self._own: set[int] = set()

    def left(self, id: int, at: float) -> None:
        """A message left for this person, or may have."""
        self._to_retry.pop(id, None)
        self._left_at = at
        self.went_well(id)
        self._own |= self._stumbled

    def went_well(self, id: int) -> None:
        """This person was looked at and nothing went wrong: if they wait, then from now on."""
        self._since.pop(id, None)
        self._stumbled.discard(id)
        self._own.discard(id)

    def did_not_leave(self, id: int, retry_at: float) -> None:
        """This person's message goes out on another try: until then they wait, though nothing is due."""
        self._to_retry[id] = retry_at

    def stumbled(self, id: int, *, own: bool) -> None:
        """A fault kept this person's message here; `own` says that it is known to be theirs alone."""
        (self._own if own else self._stumbled).add(id)

    def waiting(self, due: Collection[int], at: float) -> int:
        """How many of those whose message should have left have waited too long while nothing left at all."""
        self._to_retry = {id: until for id, until in self._to_retry.items() if until > at}
        self._since = {id: self._since.get(id, at) for id in {*due, *self._to_retry}}
        if self._left_at is not None and at - self._left_at < PATIENCE:
            return 0
        return sum(at - since >= PATIENCE for id, since in self._since.items() if id not in self._own)

    def held(self) -> None:
        """Something known holds everybody's messages: nobody's waiting counts."""
        self._since = {}
