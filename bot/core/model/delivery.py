"""The record of handling one message that nobody asked for: claimed before it leaves, settled after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a delivery brings. The order is the order of importance on one day."""

    LESSON = "lesson"
    RETEST = "re-test"
    CHECK_IN = "check-in"
    REMINDER = "reminder"
    STILL = "still"
    NUDGE = "nudge"
    FOLLOW_UP = "follow-up"
    IDLE = "idle"
    BROADCAST = "broadcast"


class Outcome(StrEnum):
    """How far a delivery has come. *Planned* has no record."""

    CLAIMED = "claimed"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


OPEN = (Outcome.WAITING,)
GONE_OUT = (Outcome.CLAIMED, Outcome.SENT, Outcome.UNKNOWN)
EVIDENCE_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(days=2)
"""Beyond what Telegram may ask for: a day."""
TRIED_AGAIN = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""How long to wait after each claim that provably did not go out; after further ones as after the last."""
CLOCK_ERROR = timedelta(hours=26)
TAPPED = "tapped"
"""The reason of what is known to have arrived by a tap on its buttons alone."""
WITH_ANOTHER = "rides"
"""The reason of what came together with another message: it is no message that did not come."""
UNREACHABLE = ("blocked", "chat_not_found")
"""Reasons of a failure that lies with no message: the person has blocked the bot, or is gone."""
REPEATED_WHEN_UNKNOWN = (Kind.LESSON, Kind.RETEST)
UNASKED = (Kind.LESSON, Kind.RETEST, Kind.CHECK_IN, Kind.REMINDER, Kind.STILL, Kind.IDLE)
"""Of which at most one goes out on a day; a reminder that was put off was asked for."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record a key, ever.

    `tries` counts every claim, `unknowns` those of which nobody knows whether they arrived.
    """

    key: str
    kind: Kind
    outcome: Outcome
    at: datetime
    reason: str = ""
    tries: int = 0
    not_before: datetime | None = None
    message_id: int | None = None
    unknowns: int = 0

    def settled(self, outcome: Outcome, at: datetime, reason: str = "", message_id: int | None = None) -> Delivery:
        """With how the send went; only a claim can be settled, anything else stays as it is."""
        if self.outcome is not Outcome.CLAIMED:
            return self
        unknowns = self.unknowns + (outcome is Outcome.UNKNOWN)
        return replace(self, outcome=outcome, at=at, reason=reason, message_id=message_id, unknowns=unknowns)

    def waiting(self, at: datetime, not_before: datetime, reason: str) -> Delivery:
        """Provably not delivered: to be claimed again from that instant, while the message is good."""
        if self.outcome is not Outcome.CLAIMED:
            return self
        return replace(self, outcome=Outcome.WAITING, at=at, not_before=not_before, reason=reason)

    def not_sent(self, at: datetime, reason: str, retry_after: float | None = None) -> Delivery:
        """Provably not delivered: waiting a little longer after each try, or as many seconds as Telegram asked for."""
        wait = TRIED_AGAIN[min(self.tries, len(TRIED_AGAIN)) - 1]
        return self.waiting(at, at + max(wait, timedelta(seconds=retry_after or 0)), reason)

    @property
    def found_nobody(self) -> bool:
        """Whether the person could not be reached; once they are back, what must not be lost is planned again."""
        return self.outcome is Outcome.FAILED and self.reason in UNREACHABLE

    @property
    def is_lost(self) -> bool:
        """Whether what must not be lost will not come by itself: both sends ended unknown, or Telegram refused it."""
        refused = self.outcome is Outcome.FAILED and not self.found_nobody
        ended = refused or (self.outcome is Outcome.UNKNOWN and self.unknowns > 1)
        return ended and self.kind in REPEATED_WHEN_UNKNOWN

    def held_until(self, now: datetime) -> datetime | None:
        """Until when it waits for another try; None when it need not, or only a wrong clock can have said so."""
        wait = self.not_before - now if self.not_before is not None else timedelta(0)
        return self.not_before if timedelta(0) < wait <= LONGEST_WAIT else None

    def is_from_the_future(self, now: datetime) -> bool:
        """Whether it was dropped at an instant that has yet to come: by a clock that has been set right since."""
        return self.outcome in (Outcome.EXPIRED, Outcome.CANCELLED) and self.at > now + CLOCK_ERROR

    @property
    def may_repeat_at(self) -> datetime | None:
        """When an unknown lesson may go out once more, if no evidence has come; None when it never may."""
        if self.outcome is Outcome.UNKNOWN and self.kind in REPEATED_WHEN_UNKNOWN and self.unknowns < 2:
            return self.at + EVIDENCE_WAIT
        return None


def lost_claims(records: Iterable[Delivery], now: datetime, reason: str = "process ended") -> Iterator[Delivery]:
    """The claims among them as unknown: whoever made them died or gave up, and nobody carries them out any more."""
    for record in records:
        if record.outcome is Outcome.CLAIMED:
            yield record.settled(Outcome.UNKNOWN, now, reason)


def claim(key: str, kind: Kind, now: datetime, previous: Delivery | None) -> Delivery:
    """The record that is saved before the first byte of the message leaves."""
    tries = (previous.tries if previous else 0) + 1
    unknowns = previous.unknowns if previous else 0
    return Delivery(key, kind, Outcome.CLAIMED, now, tries=tries, unknowns=unknowns)
