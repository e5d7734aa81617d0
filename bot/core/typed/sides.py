"""What a text that names both sides of a pair says of each: "10 left 12 right", "left twice, right 4"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.typed.fold import CLAUSES, single, words
from bot.core.typed.vocabulary import Vocabulary

LONGEST = 24
"""Words of a text that is looked at so."""


def told_of_each(text: str, known: Vocabulary) -> tuple[str, str] | None:
    """What a text says of the first side and of the second, without their names; None where that is not plain."""
    said = words(text)
    if len(known.sides) != 2 or len(said) > LONGEST or not all({*side} & {*said} for side in known.sides):
        return None
    clauses = [words(each) for each in CLAUSES.split(text) if words(each)]
    for told in (_by_clause(clauses, known), _cut(said, known)):
        if all(told):
            return " ".join(told[0]), " ".join(told[1])
    return None


def _by_clause(clauses: Sequence[Sequence[str]], known: Vocabulary) -> tuple[list[str], list[str]]:
    """Each clause speaks of one side: "left 10, the right one 12"."""
    told: tuple[list[str], list[str]] = ([], [])
    for said in clauses:
        named = {side for _, side in _named(said, known)}
        if len(named) != 1:
            return [], []
        told[named.pop()].extend(_bare(said, known))
    return told


def _cut(said: Sequence[str], known: Vocabulary) -> tuple[list[str], list[str]]:
    """Each side is named once, and stands before what is said of it, or behind: nothing else is left over."""
    (first, side), (second, other), *more = _named(said, known)
    aside = single(known.numbers.around) | single(known.polite)
    behind = (said[:first], said[first:second], said[second:])
    before = (said[second + 1 :], said[: first + 1], said[first + 1 : second + 1])
    for left_over, one, two in (behind, before):
        told = _bare(one, known), _bare(two, known)
        if all(told) and not more and side != other and not {*left_over} - aside:
            return told if side == 0 else told[::-1]
    return [], []


def _named(said: Sequence[str], known: Vocabulary) -> list[tuple[int, int]]:
    """Where a side is named, and which."""
    return [(n, side) for n, word in enumerate(said) for side, names in enumerate(known.sides) if word in names]


def _bare(said: Sequence[str], known: Vocabulary) -> list[str]:
    return [word for word in said if not any(word in side for side in known.sides)]
