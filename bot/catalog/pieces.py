"""The parts of a series as they are read, each by itself, and where each of them stands."""

from __future__ import annotations

from typing import TypedDict

from bot.core.model.care import Care
from bot.core.model.series import (
    Choices,
    DayPlan,
    Defaults,
    Exercise,
    Graces,
    HighPain,
    HoldOn,
    Holds,
    Ladder,
    Lane,
    LaneRules,
    Lesson,
    LimitRules,
    Onward,
    Retention,
    SafetyScreen,
    StrengthDays,
    Test,
)


class Pieces(TypedDict, total=False):
    """The parts of a series, each by itself; those that do not hold are not there."""

    lessons: tuple[Lesson, ...]
    exercises: tuple[Exercise, ...]
    tests: tuple[Test, ...]
    safety: tuple[SafetyScreen, ...]
    edition: int
    on_worse: str
    limits: tuple[LimitRules, ...]
    trigger: SafetyScreen
    ending_life: SafetyScreen
    high_pain: HighPain
    care: Care
    choices: Choices
    id: str
    consent: str
    days: int
    check_ins: tuple[int, ...]
    retest: int
    strength: StrengthDays
    rest: tuple[int, ...]
    face: str
    first_move: tuple[str, ...]
    first_test: str
    measured_again: tuple[str, ...]
    minutes: tuple[int, int]
    plans: tuple[DayPlan, ...]
    ladders: tuple[Ladder, ...]
    wishes: dict[str, tuple[str, ...]]
    lanes: tuple[Lane, ...]
    holds: Holds
    areas: tuple[str, ...]
    graces: Graces
    retention: Retention
    lane_rules: LaneRules
    defaults: Defaults
    onward: Onward | None
    hold_on: HoldOn | None


MAY_BE_MISSING = ("onward", "hold_on")
MAY_BE_EMPTY = ("first_move", "measured_again", "check_ins", "rest", "limits", "ladders")
PLACES = {
    "lessons": ("lessons", ""),
    "exercises": ("exercises", ""),
    "tests": ("selftests", ""),
    "safety": ("safety", "screens"),
    "edition": ("safety", "edition"),
    "on_worse": ("safety", "on_worse"),
    "limits": ("safety", "limits"),
    "trigger": ("safety", "trigger"),
    "ending_life": ("safety", "ending-life"),
    "high_pain": ("safety", "high-pain"),
    "care": ("care", ""),
    "choices": ("choices", ""),
    "ladders": ("ladders", "ladders"),
    "wishes": ("ladders", "wishes"),
}
"""Where a piece stands: its file, and the name in it; every other stands in series.yaml under its own."""
