"""The made-up people of the demo all come to the end of their three weeks."""

from __future__ import annotations

import pytest

from bot.core.model.subscriber import State
from bot.demo.personas import PERSONAS, Persona
from bot.demo.play import Player
from bot.demo.testbed import Testbed


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
async def test_a_persona_comes_to_the_end(testbed: Testbed, persona: Persona) -> None:
    await Player(testbed, persona).play()

    known = await testbed.subscriber()
    assert known is not None
    assert known.finished("re-test") is not None
    assert known.said("go-on") is not None
    assert known.state is (State.FINISHED if not persona.goes_on else State.RUNNING)
    assert set(known.lessons_seen) == {"hips", "ankles", "knee"}
    assert known.sessions_done >= 5
