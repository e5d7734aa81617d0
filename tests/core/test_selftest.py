"""What answers come to: numbers as people type them, focus areas, lanes, and what counts as a change."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.catalog.load import Catalog
from bot.core.assessment import safety, selftest
from bot.core.assessment.selftest import OutOfRange, focus_areas, proposed_lane, read_number
from bot.core.model.callback_data import ANSWERS
from bot.core.model.series import Question, Series
from bot.core.model.subscriber import Enrollment, State, StateChange, Subscriber, Value
from bot.core.screens import checkin, questionnaire
from tests.conftest import the_catalog
from tests.core.people import all_best, checked, having_said, having_tested, possible, somebody

HOUR = timedelta(hours=1)


def question(id: str) -> Question:
    return the_catalog().default.question_by_id[id][1]


def take(person: Subscriber, test: str, at: datetime, **other: Value) -> Subscriber:
    """With that test finished: the best answers but for what is named."""
    whole = the_catalog().default.test_by_id[test]
    named = {id.replace("_", "-"): value for id, value in other.items()}
    return having_tested(person, whole, {**all_best(whole), **named}, at)


def test_only_what_is_done_can_be_what_one_could_not_do(catalog: Catalog) -> None:
    for id, offers in (("pain", False), ("raises-left", True)):
        test = "ankles" if offers else questionnaire.CHECK_IN
        person, number = questionnaire.start(
            catalog.default, somebody(catalog.default), test, somebody(catalog.default).saved_at
        )
        screen = questionnaire.question_screen(catalog.default, person, number, id, side=ANSWERS)
        assert screen is not None
        labels = {button.label for row in screen.buttons for button in row}
        assert ("labels.could-not" in labels, "labels.skip-number" in labels) == (offers, True)


# --- Numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7), ("7 cm", 7), ("7,5", 8), ("6.5", 7), ("6.4cm", 6), ("4 in", 10), ("4 inches", 10), ("1 card", 9),
        ("2 cards", 17), ("about 9", 9), ("0", 0), ("25", 25), (" 12 ", 12),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(text: str, number: int) -> None:
    assert read_number(text, question("wall-left")) == number


@pytest.mark.parametrize("text", ["26", "-3", "999", "20 in", "-1 cm"])
def test_a_number_the_question_cannot_mean_is_out_of_range(text: str) -> None:
    with pytest.raises(OutOfRange) as fault:
        read_number(text, question("wall-left"))
    assert (fault.value.low, fault.value.high) == (0, 25)


@given(st.text(max_size=60))
@example("٣")
@example("a" * 4096 + "!")
@settings(max_examples=300)
def test_whatever_is_typed_is_a_number_in_range_none_or_out_of_range(text: str) -> None:
    asked = question("raises-left")
    try:
        number = read_number(text, asked)
    except OutOfRange:
        return
    assert number is None or asked.min <= number <= asked.max


# --- Bands and areas --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "age", "number", "band"),
    [
        ("wall-left", None, 5, "stiff"), ("wall-left", 59, 6, "some-room"), ("wall-left", 18, 10, "roomy"),
        ("wall-left", 60, 4, "some-room"), ("wall-left", 80, 8, "roomy"), ("wall-left", 60, 3, "stiff"),
        ("raises-left", 18, 15, "few"), ("raises-left", 18, 31, "many"), ("raises-left", 40, 25, "some"),
        ("raises-left", 70, 8, "some"), ("raises-left", 80, 11, "many"), ("raises-left", None, 30, "some"),
        ("balance-left", 18, 4, "very-short"), ("balance-left", 18, 29, "middle"), ("balance-left", 60, 20, "steady"),
        ("balance-left", 69, 9, "short"), ("balance-left", 70, 4, "very-short"), ("balance-left", 70, 5, "under-ten"),
        ("balance-left", 80, 9, "under-ten"), ("balance-left", None, 9, "short"), ("stands", 59, 1, "any"),
        ("stands", 60, 10, "few"), ("stands", 69, 11, "any"), ("stands", 70, 9, "few"), ("stands", 80, 8, "any"),
        ("balance-left", 80, 10, "steady"), ("balance-left", 18, 30, "steady"),
        ("plank-left", None, 14, "short"), ("plank-left", None, 30, "middle"), ("plank-left", None, 31, "steady"),
    ],
)  # fmt: skip
def test_a_number_belongs_to_the_band_of_the_persons_age(id: str, age: int | None, number: int, band: str) -> None:
    assert selftest.meaning(question(id), number, age) == band


def test_every_number_of_every_question_belongs_to_a_band(catalog: Catalog) -> None:
    series = catalog.default
    for test in series.tests:
        for asked in (each for each in test.questions if each.kind == "number"):
            for age in (None, *(band.start for band in series.choices.ages)):
                assert all(selftest.meaning(asked, n, age) for n in range(asked.min, asked.max + 1))


def test_an_area_is_explained_by_the_answer_that_gave_it_most(catalog: Catalog) -> None:
    person = somebody(catalog.default)
    person = take(person, "hips", person.saved_at, sit_stand_knees="sometimes", squat_knees="clearly")
    found = focus_areas(catalog.default, person)
    assert [(each.area, each.points, each.question, each.answer) for each in found] == [
        ("hip-side", 4, "sit-stand-knees", "sometimes"),
        ("thigh-inner", 4, "squat-knees", "clearly"),
    ]


def test_what_both_sides_showed_is_told_of_both(catalog: Catalog) -> None:
    person, at = somebody(catalog.default), somebody(catalog.default).saved_at
    one = take(person, "hips", at, stand_left="dropped")
    both = take(person, "hips", at, stand_left="dropped", stand_right="dropped")
    unlike = take(person, "hips", at, stand_left="dropped", stand_right="wobbly")
    assert [focus_areas(catalog.default, each)[0].both for each in (one, both, unlike)] == [False, True, False]


def test_of_equal_areas_the_newer_weeks_comes_first(catalog: Catalog) -> None:
    person = somebody(catalog.default)
    person = take(person, "hips", person.saved_at, stand_left="dropped")
    person = take(person, "ankles", person.saved_at + HOUR, wall_left=2)
    assert [each.area for each in focus_areas(catalog.default, person)] == ["ankle-bend", "hip-side"]


def test_a_new_enrollment_starts_without_the_old_focus(catalog: Catalog) -> None:
    person = somebody(catalog.default)
    person = take(person, "hips", person.saved_at, stand_left="dropped")
    fresh = Enrollment(2, catalog.default.id, (StateChange(State.ONBOARDING, person.saved_at + HOUR),))
    assert focus_areas(catalog.default, replace(person, enrollments=(*person.enrollments, fresh))) == ()


# --- Lanes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "lane"),
    [
        ({"pain": 2}, "confident"), ({"pain": 0}, "confident"), ({"pain": 3}, "standard"), ({"pain": 4}, "gentle"),
        ({"pain": "skip"}, "standard"), ({}, "standard"), ({"pain": 1, "age": "70-79"}, "gentle"),
        ({"pain": 1, "age": "60-69"}, "confident"), ({"pain": 1, "age": "skip"}, "confident"),
    ],
)  # fmt: skip
def test_pain_and_age_propose_a_lane_beside_the_best_answers(said: dict[str, Value], lane: str) -> None:
    series = the_catalog().default
    person = having_said(somebody(series), said)
    assert proposed_lane(series, take(person, "hips", person.saved_at)) == lane


def lane_after(*taken: tuple[str, dict[str, Value]]) -> str:
    series = the_catalog().default
    person = somebody(series, pain=1)
    for n, (test, other) in enumerate(taken):
        person = take(person, test, person.saved_at + n * HOUR, **other)
    return proposed_lane(series, person)


def test_the_newest_go_at_each_test_has_a_voice_and_the_most_careful_one_wins() -> None:
    hurting: dict[str, Value] = {"squat_feel": "knees-hurt"}
    assert lane_after(("hips", hurting)) == "gentle"
    assert lane_after(("hips", hurting), ("ankles", {})) == "gentle"
    assert lane_after(("ankles", {}), ("hips", hurting)) == "gentle"
    assert lane_after(("hips", hurting), ("hips", {})) == "confident"
    assert lane_after(("hips", {}), ("ankles", {"arch": "curls"})) == "standard"


def test_a_very_short_balance_speaks_though_it_takes_its_own_question_away() -> None:
    assert lane_after(("ankles", {"balance_left": 3})) == "gentle"


def test_a_short_balance_lowers_what_stands_on_one_leg_and_nothing_else(catalog: Catalog) -> None:
    person = take(somebody(catalog.default, pain=1), "ankles", somebody(catalog.default).saved_at, balance_left=8)
    assert proposed_lane(catalog.default, person) == "standard"
    assert selftest.Results(catalog.default, person).lowered == {"steps", "lunge"}


def test_the_chair_stand_decides_no_lane() -> None:
    assert lane_after(("hips", {}), ("chair-stand", {"hands": "used"})) == "confident"


def test_a_chosen_lane_wins_over_the_proposed_one(catalog: Catalog) -> None:
    person = somebody(catalog.default, pain=5, lane="confident")
    assert selftest.lane(catalog.default, person) == "confident"
    assert proposed_lane(catalog.default, person) == "gentle"


# --- What counts as a change ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "before", "after", "verdict"),
    [
        ("wall-left", 6, 7, "same"), ("wall-left", 6, 8, "better"), ("wall-left", 8, 6, "worse"),
        ("raises-left", 10, 16, "same"), ("raises-left", 10, 17, "better"), ("stands", 10, 12, "same"),
        ("stands", 10, 13, "better"), ("stands", 13, 10, "worse"), ("balance-left", 5, 30, ""),
        ("plank-left", 5, 60, ""),
        ("stand-left", "dropped", "level", "better"), ("stand-left", "level", "dropped", "worse"),
        ("stand-left", "dropped", "dropped", "same"), ("stand-left", "dropped", "hurts", ""),
        ("stand-left", "dropped", "wobbly", ""), ("squat-feel", "front-thighs", "low-back", ""),
        ("squat-feel", "front-thighs", "nowhere", ""), ("squat-feel", "front-thighs", "bottom-thighs", "better"),
        ("sit-stand-knees", "mostly", "sometimes", "better"), ("sit-stand-knees", "sometimes", "mostly", "worse"),
        ("stand-left", "hurts", "level", ""), ("squat-feel", "knees-hurt", "bottom-thighs", ""),
        ("squat-feel", "front-thighs", "knees-hurt", ""), ("stand-left", "not-sure", "level", ""),
        ("stand-left", "level", "not-sure", ""), ("practice", "ready", "ready", ""), ("hands", "used", "crossed", ""),
        ("hands", "used", "used", ""), ("wall-left", "not-sure", 7, ""), ("wall-left", None, 7, ""),
    ],
)  # fmt: skip
def test_a_verdict_respects_what_a_measure_can_tell(id: str, before: Value | None, after: Value, verdict: str) -> None:
    assert checkin.verdict(the_catalog().default, question(id), before, after) == verdict


@pytest.mark.parametrize(
    ("id", "before", "after", "verdict"),
    [
        (questionnaire.PAIN, 5, 5, "same"), (questionnaire.PAIN, 5, 4, "same"), (questionnaire.PAIN, 5, 6, "same"),
        (questionnaire.PAIN, 5, 3, "better"), (questionnaire.PAIN, 5, 7, "worse"),
        ("activity-stairs", 5, 7, "same"), ("activity-stairs", 5, 8, "better"), ("activity-stairs", 8, 5, "worse"),
    ],
)  # fmt: skip
def test_pain_and_activities_have_their_own_smallest_change(id: str, before: int, after: int, verdict: str) -> None:
    assert checkin.verdict(the_catalog().default, questionnaire.scale(id), before, after) == verdict


def test_a_chosen_answer_is_judged_where_both_speak_for_the_same_or_one_of_them_for_nothing(catalog: Catalog) -> None:
    for test in catalog.default.tests:
        for asked in (each for each in test.questions if each.kind == "choice" and test.areas):
            told = [value for value in possible(asked) if selftest.tells(asked, value)]
            for before, after in product(told, told):
                was, now = (set(selftest.points(asked, each, None)) for each in (before, after))
                judged = checkin.verdict(catalog.default, asked, before, after)
                assert bool(judged) is (not was or not now or was == now), (asked.id, before, after)


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [("crossed", "crossed", "better"), ("used", "used", "better"), ("used", "crossed", ""), ("crossed", "used", "")],
)
def test_stands_with_and_without_hands_are_not_compared(
    first: str, second: str, verdict: str, catalog: Catalog
) -> None:
    series: Series = catalog.default
    person = somebody(series)
    person = take(person, "chair-stand", person.saved_at, hands=first, stands=10)
    person = take(person, "chair-stand", person.saved_at + HOUR, hands=second, stands=14)
    rows = {row["question"]: row["verdict"] for row in checkin.compared(series, person, person.attempts[-1])}
    assert rows["stands"] == verdict


def test_the_re_test_does_not_compare_stands_with_and_without_hands(catalog: Catalog) -> None:
    series = catalog.default
    person = somebody(series)
    person = take(person, "chair-stand", person.saved_at, hands="used", stands=10)
    whole = series.test_by_id["chair-stand"]
    again = replace(whole, id=questionnaire.RETEST)
    person = having_tested(person, again, {"pain": 2, "hands": "crossed", "stands": 15}, person.saved_at + HOUR)
    rows = {row["question"]: row for row in checkin.compared(series, person, person.attempts[-1])}
    assert (rows["stands"]["before"], rows["stands"]["after"], rows["stands"]["verdict"]) == (10, 15, "")


# --- Safety -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [safety.YES, safety.NOT_SURE])
def test_every_sign_flags_or_limits_and_not_sure_counts_as_yes(answer: str, catalog: Catalog) -> None:
    series = catalog.default
    for screen in series.safety:
        person = somebody(series)
        person = checked(series, person, {screen.id: answer}, person.saved_at + HOUR)
        flag = safety.flagged(series, person)
        assert (flag.tier if flag else "none") == screen.tier.replace("limit", "none")
        assert safety.limits(series, person) == {each for limits in screen.limits.values() for each in limits}
        assert safety.passed(series, person) is (screen.tier in ("limit", "none"))
        assert bool(flag) or bool(screen.limits) or screen.tier == "none"


@given(st.sets(st.sampled_from([screen.id for screen in the_catalog().default.safety])))
@settings(max_examples=60)
def test_of_several_signs_the_gravest_is_told(yes: set[str]) -> None:
    series = the_catalog().default
    person = somebody(series)
    person = checked(series, person, dict.fromkeys(yes, safety.YES), person.saved_at + HOUR)
    tiers = [screen.tier for screen in series.safety if screen.id in yes and screen.tier in safety.TIERS]
    flag = safety.flagged(series, person)
    assert (flag.tier if flag else None) == min(tiers, key=safety.TIERS.index, default=None)


def test_asking_a_professional_ends_only_the_flags_of_that_tier(catalog: Catalog) -> None:
    series = catalog.default
    for screen in series.safety:
        person = somebody(series)
        person = checked(series, person, {screen.id: safety.YES}, person.saved_at + HOUR)
        allowed = person.saying("may-start", "yes", person.saved_at + 2 * HOUR)
        assert (safety.flagged(series, allowed) is None) is (screen.tier in ("ask", "limit", "none"))


def test_what_a_check_found_holds_until_a_later_one_is_finished(catalog: Catalog) -> None:
    series = catalog.default
    person = somebody(series)
    person = checked(series, person, {"today": safety.YES}, person.saved_at + HOUR)
    again = replace(person.attempts[0], started_at=person.saved_at + 2 * HOUR, answers=(), finished_at=None)
    begun = replace(person, attempts=(*person.attempts, again))
    assert safety.flagged(series, begun)
    assert safety.flagged(series, checked(series, begun, {}, person.saved_at + 3 * HOUR)) is None


def test_whoever_does_everything_on_a_chair_is_tested_there(catalog: Catalog) -> None:
    series, seated = catalog.default, somebody(catalog.default, way="seated")
    asked = [each.id for test in series.tests for each in selftest.questions(series, seated, test.questions)]
    chair = ["practice", "hands", "stands"]
    assert [each for each in asked if each not in chair] == [
        "sit-stand-knees", "sit-stand-pressure", "arch", "bend", "slow-stand",
    ]  # fmt: skip


def test_nobody_who_stays_off_the_floor_is_asked_to_lie_down(catalog: Catalog) -> None:
    series = catalog.default
    people = (somebody(series, way="any"), somebody(series, way="kneel-free"))
    asked, off_the_floor = (
        {each.id for test in series.tests for each in selftest.questions(series, person, test.questions)}
        for person in people
    )
    assert asked - off_the_floor == {"plank-left", "plank-right"}
