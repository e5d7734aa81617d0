"""Which of several things the words of a text point to one by one, where it says none of their phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.core.typed.fold import CLAUSES, Phrases, all_words, phrases, single, words
from bot.core.typed.stance import begins, doubts
from bot.core.typed.vocabulary import Vocabulary

LONGEST, FEW = 24, 3
"""Words of a text that is looked at so; and telling ones of which a single one may decide."""
SHORTEST, STEM = 4, 5
"""Letters of a word that tells something, and those by which two forms of it are the same: "wobbled" and "wobbly"."""
DENIED = 4
"""Words behind a "not" that are heard as their opposite."""
FAR_MORE = 4
"""Times as many phrases of one thing as of another hold a word that then points to the first."""


def pointed(text: str, choices: Mapping[str, tuple[str, ...]], known: Vocabulary) -> str | None:
    """The one of these, each with its phrases, to which a text points; None where it points to more, or asks."""
    said = words(text)
    asks = text.rstrip().endswith("?") or begins(said, (*known.asking, *known.requests))
    unclear = asks or doubts(said, known) or phrases((*known.partly, *known.whether)).are_in(said)
    both = len(known.sides) > 1 and all({*side} & {*said} for side in known.sides)
    if unclear or both or not 1 < len(said) <= LONGEST:
        return None
    telling = {each for clause in CLAUSES.split(text) for each in _telling(words(clause), known)}
    if sum(_says_one(written, said, telling, known) for written in choices.values()) > 1:
        return None
    of = {name: _counted(written, known) for name, written in choices.items()}
    found = [name for each in telling for name in _pointed_to(each, of)]
    return found[0] if len({*found}) == 1 and (len(found) > 1 or len(telling) <= FEW) else None


def _says_one(written: tuple[str, ...], said: Sequence[str], telling: set[str], known: Vocabulary) -> bool:
    """Whether one of these phrases, or all that it tells, is said; of a text with a "no" one without says less."""
    noes = _noes(known)
    denied = bool(noes & {*said})
    stands = (bool(noes & {*each}) == denied for _, each in _longer(written).found(said))
    return any(stands) or any(each and each <= telling for each in _told(written, known))


@lru_cache(maxsize=512)
def _longer(written: tuple[str, ...]) -> Phrases:
    return Phrases(each for each in written if " " in each)


@lru_cache(maxsize=512)
def _told(written: tuple[str, ...], known: Vocabulary) -> tuple[set[str], ...]:
    return tuple(_telling(words(phrase), known) for phrase in written)


def _pointed_to(each: str, of: Mapping[str, Counter[str]]) -> list[str]:
    """The thing of whose phrases far the most hold a word."""
    first, *rest = sorted(of, key=lambda name: -of[name][each])
    far = not rest or of[first][each] >= FAR_MORE * of[rest[0]][each]
    return [first] if of[first][each] and far else []


@lru_cache(maxsize=512)
def _counted(written: tuple[str, ...], known: Vocabulary) -> Counter[str]:
    return Counter(each for told in _told(written, known) for each in told)


def _telling(said: Sequence[str], known: Vocabulary) -> set[str]:
    """The stems of the words that tell something; behind a "not" they tell its opposite."""
    noes, aside = _noes(known), _aside(known)
    found: set[str] = set()
    denied = 0
    for word in said:
        if word in noes:
            denied = DENIED
        elif word not in aside and len(word) >= SHORTEST and not word.isdecimal():
            found.add(f"not {word[:STEM]}" if denied else word[:STEM])
        denied = max(0, denied - 1)
    return found


@lru_cache(maxsize=8)
def _noes(known: Vocabulary) -> frozenset[str]:
    return single(known.negations) | single(known.refuse)


@lru_cache(maxsize=8)
def _aside(known: Vocabulary) -> frozenset[str]:
    aside = all_words(known.around) | all_words(known.polite) | all_words(known.vague) | single(known.agree)
    return aside | known.numbers.words.keys()
