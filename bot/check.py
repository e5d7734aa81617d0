"""`python -m bot check`: everything that is wrong with the content, with file and line."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from bot.content import ContentFaults, load_catalog
from bot.settings import SettingsFaults, read_settings


def check(environment: Mapping[str, str]) -> int:
    """Print every fault of the content; returns 1 when there is one."""
    try:
        settings = read_settings(environment, needs_token=False)
        catalog = load_catalog(settings.content_dir)
    except (SettingsFaults, ContentFaults) as faults:
        print(faults, file=sys.stderr)  # noqa: T201
        return 1
    print(f"{len(catalog.series.exercises)} exercises, {len(catalog.series.lessons)} lessons: no faults found.")  # noqa: T201
    return 0
