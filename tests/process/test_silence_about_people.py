"""Whatever goes wrong, no level of the log tells the token, a name or a word of anybody's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest

from bot.demo.testbed import Testbed
from bot.local_telegram.faults import JSON, Answer, CutAfter, CutBefore, Fault
from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import TOKEN, BotProcess, until

NAME = "Canary-Ottilie"
TYPED = "canary: my left knee hurts on stairs"
ID = 7183520946


def no(code: int) -> Answer:
    return Answer(code, {"ok": False, "error_code": code, "description": f"no to {TYPED} of {NAME}"})


def faults() -> Iterator[Fault | None]:
    """Every kind of trouble with a reply, over and over; a reply that provably did not leave is tried again."""
    odd: JSON = {"ok": True, "result": {"message_id": TYPED, "chat": NAME, "text": [TYPED]}}
    return cycle(
        [
            Answer(200, odd),
            no(400),
            Answer(200, TYPED.encode()),
            CutAfter(),
            no(403),
            Answer(502, f"<html>{TYPED}</html>".encode()),
            CutBefore(),
            Answer(404, TYPED.encode()),
            None,
        ]
    )


async def test_trouble_with_telegram_and_unreadable_updates_is_told_without_a_word_of_anybody(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    bot.settings["BOT_LOG_LEVEL"] = "DEBUG"
    alerts = faults()
    people = [telegram.person(ID + number, NAME) for number in range(9)]  # side by side: one chat is slow
    await bot.started(telegram)
    telegram.fault = lambda method, _, number: (
        next(alerts) if method in ("sendMessage", "answerCallbackQuery") else None
    )

    sender = {"id": ID, "is_bot": False, "first_name": NAME}
    telegram.enqueue({"message": {"text": TYPED, "from": sender, "chat": NAME, "message_id": TYPED, "date": 1}})
    telegram.enqueue({"message": {"text": TYPED, "from": NAME}})
    telegram.enqueue({"callback_query": {"id": "1", "from": sender, "data": TYPED, "message": {"text": TYPED}}})
    telegram.enqueue({"message": {"chat": {"id": ID, "type": TYPED}, "from": sender, "date": TYPED, "text": TYPED}})
    for person in people:
        person.sends(TYPED)
        person.taps(1, TYPED[:60])
    await until(lambda: telegram.unconfirmed == 0, lambda: bot.output)
    assert await bot.stop() == 0

    assert "set-aside" in bot.output
    assert "reply may be lost" in bot.output
    for secret in (
        TOKEN,
        TOKEN.partition(":")[2],
        NAME,
        "Ottilie",
        TYPED,
        "left knee",
        *(str(person.id) for person in people),
    ):
        assert secret not in bot.output, bot.output


async def test_an_error_nobody_thought_of_is_told_by_its_kind_and_place_alone(
    testbed: Testbed, caplog: pytest.LogCaptureFixture
) -> None:
    assert testbed.runtime is not None

    async def fail() -> None:
        raise ValueError(TYPED)

    await testbed.runtime.sender.reply(ID, fail).wait()

    assert "ValueError at test_silence_about_people.py:" in caplog.text
    assert TYPED not in caplog.text
