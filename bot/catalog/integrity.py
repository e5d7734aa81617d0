"""Whether a series holds together: every name in it is there, its ladders carry everybody, each week has its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import yaml

from bot.catalog.pieces import PLACES, Pieces
from bot.catalog.yaml_schema import Document
from bot.core.assessment import safety
from bot.core.model.care import Care
from bot.core.model.series import (
    ABOUT_ONESELF,
    CADENCES,
    FORMS,
    HELD,
    KINDS,
    LANES,
    LEVELS,
    NEEDED,
    ONE_TAP,
    OWN,
    ROLES,
    SEATED,
    WAYS,
    WEEK,
    Band,
    Choice,
    Choices,
    DayPlan,
    Exercise,
    Ladder,
    Lesson,
    Onward,
    Test,
    week_of,
)
from bot.core.screens.profile import SETTINGS

LONGEST = 366
"""How many days a series may have."""
OF_THE_BOT: Mapping[str, Collection[str]] = {
    "one-tap question": ONE_TAP,
    "cadence": CADENCES,
    "lane": LANES,
    "kind": KINDS,
    "role": ROLES,
    "way of holding": HELD,
    "form": FORMS,
    "level": LEVELS,
    "way": WAYS,
}
"""The names that no author gives, by their kinds."""
Files = Mapping[str, Document]


class Named(NamedTuple):
    """One name that a file says of something else: “there is no `kind` `name`”, unless there is."""

    file: str
    where: str
    kind: str
    name: str


def hold_together(pieces: Pieces, files: Files, sources: Collection[str] | None) -> None:
    """Note all that does not; what was not read is not missed. No `sources` means that not all of them were read."""
    there = _there(pieces, sources)
    for file, where, kind, name in _all_named(pieces):
        if kind in there and name not in there[kind]:
            files[file].fault(files[file].named(name), f"{where}: there is no {kind} “{name}”")
    for test in pieces.get("tests", ()):
        _test(test, files["selftests"])
    _signs(pieces, files["safety"])
    if "care" in pieces:
        _care(pieces["care"], pieces.get("lessons", ()), files["care"])
    if "choices" in pieces:
        _profile(pieces["choices"], files["choices"])
    if "ladders" in pieces:
        _ladders(pieces["ladders"], pieces, files["ladders"])
    if "wishes" in pieces and "choices" in pieces:
        _wishes(pieces["wishes"], pieces["choices"].activities.ids, files["ladders"])
    if WEEK <= pieces.get("days", 0) <= LONGEST:  # else each week of it would be missed
        _weeks(pieces, files)
        _days(pieces, files["series"])


def _there(pieces: Pieces, sources: Collection[str] | None) -> dict[str, Collection[str]]:
    """What may be named, by its kind. A kind that could not be read is not among them."""
    there = dict(OF_THE_BOT)
    if sources is not None:
        there["source"] = sources
    if "exercises" in pieces:
        there["exercise"] = {each.id for each in pieces["exercises"]}
    if "exercises" in pieces and "ladders" in pieces:
        there["place"] = {*there["exercise"], *(ladder.id for ladder in pieces["ladders"])}
    if "areas" in pieces:
        there["area"] = pieces["areas"]
    if "choices" in pieces:
        there["kit"] = pieces["choices"].kit
        there["activity"] = pieces["choices"].activities.ids
    if "tests" in pieces:
        there["self-test"] = {test.id for test in pieces["tests"]}
        there["question"] = {question.id for test in pieces["tests"] for question in test.questions}
    if "limits" in pieces:
        there["limit"] = {limit.id for limit in pieces["limits"]}
    if "safety" in pieces:
        there["screen"] = {screen.id for screen in pieces["safety"]}
    return there


def _all_named(pieces: Pieces) -> Iterator[Named]:
    yield from _in_the_series(pieces)
    yield from _in_ladders(pieces)
    yield from _in_exercises(pieces)
    yield from _in_tests(pieces)
    yield from _in_safety(pieces)
    for lesson in pieces.get("lessons", ()):
        for page in lesson.pages:
            yield from _named("lessons", f"{lesson.id}/{page.id}", source=page.sources)
    if (choices := pieces.get("choices")) is not None:
        yield from _named("choices", "if_then", source=choices.if_then.sources)
    if (care := pieces.get("care")) is not None:
        yield from _named("care", "flare_up", exercise=_each_of(care.flare_up.exercises))
        for rules in (care.pain, care.follow, care.flare_up, care.back_off):
            yield from _named("care", type(rules).__name__, source=rules.sources)
        if care.sure is not None:
            yield from _named("care", "sure", source=care.sure.sources)


def _in_the_series(pieces: Pieces) -> Iterator[Named]:
    yield from _named("series", "first_test", self_test=_said(pieces.get("first_test")))
    yield from _named("series", "measured_again", self_test=pieces.get("measured_again", ()))
    yield from _named("series", "face", exercise=_said(pieces.get("face")))
    yield from _named("series", "first_move", exercise=pieces.get("first_move", ()))
    for plan in pieces.get("plans", ()):
        yield from _named("series", f"plan of week {plan.week}", place=_each_of(chain.from_iterable(plan.sessions)))
    if (onward := pieces.get("onward")) is not None:
        cadences = [each.says for each in onward.reminders]
        yield from _named("series", "onward", place=_each_of(onward.session), one_tap_question=onward.asks)
        yield from _named("series", "onward", cadence=cadences, source=onward.sources)
    if (hold_on := pieces.get("hold_on")) is not None:
        trains = _said(hold_on.trains)
        yield from _named("series", "hold_on", limit=hold_on.limits, place=trains, source=hold_on.sources)
    for lane in pieces.get("lanes", ()):
        yield from _named("series", "lanes", lane=[lane.id])
        yield from _named("series", lane.id, level=[lane.level])


def _in_ladders(pieces: Pieces) -> Iterator[Named]:
    for ladder in pieces.get("ladders", ()):
        exercises = [rung.exercise for rung in ladder.moves]
        yield from _named("ladders", ladder.id, exercise=exercises, source=ladder.sources)
    if "choices" in pieces:
        for activity, steps in pieces["choices"].activities.steps.items():
            yield from _named("choices", "activities", activity=[activity], exercise=chain.from_iterable(steps))
    for activity, places in pieces.get("wishes", {}).items():
        yield from _named("ladders", "wishes", activity=[activity])
        yield from _named("ladders", activity, place=places)


def _in_exercises(pieces: Pieces) -> Iterator[Named]:
    for exercise in pieces.get("exercises", ()):
        yield from _named(
            "exercises",
            exercise.id,
            kind=[exercise.kind],
            area=exercise.areas,
            kit=_each_of(exercise.kit),
            limit=exercise.limits,
            form=chain.from_iterable(exercise.limits.values()),
            question=exercise.measured,
            source=exercise.sources,
        )


def _in_tests(pieces: Pieces) -> Iterator[Named]:
    for test in pieces.get("tests", ()):
        yield from _named("selftests", test.id, source=test.sources, area=test.areas)
        for question in test.questions:
            yield from _named(
                "selftests",
                question.id,
                source=question.sources,
                role=_said(question.role),
                limit=question.limits,
                way=question.ways,
                way_of_holding=_said(question.held),
            )
            answers: list[Choice | Band] = [*question.choices, *question.bands]
            for answer in answers:
                yield from _named(
                    "selftests",
                    question.id,
                    area=answer.points,
                    limit=answer.limits,
                    lane=_said(answer.lane),
                    place=answer.lower,
                )


def _in_safety(pieces: Pieces) -> Iterator[Named]:
    for screen in pieces.get("safety", ()):
        limits = chain.from_iterable(screen.limits.values())
        yield from _named("safety", screen.id, source=screen.sources, screen=_said(screen.after), limit=limits)
    yield from _named("safety", "on_worse", screen=_said(pieces.get("on_worse")))
    for limit in pieces.get("limits", ()):
        yield from _named("safety", limit.id, kind=limit.reminds)
    if "high_pain" in pieces:
        yield from _named("safety", "high-pain", source=pieces["high_pain"].sources)


def _named(file: str, where: str, **names: Iterable[str]) -> Iterator[Named]:
    """What a file names somewhere, by the kinds as they are called in faults, "self-test" as `self_test`."""
    for kind, each in names.items():
        called = {"self_test": "self-test", "one_tap_question": "one-tap question"}.get(kind, kind.replace("_", " "))
        yield from (Named(file, where, called, name) for name in each)


def _said(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _each_of(entries: Iterable[str]) -> Iterator[str]:
    """The names of entries of which one may name several, `a|b`; what a person chose names none."""
    return (name for entry in entries for name in entry.split("|") if name != OWN)


def _test(test: Test, document: Document) -> None:
    """It is none of the bot's own, and each band and question that a question of it needs is in it."""
    if test.id in safety.ASKS:
        document.fault(document.entry(test.id), f"“{test.id}” is a test of the bot's own")
    for question in test.questions:
        at = document.entry(test.id, question.id)
        if question.could_not and question.could_not not in {band.id for band in question.bands}:
            document.fault(at, f"{question.id}: could_not: there is no band “{question.could_not}”")
        for other in (question.pair, question.recalls):
            if other is not None and test.question(other) is None:
                document.fault(at, f"{question.id}: {test.id} has no question “{other}”")


def _signs(pieces: Pieces, document: Document) -> None:
    """What has limits is a sign of its screen."""
    for screen in pieces.get("safety", ()):
        for sign in screen.limits:
            if sign not in screen.signs:
                document.fault(document.named(sign), f"{screen.id}: there is no sign “{sign}”")


def _care(care: Care, lessons: Iterable[Lesson], document: Document) -> None:
    """The part of a lesson that speaks of pain is in each."""
    for lesson in lessons:
        if lesson.page(care.pain_part) is None:
            document.fault(document.member("pain_part"), f"{lesson.id} has no part “{care.pain_part}”")


def _profile(choices: Choices, document: Document) -> None:
    """Each question about the person is one that can be asked, each of the series' own is, and none is missing."""
    for name in choices.profile:
        if name not in (*ABOUT_ONESELF, *choices.own):
            document.fault(document.named(name), f"profile: there is no question “{name}”")
    for name in (*NEEDED, *choices.own):
        if name not in choices.profile:
            document.fault(document.member("profile"), f"profile: “{name}” is missing")
    for name, sides in choices.leads.items():
        for side in sides:
            if side not in choices.own.get(name, ()):
                document.fault(document.member("leads"), f"leads: “{name}” has no answer “{side}”")
    for name in choices.own:
        if name in (*ABOUT_ONESELF, *SETTINGS):
            document.fault(document.member("own"), f"own: “{name}” is a question of the bot's own")
    if choices.beside_pain and not {choices.beside_pain, "pain"} <= {*choices.profile}:
        text = f"beside_pain: “{choices.beside_pain}” and “pain” must both be asked"
        document.fault(document.member("beside_pain"), text)


def _ladders(ladders: Iterable[Ladder], pieces: Pieces, document: Document) -> None:
    """Each ladder starts each lane on a rung of its own, and those that no session leaves out carry everybody."""
    exercises = {each.id: each for each in pieces.get("exercises", ())}
    firsts = {session[0] for plan in pieces.get("plans", ()) for session in plan.sessions if session}
    for ladder in ladders:
        at = document.entry(ladder.id)
        if ladder.id in exercises or ladder.id == OWN:
            document.fault(at, f"“{ladder.id}” is the name of something else already")
        for rung in ladder.moves:
            if rung.level not in (*LEVELS, SEATED):
                document.fault(at, f"{ladder.id}: “{rung.level}” is none of {', '.join((*LEVELS, SEATED))}")
        for lane in LANES:
            if ladder.start.get(lane) not in ladder.rungs:
                document.fault(at, f"{ladder.id}: the lane “{lane}” starts on no rung of it")
        if ladder.id in firsts and not _carries_everybody(ladder, exercises):
            text = f"{ladder.id}: its first rung must ask nothing, as each session keeps its first place"
            document.fault(at, text)


def _carries_everybody(ladder: Ladder, exercises: Mapping[str, Exercise]) -> bool:
    """Whether its first rung is left to whoever has no kit, any pain and any limit."""
    first = ladder.moves[0] if ladder.rungs else None
    lowest = exercises.get(first.exercise) if first else None
    if first is None or lowest is None:
        return True  # told as what is missing
    left = all(first.level in forms for forms in lowest.limits.values())
    return left and lowest.pain_max is None and not lowest.kit


def _wishes(wishes: Mapping[str, object], activities: Iterable[str], document: Document) -> None:
    """Each activity that somebody may wish for leads somewhere."""
    for activity in activities:
        if activity not in wishes:
            document.fault(document.member("wishes"), f"wishes: “{activity}” is missing")


def _weeks(pieces: Pieces, files: Files) -> None:
    """Each week has one lesson, and plans."""
    weeks = range(1, pieces["days"] // WEEK + 1)
    for name, given in (("lessons", pieces.get("lessons")), ("plans", pieces.get("plans"))):
        if given is not None:
            _one_each(name, given, weeks, files[PLACES.get(name, ("series", ""))[0]])


def _one_each(name: str, given: Sequence[Lesson | DayPlan], weeks: range, document: Document) -> None:
    """Where one is misplaced, the week it was meant for is not missed."""
    node = document.member(name) or document.node
    there: set[int] = set()
    misplaced = False
    for number, each in enumerate(given):
        at = node.value[number] if isinstance(node, yaml.SequenceNode) else node
        named = f"“{each.id}” is of day {each.day}: " if isinstance(each, Lesson) else ""
        if each.week not in weeks:
            document.fault(at, f"{named}there is no week {each.week}; the series has {len(weeks)}")
            misplaced = True
        elif named and each.week in there:
            document.fault(at, f"{named}week {each.week} has another lesson already")
            misplaced = True
        there.add(each.week)
    for week in weeks if not misplaced else ():
        if week not in there:
            document.fault(node, f"week {week} has nothing under {name}")


def _days(pieces: Pieces, document: Document) -> None:
    """Each day that is named is one of the series, or of a week; no two check-ins belong to one week."""
    last = pieces["days"]
    check_ins, strength = pieces.get("check_ins", ()), pieces.get("strength")
    named: list[tuple[str, Iterable[int], int]] = [
        ("check_ins", check_ins, last),
        ("retest", [pieces["retest"]] if "retest" in pieces else [], last),
        ("strength", strength.days if strength else (), WEEK),
        ("rest", pieces.get("rest", ()), WEEK),
    ]
    for name, days, end in named:
        for day in days:
            if not 1 <= day <= end:
                document.fault(document.member(name), f"{name}: there is no day {day}; the last one is {end}")
    if len(set(map(week_of, check_ins))) < len(check_ins):
        document.fault(document.member("check_ins"), "check_ins: two lie in one week")
    if (onward := pieces.get("onward")) is not None:
        _onward(onward, last, document)


def _onward(onward: Onward, last: int, document: Document) -> None:
    """Its days lie after the series, one a week, in order, and end with a test."""
    node = document.member("onward")
    named = sorted((*onward.check_ins, *onward.tests))
    weeks = [week_of(day) for day in named]
    if any(day <= last for day in named) or any(each.week <= week_of(last) for each in onward.reminders):
        document.fault(node, f"onward: all of it lies after day {last}")
    if len(set(weeks)) < len(weeks):
        document.fault(node, "onward: two days lie in one week")
    if not onward.tests or (named and named[-1] not in onward.tests):
        document.fault(node, "onward: its last day must be one of a test")
    if not onward.a_week or not onward.session or any(not 1 <= number <= WEEK for number in onward.a_week):
        document.fault(node, "onward: there must be places, and numbers of days a week from 1 to 7")
    if [each.week for each in onward.reminders] != sorted({each.week for each in onward.reminders}):
        document.fault(node, "onward: the weeks of its reminders must go up")
