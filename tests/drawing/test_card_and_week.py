"""The card at the end, and the week as planned."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.core.model.drawing import Card, CardRow, DrawnDay, GridDay, GridMove, Mark, OwnWords, Scale, Verdict, WeekGrid
from bot.core.schedule.calendar import days
from bot.core.screens import drawn, week
from bot.drawing.draw import Draftsman
from bot.drawing.week_grid import STILLS
from bot.render.text import Renderer
from tests.conftest import CONTENT
from tests.core.people import asking
from tests.core.population import everybody_asked, population
from tests.drawing.laid_out import draftsman, faults, renderer
from tests.drawing.test_weeks_in_numbers import told

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

FIRST = date(2026, 3, 2)
STAIRS = "choices.activities.stairs"


@pytest.fixture(scope="module")
def hand() -> tuple[Draftsman, Renderer]:
    return draftsman(), renderer()


def days_of(*marks: Mark) -> tuple[DrawnDay, ...]:
    return tuple(DrawnDay(n + 1, FIRST + timedelta(days=n), mark) for n, mark in enumerate(marks))


def a_card(**more: object) -> Card:
    rows = (
        CardRow(STAIRS, Verdict.BETTER, 4, 8, 3, Scale.ACTIVITY),
        CardRow("screens.pain.name", Verdict.SAME, 4, 3, 2, Scale.PAIN),
        CardRow("selftests.hips.questions.stand-left.name", Verdict.WORSE, 9, 6, 2, Scale.AMOUNT, "s"),
    )
    whole = Card(days_of(*[Mark.DONE] * 21), 21, (OwnWords(written="by the window 🙂"),), rows)
    return replace(whole, **more)  # type: ignore[arg-type]


def test_a_card_says_what_was_done_what_changed_what_did_not_and_the_persons_own_words(
    hand: tuple[Draftsman, Renderer],
) -> None:
    sheet = hand[0].sheet(a_card(), hand[1])
    assert faults(sheet) == []
    assert sum(part.style == Mark.DONE for part in sheet.parts) == 21 + 1
    words = told(sheet)
    assert {"My 3 weeks: 21 sessions", "My plan: by the window", "From 4 to 8 (10 is best)"} <= words
    assert {
        "From 4 to 3 (0 is no pain)",
        "Only a change of 2 or more counts.",
        "Steady Knees, 2 Mar to 22 Mar",
    } <= words
    assert "No doctor or physio" in " ".join(part.words for part in sheet.parts)
    order = [part.words for part in sheet.parts if part.bold]
    headings = ["What got better", "What got worse", "What is about the same"]
    assert [words for words in order if words in headings] == headings


def test_a_card_with_much_more_pain_says_who_should_see_it_and_no_other_does(
    hand: tuple[Draftsman, Renderer],
) -> None:
    row = CardRow("screens.pain.name", Verdict.WORSE, 3, 7, 2, Scale.PAIN)
    said = "Much more pain: a doctor or physio should see it."
    sheet = hand[0].sheet(a_card(rows=(row,), high=True), hand[1])
    assert faults(sheet) == []
    assert said in " ".join(part.words for part in sheet.parts)
    assert said not in " ".join(part.words for part in hand[0].sheet(a_card(rows=(row,)), hand[1]).parts)


def test_equal_numbers_with_two_verdicts_stand_under_two_headings_and_say_why_one_is_none(
    hand: tuple[Draftsman, Renderer],
) -> None:
    rows = (
        CardRow("screens.pain.name", Verdict.BETTER, 4, 2, 2, Scale.PAIN),
        CardRow(STAIRS, Verdict.SAME, 4, 2, 3, Scale.ACTIVITY),
    )
    words = [part.words for part in hand[0].sheet(a_card(rows=rows), hand[1]).parts if part.kind == "words"]
    better, same = words.index("What got better"), words.index("What is about the same")
    chance = "Only a change of 3 or more counts."
    assert better < words.index("Knee pain") < same < words.index(chance)
    assert {"From 4 to 2 (0 is no pain)", "From 4 to 2 (10 is best)"} <= set(words)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [("mostly", "rarely", "better"), ("rarely", "mostly", "worse"), ("mostly", "mostly", "same")],
)
def test_what_was_chosen_from_words_stands_in_no_card(before: str, after: str, verdict: str) -> None:
    series, life = everybody_asked(), population()[0]
    row = {"question": "sit-stand-knees", "words": "selftests.hips.questions.sit-stand-knees", "activity": ""}
    chosen = {**row, "before": before, "after": after, "verdict": verdict, "counts_from": None, "unit": ""}
    drawing = drawn.card(series, life.person, [chosen], life.days[-1].day.moment)
    assert drawing is not None
    assert drawing.rows == ()


@pytest.mark.parametrize(("unit", "said"), [("cm", "From 4 to 8 cm"), ("s", "From 4 to 8 seconds")])
def test_what_is_measured_says_in_what(hand: tuple[Draftsman, Renderer], unit: str, said: str) -> None:
    row = CardRow("selftests.ankles.questions.wall-left.name", Verdict.BETTER, 4, 8, 2, Scale.AMOUNT, unit)
    assert said in told(hand[0].sheet(a_card(rows=(row,)), hand[1]))


def test_to_whom_the_card_is_sent_a_session_is_one_and_a_day_without_is_one(
    hand: tuple[Draftsman, Renderer],
) -> None:
    days = days_of(Mark.SHORT, Mark.DONE, Mark.OPEN, Mark.REST, Mark.MEASURED)
    found = hand[0].sheet(a_card(days=days, sessions=2, rows=(), moment=()), hand[1])
    marks = Counter(part.style for part in found.parts if part.kind == "mark" and part.width > 30)
    assert marks == {Mark.DONE: 2, Mark.OPEN: 1, Mark.REST: 2}
    assert {"Session done", "No session", "No session planned"} <= told(found)


def test_no_mark_stands_beside_a_name_since_a_plus_beside_pain_would_be_more_of_it(
    hand: tuple[Draftsman, Renderer],
) -> None:
    found = hand[0].sheet(a_card(), hand[1])
    marks = [part for part in found.parts if part.kind == "mark" and part.style in ("better", "same", "worse")]
    names = [part for part in found.parts if part.words in ("Knee pain", hand[1].label(STAIRS))]
    assert len(marks) == 3
    for name in names:
        _, top, _, bottom = name.bounds
        assert not any(min(bottom, mark.bounds[3]) - max(top, mark.bounds[1]) > 1 for mark in marks)


def test_a_card_of_whoever_did_nothing_counts_nothing_and_blames_nobody(hand: tuple[Draftsman, Renderer]) -> None:
    sheet = hand[0].sheet(a_card(days=days_of(*[Mark.OPEN] * 21), sessions=0, moment=(), rows=()), hand[1])
    assert faults(sheet) == []
    assert not any("0" in words.split() for words in told(sheet))


def test_of_hundreds_of_people_every_card_fits(hand: tuple[Draftsman, Renderer]) -> None:
    series = everybody_asked()
    names = [f"choices.activities.{each}" for each in series.choices.activities.ids]
    names += [f"selftests.{test.id}.questions.{each.id}.name" for test in series.tests for each in test.questions]
    for seed, life in enumerate(population()[:200]):
        luck = random.Random(seed)
        now = life.days[-1].day.moment
        strip = drawn.day_strip(series, life.person, now)
        assert strip is not None
        found = [
            CardRow(words, luck.choice([Verdict.BETTER, Verdict.SAME, Verdict.WORSE]))
            for words in luck.sample(names, luck.randrange(8))
        ]
        scales = (Scale.ACTIVITY, Scale.COUNT, Scale.PAIN, None)
        picked = [luck.choice(scales) for _ in found]
        rows = tuple(
            replace(row, before=4, after=8, error=7, scale=scale) if scale else row
            for row, scale in zip(found, picked, strict=True)
        )
        own = (OwnWords(written="after the news in my own old kitchen, with the radio on " * luck.randint(1, 3)),)
        drawing = Card(strip.days, strip.done, own, rows)
        sheet = hand[0].sheet(drawing, hand[1])
        cut = [each for each in sheet.cut if "radio" not in each]
        other = [each for each in faults(sheet) if not each.startswith("cut")]
        assert (other, cut) == ([], [])


def test_a_week_names_each_day_once_and_shows_of_each_kind_some_moves_with_what_one_does(
    hand: tuple[Draftsman, Renderer],
) -> None:
    series = everybody_asked()
    for life in population()[:100]:
        now = life.days[8].day.moment
        drawing = week.show(asking(series, life.days[8].person, now)).messages[0].drawing
        if drawing is None:
            continue  # who must not exercise sees no plan
        assert isinstance(drawing, WeekGrid)
        assert len(drawing.days) == 7
        sheet = hand[0].sheet(drawing, hand[1])
        assert faults(sheet) == []
        stills = [part.style for part in sheet.parts if part.kind in ("still", "whole")]
        assert len(stills) <= STILLS
        assert all((CONTENT / file).is_file() for file in stills)
        words = " ".join(part.words for part in sheet.parts if part.kind == "words")
        for day in drawing.days:
            name = hand[1].language.short_weekdays[day.date.weekday()]
            assert (f"today ({name})" in words) is day.today
            assert len(re.findall(rf"\b{name}\b", words)) == 1
        doable = {hand[1].what_to_do(move.exercise, move.form) for day in drawing.days for move in day.moves}
        assert sum(each in words for each in doable) >= len(set(stills))


def a_week(*kinds: tuple[str, tuple[GridMove, ...]]) -> WeekGrid:
    days = ((FIRST + timedelta(days=n), kind, moves) for n, (kind, moves) in enumerate(kinds))
    return WeekGrid(1, tuple(GridDay(day, kind, False, day == FIRST, 15, moves) for day, kind, moves in days))


def test_a_week_shows_as_many_different_moves_as_it_can(hand: tuple[Draftsman, Renderer]) -> None:
    often, other = GridMove("h1", "main", ("h1",)), GridMove("h2", "main", ("h2",))
    without = GridMove("h3", "main")
    sheet = hand[0].sheet(
        a_week(("learn", (often,)), ("strength", (other, often)), ("strength", (often, without))), hand[1]
    )
    stills = [Path(part.style).stem for part in sheet.parts if part.kind in ("still", "whole")]
    assert stills == ["h1", "h2", "h1"]
    assert {
        "Lesson and a few moves: today (Mon)",
        "Strength: Tue and Wed",
        "15 minutes each. Some of the moves:",
    } <= told(sheet)
    assert faults(sheet) == []


def test_moves_without_a_still_are_told_in_words_alone(hand: tuple[Draftsman, Renderer]) -> None:
    moves = tuple(GridMove(each, "seated") for each in ("h8", "h9", "h10", "h11"))
    sheet = hand[0].sheet(a_week(("strength", moves), ("rest", ())), hand[1])
    assert not any(part.kind in ("still", "whole") for part in sheet.parts)
    assert {"• Sit, step out to each side", "15 minutes. Some of the moves:", "Rest: Tue"} <= told(sheet)
    assert faults(sheet) == []


def test_day_1_shows_first_what_is_not_done_on_hands_and_knees() -> None:
    series, seen = everybody_asked(), 0
    for life in population()[:60]:
        fresh = replace(life.person, sessions=())
        known = days(series, fresh, life.days[0].day.date)
        drawing = drawn.week_grid(series, fresh, known, known[0].date)
        if drawing is None:
            continue
        asks = [
            "kneeling" in series.exercise_by_id[move.exercise].asks and move.form not in ("kneel_free", "seated")
            for move in drawing.days[0].moves
        ]
        assert asks == sorted(asks)
        seen += any(asks)
    assert seen


def test_what_is_done_of_a_week_is_marked_and_shows_no_moves_any_more(hand: tuple[Draftsman, Renderer]) -> None:
    series = everybody_asked()
    life = next(life for life in population() if len(life.person.sessions) > 10)
    shown = [day for day in days(series, life.person, FIRST + timedelta(days=7)) if day.week == 1]
    assert drawn.week_grid(series, life.person, shown, FIRST + timedelta(days=20)) is None, "words say as much"
    person = replace(life.person, sessions=tuple(each for each in life.person.sessions if each.date < shown[-2].date))
    drawing = drawn.week_grid(series, person, shown, shown[-2].date)
    assert drawing is not None
    sheet = hand[0].sheet(drawing, hand[1])
    done = [hand[1].language.short_weekdays[day.date.weekday()] for day in drawing.days if day.done]
    assert done
    assert f"Done: {hand[1].language.listed(done)}" in told(sheet)
    assert sum(part.style == "done" for part in sheet.parts) == 1
