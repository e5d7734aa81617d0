"""A bot that is asked to stop claims nothing more, however far a message had come."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.sending.conftest import FIRST, REMINDED_AT, Gather, sent


async def test_a_message_that_waits_for_its_person_when_the_stop_comes_is_not_claimed(gathered: Gather) -> None:
    testbed = await gathered(1)
    await testbed.move_to(REMINDED_AT - timedelta(minutes=1))
    assert testbed.runtime is not None
    send_due, storage = testbed.runtime.send_due, testbed.runtime.storage
    async with storage.change(FIRST):  # an update of theirs is being handled
        await testbed.clock.advance(120)
        await send_due.tick()
        for _ in range(200):
            await asyncio.sleep(0)
        stopping = asyncio.create_task(send_due.stop(60.0))
        await asyncio.sleep(0)
    await stopping
    assert sent(testbed) == []
    known = await storage.read(FIRST)
    assert known is not None
    assert not [record for record in known.deliveries.values() if record.at >= REMINDED_AT]
