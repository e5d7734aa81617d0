"""The days of the series as marks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.model.drawing import Break, DayStrip, DrawnDay, Mark
from bot.core.model.subscriber import State
from bot.core.schedule.calendar import days
from bot.core.screens import drawn
from bot.core.screens.session import has_session
from bot.drawing.draw import Draftsman
from bot.render.text import Renderer
from tests.core.population import everybody_asked, population
from tests.drawing.laid_out import draftsman, faults, renderer

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

DAYS = (0, 3, 8, 15, 20, 30)


@pytest.fixture(scope="module")
def hand() -> tuple[Draftsman, Renderer]:
    return draftsman(), renderer()


@pytest.mark.parametrize("day", DAYS)
def test_whoever_it_is_of_every_day_lies_on_the_paper_once_with_its_mark_and_nothing_covers_another(
    hand: tuple[Draftsman, Renderer], day: int
) -> None:
    series = everybody_asked()
    for life in population()[:100]:
        now = life.days[0].day.moment + timedelta(days=day)
        drawing = drawn.day_strip(series, life.person, now)
        assert drawing is not None
        sheet = hand[0].sheet(drawing, hand[1])
        assert faults(sheet) == []
        marks = Counter(part.style for part in sheet.parts if part.kind == "mark" and part.width > 40)
        assert sum(marks.values()) == len(drawing.days) >= series.days  # more where the re-test came late
        assert marks[Mark.DONE] + marks[Mark.SHORT] == drawing.done


def test_each_mark_that_is_drawn_is_told_in_words_below(hand: tuple[Draftsman, Renderer]) -> None:
    for life in population()[:50]:
        drawing = drawn.day_strip(everybody_asked(), life.person, life.days[-1].day.moment)
        assert drawing is not None
        sheet = hand[0].sheet(drawing, hand[1])
        told = {part.words for part in sheet.parts if part.kind == "words"}
        for style in {part.style for part in sheet.parts if part.kind == "mark"} - {"break"}:
            assert hand[1].label(f"drawings.marks.{style}") in told


def test_whoever_goes_on_after_the_series_sees_their_newest_weeks(hand: tuple[Draftsman, Renderer]) -> None:
    series = everybody_asked()
    life = population()[0]
    now = life.days[-1].day.moment
    going = life.person.saying("go-on", 3, now)
    drawing = drawn.day_strip(series, going, now + timedelta(weeks=6))
    assert drawing is not None
    assert [drawing.days[0].number, drawing.days[-1].number] == [43, 63]
    sheet = hand[0].sheet(drawing, hand[1])
    assert faults(sheet) == []
    assert "No session in weeks 7 to 9" in {part.words for part in sheet.parts}


def test_today_is_framed_and_what_was_done_is_counted(hand: tuple[Draftsman, Renderer]) -> None:
    life = population()[0]
    drawing = drawn.day_strip(everybody_asked(), life.person, life.days[9].day.moment)
    assert drawing is not None
    assert [day.number for day in drawing.days if day.today] == [10]
    over = [each for each in life.person.sessions if each.finished_at]
    assert drawing.done == len(over)


def test_a_lesson_hides_nothing_of_its_day(hand: tuple[Draftsman, Renderer]) -> None:
    series, life = everybody_asked(), population()[0]
    drawing = drawn.day_strip(series, life.days[9].person, life.days[9].day.moment)
    assert drawing is not None
    assert any(day.lesson for day in drawing.days)
    bare = replace(drawing, days=tuple(replace(day, lesson=False, read=False) for day in drawing.days))
    assert hand[0].svg(drawing, hand[1]) == hand[0].svg(bare, hand[1])


@pytest.mark.parametrize(
    ("mark", "today", "title"),
    [
        (Mark.AHEAD, True, "Today is day 1 of 21"),
        (Mark.AHEAD, False, "No session yet"),
        (Mark.OPEN, False, "No session in weeks 1 to 3"),
        (Mark.DONE, False, "21 sessions done"),
    ],
)
def test_the_title_is_the_answer_also_where_nothing_was_done(
    hand: tuple[Draftsman, Renderer], mark: Mark, today: bool, title: str
) -> None:
    first = date(2026, 3, 2)
    days = tuple(DrawnDay(n + 1, first + timedelta(days=n), mark, today=today and not n) for n in range(21))
    told = [part for part in hand[0].sheet(DayStrip(days), hand[1]).parts if part.kind == "words"]
    assert told[0].words == title
    assert ("Session to do" in {part.words for part in told}) is today


def test_what_is_ahead_says_which_days_are_for_rest() -> None:
    series, life = everybody_asked(), population()[0]
    fresh = replace(life.person, sessions=())
    drawing = drawn.day_strip(series, fresh, life.days[0].day.moment)
    assert drawing is not None
    kinds = {day.number: day for day in days(series, life.person, drawing.days[-1].date)}
    for day in drawing.days[: series.days - 1]:
        assert day.mark is (Mark.AHEAD if has_session(kinds[day.number]) else Mark.REST)


@pytest.mark.parametrize("off", [0, 2, 4, 6, 7, 30])
def test_a_break_is_a_gap_in_the_calendar_so_that_every_day_stands_below_its_own_weekday(
    hand: tuple[Draftsman, Renderer], off: int
) -> None:
    first = date(2026, 3, 2)
    whole = [DrawnDay(n + 1, first + timedelta(days=n), Mark.DONE) for n in range(21)]
    late = [replace(day, date=day.date + timedelta(days=off)) for day in whole[2:]]
    late[0] = replace(late[0], after=Break.PAUSED if off else None)
    sheet = hand[0].sheet(DayStrip((*whole[:2], *late)), hand[1])
    assert faults(sheet) == []
    places = [(part.x, part.y) for part in sheet.parts if part.style == Mark.DONE and part.width > 40]
    assert len(places) == len(set(places)) == 21
    columns = sorted({x for x, _ in places})
    days = (*whole[:2], *late)
    assert [columns.index(x) for x, _ in places] == [day.date.weekday() for day in days]
    said = [part.words for part in sheet.parts if part.words.startswith("A break")]
    assert said == ([f"A break of {off} days, by choice"] if off else [])
    boxes = [part for part in sheet.parts if part.kind == "box"]
    assert len(boxes) <= 3, "weeks that are nothing but a break take one row together"
    assert bool(boxes) is bool(off)
    assert ("Week 2" in {part.words for part in sheet.parts}) is not bool(off)


def test_the_cause_of_a_break_is_what_was_stored(hand: tuple[Draftsman, Renderer]) -> None:
    series, life = everybody_asked(), population()[0]
    third = life.days[2].day
    paused = replace(life.person, sessions=()).in_state(
        State.PAUSED, third.moment - timedelta(hours=1), third.date + timedelta(days=4)
    )
    drawing = drawn.day_strip(series, paused, third.moment)
    assert drawing is not None
    assert {day.after for day in drawing.days} == {None, Break.PAUSED}
    told = {part.words for part in hand[0].sheet(drawing, hand[1]).parts}
    assert "A break of 4 days, by choice" in told


@pytest.mark.parametrize("into", [0, 1, 3, 10, 20, 29, 31])
def test_today_is_framed_also_where_it_lies_in_a_break(hand: tuple[Draftsman, Renderer], into: int) -> None:
    first = date(2026, 3, 2)
    whole = [DrawnDay(n + 1, first + timedelta(days=n), Mark.REST) for n in range(21)]
    late = [replace(day, date=day.date + timedelta(days=30)) for day in whole[2:]]
    late[0] = replace(late[0], after=Break.PAUSED)
    today = first + timedelta(days=1 + into)
    sheet = hand[0].sheet(DayStrip((*whole[:2], *late), first, today), hand[1])
    assert faults(sheet) == []
    frames = [part for part in sheet.parts if part.kind == "box" and part.style == "today"]
    columns = sorted({part.x for part in sheet.parts if part.style == Mark.REST and part.width > 40})
    assert len(frames) == 1
    assert sum(frames[0].x < x for x in columns) == 7 - today.weekday()
    names = {part.words for part in sheet.parts if part.y == frames[0].y + 8 + 24 + 22 * 0.36}
    assert hand[1].language.short_day(today - timedelta(days=today.weekday())) in names


def test_a_single_day_is_no_picture() -> None:
    life = population()[0]
    now = life.days[0].day.moment
    assert drawn.day_strip(everybody_asked(), life.person, now) is not None
    stopped = life.person.in_state(State.STOPPED, now)
    assert drawn.day_strip(everybody_asked(), stopped, now) is None
