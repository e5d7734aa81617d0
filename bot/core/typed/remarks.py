"""What typed words say of themselves: small talk, a question, a correction, a number, a phrase of a command."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import lru_cache

from bot.core.typed.fold import (
    ADDRESS,
    MOST_PARTS,
    parts,
    phrase,
    phrases,
    single,
    stripped,
    without,
    words,
)
from bot.core.typed.numbers import of_others
from bot.core.typed.stance import begins
from bot.core.typed.vocabulary import Commands, Vocabulary

GREETING, FINE, GLAD, SMILE, LAUGH, SAD, COMPLAINT = "hello", "fine", "glad", "smile", "laugh", "sad", "complaint"
UNEASY, HALT, NO_MORE, EMERGENCY = "uneasy", "halt", "no-more", "emergency"
"""Faces and signs: of somebody who is not at ease, may want a stop, wants one, or needs help now."""
THANKS, STAYS, WAIT = "thanks", "stays", "wait"
"""Kinds of small talk: whoever is greeted by a stranger begins, a face has no words, and to some nobody smiles."""


def by_phrase(known: Commands) -> dict[str, str]:
    """The command of each phrase; where two bear the same, the first."""
    return {each: name for name, many in reversed(known.items()) for each in many}


@lru_cache(maxsize=32)
def command_phrases(
    vocabulary: Vocabulary, known: str
) -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], str]]:
    """The command of each phrase as it was written, and without the words that change nothing."""
    phrased = by_phrase(getattr(vocabulary, known))
    beside = vocabulary.aside
    exact = {phrase(each): name for each, name in phrased.items()}
    # What is left of one word is said for other reasons too: "back" of "I am back". And who asks whom matters: "how do
    # you know" asks for proof, "how do I know" does not.
    bare = {
        found: name
        for each, name in phrased.items()
        if len(found := stripped(each, beside)) > 1 and found[0] not in single(vocabulary.asking)
    }
    return exact, bare


def small_talk(text: str, vocabulary: Vocabulary) -> str | None:
    """The kind of a text that only thanks, greets or smiles; None for one that says more, or nothing but politeness."""
    said = words(text)
    text = ADDRESS.sub(" ", text)  # a link holds ":/"
    drawn = next((kind for kind, many in vocabulary.faces.items() if any(each in text for each in many)), None)
    if not said:
        pictured = drawn or (SMILE if any(unicodedata.category(each)[0] == "S" for each in text) else None)
        return (pictured or (None if "?" in text else WAIT)) if text.strip() else None
    drawn = drawn if drawn in (SAD, UNEASY) else None
    if without(said, vocabulary.kindness):
        return None
    found = [
        (start, -len(each), kind)
        for kind, many in vocabulary.small_talk.items()
        for start, each in phrases(many).found(said)
    ]
    kind = min(found)[2] if found else None
    kind = (
        THANKS if kind in (FINE, GREETING) and any(each == THANKS for *_, each in found) else kind
    )  # "so is that bad" wants more than a smile
    low = drawn or next((each for *_, each in found if each in (SAD, UNEASY)), None)
    return low if low and kind in (GLAD, FINE) else kind


def behind_a_correction(text: str, vocabulary: Vocabulary) -> str:
    """What stands behind the last "I mean" or "sorry, no"; empty where nothing was corrected."""
    said = words(text)
    behind = [
        start + len(each)
        for start, each in phrases((*vocabulary.numbers.corrections, *vocabulary.turns)).found(said)
        # "I had no time" corrects nothing
        if start + len(each) < len(said) and not (len(each) == 1 and begins(each, vocabulary.refuse))
    ]
    return " ".join(said[max(behind) :]) if behind else ""


def says_a_count(said: Collection[str], vocabulary: Vocabulary) -> bool:
    """Whether a number stands there, other than "one", which stands for anything."""
    known = {**vocabulary.numbers.words, **vocabulary.numbers.counts}
    return any(word.isdecimal() or known.get(word, 1) != 1 for word in said)


def of_oneself(text: str, vocabulary: Vocabulary) -> str:
    """The text without those of its parts that speak of somebody else, and say no number."""
    told = parts(text, vocabulary.connectives)
    own = [each for each in told if not of_others(words(each), vocabulary.numbers) or says_a_number(each, vocabulary)]
    return ", ".join(own) if len(own) < len(told) <= MOST_PARTS else text


def says_a_number(text: str, vocabulary: Vocabulary) -> bool:
    numerals = (vocabulary.numbers.words, vocabulary.numbers.counts, vocabulary.clock.named)
    return any(map(str.isdigit, text)) or any(word in known for word in words(text) for known in numerals)


def asks_something(text: str, known: Vocabulary) -> bool:
    """Whether a text asks something of more than a word or two: "is 10 the hardest?"; "maybe 5?" gives an answer."""
    said = words(text)
    return text.rstrip().endswith("?") and begins(said, (*known.asking, *known.inverted)) and len(said) > 1
