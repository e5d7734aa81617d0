"""`python -m bot check`: lists all faults of the content and says how easy it is to read."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping
from typing import TextIO

from bot.catalog.load import ContentFaults
from bot.catalog.safe_paths import unsafe_paths
from bot.check.examine import Findings, examine
from bot.check.named import named_in_code
from bot.check.reading import Grade
from bot.places.search import load_places
from bot.settings import SettingsFaults, read_settings, without_tokens

TOLD_EVERY = 50
"""Messages between two words of how far it is."""
GRADES = "For them, run: python -m pip install 'textstat<0.7.9'"


def check(environment: Mapping[str, str], grades: bool = False) -> int:
    """Print every fault of the content, on request every text's reading grade; returns 1 when there is a fault."""
    try:
        settings = read_settings(environment, needs_token=False)
        if faults := unsafe_paths(settings.content_dir):
            raise ContentFaults(faults)
        folder = settings.content_dir / "places"
        places = load_places(folder)
    except OSError as trouble:
        print(f"{trouble.filename} cannot be read: {trouble.strerror}. Check BOT_CONTENT_DIR.", file=sys.stderr)  # noqa: T201
        return 1
    except ValueError as trouble:
        print(f"{folder}/{trouble}", file=sys.stderr)  # noqa: T201
        return 1
    except (SettingsFaults, ContentFaults) as trouble:
        print(without_tokens(str(trouble)), file=sys.stderr)  # noqa: T201
        return 1
    say_how_far(0, sys.stderr)
    found = examine(
        settings.content_dir,
        places,
        contact_file=settings.contact_file,
        named=named_in_code(),
        working=lambda messages: say_how_far(messages, sys.stderr),
    )
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)  # noqa: T201
    for fault in found.faults:
        print(without_tokens(str(fault)), file=sys.stderr)  # noqa: T201
    for warning in found.warnings:
        print(f"{warning.file}:{warning.line}: warning: {warning.text}", file=sys.stderr)  # noqa: T201
    for each in found.grades if grades else ():
        print(f"{each.grade:5.1f}  {each.file}:{each.line}  {each.path}")  # noqa: T201
    print(summary(found))  # noqa: T201
    return 1 if found.faults else 0


def say_how_far(messages: int, to: TextIO) -> None:
    """One line on a terminal, written over again; nothing elsewhere."""
    if to.isatty() and messages % TOLD_EVERY == 0:
        what = f"Looking at what people are shown: {messages} messages …" if messages else "Reading the words …"
        print(f"\r\x1b[K{what}", end="", file=to, flush=True)


def summary(found: Findings) -> str:
    """How much is wrong, how much was looked at, and how easy it is to read."""
    count = f"{len(found.faults)} fault{'s' if len(found.faults) != 1 else ''}" if found.faults else "No faults"
    if not found.grades:
        return f"{count}. {found.messages} messages rendered; reading grades not measured. {GRADES}"
    alike: dict[str, list[Grade]] = {}
    for each in found.grades:
        alike.setdefault(each.formula, []).append(each)
    said = (
        f"of {len(grades)} texts: {statistics.median(each.grade for each in grades):.1f} in the middle, "
        f"{grades[0].grade:.1f} at most ({grades[0].at_most:.0f} allowed)"
        for grades in alike.values()
    )
    return f"{count}. {found.messages} messages rendered; reading grade {'; '.join(said)}."
