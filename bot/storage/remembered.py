"""People whose documents stay decoded, whoever was touched last."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Generic, TypeVar

T = TypeVar("T")
M = TypeVar("M")

REMEMBERED: Final = 128
"""More than are in hand at once."""


class Remembered(Generic[T, M]):
    """Each with a mark of what was read or written; what bears another one is not it."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[T, M]] = OrderedDict()

    def __contains__(self, id: int) -> bool:
        return id in self._known

    def recall(self, id: int, mark: M) -> T | None:
        """The person as that was decoded, where it still is."""
        known = self._known.get(id)
        if known is None or known[1] != mark:
            self.forget(id)
            return None
        self._known.move_to_end(id)
        return known[0]

    def known(self, id: int) -> tuple[T, M] | None:
        """The person and the mark, whatever became of them elsewhere since."""
        return self._known.get(id)

    def note(self, id: int, value: T, mark: M) -> None:
        """Keep them, and let go of whoever was touched longest ago."""
        self._known[id] = value, mark
        self._known.move_to_end(id)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def forget(self, id: int) -> None:
        """Nobody knows whether it is still so."""
        self._known.pop(id, None)
