"""What somebody says about themselves: the questions, what is accepted as an answer, and the settings to change it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.core.assessment import safety, selftest
from bot.core.model import coaching
from bot.core.model.callback_data import (
    SEPARATOR,
    Ask,
    AskAt,
    ConfirmZone,
    Next,
    Outdated,
    Remind,
    ShowSettings,
    Tell,
    pack,
)
from bot.core.model.coaching import ALONE, COACH, LEVELS
from bot.core.model.context import Context
from bot.core.model.message import PRIMARY, Button, OutgoingMessage, Reaction, Row, plain, rows
from bot.core.model.series import EACH, FIRST_MOVE, MOMENT, NEEDED, PLACE, WAYS, Series
from bot.core.model.subscriber import State, Subscriber, Value
from bot.core.schedule.calendar import REMINDERS, TAPER, Timing, clock_time, goes_on, stands, timings, zone_info
from bot.core.schedule.due import comes_next
from bot.core.schedule.plan import asks_the_floor
from bot.core.screens import move, questionnaire

SKIPPED = move.SKIPPED
NOTHING = "none"
USUAL = "usual"
"""In place of time and days: the usual ones with one tap, or one's own."""
FIRST_TEST, LATER = "first-test", "later"
"""Whether the first self-test waits for the first session."""
EVERY_DAY = tuple("0123456")
EVERY_OTHER = (tuple("024"), tuple("135"))
"""Three weekdays with a day between two of them, offered with one tap."""
OWN = "own"
"""In place of what is picked: words of one's own are asked for."""
LONGEST_WORDS = 40
FAR_OFF = timedelta(hours=2)
"""A reminder so far from the moment somebody means may as well come at that moment."""
SETTINGS = ("time", "days", MOMENT, "quiet", "zone", "kit", "lane", "way", "length", "pictures", COACH)
OFFERED = ("time", "length", "lane", "kit")
"""Settings that may be changed with one tap where something got in the way."""
LENGTHS = ("full", "short")
PICTURES = ("moving", "still", "off")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Place:
    """A zone to offer, with the name a person knows it by."""

    name: str
    zone: str


def steps(series: Series, subscriber: Subscriber) -> tuple[str, ...]:
    """What is asked about the person, in order; the activities they chose are rated at once."""
    rated = tuple(questionnaire.ACTIVITY + name for name in questionnaire.activities(subscriber))
    return tuple(
        each for step in series.choices.profile for each in ((step, *rated) if step == "activities" else (step,))
    )


def open_step(series: Series, subscriber: Subscriber) -> str | None:
    """What is asked next: the first step without an answer, by the screen it stands on; None when all are through."""
    begun = _test_begun(series, subscriber)
    for step in steps(series, subscriber):
        if subscriber.said(_kept_as(subscriber, step)) is not None:
            continue
        if step == FIRST_MOVE and (begun or move.chosen(series, subscriber) is None):
            continue  # whoever is further, in an older way through, goes on from there
        if step == "time" and subscriber.said("days") is None:
            return USUAL
        if step == series.choices.beside_pain and subscriber.said(questionnaire.PAIN) is None:
            return questionnaire.PAIN
        return step
    return None


def screen_of(series: Series, step: str) -> str:
    """What the screen on which a step is asked is called: some are asked together, and a series has some of its own."""
    if step in (USUAL, "time", "days"):
        return "time"
    if step in (questionnaire.PAIN, series.choices.beside_pain):
        return questionnaire.PAIN
    if step in (MOMENT, PLACE):
        return MOMENT
    if step in series.choices.own:
        return OWN
    return "activities" if step.startswith(questionnaire.ACTIVITY) else step


def _test_begun(series: Series, subscriber: Subscriber) -> bool:
    since = subscriber.enrollment.states[0].at
    return any(each.test == series.first_test and each.started_at >= since for each in subscriber.attempts)


def test_waits(subscriber: Subscriber) -> bool:
    """Whether the person wants to take the first self-test later."""
    return subscriber.said(_kept_as(subscriber, FIRST_TEST)) == LATER


def _kept_as(subscriber: Subscriber, question: str) -> str:
    """Under which question an answer is kept: what belongs to one way through the series names its number."""
    return f"{question}-{subscriber.enrollment.number}" if question in (FIRST_MOVE, FIRST_TEST) else question


def ask(context: Context, action: Ask) -> Reaction:
    """One question about the person, with what is picked so far.

    Raises Outdated for a question that is not known.
    """
    return context.reply(question_screen(context.series, context.known, action.question, action.picked))


def question_screen(
    series: Series,
    subscriber: Subscriber,
    question: str,
    picked: tuple[str, ...] = (),
    places: tuple[Place, ...] = (),
) -> OutgoingMessage:
    """The screen of one question about the person, in onboarding and from the settings alike.

    Raises Outdated for a question that is not known.
    """
    if question not in (*steps(series, subscriber), *SETTINGS, USUAL, PLACE):
        raise Outdated(question)
    again = Ask(question, picked) if picked == (OWN,) else Ask(question)
    return replace(_question(series, subscriber, question, picked, places), again=again)


def _question(
    series: Series,
    subscriber: Subscriber,
    question: str,
    picked: tuple[str, ...],
    places: tuple[Place, ...],
) -> OutgoingMessage:
    given = subscriber.said(question)
    values: dict[str, Any] = {"given": given, "onboarding": subscriber.state is State.ONBOARDING}
    back = _back(series, subscriber, question)
    skip = (Button("labels.skip", Tell(question, (SKIPPED,))),)
    match question:
        case "first-move":
            return _first_move(series, subscriber, back)
        case "moment" | "place" if picked == (OWN,):
            stay = (Button("labels.back", Ask(MOMENT)),)
            return OutgoingMessage("profile/own-words", {**values, "question": question}, (stay,))
        case "moment" | "place":
            return _ask_moment(series, subscriber, values, back)
        case "usual":
            usual = series.defaults.usual
            choose = (
                Button("labels.usual", Tell(USUAL, (usual, *EVERY_DAY)), {"clock": usual}, style=PRIMARY),
                Button("labels.i-choose", Ask("time")),
            )
            return OutgoingMessage("profile/usual", {**values, "time": usual}, (*rows(list(choose), 1), *back))
        case "zone":
            buttons: tuple[Row, ...] = tuple(
                (Button("labels.place", ConfirmZone(p.zone), {"name": p.name}),) for p in places
            )
            return OutgoingMessage(
                "profile/zone", {**values, "places": len(places)}, (*buttons, *back), asks_location=not places
            )
        case "time":
            times = [Button("labels.clock", Tell("time", (each,)), {"clock": each}) for each in series.defaults.times]
            return OutgoingMessage("profile/time", values, (*rows(times, 3), *back))
        case "days":
            at = subscriber.said("time") if subscriber.state is State.ONBOARDING else None
            return _ask_days({**values, "time": at}, picked, given, back)
        case "quiet":
            windows = (series.defaults.quiet, *series.defaults.quiet_others)
            choices = tuple(
                (
                    Button(
                        "labels.no-quiet" if a == b else "labels.window",
                        Tell("quiet", (a, b)),
                        {"start": a, "until": b},
                    ),
                )
                for a, b in windows
            )
            return OutgoingMessage("profile/quiet", values, (*choices, *back))
        case "age":
            ages = [Button(f"choices.ages.{band.id}", Tell("age", (band.id,))) for band in series.choices.ages]
            return OutgoingMessage("profile/age", values, (*rows(ages, 3), skip, *back))
        case "kit":
            return _ask_several("kit", series.choices.kit, len(series.choices.kit), values, picked, given, skip, back)
        case "activities":
            chosen = series.choices.activities
            return _ask_several("activities", chosen.ids, chosen.most, values, picked, given, skip, back)
        case "way" | "length" | "pictures":
            options = {"way": WAYS, "length": LENGTHS, "pictures": PICTURES}[question]
            picks = tuple(
                (Button(f"care.{question.removesuffix('s')}s.{id}", Tell(question, (id,))),) for id in options
            )
            return OutgoingMessage(f"profile/{question}", values, (*picks, *back))
        case "coach":
            if not coaching.is_told(series, subscriber):
                raise Outdated(COACH)
            levels = tuple((Button(f"labels.coach-{level}", Tell(COACH, (level,))),) for level in LEVELS)
            return OutgoingMessage("profile/coach", values, (*levels, *back))
        case "lane":
            lanes = tuple((Button(f"labels.lane-{lane.id}", Tell("lane", (lane.id,))),) for lane in series.lanes)
            now_in = selftest.lane(series, subscriber)
            return OutgoingMessage("profile/lane", {**values, "given": now_in}, (*lanes, *back))
        case _ if question in series.choices.own:
            own = _own(series, question)
            return OutgoingMessage("profile/own", {**values, "question": question}, (*own, skip, *back))
        case _:
            numbers = [Button("labels.number", Tell(question, (str(n),)), {"number": n}) for n in questionnaire.SCALE]
            if question == questionnaire.PAIN:
                return _ask_pain(series, subscriber, values, rows(numbers, 6), skip, back)
            name = question.removeprefix(questionnaire.ACTIVITY)
            return OutgoingMessage("profile/activity", {**values, "activity": name}, (*rows(numbers, 6), skip, *back))


def _first_move(series: Series, subscriber: Subscriber, back: tuple[Row, ...]) -> OutgoingMessage:
    found = move.chosen(series, subscriber)
    if found is None:
        raise Outdated(FIRST_MOVE)
    screen = move.screen(series, subscriber, *found)
    *rows, last = screen.buttons
    return replace(screen, buttons=(*rows, (*last, *(button for row in back for button in row))))


def _ask_moment(
    series: Series, subscriber: Subscriber, values: dict[str, Any], back: tuple[Row, ...]
) -> OutgoingMessage:
    """After what, and where: each tap is kept, and what was said bears a tick."""
    offered = series.choices.if_then
    if not offered.moments:
        raise Outdated(MOMENT)
    moment, place = subscriber.said(MOMENT), subscriber.said(PLACE)
    moments = [_picked(MOMENT, each.id, moment) for each in offered.moments]
    own = _own_words_button(MOMENT, moment, tuple(each.id for each in offered.moments))
    rooms = [_picked(PLACE, id, place) for id in offered.places]
    somewhere = _own_words_button(PLACE, place, offered.places)
    left = Tell(MOMENT, (SKIPPED, SKIPPED)) if moment in (None, SKIPPED) else Tell(PLACE, (SKIPPED,))
    buttons = (*rows([*moments, own], 2), *rows([*rooms, somewhere], 2), (Button("labels.skip", left),), *back)
    return OutgoingMessage("profile/moment", {**values, "half": moment not in (None, SKIPPED)}, buttons)


def _picked(question: str, id: str, given: Value | None) -> Button:
    """One of what is offered, with a tick where it was told."""
    path = f"choices.{question}s.{id}"
    told = Tell(question, (id,))
    return Button("labels.picked", told, {"path": path}) if id == given else Button(path, told)


def _own_words_button(question: str, given: Value | None, offered: tuple[str, ...]) -> Button:
    """Words of one's own, shown with a tick once they were said."""
    if isinstance(given, str) and given not in (*offered, SKIPPED):
        return Button("labels.own-words", Ask(question, (OWN,)), {"words": given})
    label = "labels.own-moment" if question == MOMENT else "labels.own-place"
    return Button(label, Ask(question, (OWN,)))


def own_words(text: str) -> str | None:
    """A few words of one's own as they are kept: one line, of letters that can be shown; None for anything else."""
    said = " ".join(text.split())
    shown = said.isprintable() and any(map(str.isalpha, said))
    return said if shown and 1 < len(said) <= LONGEST_WORDS else None


def if_then(series: Series, subscriber: Subscriber) -> dict[str, Any] | None:
    """After what the person means to do their exercises and where, as plain values; None when they said neither."""
    offered = series.choices.if_then
    given = {MOMENT: subscriber.said(MOMENT), PLACE: subscriber.said(PLACE)}
    known = {MOMENT: tuple(each.id for each in offered.moments), PLACE: offered.places}
    said = {question: value for question, value in given.items() if isinstance(value, str) and value != SKIPPED}
    if not said:
        return None
    return {
        question: {"words": said[question], "offered": said[question] in ids} if question in said else None
        for question, ids in known.items()
    }


def other_time(series: Series, subscriber: Subscriber) -> OutgoingMessage | None:
    """The reminder at the moment the person means, where it would come at quite another time."""
    chosen = timings(subscriber)
    moment = next((each for each in series.choices.if_then.moments if each.id == subscriber.said(MOMENT)), None)
    if not chosen or moment is None or subscriber.said(PLACE) is None:
        return None
    now, then = (datetime.combine(date(2000, 1, 1), at) for at in (chosen[-1].at, clock_time(moment.at)))
    if abs(now - then) <= FAR_OFF or chosen[-1].quiet_at(then.time()):
        return None
    kept = now.strftime("%H:%M")
    stay = Next() if subscriber.state is State.ONBOARDING else ShowSettings()
    buttons = (
        Button("labels.move-time", Tell("time", (moment.at,)), {"clock": moment.at}),
        Button("labels.keep-time", stay, {"clock": kept}),
    )
    return replace(plain("profile/other-time", {"moment": moment.id, "time": kept}, *buttons), again=stay)


def _ask_pain(
    series: Series,
    subscriber: Subscriber,
    values: dict[str, Any],
    numbers: tuple[Row, ...],
    skip: Row,
    back: tuple[Row, ...],
) -> OutgoingMessage:
    """How much it usually hurts, and in the onboarding the series' own question beside it; each tap is kept."""
    beside = series.choices.beside_pain if subscriber.state is State.ONBOARDING else ""
    given = subscriber.said(beside) if beside else None
    told = given not in (None, SKIPPED)
    own: tuple[Row, ...] = ()
    if beside:
        own = _own(series, beside, given)
        skip = (Button("labels.skip", Tell(questionnaire.PAIN, (SKIPPED,) if told else (SKIPPED, SKIPPED))),)
    values = {**values, "beside": beside, "told": told}
    return OutgoingMessage("profile/pain", values, (*own, *numbers, skip, *back))


def _own(series: Series, question: str, given: Value | None = None) -> tuple[Row, ...]:
    """The choices of a question of the series' own, with a tick at what was told."""
    path = f"choices.own.{question}.choices"
    return rows(
        [
            Button("labels.picked", Tell(question, (id,)), {"path": f"{path}.{id}"})
            if id == given
            else Button(f"{path}.{id}", Tell(question, (id,)))
            for id in series.choices.own[question]
        ],
        3,
    )


def _ask_days(
    values: dict[str, Any], picked: tuple[str, ...], given: Value | None, back: tuple[Row, ...]
) -> OutgoingMessage:
    """Every day with one tap, or one's own days: the selection travels in the buttons until it is saved."""
    chosen = _selection(picked, given)
    if not set(chosen) <= set("0123456"):
        raise Outdated("days")
    toggles = [
        Button(
            "labels.day-on" if day in chosen else "labels.day-off",
            Ask("days", _toggled(chosen, day)),
            {"day": int(day)},
        )
        for day in "0123456"
    ]
    buttons: list[Row] = [(Button("labels.every-day", Tell("days", tuple("0123456"))),)]
    if not chosen:
        named = ((each, {"days": [int(day) for day in each]}) for each in EVERY_OTHER)
        buttons.append(tuple(Button("labels.three-days", Tell("days", each), values) for each, values in named))
    buttons += rows(toggles, 4)
    if chosen:
        buttons.append((Button("labels.these-days", Tell("days", chosen)),))
    return OutgoingMessage("profile/days", {**values, "picked": [int(day) for day in chosen]}, (*buttons, *back))


def _selection(picked: tuple[str, ...], given: Value | None) -> tuple[str, ...]:
    """What is ticked: what was tapped last, else what is stored."""
    if picked:
        return tuple(id for id in picked if id != NOTHING)
    return given if isinstance(given, tuple) else ()


def _ask_several(
    question: str,
    ids: tuple[str, ...],
    most: int,
    values: dict[str, Any],
    picked: tuple[str, ...],
    given: Value | None,
    skip: Row,
    back: tuple[Row, ...],
) -> OutgoingMessage:
    chosen = _selection(picked, given)
    toggles = []
    for id in ids:
        on = id in chosen
        selection = _toggled(chosen, id)
        if not on and len(chosen) >= most:
            selection = (*chosen[1:], id)  # one more than allowed takes the place of the first
        label = "labels.picked" if on else "labels.unpicked"
        toggles.append(Button(label, Ask(question, selection), {"path": f"choices.{question}.{id}"}))
    done = (Button("labels.these", Tell(question, chosen), style=PRIMARY),) if chosen else None
    buttons = (*rows(toggles, 2), *((done,) if done else ()), skip, *back)
    return OutgoingMessage(f"profile/{question}", {**values, "picked": list(chosen), "most": most}, buttons)


def ticked(subscriber: Subscriber, question: str, picked: tuple[str, ...]) -> tuple[str, ...]:
    """What stands ticked where several may be chosen."""
    return _selection(picked, subscriber.said(question))


def _toggled(chosen: tuple[str, ...], id: str) -> tuple[str, ...]:
    """The selection with one thing more or less; an empty one is named, for () means "as stored"."""
    return tuple(sorted(set(chosen) ^ {id})) or (NOTHING,)


def screens(series: Series, subscriber: Subscriber) -> tuple[str, ...]:
    """The screens of the onboarding in order: steps that share one are one."""
    asked = [USUAL if step == "time" else step for step in steps(series, subscriber)]
    left_out = {"days", PLACE, series.choices.beside_pain}
    if move.chosen(series, subscriber) is None:
        left_out.add(FIRST_MOVE)
    return tuple(step for step in asked if step not in left_out)


def _back(series: Series, subscriber: Subscriber, question: str) -> tuple[Row, ...]:
    if subscriber.state is not State.ONBOARDING:
        return ((Button("labels.back", ShowSettings()),),)
    order = screens(series, subscriber)
    if question in ("time", "days"):
        return ((Button("labels.back", Ask(USUAL if question == "time" else "time")),),)
    if question == COACH:
        return ((Button("labels.back", Ask(order[-1])),),)
    place = order.index(question) if question in order else 0
    if place:
        return ((Button("labels.back", Ask(order[place - 1])),),)
    numbers = [n for n, each in enumerate(subscriber.attempts) if each.test == safety.TEST]
    if not numbers:
        return ()
    return ((Button("labels.back", AskAt(numbers[-1], series.safety[-1].id)),),)


def told(
    series: Series, subscriber: Subscriber, question: str, values: tuple[str, ...], now: datetime
) -> tuple[Subscriber, OutgoingMessage | None]:
    """With one answer kept; where a chosen time and quiet hours clash nothing is kept, and the ways out are offered.

    Raises Outdated for a question or an answer that is not known, OutOfRange for a number outside 0 to 10.
    """
    told = subscriber
    if question == USUAL:
        # The button names what it stands for, so that it still means that when others are offered.
        told = told.saying("days", _accepted(series, told, "days", values[1:]), now)
        question, values = "time", values[:1]
    elif question == questionnaire.PAIN and len(values) == 2:
        beside = series.choices.beside_pain
        told = told.saying(beside, _accepted(series, told, beside, values[1:]), now)
        values = values[:1]
    elif question == MOMENT and len(values) == 2:
        told = told.saying(PLACE, _accepted(series, told, PLACE, values[1:]), now)
        values = values[:1]
    elif question == "time" and len(values) == 3:
        # A way out of a clash names the quiet hours too, so that both are settled at once.
        told = told.saying("quiet", _accepted(series, told, "quiet", values[1:]), now)
        values = values[:1]
    told = told.saying(_kept_as(subscriber, question), _accepted(series, subscriber, question, values), now)
    if question == "zone" and told.said("quiet") is None:
        told = told.saying("quiet", series.defaults.quiet, now)
    clash = _clash(told)
    return (subscriber, clash) if clash else (told, None)


def _accepted(series: Series, subscriber: Subscriber, question: str, values: tuple[str, ...]) -> Value:
    choices = series.choices
    single = values[0] if len(values) == 1 else ""
    asked = steps(series, subscriber)
    if single == SKIPPED and question in asked and question not in NEEDED:
        return SKIPPED
    if question in asked and (question == questionnaire.PAIN or question.startswith(questionnaire.ACTIVITY)):
        number = selftest.read_number(single, questionnaire.scale(question))
        if number is not None:
            return number
    known: dict[str, tuple[str, ...]] = {
        **choices.own,
        "age": tuple(band.id for band in choices.ages),
        "lane": tuple(lane.id for lane in series.lanes),
        "way": WAYS,
        "length": LENGTHS,
        "pictures": PICTURES,
        COACH: LEVELS if coaching.is_told(series, subscriber) else (),
        FIRST_TEST: (LATER,),
    }
    if single in known.get(question, ()):
        return single
    if question in (MOMENT, PLACE) and choices.if_then.moments and (words := own_words(single)):
        return words
    if question == "zone" and known_zone(single):
        return single
    if question == "time" and CLOCK.fullmatch(single):
        return single
    if question == "quiet" and len(values) == 2 and all(map(CLOCK.fullmatch, values)):
        return values
    several = {"days": tuple("0123456"), "kit": choices.kit, "activities": choices.activities.ids}
    if values and question in several and set(values) <= set(several[question]):
        return tuple(sorted(set(values)))
    raise Outdated(question)


def known_zone(name: str) -> bool:
    """Whether the machine's zone data hold that IANA name."""
    try:
        zone_info(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def place_told(context: Context) -> Reaction:
    """Somebody names a place where none is asked for: it may be an answer to what was asked before."""
    return context.reply(plain("profile/place-told", None, Button("labels.set-zone", Ask("zone"))))


def is_place_asked(subscriber: Subscriber) -> bool:
    """Whether a place answers the screen: where are you, or is it this time for you?"""
    confirming = f"{ConfirmZone.verb}{SEPARATOR}"
    return subscriber.showing == pack(Ask("zone")) or subscriber.showing.startswith(confirming)


def pictures(subscriber: Subscriber | None) -> str:
    """How somebody wants figures, one of PICTURES; also for whoever has not said or is not kept."""
    return str(subscriber.said("pictures") or PICTURES[0]) if subscriber else PICTURES[0]


def _clash(after: Subscriber) -> OutgoingMessage | None:
    """A chosen time inside quiet hours is refused, with both ways out."""
    # The time is told before the days, which do not matter here.
    chosen = timings(after) or timings(after.saying("days", tuple("0123456"), after.saved_at))
    if not chosen or not chosen[-1].quiet_at(chosen[-1].at):
        return None
    timing = chosen[-1]
    fitting = _window_without(timing)
    wanted, start, nearest = (each.strftime("%H:%M") for each in (timing.at, timing.quiet_from, timing.quiet_until))
    buttons = (
        (Button("labels.move-quiet", Tell("time", (wanted, *fitting)), {"start": fitting[0], "until": fitting[1]}),),
        (Button("labels.clock-instead", Tell("time", (nearest, start, nearest)), {"clock": nearest}),),
        (Button("labels.other-time", Ask("time")),),
    )
    values = {"time": wanted, "start": start, "until": nearest}
    return OutgoingMessage("profile/quiet-clash", values, buttons)


def _window_without(timing: Timing) -> tuple[str, str]:
    """The quiet window cut so that the chosen time falls outside: before noon it ends there, later it begins after."""
    if timing.at < time(12):
        return timing.quiet_from.strftime("%H:%M"), timing.at.strftime("%H:%M")
    begin = (datetime.combine(date(2000, 1, 1), timing.at) + timedelta(hours=1)).time()
    return begin.strftime("%H:%M"), timing.quiet_until.strftime("%H:%M")


def told_screen(series: Series, subscriber: Subscriber, question: str, now: datetime) -> OutgoingMessage | None:
    """What one answer means from now on, for whoever was offered it elsewhere; None for whoever looks at settings."""
    value = subscriber.said(question)
    at_settings = any(subscriber.showing.startswith(pack(each)) for each in (Ask(question), ShowSettings()))
    if question not in OFFERED or at_settings or (question == "kit" and value != SKIPPED):
        return None
    values = {"what": question, "value": value, "next": comes_next(series, subscriber, now)}
    return plain("profile/told", values, Button("labels.all-settings", ShowSettings()))


def settings(context: Context) -> Reaction:
    """All settings."""
    return context.reply(settings_screen(context.series, context.planned, context.now))


def left_out(series: Series, subscriber: Subscriber, question: str) -> OutgoingMessage | None:
    """A word on what somebody wants back, where the way to move that they have just chosen leaves it out."""
    wanted = subscriber.said("activities")
    if question != "way" or subscriber.said("way") == WAYS[0] or not isinstance(wanted, tuple):
        return None
    asking = next((each for each in wanted if asks_the_floor(series, each)), None)
    if asking is None:
        return None
    values = {"way": subscriber.said("way"), "activity": asking}
    return plain("profile/left-out", values, Button("labels.all-settings", ShowSettings()))


def settings_screen(series: Series, subscriber: Subscriber, now: datetime, changed: str = "") -> OutgoingMessage:
    """All settings on one screen, edited in place, and when the next message comes."""
    chosen = timings(subscriber)
    kit = subscriber.said("kit")
    values: dict[str, Any] = {
        "changed": changed,
        "lane": selftest.lane(series, subscriber),
        "way": subscriber.said("way") or WAYS[0],
        "length": subscriber.said("length") or LENGTHS[0],
        "pictures": pictures(subscriber),
        "kit": list(kit) if isinstance(kit, tuple) else [],
        "if_then": if_then(series, subscriber),
        "state": subscriber.state.value,
        "next": comes_next(series, subscriber, now),
        "complete": bool(chosen),
        "coach": (subscriber.said(COACH) or ALONE) if coaching.is_told(series, subscriber) else "",
    }
    if chosen:
        timing = chosen[-1]
        values |= {
            "time": timing.at.strftime("%H:%M"),
            "days": sorted(timing.days),
            "zone": timing.zone,
            "quiet": None
            if timing.quiet_from == timing.quiet_until
            else [timing.quiet_from.strftime("%H:%M"), timing.quiet_until.strftime("%H:%M")],
        }
    there = {MOMENT: bool(series.choices.if_then.moments), COACH: coaching.is_told(series, subscriber)}
    names = [name for name in SETTINGS if there.get(name, True)]
    buttons = rows([Button(f"labels.set-{name}", Ask(name)) for name in names], 3)
    if series.onward is not None and goes_on(subscriber, now):
        each = stands(subscriber, REMINDERS, now) == EACH
        label, which = ("labels.remind-fewer", TAPER) if each else ("labels.remind-each", EACH)
        buttons = (*buttons[:-1], (*buttons[-1], Button(label, Remind(which))))
    return OutgoingMessage("settings/all", values, buttons, again=ShowSettings())


def confirm_zone(context: Context, action: ConfirmZone) -> Reaction:
    """What time it is in a zone, and whether that is right.

    Raises Outdated for a zone that is not known.
    """
    return context.keeping(context.known).reply(_confirm_screen(action.zone, context.now))


def zone_found(context: Context, zone: str, name: str) -> Reaction:
    """The place that was understood, which takes the location keyboard away, and what time it is there."""
    found = OutgoingMessage("profile/zone-found", {"name": name}, keyboard_gone=True)
    return context.reply(found, _confirm_screen(zone, context.now))


def keyboard_away() -> OutgoingMessage:
    """What takes the location keyboard away where what follows has buttons: one message carries one kind of both."""
    return OutgoingMessage("profile/keyboard-away", keyboard_gone=True)


def without_keyboard(known: Subscriber | None, reaction: Reaction) -> Reaction:
    """The reaction as somebody is shown it under whose text field a keyboard lies: phones keep it until it is taken."""
    messages = reaction.messages
    if known is None or not known.keyboard_out or not messages:
        return reaction
    if any(message.asks_location or message.keyboard_gone for message in messages):
        return reaction
    for place, message in enumerate(messages):
        if not message.buttons and not message.pictures:
            carrying = replace(message, keyboard_gone=True)
            return replace(reaction, messages=(*messages[:place], carrying, *messages[place + 1 :]))
    return replace(reaction, messages=(keyboard_away(), *messages))


def zone_unclear(context: Context, places: tuple[Place, ...]) -> Reaction:
    """Which of these places is meant?"""
    return context.reply(question_screen(context.series, context.known, "zone", places=places))


def zone_unknown(context: Context, nearest: tuple[Place, ...] = ()) -> Reaction:
    """No such place: the question once more, with those whose names are nearest."""
    screen = question_screen(context.series, context.known, "zone", places=nearest)
    return context.reply(plain("profile/zone-unknown"), screen)


def _confirm_screen(zone: str, now: datetime) -> OutgoingMessage:
    """“It is 14:05 for you, right?” with the moment beside it in the phone's own zone."""
    if not known_zone(zone):
        raise Outdated(zone)
    buttons = (
        Button("labels.zone-right", Tell("zone", (zone,)), style=PRIMARY),
        Button("labels.zone-other", Ask("zone")),
    )
    values = {"zone": zone, "now": now.astimezone(zone_info(zone))}
    return replace(plain("profile/zone-confirm", values, *buttons), again=ConfirmZone(zone))
