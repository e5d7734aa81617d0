"""How late each kind of message may be, what a change does to today's, and what follows an unknown fate."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.core.assessment import safety
from bot.core.model.delivery import Delivery, Kind, Outcome, claim
from bot.core.model.subscriber import Answer, Attempt, Later, Session, State, StateChange, Subscriber, new_subscriber
from bot.core.schedule.calendar import timings
from bot.core.schedule.due import due, upcoming
from bot.core.schedule.planned import Planned
from bot.core.schedule.settle import settled
from tests.core.changes import Becomes, Pauses, Resumes, Says, series
from tests.core.people import MONDAY, NO_QUIET, Life, checked, each, somebody

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)


def on(day: int, clock: str) -> datetime:
    """The UTC instant of a clock time on the n-th day of the series."""
    return datetime.combine(MONDAY + (day - 1) * ONE_DAY, time.fromisoformat(clock), UTC)


def after_a_silence(person: Subscriber, now: datetime) -> tuple[str, dict[str, str]]:
    """What goes out first when the bot was down until now: its key, and why others were dropped."""
    looked = due(series(), person, now)
    dropped = {record.key: f"{record.outcome} {record.reason}" for record in looked.records}
    return looked.send.key if looked.send else "", dropped


def until(person: Subscriber, now: datetime) -> Subscriber:
    """The person after everything up to an instant went well."""
    life = Life(series(), person)
    assert person.enrollment.plan_shown_at is not None
    return life.run_by_next(person.enrollment.plan_shown_at, now).person


# --- Late -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "quiet", "now", "goes_out"),
    [
        ("09:00", ("21:30", "07:00"), "08:59", False),
        ("09:00", ("21:30", "07:00"), "09:00", True),
        ("09:00", ("21:30", "07:00"), "11:59", True),
        ("09:00", ("21:30", "07:00"), "12:00", False),
        ("20:00", ("21:30", "07:00"), "21:29", True),
        ("20:00", ("21:30", "07:00"), "21:30", False),
        ("11:00", ("12:00", "13:00"), "11:59", True),
        ("11:00", ("12:00", "13:00"), "13:01", False),
        ("20:00", ("23:30", "07:00"), "22:59", True),
        ("07:00", ("21:30", "07:00"), "07:00", True),
    ],
)
def test_a_reminder_is_good_for_three_hours_or_until_quiet_hours_begin(
    at: str, quiet: tuple[str, str], now: str, goes_out: bool
) -> None:
    person = somebody(series(), at=at, quiet=quiet)
    sent, dropped = after_a_silence(person, on(2, now))
    assert (sent == "reminder:2026-03-03:1") is goes_out
    late = now > at and not goes_out
    assert (dropped.get("reminder:2026-03-03:1") == "expired late") is late


@pytest.mark.parametrize(("hours", "goes_out"), [(0, True), (12, True), (47, True), (48, False), (49, False)])
def test_a_check_in_is_good_for_two_days(hours: int, goes_out: bool) -> None:
    person = somebody(series(), at="19:00", days="012346", quiet=NO_QUIET)  # day 7 is a Sunday
    sent, dropped = after_a_silence(person, on(7, "19:00") + hours * HOUR)
    assert (
        sent == "check-in:1:week-1" or "check-in:1:week-1" in riding(person, on(7, "19:00") + hours * HOUR)
    ) is goes_out
    assert (dropped.get("check-in:1:week-1") == "expired late") is not goes_out


def riding(person: Subscriber, now: datetime) -> str:
    send = due(series(), person, now).send
    return send.rides.key if send and send.rides else ""


@pytest.mark.parametrize("days_late", [0, 1, 6, 30, 400])
def test_a_lesson_is_never_too_late(days_late: int) -> None:
    person = somebody(series())
    assert after_a_silence(person, on(8, "19:00") + days_late * ONE_DAY)[0] == "lesson:1:ankles"


def test_after_a_long_silence_one_late_lesson_a_day_and_nothing_else() -> None:
    life = Life(series(), somebody(series())).run_by_next(on(60, "12:00"), on(70, "12:00"))
    assert [(sent.at, sent.key) for sent in life.sent] == [
        (on(60, "12:00"), "lesson:1:ankles"),
        (on(61, "07:00"), "lesson:1:knee"),
        (on(62, "07:00"), "re-test:1"),
    ]


@pytest.mark.parametrize("clock", ["22:00", "23:59", "00:00", "06:59"])
def test_in_quiet_hours_a_lesson_waits_for_their_end(clock: str) -> None:
    person = somebody(series())
    now = on(9 if clock > "12:00" else 10, clock)
    looked = due(series(), person, now)
    assert looked.send is None
    assert looked.next_at == on(10, "07:00")


def test_a_late_lesson_waits_for_a_chosen_day() -> None:
    person = somebody(series(), days="135")
    life = Life(series(), person).run_by_next(on(10, "12:00"), on(12, "12:00"))  # silent over Tuesday's lesson
    assert [(sent.at, sent.key) for sent in life.sent] == [(on(11, "07:00"), "lesson:1:ankles")]


# --- Changes ----------------------------------------------------------------------------------------------------


def changed(at: str, change: object, now: datetime) -> tuple[str, str]:
    """When today's reminder goes out after a change on day 3, or why it was dropped."""
    person = until(somebody(series(), at=at), on(2, "23:00"))
    life = Life(series(), person, [(now, change)])  # type: ignore[list-item]
    life.run_by_next(now, on(3, "23:59"))
    record = life.person.deliveries.get("reminder:2026-03-04:1")
    sent = [f"{one.at:%H:%M}" for one in life.sent]
    assert len(sent) <= 1
    return "".join(sent), f"{record.outcome} {record.reason}".strip() if record else ""


@pytest.mark.parametrize(
    ("at", "new", "now", "expected"),
    [
        ("19:00", "20:00", "12:00", ("20:00", "sent")),
        ("19:00", "12:30", "12:00", ("12:30", "sent")),
        (
            "19:00",
            "10:00",
            "12:00",
            ("", "cancelled changed"),
        ),  # still good by the clock, but planned before the change
        ("19:00", "08:00", "12:00", ("", "cancelled changed")),
        ("09:00", "10:00", "08:00", ("10:00", "sent")),
    ],
)
def test_a_new_time_moves_todays_reminder_ahead_or_cancels_it(
    at: str, new: str, now: str, expected: tuple[str, str]
) -> None:
    assert changed(at, Says("time", (new,)), on(3, now)) == expected


def test_after_todays_reminder_a_new_time_brings_no_second_one() -> None:
    person = until(somebody(series(), at="09:00"), on(3, "10:00"))
    assert "reminder:2026-03-04:1" in person.deliveries
    life = Life(series(), person, [(on(3, "10:00"), Says("time", ("20:00",)))]).run_by_next(
        on(3, "10:00"), on(3, "23:00")
    )
    assert life.sent == []


def test_days_that_no_longer_hold_today_drop_todays_reminder() -> None:
    assert changed("19:00", Says("days", ("0", "5")), on(3, "12:00")) == ("", "")


def test_new_quiet_hours_leave_todays_late_reminder_alone() -> None:
    person = until(somebody(series(), at="09:00"), on(2, "23:00"))
    silent_until = on(3, "10:00")
    life = Life(series(), person, [(silent_until, Says("quiet", ("22:30", "08:00")))])
    life.run_by_next(silent_until, on(3, "23:00"))
    assert life.messages() == ["reminder:2026-03-04:1"]


@pytest.mark.parametrize(("new", "goes_out"), [("20:00", on(8, "20:00")), ("10:00", on(9, "10:00"))])
def test_a_new_time_moves_an_unsent_lesson_ahead_or_to_the_next_chosen_day(new: str, goes_out: datetime) -> None:
    person = until(somebody(series()), on(7, "23:00"))
    moved = Says("time", (new,))(person, on(8, "12:00"))
    life = Life(series(), moved).run_by_next(on(8, "12:00"), on(9, "21:00"))
    assert next(sent.at for sent in life.sent if sent.kind is Kind.LESSON) == goes_out
    assert upcoming(series(), moved, on(8, "12:00"))[0].at == goes_out


def test_a_lesson_that_moved_moves_on_with_the_next_change() -> None:
    person = until(somebody(series()), on(7, "23:00"))
    person = Says("time", ("10:00",))(person, on(8, "12:00"))
    person = Says("days", ("4",))(person, on(9, "08:00"))  # Fridays only
    life = Life(series(), person).run_by_next(on(9, "08:00"), on(14, "08:00"))
    assert next(sent.at for sent in life.sent if sent.kind is Kind.LESSON) == on(12, "10:00")


@pytest.mark.parametrize(
    ("begin", "end"), [("Pacific/Kiritimati", "Pacific/Niue"), ("Pacific/Niue", "Pacific/Kiritimati")]
)
@pytest.mark.parametrize("minutes", [-1, 1])
def test_a_move_across_the_date_line_repeats_nothing_and_loses_no_lesson(begin: str, end: str, minutes: int) -> None:
    person = somebody(series(), date(2026, 11, 16), zone=begin, at="09:00")
    moment = timings(person)[0].moment(date(2026, 11, 22))
    assert moment is not None
    moves = [(moment + minutes * MINUTE, Says("zone", (end,))), (moment + 12 * HOUR, Says("zone", (begin,)))]
    shown = person.enrollment.states[-1].at
    life = Life(series(), person, moves).run_by_next(shown, shown + 40 * ONE_DAY)
    assert len(set(life.messages())) == len(life.messages())
    assert [key for key in life.messages() if key.startswith("lesson")] == ["lesson:1:ankles", "lesson:1:knee"]
    reminders = [sent.at for sent in life.sent if sent.kind is Kind.REMINDER]
    assert all(later - one >= 4 * HOUR for one, later in pairwise(reminders))


@pytest.mark.parametrize("hours", [(0, 12), (8, 20), (21, 23)])
@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_two_moves_a_day_across_the_date_line_remind_once_a_date_and_lose_no_lesson(
    hours: tuple[int, int], minutes: int
) -> None:
    """Kiritimati and Niue lie 25 hours apart; 09:00 comes twice, or never, on many a date."""
    person = somebody(series(), date(2026, 11, 16), zone="Pacific/Kiritimati", at="09:00")
    shown = person.enrollment.states[-1].at
    moves = []
    for n in range(1, 30):
        begin = datetime.combine(date(2026, 11, 16), time(19), UTC) + n * ONE_DAY + minutes * MINUTE
        for place, zone in zip(hours, ("Pacific/Niue", "Pacific/Kiritimati"), strict=True):
            moves.append((begin + place * HOUR, Says("zone", (zone,))))
    life = Life(series(), person, moves).run_by_next(shown, shown + 60 * ONE_DAY)
    reminders = [sent for sent in life.sent if sent.kind is Kind.REMINDER]
    assert len({sent.planned.date for sent in reminders}) == len(reminders)
    assert all(later.at - one.at >= 4 * HOUR for one, later in pairwise(reminders))
    assert [key for key in life.messages() if key.startswith("lesson")] == ["lesson:1:ankles", "lesson:1:knee"]
    assert len(set(life.messages())) == len(life.messages())


def test_two_planned_reminders_are_four_hours_apart() -> None:
    person = until(somebody(series(), at="23:30", quiet=NO_QUIET), on(3, "23:30"))
    assert "reminder:2026-03-04:1" in person.deliveries
    early = Says("time", ("02:30",))(person, on(3, "23:45"))
    assert after_a_silence(early, on(4, "02:30")) == ("", {"reminder:2026-03-05:1": "cancelled too-close"})
    later = Says("time", ("03:45",))(person, on(3, "23:45"))
    assert after_a_silence(later, on(4, "03:45"))[0] == "reminder:2026-03-05:1"


def test_a_later_that_was_asked_for_is_bound_by_nothing_but_the_day_itself() -> None:
    person = until(somebody(series()), on(3, "19:00"))
    put_off = replace(person, laters=(Later(MONDAY + 2 * ONE_DAY, 2, on(3, "20:00")),))
    assert after_a_silence(put_off, on(3, "20:00"))[0] == "reminder:2026-03-04:2"
    done = put_off.with_session(Session(MONDAY + 2 * ONE_DAY, on(3, "19:10"), finished_at=on(3, "19:30")))
    assert after_a_silence(done, on(3, "20:00")) == ("", {"reminder:2026-03-04:2": "cancelled done"})


# --- Nobody is disturbed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.STOPPED, State.BLOCKED, State.FINISHED, State.PAUSED])
def test_nothing_goes_out_to_whoever_is_not_running(state: State) -> None:
    life = Life(series(), somebody(series()), [(on(2, "08:00"), Becomes(state))])
    life.run(each(HOUR, on(2, "09:00"), on(40, "09:00")))
    assert life.sent == []


def flag(person: Subscriber, now: datetime) -> Subscriber:
    """With a safety check that found a sign to be seen the same day."""
    return checked(series(), person, {"today": safety.YES}, now)


def test_whoever_is_flagged_gets_one_follow_up_the_day_after_and_no_exercise() -> None:
    life = Life(series(), somebody(series()), [(on(3, "12:00"), flag)])
    life.run_by_next(on(3, "12:00"), on(40, "09:00"))
    assert [(sent.at, sent.kind) for sent in life.sent] == [(on(4, "12:00"), Kind.FOLLOW_UP)]


def test_a_follow_up_waits_for_the_end_of_quiet_hours() -> None:
    life = Life(series(), somebody(series()), [(on(3, "23:00"), flag)]).run_by_next(on(3, "23:00"), on(9, "09:00"))
    assert [(sent.at, sent.kind) for sent in life.sent] == [(on(5, "07:00"), Kind.FOLLOW_UP)]


def test_a_follow_up_is_not_sent_into_a_pause() -> None:
    changes = [(on(3, "12:00"), flag), (on(3, "13:00"), Pauses(0))]
    life = Life(series(), somebody(series()), changes)  # type: ignore[arg-type]
    life.run(each(HOUR, on(3, "12:00"), on(9, "09:00")))
    assert life.sent == []


@pytest.mark.parametrize(("stopped_at", "nudged_at"), [("12:00", on(2, "12:00")), ("23:00", on(3, "07:00"))])
def test_whoever_stops_half_way_is_nudged_once_outside_quiet_hours(stopped_at: str, nudged_at: datetime) -> None:
    now = on(1, stopped_at)
    person = new_subscriber(1, series().id, series().consent, "", now)
    person = checked(series(), person, {}, now)
    said = (Answer("zone", "UTC", now), Answer("quiet", ("21:30", "07:00"), now))
    life = Life(series(), replace(person, answers=said)).run_by_next(now, on(40, "12:00"))
    assert [(sent.at, sent.kind) for sent in life.sent] == [(nudged_at, Kind.NUDGE)]


def test_in_the_middle_of_a_test_nothing_interrupts_for_twenty_minutes() -> None:
    touched = on(8, "18:55")
    person = until(somebody(series()), on(7, "23:00"))
    person = replace(person, attempts=(*person.attempts, Attempt("ankles", touched)))
    looked = due(series(), person, on(8, "19:00"))
    assert (looked.send, looked.next_at) == (None, touched + 20 * MINUTE)
    assert after_a_silence(person, touched + 20 * MINUTE)[0] == "lesson:1:ankles"


# --- Fates ------------------------------------------------------------------------------------------------------


def fated(*outcomes: Outcome) -> object:
    """The n-th try ends in the n-th outcome, the last of them from then on."""

    def fate(planned: Planned, tries: int) -> Outcome:
        return outcomes[min(tries, len(outcomes)) - 1] if planned.kind is Kind.LESSON else Outcome.SENT

    return fate


def lessons(*outcomes: Outcome) -> list[tuple[datetime, bool]]:
    """When lesson 2 went out, and whether marked as a possible repeat."""
    person = until(somebody(series(), at="12:30"), on(7, "23:00"))
    life = Life(series(), person, fate=fated(*outcomes)).run_by_next(on(8, "00:00"), on(14, "00:00"))  # type: ignore[arg-type]
    return [(sent.at, sent.planned.repeat) for sent in life.sent if sent.kind is Kind.LESSON]


NOON = on(8, "12:30")


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Outcome.SENT], [(0, False)]),
        ([Outcome.UNKNOWN, Outcome.SENT], [(0, False), (10, True)]),
        ([Outcome.UNKNOWN, Outcome.UNKNOWN], [(0, False), (10, True)]),
        ([Outcome.WAITING, Outcome.SENT], [(0, False), (1, False)]),
        ([Outcome.WAITING, Outcome.UNKNOWN, Outcome.SENT], [(0, False), (1, False), (11, True)]),
        (
            [Outcome.WAITING, Outcome.WAITING, Outcome.UNKNOWN, Outcome.SENT],
            [(0, False), (1, False), (2, False), (12, True)],
        ),
        ([Outcome.UNKNOWN, Outcome.WAITING, Outcome.SENT], [(0, False), (10, True), (11, True)]),
        ([Outcome.UNKNOWN, Outcome.WAITING, Outcome.UNKNOWN, Outcome.SENT], [(0, False), (10, True), (11, True)]),
        ([Outcome.FAILED], [(0, False)]),
    ],
)
def test_a_lesson_of_unknown_fate_goes_out_once_more_after_ten_minutes(
    outcomes: list[Outcome], expected: list[tuple[int, bool]]
) -> None:
    assert lessons(*outcomes) == [(NOON + minutes * MINUTE, repeat) for minutes, repeat in expected]


def test_a_reminder_of_unknown_fate_is_never_repeated() -> None:
    life = Life(series(), somebody(series()), fate=lambda planned, tries: Outcome.UNKNOWN)
    life.run(each(5 * MINUTE, on(2, "18:00"), on(4, "18:00")))
    assert life.messages() == ["reminder:2026-03-03:1", "reminder:2026-03-04:1"]


def test_a_reminder_that_did_not_leave_is_tried_again_while_it_is_good() -> None:
    life = Life(series(), somebody(series()), fate=lambda planned, tries: Outcome.WAITING)
    life.run_by_next(on(2, "18:00"), on(3, "00:00"))
    assert life.sent[0].at == on(2, "19:00")
    assert life.sent[-1].at == on(2, "21:29")  # quiet hours begin at half past
    record = life.person.deliveries["reminder:2026-03-03:1"]
    assert (record.outcome, record.reason) == (Outcome.EXPIRED, "late")


def test_a_later_lesson_does_not_overtake_one_that_waits_for_another_try() -> None:
    life = Life(series(), somebody(series()), fate=fated(Outcome.WAITING, Outcome.SENT))  # type: ignore[arg-type]
    life.run_by_next(on(30, "12:00"), on(40, "12:00"))
    assert [key for key in life.messages() if key.startswith("lesson")] == [
        "lesson:1:ankles", "lesson:1:ankles", "lesson:1:knee", "lesson:1:knee",
    ]  # fmt: skip


def test_the_repeat_of_a_lesson_keeps_to_one_message_a_day() -> None:
    """The first send was found to be unknown days later, and that day had its message already."""
    answers = replace(somebody(series(), at="09:00"), heard_at=on(10, "08:00"))
    person = until(answers, on(10, "09:00"))
    record = Delivery("lesson:1:ankles", Kind.LESSON, Outcome.UNKNOWN, on(10, "09:30"), unknowns=1, tries=1)
    life = Life(series(), person.with_deliveries([record])).run_by_next(on(10, "09:30"), on(11, "12:00"))
    assert [(sent.at, sent.planned.repeat) for sent in life.sent] == [(on(11, "07:00"), True)]


@pytest.mark.parametrize("found_out", [on(2, "20:00"), on(7, "20:00")])
def test_the_repeat_of_a_lesson_that_a_wrong_clock_sent_waits_for_its_day(found_out: datetime) -> None:
    person = until(somebody(series(), at="19:00"), found_out)
    record = Delivery("lesson:1:ankles", Kind.LESSON, Outcome.UNKNOWN, found_out, unknowns=1, tries=1)
    life = Life(series(), person.with_deliveries([record])).run_by_next(found_out, on(9, "12:00"))
    lessons = [(sent.at, sent.planned.repeat) for sent in life.sent if sent.kind is Kind.LESSON]
    assert lessons == [(on(8, "19:00"), True)]


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.CLAIMED])
def test_only_a_claim_can_be_settled(outcome: Outcome) -> None:
    record = Delivery("k", Kind.LESSON, outcome, NOON)
    assert record.settled(Outcome.SENT, NOON) is record
    assert record.waiting(NOON, NOON + HOUR, "why") is record


def test_a_claim_counts_its_tries_and_remembers_what_stayed_unknown() -> None:
    first = claim("k", Kind.LESSON, NOON, None)
    second = claim("k", Kind.LESSON, NOON + HOUR, first.settled(Outcome.UNKNOWN, NOON, "time-out"))
    assert (first.tries, first.unknowns, second.tries, second.unknowns) == (1, 0, 2, 1)
    assert (second.outcome, second.reason) == (Outcome.CLAIMED, "")


# --- Pauses -----------------------------------------------------------------------------------------------------


def test_a_pause_freezes_the_series_where_it_stands() -> None:
    changes = [(on(5, "12:00"), Pauses(0)), (on(25, "12:00"), Resumes())]
    life = Life(series(), somebody(series()), changes).run_by_next(on(1, "12:00"), on(60, "12:00"))  # type: ignore[arg-type]
    assert [sent.at for sent in life.sent if sent.kind is Kind.LESSON] == [on(28, "19:00"), on(35, "19:00")]
    assert not [sent for sent in life.sent if on(5, "12:00") <= sent.at < on(25, "12:00")]


def test_a_change_of_state_without_a_chosen_time_between_costs_nothing() -> None:
    person = somebody(series())
    states = (
        *person.enrollment.states,
        StateChange(State.STOPPED, on(4, "10:00")),
        StateChange(State.RUNNING, on(4, "11:00")),
    )
    person = person.with_enrollment(replace(person.enrollment, states=states))
    assert after_a_silence(person, on(8, "19:00"))[0] == "lesson:1:ankles"


def test_the_repeat_of_a_lesson_brings_its_check_in_again() -> None:
    person = until(somebody(series(), days="135", at="12:30"), on(8, "23:00"))  # day 9 is the first chosen one
    life = Life(series(), person, fate=fated(Outcome.UNKNOWN, Outcome.SENT))  # type: ignore[arg-type]
    life.run_by_next(on(9, "12:00"), on(9, "20:00"))
    assert [(sent.planned.repeat, sent.planned.rides and sent.planned.rides.id) for sent in life.sent] == [
        (False, "week-1"),
        (True, "week-1"),
    ]


@pytest.mark.parametrize(("kind", "day"), [(Kind.LESSON, 8), (Kind.RETEST, 21)])
def test_what_must_not_be_lost_and_met_a_block_comes_when_the_person_is_back(kind: Kind, day: int) -> None:
    life = Life(series(), somebody(series()))
    begin = life.person.enrollment.plan_shown_at
    assert begin is not None
    life.run_by_next(begin, on(day, "18:00"))
    planned = due(series(), life.person, on(day, "19:00")).send
    assert planned is not None
    assert planned.kind is kind
    record = claim(planned.key, kind, on(day, "19:00"), None)
    person = life.person.with_deliveries([record])
    failed = record.settled(Outcome.FAILED, on(day, "19:00"), "blocked")
    away = settled(series(), person, failed, None, on(day, "19:00"), unreachable=True)
    assert away is not None
    assert due(series(), away, on(day + 2, "19:00")).send is None

    back = away.in_state(State.RUNNING, on(day + 3, "12:00"))
    again = due(series(), back, on(day + 3, "19:00")).send
    assert again is not None
    assert again.key == planned.key


def test_a_pause_holds_though_it_was_tapped_under_a_clock_that_stood_ahead() -> None:
    person = somebody(series()).in_state(State.PAUSED, on(40, "12:00"))
    assert Life(series(), person).run_by_next(on(3, "12:00"), on(17, "12:00")).sent == []


def test_going_on_under_a_clock_that_stood_ahead_is_mended_by_going_on_once_more() -> None:
    person = somebody(series()).in_state(State.PAUSED, on(3, "11:00")).in_state(State.RUNNING, on(40, "12:00"))
    person = person.in_state(State.PAUSED, on(3, "12:00")).in_state(State.RUNNING, on(3, "12:01"))
    assert Life(series(), person).run_by_next(on(3, "12:01"), on(5, "12:00")).sent != []
