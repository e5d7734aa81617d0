"""`python -m bot check`: lists all faults of the content and says how easy it is to read."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping

from bot.catalog.load import ContentFaults
from bot.catalog.safe_paths import unsafe_paths
from bot.check.examine import Findings, examine
from bot.check.named import named_in_code
from bot.places.search import load_places
from bot.settings import SettingsFaults, read_settings, without_tokens


def check(environment: Mapping[str, str], grades: bool = False) -> int:
    """Print every fault of the content, on request every text's reading grade; returns 1 when there is a fault."""
    try:
        settings = read_settings(environment, needs_token=False)
        if faults := unsafe_paths(settings.content_dir):
            raise ContentFaults(faults)
        places = load_places(settings.content_dir / "places")
    except (SettingsFaults, ContentFaults, OSError, ValueError) as trouble:
        print(without_tokens(str(trouble)), file=sys.stderr)  # noqa: T201
        return 1
    found = examine(settings.content_dir, places, contact_file=settings.contact_file, named=named_in_code())
    for fault in found.faults:
        print(without_tokens(str(fault)), file=sys.stderr)  # noqa: T201
    for warning in found.warnings:
        print(f"{warning.file}:{warning.line}: warning: {warning.text}", file=sys.stderr)  # noqa: T201
    for each in found.grades if grades else ():
        print(f"{each.grade:5.1f}  {each.file}:{each.line}  {each.path}")  # noqa: T201
    print(_summary(found))  # noqa: T201
    return 1 if found.faults else 0


def _summary(found: Findings) -> str:
    count = f"{len(found.faults)} fault{'s' if len(found.faults) != 1 else ''}" if found.faults else "No faults"
    if not found.grades:
        return f"{count}. {found.messages} messages rendered; reading grades not measured, for textstat is missing."
    middle = statistics.median(each.grade for each in found.grades)
    return (
        f"{count}. {found.messages} messages rendered; reading grade of {len(found.grades)} texts: "
        f"{middle:.1f} in the middle, {found.grades[0].grade:.1f} at most ({found.grades[0].at_most:.0f} allowed)."
    )
