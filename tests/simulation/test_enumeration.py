"""Whichever write, sync, rename or call fails: the rest of the day goes on, and nothing is lost or doubled."""

from __future__ import annotations

import pytest

from tests.simulation.enumeration import calls, day, enumerated, steps

EVERY = 3
"""Which places are tried daily: each third; `python -m tests.simulation --enumerate` tries all, and every kind."""
FEWEST = 60
"""Steps of the disk and calls together: a shorter day would try little."""


def test_the_day_itself_is_well_and_long_enough() -> None:
    outcome, world = day(lambda world: None)
    assert not outcome.violations
    assert outcome.figures["delivered"] == 2
    assert world.disk_steps + len(world.sent) > FEWEST


@pytest.mark.parametrize("step", ["write fails", "sync fails", "replace fails"])
def test_whichever_step_of_the_disk_fails_nothing_is_lost(step: str) -> None:
    places, broken = enumerated(steps(step), EVERY)
    assert not broken
    assert places > 3


def test_whichever_call_is_cut_after_it_arrived_nothing_is_lost_or_doubled() -> None:
    places, broken = enumerated(calls("cut-after"), EVERY)
    assert not broken
    assert places > 6
