"""`python -m tests.simulation`: one seed with its history, or many with their figures."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.simulation.enumeration import everything
from tests.simulation.planted import ONWARD, PATCHES, PLANTS
from tests.simulation.world import ALL_FAULTS, Outcome, Plan, simulate


def main() -> int:
    """The exit code: 1 when anything was broken."""
    asked = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    asked.add_argument("--seed", type=int, help="one run, with its history")
    asked.add_argument("--seeds", type=int, default=200, help="so many runs")
    asked.add_argument("--first", type=int, default=0, help="the first of them")
    asked.add_argument("--faults", default=",".join(ALL_FAULTS), help="which kinds of trouble, or none")
    asked.add_argument("--onward", action="store_true", help="among people in weeks 4 to 12")
    asked.add_argument("--plant", default="", help="a fault put into the bot on purpose")
    asked.add_argument("--planted", action="store_true", help="put in each fault there is, until the oracle sees it")
    asked.add_argument("--enumerate", action="store_true", help="fail each step and each call of a day once")
    asked.add_argument("--json", type=Path, help="write the figures to this file")
    given = asked.parse_args()
    faults = tuple(kind for kind in given.faults.split(",") if kind in ALL_FAULTS)
    if given.seed is not None:
        plan = Plan(given.seed, faults, given.plant, onward=given.onward)
        outcome = simulate(plan)
        print("\n".join(outcome.history))  # noqa: T201
        print(told(outcome, plan))  # noqa: T201
        return 1 if outcome.violations else 0
    if given.planted:
        seen = planted(given.seeds)
        return _report(seen, given.json, all(first is not None for first in seen.values()))
    if given.enumerate:
        places, failed = everything()
        return _report({"places": places, "broken": failed}, given.json, not failed)
    figures, broken = many(range(given.first, given.first + given.seeds), faults, given.plant, given.onward)
    return _report(figures, given.json, not broken)


def _report(figures: dict[str, Any], file: Path | None, well: bool) -> int:
    text = json.dumps(figures, indent=2)
    print(text)  # noqa: T201
    if file is not None:
        file.write_text(f"{text}\n", encoding="utf-8")
    return 0 if well else 1


def planted(seeds: int) -> dict[str, int | None]:
    """For each planted fault the first seed at which the oracle sees it; None when it does at none of so many."""
    return {
        plant: next((seed for seed in range(seeds) if simulate(_with(plant, seed)).violations), None)
        for plant in (*PLANTS, *PATCHES, *ONWARD)
    }


def _with(plant: str, seed: int) -> Plan:
    """What it takes in weeks 4 to 12 comes seldom, and sooner where nothing else goes wrong."""
    return Plan(seed, (), plant, onward=True) if plant in ONWARD else Plan(seed, plant=plant)


def many(
    seeds: range, faults: tuple[str, ...] = ALL_FAULTS, plant: str = "", onward: bool = False
) -> tuple[dict[str, Any], list[Outcome]]:
    """Run them all; the sums of their figures, and the runs in which something was broken."""
    sums: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    worst = 0
    broken = []
    began = time.process_time()
    for seed in seeds:
        plan = Plan(seed, faults, plant, onward=onward)
        outcome = simulate(plan)
        figures = dict(outcome.figures)
        kinds.update(figures.pop("faults"))
        worst = max(worst, figures.pop("worst_window"))
        sums.update(figures)
        if outcome.violations:
            broken.append(outcome)
            print(told(outcome, plan), file=sys.stderr)  # noqa: T201
    return {
        "seeds": len(seeds),
        "first": seeds.start,
        **sums,
        "virtual_days": round(sums["virtual_seconds"] / 86_400, 1),
        "worst_window": worst,
        "faults": dict(sorted(kinds.items())),
        "broken": [outcome.seed for outcome in broken],
        "cpu_seconds": round(time.process_time() - began, 1),
    }, broken


def told(outcome: Outcome, plan: Plan) -> str:
    """What was broken, and how to see it again."""
    if not outcome.violations:
        return f"seed {outcome.seed}: nothing was broken"
    return "\n".join([f"seed {outcome.seed}:", *(f"  {each}" for each in outcome.violations), f"  {again(plan)}"])


def again(plan: Plan) -> str:
    """The command that repeats a run."""
    faults = "" if plan.faults == ALL_FAULTS else f" --faults {','.join(plan.faults) or 'none'}"
    plant = f" --plant {plan.plant}" if plan.plant else ""
    onward = " --onward" if plan.onward else ""
    return f".venv/bin/python -m tests.simulation --seed {plan.seed}{faults}{plant}{onward}"


if __name__ == "__main__":
    sys.exit(main())
