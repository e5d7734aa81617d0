"""The days of the series as marks."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.core.model.drawing import Mark
from bot.core.screens import drawn
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
        for style in {part.style for part in sheet.parts if part.kind == "mark"}:
            assert hand[1].label(f"drawings.marks.{style}") in told


def test_whoever_goes_on_after_the_series_sees_their_newest_weeks(hand: tuple[Draftsman, Renderer]) -> None:
    series = everybody_asked()
    life = population()[0]
    now = life.days[-1].day.moment
    going = life.person.saying("go-on", 3, now)
    drawing = drawn.day_strip(series, going, now + timedelta(weeks=6))
    assert drawing is not None
    assert [drawing.days[0].number, drawing.days[-1].number] == [43, 63]
    assert faults(hand[0].sheet(drawing, hand[1])) == []


def test_today_is_framed_and_what_was_done_is_counted(hand: tuple[Draftsman, Renderer]) -> None:
    life = population()[0]
    drawing = drawn.day_strip(everybody_asked(), life.person, life.days[9].day.moment)
    assert drawing is not None
    assert [day.number for day in drawing.days if day.today] == [10]
    over = [each for each in life.person.sessions if each.finished_at]
    assert drawing.done == len(over)
