"""Whatever people call themselves or type is shown as plain words, runs nothing, and is not kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import Testbed
from tests.stories.conftest import day_one
from tests.stories.ways import kept, to_test, to_zone
from tests.support.chat import Chat

__all__ = ["day_one"]

HOSTILE = [
    *(
        "<3",
        "</b>",
        "<b>x",
        '<a href="https://evil.example">x</a>',
        "&lt",
        "&lt;",
        "&#0;",
        "a<b&c",
        "</>",
        "<tg-spoiler>",
    ),
    *("{{7*7}}", "{% raise %}", "{{ self.__init__.__globals__ }}", "{0.__class__}", "%s%s%n", "${HOME}", "`id`"),
    *("'; DROP TABLE subscribers; --", "../../etc/passwd", "a" * 64),
]
ODD = [
    *("Z" + "\u0301" * 64, "\u202eadA", "\u2067Ada\u2069", "علی‌رضا", "👩‍👩‍👧", "🇵🇹", "😀" * 64, "\u0489" * 9 + "a"),
    *("A\x00da", "A\nda", "A\u2028da"),
]
NOTHING_LEFT = [" ", "   \t", "\u200b\u200b", "\u202e", "\u3164", "\ud800"]


def shown(chat: Chat, text: str) -> dict[str, Any]:
    """The newest message of the bot that holds the text."""
    return next(message for message in reversed(chat.messages) if not message["mine"] and text in str(message["text"]))


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_name_full_of_markup_is_shown_letter_by_letter(testbed: Testbed, name: str) -> None:
    chat = Chat(testbed, testbed.telegram.person(7, name))
    said = await chat.sends("/start")
    assert said.startswith(f"Hello {name}!")
    entities = shown(chat, name)["entities"]
    made = [each for each in entities if each["type"] not in ("url", "bot_command", "mention", "hashtag", "cashtag")]
    assert made == []


@pytest.mark.parametrize("name", ODD)
async def test_a_name_that_would_harm_its_neighbours_is_tamed(testbed: Testbed, name: str) -> None:
    chat = Chat(testbed, testbed.telegram.person(7, name))
    said = await chat.sends("/start")
    assert said.startswith("Hello ")
    greeted = said.partition("!")[0]
    assert len(greeted) <= len("Hello ") + 64
    assert not any(
        odd in greeted for odd in ("\u202e", "\u2067", "\u2069", "\x00", "\n", "\u2028", "\u0301\u0301\u0301")
    )


@pytest.mark.parametrize("name", NOTHING_LEFT)
async def test_a_name_of_which_nothing_is_left_is_greeted_all_the_same(testbed: Testbed, name: str) -> None:
    chat = Chat(testbed, testbed.telegram.person(7, name))
    assert (await chat.sends("/start")).startswith("Hello!")


@pytest.mark.parametrize("text", [*HOSTILE, *ODD, "\ud800", "a" * 4096, "0" * 400, "😀" * 1000])
async def test_any_text_at_any_question_is_answered_and_kept_nowhere(chat: Chat, text: str) -> None:
    await to_zone(chat)
    before = await kept(chat)
    said = len(chat.messages)
    update = chat.testbed.telegram.enqueue(
        {
            "message": {
                "message_id": 900,
                "date": 1_772_470_000,
                "from": chat.person.user,
                "chat": {"id": chat.person.id, "type": "private", "first_name": "Ada"},
                "text": text,
            }
        }
    )
    await chat.testbed.settle()
    assert update["message"]["text"] == text
    assert len(chat.messages) > said
    assert (await kept(chat)).answers == before.answers


@pytest.mark.parametrize("payload", [*HOSTILE, *ODD, "\ud800", "x" * 4000, "-" * 65, "clinic_1 clinic_2"])
async def test_whatever_stands_behind_start_is_answered_and_nothing_but_a_links_own_letters_is_kept(
    testbed: Testbed, payload: str
) -> None:
    chat = Chat(testbed, testbed.telegram.person(7, "Ada"))
    chat.person._telegram.enqueue(
        {
            "message": {
                "message_id": 900,
                "date": 1_772_470_000,
                "from": chat.person.user,
                "chat": {"id": 7, "type": "private", "first_name": "Ada"},
                "text": f"/start {payload}",
                "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
            }
        }
    )
    await testbed.settle()
    assert chat.last.startswith("Hello Ada!")
    await chat.taps("labels.begin", "labels.adult", "labels.agree")
    document = json.dumps(msgspec.to_builtins(await chat.stored()))
    assert payload not in document


@pytest.mark.parametrize(
    "content",
    [
        {"contact": {"phone_number": "+351912345678", "first_name": "Canary"}},
        {
            "poll": {
                "id": "1",
                "question": "Canary?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": True,
                "members_only": False,
            }
        },
        {"dice": {"emoji": "🎲", "value": 3}},
        {"document": {"file_id": "Canary", "file_unique_id": "c"}},
        {"video_note": {"file_id": "Canary", "file_unique_id": "c", "length": 1, "duration": 1}},
        {"web_app_data": {"data": "Canary", "button_text": "Canary"}},
        {},
    ],
    ids=["contact", "poll", "dice", "document", "video note", "web app", "nothing at all"],
)
async def test_what_is_no_text_is_refused_kindly_and_not_kept(chat: Chat, content: dict[str, Any]) -> None:
    await to_test(chat)
    before = await kept(chat)
    said = len(chat.messages)
    person = {"id": chat.person.id, "type": "private", "first_name": "Ada"}
    chat.testbed.telegram.enqueue(
        {"message": {"message_id": 901, "date": 1_772_470_000, "from": chat.person.user, "chat": person} | content}
    )
    await chat.testbed.settle()
    assert await kept(chat) == before
    assert "Canary" not in repr(await chat.stored())
    if "web_app_data" not in content:
        assert len(chat.messages) > said


@pytest.mark.parametrize("text", [*HOSTILE, *ODD])
async def test_a_text_that_is_stored_comes_back_unchanged_from_disk_and_from_the_export(
    day_one: Chat, text: str
) -> None:
    parts = day_one.testbed.runtime
    assert parts is not None
    async with parts.storage.change(7) as box:
        assert box.value is not None
        box.value = replace(box.value, start_payload=text)
    known = await day_one.stored()
    assert known.start_payload == text
    await day_one.sends("/export")
    document = day_one.messages[-2]["document"]  # the page for print follows it
    assert isinstance(document, dict)
    copy = day_one.testbed.telegram.file(document["file_id"]).content
    assert msgspec.json.decode(copy, type=Subscriber).start_payload == text
