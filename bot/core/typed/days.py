"""Weekdays in typed words: "mon wed fri", "weekdays", "every day but Sunday"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.typed.fold import folded, phrase, phrases, words
from bot.core.typed.vocabulary import DayWords

ALL = frozenset(range(7))
LONGEST = 60
"""Words of a text that may name days and nothing else."""
SHORTEST = 3
"""Letters of a shortened name that is looked for in a text about other things too."""


def weekdays(text: str, names: Sequence[str], known: DayWords) -> tuple[int, ...] | None:
    """The weekdays a text names, 0 for Monday, in order; None when any word of it is about something else.

    `names` are those of the language, Monday first. Names may be shortened to two letters.
    """
    if len(folded(text)) < 2:
        return None  # a letter alone is a slip; "M W F" are days
    said = re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", " - ", folded(text)).replace("\n", " ")
    left = [word.replace("'", "") for word in re.split(r"[\s,;/&+.!?]+", said) if word]
    if len(left) > LONGEST:
        return None
    chosen: set[int] = set()
    taken: set[int] = set()
    into = chosen
    previous: int | None = None
    reaching = False
    while left:
        if (n := _starts(left, known.but)) > 0:
            into, reaching = taken, False
        elif (n := _starts(left, known.until)) > 0:
            reaching = previous is not None
            if not reaching:
                return None
        elif (group := _group(left, known)) is not None:
            n, days = group
            into.update(days)
            previous = None
        elif (day := _day(left[0], names, known.endings)) is not None:
            n = 1
            if reaching and previous is not None:
                span = range(previous, day + 1) if previous <= day else [*range(previous, 7), *range(day + 1)]
                into.update(span)
            into.add(day)
            previous, reaching = day, False
        elif (n := _starts(left, (*known.around, *known.either) if into is taken else known.around)) == 0:
            return None
        del left[:n]
    if reaching:
        return None
    if taken and not chosen:
        chosen = set(ALL)
    found = chosen - taken
    return tuple(sorted(found)) or None


def names_a_day(word: str, names: Sequence[str], known: DayWords) -> bool:
    """Whether a word is a weekday's name, shortened to three letters at most."""
    return len(word) >= SHORTEST and _day(word, names, known.endings) is not None


def days_named(text: str, names: Sequence[str], known: DayWords) -> set[int]:
    """The weekdays of which a text speaks, whatever it says of them."""
    left = [word.strip(".,!?;'") for word in folded(text).split()]
    found = {day for word in left if len(word) >= SHORTEST and (day := _day(word, names, known.endings)) is not None}
    groups = [group[1] for n in range(len(left)) if (group := _group(left[n:], known)) is not None]
    return found.union(*groups)


def says_only(text: str, known: DayWords) -> bool:
    """Whether a text says that the day it names is all that is meant."""
    return phrases(known.only).are_in(words(text))


def _starts(left: Sequence[str], phrases: Sequence[str]) -> int:
    """How many words of one of these phrases a text begins with, the longest; 0 for none."""
    best = 0
    for each in phrases:
        wanted = phrase(each) or (folded(each),)
        if tuple(left[: len(wanted)]) == wanted:
            best = max(best, len(wanted))
    return best


def _group(left: Sequence[str], known: DayWords) -> tuple[int, tuple[int, ...]] | None:
    found = ((_starts(left, each.named), each.days) for each in known.groups)
    return max((each for each in found if each[0]), default=None)


def _day(word: str, names: Sequence[str], endings: Sequence[str]) -> int | None:
    whole = [[folded(name) + ending for ending in ("", *endings)] for name in names]
    found = [n for n, each in enumerate(whole) if any(name.startswith(word) for name in each)]
    return found[0] if len(found) == 1 else None
