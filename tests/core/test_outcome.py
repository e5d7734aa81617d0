"""What becomes of a claim, and of the person, when it is known how the message ended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.model.delivery import TRIED_AGAIN, Delivery, Kind, Outcome, claim
from bot.core.model.subscriber import State, Subscriber
from bot.core.schedule.calendar import Step
from bot.core.schedule.due import claimed, due, upcoming
from bot.core.schedule.settle import settled
from tests.core.changes import series
from tests.core.people import somebody

NOW = datetime(2026, 3, 9, 19, tzinfo=UTC)
CLAIM = claim("lesson:1:second", Kind.LESSON, NOW, None)
RIDER = Step(Kind.CHECK_IN, "week-1", "check-in:1:week-1")
PERSON = somebody(series()).with_deliveries([CLAIM])


def after(record: Delivery, rides: Step | None = None, *, unreachable: bool = False) -> Subscriber:
    """The person with that outcome."""
    found = settled(series(), PERSON, record, rides, NOW, unreachable=unreachable)
    assert found is not None
    return found


@pytest.mark.parametrize("tries", range(1, 7))
def test_what_did_not_go_out_waits_longer_after_each_try(tries: int) -> None:
    record = replace(CLAIM, tries=tries).not_sent(NOW, "no connection")
    wait = TRIED_AGAIN[tries - 1] if tries <= len(TRIED_AGAIN) else TRIED_AGAIN[-1]
    assert (record.outcome, record.reason, record.not_before) == (Outcome.WAITING, "no connection", NOW + wait)


@pytest.mark.parametrize(("seconds", "waits"), [(None, TRIED_AGAIN[0]), (0, TRIED_AGAIN[0]), (90, timedelta(0, 90))])
def test_telegrams_own_wait_counts_where_it_is_longer(seconds: float | None, waits: timedelta) -> None:
    assert CLAIM.not_sent(NOW, "flood", seconds).not_before == NOW + waits


def test_an_outcome_is_kept_with_the_next_instant_worth_a_look() -> None:
    found = after(CLAIM.settled(Outcome.SENT, NOW))
    assert found.deliveries[CLAIM.key].outcome is Outcome.SENT
    assert (found.saved_at, found.next_due_at) == (NOW, due(series(), found, NOW).next_at)


def test_the_look_that_sends_a_reminder_also_says_when_the_next_one_is_worth_it() -> None:
    begun = somebody(series())
    reminder = next(each for each in upcoming(series(), begun, begun.saved_at) if each.kind is Kind.REMINDER)
    looked, record = due(series(), begun, reminder.at), claim(reminder.key, reminder.kind, reminder.at, None)
    saved, sent = claimed(begun, record, reminder.at), record.settled(Outcome.SENT, reminder.at)
    assert looked.send == reminder
    assert looked.after == due(series(), saved.with_deliveries([sent]), reminder.at).next_at is not None


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.UNKNOWN])
def test_a_check_in_that_rode_along_is_over_when_its_lesson_may_have_arrived(outcome: Outcome) -> None:
    rider = after(CLAIM.settled(outcome, NOW), RIDER).deliveries[RIDER.key]
    assert (rider.kind, rider.outcome, rider.reason) == (Kind.CHECK_IN, Outcome.CANCELLED, "rides")


def test_a_check_in_rides_again_when_its_lesson_did_not_leave() -> None:
    assert RIDER.key not in after(CLAIM.not_sent(NOW, "no connection"), RIDER).deliveries


def test_somebody_who_cannot_be_reached_is_left_alone() -> None:
    failed = CLAIM.settled(Outcome.FAILED, NOW, "blocked")
    assert after(failed, unreachable=True).state is State.BLOCKED
    assert after(failed).state is State.RUNNING


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.UNKNOWN])
def test_a_tap_before_the_send_has_ended_stays_the_truth_and_the_check_in_that_rode_along_is_over(
    outcome: Outcome,
) -> None:
    tapped = PERSON.arrived(CLAIM.key)
    found = settled(series(), tapped, CLAIM.settled(outcome, NOW), RIDER, NOW, unreachable=False)
    assert found is not None
    assert found.deliveries[CLAIM.key] == tapped.deliveries[CLAIM.key]
    assert found.deliveries[RIDER.key].outcome is Outcome.CANCELLED


@pytest.mark.parametrize(
    "person",
    [
        somebody(series()),
        PERSON.with_deliveries([CLAIM.settled(Outcome.UNKNOWN, NOW)]),
        PERSON.with_deliveries([replace(CLAIM, tries=2)]),
    ],
    ids=["no record", "settled already", "a later claim"],
)
def test_without_its_claim_an_outcome_changes_nothing(person: Subscriber) -> None:
    assert settled(series(), person, CLAIM.settled(Outcome.SENT, NOW), None, NOW, unreachable=True) is None
