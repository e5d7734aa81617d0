"""What a log may say of an error: never its text, which can quote a person's words."""

from __future__ import annotations

import traceback
from pathlib import PurePath


def named(error: Exception) -> str:
    """The kind of an error and where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
