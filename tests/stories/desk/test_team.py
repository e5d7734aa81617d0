"""The desk in a group of the coaches: a topic a person, written to and answered in, and nothing lost with the group."""

from __future__ import annotations

import pytest

from bot.local_telegram.groups import ENOUGH, ICONS, Group
from bot.local_telegram.people import Person
from tests.stories.desk.ways import COACH, to_plan
from tests.support.chat import Chat

MINUTE = 61.0


@pytest.fixture
def cleo(chat: Chat) -> Chat:
    """The coach's own chat with the bot."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


@pytest.fixture
async def group(chat: Chat, cleo: Chat) -> Group:
    """A group that is ready."""
    return await made_ready(cleo)


async def made_ready(cleo: Chat, *others: Person) -> Group:
    """A forum of coaches, to which one of them has added the bot with all that it needs."""
    await cleo.sends("/help")
    group = cleo.testbed.telegram.group(cleo.person, *others, forum=True)
    group.adds_bot(cleo.person, ENOUGH)
    await cleo.testbed.settle()
    return group


async def flares(chat: Chat) -> None:
    """Words that name a sign, a yes to it, and the minute in which news is gathered."""
    await chat.sends("my calf is swollen and hot")
    await chat.taps("answer yes")
    await chat.testbed.advance(MINUTE)


def said(group: Group, name: str = "Ada") -> list[str]:
    """What stands in somebody's topic."""
    return [str(each["text"]) for each in group.messages(group.topic(name))]


async def writes(chat: Chat, group: Group, person: Person, text: str, name: str = "Ada") -> None:
    """Somebody writes in that topic."""
    group.writes(person, text, group.topic(name))
    await chat.testbed.settle()


async def test_somebody_flares_a_coach_answers_in_their_topic_and_they_answer_back(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    assert group.topics == []
    await flares(chat)
    topic = group.topic("Ada")
    assert topic.icon == ICONS["❗"]
    [card] = group.pinned(topic)
    assert "A safety sign stopped the plan" in card["text"]
    assert any("May need one of you" in each for each in said(group))
    before = len(cleo.messages)

    await writes(chat, group, cleo.person, "Please have it seen today.")
    assert "Please have it seen today." in [each["text"] for each in chat.messages]
    assert "Ada has it." in said(group)
    assert topic.icon == ""

    message = next(each for each in chat.messages if "have it seen" in str(each["text"]))
    chat.person.replies(message["id"], "thank you, I am on my way")
    await chat.testbed.settle()
    assert "thank you, I am on my way" in said(group)
    assert topic.icon == ICONS["💬"]
    assert len(cleo.messages) == before, "what stands in the group does not come to the coaches' own chats as well"
