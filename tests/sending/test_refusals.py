"""What Telegram refuses for good: a text of ours, or the people of another bot."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.catalog.load import Catalog
from bot.core.model.delivery import Outcome
from bot.core.model.subscriber import State
from bot.local_telegram.faults import Answer
from bot.monitoring.alerts import AlertKind
from tests.sending.conftest import FIRST, LESSON_AT, OPERATOR, REMINDED_AT, Gather, no, refusing, sent, told
from tests.support.chat import Chat

TITLE = "Now the ankles and feet"


def bad_markup(parameters: dict[str, Any]) -> Answer | None:
    """Telegram reads no markup today."""
    bad = "parse_mode" in parameters and TITLE in str(parameters["text"])
    return no(400, 'Bad Request: can\'t parse entities: Unsupported start tag "p"') if bad else None


async def test_a_refused_lesson_goes_out_plain_to_everybody_and_is_reported_once(gathered: Gather) -> None:
    testbed = await gathered(12)
    await testbed.move_to(LESSON_AT - timedelta(hours=1))
    testbed.telegram.fault = refusing(bad_markup)
    await testbed.move_to(LESSON_AT + timedelta(minutes=5))

    assert sorted(sent(testbed, TITLE)) == list(range(FIRST, FIRST + 12))
    asked = [c for c in testbed.telegram.log if c.method == "sendMessage" and TITLE in str(c.parameters["text"])]
    assert len([call for call in asked if not call.delivered]) <= 8  # those already in flight, and nobody after them
    assert "<b>" not in str(next(call for call in asked if call.delivered).parameters["text"])
    reports = [text for text in told(testbed) if "lesson:ankles" in text]
    assert len(reports) == 1


async def test_what_is_refused_even_when_plain_waits_for_an_author_and_is_lost_to_nobody(gathered: Gather) -> None:
    testbed = await gathered(20)
    await testbed.move_to(LESSON_AT - timedelta(hours=1))
    testbed.telegram.fault = refusing(
        lambda parameters: no(400, "Bad Request: message is too long") if TITLE in str(parameters["text"]) else None
    )
    await testbed.move_to(LESSON_AT + timedelta(hours=4))
    asked = [c for c in testbed.telegram.log if c.method == "sendMessage" and TITLE in str(c.parameters["text"])]
    assert len(asked) <= 16
    await testbed.move_to(LESSON_AT + timedelta(hours=6))
    assert len([c for c in testbed.telegram.log if TITLE in str(c.parameters.get("text"))]) == len(asked)

    testbed.telegram.fault = None
    await testbed.close()
    testbed.catalog = mended(testbed.catalog)
    await testbed.open()
    await testbed.move_to(LESSON_AT + timedelta(hours=20))
    assert sorted(sent(testbed, TITLE)) == list(range(FIRST, FIRST + 20))


async def test_while_a_lesson_waits_for_its_author_that_stands_and_the_days_reminders_go_out(gathered: Gather) -> None:
    testbed = await gathered(3)
    await testbed.move_to(LESSON_AT - timedelta(hours=1))
    testbed.telegram.fault = refusing(
        lambda parameters: no(400, "Bad Request: message is too long") if TITLE in str(parameters["text"]) else None
    )
    before = len(sent(testbed))
    await testbed.move_to(LESSON_AT + timedelta(days=1, minutes=1))
    assert sorted(sent(testbed)[before:]) == list(range(FIRST, FIRST + 3))
    assert testbed.runtime is not None
    assert testbed.runtime.alerts.standing() == {AlertKind.HELD_CONTENT: "knee-pain/en/lesson:ankles"}
    await testbed.close()
    await testbed.open()
    assert testbed.runtime.alerts.standing() == {AlertKind.HELD_CONTENT: "knee-pain/en/lesson:ankles"}


async def test_a_reminder_refused_even_when_plain_fails_for_that_person_alone(gathered: Gather) -> None:
    testbed = await gathered(4)
    testbed.telegram.fault = refusing(
        lambda parameters: no(400, "Bad Request: BUTTON_INVALID") if parameters["chat_id"] == FIRST else None
    )
    await testbed.move_to(REMINDED_AT + timedelta(minutes=10))
    assert sorted(sent(testbed)) == list(range(FIRST + 1, FIRST + 4))
    assert testbed.runtime is not None
    known = await testbed.runtime.storage.read(FIRST)
    assert known is not None
    assert known.deliveries["reminder:2026-03-03:1"].outcome is Outcome.FAILED
    assert testbed.runtime.alerts.standing() == {}


async def test_a_lesson_refused_for_no_known_reason_is_offered_with_the_next_message(gathered: Gather) -> None:
    testbed = await gathered(2)
    await testbed.move_to(LESSON_AT - timedelta(hours=1))
    testbed.telegram.fault = refusing(
        lambda parameters: no(400, "Bad Request: SOMETHING_NEW") if TITLE in str(parameters["text"]) else None
    )
    await testbed.move_to(LESSON_AT + timedelta(days=3))

    assert sent(testbed, TITLE) == []
    assert "labels.show-lesson" in Chat(testbed, testbed.telegram.person(FIRST)).buttons
    assert len([text for text in told(testbed) if "A lesson may not have arrived" in text]) == 1


def mended(catalog: Catalog) -> Catalog:
    """The same content under another hash, as an author's edit makes it."""
    return replace(catalog, hash="mended")


async def test_a_screen_that_telegram_refuses_is_shown_in_plain_words_with_its_buttons(gathered: Gather) -> None:
    testbed = await gathered(1)
    chat = Chat(testbed, testbed.telegram.person(5))
    await chat.sends("/start")
    testbed.telegram.fault = refusing(
        lambda parameters: no(400, "Bad Request: can't parse entities") if "parse_mode" in parameters else None
    )
    await chat.taps("labels.begin")
    await chat.taps("labels.adult")
    assert chat.buttons[0] == "labels.agree"
    await testbed.advance(120)
    assert len([text for text in told(testbed) if "refused" in text]) == 1


@pytest.mark.parametrize(
    "answer",
    [
        no(400, "Bad Request: chat not found"),
        no(403, "Forbidden: bot can't initiate conversation with a user"),
    ],
    ids=["unknown chats", "strangers"],
)
async def test_many_chats_that_telegram_does_not_know_stop_the_sending_and_nobody_is_given_up(
    gathered: Gather, answer: Answer
) -> None:
    testbed = await gathered(100)
    testbed.telegram.fault = refusing(lambda _: answer)
    await testbed.move_to(REMINDED_AT + timedelta(minutes=5))
    tried = [c for c in testbed.telegram.log if c.method == "sendMessage" and c.chat_id != OPERATOR]
    assert 3 <= len(tried) <= 3 + 8
    assert testbed.runtime is not None
    for id in range(FIRST, FIRST + 100):
        known = await testbed.runtime.storage.read(id)
        assert known is not None
        assert known.state is State.RUNNING
    assert any("does not know many" in text for text in told(testbed))
    await testbed.move_to(REMINDED_AT + timedelta(minutes=50))
    assert len([c for c in testbed.telegram.log if c.method == "sendMessage" and c.chat_id != OPERATOR]) == len(tried)

    testbed.telegram.fault = None
    Chat(testbed, testbed.telegram.person_with(OPERATOR)).presses("labels.go-on-sending")
    await testbed.settle()
    await testbed.move_to(REMINDED_AT + timedelta(hours=2, minutes=30))
    assert sorted(sent(testbed)) == list(range(FIRST, FIRST + 100))


async def test_one_chat_that_telegram_does_not_know_is_left_alone_after_a_second_try(gathered: Gather) -> None:
    testbed = await gathered(10)
    testbed.telegram.fault = refusing(
        lambda parameters: no(400, "Bad Request: chat not found") if parameters["chat_id"] == FIRST else None
    )
    await testbed.move_to(REMINDED_AT + timedelta(hours=2))
    assert len([c for c in testbed.telegram.log if c.method == "sendMessage" and c.chat_id == FIRST]) == 2
    assert testbed.runtime is not None
    known = await testbed.runtime.storage.read(FIRST)
    assert known is not None
    assert known.state is State.BLOCKED
    assert known.deliveries["reminder:2026-03-03:1"].outcome is Outcome.FAILED
    assert len(sent(testbed)) == 9


async def test_nobody_but_an_operator_can_say_that_sending_goes_on(gathered: Gather) -> None:
    testbed = await gathered(30)
    testbed.telegram.fault = refusing(lambda _: no(400, "Bad Request: chat not found"))
    await testbed.move_to(REMINDED_AT + timedelta(minutes=5))
    testbed.telegram.fault = None
    tried = len(testbed.telegram.log)
    update = {
        "update_id": 1,
        "callback_query": {
            "id": "1",
            "from": {"id": FIRST, "is_bot": False, "first_name": "Ada"},
            "chat_instance": "1",
            "data": "send-on",
            "message": {"message_id": 1, "date": 1, "chat": {"id": FIRST, "type": "private"}, "text": "x"},
        },
    }
    await testbed.handle(update)
    await testbed.settle()
    assert testbed.runtime is not None
    assert testbed.runtime.send_due.guards.everybody_waits()
    assert set(sent(testbed)) == {FIRST}  # the answer to the tap, and nobody's reminder
    assert len(testbed.telegram.log) > tried


@pytest.mark.parametrize("people", [2, 4])
async def test_a_small_store_with_the_wrong_token_gives_nobody_up_either(gathered: Gather, people: int) -> None:
    testbed = await gathered(people)
    testbed.telegram.fault = refusing(lambda _: no(400, "Bad Request: chat not found"))
    await testbed.move_to(REMINDED_AT + timedelta(days=2))
    assert testbed.runtime is not None
    for id in range(FIRST, FIRST + people):
        known = await testbed.runtime.storage.read(id)
        assert known is not None
        assert known.state is State.RUNNING
    assert any("does not know many" in text for text in told(testbed)) is (people >= 3)


async def test_whoever_stopped_and_blocks_while_a_message_is_on_its_way_stays_stopped(gathered: Gather) -> None:
    testbed = await gathered(1)
    person = testbed.telegram.person_with(FIRST)

    def stopped_meanwhile(parameters: dict[str, Any]) -> Answer | None:
        testbed.telegram.fault = None
        person.sends("/stop")
        stop.append(asyncio.ensure_future(testbed.handle(person_update(FIRST))))
        return no(403, "Forbidden: bot was blocked by the user")

    stop: list[asyncio.Future[None]] = []
    testbed.telegram.fault = refusing(stopped_meanwhile)
    await testbed.move_to(REMINDED_AT + timedelta(minutes=1))
    await asyncio.gather(*stop)
    assert testbed.runtime is not None
    known = await testbed.runtime.storage.read(FIRST)
    assert known is not None
    assert known.state is State.STOPPED


def person_update(id: int) -> dict[str, Any]:
    """A typed /stop as Telegram hands it over."""
    return {
        "update_id": 77,
        "message": {
            "message_id": 1,
            "date": 1,
            "chat": {"id": id, "type": "private"},
            "from": {"id": id, "is_bot": False, "first_name": "Ada"},
            "text": "/stop",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        },
    }
