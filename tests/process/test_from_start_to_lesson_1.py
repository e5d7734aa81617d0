"""The process from /start to lesson 1, and what it writes about the person meanwhile: nothing."""

from __future__ import annotations

import re

from bot.catalog.load import Catalog
from bot.core.model.subscriber import State
from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import TOKEN, BotProcess, until
from tests.process.phone import ONBOARDING, Phone, lost

NAME = "Canary-Ottilie <3 & co"
PAYLOAD = "canary-payload-77"
TYPED = "canary: my left knee hurts on stairs"


async def test_a_person_comes_from_start_to_lesson_1_and_no_log_level_tells_of_it(
    telegram: LocalTelegram, bot: BotProcess, catalog: Catalog
) -> None:
    bot.settings["BOT_LOG_LEVEL"] = "DEBUG"
    phone = Phone(telegram.person(71, NAME))
    await bot.started(telegram)

    await phone.sends(f"/start {PAYLOAD}")
    await phone.walks(ONBOARDING)
    await until(lambda: "Start at the hips" in phone.last, lambda: phone.last)
    await phone.sends(TYPED)
    known = await bot.stored(catalog, 71)
    assert await bot.stop() == 0

    assert known is not None
    assert known.state is State.RUNNING
    assert lost(phone.confirmed, known) == []
    for secret in (TOKEN, TOKEN.partition(":")[2], NAME, "Ottilie", PAYLOAD, TYPED, "Lisbon", "lisbon", "hips"):
        assert secret not in bot.output
    assert not re.search(r"\b71\b", re.sub(r"^\S+ \S+", "", bot.output, flags=re.MULTILINE))
