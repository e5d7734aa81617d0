"""A coach's words go to whom the coach means: prompts that are true, buttons that ask again, nobody by a guess."""

from __future__ import annotations

import errno
from datetime import timedelta

import pytest

from bot.core.desk import card
from bot.core.model.callback_data import ChangedFor, NoteOn, ShowCard, Spoken, Tell, WriteTo, pack
from bot.core.model.letter import LetterKind
from bot.core.model.subscriber import State
from bot.intake.update_queue import RetryLater
from bot.storage.disk import Disk
from tests.stories.desk.ways import COACH, to_plan
from tests.stories.ways import forges
from tests.support.chat import Chat

INES = 11
NOBODY_OFFERED = "labels.send-to"


@pytest.fixture
def desk(chat: Chat) -> Chat:
    """The coach's chat with the same bot."""
    return Chat(chat.testbed, chat.testbed.telegram.person(COACH, "Cleo"))


@pytest.fixture
async def ines(chat: Chat) -> Chat:
    """Somebody else, who lets the coach write."""
    other = Chat(chat.testbed, chat.testbed.telegram.person(INES, "Inês"))
    await to_plan(other, "sees")
    return other


def texts(chat: Chat) -> list[str]:
    """What stands in a chat."""
    return [str(each["text"]) for each in chat.messages]


def stands(chat: Chat, words: str) -> bool:
    """Whether these words stand anywhere in it."""
    return any(words in each for each in texts(chat))


def offered(desk: Chat) -> list[str]:
    """To whom the newest message offers to send."""
    return [each for each in desk.buttons if each.startswith(NOBODY_OFFERED)]


async def writes(desk: Chat, chat: Chat, words: str = "How are you?") -> None:
    """Tap Write for that person, and write."""
    await forges(desk, WriteTo(chat.person.id))
    await desk.sends(words)


def loose_button(desk: Chat) -> tuple[str, int]:
    """The data of the newest button that sends a loose message to somebody, and in which message it stands."""
    return next(
        (str(button["callback_data"]), int(message["id"]))
        for message in reversed(desk.messages)
        for row in message["keyboard"]
        for button in row
        if str(button.get("callback_data")).startswith("st:")
    )


# --- Whom a loose message is offered to ------------------------------------------------------------------------------


async def test_a_loose_message_is_offered_to_whoever_waits_for_an_answer_before_whom_they_wrote_to_last(
    chat: Chat, desk: Chat, ines: Chat
) -> None:
    await to_plan(chat, "sees")
    await ines.sends("/ask may I walk more?")
    await writes(desk, chat)
    said = await desk.sends("Yes, you may walk more")
    assert said.template == "desk/stray"
    assert [button.values["name"] for button in said.buttons if button.label == NOBODY_OFFERED] == ["Inês", "Ada"]
    await desk.taps("labels.send-to Inês")
    assert stands(ines, "Yes, you may walk more")
    assert not stands(chat, "Yes, you may walk more")


@pytest.mark.parametrize("what", ["note", "broadcast", "command", "text for many", "command without a slash"])
async def test_nobody_is_offered_after_what_was_for_no_one_person(
    chat: Chat, desk: Chat, ines: Chat, what: str
) -> None:
    await to_plan(chat, "sees")
    await ines.sends("/ask may I walk more?")
    await writes(desk, chat)
    words = "Do it gently"
    if what == "note":
        await forges(desk, NoteOn(chat.person.id))
        await desk.sends("Left knee.")
    elif what == "broadcast":
        await desk.sends("/broadcast")
        await desk.taps("labels.write-many")
        await desk.sends("Hello {name}")
    elif what == "command":
        await desk.sends("/dsk")
    else:
        words = "desk" if what == "command without a slash" else "Hello {name}, a walk?"
    said = await desk.sends(words)
    assert said.template == "desk/stray"
    assert NOBODY_OFFERED not in [button.label for button in said.buttons]
    assert ("send /desk" in said) is (words == "desk")


async def test_a_reply_below_a_list_of_several_people_is_for_none_of_them(chat: Chat, desk: Chat, ines: Chat) -> None:
    await to_plan(chat, "sees")
    await desk.sends("/desk")
    await desk.taps("labels.everybody")
    desk.person.replies(int(desk.messages[-1]["id"]), "Well done")
    await desk.testbed.settle()
    assert desk.last.template == "desk/stray"
    assert not stands(chat, "Well done")
    assert not stands(ines, "Well done")


# --- A button that is not new any more -------------------------------------------------------------------------------


@pytest.mark.parametrize("since", ["a day", "words", "a command"])
async def test_a_button_that_is_not_new_shows_words_and_name_once_more_before_anything_is_sent(
    chat: Chat, desk: Chat, since: str
) -> None:
    await to_plan(chat, "sees")
    await writes(desk, chat)
    await desk.sends("Bea, are you well?")
    data, message = loose_button(desk)
    if since == "a day":
        await chat.testbed.advance(timedelta(hours=24).total_seconds())
    else:
        await desk.sends("/stats" if since == "a command" else "Something else")
    before = len(desk.messages)
    said = await forges(desk, data, message)
    assert said.template == "desk/once-more"
    assert "Ada" in said
    assert "Bea, are you well?" in texts(desk)[before:]
    assert not stands(chat, "Bea, are you well?")
    await desk.taps("labels.send-to Ada")
    assert texts(chat).count("Bea, are you well?") == 1


async def test_a_button_tapped_twice_sends_once_and_asks_nothing(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await writes(desk, chat)
    await desk.sends("and the rest of it")
    data, message = loose_button(desk)
    for _ in range(3):
        assert (await forges(desk, data, message)).template != "desk/once-more"
    assert texts(chat).count("and the rest of it") == 1
    assert "It goes to Ada." in texts(desk)


# --- Prompts that are true -------------------------------------------------------------------------------------------


async def test_a_prompt_that_is_not_true_any_more_says_so(chat: Chat, desk: Chat, ines: Chat) -> None:
    await to_plan(chat, "sees")
    await forges(desk, WriteTo(chat.person.id))
    await desk.sends("/stats")
    assert not stands(desk, "Your next message goes to Ada")
    assert stands(desk, "No longer")
    await forges(desk, WriteTo(ines.person.id))
    await forges(desk, WriteTo(chat.person.id))
    assert not stands(desk, "Your next message goes to Inês")
    assert stands(desk, "Your next message goes to Ada")
    await desk.sends("How are you?")
    assert not stands(desk, "Your next message goes to")
    assert stands(desk, "The message below was for Ada.")
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    await desk.sends("/desk")
    assert not stands(desk, "Your next message is the text")


async def test_while_nothing_can_be_stored_the_message_stays_meant_for_them(
    chat: Chat, desk: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await to_plan(chat, "sees")
    await forges(desk, WriteTo(chat.person.id))
    update = desk.person.sends("How are you?")

    def has_no_room(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as full:
        full.setattr(Disk, "create", has_no_room)
        with pytest.raises(RetryLater):
            await chat.testbed.handle(update)
    await chat.testbed.settle()
    assert stands(chat, "How are you?")
    assert desk.last.template != "desk/stray"


async def test_after_a_refused_text_the_next_message_is_the_new_one(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await desk.sends("/broadcast")
    await desk.taps("labels.write-many")
    assert "Your next message is the new text" in await desk.sends("Is your pain better?")
    assert (await desk.sends("A walk on Saturday?")).template == "desk/broadcast-confirm"
    assert not stands(desk, "Your next message is the new text")


async def test_after_a_note_of_nothing_the_next_message_is_the_note(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await forges(desk, NoteOn(chat.person.id))
    desk.person.sends_voice()
    await desk.testbed.settle()
    assert desk.last.template == "desk/no-note"
    await desk.sends("Left knee.")
    assert stands(chat, "Left knee.")


# --- What the person is told -----------------------------------------------------------------------------------------


async def test_that_they_have_spoken_is_told_to_the_person_only_once_the_coach_knows_that_it_will_be(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await forges(desk, ShowCard(chat.person.id))
    before = len(chat.messages)
    assert "Tell Ada that you two have spoken?" in await desk.taps("labels.spoken")
    assert len(chat.messages) == before
    assert (await chat.stored()).letters == ()
    await desk.taps("labels.cancel")
    await desk.taps("labels.spoken")
    assert "Noted, and Ada is told." in await desk.taps("labels.tell-spoken Ada")
    assert stands(chat, "Your coach has noted that you two have spoken.")


async def test_a_button_of_before_that_says_they_have_spoken_asks_too(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "alone")
    assert (await forges(desk, f"spoke:{chat.person.id}")).template == "desk/spoken"
    assert (await forges(desk, Spoken(chat.person.id, "other"))).template == "desk/spoken"
    assert (await chat.stored()).letters == ()


async def test_a_note_says_before_and_after_that_the_person_reads_it(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    said = await forges(desk, NoteOn(chat.person.id))
    assert "goes to Ada at once" in said
    await desk.sends("Left knee.")
    assert stands(desk, "Noted, and Ada has been told.")
    assert stands(chat, "Left knee.")


# --- A break ----------------------------------------------------------------------------------------------------------


async def test_a_break_ends_on_any_day_that_a_coach_picks_and_one_more_tap_takes_a_change_back(
    chat: Chat, desk: Chat
) -> None:
    await to_plan(chat, "sees")
    await forges(desk, ShowCard(chat.person.id))
    await desk.taps("labels.change-pause", "labels.another-day", "labels.page-after")
    picked = desk.buttons[4]
    await desk.taps(picked)
    known = await chat.stored()
    until = known.enrollment.states[-1].until
    assert until == chat.testbed.clock.now().date() + timedelta(days=card.DAYS_SHOWN + 5)
    assert "Changed, and Ada is told." in desk.last
    await desk.taps("labels.undo-change")
    assert (await chat.stored()).state is State.RUNNING
    assert stands(chat, "Your plan goes on.")
    await desk.taps("labels.card")
    assert "a change of yours: a break until" in await desk.taps("labels.card-more")
    assert "a change of yours: the plan goes on" in desk.last
    for change, choice, question in (
        ("time", "labels.clock 07:30", "time"),
        ("lane", "labels.short-from-now", "length"),
        ("pause", "labels.pause-until", ""),
    ):
        await forges(desk, ShowCard(chat.person.id))
        before = await chat.stored()
        await desk.taps(f"labels.change-{change}")
        await desk.taps(next(each for each in desk.buttons if each.startswith(choice)))
        await desk.taps("labels.undo-change")
        known = await chat.stored()
        assert known.state is before.state
        assert not question or known.said(question) == (before.said(question) or "full")


async def test_a_change_that_is_tapped_twice_is_told_once(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    for _ in range(2):
        await forges(desk, ChangedFor(chat.person.id, pack(Tell("time", ("07:30",)))))
    assert [each.kind for each in (await chat.stored()).letters] == [LetterKind.CHANGED]


async def test_a_break_is_ended_from_the_card(chat: Chat, desk: Chat) -> None:
    await to_plan(chat, "sees")
    await forges(desk, ShowCard(chat.person.id))
    await desk.taps("labels.change-pause")
    await desk.taps(desk.buttons[0])
    assert (await chat.stored()).state is State.PAUSED
    await desk.taps("labels.card", "labels.change-pause", "labels.end-break")
    known = await chat.stored()
    assert known.state is State.RUNNING
    assert known.letters[-1].kind is LetterKind.CHANGED
    assert stands(chat, "Your plan goes on.")
