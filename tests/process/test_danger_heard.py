"""The real process hears signs of danger in whatever words come in: below a picture, and in a message changed later."""

from __future__ import annotations

from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import BotProcess, until
from tests.process.phone import Phone, words

SIGN = "I have chest pain"


async def test_a_sign_below_a_picture_and_in_an_edited_message_is_answered(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    captions, edits = Phone(telegram.person(71, "Ada")), Phone(telegram.person(72, "Bo"))
    await bot.started(telegram)
    typed = {}
    for phone in (captions, edits):
        await phone.sends("/start")
        await phone.walks((words("labels.begin"), words("labels.adult"), words("labels.agree")))
        await phone.sends("my knees hurt on stairs")
        typed[phone] = next(message["id"] for message in reversed(phone.person.chat.messages) if message["mine"])

    captions.person.sends_photo(caption=f"Look at this. {SIGN}")
    edits.person.edits(typed[edits], SIGN)
    await until(lambda: "call an ambulance now" in captions.last, lambda: captions.last)
    await until(lambda: "call an ambulance now" in edits.last, lambda: edits.last)


async def test_a_stranger_s_edited_message_with_a_sign_is_told_what_to_do(
    telegram: LocalTelegram, bot: BotProcess
) -> None:
    phone = Phone(telegram.person(73, "Cy"))
    await bot.started(telegram)
    await phone.sends("hello")
    phone.person.edits(phone.newest() - 1, SIGN)
    await until(lambda: "ambulance" in phone.last or "emergency" in phone.last, lambda: phone.last)
