"""Whether the wall clock can be trusted to say what is due: a jump holds planned messages for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

JUMP: Final = timedelta(hours=26)
BEHIND: Final = timedelta(hours=1)
STEADY_SECONDS: Final = 600.0
JUMPED: Final = "the clock jumped"
STANDS_BEFORE: Final = "the clock stands before what is stored"
DENIED: Final = "the clock stands before what Telegram says"


class ClockGuard:
    """Compares each look at the wall clock with the last one. Being down for any time is no jump: nothing is before it.

    A wall clock that moved a day more than the monotonic one, or that stands well before what is stored, is not
    believed until it was steady for ten minutes. One that stays behind is held from when it was first seen, so that
    it can become the truth. What Telegram dates its messages with is no memory but a witness: a clock that stands well
    before it is not believed for as long as it does.
    """

    def __init__(self) -> None:
        self._now: datetime | None = None
        self._monotonic = 0.0
        self._held_until = 0.0
        self._reason = ""
        self._heard: datetime | None = None

    def hear(self, dated: datetime) -> None:
        """A message that has come from Telegram was sent at that instant."""
        self._heard = dated if self._heard is None else max(self._heard, dated)

    def look(self, now: datetime, monotonic: float, newest: datetime | None) -> str:
        """Why `now` is not believed, or nothing. `monotonic` is in seconds, `newest` is the newest instant stored."""
        jumped = self._now is not None and abs(now - self._now - timedelta(seconds=monotonic - self._monotonic)) > JUMP
        behind = newest is not None and now < newest - BEHIND
        self._now, self._monotonic = now, monotonic
        if jumped:
            self._hold(JUMPED)
        elif self._heard is not None and now < self._heard - BEHIND:
            self._hold(DENIED)
        elif behind and self._reason != STANDS_BEFORE:
            self._hold(STANDS_BEFORE)
        elif not behind and not self._is_held:
            self._reason = ""
        return self._reason if self._is_held else ""

    def believe(self) -> None:
        """An operator's word: this wall clock is right."""
        self._held_until = self._monotonic
        self._heard = None

    @property
    def _is_held(self) -> bool:
        return self._monotonic < self._held_until

    def _hold(self, reason: str) -> None:
        self._reason = reason
        self._held_until = self._monotonic + STEADY_SECONDS
