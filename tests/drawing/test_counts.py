"""Counts of everybody together, drawn: all of it on the paper, each bar with its number, and nothing of nobody."""

from __future__ import annotations

from dataclasses import replace

from bot.core.desk import stats
from bot.core.model.drawing import Bar, BarGroup, Counts
from bot.core.model.subscriber import State
from tests.drawing.laid_out import draftsman, faults, renderer

PERSON = stats.Facts("talk-in-may", State.RUNNING, 1, "planned", False, 30, 31, 4, ("green", "red"), 30, 2, 3, 2)


def people(count: int) -> list[stats.Facts]:
    """So many, in every week and at every step of the beginning, by a few links."""
    return [
        replace(PERSON, week=1 + number % 12, reached=stats.REACHED[number % 5], link=("", "practice", "b")[number % 3])
        for number in range(count)
    ]


def test_everything_stands_on_the_paper_and_nothing_is_cut() -> None:
    hand, voice = draftsman(), renderer()
    for count in (1, 5, 60, 500):
        drawing = stats.screen(people(count), 0).drawing
        assert drawing is not None
        assert faults(hand.sheet(drawing, voice)) == []


def test_a_bar_is_as_long_as_its_count_and_one_of_nobody_is_none() -> None:
    bars = (
        Bar("drawings.counts.green", 10),
        Bar("drawings.counts.amber", 5, light="amber"),
        Bar("drawings.counts.red", 0, light="red"),
    )
    sheet = draftsman().sheet(Counts(15, (BarGroup("drawings.counts.reports", 15, bars),)), renderer())
    first, second = (part.width for part in sheet.parts if part.style in ("bar", "bar-amber"))
    assert first == 2 * second
    assert {"10 of 15", "5 of 15", "0 of 15"} <= {part.words for part in sheet.parts}


def test_a_pain_in_the_counts_has_the_shape_it_has_in_a_persons_days_and_says_what_it_means() -> None:
    drawing = stats.screen(people(60), 0).drawing
    assert drawing is not None
    sheet = draftsman().sheet(drawing, renderer())
    assert {part.style for part in sheet.parts if part.kind == "mark"} == {"light-green", "light-red"}
    assert {"It hurt a lot"} <= {part.words for part in sheet.parts}


def test_each_bar_of_the_counts_says_what_it_is_so_many_of_and_none_is_longer() -> None:
    drawing = stats.screen(people(60), 0).drawing
    assert isinstance(drawing, Counts)
    told = {part.words for part in draftsman().sheet(drawing, renderer()).parts}
    for group in drawing.groups:
        assert {f"{bar.part} of {group.whole}" for bar in group.bars} <= told
        assert all(bar.part <= group.whole for bar in group.bars)


def test_what_less_than_half_did_is_bold_and_red_and_whose_answers_count_is_said() -> None:
    hand, voice = draftsman(), renderer()
    silent = replace(PERSON, sessions=0, lights=())
    for found, low in (([PERSON, silent], False), ([PERSON, silent, silent], True)):
        drawing = stats.screen([*found, replace(PERSON, sessions=None, lights=())], 0).drawing
        assert drawing is not None
        parts = hand.sheet(drawing, voice).parts
        assert f"The last 7 days, {len(found)} who let you see answers" in {part.words for part in parts}
        number = next(part for part in parts if part.words == f"1 of {len(found)}" and part.y > 300)
        assert (number.style, number.bold) == (("worse", True) if low else ("ink", False))


def test_nobody_who_began_is_missing_from_where_they_are_now() -> None:
    planned = [replace(PERSON, week=1 + n % 5, state=[*State][n % len(State)]) for n in range(60)]
    drawing = stats.screen([*planned, *people(20)], 0).drawing
    assert isinstance(drawing, Counts)
    whole = {group.words: group for group in drawing.groups}
    begun = whole["drawings.counts.begun"]
    assert "In week 4 or later" in {renderer().label(bar.words, {"name": bar.name}) for bar in begun.bars}
    assert sum(bar.part for bar in begun.bars) == begun.whole == whole["drawings.counts.beginning"].bars[-1].part


def test_what_nobody_could_have_done_is_left_out() -> None:
    drawing = stats.screen([stats.Facts("", State.ONBOARDING, 0, "check", False, 0, 0)], 0).drawing
    assert isinstance(drawing, Counts)
    assert [each.words for each in drawing.groups] == ["drawings.counts.beginning"]
    assert stats.screen([], 3).drawing is None


def test_late_and_unanswered_are_counted_of_those_that_arrived() -> None:
    values = stats.screen([PERSON] * 20, 0).values
    assert values["on_time"] == {"part": 560, "whole": 600, "percent": 93}
    assert values["check_ins"] == {"part": 40, "whole": 60, "percent": 67}
    assert stats.screen([PERSON], 0).values["check_ins"]["percent"] is None
