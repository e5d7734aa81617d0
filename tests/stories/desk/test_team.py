"""The desk in a group of the coaches: a topic a person, written to and answered in, and nothing lost with the group."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model.callback_data import ShowCard, ShowDesk, WriteTo, pack
from bot.core.model.subscriber import Session, Subscriber
from bot.local_telegram.groups import ENOUGH, ICONS, Group
from bot.local_telegram.people import Person
from tests.process.fate import Fate
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import opens_again
from tests.support.chat import Chat

MINUTE = 61.0
MOST_STEPS = 60


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


# --- The way there ---------------------------------------------------------------------------------------------------


async def test_a_coach_is_led_step_by_step_until_the_group_is_ready(chat: Chat, cleo: Chat) -> None:
    await cleo.sends("/desk")
    said = await cleo.taps("labels.team")
    assert "turn on Topics" in said
    [link] = [b["url"] for row in cleo.messages[-1]["keyboard"] for b in row if "url" in b]
    assert "startgroup=desk&admin=manage_topics+pin_messages+delete_messages" in link

    group = chat.testbed.telegram.group(cleo.person, id=-77, basic=True)
    group.adds_bot(cleo.person)
    await chat.testbed.settle()
    assert "Coaches is not ready yet" in cleo.last
    assert "Topics are off" in cleo.last
    assert "I am no admin there" in cleo.last

    group.turns_topics_on(cleo.person)
    await chat.testbed.settle()
    group.promotes_bot(cleo.person, ("can_manage_topics", "can_delete_messages"))
    await chat.testbed.settle()
    assert "Topics are off" not in cleo.last
    assert "I may not pin messages" in cleo.last
    assert "delete messages" not in cleo.last

    group.promotes_bot(cleo.person)
    await chat.testbed.settle()
    assert "Coaches is ready" in cleo.last
    await to_plan(chat, "sees")
    await flares(chat)
    assert group.topic("Ada")


async def test_what_telegram_says_for_whoever_adds_the_bot_by_its_button_leads_there_too(
    chat: Chat, cleo: Chat
) -> None:
    await cleo.sends("/help")
    group = chat.testbed.telegram.group(cleo.person, forum=True, rights=ENOUGH)
    group.chat.blocked = False
    group.writes(cleo.person, "/start@steady_knees_bot desk")
    await chat.testbed.settle()
    assert "Coaches is ready" in cleo.last
    assert not group.chat.blocked


async def test_what_only_a_look_tells_is_seen_at_the_next_one(chat: Chat, cleo: Chat) -> None:
    await cleo.sends("/help")
    group = chat.testbed.telegram.group(cleo.person)
    group.adds_bot(cleo.person, ENOUGH)
    await chat.testbed.settle()
    assert "Topics are off" in cleo.last
    group.chat.forum = True
    assert "Coaches is ready" in await cleo.taps("labels.look-again")
    group.chat.forum = False
    group.writes(cleo.person, "/desk")
    await chat.testbed.settle()
    assert "Topics are off" in cleo.last


async def test_what_was_waiting_when_a_group_becomes_ready_stands_there_then(chat: Chat, cleo: Chat) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    group = await made_ready(cleo)
    assert "A safety sign" in str(group.pinned(group.topic("Ada"))[0]["text"])


async def test_a_group_that_a_stranger_brings_the_bot_to_is_none(chat: Chat, cleo: Chat) -> None:
    await cleo.sends("/help")
    group = chat.testbed.telegram.group(chat.person, cleo.person, forum=True)
    group.adds_bot(chat.person, ENOUGH)
    await chat.testbed.settle()
    group.writes(cleo.person, "/desk")
    await chat.testbed.settle()
    assert "private chats" in str(group.messages()[0]["text"])
    assert group.chat.blocked


async def test_with_one_group_in_use_another_one_is_no_second_and_whoever_leaves_it_may_choose_anew(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    other = chat.testbed.telegram.group(cleo.person, id=-1002, title="Others", forum=True)
    other.adds_bot(cleo.person, ENOUGH)
    await chat.testbed.settle()
    await to_plan(chat, "sees")
    await flares(chat)
    assert group.topic("Ada")
    assert other.topics == []
    await cleo.sends("/desk")
    await cleo.taps("labels.team", "labels.drop-team")
    assert group.chat.blocked
    assert "turn on Topics" in cleo.last
    other.promotes_bot(cleo.person)
    await chat.testbed.settle()
    assert other.topic("Ada")


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["a subscriber", "a bot"])
async def test_while_anybody_else_is_in_it_nothing_more_stands_there_and_it_is_said_once(
    chat: Chat, cleo: Chat, group: Group, who: str
) -> None:
    await to_plan(chat, "sees")
    eve = chat.testbed.telegram.person(9, "Eve")
    eve.user["is_bot"] = who == "a bot"
    group.joins(eve)
    await chat.testbed.settle()
    await flares(chat)
    await chat.sends("/ask are you there?")
    assert group.topics == []
    told = [each for each in cleo.messages if "no coach of this bot" in str(each["text"])]
    assert len(told) == 1
    assert any("are you there?" in str(each["text"]) for each in cleo.messages)
    group.leaves(eve)
    await chat.testbed.settle()
    assert group.topic("Ada")


async def test_somebody_whose_coming_nobody_told_is_found_before_anything_is_shown(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    group.chat.members[9] = "member"
    await chat.testbed.advance(MINUTE)
    await flares(chat)
    assert group.topics == []
    assert any("A safety sign" in str(each["text"]) for each in cleo.messages)


async def test_a_tap_shows_nothing_more_where_somebody_else_has_come(chat: Chat, cleo: Chat, group: Group) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    here = group.topic("Ada")
    group.chat.members[9] = "member"
    await chat.testbed.advance(MINUTE)
    before = said(group)
    group.presses(cleo.person, chat.words("labels.spoken"), here)
    await chat.testbed.settle()
    assert said(group) == before


async def test_what_became_of_a_word_is_said_to_the_coach_alone_once_somebody_else_is_in_the_group(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    chat.person.blocks()
    await chat.testbed.settle()
    await chat.testbed.advance(MINUTE)
    group.chat.members[9] = "member"
    await writes(chat, group, cleo.person, "Are you there?")
    assert not any("did not reach" in each for each in said(group))
    assert any("It did not reach Ada." in str(each["text"]) for each in cleo.messages)


async def test_that_they_have_spoken_is_asked_in_the_topic_before_the_person_is_told(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    here = group.topic("Ada")
    group.presses(cleo.person, chat.words("labels.spoken"), here)
    await chat.testbed.settle()
    assert not any("you two have spoken" in str(each["text"]) for each in chat.messages)
    group.presses(cleo.person, "Yes, tell Ada", here)
    await chat.testbed.settle()
    assert any("you two have spoken" in str(each["text"]) for each in chat.messages)


async def test_what_anybody_but_a_coach_says_taps_or_asks_there_does_nothing_and_is_not_answered(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    eve = chat.testbed.telegram.person(9, "Eve")
    before, stood = await chat.stored(), len(chat.messages)
    group.chat.members[9] = "administrator"
    here = len(group.chat.messages)
    for words in ("hello Ada", "/desk", "/note x", "/stats"):
        await writes(chat, group, eve, words)
    group.presses(eve, chat.words("labels.spoken"), group.topic("Ada"))
    await chat.testbed.settle()
    assert await chat.stored() == before
    assert len(chat.messages) == stood
    assert len(group.chat.messages) == here + 4
    assert eve.chat.messages == []


async def test_an_anonymous_admin_is_told_that_nobody_can_see_who_it_is(chat: Chat, cleo: Chat, group: Group) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    stood = len(chat.messages)
    group.writes(cleo.person, "hello Ada", group.topic("Ada"), anonymous=True)
    await chat.testbed.settle()
    assert "cannot see which of you" in said(group)[-1]
    assert len(chat.messages) == stood


# --- To and fro ------------------------------------------------------------------------------------------------------


async def test_a_note_a_command_a_change_and_what_belongs_elsewhere_go_to_nobody(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    otto = Chat(chat.testbed, chat.testbed.telegram.person(11, "Otto"))
    for each in (chat, otto):
        await to_plan(each, "sees")
        await flares(each)
    stood = len(chat.messages)
    here = group.topic("Ada")
    for words in ("/note she moves house", "/NOTE@steady_knees_bot so", "/note\nso"):
        group.writes(cleo.person, words, here)
    await chat.testbed.settle()
    assert said(group)[-1] == "/note\nso", "a note is not answered"
    group.sends_photo(cleo.person, here, "/note her new shoes")
    await chat.testbed.settle()
    assert said(group)[-1] == "/note her new shoes"
    await writes(chat, group, cleo.person, "/noet he lies")
    assert "begins with a slash" in said(group)[-1]
    theirs = group.pinned(group.topic("Otto"))[0]["id"]
    group.writes(cleo.person, "what about this", here, to=theirs)
    await chat.testbed.settle()
    assert "of another topic" in said(group)[-1]
    group.writes(cleo.person, "what do you think, Eve?")
    await chat.testbed.settle()
    assert len(chat.messages) == stood

    await writes(chat, group, cleo.person, "How are you?")
    written = next(each["id"] for each in group.messages(here) if each["text"] == "How are you?")
    group.edits(written, "How is your knee?")
    await chat.testbed.settle()
    assert "What they have is what you wrote first" in said(group)[-1]
    assert not any("knee?" in str(each["text"]) for each in chat.messages[stood:])


async def test_a_picture_and_a_voice_note_pass_both_ways_and_are_not_kept(chat: Chat, cleo: Chat, group: Group) -> None:
    await to_plan(chat, "sees")
    await chat.sends("/ask")
    chat.person.sends_voice()
    await chat.testbed.settle()
    assert any("voice" in each for each in group.messages(group.topic("Ada")))
    group.sends_photo(cleo.person, group.topic("Ada"), "like this")
    group.sends_voice(cleo.person, group.topic("Ada"))
    await chat.testbed.settle()
    assert any("photo" in each for each in chat.messages)
    assert any("voice" in each and not each["mine"] for each in chat.messages)
    assert "like this" not in str(await chat.stored())


async def test_two_coaches_who_answer_at_once_both_reach_them(chat: Chat, cleo: Chat) -> None:
    await chat.testbed.kill()
    chat.testbed._operators = [COACH, 9]
    await chat.testbed.open()
    eve = Chat(chat.testbed, chat.testbed.telegram.person(9, "Eve"))
    group = await made_ready(cleo, eve.person)
    await to_plan(chat, "sees")
    await chat.sends("/ask are you there?")
    here, mine = group.topic("Ada"), len(eve.messages)
    group.writes(cleo.person, "Yes, one of us", here)
    group.writes(eve.person, "Yes, the other", here)
    await chat.testbed.settle()
    for words in ("Yes, one of us", "Yes, the other"):
        assert words in [each["text"] for each in chat.messages]
    assert said(group).count("Ada has it.") == 2
    assert len(eve.messages) == mine
    await cleo.sends("/find ada")
    await cleo.taps("labels.card-of 1 Ada", "labels.write-to")
    await cleo.sends("And once more, from my own chat")
    assert "Somebody else of you has written to Ada." in said(group)


async def test_a_button_below_the_card_does_what_it_does_at_the_desk_for_that_person_alone(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    here = group.topic("Ada")
    card = group.pinned(here)[0]
    offered = [button["text"] for row in card["keyboard"] for button in row]
    for path in ("labels.desk", "labels.write-to", "labels.note"):
        assert chat.words(path) not in offered
    group.presses(cleo.person, chat.words("labels.change-time"), here)
    await chat.testbed.settle()
    group.presses(cleo.person, "07:30", here)
    await chat.testbed.settle()
    assert (await chat.stored()).said("time") == "07:30"
    assert "comes at 07:30" in "".join(str(each["text"]) for each in chat.messages)
    assert [each["id"] for each in group.pinned(here)] == [card["id"]]
    stood = len(cleo.messages)
    for data in (pack(ShowCard(11)), pack(ShowDesk()), pack(WriteTo(chat.person.id)), "nothing"):
        group.taps(cleo.person, card["id"], data)
        await chat.testbed.settle()
    assert len(cleo.messages) == stood
    assert "Last heard" in str(group.pinned(here)[0]["text"])


# --- Topics ----------------------------------------------------------------------------------------------------------


async def test_a_topic_that_was_deleted_is_made_anew_and_one_that_was_closed_is_opened(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    first = group.topic("Ada")
    group.deletes(first)
    await chat.sends("/ask are you there?")
    second = group.topic("Ada")
    assert second.thread != first.thread
    assert "/ask are you there?" in said(group)
    assert "A safety sign" in str(group.pinned(second)[0]["text"])
    group.closes(cleo.person, second)
    await chat.testbed.settle()
    await chat.sends("/ask hello?")
    assert group.topic("Ada") is second
    assert not second.closed
    assert "/ask hello?" in said(group)


async def test_a_card_that_somebody_deleted_stands_there_again(chat: Chat, cleo: Chat, group: Group) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    gone = group.pinned(group.topic("Ada"))[0]["id"]
    group.deletes_message(gone)
    await chat.sends("/ask are you there?")
    [card] = group.pinned(group.topic("Ada"))
    assert card["id"] != gone
    assert "A safety sign" in str(card["text"])


async def test_whoever_goes_back_to_the_bot_alone_has_a_topic_that_says_so_and_nothing_else(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    assert "Last heard" in str(group.pinned(group.topic("Ada"))[0]["text"])
    await chat.sends("/settings")
    await chat.taps("labels.set-coach", "labels.coach-alone")
    assert "chose the bot alone" in str(group.pinned(group.topic("Ada"))[0]["text"])
    assert not any("Last heard" in each for each in said(group))
    await writes(chat, group, cleo.person, "How are you?")
    assert "does not let their coach do that" in said(group)[-1]
    assert not any("How are you?" in str(each["text"]) for each in chat.messages)


async def test_whoever_blocked_the_bot_has_a_topic_that_says_so(chat: Chat, cleo: Chat, group: Group) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    chat.person.blocks()
    await chat.testbed.settle()
    await writes(chat, group, cleo.person, "How are you?")
    assert "It did not reach Ada." in "".join(said(group))
    assert group.topic("Ada").icon == ICONS["🏁"]


async def test_with_delete_goes_the_topic_and_what_is_kept_of_whose_it_was(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    await chat.sends("/delete")
    await chat.taps("labels.erase")
    assert group.topics == []
    assert "Ada" not in str(group.chat.messages)
    assert chat.testbed.runtime is not None
    record = await chat.testbed.runtime.storage.read_bot_record()
    assert (record["team"]["topics"], record["team"]["going"]) == ([], [])


async def test_a_topic_that_could_not_be_deleted_at_once_goes_as_soon_as_it_can(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    group.promotes_bot(cleo.person, tuple(each for each in ENOUGH if each != "can_delete_messages"))
    await chat.testbed.settle()
    await chat.sends("/delete")
    await chat.taps("labels.erase")
    assert chat.testbed.runtime is not None
    record = await chat.testbed.runtime.storage.read_bot_record()
    assert str(chat.person.id) not in str(record["team"]["topics"])
    assert group.topic("Ada")
    await opens_again(chat)
    group.promotes_bot(cleo.person)
    await chat.testbed.settle()
    assert group.topics == []


async def test_a_process_that_begins_anew_knows_whose_topic_is_whose(chat: Chat, cleo: Chat, group: Group) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    pinned = group.pinned(group.topic("Ada"))
    await opens_again(chat)
    await writes(chat, group, cleo.person, "How are you?")
    assert any(each["text"] == "How are you?" for each in chat.messages)
    assert [each["id"] for each in group.pinned(group.topic("Ada"))] == [each["id"] for each in pinned]
    assert len(group.topics) == 1


async def test_whoever_needs_somebody_by_time_alone_has_a_topic_within_the_hour(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    await chat.testbed.advance(timedelta(days=7, hours=2).total_seconds())
    assert "Silent for a week" in str(group.pinned(group.topic("Ada"))[0]["text"])
    assert group.topic("Ada").icon == ICONS["💬"]


async def test_many_at_once_all_come_in_twenty_a_minute(chat: Chat, cleo: Chat, group: Group) -> None:
    people = [Chat(chat.testbed, chat.testbed.telegram.person(20 + n, f"Otto {n}")) for n in range(8)]
    for each in people:
        await to_plan(each, "alone")
        await each.sends("my calf is swollen and hot")
        await each.taps("answer yes")
    await chat.testbed.advance(10 * MINUTE)
    for n in range(8):
        assert group.pinned(group.topic(f"Otto {n}")), n
    assert [call for call in chat.testbed.telegram.log if call.status == 429] == []


# --- A group that is lost --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["taken out", "dissolved", "a right taken", "topics off"])
async def test_a_group_that_is_lost_is_said_once_and_nothing_is_lost_with_it(
    chat: Chat, cleo: Chat, group: Group, how: str
) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    match how:
        case "taken out":
            group.removes_bot(cleo.person)
        case "dissolved":
            group.dissolves()
        case "a right taken":
            group.promotes_bot(cleo.person, ("can_delete_messages",))
        case _:
            group.chat.forum = False
    await chat.testbed.advance(MINUTE)
    await chat.sends("/ask are you there?")
    await opens_again(chat)
    await chat.sends("/ask still there?")
    texts = [str(each["text"]) for each in cleo.messages]
    assert sum("All comes to your own chats from now on" in each for each in texts) == 1
    for words in ("/ask are you there?", "/ask still there?"):
        assert texts.count(words) == 1
    assert "A safety sign" in await cleo.sends("/desk")


async def test_a_group_that_may_be_used_again_is_brought_up_to_date(chat: Chat, cleo: Chat, group: Group) -> None:
    await to_plan(chat, "sees")
    await flares(chat)
    group.removes_bot(cleo.person)
    await chat.testbed.settle()
    await chat.sends("/settings")
    await chat.taps("labels.set-coach", "labels.coach-alone")
    group.adds_bot(cleo.person, ENOUGH)
    await chat.testbed.settle()
    assert "Coaches is ready" in cleo.last
    assert "chose the bot alone" in str(group.pinned(group.topic("Ada"))[0]["text"])


# --- Crashes ---------------------------------------------------------------------------------------------------------


async def test_a_kill_at_any_step_leaves_a_current_card_and_none_with_answers_on_it_that_is_forgotten(
    chat: Chat, cleo: Chat, group: Group
) -> None:
    await to_plan(chat, "sees")
    ada, steps = await chat.stored(), list[str]()
    hurt = Session(chat.testbed.clock.now().date(), chat.testbed.clock.now(), pain=8)
    for step in range(1, MOST_STEPS):
        await chat.testbed.advance(MINUTE)  # or twenty a minute would be more than there are
        name = f"Otto {step}"

        otto = replace(ada, id=1000 + step, name=name).with_session(hurt)

        async def flare(otto: Subscriber = otto) -> None:
            await keep(chat, otto)
            await chat.testbed.advance(10)

        fate = Fate(chat.testbed, step, passes=("getUpdates",))
        struck = await fate.lets(flare)
        await chat.testbed.advance(MINUTE)
        await keep(chat, otto)
        await chat.testbed.advance(MINUTE)
        assert any("Red pain" in str(each["text"]) for each in group.pinned(group.topic(name))), fate.steps
        await keep(chat, otto.saying("coach", "alone", chat.testbed.clock.now()))
        await chat.testbed.advance(MINUTE)
        assert "Red pain" not in str(group.chat.messages), fate.steps
        steps = fate.steps
        if not struck:
            break
    assert {"after createForumTopic", "after a note", "after editMessageText", "after pinChatMessage"} <= set(steps)


async def keep(chat: Chat, subscriber: Subscriber) -> None:
    """Keep somebody as they are now."""
    assert chat.testbed.runtime is not None
    async with chat.testbed.runtime.storage.change(subscriber.id) as box:
        box.value = subscriber
