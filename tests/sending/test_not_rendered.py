"""A message that cannot be filled in is dropped and told; it stands before none of that person's later ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.catalog.load import Catalog
from bot.core.model.delivery import Kind, Outcome
from tests.conftest import the_catalog
from tests.render.test_safety import broken
from tests.sending.conftest import FIRST, LESSON_AT, REMINDED_AT, Gather, sent, told


@pytest.fixture
def catalog() -> Catalog:
    """Content whose reminders break."""
    return broken(the_catalog(), "screens/reminder.html.j2")


async def test_a_reminder_that_breaks_is_dropped_told_once_and_the_lesson_after_it_arrives(gathered: Gather) -> None:
    testbed = await gathered(3)
    await testbed.move_to(REMINDED_AT + timedelta(minutes=5))
    assert sent(testbed) == []
    assert testbed.runtime is not None
    for id in range(FIRST, FIRST + 3):
        known = await testbed.runtime.storage.read(id)
        assert known is not None
        reminders = [each for each in known.deliveries.values() if each.kind is Kind.REMINDER]
        assert [(each.outcome, each.reason) for each in reminders] == [(Outcome.FAILED, "not rendered")]
    assert testbed.runtime.send_due.is_idle

    await testbed.move_to(LESSON_AT + timedelta(minutes=5))
    assert sorted(sent(testbed, "Now the ankles and feet")) == list(range(FIRST, FIRST + 3))
    reports = [text for text in told(testbed) if "could not be filled in" in text]
    assert len(reports) == 1
    assert "macros.html.j2:2" in reports[0]
