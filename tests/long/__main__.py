"""The long runs, one after the other, and the page they fill: what `make soak` calls.

    python -m tests.long [--only RUN ...] [--page]

Each run is a process of its own; one that fails leaves its old figures, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.clock import SystemClock
from tests.long import report

RUNS: dict[str, tuple[str, ...]] = {
    "simulation": ("tests.simulation", "--seeds", "3000"),
    "planted": ("tests.simulation", "--planted"),
    "enumeration": ("tests.simulation", "--enumerate"),
    "hostile": ("tests.adversarial.hostile", "--count", "10000"),
    "kills": ("tests.long.kills", "--kills", "500"),
    "replicas": ("tests.long.replicas", "--kills", "120"),
    "year": ("tests.long.year",),
    "morning": ("tests.long.morning", "--people", "10000"),
    "many": ("tests.long.many", "--people", "100000"),
    "crowds": ("tests.long.benchmarks.crowds",),
    "starts": ("tests.long.starts", "--times", "200"),
    "endurance": ("tests.long.endurance", "--minutes", "20"),
    "wall clock": ("tests.process.wall_clock",),
}


def main() -> int:
    """Run what is asked for and write the page; 1 when anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.long")
    parser.add_argument("--only", action="append", choices=list(RUNS), help="this run, and not all; may be repeated")
    parser.add_argument("--page", action="store_true", help="run nothing, only write docs/reliability.md")
    given = parser.parse_args()
    failed = [] if given.page else [run for run in given.only or RUNS if not _run(run)]
    report.PAGE.write_text(report.page(), encoding="utf-8")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


def _run(run: str) -> bool:
    """One run; its figures are kept when nothing was wrong."""
    print(f"== {run}: python -m {' '.join(RUNS[run])}", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        told = Path(name) / "figures.json"
        ended = subprocess.run([sys.executable, "-m", *RUNS[run], "--json", str(told)], check=False)
        if ended.returncode or not told.exists():
            return False
        try:
            report.keep(run, json.loads(told.read_text(encoding="utf-8")), SystemClock().now().date())
        except ValueError as missing:
            print(missing, file=sys.stderr)  # noqa: T201
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
