"""Which one of several messages goes out now, and when to look again for the others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.model.delivery import Kind
from bot.core.schedule.calendar import ONE_DAY, Step
from bot.core.schedule.look import Look
from bot.core.schedule.planned import Due, Planned

TEST_UNDISTURBED = timedelta(minutes=20)


def choose(look: Look, wanted: Collection[Planned]) -> Due:
    """The one message to send, if any may go out now; whatever holds the others back is the next look.

    The order is that of `Kind`: lessons first. One message a day that nobody asked for.
    """
    if not wanted:
        return Due()
    if not look.is_running:
        return Due(next_at=look.pause_ends)
    if look.timing.is_quiet(look.now):
        return Due(next_at=look.timing.quiet_ends(look.now))
    if (undisturbed := _test_ends(look)) > look.now:
        return Due(next_at=undisturbed)
    ranks, found = list(Kind), Due()
    line = sorted(wanted, key=lambda each: (ranks.index(each.kind), each.at))
    for each in line:
        record = look.record(each.key)
        if record and (until := record.held_until(look.now)):
            return found.look_again(until)  # nothing overtakes what waits for another try
        if each.slot > 1:
            return replace(found, send=each)
        waits_for_its_day = each.late and not each.repeat and not look.is_chosen_day
        if not waits_for_its_day and not look.went_out_on(look.today, but=each.key):
            return replace(found, send=_with_check_in(each, line))
        found = found.look_again(look.timing.begin(look.today + ONE_DAY))
    return found


def _with_check_in(planned: Planned, line: list[Planned]) -> Planned:
    """A lesson takes along a check-in that waits beside it."""
    if planned.kind is Kind.LESSON and planned.rides is None:
        for other in line:
            if other.kind is Kind.CHECK_IN:
                return replace(planned, rides=Step(other.kind, other.step, other.key))
    return planned


def _test_ends(look: Look) -> datetime:
    """Until when a test in hand keeps messages away."""
    attempt = look.subscriber.open_attempt()
    return attempt[1].last_touched_at + TEST_UNDISTURBED if attempt else look.now
