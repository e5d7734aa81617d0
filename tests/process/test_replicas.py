"""Two bots on one PostgreSQL: one sends and polls, the other stands by, and nobody notices which."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.catalog.load import Catalog
from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import until
from tests.process.phone import ONBOARDING, Phone, lost, words
from tests.process.replicas import Replica
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
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{one.port}") as to_one,
        aiohttp.ClientSession(f"http://127.0.0.1:{other.port}") as to_other,
    ):
        both = Post(one.port, to_one), Post(other.port, to_other)
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
