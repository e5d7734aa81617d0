"""What polling and the webhook share: updates by themselves, each seen through to its end and counted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import MovableClock
from bot.intake.update_queue import ERRANDS_AT_ONCE, ERRANDS_WAITING, IDS_KEPT, UpdateQueue
from bot.monitoring.metrics import Metrics
from tests.support.hooks import always_heard, breathe

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Desk:
    """An intake whose handler waits to be let go on."""

    def __init__(self) -> None:
        self.clock = MovableClock(START)
        self.metrics = Metrics(self.clock)
        self.handled: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.fault: Exception | None = None
        self.dropped: list[str] = []
        self.taps_are_answered = asyncio.Event()
        self.taps_are_answered.set()
        self.intake = UpdateQueue(
            self._handle,
            self.clock,
            self.metrics,
            answered=self._ignore,
            storage_works=self._works,
            set_aside=self._ignore,
            is_always_heard=always_heard,
            answer_dropped=self._note_dropped,
            flooded=self._ignore,
            failed=self._ignore,
        )

    async def _handle(self, update: dict[str, Any]) -> None:
        await self.open.wait()
        if self.fault is not None:
            raise self.fault
        self.handled.append(update["update_id"])

    async def _ignore(self, *_: object) -> None:
        pass

    async def _works(self) -> bool:
        return True

    async def _note_dropped(self, query_id: str) -> None:
        self.dropped.append(query_id)
        await self.taps_are_answered.wait()

    def says(self, update_id: int, person: int = 1, *, ago: float = 0) -> list[int]:
        date = int((START - timedelta(seconds=ago)).timestamp())
        message = {"message_id": 1, "date": date, "from": {"id": person}, "text": "hi"}
        return self.intake.take_in([json.dumps({"update_id": update_id, "message": message}).encode()])

    def taps(self, update_id: int, person: int = 1) -> list[int]:
        tap = {"id": f"q{update_id}", "from": {"id": person}, "data": "x", "message": {"date": 1}}
        return self.intake.take_in([json.dumps({"update_id": update_id, "callback_query": tap}).encode()])

    def read(self, name: str) -> float:
        """One number as Prometheus sees it; a fate is given as `name fate`."""
        name, _, label = name.partition(" ")
        families = text_string_to_metric_families(self.metrics.page().decode())
        return next(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == name and (not label or label in sample.labels.values())
        )


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.intake.abandon()


async def test_finished_waits_for_what_is_in_hand_and_for_nothing_else(desk: Desk) -> None:
    desk.open.clear()
    desk.says(10)
    waiting = asyncio.create_task(desk.intake.finished(10))
    await breathe()
    await desk.intake.finished(9)
    assert not waiting.done()
    desk.open.set()
    await waiting
    assert desk.handled == [10]
    await desk.intake.finished(10)


async def test_an_update_in_hand_is_known_however_many_others_pass_by(desk: Desk) -> None:
    desk.open.clear()
    desk.says(10)
    for n in range(IDS_KEPT + 10):
        desk.intake.take_in([json.dumps({"update_id": 1_000 + n}).encode()])
    desk.says(10)
    desk.open.set()
    await breathe()
    for _ in range(IDS_KEPT):
        await asyncio.sleep(0)
    assert desk.handled.count(10) == 1


async def test_taking_in_tells_every_id_and_begins_with_new_ones_alone(desk: Desk) -> None:
    assert desk.says(10) == [10]
    await breathe()
    assert desk.says(10) == [10]
    assert desk.intake.take_in([b"null", b'{"update_id": 11, "message": [', b"{}"]) == [11]
    await breathe()
    assert desk.handled == [10]


async def test_lag_counts_from_the_message_and_a_tap_has_none(desk: Desk) -> None:
    desk.says(10, ago=90)
    desk.taps(11)
    await breathe()

    assert desk.read("steady_knees_updates_total handled") == 2
    assert desk.read("steady_knees_intake_lag_seconds_count") == 1
    assert desk.read("steady_knees_intake_lag_seconds_sum") == 90


async def test_what_is_set_aside_or_dropped_is_counted_as_that(desk: Desk) -> None:
    desk.fault = KeyError("x")
    desk.says(10)
    await breathe()
    for _ in range(4):
        await desk.clock.advance(1)
        await breathe()
    desk.fault = None
    for n in range(63):
        desk.taps(100 + n, person=2)
    await breathe()

    assert desk.read("steady_knees_updates_total set-aside") == 1
    assert desk.read("steady_knees_updates_total dropped") == 3
    assert desk.read("steady_knees_updates_total handled") == 60
    assert desk.dropped == ["q160", "q161", "q162"]


async def test_taps_dropped_while_telegram_takes_no_answer_do_not_pile_up_and_end_with_it(desk: Desk) -> None:
    desk.taps_are_answered.clear()
    for n in range(1000):
        desk.taps(10 + n)
    await breathe()
    assert len(desk.dropped) == ERRANDS_AT_ONCE
    assert len(desk.intake._errands) <= ERRANDS_WAITING
    desk.taps(2000, person=2)
    await breathe()
    assert desk.handled[-1] == 2000
    await desk.intake.abandon()
    assert not desk.intake._errands


async def test_a_flood_from_one_person_leaves_nothing_behind(desk: Desk) -> None:
    for n in range(30_000):
        desk.says(10 + n)
    desk.says(50_000, person=2)
    await breathe()

    assert desk.handled == [*range(10, 30), 50_000]
    assert not desk.intake.in_hand
    assert len(desk.intake._known) <= IDS_KEPT
    assert not desk.intake._queues
