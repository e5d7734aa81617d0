"""Only a person in their own private chat is somebody; only a listed one is an operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.model import coaching
from bot.core.model.callback_data import GoOnSending, pack
from bot.core.screens.dispatch import COMMANDS
from bot.monitoring.alerts import AlertKind
from tests.adversarial.hostile.ground import Ground, private, somebody, tapped, typed

OPERATOR, STRANGER = 42, 43
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "Walkers"}
CHANNEL = {"id": -1009876543210, "type": "channel", "title": "News"}
ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
HIM, HER = somebody(OPERATOR, "Op"), somebody(STRANGER, "Eve")
FORWARDED = {"forward_origin": {"type": "user", "date": 1, "sender_user": HIM}}
VIA = {"via_bot": {"id": 5, "is_bot": True, "first_name": "Inline"}}


@dataclass(frozen=True)
class Shape:
    """One way in which an update can look as if an operator, or anybody at all, stood behind it."""

    name: str
    wrap: Callable[[Any], dict[str, Any]]
    """The update that carries this text, or this callback data."""


TYPED = [
    Shape("a group", lambda text: {"message": typed(HIM, text, GROUP)}),
    Shape("an anonymous admin", lambda text: {"message": typed(ANONYMOUS_ADMIN, text, GROUP) | {"sender_chat": GROUP}}),
    Shape("a channel", lambda text: {"channel_post": _without_sender(text, CHANNEL)}),
    Shape("an edited channel post", lambda text: {"edited_channel_post": _without_sender(text, CHANNEL)}),
    Shape("a linked channel", lambda text: {"message": typed(TELEGRAM, text, GROUP) | {"sender_chat": CHANNEL}}),
    Shape("an edit", lambda text: {"edited_message": typed(HIM, text) | {"edit_date": 2}}),
    Shape("a business chat", lambda text: {"business_message": typed(HIM, text) | {"business_connection_id": "b"}}),
    Shape("an edited business chat", lambda text: {"edited_business_message": typed(HIM, text)}),
    Shape("nobody in private", lambda text: {"message": _without_sender(text, private(HIM))}),
    Shape("somebody else's chat", lambda text: {"message": typed(HIM, text, private(HER))}),
    Shape("a true id", lambda text: {"message": typed(somebody(True), text)}),
    Shape("an id beyond Telegram's", lambda text: {"message": typed(somebody(10**300), text)}),
    Shape("a negative id", lambda text: {"message": typed(somebody(-7), text)}),
    Shape("a path for an id", lambda text: {"message": typed(somebody("../../7"), text)}),
]
TAPPED = [
    Shape("a group", lambda data: {"callback_query": tapped(HIM, data, GROUP)}),
    Shape("an anonymous admin", lambda data: {"callback_query": tapped(ANONYMOUS_ADMIN, data, GROUP)}),
    Shape("a channel", lambda data: {"callback_query": tapped(HIM, data, CHANNEL)}),
    Shape("an inline message", lambda data: {"callback_query": _inline(HIM, data)}),
    Shape("somebody else's chat", lambda data: {"callback_query": tapped(HIM, data, private(HER))}),
]


def _without_sender(text: Any, chat: dict[str, Any]) -> dict[str, Any]:
    message = typed(HIM, text, chat)
    del message["from"]
    return message


def _inline(person: dict[str, Any], data: Any) -> dict[str, Any]:
    query = tapped(person, data)
    del query["message"]
    return query | {"inline_message_id": "i"}


@pytest.fixture
async def ground() -> Ground:
    ground = Ground(operators=[OPERATOR])
    await ground.open()
    ground.forget()
    return ground


def named(shape: Shape) -> str:
    return shape.name


@pytest.mark.parametrize("shape", TYPED, ids=named)
async def test_only_a_person_in_their_own_private_chat_is_answered_as_one(ground: Ground, shape: Shape) -> None:
    for text in ("/start", "/help", "/export", "/delete", "hello"):
        await ground.handle(**shape.wrap(text))
        assert ground.storage.kept == {}
        assert all("private" in said for _, said in ground.said), text
        assert all(chat in (GROUP["id"], CHANNEL["id"]) for chat, _ in ground.said)


@pytest.mark.parametrize("shape", TAPPED, ids=named)
async def test_a_tap_outside_ones_own_chat_is_answered_and_does_nothing(ground: Ground, shape: Shape) -> None:
    consent = coaching.text(ground.parts.catalog.default, ground.coached)
    for data in ("begin:", "adult:", f"agree:{consent}:", "erase", "set"):
        ground.forget()
        await ground.handle(**shape.wrap(data))
        assert len(ground.taps_answered) == 1
        assert ground.said == []
        assert ground.storage.kept == {}


@pytest.mark.parametrize("shape", TAPPED, ids=named)
async def test_an_operator_is_one_in_their_own_chat_alone(ground: Ground, shape: Shape) -> None:
    ground.parts.alerts.raise_(AlertKind.CLOCK)
    await ground.handle(**shape.wrap(pack(GoOnSending())))
    assert AlertKind.CLOCK in ground.parts.alerts.standing()


@pytest.mark.parametrize(
    "extra", [{}, FORWARDED, VIA], ids=["plainly", "on a forward", "on a message of an inline bot"]
)
async def test_the_operators_button_means_nothing_to_anybody_else_and_does_not_say_that_it_is_there(
    ground: Ground, extra: dict[str, Any]
) -> None:
    ground.parts.alerts.raise_(AlertKind.CLOCK)
    said = []
    for data in (pack(GoOnSending()), "no-such-verb"):
        ground.forget()
        query = tapped(HER, data)
        query["message"] |= extra
        await ground.handle(callback_query=query)
        said.append([text for chat, text in ground.said if chat == STRANGER])
    assert AlertKind.CLOCK in ground.parts.alerts.standing()
    assert said[0] == said[1]
    assert ground.storage.kept == {}


async def test_the_operators_button_works_for_a_listed_person_in_private(ground: Ground) -> None:
    ground.parts.alerts.raise_(AlertKind.CLOCK)
    await ground.taps(HIM, pack(GoOnSending()))
    assert AlertKind.CLOCK not in ground.parts.alerts.standing()
    assert ground.storage.kept == {}


@pytest.mark.parametrize("extra", [FORWARDED, VIA], ids=["forwarded", "via an inline bot"])
@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_what_was_forwarded_in_private_speaks_for_whoever_sent_it(
    ground: Ground, command: str, extra: dict[str, Any]
) -> None:
    await ground.subscribes(OPERATOR, "Op")
    before = dict(ground.storage.kept)
    ground.forget()
    await ground.handle(message=typed(HER, f"/{command}") | extra)
    assert ground.storage.kept == before
    assert {chat for chat, _ in ground.said} == {STRANGER}


async def test_a_group_that_moves_is_no_subscriber(ground: Ground) -> None:
    moved = typed(HIM, None, GROUP) | {"migrate_to_chat_id": -1005555555555}
    arrived = typed(HIM, None, {"id": -1005555555555, "type": "supergroup"}) | {"migrate_from_chat_id": GROUP["id"]}
    joined = {
        "chat": GROUP,
        "from": HIM,
        "date": 1,
        "old_chat_member": {"status": "left", "user": TELEGRAM},
        "new_chat_member": {"status": "kicked", "user": TELEGRAM, "until_date": 0},
    }
    for content in ({"message": moved}, {"message": arrived}, {"my_chat_member": joined}):
        await ground.handle(**content)
    assert ground.storage.kept == {}
    assert all(chat is not None and chat < 0 for chat, _ in ground.said)


async def test_somebody_elses_contact_and_place_are_not_kept(ground: Ground) -> None:
    await ground.subscribes(STRANGER, "Eve")
    contact = {"phone_number": "+351999999999", "first_name": "Canary", "user_id": OPERATOR}
    venue = {"location": {"latitude": 1.0, "longitude": 1.0}, "title": "Canary", "address": "Canary"}
    before = ground.storage.kept[STRANGER].answers
    for content in ({"contact": contact}, {"venue": venue}, {"location": venue["location"]}):
        message = typed(HER, None)
        del message["text"]
        await ground.handle(message=message | content)
    assert list(ground.storage.kept) == [STRANGER]
    assert ground.storage.kept[STRANGER].answers == before
    assert "Canary" not in repr(ground.storage.kept)
