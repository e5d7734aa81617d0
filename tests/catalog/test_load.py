"""The real content has no faults: every word in its place, every message within Telegram's limits, easy to read."""

from __future__ import annotations

from functools import cache

import pytest

from bot.check.examine import Findings, examine
from bot.check.named import named_in_code
from tests.conftest import CONTENT, the_catalog, the_places

pytestmark = pytest.mark.xdist_group("content")  # one worker examines it for all


@cache
def findings() -> Findings:
    return examine(CONTENT, the_places(), named=named_in_code())


def test_the_content_has_no_faults() -> None:
    assert [str(fault) for fault in findings().faults] == []


def test_every_sample_life_was_lived_to_its_end() -> None:
    assert findings().messages > 1500


def test_every_exercise_and_every_part_of_a_lesson_has_a_grade_and_none_is_too_hard() -> None:
    graded = {each.path: each.grade for each in findings().grades}
    series = the_catalog().default
    wanted = {f"exercises/{each.id}" for each in series.exercises}
    wanted |= {f"lessons/{lesson.id}/{part.id}#text" for lesson in series.lessons for part in lesson.pages}
    assert wanted <= graded.keys()
    assert max(graded.values()) <= 8


def test_made_up_contacts_are_a_warning_and_no_fault() -> None:
    assert [fault.file for fault in findings().warnings] == ["contact.example.yaml"]
