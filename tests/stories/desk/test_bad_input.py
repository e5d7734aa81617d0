"""What goes wrong between two people and a bot: prompts left behind, changes after the fact, more than fits."""

from __future__ import annotations

import pytest

from bot.core.model.callback_data import NoteOn, WriteTo
from bot.core.model.letter import LetterKind
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import forges
from tests.support.chat import Chat


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


def stands(chat: Chat, words: str) -> bool:
    """Whether these words stand anywhere in a chat."""
    return any(words in str(each["text"]) for each in chat.messages)


async def changes(chat: Chat, words: str) -> None:
    """Change the newest message of one's own."""
    mine = next(each for each in reversed(chat.messages) if each["mine"])
    chat.person.edits(int(str(mine["id"])), words)
    await chat.testbed.settle()


@pytest.mark.parametrize("own", ["/today", "/stop", "labels.start", "a place"])
async def test_whoever_coaches_and_exercises_does_a_thing_of_their_own_and_writes_to_nobody_after_it(
    chat: Chat, desk: Chat, own: str
) -> None:
    await to_plan(chat, "sees")
    await to_plan(desk, "alone")
    await desk.sends("/today")
    begins = next(each for each in desk.buttons if each.startswith("labels."))
    await forges(desk, WriteTo(chat.person.id))
    if own == "a place":
        desk.person.shares_location(38.7, -9.1)
        await desk.testbed.settle()
    else:
        await (desk.sends(own) if own.startswith("/") else desk.taps(begins))
    assert stands(desk, "No longer: you did something else.")
    await desk.sends("flurb glonks badly today")
    assert not stands(chat, "flurb")
    assert (await chat.stored()).letters == ()


async def test_what_a_coach_sends_on_goes_to_whom_they_were_about_to_write(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await forges(desk, WriteTo(chat.person.id))
    desk.person.passes_on("Swimming is on Mondays at six.")
    await desk.testbed.settle()
    assert stands(chat, "Swimming is on Mondays at six.")
    assert "Ada has it." in desk.last


async def test_what_a_person_sends_on_after_ask_goes_to_their_coach_but_words_of_danger_do_not(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await chat.sends("/ask")
    chat.person.passes_on("Your scan is on Monday")
    await chat.testbed.settle()
    assert stands(desk, "Your scan is on Monday")
    await chat.sends("/ask")
    chat.person.passes_on("my calf is swollen and hot")
    await chat.testbed.settle()
    assert not stands(desk, "swollen and hot")


async def test_the_pictures_of_an_album_go_together_both_ways(chat: Chat, desk: Chat) -> None:
    def pictures(of: Chat) -> int:
        return sum("photo" in each and not each["mine"] for each in of.messages)

    await to_plan(chat, "sees")
    before, seen = pictures(chat), pictures(desk)
    await forges(desk, WriteTo(chat.person.id))
    desk.person.sends_album(3, "Like this")
    await chat.testbed.settle()
    assert pictures(chat) == before + 3
    assert not stands(desk, "I do not know whom this is for")
    desk.person.sends_album(2)
    await chat.testbed.settle()
    assert pictures(chat) == before + 3, "another album is for nobody"
    await chat.sends("/ask")
    chat.person.sends_album(3, "am I doing it right?")
    await chat.testbed.settle()
    assert pictures(desk) == seen + 3
    assert sum("I am passing this on" in str(each["text"]) for each in chat.messages) == 1
    chat.person.sends_album(2)
    await chat.testbed.settle()
    assert pictures(desk) == seen + 3


async def test_a_change_after_the_fact_is_said_to_reach_nobody_on_both_sides(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.sends("/ask may I swim?")
    await changes(chat, "/ask may I swim tomorrow?")
    assert "I do not pass changes on" in chat.last
    await chat.sends("/ask")
    await chat.sends("may I run?")
    await changes(chat, "may I run tomorrow?")
    assert "I do not pass changes on" in chat.last
    assert not stands(desk, "tomorrow")
    for button in (WriteTo, NoteOn):
        await forges(desk, button(chat.person.id))
        await desk.sends("Slowly.")
        await changes(desk, "Slowly, on Mondays.")
        assert "What Ada has is what you wrote first." in desk.last
    assert not stands(chat, "on Mondays")
    await desk.sends("flurb")
    before = len(desk.messages)
    await changes(desk, "flurb glonks")
    assert len(desk.messages) == before, "what went to nobody may be changed"
    await changes(chat, "my calf is swollen and hot")
    assert chat.last.template.startswith("safety/"), "a sign is heard in a change too"


async def test_a_note_that_is_too_long_is_refused_and_not_cut(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await forges(desk, NoteOn(chat.person.id))
    assert "That has 501 characters; a note has 500 at most." in await desk.sends("x" * 501)
    await desk.sends("x" * 500)
    known = await chat.stored()
    assert [(each.kind, each.words) for each in known.letters] == [(LetterKind.NOTED, "x" * 500)]


async def test_a_name_as_long_as_a_message_is_found_to_be_nobodys(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    said = await desk.sends("/find " + "<b>" * 1360)
    assert "Nobody who has agreed to a coach" in said
    assert len(str(desk.messages[-1]["text"])) < 200


async def test_a_place_that_is_shared_goes_to_whom_it_is_meant_for_both_ways(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")

    def places(of: Chat) -> int:
        return sum("location" in post for post in of.person.chat.posts.values())

    async def shares(by: Chat) -> None:
        by.person.shares_location(38.7, -9.1)
        await chat.testbed.settle()

    await forges(desk, WriteTo(chat.person.id))
    await shares(desk)
    assert places(chat) == 1
    await chat.sends("/ask")
    await shares(chat)
    assert places(desk) == 2
    zone = (await chat.stored()).said("zone")
    await shares(chat)
    assert places(desk) == 2, "one that nobody asked for goes to nobody"
    assert (await chat.stored()).said("zone") == zone
    await shares(desk)
    assert "went to nobody" in desk.last


async def test_where_the_message_itself_cannot_be_passed_on_the_reader_is_not_left_with_its_first_line(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await forges(desk, WriteTo(chat.person.id))
    sent = desk.person.sends("too hasty")
    del desk.person.chat.posts[sent["message"]["message_id"]]
    await chat.testbed.settle()
    assert "It did not reach Ada" in desk.last
    assert stands(chat, "Your coach writes to you")
    assert chat.last.template == "coach/not-passed-on"
    await chat.sends("/ask")
    sent = chat.person.sends("too hasty as well")
    del chat.person.chat.posts[sent["message"]["message_id"]]
    await chat.testbed.settle()
    assert chat.last.template == "coach/not-delivered"
    assert desk.last.template == "coach/not-passed-on"


@pytest.mark.parametrize(("words", "heard"), [("I have chest pain", True), ("see you on Monday", False)])
async def test_a_coach_s_own_sign_is_heard_in_what_went_to_nobody(desk: Chat, words: str, heard: bool) -> None:
    before = len(desk.messages)
    await desk.sends(words)
    said = desk.since(before + 1)
    assert "went to nobody" in said[0]
    assert [each.template for each in said[1:]] == (["safety/sign-named"] if heard else [])
