"""Yes, no and neither in typed words, however they are wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from bot.core.typed.fold import CLAUSES, is_one_of, phrases, single, without, words
from bot.core.typed.vocabulary import Vocabulary

LONGEST = 12
"""Words: a longer text tells a story, and what it means as a whole is no yes or no."""

SHORT, PLAIN = 6, 4
"""Words that may begin with what could not be done, and go on to say how; and of what says so whatever follows."""


class Stance(StrEnum):
    """What a text says to a question that can be answered so."""

    AGREES = "agrees"
    REFUSES = "refuses"
    UNSURE = "unsure"
    UNABLE = "unable"


def stance(text: str, known: Vocabulary) -> Stance | None:
    """Yes, no, neither or that it could not be done, where all that is said beside it leaves it so."""
    for meant, told in (
        (Stance.UNABLE, known.unable),
        (Stance.UNSURE, known.unsure),
        (Stance.REFUSES, known.refuse),
        (Stance.AGREES, known.agree),
    ):
        if is_one_of(text, told, known.polite):
            return meant
    said = words(text)
    first = CLAUSES.split(text.strip(), maxsplit=1)[0]
    counted = any(word.isdecimal() or known.numbers.words.get(word, 1) != 1 for word in said)
    if not counted and not phrases(known.partly).are_in(said) and is_one_of(first, known.unable, known.polite):
        return Stance.UNABLE
    if not said or len(said) > LONGEST:
        return None
    if doubts(said, known):
        return Stance.UNSURE
    said = without(said, known.polite) or said
    if (
        (n := phrases(known.unable).begins(said[said[0] in single(known.telling) :])) >= PLAIN
        or (n and len(said) <= SHORT)
    ) and not counted:
        return Stance.UNABLE if not phrases(known.partly).are_in(said) else None
    refuses, denies = single(known.refuse), single(known.negations)
    if {*said} & (refuses | denies):
        unwell = any(_says_unwell(words(clause), denies, known) for clause in CLAUSES.split(text))
        return Stance.REFUSES if not unwell and _denies(said, refuses | denies, known) else None
    agrees = single(known.agree)
    return Stance.AGREES if {*said} & agrees and {*said} <= agrees | single(known.agreeing) else None


def doubts(said: Sequence[str], known: Vocabulary) -> bool:
    """Whether somebody does not know, however it is wrapped: "I don't really know"."""
    ends = {word for each in known.doubts for word in (each.split()[0], each.split()[-1])}
    bare = [word for word in said if word in ends or word not in single(known.around)]
    return any(phrases(known.doubts).are_in(each) for each in (said, bare))


def _says_unwell(clause: Sequence[str], noes: frozenset[str], known: Vocabulary) -> bool:
    """Whether a no stands right before a word for being well: "not good"; "no, good" denies."""
    well = single(known.well)
    return any(word in well and before in noes for before, word in pairwise(clause))


def _denies(said: Sequence[str], noes: frozenset[str], known: Vocabulary) -> bool:
    """Whether nothing beside a no takes it back; "no, all good" is one, "not good" is none."""
    if {*said} <= noes | single(known.well) | single(known.denying):
        return not phrases(known.partly).are_in(said)
    return said[0] in single(known.refuse) and phrases(known.mistaken).are_in(said)


def begins(said: Sequence[str], wanted: tuple[str, ...]) -> bool:
    """Whether a text begins with one of these that is a single word."""
    return bool(said) and said[0] in single(wanted)
