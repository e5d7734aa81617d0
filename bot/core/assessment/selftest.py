"""Self-tests: which question comes next, what the answers speak for, and which lane they propose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.assessment import safety
from bot.core.model.series import (
    CONFIDENT,
    COULD_NOT,
    GENTLE,
    LEFT_OUT,
    STANDARD,
    Band,
    Question,
    Series,
    Test,
)
from bot.core.model.subscriber import Attempt, Subscriber, Value

NOT_SURE = "not-sure"
SKIPPED = (COULD_NOT, NOT_SURE)
"""What a question for a number may be answered with instead of one."""
TOLD = 2
"""How many focus areas the result of a self-test speaks of."""
NUMBER = re.compile(r"^\D{0,12}?(\d{1,3}(?:[.,]\d{1,2})?)\s{0,3}([a-z]{0,12})")


@dataclass(frozen=True, slots=True)
class Focus:
    """A focus area, how strongly the answers speak for it, and the answer that speaks loudest.

    `both` says that the other side of the body gave the same answer.
    """

    area: str
    points: int
    test: str
    question: str
    answer: str
    both: bool = False


class OutOfRange(Exception):
    """A typed number that the question cannot mean; holds its range."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(f"{low}–{high}")
        self.low = low
        self.high = high


def questions(series: Series, subscriber: Subscriber, among: Iterable[Question]) -> tuple[Question, ...]:
    """Those for this person: without what their safety answers, their way of doing exercises or a hold leave out."""
    limits, way, holds = safety.limits(series, subscriber), subscriber.said("way"), holds_on(series, subscriber)
    return tuple(
        each
        for each in among
        if not limits & set(each.limits) and way not in each.ways and not (holds and each.held == LEFT_OUT)
    )


def holds_on(series: Series, subscriber: Subscriber, before: datetime | None = None) -> bool:
    """Whether the person holds on to something firm, in what a self-test has them do and in each move."""
    rules = series.hold_on
    if rules is None:
        return False
    age = series.choices.age(str(subscriber.said("age", before)))
    if (age is not None and age >= rules.from_age) or not safety.limits(series, subscriber).isdisjoint(rules.limits):
        return True
    given = (answer for attempt in subscriber.attempts for answer in attempt.answers)
    known = (answer for answer in given if before is None or answer.at < before)
    asked = ((series.steadying.get(answer.question), answer.value) for answer in known)
    found = (question.told(value, age) for question, value in asked if question is not None)
    return any(told is not None and told.unsteady for told in found)


def open_question(asked: Sequence[Question], attempt: Attempt) -> Question | None:
    """The first question without an answer; None when the attempt is complete."""
    for question in asked:
        value = attempt.value(question.id)
        if value is None:
            return question
        choice = question.choice(str(value))
        if choice and choice.ends:
            return None
    return None


def read_number(text: str, question: Question) -> int | None:
    """The whole number a person typed, in the question's unit ("4 in" and "1 card" too); None when there is none.

    Raises OutOfRange when it lies outside the question's range.
    """
    found = NUMBER.match(text.strip().lower())
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    unit = found[2]
    for name, size in question.also.items():
        if unit and (unit == name or unit.rstrip("s") == name or (name == "in" and unit.startswith("in"))):
            number *= size
    # Half counts up: Python's own round would make 6.5 a 6 and 7.5 an 8.
    whole = int(number + 0.5)
    if "-" in text.split(found[1])[0] or not question.min <= whole <= question.max:
        raise OutOfRange(question.min, question.max)
    return whole


def points(question: Question, value: Value, age: int | None) -> dict[str, int]:
    """The focus areas an answer speaks for, with their points."""
    told = question.told(value, age)
    return told.points if told else {}


def meaning(question: Question, value: Value, age: int | None) -> str:
    """The id of the choice or band an answer belongs to."""
    told = question.told(value, age)
    if told is None:
        return "" if isinstance(value, int) else str(value)
    return told.id


def tells(question: Question, value: Value | None) -> bool:
    """Whether an answer says how a go went, so that it can be compared with another."""
    choice = question.choice(str(value))
    return value not in (None, *SKIPPED) and (choice is None or choice.counts)


def focus_areas(
    series: Series, subscriber: Subscriber, before: datetime | None = None, test: str | None = None
) -> tuple[Focus, ...]:
    """The focus areas, strongest first, from the newest finished attempt of every self-test (or of one).

    Of equal ones the newer week's comes first, then the order its test lists them in. An area is explained by the
    question that gave it most points.
    """
    found: list[tuple[int, int, int, Focus]] = []
    for each in series.tests:
        if test not in (None, each.id):
            continue
        attempt = subscriber.finished(each.id, before)
        if attempt is None or not each.areas:
            continue
        scores = _scores(series, subscriber, each, attempt, before)
        for area, (total, loudest) in scores.items():
            question, answer = loudest
            place = each.areas.index(area) if area in each.areas else len(each.areas)
            both = _of_the_other_side(series, subscriber, each, attempt, question, before) == answer
            found.append((-total, -each.week, place, Focus(area, total, each.id, question, answer, both)))
    return tuple(entry[3] for entry in sorted(found, key=lambda entry: entry[:3]))


def told_areas(series: Series, subscriber: Subscriber, before: datetime | None = None) -> tuple[Focus, ...]:
    """The focus areas that results spoke of: the strongest of each self-test, those of the newest week's first."""
    found = focus_areas(series, subscriber, before)
    tests = sorted(series.tests, key=lambda test: -test.week)
    return tuple(each for test in tests for each in [one for one in found if one.test == test.id][:TOLD])


def _of_the_other_side(
    series: Series, subscriber: Subscriber, test: Test, attempt: Attempt, question: str, before: datetime | None
) -> str:
    """What was answered for the right side to the question about the left one; empty for every other one."""
    known = test.question(question)
    other = test.question(known.pair) if known and known.pair else None
    value = attempt.value(other.id) if other else None
    age = series.choices.age(str(subscriber.said("age", before)))
    return meaning(other, value, age) if other and value is not None else ""


def _scores(
    series: Series, subscriber: Subscriber, test: Test, attempt: Attempt, before: datetime | None
) -> dict[str, tuple[int, tuple[str, str]]]:
    """Area -> (points in all, (question, answer) that gave most)."""
    age = series.choices.age(str(subscriber.said("age", before)))
    totals: dict[str, int] = {}
    loudest: dict[str, tuple[int, tuple[str, str]]] = {}
    for question in test.questions:
        value = attempt.value(question.id)
        if value is None:
            continue
        for area, given in points(question, value, age).items():
            totals[area] = totals.get(area, 0) + given
            if area not in loudest or given > loudest[area][0]:
                loudest[area] = (given, (question.id, meaning(question, value, age)))
    return {area: (total, loudest[area][1]) for area, total in totals.items() if total > 0}


def proposed_lane(series: Series, subscriber: Subscriber, before: datetime | None = None) -> str:
    """The lane that usual pain, age and the tests propose: the most careful voice wins.

    Confident needs little pain and the best answer to every question of every test taken.
    """
    rules = series.lane_rules
    pain = subscriber.said("pain", before)
    age = series.choices.age(str(subscriber.said("age", before)))
    if isinstance(pain, int) and pain >= rules.gentle_from_pain:
        return GENTLE
    if age is not None and age >= rules.gentle_from_age:
        return GENTLE
    voices = _lane_voices(series, subscriber, age, before)
    if GENTLE in voices:
        return GENTLE
    sure = voices and all(voice == CONFIDENT for voice in voices)
    return CONFIDENT if sure and isinstance(pain, int) and pain <= rules.confident_upto_pain else STANDARD


def _lane_voices(series: Series, subscriber: Subscriber, age: int | None, before: datetime | None) -> list[str | None]:
    """What each answer to the newest go at each self-test proposes; a question that was left out has no voice."""
    voices: list[str | None] = []
    for test in series.tests:
        attempt = subscriber.finished(test.id, before) if test.areas else None
        for question in test.questions if attempt else ():
            value = attempt.value(question.id) if attempt else None
            if value is not None:
                told = question.told(value, age)
                voices.append(told.lane if told else GENTLE if value == COULD_NOT else None)
    return voices


def lowered(series: Series, subscriber: Subscriber, before: datetime | None = None) -> frozenset[str]:
    """The ladders on which the newest finished tests let the person start a rung lower."""
    age, found = series.choices.age(str(subscriber.said("age", before))), set[str]()
    for test in series.tests:
        attempt = subscriber.finished(test.id, before)
        for answer in attempt.answers if attempt else ():
            if (question := test.question(answer.question)) is None:
                continue
            told = question.told(answer.value, age)
            found.update(told.lower if told else ())
    return frozenset(found)


def advice(series: Series, subscriber: Subscriber, attempt: Attempt) -> tuple[tuple[Question, Band], ...]:
    """What an attempt measured that has a sentence of its own, once where both sides say the same."""
    age, found = series.choices.age(str(subscriber.said("age"))), dict[str, tuple[Question, Band]]()
    for answer in attempt.answers:
        known = series.question_by_id.get(answer.question)
        told = known[1].told(answer.value, age) if known else None
        if known and isinstance(told, Band) and told.advises:
            found.setdefault(told.id, (known[1], told))
    return tuple(found.values())


def held(subscriber: Subscriber, questions: Sequence[str], before: datetime | None = None) -> int | None:
    """The best measured hold in seconds, of two sides that of the weaker one; None when none was measured."""
    best: dict[str, int] = {}
    if not questions:
        return None
    for answer in (answer for attempt in subscriber.attempts for answer in attempt.answers):
        known = before is None or answer.at < before
        if known and answer.question in questions and isinstance(answer.value, int):
            best[answer.question] = max(answer.value, best.get(answer.question, 0))
    return min(best.values(), default=None)


def lane(series: Series, subscriber: Subscriber, before: datetime | None = None) -> str:
    """The lane the person chose, else the one proposed."""
    chosen = subscriber.said("lane", before)
    if isinstance(chosen, str) and chosen in {lane.id for lane in series.lanes}:
        return chosen
    return proposed_lane(series, subscriber, before)
