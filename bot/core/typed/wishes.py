"""Signs of danger and the wish to stop, heard in whatever was typed wherever it was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from bot.core.typed.fold import CLAUSES, Phrases, is_one_of, parts, phrase, phrases, single, without, words
from bot.core.typed.numbers import BEFORE_OTHERS, of_others
from bot.core.typed.vocabulary import Pair, SignWords, StopWords, Vocabulary

SENTENCES = re.compile(r"[.!?\n]+(?=\s|$)")
STOP = "."
BETWEEN, BETWEEN_WHAT_IS_FINE = 6, 3
"""Words that may stand between the two of a pair: a sign is heard from further apart than what makes it harmless."""
BEFORE = 4
"""Words before what is named in which a "no" denies it."""
PARTINGS = frozenset({"/stop", "/unsubscribe", "/delete"})
"""Commands of somebody who wants to be left alone."""
LOOKED_AT = 300
"""Characters: how much is read of each message of somebody who writes faster than they are answered."""
PLAIN = 4
"""Words of a wish to stop that stands whatever is said beside it."""
SHORT, LONGEST = 14, 60
"""Words: in a longer text "no more messages" may be about anything, and a text of more than the second is a story."""


def names_a_sign(text: str, known: SignWords) -> bool:
    """Whether a text names a sign that the safety check looks for, however long it is; one that is denied is none."""
    return names_ending_life(text, known) or _is_named(text, known)


def names_ending_life(text: str, known: SignWords) -> bool:
    """Whether a text speaks of ending one's life, or of harming oneself."""
    return _is_named(text, known.of_ending_life)


def names_a_grave_sign(text: str, known: SignWords) -> bool:
    """Whether a sign that a text names is one for which one calls an ambulance."""
    return _is_named(text, known.of_grave)


def is_of_another(text: str, known: Vocabulary) -> bool:
    """Whether the signs that a text names are those of somebody else, each said in a part of its own."""
    saying = (
        frozenset() if names_ending_life(text, known.signs) else single(known.signs.saying)
    )  # "he says he wants to"
    named = False
    for sentence in SENTENCES.split(text):
        theirs = False  # who is spoken of goes on to be: "my husband can not walk since a fall"
        for said in map(words, parts(sentence, known.connectives)):
            if of_others(said, known.numbers) and not saying & {*said}:
                theirs = True
            theirs = theirs and not _tells_of_oneself(said, known)
            if names_a_sign(" ".join(said), known.signs):
                if not theirs:
                    return False
                named = True
    return named


def _tells_of_oneself(said: Sequence[str], known: Vocabulary) -> bool:
    """Whether a word for oneself stands there; "my" of "my old mother" and "mine" of "a friend of mine" are none."""
    others, of = single(known.numbers.others), single(known.numbers.not_of)
    said = without(said, known.signs.at_a_loss)
    for at, word in enumerate(said):
        named = others & {*said[at + 1 : at + 1 + BEFORE_OTHERS]}
        behind = at > 1 and said[at - 1] in of and said[at - 2] in others
        if word in known.signs.own and not named and not behind:
            return True
    return False


def _is_named(text: str, known: SignWords) -> bool:
    first, comma, rest = text.partition(",")
    if comma and phrases(known.denials).is_whole(words(first)):
        text = rest  # "no, my chest is fine" says that it is
    return _names_a_sign(_spoken(text), known) and _names_a_sign(without_denied(text, known), known)


def _spoken(text: str) -> list[str]:
    """The words of a text, with a full stop where a sentence ends: what belongs together stands in one."""
    return [word for sentence in SENTENCES.split(text) if (said := words(sentence)) for word in (*said, STOP)]


def _names_a_sign(said: Sequence[str], known: SignWords) -> bool:
    paired = [*_paired(said, known.pairs, known)]
    if not paired and not phrases(known.signs).are_in(said):
        return False
    harmless = _harmless(said, known)
    if phrases(known.signs).are_in(_without(said, harmless)):
        return True
    past = phrases(known.passed).are_in(said)  # "no blue toes any more" says that they were
    return any(
        past or not _is_denied(said, start, known)
        for pair, start, middle, end in paired
        # Of a sign that ends like something harmless the beginning counts: "trouble with each breath". One that begins
        # or goes on as something harmless is none ("the blue band on my leg"), unless it is plain.
        if not any(
            (not pair.plain and (at < end < at + n or at <= start < middle <= at + n))
            or (at <= start and end <= at + n)
            for at, n in harmless.items()
        )
    )


class _Halves:
    """The two halves of many pairs, looked for at once."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.all = Phrases(each for pair in pairs for each in (*pair.first, *pair.then))
        self.of: dict[tuple[str, ...], set[tuple[Pair, int]]] = {}
        for pair in pairs:
            for side, half in enumerate((pair.first, pair.then)):
                for each in half:
                    self.of.setdefault(phrase(each), set()).add((pair, side))


@lru_cache(maxsize=16)
def _halves(pairs: tuple[Pair, ...]) -> _Halves:
    return _Halves(pairs)


def _paired(
    said: Sequence[str], pairs: tuple[Pair, ...], known: SignWords, between: int = BETWEEN, *, ordered: bool = False
) -> Iterator[tuple[Pair, int, int, int]]:
    """The pairs in a text: where each begins, its first half ends, and all of it; a "no" between the two parts them."""
    halves = _halves(pairs)
    standing: dict[Pair, tuple[dict[int, int], dict[int, int]]] = {}
    for start, each in halves.all.found(said):
        for pair, side in halves.of[each]:
            standing.setdefault(pair, ({}, {}))[side].setdefault(start, start + len(each))
    parting = {STOP} | single(known.denials)
    for pair, (first, then) in standing.items():
        for one, other in ((first, then), (then, first))[: 1 if ordered else 2]:
            for start, middle in one.items():
                at = next((at for at in range(middle, middle + between + 1) if at in other), None)
                if at is not None and not parting & {*said[middle:at]}:
                    yield pair, start, middle, other[at]


def _is_denied(said: Sequence[str], start: int, known: SignWords) -> bool:
    """Whether a "no" stands right before."""
    return any(phrases(known.denials).is_whole(said[max(0, start - n) : start]) for n in range(1, BEFORE))


def _harmless(said: Sequence[str], known: SignWords) -> dict[int, int]:
    """Where what is harmless begins, and how many words it has; words of `fillers` may stand within."""
    lengths: dict[int, int] = {}
    for start, each in phrases(known.harmless).found(said):
        lengths.setdefault(start, len(each))
    fillers = single(known.fillers)
    left = [n for n, word in enumerate(said) if word not in fillers]
    if len(left) < len(said):
        for start, each in phrases(known.harmless).found([said[n] for n in left]):
            lengths[left[start]] = max(lengths.get(left[start], 0), left[start + len(each) - 1] + 1 - left[start])
    for _, start, _, end in _paired(said, known.fine, known, BETWEEN_WHAT_IS_FINE, ordered=True):
        if not phrases(known.amiss).are_in(said[max(0, start - BEFORE) : end]):
            lengths[start] = max(lengths.get(start, 0), end - start)
    for _, start, _, end in _paired(said, known.set_aside, known, ordered=True):
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


def denies_a_sign(text: str, known: SignWords) -> bool:
    """Whether a text says of a sign that it is not there, in a clause of its own, and names none."""
    told = [words(clause) for clause in CLAUSES.split(text)]
    denied = any("," in undenied(said, known) for said in told if not phrases(known.passed).are_in(said))
    return denied and not names_a_sign(text, known)


def without_denied(text: str, known: SignWords) -> list[str]:
    """The words of a text with a comma in place of each sign that it denies, in the clause of its "no"."""
    left: list[str] = []
    for sentence in SENTENCES.split(text):
        for clause in CLAUSES.split(sentence):
            said = words(clause)
            left += said if phrases(known.passed).are_in(said) else undenied(said, known)
        left.append(STOP)
    return left


def undenied(said: Sequence[str], known: SignWords) -> list[str]:
    """The words of a clause with a comma in place of each sign behind a "no"."""
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


def names_a_pair(text: str, pairs: tuple[Pair, ...], known: SignWords) -> bool:
    """Whether one of these pairs stands in a text, its first half first, and no "no" before it."""
    said = _spoken(text)
    return any(not _is_denied(said, start, known) for _, start, _, _ in _paired(said, pairs, known, ordered=True))


def stands_paired(said: Sequence[str], pair: Pair, against: frozenset[str] = frozenset()) -> bool:
    """Whether both halves of a pair stand close to each other in a text, in their order, and none of these beside."""
    first, then = phrases(pair.first), phrases(pair.then)
    for start, each in first.found(said):
        middle = start + len(each)
        for at in range(middle, min(middle + BETWEEN, len(said) - 1) + 1):
            if (n := then.begins(said[at:])) and not against & {*said[:start], *said[middle:at], *said[at + n :]}:
                return True
    return False


def names_a_condition(text: str, conditions: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether a text names one of these, which are asked about, undenied, and no sign of danger beside it.

    What is a sign elsewhere ("I am pregnant") is an answer there, unless it is said to be so now.
    """
    named = False
    rest: list[str] = []
    for clause in CLAUSES.split(text):
        said = words(clause)
        harmless = list(phrases(known.signs.harmless).found(said))
        for start, each in list(phrases(conditions).found(said)):
            within = (more for at, more in harmless if at <= start and start + len(each) <= at + len(more))
            if any(len(more) > len(each) for more in within):
                continue
            before = said[max(0, start - BEFORE) : start]
            named = named or not phrases(known.signs.denials).are_in(before)
            said[start : start + len(each)] = [","] * len(each)
        rest += said
    if not named or of_others(words(text), known.numbers) or _names_a_sign(rest, known.signs):
        return False
    acute = phrases(known.now).are_in(without(words(text), known.over))
    return not (acute and _names_a_sign(words(text), known.signs))


def are_listed(text: str, listed: tuple[str, ...], known: SignWords) -> bool:
    """Whether a text names no other signs than these."""
    said = _spoken(text)
    for start, each in list(phrases(listed).found(said)):
        said[start : start + len(each)] = [","] * len(each)
    return not _names_a_sign(said, known)


def wants_to_stop(text: str, known: Vocabulary) -> bool:
    """Whether somebody wants no more messages, in one of the sentences or clauses of a long text too."""
    once = " ".join(word for word, _ in groupby(words(text)))  # "stop stop stop"
    if any(is_one_of(each, known.stop.alone, known.polite) for each in (text, once)):
        return True
    if phrases(known.stop.asked).are_in(words(text)):  # "should I stop? I would rather stop" is about what they do
        told = [each for each in SENTENCES.split(text) if words(each)]
        meant = (*known.stop.asked, *known.stop.answered)
        left = [each for each in told if not is_one_of(each, meant, known.polite)]
        if len(left) < len(told):
            return any(wants_to_stop(each, known) for each in left)
    return any(_wishes_to_stop(each, known) for each in _short_enough(text, known))


def _short_enough(text: str, known: Vocabulary) -> Iterator[str]:
    """A text of few words, else its sentences that are, else the clauses of a sentence."""
    told = [each for each in SENTENCES.split(text) if each]
    if len(without(words(text), known.polite)) <= SHORT:
        yield text
    elif len(told) > 1 and len(words(text)) <= LONGEST:
        for each in told:
            yield from _short_enough(each, known)
    elif len(words(text)) <= LONGEST:
        yield from (each for each in CLAUSES.split(text) if 1 < len(words(each)) <= SHORT)


def _wishes_to_stop(text: str, known: Vocabulary) -> bool:
    stop: StopWords = known.stop
    said = without(words(text), known.polite)
    clauses = [clause for clause in CLAUSES.split(text) if words(clause)]
    wished = [clause for clause in clauses if is_one_of(clause, stop.clauses, known.polite)]
    if any(len(without(words(clause), known.polite)) >= PLAIN for clause in wished):
        return True
    if phrases(stop.never).are_in(said):
        told = [each for each in SENTENCES.split(text) if words(each)]
        return len(told) > 1 and any(_wishes_to_stop(each, known) for each in told)
    if wished:
        return True
    said_beside = [clause for clause in clauses if not is_one_of(clause, known.kindness)]
    wished = [len(words(each)) > 1 for each in said_beside if is_one_of(each, stop.alone)]
    if len(wished) == len(said_beside) and any(wished):
        return True  # "done with this bot, bye"; "thanks, bye" is a goodbye
    if _ends_messages(said, stop) or phrases(stop.within).are_in(said) or _says_only_so(said, stop):
        return True
    if any(start + len(each) == len(said) for start, each in phrases(stop.ends).found(said)):
        return True
    return any(stands_paired(said, pair) for pair in stop.pairs)


def is_always_heard(text: str, known: Vocabulary) -> bool:
    """Whether a text is heard however fast somebody writes: a parting, a sign of danger, a wish to stop."""
    beginning = text[:LOOKED_AT]
    first, *_ = beginning.split(maxsplit=1) or [""]
    if first.partition("@")[0].lower() in PARTINGS:
        return True
    return names_a_sign(beginning, known.signs) or wants_to_stop(beginning, known)


def _says_only_so(said: Sequence[str], stop: StopWords) -> bool:
    """Whether a text without commas holds a wish to stop, and nothing beside that means something else."""
    return len(said) > 1 and phrases(stop.longer).are_in(said) and not without(said, stop.every)


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
