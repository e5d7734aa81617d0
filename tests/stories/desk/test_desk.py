"""The desk in a coach's private chat: who needs a person, their cards, messages to and fro, changes that are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model.callback_data import (
    DESK,
    TELL,
    Action,
    ChangeContact,
    ChangedFor,
    ChangeFor,
    ContactsOfFile,
    DropContact,
    DropTeam,
    NoteOn,
    PauseUntil,
    SendTo,
    SetDigest,
    ShowCard,
    ShowContacts,
    ShowDigest,
    ShowTeam,
    Spoken,
    Tell,
    WriteTo,
    pack,
)
from bot.core.model.delivery import Outcome
from bot.core.model.letter import LetterKind
from bot.core.model.subscriber import Session, State
from bot.local_telegram.faults import CutBefore
from tests.stories.desk.ways import COACH, agreed_before, to_plan
from tests.stories.ways import forges, opens_again
from tests.support.chat import Chat
from tests.support.shown import Shown

EVE = 9


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


async def hurts(chat: Chat, pain: int = 8) -> None:
    """A session of today that hurt so much."""
    assert chat.testbed.runtime is not None
    now = chat.testbed.clock.now()
    async with chat.testbed.runtime.storage.change(chat.person.id) as box:
        assert box.value is not None
        box.value = box.value.with_session(Session(now.date(), now, finished_at=now, pain=pain))


async def sees(chat: Chat) -> list[str]:
    """The newest texts on a screen."""
    return [str(each["text"]) for each in chat.messages]


def newest(chat: Chat, words: str) -> dict[str, object]:
    """The newest message that holds these words."""
    return next(each for each in reversed(chat.messages) if words in str(each["text"]))


async def answers(chat: Chat, to: str, text: str) -> Shown:
    """Reply to the newest message that holds these words."""
    chat.person.replies(int(str(newest(chat, to)["id"])), text)
    await chat.testbed.settle()
    return chat.last


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["/desk", "/find ada"])
async def test_for_anybody_else_there_is_no_such_command(chat: Chat, command: str) -> None:
    await to_plan(chat)
    said = await chat.sends("/nothing")
    assert await chat.sends(command) == said


async def test_a_button_of_the_desk_means_nothing_to_anybody_else(chat: Chat) -> None:
    await to_plan(chat)
    id = chat.person.id
    of_more: dict[type[Action], Action] = {
        SendTo: SendTo(id, 1),
        ChangeFor: ChangeFor(id, "pause"),
        ShowDigest: ShowDigest(),
        SetDigest: SetDigest(("0",), "08:00"),
        ChangedFor: ChangedFor(id, pack(PauseUntil(""))),
        ShowContacts: ShowContacts(),
        ChangeContact: ChangeContact(1, "x"),
        DropContact: DropContact(1, "x"),
        ContactsOfFile: ContactsOfFile("x"),
        ShowTeam: ShowTeam(),
        DropTeam: DropTeam(-1),
    }
    for kind in DESK:
        shown = await forges(chat, of_more.get(kind) or kind(id))  # type: ignore[call-arg, arg-type]
        assert not shown.template.startswith("desk/")
    known = await chat.stored()
    assert known.letters == ()


# --- Levels ---------------------------------------------------------------------------------------------------------


async def test_the_desk_names_who_flared_and_the_card_is_a_tap_away(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await hurts(chat)
    said = await desk.sends("/desk")
    assert "1. Ada, week 1" in said
    assert "Red pain in the last session (8 of 10)" in said
    card = await desk.taps("labels.card-of 1 Ada")
    assert "day 1, week 1" in card
    assert "19:00 in Europe/Lisbon" in card
    assert "pain 8 of 10" in await desk.taps("labels.card-more")
    assert await desk.taps("labels.back") == card


async def test_of_somebody_with_the_bot_alone_a_coach_sees_name_week_and_a_sign_and_nothing_else(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "alone")
    await hurts(chat)
    said = await desk.sends("/desk")
    assert "Nobody, as far as the bot can tell." in said
    card = await forges(desk, ShowCard(chat.person.id))
    assert card.template == "desk/card-alone"
    assert "8" not in card
    await chat.sends("my calf is swollen and hot")
    await chat.taps("answer yes")
    assert "A safety sign stopped the plan" in await desk.sends("/desk")


async def test_of_whoever_agreed_to_an_older_text_nothing_is_shown_at_all(chat: Chat, desk: Chat) -> None:
    await agreed_before(chat)
    await hurts(chat)
    said = await desk.sends("/desk")
    assert "1 more has not agreed" in said
    assert "Ada" not in said
    for action in (ShowCard(chat.person.id), WriteTo(chat.person.id), Spoken(chat.person.id)):
        assert (await forges(desk, action)).template == "desk/not-shown"
    assert "Nobody who has agreed" in await desk.sends("/find ada")


async def test_back_to_the_bot_alone_the_desk_forgets_at_once_and_open_cards_do_nothing(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await hurts(chat)
    await desk.sends("/desk")
    await desk.taps("labels.card-of 1 Ada")
    await chat.sends("/settings")
    await chat.taps("labels.set-coach", "labels.coach-alone")
    assert (await desk.taps("labels.note")).template == "desk/not-shown"
    data = pack(PauseUntil("2026-03-05"))
    assert (await forges(desk, ChangedFor(chat.person.id, data))).template == "desk/not-shown"
    assert (await chat.stored()).state is State.RUNNING
    assert "Nobody, as far as" in await desk.sends("/desk")


async def test_find_shows_whoever_is_so_named(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    assert "Ada" in await desk.sends("/find ÁD")
    assert (await desk.taps("labels.card-of 1 Ada")).template == "desk/card"
    assert (await desk.sends("/find")).template == "desk/find"
    assert "Nobody" in await desk.sends("/find zoë")


# --- To and fro -----------------------------------------------------------------------------------------------------


async def test_a_question_reaches_the_coach_whose_reply_reaches_the_person_who_answers_back(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await chat.sends("flurb my knee glonks")
    said = await chat.taps("labels.send-to-coach")
    assert "no emergency line" in said
    assert "Answers come on working days" in said
    assert "It is Ada" in str(newest(desk, "Somebody writes to you")["text"])
    assert str(newest(desk, "Somebody writes to you")["text"]).partition("\n")[0] == "Somebody writes to you"
    assert newest(desk, "glonks")
    assert "Wrote to you" in await desk.sends("/desk")

    await answers(desk, "glonks", "That is common. Go on gently.")
    assert newest(chat, "Your coach writes to you")
    assert newest(chat, "That is common. Go on gently.")
    assert newest(desk, "Ada has it.")
    assert "Nobody, as far as" in await desk.sends("/desk")

    await answers(chat, "Go on gently", "thank you, I will")
    assert newest(desk, "thank you, I will")
    kept = str(await chat.stored())
    for words in ("glonks", "Go on gently", "I will"):
        assert words not in kept


async def test_the_next_message_after_ask_goes_to_the_coach_whatever_it_is(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "alone")
    await chat.sends("/ask")
    chat.person.sends_voice()
    await chat.testbed.settle()
    assert chat.last.template == "coach/passed-on"
    assert any("voice" in each for each in desk.messages)
    await chat.sends("/ask")
    await chat.sends("7")
    assert newest(desk, "7")
    await chat.sends("/ask is that so?")
    assert newest(desk, "is that so?")


async def test_a_planned_message_that_comes_after_ask_does_not_take_what_is_meant_for_the_coach(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await chat.until(1, "18:50")
    await chat.sends("/ask")
    stood = len(chat.messages)
    await chat.until(0, "19:01")
    assert len(chat.messages) > stood, "the reminder came"
    assert (await chat.sends("flurb, is that so?")).template == "coach/passed-on"
    assert newest(desk, "flurb, is that so?")
    assert (await chat.sends("flurb")).template != "coach/passed-on"


async def test_whoever_changes_their_mind_after_ask_passes_nothing_on(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    before = len(desk.messages)
    await chat.sends("/ask")
    await chat.taps("labels.never-mind")
    await chat.sends("flurb")
    await chat.sends("/ask")
    await chat.sends("/today")
    await chat.sends("flurb")
    assert len(desk.messages) == before


@pytest.mark.parametrize("way", ["/ask", "reply"])
async def test_words_of_danger_get_the_safety_screen_first_and_are_not_passed_on(
    chat: Chat, desk: Chat, way: str
) -> None:
    await to_plan(chat, "sees")
    if way == "reply":
        await forges(desk, WriteTo(chat.person.id))
        await desk.sends("How are you?")
    before = len(desk.messages)
    if way == "/ask":
        await chat.sends("/ask")
        await chat.sends("my calf is swollen and hot")
    else:
        await answers(chat, "How are you?", "my calf is swollen and hot")
    assert newest(chat, "I have not sent that to your coach.")
    assert "answer yes" in chat.buttons
    assert not any("swollen" in str(each["text"]) for each in desk.messages[before:])


async def test_a_coach_writes_notes_and_says_that_they_have_spoken_and_the_person_reads_it(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await hurts(chat)
    await forges(desk, ShowCard(chat.person.id))
    await desk.taps("labels.note")
    await desk.sends("Left knee.  Call on Friday.")
    assert "Left knee. Call on Friday." in str(newest(chat, "Your coach has noted this")["text"])
    await forges(desk, ShowCard(chat.person.id))
    assert "a note of yours: Left knee." in await desk.taps("labels.card-more")
    await desk.taps("labels.back", "labels.spoken", "labels.tell-spoken Ada")
    assert newest(chat, "you two have spoken")
    assert "Nobody, as far as" in await desk.sends("/desk")


async def test_what_a_coach_changes_counts_is_kept_and_is_told(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await forges(desk, ShowCard(chat.person.id))
    await desk.taps("labels.change-time", "labels.clock 07:30")
    assert (await chat.stored()).said("time") == "07:30"
    assert "comes at 07:30" in str(newest(chat, "Your coach has changed")["text"])
    await desk.taps("labels.card", "labels.change-lane", "labels.short-from-now")
    assert (await chat.stored()).said("length") == "short"
    await desk.taps("labels.card", "labels.change-pause")
    await desk.taps(desk.buttons[0])
    known = await chat.stored()
    assert known.state is State.PAUSED
    assert "on a break until" in str(newest(chat, "on a break")["text"])
    kinds = [each.kind for each in known.letters]
    assert kinds == [LetterKind.CHANGED] * 3
    assert all(each.outcome is Outcome.SENT for each in known.letters)


async def test_a_coach_changes_nothing_but_pause_time_and_how_hard(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    before = await chat.stored()
    for data in ("erase", "stop", pack(Tell("zone", ("Asia/Tokyo",))), pack(Tell("coach", ("alone",))), "", "x:y"):
        assert (await forges(desk, ChangedFor(chat.person.id, data))).template == "desk/outdated"
    assert await chat.stored() == before


async def test_what_was_written_stays_when_its_buttons_are_tapped(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.sends("/ask does it glonk?")
    await desk.taps("labels.card")
    assert desk.last.template == "desk/card"
    assert newest(desk, "glonk")
    await answers(desk, "glonk", "It may well.")
    chat.person.presses(chat.words("labels.write-back"))
    await chat.testbed.settle()
    assert chat.last.template == "coach/ask"
    assert newest(chat, "It may well.")
    await chat.sends("then I wait")
    assert newest(desk, "then I wait")


# --- Bad input ------------------------------------------------------------------------------------------------------


async def test_a_question_is_passed_on_once_however_often_it_is_tapped(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.sends("flurb glonks")
    tapped = chat.person.chat.messages[-1]
    data = next(b["callback_data"] for row in tapped["keyboard"] for b in row if b["callback_data"].startswith("coach"))
    for _ in range(3):
        await forges(chat, data, tapped["id"])
    assert sum("glonks" in text for text in await sees(desk)) == 1


async def test_a_message_that_is_for_nobody_goes_to_nobody_and_may_be_sent_after_one_that_was(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    assert (await desk.sends("hello there")).template == "desk/stray"
    await forges(desk, WriteTo(chat.person.id))
    await desk.sends("a" * 4096)
    assert (await desk.sends("and the rest *of* it")).template == "desk/stray"
    assert not any("the rest" in text for text in await sees(chat))
    await desk.taps("labels.send-to Ada")
    assert newest(chat, "and the rest *of* it")


async def test_a_reply_to_the_wrong_message_goes_to_nobody(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await desk.sends("/help")
    before = len(chat.messages)
    said = await answers(desk, "What I can do", "You are doing well")
    assert said.template == "desk/stray"
    assert len(chat.messages) == before


async def test_whoever_erased_themselves_while_the_coach_writes_is_gone_and_nothing_comes_back(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await forges(desk, WriteTo(chat.person.id))
    await chat.sends("/delete")
    await chat.taps("labels.erase")
    before = len(chat.messages)
    assert (await desk.sends("Are you there?")).template == "desk/not-shown"
    assert len(chat.messages) == before
    assert chat.testbed.runtime is not None
    assert await chat.testbed.runtime.storage.read(chat.person.id) is None


async def test_that_a_message_did_not_arrive_is_said_to_whoever_wrote_it(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    chat.person.blocks()
    await chat.testbed.settle()
    await forges(desk, WriteTo(chat.person.id))
    await desk.sends("Are you there?")
    assert newest(desk, "It did not reach Ada.")
    chat.person.unblocks()
    desk.person.blocks()
    await chat.sends("/ask are you there?")
    assert newest(chat, "did not reach your coach")
    assert (await chat.stored()).letters[-1].outcome is Outcome.FAILED


async def test_a_coach_who_is_a_subscriber_too_stops_their_own_messages_and_stays_a_coach(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(desk, "alone")
    await to_plan(chat, "sees")
    await desk.sends("/stop")
    assert (await desk.stored()).state is State.STOPPED
    assert "Ada" in await desk.sends("/find ada")
    await desk.sends("/today")
    await chat.sends("/ask are you there?")
    assert newest(desk, "are you there?")


async def test_two_coaches_hear_that_one_of_them_has_answered(chat: Chat, desk: Chat) -> None:
    assert chat.testbed.runtime is not None
    await chat.testbed.kill()
    chat.testbed._operators = [COACH, EVE]
    await chat.testbed.open()
    other = Chat(chat.testbed, chat.testbed.telegram.person(EVE, "Eve"))
    await to_plan(chat, "sees")
    await chat.sends("/ask are you there?")
    assert newest(other, "are you there?")
    await answers(desk, "are you there?", "Yes, one of us")
    assert newest(other, "Somebody else of you has written to Ada.")
    await answers(other, "are you there?", "Yes, the other")
    assert newest(chat, "Yes, one of us")
    assert newest(chat, "Yes, the other")


# --- Whoever stopped ------------------------------------------------------------------------------------------------


async def test_after_stop_no_word_of_the_coachs_comes_and_the_coach_reads_why(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await forges(desk, WriteTo(chat.person.id))
    await chat.sends("/stop")
    before = len(chat.messages)
    said = await desk.sends("Do stay with it!")
    assert said.template == "desk/stopped"
    assert "Ada has stopped all messages" in said
    for action in (WriteTo(chat.person.id), NoteOn(chat.person.id), ChangedFor(chat.person.id, pack(PauseUntil("")))):
        assert (await forges(desk, action)).template == "desk/stopped"
    assert "State: stopped" in await forges(desk, ShowCard(chat.person.id))
    assert "labels.write-to" not in desk.buttons
    assert "labels.note" not in desk.buttons
    assert len(chat.messages) == before
    assert (await chat.stored()).letters == ()


async def test_after_stop_that_the_two_have_spoken_is_noted_and_nothing_is_sent(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.sends("/ask are you there?")
    await chat.sends("/stop")
    before = len(chat.messages)
    await forges(desk, ShowCard(chat.person.id))
    assert "they are sent nothing" in await desk.taps("labels.spoken")
    assert "Noted. Ada is sent nothing" in await desk.taps("labels.note-spoken")
    assert "Nobody, as far as" in await desk.sends("/desk")
    await opens_again(chat)
    assert len(chat.messages) == before


async def test_after_stop_an_answer_to_what_they_asked_since_reaches_them(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.sends("/ask are you there?")
    await chat.testbed.advance(1)
    await chat.sends("/stop")
    await answers(desk, "are you there?", "Here, glonk")
    assert not any("glonk" in each for each in await sees(chat))
    await chat.testbed.advance(60)
    await chat.sends("/ask and now?")
    await answers(desk, "and now?", "Now, flurb")
    assert newest(chat, "Now, flurb")
    assert (await chat.stored()).state is State.STOPPED


# --- We have spoken -------------------------------------------------------------------------------------------------


async def test_a_second_talk_after_something_new_counts_on_the_same_day_and_one_tapped_twice_is_one(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await hurts(chat)
    for talks in (1, 2):
        await forges(desk, Spoken(chat.person.id, TELL))
        await forges(desk, Spoken(chat.person.id, TELL))
        assert "Nobody, as far as" in await desk.sends("/desk")
        assert sum("you two have spoken" in each for each in await sees(chat)) == talks
        await chat.testbed.advance(60)
        await hurts(chat, pain=9)
        assert "Red pain" in await desk.sends("/desk")


# --- Crashes --------------------------------------------------------------------------------------------------------


async def test_a_question_whose_process_ended_before_it_left_reaches_the_coach_after_the_next_start(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    chat.testbed.telegram.fault = lambda method, parameters, _: (
        CutBefore() if method in ("sendMessage", "copyMessage") else None
    )
    chat.person.sends("/ask are you there?")
    assert chat.testbed.runtime is not None
    await chat.testbed._fetch()
    assert [each.outcome for each in (await chat.stored()).letters] == [Outcome.CLAIMED]
    await chat.testbed.kill()
    chat.testbed.telegram.fault = None
    await chat.testbed.open()
    assert newest(desk, "are you there?")
    assert (await chat.stored()).letters[-1].outcome is Outcome.SENT


async def is_written_to_and_not_carried(chat: Chat, desk: Chat) -> None:
    """A coach's words wait in the person's document, and the process carries no more letters."""
    await to_plan(chat, "sees")
    assert chat.testbed.runtime is not None
    await forges(desk, WriteTo(chat.person.id))
    await chat.testbed.runtime.letters.stop()
    await desk.sends("Are you there?")
    assert [each.outcome for each in (await chat.stored()).letters] == [Outcome.WAITING]


async def test_an_answer_whose_process_ended_before_it_was_claimed_reaches_them_after_the_next_start(
    chat: Chat, desk: Chat
) -> None:
    await is_written_to_and_not_carried(chat, desk)
    await opens_again(chat)
    assert newest(chat, "Are you there?")
    assert newest(desk, "Ada has it.")


async def test_an_answer_that_was_not_on_its_way_yet_does_not_follow_somebody_who_stopped(
    chat: Chat, desk: Chat
) -> None:
    await is_written_to_and_not_carried(chat, desk)
    await chat.sends("/stop")
    before = len(chat.messages)
    await opens_again(chat)
    assert len(chat.messages) == before
    assert newest(desk, "It did not reach Ada.")


async def test_of_an_answer_whose_process_ended_nobody_claims_that_it_arrived(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await forges(desk, WriteTo(chat.person.id))
    await desk.sends("Are you there?")
    assert chat.testbed.runtime is not None
    async with chat.testbed.runtime.storage.change(chat.person.id) as box:
        assert box.value is not None
        letter = replace(box.value.letters[-1], outcome=Outcome.CLAIMED)
        box.value = box.value.with_letter(letter)
    before = len(chat.messages)
    await opens_again(chat)
    assert newest(desk, "Nobody knows if it reached Ada.")
    assert len(chat.messages) == before


async def test_whoever_is_silent_for_a_week_is_named_until_the_coach_has_written(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await chat.testbed.advance(timedelta(days=7, hours=1).total_seconds())
    assert "Silent for a week" in await desk.sends("/desk")
    await desk.taps("labels.card-of 1 Ada", "labels.write-to")
    await desk.sends("How are you?")
    assert "Nobody, as far as" in await desk.sends("/desk")
