"""SIGTERM: what is in hand is finished, what cannot be is kept for the next process."""

from __future__ import annotations

from bot.local_telegram.faults import Answer
from bot.local_telegram.telegram import LocalTelegram
from tests.long.crowd import SENDING
from tests.process.bot_process import BotProcess, until
from tests.process.phone import Phone, words


async def test_what_arrived_before_sigterm_is_confirmed_and_the_next_process_does_not_answer_twice(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    people = [Phone(telegram.person(id)) for id in range(1, 9)]
    await bot.started(telegram)
    for phone in people:
        phone.person.sends("/start")
    assert await bot.stop() == 0

    await bot.started(telegram)
    for phone in people:
        await phone.rests()
        await phone.taps(words("labels.begin"))
        await phone.rests()
    assert await bot.stop() == 0

    for phone in people:  # the welcome moves, so what follows it is a message of its own
        answers = [m for m in phone.person.chat.messages if not m["mine"]]
        assert len(answers) == len({m["text"] for m in answers}) == 2


async def test_a_reply_that_telegram_holds_off_neither_holds_up_the_end_nor_is_lost(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    held_off = Answer(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 300}})
    phone = Phone(telegram.person(5))
    await bot.started(telegram)
    telegram.fault = lambda method, parameters, number: held_off if method in SENDING else None
    phone.person.sends("/start")
    await until(lambda: any(call.method in SENDING for call in telegram.log))

    assert await bot.stop() == 0
    telegram.fault = None
    await bot.started(telegram)
    await phone.taps(words("labels.begin"))
    await phone.rests()

    assert bot.output.count("stopped with replies still waiting") == 1
