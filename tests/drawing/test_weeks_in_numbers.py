"""Pain over time, what changed, and sessions beside their aim: every mark and every word of them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from bot.core.model.callback_data import ShowWeeks
from bot.core.model.context import Context
from bot.core.model.drawing import (
    Break,
    Changes,
    Compared,
    DoneInWeek,
    Drawing,
    LastDay,
    LastDays,
    Mark,
    PainLine,
    PainPoint,
    Scale,
    SessionRows,
    Verdict,
)
from bot.core.model.subscriber import Answer, Attempt, State, Subscriber
from bot.core.screens import checkin, drawn, progress, questionnaire
from bot.drawing.draw import Draftsman
from bot.drawing.sheet import Sheet
from bot.render.text import Renderer
from tests.core.population import everybody_asked, population
from tests.drawing.laid_out import draftsman, faults, renderer

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

MANY = 300
"""Made-up people whose numbers are drawn by lot."""


@pytest.fixture(scope="module")
def hand() -> tuple[Draftsman, Renderer]:
    return draftsman(), renderer()


def line(*pains: int, verdict: Verdict = Verdict.SAME) -> PainLine:
    return PainLine(tuple(PainPoint(*each) for each in enumerate(pains)), 2, verdict)


def sheet(hand: tuple[Draftsman, Renderer], drawing: Drawing) -> Sheet:
    return hand[0].sheet(drawing, hand[1])


def told(sheet: Sheet) -> set[str]:
    return {part.words for part in sheet.parts if part.kind == "words"}


def by_lot(luck: random.Random) -> list[Drawing]:
    """One picture of each kind, of numbers that may come."""
    verdict = luck.choice(list(Verdict))
    names = [f"choices.activities.{each}" for each in everybody_asked().choices.activities.ids]
    names += [f"selftests.{test.id}.questions.{q.id}.name" for test in everybody_asked().tests for q in test.questions]
    rows = []
    for words in luck.sample(names, luck.randint(1, drawn.ROWS_DRAWN)):
        scale = luck.choice([Scale.ACTIVITY, Scale.COUNT])
        most = 10 if scale is Scale.ACTIVITY else 60
        error = luck.choice([None, 2, 3, 7])
        outcome = luck.choice(list(Verdict)) if error else Verdict.UNKNOWN
        rows.append(Compared(words, luck.randint(0, most), luck.randint(0, most), error, scale, outcome))
    weeks = [
        DoneInWeek(n, luck.randint(0, 5), luck.randint(0, 3), luck.randint(0, 6))
        for n in range(1, luck.randint(2, drawn.ROWS_DRAWN + 1))
    ]
    pains = [luck.randint(0, 10) for _ in range(luck.randint(2, drawn.ROWS_DRAWN + 1))]
    return [line(*pains, verdict=verdict or Verdict.SAME), Changes(tuple(rows)), SessionRows(tuple(weeks))]


def test_of_hundreds_of_people_nothing_is_cut_off_the_paper_or_on_top_of_another(
    hand: tuple[Draftsman, Renderer],
) -> None:
    for seed in range(MANY):
        for drawing in by_lot(random.Random(seed)):
            assert faults(sheet(hand, drawing)) == [], drawing


def test_each_pain_has_its_dot_its_number_and_its_week(hand: tuple[Draftsman, Renderer]) -> None:
    found = sheet(hand, line(5, 4, 3, verdict=Verdict.BETTER))
    assert sum(part.style == "dot" for part in found.parts) == 3
    assert {"5", "4", "3", "Start", "Week 1", "Week 2", "Knee pain: less than at the start"} <= told(found)
    assert "4 to 6: about the same as at the start" in told(found)


def test_a_pain_that_rose_a_lot_says_in_the_picture_that_there_is_something_to_do(
    hand: tuple[Draftsman, Renderer],
) -> None:
    series, person = everybody_asked(), population()[0].person
    start = person.said(questionnaire.PAIN)
    assert isinstance(start, int)
    for now, high in ((min(start + 2, 5), False), (9, True)):
        told_now = asked(person, questionnaire.CHECK_IN, 6, pain=now)
        found = drawn.pain_line(series, told_now)
        assert found is not None
        assert found.high is high
        card = drawn.card(series, told_now, [], told_now.attempts[-1].answers[-1].at)
        assert card is not None
        assert card.high is high
        assert ("Ease off, and show it to a doctor or physio." in told(sheet(hand, found))) is high


@pytest.mark.parametrize("before", [0, 1, 4])
def test_no_pain_is_said_first_however_little_there_was(hand: tuple[Draftsman, Renderer], before: int) -> None:
    verdict = Verdict.SAME if before < 2 else Verdict.BETTER
    assert "Knee pain: none now" in told(sheet(hand, line(before, 0, verdict=verdict)))


def test_words_alone_tell_a_pain_that_was_told_once() -> None:
    for attempts in (0, 1):
        known = population()[0].person
        known = replace(known, attempts=())
        known = asked(known, questionnaire.CHECK_IN, 6, pain=3) if attempts else known
        context = Context(known.id, "Ada", population()[0].days[7].day.moment, everybody_asked(), known)
        shown = progress.topic(context, ShowWeeks(progress.PAIN)).messages[0]
        assert shown.template == "progress/pain"
        assert (shown.drawing is None) is (attempts == 0)


@pytest.mark.parametrize(("pain", "inside"), [(5, True), (4, True), (6, True), (3, False), (7, False)])
def test_a_pain_lies_in_the_band_exactly_where_it_counts_as_about_the_same(
    hand: tuple[Draftsman, Renderer], pain: int, inside: bool
) -> None:
    found = sheet(hand, line(5, pain))
    band = next(part for part in found.parts if part.style == "band")
    dot = [part for part in found.parts if part.style == "dot"][-1]
    middle = dot.y + dot.height / 2
    assert (band.y < middle < band.y + band.height) is inside


@pytest.mark.parametrize("after", range(11))
def test_a_change_is_the_way_from_where_it_was_to_where_it_is(hand: tuple[Draftsman, Renderer], after: int) -> None:
    row = Compared("choices.activities.stairs", 5, after, 3, Scale.ACTIVITY, Verdict.SAME)
    found = sheet(hand, Changes((row,)))
    track = next(part for part in found.parts if part.style == "track")
    now = next(part for part in found.parts if part.over)
    assert now.x + now.width / 2 == pytest.approx(track.x + track.width * after / 10)
    ways = [part.width for part in found.parts if part.style == "way-same"]
    assert ways == ([pytest.approx(track.width * abs(after - 5) / 10)] if after != 5 else [])
    said = (
        "The same: 5 both times"
        if after == 5
        else f"About the same: from 5 to {after}. Only a change of 3 or more counts."
    )
    assert said in " ".join(part.words for part in found.parts if part.kind == "words")
    assert {"About the same as before", "0", "10", "The first time", "Now"} <= told(found)


def test_what_no_measure_can_judge_says_so_and_is_no_part_of_the_answer(hand: tuple[Draftsman, Renderer]) -> None:
    rough = Compared("choices.activities.stairs", 20, 30, None, Scale.AMOUNT, Verdict.UNKNOWN, "s")
    judged = Compared("choices.activities.walking", 4, 8, 3, Scale.ACTIVITY, Verdict.BETTER)
    found = sheet(hand, Changes((judged, rough)))
    assert "1\u00a0of\u00a02\u00a0better" in told(found)
    said = "From 20 to 30 seconds. This test is not exact enough to call that a change."
    assert said in " ".join(part.words for part in found.parts if part.kind == "words")
    assert "Before and now" in told(sheet(hand, Changes((rough,))))


def test_what_got_better_or_harder_is_told_by_a_mark_and_a_word(hand: tuple[Draftsman, Renderer]) -> None:
    rows = tuple(
        Compared("choices.activities.stairs", 4, 7, 3, Scale.ACTIVITY, verdict)
        for verdict in (Verdict.BETTER, Verdict.WORSE)
    )
    rows += (Compared("selftests.chair-stand.questions.stands.name", 18, 8, 3, Scale.COUNT, Verdict.WORSE),)
    found = sheet(hand, Changes(rows))
    assert {"better", "worse"} <= {part.style for part in found.parts if part.kind == "mark"}
    wanted = {
        "Better: from 4 to 7",
        "Harder: from 4 to 7",
        "Fewer: from 18 to 8",
        "1\u00a0of\u00a03\u00a0better and 2\u00a0worse",
    }
    assert wanted | {"10 is best"} <= told(found)


def test_numbers_that_were_made_in_two_ways_stand_in_no_picture() -> None:
    row = {"activity": "", "words": "selftests.chair-stand.questions.stands", "question": "stands", "unit": "times"}
    two_ways = {**row, "before": 16, "after": 6, "counts_from": 3, "verdict": ""}
    assert drawn.changes([two_ways]) is None
    found = drawn.changes([two_ways, {**two_ways, "after": 9, "verdict": "worse"}])
    assert found is not None
    assert [each.after for each in found.rows] == [9]


def test_no_number_lies_on_or_beyond_another_line_of_the_scale_than_its_dot(hand: tuple[Draftsman, Renderer]) -> None:
    for pain in range(11):
        found = sheet(hand, line(pain, pain))
        mark = next(part for part in found.parts if part.kind == "mark" and part.style == "dot")
        number = next(part for part in found.parts if part.style == "halo")
        lines = [part.points[0][1] for part in found.parts if part.style == "grid"]
        middle = mark.y + mark.height / 2
        above, below = min(middle, number.y - number.size * 0.72), max(middle, number.y)
        others = [level for level in lines if abs(level - middle) > 1]
        assert not any(above <= level <= below for level in others), (pain, lines)
        assert above >= min(lines) - 1


@pytest.mark.parametrize(
    ("light", "words"), [("green", "Little pain, or no more than usual"), ("red", "It hurt a lot")]
)
def test_a_coach_sees_how_much_a_session_hurt_inside_the_shape_of_what_that_counts_as(
    hand: tuple[Draftsman, Renderer], light: str, words: str
) -> None:
    for pain in range(11):
        found = sheet(hand, LastDays((LastDay(date(2026, 3, 2), Mark.DONE, pain, light),)))
        mark = next(part for part in found.parts if part.style == f"light-{light}")
        number = next(part for part in found.parts if part.words == str(pain))
        left, top, right, bottom = number.bounds
        assert mark.x < left < right < mark.x + mark.width
        assert mark.y < top < bottom < mark.y + mark.height
        assert {words, "Numbers: the worst pain of a session, 0 to 10."} <= told(found)


def test_a_week_shows_what_was_done_of_its_aim_and_no_nought(hand: tuple[Draftsman, Renderer]) -> None:
    found = sheet(hand, SessionRows((DoneInWeek(1, 2, 3, 1), DoneInWeek(2, 0, 3, 0))))
    marks = [part.style for part in found.parts if part.kind == "mark" and part.width > 30]
    assert marks == ["done", "done", "open", "open", "open", "open"]
    assert {"2 of 6 strength sessions done", "2 of 3", "none of 3"} <= told(found)
    assert not any("0" in words for words in told(found))


def test_a_week_with_nothing_in_it_says_why(hand: tuple[Draftsman, Renderer]) -> None:
    weeks = (DoneInWeek(1, 1, 3, 0), DoneInWeek(2, 0, 0, 0), DoneInWeek(3, 0, 0, 2))
    said = [part.words for part in sheet(hand, SessionRows(weeks)).parts if part.kind == "words"]
    assert said.count("no strength day in it") == 2


def test_the_running_week_says_so_and_shows_what_is_still_to_come(hand: tuple[Draftsman, Renderer]) -> None:
    found = sheet(hand, SessionRows((DoneInWeek(1, 3, 3, 0), DoneInWeek(2, 1, 3, 0, 1, running=True))))
    marks = [part.style for part in found.parts if part.kind == "mark" and part.width > 30]
    assert marks == ["done"] * 4 + ["open", "ahead"]
    wanted = {
        "4 of 5 strength sessions done,",
        "1\u00a0to\u00a0come",
        "3 of 3",
        "This week",
        "1 of 2, 1 to come",
        "To come",
    }
    assert wanted <= told(found)
    for done, said in ((0, "3 to come"), (1, "1 done, 2 to come"), (2, "2 done, 1 to come"), (3, "3 of 3")):
        week = DoneInWeek(1, done, 3, 0, 3 - done, running=True)
        assert said in told(sheet(hand, SessionRows((week,)))), "nothing that is to come counts as left out"


def test_an_aim_of_part_of_a_week_says_of_which_days(hand: tuple[Draftsman, Renderer]) -> None:
    part = date(2026, 3, 9), date(2026, 3, 11)
    found = told(sheet(hand, SessionRows((DoneInWeek(1, 3, 3, 0), DoneInWeek(2, 1, 1, 0, part=part)))))
    assert "of Mon to Wed alone" in found


def test_the_aim_of_a_running_week_is_that_of_all_its_days() -> None:
    series, life = everybody_asked(), population()[0]
    now = life.days[8].day.moment
    found = drawn.session_rows(series, life.person, now)
    assert found is not None
    whole = drawn.session_rows(series, life.person, now + timedelta(days=4))
    assert whole is not None
    assert found.weeks[1].running
    assert found.weeks[1].target == whole.weeks[1].target == 3


def test_sessions_that_are_not_of_the_aim_are_told_in_words_alone(
    hand: tuple[Draftsman, Renderer],
) -> None:
    found = sheet(hand, SessionRows((DoneInWeek(1, 1, 1, 6), DoneInWeek(2, 0, 0, 1))))
    assert {"1 strength session done", "1 of 1", "no strength day in it"} <= told(found)
    assert not any("6" in words or "other" in words for words in told(found))
    assert not SessionRows((DoneInWeek(1, 0, 0, 6),)).counts
    assert sum(part.kind == "mark" and part.width > 30 for part in found.parts) == 1


def test_a_coach_sees_how_many_of_the_days_that_asked_for_a_session_had_one(hand: tuple[Draftsman, Renderer]) -> None:
    marks = (Mark.LESSON, Mark.DONE, Mark.SHORT, Mark.OPEN, Mark.REST, Mark.OPEN, Mark.AHEAD)
    days = tuple(
        LastDay(date(2026, 3, 2) + timedelta(days=n), mark, today=mark is Mark.AHEAD) for n, mark in enumerate(marks)
    )
    found = sheet(hand, LastDays(days, days[-1].date))
    assert {"2 of 4 sessions done", "2 Mar", "Today, still to do", "No session planned", "No session"} <= told(found)
    marks_there = Counter(part.style for part in found.parts if part.kind == "mark" and part.width > 30)
    assert marks_there == {"done": 2, "rest": 2, "open": 2, "to-do": 1}


def test_a_coach_is_shown_no_days_before_one_asked_for_a_session() -> None:
    series, life = everybody_asked(), population()[0]
    now = life.days[0].day.moment
    day_one = replace(life.person, sessions=())
    assert drawn.last_days(series, day_one, now) is None
    later = drawn.last_days(series, day_one, now + timedelta(days=6))
    assert later is not None
    assert later.due


def test_a_coach_sees_a_break_with_its_cause_and_only_today_is_framed(hand: tuple[Draftsman, Renderer]) -> None:
    days = [LastDay(date(2026, 3, number), Mark.DONE) for number in (2, 3, 7)]
    days[-1] = replace(days[-1], after=Break.PAUSED)
    found = sheet(hand, LastDays(tuple(days), days[-1].date))
    assert "A break of 3 days, by choice" in told(found)
    assert sum(part.kind == "box" and part.style == "today" for part in found.parts) == 1
    assert not any("worst pain" in words for words in told(found)), "a scale of pain that nobody told"
    still = sheet(hand, LastDays(tuple(days[:2]), date(2026, 3, 10), Break.STOPPED))
    assert "Stopped for 7 days, by choice" in told(still)
    assert faults(still) == []


@pytest.mark.parametrize(
    ("state", "off"), [(State.PAUSED, Break.PAUSED), (State.STOPPED, Break.STOPPED), (State.BLOCKED, Break.BLOCKED)]
)
def test_the_cause_of_a_break_that_lasts_is_what_was_stored(state: State, off: Break) -> None:
    series, life = everybody_asked(), population()[0]
    fifth = life.days[4].day
    gone = replace(life.person, sessions=()).in_state(state, fifth.moment - timedelta(hours=1))
    found = drawn.last_days(series, gone, fifth.moment + timedelta(days=3))
    assert found is not None
    assert (found.off, found.days[-1].date) == (off, fifth.date - timedelta(days=1))
    back = gone.in_state(State.RUNNING, fifth.moment + timedelta(days=2))
    found = drawn.last_days(series, back, fifth.moment + timedelta(days=4))
    assert found is not None
    assert found.off is None
    assert {day.after for day in found.days} == {None, off}


def asked(person: Subscriber, test: str, days: int, **said: int) -> Subscriber:
    at = person.enrollment.states[-1].at + timedelta(days=days)
    answers = tuple(Answer(question.replace("_", "-"), value, at) for question, value in said.items())
    return replace(person, attempts=(*person.attempts, Attempt(test, at, answers, at)))


def test_the_line_begins_with_what_was_told_first_and_goes_on_with_each_check_in() -> None:
    series = everybody_asked()
    person = next(life.person for life in population() if life.person.said("pain") == 4)
    assert drawn.pain_line(series, person) == line(4, verdict=Verdict.UNKNOWN)
    for number, pain, verdict in zip(count(1), (5, 2), (Verdict.SAME, Verdict.BETTER), strict=False):
        person = asked(person, questionnaire.CHECK_IN, 7 * number - 1, pain=pain)
        found = drawn.pain_line(series, person)
        assert found is not None
        assert (found.points[-1], found.verdict) == (PainPoint(number, pain), verdict)


def test_whoever_never_told_a_pain_has_no_line_and_whoever_never_checked_in_no_changes() -> None:
    series = everybody_asked()
    person = next(life.person for life in population() if life.person.said("pain") == "skip")
    assert drawn.pain_line(series, person) is None
    assert drawn.asked(person) == []
    assert drawn.changes([]) is None


def test_an_activity_is_compared_on_its_own_scale_with_its_own_error() -> None:
    series = everybody_asked()
    person = next(life.person for life in population() if life.person.said("activities") == ("stairs",))
    person = person.saying("activity-stairs", 4, person.saved_at)
    person = asked(person, questionnaire.CHECK_IN, 6, activity_stairs=8)
    rows = checkin.compared(series, person, person.attempts[-1])
    error = series.choices.activities.change
    wanted = Compared("choices.activities.stairs", 4, 8, error, Scale.ACTIVITY, Verdict.BETTER)
    assert drawn.changes(rows) == Changes((wanted,))
