"""What a coach hears of as it comes: bundled, once each, nobody named in the first line, nothing that has passed."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from bot.core.model.delivery import Outcome
from bot.local_telegram.faults import CutBefore
from bot.storage.disk import Disk
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import files, opens_again
from tests.support.chat import Chat

NEWS = "may need you"
MINUTE = 61.0


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot, whose clock does not run ahead by the minute in which news is gathered."""
    chat.testbed.longest_wait = MINUTE / 2
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Of which documents the disk takes no change."""
    refused: set[str] = set()
    create = Disk.create

    def limited(disk: Disk, path: Path) -> int:
        if path.name.partition(".")[0] in refused:
            raise OSError(errno.EIO, "input/output error")
        return create(disk, path)

    monkeypatch.setattr(Disk, "create", limited)
    return refused


def news(desk: Chat) -> list[str]:
    """The alerts on the coach's screen."""
    return [str(each["text"]) for each in desk.messages if NEWS in str(each["text"])]


async def flares(chat: Chat) -> None:
    """Words that name a sign, and a yes to it."""
    await chat.sends("my calf is swollen and hot")
    await chat.taps("answer yes")


async def test_a_sign_is_told_within_a_minute_once_and_the_first_line_names_nobody(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    assert news(desk) == []
    await chat.testbed.advance(MINUTE)
    assert len(news(desk)) == 1
    first, _, rest = news(desk)[0].partition("\n")
    assert first == "1 person may need you"
    assert "Ada" in rest
    await chat.sends("/today")
    await opens_again(chat)
    await chat.testbed.advance(10 * MINUTE)
    assert len(news(desk)) == 1


async def test_what_comes_within_a_minute_is_one_message(chat: Chat, desk: Chat) -> None:
    other = Chat(chat.testbed, chat.testbed.telegram.person(11, "Otto"))
    for each in (chat, other):
        await to_plan(each, "alone")
    for each in (chat, other):
        await flares(each)
    await chat.testbed.advance(MINUTE)
    assert len(news(desk)) == 1
    assert "2 people may need you" in news(desk)[0]
    assert "Otto" in news(desk)[0]


async def test_whoever_goes_back_within_the_minute_is_not_told_of(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    await chat.sends("/delete")
    await chat.taps("labels.erase")
    await chat.testbed.advance(MINUTE)
    assert news(desk) == []


async def test_an_alert_that_waited_when_the_process_ended_is_told_by_the_next_one(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    await opens_again(chat)
    await chat.testbed.advance(MINUTE)
    assert len(news(desk)) == 1
    assert (await chat.stored()).letters[-1].outcome is Outcome.SENT


async def test_an_alert_that_was_claimed_when_the_process_ended_is_not_told_twice(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    chat.testbed.telegram.fault = lambda method, _, __: CutBefore() if method == "sendMessage" else None
    await chat.testbed.advance(MINUTE)
    chat.testbed.telegram.fault = None
    assert (await chat.stored()).letters[-1].outcome is Outcome.UNKNOWN
    await opens_again(chat)
    await chat.testbed.advance(10 * MINUTE)
    assert news(desk) == []
    assert "A safety sign stopped the plan" in await desk.sends("/desk")


# --- When the disk does not take part ------------------------------------------------------------------------------


async def two_flare(chat: Chat) -> Chat:
    """Two people of whom there is news in one minute; the other one comes second."""
    other = Chat(chat.testbed, chat.testbed.telegram.person(11, "Otto"))
    for each in (chat, other):
        await to_plan(each, "sees")
    for each in (chat, other):
        await flares(each)
    return other


async def test_a_document_that_was_damaged_within_the_minute_costs_the_news_of_that_person_alone(
    chat: Chat, desk: Chat
) -> None:
    other = await two_flare(chat)
    next(each for each in files(chat) if each.name.startswith(f"{other.person.id}.")).write_bytes(b"torn")
    await chat.testbed.advance(MINUTE)
    assert len(news(desk)) == 1
    assert "Ada" in news(desk)[0]
    assert (await chat.stored()).letters[-1].outcome is Outcome.SENT


async def test_news_of_a_person_whose_change_the_disk_did_not_take_is_told_when_it_does(
    chat: Chat, desk: Chat, refused: set[str]
) -> None:
    other = await two_flare(chat)
    refused.add(str(other.person.id))
    await chat.testbed.advance(MINUTE)
    assert [("Ada" in each, "Otto" in each) for each in news(desk)] == [(True, False)]
    refused.clear()
    await chat.testbed.advance(MINUTE)
    assert [("Ada" in each, "Otto" in each) for each in news(desk)] == [(True, False), (False, True)]
    await chat.testbed.advance(10 * MINUTE)
    assert len(news(desk)) == 2
    assert [(await each.stored()).letters[-1].outcome for each in (chat, other)] == [Outcome.SENT] * 2


async def test_news_and_questions_go_to_the_coaches_own_chats_while_nobody_can_read_of_a_group(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    (own,) = (chat.testbed.folder / "data-0").glob("house.sealed")
    away = own.rename(own.with_name("elsewhere"))
    await chat.testbed.advance(MINUTE)
    assert len(news(desk)) == 1
    await chat.sends("/ask are you there?")
    assert any("are you there?" in str(each["text"]) for each in desk.messages)
    away.rename(own)
