"""The shipped content with a second series and a made-up language laid over it, as `tests/support/content` tells."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import CONTENT

OVER = Path(__file__).parent / "content"
SERIES, LANGUAGE = "stiff-neck", "qx"


def lay_over(folder: Path) -> Path:
    """Both, in that folder; without figures, and without the table of places."""
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("media", "figures", "places"), dirs_exist_ok=True)
    shutil.copytree(OVER, folder, dirs_exist_ok=True)
    return folder
