"""One long run as a command: a folder of its own, its figures on the screen and in a file, 0 when nothing was wrong."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
"""What a run measured, by name; `wrong` lists what was wrong, or counts it."""


def asked_for(run: str) -> argparse.ArgumentParser:
    """What may be asked of a run; its own options are added to it."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.long.{run}")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser


def carried_out(run: Callable[[Path], Coroutine[Any, Any, Figures]], to: Path | None) -> int:
    """Carry it out in a folder that is gone afterwards, and tell what it measured; the exit code."""
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        figures = asyncio.run(run(Path(name)))
    print(json.dumps(figures, indent=2))  # noqa: T201
    if to is not None:
        to.write_text(json.dumps(figures))
    return 1 if figures["wrong"] else 0
