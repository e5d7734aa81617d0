"""The bot's own document no longer opens while the bot runs: what is noted there waits or is done without."""

from __future__ import annotations

import pytest

from bot.clock import SystemClock
from bot.intake.set_aside import SetAside
from bot.intake.update_queue import RetryLater
from bot.monitoring.alerts import AlertKind, Alerts
from bot.sending.quarantine import Form, Quarantine
from bot.storage.tinydb_storage import TinyDBStorage
from tests.storage.conftest import Person, Place


@pytest.fixture
def damaged(place: Place) -> TinyDBStorage[Person]:
    storage = place.open()
    (place.folder / "house.sealed").write_bytes(b"torn")
    return storage


async def test_an_update_that_cannot_be_set_aside_waits(damaged: TinyDBStorage[Person]) -> None:
    alerts = Alerts(SystemClock())
    with pytest.raises(RetryLater):
        await SetAside(damaged, alerts).note(5, "KeyError")
    assert not alerts.recent()


async def test_a_refusal_that_cannot_be_noted_holds_for_this_process(damaged: TinyDBStorage[Person]) -> None:
    alerts = Alerts(SystemClock())
    quarantine = Quarantine(damaged, "content 1", alerts)
    await quarantine.load()
    await quarantine.refused("reminder", Form.WRITTEN, may_wait=False)
    assert quarantine.form("reminder") is Form.PLAIN
    assert AlertKind.REFUSED_CONTENT in str(alerts.recent())
