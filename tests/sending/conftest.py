"""A testbed around many people who have just read lesson 1, and a Telegram that can be made to refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.load import Catalog
from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import Testbed
from bot.local_telegram.faults import Answer, FaultHook
from bot.places.search import Places
from tests.stories.ways import to_plan
from tests.support.chat import Chat
from tests.support.quick import quick_testbed

REMINDED_AT = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
LESSON_AT = datetime(2026, 3, 9, 19, 0, tzinfo=UTC)
OPERATOR = 900
FIRST = 1000

Gather = Callable[[int], Awaitable[Testbed]]


class Model:
    """Somebody on day 1, walked there once."""

    subscriber: Subscriber | None = None


@pytest.fixture
async def model(tmp_path: Path, catalog: Catalog, places: Places) -> Subscriber:
    """Ada in Lisbon, every day at 19:00, who has just seen her plan."""
    if Model.subscriber is None:
        testbed = quick_testbed(catalog, places, folder=tmp_path / "model")
        await testbed.open()
        chat = Chat(testbed, testbed.person)
        await to_plan(chat)
        Model.subscriber = await chat.stored()
        await testbed.close()
    return Model.subscriber


@pytest.fixture
async def gathered(tmp_path: Path, catalog: Catalog, places: Places, model: Subscriber) -> AsyncIterator[Gather]:
    """Opens a testbed around so many people like the model, with an operator who has pressed Start."""
    testbed = quick_testbed(catalog, places, folder=tmp_path, operators=[OPERATOR])

    async def gather(people: int) -> Testbed:
        await testbed.open()
        assert testbed.runtime is not None
        testbed.telegram.person(OPERATOR)
        for id in range(FIRST, FIRST + people):
            testbed.telegram.person(id)
            async with testbed.runtime.storage.change(id) as box:
                box.value = replace(model, id=id)
        return testbed

    yield gather
    if testbed.runtime is not None:
        await testbed.close()


def no(code: int, description: str) -> Answer:
    """A definite no of Telegram's."""
    return Answer(code, {"ok": False, "error_code": code, "description": description})


def refusing(answer: Callable[[dict[str, Any]], Answer | None]) -> FaultHook:
    """Refuse what is sent to people, as the function says."""

    def hook(method: str, parameters: dict[str, Any], number: int) -> Answer | None:
        return answer(parameters) if method == "sendMessage" and parameters["chat_id"] != OPERATOR else None

    return hook


def sent(testbed: Testbed, words: str = "") -> list[int]:
    """To which people messages with these words were delivered, in order."""
    return [
        int(call.parameters["chat_id"])
        for call in testbed.telegram.log
        if call.method == "sendMessage"
        and call.delivered
        and words in str(call.parameters["text"])
        and call.chat_id != OPERATOR
    ]


def told(testbed: Testbed) -> list[str]:
    """What the operator was told."""
    return [str(message["text"]) for message in testbed.telegram.person_with(OPERATOR).chat.messages]
