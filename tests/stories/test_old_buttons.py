"""Every button ever sent is answered kindly, and an old one changes nothing."""

from __future__ import annotations

import pytest

from tests.stories.ways import forges, kept, on_reminder, to_zone
from tests.support.chat import Chat

STRANGE = ["x", "done", "done:", "done:991332:", "done:abcdef:1", "nosuchverb:1", "r:99:pain:3", "r:-1:pain:3"]
STRANGE += ["r:1:nosuch:1", "r:1:hip-level-left:nosuch", "r:0:emergency:maybe", "q:99:pain", "q:1:nosuch", "res:77"]
STRANGE += ["t:nosuch", "x:200101:h7:", "x:260303:nosuch:"]
STRANGE += ["lev:260303:nosuch:easier", "lev:260303:h7:heroic", "swap:260303:h7:nosuch", "swap:200101:h7:h8"]
STRANGE += ["late:260303:2:9999", "late:260303:9:2000", "late:260303:2:abcd", "not:200101", "undo:0", "undo:99"]
STRANGE += ["undo:x", "pause:soon", "pause:2020-01-01", "over:7", "over:x", "p:nosuch:1", "p:time:25:99", "p:zone:Mars"]
STRANGE += ["p:days:8", "p:kit:gun", "p:lane:heroic", "p:pain:eleven", "s:nosuch:", "z:Atlantis", "goon", "::::"]
STRANGE += ["goon:3", "goon:0"]
STRANGE += ["ü" * 30, "p:quiet:1,2", "day:999999", "erase:now"]


async def test_a_button_that_means_nothing_now_is_answered_and_changes_nothing(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat)
    before = await kept(chat)
    for number, data in enumerate(STRANGE, start=len(chat.testbed.telegram.answers) + 1):
        known = len(chat.messages)
        await forges(chat, data)
        tapped, *new = [str(message["text"]) for message in chat.messages[known - 1 :]]
        assert tapped.startswith("That button is from an older message. Nothing was changed."), data
        assert [text.splitlines()[0] for text in new] == ["Your plan is running."], data
        assert await kept(chat) == before, data
        assert len(chat.testbed.telegram.answers) == number, data


@pytest.mark.parametrize(
    ("data", "words"),
    [("p:time:22:00,21:00,23:00", "22:00 lies in your quiet hours"), ("hello:a:b", "Your plan is running.")],
)
async def test_a_strange_button_that_can_be_answered_changes_nothing_either(
    day_one: Chat, data: str, words: str
) -> None:
    chat = day_one
    await on_reminder(chat)
    before = await kept(chat)
    assert (await forges(chat, data)).startswith(words)
    assert await kept(chat) == before


async def test_an_old_button_says_so_and_shows_where_the_person_is(day_one: Chat) -> None:
    chat = day_one
    await forges(chat, "nosuchverb:1")
    said = [str(message["text"]) for message in chat.messages]
    assert any("older message. Nothing was changed." in text for text in said)
    assert "Tuesday 3 March, 19:00" in chat.last


async def test_an_answer_in_a_finished_test_is_not_changed_by_its_old_button(day_one: Chat) -> None:
    chat = day_one
    attempts = (await chat.stored()).attempts
    question = attempts[1].answers[0].question
    await forges(chat, f"r:1:{question}:level")
    await forges(chat, f"q:1:{question}")
    assert (await chat.stored()).attempts == attempts


async def test_last_weeks_reminder_leads_to_today(day_one: Chat) -> None:
    chat = day_one
    await on_reminder(chat)
    old = chat.messages[-1]["id"]
    exercise = next(button.action for button in chat.last.buttons if button.label == "labels.start")
    assert exercise is not None
    await on_reminder(chat, 6)
    before = await kept(chat)
    await forges(chat, exercise, old)
    assert await kept(chat) == before
    assert any("older message" in str(message["text"]) for message in chat.messages)


async def test_the_first_screens_buttons_show_a_subscriber_where_they_are(chat: Chat) -> None:
    await to_zone(chat)
    before = await kept(chat)
    for data in ("begin:", "adult:", "minor:", "agree:2026-11:", "decline:", "hello:"):
        assert "Where are you?" in await forges(chat, data)
    assert await kept(chat) == before


async def test_consent_to_an_older_text_is_asked_for_again(chat: Chat) -> None:
    await chat.sends("/start")
    assert "May I keep your answers?" in await forges(chat, "agree:2020-01:flyer")
    assert chat.testbed.runtime is not None
    assert chat.testbed.runtime.storage.ids() == []


@pytest.mark.parametrize("data", ["set", "p:time:19:00", "r:0:emergency:no", "t:hips", "resume", "keep", "nosuch"])
async def test_a_strangers_button_leads_to_the_beginning(chat: Chat, data: str) -> None:
    await chat.sends("/help")
    assert (await forges(chat, data)).template == "information/not-subscribed"
    assert "Hello Ada" in await chat.taps("labels.begin")


@pytest.mark.parametrize("data", ["goon:3", "goon:0"])
async def test_an_old_re_tests_button_changes_nothing_in_a_new_start(day_one: Chat, data: str) -> None:
    chat = day_one
    await chat.sends("/stop")
    await chat.sends("/subscribe")
    await chat.taps("labels.start-over")
    before = await kept(chat)
    assert "(1 of 7)" in await forges(chat, data)
    assert await kept(chat) == before
    assert any("older message" in str(message["text"]) for message in chat.messages)


@pytest.mark.parametrize("data", ["goon:3", "goon:0"])
async def test_a_re_tests_button_means_nothing_in_onboarding(chat: Chat, data: str) -> None:
    await to_zone(chat)
    before = await kept(chat)
    assert "Where are you?" in await forges(chat, data)
    assert await kept(chat) == before
