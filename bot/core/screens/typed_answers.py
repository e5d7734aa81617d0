"""What typed words mean to one person where they stand: a sign, a wish to stop, a button, an answer, a command."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.assessment.selftest import OutOfRange
from bot.core.model import callback_data
from bot.core.model.callback_data import (
    Action,
    Ask,
    AskAt,
    Hurts,
    ItHurts,
    Outdated,
    RateEffort,
    RatePain,
    Reply,
    Tell,
)
from bot.core.model.context import Context
from bot.core.model.series import AgeBand, Question
from bot.core.model.subscriber import Shown
from bot.core.screens import profile, questionnaire
from bot.core.typed import wishes
from bot.core.typed.clock import clock, window
from bot.core.typed.days import weekdays
from bot.core.typed.fold import alike, folded, holds, is_one_of, phrase, without, words
from bot.core.typed.numbers import STRAY, One, Several, numbers
from bot.core.typed.vocabulary import Vocabulary

LAPSES = timedelta(hours=12)
"""After so long a question that was left alone is no longer what somebody answers; its buttons still are."""
OLDEST = 120
NOT_PLAIN = re.compile(r"^\s*[-‐‑‒–—−]\s*\d|\d\s*[+%]")
AROUND_A_BUTTON = 4
"""Words beside those of a button: with more, they may be about something else."""
SIGNS_DENIED = "labels.no"
SHORTEST = 4
"""Letters of what is looked for inside a text; less is too easily a part of something else."""
PICKS = ("labels.picked", "labels.unpicked", "labels.day-on", "labels.day-off")
"""Beside one of these another may be named."""
WHOLE = ("labels.back", "labels.skip", "labels.number", "labels.clock", "labels.window")
"""Buttons whose words mean them only when nothing else stands there."""
ASKING = (Ask, AskAt, RateEffort, RatePain, ItHurts)
"""What a screen is made again with when it holds a question that typed words may answer."""


@dataclass(frozen=True, slots=True)
class Sign:
    """They name a sign of danger."""


@dataclass(frozen=True, slots=True)
class Stop:
    """They ask for no more messages."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """They mean what that button means."""

    action: Action


@dataclass(frozen=True, slots=True)
class Commanded:
    """They stand for a command."""

    name: str


@dataclass(frozen=True, slots=True)
class Placed:
    """They may name a place, which is asked for."""


@dataclass(frozen=True, slots=True)
class SeveralNumbers:
    """They hold numbers that differ where one is asked for."""

    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """They do not answer the question that is open."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that is known here."""


Meaning = Sign | Stop | Tapped | Commanded | Placed | SeveralNumbers | NoAnswer | Unknown


def meaning(context: Context, vocabulary: Vocabulary, week: Sequence[str]) -> Meaning:
    """What a text, a caption or an edit means: danger first, then a wish to stop, then what stands on the screen.

    `week` are the names of the weekdays, Monday first. Raises OutOfRange for a score beyond its scale.
    """
    text = context.text
    if wishes.names_a_sign(text, vocabulary.signs):
        return Sign()
    if wishes.wants_to_stop(text, vocabulary):
        return Stop()
    known = context.subscriber
    shown = known.shown if known is not None else None
    question = open_question(context)
    if shown is not None and (action := _whole_label(shown, text, vocabulary)) is not None:
        return Tapped(action)
    answer = _answer(context, question, vocabulary, week) if question is not None else None
    if answer is not None and not isinstance(answer, SeveralNumbers):
        return Tapped(answer)
    if shown is not None and (action := _button(shown, text, vocabulary)) is not None:
        return Tapped(action)
    if answer is not None:
        return answer
    if (name := command(text, vocabulary)) is not None:
        return Commanded(name)
    if question is not None and known is not None and profile.is_place_asked(known):
        return Placed()
    return NoAnswer() if isinstance(question, ASKING) else Unknown()


def open_question(context: Context) -> Action | None:
    """What the screen they look at asks; None when it asks nothing, or was left alone for too long."""
    known = context.subscriber
    if known is None or not known.showing:
        return None
    if known.shown is not None and context.now - known.shown.at > LAPSES:
        return None
    try:
        return callback_data.parse(known.showing)
    except Outdated:
        return None


def command(text: str, vocabulary: Vocabulary) -> str | None:
    """The command that a text stands for, with politeness or without."""
    beside = (*vocabulary.polite, *vocabulary.around)
    for around in (vocabulary.polite, beside):
        for phrases, name in vocabulary.commands.items():
            if is_one_of(text, (phrases,), around):
                return name
    return None


# --- Buttons ----------------------------------------------------------------------------------------------------


def _whole_label(shown: Shown, text: str, vocabulary: Vocabulary) -> Action | None:
    """The button whose words were typed, with politeness or without, or in the first line."""
    if NOT_PLAIN.search(text):
        return None  # its words alone would be the button of another number
    for given in _readings(text, vocabulary):
        if found := _only(data for _, label, data in shown.buttons if given and words(label) == given):
            return found
    return None


def _readings(text: str, vocabulary: Vocabulary) -> Iterable[list[str]]:
    said, first = words(text), words(folded(text).partition("\n")[0])
    return said, first, without(said, vocabulary.polite), without(first, vocabulary.polite)


def _button(shown: Shown, text: str, vocabulary: Vocabulary) -> Action | None:
    """The button that a phrase of its own, a yes or a no, a part of its words or its time of day stands for."""
    labels = [(path, words(label), data) for path, label, data in shown.buttons]
    said, first, *_ = _readings(text, vocabulary)
    firsts = {path: data for path, _, data in reversed(labels)}
    if found := _only(
        data for path, data in firsts.items() if is_one_of(text, vocabulary.buttons.get(path, ()), vocabulary.polite)
    ):
        return found
    if (at := clock(text, vocabulary.clock, vocabulary.numbers)) is not None and (
        found := _only(data for _, label, data in shown.buttons if at in label)
    ):
        return found
    groups = (vocabulary.agree, vocabulary.refuse, vocabulary.unable, vocabulary.unsure)
    for phrases in groups:
        if is_one_of(text, phrases, vocabulary.polite):
            found = _only(data for _, label, data in shown.buttons if _says(label, phrases))
            if found is not None or phrases is not vocabulary.agree:
                return found
    for given in (said, first):
        if found := _part(labels, without(given, vocabulary.polite), vocabulary):
            return found
    yes = [data for _, label, data in shown.buttons if _says(label, vocabulary.agree)]
    if _begins(said, vocabulary.agree) and not {*vocabulary.refuse, *vocabulary.negations} & {*said}:
        return _only(yes)
    # A "no" to signs of danger must be plain: "no operation" denies one of four.
    no = [data for path, label, data in shown.buttons if path != SIGNS_DENIED and _says(label, vocabulary.refuse)]
    return _only(no) if _begins(said, vocabulary.refuse) and len(said) <= 2 * AROUND_A_BUTTON else None


def _says(label: str, phrases: Sequence[str]) -> bool:
    """Whether a button says so: "Yes, at least one" says yes."""
    return is_one_of(re.split(r"[,/]", label, maxsplit=1)[0], phrases)


def _begins(said: Sequence[str], phrases: Sequence[str]) -> bool:
    return bool(said) and said[0] in phrases


def _part(labels: Sequence[tuple[str, list[str], str]], said: Sequence[str], vocabulary: Vocabulary) -> Action | None:
    """The only button whose words, or a phrase of its own, stand in a short text; or that holds all its words."""
    if not said:
        return None
    inside: list[tuple[list[str], str]] = []
    for path, label, data in labels:
        for wanted in (label, *map(phrase, vocabulary.buttons.get(path, ()))):
            if path in (*WHOLE, *PICKS) or len("".join(wanted)) < SHORTEST or len(said) - len(wanted) > AROUND_A_BUTTON:
                continue
            start = holds(said, wanted)
            if start is not None and not {*vocabulary.negations, *vocabulary.partly} & {
                *said[:start],
                *said[start + len(wanted) :],
            }:
                inside.append((wanted, data))
    best = [
        (wanted, data)
        for wanted, data in inside
        if not any(len(other) > len(wanted) and holds(other, wanted) is not None for other, _ in inside)
    ]
    if best:
        return _only(data for _, data in best)
    left = without(said, vocabulary.around) or list(said)
    counted = {**vocabulary.numbers.words, **vocabulary.numbers.counts}
    left = [str(counted.get(word, word)) for word in left]
    if len(left) > AROUND_A_BUTTON or any(
        word.isdecimal() and {*left[n + 1 : n + 2]} & {*vocabulary.numbers.spans} for n, word in enumerate(left)
    ):
        return None
    return _only(
        data
        for path, label, data in labels
        if path not in WHOLE
        and not all(word.isdecimal() for word in label)
        and all(any(_is_word(word, each) for each in label) for word in left)
        and not {*vocabulary.negations} & ({*label} - {*said})
    )


def _is_word(typed: str, wanted: str) -> bool:
    """Whether it is that word, or its beginning ("free" of "freely"), or a slip off it."""
    long = min(len(typed), len(wanted)) >= SHORTEST
    return alike(typed, wanted) or (long and (wanted.startswith(typed) or typed.startswith(wanted)))


def _only(found: Iterable[str]) -> Action | None:
    """The one meaning of these buttons; None where there are none, or more."""
    different = dict.fromkeys(data for data in found if data)
    if len(different) != 1:
        return None
    try:
        return callback_data.parse(next(iter(different)))
    except Outdated:
        return None


# --- Answers to the question on the screen ----------------------------------------------------------------------


def _answer(
    context: Context, showing: Action, vocabulary: Vocabulary, week: Sequence[str]
) -> Action | SeveralNumbers | None:
    """The answer to the question that a screen holds, in the text or its first line; None when it does not answer."""
    for text in dict.fromkeys((context.text, context.text.strip().partition("\n")[0])):
        if (found := _read(context, text, showing, vocabulary, week)) is not None:
            return found
    return None


def _read(
    context: Context, text: str, showing: Action, known: Vocabulary, week: Sequence[str]
) -> Action | SeveralNumbers | None:
    match showing:
        case AskAt(attempt=number, question=id):
            question = _question(context, number, id)
            if question is None or question.kind != "number":
                return None
            return _number(text, question, known, lambda value: Reply(number, id, value))
        case Ask(question="time"):
            return Tell("time", (time,)) if (time := clock(text, known.clock, known.numbers)) else None
        case Ask(question="quiet"):
            return Tell("quiet", ends) if (ends := window(text, known.clock, known.numbers)) else None
        case Ask(question="days", picked=picked):
            return _days(text, picked, known, week)
        case Ask(question="age"):
            return Tell("age", (band,)) if (band := _age(text, context.series.choices.ages, known)) else None
        case RateEffort(date=on):
            return _rated(text, known, lambda value: RateEffort(on, value), painless=False)
        case RatePain(date=on):
            return _rated(text, known, lambda value: RatePain(on, value))
        case ItHurts(date=on, exercise=exercise):
            return _rated(text, known, lambda value: Hurts(on, exercise, value))
        case Ask(question=id) if id == questionnaire.PAIN or id.startswith(questionnaire.ACTIVITY):
            scale = questionnaire.scale(questionnaire.PAIN)
            of_pain = id == questionnaire.PAIN
            return _number(text, scale, known, lambda value: Tell(id, (value,)), painless=of_pain)
    return None


def _question(context: Context, number: int, id: str) -> Question | None:
    attempts = context.known.attempts
    if not 0 <= number < len(attempts):
        return None
    asked = questionnaire.questions(context.series, context.known, attempts[number])
    return next((question for question in asked if question.id == id), None)


def _number(
    text: str, question: Question, known: Vocabulary, answer: Callable[[str], Action], painless: bool | None = None
) -> Action | SeveralNumbers | None:
    """One number in the question's unit, or in another one that it takes too."""
    units = {question.unit, *question.also} - {""}
    of_pain = question.id == questionnaire.PAIN if painless is None else painless
    scored = question.max == questionnaire.scale(questionnaire.PAIN).max and not question.unit
    if of_pain and is_one_of(text, known.numbers.painless, known.polite):
        return answer("0")
    found = numbers(text, known.numbers, question.max, units, counting=not scored)
    if isinstance(found, Several):
        return SeveralNumbers(found.values)
    if found is None or found.stray > STRAY:
        return None
    said = [known.numbers.units.get(word, word) for word in words(text)]
    unit = next((name for name in question.also if {name, f"{name}s"} & set(said)), "")
    return answer(f"{found.value:g} {unit}".strip())


def _rated(
    text: str, known: Vocabulary, answer: Callable[[int], Action], painless: bool = True
) -> Action | SeveralNumbers | None:
    """One number from 0 to 10, half of one counting up; of pain, none said in words too."""
    if painless and is_one_of(text, known.numbers.painless, known.polite):
        return answer(0)
    scale = questionnaire.scale(questionnaire.PAIN)
    found = numbers(text, known.numbers, scale.max, (), counting=False)
    if isinstance(found, Several):
        return SeveralNumbers(found.values)
    if found is None or found.stray > STRAY:
        return None
    if not scale.min <= found.value <= scale.max:
        raise OutOfRange(scale.min, scale.max)
    return answer(int(found.value + 0.5))


def _days(text: str, picked: Sequence[str], known: Vocabulary, week: Sequence[str]) -> Action | None:
    """Several days are the choice; a single one is picked beside those that are."""
    found = weekdays(text, week, known.days)
    if found is None:
        return None
    chosen = tuple(map(str, found))
    return Ask("days", tuple(sorted({*picked, *chosen}))) if len(chosen) == 1 else Tell("days", chosen)


def _age(text: str, bands: Sequence[AgeBand], known: Vocabulary) -> str | None:
    """The band of the age in years that a text names; None without one, and for two that lie in different bands."""
    said = re.sub(r"(?<=\d)\s*[-+](?=\s|\d|$)", " ", folded(text))
    found = numbers(said, known.numbers, None, ())
    ages = found.values if isinstance(found, Several) else (found.value,) if isinstance(found, One) else ()
    if not ages or not all(bands[0].start <= age <= OLDEST for age in ages):
        return None
    named = {[band.id for band in bands if band.start <= age][-1] for age in ages}
    return named.pop() if len(named) == 1 else None
