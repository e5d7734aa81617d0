"""Whoever comes out of a backup gets nothing a second time that may have gone out since, but lessons once more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.assessment import safety
from bot.core.model.coaching import ALONE, COACH, SEES
from bot.core.model.delivery import Delivery, Kind, Outcome, claim
from bot.core.model.subscriber import State, Subscriber, new_subscriber
from bot.core.schedule.calendar import timings
from bot.core.schedule.due import due
from bot.core.schedule.restored import RESTORED, after_restore
from bot.core.schedule.retention import silence
from tests.core.changes import CLOCKS, WINDOWS, ZONES, series
from tests.core.people import EVERY_DAY, Life, checked, somebody
from tests.support.examples import examples

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WHOLE = timedelta(days=40)
ONCE = (Kind.REMINDER, Kind.CHECK_IN)
LESSONS = {"lesson:1:ankles", "lesson:1:knee", "re-test:1"}


def shown(person: Subscriber) -> datetime:
    assert person.enrollment.plan_shown_at is not None
    return person.enrollment.plan_shown_at


@st.composite
def people(draw: st.DrawFn) -> Subscriber:
    days = "".join(sorted(draw(st.sets(st.sampled_from(EVERY_DAY), min_size=1))))
    zone, at = draw(st.sampled_from(ZONES)), draw(st.sampled_from(CLOCKS))
    person = somebody(series(), zone=zone, at=at, days=days, quiet=draw(st.sampled_from(WINDOWS)))
    timing = timings(person)[-1]
    assume(not timing.quiet_at(timing.at))
    return person


hours = st.integers(0, 30 * 24).map(lambda hour: hour * HOUR)
fates = st.lists(st.sampled_from([Outcome.SENT, Outcome.SENT, Outcome.UNKNOWN, Outcome.WAITING]), min_size=1)


def lived(person: Subscriber, begin: datetime, end: datetime, fate: list[Outcome] | None = None) -> Life:
    """A person from one instant to another, hour by hour; `fate` is how their sends end, in turn."""
    life = Life(series(), replace(person, saved_at=begin))
    ends = fate or [Outcome.SENT]
    life.fate = lambda _, tries: ends[(len(life.sent) + tries) % len(ends)] if tries < 5 else Outcome.SENT
    life.run_by_next(begin, end)
    life.person = replace(life.person, saved_at=end)
    return life


@examples(30)
@given(person=people(), kept=hours, lost=hours, fate=fates)
def test_no_reminder_comes_twice_and_each_lesson_at_most_twice(
    person: Subscriber, kept: timedelta, lost: timedelta, fate: list[Outcome]
) -> None:
    begin = shown(person)
    backup = lived(person, begin, begin + kept, fate)
    since = lived(backup.person, begin + kept, begin + kept + lost, fate)
    now = begin + kept + lost
    restored = lived(after_restore(series(), backup.person, now), now, now + WHOLE)

    before = [*backup.sent, *since.sent]
    left = {each.key for each in before if each.kind in ONCE}
    assert not left & {each.key for each in restored.sent}
    copies = Counter(each.key for each in (*backup.sent, *restored.sent) if each.kind not in (*ONCE, Kind.STILL))
    tries = Counter(each.key for each in backup.sent)
    assert all(number <= max(2, tries[key]) for key, number in copies.items())
    again = [each for each in restored.sent if each.key in {former.key for former in since.sent}]
    assert all(each.planned.repeat for each in again)
    assert all(each.at >= now + 10 * timedelta(minutes=1) for each in again)


@examples(20)
@given(person=people(), kept=hours, lost=hours)
def test_no_lesson_is_lost(person: Subscriber, kept: timedelta, lost: timedelta) -> None:
    begin = shown(person)
    now = begin + kept + lost
    backup = lived(person, begin, begin + kept)
    restored = lived(after_restore(series(), backup.person, now), now, now + WHOLE)
    assert {each.key for each in (*backup.sent, *restored.sent)} >= LESSONS


@examples(20)
@given(person=people(), kept=hours, lost=hours, fate=fates)
def test_with_evidence_it_goes_on_as_if_nothing_had_happened(
    person: Subscriber, kept: timedelta, lost: timedelta, fate: list[Outcome]
) -> None:
    begin = shown(person)
    now = begin + kept + lost
    backup = lived(person, begin, begin + kept, fate)
    present = lived(backup.person, begin + kept, now, fate)
    restored = lived(after_restore(series(), backup.person, now, present.person), now, now + WHOLE)
    assert restored.messages() == lived(present.person, now, now + WHOLE).messages()


@examples(20)
@given(person=people(), kept=hours, lost=hours)
def test_saying_it_twice_changes_nothing_that_goes_out(person: Subscriber, kept: timedelta, lost: timedelta) -> None:
    begin = shown(person)
    now = begin + kept + lost
    once = after_restore(series(), lived(person, begin, begin + kept).person, now)
    twice = after_restore(series(), once, now)
    reminders = {key: record for key, record in once.deliveries.items() if record.kind in ONCE}
    assert reminders.items() <= twice.deliveries.items()
    assert twice.deliveries.keys() == once.deliveries.keys()


def test_a_reply_is_no_longer_owed_and_an_open_claim_is_unknown() -> None:
    person = somebody(series())
    begin = shown(person)
    record = claim("reminder:2026-03-03:1", Kind.REMINDER, begin, None)
    person = replace(person.with_deliveries([record]), reply_owed_at=begin)
    for evidence in (None, person):
        restored = after_restore(series(), person, begin + HOUR, evidence)
        assert restored.reply_owed_at is None
        settled = restored.deliveries[record.key]
        assert (settled.outcome, settled.reason, settled.unknowns) == (Outcome.UNKNOWN, RESTORED, 1)


def test_a_lesson_unknown_in_the_backup_is_not_sent_a_third_time() -> None:
    person = somebody(series())
    at = shown(person) + 8 * DAY
    unknown = Delivery("lesson:1:ankles", Kind.LESSON, Outcome.UNKNOWN, at, unknowns=1)
    restored = after_restore(series(), person.with_deliveries([unknown]), at + HOUR)
    assert restored.deliveries[unknown.key].unknowns == 2
    assert restored.deliveries[unknown.key].may_repeat_at is None


def test_a_lesson_that_the_evidence_knows_as_not_sent_still_goes_out() -> None:
    person = somebody(series())
    begin = shown(person)
    noon = begin + 7 * DAY
    present = lived(person, begin, noon)  # the bot stopped before the lesson's hour
    restored = after_restore(series(), person, noon + 8 * HOUR, present.person)
    send = due(series(), restored, noon + 8 * HOUR).send
    assert send is not None
    assert (send.key, send.repeat) == ("lesson:1:ankles", False)


def test_who_did_not_answer_in_the_time_that_was_lost_is_not_taken_for_silent() -> None:
    person = somebody(series())
    begin = shown(person)
    now = begin + 6 * DAY
    restored = after_restore(series(), person, now)
    assert restored.heard_at is not None
    assert restored.heard_at <= now
    coming = lived(restored, now, now + 7 * DAY)
    assert Kind.STILL not in [each.kind for each in coming.sent[:3]]
    assert Kind.REMINDER in [each.kind for each in coming.sent]


def test_the_evidence_says_when_the_person_was_last_heard_of() -> None:
    person = somebody(series())
    begin = shown(person)
    now = begin + 6 * DAY
    present = replace(lived(person, begin, now).person, heard_at=now - HOUR)
    restored = after_restore(series(), person, now, present)
    assert restored.heard_at == now - HOUR
    assert after_restore(series(), replace(person, heard_at=now), now, present).heard_at == now


def test_nobody_is_erased_for_a_silence_that_they_may_have_broken_since() -> None:
    begin = shown(somebody(series()))
    person = new_subscriber(1, series().id, series().consent, "", begin).in_state(State.FINISHED, begin)
    noticed = silence(series(), person)
    sent = Delivery(noticed.key, Kind.IDLE, Outcome.SENT, noticed.notice_at)
    now = noticed.notice_at + timedelta(days=series().retention.days) + DAY
    person = replace(person.with_deliveries([sent]), saved_at=noticed.notice_at)
    assert due(series(), person, now).erase
    restored = after_restore(series(), person, now)
    assert not due(series(), restored, now).erase
    assert due(series(), restored, now + timedelta(days=series().retention.days) + DAY).erase
    back = replace(person, heard_at=now - DAY, saved_at=now - DAY)
    assert not due(series(), after_restore(series(), person, now, back), now).erase


def test_an_older_document_takes_back_no_stop_and_no_pause() -> None:
    person = somebody(series())
    now = shown(person) + 3 * DAY
    for state in (State.STOPPED, State.BLOCKED, State.PAUSED):
        gone = person.in_state(state, now - HOUR)
        restored = after_restore(series(), person, now, gone)
        assert restored.enrollment.states[-1] == gone.enrollment.states[-1]
        assert after_restore(series(), restored, now, gone) == restored
    back = person.in_state(State.PAUSED, now - HOUR).in_state(State.RUNNING, now)
    assert after_restore(series(), person, now, back).state is State.RUNNING


def test_an_older_document_gives_no_coach_back_what_they_may_not_see_any_more() -> None:
    person = somebody(series(), coach=SEES)
    now = shown(person) + 3 * DAY
    alone = person.saying(COACH, ALONE, now - HOUR)
    assert after_restore(series(), person, now, alone).said(COACH) == ALONE
    seen_again = alone.saying(COACH, SEES, now)
    assert after_restore(series(), seen_again, now, alone).said(COACH) == SEES


def test_an_older_document_forgets_no_sign_that_keeps_somebody_from_exercise() -> None:
    person = somebody(series())
    now = shown(person) + 3 * DAY
    sign = next(screen.id for screen in series().safety if screen.tier == "stop")
    by_check = checked(series(), person, {sign: safety.YES}, now - HOUR)
    by_pain = person.saying(safety.PAIN, series().high_pain.start, now - HOUR)
    for flagged in (by_check, by_pain):
        found = safety.flagged(series(), flagged)
        assert found is not None
        restored = after_restore(series(), person, now, flagged)
        assert safety.flagged(series(), restored) == found
        assert after_restore(series(), restored, now, flagged) == restored
    checked_since = checked(series(), by_check, {}, now)
    assert safety.flagged(series(), after_restore(series(), checked_since, now, by_check)) is None


@examples(20)
@given(person=people(), kept=hours, lost=hours)
def test_evidence_older_than_the_backup_takes_nothing_back(
    person: Subscriber, kept: timedelta, lost: timedelta
) -> None:
    begin = shown(person)
    now = begin + kept + lost
    older = lived(person, begin, begin + kept)
    newer = lived(older.person, begin + kept, now)
    restored = lived(after_restore(series(), newer.person, now, older.person), now, now + WHOLE)
    assert not {each.key for each in newer.sent} & {each.key for each in restored.sent}


def test_a_nudge_that_may_have_gone_out_does_not_go_out_again() -> None:
    begin = shown(somebody(series()))
    person = new_subscriber(1, series().id, series().consent, "", begin)
    now = begin + DAY + HOUR
    assert due(series(), person, now).send is not None
    restored = after_restore(series(), person, now)
    assert due(series(), restored, now).send is None


def test_somebody_without_a_plan_stays_as_they_are() -> None:
    begin = shown(somebody(series()))
    person = new_subscriber(1, series().id, series().consent, "", begin)
    assert after_restore(series(), person, begin + HOUR) == person
