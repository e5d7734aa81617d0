"""The real content has no faults: every word in its place, every message within Telegram's limits, easy to read."""

from __future__ import annotations

from functools import cache

import pytest

from bot.check.examine import Findings, examine
from bot.check.named import named_in_code
from bot.check.previews import Samples
from tests.conftest import CONTENT, the_catalog, the_places
from tests.support.examples import TIMES

pytestmark = pytest.mark.xdist_group("content")  # one worker examines it for all


def _some(samples: Samples) -> None:
    """Each screen of a beginning, every exercise in each lane, every card, a coach's desk.

    `make check` lives the other lives before the tests begin, as the long runs do.
    """
    samples.newcomers()
    samples.half_way()
    samples.exercises()
    samples.lessons()
    samples.silences()
    samples.comings_and_goings()
    samples.coached()


LIVES, MESSAGES = (Samples.run, 7000) if TIMES > 1 else (_some, 1300)


@cache
def findings() -> Findings:
    return examine(CONTENT, the_places(), LIVES, named=named_in_code())


def test_the_content_has_no_faults() -> None:
    found = [str(fault) for fault in findings().faults]
    assert [fault for fault in found if TIMES > 1 or not fault.endswith(" was never shown")] == []


def test_every_sample_life_was_lived_to_its_end() -> None:
    assert findings().messages > MESSAGES


def test_every_exercise_and_every_part_of_a_lesson_has_a_grade_and_none_is_too_hard() -> None:
    graded = {each.path: each.grade for each in findings().grades}
    series = the_catalog().default
    wanted = {f"exercises/{each.id}" for each in series.exercises}
    wanted |= {f"lessons/{lesson.id}/{part.id}#text" for lesson in series.lessons for part in lesson.pages}
    assert wanted <= graded.keys()
    assert max(graded.values()) <= 8


def test_made_up_contacts_are_a_warning_and_no_fault() -> None:
    assert [fault.file for fault in findings().warnings] == ["contact.example.yaml"]
