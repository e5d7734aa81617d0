"""Which command typed words stand for, where they are no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.screens.typed_buttons import (
    LONGEST_TOLD,
    MOST_FOR_A_COMMAND,
)
from bot.core.typed import wishes
from bot.core.typed.fold import (
    CLAUSES,
    folded,
    phrases,
    single,
    without,
    words,
)
from bot.core.typed.remarks import (
    by_phrase,
    command_phrases,
)
from bot.core.typed.vocabulary import Vocabulary

FEW = 3
"""Words of a text of which one may stand for a command before longer phrases are looked for."""


def command(text: str, vocabulary: Vocabulary, *, idle: bool = True) -> str | None:
    """The command that a text stands for, with politeness or without; `idle` where no question is open."""
    said, beside = words(text), vocabulary.aside
    if not said:
        signs = by_phrase(vocabulary.commands)
        return next((name for each, name in signs.items() if {*folded(text)} == {*each}), None)
    asks = text.rstrip().endswith("?") or bool(phrases(vocabulary.asking).begins(said))
    last: str | None = None
    for known in ("commands", "commands_idle") if idle else ("commands",):
        exact, bare = command_phrases(vocabulary, known)
        # Of a question no single word is left: "may I start?" is no wish to.
        left = without(said, beside) if len(said) == 1 or not asks else []
        # Where a question is open, one word of many is about that: "moves like it should".
        left = left if idle or len(said) == 1 or len(left) > 1 else []
        if len(left) == 1 and len(said) > FEW:
            last, left = last or exact.get(tuple(left)), []  # of many words one says the least
        for given in map(tuple, (said, without(said, vocabulary.polite), left)):
            if given and (given in exact or given in bare):
                return exact.get(given) or bare[given]
    if len(said) > LONGEST_TOLD:
        return None
    if len(said) > MOST_FOR_A_COMMAND:
        told = [each for each in CLAUSES.split(text) if len(words(each)) <= MOST_FOR_A_COMMAND]
        named = {name for each in told if (name := _paired(each, vocabulary)) is not None}
        return named.pop() if len(named) == 1 else None
    if (name := _paired(text, vocabulary)) is not None:
        return name
    if (name := _within(said, vocabulary)) is not None:
        return name
    clauses = [words(each) for each in CLAUSES.split(text)]
    found = {name for each in clauses if (name := _within(each, vocabulary)) is not None} if len(clauses) > 1 else ()
    return next(iter(found)) if len(found) == 1 else last


def _paired(text: str, vocabulary: Vocabulary) -> str | None:
    """The one command that two words apart stand for."""
    known = vocabulary.commands_paired.items()
    found = {name for name, pairs in known if wishes.names_a_pair(text, pairs, vocabulary.signs)}
    return found.pop() if len(found) == 1 else None


def _within(said: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """The command that stands in a text or a part of it, where nothing beside it says the opposite."""
    exact, bare = command_phrases(vocabulary, "commands_within")
    return _standing_in(said, exact, vocabulary) or _standing_in(without(said, vocabulary.aside), bare, vocabulary)


def _standing_in(said: Sequence[str], known: Mapping[tuple[str, ...], str], vocabulary: Vocabulary) -> str | None:
    """The command of the longest phrase that stands in a text; None where several do, or another word denies it."""
    against = single(vocabulary.negations)
    for length in range(min(len(said), max(map(len, known), default=0)), 0, -1):
        spans = [
            (tuple(said[start : start + length]), {*said[:start], *said[start + length :]})
            for start in range(len(said) - length + 1)
        ]
        if standing := [(known[each], beside) for each, beside in spans if each in known]:
            found = {name for name, beside in standing if not against & beside}
            return found.pop() if len(found) == 1 and len({name for name, _ in standing}) == 1 else None
    return None
