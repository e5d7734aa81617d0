"""Signs of danger and the wish to stop, heard in whatever was typed wherever it was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.core.typed.fold import is_one_of, phrases, without, words
from bot.core.typed.vocabulary import Pair, SignWords, StopWords, Vocabulary

CLAUSES = re.compile(r"[,.;:!?\n]+")
BEFORE = 4
"""Words before what is named in which a "no" denies it."""
SHORT = 14
"""Words: in a longer text "no more messages" may be about anything."""


def names_a_sign(text: str, known: SignWords) -> bool:
    """Whether a text names a sign that the safety check looks for, however long it is; one that is denied is none."""
    return names_ending_life(text, known) or _is_named(text, known)


def names_ending_life(text: str, known: SignWords) -> bool:
    """Whether a text speaks of ending one's life, or of harming oneself."""
    return _is_named(text, known.of_ending_life)


def _is_named(text: str, known: SignWords) -> bool:
    return _names_a_sign(words(text), known) and _names_a_sign(_without_denied(text, known), known)


def _names_a_sign(said: Sequence[str], known: SignWords) -> bool:
    harmless = _harmless(said, known)
    if phrases(known.signs).are_in(_without(said, harmless), forgiving=True):
        return True
    past = phrases(known.passed).are_in(said)  # "no blue toes any more" says that they were
    return any(
        past or not _is_denied(said, start, known)
        for pair in known.pairs
        for start, end in _paired(said, (pair,), known)
        # Of a sign that ends like something harmless the beginning counts: "trouble with each breath". One that goes
        # on as something harmless is none ("do not hold me back"), unless it is plain.
        if not any(
            (not pair.plain and at < end < at + n) or (at <= start and end <= at + n) for at, n in harmless.items()
        )
    )


def _paired(said: Sequence[str], pairs: Sequence[Pair], known: SignWords) -> Iterator[tuple[int, int]]:
    """Where each of the pairs begins and ends in a text, the words between them included."""
    for pair in pairs:
        then, linking = phrases(pair.then), phrases((*known.linking, *pair.also))
        for start, each in phrases(pair.first).found(said):
            at = start + len(each)
            while at < len(said):
                if n := then.begins(said[at:]):
                    yield start, at + n
                    break
                if not (n := linking.begins(said[at:])):
                    break
                at += n


def _is_denied(said: Sequence[str], start: int, known: SignWords) -> bool:
    """Whether a "no" stands right before."""
    return any(phrases(known.denials).is_whole(said[max(0, start - n) : start]) for n in range(1, BEFORE))


def _harmless(said: Sequence[str], known: SignWords) -> dict[int, int]:
    """Where what is harmless begins, and how many words it has."""
    lengths: dict[int, int] = {}
    for start, each in phrases(known.harmless).found(said):
        lengths.setdefault(start, len(each))
    for start, end in _paired(said, known.fine, known):
        if not phrases(known.amiss).are_in(said[max(0, start - BEFORE) : end]):
            lengths[start] = max(lengths.get(start, 0), end - start)
    return lengths


def _without(said: Sequence[str], harmless: Mapping[int, int]) -> list[str]:
    """With a comma in place of what is harmless: what stood before and after does not become one phrase."""
    left: list[str] = []
    at = 0
    while at < len(said):
        n = harmless.get(at, 0)
        left.append("," if n else said[at])
        at += n or 1
    return left


def _without_denied(text: str, known: SignWords) -> list[str]:
    """The words of a text without the signs that it denies, each in the clause of its "no"."""
    left: list[str] = []
    for clause in CLAUSES.split(text):
        said = words(clause)
        left += said if phrases(known.passed).are_in(said) else _undenied(said, known)
    return left


def _undenied(said: Sequence[str], known: SignWords) -> list[str]:
    denials, deniable, between = phrases(known.denials), phrases(known.deniable), phrases(known.between)
    left: list[str] = []
    denied = False
    at = 0
    while at < len(said):
        if n := denials.begins(said[at:]):
            denied = True
        elif denied and (n := deniable.begins(said[at:])):
            left.append(",")
            at += n
            continue
        elif not (denied and (n := between.begins(said[at:]))):
            denied, n = False, 1
        left += said[at : at + n]
        at += n
    return left


def names_a_condition(text: str, conditions: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether a text names one of these, which are asked about, undenied, and no sign of danger beside it.

    What is a sign elsewhere ("I am pregnant") is an answer there, unless it is said to be so now.
    """
    named = False
    rest: list[str] = []
    for clause in CLAUSES.split(text):
        said = words(clause)
        harmless = list(phrases(known.signs.harmless).found(said))
        for start, each in list(phrases(conditions).found(said, forgiving=True)):
            within = (more for at, more in harmless if at <= start and start + len(each) <= at + len(more))
            if any(len(more) > len(each) for more in within):
                continue
            before = said[max(0, start - BEFORE) : start]
            named = named or not phrases(known.signs.denials).are_in(before)
            said[start : start + len(each)] = [","] * len(each)
        rest += said
    if not named or phrases(known.numbers.others).are_in(words(text)) or _names_a_sign(rest, known.signs):
        return False
    acute = phrases(known.now).are_in(without(words(text), known.over))
    return not (acute and _names_a_sign(words(text), known.signs))


def wants_to_stop(text: str, known: Vocabulary) -> bool:
    """Whether somebody wants no more messages."""
    stop: StopWords = known.stop
    if is_one_of(text, stop.alone, known.polite):
        return True
    said = without(words(text), known.polite)
    if len(said) > SHORT or phrases(stop.never).are_in(said):
        return False
    clauses = [clause for clause in CLAUSES.split(text) if words(clause)]
    if any(is_one_of(clause, stop.clauses, known.polite) for clause in clauses):
        return True
    kind = {*known.polite, *(each for many in known.small_talk.values() for each in many)}
    said_beside = [clause for clause in clauses if not is_one_of(clause, kind)]
    wished = [len(words(each)) > 1 for each in said_beside if is_one_of(each, stop.alone)]
    if len(wished) == len(said_beside) and any(wished):
        return True  # "done with this bot, bye"; "thanks, bye" is a goodbye
    return _ends_messages(said, stop) or phrases(stop.within).are_in(said) or _says_only_so(said, stop)


def _says_only_so(said: Sequence[str], stop: StopWords) -> bool:
    """Whether a text without commas holds a wish to stop, and nothing beside that means something else."""
    beside = (*stop.alone, *stop.clauses, *stop.ending, *stop.messages, *stop.between)
    return len(said) > 1 and phrases(stop.clauses).are_in(said) and not without(said, beside)


def _ends_messages(said: Sequence[str], stop: StopWords) -> bool:
    """Whether a word for ending stands before one for messages: "stop sending me all these texts"."""
    messages, between = phrases(stop.messages), phrases(stop.between)
    for start, each in phrases(stop.ending).found(said):
        at = start + len(each)
        while at < len(said):
            if messages.begins(said[at:]):
                return True
            if not (n := between.begins(said[at:])):
                break
            at += n
    return False
