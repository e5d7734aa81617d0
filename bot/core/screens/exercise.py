"""One exercise on the screen: its film, its dose and three cues; behind More, whatever else there is to say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from bot.core.assessment import pain, safety
from bot.core.model.callback_data import (
    Action,
    Done,
    Enough,
    GetDown,
    HowKnown,
    ItHurts,
    Outdated,
    SetDone,
    SetLevel,
    ShowExercise,
    ShowMistake,
    ShowMore,
    ShowSteps,
    StartTimer,
    SwapFor,
    Why,
)
from bot.core.model.context import Context
from bot.core.model.message import PRIMARY, Button, Countdown, OutgoingMessage, Reaction, Row, plain
from bot.core.model.series import EASIER, FLOOR, KNEEL_FREE, LEVELS, MAIN, STRENGTH, Series
from bot.core.model.subscriber import Adjustment, Session, Subscriber
from bot.core.schedule.calendar import Day
from bot.core.schedule.plan import PUT_IN, Item, Plan, form_for, is_on_the_floor, plan, swaps
from bot.core.screens import session
from bot.core.screens.onboarding import flag_screen, held

KIT_FREE = "kit_free"
FLOORS = ("yes", "no")
"""Whether somebody gets down to the floor and up again; not sure counts as no."""
LONGEST_TIMER = 180
READY_SECONDS = 5
"""Before a hold is counted: time to put the phone down and get into place."""
LEAST_STEP, MOST_STEPS = 5, 8
"""A hold is counted down in so few edits, and never in shorter steps: seconds, and how many."""


class Place(NamedTuple):
    """An exercise of a date's plan: the plan as it is gone through, and where the exercise stands in it."""

    day: Day
    plan: Plan
    item: Item
    number: int
    short: bool

    @property
    def names(self) -> list[str]:
        """All exercises of the plan in order."""
        return [item.exercise for item in self.plan.items]

    @property
    def again(self) -> ShowExercise:
        """The way to this very screen."""
        return ShowExercise(self.day.date, self.item.exercise, self.short)


def face(
    series: Series,
    subscriber: Subscriber,
    item: Item,
    rows: tuple[Row, ...],
    again: Action,
    behind: Row = (),
    **more: Any,
) -> OutgoingMessage:
    """An exercise at one look, wherever it is shown: its film, its dose, its cues, and when to stop.

    `behind` are buttons that typed words may stand for though they are not drawn.
    """
    values = {**shown_values(series, subscriber, item), **more}
    # What stood there before, a question or a move, leaves nothing, also where only one of the two has a figure.
    return OutgoingMessage(
        "session/exercise", values, rows, pictures=pictures(item), again=again, behind=behind, instead=True
    )


def shown_values(series: Series, subscriber: Subscriber | None, item: Item) -> dict[str, Any]:
    """One exercise as its screen shows it, in no place of any session: also to whoever has no plan."""
    return {
        **session.item_values(item),
        "number": 0,
        "of": 0,
        "short": False,
        "sets_done": 0,
        "kind": series.exercise_by_id[item.exercise].kind,
        "reminders": reminders(series, subscriber, item) if subscriber else [],
        "upto": pain.red_from(series.care.pain, pain.usual(subscriber) if subscriber else None) - 1,
        "said": "",
        "begins": True,
    }


def reminders(series: Series, subscriber: Subscriber, item: Item) -> list[str]:
    """The limits of a person that an exercise reminds of."""
    kind, mine = series.exercise_by_id[item.exercise].kind, safety.limits(series, subscriber)
    return [limit.id for limit in series.limits if limit.id in mine and kind in limit.reminds]


def pictures(item: Item) -> tuple[str, ...]:
    """The figures of an exercise in the form it is shown; none where it would show another way to do it.

    Without kit it is nearest to the easier form, which asks for least.
    """
    if item.form == MAIN:
        return (item.exercise,)
    if item.form == KIT_FREE:
        return (f"{item.exercise}-{EASIER}", item.exercise)
    return (f"{item.exercise}-{item.form}", item.exercise) if item.form in LEVELS else ()


# --- Through a session --------------------------------------------------------------------------------------------


def begin(context: Context, on: date, short: bool, *, told: bool = False, said: str = "") -> Reaction:
    """The first exercise of a date, below what its plan follows from unless that was told just before.

    Where its plan has none, the plan. Before the first move that is done on the floor, whether the person gets there.

    Raises Outdated when the day has passed.
    """
    series, known = context.series, context.known
    day = session.day_of(series, known, on)
    the_plan = plan(series, known, day) if day else None
    if the_plan is None or not the_plan.items:
        return session.show_today(context)
    moves = (the_plan.short() if short else the_plan).items
    if known.said("way") is None and known.said(FLOOR) is None and any(is_on_the_floor(series, item) for item in moves):
        return context.reply(_floor_screen(GetDown(on, "", short, told)))
    first = show(context, ShowExercise(on, the_plan.items[0].exercise, short), said)
    # A reminder leads straight here, so what the plan follows from is said here too, with the way out.
    if (upshot := session.upshot_screen(the_plan.upshot)) is None:
        return first
    way_out = [button for row in upshot.buttons for button in row]
    below = [replace(each, behind=(*each.behind, *way_out)) for each in first.messages]
    return replace(first, messages=tuple(below) if told else (upshot, *below))


def _floor_screen(asked: GetDown) -> OutgoingMessage:
    answers = (Button(f"labels.floor-{each}", replace(asked, value=each)) for each in FLOORS)
    return OutgoingMessage("session/floor", {}, tuple((each,) for each in answers), again=asked)


def get_down(context: Context, action: GetDown) -> Reaction:
    """Keep whether the person gets down to the floor, and go on to the session; /settings changes it.

    Raises Outdated when the day has passed, and for an answer that is not known.
    """
    series, known, on = context.series, context.known, action.date
    if (flag := safety.flagged(series, known)) is not None:
        return context.reply(flag_screen(known, flag))
    if not session.is_open(series, known, on, context.now) or action.value not in ("", *FLOORS):
        raise Outdated("day")
    if not action.value:
        return context.reply(_floor_screen(action))
    known = known.saying(FLOOR, action.value, context.now)
    if leaves_out := action.value == FLOORS[1]:
        known = known.saying("way", KNEEL_FREE, context.now)
    return begin(context.keeping(known), on, action.short, told=action.told, said="no-floor" if leaves_out else "")


def show(context: Context, action: ShowExercise, said: str = "") -> Reaction:
    """One exercise of the day's plan; showing it notes those before it as done.

    Raises Outdated when the day has passed or its plan no longer holds that exercise.
    """
    series, subscriber = context.series, context.known
    if (before := held(series, subscriber)) is not None:
        return context.reply(before)
    place = _open(context, action.date, action.exercise, action.short)
    kept = subscriber.with_session(_begun(context, place))
    return context.keeping(kept).reply(_screen(series, kept, place, said))


def set_done(context: Context, action: SetDone) -> Reaction:
    """One more set is done: kept, so that nothing is lost, and the exercise with it ticked off.

    Raises Outdated as `show` does, and for a set there is not.
    """
    series, subscriber = context.series, context.known
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(flag_screen(subscriber, flag))
    place = _open(context, action.date, action.exercise, session.is_short(subscriber, action.date))
    if not 1 <= action.number <= place.item.sets:
        raise Outdated("set")
    begun = _begun(context, place)
    counted = max(action.number, sets_done(begun, place.item))
    subscriber = subscriber.with_session(begun.with_sets(place.item.exercise, counted, of=place.item.sets))
    return context.keeping(subscriber).reply(_screen(series, subscriber, place, ""))


def sets_done(begun: Session | None, item: Item) -> int:
    """How many sets of an exercise are done in a session."""
    if begun is None:
        return 0
    return item.sets if item.exercise in begun.done else min(dict(begun.sets).get(item.exercise, 0), item.sets)


def _place(context: Context, on: date, exercise: str, short: bool) -> Place:
    day = session.day_of(context.series, context.known, on)
    if day is None:
        raise Outdated("day")
    the_plan = plan(context.series, context.known, day)
    the_plan = the_plan.short() if short else the_plan
    for number, item in enumerate(the_plan.items):
        if item.exercise == exercise:
            return Place(day, the_plan, item, number, short)
    raise Outdated("exercise")


def _open(context: Context, on: date, exercise: str, short: bool) -> Place:
    place = _place(context, on, exercise, short)
    if not session.is_open(context.series, context.known, on, context.now):
        raise Outdated("day")
    return place


def _begun(context: Context, place: Place) -> Session:
    """The session of that date as it stands at an exercise: those before it are done."""
    on = place.day.date
    begun = (context.known.session(on) or Session(on, context.now)).with_done(place.names[: place.number])
    return session.through(place.plan, replace(begun, short=place.short, declined_at=None))


def _screen(series: Series, subscriber: Subscriber, place: Place, said: str) -> OutgoingMessage:
    on, item = place.day.date, place.item
    done = sets_done(subscriber.session(on), item)
    counts: list[Button] = []
    if item.sets > 1 and done < item.sets:
        target = SetDone(on, item.exercise, done + 1)
        counts.append(Button("labels.set-done", target, {"number": done + 1, "sets": item.sets}, style=PRIMARY))
    if _is_timed(item):
        counts.append(Button("labels.timer", StartTimer(on, item.exercise), {"seconds": _seconds(item)}))
    onward = replace(_onward(place), style="" if item.sets > 1 and done < item.sets else PRIMARY)
    turn = (onward, _hurts(place), Button("labels.more", ShowMore(on, item.exercise)))
    before = [Button("labels.back", place_before)] if (place_before := _before(place)) else []
    behind = (*before, *(button for row in _more_rows(series, subscriber, place) for button in row))
    return face(
        series,
        subscriber,
        item,
        tuple(row for row in (tuple(counts), turn) if row),
        place.again,
        behind,
        number=place.number + 1,
        of=len(place.names),
        short=place.short,
        leads=_leads(series, place),
        begins=not place.number,
        sets_done=done if item.sets > 1 else 0,
        said=said,
    )


def _leads(series: Series, place: Place) -> str:
    """The side that goes first, told once: with the first move of the session that trains one side after the other."""
    strength = (each for each in place.plan.items if series.exercise_by_id[each.exercise].kind == STRENGTH)
    led = (each for each in strength if each.leads and each.sore is None)
    return place.item.leads if next(led, None) is place.item else ""


def _onward(place: Place) -> Button:
    on, names = place.day.date, place.names
    if place.number + 1 == len(names):
        return Button("labels.done", Done(on, place.short))
    return Button("labels.next-exercise", ShowExercise(on, names[place.number + 1], place.short))


def _before(place: Place) -> ShowExercise | None:
    if not place.number:
        return None
    return ShowExercise(place.day.date, place.names[place.number - 1], place.short)


def _hurts(place: Place) -> Button:
    return Button("labels.it-hurts", ItHurts(place.day.date, place.item.exercise))


def around(series: Series, subscriber: Subscriber, day: Day, exercise: str) -> tuple[Row, ...]:
    """After a move that hurt: an easier form, another move, on to the next one, or enough for today."""
    on = day.date
    the_plan = plan(series, subscriber, day)
    if session.is_short(subscriber, on):
        the_plan = the_plan.short()
    names = [item.exercise for item in the_plan.items]
    item = the_plan.item(exercise)
    found: list[Row] = []
    if item is not None and item.level != LEVELS[0] and LEVELS[0] in item.levels and not the_plan.easy:
        found.append((Button("labels.level-easier", SetLevel(on, exercise, LEVELS[0])),))
    for id in swaps(series, subscriber, day, exercise)[:1]:
        found.append((_swap_button(series, subscriber, day, exercise, id),))
    if exercise in names[:-1]:
        found.append((Button("labels.next-exercise", ShowExercise(on, names[names.index(exercise) + 1])),))
    return (*found, (Button("labels.enough", Enough(on)),))


# --- Behind More --------------------------------------------------------------------------------------------------


def more(context: Context, action: ShowMore) -> Reaction:
    """How the exercise should feel, and the way to all else there is.

    Raises Outdated when the plan no longer holds it.
    """
    series, subscriber = context.series, context.known
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(flag_screen(subscriber, flag))
    place = _place(context, action.date, action.exercise, session.is_short(subscriber, action.date))
    *rows, reason = _more_rows(series, subscriber, place)
    rows.append((*reason, Button("labels.back", place.again)))
    screen = OutgoingMessage("session/more", place.item.named, tuple(rows), again=action)
    return context.reply(replace(screen, pictures=pictures(place.item), behind=(_onward(place), _hurts(place))))


def steps(context: Context, action: ShowSteps) -> Reaction:
    """How the main form of an exercise is done, step by step.

    Raises Outdated when the plan no longer holds it.
    """
    return _page(context, action, OutgoingMessage("session/steps"))


def mistake(context: Context, action: ShowMistake) -> Reaction:
    """The common mistake of an exercise, with the right way beside it where that can be seen.

    Raises Outdated when the plan no longer holds it.
    """
    return _page(context, action, OutgoingMessage("session/mistake"))


def why(context: Context, action: Why) -> Reaction:
    """Why an exercise is in the plan: the answer that led to it, and what it may help with.

    Raises Outdated when the plan no longer holds it.
    """
    how = Button("labels.how-known", HowKnown(action.date, action.exercise))
    return _page(context, action, OutgoingMessage("session/why"), how)


def known(context: Context, action: HowKnown) -> Reaction:
    """What an exercise rests on, and how sure that is.

    Raises Outdated when the plan no longer holds it.
    """
    return _page(context, action, OutgoingMessage("session/known"))


def _page(
    context: Context, action: ShowSteps | ShowMistake | Why | HowKnown, screen: OutgoingMessage, *further: Button
) -> Reaction:
    """One thing to read about an exercise, with its film still in view: one tap back to it, one to all the others."""
    series, subscriber = context.series, context.known
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(flag_screen(subscriber, flag))
    place = _place(context, action.date, action.exercise, session.is_short(subscriber, action.date))
    exercise, shown = series.exercise_by_id[action.exercise], pictures(place.item)
    if isinstance(action, ShowMistake) and shown:
        shown = (f"{action.exercise}-mistake", action.exercise)
    values = {
        **session.item_values(place.item),
        "upshot": session.upshot_values(place.plan.upshot),
        "easy": place.plan.easy,
        "confidence": exercise.confidence,
        "sources": list(exercise.sources),
    }
    back = Button("labels.back", place.again), Button("labels.more", ShowMore(action.date, action.exercise))
    behind = (_onward(place), _hurts(place))
    return context.reply(
        replace(screen, values=values, buttons=(back, further), pictures=shown, again=action, behind=behind)
    )


def _more_rows(series: Series, subscriber: Subscriber, place: Place) -> tuple[Row, ...]:
    on, item = place.day.date, place.item
    told = [Button("labels.mistake", ShowMistake(on, item.exercise))]
    if item.form in LEVELS:
        told.insert(0, Button("labels.steps", ShowSteps(on, item.exercise)))
    level = LEVELS.index(item.level)
    change = [
        Button(f"labels.level-{each}", SetLevel(on, item.exercise, each))
        for each in LEVELS[max(0, level - 1) : level + 2]
        if each != item.level and each in item.levels and not place.plan.easy
    ]
    swap = [
        _swap_button(series, subscriber, place.day, item.exercise, id)
        for id in swaps(series, subscriber, place.day, item.exercise)[:1]
    ]
    reason = [Button("labels.why", Why(on, item.exercise))]
    if (before := _before(place)) is not None:
        reason.append(Button("labels.exercise-before", before))
    return tuple(tuple(row) for row in (told, change, swap, reason) if row)


def _swap_button(series: Series, subscriber: Subscriber, day: Day, exercise: str, to: str) -> Button:
    form = form_for(series, subscriber, day, to)
    return Button("labels.swap", SwapFor(day.date, exercise, to), {"exercise": to, "form": form})


# --- Holds counted down -------------------------------------------------------------------------------------------


def timer(context: Context, action: StartTimer) -> Reaction:
    """The exercise with a countdown of its hold, and the exercise as it was when that is over.

    Raises Outdated when the plan no longer holds it, or it has no hold.
    """
    series, subscriber = context.series, context.known
    if (flag := safety.flagged(series, subscriber)) is not None:
        return context.reply(flag_screen(subscriber, flag))
    place = _open(context, action.date, action.exercise, session.is_short(subscriber, action.date))
    if not _is_timed(place.item):
        raise Outdated("timer")
    hold = _seconds(place.item)

    def counting(left: int, ready: int = 0) -> OutgoingMessage:
        values = {**place.item.named, "seconds": hold, "left": left, "half": left <= hold // 2, "ready": ready}
        rows = ((Button("labels.back", place.again),),)
        return OutgoingMessage("session/timer", values, rows, pictures=pictures(place.item))

    (over,) = show(context, place.again, "time").messages
    lefts = holds(hold)
    pauses = [before - left for before, left in zip((hold, *lefts), (*lefts, 0), strict=True)]
    screens = [*map(counting, lefts), over]
    steps = ((READY_SECONDS, counting(hold)), *zip(pauses, screens, strict=True))
    return Reaction(subscriber, (counting(hold, READY_SECONDS),), countdown=Countdown(steps))


def holds(seconds: int) -> list[int]:
    """The seconds left at which a hold of that length is counted down, between its beginning and its end."""
    step = max(LEAST_STEP, -(-seconds // (MOST_STEPS * LEAST_STEP)) * LEAST_STEP)
    return list(range(seconds - step, 0, -step))


def _is_timed(item: Item) -> bool:
    return item.seconds is not None and item.seconds[0] < LONGEST_TIMER


def _seconds(item: Item) -> int:
    return item.seconds[1] if item.seconds else 0


# --- Another form, another exercise -------------------------------------------------------------------------------


def set_level(context: Context, action: SetLevel) -> Reaction:
    """Do an exercise easier or harder from now on, and show it so.

    Raises Outdated when the level or the exercise is not known.
    """
    subscriber = context.known
    if action.level not in LEVELS or action.exercise not in context.series.exercise_by_id:
        raise Outdated("level")
    change = Adjustment("level", action.exercise, action.level, context.now)
    so = ShowExercise(action.date, action.exercise, session.is_short(subscriber, action.date))
    return show(context.keeping(subscriber.adjusting(change)), so, f"level-{action.level}")


def swap(context: Context, action: SwapFor) -> Reaction:
    """Do another exercise in place of one from now on, and show it.

    Raises Outdated when either exercise is not known or the other one may not be done.
    """
    series, subscriber, now = context.series, context.known, context.now
    if action.exercise not in series.exercise_by_id or action.to not in series.exercise_by_id:
        raise Outdated("swap")
    day = session.day_of(series, subscriber, action.date)
    if day is None:
        raise Outdated("day")
    if plan(series, subscriber, day).item(action.to) is not None:
        return _swapped(context, action)  # the same tap again: the swap is made already
    if action.to not in swaps(series, subscriber, day, action.exercise):
        raise Outdated("swap")
    # Whatever led to the exercise leads on: the one that the backbone holds may be any of them.
    led = [each.exercise for each in subscriber.adjustments if each.kind == "swap" and each.to == action.exercise]
    for exercise in dict.fromkeys((*led, action.exercise)):
        subscriber = subscriber.adjusting(Adjustment("swap", exercise, action.to, now))
    # What the person put in themselves is the other one from now on.
    adjustments = tuple(
        replace(each, exercise=action.to) if (each.kind, each.exercise) == (PUT_IN, action.exercise) else each
        for each in subscriber.adjustments
    )
    subscriber = replace(subscriber, adjustments=adjustments)
    return _swapped(context.keeping(subscriber), action)


def _swapped(context: Context, action: SwapFor) -> Reaction:
    if not session.is_open(context.series, context.known, action.date, context.now):
        day = session.day_of(context.series, context.known, action.date)
        form = form_for(context.series, context.known, day, action.to) if day else MAIN
        return context.reply(plain("session/swapped", {"old": action.exercise, "exercise": action.to, "form": form}))
    short = session.is_short(context.known, action.date)
    return show(context, ShowExercise(action.date, action.to, short), "swap")
