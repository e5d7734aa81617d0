"""Where a way through the chat led, so that only the first story walks it and the others begin at its end."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, cast

from bot.demo.testbed import BEGIN, Standing
from tests.support.chat import Chat

P = ParamSpec("P")
Way = Callable[Concatenate[Chat, P], Awaitable[None]]


def remembered(way: Way[P]) -> Way[P]:
    """A way from the first hello on: walked by the first story, and by each that begins elsewhere.

    The bot keeps no conversation in its process, so whoever has this document and this chat is where the walk led.
    """
    known: dict[tuple[object, ...], Standing] = {}

    @functools.wraps(way)
    async def walk(chat: Chat, *args: P.args, **kwargs: P.kwargs) -> None:
        key = (*_place(chat), *args, *sorted(kwargs.items()))
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
    telegram = chat.testbed.telegram
    begun = any(each.posts or each.group for each in vars(telegram)["_chats"].values())
    return not (begun or telegram.fault or chat.testbed.clock.now() != BEGIN)


def _place(chat: Chat) -> tuple[object, ...]:
    """What decides, beside the way itself, where it leads: the bot, and whose chat it is."""
    testbed, chats = chat.testbed, vars(chat.testbed.telegram)["_chats"]
    coaches = (*sorted(vars(testbed)["_operators"]),)
    return testbed.catalog.hash, coaches, testbed.longest_wait, (*sorted(chats),), repr(chat.person.user)


async def _standing(chat: Chat) -> Standing:
    assert chat.testbed.runtime is not None
    await chat.testbed.runtime.respond.owed.clear()
    known = await chat.testbed.runtime.storage.read(chat.person.id)
    return Standing(known, chat.testbed.telegram.remember(), chat.testbed.clock.now())


async def _stand(chat: Chat, standing: Standing) -> None:
    """As `Testbed.stand`, within the testbed that the fixture has opened."""
    assert chat.testbed.runtime is not None
    if standing.subscriber is not None:
        async with chat.testbed.runtime.storage.change(chat.person.id) as box:
            box.value = standing.subscriber
    await chat.testbed.clock.move_to(standing.at)
    chat.testbed.telegram.recall(standing.telegram)
