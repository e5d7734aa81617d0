"""What people are shown does not hang on the order of a set, which each process draws for its strings anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SEEDS = ("1", "2")


def test_under_every_hash_seed_the_same_lives_are_shown_the_same() -> None:
    command = [sys.executable, "-m", "tests.core.retold"]
    told = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE)
        for seed in SEEDS
    ]
    digests = {process.communicate()[0] for process in told}
    assert [process.returncode for process in told] == [0] * len(SEEDS)
    assert len(digests) == 1
