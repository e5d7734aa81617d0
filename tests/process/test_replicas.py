"""Two bots on one PostgreSQL: one sends and polls, the other stands by, and nobody notices which."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalog.load import Catalog
from bot.local_telegram.telegram import LocalTelegram
from tests.process.bot_process import until
from tests.process.phone import ONBOARDING, Phone, lost
from tests.process.replicas import Replica
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
