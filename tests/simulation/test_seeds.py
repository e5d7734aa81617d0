"""The bot as it is, over many seeds: nothing lost, nothing twice, nobody written to who does not want it."""

from __future__ import annotations

import pytest

from tests.simulation.__main__ import told
from tests.simulation.planted import ONWARD, PATCHES, PLANTS
from tests.simulation.world import Plan, simulate

SEEDS = 20
"""The first of the 3,000 that `make soak` runs."""
CHUNK = 10
SHOWN_BY = {"dated-key": 2, "no-end": 2, "no-question": 3, "always-asks": 16, "no-signs": 39}
"""The seed to begin with where the first one does not come to the fault."""


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_broken_whatever_goes_wrong(first: int) -> None:
    for seed in range(first, first + CHUNK):
        plan = Plan(seed)
        outcome = simulate(plan)
        assert not outcome.violations, told(outcome, plan)


@pytest.mark.parametrize("seed", range(5000, 5006))
def test_nothing_is_broken_when_nothing_goes_wrong_and_all_comes_to_the_instant(seed: int) -> None:
    plan = Plan(seed, faults=())
    outcome = simulate(plan)
    assert not outcome.violations, told(outcome, plan)


def test_nothing_is_broken_in_weeks_4_to_12() -> None:
    """The first of the 300 that `make soak` runs."""
    for seed in range(6):
        plan = Plan(seed, onward=True)
        outcome = simulate(plan)
        assert not outcome.violations, told(outcome, plan)
    for seed in range(5000, 5006):
        plan = Plan(seed, faults=(), onward=True)
        outcome = simulate(plan)
        assert not outcome.violations, told(outcome, plan)


def test_a_crowd_with_one_time_is_served_at_the_pace_that_is_allowed() -> None:
    outcome = simulate(Plan(5, faults=(), crowd=True))
    assert not outcome.violations
    assert outcome.figures["delivered"] >= 60
    assert 20 <= outcome.figures["worst_window"] <= 30


@pytest.mark.parametrize(
    ("plant", "deed"),
    [
        ("no-claim", ""),
        ("no-fsync", ""),
        ("confirms-early", ""),
        ("no-order", "hurry"),
        ("recreates", "erase"),
        ("dated-key", ""),
        ("loses-answer", ""),
        *((plant, "") for plant in ONWARD),
    ],
)
def test_the_oracle_sees_a_planted_fault(plant: str, deed: str) -> None:
    """In one of a few runs; `python -m tests.simulation --planted` leaves what people do to the seed as well.

    In weeks 4 to 12 what it takes comes seldom, and sooner where nothing else goes wrong.
    """
    first = SHOWN_BY.get(plant, 0)
    if plant in ONWARD:
        plans = [Plan(seed, (), plant, onward=True) for seed in (first, *range(150))]
    else:
        plans = [Plan(seed, plant=plant, deed=deed) for seed in (first, *range(20))]
    assert any(simulate(plan).violations for plan in plans)


def test_every_planted_fault_is_tried() -> None:
    known = {"no-claim", "no-fsync", "confirms-early", "no-order", "recreates", "dated-key", "loses-answer"}
    assert {*PLANTS, *PATCHES} == known


@pytest.mark.parametrize("seed", [16, 25])
def test_one_seed_is_one_history(seed: int) -> None:
    first, again = simulate(Plan(seed)), simulate(Plan(seed))
    assert first.history == again.history
    assert first.figures == again.figures
    assert len(first.history) > 20
