"""A coach is spoken to as one: greeted, helped, and told what can be sent."""

from __future__ import annotations

import pytest

from tests.stories.desk.ways import COACH
from tests.support.chat import Chat


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


def stands(chat: Chat, words: str) -> bool:
    """Whether these words stand anywhere in it."""
    return any(words in str(each["text"]) for each in chat.messages)


@pytest.mark.parametrize("words", ["/help", "/dsk", "/note she is well"])
async def test_help_and_a_command_there_is_not_name_what_a_coach_can_send(chat: Chat, desk: Chat, words: str) -> None:
    await desk.sends(words)
    for command in ("/desk", "/find", "/broadcast", "/stats", "/invite", "/contacts"):
        assert stands(desk, command)
    await chat.sends(words)
    assert not stands(chat, "/broadcast")


@pytest.mark.parametrize("words", ["/start", "/today"])
async def test_a_coach_is_greeted_as_one_and_may_begin_to_exercise_too(desk: Chat, words: str) -> None:
    said = await desk.sends(words)
    assert said.template == "desk/welcome"
    assert "You coach here" in said
    await desk.taps("labels.begin")
    assert desk.last.template == "onboarding/age"
