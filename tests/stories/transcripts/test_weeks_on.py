"""The weeks after the re-test as one person lived them in short, compared word for word with what was written down."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from bot.catalog.load import Catalog
from bot.core.model.callback_data import OneTap, ShowDay, StartTest
from bot.core.model.subscriber import State
from bot.core.screens.questionnaire import RETEST
from bot.demo.personas import Persona
from bot.demo.play import Player
from bot.places.search import Places
from tests.support.quick import quick_testbed
from tests.support.transcript import transcript

WRITTEN = Path(__file__).parent / "onward" / "twice-a-week.txt"
TWICE_A_WEEK = Persona("twice-a-week", "", "Lisbon", "19:00", choices=(1,), habits=("done",), goes_on=2)
PAIN, OTHER = 1, 8
"""What is told of pain, and of what is better the higher it is."""


async def test_nine_more_weeks_read_as_written_down(catalog: Catalog, places: Places, tmp_path: Path) -> None:
    begin = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
    testbed = quick_testbed(catalog, places, folder=tmp_path, begin=begin)
    await testbed.open()
    player = Player(testbed, TWICE_A_WEEK)
    await player.subscribe()
    since, known = 0.0, await testbed.subscriber()
    while known is not None and known.state is State.RUNNING:
        await testbed.to_next_message()
        if not since and StartTest(RETEST) in player.shown(StartTest):
            since = testbed.clock.now().timestamp()
        asked = player.shown(OneTap)
        value = PAIN if asked and asked[0].question == "pain" else OTHER
        if await player.tap_one(each for each in asked if each.value == value):
            await player.tap_one(player.shown(ShowDay))
            await player.finish()
        else:
            await player.answer_message()
        known = await testbed.subscriber()
    await testbed.close()

    told = transcript(testbed.telegram, "Europe/Lisbon", since)

    if os.environ.get("UPDATE_TRANSCRIPTS"):
        WRITTEN.write_text(told, encoding="utf-8")
    assert told == WRITTEN.read_text(encoding="utf-8")
