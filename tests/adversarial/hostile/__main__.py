"""`python -m tests.adversarial.hostile`: so many forged buttons and hostile updates, and the figures of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import pytest


class Failures:
    """A plugin that counts the tests that failed."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.names.append(report.nodeid)


def main() -> int:
    """Throw them; 0 when nothing was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.adversarial.hostile")
    parser.add_argument("--count", type=int, default=10_000, help="so many of each")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    given = parser.parse_args()
    os.environ["HOSTILE"] = str(given.count)  # read when the tests are loaded
    failures = Failures()
    ended = pytest.main([str(Path(__file__).parent), "-q"], plugins=[failures])
    from tests.adversarial.hostile.ground import THROWN

    figures = {**THROWN, "wrong": failures.names}
    print(json.dumps(figures, indent=2))  # noqa: T201
    if given.json:
        given.json.write_text(json.dumps(figures))
    return 1 if ended or failures.names or min(THROWN.values(), default=0) < given.count else 0


if __name__ == "__main__":
    sys.exit(main())
