"""Somebody whom a safety sign has stopped: never out of a coach's sight, and never urged to exercise."""

from __future__ import annotations

import pytest

from bot.core.assessment import safety
from bot.core.desk.concerns import ConcernKind, concerns
from bot.core.model.callback_data import ShowCard, WriteTo
from bot.core.model.delivery import Outcome
from bot.core.schedule import broadcasts
from bot.local_telegram.groups import ENOUGH
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import forges
from tests.support.chat import Chat

MINUTE = 61.0
DANGER = "my calf is swollen and hot"
ENDING = "I do not want to live any more"
STOPPED = "A safety sign stopped the plan"
UNANSWERED = "No answer yet about danger signs"


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot, whose clock does not run ahead by the minute in which news is gathered."""
    chat.testbed.longest_wait = MINUTE / 2
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


@pytest.fixture
async def bea(chat: Chat) -> Chat:
    """Somebody whom a sign has stopped."""
    other = Chat(chat.testbed, chat.testbed.telegram.person(11, "Bea"))
    await to_plan(other, "sees")
    await other.sends(DANGER)
    await other.taps("answer yes")
    return other


def texts(chat: Chat) -> list[str]:
    """What stands in a chat."""
    return [str(each["text"]) for each in chat.messages]


# --- Writing to many -------------------------------------------------------------------------------------------------


async def writes_to_all(desk: Chat) -> None:
    """Up to the question whether it is to go out."""
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    await desk.sends("Do your exercises!")


async def test_a_word_to_many_leaves_out_whom_a_sign_has_stopped_and_its_preview_counts_them(
    chat: Chat, desk: Chat, bea: Chat
) -> None:
    await to_plan(chat, "sees")
    said = await desk.sends("/broadcast")
    assert "It would reach 1 of 1" in said
    assert "1 left out: a safety sign stopped the plan." in said
    await desk.taps("labels.many-week", "labels.write-many")
    said = await desk.sends("Do your exercises!")
    assert "It goes to 1 person" in said
    assert "1 left out: a safety sign stopped the plan." in said
    await desk.taps("labels.send-many")
    assert any("Do your exercises!" in each for each in texts(chat))
    assert not any("Do your exercises!" in each for each in texts(bea))


async def test_a_sign_that_comes_while_it_waits_for_their_morning_keeps_it_from_them(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.until(0, "23:00")
    await writes_to_all(desk)
    await desk.taps("labels.send-many")
    await chat.sends(DANGER)
    await chat.taps("answer yes")
    await chat.until(1, "09:00")
    [record] = [each for each in (await chat.stored()).deliveries.values() if broadcasts.is_beside(each)]
    assert (record.outcome, record.reason) == (Outcome.CANCELLED, broadcasts.SIGN)
    assert not any("Do your exercises!" in each for each in texts(chat))
    end = desk.newest("desk/broadcast-goes")
    assert "1 was left out." in end
    assert "Ada: a safety sign stopped the plan" in end


async def test_what_a_coach_stops_reads_as_stopped_and_names_nobody(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.until(0, "23:00")
    await writes_to_all(desk)
    assert "1 going out now, or in the morning" in await desk.taps("labels.send-many")
    await desk.taps("labels.stop-many")
    await chat.testbed.advance(MINUTE)
    assert "Stopped by one of you" in desk.last
    assert "Nobody has it." in desk.last
    assert "Ada" not in desk.last
    assert "do not want it" not in desk.last
    assert "labels.not-reached" not in " ".join(desk.buttons)


# --- While it stands -------------------------------------------------------------------------------------------------


async def test_while_a_sign_stands_desk_and_card_say_so_whatever_the_coach_wrote(
    chat: Chat, desk: Chat, bea: Chat
) -> None:
    await to_plan(chat, "sees")
    await chat.sends("/ask may I walk more?")
    said = await desk.sends("/desk")
    assert said.index("Bea") < said.index("Ada")
    await forges(desk, WriteTo(bea.person.id))
    await desk.sends("Are you well?")
    said = await desk.sends("/desk")
    assert "(1 of 2)" in said
    assert said.index("Ada") < said.index("Bea")
    assert STOPPED in said
    assert "One of you has written or spoken since. It still stands." in said
    card = await forges(desk, ShowCard(bea.person.id))
    assert "State: held by a safety sign" in card
    assert f"{STOPPED} on" in card
    assert "Which one? Ask." in card
    assert "Which sign, I do not pass on" in await desk.taps("labels.card-more")
    await bea.sends("/today")
    await bea.taps("labels.check-again")
    while "answer no" in bea.buttons:
        await bea.taps("answer no")
    assert STOPPED not in await desk.sends("/desk")


async def test_in_the_group_it_stands_on_the_pinned_card_and_nothing_waits(chat: Chat, desk: Chat) -> None:
    await desk.sends("/help")
    group = chat.testbed.telegram.group(desk.person, forum=True)
    group.adds_bot(desk.person, ENOUGH)
    await chat.testbed.settle()
    await to_plan(chat, "sees")
    await chat.sends(DANGER)
    await chat.taps("answer yes")
    await chat.testbed.advance(MINUTE)
    topic = group.topic("Ada")
    assert topic.icon
    group.writes(desk.person, "Please have it seen today.", topic)
    await chat.testbed.advance(MINUTE)
    assert topic.icon == ""
    [card] = group.pinned(topic)
    assert f"{STOPPED} on" in card["text"]


# --- Asked, and not answered -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [DANGER, ENDING])
async def test_questions_about_danger_that_stand_unanswered_are_told_without_a_word_of_what_was_written(
    chat: Chat, desk: Chat, words: str
) -> None:
    await to_plan(chat, "sees")
    await chat.sends(f"/ask {words}")
    assert "They see that I asked you something, not what you wrote." in "".join(texts(chat))
    await chat.testbed.advance(MINUTE)
    [news] = [each for each in texts(desk) if "may need you" in each]
    assert UNANSWERED in news
    said = await desk.sends("/desk")
    assert UNANSWERED in said
    everything = " ".join(texts(desk)).casefold()
    for word in ("calf", "live", "life", "harm"):
        assert word not in everything
    await chat.taps("answer no")
    assert UNANSWERED not in await desk.sends("/desk")


async def test_with_the_bot_alone_a_coach_is_not_told_that_questions_stand(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "alone")
    await chat.sends(DANGER)
    await chat.testbed.advance(MINUTE)
    assert "Ada" not in await desk.sends("/desk")
    assert not any("may need you" in each for each in texts(desk))


@pytest.mark.parametrize("words", [DANGER, ENDING])
async def test_only_the_question_itself_ends_that_about_ending_ones_life(chat: Chat, desk: Chat, words: str) -> None:
    await to_plan(chat, "sees")
    await chat.sends(words)
    await chat.sends("my chest hurts and I cannot breathe" if words == ENDING else ENDING)
    await chat.taps("answer no")
    known = await chat.stored()
    kinds = [each.kind for each in concerns(chat.testbed.catalog.default, known, chat.testbed.clock.now())]
    assert safety.unanswered(known) is not None
    assert ConcernKind.UNANSWERED in kinds


# --- News of one person ----------------------------------------------------------------------------------------------


async def test_news_of_one_person_has_write_and_the_card_below_it_and_a_reply_goes_to_them(
    chat: Chat, desk: Chat, bea: Chat
) -> None:
    await chat.testbed.advance(MINUTE)
    news = next(each for each in reversed(desk.messages) if "may need you" in str(each["text"]))
    assert desk.buttons[:2] == ["labels.write-to", "labels.card"]
    desk.person.replies(int(news["id"]), "I am calling you now.")
    await chat.testbed.settle()
    assert "I am calling you now." in texts(bea)
    await desk.taps("labels.card")
    assert desk.last.template == "desk/card"
    assert any("may need you" in each for each in texts(desk))


async def test_a_reply_to_news_of_two_people_goes_to_neither(chat: Chat, desk: Chat) -> None:
    bea = Chat(chat.testbed, chat.testbed.telegram.person(11, "Bea"))
    for each in (chat, bea):
        await to_plan(each, "sees")
    for each in (chat, bea):
        await each.sends(DANGER)
        await each.taps("answer yes")
    await chat.testbed.advance(MINUTE)
    assert "2 people may need you" in desk.last
    desk.person.replies(int(desk.messages[-1]["id"]), "I am calling you now.")
    await chat.testbed.settle()
    assert desk.last.template == "desk/stray"
    assert "I am calling you now." not in [*texts(chat), *texts(bea)]
