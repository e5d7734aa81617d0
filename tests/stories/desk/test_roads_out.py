"""Every road out of the bot: none leads an answer or a message to where it must not be."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bot.core.model.callback_data import ShowCard, WriteTo
from bot.core.model.subscriber import Hurt, Session
from bot.local_telegram.groups import ENOUGH
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import files, forges
from tests.support.chat import Chat

WORDS = ("glonk", "Quibble", "Zwetschge", "Brimborium", "Larifari")
"""What the person writes, what the coach answers, what a move that hurt is called, what coaches note of somebody else,
and what that one writes."""
OTHER, EVE = 11, 9


def _drawn(chat: Chat) -> Iterator[str]:
    """What stands in the pictures and files of a chat."""
    for each in chat.messages:
        stored = [*each.get("photo", ())[-1:], *([each["document"]] if "document" in each else [])]
        yield from (chat.testbed.telegram.file(one["file_id"]).content.decode("latin-1") for one in stored)


async def test_no_road_leads_an_answer_to_where_it_must_not_be(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    for library in ("telegram", "httpx", "asyncio", "hypothesis"):
        caplog.set_level(logging.WARNING, logger=library)
    runtime = chat.testbed.runtime
    assert runtime is not None
    desk = Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))
    other = Chat(chat.testbed, chat.testbed.telegram.person(OTHER, "Otto"))
    await to_plan(chat, "alone")
    await to_plan(other, "sees")
    now = chat.testbed.clock.now()
    async with runtime.storage.change(chat.person.id) as box:
        assert box.value is not None
        hurt = Hurt(WORDS[2], 9, now, sharp=True)
        session = Session(now.date(), now, finished_at=now, pain=9, hurts=(hurt,))
        box.value = box.value.with_session(session).saying("knee", WORDS[2], now)
    for command in ("/desk", "/find ada"):
        await desk.sends(command)
    await forges(desk, ShowCard(chat.person.id))
    await forges(desk, WriteTo(chat.person.id))
    before_asking = [str(each["text"]) for each in desk.messages]
    await chat.sends(f"/ask {WORDS[0]}")
    await desk.taps("labels.card", "labels.write-to")
    await desk.sends(WORDS[1])
    telegram = chat.testbed.telegram
    group = telegram.group(desk.person, forum=True)
    group.adds_bot(desk.person, ENOUGH)
    await chat.testbed.settle()
    await other.sends(f"/ask {WORDS[4]}")
    await chat.sends("/ask are you there?")
    group.writes(desk.person, f"/note {WORDS[3]}", group.topic("Otto"))
    numbers = await desk.sends("/stats")
    await desk.sends("/invite talk")
    drawn = "".join(_drawn(desk))
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    await desk.sends("A walk on Saturday?")
    await desk.taps("labels.send-many")
    await chat.testbed.advance(10)
    how_it_went = desk.last
    strangers = telegram.group(other.person, id=-1002, forum=True)
    strangers.adds_bot(other.person, ENOUGH)
    await chat.testbed.settle()

    kept = str(await chat.stored())
    on_disk = "".join(path.read_bytes().decode("latin-1") for path in files(chat))
    metrics, standing = runtime.metrics.page().decode(), str(runtime.alerts.standing())
    await chat.testbed.kill()
    chat.testbed._operators = [EVE]
    await chat.testbed.open()
    eve = Chat(chat.testbed, telegram.person(EVE, "Eve"))
    before_leaving = len(desk.messages)
    await chat.sends(f"/ask {WORDS[0]} and {WORDS[1]}?")
    await desk.sends("/desk")
    await forges(desk, ShowCard(chat.person.id))
    await eve.sends("/find ada")
    await forges(eve, ShowCard(chat.person.id))

    roads = {
        "everybody's numbers": numbers,
        "the pictures and the card for print in the coach's chat": drawn,
        "how a word to many went": how_it_went,
        "a former coach's chat": "\n".join(str(each["text"]) for each in desk.messages[before_leaving:]),
        "the chat of whoever coaches now, but for what was asked": "\n".join(
            text for each in eve.messages if WORDS[0] not in (text := str(each["text"]))
        ),
        "the coach's chat, with the bot alone": "\n".join(before_asking),
        "another person's chat": "\n".join(str(each["text"]) for each in other.messages if not each["mine"]),
        "what all topics are called": str([each.name for each in group.topics]),
        "where no topic is": str(group.messages()),
        "somebody else's topic": str(group.messages(group.topic("Otto"))).replace(WORDS[3], "").replace(WORDS[4], ""),
        "the card of the bot alone": str(group.pinned(group.topic("Ada"))),
        "a stranger's group": str(strangers.chat.messages),
        "the log": caplog.text,
        "the metrics": metrics,
        "what stands": standing,
        "the disk": on_disk,
    }
    assert "PNG" in drawn
    assert "%PDF" in drawn
    for road, said in roads.items():
        for word in (*WORDS, "9 of 10"):
            assert word not in said, f"{word} on {road}"
    assert WORDS[0] in "".join(str(each["text"]) for each in desk.messages)
    assert WORDS[1] in "".join(str(each["text"]) for each in chat.messages)
    assert WORDS[0] not in kept
    assert WORDS[1] not in kept
