"""Two bots on one PostgreSQL: one sends and polls, the other stands by, and nobody notices which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.catalog.load import Catalog
from bot.core.model.delivery import Outcome
from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import until
from tests.process.phone import ONBOARDING, Phone, lost, words
from tests.process.replicas import Replica
from tests.process.test_coach import ADA, COACH, keep, stands
from tests.process.test_webhook_mode import SECRET, Post
from tests.support.database import new_schema

STEPS = ONBOARDING[:10]  # up to the end of the safety check
TAKE_OVER = 15.0
"""Seconds within which a standby leads after the lead has died."""


@pytest.fixture
async def replicas(loopback: tuple[LocalTelegram, str], tmp_path: Path) -> AsyncIterator[tuple[Replica, Replica]]:
    database, key_file = new_schema(), tmp_path / "keys" / "storage.key"
    one, other = (Replica(tmp_path / name, loopback[1], database, key_file) for name in ("one", "other"))
    yield one, other
    await one.close()
    await other.close()


@asynccontextmanager
async def posts(one: Replica, other: Replica) -> AsyncIterator[tuple[Post, Post]]:
    """Telegram's deliveries to one replica, and to the other."""
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{one.port}") as to_one,
        aiohttp.ClientSession(f"http://127.0.0.1:{other.port}") as to_other,
    ):
        yield Post(one.port, to_one), Post(other.port, to_other)


async def test_a_standby_takes_over_from_a_killed_lead_and_at_once_from_one_that_stops(
    telegram: LocalTelegram, replicas: tuple[Replica, Replica], catalog: Catalog
) -> None:
    one, other = replicas
    phone = Phone(telegram.person(5))
    await one.ready()
    await until(one.leads_since, lambda: one.output)
    await other.ready()
    assert await other.asks("/healthz") == (200, {"ok": True, "standby": True, "troubles": []})
    assert (await other.asks("/readyz"))[0] == 200
    await phone.sends("/start")
    await phone.walks(STEPS[:5])

    await one.kill()
    await until(other.leads_since, lambda: other.output, TAKE_OVER)
    await phone.walks(STEPS[5:8])
    assert await other.asks("/healthz") == (200, {"ok": True, "troubles": []})

    written = len(one.output)
    await one.ready()
    assert await other.stop() == 0
    await until(lambda: one.leads_since(written), lambda: one.output, TAKE_OVER)
    await phone.walks(STEPS[8:])
    assert lost(phone.confirmed, await one.stored(catalog, 5)) == []
    assert await one.stop() == 0
    assert telegram.unconfirmed == 0
    assert "second-poller" not in one.output + other.output


async def test_behind_a_webhook_every_replica_takes_in_and_one_tap_counts_once_on_both(
    telegram: LocalTelegram, replicas: tuple[Replica, Replica], catalog: Catalog
) -> None:
    one, other = replicas
    for each in replicas:
        each.settings |= {"BOT_WEBHOOK_URL": f"http://127.0.0.1:{one.port}/telegram", "BOT_WEBHOOK_SECRET": SECRET}
    phone = Phone(telegram.person(5))
    await one.ready()
    await until(one.leads_since, lambda: one.output)
    await other.ready()
    async with posts(one, other) as both:
        assert await both[1].delivers(phone.person.sends("/start")) == 200
        for label in (words("labels.begin"), words("labels.adult"), words("labels.agree")):
            await until(lambda label=label: label in phone.labels())  # type: ignore[misc]
            update = phone.person.presses(label)
            assert await asyncio.gather(*(each.delivers(update) for each in both)) == [200, 200]
    known = await one.stored(catalog, 5)
    assert known is not None
    assert known.handled(update["update_id"])
    assert (await other.asks("/healthz"))[1]["standby"]
    assert [await each.stop() for each in replicas] == [0, 0]


async def test_what_people_ask_on_a_standby_is_carried_once_and_what_a_coach_does_is_for_the_lead(
    telegram: LocalTelegram, replicas: tuple[Replica, Replica], catalog: Catalog
) -> None:
    one, other = replicas
    for each in replicas:
        each.settings |= {
            "BOT_WEBHOOK_URL": f"http://127.0.0.1:{one.port}/telegram",
            "BOT_WEBHOOK_SECRET": SECRET,
            "BOT_OPERATORS": str(COACH),
        }
    await keep(one, catalog, telegram, range(ADA, ADA + 1))
    ada, cleo = Phone(telegram.person(ADA, "Ada")), Phone(telegram.person(COACH, "Cleo"))
    await one.ready()
    await until(one.leads_since, lambda: one.output)
    await other.ready()
    async with posts(one, other) as (lead, standby):

        async def by_the_coach(update: dict[str, Any]) -> None:
            assert await standby.delivers(update) == 503
            assert await lead.delivers(update) == 200

        await by_the_coach(cleo.person.sends("/help"))
        for words_of_it, place in (("does it glonk?", standby), ("and now?", lead)):
            assert await place.delivers(ada.person.sends(f"/ask {words_of_it}")) == 200
        await until(lambda: stands(cleo, "does it glonk?") > 0 and stands(cleo, "and now?") > 0)

        await by_the_coach(cleo.person.sends("/broadcast"))
        for label in ("Write to 1", "Send it to 1"):
            await until(lambda label=label: any(label in each for each in cleo.labels()))  # type: ignore[misc]
            await by_the_coach(cleo.person.presses(next(each for each in cleo.labels() if label in each)))
            if label == "Write to 1":
                await until(lambda: stands(cleo, "Your next message") > 0)
                await by_the_coach(cleo.person.sends("A walk on Saturday at ten?"))
        await until(lambda: stands(ada, "A walk on Saturday") > 0)

        await by_the_coach(cleo.person.sends("/contacts"))
        await until(lambda: words("labels.add-contact") in cleo.labels())
        await by_the_coach(cleo.person.presses(words("labels.add-contact")))
        await until(lambda: stands(cleo, "Your next message says who it is") > 0)
        await by_the_coach(cleo.person.sends("Bo Reed\n+44 20 7946 0002"))
        await until(lambda: words("labels.use-contacts") in cleo.labels())
        await by_the_coach(cleo.person.presses(words("labels.use-contacts")))
        await until(lambda: stands(cleo, "Confirmed in the chat") > 0)

        async def reads_of(place: Post) -> bool:
            assert await place.delivers(ada.person.sends("/help")) == 200
            return stands(ada, "Bo Reed: +44 20 7946 0002") > 0

        async with asyncio.timeout(TAKE_OVER):  # a standby hears of it within a second or two
            while not await reads_of(standby):  # noqa: ASYNC110 -- what happens happens in another process
                await asyncio.sleep(0.3)
    asked = [each for each in cleo.person.chat.messages if "does it glonk?" in str(each["text"])]
    assert len(asked) == 1
    assert [await each.stop() for each in replicas] == [0, 0]
    known = await one.stored(catalog, ADA)
    assert known is not None
    assert [each.outcome for each in known.letters] == [Outcome.SENT] * 2
