"""Signs of danger and the wish to stop, heard in whatever was typed wherever it was typed."""

from __future__ import annotations

import re

from bot.core.typed.fold import holds, is_one_of, phrase, without, words
from bot.core.typed.vocabulary import SignWords, StopWords, Vocabulary

CLAUSES = re.compile(r"[,.;:!?\n]+")
SHORT = 14
"""Words: in a longer text "no more messages" may be about anything."""


def names_a_sign(text: str, known: SignWords) -> bool:
    """Whether a text names a sign that the safety check looks for, however long it is."""
    left = words(text)
    for harmless in known.harmless:
        wanted = phrase(harmless)
        while (start := holds(left, wanted, forgiving=False)) is not None:
            left[start : start + len(wanted)] = [","]  # what stood before and after does not become one phrase
    return any(holds(left, phrase(sign)) is not None for sign in known.signs)


def wants_to_stop(text: str, known: Vocabulary) -> bool:
    """Whether somebody wants no more messages."""
    stop: StopWords = known.stop
    if is_one_of(text, stop.alone, known.polite):
        return True
    said = without(words(text), known.polite)
    if len(said) > SHORT or any(holds(said, phrase(each)) is not None for each in stop.never):
        return False
    if any(is_one_of(clause, stop.clauses, known.polite) for clause in CLAUSES.split(text)):
        return True
    return any(holds(said, phrase(each)) is not None for each in stop.within)
