"""Days without a session: nothing is planned for them, however loudly the answers speak."""

from datetime import timedelta

import pytest

from bot.core.schedule.calendar import DayType, days
from bot.core.schedule.plan import plan
from tests.conftest import the_catalog
from tests.core import people

SERIES = the_catalog().default


@pytest.mark.parametrize("type", [DayType.REST, DayType.RETEST, DayType.FREE])
def test_a_day_without_a_session_has_no_exercises(type: DayType) -> None:
    person = people.somebody(SERIES, days="0135")
    hips = SERIES.test_by_id["hips"]
    answers = {question.id: question.choices[1].id for question in hips.questions}
    person = people.having_tested(person, hips, answers, person.saved_at)
    found = [day for day in days(SERIES, person, people.MONDAY + timedelta(days=30)) if day.type is type]
    assert found
    assert not any(plan(SERIES, person, day).items for day in found)
