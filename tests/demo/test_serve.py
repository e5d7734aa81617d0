"""What keeps the demo from beginning: one clear line, exit code 1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("BOT_CONTENT_DIR", "nowhere", "nowhere:1: the content folder holds no folder with a series.yaml"),
        ("DEMO_PORT", "abc", "DEMO_PORT must be a port number, up to 65535."),
        ("DEMO_PORT", "65536", "DEMO_PORT must be a port number, up to 65535."),
    ],
)
def test_a_demo_that_cannot_begin_says_why_in_one_line(tmp_path: Path, setting: str, value: str, told: str) -> None:
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), setting: value}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "demo"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"{told}\n")
