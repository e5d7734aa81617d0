"""/exercises: every exercise by the part of the body it is for, to look at, and one put into the person's own place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from bot.core.assessment import pain, safety
from bot.core.model.callback_data import MORE, Outdated, PutIn, ShowArea, ShowMove, TakeOut
from bot.core.model.context import Context
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, Row, rows
from bot.core.model.series import FORMS, MAIN, WEEK, Exercise, Series
from bot.core.model.subscriber import Adjustment, State, Subscriber
from bot.core.schedule import plan as planning
from bot.core.schedule.calendar import Day, DayType, days
from bot.core.screens import session
from bot.core.screens.exercise import pictures, shown_values
from bot.core.screens.onboarding import flag_screen

OPEN, FLAGGED, NO_PLAN, AT_REST = "open", "flagged", "no-plan", "at-rest"
"""What somebody may do with a move: put it into their plan, or look at it only, and why."""
ALL = Button("labels.all-exercises", ShowArea(""))
AHEAD = timedelta(days=2 * WEEK)
"""So far ahead is looked for the next session that holds a move."""


def show(context: Context) -> Reaction:
    """All parts of the body; before that, for whoever must not exercise now, what to do about it."""
    series, subscriber = context.series, context.subscriber
    flag = safety.flagged(series, subscriber) if subscriber else None
    first = (flag_screen(subscriber, flag),) if subscriber and flag else ()
    return context.reply(*first, _parts(context))


def show_area(context: Context, action: ShowArea) -> Reaction:
    """The exercises for one part of the body; a part there is not leads to all of them."""
    among = for_area(context.series, action.area)
    if not among:
        return context.reply(_parts(context))
    form = _form_of(context)
    buttons = [_button(each.id, form(each.id)) for each in among]
    values = {"area": action.area, "allowed": _stands(context)}
    ways: tuple[Row, ...] = (*rows(buttons, 1), (Button("labels.all-areas", ShowArea("")),))
    return context.reply(OutgoingMessage("exercises/area", values, ways, again=action, instead=True))


def show_move(context: Context, action: ShowMove) -> Reaction:
    """One exercise with its figure and cues, or all its words; without a form, as it would stand in the plan.

    Raises Outdated for an exercise there is not.
    """
    return _move(context, action.exercise, action.form, in_words=action.side == MORE)


def put_in(context: Context, action: PutIn) -> Reaction:
    """The exercise takes the person's own place from now on, or what keeps it out is said.

    Raises Outdated for an exercise there is not.
    """
    exercise, subscriber = _known(context, action.exercise), context.known
    if _stands(context) != OPEN or _bar(context, exercise) is not None:
        return _move(context, exercise.id)
    before = planning.put_in(context.series, subscriber, planning.days_of(context.series, exercise.id))
    # A swap for it would put another move there at once.
    over = {(planning.PUT_IN, before), (planning.PUT_IN, exercise.id), ("swap", exercise.id)}
    kept = tuple(each for each in subscriber.adjustments if (each.kind, each.exercise) not in over)
    chosen = Adjustment(planning.PUT_IN, exercise.id, "", context.now)
    context = context.keeping(replace(subscriber, adjustments=(*kept, chosen)))
    return _move(context, exercise.id, said="put-in", instead_of=before if before != exercise.id else "")


def take_out(context: Context, action: TakeOut) -> Reaction:
    """The exercise does not take the person's own place any more.

    Raises Outdated for an exercise there is not.
    """
    exercise, subscriber = _known(context, action.exercise), context.known
    own = (planning.PUT_IN, exercise.id)
    kept = tuple(each for each in subscriber.adjustments if (each.kind, each.exercise) != own)
    return _move(context.keeping(replace(subscriber, adjustments=kept)), exercise.id, said="taken-out")


def for_area(series: Series, area: str) -> tuple[Exercise, ...]:
    """The exercises that are for a part of the body most."""
    return tuple(each for each in series.exercises if each.areas[0] == area)


def own_moves(series: Series, subscriber: Subscriber, day: Day) -> list[dict[str, Any]]:
    """What the person put into their plan, as plain values: the move, the days it comes on, and what keeps it out."""
    found = []
    for type in (DayType.STRENGTH, DayType.MOBILITY):
        if exercise := planning.put_in(series, subscriber, type):
            bar = planning.barred(series, subscriber, day, exercise)
            found.append(
                {
                    "exercise": exercise,
                    "form": planning.form_for(series, subscriber, day, exercise),
                    "type": type.value,
                    "bar": _bar_values(series, subscriber, bar, exercise),
                }
            )
    return found


def own_buttons(own: list[dict[str, Any]]) -> tuple[Row, ...]:
    """The way to what the person put in."""
    return rows([_button(each["exercise"], each["form"]) for each in own], 2)


def _parts(context: Context) -> OutgoingMessage:
    series = context.series
    areas = [area for area in series.areas if for_area(series, area)]
    buttons = [Button(f"areas.{area}.name", ShowArea(area)) for area in areas]
    values = {"count": len(series.exercises), "allowed": _stands(context)}
    return OutgoingMessage("exercises/all", values, rows(buttons, 2), again=ShowArea(""), instead=True)


def _button(exercise: str, form: str) -> Button:
    return Button("labels.move", ShowMove(exercise), {"exercise": exercise, "form": form})


def _form_of(context: Context) -> Callable[[str], str]:
    """In which form an exercise is named: as the person would do it, where they may put it into a plan."""
    ahead = _ahead(context) if _stands(context) == OPEN else []
    if not ahead:
        return lambda exercise: MAIN
    return partial(planning.form_for, context.series, context.known, soon(ahead))


def _form_button(exercise: str, form: str) -> Button:
    return Button(f"labels.form-{form.replace('_', '-')}", ShowMove(exercise, form))


def _known(context: Context, exercise: str) -> Exercise:
    found = context.series.exercise_by_id.get(exercise)
    if found is None:
        raise Outdated("exercise")
    return found


def _stands(context: Context) -> str:
    series, subscriber = context.series, context.subscriber
    if subscriber is None:
        return NO_PLAN
    if safety.flagged(series, subscriber) is not None:
        return FLAGGED
    if subscriber.enrollment.day_one is None:
        return NO_PLAN
    return OPEN if subscriber.state in (State.RUNNING, State.PAUSED) else AT_REST


def _ahead(context: Context) -> list[Day]:
    """The days of the series from today on, of which today's is left out once its session is done."""
    series, subscriber = context.series, context.known
    today = session.today(subscriber, context.now)
    over = [each.date for each in subscriber.sessions if each.finished_at]
    return [day for day in days(series, subscriber, today + AHEAD) if day.date >= today and day.date not in over]


def soon(ahead: list[Day]) -> Day:
    """The first of these days that counts what was told today: the second, where there is one."""
    return ahead[min(1, len(ahead) - 1)]


def _bar(context: Context, exercise: Exercise) -> planning.Bar | None:
    ahead = _ahead(context)
    return planning.barred(context.series, context.known, soon(ahead), exercise.id) if ahead else None


def _move(
    context: Context, id: str, form: str = "", said: str = "", instead_of: str = "", *, in_words: bool = False
) -> Reaction:
    """One exercise: its figure and cues, what a change of the plan came to, or all that is said of it in words."""
    exercise, stands = _known(context, id), _stands(context)
    series, subscriber = context.series, context.subscriber
    item = bar = coming = None
    is_in = False
    if subscriber is not None and stands == OPEN:
        ahead = _ahead(context)
        if ahead:
            item, bar = planning.as_put_in(series, subscriber, soon(ahead), id), _bar(context, exercise)
        is_in = planning.put_in(series, subscriber, planning.days_of(series, id)) == id
        coming = _coming(series, subscriber, ahead, id) if is_in else None
    limits = safety.limits(series, subscriber) if subscriber is not None else frozenset[str]()
    there = [each for each in forms(exercise) if each in safety.forms(exercise, limits)] or [MAIN]
    if form in there or item is None:
        item = planning.to_look_at(series, id, form if form in there else there[0])
    values = {
        **shown_values(series, subscriber, item),
        "browsed": {
            "allowed": stands,
            "said": said,
            "is_in": is_in,
            "type": planning.days_of(series, id).value,
            "next": coming,
            "instead_of": instead_of,
            "form": item.form,
            "bar": _bar_values(series, subscriber, bar, id),
        },
    }
    back: Row = (Button("labels.back", ShowMove(id, form) if in_words or said else ShowArea(exercise.areas[0])),)
    if in_words:
        others = [_form_button(id, each) for each in there if each != item.form]
        again = ShowMove(id, form, MORE)
        return context.reply(
            OutgoingMessage("exercises/more", values, rows([*others, *back], 3), again=again, instead=True)
        )
    change: tuple[Row, ...] = ()
    if is_in:
        change = ((Button("labels.take-out", TakeOut(id)),),)
    elif stands == OPEN and bar is None:
        change = ((Button("labels.put-in", PutIn(id), style=PRIMARY),),)
    turn: Row = back if said else (Button("labels.more", ShowMove(id, form, MORE)), *back)
    shown = () if said else pictures(item)
    screen = OutgoingMessage(
        "exercises/one", values, (*change, turn), pictures=shown, again=ShowMove(id, form), instead=True
    )
    return context.reply(screen)


def forms(exercise: Exercise) -> tuple[str, ...]:
    """The forms of an exercise that differ for anybody: without kit only where it needs some, and so on."""
    needed = {"kit_free": bool(exercise.kit), "kneel_free": bool(set(planning.ON_THE_FLOOR) & set(exercise.asks))}
    return tuple(form for form in FORMS if needed.get(form, True))


def _coming(series: Series, subscriber: Subscriber, ahead: list[Day], exercise: str) -> date | None:
    held = (day.date for day in ahead if planning.plan(series, subscriber, day).item(exercise) is not None)
    return next(held, None)


def _bar_values(
    series: Series, subscriber: Subscriber | None, bar: planning.Bar | None, exercise: str
) -> dict[str, Any] | None:
    if bar is None or subscriber is None:
        return None
    asked = series.exercise_by_id[exercise]
    return {
        "rule": bar.rule,
        "limits": list(bar.limits),
        "kit": [id for each in asked.kit for id in each.split("|")],
        "upto": asked.pain_max,
        "pain": pain.usual(subscriber),
    }
