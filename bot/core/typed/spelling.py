"""Typed words as the words of a language have them: short forms written out, slips of the finger taken back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.core.typed.fold import WORD, folded, words
from bot.core.typed.vocabulary import Vocabulary

LETTERS = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*]{1,2}){2,}[^\W\d_](?![^\W_])")
"""A word with something between all of its letters: "s t o p", "S.T.O.P"."""
RUN = re.compile(r"(.)\1{2,}|(.)\2+$")
"""Letters that draw a word out, within it or at its end."""
SHORTEST, LONG, LONGER = 4, 5, 8
"""Letters of a word in which a swap or a doubled letter is forgiven, in which any one slip is, and in which two are."""


SHORTEST_SWAPPED = 3
"""Letters of a word of which one key may have been missed."""
OFTEN = 5
"""How often an author must write a word that is taken for a short one's slip, or for half of two written as one."""
SURELY = 2
"""How many times as often as the next an author must write the word that is meant, where several are as near."""


@lru_cache(maxsize=8)
def spelling(known: Vocabulary, week: tuple[str, ...]) -> Spelling:
    """That of a language, with the names of its weekdays."""
    return Spelling(known, week)


class Spelling:
    """How the words of a language are spelled, and in which ways people spell them otherwise."""

    def __init__(self, known: Vocabulary, week: Iterable[str] = ()) -> None:
        forms = [(form.replace("'", ""), word) for word, many in known.spellings.items() for form in many]
        self._several = {form: word for form, word in forms if " " in form}
        longest_first = sorted(map(re.escape, self._several), key=len, reverse=True)
        self._written_as_several = re.compile(rf"(?<![\w]){'(?:' + '|'.join(longest_first) + ')'}(?![\w])")
        forms = [each for each in forms if " " not in each[0]]
        self._short = {form: word for form, word in forms if not form.startswith("*")}
        self._long = {form: words for words, many in known.contractions.items() for form in many}
        self._endings = [(form[1:], word[1:]) for form, word in forms if form.startswith("*")]
        found = [piece for each in (*_phrases(known), *week) for piece in each.replace("*", "* ").split()]
        stems = {"".join(words(each)) for each in found if each.endswith("*")}
        self._stems = tuple(each for each in stems if len(each) >= SHORTEST)
        self._right = Counter(word for each in found for word in words(each) if word not in self._short)
        for day in week:
            self._right[folded(day)[:SHORTEST_SWAPPED]] += OFTEN  # as people shorten it
        self._numbers = known.numbers.words.keys()
        shortened = (folded(day)[:n] for day in week for n in range(SHORTEST_SWAPPED, len(day)))
        self._no_slips = frozenset((*shortened, *(word for each in known.no_slips for word in words(each))))
        self._by_letter: dict[str, list[str]] = {}
        for word in self._right:
            if word.isalpha() and len(word) >= (LONG if word in self._numbers else SHORTEST):
                self._by_letter.setdefault(word[0], []).append(word)
        self._beside = _neighbours(known.keyboard)
        self._one = lru_cache(maxsize=4096)(self._respelled)

    def right(self, text: str, beside: Collection[str] = ()) -> str:
        """The text as it would stand in a letter, itself where nothing is misspelt; words of `beside` are right too."""
        if not words(text):
            return text
        plain = as_typed = folded(text)
        plain = LETTERS.sub(self._joined, plain)
        if self._several:
            plain = self._written_as_several.sub(lambda found: self._several[found[0]], plain)
        said = WORD.sub(lambda found: self._of(found[0], beside), plain)
        return said if said != as_typed else text

    def _joined(self, found: re.Match[str]) -> str:
        word = "".join(words(found[0]))
        return word if word in self._right else found[0]

    def _of(self, word: str, beside: Collection[str]) -> str:
        bare = word.replace("'", "")
        if bare in beside:
            return word
        meant = word if word in self._long else self._one(bare) or word
        return self._long.get(meant, meant)

    def _respelled(self, word: str) -> str:
        """The word that is meant; empty where it is right as it is, or means nothing that is known."""
        if word in self._short:
            return self._short[word]
        if word in self._right or word in self._no_slips or not word.isalpha():
            return ""
        if word.startswith(self._stems):  # "breathless" is right, and "chestpain" is two
            long = [each for each in _apart(word) if min(map(len, each.split())) >= SHORTEST]
            told = [each for each in long if all(map(self._is_common, each.split()))]
            return told[0] if len(told) == 1 else ""
        if drawn_out := next((each for each in _drawn_in(word) if each in self._right), ""):
            return drawn_out
        if len(word) <= SHORTEST and (beside := self._a_key_beside(word)):
            return beside
        if len(word) < SHORTEST:
            return ""
        for ending, written in self._endings:
            if word.endswith(ending) and (whole := word.removesuffix(ending) + written) in self._right:
                return whole
        near = {other: OSA.distance(word, other, score_cutoff=2) for other in self._near(word)}
        near = {other: slips for other, slips in near.items() if slips <= _forgiven(word, other)}
        best = sorted((slips, -self._right[other], other) for other, slips in near.items())
        sure = len(best) == 1 or (best and (best[0][0] < best[1][0] or best[0][1] <= SURELY * best[1][1]))
        if sure and best[0][0] == 1:
            return best[0][2]
        apart = [each for each in _apart(word) if all(map(self._is_common, each.split()))]
        return apart[0] if len(apart) == 1 else best[0][2] if sure else ""

    def _a_key_beside(self, word: str) -> str:
        """The common word of which one letter was missed by a key, or of which two changed places."""
        missed = {
            f"{word[:n]}{letter}{word[n + 1 :]}" for n in range(len(word)) for letter in self._beside.get(word[n], "")
        }
        swapped = {f"{word[:n]}{word[n + 1]}{word[n]}{word[n + 2 :]}" for n in range(len(word) - 1)}
        likely = (each for each in missed | swapped if self._right[each] >= OFTEN and each not in self._numbers)
        known = sorted(((self._right[each], each) for each in likely), reverse=True)
        sure = len(word) >= SHORTEST_SWAPPED and known and (len(known) == 1 or known[0][0] >= SURELY * known[1][0])
        return known[0][1] if sure else ""

    def _is_common(self, part: str) -> bool:
        return self._right[part] >= OFTEN or part in self._numbers

    def _near(self, word: str) -> Iterator[str]:
        for first in dict.fromkeys(word[:2]):
            for other in self._by_letter.get(first, ()):
                if abs(len(other) - len(word)) <= 2 and (first == word[0] or other[:2] == word[1::-1]):
                    yield other


def _drawn_in(word: str) -> Iterator[str]:
    """A word without the letters that drew it out: "nooo" is "no", "goooood" is "good"."""
    if RUN.search(word) and len({*word}) > 1:
        yield RUN.sub(r"\1\1\2", word)
        yield RUN.sub(r"\1\2", word)


def _neighbours(rows: Sequence[str]) -> dict[str, str]:
    """The letters around each on a keyboard, whose rows are each moved by half a key."""
    found: dict[str, str] = {}
    for n, row in enumerate(rows):
        for at, letter in enumerate(row):
            above = rows[n - 1][at : at + 2] if n else ""
            below = rows[n + 1][max(0, at - 1) : at + 1] if n + 1 < len(rows) else ""
            found[letter] = "".join((row[max(0, at - 1) : at], row[at + 1 : at + 2], above, below))
    return found


def _apart(word: str) -> Iterator[str]:
    """A word as two that were written as one: "toohard"."""
    return (f"{word[:n]} {word[n:]}" for n in range(2, len(word) - 1))


def _forgiven(word: str, other: str) -> int:
    """How many slips a word is forgiven."""
    if len(other) >= LONGER:
        return 2
    if len(other) >= LONG:
        return 1
    swapped = len(word) == len(other) and sorted(word) == sorted(other)
    return int(swapped or re.sub(r"(.)\1", r"\1", word) == re.sub(r"(.)\1", r"\1", other))


def _phrases(part: object) -> Iterator[str]:
    """All that an author wrote down in a part of a vocabulary."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from _phrases(value) if isinstance(value, (tuple, str)) and "." in key else _phrases((key, value))
    elif isinstance(part, tuple):
        for each in part:
            yield from _phrases(each)
    elif is_dataclass(part):
        for each in fields(part):
            if each.name not in ("no_slips", "contractions", "keyboard", "terms"):
                yield from _phrases(getattr(part, each.name))


__all__ = ["Spelling"]
