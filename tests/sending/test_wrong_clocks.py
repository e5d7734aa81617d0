"""A wall clock that jumps between two ticks, or was wrong for a while: nobody is hurried, and nobody is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.core.schedule.due import scheduled
from bot.demo.testbed import Testbed
from tests.sending.conftest import FIRST, REMINDED_AT, Gather, sent


async def someone_writes(testbed: Testbed) -> None:
    """Anything that wakes the drain before the next tick."""
    testbed.telegram.person(5).sends("/help")
    await testbed.settle()


async def tick(testbed: Testbed) -> None:
    assert testbed.runtime is not None
    await testbed.runtime.send_due.tick()
    await testbed.settle()


async def test_a_jump_is_seen_before_anything_is_sent_though_no_tick_has_come(gathered: Gather) -> None:
    testbed = await gathered(12)
    await tick(testbed)
    testbed.clock.set_wall(testbed.clock.now() + timedelta(days=40))
    await someone_writes(testbed)
    assert [id for id in sent(testbed) if id >= FIRST] == []


async def test_a_jump_erases_nobody_though_no_tick_has_come(gathered: Gather) -> None:
    testbed = await gathered(1)
    await tick(testbed)
    await testbed.clock.advance(700)
    assert testbed.runtime is not None
    now = testbed.clock.now()
    silent = now - timedelta(days=400)
    notice = Delivery(f"idle:{silent.date().isoformat()}", Kind.IDLE, Outcome.SENT, now - timedelta(days=4))
    async with testbed.runtime.storage.change(FIRST) as box:
        assert box.value is not None
        box.value = replace(box.value.with_deliveries([notice]), heard_at=silent)
    await tick(testbed)
    testbed.clock.set_wall(now + timedelta(days=40))
    await someone_writes(testbed)
    assert testbed.runtime.storage.ids() == [FIRST]


async def test_what_a_wrong_clock_put_off_or_dropped_comes_when_the_clock_is_right_again(gathered: Gather) -> None:
    testbed = await gathered(1)
    assert testbed.runtime is not None
    ahead = REMINDED_AT + timedelta(days=12)
    lesson = Delivery("lesson:1:ankles", Kind.LESSON, Outcome.WAITING, ahead, "no connection", 1, ahead)
    dropped = Delivery("reminder:2026-03-04:1", Kind.REMINDER, Outcome.EXPIRED, ahead, "late")
    async with testbed.runtime.storage.change(FIRST) as box:
        assert box.value is not None
        box.value = box.value.with_deliveries([lesson, dropped])
    await testbed.move_to(REMINDED_AT + timedelta(days=7))
    known = await testbed.runtime.storage.read(FIRST)
    assert known is not None
    assert known.deliveries["reminder:2026-03-04:1"].outcome is Outcome.SENT
    assert known.deliveries["lesson:1:ankles"].outcome is Outcome.SENT


async def test_a_clock_set_back_to_the_truth_leaves_nobody_waiting_for_the_wrong_date(gathered: Gather) -> None:
    testbed = await gathered(3)
    await tick(testbed)
    right = testbed.clock.now()
    testbed.clock.set_wall(right + timedelta(days=12))
    for _ in range(12):
        await tick(testbed)
        await testbed.clock.advance(60)
    await tick(testbed)
    testbed.clock.set_wall(right + timedelta(minutes=12))
    for _ in range(12):
        await tick(testbed)
        await testbed.clock.advance(60)
    await tick(testbed)
    came = len(sent(testbed))
    await testbed.move_to(REMINDED_AT + timedelta(hours=1))
    assert sorted(sent(testbed)[came:]) == [FIRST, FIRST + 1, FIRST + 2]


async def test_a_tick_while_everybody_is_looked_at_anew_leaves_nobody_out(gathered: Gather) -> None:
    testbed = await gathered(3)
    await tick(testbed)
    right = testbed.clock.now()
    for wrong in (timedelta(days=12), timedelta(0)):
        testbed.clock.set_wall(right + wrong)
        for _ in range(13):
            assert testbed.runtime is not None
            await testbed.runtime.send_due.tick()
            await tick(testbed)
            await testbed.clock.advance(60)
    came = len(sent(testbed))
    await testbed.move_to(REMINDED_AT + timedelta(hours=1))
    assert sorted(sent(testbed)[came:]) == [FIRST, FIRST + 1, FIRST + 2]


async def test_a_clock_that_stood_weeks_behind_until_a_restart_leaves_nobody_waiting_for_next_year(
    gathered: Gather,
) -> None:
    testbed = await gathered(2)
    await tick(testbed)
    right = testbed.clock.now()
    testbed.clock.set_wall(right - timedelta(days=40))
    for _ in range(12):
        await tick(testbed)
        await testbed.clock.advance(60)
    await tick(testbed)
    await testbed.close()
    testbed.clock.set_wall(right + timedelta(minutes=12))
    await testbed.open()
    came = len(sent(testbed))
    await testbed.move_to(REMINDED_AT + timedelta(hours=1))
    assert sorted(sent(testbed)[came:]) == [FIRST, FIRST + 1]


async def test_nobody_is_erased_before_the_bot_has_listened_for_ten_minutes_without_a_break(gathered: Gather) -> None:
    testbed = await gathered(1)
    assert testbed.runtime is not None
    deaf = False
    testbed.runtime.send_due.guards.is_disconnected = lambda: deaf
    now = testbed.clock.now()
    silent = now - timedelta(days=400)
    notice = Delivery(f"idle:{silent.date().isoformat()}", Kind.IDLE, Outcome.SENT, now - timedelta(days=29, hours=23))
    async with testbed.runtime.storage.change(FIRST) as box:
        assert box.value is not None
        noticed = replace(box.value.with_deliveries([notice]), heard_at=silent)
        box.value = scheduled(testbed.catalog.default, noticed, now)
    for minute in range(1, 145):
        deaf = 55 <= minute < 120
        await testbed.clock.advance(60)
        await tick(testbed)
        assert minute >= 129 or testbed.runtime.storage.ids() == [FIRST]
    assert testbed.runtime.storage.ids() == []
