"""The labels, screens and values that the code names, as `make docs` read them from its source."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAMES = Path(__file__).parent / "named.json"


@dataclass(frozen=True)
class Named:
    """Names that stand in the code, and patterns where a part of the name is decided as it runs."""

    labels: frozenset[str]
    label_patterns: tuple[re.Pattern[str], ...]
    screens: frozenset[str]
    screen_patterns: tuple[re.Pattern[str], ...]
    values: frozenset[str]
    """Every name under which a value may be given to a screen."""
    given: Mapping[str, frozenset[str]]
    """Of a screen or a label the values it is given; of those that stand here the code says so outright."""


@cache
def named_in_code() -> Named:
    """What the bot's own modules name."""
    names = json.loads(NAMES.read_text(encoding="utf-8"))
    return Named(
        labels=frozenset(names["labels"]),
        label_patterns=tuple(re.compile(each) for each in names["label_patterns"]),
        screens=frozenset(names["screens"]),
        screen_patterns=tuple(re.compile(each) for each in names["screen_patterns"]),
        values=frozenset(names["values"]),
        given={name: frozenset(values) for name, values in names["given"].items()},
    )
