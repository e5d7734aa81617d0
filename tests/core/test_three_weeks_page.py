"""The page that shows twelve kinds of people their three weeks, session by session, is what the bot plans.

`UPDATE_DOCS=1 pytest tests/core/test_three_weeks_page.py` writes it anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.assessment import pain, safety
from bot.core.assessment.pain import Follow
from bot.core.model.series import Series
from bot.core.model.subscriber import Session, Subscriber, Value
from bot.core.schedule.calendar import DayType, days
from bot.core.schedule.plan import Item, plan
from tests.conftest import CONTENT, the_catalog
from tests.core.people import MONDAY, all_best, checked, having_said, having_tested, somebody
from tests.core.population import everybody_asked

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

PAGE = Path(__file__).parent.parent.parent / "docs/three-weeks.md"
NAME = re.compile(r"{% block name(\w*) %}(.+?){% endblock %}")


@dataclass(frozen=True)
class Kind:
    """One kind of person: what they say, which limits a safety check found, how the tests go, what they report."""

    who: str
    said: dict[str, Value]
    weekdays: str = "0123456"
    limits: tuple[str, ...] = ()
    tests: dict[str, Value] = field(default_factory=dict)
    effort: int = 6
    pain: int = 2
    reports: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Effort and pain on some days of the series, where they differ."""


KINDS = (
    Kind(
        "38, standard, wants the stairs back, left knee, no kit",
        {"age": "18-39", "pain": 3, "activities": ("stairs",), "knee": "left"},
    ),
    Kind(
        "45, kneels at work, step and loop, right knee, sessions feel easy",
        {"age": "40-49", "pain": 2, "activities": ("kneeling", "squatting"), "knee": "right", "kit": ("loop", "step")},
        effort=4,
    ),
    Kind(
        "29, runs, all kit, best answers in every test",
        {"age": "18-39", "pain": 1, "activities": ("sport",), "knee": "both", "kit": the_catalog().default.choices.kit},
        effort=5,
    ),
    Kind(
        "58, gentle, getting up from a chair is hard, the practice stand hurt",
        {"age": "50-59", "pain": 5, "activities": ("rising", "walking"), "knee": "both"},
        tests={"practice": "hurts", "sit-stand-pressure": "knees", "slow-stand": "hands"},
        pain=4,
    ),
    Kind(
        "71, fell last year: a hand on something firm, short holds",
        {"age": "70-79", "pain": 3, "activities": ("walking",), "knee": "both"},
        limits=("no-unsupported-balance",),
        tests={"balance-left": 3, "balance-right": 5, "plank-left": 8, "plank-right": 12, "raises-left": 6},
        effort=5,
    ),
    Kind(
        "66, everything seated",
        {"age": "60-69", "pain": 4, "activities": ("rising",), "knee": "right", "way": "seated"},
        pain=4,
    ),
    Kind(
        "52, does not kneel or lie on the floor",
        {"age": "50-59", "pain": 3, "activities": ("long-standing",), "knee": "left", "way": "kneel-free"},
    ),
    Kind(
        "40, an operation of late: no move on the feet or knees, none on the side",
        {"age": "40-49", "pain": 3, "activities": ("walking",), "knee": "right"},
        limits=("no-load", "no-side-lying"),
    ),
    Kind(
        "55, three days a week, hips drop and knees drift in the test",
        {"age": "50-59", "pain": 3, "knee": "both", "kit": ("loop",)},
        weekdays="135",
        tests={"stand-left": "dropped", "sit-stand-knees": "mostly", "squat-knees": "clearly"},
    ),
    Kind(
        "34, one day a week",
        {"age": "18-39", "pain": 2, "activities": ("squatting",), "knee": "left"},
        weekdays="5",
    ),
    Kind(
        "47, works too hard in week 1 and flares in week 2",
        {"age": "40-49", "pain": 3, "activities": ("stairs",), "knee": "right"},
        reports={2: (9, 3), 9: (6, 7), 11: (5, 3)},
    ),
    Kind(
        "62, not sure of anything, chose nothing to do again, roller and ball",
        {"age": "60-69", "pain": 3, "knee": "both", "kit": ("ball", "roller")},
        tests={"stand-left": "not-sure", "stand-right": "not-sure", "squat-feel": "not-sure"},
    ),
)


def test_the_page_shows_what_is_planned() -> None:
    if "UPDATE_DOCS" in os.environ:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew: UPDATE_DOCS=1 pytest tests/core/test_three_weeks_page.py"
    )


def test_whoever_wants_to_rise_from_a_chair_comes_to_it_once_sessions_go_well() -> None:
    gentle = next(kind for kind in KINDS if "getting up from a chair is hard" in kind.who)
    rows = [row for row in _table(everybody_asked(), gentle) if "| strength |" in row]
    assert not any("Sit-to-stand" in row for row in rows[:4])
    assert all("| Sit-to-stand with hands" in row for row in rows[4:])


def page() -> str:
    """The whole page."""
    series = everybody_asked()
    return "\n".join(
        [
            "# Three weeks, twelve people",
            "",
            "What the bot plans for twelve kinds of people who do every session, rate it, and say yes to “a bit",
            "harder”. The rules stand in `content/knee-pain/ladders.yaml` and `series.yaml`;",
            "`UPDATE_DOCS=1 pytest tests/core/test_three_weeks_page.py` writes this page.",
            "",
            "A strength session holds thigh, side of the hip, bottom or back of the thigh, one move of the week's",
            "theme, and one of the person's own: what they want to do again, or what a self-test showed. From the",
            "second one on, one move at most is met on the feet in each.",
            "Marks: **e** easier form, **h** harder form, **s** seated, **n** without kneeling, **k** without kit;",
            "*w* serves the activity they named, *t* what a test showed, *up* takes its next rung, *+1* has its",
            "first set more, where there is no next rung.",
            "",
            "What holds for everybody, and not for these twelve alone, stands in `tests/core/test_three_weeks.py` and",
            "`test_weeks_on.py`: over 200 made-up people each time, over 5,000 in `make soak`. Each rule is taken out",
            "in `test_rules.py`, and one of these promises has to see it.",
            *(line for kind in KINDS for line in _table(series, kind)),
            "",
        ]
    )


def _table(series: Series, kind: Kind) -> Iterator[str]:
    yield ""
    yield f"## {kind.who}"
    yield ""
    yield "| day | session | minutes | moves |"
    yield "|---|---|---|---|"
    known = _begun(series, kind)
    untested = list(series.tests)
    for day in days(series, known, MONDAY + timedelta(days=series.days - 1)):
        given = plan(series, known, day)
        if given.items:
            session = "easy" if given.easy else day.type.value
            moves = " · ".join(_move(item) for item in given.items)
            yield f"| {day.number} | {session} | {given.minutes} | {moves} |"
        for test in [each for each in untested if each.week <= day.week]:
            untested.remove(test)
            answers = {**all_best(test), **{id: value for id, value in kind.tests.items() if test.question(id)}}
            at = known.enrollment.states[0].at if day.number == 1 else day.moment - timedelta(hours=1)
            known = having_tested(known, test, answers, at)
        if given.items and day.type in (DayType.STRENGTH, DayType.MOBILITY):
            effort, score = kind.reports.get(day.number, (kind.effort, kind.pain))
            at, done = day.moment + timedelta(minutes=20), tuple(item.exercise for item in given.items)
            told: dict[str, Any] = {"effort": effort, "pain": score}
            of_plan: dict[str, Any] = {"kind": given.kind, "climbed": given.climbed(done), "did": given.did(done)}
            known = known.with_session(Session(day.date, day.moment, False, done, at, **told, **of_plan))
            offer = pain.standing(series.care, known, at)
            if offer is not None and offer.follow is Follow.PROGRESS:
                known = known.saying(pain.key(offer), "yes", at + timedelta(minutes=1))


def _begun(series: Series, kind: Kind) -> Subscriber:
    known = having_said(somebody(series, days=kind.weekdays), kind.said)
    if kind.limits:
        yes = {f"only-{limit}": safety.YES for limit in kind.limits}
        known = checked(series, known, yes, known.saved_at)
    for test in (each for each in series.tests if each.week == 1):
        answers = {**all_best(test), **{id: value for id, value in kind.tests.items() if test.question(id)}}
        known = having_tested(known, test, answers, known.enrollment.states[0].at)
    return known


def _move(item: Item) -> str:
    words = (CONTENT / f"knee-pain/en/exercises/{item.exercise}.html.j2").read_text(encoding="utf-8")
    named: dict[str, str] = dict(NAME.findall(words))
    mark = {"easier": "**e**", "harder": "**h**", "seated": "**s**", "kneel_free": "**n**", "kit_free": "**k**"}
    span = item.reps or item.seconds or (0, 0)
    count = f"{span[0]}" if span[0] == span[1] else f"{span[0]}–{span[1]}"
    unit = " s" if item.seconds else ""
    why = "".join(
        each
        for each, there in ((" *up*", item.stepped), (" *+1*", item.grown), (" *t*", item.reason), (" *w*", item.wish))
        if there
    )
    told = [named.get(f"_{item.form}", named[""]), *([mark[item.form]] if item.form in mark else [])]
    return f"{' '.join(told)} {item.sets} × {count}{unit}{why}"
