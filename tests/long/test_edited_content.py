"""An author edits the series while somebody is in its midst: lessons are known by their ids and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model.delivery import Kind
from bot.core.model.series import Series
from tests.core.changes import series
from tests.core.people import Life, somebody

ONE_DAY = timedelta(days=1)


def reordered(old: Series) -> Series:
    """The same lessons in another order of the file."""
    return replace(old, lessons=tuple(reversed(old.lessons)))


def moved(old: Series) -> Series:
    """The lessons of weeks 2 and 3 trade places."""
    first, second, third = old.lessons
    return replace(old, lessons=(first, replace(third, day=second.day), replace(second, day=third.day)))


def without_the_second(old: Series) -> Series:
    """The lesson of week 2 is gone."""
    return replace(old, lessons=(old.lessons[0], old.lessons[2]))


def with_one_more(old: Series) -> Series:
    """A second lesson in week 2, behind the first."""
    return replace(old, lessons=(*old.lessons, replace(old.lessons[1], id="more")))


@pytest.mark.parametrize(
    ("edited", "on_day", "lessons"),
    [
        (reordered, 10, ["lesson:1:ankles", "lesson:1:knee"]),
        (moved, 5, ["lesson:1:knee", "lesson:1:ankles"]),
        (moved, 10, ["lesson:1:ankles", "lesson:1:knee"]),
        (without_the_second, 5, ["lesson:1:knee"]),
        (without_the_second, 10, ["lesson:1:ankles", "lesson:1:knee"]),
        (with_one_more, 5, ["lesson:1:ankles", "lesson:1:more", "lesson:1:knee"]),
        (with_one_more, 11, ["lesson:1:ankles", "lesson:1:knee"]),
    ],
)
def test_an_edit_repeats_no_lesson_drops_none_but_the_removed_and_sends_none_into_the_past(
    edited: Callable[[Series], Series], on_day: int, lessons: list[str]
) -> None:
    person = somebody(series())
    shown = person.enrollment.plan_shown_at
    assert shown
    at = shown + (on_day - 1) * ONE_DAY
    life = Life(series(), person).run_by_next(shown, at)

    life.series = edited(series())
    life.run_by_next(at, shown + 20 * ONE_DAY)

    assert [each.key for each in life.sent if each.kind is Kind.LESSON] == lessons
