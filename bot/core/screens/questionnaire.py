"""Going through a test one question at a time: the safety check, a self-test, a check-in, the re-test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.assessment import safety, selftest
from bot.core.model.callback_data import ANSWERS, CALL, AskAt, Next, Outdated, Reply, StartTest
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Row, rows
from bot.core.model.series import COULD_NOT, OWN_WORDS, PRACTICE, Choice, Question, Series, Test
from bot.core.model.subscriber import Answer, Attempt, Subscriber, Value

CHECK_IN = safety.CHECK_IN
RETEST = safety.RETEST
PAIN = "pain"
ACTIVITY = "activity-"
SURE = "sure"
"""How sure somebody is of the days to come."""
SCALE = tuple(range(11))
SAFETY = "safety"
WHICH = "which"
SIGNS = (SAFETY, WHICH)
"""The kinds of question that belong to the safety check."""
SAFETY_CHOICES = tuple(Choice(id) for id in (safety.NO, safety.YES, safety.NOT_SURE))


def scale(id: str) -> Question:
    """A question answered on the 0 to 10 scale."""
    return Question(id=id, kind="number", min=0, max=10, buttons=SCALE)


def questions(series: Series, subscriber: Subscriber, attempt: Attempt) -> tuple[Question, ...]:
    """The questions of an attempt for this person, in order."""
    signs = tuple(_of_signs(series, id) for id in safety.screens(series, subscriber, attempt))
    if attempt.test in (safety.TEST, *safety.ASKED_AGAIN):
        return signs
    if attempt.test in (CHECK_IN, RETEST):
        asked = (*signs, scale(PAIN), *(scale(ACTIVITY + name) for name in activities(subscriber)))
        if series.care.sure is not None and (attempt.test == RETEST or _first_rated(subscriber, attempt)):
            asked += (scale(SURE),)
        return asked + (_measured_again(series, subscriber) if attempt.test == RETEST else ())
    if attempt.test == safety.ONE_TAP:
        return tuple(scale(answer.question) for answer in attempt.answers)
    test = series.test_by_id.get(attempt.test)
    if test is None:
        raise Outdated(attempt.test)
    return selftest.questions(series, subscriber, test.questions)


def _of_signs(series: Series, id: str) -> Question:
    """A question of the safety check: are there such signs, or which of them is it?"""
    screen = safety.screen(series, id.removesuffix(safety.WHICH))
    if screen is None or id == screen.id:
        return Question(id=id, kind=SAFETY, choices=SAFETY_CHOICES)
    return Question(id=id, kind=WHICH, choices=tuple(Choice(each) for each in (*screen.signs, safety.SEVERAL)))


def _first_rated(subscriber: Subscriber, attempt: Attempt) -> bool:
    """Whether no check-in of this enrollment before that one asked how sure they are."""
    since = subscriber.enrollment.states[0].at
    return not any(
        each.value(SURE) is not None
        for each in subscriber.attempts
        if each.test == CHECK_IN and since <= each.started_at < attempt.started_at
    )


def activities(subscriber: Subscriber) -> tuple[str, ...]:
    """The activities the person chose, without those skipped."""
    chosen = subscriber.said("activities")
    return chosen if isinstance(chosen, tuple) else ()


def _measured_again(series: Series, subscriber: Subscriber) -> tuple[Question, ...]:
    """Tests that only measure without their practice; of each other one the question whose answer spoke loudest.

    And how long somebody stood on one leg, where that can still grow.
    """
    again: list[Question] = []
    for test in map(series.test_by_id.__getitem__, series.measured_again):
        if not test.areas:
            again += [question for question in test.questions if question.role != PRACTICE]
        elif worst := worst_question(series, subscriber, test.id):
            again += [worst, *_steadying(series, subscriber, test, worst)]
    return selftest.questions(series, subscriber, again)


def _steadying(series: Series, subscriber: Subscriber, test: Test, worst: Question) -> list[Question]:
    """The number of a test that tells who is unsteady, of two sides the sore or the worse one, if it gave points."""
    attempt, age = first_finished(subscriber, test.id), series.choices.age(str(subscriber.said("age")))
    gave = dict[str, int]()
    for question in test.questions:
        value = attempt.value(question.id) if attempt else None
        if question.id in series.steadying and question.kind == "number" and value is not None:
            gave[question.id] = sum(selftest.points(question, value, age).values())
    scored = [each for each in test.questions if gave.get(each.id)]
    if not scored or worst.id in gave:
        return []
    return [_of_the_sore_side(series, subscriber, max(scored, key=lambda each: gave[each.id]), scored)]


def worst_question(series: Series, subscriber: Subscriber, test_id: str) -> Question | None:
    """The question of a finished test whose answer gave most points; None when none gave any.

    One whose answers compare goes before one of whose change nothing can be said. Where both sides gave points it is
    the sore side's.
    """
    attempt = first_finished(subscriber, test_id)
    if attempt is None:
        return None
    age = series.choices.age(str(subscriber.said("age")))
    given: dict[str, int] = {}
    for question in series.test_by_id[test_id].questions:
        value = attempt.value(question.id)
        given[question.id] = 0 if value is None else sum(selftest.points(question, value, age).values())
    scored = [question for question in series.test_by_id[test_id].questions if given[question.id]]
    best = max(
        scored, key=lambda each: (each.kind == "choice" or each.change is not None, given[each.id]), default=None
    )
    return best and _of_the_sore_side(series, subscriber, best, scored)


def _of_the_sore_side(series: Series, subscriber: Subscriber, best: Question, scored: list[Question]) -> Question:
    """Of a pair the question about the side that was named as the sore one, if that one is among them."""
    pair = next(((each.id, each.pair) for each in scored if each.pair and best.id in (each.id, each.pair)), None)
    for question, sides in series.choices.leads.items():
        if pair is not None and (said := subscriber.said(question)) in sides:
            return next((each for each in scored if each.id == pair[sides.index(str(said))]), best)
    return best


def first_finished(subscriber: Subscriber, test: str) -> Attempt | None:
    """The first finished attempt at a test in the active enrollment: the *before* of day 21."""
    since = subscriber.enrollment.states[0].at
    for attempt in subscriber.attempts:
        if attempt.test == test and attempt.finished_at and attempt.started_at >= since:
            return attempt
    return None


def start(series: Series, subscriber: Subscriber, test: str, now: datetime) -> tuple[Subscriber, int]:
    """Go on with the open attempt at a test, or begin one; returns its number too.

    It takes the place of one at another self-test of which nothing was answered, so that looking at them keeps nothing.
    """
    number = len(subscriber.attempts)
    if (open_one := subscriber.open_attempt()) is not None:
        place, attempt = open_one
        if attempt.test == test:
            return subscriber, place
        if attempt.test in series.test_by_id and not attempt.answers and place == number - 1:
            number = place
    return subscriber.with_attempt(number, Attempt(test, now, edition=series.edition)), number


def reply(series: Series, subscriber: Subscriber, action: Reply, now: datetime, reopen: bool = False) -> Subscriber:
    """With one answer in one attempt; complete attempts are finished by it.

    The same answer told again keeps its instant: a tap that arrives twice puts no new screen there to be read.

    Raises Outdated for an attempt that is over, a question it does not have or an answer it does not know, and
    OutOfRange for a number the question cannot mean.
    """
    attempt = _attempt(subscriber, action.attempt)
    if attempt.finished_at is not None and not reopen:
        raise Outdated(attempt.test)
    asked = questions(series, subscriber, attempt)
    question = next((each for each in asked if each.id == action.question), None)
    if question is None:
        raise Outdated(action.question)
    value = _value(question, action.value)
    if value == attempt.value(question.id):
        attempt = replace(attempt, finished_at=None)
    else:
        others = tuple(answer for answer in attempt.answers if answer.question != question.id)
        attempt = replace(attempt, answers=(*others, Answer(question.id, value, now)), finished_at=None)
    subscriber = subscriber.with_attempt(action.attempt, attempt)
    # A safety answer can leave questions out, so the list is asked for again.
    if selftest.open_question(questions(series, subscriber, attempt), attempt) is None:
        subscriber = subscriber.with_attempt(action.attempt, replace(attempt, finished_at=now))
    return subscriber


def _value(question: Question, text: str) -> Value:
    if question.kind in ("choice", *SIGNS):
        if question.choice(text) is None:
            raise Outdated(question.id)
        return text
    if text in selftest.SKIPPED:
        return text
    number = selftest.read_number(text, question)
    if number is None:
        raise Outdated(question.id)
    return number


def _attempt(subscriber: Subscriber, number: int) -> Attempt:
    if not 0 <= number < len(subscriber.attempts):
        raise Outdated(str(number))
    return subscriber.attempts[number]


def question_screen(
    series: Series,
    subscriber: Subscriber,
    number: int,
    id: str | None = None,
    back: Button | None = None,
    side: str = "",
) -> OutgoingMessage | None:
    """The screen of one question of an attempt, or of the first open one; None when none is open.

    What has to be done before an answer comes first, the answers are on the other side; typed words answer on both.
    """
    attempt = _attempt(subscriber, number)
    asked = questions(series, subscriber, attempt)
    question = next((each for each in asked if each.id == id), None) if id else None
    question = question or selftest.open_question(asked, attempt)
    if question is None:
        return None
    place = asked.index(question)
    alike = [each for each in asked if each.kind == question.kind or not {each.kind, question.kind} & {*SIGNS}]
    to_do, answers = _to_do(series, asked, place), _answers(number, question, series)
    its, doing = AskAt(number, question.id, ANSWERS if to_do else ""), to_do and side != ANSWERS
    if to_do and not doing:
        back = Button("labels.back", AskAt(number, question.id))
    elif place:
        before = ANSWERS if _to_do(series, asked, place - 1) else ""
        back = Button("labels.back", AskAt(number, asked[place - 1].id, before))
    values: dict[str, Any] = {
        "test": attempt.test,
        "question": question.id,
        "kind": question.kind,
        "unit": question.unit,
        "low": question.min,
        "high": question.max,
        "number": alike.index(question) + 1,
        "of": len(alike),
        "given": attempt.value(question.id),
        "words": words_of(series, question),
        "signs": signs.signs if (signs := safety.screen(series, question.id.removesuffix(safety.WHICH))) else (),
        "also": tuple(question.also),
        "steps": question.id in series.question_by_id,
        "waits": False,
        "hurt": bool(place) and _hurt(asked[place - 1], attempt) and (bool(doing) or not to_do),
        "unable": bool(place and doing) and attempt.value(asked[place - 1].id) == COULD_NOT,
    }
    ways: tuple[Button, ...] = (back,) if back else ()
    if doing:
        if values["unable"] or any(_hurt(each, attempt) for each in asked[:place]):
            ways += (Button("labels.leave-out", Reply(number, question.id, selftest.NOT_SURE)),)
        buttons: tuple[Row, ...] = ((*ways, Button("labels.to-answers", its, style=PRIMARY)),)
    elif question.kind == WHICH:
        # Of many signs the last choice is short, and so is the way back.
        buttons = (*answers[:-1], (*answers[-1], *ways))
    else:
        buttons = (*answers, ways)
    again = AskAt(number, question.id) if doing else its
    held = bool(doing) and question.held == OWN_WORDS and selftest.holds_on(series, subscriber)
    # The figure has its hands free.
    figured = question.id in series.question_by_id and not held
    zone = {"zone": subscriber.zone}
    if question.id == series.ending_life.id:
        return OutgoingMessage("safety/ending-life", {"asked": True, **zone}, buttons, again=again)
    if question.id == series.trigger.id:
        if side == CALL:
            return _call_first(number, question, zone)
        values = {**values, **zone}
    return OutgoingMessage(
        "test/how"
        if doing
        else "safety/which"
        if question.kind == WHICH
        else "safety/question"
        if question.kind == SAFETY
        else "test/question",
        {**values, "held": held} if doing else values,
        buttons,
        behind=tuple(button for row in answers for button in row) if doing else (),
        pictures=(f"{series.question_by_id[question.id][0].id}.{question.id}",) if figured else (),
        again=again,
    )


def _call_first(number: int, question: Question, zone: Mapping[str, Any]) -> OutgoingMessage:
    """Whom to call for a sign for which one calls an ambulance; then for what has passed, and for what was misheard."""
    buttons = (
        (Button("labels.passed-or-not-sure", Reply(number, question.id, selftest.NOT_SURE)),),
        (Button("labels.not-meant", AskAt(number, question.id)),),
    )
    return OutgoingMessage("safety/call-first", zone, buttons, again=AskAt(number, question.id, CALL))


def _to_do(series: Series, asked: tuple[Question, ...], place: int) -> bool:
    """Whether something has to be done before that question is answered: not for what was done just before."""
    recalled = place and asked[place].recalls == asked[place - 1].id
    return asked[place].id in series.question_by_id and not recalled


def _hurt(question: Question, attempt: Attempt) -> bool:
    """Whether what a question asks for hurt."""
    choice = question.choice(str(attempt.value(question.id)))
    return choice is not None and choice.hurt


def _answers(number: int, question: Question, series: Series) -> tuple[Row, ...]:
    if question.kind == SAFETY:
        signs = safety.screen(series, question.id)
        path = "labels." if signs and signs.signs else "labels.plain-"
        no, *others = (Button(path + each.id, Reply(number, question.id, each.id)) for each in question.choices)
        return (no,), tuple(others)
    if question.kind == WHICH:
        screen = question.id.removesuffix(safety.WHICH)
        names = {each.id: f"safety.screens.{screen}.names.{each.id}" for each in question.choices}
        names[safety.SEVERAL] = "labels.several"
        return tuple((Button(names[each.id], Reply(number, question.id, each.id)),) for each in question.choices)
    if question.kind == "choice":
        path = words_of(series, question)
        buttons = {
            each.id: Button(f"{path}.choices.{each.id}", Reply(number, question.id, each.id))
            for each in question.choices
        }
        no_answer = tuple(buttons.pop(each) for each in selftest.SKIPPED if each in buttons)
        return (*((button,) for button in buttons.values()), no_answer)
    numbers = [
        Button("labels.number", Reply(number, question.id, str(value)), {"number": value}) for value in question.buttons
    ]
    width = 6 if len(numbers) > 6 else 3
    could_not = Button("labels.could-not", Reply(number, question.id, COULD_NOT))
    skip = Button("labels.skip-number", Reply(number, question.id, selftest.NOT_SURE))
    # A scale has a 0 for whoever cannot do it, and how much it hurts can always be told.
    return (*rows(numbers, width), (could_not, skip) if question.id in series.question_by_id else (skip,))


def words_of(series: Series, question: Question) -> str:
    """The path of a question's words."""
    if question.id in series.question_by_id:
        return f"selftests.{series.question_by_id[question.id][0].id}.questions.{question.id}"
    if question.id.startswith(ACTIVITY):
        return "screens.activity"
    if question.kind in SIGNS:
        return f"safety.screens.{question.id.removesuffix(safety.WHICH)}"
    return f"screens.{question.id}"


def intro_screen(series: Series, subscriber: Subscriber, test: str, back: Button | None = None) -> OutgoingMessage:
    """What a test needs and how it goes, before its first question."""
    attempt = Attempt(test, subscriber.saved_at)
    count = len(questions(series, subscriber, attempt))
    confidence = series.test_by_id[test].confidence
    buttons: list[Row] = [(Button("labels.start-test", StartTest(test), style=PRIMARY),)]
    if back:
        buttons.append((back,))
    values = {"test": test, "of": count, "confidence": confidence}
    return OutgoingMessage("test/intro", values, tuple(buttons), again=Next())


def result_values(series: Series, subscriber: Subscriber, number: int) -> dict[str, Any]:
    """What an attempt at a self-test came to: its answers in words' ids, its focus areas with their reasons."""
    attempt = _attempt(subscriber, number)
    test = series.test_by_id[attempt.test]
    age = series.choices.age(str(subscriber.said("age")))
    answers = []
    for question in test.questions:
        value = attempt.value(question.id)
        if value is None:
            continue
        answers.append(
            {
                "question": question.id,
                "value": value,
                "unit": question.unit,
                "meaning": selftest.meaning(question, value, age),
            }
        )
    focus = selftest.focus_areas(series, subscriber, test=test.id)
    return {
        "test": test.id,
        "answers": answers,
        "measures": [each for each in answers if isinstance(each["value"], int)],
        "decides": bool(test.areas),
        "gaps": _gaps(series, attempt),
        "advice": bool(selftest.advice(series, subscriber, attempt)),
        "focus": [focus_values(each) for each in focus[: selftest.TOLD]],
    }


def advice(series: Series, subscriber: Subscriber, number: int) -> tuple[OutgoingMessage, ...]:
    """What somebody had better do about what an attempt measured, in a message of its own, which stays."""
    told = selftest.advice(series, subscriber, _attempt(subscriber, number))
    paths = [f"{words_of(series, question)}.advice.{band.id}" for question, band in told]
    return (OutgoingMessage("test/advice", {"advice": paths}),) if paths else ()


def focus_values(focus: selftest.Focus) -> dict[str, str]:
    """A focus area as plain values for a template; `said` is where the words of its reason stand."""
    said = "both" if focus.both else "because"
    return {"area": focus.area, "test": focus.test, "question": focus.question, "answer": focus.answer, "said": said}


def _gaps(series: Series, attempt: Attempt) -> list[dict[str, Any]]:
    """Where the two sides of a pair differ by more than the measure's own error."""
    found = []
    for question in series.test_by_id[attempt.test].questions:
        if question.pair is None or question.gap is None:
            continue
        one, other = attempt.value(question.id), attempt.value(question.pair)
        if isinstance(one, int) and isinstance(other, int) and abs(one - other) > question.gap:
            found.append({"question": question.id, "one": one, "other": other})
    return found
