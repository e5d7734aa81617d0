"""Times and weekdays as people type them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.typed.clock import clock, clock_within, window
from bot.core.typed.days import weekdays
from tests.core.typed.small_vocabulary import CLOCK, DAYS, NUMBERS, WEEK


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("19:00", "19:00"),
        ("7pm", "19:00"),
        ("7 pm please", "19:00"),
        ("19h", "19:00"),
        ("19h30", "19:30"),
        ("1930", "19:30"),
        ("6.30", "06:30"),
        ("noon", "12:00"),
        ("12 am", "00:00"),
        ("12pm", "12:00"),
        ("quarter past six", "06:15"),
        ("a quarter to eight in the evening", "19:45"),
        ("half eight in the evening", "20:30"),
        ("half past seven", "07:30"),
        ("ten past six pm", "18:10"),
        ("seven thirty", "07:30"),
        ("8 at night", "20:00"),
        ("2 at night", "02:00"),
        ("at 8 o'clock", "08:00"),
        ("quarter to one", "12:45"),
    ],
)
def test_a_time_is_read_in_the_forms_people_use(text: str, time: str) -> None:
    assert clock(text, CLOCK, NUMBERS) == time


@pytest.mark.parametrize("text", ["after dinner", "24:00", "13 am", "7:75", "later", "", "7 or 8", "in 5 weeks"])
def test_what_names_no_time_of_day_gives_none(text: str) -> None:
    assert clock(text, CLOCK, NUMBERS) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("quarter past six is when the baby sleeps", "06:15"),
        ("my bus gets in, so say 18:20", "18:20"),
        ("once the kids are gone, half past seven", "07:30"),
        ("8 pm suits us, 8 pm it is", "20:00"),
        ("the bus has 3 stops, then 18:20", None),
        ("before 8 pm I am out", None),
        ("8 pm or 9 pm I do not mind", None),
        ("my boys are 8", None),
        ("word " * 50 + "8 pm", None),
    ],
)
def test_a_time_among_other_words_is_read_where_it_is_the_only_one(text: str, time: str | None) -> None:
    assert clock_within(text, replace(CLOCK, either=("or",), since=("before",)), NUMBERS) == time


def test_half_before_an_hour_is_what_the_language_says() -> None:
    german = replace(CLOCK, half=("halb",), half_alone="before")

    assert clock("halb eight", german, NUMBERS) == "07:30"


def test_the_part_of_the_day_is_heard_further_on_in_the_clause() -> None:
    known = replace(CLOCK, around=("it", "be"), afternoon=("in the evening",), morning=("in the morning",))
    assert clock_within("could it be half past six for me in the evening", known, NUMBERS) == "18:30"
    assert clock_within("could it be half past six, in the evening I am out", known, NUMBERS) == "06:30"


def test_a_time_behind_what_was_denied_in_another_clause_is_one_of_two() -> None:
    known = replace(CLOCK, instead=("not",), hours=("uhr",))
    assert clock_within("at 8 uhr I can not, 9 uhr", known, NUMBERS) is None


def test_a_window_is_two_times() -> None:
    assert window("from 10pm until 7:30", replace(CLOCK, around=("from",)), NUMBERS) == ("22:00", "07:30")
    assert window("22:00-7:00", CLOCK, NUMBERS) == ("22:00", "07:00")
    assert window("22:00", CLOCK, NUMBERS) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("every day but Sunday", (0, 1, 2, 3, 4, 5)),
        ("every day", (0, 1, 2, 3, 4, 5, 6)),
        ("weekdays", (0, 1, 2, 3, 4)),
        ("mon wed fri", (0, 2, 4)),
        ("Mon, Wed & Fri please", (0, 2, 4)),
        ("Mon-Fri", (0, 1, 2, 3, 4)),
        ("sat - mon", (0, 5, 6)),
        ("monday to friday", (0, 1, 2, 3, 4)),
        ("not on Tuesdays", (0, 2, 3, 4, 5, 6)),
        ("weekend", (5, 6)),
        ("weekdays and saturday", (0, 1, 2, 3, 4, 5)),
    ],
)
def test_weekdays_are_read_in_the_forms_people_use(text: str, days: tuple[int, ...]) -> None:
    assert weekdays(text, WEEK, DAYS) == days


@pytest.mark.parametrize("text", ["today", "monday or whenever", "", "not", "monday to", "all but every day", "m", "t"])
def test_what_is_about_something_else_names_no_days(text: str) -> None:
    assert weekdays(text, WEEK, DAYS) is None


def test_days_that_are_taken_away_may_have_an_or_between() -> None:
    known = replace(DAYS, either=("or",))

    assert weekdays("every day but sat or sun", WEEK, known) == (0, 1, 2, 3, 4)
    assert weekdays("sat or sun", WEEK, known) is None
