"""What holds in weeks 4 to 12 for whoever goes on: the same few places, and every promise of the plan."""

from __future__ import annotations

from functools import cache

import pytest

from bot.core.assessment import pain, safety
from bot.core.model.series import WEEKLY
from bot.core.schedule.calendar import DayType
from bot.core.schedule.plan import plan
from tests.core import population
from tests.core.population import Life, everybody_asked, lived_on

pytestmark = pytest.mark.xdist_group("population")  # one worker lives their weeks for all

PEOPLE = population.PEOPLE // 10


@cache
def going_on() -> tuple[Life, ...]:
    return tuple(lived_on(everybody_asked(), seed) for seed in range(PEOPLE))


def test_they_reach_the_last_week_with_every_kind_of_reminder() -> None:
    series = everybody_asked()
    for life in going_on():
        assert max(each.day.week for each in life.days) == series.onward.weeks if series.onward else 0
        assert {each.day.cadence for each in life.days if each.day.cadence} >= {"each", WEEKLY}


def test_each_session_keeps_its_thigh_move_its_length_and_its_few_places() -> None:
    series = everybody_asked()
    on_ladder = {rung.exercise for rung in series.ladder_by_id["thigh-front"].moves}
    least, most = series.minutes
    seen = 0
    for life in going_on():
        for each in life.strength:
            seen += 1
            assert each.plan.items[0].exercise in on_ladder
            assert least <= each.plan.minutes <= most
            assert len(each.plan.items) <= len(series.onward.session) if series.onward else 0
            assert each.plan == plan(series, each.person, each.day)
    assert seen > PEOPLE * 8


def test_nothing_is_planned_that_its_person_may_not_do() -> None:
    series = everybody_asked()
    for life in going_on():
        for each in life.days:
            limits = safety.limits(series, each.person)
            for item in each.plan.items:
                assert item.form in safety.forms(series.exercise_by_id[item.exercise], limits)


def test_what_is_trained_grows_by_one_change_at_a_time_and_a_red_day_takes_it_back() -> None:
    series, climbed = everybody_asked(), 0
    for life in going_on():
        steps = 0
        for each in life.days:
            now = pain.progress(series.care, each.person, each.day.timing.begin(each.day.date))
            assert now.steps <= max(steps, 0) + 1 or each is life.days[0]
            assert len(now.ups) == max(now.steps, 0)
            if each.day.type is DayType.STRENGTH:
                assert sum(item.stepped for item in each.plan.items) <= 1
                climbed += any(item.stepped for item in each.plan.items)
            steps = now.steps
    assert climbed
