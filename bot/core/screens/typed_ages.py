"""Which age typed words say, where somebody is asked for it: of age or not, and which band."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.model.callback_data import (
    Action,
    only_one,
)
from bot.core.model.context import Context
from bot.core.model.series import AgeBand
from bot.core.model.subscriber import Shown
from bot.core.typed.fold import (
    folded,
    parts,
    phrases,
    single,
    words,
)
from bot.core.typed.numbers import STRAY, One, Several, bounded, numbers, of_others
from bot.core.typed.remarks import of_oneself, says_a_number
from bot.core.typed.stance import begins
from bot.core.typed.vocabulary import Vocabulary

OLDEST = 120
CHILD = 10
"""Beside an age a number below this counts something else; between the two an age of a child may be meant."""
NEARLY = 3
"""Years by which an age that is nearly reached may be missed at most."""
YEAR, IN_SHORT = 4, 2
"""Digits of a year of birth."""


def button_of_age(context: Context, shown: Shown, text: str, vocabulary: Vocabulary) -> Action | None:
    """Where it is asked whether somebody is of age: the button of the age in years that was typed."""
    paths = {path: data for path, _, data in shown.buttons}
    if "labels.adult" not in paths:
        return None
    of_age = is_from(context, text, context.series.choices.ages[0].start, vocabulary)
    return None if of_age is None else only_one([paths["labels.adult" if of_age else "labels.minor"]])


def is_from(context: Context, text: str, least: int, vocabulary: Vocabulary) -> bool | None:
    """Whether the age that a text names is that one, or more; None where it names none, or leaves it open."""
    if (own := _own_age(text, vocabulary)) is not None:
        return own >= least
    text = of_oneself(text, vocabulary)
    if of_others(words(text), vocabulary.numbers):
        return None
    if born := _ages_by_birth(context, text, vocabulary):
        same = {age >= least for age in born}
        return same.pop() if len(same) == 1 else None
    decades = [f"{vocabulary.numbers.decades[word]}" for word in words(text) if word in vocabulary.numbers.decades]
    found = numbers(" ".join((text, *decades)), vocabulary.numbers, None, vocabulary.numbers.years)
    if isinstance(found, One) and 0 < found.value <= OLDEST and found.stray <= STRAY:
        return found.value >= least
    above, below = (bounded(text, each, vocabulary.numbers) for each in _bounds(vocabulary))
    nearly = bounded(text, vocabulary.numbers.almost, vocabulary.numbers)
    if nearly is not None and least + NEARLY <= nearly <= OLDEST:
        return True
    if above is not None and least - 1 <= above <= OLDEST:
        return True
    return False if below is not None and 0 < below <= least else None


def age_band(context: Context, text: str, known: Vocabulary) -> str | None:
    """The band of the age in years that a text names; None without one, and for two that lie in different bands."""
    bands = context.series.choices.ages
    if born := _ages_by_birth(context, text, known):
        return _band(born, bands)
    if (own := _own_age(text, known)) is not None:
        return _band((own,), bands)
    told = parts(text, known.connectives)
    if any(begins(words(each), known.but) for each in told[1:]) and says_a_number(told[0], known):
        text = told[0]  # "74 but I feel like 60"
    said = re.sub(r"(?<=\d)\s*[-+](?=\s|\d|$)", " ", folded(text))
    spoken = {*words(text)}
    if of_others(words(text), known.numbers) or spoken & single(known.numbers.past):
        return None  # somebody else's, or not that of today
    for word in spoken & known.numbers.decades.keys():
        said = f"{said} {known.numbers.decades[word]}"
    found = numbers(said, known.numbers, None, known.numbers.years)
    ages = found.values if isinstance(found, Several) else (found.value,) if isinstance(found, One) else ()
    grown = [age for age in ages if age >= bands[0].start]
    if len(ages) > 1 and grown and all(age < CHILD for age in ages if age not in grown):
        ages = tuple(grown)  # "thirty-six, two kids"
    return _band(ages, bands) if ages else _beyond(said, bands, known)


def _own_age(text: str, known: Vocabulary) -> int | None:
    """The one number that stands behind an "I am", or before "years old", in a text that tells more: "no I am 16"."""
    said = words(text)
    ages = [(n, known.numbers.words.get(word, int(word) if word.isdecimal() else 0)) for n, word in enumerate(said)]
    being, old = single(known.numbers.being), phrases(tuple(each for each in known.numbers.years if " " in each))
    own = {age for n, age in ages if age > CHILD and n and said[n - 1] in being}
    if not of_others(said, known.numbers):
        own |= {age for n, age in ages if age > CHILD and old.begins(said[n + 1 :])}
    return own.pop() if len(own) == 1 else None


def _band(ages: Sequence[float], bands: Sequence[AgeBand]) -> str | None:
    """The band in which all of these ages lie."""
    if not all(bands[0].start <= age <= OLDEST for age in ages):
        return None
    named = {[band.id for band in bands if band.start <= age][-1] for age in ages}
    return named.pop() if len(named) == 1 else None


def _ages_by_birth(context: Context, text: str, known: Vocabulary) -> Sequence[float]:
    """The two ages that a year of birth leaves open, where a text names one and no other number."""
    said = words(text)
    this = context.now.year
    numerals = [word for word in said if word.isdecimal()]
    if len(numerals) == 1 and len(numerals[0]) == IN_SHORT and known.numbers.born[0] in said:  # "born in 54"
        numerals = [f"{this // 100 - (int(numerals[0]) > this % 100)}{numerals[0]}"]
    years = [int(word) for word in numerals if len(word) == YEAR]
    if len(years) != 1 or not this - OLDEST <= years[0] <= this or of_others(said, known.numbers):
        return ()
    if len(said) > 1 and not phrases(known.numbers.born).are_in(said):
        return ()
    return (this - years[0] - 1, this - years[0])


def _bounds(known: Vocabulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return known.numbers.above, known.numbers.below


def _beyond(said: str, bands: Sequence[AgeBand], known: Vocabulary) -> str | None:
    """The last band for "over 80", the first for "under 40", where the bound leaves no other."""
    least, below = (bounded(said, each, known.numbers) for each in _bounds(known))
    if least is not None and bands[-1].start - 1 <= least <= OLDEST:
        return bands[-1].id
    if below is not None and len(bands) > 1 and bands[0].start + 1 < below <= bands[1].start:
        return bands[0].id
    return None
