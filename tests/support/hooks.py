"""An intake's hooks on record, for the tests of polling and of the webhook, and time that passes for both."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.clock import Clock, MovableClock
from bot.core.typed import wishes
from bot.intake.receiver import Receiver
from bot.intake.update_queue import UpdateQueue
from bot.monitoring.alerts import Alerts
from bot.monitoring.health import Health
from bot.monitoring.metrics import Metrics
from bot.monitoring.watchdog import Watchdog
from bot.render.text import Renderer
from bot.tasks import cancel_all, first_of
from tests.conftest import the_catalog

Before = Callable[[int], Awaitable[None]]
"""May hold up or fail what is about to be done with the update of that id."""


async def breathe() -> None:
    """Let everything that can go on without time passing go on."""
    for _ in range(50):
        await asyncio.sleep(0)


async def pass_time(clock: Clock, seconds: float) -> None:
    """Let time go by, from and to a state where nothing moves by itself."""
    assert isinstance(clock, MovableClock)
    await breathe()
    await clock.advance(seconds)
    await breathe()


@cache
def renderer() -> Renderer:
    """The shipped words."""
    return Renderer(the_catalog())


def always_heard(text: str) -> bool:
    """What is handled however fast somebody writes, by the shipped words."""
    return wishes.is_always_heard(text, renderer().vocabulary)


@dataclass
class Hooks:
    """What an intake did, and with whom; `works` is what it hears of the storage."""

    clock: Clock
    works: bool = True
    started: list[int] = field(default_factory=list)
    handled: list[int] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    flooded: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    before: Before | None = None
    before_answered: Before | None = None
    replies_left: asyncio.Event | None = None
    """What the confirmation of each update waits for, unless it is pressed."""
    before_aside: Before | None = None

    def __post_init__(self) -> None:
        self.metrics = Metrics(self.clock)
        self.alerts = Alerts(self.clock)

    def intake(self, **limits: Any) -> UpdateQueue:
        """An intake that calls these."""
        return UpdateQueue(
            self._handle,
            self.clock,
            self.metrics,
            answered=self._answered_in_time,
            storage_works=self.storage_works,
            set_aside=self._set_aside,
            is_always_heard=always_heard,
            answer_dropped=self.answer_dropped,
            flooded=self._tell_flooded,
            failed=self._tell_failed,
            **limits,
        )

    async def passes(self, seconds: float) -> None:
        """Let time go by."""
        await pass_time(self.clock, seconds)

    async def goes_on_for(self, seconds: int, receiver: Receiver) -> None:
        """Let time go by, in which whoever asks whether a restart might mend something hears no."""
        beats: dict[str, Any] = {"went_on_at": lambda: receiver.went_on_at, "ticked_at": self.clock.monotonic}
        health = Health(self.clock, self.alerts, tick_seconds=15, **beats)
        watching = asyncio.create_task(Watchdog(self.clock, tick_seconds=15, **beats).run())
        try:
            for _ in range(0, seconds, 20):
                await self.passes(20)
                assert health.missing() == [], health.missing()
                assert not watching.done()
        finally:
            await cancel_all({watching})

    async def _handle(self, update: dict[str, Any]) -> None:
        self.started.append(update["update_id"])
        if self.before is not None:
            await self.before(update["update_id"])
        self.handled.append(update["update_id"])

    async def _set_aside(self, update_id: int, error_kind: str) -> None:
        if self.before_aside is not None:
            await self.before_aside(update_id)
        self.aside.append((update_id, error_kind))

    async def _answered_in_time(self, update_id: int, pressed: asyncio.Event) -> None:
        if self.before_answered is not None:
            await self.before_answered(update_id)
        if self.replies_left is not None:
            await first_of(60, self.replies_left, pressed)

    async def storage_works(self) -> bool:
        """What the intake hears of the storage."""
        return self.works

    async def answer_dropped(self, callback_query_id: str) -> None:
        self.answered.append(callback_query_id)

    async def _tell_flooded(self, person: int) -> None:
        self.flooded.append(person)

    async def _tell_failed(self, person: int) -> None:
        self.failed.append(person)
