"""Text as it is compared: without case, accents, pictures, invisible characters and quoted lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

LONGEST = 4096
"""Characters that are looked through: all that Telegram lets anybody write in one message."""
ADDRESS = re.compile(r"(?<![^\W_])[A-Za-z]{2,10}://\S+")
"""A link: its words and digits are nobody's."""
HALF = re.compile(r"(\d)\s*½")
WORD = re.compile(r"[^\W_](?:[^\W_]|'(?=[^\W_]))*")
LONGEST_TRIMMED = 12
"""Words of a text that is tried with less and less politeness at its ends: "now" is some, and "not now" is none."""

LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_ALIKE = dict(
    zip(
        map(ord, "аеорсухіјѕԁһкмтвнАВЕКМНОРСТУХІЈЅαορνικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"),
        "aeopcyxijsdhkmtbhABEKMHOPCTYXIJSaopviktABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Letters of other alphabets that look like Latin ones: among those they are meant as them."""
_APOSTROPHES = {ord(mark): "'" for mark in "’‘ʼ´`＇"}
_DASHES = {ord(mark): "-" for mark in "‐‑‒–—−"}
_PLAIN = dict.fromkeys((*range(9), *range(10, 32), 127)) | {ord("^"): " "}
"""What `_letter` makes of letters that every keyboard has."""
_PICTURED = {ord("🔟"): "10", ord("😂"): " lol ", ord("🤣"): " lol "}
_DRAWN = _APOSTROPHES | _DASHES | _PICTURED


@lru_cache(maxsize=128)  # one text and its parts are looked at for a hundred phrases, one after the other
def folded(text: str) -> str:
    """The text with one form for each letter: compatibility forms, case and accents gone, single spaces a line.

    Signs without letters stay, so that "7/10" and "-1" can be read; pictures and what nobody sees do not.
    """
    lines = []
    for line in HALF.sub(r"\1.5", ADDRESS.sub(" ", text[:LONGEST])).splitlines():
        drawn = line.translate(_DRAWN)
        if not drawn.isascii() and LATIN.search(drawn):
            drawn = re.sub(
                r"\w+", lambda found: found[0].translate(_ALIKE) if LATIN.search(found[0]) else found[0], drawn
            )
        if drawn.isascii():
            tidy = " ".join(drawn.translate(_PLAIN).lower().split())
        else:
            plain = "".join(map(_letter, unicodedata.normalize("NFKD", drawn)))
            tidy = " ".join(unicodedata.normalize("NFC", plain.casefold()).split())
        if tidy and not tidy.startswith(">"):
            lines.append(tidy)
    return "\n".join(lines)


def _letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf", "Cc", "Co", "Cs") and letter != "\t":
        return ""
    return " " if category in ("So", "Sk") or category.startswith("Z") else letter


def words(text: str) -> list[str]:
    """The words and numerals of a text, folded, in order; without apostrophes, which people leave out."""
    return [*_words(text)]


@lru_cache(maxsize=512)  # for the same reason as `folded`; the labels of a screen are among them
def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("'", "") for word in WORD.findall(folded(text)))


def holds(text: Sequence[str], phrase: Sequence[str]) -> int | None:
    """Where those words stand one after the other in a text, or None. A word that ends in * stands for its stem."""
    others: set[str] = set()  # words that the phrase does not begin with: a long text says them more than once
    for start in range(len(text) - len(phrase) + 1):
        if phrase and text[start] in others:
            continue
        if phrase and not alike(text[start], phrase[0]):
            others.add(text[start])
        elif all(alike(text[start + n], word) for n, word in enumerate(phrase)):
            return start
    return None


@lru_cache(maxsize=8192)
def phrase(written: str) -> tuple[str, ...]:
    """A phrase as an author writes it, in the words that `holds` looks for."""
    return tuple(word + "*" * piece.endswith("*") for piece in written.split() for word in words(piece))


def alike(word: str, wanted: str) -> bool:
    """Whether a typed word is the one that is wanted."""
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def stripped(written: str, phrases: tuple[str, ...]) -> tuple[str, ...]:
    """A phrase without these others, and itself where nothing would be left."""
    return _stripped(written, phrases)


@lru_cache(maxsize=8192)
def _stripped(written: str, phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(without(phrase(written), phrases)) or phrase(written)


def without(text: Sequence[str], phrases: Iterable[str]) -> list[str]:
    """The words of a text without these phrases, wherever they stand; the longest first."""
    left = list(text)
    known = _longest_first(tuple(phrases))
    for _, wanted in sorted({each for word in {*left} for each in known.get(word, ())}):
        at = 0
        while len(wanted) <= len(left):
            try:
                at = left.index(wanted[0], at)
            except ValueError:
                break
            if len(wanted) == 1 or tuple(left[at : at + len(wanted)]) == wanted:
                del left[at : at + len(wanted)]
                at = max(0, at - len(wanted))
            else:
                at += 1
    return left


@lru_cache(maxsize=256)
def _longest_first(phrases: tuple[str, ...]) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """The phrases by their first words, each behind its turn: the longest first."""
    known: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for turn, each in enumerate(sorted(filter(None, map(phrase, phrases)), key=len, reverse=True)):
        known.setdefault(each[0], []).append((turn, each))
    return known


class Phrases:
    """Many phrases at once, found by their first words: a text is looked at for hundreds of them."""

    def __init__(self, written: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for each in map(phrase, written):
            if each:
                self._by_first.setdefault(each[0], []).append(each)
        for many in self._by_first.values():
            many.sort(key=len, reverse=True)
        self._whole = frozenset(each for many in self._by_first.values() for each in many)
        self._sorted = frozenset(tuple(sorted(each)) for each in self._whole)
        self._stems = [first for first in self._by_first if first.endswith("*")]
        self._begun = lru_cache(maxsize=4096)(self._beginning)

    def found(self, text: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each phrase that stands in a text and where, from the left, at each place the longest first."""
        for start, word in enumerate(text):
            for each in self._begun(word):
                n = len(each)
                if n == 1 or (n <= len(text) - start and all(map(alike, text[start + 1 : start + n], each[1:]))):
                    yield start, each

    def are_in(self, text: Sequence[str]) -> bool:
        """Whether one of them stands in a text."""
        return next(self.found(text), None) is not None

    def is_whole(self, text: Sequence[str], *, in_any_order: bool = False) -> bool:
        """Whether a text is one of them."""
        return tuple(text) in self._whole or (in_any_order and tuple(sorted(text)) in self._sorted)

    def begins(self, text: Sequence[str]) -> int:
        """How many words of one of them a text begins with, the longest; 0 for none."""
        for each in self._begun(text[0]) if text else ():
            if all(alike(*pair) for pair in zip(text, each, strict=False)) and len(each) <= len(text):
                return len(each)
        return 0

    def _beginning(self, word: str) -> tuple[tuple[str, ...], ...]:
        firsts = [word] if word in self._by_first else []
        firsts += [stem for stem in self._stems if alike(word, stem)]
        return tuple(sorted((each for first in firsts for each in self._by_first[first]), key=len, reverse=True))


@lru_cache(maxsize=512)
def phrases(written: tuple[str, ...]) -> Phrases:
    """Those that an author wrote, ready to be looked for."""
    return Phrases(written)


def is_one_of(text: str, wanted: Iterable[str], polite: Iterable[str] = (), *, in_any_order: bool = False) -> bool:
    """Whether a text, or its first line, is one of these phrases, with politeness or without."""
    known = phrases(tuple(wanted))
    return any(known.is_whole(said, in_any_order=in_any_order) for said in _whole(text, tuple(polite)))


@lru_cache(maxsize=64)  # for the same reason as `folded`
def _whole(text: str, polite: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """All the words of a text and of its first line, with politeness, without, and with less of it at either end."""
    first = folded(text).partition("\n")[0]
    found = (form for given in dict.fromkeys((text, first)) for form in _forms(words(given), polite))
    return tuple(dict.fromkeys(tuple(form) for form in found if form))


def _forms(said: list[str], polite: tuple[str, ...]) -> Iterator[list[str]]:
    yield said
    if len(said) <= LONGEST_TRIMMED:
        begins = [n for n in range(len(said)) if not without(said[:n], polite)]
        ends = [n for n in range(len(said), 0, -1) if not without(said[n:], polite)]
        yield from (said[begin:end] for begin in begins for end in ends if begin < end)
    yield without(said, polite)


CLAUSES = re.compile(r"[,.;:!?\n]+")
LONGEST_IN_PARTS = 400
"""Characters of a text that is looked at part by part."""
MOST_PARTS = 8
"""Parts of a text that are looked at one by one: one of more tells a story."""


def parts(text: str, connectives: tuple[str, ...]) -> list[str]:
    """What a text says one after the other: cut at its marks, and before words that begin a reason or a condition."""
    if len(text) > LONGEST_IN_PARTS:
        return [text]
    found = []
    for clause in re.split(r"[,;:!?\n]+(?!\d)|\.(?=\s|$)", folded(text)):
        said = clause.split()
        plain = [("".join(words(each)) or each) for each in said]
        begins = sorted({0, *(start for start, _ in phrases(connectives).found(plain))})
        found += [" ".join(said[at:end]) for at, end in zip(begins, [*begins[1:], len(said)], strict=True) if at < end]
    return found


@lru_cache(maxsize=64)
def single(written: tuple[str, ...]) -> frozenset[str]:
    """Those of a single word."""
    return frozenset(each[0] for each in map(phrase, written) if len(each) == 1)


@lru_cache(maxsize=64)
def all_words(written: tuple[str, ...]) -> frozenset[str]:
    """The words of all of them."""
    return frozenset(word for each in written for word in phrase(each))
