"""What a restored subscriber may be sent: nothing that may have gone out since, but for lessons once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.core.assessment import safety
from bot.core.model.coaching import COACH, SEES
from bot.core.model.delivery import OPEN, Delivery, Kind, Outcome, lost_claims
from bot.core.model.series import Series
from bot.core.model.subscriber import Answer, State, Subscriber
from bot.core.schedule.broadcasts import is_lined_up
from bot.core.schedule.due import due, so_far
from bot.core.schedule.planned import Planned

RESTORED = "restored"
"""The reason that stands in a record made here."""

LEFT_ALONE = (State.STOPPED, State.BLOCKED, State.PAUSED)
_REPEATED = (Kind.LESSON, Kind.RETEST)


def after_restore(
    series: Series, subscriber: Subscriber, now: datetime, evidence: Subscriber | None = None
) -> Subscriber:
    """Somebody as an older document has them, with what can be known of the time since.

    `evidence` is the document that is about to be replaced, where it still opens. It says what was sent, that the
    person stopped, which signs keep them from exercise, and that a coach may see no more. Without it, or with an older
    one, whatever was planned until `now` may have gone out: it is unknown, so a reminder is not repeated and a lesson
    comes once more, marked as a possible repeat.
    """
    known = replace(subscriber.whole(), reply_owed_at=None)
    if evidence is not None:
        known = _left_alone(known.with_deliveries(_better_known(known, evidence)), evidence)
        known = _heard(known, evidence.heard_at)
        known = _signs(series, _unseen(known, evidence), evidence)
        if evidence.saved_at >= subscriber.saved_at:
            return known.with_deliveries(lost_claims(known.deliveries.values(), now, RESTORED))
    # An unknown lesson may have had its repeat by now.
    again = [_unknown(record, now) for record in known.deliveries.values() if record.may_repeat_at]
    # So may have what a coach had lined up, and nobody gets that twice.
    again += [_unknown(record, now) for record in known.deliveries.values() if is_lined_up(record)]
    known = known.with_deliveries([*lost_claims(known.deliveries.values(), now, RESTORED), *again])
    planned = [each for each in so_far(series, known, now) if _may_have_gone_out(known, each)]
    known = known.with_deliveries(_unknown_now(known, each, now) for each in planned)
    # Whether they were heard of since is not known either, so nobody is taken for silent, or erased for it.
    known = _heard(known, max((each.at for each in planned if each.kind is Kind.REMINDER), default=None))
    known = known.with_deliveries(_told_anew(known, now))
    return known.with_deliveries(_single_notice(series, known, now))


def _better_known(known: Subscriber, evidence: Subscriber) -> Iterator[Delivery]:
    """The records of the evidence that say more: what was sent above all, then what is newer."""
    for key, record in evidence.all_deliveries.items():
        mine = known.deliveries.get(key)
        if mine is None or (record.outcome is Outcome.SENT, record.at) > (mine.outcome is Outcome.SENT, mine.at):
            yield record


def _unknown(record: Delivery, at: datetime) -> Delivery:
    return replace(record, outcome=Outcome.UNKNOWN, at=at, reason=RESTORED, unknowns=record.unknowns + 1)


def _may_have_gone_out(known: Subscriber, planned: Planned) -> bool:
    record = known.deliveries.get(planned.key)
    return record is None or record.outcome in OPEN


def _unknown_now(known: Subscriber, planned: Planned, now: datetime) -> Delivery:
    """What is repeated has its wait for evidence ahead; anything else counts for the day it was planned on."""
    record = known.deliveries.get(planned.key) or Delivery(planned.key, planned.kind, Outcome.UNKNOWN, now)
    return _unknown(record, now if planned.kind in _REPEATED else planned.at)


def _single_notice(series: Series, known: Subscriber, now: datetime) -> Iterator[Delivery]:
    """A nudge or a follow-up that would go out at once may have done so before."""
    send = due(series, known, now).send
    if send is not None and send.kind in (Kind.NUDGE, Kind.FOLLOW_UP, Kind.STILL, Kind.IDLE):
        yield _unknown_now(known, send, now)


def _heard(known: Subscriber, at: datetime | None) -> Subscriber:
    """With the person heard of at that instant, if not later."""
    if at is None or (known.heard_at is not None and known.heard_at >= at):
        return known
    return replace(known, heard_at=at)


def _told_anew(known: Subscriber, now: datetime) -> Iterator[Delivery]:
    """Notices before an erasure count from now: the person may have answered them."""
    for record in known.deliveries.values():
        if record.kind is Kind.IDLE:
            yield replace(record, at=now)


def _left_alone(known: Subscriber, evidence: Subscriber) -> Subscriber:
    """A stop, a block or a pause is not taken back by an older document."""
    last = evidence.enrollment.states[-1]
    if last.state not in LEFT_ALONE or known.enrollment.states[-1].at >= last.at:
        return known
    return known.in_state(last.state, last.at, last.until)


def _unseen(known: Subscriber, evidence: Subscriber) -> Subscriber:
    """What a coach may not see any more, an older document does not show them."""
    last, mine = (_newest(each, COACH) for each in (evidence, known))
    if last is None or last.value == SEES or (mine is not None and mine.at >= last.at):
        return known
    return known.saying(COACH, last.value, last.at)


def _newest(subscriber: Subscriber, question: str) -> Answer | None:
    return next((each for each in reversed(subscriber.answers) if each.question == question), None)


def _signs(series: Series, known: Subscriber, evidence: Subscriber) -> Subscriber:
    """A sign that keeps the person from exercise is not forgotten with the answer that told of it."""
    if safety.flagged(series, evidence) is None:
        return known
    asked = {(each.test, each.started_at): each for each in evidence.attempts if each.test in safety.ASKS}
    mine = {(each.test, each.started_at): each for each in known.attempts}
    told = [each for each in evidence.answers if each.question in safety.TOLD and each not in known.answers]
    return replace(
        known,
        attempts=tuple(sorted((mine | asked).values(), key=lambda each: each.started_at)),
        answers=tuple(sorted((*known.answers, *told), key=lambda each: each.at)),
    )
