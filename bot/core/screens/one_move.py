"""Doing one move by itself: shown, done, or stopped because it hurts; as the very first, and when a week was empty."""

from __future__ import annotations

from dataclasses import replace

from bot.core.assessment import safety
from bot.core.model.callback_data import HurtMove, Moved, Next, Outdated, ShowDay, StartTest, TryMove
from bot.core.model.context import Context
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, Row
from bot.core.model.series import Exercise
from bot.core.model.subscriber import Adjustment, Session, State, Subscriber
from bot.core.screens import move, onboarding, session

DONE, HURT = "done", "hurt"


def show(context: Context, action: TryMove) -> Reaction:
    """A move by itself, in a form of one's choice.

    Raises Outdated for a move or a form that is not there, or that the person may not do any more.
    """
    exercise = _allowed(context, action.exercise, action.form)
    return context.reply(move.screen(context.series, context.known, exercise, action.form))


def done(context: Context, action: Moved) -> Reaction:
    """It was done, and it counts; before there is a plan the next question follows.

    Raises Outdated as `show` does.
    """
    exercise = _allowed(context, action.exercise, action.form)
    subscriber, now = context.known, context.now
    subscriber = _in_that_form(context, subscriber, action.exercise, action.form)
    if subscriber.state is State.ONBOARDING:
        subscriber = subscriber.saying(move.key(subscriber), DONE, now)
        after = onboarding.go_on(context.keeping(subscriber))
        well = OutgoingMessage(
            "move/done", {"exercise": exercise.id, "form": action.form, "first": True, "this_week": 0}, instead=True
        )
        return replace(after, messages=(well, *after.messages))
    on = session.today(subscriber, now)
    if (found := subscriber.session(on)) is None or found.finished_at is None:
        begun = found or Session(on, now)
        kept = replace(begun, short=True, done=(*begun.done, exercise.id), finished_at=now, declined_at=None)
        subscriber = subscriber.with_session(kept)
    values = {
        "exercise": exercise.id,
        "form": action.form,
        "first": False,
        "this_week": session.done_in_week(context.series, subscriber, on),
    }
    return context.keeping(subscriber).reply(OutgoingMessage("move/done", values, instead=True))


def hurts(context: Context, action: HurtMove) -> Reaction:
    """It hurts, so it ends here: the easier form from now on, and the signs for whom it is sharp.

    Raises Outdated as `show` does.
    """
    exercise = _allowed(context, action.exercise, action.form)
    subscriber = _in_that_form(context, context.known, action.exercise, move.EASIER)
    subscriber = subscriber.saying(move.key(subscriber), HURT, context.now)
    buttons: list[Row] = [(Button("labels.to-the-signs", StartTest(safety.TRIGGER), style=PRIMARY),)]
    if action.form != move.EASIER and move.EASIER in move.forms(context.series, subscriber, exercise):
        buttons.append((Button("labels.level-easier", TryMove(exercise.id, move.EASIER)),))
    first = subscriber.state is State.ONBOARDING
    if first:
        buttons.append((Button("labels.go-on", Next()),))
    else:
        buttons.append((Button("labels.today", ShowDay(session.today(subscriber, context.now))),))
    values = {"exercise": exercise.id, "form": action.form, "first": first}
    return context.keeping(subscriber).reply(OutgoingMessage("move/hurts", values, tuple(buttons), again=action))


def _allowed(context: Context, exercise: str, form: str) -> Exercise:
    """The exercise, if the person may do it by itself."""
    series, subscriber = context.series, context.known
    known = series.exercise_by_id.get(exercise)
    open_to = safety.passed(series, subscriber) and subscriber.state in (State.ONBOARDING, State.RUNNING)
    if known is None or not open_to or form not in move.forms(series, subscriber, known):
        raise Outdated("move")
    return known


def _in_that_form(context: Context, subscriber: Subscriber, exercise: str, form: str) -> Subscriber:
    """Whoever did it in the easier form, or was hurt by it, meets it so in their plan."""
    if form != move.EASIER:
        return subscriber
    change = Adjustment("level", exercise, form, context.now)
    return subscriber.adjusting(change)
