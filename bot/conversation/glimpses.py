"""What somebody of whom nothing is kept was shown last: in memory alone, of a few, and not for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.model.subscriber import Shown

LASTS = timedelta(minutes=30)
"""For so long a "yes" answers the question that stands above it."""
MOST = 500
"""People at once; whoever came first is forgotten first."""


class Glimpses:
    """The buttons under the newest message to each: gone with the process, and with the first thing that is kept."""

    def __init__(self) -> None:
        self._shown: dict[int, Shown] = {}

    def of(self, person: int, now: datetime) -> Shown | None:
        """What they look at, where that is still known."""
        shown = self._shown.get(person)
        return shown if shown is not None and timedelta() <= now - shown.at <= LASTS else None

    def note(self, person: int, buttons: tuple[tuple[str, str, str], ...], now: datetime) -> None:
        """They are shown these; nothing new without any."""
        if not buttons:
            return
        self.forget(person)
        if len(self._shown) >= MOST:
            del self._shown[next(iter(self._shown))]
        self._shown[person] = Shown(now, buttons)

    def forget(self, person: int) -> None:
        """What is kept of them says it from here on."""
        self._shown.pop(person, None)
