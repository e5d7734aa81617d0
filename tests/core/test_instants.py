"""When a local wish comes true, through every kind of clock change; checked against an oracle that walks UTC."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.model.delivery import Kind
from bot.core.schedule.calendar import Timing
from tests.core.changes import series
from tests.core.people import NO_QUIET, Life, somebody
from tests.support.examples import examples

MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)

# Zone, local wish, UTC instant, local date and time as shown. Measured with tzdata 2026f. The last rows are a leap day,
# the turn of a year, and the day after the seconds since 1970 have outgrown 32 bits.
TABLE = """
Europe/Berlin       2026-03-29 02:30   2026-03-29T01:30   2026-03-29 03:30
Europe/Berlin       2026-10-25 02:30   2026-10-25T00:30   2026-10-25 02:30
America/New_York    2026-03-08 02:30   2026-03-08T07:30   2026-03-08 03:30
America/New_York    2026-11-01 01:30   2026-11-01T05:30   2026-11-01 01:30
Australia/Lord_Howe 2026-10-04 02:15   2026-10-03T15:45   2026-10-04 02:45
Australia/Lord_Howe 2027-04-04 01:45   2027-04-03T14:45   2027-04-04 01:45
Pacific/Chatham     2026-09-27 02:50   2026-09-26T14:05   2026-09-27 03:50
Pacific/Chatham     2027-04-04 03:00   2027-04-03T13:15   2027-04-04 03:00
Asia/Kathmandu      2026-11-22 09:00   2026-11-22T03:15   2026-11-22 09:00
Asia/Kolkata        2026-11-22 09:00   2026-11-22T03:30   2026-11-22 09:00
Australia/Eucla     2026-11-22 09:00   2026-11-22T00:15   2026-11-22 09:00
Pacific/Kiritimati  2026-11-22 09:00   2026-11-21T19:00   2026-11-22 09:00
Pacific/Niue        2026-11-22 09:00   2026-11-22T20:00   2026-11-22 09:00
Africa/Cairo        2026-04-24 00:30   2026-04-23T22:30   2026-04-24 01:30
America/Havana      2026-03-08 00:30   2026-03-08T05:30   2026-03-08 01:30
America/Havana      2026-11-01 00:30   2026-11-01T04:30   2026-11-01 00:30
Asia/Beirut         2026-03-29 00:15   2026-03-28T22:15   2026-03-29 01:15
Africa/Casablanca   2026-02-15 02:30   2026-02-15T01:30   2026-02-15 02:30
Antarctica/Troll    2026-03-29 02:30   2026-03-29T02:30   2026-03-29 04:30
America/Santiago    2026-04-04 23:30   2026-04-05T02:30   2026-04-04 23:30
America/Santiago    2026-09-06 00:30   2026-09-06T04:30   2026-09-06 01:30
Europe/Dublin       2026-10-25 01:30   2026-10-25T00:30   2026-10-25 01:30
America/Nuuk        2026-03-28 23:30   2026-03-29T01:30   2026-03-29 00:30
Europe/Berlin       2028-02-29 09:00   2028-02-29T08:00   2028-02-29 09:00
Europe/Berlin       2026-12-31 23:59   2026-12-31T22:59   2026-12-31 23:59
Europe/Berlin       2027-01-01 00:00   2026-12-31T23:00   2027-01-01 00:00
Europe/Berlin       2038-01-20 09:00   2038-01-20T08:00   2038-01-20 09:00
"""

MISSING = [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))]
CLOCKS_CHANGE = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/Nuuk", date(2026, 3, 28)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("America/Santiago", date(2026, 4, 4)),
    *MISSING,
]


def timing(zone: str, at: str) -> Timing:
    """A wish for that time on every day, without quiet hours."""
    since = datetime(1990, 1, 1, tzinfo=UTC)
    return Timing(since, zone, time.fromisoformat(at), frozenset(range(7)), time(0), time(0))


@pytest.mark.parametrize("row", TABLE.split("\n")[1:-1])
def test_a_wish_comes_true_at_its_instant(row: str) -> None:
    zone, day, clock, instant, shown_day, shown_clock = row.split()
    moment = timing(zone, clock).moment(date.fromisoformat(day))
    assert moment == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == f"{shown_day} {shown_clock}"


@pytest.mark.parametrize("row", TABLE.split("\n")[1:-1])
@pytest.mark.parametrize(("day_of_series", "kind"), [(4, Kind.REMINDER), (8, Kind.LESSON)])
def test_the_message_of_that_date_goes_out_once_at_that_instant(row: str, day_of_series: int, kind: Kind) -> None:
    zone, day, clock, instant, *_ = row.split()
    on = date.fromisoformat(day)
    person = somebody(series(), on - (day_of_series - 1) * ONE_DAY, zone=zone, at=clock, quiet=NO_QUIET)
    right = datetime.fromisoformat(instant).replace(tzinfo=UTC)

    life = Life(series(), person).run_by_next(right - 2 * ONE_DAY, right + ONE_DAY - timedelta(hours=2))

    assert [(each.at, each.kind) for each in life.sent if each.planned.date == on] == [(right, kind)]


@pytest.mark.parametrize(("zone", "day"), MISSING)
@pytest.mark.parametrize(("day_of_series", "kinds"), [(4, [Kind.REMINDER] * 2), (8, [Kind.CHECK_IN, Kind.LESSON])])
def test_a_date_that_does_not_exist_drops_its_reminder_and_moves_its_lesson(
    zone: str, day: date, day_of_series: int, kinds: list[Kind]
) -> None:
    person = somebody(series(), day - (day_of_series - 1) * ONE_DAY, zone=zone, at="09:00", quiet=NO_QUIET)
    wish = timing(zone, "09:00")
    before, after = wish.moment(day - ONE_DAY), wish.moment(day + ONE_DAY)
    assert before
    assert after

    life = Life(series(), person).run_by_next(before - timedelta(hours=1), after + timedelta(hours=1))

    assert [(each.at, each.kind) for each in life.sent] == list(zip([before, after], kinds, strict=True))


@pytest.mark.parametrize(("zone", "day"), MISSING)
def test_a_date_that_does_not_exist_has_no_instant(zone: str, day: date) -> None:
    wish = timing(zone, "09:00")
    assert wish.moment(day) is None
    before, after = wish.moment(day - ONE_DAY), wish.moment(day + ONE_DAY)
    assert before
    assert after
    assert after - before == ONE_DAY


def walked(zone: str, day: date, wish: time) -> datetime | None:
    """The oracle: read the zone's clock at every minute of UTC around a date, and take what a person would call it.

    The first minute that shows the wish; if none does, the wish lies in a gap, and comes true as long after the jump
    as it lies behind the gap's beginning.
    """
    info = ZoneInfo(zone)
    begin = datetime.combine(day, time(0), UTC) - timedelta(hours=15)
    minutes = [begin + n * MINUTE for n in range(54 * 60)]
    wall = [minute.astimezone(info).replace(tzinfo=None) for minute in minutes]
    if day not in {each.date() for each in wall}:
        return None
    wanted = datetime.combine(day, wish)
    for minute, shown in zip(minutes, wall, strict=True):
        if shown == wanted:
            return minute
    for place in range(1, len(wall)):
        if wall[place - 1] < wanted < wall[place]:
            return minutes[place] + (wanted - wall[place - 1] - MINUTE)
    raise AssertionError(f"{wanted} is neither shown nor skipped in {zone}")


WHOLE_MINUTES = sorted(  # an offset with seconds in it would leave the oracle's grid
    zone
    for zone in available_timezones()
    if not any(
        (offset := datetime(year, month, 1, tzinfo=ZoneInfo(zone)).utcoffset()) is None or offset.seconds % 60
        for year in (1993, 2011, 2026)
        for month in (1, 7)
    )
)


@given(
    st.one_of(
        st.tuples(st.sampled_from(WHOLE_MINUTES), st.dates(date(1993, 1, 1), date(2036, 12, 31))),
        st.sampled_from(CLOCKS_CHANGE),
    ),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
@example(("Africa/Casablanca", date(2026, 2, 15)), time(2, 30))
@example(("Pacific/Apia", date(2011, 12, 31)), time(0))
@examples(60)
def test_the_instant_is_the_one_a_clock_on_the_wall_would_show(place: tuple[str, date], wish: time) -> None:
    zone, day = place
    assert timing(zone, wish.isoformat("minutes")).moment(day) == walked(zone, day, wish)


@given(st.sampled_from(sorted(available_timezones())), st.sampled_from(["09:00", "02:30", "00:15"]), st.integers(0, 9))
@examples(30)
def test_a_year_has_one_instant_for_each_of_its_dates_in_order(zone: str, at: str, years: int) -> None:
    wish = timing(zone, at)
    first = date(2020 + years, 1, 1)
    found = [moment for n in range(365) if (moment := wish.moment(first + n * ONE_DAY)) is not None]
    assert len(found) == 365
    assert all(timedelta(hours=20) <= later - one <= timedelta(hours=28) for one, later in pairwise(found))


@given(
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "America/Nuuk"]),
    st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda on: datetime(2026, 1, 1, tzinfo=UTC) + on),
    st.times(),
    st.times(),
)
@examples(60)
def test_quiet_hours_hold_what_lies_between_their_ends_on_the_wall(
    zone: str, instant: datetime, begin: time, end: time
) -> None:
    wish = Timing(instant, zone, time(9), frozenset(range(7)), begin, end)
    shown = instant.astimezone(ZoneInfo(zone)).time()
    inside = begin <= shown < end if begin <= end else not end <= shown < begin
    assert wish.is_quiet(instant) is inside
    assert wish.quiet_ends(instant) > instant
    assert (wish.quiet_begins(instant) is None) is (begin == end)
