"""What may hold planned messages back: what ends it, and what the operators are told meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot.clock import MovableClock
from bot.core.model.delivery import Delivery, Kind, Outcome
from bot.monitoring.alerts import HOLDING, AlertKind, Alerts
from bot.sending.guards import AFTER_TROUBLE, LISTENING, SPEAKS_FOR_ITSELF, Guards
from bot.sending.stall import PATIENCE
from bot.sending.unanswered_sends import IN_A_ROW
from bot.storage import Lead

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CLAIMED = Delivery("reminder:2026-03-02:1", Kind.REMINDER, Outcome.CLAIMED, NOON, tries=1)
SENT = CLAIMED.settled(Outcome.SENT, NOON)
UNKNOWN = CLAIMED.settled(Outcome.UNKNOWN, NOON)
WAITING = CLAIMED.not_sent(NOON, "no connection")


class Stored:
    """A store that says who is due and what it saw last."""

    def __init__(self) -> None:
        self.lead = Lead()
        self.newest: datetime | None = None
        self.ids: list[int] = []

    def newest_instant(self) -> datetime | None:
        return self.newest

    def due(self, now: datetime) -> list[int]:
        return self.ids


class Bench:
    """Guards, and what they look at."""

    def __init__(self) -> None:
        self.clock = MovableClock(NOON)
        self.alerts = Alerts(self.clock)
        self.stored = Stored()
        self.clock_was_right = 0
        self.guards = Guards(cast(Any, self.stored), self.clock, self.alerts, self._clock_is_right)
        self.guards.tick()

    def _clock_is_right(self) -> None:
        self.clock_was_right += 1

    @property
    def standing(self) -> set[AlertKind]:
        return set(self.alerts.standing())


@pytest.fixture
def bench() -> Bench:
    """At noon, with nothing in the way."""
    bench = Bench()
    assert not bench.guards.everybody_waits()
    assert bench.standing == set()
    return bench


async def test_a_jump_of_the_clock_holds_everybody_for_ten_minutes_and_then_says_that_it_is_over(bench: Bench) -> None:
    bench.clock.set_wall(NOON + timedelta(days=3))
    assert bench.guards.everybody_waits()
    assert bench.alerts.standing() == {AlertKind.CLOCK: "the clock jumped"}
    await bench.clock.advance(599)
    assert bench.guards.everybody_waits()
    assert bench.clock_was_right == 0

    await bench.clock.advance(1)
    assert not bench.guards.everybody_waits()
    assert bench.standing == set()
    assert not bench.guards.everybody_waits()
    assert bench.clock_was_right == 1


async def test_three_unknown_chats_hold_everybody_until_an_operators_word(bench: Bench) -> None:
    for id in (1, 2, 3):
        assert not bench.guards.is_gone(id)
    assert bench.guards.everybody_waits()
    assert bench.standing == {AlertKind.STRANGE_CHATS}
    await bench.clock.advance(86_400)
    assert bench.guards.everybody_waits()

    bench.guards.go_on()
    assert not bench.guards.everybody_waits()
    assert bench.standing == set()
    assert not bench.guards.is_gone(4)
    assert not bench.guards.everybody_waits()


def test_an_operators_word_ends_the_doubt_about_the_clock_at_once(bench: Bench) -> None:
    bench.clock.set_wall(NOON + timedelta(days=3))
    assert bench.guards.everybody_waits()
    bench.guards.go_on()
    assert bench.standing == set()
    assert bench.clock_was_right == 1


@pytest.mark.parametrize("kind", sorted(HOLDING - {AlertKind.CLOCK}))
def test_whatever_holds_sending_holds_everybody_while_it_stands(bench: Bench, kind: AlertKind) -> None:
    bench.alerts.raise_(kind)
    assert bench.guards.everybody_waits()
    bench.alerts.clear(kind)
    assert not bench.guards.everybody_waits()


def test_a_chat_that_is_unknown_twice_is_gone_only_while_nothing_holds_everybody(bench: Bench) -> None:
    assert not bench.guards.is_gone(1)
    bench.guards.settled(2, SENT)
    bench.alerts.raise_(AlertKind.SECOND_POLLER)
    assert not bench.guards.is_gone(1)
    bench.alerts.clear(AlertKind.SECOND_POLLER)
    assert bench.guards.is_gone(1)


async def test_a_process_that_does_not_lead_holds_everybody_and_has_no_trouble(bench: Bench) -> None:
    bench.stored.ids = [7]
    bench.stored.lead.held = False
    await bench.clock.advance(7200)
    bench.guards.tick()
    assert bench.guards.everybody_waits()
    assert bench.standing == set()
    bench.stored.lead.held = True
    assert not bench.guards.everybody_waits()


async def test_a_fault_holds_one_person_for_a_minute_whatever_the_wall_clock_does(bench: Bench) -> None:
    bench.guards.stumbled(1)
    bench.clock.set_wall(NOON + timedelta(hours=5))
    assert bench.guards.waits(1)
    assert not bench.guards.waits(2)
    await bench.clock.advance(AFTER_TROUBLE.total_seconds())
    assert not bench.guards.waits(1)


async def test_nobody_is_erased_before_ten_minutes_of_listening(bench: Bench) -> None:
    assert not bench.guards.may_erase(1)
    assert bench.guards.waits(1)
    await bench.clock.advance(LISTENING.total_seconds())
    assert not bench.guards.waits(1)
    assert bench.guards.may_erase(1)

    bench.guards.is_disconnected = lambda: True
    bench.guards.tick()
    bench.guards.is_disconnected = lambda: False
    await bench.clock.advance(LISTENING.total_seconds() - 1)
    assert not bench.guards.may_erase(1)
    await bench.clock.advance(1)
    assert bench.guards.may_erase(1)


async def test_messages_leave_one_at_a_time_while_none_is_answered(bench: Bench) -> None:
    async with bench.guards.alone_in_doubt(), bench.guards.alone_in_doubt():
        assert bench.clock.next_waking() is None
    for id in range(IN_A_ROW):
        assert bench.standing == set()
        bench.guards.settled(id, UNKNOWN)
    assert bench.standing == {AlertKind.NO_ANSWERS}

    inside = most = 0

    async def send() -> None:
        nonlocal inside, most
        async with bench.guards.alone_in_doubt():
            inside += 1
            most = max(most, inside)
            await bench.clock.sleep(1)
            inside -= 1

    tasks = [asyncio.create_task(send()) for _ in range(3)]
    await asyncio.sleep(0)
    assert bench.clock.next_waking() == 1
    await bench.clock.advance(20)
    assert all(task.done() for task in tasks)
    assert most == 1

    bench.guards.settled(1, SENT)
    assert bench.standing == set()
    async with bench.guards.alone_in_doubt(), bench.guards.alone_in_doubt():
        assert bench.clock.next_waking() is None


def due_somebody(bench: Bench) -> None:
    bench.stored.ids = [1]


def to_be_tried_again(bench: Bench) -> None:
    """Nothing is due, for the whole hour until the next try."""
    bench.guards.settled(1, replace(WAITING, not_before=NOON + timedelta(hours=1)))


@pytest.mark.parametrize("somebody_waits", [due_somebody, to_be_tried_again])
async def test_people_who_wait_while_nothing_leaves_are_a_trouble(
    bench: Bench, somebody_waits: Callable[[Bench], None]
) -> None:
    somebody_waits(bench)
    bench.guards.tick()
    await bench.clock.advance(PATIENCE - 1)
    bench.guards.tick()
    assert bench.standing == set()
    await bench.clock.advance(1)
    bench.guards.tick()
    assert bench.alerts.standing() == {AlertKind.NOTHING_LEAVES: "1 people"}

    bench.stored.ids = []
    bench.guards.settled(1, SENT)
    bench.guards.tick()
    assert bench.standing == set()


@pytest.mark.parametrize("kind", sorted(SPEAKS_FOR_ITSELF | {AlertKind.WEBHOOK_SET}))
async def test_what_is_known_to_hold_messages_is_no_second_trouble(bench: Bench, kind: AlertKind) -> None:
    bench.stored.ids = [1]
    bench.guards.settled(2, replace(WAITING, not_before=NOON + timedelta(hours=1)))
    bench.alerts.raise_(kind)
    for _ in range(20):
        bench.guards.tick()
        await bench.clock.advance(60)
    assert bench.standing == {kind}
    bench.alerts.clear(kind)
    bench.guards.tick()
    assert bench.standing == set()


async def test_whoever_waits_behind_the_one_that_is_answered_goes_without_a_pause(bench: Bench) -> None:
    for _ in range(IN_A_ROW):
        bench.guards.settled(1, UNKNOWN)
    gone: list[int] = []

    async def leaves(id: int) -> None:
        async with bench.guards.alone_in_doubt():
            gone.append(id)
            bench.guards.settled(id, SENT)

    first, second = asyncio.create_task(leaves(1)), asyncio.create_task(leaves(2))
    await asyncio.sleep(0)
    assert gone == []
    await bench.clock.advance(1)
    await asyncio.wait_for(asyncio.gather(first, second), 5)
    assert gone == [1, 2]
