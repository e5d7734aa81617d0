"""What is near an answer to a question about times, and none: it is asked about in words of its own."""

from __future__ import annotations

from bot.core.model.callback_data import Action, Ask
from bot.core.screens import information
from bot.core.typed.clock import clock_within
from bot.core.typed.fold import phrases, single, words
from bot.core.typed.numbers import One, numbers
from bot.core.typed.remarks import asks_something
from bot.core.typed.vocabulary import Vocabulary

LONGEST = 14
"""Words of a text that is looked at so."""
DAYS_OF_A_WEEK = range(2, 7)
"""How many days leave it open which they are."""


def near_an_answer(question: Action, text: str, known: Vocabulary) -> str:
    """Why a text is no answer, of `information.UNREAD`; empty where that is not known, or it asks something."""
    said = words(text)
    if not isinstance(question, Ask) or not 0 < len(said) <= LONGEST or asks_something(text, known):
        return ""
    told = [kind for kind, written in known.near.items() if phrases(written).are_in(said)]
    match question.question:
        case "days":
            if information.CHANGING_DAYS in told:
                return information.CHANGING_DAYS
            if information.HOW_MANY_DAYS in told or _counts_days(text, known):
                return information.HOW_MANY_DAYS
            return information.ANY_TIME if information.ANY_TIME in told else ""
        case "time":
            if {information.ANY_TIME, information.CHANGING_DAYS} & {*told}:
                return information.ANY_TIME
            return information.ABOUT_WHEN if information.ABOUT_WHEN in told or _bounds_a_time(text, known) else ""
        case "kit":
            return information.NO_NEED if information.NO_NEED in told else ""
    return ""


def _counts_days(text: str, known: Vocabulary) -> bool:
    """Whether a text says how many days a week, and nothing else: "4 days", "3x a week", "twice"."""
    found = numbers(text, known.numbers, None, known.numbers.spans)
    return isinstance(found, One) and found.value in DAYS_OF_A_WEEK


def _bounds_a_time(text: str, known: Vocabulary) -> bool:
    """Whether a text names a part of the day, or a time before or behind which it is: "not before ten"."""
    said = words(text)
    clock = known.clock
    part = phrases((*clock.morning, *clock.afternoon, *clock.night)).are_in(said)
    bounds = single((*clock.past, *clock.to, *known.numbers.above, *known.numbers.below))
    timed = clock_within(text, clock, known.numbers) is not None or numbers(text, known.numbers) is not None
    return part or (timed and bool(bounds & {*said}))
