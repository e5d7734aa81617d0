"""One move by itself, in a minute: which one a person may do, how it is shown, and what it leaves behind."""

from __future__ import annotations

from typing import Any

from bot.core.assessment import pain, safety, selftest
from bot.core.model.callback_data import Ask, HurtMove, Moved, Tell, TryMove
from bot.core.model.message import PRIMARY, Button, OutgoingMessage
from bot.core.model.series import FIRST_MOVE, Exercise, Series
from bot.core.model.subscriber import State, Subscriber

EASIER, MAIN = "easier", "main"
FORMS = (EASIER, MAIN)
SEATED = "seated"
SKIPPED = "skip"


def chosen(series: Series, subscriber: Subscriber) -> tuple[Exercise, str] | None:
    """The first of the series' first moves that the person may do, with the form to do it in; None without any."""
    for name in series.first_move:
        exercise = series.exercise_by_id[name]
        if allowed := forms(series, subscriber, exercise):
            return exercise, _form(series, subscriber, exercise, allowed)
    return None


def forms(series: Series, subscriber: Subscriber, exercise: Exercise) -> tuple[str, ...]:
    """The forms the person may do it in: by what the safety check found, and by how much the knee hurts."""
    hurts = pain.usual(subscriber) or 0
    if exercise.pain_max is not None and hurts > exercise.pain_max:
        return ()
    left = safety.forms(exercise, safety.limits(series, subscriber))
    if subscriber.said("way") == SEATED:
        return FORMS if SEATED in left else ()
    return tuple(form for form in FORMS if form in left)


def _form(series: Series, subscriber: Subscriber, exercise: Exercise, allowed: tuple[str, ...]) -> str:
    """The easier form in a gentle plan and for whoever chose it before; else the main one, where limits leave it."""
    for each in reversed(subscriber.adjustments):
        if each.kind == "level" and each.exercise == exercise.id:
            wanted = EASIER if each.to == EASIER else MAIN
            break
    else:
        wanted = EASIER if series.lane(selftest.lane(series, subscriber)).level == EASIER else MAIN
    return wanted if wanted in allowed else allowed[0]


def key(subscriber: Subscriber) -> str:
    """Under which question it is kept what became of the first move: one for each enrollment."""
    return f"{FIRST_MOVE}-{subscriber.enrollment.number}"


def screen(series: Series, subscriber: Subscriber, exercise: Exercise, form: str) -> OutgoingMessage:
    """The move in a few words, with its figure: done, another form, it hurts, or not now."""
    seated = subscriber.said("way") == SEATED
    dose = exercise.easier_dose if form == EASIER and exercise.easier_dose else exercise.dose
    first = subscriber.state is State.ONBOARDING
    other = MAIN if form == EASIER else EASIER
    turn = [Button("labels.done", Moved(exercise.id, form), style=PRIMARY)]
    turn.append(Button("labels.it-hurts", HurtMove(exercise.id, form)))
    others: list[Button] = []
    if not seated and other in forms(series, subscriber, exercise):
        others.append(Button(f"labels.level-{other}", TryMove(exercise.id, other)))
    if first:
        others.append(Button("labels.skip", Tell(FIRST_MOVE, (SKIPPED,))))
    buttons = tuple(tuple(row) for row in (turn, others) if row)
    values: dict[str, Any] = {
        "exercise": exercise.id,
        "form": SEATED if seated else form,
        "first": first,
        "sets": 1,
        "reps": [dose.reps[0], dose.reps[0]] if dose.reps else None,
        "seconds": [dose.seconds[0], dose.seconds[0]] if dose.seconds else None,
        "each_side": dose.each_side,
    }
    figures = () if seated else (exercise.id,) if form == MAIN else (f"{exercise.id}-{form}", exercise.id)
    again = Ask(FIRST_MOVE) if first else TryMove(exercise.id, form)
    return OutgoingMessage("move/now", values, buttons, pictures=figures, again=again)
