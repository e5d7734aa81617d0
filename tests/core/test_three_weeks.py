"""What holds for the three weeks of everybody: the promises of the plan, over made-up people by the hundred."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core.assessment import pain, safety, selftest
from bot.core.assessment.pain import Light
from bot.core.model.callback_data import SwapFor
from bot.core.model.series import (
    EASIER,
    LEVELS,
    MAIN,
    MASSAGE,
    OWN,
    SEATED,
    STRENGTH,
    WALK,
    Ladder,
    Question,
    Rung,
    Series,
    Test,
)
from bot.core.model.subscriber import Adjustment, Did, Hurt, Session, Subscriber, Value
from bot.core.schedule import plan as planning
from bot.core.schedule.calendar import DayType, days
from bot.core.schedule.plan import Item, Plan, plan, swaps
from bot.core.screens import checkin, move, onward, questionnaire
from bot.core.screens.session import done_screen
from tests.conftest import the_catalog
from tests.core.people import EVERY_DAY, MONDAY, all_best, checked, having_said, having_tested, possible, somebody, tap
from tests.core.population import Lived, everybody_asked, lived, population, some_of_them, strength_days
from tests.core.population import person as person_of

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

THIGH = "thigh-front"
ONE_DAY = timedelta(days=1)
LAST = MONDAY + 20 * ONE_DAY
LATE = datetime(2026, 3, 21, 19, tzinfo=UTC)


def ladder(id: str) -> Ladder:
    return everybody_asked().ladder_by_id[id]


def rung_of(id: str, item: Item) -> int:
    """The place of an exercise on a ladder, in the form it has or in the nearest below."""
    moves = ladder(id).moves
    places = [place for place, rung in enumerate(moves) if rung.exercise == item.exercise]
    exact = [place for place in places if moves[place].level == item.level]
    return exact[0] if exact else places[0]


def limits_at(each: Lived) -> frozenset[str]:
    series = everybody_asked()
    rules = series.hold_on
    assert rules is not None
    held = rules.limits if selftest.holds_on(series, each.person) else ()
    return safety.limits(series, each.person).union(held)


# --- Everybody ----------------------------------------------------------------------------------------------------


def test_every_strength_session_keeps_a_thigh_move_that_its_person_may_do() -> None:
    series = everybody_asked()
    on_ladder = {rung.exercise for rung in ladder(THIGH).moves}
    for _, each in strength_days():
        for shown in (each.plan, each.plan.short()):
            first = shown.items[0]
            assert first.exercise in on_ladder, (each.day.number, shown)
            assert first.form in safety.forms(series.exercise_by_id[first.exercise], limits_at(each))


def test_every_strength_session_keeps_the_side_of_the_hip_and_the_bottom_or_back_of_the_thigh() -> None:
    series = replace(everybody_asked(), minutes=(1, 1000))
    for life in population()[:60]:
        for each in life.strength[::2]:
            swapped = {change.exercise for change in each.person.adjustments if change.kind == "swap"}
            held = {item.exercise for item in plan(series, each.person, each.day).items}
            for ladders in (("hip-side",), ("bottom", "thigh-back")):
                moves = {rung.exercise for id in ladders for rung in ladder(id).moves}
                assert held & moves or swapped & moves, (each.day.number, limits_at(each), held)


def test_the_thigh_move_stays_however_short_a_session_must_be() -> None:
    on_ladder = {rung.exercise for rung in ladder(THIGH).moves}
    in_a_hurry = replace(everybody_asked(), minutes=(1, 3))
    for life in population()[:100]:
        for each in life.strength[::4]:
            given = plan(in_a_hurry, each.person, each.day)
            assert given.items[0].exercise in on_ladder


def test_a_session_is_as_long_as_it_may_be_and_loses_sets_before_moves() -> None:
    series = everybody_asked()
    least, most = series.minutes
    endless, tight = (replace(series, minutes=(1, upto)) for upto in (1000, 10))
    for life in population():
        for each in life.days:
            assert each.plan.minutes <= most
            if each.plan.items and not each.plan.easy and each.day.type in (DayType.STRENGTH, DayType.MOBILITY):
                assert least <= each.plan.minutes, each.plan
    for life in population()[:150]:
        for each in life.days[::3]:
            whole, known = plan(endless, each.person, each.day), pain.done(each.person, each.day.date)
            given = plan(tight, each.person, each.day)
            assert given.minutes <= 10 or len(given.items) == 1
            if len(given.items) < len(whole.items):
                assert all(item.sets == 1 for item in given.items)
                # Where there is no time for a set more, another ladder takes its rung.
                assert given.climber != whole.climber or {item.exercise for item in given.items} < {
                    item.exercise for item in whole.items
                }
            for item in given.items:
                asked = whole.item(item.exercise) or item
                fewer = (item.sets - item.grown) - (asked.sets - asked.grown)
                assert item.fitted == (fewer if item.exercise in known else 0)


def test_nothing_is_planned_that_a_person_may_not_or_cannot_do() -> None:
    series = everybody_asked()
    for life in population():
        for each in life.days:
            limits, kit, usual = limits_at(each), each.person.said("kit"), pain.usual(each.person)
            has = frozenset(kit) if isinstance(kit, tuple) else frozenset()
            for item in each.plan.items:
                exercise = series.exercise_by_id[item.exercise]
                assert item.form in safety.forms(exercise, limits)
                assert not (item.level == "harder" and exercise.lacks(has))
                assert exercise.pain_max is None or (usual or 0) <= exercise.pain_max
                assert not exercise.lacks(has) or (item.form != MAIN and exercise.kind != MASSAGE)


ON_NO_FOOT = {"k1", "k2", "k9", "h7", "h11", "a7", "a8"}
"""Done sitting or lying, and so in their easier form: h9, a4, a5, a6."""


def bears_no_load(exercise: str, form: str) -> bool:
    sits = exercise in {"h9", "a4", "a5", "a6"} and form == EASIER
    lies = exercise in ON_NO_FOOT and (form != "harder" or exercise not in ("h11", "a8"))
    return form == SEATED or sits or lies


def test_a_leg_that_bears_no_load_sits_or_lies_on_each_kind_of_day_and_walks_no_longer_from_week_to_week() -> None:
    series, seen, walks = everybody_asked(), Counter[str](), set[tuple[int, int] | None]()
    for life in population():
        for each in life.days:
            if "no-load" not in limits_at(each):
                continue
            for item in each.plan.items:
                assert bears_no_load(item.exercise, item.form), (each.day.type, item)
                seen[each.plan.kind] += 1
                walks |= {item.seconds} if _kind(item) == WALK and item.sore is None else set()
    assert {STRENGTH, "mobility", planning.EASY} <= set(seen)
    assert walks == {(300, 300)}
    # In a harder form neither, by their own choice.
    limits = frozenset({"no-load"})
    assert all(bears_no_load(each.id, form) for each in series.exercises for form in safety.forms(each, limits))


def test_limits_hold_in_the_first_move_in_what_is_offered_instead_and_in_the_plan_to_keep() -> None:
    series, seen = everybody_asked(), Counter[str]()
    for life in population()[:80]:
        last = life.days[-1]
        if not (limits := limits_at(last)):
            continue
        tomorrow = replace(
            last.day, date=last.day.date + ONE_DAY, type=DayType.STRENGTH, nth=0, step=None, cadence="each"
        )
        kept = planning.to_keep(series, last.person, tomorrow, [each.day for each in life.days[:-1]])
        shown = [("kept", item.exercise, item.form, limits) for item in kept.items]
        first = move.chosen(series, last.person)
        assert first
        shown += [("first", first[0].id, first[1] if last.person.said("way") != SEATED else SEATED, limits)]
        for each in life.days[1::5]:
            others = {id for item in each.plan.items for id in swaps(series, each.person, each.day, item.exercise)}
            found = [planning.as_put_in(series, each.person, each.day, id) for id in others]
            shown += [("swap", item.exercise, item.form, limits_at(each)) for item in found if item]
        for how, exercise, form, limits in shown:
            assert form in safety.forms(series.exercise_by_id[exercise], limits), (how, exercise, form, limits)
            assert "no-load" not in limits or bears_no_load(exercise, form), (how, exercise, form)
            seen[how] += 1
    assert set(seen) == {"kept", "first", "swap"}


def test_whoever_does_not_get_down_to_the_floor_is_planned_no_move_there() -> None:
    series, others = everybody_asked(), 0
    for life in population():
        for each in life.days:
            floor = [item for item in each.plan.items if planning.is_on_the_floor(series, item)]
            assert not floor or each.person.said("way") not in ("kneel-free", SEATED), (each.day.number, floor)
            others += len(floor)
    assert others


def test_a_hold_is_at_most_sixty_percent_of_the_best_that_was_measured() -> None:
    series, held = everybody_asked(), 0
    for life in population():
        for each in life.days:
            for item in each.plan.items:
                measured = series.exercise_by_id[item.exercise].measured
                best = selftest.held(each.person, measured, each.day.timing.begin(each.day.date))
                if best is not None and item.level != EASIER:
                    held += 1
                    assert item.seconds
                    assert item.seconds[1] <= 0.6 * best
    assert held


def _kind(item: Item) -> str:
    return everybody_asked().exercise_by_id[item.exercise].kind


def test_a_walk_is_never_multiplied() -> None:
    series = everybody_asked()
    walks = [item for life in population() for each in life.days for item in each.plan.items if _kind(item) == WALK]
    assert walks
    # However much there is to add.
    endless = replace(series, minutes=(60, 1000))
    for life in population()[:20]:
        for each in life.days:
            walks += [item for item in plan(endless, each.person, each.day).items if _kind(item) == WALK]
    for item in walks:
        level = item.level if item.level == "harder" else MAIN
        dose = planning.dose_for(series.exercise_by_id[item.exercise], level)
        assert item.sets == 1
        assert item.seconds
        assert item.seconds[1] <= (dose.seconds or (0, 0))[1]


def test_what_the_tests_showed_and_what_is_wished_add_one_move_at_most() -> None:
    series = everybody_asked()
    plans = tuple(
        replace(
            each,
            sessions=tuple(tuple(place for place in session if not place.startswith(OWN)) for session in each.sessions),
        )
        for each in series.plans
    )
    plain = replace(series, plans=plans, minutes=(1, 1000))
    open = replace(series, minutes=(1, 1000))
    for life in population():
        for each in life.days[::3]:
            if each.plan.easy:
                continue
            given, bare = plan(open, each.person, each.day), planning._Fit(plain, each.person, each.day)
            bare.climber = given.climber  # where it serves what is wished, no other ladder takes its rung
            with_own, without = [item.exercise for item in given.items], [item.exercise for _, item in bare.held()]
            assert with_own[: len(without)] == without
            assert len(with_own) <= len(without) + 1
            assert len(with_own) <= len(planning._Fit(open, each.person, each.day).places)


def test_harder_comes_one_change_at_a_time_and_only_after_two_good_strength_sessions() -> None:
    series = everybody_asked()
    climbed = 0
    for life in population():
        steps = 0
        for each in life.days:
            begin = each.day.timing.begin(each.day.date)
            now = pain.progress(series.care, each.person, begin).steps
            assert now <= steps + 1
            if now > steps:
                climbed += 1
                done = [
                    session
                    for session in sorted(each.person.sessions, key=lambda session: session.date)
                    if session.kind == STRENGTH and not session.short and session.date < each.day.date
                ]
                assert len(done) >= 2
                for session in done[-2:]:
                    assert pain.session_light(series.care, each.person, session) is Light.GREEN
                    assert session.effort is not None
                    assert session.effort <= 6
            steps = now
    assert climbed


def test_one_ladder_at_most_takes_its_next_rung_in_a_session_and_none_beside_another_change() -> None:
    """Nor beside more repetitions of another move, but for what was met a single time."""
    series, taken = everybody_asked(), 0
    for life in population():
        had, steps, begins = dict[str, int](), 0, None
        reps, before = dict[tuple[str, str], tuple[int, int] | None](), None
        for each in life.strength:
            fit = planning._Fit(series, each.person, each.day)
            fit.climber = each.plan.climber
            told = [item for item in each.plan.items if item.stepped]
            assert len(told) <= 1
            assert all(item.exercise in ladder(each.plan.climber).exercises for item in told)
            if before and each.person.session(before.day.date):
                reps |= {(item.exercise, item.form): item.reps for item in before.plan.items}
            before = each
            met = Counter((did.exercise, did.form) for session in each.person.sessions for did in session.did)
            more = [
                item
                for item in each.plan.items
                if met[look := (item.exercise, item.form)] > 1 and (item.reps or (0, 0)) > (reps.get(look) or (99, 99))
            ]
            assert not (each.plan.climber and more), (each.day.number, each.plan.climber, more)
            begun_elsewhere = each.plan.upshot and each.plan.upshot.reason in (
                planning.EASIER_LANE,
                planning.HARDER_LANE,
            )
            assert not each.plan.climber or not begun_elsewhere
            if (
                fit.less
                or fit.quiet
                or steps < 0
                or fit.steps < steps
                or begins != (fit.lane, fit.lowered)
                or any(item.sore for item in each.plan.items)
            ):
                had = {}
            now = {
                id: rung_of(id, item)
                # Moves of balance are met by themselves in other places.
                for id in (one.id for one in series.ladders if one.id != series.balance)
                for item in reversed(each.plan.items)  # what one's own place adds comes after
                if item.exercise in ladder(id).exercises and not item.changed and item.exercise not in BY_THEMSELVES
                # What hurt stands lower for as long, and comes back to its own rung by itself.
                if not any(one.sore and one.exercise in ladder(id).exercises for one in each.plan.items)
                # What would be the second new one on the feet waits on the rung that was done.
                if (usual := fit._usual_rung(id)) is not None and usual.exercise == item.exercise
            }
            higher = [id for id, place in now.items() if place > had.get(id, place)]
            assert set(higher) <= {each.plan.climber}, (each.day.number, higher)
            taken += len(told)
            had, steps, begins = {} if fit.less else had | now, fit.steps, (fit.lane, fit.lowered)
    assert taken


@pytest.mark.parametrize(("times", "too_hard"), [(7, False), (8, True)], ids=["yes to more", "no to less"])
def test_an_answer_that_comes_after_the_next_session_brings_more_repetitions_and_no_rung_beside_them(
    times: int, too_hard: bool
) -> None:
    series, person = the_catalog().default, having_trained(somebody(the_catalog().default), times)
    told, last = person.sessions[-2:]
    question, answer = pain.key(pain.Upshot(pain.Follow.PROGRESS, "", told.date)), "yes"
    if too_hard:
        person = person.with_session(replace(told, effort=9))
        question, answer = pain.key(pain.Upshot(pain.Follow.EASE, "", told.date)), "no"
    person = replace(person, answers=tuple(each for each in person.answers if each.question != question))
    in_time, late = (person.saying(question, answer, each.started_at + timedelta(minutes=30)) for each in (told, last))
    steps = [pain.progress(series.care, each, LATE + ONE_DAY / 12).steps for each in (person, in_time, late)]
    assert steps == [2, 3, 3]
    before, after = on_day(series, person, 20), on_day(series, late, 20)
    assert any((item.reps or (0,)) > (was.reps or (0,)) for was, item in zip(before.items, after.items, strict=True))
    assert (bool(on_day(series, in_time, 20).climber), bool(after.climber)) == (True, False)


def test_one_move_at_most_of_a_session_is_new_on_the_feet_from_the_second_strength_session_on() -> None:
    """But for what its person chose: put in, or in another one's place, which they may take back."""
    series, seen = everybody_asked(), Counter[int]()
    no_load = frozenset({"no-load"})
    for _, each in strength_days():
        if not any(on < each.day.date for on in pain.trained(each.person)):
            continue
        known = pain.done(each.person, each.day.date)
        chosen = {one.to for one in each.person.adjustments if one.kind == "swap"}
        new = [
            item
            for item in each.plan.items
            if item.exercise not in known | chosen and item.changed != planning.PUT_IN
            if "standing" in series.exercise_by_id[item.exercise].asks or item.form == "kneel_free"
            if item.form not in safety.forms(series.exercise_by_id[item.exercise], no_load)
        ]
        seen[len(new)] += 1
        assert len(new) <= 1, (each.day.number, new)
    assert seen[1] > 100, seen


def test_nobody_takes_the_rung_above_one_that_they_never_did() -> None:
    seen = 0
    for _, each in strength_days():
        if each.plan.climber:
            seen += 1
            known = pain.done(each.person, each.day.date)
            assert not ladder(each.plan.climber).exercises.isdisjoint(known), (each.day.number, each.plan.climber)
            # And it takes no other move's place.
            without = planning._Fit(everybody_asked(), each.person, each.day).held()
            held = {item.exercise for item in each.plan.items}
            assert {item.exercise for name, item in without if name != each.plan.climber} <= held, each.day.number
    assert seen


@pytest.mark.parametrize("activity", ["walking", "sport"])
def test_whoever_walks_or_runs_trains_the_calf_in_two_of_three_strength_sessions_from_week_2_on(activity: str) -> None:
    series = the_catalog().default
    for lane in series.lanes:
        person = somebody(series, lane=lane.id, activities=(activity,))
        strength = [day for day in days(series, person, LAST) if day.type is DayType.STRENGTH and day.week > 1]
        calf = [
            any(item.exercise in ladder("calf").exercises for item in plan(series, person, day).items)
            for day in strength
        ]
        assert all(sum(calf[place : place + 3]) >= 2 for place in (0, 3)), (lane.id, calf)


def test_whoever_wishes_for_nothing_meets_the_same_trunk_move_in_no_more_than_six_of_nine_sessions() -> None:
    series = the_catalog().default
    for lane in series.lanes:
        found = exercises(programme(series, somebody(series, lane=lane.id, activities=())))
        assert all(found[each] <= 6 for each in ladder("trunk").exercises), (lane.id, found)


def test_a_move_and_each_form_of_it_is_done_for_the_first_time_at_the_bottom_of_its_range() -> None:
    series, seen = everybody_asked(), Counter[str]()
    for life in population():
        for each in life.days:
            done = {exercise for session in each.person.sessions for exercise in session.done}
            forms = {(did.exercise, did.form) for session in each.person.sessions for did in session.did}
            noted = {exercise for exercise, _ in forms}
            for item in each.plan.items:
                level = item.level if item.form in LEVELS or item.level == EASIER else MAIN
                dose = planning.dose_for(series.exercise_by_id[item.exercise], level)
                in_form = item.exercise in noted and (item.exercise, item.form) not in forms and not item.changed
                if (item.exercise not in done or in_form) and item.reps and dose.reps:
                    seen["move" if item.exercise not in done else "form"] += 1
                    assert item.reps[0] <= dose.reps[0], (each.day.number, item)
    assert len(seen) == 2


def test_no_strength_move_has_one_set_beside_another_with_three_unless_it_hurt() -> None:
    seen = Counter[int]()
    for _, each in strength_days():
        # A set that sessions which went well have added is paid for by no other move.
        sets = [item.sets - item.extra for item in each.plan.items if _kind(item) == STRENGTH and item.sore is None]
        seen.update(sets)
        assert max(sets) < planning.MOST_SETS or min(sets) > 1, (each.day.number, each.plan.items)
    assert seen[2]


def test_no_move_gets_less_without_a_word_where_no_report_asked_for_less() -> None:
    series, seen, told = everybody_asked(), 0, Counter[int]()
    for life in population():
        came = dict[tuple[str, str], tuple[Item, int, int, date]]()
        for each in life.days:
            fit, upshot = planning._Fit(series, each.person, each.day), each.plan.upshot
            asks_less = (
                fit.less or fit.quiet or fit.steps < 0 or (upshot is not None and upshot.follow is pain.Follow.EASE)
            )
            if each.plan.easy or asks_less:
                continue
            tested = len(each.person.attempts)  # what a new test showed is told by itself
            for item in each.plan.items:
                new = item, fit.steps, tested, each.day.date
                was, steps, tests, on = came.get((item.exercise, item.form), new)
                taken = each.person.session(on)
                if was.grown and not (taken and taken.climbed):
                    continue  # the set more was planned, and nobody did it
                if item.exercise not in fit.known or item.changed or item.sore or item.stepped:
                    continue  # the next rung begins at the bottom of its range, and says so
                if tests != tested or steps > fit.steps:
                    continue
                seen += 1
                assert item.fitted < 0 or was.fitted > 0 or in_all(item) >= in_all(was), (was, item)
                told[item.fitted] += 1
            came |= {(item.exercise, item.form): (item, fit.steps, tested, each.day.date) for item in each.plan.items}
    assert told[0] > 0.98 * seen, told  # it is seldom so


def in_all(item: Item) -> tuple[int, ...]:
    """Repetitions or seconds of all sets, at least and at most."""
    return tuple(item.sets * each for each in item.reps or item.seconds or ())


def test_whoever_finds_it_easy_sees_progress_in_each_place_that_is_trained_each_week() -> None:
    """In each ladder that came in all three weeks: another rung, or more than the first time."""
    series, seen = everybody_asked(), 0
    for seed in range(40):
        known, days_of = (
            replace(person_of(series, random.Random(seed)), adjustments=()),
            dict[str, list[tuple[int, Item]]](),
        )
        for day in days(series, known, LAST):
            given, at = plan(series, known, day), day.moment
            for item in given.items if day.type is DayType.STRENGTH else ():
                for each in series.ladders:
                    if item.exercise in each.exercises:
                        days_of.setdefault(each.id, []).append((day.week, item))
            done = tuple(item.exercise for item in given.items)
            rated: dict[str, Any] = {"effort": 3, "pain": 0, "kind": given.kind, "climbed": given.climber}
            known = known.with_session(Session(day.date, at, done=done, finished_at=at + timedelta(minutes=9), **rated))
        trained = Counter(day.type for day in days(series, known, LAST))[DayType.STRENGTH]
        for came in days_of.values() if trained >= 6 else ():
            if {week for week, _ in came} == {1, 2, 3}:
                first, *later = (item for _, item in came)
                seen += 1
                assert any(
                    item.stepped
                    or ((item.exercise, item.form) == (first.exercise, first.form) and demand(item) > demand(first))
                    or sum(item.reps or item.seconds or ()) > sum(first.reps or first.seconds or ())
                    for item in later
                ), (seed, came)
    assert seen > 80


def demand(item: Item) -> tuple[int, int]:
    """How much a form and a dose ask: its level, then what is done of it in all."""
    most = (item.reps or item.seconds or (0, 0))[1]
    form = item.form if item.form in LEVELS else MAIN
    return -1 if item.form == SEATED else LEVELS.index(form), item.sets * most


def test_what_hurt_comes_back_easier_and_stays_so_till_it_was_done_in_two_green_sessions() -> None:
    series, eased = everybody_asked(), 0
    for life in population():
        for number, hurt_on in enumerate(life.days):
            later = life.days[number + 1 :]
            told = later[0].person.session(hurt_on.day.date) if later else None
            for hurt in told.hurts if told and not hurt_on.plan.easy else ():
                if pain.light(series.care.pain, hurt.pain, pain.usual(later[0].person)) is Light.GREEN:
                    continue
                ladders = [
                    {rung.exercise for rung in each.moves}
                    for each in series.ladder_by_id.values()
                    if hurt.exercise in {rung.exercise for rung in each.moves}
                ]
                for each in later:
                    done = [
                        session
                        for session in each.person.sessions
                        if hurt_on.day.date < session.date < each.day.date
                        if session.kind in ("strength", "mobility") and not session.short
                        if pain.session_light(series.care, each.person, session) is Light.GREEN
                    ]
                    if any(sum(bool(moves & set(session.done)) for session in done) >= 2 for moves in ladders):
                        break
                    if each.plan.easy:
                        continue
                    was, now = hurt_on.plan.item(hurt.exercise), each.plan.item(hurt.exercise)
                    assert was
                    if now is not None:
                        eased += 1
                        assert now.sore
                        assert now.sore.exercise == hurt.exercise
                        # What hurt again at the least there is of it stays there.
                        least = was.sore is not None and was.sore.form == hurt.form and demand(now) == demand(was)
                        assert least or demand(now) < demand(was), (was, now)
    assert eased


def test_what_hurt_comes_back_named_and_with_less_of_it_and_after_red_as_the_only_change() -> None:
    series, seen = everybody_asked(), Counter[str]()
    moves_of = {each.id: {rung.exercise for rung in each.moves} for each in series.ladders}
    for life in population():
        for number, hurt_on in enumerate(life.days[:-1]):
            told = life.days[number + 1].person.session(hurt_on.day.date)
            for hurt in told.hurts if told and not hurt_on.plan.easy else ():
                light = pain.light(series.care.pain, hurt.pain, pain.usual(life.days[-1].person))
                was = hurt_on.plan.item(hurt.exercise)
                if light is Light.GREEN or was is None or was.sore:
                    continue
                ladders = [moves for moves in moves_of.values() if hurt.exercise in moves] or [{hurt.exercise}]
                for each in life.days[number + 1 :]:
                    now = each.plan.item(hurt.exercise)
                    sessions = [one for one in each.person.sessions if hurt_on.day.date < one.date < each.day.date]
                    again = any(one.hurts for one in sessions)
                    done = [
                        one
                        for one in sessions
                        if one.kind in ("strength", "mobility") and not one.short
                        if pain.session_light(series.care, each.person, one) is Light.GREEN
                    ]
                    counts = [sum(bool(moves & set(one.done)) for one in done) for moves in ladders]
                    if again or max(counts) > 2 or each.person.said("pain-stop"):
                        break
                    if now is None or each.plan.easy:
                        continue
                    assert now.sore
                    if now.back:
                        seen[light] += 1
                        assert now.sore.exercise == hurt.exercise
                        # Where it hurt in the least number of sets there is, it may come back with as much.
                        assert demand(now) < demand(was) or (demand(now) == demand(was) and was.sets == 1), (was, now)
                        assert not now.stepped
                        trained = [one for one in sessions if one.kind == STRENGTH and not one.short]
                        if light is Light.RED and len(trained) <= 2:
                            assert not any(item.stepped for item in each.plan.items)
                            assert pain.progress(series.care, each.person, each.day.moment).steps <= 0
    assert seen[Light.RED]
    assert seen[Light.AMBER]


def test_what_came_back_has_its_sets_again_before_there_is_more_in_each_of_them() -> None:
    seen = 0
    for life in population():
        came = dict[tuple[str, str], Item]()
        for each in life.days:
            for item in () if each.plan.easy else each.plan.items:
                was = came.get((item.exercise, item.form))
                if was and was.back and not item.sore and not item.changed and item.sets - item.fitted > was.sets:
                    seen += 1
                    assert (item.reps or item.seconds) == (was.reps or was.seconds), (each.day.number, was, item)
            came |= {(item.exercise, item.form): item for item in each.plan.items}
    assert seen


def test_after_a_red_session_all_that_changes_first_is_that_what_hurt_comes_back() -> None:
    """Also where it comes back only after the quiet days, since some were left out."""
    series = the_catalog().default
    for hurting, left_out in (("h8", ()), ("h10", ()), ("h10", range(3, 10))):
        person, came = somebody(series, pain=1), dict[int, Plan]()
        for day in days(series, person, LAST):
            given = plan(series, person, day)
            if day.type is not DayType.STRENGTH or day.number in left_out:
                continue
            came[day.number] = given
            at, done = day.moment, tuple(item.exercise for item in given.items)
            hurts = (Hurt(hurting, 8, at, form=given.items[0].form),) if day.number == 2 else ()
            rated: dict[str, Any] = {"effort": 3, "pain": 1, "kind": given.kind, "hurts": hurts, "done": done}
            person = person.with_session(Session(day.date, at, finished_at=at + timedelta(minutes=9), **rated))
        back = [number for number, given in came.items() if (item := given.item(hurting)) and item.back]
        assert len(back) == 1, back
        before = [number for number in came if 2 < number < back[0]]
        assert len([number for number in before if not came[number].easy]) == 2
        first, again = came[2].item(hurting), came[back[0]].item(hurting)
        assert first
        assert again
        assert demand(again) < demand(first)
        for number in (*before, back[0]):
            assert not any(item.stepped for item in came[number].items)
        known = replace(
            person, sessions=tuple(each for each in person.sessions if each.date < MONDAY + (back[0] - 1) * ONE_DAY)
        )
        assert pain.progress(series.care, known, LATE).steps == 0
        assert pain.progress(series.care, person, LATE + ONE_DAY).steps > 0


def test_after_a_week_away_nothing_is_more_than_it_was() -> None:
    series, back = everybody_asked(), 0
    for life in population():
        came, full, away = dict[str, Item](), False, False
        for each, next_one in itertools.pairwise(life.days):
            # Whatever else was done in it.
            last = max(pain.trained(each.person), default=each.day.date)
            away = away or each.day.date - last > 7 * ONE_DAY
            strength = each.day.type is DayType.STRENGTH and not each.plan.easy
            for item in each.plan.items if strength and away else ():
                was = came.get(item.exercise)
                if was and not item.changed and not was.changed and was.form == item.form:
                    back += 1
                    # A session that was full may have had fewer sets than its moves would have by themselves.
                    sets = was.sets if full else item.sets
                    assert demand(replace(item, sets=sets)) <= demand(was), (each.day.number, was, item)
            done = next_one.person.session(each.day.date)
            if done and strength and not done.short:
                if not away:
                    came = {item.exercise: item for item in each.plan.items}
                    full = each.plan.minutes + 2 > series.minutes[1]
                away = False
    assert back


def test_after_a_flare_or_a_week_away_sets_come_back_two_moves_at_a_time_and_then_more_in_each() -> None:
    """Where the first strength session back is no longer than a week ago."""
    series, seen = everybody_asked(), Counter[int]()
    for life in population():
        came = dict[tuple[str, str], Item]()
        for each in life.strength:
            fit = planning._Fit(series, each.person, each.day)
            items = [item for item in each.plan.items if item.sore is None and not item.changed]
            back = [item for item in items if item.coming == planning.SETS_BACK]
            assert not back or fit.back_for > 1 or fit.flared
            more = [
                item
                for item in items
                if (was := came.get((item.exercise, item.form))) and was.sets < item.sets - item.fitted - item.grown
            ]
            assert fit.back_for in (0, pain.WAY_BACK) or max(len(back), len(more)) <= planning.BACK_AT_ONCE
            for item in more if fit.back_for else ():
                seen[fit.back_for] += 1
                assert item in back or item.sets != most_of(each.person, item), (each.day.number, item)
                assert item.reps is None or item.reps[0] == item.reps[1]
            came = {(item.exercise, item.form): item for item in items} if fit.back_for else {}
    assert seen[2], seen


def flared_on(each: Lived) -> date | None:
    """When they last flared up before a day: a red session, much more the day after, or much worse before one."""
    told = [one for one in each.person.sessions if one.date < each.day.date]
    usual = pain.usual(each.person)
    worst = {one.date: pain.worst_told(one) for one in told}
    return max(
        (
            one.date
            for one in told
            if one.morning == "much-more"
            or (one.knee == pain.MUCH_WORSE and one.kind != STRENGTH)
            or ((hurt := worst[one.date]) is not None and hurt >= pain.red_from(everybody_asked().care.pain, usual))
        ),
        default=None,
    )


def test_for_ten_days_after_a_flare_nothing_is_new_on_the_feet_or_knees_and_nothing_gets_harder() -> None:
    """On days of loosening a new move comes in its easier form, and no hold is longer than before."""
    series, seen = everybody_asked(), Counter[str]()
    no_load = frozenset({"no-load"})
    for life in population():
        held = dict[tuple[str, str, str], int]()
        steps = 0
        for each in life.days:
            flared, now = flared_on(each), pain.progress(series.care, each.person, each.day.timing.begin(each.day.date))
            quiet = flared is not None and each.day.date - flared <= 10 * ONE_DAY
            known = pain.done(each.person, each.day.date)
            if not quiet:
                usual = [item for item in each.plan.items if item.seconds and not item.sore]
                held |= {(item.exercise, item.form, item.level): max(item.seconds or (0,)) for item in usual}
                steps = now.steps
                continue
            assert now.steps <= max(steps, 0)
            assert not each.plan.climber
            for item in () if each.plan.easy else each.plan.items:
                assert not item.stepped
                assert not item.grown
                if item.exercise in known or item.changed:
                    before = held.get((item.exercise, item.form, item.level))
                    seen["held"] += before is not None and item.seconds is not None
                    assert not (before and item.seconds) or item.seconds[1] <= before, (each.day.number, item)
                    continue
                lies = item.form in safety.forms(series.exercise_by_id[item.exercise], no_load)
                loosens = each.day.type is not DayType.STRENGTH
                assert lies or (loosens and item.level == EASIER), (each.day.number, item)
                seen["lies" if lies else "easier"] += 1
    assert {"held", "lies", "easier"} <= set(seen), seen


def test_a_rung_that_was_earned_waits_for_ten_days_also_where_the_usual_plan_is_wanted() -> None:
    series, person = the_catalog().default, somebody(the_catalog().default)
    done, flared = tuple(each.id for each in series.exercises), MONDAY + 5 * ONE_DAY
    for number in range(2, 17):
        at = datetime(2026, 3, 1, 19, tzinfo=UTC) + number * ONE_DAY
        rated: dict[str, Any] = {"effort": 6, "pain": 1} if number < 6 else {}
        rated = {"pain": 5, "morning": "much-more"} if at.date() == flared else rated
        if number < 7 or number % 3 == 0:
            person = person.with_session(Session(at.date(), at, done=done, finished_at=at, kind=STRENGTH, **rated))
        if number in (3, 5):
            person = person.saying(f"upshot-{pain.Follow.PROGRESS}-{at.date()}", "yes", at + timedelta(minutes=1))
    for follow in (pain.Follow.FLARE_UP, pain.Follow.DOWN):
        person = person.saying(f"upshot-{follow}-{flared}", "no", at)
    assert pain.progress(series.care, person, LATE).steps == 2
    climbers = {day.number: plan(series, person, day).climber for day in days(series, person, LAST)}
    assert [climbers[number] for number in (9, 11, 13, 16, 18)] == ["", "", "", "", THIGH]


def test_after_a_flare_no_move_gets_sets_and_more_in_each_of_them_at_once() -> None:
    """However seldom the sessions hold it: the first time since, there is less of it than before."""
    seen = Counter[str]()
    for life in population():
        for each in life.strength:
            flared, fit = flared_on(each), planning._Fit(everybody_asked(), each.person, each.day)
            if flared is None or fit.down or each.day.date - flared > 14 * ONE_DAY:
                continue
            did = [one for one in sorted(each.person.sessions, key=lambda one: one.date) if one.date < each.day.date]
            for item in each.plan.items:
                look = item.exercise, item.form
                was = [move for one in did for move in one.did if (move.exercise, move.form) == look]
                if not was or item.sore or item.changed:
                    continue
                asked = planning.dose_for(everybody_asked().exercise_by_id[item.exercise], item.level).reps
                if item.reps and asked and item.sets - item.fitted > was[-1].sets:
                    seen["sets"] += 1
                    assert item.reps == (asked[0], asked[0]), (each.day.number, was[-1], item)
    assert seen["sets"]


def most_of(person: Subscriber, item: Item) -> int:
    """The most sets in which a move was done in that form."""
    did = [each for session in person.sessions for each in session.did]
    return max((each.sets for each in did if (each.exercise, each.form) == (item.exercise, item.form)), default=0)


def test_every_word_about_last_time_is_borne_out_by_what_was_done() -> None:
    series, seen = everybody_asked(), Counter[str]()
    for _, each in strength_days():
        sessions = sorted((one for one in each.person.sessions if one.did), key=lambda one: one.date)
        for item in each.plan.items:
            look = item.exercise, item.form
            same = [did for session in sessions for did in session.did if (did.exercise, did.form) == look]
            if item.coming == planning.LESS:
                assert any(did.sets * did.each > max(in_all(item)) for did in same), (each.day.number, item)
            if item.coming == planning.SETS_BACK:
                assert max(did.sets for did in same) == item.sets, (each.day.number, item)
            if item.grown:
                assert not same or same[-1].sets < item.sets, (each.day.number, item)
            if item.stepped:
                fit, moves = planning._Fit(series, each.person, each.day), ladder(each.plan.climber).moves
                looks = [seen_as(fit, rung) for rung in moves]
                mine = ladder(each.plan.climber).exercises
                trained = [[did for did in one.did if did.exercise in mine] for one in sessions]
                last = next((found for found in trained[::-1] if found), [])
                up = (looks.index(look) > looks.index(was) for did in last if (was := did[:2]) in looks)
                assert all(up), (each.day.number, item)
            seen.update(each for each in (item.coming, item.stepped and "up", item.grown and "set") if each)
    assert set(seen) == {planning.LESS, planning.SETS_BACK, "up", "set"}


def test_a_move_that_stands_on_no_ladder_is_never_harder_unless_the_person_chose_so() -> None:
    series = everybody_asked()
    climbed = {rung.exercise for each in series.ladders for rung in each.moves if rung.level == "harder"}
    for life in population():
        for each in life.days:
            for item in each.plan.items:
                assert item.level != "harder" or item.exercise in climbed or item.changed


def test_the_sore_side_leads_in_every_move_that_is_done_on_each_side() -> None:
    sides = Counter(
        (each.person.said("knee"), item.leads)
        for life in population()
        for each in life.days
        for item in each.plan.items
        if item.each_side
    )
    assert set(sides) == {("left", "left"), ("right", "right"), ("both", "")}


# --- Harder -------------------------------------------------------------------------------------------------------


BY_THEMSELVES = ("h14", "h15", "h16", "k5", "k6")
"""What some sessions of strength name and not its ladder: too seldom met to be climbed."""


CLIMBS = {4: THIGH, 5: "hip-side", 7: "bottom"}
"""Which ladder takes its rung in which of many sessions that are all good: the first comes of the second change."""


def having_trained(person: Subscriber, times: int, effort: int = 6, pain: int = 1) -> Subscriber:
    """With so many whole strength sessions in the weeks before day 20, each offer of them accepted."""
    done = tuple(each.id for each in the_catalog().default.exercises)
    for number in range(times):
        at = datetime(2026, 3, 20, 19, tzinfo=person.saved_at.tzinfo) - (times - 1 - number) * ONE_DAY
        rated: dict[str, Any] = {"effort": effort, "pain": pain, "kind": STRENGTH, "climbed": CLIMBS.get(number, "")}
        person = person.with_session(Session(at.date(), at, done=done, finished_at=at, **rated))
        if number % 2:
            person = person.saying(f"upshot-progress-{at.date().isoformat()}", "yes", at + timedelta(minutes=1))
    return person


def on_day(series: Series, person: Subscriber, number: int) -> Plan:
    day = next(day for day in days(series, person, MONDAY + 25 * ONE_DAY) if day.number == number)
    return plan(series, person, day)


@pytest.mark.parametrize("lane", [lane.id for lane in the_catalog().default.lanes])
@pytest.mark.parametrize("way", ["any", "kneel-free", "seated"])
@pytest.mark.parametrize("kit", ["skip", the_catalog().default.choices.kit])
def test_harder_is_more_repetitions_then_the_next_rung_then_a_set(lane: str, way: str, kit: Value) -> None:
    series = replace(the_catalog().default, minutes=(1, 1000))
    person = somebody(series, lane=lane, way=way, kit=kit)
    plans = [on_day(series, having_trained(person, 2 * steps), 20) for steps in range(5)]
    start, more, higher, again, others = (
        (rung_of(THIGH, each.items[0]), each.items[0].reps or (0, 0)) for each in plans
    )
    assert more[0] == start[0]
    assert sum(more[1]) > sum(start[1])
    # Seated there is one way to do an exercise, so that only the lowest rung has another one above it.
    is_last = way == SEATED and lane != "gentle"
    assert higher[0] == again[0] == others[0] == start[0] + (not is_last)
    assert [each.climber for each in plans[:3]] == ["", "", THIGH]
    assert [each.items[0].sets for each in plans] == ([2, 2, 3, 3, 3] if is_last else [2, 2, 2, 2, 2])
    assert (plans[2].items[0].stepped, plans[2].items[0].grown) == (not is_last, is_last)
    if not is_last:
        assert plans[3].climber == ""
        assert sum(again[1]) > sum(higher[1])
    assert plans[4].climber not in ("", THIGH)
    for before, after in itertools.pairwise(plans):
        changed = [(one, other) for one, other in zip(before.items, after.items, strict=True) if one != other]
        assert len(changed) == 1 or after in (plans[1], plans[3], plans[4])
        for one, other in changed:
            climbed = (one.exercise, one.level) != (other.exercise, other.level)
            assert other.sets - other.extra == one.sets - one.extra or climbed
            assert other.extra <= one.extra + 1
            # A rung higher the repetitions begin anew; on the same one they are never fewer.
            assert climbed or not one.reps or not other.reps or other.reps >= one.reps or after is plans[4]


def seen_as(fit: planning._Fit, rung: Rung) -> tuple[str, str]:
    exercise = everybody_asked().exercise_by_id[rung.exercise]
    return rung.exercise, fit._form(exercise, rung.level)


def test_one_set_more_comes_where_no_rung_is_left_and_no_other_move_pays_for_it() -> None:
    series, seen = everybody_asked(), Counter[str]()
    for _, each in strength_days():
        grown, more = ([item for item in each.plan.items if item.grown], [one for one in each.plan.items if one.extra])
        assert len(grown) <= 1
        held = planning._Fit(series, each.person, each.day).held() if more else []
        own = {item.exercise: item.sets - item.extra for _, item in held}
        assert all(own.get(item.exercise, 0) <= item.sets <= planning.MOST_SETS for item in each.plan.items)
        seen["stays"] += len(more) > len(grown)
        for item in grown:
            seen[each.plan.climber] += 1
            fit, moves = planning._Fit(series, each.person, each.day), ladder(each.plan.climber).moves
            without = fit.within(fit.explained([held for _, held in fit.held()]))
            was = next(one for one in without if one.exercise == item.exercise)
            assert [one for one in without if one is not was] == [one for one in each.plan.items if one is not item]
            assert (item.sets, item.reps, item.seconds) == (was.sets + 1, was.reps, was.seconds)
            dose = planning.dose_for(series.exercise_by_id[item.exercise], item.level)
            top = (
                fit.lane.dose == "low"
                or item.form not in LEVELS
                or not item.reps
                or item.reps[0] == (dose.reps or [0])[1]
            )
            assert top
            place = rung_of(each.plan.climber, item)
            lower = {seen_as(fit, rung) for rung in moves[: place + 1]}
            assert all(seen_as(fit, rung) in lower for rung in moves[place:] if fit.may(rung)), item
    assert len(seen) > 3, seen
    assert seen["stays"]


def without_load() -> Subscriber:
    """Somebody whose first ladder has no rung above their own."""
    known = somebody(everybody_asked(), lane="gentle")
    return checked(everybody_asked(), known, {"only-no-load": safety.YES}, known.saved_at)


def test_whoever_may_take_no_rung_above_their_own_gets_a_set_more_in_its_place() -> None:
    plans = [on_day(everybody_asked(), having_trained(without_load(), times), 20) for times in (2, 4)]
    found = [(each.items[0].sets, each.items[0].grown, each.climber) for each in plans]
    assert found == [(2, False, ""), (3, True, THIGH)]


def test_a_set_more_waits_till_the_form_was_done_and_ends_with_the_third() -> None:
    person, endless = having_trained(without_load(), 12), replace(everybody_asked(), minutes=(1, 1000))
    took = (*person.sessions[:4], *(replace(each, climbed=THIGH) for each in person.sessions[4:]))
    assert on_day(endless, replace(person, sessions=took), 20).items[0].sets == planning.MOST_SETS
    person = having_trained(without_load(), 4)
    in_another = [replace(each, did=(Did("k2", SEATED, 2, 8),)) for each in person.sessions]
    given = on_day(everybody_asked(), replace(person, sessions=tuple(in_another)), 20)
    assert (given.items[0].exercise, given.items[0].form, given.items[0].grown) == ("k2", MAIN, False)


def test_a_set_more_goes_before_any_other_set_where_time_is_short() -> None:
    series, person = the_catalog().default, having_trained(somebody(the_catalog().default, way=SEATED), 5)
    roomy = on_day(replace(series, minutes=(1, 1000)), person, 20)
    tight = on_day(replace(series, minutes=(1, roomy.minutes - 1)), person, 20)
    assert (roomy.items[0].extra, tight.items[0].extra) == (1, 0)
    fewer = [(item.sets, was.sets - was.extra) for was, item in zip(roomy.items, tight.items, strict=True)]
    assert all(sets >= own for sets, own in fewer), fewer


def test_where_there_is_no_time_for_a_set_of_the_thigh_another_ladder_takes_its_turn() -> None:
    series = the_catalog().default
    person = having_trained(somebody(series, way=SEATED), 4)
    roomy = on_day(series, person, 20)
    assert roomy.items[0].grown
    assert roomy.items[0].sets == planning.MOST_SETS
    least = roomy.minutes - 1
    full = on_day(replace(series, minutes=(1, least)), person, 20)
    assert not full.items[0].grown
    assert full.minutes <= least
    assert full.climber not in ("", THIGH)
    assert [item.sets - item.extra for item in full.items] == [item.sets - item.extra for item in roomy.items]


def test_a_bit_harder_is_asked_only_where_one_of_the_next_strength_sessions_becomes_harder() -> None:
    series, asked = everybody_asked(), Counter[bool]()
    for life in population():
        for each, later in itertools.pairwise(life.days):
            told = later.person.session(each.day.date)
            if told is None or told.finished_at is None:
                continue
            now = told.finished_at
            answers = tuple(answer for answer in later.person.answers if answer.at <= now)
            person = replace(later.person, answers=answers)
            offer = pain.standing(series.care, person, now)
            if offer is None or offer.follow is not pain.Follow.PROGRESS or offer.on != each.day.date:
                continue
            tested = [attempt for attempt in person.attempts if attempt.started_at.date() == each.day.date]
            if any(selftest.advice(series, person, attempt) for attempt in tested):
                continue  # nothing is asked on the day of a number to be careful about
            screen = done_screen(series, person, each.day.date, now)
            labels = {button.label for row in screen.buttons for button in row}
            ahead = [one for one in days(series, person, LAST) if one.date > offer.on and one.type is DayType.STRENGTH]
            harder, same = (
                [plan(series, person.saying(pain.key(offer), answer, now), one) for one in ahead[:3]]
                for answer in ("yes", "no")
            )
            changes = [one.items for one in harder] != [one.items for one in same]
            asked[changes] += 1
            assert ("labels.harder-from-now" in labels) is changes, (each.day.number, offer)
            eased = any(one.less or any(item.sore for item in one.items) for one in same)
            assert screen.values["offer"] is (changes or (bool(ahead) and not eased))
            assert changes or not screen.values["offer"] or screen.values["upshot"]["reason"] == pain.ENOUGH
    assert asked[True] > asked[False] > 0, asked


def test_a_move_that_is_met_by_itself_takes_no_rung() -> None:
    series = the_catalog().default
    person = having_trained(somebody(series), 4)
    day = next(day for day in days(series, person, LAST) if day.number == 20)
    for name, climbers in (("k6", []), (THIGH, [THIGH])):
        fit = planning._Fit(series, person, day)
        assert fit.next_to_climb([(name, fit.item(name))]) == climbers


def test_no_harder_changes_a_day_of_loosening() -> None:
    series = the_catalog().default
    person = somebody(series)
    assert on_day(series, having_trained(person, 8), 19) == on_day(series, person, 19)


@pytest.mark.parametrize(
    ("effort", "answer", "steps"),
    [
        (4, None, 1), (4, "yes", 1), (4, "no", 0), (5, None, 0), (6, None, 0), (6, "yes", 1), (6, "no", 0),
        (7, None, 0), (7, "yes", 0), (8, None, -2), (9, "yes", -2),
    ],
)  # fmt: skip
def test_effort_steers(effort: int, answer: str | None, steps: int) -> None:
    series = the_catalog().default
    person = somebody(series)
    for number in (2, 4):
        at = datetime(2026, 3, number + 1, 19, tzinfo=person.saved_at.tzinfo)
        person = person.with_session(Session(at.date(), at, finished_at=at, effort=effort, pain=1, kind=STRENGTH))
    if answer:
        person = person.saying(f"upshot-progress-{at.date().isoformat()}", answer, at + timedelta(minutes=1))
    assert pain.progress(series.care, person, at + ONE_DAY).steps == steps


BROKEN: dict[str, dict[str, Any]] = {
    "of loosening": {"kind": "mobility"},
    "easy": {"kind": "easy"},
    "short": {"short": True},
    "without effort": {"effort": None},
    "hard": {"effort": 7},
    "amber": {"pain": 4},
    "without pain": {"pain": None},
    "long ago": {"date": date(2026, 2, 20)},
}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("place", [0, 1])
def test_one_session_that_was_not_good_strength_leads_to_nothing_harder(what: str, place: int) -> None:
    care = the_catalog().default.care
    person = having_trained(somebody(the_catalog().default), 2)
    now = person.sessions[-1].started_at + timedelta(hours=12)
    assert pain.progress(care, person, now).steps == 1
    sessions = list(person.sessions)
    sessions[place] = replace(sessions[place], **BROKEN[what])
    assert pain.progress(care, replace(person, sessions=tuple(sessions)), now).steps == 0


def test_a_red_session_ends_all_that_was_harder() -> None:
    series = the_catalog().default
    person = having_trained(somebody(series), 4)
    red = replace(person.sessions[-1], date=date(2026, 3, 21), finished_at=LATE, started_at=LATE, pain=8)
    person = person.with_session(red)
    assert pain.progress(series.care, person, LATE).steps == 2
    assert pain.progress(series.care, person, LATE + ONE_DAY).steps == 0


def test_what_was_too_hard_is_less_next_time_with_its_reason_and_a_way_back() -> None:
    series = the_catalog().default
    person = somebody(series)
    at = datetime(2026, 3, 18, 19, tzinfo=person.saved_at.tzinfo)
    done = tuple(each.id for each in series.exercises)
    person = person.with_session(Session(at.date(), at, done=done, finished_at=at, effort=9, pain=1, kind=STRENGTH))
    before, after = on_day(series, somebody(series), 20), on_day(series, person, 20)
    assert after.upshot == pain.Upshot(pain.Follow.EASE, "too-hard", at.date())
    assert rung_of(THIGH, after.items[0]) == rung_of(THIGH, before.items[0]) - 1
    assert on_day(series, person.saying(pain.key(after.upshot), "no", at), 20) == before


def test_a_harder_that_an_older_document_tells_of_still_counts() -> None:
    series = the_catalog().default
    person = having_trained(somebody(series), 4)
    older = replace(person, sessions=tuple(replace(each, kind="", effort=None) for each in person.sessions))
    assert on_day(series, older, 20).items == on_day(series, person, 20).items


def test_a_swap_of_older_days_leaves_the_thigh_its_place() -> None:
    series = the_catalog().default
    person = somebody(series)
    for exercise in {rung.exercise for rung in ladder(THIGH).moves}:
        swap = Adjustment("swap", exercise, "h7", person.saved_at)
        person = replace(person, adjustments=(*person.adjustments, swap))
    assert on_day(series, person, 20).items[0].exercise == "h10"


def test_what_is_offered_instead_takes_the_place_of_a_move_and_of_the_first_one_on_its_ladder() -> None:
    series = everybody_asked()
    on_ladder = {rung.exercise for rung in ladder(THIGH).moves}
    for life in some_of_them(5):
        for each in life.days[::3]:
            for place, item in enumerate(each.plan.items):
                offered = swaps(series, each.person, each.day, item.exercise)
                stays = not place and planning._Fit(series, each.person, each.day).kept and item.exercise in on_ladder
                assert not stays or set(offered) <= on_ladder
                for other in offered[:1]:
                    swapped, _ = tap(series, each.person, SwapFor(each.day.date, item.exercise, other), each.day.moment)
                    after = plan(series, swapped, each.day)
                    assert after.item(other)
                    assert not after.item(item.exercise)


def test_what_is_offered_instead_is_not_always_the_same_one() -> None:
    series = the_catalog().default
    person = somebody(series)
    offered = [
        swaps(series, person, day, item.exercise)[0]
        for day in days(series, person, LAST)
        if day.type is DayType.MOBILITY
        for item in plan(series, person, day).items
        if swaps(series, person, day, item.exercise)
    ]
    most = Counter(offered).most_common(1)[0][1]
    assert most <= len(offered) // 3


# --- A self-test later on -----------------------------------------------------------------------------------------


def test_a_plan_that_begins_lower_after_a_self_test_says_why_till_the_first_session_so() -> None:
    series = the_catalog().default
    test = series.test_by_id["ankles"]
    person = somebody(series, pain=3, age="50-59")
    at = datetime(2026, 3, 9, 20, tzinfo=UTC)
    for seconds, reason in ((3, planning.EASIER_LANE), (30, "")):
        answers = {**all_best(test), "balance-left": seconds}
        tested = having_tested(person, test, answers, at)
        before, after = on_day(series, person, 9), on_day(series, tested, 9)
        assert (after.lane != before.lane) is bool(reason)
        assert (after.upshot.reason if after.upshot else "") == reason
    lower = having_tested(person, test, {**all_best(test), "balance-left": 3}, at)
    trained = Session(date(2026, 3, 10), at + ONE_DAY, finished_at=at + ONE_DAY, effort=5, pain=1, kind=STRENGTH)
    assert on_day(series, lower.with_session(trained), 11).upshot is None


# --- Answers have effects -----------------------------------------------------------------------------------------


def programme(series: Series, person: Subscriber) -> list[tuple[Item, ...]]:
    return [plan(series, person, day).items for day in days(series, person, LAST)]


def exercises(items: list[tuple[Item, ...]]) -> Counter[str]:
    return Counter(item.exercise for each in items for item in each)


def test_each_activity_chooses_its_own_moves_and_is_named_as_their_reason() -> None:
    series = the_catalog().default
    plans = {
        activity: programme(series, somebody(series, activities=(activity,)))
        for activity in series.choices.activities.ids
    }
    seen = [exercises(each) for each in plans.values()]
    assert all(seen.count(each) == 1 for each in seen)
    for activity, found in plans.items():
        assert activity in {item.wish for items in found for item in items}


def test_both_activities_of_two_get_their_moves() -> None:
    series = the_catalog().default
    found = programme(series, somebody(series, activities=("stairs", "kneeling")))
    assert {"stairs", "kneeling"} <= {item.wish for items in found for item in items}


def test_what_a_test_showed_is_trained_in_the_place_of_the_persons_own() -> None:
    series = the_catalog().default
    test = series.test_by_id[series.first_test]
    answers = {**all_best(test), "squat-knees": "clearly"}
    person = somebody(series)
    tested = having_tested(person, test, answers, person.enrollment.states[0].at)
    shown = selftest.focus_areas(series, tested)[0].area
    before, after = (
        [series.exercise_by_id[item.exercise].areas[0] for items in programme(series, each) for item in items]
        for each in (having_tested(person, test, all_best(test), person.enrollment.states[0].at), tested)
    )
    assert after.count(shown) > before.count(shown)


def test_what_a_result_spoke_of_is_trained_in_the_next_sessions_and_named_as_their_reason() -> None:
    """But for one in ten, who may do nothing for it or has a day a week."""
    series, told, trained = everybody_asked(), 0, 0
    for life in population():
        for test in (test for test in series.tests if test.areas):
            attempt = life.person.finished(test.id)
            at = attempt.finished_at if attempt else None
            trains = [each for each in life.days if each.day.type in (DayType.STRENGTH, DayType.MOBILITY)]
            later = [each for each in trains if at and each.day.moment > at and not each.plan.easy][:5]
            if at is None or len(later) < 4:
                continue
            reasons = {item.reason.area for each in later for item in each.plan.items if item.reason}
            found = selftest.Results(series, later[0].person, at + ONE_DAY).focus_areas
            areas = [focus for focus in found if focus.test == test.id][: selftest.TOLD]
            told += len(areas)
            trained += sum(focus.area in reasons for focus in areas)
    assert trained >= 0.9 * told, (trained, told)


def test_each_answer_that_speaks_for_the_thigh_is_named_as_the_reason_of_the_move_that_is_always_there() -> None:
    series, seen = everybody_asked(), 0
    for _, each in strength_days():
        area, begin = series.exercise_by_id[each.plan.items[0].exercise].areas[0], each.day.timing.begin(each.day.date)
        shown = {focus.area for focus in selftest.Results(series, each.person, begin).focus_areas}
        seen += area in shown
        assert area not in shown or each.plan.items[0].reason, each.plan.items[0]
    assert seen


def test_whoever_stopped_the_practice_because_it_hurt_starts_a_rung_lower() -> None:
    series = the_catalog().default
    test = series.test_by_id["chair-stand"]
    for lane in series.lanes:
        person = somebody(series, lane=lane.id)
        before = person.enrollment.states[0].at
        rungs = {
            answer: rung_of(
                THIGH, on_day(series, having_tested(person, test, {"practice": answer}, before), 2).items[0]
            )
            for answer in ("ready", "hurts", "could-not", "not-sure")
        }
        assert rungs["hurts"] == rungs["could-not"] == rungs["ready"] - 1
        assert rungs["not-sure"] == rungs["ready"]


@pytest.mark.parametrize("test", [test for test in the_catalog().default.tests if test.areas], ids=lambda test: test.id)
def test_could_not_and_not_sure_are_two_answers(test: Test) -> None:
    series = the_catalog().default
    for question in test.questions:
        lanes = {}
        for answer in selftest.SKIPPED:
            person = somebody(series, pain=1, age="18-39")
            person = having_tested(person, test, {**all_best(test), question.id: answer}, person.saved_at)
            lanes[answer] = selftest.proposed_lane(series, person)
        assert lanes == {"could-not": "gentle", "not-sure": "standard"}, question.id


QUESTIONS = [(test.id, question.id) for test in the_catalog().default.tests for question in test.questions]


@pytest.mark.parametrize(("test_id", "question_id"), QUESTIONS)
def test_each_question_of_a_self_test_has_two_answers_that_change_something(test_id: str, question_id: str) -> None:
    series = the_catalog().default
    question = series.question_by_id[question_id][1]
    numbers = (question.min, question.max) if question.kind == "number" else ()
    assert len({_effect(series, test_id, question, value) for value in (*possible(question), *numbers)}) >= 2


def _effect(series: Series, test_id: str, question: Question, value: Value) -> str:
    """All that follows from one answer: the plans, what the result says, what is said when it is asked again."""
    test = series.test_by_id[test_id]
    person = somebody(series, pain=1, age="40-49")
    person = having_tested(person, test, {**all_best(test), question.id: value}, person.enrollment.states[0].at)
    later = having_tested(person, test, all_best(test), person.saved_at + 20 * ONE_DAY)
    compared = [row["verdict"] for row in checkin.compared(series, later, later.attempts[-1])]
    result = questionnaire.result_values(series, person, len(person.attempts) - 1)
    return repr((programme(series, person), compared, result["focus"]))


IN_WORDS = ("first-move", "moment", "place")
"""What is answered for other ends: the first move itself, and what a reminder says back."""


@pytest.mark.parametrize("question", [each for each in the_catalog().default.choices.profile if each not in IN_WORDS])
def test_each_question_about_the_person_has_two_answers_that_change_a_plan(question: str) -> None:
    series = the_catalog().default
    choices = series.choices
    answers: dict[str, tuple[Value, ...]] = {
        "zone": ("UTC", "Asia/Tokyo"),
        "time": ("07:30", "19:00"),
        "days": (("0", "2", "4"), tuple(EVERY_DAY)),
        "pain": (1, 5),
        "age": (choices.ages[0].id, choices.ages[-1].id),
        "kit": ("skip", choices.kit),
        "activities": tuple((activity,) for activity in choices.activities.ids),
        **choices.own,
    }
    person = somebody(series)
    seen = set()
    for value in answers[question]:
        said = having_said(person, {question: value})
        seen.add(repr([(day.moment, plan(series, said, day).items) for day in days(series, said, LAST)]))
    assert len(seen) >= 2


def test_whoever_wants_to_walk_walks_from_week_1_a_minute_or_two_more_each_week() -> None:
    walkers = 0
    for life in population():
        changed = life.person.adjustments or any(each.person.adjustments for each in life.days)
        if "walking" not in str(life.person.said("activities")) or changed:
            continue
        if any("no-load" in limits_at(each) for each in life.days):
            continue  # whose walk is a short march on a chair
        times, forms, done = dict[int, int](), dict[int, str](), dict[int, bool]()
        for each in life.days:
            if each.day.type is not DayType.MOBILITY or each.plan.easy:
                continue
            walks = [item for item in each.plan.items if _kind(item) == WALK]
            assert walks or each.day.nth, (each.day.number, each.plan.items)
            for item in walks:
                assert item.seconds
                fit = planning._Fit(everybody_asked(), each.person, each.day)
                usual = item.exercise in fit.known and item.sore is None and not (fit.less or fit.quiet)
                if usual or each.day.week not in times:
                    assert not done.get(each.day.week) or times[each.day.week] == item.seconds[1]
                    times[each.day.week], done[each.day.week] = item.seconds[1], usual
                forms.setdefault(each.day.week, item.level)
        walkers += len(times) == 3
        for week, next_week in itertools.pairwise(sorted(times)):
            # In its easier form it grows more slowly.
            least = 1 if forms[week] == forms[next_week] and done[next_week] else 0
            assert not done[next_week] or least <= times[next_week] - times[week] <= 120 * (next_week - week)
    assert walkers


def test_no_reason_is_something_that_the_person_leaves_out() -> None:
    seen = Counter[str]()
    asks = everybody_asked().choices.activities.asks
    for life in population():
        for each in life.days:
            for item in each.plan.items:
                if item.wish in asks:
                    seen[item.form] += 1
                    assert each.person.said("way") == "any"
                    assert item.form not in ("kneel_free", SEATED)
    assert seen


def test_whoever_leaves_kneeling_out_is_not_told_that_they_want_it() -> None:
    series = the_catalog().default
    for way, told in (("any", True), ("kneel-free", False), ("seated", False)):
        person = somebody(series, activities=("kneeling",), way=way)
        assert any(item.wish for items in programme(series, person) for item in items) is told


def test_nobody_kneels_whose_age_or_pain_speaks_against_it_unless_they_chose_so() -> None:
    series, spared, kneels = the_catalog().default, 0, 0
    kneeling = {each.id for each in series.exercises if "kneeling" in each.asks}
    told: tuple[tuple[dict[str, Value], tuple[int, ...]], ...] = (
        ({"age": "70-79"}, (1, 2, 3)),
        ({"age": "80-plus", "pain": 0}, (1, 2, 3)),
        ({"pain": 4}, (1, 2, 3)),
        ({"pain": 3, "age": "60-69"}, ()),
    )
    for said, weeks in told:
        for way in (None, "any"):
            chosen = {"way": way} if way else {}
            person = having_said(somebody(series), {"pain": 1, "lane": "standard", **said, **chosen})
            for day in days(series, person, LAST):
                for item in plan(series, person, day).items:
                    if item.exercise in kneeling:
                        free = day.week in weeks and way is None
                        spared, kneels = spared + free, kneels + (not free)
                        assert (item.form == "kneel_free") is free, (said, way, day.number, item)
    assert spared
    assert kneels


def test_kneeling_comes_back_step_by_step_a_week_each_with_a_word_and_short_at_first() -> None:
    """Hands and knees, then one knee, then sitting back; all a week later for whoever rates it low."""
    series, seen = the_catalog().default, Counter[str]()
    steps = series.choices.activities.steps["kneeling"]
    kneeling = {each.id for each in series.exercises if "kneeling" in each.asks}
    assert kneeling == {exercise for moves in steps for exercise in moves}
    for rating in (4, 5):
        said: dict[str, Value] = {"activities": ("kneeling",), "activity-kneeling": rating, "lane": "standard"}
        person = having_said(somebody(series), {"pain": 1, **said})
        for day in days(series, person, LAST):
            for item in (each for each in plan(series, person, day).items if each.exercise in kneeling):
                week = next(number for number, moves in enumerate(steps, 1) if item.exercise in moves) + (rating < 5)
                assert (item.form == "kneel_free") is (day.week < week), (rating, day.number, item)
                word = f"week-{week}" if day.week < week <= 3 else planning.BEGINS if day.week == week else ""
                assert item.kneeling == word
                seen[item.kneeling] += 1
                whole = series.exercise_by_id[item.exercise].dose.seconds
                short = whole is not None and whole[0] >= planning.LONG and word == planning.BEGINS
                assert whole is None or item.seconds == ((whole[0] // 2, whole[1] // 2) if short else whole)
        chosen = having_said(person, {"way": "any"})
        assert not any(item.kneeling for items in programme(series, chosen) for item in items)
    careful = having_said(somebody(series), {"pain": 1, "lane": "gentle", "activities": ("kneeling",)})
    told = {item.kneeling for items in programme(series, careful) for item in items}
    assert told == {"", planning.SPARED}  # whose easier forms are done on their feet
    spared = having_said(somebody(series), {"pain": 4, "activities": ("kneeling",), "activity-kneeling": 6})
    assert planning.SPARED in {item.kneeling for items in programme(series, spared) for item in items}
    assert set(seen) == {"", "week-2", "week-3", planning.BEGINS}


def test_each_day_that_is_called_loosen_and_balance_holds_balance() -> None:
    seen = 0
    moves = {rung.exercise for rung in ladder("balance").moves}
    for life in population():
        for each in life.days:
            if each.day.type is DayType.MOBILITY and not each.plan.easy and each.day.week < 3:
                seen += 1
                swapped = {change.exercise for change in each.person.adjustments if change.kind == "swap"}
                long = any(_kind(item) == WALK and item.level == "harder" for item in each.plan.items)  # takes its time
                assert {item.exercise for item in each.plan.items} & moves or swapped & moves or long
    assert seen


def test_whoever_fell_or_hardly_stood_on_one_leg_trains_balance_wherever_no_result_takes_its_turn() -> None:
    """But for one session in fifty."""
    series, seen, others = everybody_asked(), Counter[tuple[DayType, bool]](), 0
    moves = ladder("balance").exercises
    for life in population():
        for each in life.days:
            limits, changes = safety.limits(series, each.person), each.person.adjustments
            trains = each.day.type in (DayType.STRENGTH, DayType.MOBILITY) and not each.plan.easy
            if not trains or "no-unsupported-balance" not in limits or "no-load" in limits or changes:
                continue
            holds = bool({item.exercise for item in each.plan.items} & moves)
            seen[each.day.type, holds] += 1
            # One move at most is met in a session, and none in the quiet days.
            waits = not moves & pain.done(each.person, each.day.date)
            others += not (holds or waits or any(item.reason for item in each.plan.items[1:]))
    assert others < 0.02 * seen.total(), (others, seen)
    assert seen[DayType.MOBILITY, True] > 20 * seen[DayType.MOBILITY, False], seen
    assert seen[DayType.STRENGTH, True] > seen[DayType.STRENGTH, False], seen


def test_the_plan_to_keep_holds_what_was_done_and_what_was_wanted_and_shown() -> None:
    series, seen = everybody_asked(), Counter[str]()
    for life in population()[::2]:
        last, person = life.days[-1].day, life.days[-1].person
        tomorrow = replace(last, date=last.date + ONE_DAY, type=DayType.STRENGTH, nth=0, step=None, cadence="each")
        kept = planning.to_keep(series, person, tomorrow, [each.day for each in life.days[:-1]])
        may = planning._Fit(series, person, tomorrow, lasting=True).may_still
        done = {  # in the form in which they may be done now
            (item.exercise, item.form): item
            for each in life.days[:-1]
            if (session := person.session(each.day.date)) and session.done
            for item in plan(series, person, each.day).items
            if item.exercise in session.done and may(item)
        }
        if not done:
            assert kept == planning.lasting(series, person, tomorrow)
            continue
        held = {(item.exercise, item.form) for item in kept.items}
        assert held <= set(done), held - set(done)
        assert len({exercise for exercise, _ in held}) == len(kept.items)
        if "walking" in str(person.said("activities")) and any(exercise == "k10" for exercise, _ in done):
            walks = {
                each
                for each in done
                if each[0] == "k10"
                and each[1] in safety.forms(series.exercise_by_id["k10"], safety.limits(series, person))
            }
            seen["walk"] += 1
            assert held & walks or not walks
        seen["kept"] += 1
    assert seen["walk"]
    assert seen["kept"] > seen["walk"]


@pytest.mark.parametrize(("length", "moves", "minutes"), [("full", 5, 14), ("short", 1, 3)])
def test_the_plan_to_keep_is_as_long_as_the_sessions_that_were_chosen(length: str, moves: int, minutes: int) -> None:
    series = the_catalog().default
    person = having_trained(somebody(series, length=length), 4)
    shown = onward._plan_to_keep(series, person, LATE)
    assert [(len(each.values["items"]), each.values["minutes"]) for each in shown] == [(moves, minutes)]
    assert length == "full" or shown[0].values["items"][0]["sets"] == 1


# --- Reach --------------------------------------------------------------------------------------------------------

SEED = ("h1", "h2", "h3", "h4", "h5", "h6", "h8", "h9", "h10", "h11", "h12", "h13", "h14", "h15", "h16", "k5", "k6")
"""The moves of the seed, and lunge, step-down, step-up, crossover step-up, anti-twist side step and roller."""


@pytest.mark.parametrize("exercise", SEED)
def test_each_move_of_the_seed_reaches_one_in_three_of_those_who_may_do_it(exercise: str) -> None:
    series = everybody_asked()
    may = reached = 0
    for life in population():
        limits, kit = limits_at(life.days[-1]), life.person.said("kit")
        move = series.exercise_by_id[exercise]
        has = frozenset(kit) if isinstance(kit, tuple) else frozenset()
        if MAIN not in safety.forms(move, limits) or (move.kind == "massage" and move.lacks(has)):
            continue
        if move.pain_max is not None and (pain.usual(life.person) or 0) > move.pain_max:
            continue
        may += 1
        reached += any(each.plan.item(exercise) for each in life.days)
    assert reached >= may / 3, f"{exercise}: {reached} of {may}"


def test_the_same_seed_makes_the_same_person() -> None:
    assert lived(everybody_asked(), 7) == lived(everybody_asked(), 7)


def test_every_rung_may_be_climbed_without_kit() -> None:
    """Whoever has no kit finds a rung on each ladder for each lane, in words that name none."""
    series = the_catalog().default
    for each in series.ladders:
        for lane in series.lanes:
            fit = planning._Fit(series, somebody(series, lane=lane.id), days(series, somebody(series), MONDAY)[0])
            rung = fit.rung(each.id)
            assert rung is not None
            assert rung.level in LEVELS
            assert fit.may(Rung(rung.exercise, MAIN))
