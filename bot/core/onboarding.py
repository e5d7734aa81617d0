"""From the first hello to the plan: one screen at a time, each computed from what is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.core import attempt, safety, selftest
from bot.core.callback_data import (
    Adult,
    Agree,
    Ask,
    AskAt,
    AskErase,
    Begin,
    CheckAgain,
    ConfirmZone,
    Decline,
    MayStart,
    Minor,
    Next,
    Outdated,
    ReadConsent,
    ShowLesson,
    ShowResult,
    ShowSettings,
    Tell,
    Welcome,
)
from bot.core.due import upcoming
from bot.core.message import Button, OutgoingMessage, Row, rows
from bot.core.plan import plan
from bot.core.schedule import Timing, days, timings, zone_info
from bot.core.series import Series
from bot.core.subscriber import Attempt, State, Subscriber, Value, new_subscriber

PAYLOAD_LENGTH = 32
PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{0,{PAYLOAD_LENGTH}}}")
SKIPPED = "skip"
NOTHING = "none"
SETTINGS = ("time", "days", "quiet", "zone", "kit", "lane", "way", "length", "pictures")
WAYS = ("any", "kneel-free", "seated")
LENGTHS = ("full", "short")
PICTURES = ("moving", "still", "off")
FIRST_TEST = "hips"
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Place:
    """A zone to offer, with the name a person knows it by."""

    name: str
    zone: str


# --- Before anything is stored ----------------------------------------------------------------------------------


def welcome(name: str, payload: str) -> OutgoingMessage:
    """The first hello; the payload of a start link rides in the buttons until consent."""
    return OutgoingMessage("onboarding/welcome", {"name": name}, ((Button("labels.begin", Begin(_carried(payload))),),))


def _carried(payload: str) -> str:
    """The payload if it is one that a start link can hold; anything else typed behind /start is dropped."""
    cut = payload[:PAYLOAD_LENGTH]
    return cut if PAYLOAD.fullmatch(cut) else ""


def age(payload: str) -> OutgoingMessage:
    """18 or older?"""
    buttons = (
        (Button("labels.adult", Adult(payload)),),
        (Button("labels.minor", Minor(payload)),),
        (Button("labels.back", Welcome(payload)),),
    )
    return OutgoingMessage("onboarding/age", {}, buttons)


def too_young(payload: str) -> OutgoingMessage:
    """Kindly: this is for adults."""
    return OutgoingMessage("onboarding/too-young", {}, ((Button("labels.back", Begin(payload)),),))


def consent(series: Series, payload: str) -> OutgoingMessage:
    """May health answers be kept?"""
    payload = _carried(payload)
    buttons = (
        (Button("labels.agree", Agree(series.consent, payload)),),
        (Button("labels.decline", Decline(payload)),),
        (Button("labels.back", Begin(payload)),),
    )
    return OutgoingMessage("onboarding/consent", {"agreed": False}, buttons)


def consented(series: Series) -> OutgoingMessage:
    """What was agreed to, to read again: go on, or take it back."""
    buttons = ((Button("labels.go-on", Next()),), (Button("labels.take-back", AskErase()),))
    return OutgoingMessage("onboarding/consent", {"agreed": True}, buttons)


def before_check(subscriber: Subscriber) -> Button | None:
    """Where the first screen of the safety check leads back to, for somebody who has just agreed."""
    return Button("labels.back", ReadConsent()) if subscriber.state is State.ONBOARDING else None


def declined(payload: str) -> OutgoingMessage:
    """No consent: nothing was kept, and the way back is open."""
    return OutgoingMessage("onboarding/declined", {}, ((Button("labels.read-again", Adult(payload)),),))


def agree(series: Series, id: int, action: Agree, now: datetime) -> tuple[Subscriber | None, OutgoingMessage]:
    """Keep the consent and everything from here on. Consent to an older text is asked for again."""
    if action.version != series.consent:
        return None, consent(series, action.payload)
    fresh = new_subscriber(id, series.id, action.version, _carried(action.payload), now)
    return go_on(series, fresh, now)


# --- One screen after another -----------------------------------------------------------------------------------


def steps(subscriber: Subscriber) -> tuple[str, ...]:
    """What is asked about the person, in order."""
    rated = tuple(attempt.ACTIVITY + name for name in attempt.activities(subscriber))
    return ("zone", "time", "days", "knee", "pain", "age", "kit", "activities", *rated)


def go_on(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """The next screen for somebody in onboarding: the first thing that is still open."""
    check = safety.newest(subscriber)
    if check is None or check.finished_at is None or _older(subscriber, check):
        return _check(series, subscriber, check, now)
    if (flag := safety.flagged(series, subscriber)) is not None:
        return subscriber, flag_screen(series, subscriber, flag)
    for step in steps(subscriber):
        if subscriber.said(step) is None:
            return subscriber, ask(series, subscriber, step, now)
    if attempt.first_finished(subscriber, FIRST_TEST) is None:
        open_one = subscriber.open_attempt()
        if open_one and open_one[1].test == FIRST_TEST:
            screen = attempt.question_screen(series, subscriber, open_one[0])
            if screen is not None:
                return subscriber, screen
        back = Button("labels.back", Ask(steps(subscriber)[-1]))
        return subscriber, attempt.intro_screen(series, subscriber, FIRST_TEST, back)
    return show_plan(series, subscriber, now)


def _older(subscriber: Subscriber, check: Attempt) -> bool:
    """Whether a check belongs to an enrollment that is over."""
    return check.started_at < subscriber.enrollment.states[0].at


def _check(
    series: Series, subscriber: Subscriber, check: Attempt | None, now: datetime
) -> tuple[Subscriber, OutgoingMessage]:
    """Where the safety check stands: a grave sign is answered at once, else the next question is asked."""
    grave = safety.gravest(safety.found_in(series, check)) if check and not _older(subscriber, check) else None
    if grave is not None and grave.tier != "ask":
        return subscriber, flag_screen(series, subscriber, grave)
    subscriber, number = attempt.start(subscriber, safety.TEST, now)
    screen = attempt.question_screen(series, subscriber, number, back=before_check(subscriber))
    if screen is None:
        raise Outdated(safety.TEST)
    return subscriber, screen


def show_plan(series: Series, subscriber: Subscriber, now: datetime) -> tuple[Subscriber, OutgoingMessage]:
    """The plan, which makes today day 1 when it is shown for the first time."""
    enrollment = subscriber.enrollment
    if enrollment.day_one is None:
        today = timings(subscriber)[-1].local(now).date()
        enrollment = replace(enrollment, day_one=today, plan_shown_at=now).changed(State.RUNNING, now)
        subscriber = subscriber.with_enrollment(enrollment)
    return subscriber, plan_screen(series, subscriber, now)


def plan_screen(series: Series, subscriber: Subscriber, now: datetime) -> OutgoingMessage:
    """What the answers led to: lane, focus areas with their reasons, the days, and the next message."""
    timing = timings(subscriber)[-1]
    enrollment = subscriber.enrollment
    focus = selftest.focus_areas(series, subscriber)
    coming = upcoming(series, subscriber, now)
    ahead = [each.date for each in coming if each.kind == "reminder"][:1]
    first: list[str] = []
    if ahead and enrollment.day_one:
        day = next(day for day in days(series, subscriber, ahead[0]) if day.date == ahead[0])
        first = [item.exercise for item in plan(series, subscriber, day).items]
    lane = selftest.lane(series, subscriber)
    proposed = selftest.proposed_lane(series, subscriber)
    lesson = series.lesson_of(1)
    buttons: list[Row] = []
    if lesson:
        buttons.append((Button("labels.first-lesson", ShowLesson(lesson.id, lesson.parts[0].id)),))
    others = [each.id for each in series.lanes if each.id != lane]
    buttons.append(tuple(Button(f"labels.lane-{id}", Tell("lane", (id,))) for id in others))
    first_test = attempt.first_finished(subscriber, FIRST_TEST)
    if first_test is not None:
        buttons.append((Button("labels.back", ShowResult(subscriber.attempts.index(first_test))),))
    values = {
        "lane": lane,
        "proposed": proposed,
        "focus": [attempt.focus_values(each) for each in focus[:2]],
        "days": sorted(timing.days),
        "time": timing.at.strftime("%H:%M"),
        "next": timing.local(coming[0].at) if coming else None,
        "next_kind": coming[0].kind.value if coming else "",
        "first": first,
        "limits": sorted(safety.limits(series, subscriber)),
    }
    return OutgoingMessage("onboarding/plan", values, tuple(buttons), again=Next())


# --- The questions about the person -----------------------------------------------------------------------------


def ask(
    series: Series,
    subscriber: Subscriber,
    question: str,
    now: datetime,
    picked: tuple[str, ...] = (),
    places: tuple[Place, ...] = (),
) -> OutgoingMessage:
    """The screen of one question about the person, in onboarding and from the settings alike."""
    return replace(_ask(series, subscriber, question, now, picked, places), again=Ask(question))


def _ask(
    series: Series,
    subscriber: Subscriber,
    question: str,
    now: datetime,
    picked: tuple[str, ...],
    places: tuple[Place, ...],
) -> OutgoingMessage:
    given = subscriber.said(question)
    values: dict[str, Any] = {"given": given, "onboarding": subscriber.state is State.ONBOARDING}
    back = _back(series, subscriber, question)
    skip = (Button("labels.skip", Tell(question, (SKIPPED,))),)
    match question:
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
            return _ask_days(series, values, picked, given, back)
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
        case "knee":
            knees = tuple(Button(f"choices.knees.{id}", Tell("knee", (id,))) for id in series.choices.knees)
            return OutgoingMessage("profile/knee", values, (knees, skip, *back))
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
        case "lane":
            lanes = tuple((Button(f"labels.lane-{lane.id}", Tell("lane", (lane.id,))),) for lane in series.lanes)
            now_in = selftest.lane(series, subscriber)
            return OutgoingMessage("profile/lane", {**values, "given": now_in}, (*lanes, *back))
        case _:
            numbers = [Button("labels.number", Tell(question, (str(n),)), {"number": n}) for n in attempt.SCALE]
            if question == attempt.PAIN:
                return OutgoingMessage("profile/pain", values, (*rows(numbers, 6), skip, *back))
            name = question.removeprefix(attempt.ACTIVITY)
            return OutgoingMessage("profile/activity", {**values, "activity": name}, (*rows(numbers, 6), skip, *back))


def _ask_days(
    series: Series, values: dict[str, Any], picked: tuple[str, ...], given: Value | None, back: tuple[Row, ...]
) -> OutgoingMessage:
    """Every day with one tap, or one's own days: the selection travels in the buttons until it is saved."""
    chosen = _selection(picked, given)
    toggles = [
        Button(
            "labels.day-on" if day in chosen else "labels.day-off",
            Ask("days", _toggled(chosen, day)),
            {"day": int(day)},
        )
        for day in "0123456"
    ]
    buttons: list[Row] = [(Button("labels.every-day", Tell("days", tuple("0123456"))),), *rows(toggles, 4)]
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
    done = (Button("labels.these", Tell(question, chosen)),) if chosen else None
    buttons = (*rows(toggles, 2), *((done,) if done else ()), skip, *back)
    return OutgoingMessage(f"profile/{question}", {**values, "picked": list(chosen), "most": most}, buttons)


def _toggled(chosen: tuple[str, ...], id: str) -> tuple[str, ...]:
    """The selection with one thing more or less; an empty one is named, for () means "as stored"."""
    return tuple(sorted(set(chosen) ^ {id})) or (NOTHING,)


def _back(series: Series, subscriber: Subscriber, question: str) -> tuple[Row, ...]:
    if subscriber.state is not State.ONBOARDING:
        return ((Button("labels.back", ShowSettings()),),)
    order = steps(subscriber)
    place = order.index(question) if question in order else 0
    if place:
        return ((Button("labels.back", Ask(order[place - 1])),),)
    numbers = [n for n, each in enumerate(subscriber.attempts) if each.test == safety.TEST]
    if not numbers:
        return ()
    return ((Button("labels.back", AskAt(numbers[-1], series.safety[-1].id)),),)


def tell(
    series: Series, subscriber: Subscriber, question: str, values: tuple[str, ...], now: datetime
) -> tuple[Subscriber, OutgoingMessage]:
    """Keep one answer about the person, and go on: in onboarding to the next screen, later to the settings.

    Raises Outdated for a question or an answer that is not known, OutOfRange for a number outside 0 to 10.
    """
    told = subscriber
    if question == "time" and len(values) == 3:
        # A way out of a clash names the quiet hours too, so that both are settled at once.
        told = told.saying("quiet", _accepted(series, told, "quiet", values[1:]), now)
        values = values[:1]
    told = told.saying(question, _accepted(series, subscriber, question, values), now)
    if question == "zone" and told.said("quiet") is None:
        told = told.saying("quiet", series.defaults.quiet, now)
    if (clash := _clash(subscriber, told)) is not None:
        return subscriber, clash
    if told.state is State.ONBOARDING:
        return go_on(series, told, now)
    if question == "lane" and told.enrollment.plan_shown_at == told.saved_at:
        return told, plan_screen(series, told, now)
    return told, settings(series, told, now, changed=question)


def _accepted(series: Series, subscriber: Subscriber, question: str, values: tuple[str, ...]) -> Value:
    choices = series.choices
    single = values[0] if len(values) == 1 else ""
    if single == SKIPPED and question in ("knee", "age", "kit", "activities", attempt.PAIN):
        return SKIPPED
    if question == attempt.PAIN or question in steps(subscriber)[8:]:
        if single == SKIPPED:
            return SKIPPED
        number = selftest.read_number(single, attempt.scale(question))
        if number is not None:
            return number
    known: dict[str, tuple[str, ...]] = {
        "knee": choices.knees,
        "age": tuple(band.id for band in choices.ages),
        "lane": tuple(lane.id for lane in series.lanes),
        "way": WAYS,
        "length": LENGTHS,
        "pictures": PICTURES,
    }
    if single in known.get(question, ()):
        return single
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


def _clash(before: Subscriber, after: Subscriber) -> OutgoingMessage | None:
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


def settings(series: Series, subscriber: Subscriber, now: datetime, changed: str = "") -> OutgoingMessage:
    """All settings on one screen, edited in place, and when the next message comes."""
    chosen = timings(subscriber)
    coming = upcoming(series, subscriber, now)
    kit = subscriber.said("kit")
    values: dict[str, Any] = {
        "changed": changed,
        "lane": selftest.lane(series, subscriber),
        "way": subscriber.said("way") or WAYS[0],
        "length": subscriber.said("length") or LENGTHS[0],
        "pictures": subscriber.said("pictures") or PICTURES[0],
        "kit": list(kit) if isinstance(kit, tuple) else [],
        "state": subscriber.state.value,
        "next": chosen[-1].local(coming[0].at) if chosen and coming else None,
        "complete": bool(chosen),
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
    buttons = rows([Button(f"labels.set-{name}", Ask(name)) for name in SETTINGS], 2)
    return OutgoingMessage("settings/all", values, buttons, again=ShowSettings())


def confirm_zone(subscriber: Subscriber, zone: str, local: datetime) -> OutgoingMessage:
    """“It is 14:05 for you, right?” with the moment beside it in the phone's own zone."""
    buttons = (
        (Button("labels.zone-right", Tell("zone", (zone,))),),
        (Button("labels.zone-other", Ask("zone")),),
    )
    return OutgoingMessage("profile/zone-confirm", {"zone": zone, "now": local}, buttons, again=ConfirmZone(zone))


def zone_found(name: str) -> OutgoingMessage:
    """The place that was understood; it takes the location keyboard away."""
    return OutgoingMessage("profile/zone-found", {"name": name}, keyboard_gone=True)


# --- The safety check's ends ------------------------------------------------------------------------------------


def flag_screen(series: Series, subscriber: Subscriber, flag: safety.Flag) -> OutgoingMessage:
    """What to do now for whoever must not start, or must ask first; with a way to come back."""
    zone = subscriber.said("zone")
    values = {"screen": flag.screen, "tier": flag.tier, "zone": zone if isinstance(zone, str) else None}
    buttons: list[Row] = []
    if flag.tier == "ask":
        buttons.append((Button("labels.may-start", MayStart()),))
    if flag.screen == safety.HIGH_PAIN:
        buttons.append((Button("labels.change-answer", Ask("pain")),))
    else:
        buttons.append((Button("labels.check-again", CheckAgain()),))
    return OutgoingMessage(f"safety/{flag.tier}", values, tuple(buttons))
