"""Weekdays in typed words: "mon wed fri", "weekdays", "every day but Sunday"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.core.typed.fold import CLAUSES, folded, phrase, phrases, single, words
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


OF_THE_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
A_MONTH = 31


def until(text: str, names: Sequence[str], known: DayWords, today: date, beside: Sequence[str]) -> date | None:
    """The day to come until which a text speaks: "stop until monday", "quiet till the 12th".

    None where it names another day too, and where words other than those that mean nothing `beside` it follow, which
    may be a month's.
    """
    found: set[date | None] = set()
    for clause in CLAUSES.split(text):
        said = words(clause)
        for at, word in enumerate(said):
            if word not in single(known.until_then):
                continue
            left = [each for each in said[at + 1 :] if each not in beside]
            found |= {_to_come(left[0], names, known, today)} if len(left) == 1 else {None} if left else set()
    named = {
        day for word in words(text) if len(word) >= SHORTEST and (day := _day(word, names, known.endings)) is not None
    }
    return found.pop() if len(found) == 1 and len(named) < 2 else None


def _to_come(word: str, names: Sequence[str], known: DayWords, today: date) -> date | None:
    """The next day of that name, or of that number in its month."""
    day = _day(word, names, known.endings) if len(word) >= SHORTEST else None
    of_month = OF_THE_MONTH.fullmatch(word)
    for n in range(1, A_MONTH + 1):
        on = today + timedelta(days=n)
        if on.weekday() == day or (of_month is not None and on.day == int(of_month[1])):
            return on
    return None


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
