"""Self-tests: which question comes next, what the answers speak for, and which lane they propose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from bot.core.assessment import safety
from bot.core.model.series import (
    CONFIDENT,
    COULD_NOT,
    GENTLE,
    LEFT_OUT,
    STANDARD,
    Band,
    Choice,
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
    steadying = series.steadying
    for attempt in subscriber.attempts:
        for answer in attempt.answers:  # of years, in which few are of these questions
            if answer.question in steadying and (before is None or answer.at < before):
                told = steadying[answer.question].told(answer.value, age)
                if told is not None and told.unsteady:
                    return True
    return False


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
    return _meaning(value, question.told(value, age))


def _meaning(value: Value, told: Choice | Band | None) -> str:
    if told is None:
        return "" if isinstance(value, int) else str(value)
    return told.id


def tells(question: Question, value: Value | None) -> bool:
    """Whether an answer says how a go went, so that it can be compared with another."""
    choice = question.choice(str(value))
    return value not in (None, *SKIPPED) and (choice is None or choice.counts)


class Taken(NamedTuple):
    """The newest finished attempt at a self-test, and what each of its answers tells."""

    test: Test
    answers: dict[str, tuple[Question, Value, Choice | Band | None]]


@dataclass(frozen=True, eq=False)
class Results:
    """What somebody's self-tests say at an instant; each answer is read once."""

    series: Series
    subscriber: Subscriber
    before: datetime | None = None

    @cached_property
    def age(self) -> int | None:
        """The age in years that their age band starts at, or None."""
        return self.series.choices.age(str(self.subscriber.said("age", self.before)))

    @cached_property
    def taken(self) -> list[Taken]:
        """The tests that they took."""
        found = ((test, self.subscriber.finished(test.id, self.before)) for test in self.series.tests)
        return [Taken(test, self._answers(test, attempt)) for test, attempt in found if attempt is not None]

    def _answers(self, test: Test, attempt: Attempt) -> dict[str, tuple[Question, Value, Choice | Band | None]]:
        said = {answer.question: answer.value for answer in attempt.answers}
        return {
            each.id: (each, said[each.id], each.told(said[each.id], self.age))
            for each in test.questions
            if each.id in said
        }

    @property
    def focus_areas(self) -> tuple[Focus, ...]:
        """The focus areas, strongest first.

        Of equal ones the newer week's comes first, then the order its test lists them in. An area is explained by the
        question that gave it most points.
        """
        found: list[tuple[int, int, int, Focus]] = []
        for each in self.taken:
            test = each.test
            for area, (total, question) in _scores(each).items() if test.areas else ():
                answer = _meaning(*each.answers[question][1:])
                place = test.areas.index(area) if area in test.areas else len(test.areas)
                other = each.answers.get(each.answers[question][0].pair or "")
                both = other is not None and _meaning(*other[1:]) == answer
                found.append((-total, -test.week, place, Focus(area, total, test.id, question, answer, both)))
        return tuple(entry[3] for entry in sorted(found, key=lambda entry: entry[:3]))

    @property
    def told_areas(self) -> tuple[Focus, ...]:
        """The focus areas that results spoke of: the strongest of each self-test, those of the newest week's first."""
        found = self.focus_areas
        tests = sorted(self.series.tests, key=lambda test: -test.week)
        return tuple(each for test in tests for each in [one for one in found if one.test == test.id][:TOLD])

    @property
    def proposed_lane(self) -> str:
        """The lane that usual pain, age and the tests propose: the most careful voice wins.

        Confident needs little pain and the best answer to every question of every test taken.
        """
        rules, pain = self.series.lane_rules, self.subscriber.said("pain", self.before)
        if isinstance(pain, int) and pain >= rules.gentle_from_pain:
            return GENTLE
        if self.age is not None and self.age >= rules.gentle_from_age:
            return GENTLE
        voices = self._lane_voices
        if GENTLE in voices:
            return GENTLE
        sure = voices and all(voice == CONFIDENT for voice in voices)
        return CONFIDENT if sure and isinstance(pain, int) and pain <= rules.confident_upto_pain else STANDARD

    @property
    def _lane_voices(self) -> list[str | None]:
        """What each answer proposes; a question that was left out has no voice."""
        answers = [answer for each in self.taken if each.test.areas for answer in each.answers.values()]
        return [told.lane if told else GENTLE if value == COULD_NOT else None for _, value, told in answers]

    @property
    def lane(self) -> str:
        """The lane the person chose, else the one proposed."""
        chosen = self.subscriber.said("lane", self.before)
        if isinstance(chosen, str) and chosen in {lane.id for lane in self.series.lanes}:
            return chosen
        return self.proposed_lane

    @property
    def lowered(self) -> frozenset[str]:
        """The ladders on which the person starts a rung lower."""
        answers = (answer for each in self.taken for answer in each.answers.values())
        return frozenset(ladder for _, _, told in answers for ladder in (told.lower if told else ()))


def _scores(taken: Taken) -> dict[str, tuple[int, str]]:
    """Area -> (points in all, the question that gave most)."""
    totals: dict[str, int] = {}
    loudest: dict[str, tuple[int, str]] = {}
    for question, _, told in taken.answers.values():
        for area, given in told.points.items() if told else ():
            totals[area] = totals.get(area, 0) + given
            if area not in loudest or given > loudest[area][0]:
                loudest[area] = (given, question.id)
    return {area: (total, loudest[area][1]) for area, total in totals.items() if total > 0}


def focus_areas(series: Series, subscriber: Subscriber, test: str | None = None) -> tuple[Focus, ...]:
    """The focus areas now, strongest first, from the newest finished attempt of every self-test (or of one)."""
    return tuple(each for each in Results(series, subscriber).focus_areas if test in (None, each.test))


def told_areas(series: Series, subscriber: Subscriber) -> tuple[Focus, ...]:
    """The focus areas that results spoke of till now."""
    return Results(series, subscriber).told_areas


def proposed_lane(series: Series, subscriber: Subscriber) -> str:
    """The lane that is proposed now."""
    return Results(series, subscriber).proposed_lane


def lane(series: Series, subscriber: Subscriber, before: datetime | None = None) -> str:
    """The lane the person chose, else the one proposed."""
    return Results(series, subscriber, before).lane


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
