"""How many examples a property is tried on: few each day, always the same, and many more by chance in the long runs."""

from __future__ import annotations

import os

from hypothesis import settings

TIMES = int(os.environ.get("EXAMPLES", "1"))
"""By how much more `make soak` tries."""
USUAL = 40


def examples(daily: int) -> settings:
    """For a property that is tried on another number of them than most are."""
    return settings(max_examples=daily * TIMES)
