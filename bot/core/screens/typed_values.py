"""What typed words answer to the question that is open: numbers, times, days, signs, several at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core.assessment import safety
from bot.core.assessment.selftest import OutOfRange
from bot.core.model.callback_data import (
    Action,
    Ask,
    AskAt,
    Hurts,
    ItHurts,
    OneTap,
    RateEffort,
    RatePain,
    Reply,
    Tell,
    only_one,
)
from bot.core.model.context import Context
from bot.core.model.series import Question
from bot.core.screens import profile, questionnaire
from bot.core.screens.typed_ages import age_band, is_from
from bot.core.screens.typed_buttons import (
    HALF_A_DAY,
    LONGEST_TOLD,
    PICKS,
    SIGNS_DENIED,
    Worded,
    part_meant,
)
from bot.core.typed import wishes
from bot.core.typed.clock import clock, clock_within, window
from bot.core.typed.days import days_named, names_a_day, says_only, weekdays
from bot.core.typed.fold import (
    CLAUSES,
    MOST_PARTS,
    folded,
    holds,
    is_one_of,
    parts,
    phrase,
    phrases,
    single,
    without,
    words,
)
from bot.core.typed.numbers import STRAY, Numbers, One, Several, in_units, numbers, of_others
from bot.core.typed.remarks import (
    asks_something,
    behind_a_correction,
    of_oneself,
    says_a_count,
    says_a_number,
    small_talk,
)
from bot.core.typed.sides import told_of_each
from bot.core.typed.stance import Stance, begins, doubts, stance
from bot.core.typed.vocabulary import Vocabulary

TENS = re.compile(r"(?<![\d.,])(\d{1,2})0 ?%")
"""Of a hundred, which is ten times a score."""
OF_24_HOURS = re.compile(r"(?<!\d)0\d|\d ?[:.h] ?\d")
UNDONE = 4
"""Words behind a "could not" among which a number was not reached."""
NEAR = 3
"""Words from a number within which a word says which one it is."""
SHORT = 14
"""Words behind a "none of these": more may tell of something else."""
STRAY_BESIDE_CHOICES = 6
"""Words beside the names of what is chosen that say something of their own."""
INCHES = "in"
EFFORT, ACTIVITY = "effort", "activity"
"""Beside pain, what a scale of 0 to 10 asks about: each has words of its own."""


@dataclass(frozen=True, slots=True)
class SeveralNumbers:
    """They hold numbers that differ where one is asked for."""

    values: tuple[float, ...]


def answer_meant(
    context: Context, showing: Action, vocabulary: Vocabulary, week: Sequence[str]
) -> Action | SeveralNumbers | None:
    """The answer to the question that a screen holds, in the text, its first line, or the one part of it that tells."""
    if is_usual_pain(showing) and tells_of_the_worst(context.text, vocabulary):
        return None
    for text in dict.fromkeys((context.text, context.text.strip().partition("\n")[0])):
        if (found := _read(context, text, showing, vocabulary, week)) is not None:
            return found
    told = parts(context.text, vocabulary.connectives)
    if not 1 < len(told) <= MOST_PARTS or _is_zero_sometimes(context.text, vocabulary):
        return None
    telling = [each for each in told if _tells(each, showing, vocabulary, week)]
    telling = [each for each in telling if says_only(each, vocabulary.days)] or telling
    for text in dict.fromkeys((of_oneself(context.text, vocabulary), *(telling if len(telling) == 1 else ()))):
        if (found := _read(context, text, showing, vocabulary, week)) is not None:
            return found
    return None


def _tells(text: str, showing: Action, vocabulary: Vocabulary, week: Sequence[str]) -> bool:
    """Whether a part of a text holds what the question asks for: days where these are asked for, else a number."""
    said = words(text)
    match showing:
        case Ask(question="days"):
            return any(names_a_day(word, week, vocabulary.days) for word in said) or phrases(
                tuple(each for group in vocabulary.days.groups for each in group.named)
            ).are_in(said)
        case Ask(question="kit" | "activities"):
            return False
    return says_a_number(text, vocabulary)


def _read(
    context: Context, text: str, showing: Action, known: Vocabulary, week: Sequence[str]
) -> Action | SeveralNumbers | None:
    match showing:
        case AskAt(attempt=number, question=id):
            asked = _asked(context, number)
            question = next((each for each in asked if each.id == id), None)
            asks_age = getattr(safety.screen(context.series, id), "from_age", None)
            if asks_age and (old := is_from(context, text, asks_age, known)) is not None:
                return Reply(number, id, safety.YES if old else safety.NO)
            if question is not None and question.kind == questionnaire.SAFETY:
                cleared = known.cleared.get(id, ())
                offered = context.shown is not None and any(
                    path == SIGNS_DENIED for path, _, _ in context.shown.buttons
                )
                spoken = _behind_a_no(text, known)
                told = text if wishes.names_a_condition(spoken, known.conditions.get(id, ()), known) else spoken
                clear = _says_nothing_but(text, cleared, known) or (offered and _denies_it_all(told, cleared, known))
                return Reply(number, id, safety.NO) if clear else None
            if question is None or question.kind != "number" or _is_of_the_other_side(text, question, asked, known):
                return None
            return _number(text, question, known, lambda value: Reply(number, id, value), _of_scale(id))
        case Ask(question="usual"):
            if (time := _near_the_usual(context, text, known)) is None:
                return None
            daily = days_named(text, week, known.days) == {*map(int, profile.EVERY_DAY)}
            return Tell(profile.USUAL, (time, *profile.EVERY_DAY)) if daily else Tell("time", (time,))
        case Ask(question="time"):
            return Tell("time", (time,)) if (time := _time(text, known)) else None
        case Ask(question="quiet"):
            return Tell("quiet", ends) if (ends := window(text, known.clock, known.numbers)) else None
        case Ask(question="days", picked=picked):
            return _days(text, picked, known, week)
        case Ask(question="age"):
            return Tell("age", (band,)) if (band := age_band(context, text, known)) else None
        case Ask(question="kit" | "activities" as id, picked=picked):
            return _several(context, text, id, picked, known)
        case RateEffort(date=on):
            return _rated(text, known, lambda value: RateEffort(on, value), EFFORT)
        case RatePain(date=on):
            return _rated(text, known, lambda value: RatePain(on, value), questionnaire.PAIN)
        case ItHurts(date=on, exercise=exercise):
            return _rated(text, known, lambda value: Hurts(on, exercise, value), questionnaire.PAIN)
        case OneTap(week=number, question=id):
            return _rated(text, known, lambda value: OneTap(number, id, value), _of_scale(id), usual=True)
        case Ask(question=id) if _of_scale(id):
            scale = questionnaire.scale(id)
            if id == questionnaire.PAIN and (beside := _beside(context, text, known)) is not None:
                both = _number(text, scale, known, lambda value: Tell(id, (value, *beside.values)), _of_scale(id))
                return both if any(map(str.isdecimal, text)) and both is not None else beside
            return _number(text, scale, known, lambda value: Tell(id, (value,)), _of_scale(id))
    return None


def _time(text: str, known: Vocabulary) -> str | None:
    """The time of day in a text, with politeness or among other words."""
    forms = (text, " ".join(without(folded(text).split(), known.polite)))
    said = (clock(each, known.clock, known.numbers) for each in forms)
    return next(filter(None, said), None) or clock_within(text, known.clock, known.numbers)


def _near_the_usual(context: Context, text: str, known: Vocabulary) -> str | None:
    """The time of day in a text; the usual one where that is half a day off and nothing says which is meant."""
    time = _time(text, known)
    usual = context.series.defaults.usual
    if time is None or OF_24_HOURS.search(folded(text)) or phrases(known.clock.morning).are_in(words(text)):
        return time
    is_near = abs(int(time[:2]) - int(usual[:2])) == HALF_A_DAY and time[2:] == usual[2:]
    return usual if is_near else time


def _of_scale(id: str) -> str:
    """By which name the words of a question's scale are found; empty where it has none."""
    return questionnaire.PAIN if id == questionnaire.PAIN else ACTIVITY if id.startswith(questionnaire.ACTIVITY) else ""


def _beside(context: Context, text: str, known: Vocabulary) -> Tell | None:
    """The answer to the question that shares the screen of pain: "the left one" names no number."""
    if small_talk(text, known) is not None:
        return None  # "all right" is no right
    text = behind_a_correction(text, known) or text
    asked = context.series.choices.beside_pain
    own = [
        Worded("", label, words(label), data, known.buttons.get(f"choices.own.{asked}.choices.{told.values[0]}", ()))
        for _, label, data in (context.known.shown.buttons if context.known.shown else ())
        if isinstance(told := only_one((data,)), Tell) and told.question == asked  # the one that is picked as well
    ]
    named = {word for each in own for phrase in each.phrases for word in words(phrase)}
    around = (each for each in known.numbers.around if not named & {*phrase(each)})
    said = without([word for word in words(text) if not word.isdecimal()], (*known.polite, *around))
    found = only_one(part_meant(own, " ".join(said), said, known, whole=False))
    return found if isinstance(found, Tell) else None


def _asked(context: Context, number: int) -> Sequence[Question]:
    """The questions of an attempt; none where there is no such attempt."""
    attempts = context.known.attempts
    if not 0 <= number < len(attempts):
        return ()
    return questionnaire.questions(context.series, context.known, attempts[number])


def _number(
    text: str, question: Question, known: Vocabulary, answer: Callable[[str], Action], scale: str = ""
) -> Action | SeveralNumbers | None:
    """One number in the question's unit, or in another one that it takes too."""
    if scale == questionnaire.PAIN:
        text = _chosen(text, scale, known, usual=True)
    # Such a question asks about the last week: "no pain in this week".
    if (said := _on_scale(text, scale, known, known.numbers.lasting)) is not None:
        return answer(str(said))
    if asks_something(text, known) or (scale and _is_one_of_a_pair(text, known)):
        return None
    units = {question.unit, *question.also} - {""}
    if INCHES in question.also and text.count('"') == 1:
        text = text.replace('"', f" {INCHES} ")
    text = in_units(text, known.numbers, question.unit)
    scored = question.max == questionnaire.SCALE[-1] and not question.unit
    text = _on_a_scale(TENS.sub(r"\1", text), known) if scored else text
    measured = bool(question.also) or question.unit in known.numbers.longer
    found = numbers(text, known.numbers, question.max, units, counting=not scored, things=not (scored or measured))
    if (several := _with_none(text, found, scale, known)) is not None:
        return several
    if not isinstance(found, One) or not _is_sure(text, found, known, units):
        return None
    said_words = [known.numbers.units.get(word, word) for word in words(text)]
    unit = next((name for name in question.also if {name, f"{name}s"} & set(said_words)), "")
    return answer(f"{found.value:g} {unit}".strip())


def _is_sure(text: str, found: One, known: Vocabulary, units: Collection[str] = ()) -> bool:
    """Whether a number is what was asked for: one of few words, or first of more: "17 seconds, the cat came"."""
    said, others = words(text), of_others(words(text), known.numbers)
    told = [behind_a_correction(text, known)] if behind_a_correction(text, known) else CLAUSES.split(text)
    if _is_zero_sometimes(text, known) or any(_was_not_reached(words(each), known) for each in told):
        return False
    if found.stray <= STRAY and not others:
        return True
    if len(said) > LONGEST_TOLD or not says_a_number(said[0], known) or says_a_number(" ".join(said[1:]), known):
        return False
    measured = len(said) > 1 and known.numbers.units.get(said[1], said[1]) in units
    beside = single(known.around) | single(known.polite) | single(known.connectives)
    noes = single(known.refuse)  # "2, no swelling, nothing red, nothing of all that"
    return measured or (not others and len(said) > 1 and said[1] in beside | noes)


def _was_not_reached(said: Sequence[str], known: Vocabulary) -> bool:
    """Whether a number stands close behind a "could not": "could not do a single one", but "not more than 8" is 8."""
    for start, each in phrases(known.numbers.undone).found(said):
        behind = said[start + len(each) :][:UNDONE]
        if any(says_a_number(word, known) for word in behind) and not {*behind} & single(known.numbers.beyond):
            return True
    return False


def _is_zero_sometimes(text: str, known: Vocabulary) -> bool:
    """Whether a text says that there is nothing, and when: "zero when I sit" is no zero."""
    found = numbers(text, known.numbers)
    return isinstance(found, One) and not found.value and phrases(known.numbers.situations).are_in(words(text))


def _is_of_the_other_side(text: str, question: Question, asked: Sequence[Question], known: Vocabulary) -> bool:
    """Whether a text speaks of one side of a pair, and not of that which is asked about."""
    second = any(each.pair == question.id for each in asked)
    if len(known.sides) != 2 or not (second or question.pair):
        return False
    here, there = known.sides[::-1] if second else known.sides
    said = {*words(text)}
    return bool(said & {*there}) and not said & {*here}


def of_the_side_asked(context: Context, showing: Action, text: str, known: Vocabulary) -> str:
    """The count that a text gives for the side that is asked about: "10 left 12 right"; else all of it.

    Where it is asked how often it was either of them, that of the side with more.
    """
    if not isinstance(showing, AskAt) or (told := told_of_each(text, known)) is None:
        return text
    asked = _asked(context, showing.attempt)
    question = next((each for each in asked if each.id == showing.question), None)
    second = question is not None and any(each.pair == question.id for each in asked)
    if question is None or question.kind == questionnaire.SAFETY:
        return text
    if question.kind == "number":
        return told[second] if second or question.pair else text
    counts = [_count_of(each, known) for each in told]
    if None in counts or second or question.pair:
        return text
    return max(told, key=lambda each: _count_of(each, known) or 0)


def _count_of(text: str, known: Vocabulary) -> float | None:
    """How often a text says it was; a plain "never" is 0."""
    found = numbers(text, known.numbers)
    none = {*words(text)} <= single(known.negations) | single(known.refuse)
    return found.value if isinstance(found, One) else 0 if none else None


def _is_one_of_a_pair(text: str, known: Vocabulary) -> bool:
    """Whether the only number may be a word for one of two sides: "left 1" is the left one, or a 1."""
    said = words(text)
    sides = {word for side in known.sides for word in side}
    counted = [n for n, word in enumerate(said) if says_a_number(word, known)]
    if len(counted) != 1 or counted[0] == 0:
        return False
    at = counted[0]
    return known.numbers.words.get(said[at], said[at]) in (1, "1") and said[at - 1] in sides


def _on_scale(text: str, scale: str, known: Vocabulary, beside: tuple[str, ...] = ()) -> int | None:
    """The number that the words of a scale stand for, where nothing else is said but what may stand beside them."""
    ends = known.numbers.scales.get(scale, {})
    found = _only_phrase(text, tuple(ends), known, beside)
    return next((value for each, value in ends.items() if phrase(each) == found), None)


def is_worst_pain(text: str, question: Action | None, known: Vocabulary) -> bool:
    """Whether a text says the end of the scale where pain is asked for, and nothing else."""
    match question:
        case RatePain() | ItHurts() | Ask(question=questionnaire.PAIN) | AskAt(question=questionnaire.PAIN):
            return _on_scale(text, questionnaire.PAIN, known) == questionnaire.SCALE[-1]
    return False


def _only_phrase(
    text: str, written: tuple[str, ...], known: Vocabulary, more: tuple[str, ...] = ()
) -> tuple[str, ...] | None:
    """The phrase that a text says with nothing beside it but politeness and hedges."""
    said = words(text)
    for start, wanted in phrases(written).found(said):
        beside = [*said[:start], *said[start + len(wanted) :]]
        if not without(without(beside, more), (*known.around, *known.polite, *single(known.refuse))):
            return wanted
    return None


def _says_nothing_but(text: str, written: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether a text says one or more of these phrases and nothing beside but politeness and hedges."""
    said = words(text)
    left = without(said, written)
    beside = (*known.around, *known.polite, *single(known.refuse))
    return len(left) < len(said) and not without(left, beside)


def _denies_it_all(text: str, cleared: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether one clause of a text denies the whole of a list, and no other says anything that takes that back."""
    told = [each for each in CLAUSES.split(text) if words(each)]
    if len(told) > LONGEST_TOLD:
        return False
    every = (*known.denying_all, *cleared)
    whole = [each for each in told if not doubts(words(each), known) and _ends_wholly(each, every, known)]
    if not whole and len(told) > 1 and len(words(told[0])) == 1 and begins(words(told[0]), known.refuse):
        # "No, I would remember that" denies it all; "no, no fever" and "no, only a stent" may not.
        rest = {word for each in told[1:] if not is_one_of(each, known.refuse) for word in words(each)}
        whole = [] if rest & (single(known.negations) | single(known.days.only)) else told[:1]
    plain = [each for each in told if not _denies_signs(each, known)]  # "not hot, not swollen, so no"
    if plain and len(plain) < len(told) and all(is_one_of(each, known.refuse, known.polite) for each in plain):
        whole = whole or ([] if any(is_one_of(each, known.hedged, known.polite) for each in plain) else told)
    beside = without([word for each in told if each not in whole for word in words(each)], known.polite)
    against = single(known.partly) | single(known.agree) | single(known.but)
    doubted = against & {*beside} or phrases((*known.doubts, *known.unsure)).are_in(beside)
    return bool(whole) and not doubted and len(beside) <= SHORT


def _denies_signs(clause: str, known: Vocabulary) -> bool:
    """Whether a clause denies signs and says nothing else: "not hot"."""
    said = wishes.undenied(words(clause), known.signs)
    aside = single(known.signs.denials) | single(known.denying) | {","}
    return "," in said and {*said} <= aside


def _ends_wholly(clause: str, written: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether a clause, or its end behind words that say nothing against it, is wholly one of these."""
    said, against = words(clause), single(known.negations) | single(known.partly) | single(known.but)
    starts = {0, *(start for start, each in phrases(known.denying_all).found(said) if len(each) > 1)}
    for start in starts:
        turned = start > 0 and said[start - 1] in single(known.but)  # "a cold last week but none of these"
        behind = " ".join(said[start:]) if start else clause
        if not against & {*said[: start - turned]} and _is_wholly(behind, written, known):
            return True
    return False


def _behind_a_no(text: str, known: Vocabulary) -> str:
    """The text with a comma behind a no before which somebody goes on to tell: "no I walked home"."""
    said = text.split(maxsplit=2)
    tells = len(said) > 2 and {*words(said[1])} & single(known.telling)
    return f"{said[0]}, {said[1]} {said[2]}" if tells and begins(words(said[0]), known.refuse) else text


def _is_wholly(clause: str, written: tuple[str, ...], known: Vocabulary) -> bool:
    """Whether a clause says one of these, behind a plain no or by itself, and nothing beside it that means more."""
    if is_one_of(clause, written, known.polite):
        return True
    beside = single(known.denying) | single(known.around) | single(known.polite)
    denied = [
        word for word in wishes.undenied(words(clause), known.signs) if word != ","
    ]  # "no fever, nothing like it"
    for said in (words(clause), without(words(clause), known.polite), denied):
        for plain in (said, said[1:] if begins(said, known.refuse) else []):
            found = phrases(written).found(plain)
            if any(len(each) > 1 and beside >= {*plain[:n], *plain[n + len(each) :]} for n, each in found):
                return True
    return False


def _with_none(text: str, found: Numbers, scale: str, known: Vocabulary) -> SeveralNumbers | None:
    """Numbers that differ; "no pain at rest, 6 on the stairs" says two."""
    values = found.values if isinstance(found, Several) else (found.value,) if isinstance(found, One) else ()
    said = words(text)
    for each, value in known.numbers.scales.get(scale, {}).items() if values else ():
        if value not in values and len(phrase(each)) > 1 and holds(said, phrase(each)) is not None:
            values = (value, *values)
    both = len(known.sides) > 1 and all({*side} & {*said} for side in known.sides)
    if both and values and 0 not in values and single(known.numbers.none) & {*said}:
        values = (0, *values)  # "left 4, right nothing"
    return SeveralNumbers(values) if len(values) > 1 else None


def _chosen(text: str, scale: str, known: Vocabulary, *, usual: bool) -> str:
    """The one number of several that a text means, by itself: of pain the usual one, or that of today; of two sides the
    worse; behind a "not" the other one. The text as it is where it means none in particular.
    """
    said = words(_without_scale(text, known))
    at = [n for n, word in enumerate(said) if _rated_at(word, known) is not None]
    values = [_rated_at(said[n], known) for n in at]
    if not at or len({*values}) > 2 or len(said) > LONGEST_TOLD or text.rstrip().endswith("?"):
        return text
    two = len({*values}) == 2
    both = len(known.sides) > 1 and all({*side} & {*said} for side in known.sides)
    none = 0 in values or single(known.numbers.none) & {*said}
    if (
        both
        and scale == questionnaire.PAIN
        and not (usual and none)
        and (two or (len(at) == 1 and single(known.numbers.none) & {*said}))
    ):
        return f"{max(value for value in values if value is not None)}"
    if two and len(at) == 2:
        denied = single(known.numbers.denied)
        if said[at[1] - 1] in denied and at[1] - 1 > at[0] and len(said) <= SHORT:
            return said[at[0]]  # "6 not 7"
        written = known.numbers.mostly if usual else known.numbers.just_now
        told = [
            [word for word in words(each) if _rated_at(word, known) is not None]
            for each in CLAUSES.split(text)
            if phrases(written).are_in(words(each))
        ]
        if len(told) == 1 and len(told[0]) == 1:
            return told[0][0]  # "2 usually, 8 on stairs"
        near = _beside_number(said, at, written)
        return said[near] if near is not None else text
    return text


def _beside_number(said: Sequence[str], at: Sequence[int], written: tuple[str, ...]) -> int | None:
    """Where of two numbers the one stands to which one of these phrases is nearer; None where neither is."""
    best = None
    for start, each in phrases(written).found(said):
        end = start + len(each) - 1
        far = [start - n if n < start else n - end for n in at]
        if far[0] == far[1] or min(far) > NEAR:
            return None
        near = at[far.index(min(far))]
        if best not in (None, near):
            return None
        best = near
    return best


def _rated_at(word: str, known: Vocabulary) -> int | None:
    """The score that a word of a text says, on a scale of 0 to 10."""
    value = int(word) if word.isdecimal() else known.numbers.words.get(word)
    return value if value is not None and value <= questionnaire.SCALE[-1] else None


def _without_scale(text: str, known: Vocabulary) -> str:
    """The text without the scale behind a score: "7/10 left" is "7 left"."""
    scale = "|".join(re.escape(each) for each in sorted(known.numbers.of, key=len, reverse=True))
    return re.sub(rf"(?<!\d)(\d{{1,2}})\s*(?:{scale})\s*{questionnaire.SCALE[-1]}(?!\d)", r"\1", folded(text))


def is_usual_pain(question: Action | None) -> bool:
    """Whether it is asked how much it usually hurts, or did over the last week."""
    match question:
        case Ask(question=asked) | AskAt(question=asked) | OneTap(question=asked):
            return asked == questionnaire.PAIN
    return False


def is_ability(question: Action | None) -> bool:
    """Whether it is asked how well something can be done."""
    match question:
        case Ask(question=asked) | AskAt(question=asked) | OneTap(question=asked):
            return _of_scale(asked) == ACTIVITY
    return False


def tells_of_the_worst(text: str, known: Vocabulary) -> bool:
    """Whether a text tells how bad it gets, where it is asked how it usually is: "6 on bad days"."""
    if phrases(known.numbers.mostly).are_in(words(text)):
        return False
    told = [each for each in CLAUSES.split(_without_scale(text, known)) if says_a_count(words(each), known)]
    return any(phrases(known.numbers.at_worst).are_in(words(each)) for each in told)


def _on_a_scale(text: str, known: Vocabulary) -> str:
    """The number alone, where a text says nothing but that it is one: "number three please"."""
    said = words(text)
    if len(without(said, known.numbers.called)) == len(said):
        return text  # "on a good day 4" says when, though "good day" is a greeting
    called = [each for each in without(without(said, known.numbers.called), known.polite) if each not in known.around]
    return (
        called[0]
        if len(called) == 1 and len(said) > 1 and called[0] in {*known.numbers.words, *map(str, range(11))}
        else text
    )


def _rated(
    text: str, known: Vocabulary, answer: Callable[[int], Action], scale: str, *, usual: bool = False
) -> Action | SeveralNumbers | None:
    """One number from 0 to 10, half of one counting up, or the scale's own words for one."""
    text = TENS.sub(r"\1", text)
    text = _chosen(text, scale, known, usual=usual and scale == questionnaire.PAIN)
    if (said := _on_scale(text, scale, known)) is not None:
        return answer(said)
    if asks_something(text, known) or (scale != EFFORT and _is_one_of_a_pair(text, known)):
        return None
    text = _on_a_scale(text, known)
    low, high = questionnaire.SCALE[0], questionnaire.SCALE[-1]
    found = numbers(text, known.numbers, high, counting=False, things=False)
    if scale != EFFORT and (several := _with_none(text, found, scale, known)) is not None:
        return several  # of effort "a piece of cake, 2" says one
    if not isinstance(found, One) or not _is_sure(text, found, known):
        return None
    if not low <= found.value <= high:
        raise OutOfRange(low, high)
    return answer(int(found.value + 0.5))


def _days(text: str, picked: Sequence[str], known: Vocabulary, week: Sequence[str]) -> Action | None:
    """Several days are the choice; a single one is picked beside those that are."""
    bare = " ".join(without(re.sub(r"[,.;!]", " ", text.casefold()).split(), known.polite))
    found = weekdays(text, week, known.days) or weekdays(bare, week, known.days)
    if found is None and not says_only(text, known.days):
        found = _days_first(text, known, week)
    if found is None:
        return None
    chosen = tuple(map(str, found))
    if len(chosen) == 1 and not says_only(text, known.days):
        return Ask("days", tuple(sorted({*picked, *chosen})))
    return Tell("days", chosen)


def _days_first(text: str, known: Vocabulary, week: Sequence[str]) -> tuple[int, ...] | None:
    """The days with which a text begins, where what follows names none and takes none back: "mon wed I work nights"."""
    said = folded(text).split()
    if len(said) > LONGEST_TOLD:
        return None
    told = [each for each in CLAUSES.split(text) if words(each)]
    for n in range(len(told) - 1, 0, -1):
        if found := weekdays(", ".join(told[:n]), week, known.days):
            named = {day for each in told[n:] for day in days_named(each, week, known.days)}
            return None if named & {*found} else found
    against = single(known.negations) | single(known.partly) | single(known.refuse)
    for n in range(len(said) - 1, 1, -1):
        behind = " ".join(said[n:])
        if against & {*words(behind)} or _tells(behind, Ask("days"), known, week):
            return None
        if found := weekdays(" ".join(said[:n]), week, known.days):
            return found
    return None


def _several(context: Context, text: str, question: str, picked: tuple[str, ...], known: Vocabulary) -> Action | None:
    """Several things to choose from, named one after the other, are the choice; a single one is ticked."""
    refused = is_one_of(text, known.numbers.none, known.polite) or stance(text, known) is Stance.REFUSES
    first, *behind = CLAUSES.split(text.strip(), maxsplit=1)
    if behind and text.rstrip().endswith("?"):  # "none, should I buy some?"
        refused = refused or is_one_of(first, (*known.numbers.none, *known.nothing.get(question, ())), known.polite)
    if refused or _only_phrase(text, known.nothing.get(question, ()), known):
        return Tell(question, (profile.SKIPPED,))
    choices = context.series.choices
    ids, most = (
        (choices.kit, len(choices.kit)) if question == "kit" else (choices.activities.ids, choices.activities.most)
    )
    labels = [label for path, label, _ in context.known.shown.buttons if path in PICKS] if context.known.shown else []
    names = {id: (*known.buttons.get(f"choices.{question}.{id}", ()), *labels[n : n + 1]) for n, id in enumerate(ids)}
    if asks_something(text, known) and len(CLAUSES.split(text.strip(" ?"))) == 1:
        return None
    without_it = [each for each in CLAUSES.split(text) if begins(words(each), (*known.refuse, *known.negations))]
    rest = [each for each in CLAUSES.split(text) if each not in without_it]
    kept, taken = _split(words(", ".join(rest)), known.but)
    taken += words(" ".join(without_it))
    found = {*ids} if is_one_of(" ".join(kept), known.all, known.aside) else _named(kept, names, known)
    away = _named(taken, names, known) or set()
    unclear = bool(taken) and not away and len(found or ()) == len(ids)  # "all but the rubber thing"
    if not found or unclear or single(known.negations) & {*kept}:
        return None
    ticked = {*profile.ticked(context.known, question, picked)}
    chosen = tuple(sorted((ticked | found) - away))
    if not chosen or len(chosen) > most:
        return None
    whole = len(found) > 1 or phrases((*known.days.only, *known.finishing)).are_in(words(text))
    return Tell(question, chosen) if whole else Ask(question, chosen)


def _split(said: list[str], written: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before one of these phrases, and what behind it."""
    for each in map(phrase, written):
        if (start := holds(said, each)) is not None:
            return said[:start], said[start + len(each) :]
    return said, []


def _named(said: list[str], names: Mapping[str, Sequence[str]], known: Vocabulary) -> set[str] | None:
    """Those that a text names and nothing else; None where more is said than a few words."""
    left = list(said)
    found: set[str] = set()
    phrased = [(phrase(each), id) for id, many in names.items() for each in many]
    for wanted, id in sorted(phrased, key=lambda each: len(each[0]), reverse=True):
        while wanted and (start := holds(left, wanted)) is not None:
            left[start : start + len(wanted)] = []
            found.add(id)
    left = without(left, (*known.around, *known.polite, *known.agreeing))
    if {*left} & {*known.unclear} & {word for wanted, _ in phrased for word in wanted}:
        return None  # "band and ball": of the bands either may be meant
    return found if found and len(left) <= STRAY_BESIDE_CHOICES else None
