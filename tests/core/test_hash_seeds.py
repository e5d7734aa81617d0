"""What people are shown does not hang on the order of a set, which each process draws for its strings anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.core.retold import retold

ROOT = Path(__file__).parent.parent.parent


def test_under_another_hash_seed_the_same_lives_are_shown_the_same() -> None:
    another = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    command = [sys.executable, "-m", "tests.core.retold"]
    environment = {**os.environ, "PYTHONHASHSEED": another}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.communicate()[0].strip() == retold()
    assert process.returncode == 0
