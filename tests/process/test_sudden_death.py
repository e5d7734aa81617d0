"""`kill -9` at moments nobody chose, under traffic: what was confirmed on a screen is stored."""

from __future__ import annotations

import asyncio
import random

from bot.catalog.load import Catalog
from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import BotProcess
from tests.process.phone import ONBOARDING, Phone, lost

PEOPLE = 8
KILLS = 4
STEPS = ONBOARDING[:10]  # up to the end of the safety check


async def test_kill_9_at_random_moments_loses_no_answer_and_strands_nobody(
    telegram: LocalTelegram, bot: BotProcess, catalog: Catalog
) -> None:
    phones = [Phone(telegram.person(id)) for id in range(1, PEOPLE + 1)]
    await bot.started(telegram)

    async def walk(phone: Phone) -> None:
        await phone.sends("/start")
        await phone.walks(STEPS)

    async def keep_killing() -> None:
        moments = random.Random(3)
        for _ in range(KILLS):
            await asyncio.sleep(moments.uniform(0.05, 1.2))
            await bot.kill()
            await bot.started(telegram)

    await asyncio.gather(keep_killing(), *map(walk, phones))
    await bot.kill()

    for phone in phones:
        assert len(phone.confirmed) == len(STEPS)
        assert lost(phone.confirmed, await bot.stored(catalog, phone.person.id)) == []
    assert "Traceback" not in bot.output
