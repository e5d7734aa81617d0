"""Around midnight: a wish that a clock change carries into the next date, and a reminder that is answered there."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.core.assessment import pain
from bot.core.model.callback_data import Done, Enough, HowIsIt, Hurts, NotToday, Outdated, ShowExercise
from bot.core.model.delivery import Kind, Outcome
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.plan import plan
from bot.core.schedule.planned import Planned
from bot.core.screens import session
from bot.core.screens.compose import compose
from tests.core.changes import series
from tests.core.people import MONDAY, NO_QUIET, Life, instant, somebody, tap

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


# --- A gap at midnight ------------------------------------------------------------------------------------------


def heard(person: Subscriber, now: datetime) -> Subscriber:
    """Whoever answers every day gets a message every day."""
    return replace(person, heard_at=now)


@pytest.mark.parametrize("before", range(1, 21))
def test_a_wish_that_a_gap_carries_past_midnight_takes_no_other_dates_message(before: int) -> None:
    """Nuuk, 28 March 2026: after 22:59 comes midnight, so 23:30 of that date is half past midnight of the next."""
    first = date(2026, 3, 28) - before * ONE_DAY
    person = somebody(series(), first, zone="America/Nuuk", at="23:30", quiet=NO_QUIET)
    assert person.enrollment.plan_shown_at is not None
    begin = person.enrollment.plan_shown_at
    noons = [(begin + n * ONE_DAY, heard) for n in range(22)]
    life = Life(series(), person, noons).run_by_next(begin, begin + 21 * ONE_DAY)
    assert [sent.planned.date for sent in life.sent] == [first + n * ONE_DAY for n in range(1, 21)]
    shifted = next(sent for sent in life.sent if sent.planned.date == date(2026, 3, 28))
    assert shifted.at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert not any(sent.planned.late for sent in life.sent)


def test_the_shifted_reminder_leads_to_the_session_of_its_own_date() -> None:
    person = somebody(series(), date(2026, 3, 26), zone="America/Nuuk", at="23:30", quiet=NO_QUIET)
    now = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    life = Life(series(), person).run_by_next(now - 2 * ONE_DAY, now + MINUTE)
    person, _ = tap(series(), life.person, start(life, now), now + 5 * MINUTE)
    assert person.session(date(2026, 3, 28)) is not None


# --- Answered after midnight ------------------------------------------------------------------------------------


def start(life: Life, now: datetime) -> HowIsIt:
    """What Start on the newest reminder leads to for somebody whose knee is as usual."""
    sent = [sent for sent in life.sent if sent.kind is Kind.REMINDER][-1]
    message = compose(series(), life.person, sent.planned, now)
    action = message.buttons[0][0].action
    assert isinstance(action, HowIsIt)
    _, asked = tap(series(), life.person, action, now)
    assert asked.template == "session/knee"
    return replace(action, value=pain.USUAL)


def late_in_the_evening(at: str = "23:30", sent: str = "23:30") -> tuple[Life, datetime]:
    """Somebody whose reminder of day 2 went out then; returns when that was, too."""
    person = somebody(series(), at=at, quiet=NO_QUIET, way="any")
    on = MONDAY + ONE_DAY + (ONE_DAY if sent < "12:00" else 0 * ONE_DAY)
    now = instant("UTC", on, sent)
    life = Life(series(), person)
    life.tick(now)
    assert [one.key for one in life.sent] == [f"reminder:{MONDAY + ONE_DAY}:1"]
    return life, now


@pytest.mark.parametrize("sent", ["23:30", "00:10", "02:29"])
@pytest.mark.parametrize("minutes", [1, 45, 179])
def test_start_works_for_as_long_as_its_reminder_is_good(sent: str, minutes: int) -> None:
    life, at = late_in_the_evening(sent=sent)
    action = start(life, at)
    assert action.date == MONDAY + ONE_DAY
    person, shown = tap(series(), life.person, action, at + minutes * MINUTE)
    assert shown.template == "session/exercise"
    assert person.session(MONDAY + ONE_DAY) is not None


def test_a_reminder_after_midnight_shows_the_plan_of_its_own_date() -> None:
    life, at = late_in_the_evening(sent="00:10")
    day = session.day_of(series(), life.person, MONDAY + ONE_DAY)
    assert day is not None
    _, shown = tap(series(), life.person, start(life, at), at)
    assert shown.values["exercise"] == plan(series(), life.person, day).items[0].exercise


def test_hours_later_the_same_button_is_an_old_one() -> None:
    life, at = late_in_the_evening()
    with pytest.raises(Outdated):
        tap(series(), life.person, start(life, at), at + timedelta(hours=3))


def test_a_session_begun_before_midnight_is_gone_through_to_its_end() -> None:
    life, at = late_in_the_evening(at="20:00", sent="20:00")
    on = MONDAY + ONE_DAY
    begun = instant("UTC", on, "23:50")
    person, shown = tap(series(), life.person, start(life, at), begun)
    ahead = [button.action for row in shown.buttons for button in row if button.label == "labels.next-exercise"]
    assert isinstance(ahead[0], ShowExercise)
    person, shown = tap(series(), person, ahead[0], begun + 15 * MINUTE)
    assert shown.template == "session/exercise"
    _, said = tap(series(), person, Hurts(on, ahead[0].exercise, 1), begun + 16 * MINUTE)
    assert said.template == "session/hurts"
    person, said = tap(series(), person, Enough(on), begun + 20 * MINUTE)
    assert said.template == "session/line"
    kept = person.session(on)
    assert kept is not None
    assert kept.finished_at == begun + 20 * MINUTE


def test_enough_for_today_counts_nothing_where_nothing_was_begun() -> None:
    life, at = late_in_the_evening()
    with pytest.raises(Outdated):
        tap(series(), life.person, Enough(MONDAY + ONE_DAY), at + 20 * MINUTE)


@pytest.mark.parametrize("minutes", [20, 60])
def test_done_and_not_today_after_midnight_are_about_the_reminders_own_date(minutes: int) -> None:
    life, at = late_in_the_evening()
    now, on = at + minutes * MINUTE, MONDAY + ONE_DAY
    declined, _ = tap(series(), life.person, NotToday(on), now)
    assert declined_on(declined, on)
    finished, _ = tap(series(), life.person, Done(on), now)
    assert finished.session(on) is not None
    assert finished.session(on + ONE_DAY) is None


def declined_on(person: Subscriber, on: date) -> bool:
    found = person.session(on)
    return found is not None and found.declined_at is not None


def test_not_today_under_yesterdays_evening_reminder_is_an_old_button_in_the_morning() -> None:
    life, at = late_in_the_evening()
    with pytest.raises(Outdated):
        tap(series(), life.person, NotToday(MONDAY + ONE_DAY), at + timedelta(hours=8))


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.WAITING])
def test_a_reminder_that_never_arrived_keeps_no_date_open(outcome: Outcome) -> None:
    person = somebody(series(), at="23:30", quiet=NO_QUIET)
    at = instant("UTC", MONDAY + ONE_DAY, "23:30")
    life = Life(series(), person, fate=lambda planned, tries: outcome)
    life.tick(at)
    day = session.day_of(series(), person, MONDAY + ONE_DAY)
    assert day is not None
    first = plan(series(), person, day).items[0].exercise
    with pytest.raises(Outdated):
        tap(series(), life.person, ShowExercise(day.date, first), at + 45 * MINUTE)


def test_a_planned_message_of_a_date_is_composed_for_that_date() -> None:
    person = somebody(series(), at="23:30", quiet=NO_QUIET)
    on = MONDAY + ONE_DAY
    planned = Planned(Kind.REMINDER, "", f"reminder:{on}:1", instant("UTC", on, "23:30"), None, on, late=True)
    now = datetime.combine(on + ONE_DAY, time(0, 10), UTC)
    assert compose(series(), person, planned, now).values["day"] == 2
