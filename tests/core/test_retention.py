"""Answers of somebody silent: one notice after twelve months, erased thirty days after it, never sooner."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.assessment import safety
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.model.subscriber import Answer, State, Subscriber, new_subscriber
from bot.core.schedule.due import due, upcoming
from bot.core.schedule.planned import Planned
from bot.core.screens.compose import compose
from tests.core.changes import WINDOWS, ZONES, Becomes, Change, Says, series
from tests.core.people import Life, checked, each, instant, somebody
from tests.support.examples import examples

HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
YEAR = timedelta(days=365)
MONTH = timedelta(days=30)
BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
YEARS = BEGIN + 4 * YEAR


@dataclass(frozen=True)
class Heard:
    """The person does something in the chat: all that counts here is that they did."""

    change: Change | None = None

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        return replace(self.change(person, now) if self.change else person, heard_at=now)


@dataclass(frozen=True)
class Blocks:
    """A send found out that they blocked the bot; nothing was heard of them."""

    def __call__(self, person: Subscriber, now: datetime) -> Subscriber:
        """The person afterwards."""
        return person.in_state(State.BLOCKED, now)


def finished(zone: str = "UTC", heard: datetime = BEGIN, quiet: tuple[str, str] = ("21:30", "07:00")) -> Subscriber:
    """Somebody who is through with the series, last heard then."""
    return replace(somebody(series(), zone=zone, quiet=quiet).in_state(State.FINISHED, BEGIN), heard_at=heard)


def notices(life: Life) -> list[datetime]:
    """When the notice went out."""
    return [sent.at for sent in life.sent if sent.kind is Kind.IDLE]


def lived(person: Subscriber, *changes: tuple[datetime, Heard | Blocks], until: datetime = YEARS) -> Life:
    """What becomes of somebody whom the bot looks after without a break."""
    return Life(series(), person, changes).run_by_next(BEGIN, until)


# --- One life after another -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.FINISHED, State.PAUSED, State.RUNNING])
def test_whoever_is_silent_gets_one_notice_after_a_year_and_is_erased_thirty_days_later(state: State) -> None:
    person = replace(somebody(series()).in_state(state, BEGIN), heard_at=BEGIN)
    life = Life(series(), person).run_by_next(BEGIN + 300 * ONE_DAY, YEARS)
    assert notices(life) == [BEGIN.replace(year=2027)]
    assert life.erased_at == BEGIN.replace(year=2027) + MONTH


def test_whoever_never_got_beyond_consent_is_erased_too() -> None:
    person = new_subscriber(1, series().id, series().consent, "", BEGIN.replace(hour=23))
    life = lived(person)
    assert notices(life) == [
        datetime(2027, 3, 3, 9, tzinfo=UTC)
    ]  # from 20:00 to 09:00 UTC nobody without a zone is told
    assert life.erased_at == notices(life)[0] + MONTH


def test_a_sign_that_stopped_somebody_leaves_one_follow_up_and_a_year_later_one_notice() -> None:
    person = replace(checked(series(), somebody(series()), {"today": safety.YES}, BEGIN), heard_at=BEGIN)
    life = lived(person)
    assert [sent.kind for sent in life.sent] == [Kind.FOLLOW_UP, Kind.IDLE]


@pytest.mark.parametrize("state", [State.STOPPED, State.BLOCKED])
def test_whoever_stopped_or_blocked_the_bot_is_erased_as_late_without_a_word(state: State) -> None:
    life = lived(finished(), (BEGIN + ONE_DAY, Heard(Becomes(state))))
    assert life.sent == []
    assert life.erased_at == (BEGIN + ONE_DAY).replace(year=2027) + MONTH


def test_a_block_found_out_by_the_notice_itself_still_ends_thirty_days_after_it() -> None:
    def refused(planned: Planned, tries: int) -> Outcome:
        return Outcome.FAILED

    told = BEGIN.replace(year=2027)
    life = Life(series(), finished(), [(told + HOUR, Blocks())], fate=refused).run_by_next(BEGIN, YEARS)
    assert (notices(life), life.erased_at) == ([told], told + MONTH)


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.FAILED])
def test_a_notice_is_never_repeated_where_it_is_known_what_became_of_it(outcome: Outcome) -> None:
    life = Life(series(), finished(), fate=lambda planned, tries: outcome).run_by_next(BEGIN, YEARS)
    assert len(notices(life)) == 1
    assert life.erased_at == notices(life)[0] + MONTH


def test_a_notice_of_unknown_fate_comes_once_more_on_another_day_and_the_days_count_from_then() -> None:
    life = Life(series(), finished(), fate=lambda planned, tries: Outcome.UNKNOWN).run_by_next(BEGIN, YEARS)
    first, second = notices(life)
    assert second.date() == first.date() + ONE_DAY
    assert life.erased_at == second + MONTH


def test_a_notice_that_did_not_leave_is_tried_until_it_does_and_the_days_count_from_then() -> None:
    def fate(planned: Planned, tries: int) -> Outcome:
        return Outcome.WAITING if tries < 2000 else Outcome.SENT  # a minute apart, outside quiet hours

    life = Life(series(), finished(), fate=fate).run_by_next(BEGIN.replace(year=2027), YEARS)
    assert len(notices(life)) == 2000
    assert life.erased_at == notices(life)[-1] + MONTH
    assert life.erased_at > BEGIN.replace(year=2027) + MONTH + ONE_DAY


@pytest.mark.parametrize("days", [1, 29, 30, 400])
def test_a_word_after_the_notice_keeps_everything_for_another_year(days: int) -> None:
    told = BEGIN.replace(year=2027)
    word = told + min(days, 30) * ONE_DAY - timedelta(seconds=1)
    life = lived(finished(), (word, Heard()), until=word + YEAR - ONE_DAY)
    assert (notices(life), life.erased_at) == ([told], None)


def test_a_word_while_the_notice_is_still_on_its_way_keeps_everything_too() -> None:
    """It is settled after the tap on it, and speaks for a silence that is over."""
    told = BEGIN.replace(year=2027)
    claimed = due(series(), finished(), told).send
    assert claimed is not None
    record = Delivery(claimed.key, claimed.kind, Outcome.SENT, told + timedelta(seconds=2))
    heard = replace(finished(), heard_at=told + timedelta(seconds=1)).with_deliveries([record])
    looked = due(series(), heard, told + MONTH + ONE_DAY)
    assert (looked.erase, looked.send) == (False, None)
    assert looked.next_at == (told + timedelta(seconds=1)).replace(year=2028)


def test_a_bot_that_was_down_for_two_years_gives_the_same_thirty_days() -> None:
    for person in (finished(), finished().in_state(State.STOPPED, BEGIN)):
        back = BEGIN + 2 * YEAR
        life = Life(series(), person).run_by_next(back, back + 2 * MONTH)
        assert life.erased_at == back + MONTH
        assert notices(life) == ([back] if person.state is State.FINISHED else [])


@pytest.mark.parametrize(
    ("zone", "quiet", "heard", "told"),
    [
        ("Asia/Kathmandu", ("21:30", "07:00"), "23:00", "2027-03-03 07:00"),
        ("America/New_York", ("21:30", "07:00"), "21:29", "2027-03-02 21:29"),
        ("America/New_York", ("13:00", "15:00"), "14:00", "2027-03-02 15:00"),
        ("Europe/Lisbon", ("00:00", "00:00"), "03:00", "2027-03-02 03:00"),
    ],
)
def test_the_notice_keeps_out_of_quiet_hours(zone: str, quiet: tuple[str, str], heard: str, told: str) -> None:
    person = finished(zone, instant(zone, date(2026, 3, 2), heard), quiet)
    day, clock = told.split()
    assert notices(lived(person)) == [instant(zone, date.fromisoformat(day), clock)]


def test_a_silence_since_the_29th_of_february_is_a_year_long_on_the_1st_of_march() -> None:
    life = Life(series(), finished(heard=datetime(2028, 2, 29, 12, tzinfo=UTC)))
    life.run_by_next(BEGIN + 2 * YEAR, YEARS)
    assert notices(life) == [datetime(2029, 3, 1, 12, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("zone", "day", "told"),
    [
        ("America/New_York", date(2026, 11, 3), "2027-11-03 17:00"),  # EST; a year later the clocks go back on the 7th
        ("America/New_York", date(2026, 3, 10), "2027-03-10 17:00"),  # EDT; a year later they go forward on the 14th
        ("Europe/Lisbon", date(2026, 10, 28), "2027-10-28 12:00"),
    ],
)
def test_a_change_of_the_clocks_makes_no_year_shorter(zone: str, day: date, told: str) -> None:
    person = finished(zone, instant(zone, day, "12:00"))
    life = Life(series(), person).run_by_next(BEGIN + 200 * ONE_DAY, YEARS)
    assert notices(life) == [datetime.fromisoformat(f"{told}+00:00")]


def test_the_notice_comes_alone_on_its_day() -> None:
    """After a year without the bot the late lessons go first, one a day."""
    person = replace(somebody(series()), heard_at=BEGIN)
    life = Life(series(), person).run_by_next(BEGIN + YEAR + ONE_DAY, BEGIN + YEAR + 8 * ONE_DAY)
    kinds = [sent.kind for sent in life.sent]
    assert kinds == [Kind.LESSON, Kind.LESSON, Kind.RETEST, Kind.IDLE]
    assert all(later.date() > one.date() for one, later in pairwise(sent.at for sent in life.sent))


def test_the_notice_says_when_and_carries_no_exercise() -> None:
    person = replace(somebody(series()), heard_at=BEGIN)
    now = BEGIN.replace(year=2027)
    planned = Planned(Kind.IDLE, Kind.IDLE, "idle:2026-03-02", now, None, BEGIN.date())
    message = compose(series(), person, planned, now)
    assert message.values == {"months": 12, "date": date(2027, 4, 1)}
    assert [button.label for row in message.buttons for button in row] == [
        "labels.keep-answers",
        "labels.go-on",
        "labels.erase-now",
    ]


def test_the_notice_is_no_message_ahead_that_settings_would_announce() -> None:
    assert upcoming(series(), finished(), BEGIN + YEAR - HOUR) == ()


# --- Any life ---------------------------------------------------------------------------------------------------

states = st.sampled_from([State.STOPPED, State.BLOCKED, State.FINISHED, State.PAUSED, State.ONBOARDING])
doings = st.one_of(
    st.just(Heard()),
    states.map(lambda state: Heard(Becomes(state))),
    st.sampled_from(ZONES).map(lambda zone: Heard(Says("zone", (zone,)))),
    st.sampled_from(WINDOWS).map(lambda window: Heard(Says("quiet", window))),
    st.just(Blocks()),
)
doings_with_dates = st.lists(st.tuples(st.integers(0, 3 * 365 * 24), doings), max_size=6)
gaps = st.lists(st.one_of(st.integers(1, 48), st.integers(48, 500 * 24)), min_size=1, max_size=12)


def ticks(hours: list[int], end: datetime) -> Iterable[datetime]:
    """Looks at these distances, then one every day or so."""
    now = BEGIN
    for gap in hours:
        now += gap * HOUR
        yield now
    yield from each(23 * HOUR, now + HOUR, end)


@given(states, doings_with_dates, gaps)
@examples(30)
def test_nobody_is_erased_before_twelve_months_and_thirty_days_nor_told_twice_nor_told_after_they_left(
    state: State, found: list[tuple[int, Heard | Blocks]], hours: list[int]
) -> None:
    def may_be_told(person: Subscriber, planned: Planned, now: datetime) -> None:
        if planned.kind is Kind.IDLE:
            assert person.state not in (State.STOPPED, State.BLOCKED)
            assert now >= (person.heard_at or BEGIN) + YEAR

    changes = [(BEGIN + n * HOUR, change) for n, change in found]
    person = replace(finished(), heard_at=BEGIN).in_state(state, BEGIN)
    end = BEGIN + 8 * YEAR
    life = Life(series(), person, changes, on_send=may_be_told).run(ticks(hours, end))
    assert life.erased_at is not None
    heard = [BEGIN, *(at for at, change in sorted(changes, key=lambda pair: pair[0]) if isinstance(change, Heard))]
    heard = [at for at in heard if at <= life.erased_at]
    assert life.erased_at - heard[-1] >= YEAR + MONTH
    for begin, over in pairwise([*heard, end]):
        assert sum(begin < at <= over for at in notices(life)) <= 1
    if life.person.state not in (State.STOPPED, State.BLOCKED):
        assert heard[-1] + YEAR <= notices(life)[-1] <= life.erased_at - MONTH


@given(states, doings_with_dates)
@examples(20)
def test_a_look_only_when_the_document_asks_for_one_erases_in_time(
    state: State, found: list[tuple[int, Heard | Blocks]]
) -> None:
    changes = [(BEGIN + n * HOUR, change) for n, change in found]
    person = replace(finished(), heard_at=BEGIN).in_state(state, BEGIN)
    life = Life(series(), person, changes).run_by_next(BEGIN, BEGIN + 8 * YEAR)
    heard = max([BEGIN, *(at for at, change in changes if isinstance(change, Heard) and at <= (life.erased_at or at))])
    assert life.erased_at is not None
    assert YEAR + MONTH <= life.erased_at - heard <= YEAR + MONTH + 3 * ONE_DAY


def test_settings_told_before_the_zone_leave_the_notice_in_utc_hours() -> None:
    person = new_subscriber(1, series().id, series().consent, "", BEGIN)
    person = replace(person, answers=(Answer("zone", "Asia/Tokyo", BEGIN),))  # no quiet hours with it
    assert notices(lived(person)) == [BEGIN.replace(year=2027)]
    assert time(9) <= notices(lived(person))[0].time() < time(20)
