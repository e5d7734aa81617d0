"""What people type for a time of day, with the words of their language around it."""

import pytest

from bot.core.model.callback_data import Ask, Tell
from bot.core.screens.typed_answers import ClockWords, about_oneself, age_band, clock, meaning, weekdays, window
from tests.conftest import the_catalog

ENGLISH: ClockWords = the_catalog().words["knee-pain", "en"].find("typed.clock")
DAYS = the_catalog().languages["en"].weekdays
DAY_WORDS = the_catalog().words["knee-pain", "en"].find("typed.days")
AGES = the_catalog().default.choices.ages
GERMAN: ClockWords = {"around": ["um", "Uhr"], "morning": ["früh"], "afternoon": ["abends"], "until": ["bis"]}


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("7", "07:00"),
        ("07:30", "07:30"),
        ("7.30", "07:30"),
        ("7h30", "07:30"),
        ("at 7", "07:00"),
        ("7pm", "19:00"),
        ("7 PM.", "19:00"),
        ("7:15 p.m.", "19:15"),
        ("12 am", "00:00"),
        ("12pm", "12:00"),
        ("7 o'clock", "07:00"),
        ("at 7 oclock", "07:00"),
        ("7 pm o’clock", "19:00"),
        ("23:59", "23:59"),
        ("24:00", None),
        ("13 pm", None),
        ("0 am", None),
        ("7:60", None),
        ("at", None),
        ("pm", None),
        ("7 am pm", None),
        ("half past 7", None),
        ("", None),
    ],
)
def test_a_time_is_understood_in_the_ways_people_write_it(text: str, means: str | None) -> None:
    assert clock(text, ENGLISH) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("22:00 - 07:00", ("22:00", "07:00")),
        ("22:00–7", ("22:00", "07:00")),
        ("10pm to 7am", ("22:00", "07:00")),
        ("from 10 pm until 7 am", ("22:00", "07:00")),
        ("22:00", None),
        ("to 7", None),
        ("now until then", None),
    ],
)
def test_a_window_is_two_times_with_a_word_between(text: str, means: tuple[str, str] | None) -> None:
    assert window(text, ENGLISH) == means
    assert meaning(Ask("quiet"), text, ENGLISH) == (Tell("quiet", means) if means else None)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("mon wed fri", ("0", "2", "4")),
        ("Monday, Wednesday and Friday.", ("0", "2", "4")),
        ("tues/thurs", ("1", "3")),
        ("on sundays", ("6",)),
        ("fri & mon", ("0", "4")),
        ("mon mon", ("0",)),
        ("mon-fri", None),
        ("mon to fri", None),
        ("t s", None),
        ("not monday", None),
        ("and", None),
        ("", None),
    ],
)
def test_weekdays_are_understood_by_their_names_and_so_much_of_them_as_is_clear(
    text: str, means: tuple[str, ...] | None
) -> None:
    assert weekdays(text, DAYS, DAY_WORDS) == means


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("18", "18-39"),
        ("58", "50-59"),
        ("58 years old", "50-59"),
        ("I am 30", "18-39"),
        ("60-69", "60-69"),
        ("93", "80-plus"),
        ("17", None),
        ("130", None),
        ("1964", None),
        ("40 to 69", None),
        ("old", None),
    ],
)
def test_an_age_in_years_is_the_band_it_lies_in(text: str, band: str | None) -> None:
    assert age_band(text, AGES) == band


def test_another_languages_words_are_a_matter_of_content() -> None:
    assert clock("um 7 Uhr abends", GERMAN) == "19:00"
    assert window("22 Uhr bis 7 Uhr", GERMAN) == ("22:00", "07:00")
    assert clock("7 pm", GERMAN) is None


@pytest.mark.parametrize(
    ("showing", "text", "means"),
    [
        (Ask("days"), "mon and thu", Tell("days", ("0", "3"))),
        (Ask("days", ("0",)), "Thursday", Ask("days", ("0", "3"))),
        (Ask("days"), "58", None),
        (Ask("age"), "58", Tell("age", ("50-59",))),
        (Ask("age"), "mon", None),
        (Ask("knee"), "mon", None),
    ],
)
def test_days_and_age_are_typed_where_they_are_asked(showing: Ask, text: str, means: Tell | Ask | None) -> None:
    assert about_oneself(showing, text, DAYS, DAY_WORDS, AGES) == means
