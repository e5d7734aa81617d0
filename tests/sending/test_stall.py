"""When people wait for their message and none leaves, somebody must hear of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.core.model.subscriber import Subscriber
from bot.demo.testbed import Testbed
from bot.local_telegram.faults import Refused
from bot.monitoring.alerts import AlertKind
from bot.sending.stall import PATIENCE, StallDetector
from tests.sending.conftest import FIRST, REMINDED_AT, Gather, sent

PEOPLE = 5


async def ticks(testbed: Testbed, minutes: int) -> None:
    """So many minutes with a tick in each; the bot need not come to rest."""
    assert testbed.runtime is not None
    for _ in range(minutes):
        await testbed.clock.advance(60)
        await testbed.runtime.send_due.tick()
        for _ in range(200):
            await asyncio.sleep(0.0001)


def standing(testbed: Testbed) -> set[AlertKind]:
    assert testbed.runtime is not None
    return set(testbed.runtime.alerts.standing())


async def test_sending_that_finds_no_connection_is_a_trouble_until_messages_leave_again(gathered: Gather) -> None:
    testbed = await gathered(PEOPLE)
    await testbed.move_to(REMINDED_AT - timedelta(minutes=1))
    testbed.telegram.fault = lambda method, *_: Refused() if method != "getUpdates" else None
    await ticks(testbed, 9)
    assert standing(testbed) == set()
    await ticks(testbed, 5)
    assert standing(testbed) == {AlertKind.NOTHING_LEAVES}

    testbed.telegram.fault = None
    await ticks(testbed, 3)
    await testbed.settle()
    await ticks(testbed, 1)
    assert sorted(sent(testbed)) == list(range(FIRST, FIRST + PEOPLE))
    assert standing(testbed) == set()


async def test_a_fault_of_ours_that_keeps_everybodys_message_here_is_a_trouble(gathered: Gather) -> None:
    testbed = await gathered(PEOPLE)
    await testbed.move_to(REMINDED_AT - timedelta(minutes=1))
    assert testbed.runtime is not None
    for id in range(FIRST, FIRST + PEOPLE):
        async with testbed.runtime.storage.change(id) as box:
            box.value = in_a_lost_zone(box.value)
    await ticks(testbed, 15)
    assert standing(testbed) == {AlertKind.NOTHING_LEAVES}
    assert AlertKind.STANDS_STILL in {each.kind for each in testbed.runtime.alerts.recent()}


def in_a_lost_zone(known: Subscriber | None) -> Subscriber:
    """The person, in a zone that no table of zones knows any more."""
    assert known is not None
    answers = [replace(answer, value="Lost/Zone") if answer.question == "zone" else answer for answer in known.answers]
    return replace(known, answers=tuple(answers))


def test_one_persons_fault_beside_messages_that_leave_is_no_standstill() -> None:
    found = StallDetector()
    assert found.waiting([1, 2], 0.0) == 0
    found.stumbled(1, own=False)
    found.left(2, 5.0)
    assert found.waiting([1], PATIENCE + 10) == 0

    assert found.waiting([1, 3], PATIENCE + 20) == 0
    assert found.waiting([1, 3], 2 * PATIENCE + 20) == 1


def test_whoever_waits_anew_waits_from_then_on() -> None:
    found = StallDetector()
    assert found.waiting([1], 0.0) == 0
    assert found.waiting([], 300.0) == 0
    assert found.waiting([1], PATIENCE + 1) == 0
    assert found.waiting([1], 2 * PATIENCE + 1) == 1


def test_whoever_got_their_message_on_another_try_waits_for_it_no_more() -> None:
    found = StallDetector()
    found.did_not_leave(1, 4 * PATIENCE)
    assert found.waiting([], 0.0) == 0
    found.left(1, 5.0)
    assert found.waiting([], 10.0) == 0
    assert found.waiting([], 10.0 + PATIENCE) == 0


def test_whose_own_fault_is_over_counts_again() -> None:
    found = StallDetector()
    found.stumbled(1, own=True)
    assert found.waiting([1], 0.0) == 0
    assert found.waiting([1], PATIENCE) == 0
    found.went_well(1)
    assert found.waiting([1], PATIENCE) == 0
    assert found.waiting([1], 2 * PATIENCE) == 1
