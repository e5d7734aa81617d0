"""Whether the wall clock can be trusted to say what is due: a jump holds scheduled sending for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

JUMP = timedelta(hours=26)
BEHIND = timedelta(hours=1)
STEADY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at both clocks; `held_until` is on the monotonic clock, in seconds, None when nothing is held."""

    wall: datetime
    monotonic: float
    held_until: float | None = None
    reason: str = ""

    @property
    def held(self) -> bool:
        """Whether scheduled sending waits."""
        return self.held_until is not None and self.monotonic < self.held_until


def look(before: Look | None, wall: datetime, monotonic: float, newest: datetime | None) -> Look:
    """What a tick sees. `newest` is the newest instant in the store.

    A wall clock that moved a day more than the monotonic one, or that stands well before what is stored, is not
    believed until it was steady for ten minutes. Being down for any time is no jump: the first look has none before it.
    """
    reason = ""
    if before is not None and abs((wall - before.wall) - timedelta(seconds=monotonic - before.monotonic)) > JUMP:
        reason = "the clock jumped"
    if newest is not None and wall < newest - BEHIND:
        reason = reason or "the clock stands before what is stored"
    if reason:
        # A clock that stays behind is held from when it was first seen, so that it can become the truth.
        again = before is not None and before.reason == reason and "jumped" not in reason
        until = before.held_until if again and before else monotonic + STEADY.total_seconds()
        return Look(wall, monotonic, until, reason)
    if before is not None and before.held:
        return Look(wall, monotonic, before.held_until, before.reason)
    return Look(wall, monotonic)


def believed(look: Look) -> Look:
    """The same look after an operator's word that this wall clock is right."""
    return replace(look, held_until=look.monotonic)
