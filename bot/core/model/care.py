"""The structure of care: cut-offs and consequences, per series, none of them in code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PainRules:
    """Up to which score green reaches at least, and above which every score is red (0 to 10).

    Whose usual pain lies above `cap`, and who has asked, is red from so many points `over` it.
    """

    green_upto: int
    cap: int
    over: int
    confidence: str = "practice"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class FollowRules:
    """How many reports within so many days lead to what; `rise_to_stop` in points of usual pain.

    Effort (0 to 10) of strength sessions: up to `effort_up` the next one is a bit more by itself, up to `effort_offer`
    that is offered, from `effort_down` on it is a bit less, `most_down` times at most.
    """

    window_days: int
    greens_to_progress: int
    effort_up: int
    effort_offer: int
    effort_down: int
    most_down: int
    ambers_to_step_down: int
    reds_to_stop: int
    rise_to_stop: int
    away_days: int
    quiet_days: int
    confidence: str = "practice"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlareUp:
    """The session for a day after a flare-up: alternatives in order of preference, as in a plan."""

    exercises: tuple[str, ...]
    confidence: str = "practice"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class BackOff:
    """After so many unanswered reminders every second day, after so many one question, then silence."""

    every_second_day_from: int
    ask_after: int
    confidence: str = "practice"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sure:
    """How sure somebody is of the days to come (0 to 10): below `enough` what may make it `easier` is offered."""

    enough: int
    easier: tuple[str, ...]
    confidence: str = "practice"
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Care:
    """All that the plan and the reminders do with what a person reports; `pain_part` of each lesson is about pain.

    Where `sure` stands, the first check-in and the re-test ask for it.
    """

    pain: PainRules
    follow: FollowRules
    flare_up: FlareUp
    back_off: BackOff
    barriers: dict[str, tuple[str, ...]]
    pain_part: str
    sure: Sure | None = None
