"""What a button means survives its 64 bytes; anything else is answered as outdated."""

import dataclasses
from datetime import date, timedelta
from itertools import combinations
from typing import Any, get_type_hints
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.catalog.load import Catalog
from bot.core.assessment import safety
from bot.core.model import callback_data
from bot.core.model.callback_data import (
    ACTIONS,
    KNOW,
    LIMIT_BYTES,
    Action,
    Agree,
    Ask,
    AskAt,
    Begin,
    ConfirmZone,
    Done,
    NotToday,
    Outdated,
    PauseUntil,
    RemindLater,
    Reply,
    SetLevel,
    ShowDay,
    ShowExercise,
    ShowLesson,
    ShowResult,
    StartOver,
    StartTest,
    SwapFor,
    Tell,
    UndoStop,
    pack,
    parse,
)
from bot.core.model.series import LEVELS, Series
from bot.core.screens import consent, profile, questionnaire
from bot.core.screens.dispatch import BUTTONS
from tests.support.examples import examples

PLAIN = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", max_size=10)
FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    str: PLAIN,
    int: st.integers(0, 99_999),
    bool: st.booleans(),
    date: st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    tuple[str, ...]: st.lists(PLAIN.filter(bool), max_size=4).map(tuple),
}
DAY = date(2026, 12, 31)


def actions() -> st.SearchStrategy[Action]:
    """Any action of any kind."""
    return st.one_of(
        *(st.builds(kind, **{name: FIELDS[hint] for name, hint in _hints(kind).items()}) for kind in ACTIONS.values())
    )


def _hints(kind: type[Action]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in dataclasses.fields(kind)}  # type: ignore[arg-type]


def survives(action: Action) -> bool:
    packed = pack(action)
    return parse(packed) == action and 1 <= len(packed.encode()) <= LIMIT_BYTES


@given(actions())
@examples(120)
def test_an_action_is_read_back_as_it_was_packed_or_does_not_fit(action: Action) -> None:
    try:
        packed = pack(action)
    except ValueError:
        assert len(repr(action).encode()) > LIMIT_BYTES
        return
    assert parse(packed) == action
    assert len(packed.encode()) <= LIMIT_BYTES


def test_every_kind_of_action_has_a_verb_of_its_own() -> None:
    kinds = [kind for kind in Action.__subclasses__() if kind.__module__ == callback_data.__name__]
    assert len({kind.verb for kind in kinds}) == len(kinds) == len(ACTIONS)
    assert not any(callback_data.SEPARATOR in kind.verb for kind in kinds)


@given(st.one_of(st.text(max_size=80), st.text(":,0123456789-xyz", max_size=40)))
@example("")
@example(":")
@example("day:")
@example("day:9913399")
@example("day:000000")
@example("r:x:y:z")
@example("r:" + "9" * 5000 + ":a:b")
@example("x:261231")
@example("next:more")
@example("\x00\ud7ff")
@examples(160)
def test_what_is_no_button_of_ours_is_outdated_and_nothing_else(data: str) -> None:
    try:
        action = parse(data)
    except Outdated:
        return
    assert type(action) in ACTIONS.values()


@given(st.sampled_from(sorted(ACTIONS)), st.lists(st.text(max_size=12), max_size=5))
@examples(160)
def test_a_known_verb_with_odd_fields_is_read_or_outdated(verb: str, fields: list[str]) -> None:
    try:
        action = parse(":".join([verb, *fields]))
    except Outdated:
        return
    assert type(action) is ACTIONS[verb]


@pytest.mark.parametrize("action", [Agree("a:b", "payload"), Begin("é" * 33), Tell("a:b", ("c",))])
def test_what_cannot_be_packed_is_refused_when_it_is_made(action: Action) -> None:
    with pytest.raises(ValueError, match=r"separator|bytes"):
        pack(action)


def test_every_button_about_exercises_fits(catalog: Catalog) -> None:
    ids = [exercise.id for exercise in catalog.default.exercises]
    for one in ids:
        assert survives(ShowExercise(DAY, one, short=True))
        assert all(survives(SetLevel(DAY, one, level)) for level in LEVELS)
        assert all(survives(SwapFor(DAY, one, other)) for other in ids)
    assert all(survives(each) for each in (ShowDay(DAY), Done(DAY, short=True), NotToday(DAY), Done(DAY)))
    assert survives(RemindLater(DAY, 3, "2359"))


def test_every_button_about_tests_fits_even_after_many_attempts(catalog: Catalog) -> None:
    series = catalog.default
    answers = [
        *((screen.id, value) for screen in series.safety for value in (safety.YES, safety.NO, safety.NOT_SURE)),
        *(
            (question.id, choice.id)
            for test in series.tests
            for question in test.questions
            for choice in question.choices
        ),
        *((question.id, str(question.max)) for test in series.tests for question in test.questions),
        *((question.id, "not-sure") for test in series.tests for question in test.questions),
        *((questionnaire.ACTIVITY + id, "10") for id in series.choices.activities.ids),
        (questionnaire.PAIN, "10"),
    ]
    for question, value in answers:
        assert survives(Reply(9999, question, value))
        assert survives(AskAt(9999, question))
    for test in (*series.test_by_id, questionnaire.CHECK_IN, questionnaire.RETEST):
        assert survives(StartTest(test))
    assert survives(ShowResult(9999))


def test_every_button_about_lessons_fits(catalog: Catalog) -> None:
    for lesson in catalog.default.lessons:
        for page in lesson.pages:
            assert survives(ShowLesson(lesson.id, page.id, KNOW))


def selections(ids: tuple[str, ...], most: int) -> list[tuple[str, ...]]:
    return [picked for size in range(1, most + 1) for picked in combinations(ids, size)] + [(profile.NOTHING,)]


def test_every_selection_fits_into_its_button(catalog: Catalog) -> None:
    choices = catalog.default.choices
    for question, ids, most in (
        ("days", tuple("0123456"), 7),
        ("kit", choices.kit, len(choices.kit)),
        ("activities", choices.activities.ids, choices.activities.most),
    ):
        for picked in selections(ids, most):
            assert survives(Ask(question, picked))
            assert survives(Tell(question, picked))


def test_every_single_answer_fits(catalog: Catalog) -> None:
    series: Series = catalog.default
    singles = [
        *((question, id) for question, ids in series.choices.own.items() for id in ids),
        *(("age", band.id) for band in series.choices.ages),
        *(("lane", lane.id) for lane in series.lanes),
        *((questionnaire.ACTIVITY + id, "10") for id in series.choices.activities.ids),
        *(("time", time) for time in series.defaults.times),
    ]
    for question, value in singles:
        assert survives(Tell(question, (value,)))
        assert survives(Tell(question, (profile.SKIPPED,)))
    assert survives(Tell("quiet", ("21:30", "07:00")))
    assert survives(Agree(series.consent, "x" * consent.PAYLOAD_LENGTH))
    assert survives(PauseUntil((DAY + timedelta(days=14)).isoformat()))
    assert survives(PauseUntil(""))
    assert survives(UndoStop(9999))
    assert survives(StartOver(9999))


def test_every_zone_fits() -> None:
    for zone in available_timezones():
        assert survives(Tell("zone", (zone,)))
        assert survives(ConfirmZone(zone))


@given(st.text(max_size=80))
@example("😀" * 64)
@example("a:b")
@examples(80)
def test_whatever_stands_behind_start_the_first_screen_can_be_sent(payload: str) -> None:
    for row in consent.hello("Ada", payload).buttons:
        assert all(button.action and survives(button.action) for button in row)


def test_the_payload_of_a_start_link_travels_whole() -> None:
    link = "clinic_2026-AB"
    assert consent.hello("Ada", link).buttons[0][0].action == Begin(link)


def test_every_button_has_its_row_and_no_row_is_of_no_button() -> None:
    assert set(BUTTONS) == set(ACTIONS.values())
