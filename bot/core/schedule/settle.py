"""What becomes of a person when it is known how a message to them ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.core.model.delivery import TAPPED, WITH_ANOTHER, Delivery, Outcome
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import Step
from bot.core.schedule.due import scheduled
from bot.core.schedule.planned import Due


def settled(
    series: Series,
    known: Subscriber,
    record: Delivery,
    rides: Step | None,
    now: datetime,
    held: Collection[str] = (),
    *,
    unreachable: bool,
    again: datetime | None = None,
) -> Subscriber | None:
    """The person with that outcome, ready to be saved; None where the claim it settles is not there any more.

    A check-in that rode along is over only when its lesson may have arrived; else it rides on the next try.
    What is `held` waits for an author. Nothing more goes to somebody who is `unreachable` until they come back.
    `again` is when to look again where it was sent and the look before it could tell.
    """
    old = known.deliveries.get(record.key)
    if old is None or old.tries != record.tries:
        return None
    if old.outcome is Outcome.CLAIMED:
        known = known.with_deliveries([record])
    elif (old.outcome, old.reason) != (Outcome.SENT, TAPPED):
        return None  # a tap knows better than the send how it ended, yet of nothing that rode along
    if rides is not None and record.outcome in (Outcome.SENT, Outcome.UNKNOWN):
        known = known.with_deliveries([Delivery(rides.key, rides.kind, Outcome.CANCELLED, record.at, WITH_ANOTHER)])
    looked = Due(next_at=again) if again is not None and record.outcome is Outcome.SENT else None
    return scheduled(series, known.blocked(now) if unreachable else known, now, held, looked)
