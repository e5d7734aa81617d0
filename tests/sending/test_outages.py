"""Telegram out of order in the middle of a morning: few messages become unknown, the rest waits and arrives."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.catalog.load import Catalog
from bot.core.model.delivery import Outcome
from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import Testbed
from bot.local_telegram.faults import Answer, CutBefore, Fault, Refused
from bot.monitoring.alerts import Alert, AlertKind
from bot.places.search import Places
from tests.sending.conftest import FIRST, LESSON_AT, REMINDED_AT, Gather, sent
from tests.support.quick import Unsynced
from tests.support.shown import renderers_of

PEOPLE = 40
REMINDER = "reminder:2026-03-03:1"


def down_until(testbed: Testbed, end: Any, fault: Fault) -> None:
    """Every call but the fetch of updates fails in that way until an instant."""
    testbed.telegram.fault = lambda method, *_: (
        fault if method != "getUpdates" and testbed.clock.now() < end and testbed.clock.now() >= REMINDED_AT else None
    )


@pytest.mark.parametrize(
    "fault",
    [Answer(502, b"<html>Bad Gateway</html>"), Answer(500, {"ok": False, "error_code": 500}), CutBefore()],
    ids=["an HTML page", "JSON", "cut"],
)
async def test_ten_minutes_of_errors_make_unknown_only_what_was_in_flight(gathered: Gather, fault: Fault) -> None:
    testbed = await gathered(PEOPLE)
    await testbed.move_to(REMINDED_AT - timedelta(minutes=1))
    calls = len(testbed.telegram.log)
    down_until(testbed, REMINDED_AT + timedelta(minutes=10), fault)
    await testbed.move_to(REMINDED_AT + timedelta(minutes=9, seconds=30))
    assert len([c for c in testbed.telegram.log[calls:] if c.method != "getUpdates"]) <= 8 + 9.5 * 60
    await testbed.move_to(REMINDED_AT + timedelta(minutes=12))

    outcomes = [await outcome(testbed, id, REMINDER) for id in range(FIRST, FIRST + PEOPLE)]
    assert outcomes.count(Outcome.UNKNOWN) <= 8
    assert outcomes.count(Outcome.SENT) == PEOPLE - outcomes.count(Outcome.UNKNOWN)
    assert len(sent(testbed)) == len(set(sent(testbed))) == outcomes.count(Outcome.SENT)


async def test_if_nothing_but_sending_fails_few_become_unknown_and_it_is_a_trouble(gathered: Gather) -> None:
    testbed = await gathered(4 * PEOPLE)
    await testbed.move_to(REMINDED_AT - timedelta(minutes=1))
    end = REMINDED_AT + timedelta(minutes=10)
    bad = Answer(502, b"<html>Bad Gateway</html>")
    testbed.telegram.fault = lambda method, *_: bad if method == "sendMessage" and testbed.clock.now() < end else None
    assert testbed.runtime is not None
    alerts: list[Alert] = []
    testbed.runtime.alerts.listeners.append(alerts.append)
    await testbed.move_to(REMINDED_AT + timedelta(minutes=20))
    assert [(each.kind, each.standing) for each in alerts] == [(AlertKind.NO_ANSWERS, True)]
    assert testbed.runtime.alerts.standing() == {}

    outcomes = [await outcome(testbed, id, REMINDER) for id in range(FIRST, FIRST + 4 * PEOPLE)]
    assert outcomes.count(Outcome.UNKNOWN) <= 2 * 8 + 12
    assert outcomes.count(Outcome.SENT) == 4 * PEOPLE - outcomes.count(Outcome.UNKNOWN)
    assert len(sent(testbed)) == len(set(sent(testbed))) == outcomes.count(Outcome.SENT)


async def test_an_hour_without_a_connection_loses_nothing_and_makes_nothing_unknown(gathered: Gather) -> None:
    testbed = await gathered(PEOPLE)
    await testbed.move_to(REMINDED_AT - timedelta(minutes=1))
    down_until(testbed, REMINDED_AT + timedelta(hours=1), Refused())
    await testbed.move_to(REMINDED_AT + timedelta(hours=1, minutes=20))

    assert {await outcome(testbed, id, REMINDER) for id in range(FIRST, FIRST + PEOPLE)} == {Outcome.SENT}
    assert sorted(sent(testbed)) == list(range(FIRST, FIRST + PEOPLE))


async def test_a_lesson_that_arrived_behind_an_error_comes_twice_at_most_and_says_so(gathered: Gather) -> None:
    testbed = await gathered(PEOPLE)
    await testbed.move_to(LESSON_AT - timedelta(minutes=1))
    testbed.telegram.fault = lambda method, parameters, _: (
        Answer(504, b"", delivered=True)
        if method == "sendMessage" and testbed.clock.now() < LESSON_AT + timedelta(seconds=30)
        else None
    )
    await testbed.move_to(LESSON_AT + timedelta(hours=1))

    title = "Now the ankles and feet"
    everybody = sent(testbed, title)
    assert set(everybody) == set(range(FIRST, FIRST + PEOPLE))
    assert max(everybody.count(id) for id in set(everybody)) == 2
    repeats = sent(testbed, "You may already have this one.")
    assert sorted(repeats) == sorted(id for id in set(everybody) if everybody.count(id) == 2)


async def outcome(testbed: Testbed, id: int, key: str) -> Outcome:
    """What became of one delivery."""
    assert testbed.runtime is not None
    known = await testbed.runtime.storage.read(id)
    assert known is not None
    return known.deliveries[key].outcome


class ForgetsAName(Unsynced):
    """Takes a document, and then fails to make its name last, once it is told to."""

    failing = False

    def sync_folder(self, folder: Path) -> None:
        if self.failing and folder.parent.name == "subscribers":
            self.failing = False
            raise OSError(errno.EIO, "the disk forgot")


async def test_a_claim_whose_save_failed_though_it_stands_on_the_disk_keeps_nobody_from_their_reminder(
    tmp_path: Path, catalog: Catalog, places: Places, model: Subscriber
) -> None:
    disk = ForgetsAName()
    testbed = Testbed(
        catalog, places, folder=tmp_path, renderers=renderers_of(catalog, places), disk=disk, threads=0, rest=0.0
    )
    await testbed.open()
    assert testbed.runtime is not None
    testbed.telegram.person(FIRST)
    async with testbed.runtime.storage.change(FIRST) as box:
        box.value = replace(model, id=FIRST)
    await testbed.move_to(REMINDED_AT - timedelta(minutes=1))
    disk.failing = True
    await testbed.move_to(REMINDED_AT + timedelta(minutes=5))
    assert not disk.failing
    assert sent(testbed) == [FIRST]
    assert await outcome(testbed, FIRST, REMINDER) is Outcome.SENT
    await testbed.close()
