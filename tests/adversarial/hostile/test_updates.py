"""Thousands of updates that no Telegram would send: intake goes on, and nobody but the sender is moved."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.bot_api.answer import judge
from bot.bot_api.inbox import split_updates
from bot.clock import MovableClock
from tests.adversarial.hostile.ground import SENT, THROWN, Ground, private, somebody, tapped, typed
from tests.support.hooks import Hooks

COUNT = int(os.environ.get("HOSTILE", "300"))
"""How many; `make soak` sets HOSTILE=10000."""
BATCH = 100
ADA, BEN, EVE = 7, 8, 9

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from([[], {}, [[]], {"id": 1}, "", "/start", "\ud800", "\x00", "../../x", 10**400, "9" * 50]),
)
WHOLE: tuple[dict[str, Any], ...] = (
    {"message": typed(somebody(EVE), "/start")},
    {"message": typed(somebody(EVE), "canary words of Eve's")},
    {
        "message": typed(somebody(EVE), "x")
        | {"forward_origin": {"type": "user", "date": 1, "sender_user": somebody(BEN)}}
    },
    {"message": typed(somebody(EVE), None) | {"contact": {"phone_number": "1", "first_name": "B", "user_id": BEN}}},
    {"message": typed(somebody(EVE), None) | {"location": {"latitude": 91.0, "longitude": 181.0}}},
    {"message": typed(somebody(EVE), "x") | {"reply_to_message": typed(somebody(BEN), "y")}},
    {"message": typed(somebody(BEN), "/delete", private(somebody(EVE)))},
    {"callback_query": tapped(somebody(EVE), "erase")},
    {"callback_query": tapped(somebody(EVE), "erase", private(somebody(BEN)))},
    {
        "my_chat_member": {
            "chat": private(somebody(EVE)),
            "from": somebody(EVE),
            "date": 1,
            "old_chat_member": {"status": "member", "user": somebody(1000)},
            "new_chat_member": {"status": "kicked", "user": somebody(1000), "until_date": 0},
        }
    },
    {
        "my_chat_member": {
            "chat": private(somebody(BEN)),
            "from": somebody(EVE),
            "date": 1,
            "old_chat_member": {"status": "member", "user": somebody(1000)},
            "new_chat_member": {"status": "kicked", "user": somebody(1000), "until_date": 0},
        }
    },
    {"edited_message": typed(somebody(ADA), "/delete")},
    {"channel_post": typed(somebody(BEN), "/delete", {"id": -100, "type": "channel"})},
    {"inline_query": {"id": "1", "from": somebody(EVE), "query": "x", "offset": ""}},
    {"a_kind_of_next_year": {"from": somebody(EVE)}},
    {},
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in an update."""
    found = [here] if here else []
    if isinstance(value, dict):
        found += [path for key, each in value.items() for path in paths(each, (*here, key))]
    return found


PLACES = [(number, path) for number, whole in enumerate(WHOLE) for path in paths(whole)]


@st.composite
def bent(draw: st.DrawFn) -> dict[str, Any]:
    """An update with something in it missing, or of another kind than it should be."""
    number, path = draw(st.sampled_from(PLACES))
    update = json.loads(json.dumps(WHOLE[number]))
    *way, last = path
    inside = update
    for key in way:
        inside = inside[key]
    if draw(st.booleans()):
        inside[last] = draw(ODD)
    else:
        del inside[last]
    return dict(update)


DEEP = b"[" * 5_000 + b"]" * 5_000
BROKEN: tuple[bytes, ...] = (
    b'{"update_id":%d,"message":' + DEEP + b"}",
    b'{"update_id":%d,"message":{"text":"\xff\xfe\xed\xa0\x80","from":{"id":7}}}',
    b'{"update_id":%d,"message":{"text":"\\ud800","from":{"id":7}}}',
    b'{"update_id":%d,"message":{"text":"\\udc00\\ud800\\\\ud83d\\ud83d\\ude00","from":{"id":7}}}',
    b'{"update_id":%d,"message":1e999}',
    b'{"update_id":%d,"message":{"text":"' + b"x" * 1_000_000 + b'"}}',
    b'{"update_id":%d,"message":{"from":{"id":7},"chat":{"id":7},"date":' + b"9" * 5_000 + b"}}",
    b'{"update_id":%d,"update_id":%d}',
    b'{"message":{"text":"no id"}}',
    b"[]",
    b"null",
    b'"update_id"',
    b'{"update_id":-1}',
    b'{"update_id":true}',
    b'{"update_id":99999999999999999999999}',
)
"""What is JSON to the eye and yet cannot be read, or names no update."""
UPDATES = st.lists(
    st.one_of(
        bent(),
        bent(),
        bent(),
        st.sampled_from(WHOLE),
        st.sampled_from([n for n, body in enumerate(BROKEN) if len(body) < 20_000]),
    ),
    min_size=BATCH,
    max_size=BATCH,
)


class Doors:
    """A ground whose intake runs, with two people who do nothing and whose documents must not move."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.ground = Ground()
        self.next = 1_000_000
        self.runner.run(self._set())
        self.kept = dict(self.ground.storage.kept)

    async def _set(self) -> None:
        await self.ground.open()
        for id in (ADA, BEN):
            await self.ground.subscribes(id)

    def _at_its_time(self, update: dict[str, Any]) -> bytes:
        """As it travels, sent ten seconds after the one before: more would be a flood and dropped unread."""
        message = update.get("message")
        if isinstance(message, dict) and message.get("date") == SENT:
            update = {**update, "message": {**message, "date": SENT + 10 * self.next}}
        return json.dumps(update).encode()

    async def take_in(self, updates: list[dict[str, Any] | int]) -> None:
        """Let the poll loop fetch and finish all these updates and, after them, a word of Ada's."""
        ground = self.ground
        ground.storage.kept = dict(self.kept)
        ground.forget()
        for each in updates:
            THROWN["hostile updates"] += 1
            self.next += 1
            if isinstance(each, int):
                raw = BROKEN[each].replace(b"%d", str(self.next).encode())
            else:
                raw = self._at_its_time({"update_id": self.next, **each})
            ground.telegram.enqueue(self.next, raw)
        self.next += 1
        after = {"update_id": self.next, "message": typed(somebody(ADA), "/help")}
        ground.telegram.enqueue(self.next, self._at_its_time(after))
        polling = asyncio.create_task(ground.parts.receiver.run())
        try:
            async with asyncio.timeout(30):
                while ground.telegram.queue:  # noqa: ASYNC110 -- the loop under test empties it
                    await asyncio.sleep(0)
            assert not polling.done()
            await ground.parts.sender.drain()
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)


@pytest.fixture(scope="module")
def doors() -> Any:
    doors = Doors()
    yield doors
    doors.runner.close()


@given(UPDATES)
@settings(
    max_examples=max(1, COUNT // BATCH),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_comes_in_intake_goes_on_and_moves_nobody_else(
    doors: Doors, caplog: pytest.LogCaptureFixture, updates: list[dict[str, Any] | int]
) -> None:
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        doors.runner.run(doors.take_in(updates))
    after = doors.ground.storage.kept
    assert after[BEN] is doors.kept[BEN]
    assert after[ADA].answers == doors.kept[ADA].answers
    assert set(after) <= {ADA, BEN}  # nobody agreed to anything
    assert ADA in {chat for chat, text in doors.ground.said if "/settings" in text}
    assert "Traceback" not in caplog.text
    assert "canary" not in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_body_that_cannot_be_read_holds_up_nobody(doors: Doors, number: int) -> None:
    doors.runner.run(doors.take_in([number]))
    assert any("/settings" in text for chat, text in doors.ground.said if chat == ADA)


@dataclass
class Taken(Hooks):
    """An intake's hooks that keep what they are given."""

    updates: list[dict[str, Any]] = field(default_factory=list)

    async def _handle(self, update: dict[str, Any]) -> None:
        self.updates.append(update)


def test_half_a_character_hides_neither_its_neighbours_nor_the_outcome() -> None:
    body = rb'{"ok":true,"result":[{"text":"\ud83d\ude00 \\ud800 \ud800 \udc00"},{"text":"\u00e9"}]}'
    first, second = map(json.loads, split_updates(judge(200, body)))
    assert first == {"text": "\U0001f600 \\ud800 \ud800 \udc00"}
    assert second == {"text": "é"}


async def test_half_a_character_reaches_the_handler_as_something_that_can_be_stored() -> None:
    hooks = Taken(MovableClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)))
    intake = hooks.intake()
    intake.take_in([rb'{"update_id":5,"message":{"text":"\ud83d\ude00 \\ud800 \ud800 \udc00 \u00e9"}}'])
    await intake.finished(5)
    assert [update["message"]["text"] for update in hooks.updates] == ["\U0001f600 \\ud800 ? ? é"]
