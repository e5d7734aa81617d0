"""Where a way through the chat led, so that only the first story walks it and the others begin at its end."""

from __future__ import annotations

import copy
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, cast

from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import BEGIN, PERSON
from tests.support.chat import Chat

P = ParamSpec("P")
Way = Callable[Concatenate[Chat, P], Awaitable[None]]

OF_ITS_HOUSE = {"clock", "fault", "_people", "_update_bell", "_change_bell"}
"""What a local Telegram does not share with that of another testbed."""


@dataclass(frozen=True)
class Standing:
    """What is stored, what stands on the phone, and how late it is."""

    subscriber: Subscriber | None
    telegram: dict[str, Any]
    at: datetime


def remembered(way: Way[P]) -> Way[P]:
    """A way from the first hello on: walked by the first story, and by each that begins elsewhere.

    The bot keeps no conversation in its process, so whoever has this document and this chat is where the walk led.
    """
    known: dict[tuple[object, ...], Standing] = {}

    @functools.wraps(way)
    async def walk(chat: Chat, *args: P.args, **kwargs: P.kwargs) -> None:
        key = (*args, *sorted(kwargs.items()))
        if not _is_new(chat):
            await way(chat, *args, **kwargs)
        elif key in known:
            await _stand(chat, known[key])
        else:
            await way(chat, *args, **kwargs)
            known[key] = await _standing(chat)

    return cast(Way[P], walk)


def _is_new(chat: Chat) -> bool:
    """Whether the testbed is as the fixture makes it, and nobody has done anything in it yet."""
    testbed = chat.testbed
    begun = chat.messages or testbed.telegram.fault or testbed.clock.now() != BEGIN
    return not begun and vars(testbed.telegram)["_people"].keys() == {PERSON} and chat.person.id == PERSON


async def _standing(chat: Chat) -> Standing:
    assert chat.testbed.runtime is not None
    subscriber = await chat.testbed.runtime.storage.read(chat.person.id)
    return Standing(subscriber, _copied(vars(chat.testbed.telegram)), chat.testbed.clock.now())


async def _stand(chat: Chat, standing: Standing) -> None:
    assert chat.testbed.runtime is not None
    if standing.subscriber is not None:
        async with chat.testbed.runtime.storage.change(chat.person.id) as box:
            box.value = standing.subscriber
    await chat.testbed.clock.move_to(standing.at)
    vars(chat.testbed.telegram).update(_copied(standing.telegram))


def _copied(telegram: dict[str, Any]) -> dict[str, Any]:
    """All but the calls, which are over and never change, as a copy."""
    calls = {id(call): call for call in telegram["log"]}
    return copy.deepcopy({name: value for name, value in telegram.items() if name not in OF_ITS_HOUSE}, calls)
