"""A move bears the name of what is to be done: a form that is another thing to do has a name of its own."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.core.model.series import FORMS, MAIN, MASSAGE, SEATED
from bot.core.schedule.calendar import days
from bot.core.schedule.plan import form_for, plan
from bot.render.text import Renderer
from tests.conftest import the_catalog, the_places
from tests.core.people import MONDAY, somebody

ON_THE_KNEES = re.compile(r"knee(l|s\b)|all fours|child's pose|bird-dog", re.IGNORECASE)
ON_THE_FEET = re.compile(r"squat|lunge|walk|step-up|bridge|stand\b|kneel|hinge\b.*wall", re.IGNORECASE)
WITH_KIT = re.compile(r"band|roll\b|ball", re.IGNORECASE)


def names(way: str) -> set[str]:
    """How the moves of somebody without kit are called, in their plans and wherever a move is offered to them."""
    series, renderer = the_catalog().default, Renderer(the_catalog(), the_places().country_of)
    person = somebody(series, way=way, kit="skip", activities=("kneeling", "sport"))
    found = days(series, person, MONDAY + timedelta(days=series.days - 1))
    told = {(item.exercise, item.form) for day in found for item in plan(series, person, day).items}
    others = (each.id for each in series.exercises if each.kind != MASSAGE)
    told |= {(each, form_for(series, person, found[1], each)) for each in others}
    return {renderer.exercise_name(exercise, form) for exercise, form in told}


@pytest.mark.parametrize(
    ("way", "never"), [("kneel-free", ON_THE_KNEES), ("seated", ON_THE_FEET), ("any", WITH_KIT), ("seated", WITH_KIT)]
)
def test_no_name_speaks_of_what_its_person_does_not_do_or_have(way: str, never: re.Pattern[str]) -> None:
    assert {name for name in names(way) if never.search(name)} == set()


def test_a_picture_says_of_every_move_in_every_form_what_one_does_in_a_few_words() -> None:
    renderer = Renderer(the_catalog(), the_places().country_of)
    for exercise in the_catalog().default.exercises:
        file = f"exercises/{exercise.id}"
        for form in FORMS:
            own = renderer.block(file, f"do_{form}")
            assert bool(own) is bool(renderer.block(file, f"name_{form}"))
            assert renderer.what_to_do(exercise.id, form) == str(own or renderer.block(file, "do")) != ""
            assert form != SEATED or not own or own.startswith("Sit")


def test_a_form_without_a_name_of_its_own_bears_that_of_the_move() -> None:
    renderer = Renderer(the_catalog(), the_places().country_of)
    for exercise in the_catalog().default.exercises:
        whole = renderer.exercise_name(exercise.id)
        for form in FORMS:
            own = renderer.block(f"exercises/{exercise.id}", f"name_{form}")
            assert renderer.exercise_name(exercise.id, form) == (str(own) or whole)
        assert renderer.exercise_name(exercise.id, MAIN) == whole
