"""What a person sees of their own weeks as pictures, and what becomes of them in trouble."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.bot_api.limits import CAPTION_LIMIT
from bot.catalog.load import Catalog
from bot.local_telegram.faults import Answer, Fault
from bot.monitoring.alerts import AlertKind
from bot.places.search import Places
from tests.stories.ways import to_plan
from tests.support.chat import Chat
from tests.support.quick import quick_testbed


def told(chat: Chat) -> list[AlertKind]:
    assert chat.testbed.runtime is not None
    return [each.kind for each in chat.testbed.runtime.alerts.recent()]


def photos(chat: Chat) -> list[bool]:
    """Of each photo that was sent whether it was sent up, not named by its id."""
    return [bool(call.files) for call in chat.testbed.telegram.log if call.method.lower() == "sendphoto"]


async def test_progress_is_a_picture_with_the_same_in_words_below(day_one: Chat) -> None:
    shown = await day_one.sends("/progress")
    assert shown.template == "progress/all"
    assert day_one.messages[-1]["photo"]
    assert len(shown) <= CAPTION_LIMIT


async def test_the_same_picture_is_not_sent_up_twice(day_one: Chat) -> None:
    await day_one.sends("/progress")
    await day_one.sends("/progress")
    assert photos(day_one) == [True, False]


async def test_whoever_wants_no_pictures_gets_the_words(day_one: Chat) -> None:
    await day_one.sends("/settings")
    await day_one.taps("labels.set-pictures", "care.pictures.off")
    shown = await day_one.sends("/progress")
    assert shown.template == "progress/all"
    assert photos(day_one) == []


async def test_a_picture_that_telegram_refuses_leaves_the_words_and_tells_the_operators(day_one: Chat) -> None:
    def refuse(method: str, parameters: dict[str, Any], number: int) -> Fault | None:
        return (
            Answer(400, {"ok": False, "error_code": 400, "description": "Bad Request: IMAGE_PROCESS_FAILED"})
            if (method.lower() == "sendphoto")
            else None
        )

    day_one.testbed.telegram.fault = refuse
    shown = await day_one.sends("/progress")
    assert shown.template == "progress/all"
    assert AlertKind.NOT_DRAWN in told(day_one)


@pytest.fixture
async def without_a_hand(tmp_path: Path, catalog: Catalog, places: Places) -> AsyncIterator[Chat]:
    def breaks(svg: str, fonts: Sequence[Path]) -> bytes:
        raise OSError("no process can be started")

    testbed = quick_testbed(catalog, places, folder=tmp_path, rasterize=breaks)
    await testbed.open()
    yield Chat(testbed, testbed.person)
    await testbed.close()


async def test_a_picture_that_cannot_be_drawn_leaves_the_words_and_tells_the_operators(without_a_hand: Chat) -> None:
    await to_plan(without_a_hand)
    shown = await without_a_hand.sends("/progress")
    assert shown.template == "progress/all"
    assert photos(without_a_hand) == []
    assert AlertKind.NOT_DRAWN in told(without_a_hand)
