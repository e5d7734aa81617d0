"""Where typed words name a place: which of them do, and whether they are one where none is asked for."""

from __future__ import annotations

import re

from bot.core.model.callback_data import Ask
from bot.core.model.context import Context
from bot.core.screens import onboarding, profile
from bot.core.typed.fold import CLAUSES, all_words, phrases, single, words
from bot.core.typed.remarks import says_a_count, small_talk
from bot.core.typed.stance import begins
from bot.core.typed.vocabulary import Vocabulary

FEW = 3
"""Words of a text that may be a place as a whole."""


def before_a_but(text: str, vocabulary: Vocabulary) -> str:
    """What stands before a clause that begins with a "but": "Porto, but in May we move to Luxembourg"."""
    first, *rest = CLAUSES.split(text)
    told = first.split()
    turned = next((n for n, word in enumerate(told) if n and begins(words(word), vocabulary.but)), 0)
    if 0 < turned < FEW and len(told) > turned + 1:  # "London but moving to Sydney"
        first, rest = " ".join(told[:turned]), [" ".join(told[turned:])]
    behind = words(rest[0]) if rest else []
    here = words(first) and begins(behind, vocabulary.but) and not phrases(vocabulary.now).are_in(behind)
    return first if here else text


def place_in(text: str, vocabulary: Vocabulary) -> str:
    """What stands behind the last "in" of a sentence, up to what tells more: "now in Warsaw since the war"."""
    told = text.split()
    plain = ["".join(words(each)) for each in told]
    while len(told) > 1 and plain[-1] in single(vocabulary.polite):  # "nyc mate"
        told, plain = told[:-1], plain[:-1]
    years = {n for n, word in enumerate(plain[1:]) if word.isdecimal()}  # "in 1988" is no place
    starts = [n for n, word in enumerate(plain[:-1]) if word in vocabulary.place_behind and n not in years]
    if len(told) <= FEW or not starts:
        return " ".join(told)
    within = {n for n in starts if n - 2 in starts and told[n - 1][0].isupper()}  # "to Perth in Australia"
    start = [n for n in starts if n not in within][-1] + 1
    ends = (n for n in range(start + 1, len(told)) if plain[n] in vocabulary.place_before or n in years)
    end = next(ends, len(told))
    return " ".join(told[start:end])


def behind_a_no(text: str, vocabulary: Vocabulary) -> str:
    """The place behind a "no" or a "not there" that takes another one back; empty where none may stand."""
    first, _, rest = re.sub(r"[.,;:!\n] ?", "\0", text, count=1).partition("\0")
    said = words(first)
    refused = begins(said, vocabulary.refuse) or begins(said, vocabulary.negations)
    noes = single(vocabulary.refuse)
    told = text.split()
    while len(told) > 1 and {*words(told[0])} <= noes:
        told = told[1:]
    place = rest.strip() or " ".join(told if len(told) < len(text.split()) else told[1:])
    return place if refused and words(place) and not says_a_count(words(place), vocabulary) else ""


def after_taking_back(text: str, vocabulary: Vocabulary) -> str:
    """What stands behind the last words that take a place back, and begin a part: "Ghent, no sorry, Antwerp"."""
    told = [each for each in re.split(r"(?<=[,.;!?\n])\s*", text) if words(each)]
    back = phrases((*vocabulary.numbers.corrections, *vocabulary.refuse))
    for n in range(len(told) - 1, 0, -1):
        if taken := back.begins(words(told[n])):
            left = told[n].split()[taken:]
            rest = " ".join((*left, *told[n + 1 :])).rpartition(":")[2].strip()
            return rest if words(rest) else text
    return text


def told_unasked(context: Context, vocabulary: Vocabulary) -> str:
    """What may be a place in a text that answers nothing; empty where it is none, or is not to be told now.

    Where it is asked for next, any text may be one. Somebody who has one says it in few words, with its capital or a
    word before it. A single letter is none: it would be read as the code of a country.
    """
    if sum(map(str.isalpha, context.text)) < len("Ås") or context.subscriber is None:
        return ""
    if is_asked_next(context):
        return place_in(context.text, vocabulary)
    told = context.text.split()
    if not context.subscriber.zone or len(told) > FEW + 1:
        return ""
    name = place_in(context.text, vocabulary)
    behind = [word for word in words(context.text) if word in vocabulary.place_behind]
    named = name[:1].isupper() and not {*words(name)} & {*vocabulary.around}
    return name if named and (behind or len(told) < FEW) else ""


def is_asked_next(context: Context) -> bool:
    """Whether somebody who has no zone yet is asked for a place before anything else."""
    return not context.known.zone and onboarding.go_on(context).messages[-1].again == Ask("zone")


def is_town_first(context: Context, vocabulary: Vocabulary, command: str | None, *, large: bool, known: bool) -> bool:
    """Whether a text that is a command or small talk is a place before that, where one is asked for.

    It is where it names a `large` town ("Nice"), or a `known` place and the command by a slip alone.
    """
    if context.subscriber is None or not profile.is_place_asked(context.subscriber):
        return False
    return large or (known and command is None and small_talk(context.text, vocabulary) is None)


def speaks_of_sharing(text: str, label: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is the button that shares a location, which some phones send as one, or says that it fails."""
    unable = (each for each in vocabulary.unable if " " not in each)
    beside = all_words((*vocabulary.aside, *vocabulary.negations, *unable))
    left = {*words(text)} - beside
    return bool(left) and left <= {*words(label), *vocabulary.sharing}
