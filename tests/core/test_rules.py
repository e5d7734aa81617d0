"""Each rule of the plan taken out, one at a time: a promise about everybody must see that it is gone."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from types import FunctionType
from typing import Any
from unittest import mock

import pytest

from bot.core.assessment import pain, selftest
from bot.core.model.callback_data import Outdated
from bot.core.model.series import Question
from bot.core.schedule import plan as planning
from bot.core.schedule.plan import Plan, _Fit
from bot.core.screens import questionnaire, session
from tests.conftest import the_catalog
from tests.core import population
from tests.core import test_limits as of_limits
from tests.core import test_pain as of_pain
from tests.core import test_plan as of_plan
from tests.core import test_selftest as of_selftest
from tests.core import test_steady as steady
from tests.core import test_three_weeks as promises
from tests.core.people import all_best, having_tested, somebody

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

FEW = 30
"""How many people have to show it."""


@dataclass(frozen=True)
class Rule:
    """A rule, the function that holds it, the piece of that function without which it is gone, and who sees that."""

    says: str
    where: Any
    old: str
    new: str
    seen_by: Callable[[], None]


def fit(name: str) -> Any:
    """A method of the one who is fitted, or what a property of theirs computes."""
    return computed(inspect.getattr_static(_Fit, name))


def computed(found: Any) -> Any:
    """The function of a property, once computed or each time; a function as it is."""
    if isinstance(found, cached_property):
        return found.func
    return found.fget if isinstance(found, property) else found


def results(name: str) -> Any:
    """What a property of the results of self-tests computes."""
    return inspect.getattr_static(selftest.Results, name).fget


def broken(what: str, place: int = 1) -> Callable[[], None]:
    return partial(promises.test_one_session_that_was_not_good_strength_leads_to_nothing_harder, what, place)


def effort(told: int, answer: str | None, steps: int) -> Callable[[], None]:
    return partial(promises.test_effort_steers, told, answer, steps)


def reach(exercise: str) -> Callable[[], None]:
    return partial(promises.test_each_move_of_the_seed_reaches_one_in_three_of_those_who_may_do_it, exercise)


def harder() -> None:
    promises.test_harder_is_more_repetitions_then_the_next_rung_then_a_set(
        "standard", "any", the_catalog().default.choices.kit
    )


def seated() -> None:
    promises.test_harder_is_more_repetitions_then_the_next_rung_then_a_set("standard", "seated", "skip")


kneels = promises.test_kneeling_comes_back_step_by_step_a_week_each_with_a_word_and_short_at_first
told = promises.test_what_a_result_spoke_of_is_trained_in_the_next_sessions_and_named_as_their_reason
borne_out = promises.test_every_word_about_last_time_is_borne_out_by_what_was_done
quiet = promises.test_for_ten_days_after_a_flare_nothing_is_new_on_the_feet_or_knees_and_nothing_gets_harder
begins = promises.test_a_move_and_each_form_of_it_is_done_for_the_first_time_at_the_bottom_of_its_range
one_ladder = promises.test_one_ladder_at_most_takes_its_next_rung_in_a_session_and_none_beside_another_change
answered_late = (
    promises.test_an_answer_that_comes_after_the_next_session_brings_more_repetitions_and_no_rung_beside_them
)
instead = promises.test_what_is_offered_instead_takes_the_place_of_a_move_and_of_the_first_one_on_its_ladder


def set_more() -> None:
    """Also in the weeks after the re-test, where most have no rung left."""
    going_on = [population.lived_on(population.everybody_asked(), seed) for seed in range(FEW)]
    days = [*population.strength_days(), *((life, each) for life in going_on for each in life.strength)]
    with mock.patch.object(promises, "strength_days", return_value=days):
        promises.test_one_set_more_comes_where_no_rung_is_left_and_no_other_move_pays_for_it()


def elsewhere() -> None:
    series, person = the_catalog().default, promises.having_trained(somebody(the_catalog().default), 4)
    test = series.test_by_id["ankles"]
    tested = having_tested(
        person, test, {**all_best(test), "balance-left": 3}, promises.LATE - promises.ONE_DAY * 20 / 24
    )
    assert not promises.on_day(series, tested, 20).climber


def knee_was_worse() -> None:
    for worse_on in (0, 1, 2):
        of_pain.test_nothing_gets_harder_over_a_day_on_which_the_knee_was_worse(the_catalog(), worse_on, (None, None))


def two_answers() -> None:
    for test in the_catalog().default.tests[:3]:
        promises.test_could_not_and_not_sure_are_two_answers(test)


def scored() -> None:
    of_plan.test_every_scored_question_can_change_the_plan_and_is_named_as_the_reason(the_catalog(), *of_plan.SCORED[0])


RULES = (
    # --- The thigh ---
    Rule("no swap takes the thigh its place", fit("candidates"), "first and self.kept and to not in self.kept", "False",
         promises.test_a_swap_of_older_days_leaves_the_thigh_its_place),
    Rule("nor is one offered that would", planning.swaps, "among = fit.kept if", "among = () if", instead),
    Rule("at the shortest length the thigh move stays", fit("within"), "or kept[1:]", "or kept[:1]",
         promises.test_the_thigh_move_stays_however_short_a_session_must_be),
    Rule("the short version is the thigh move", Plan.short, "self.items[:1]", "self.items[-1:]",
         promises.test_every_strength_session_keeps_a_thigh_move_that_its_person_may_do),
    Rule("where limits leave no rung, there is one on a chair", fit("_usual_rung"),
         ".down_from[self._stands(name, below)[0]]", ".moves[self._stands(name, below)[0]::-1]",
         promises.test_every_strength_session_keeps_the_side_of_the_hip_and_the_bottom_or_back_of_the_thigh),
    # --- The length ---
    Rule("fewer sets before fewer moves", fit("within"),
         "[item for item in kept if item.sets > 1] or kept[1:]", "kept[1:] or [item for item in kept if item.sets > 1]",
         promises.test_a_session_is_as_long_as_it_may_be_and_loses_sets_before_moves),
    Rule("15 minutes at most", fit("within"), "kept) > most", "kept) > 99",
         promises.test_a_session_is_as_long_as_it_may_be_and_loses_sets_before_moves),
    Rule("8 minutes at least", fit("within"), "kept) < least", "kept) < 0",
         promises.test_a_session_is_as_long_as_it_may_be_and_loses_sets_before_moves),
    Rule("what has a set less says so", fit("_fitted"), "fitted=item.fitted + by", "fitted=0",
         promises.test_a_session_is_as_long_as_it_may_be_and_loses_sets_before_moves),
    Rule("a walk is never multiplied", fit("within"), " and self._kind(item) != WALK", "",
         promises.test_a_walk_is_never_multiplied),
    Rule("what is asked for is one move more at most", fit("held"), "self.places", "(*self.places, OWN)",
         promises.test_what_the_tests_showed_and_what_is_wished_add_one_move_at_most),
    # --- Harder ---
    Rule("harder is more repetitions first", fit("_end"), "self.steps > CHANGES * taken", "False", harder),
    Rule("of what was done before", fit("_was_done"), "rung.exercise in self.known and", "", begins),
    Rule("in that form", fit("_was_done"), "(not forms or form in forms)", "True", begins),
    Rule("then the next rung", fit("_earned"), "max(0, self.steps) // CHANGES", "0", harder),
    Rule("one that its person may take", fit("_next"), "self.may(moves[at])", "True",
         promises.test_whoever_may_take_no_rung_above_their_own_gets_a_set_more_in_its_place),
    Rule("and that asks more than all below it", fit("_next"), "self._looks(moves[at]) not in below", "True", seated),
    Rule("then a set", fit("_earned"), " + self._earned_sets(name)", "", seated),
    Rule("of a move at the top of its range", fit("_may_climb"), "self._end(name) == self._most", "True",
         promises.test_a_set_more_waits_till_the_form_was_done_and_ends_with_the_third),
    Rule("three sets at most", fit("item"), "self._stands(name)[1], MOST_SETS - own", "self._stands(name)[1], 99",
         promises.test_a_set_more_waits_till_the_form_was_done_and_ends_with_the_third),
    Rule("and three are no set more than three", fit("_has_more"), "was.sets < item.sets", "True", set_more),
    Rule("where there is time for it", fit("has_time_for"), "fits or", "True or", set_more),
    Rule("and it goes before any other set does", fit("within"), "[item for item in kept if item.extra] or", "[] or",
         promises.test_a_set_more_goes_before_any_other_set_where_time_is_short),
    Rule("nothing is asked that would change nothing", planning.gets_harder, "!= same.items", "is not same.items",
         promises.test_a_bit_harder_is_asked_only_where_one_of_the_next_strength_sessions_becomes_harder),
    Rule("nor on the day of a number to be careful about", session._was_advised, "selftest.advice(", "() and (",
         steady.test_nothing_harder_is_asked_on_the_day_of_a_number_to_be_careful_about),
    Rule("one ladder's rung in each session", fit("_up"),
         "min(self.taken[name], self._earned(name)) if self.taken[name] else 0", "self._earned(name)", one_ladder),
    Rule("and none beside another change", fit("_rises"), "return (was.on if was", "return False and (was.on if was",
         one_ladder),
    Rule("which came with the last session before it", fit("_rises"), "<= self._came", "< self._came", one_ladder),
    Rule("or which comes back to it", fit("_rises"), "done[-1][1] < item.each", "False", one_ladder),
    Rule("or with a yes after that", fit("_came"), "*([said.at] if said else [])", "*[]",
         partial(answered_late, 7, False)),
    Rule("or with a no to less after that", fit("_came"), "*kept, ", "*[], ", partial(answered_late, 8, True)),
    Rule("what is chosen in the place of the next rung comes", fit("taker"), 'item.changed == "swap" or', "", instead),
    Rule("others before the same one again", fit("next_to_climb"), "(self.taken[name], place > 0", "(place > 0",
         harder),
    Rule("the thigh's first", fit("next_to_climb"), "place > 0", "place == 0", harder),
    Rule("a day that begins elsewhere tells of no next rung", fit("next_to_climb"), " or turned", "", elsewhere),
    Rule("no third set while another move has one", fit("item"), "dose.sets + fewer", "dose.sets + first",
         promises.test_no_strength_move_has_one_set_beside_another_with_three_unless_it_hurt),
    Rule("no day of loosening climbs", fit("__init__"), "self.trains and day.type is DayType.STRENGTH", "self.trains",
         promises.test_no_harder_changes_a_day_of_loosening),
    Rule("one change at a time", pain._progress, "steps += 1", "steps += 2",
         promises.test_harder_comes_one_change_at_a_time_and_only_after_two_good_strength_sessions),
    Rule("after two sessions", pain._progress, "len(row) < rules.greens_to_progress", "not row",
         promises.test_harder_comes_one_change_at_a_time_and_only_after_two_good_strength_sessions),
    Rule("of strength", pain._progress, "session.kind == STRENGTH and not session.short", "not session.short",
         broken("of loosening")),
    Rule("and from a rung that was done", fit("_may_climb"), " or item.exercise not in self.known", "",
         promises.test_nobody_takes_the_rung_above_one_that_they_never_did),
    Rule("in a session one move at most is met on the feet", fit("held"), "not self._is_met(each[1])", "True",
         promises.test_one_move_at_most_of_a_session_is_new_on_the_feet_from_the_second_strength_session_on),
    Rule("a next rung takes no other move its place", fit("takes_nothing"), "len(lost) <= put_in", "True",
         promises.test_nobody_takes_the_rung_above_one_that_they_never_did),
    Rule("that were whole", pain._progress, "session.kind == STRENGTH and not session.short",
         "session.kind == STRENGTH", broken("short")),
    Rule("and green", pain._progress, "seen is Light.AMBER or session.date in worse", "session.date in worse",
         broken("amber")),
    Rule("on no day of which the knee was worse", pain._progress, "seen is Light.AMBER or session.date in worse",
         "seen is Light.AMBER", knee_was_worse),
    Rule("nor between which it was worse", pain._progress, "each.date < day for day in worse", "False for day in worse",
         knee_was_worse),
    Rule("within a week", pain._progress, "timedelta(days=rules.window_days)", "timedelta(days=99)",
         broken("long ago", 0)),
    Rule("with an effort of 6 at most", pain._progress, "effort > rules.effort_offer", "False", broken("hard")),
    Rule("up to 4 more by itself", pain._progress, "each.effort <= rules.effort_up", "False", effort(4, None, 1)),
    Rule("5 to 6 only where it is wanted", pain._progress, "each.effort <= rules.effort_up", "True",
         effort(5, None, 0)),
    Rule("7 stays", pain._progress, "effort > rules.effort_offer", "False", effort(7, "yes", 0)),
    Rule("8 and more less", pain._too_hard, "session.effort >= care.follow.effort_down", "False", effort(8, None, -2)),
    Rule("a red session ends all of it", pain._progress, "min(steps, 0)", "steps",
         promises.test_a_red_session_ends_all_that_was_harder),
    Rule("what is met by itself does not climb", fit("_climbs"), "name not in self.series.exercise_by_id", "True",
         promises.test_a_move_that_is_met_by_itself_takes_no_rung),
    # --- Less ---
    Rule("too hard is a rung less", fit("_stands"), "min(self.steps, 0)", "0",
         promises.test_what_was_too_hard_is_less_next_time_with_its_reason_and_a_way_back),
    Rule("a practice that hurt starts a rung lower", fit("_start"), " - (name in self.lowered)", "",
         promises.test_whoever_stopped_the_practice_because_it_hurt_starts_a_rung_lower),
    Rule("what hurt comes back easier", fit("rung"), "now is not None and sores", "False",
         promises.test_what_hurt_comes_back_easier_and_stays_so_till_it_was_done_in_two_green_sessions),
    Rule("and so beside all that hurt, not the last alone", fit("_asks"), "in sores)", "in sores[-1:])",
         promises.test_what_hurt_comes_back_easier_and_stays_so_till_it_was_done_in_two_green_sessions),
    Rule("till it was done in two green sessions", pain.still_sore, "len(done) < care.follow.greens_to_progress",
         "not done",
         promises.test_what_hurt_comes_back_easier_and_stays_so_till_it_was_done_in_two_green_sessions),
    Rule("then it comes back with less of it", fit("item"), "self._asks_beside(name, given, same) > 0", "False",
         promises.test_after_a_red_session_all_that_changes_first_is_that_what_hurt_comes_back),
    Rule("and gets its sets before more in each", fit("_end"), " or came_back", "",
         promises.test_what_came_back_has_its_sets_again_before_there_is_more_in_each_of_them),
    Rule("also where its time grows by the week", fit("item"), "again.exercise == exercise.id", "False",
         promises.test_what_came_back_has_its_sets_again_before_there_is_more_in_each_of_them),
    Rule("and not above itself", fit("rung"), "hurt is not None", "False",
         promises.test_what_hurt_comes_back_named_and_with_less_of_it_and_after_red_as_the_only_change),
    Rule("and as the only change after a red session", pain._progress, "comes_back or effort is None", "effort is None",
         promises.test_after_a_red_session_all_that_changes_first_is_that_what_hurt_comes_back),
    Rule("after a week away nothing is more than it was", fit("item"), "usual - (self.down", "usual + (self.down",
         promises.test_after_a_week_away_nothing_is_more_than_it_was),
    Rule("then two moves get their sets back, and no more in each", fit("_coming"), "(name not in first)", "0",
         promises.test_after_a_flare_or_a_week_away_sets_come_back_two_moves_at_a_time_and_then_more_in_each),
    Rule("that there is still less is said where it is so", fit("_borne_out"), "item.sets * item.each < was.in_all",
         "True", borne_out),
    Rule("nor that it is as much again where it is not", fit("_borne_out"), "item.sets == was.most", "True", borne_out),
    Rule("nor that it is a step up", fit("_has_more"), "item.stepped and self._is_up(item)", "item.stepped", borne_out),
    Rule("for ten days after a flare-up nothing comes on the feet or knees for the first time", fit("is_too_new"),
         "item.exercise not in self.known", "False", quiet),
    Rule("nor is it offered instead", planning.swaps, "fit.is_too_new(fit.item(each.id))", "False", instead),
    Rule("not in the place of what hurt either", fit("_eased"), "if self.quiet", "if False", quiet),
    Rule("and what loosens comes in its easier form", fit("_usual_rung"),
         "(self.quiet or self.full)", "self.full", quiet),
    Rule("no longer than before", fit("_grown"), "rested or asks_less", "rested", quiet),
    Rule("nothing gets harder in them", pain._progress, "if quiet or", "if", quiet),
    Rule("no rung that was earned before is taken", fit("next_to_climb"), " or self.quiet", "",
         promises.test_a_rung_that_was_earned_waits_for_ten_days_also_where_the_usual_plan_is_wanted),
    Rule("then each move gets its sets back, and more in each of them after that", fit("_coming"),
         "2 if was.sets < sets else stage", "stage",
         promises.test_after_a_flare_no_move_gets_sets_and_more_in_each_of_them_at_once),
    Rule("a week away eases up to the first strength session", pain._away, 'each.kind in (STRENGTH, "")', "True",
         partial(of_pain.test_the_first_strength_session_after_a_week_away_is_eased_whatever_came_before_it,
                 the_catalog(), "mobility", False, True)),
    Rule("which is a whole one", pain._away, " and not each.short", "",
         partial(of_pain.test_the_first_strength_session_after_a_week_away_is_eased_whatever_came_before_it,
                 the_catalog(), "strength", True, True)),
    Rule("so does a week without strength", pain._comeback, "else _untrained(past)", "else None",
         promises.test_after_a_week_away_nothing_is_more_than_it_was),
    Rule("so does a flare-up", pain._is_behind, " and not session.short", "",
         partial(of_pain.test_a_short_session_does_not_end_the_step_down_after_a_flare, the_catalog())),
    Rule("the easy session goes round it", fit("may"), "exercise.id in self.hurt or ", "",
         partial(of_limits.test_the_easy_session_goes_round_the_move_that_hurt, the_catalog(), "k1")),
    Rule("a hold is 60 percent of the best", fit("_hold"), "best * self.series.holds.share // 100", "best",
         steady.test_a_balance_is_trained_for_sixty_percent_of_what_was_measured),
    # --- What a person may ---
    Rule("limits leave no form", fit("may"), "self._form(exercise, rung.level) in self._forms(exercise)",
         "True", promises.test_nothing_is_planned_that_a_person_may_not_or_cannot_do),
    Rule("what limits keep from its usual form does not grow", fit("item"), " or spared", "",
         promises.test_a_leg_that_bears_no_load_sits_or_lies_on_each_kind_of_day_and_walks_no_longer_from_week_to_week),
    Rule("usual pain keeps some away", fit("hurts_too_much_for"), "self.pain > exercise.pain_max", "False",
         promises.test_nothing_is_planned_that_a_person_may_not_or_cannot_do),
    Rule("nothing without its kit", fit("may"), "exercise.lacks(self.kit)", "False",
         promises.test_nothing_is_planned_that_a_person_may_not_or_cannot_do),
    Rule("no floor for whoever does not get down to it", fit("_form_at"), "ON_THE_FLOOR if self.way", "() if self.way",
         promises.test_whoever_does_not_get_down_to_the_floor_is_planned_no_move_there),
    # --- Answers have effects ---
    Rule("the activity chooses moves", fit("_own"), "in self.activities for", "in () for",
         promises.test_each_activity_chooses_its_own_moves_and_is_named_as_their_reason),
    Rule("and is named", fit("explained"), 'self._names(each, item)), "")', 'False), "")',
         promises.test_each_activity_chooses_its_own_moves_and_is_named_as_their_reason),
    Rule("but not where the person leaves it out", fit("_names"), "not (left_out and", "not (False and",
         promises.test_whoever_leaves_kneeling_out_is_not_told_that_they_want_it),
    Rule("who had better not kneel is spared it", fit("__init__"), "self._would_rather_not_kneel()", "False",
         promises.test_nobody_kneels_whose_age_or_pain_speaks_against_it_unless_they_chose_so),
    Rule("till they choose how", fit("__init__"), "spares_kneeling = self.way is None and ", "spares_kneeling = ",
         promises.test_nobody_kneels_whose_age_or_pain_speaks_against_it_unless_they_chose_so),
    Rule("kneeling comes back step by step", fit("_kneels_from"), "if exercise.id in moves", "if False", kneels),
    Rule("later for whoever rates it low", fit("_kneels_from"), "number + badly", "number", kneels),
    Rule("with a word", fit("_kneeling"), 'f"week-{week}" if', '"" if', kneels),
    Rule("and short at first", fit("item"), "kneeling == BEGINS and", "False and", kneels),
    Rule("a walk grows from week to week", fit("_grown"), "max(0, self._weeks_since(exercise))", "0",
         promises.test_whoever_wants_to_walk_walks_from_week_1_a_minute_or_two_more_each_week),
    Rule("whoever wants it back does not lose it to the length", fit("within"), "self._is_wanted_walk(each)", "False",
         promises.test_the_plan_to_keep_holds_what_was_done_and_what_was_wanted_and_shown),
    Rule("what a test showed is named", fit("explained"), "focus.pop(self._area(item), None)", "None", scored),
    Rule("at the thigh also where no result spoke of it", fit("explained"), "*first, *self.focus", "*[], *self.focus",
         promises.test_each_answer_that_speaks_for_the_thigh_is_named_as_the_reason_of_the_move_that_is_always_there),
    Rule("and trained", fit("_own"), "for focus in self.focus if", "for focus in () if",
         promises.test_what_a_test_showed_is_trained_in_the_place_of_the_persons_own),
    Rule("and comes back in the days after it", results("told_areas"), "[:TOLD]", "[:0]", told),
    Rule("one area after another leads", fit("_own"), "islice(may, turn - 1, turn)", "()", told),
    Rule("also where no day of loosening is", fit("_own"), "self.series.strength.most + 1", "0", told),
    Rule("the sore side leads", fit("_leads"), "in sides", "in ()",
         promises.test_the_sore_side_leads_in_every_move_that_is_done_on_each_side),
    Rule("the most careful voice decides the lane", results("proposed_lane"), "if GENTLE in voices", "if False",
         of_selftest.test_the_newest_go_at_each_test_has_a_voice_and_the_most_careful_one_wins),
    Rule("a short balance lowers what stands on one leg", results("lowered"), "told.lower if told",
         "told.lower if None",
         partial(of_selftest.test_a_short_balance_lowers_what_stands_on_one_leg_and_nothing_else, the_catalog())),
    Rule("could not do it speaks for the gentle lane", results("_lane_voices"),
         "GENTLE if value == COULD_NOT else None", "None", two_answers),
    Rule("not sure does not", results("_lane_voices"), "GENTLE if value == COULD_NOT else None", "GENTLE",
         two_answers),
    Rule("a plan that begins lower says why", planning._upshot,
         "_turned(series, past.subscriber, day, before) or found", "found",
         promises.test_a_plan_that_begins_lower_after_a_self_test_says_why_till_the_first_session_so),
    Rule("who fell or hardly stood on one leg trains balance", fit("_own"), "if self.unsteady and", "if False and",
         promises.test_whoever_fell_or_hardly_stood_on_one_leg_trains_balance_wherever_no_result_takes_its_turn),
    Rule("what is kept was done", planning.to_keep, "item if known else next(like, None)",
         "item", promises.test_the_plan_to_keep_holds_what_was_done_and_what_was_wanted_and_shown),
    Rule("with the walk that is wanted", planning.to_keep, "*fit.asked_for(newest, kept)", "",
         promises.test_the_plan_to_keep_holds_what_was_done_and_what_was_wanted_and_shown),
    # --- Steady ---
    Rule("whoever is old holds on in a self-test", selftest.holds_on, "age >= rules.from_age", "False",
         steady.test_whoever_is_unsteady_or_old_lets_go_of_nothing_in_a_self_test_and_stands_on_no_step),
    Rule("so does whoever fell", selftest.holds_on, "isdisjoint(rules.limits)", "isdisjoint(())",
         steady.test_whoever_fell_holds_on_at_any_age),
    Rule("and whoever was unsteady in one", selftest.holds_on, "and told.unsteady", "and False",
         steady.test_whoever_is_unsteady_or_old_lets_go_of_nothing_in_a_self_test_and_stands_on_no_step),
    Rule("they stand on no step", selftest.questions, "holds and each.held == LEFT_OUT", "False",
         steady.test_whoever_is_unsteady_or_old_lets_go_of_nothing_in_a_self_test_and_stands_on_no_step),
    Rule("a short balance is advised on", selftest.advice, "told.advises", "False",
         steady.test_a_balance_under_ten_seconds_comes_first_in_its_result_and_into_the_plan),
    Rule("no balance at all is a very short one", Question.told, "self.could_not and value == COULD_NOT", "False",
         partial(steady.test_a_balance_under_five_seconds_or_none_means_no_balance_without_a_hold_and_a_check_against_falls,
                 "50-59", "could-not")),
    Rule("the re-test measures the sore side", questionnaire._of_the_sore_side, "in sides", "in ()",
         steady.test_the_re_test_measures_the_sore_side_of_a_pair_and_what_can_be_compared),
    Rule("and a balance that can still grow", questionnaire._steadying, "if not scored or", "if scored or",
         steady.test_the_last_test_measures_the_balance_again_that_was_short_of_its_best),
    Rule("and what can be compared", questionnaire.worst_question, 'each.kind == "choice" or each.change is not None',
         "True", steady.test_the_re_test_measures_the_sore_side_of_a_pair_and_what_can_be_compared),
    # --- Reach ---
    Rule("each session of a week has its own places", fit("places"), "self.day.nth % len(sessions)", "0", reach("h16")),
)  # fmt: skip


@contextmanager
def without(rule: Rule) -> Iterator[None]:
    """The bot as it is with that rule taken out, and people who live so from their first day on."""
    source = textwrap.dedent(inspect.getsource(rule.where))
    assert source.count(rule.old) == 1, f"{rule.where.__qualname__} does not hold {rule.old!r} once"
    found: dict[str, Any] = {}
    code = f"from __future__ import annotations\n{source.replace(rule.old, rule.new)}"
    exec(compile(code, inspect.getfile(rule.where), "exec"), rule.where.__globals__, found)  # noqa: S102 - our own code, one piece of it replaced
    changed = computed(found[rule.where.__name__])
    assert isinstance(changed, FunctionType)
    anew, kept = partial(population.lived, population.everybody_asked()), rule.where.__code__
    with mock.patch.object(population, "known", anew), mock.patch.object(population, "PEOPLE", FEW):
        rule.where.__code__ = changed.__code__  # and not the function, which others have imported by its name
        try:
            yield
        finally:
            rule.where.__code__ = kept


def test_who_sees_a_rule_taken_out_is_content_while_it_is_there() -> None:
    """With the same few people: else they would see nothing but how few they are."""
    with mock.patch.object(population, "PEOPLE", FEW):
        for seen_by in {repr(rule.seen_by): rule.seen_by for rule in RULES}.values():
            seen_by()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)
def test_a_rule_taken_out_is_seen(rule: Rule) -> None:
    with without(rule), pytest.raises((AssertionError, Outdated)):  # a button that was just offered leads nowhere
        rule.seen_by()
