"""Random lives through the whole bot: what must hold whatever somebody taps, types or leaves."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from bot.catalog.load import Catalog
from bot.core.assessment import safety
from bot.core.model import callback_data
from bot.core.model.callback_data import Done, ShowExercise
from bot.core.model.delivery import GONE_OUT, UNASKED, Kind
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.calendar import timings
from bot.core.schedule.plan import plan
from bot.core.screens import session
from bot.demo.personas import PERSONAS
from bot.demo.play import Player
from bot.demo.testbed import Testbed
from bot.places.search import Places
from tests.support.quick import quick_testbed

LIVES = int(os.environ.get("LIVES", "3"))
"""How many there are; a long run lives hundreds."""
STEPS = 150
TYPED = ["5", "11", "idk", "0", "my knee is hot and swollen", "calf raises are fun", "stop", "/today", "/start",
         "/settings", "/pause", "/resume", "/progress", "/selftest", "/unsubscribe", "lisbon", "19:30"]  # fmt: skip
PROMPTS = (ShowExercise, Done)


class Life:
    """One random person, and the promises checked after each thing they do."""

    def __init__(self, testbed: Testbed, seed: int) -> None:
        self.testbed = testbed
        self.random = random.Random(seed)
        self.plans: dict[str, object] = {}

    async def live(self) -> None:
        await Player(self.testbed, self.random.choice(PERSONAS[:2])).subscribe()
        for _ in range(STEPS):
            known = await self.testbed.subscriber()
            seen = len(self.testbed.telegram.log)
            await self.step()
            await self.check(known, seen)

    async def step(self) -> None:
        """Tap something, type something, or let time pass."""
        what = self.random.random()
        labels = [label for label in self.testbed.person.labels() if label != "labels.share-location"]
        if what < 0.6 and labels:
            self.testbed.person.presses(self.random.choice(labels))
            await self.testbed.settle()
        elif what < 0.7:
            self.testbed.person.sends(self.random.choice(TYPED))
            await self.testbed.settle()
        else:
            await self.testbed.advance(self.random.choice([60, 1500, 3600, 6 * 3600, 24 * 3600]))

    async def check(self, before: Subscriber | None, seen: int) -> None:
        known = await self.testbed.subscriber()
        if known is None:
            return
        self.no_prompt_after_a_flag(before, known, seen)
        self.one_unasked_message_a_day(known)
        self.plans_leave_out_what_answers_exclude(known)

    def no_prompt_after_a_flag(self, before: Subscriber | None, known: Subscriber, seen: int) -> None:
        """From a yes on, nothing offers exercise until the check was gone through again."""
        series = self.testbed.catalog.default
        if before is None or safety.flagged(series, before) is None or safety.flagged(series, known) is None:
            return
        for call in self.testbed.telegram.log[seen:]:
            for data in _buttons(call.parameters):
                assert not isinstance(callback_data.parse(data), PROMPTS), (call.method, call.parameters)
        new = set(known.deliveries) - set(before.deliveries)
        sent = {known.deliveries[key].kind for key in new if known.deliveries[key].outcome in GONE_OUT}
        assert sent <= {Kind.FOLLOW_UP, Kind.NUDGE}

    def one_unasked_message_a_day(self, known: Subscriber) -> None:
        zone = timings(known)[-1]
        days: dict[object, int] = {}
        for record in known.deliveries.values():
            put_off = record.kind is Kind.REMINDER and not record.key.endswith(":1")
            if record.kind in UNASKED and record.outcome in GONE_OUT and not put_off:
                day = zone.local(record.at).date()
                days[day] = days.get(day, 0) + 1
        assert all(count == 1 for count in days.values()), days

    def plans_leave_out_what_answers_exclude(self, known: Subscriber) -> None:
        series = self.testbed.catalog.default
        today = session.today(known, self.testbed.clock.now())
        day = session.day_of(series, known, today)
        if day is None:
            return
        found = plan(series, known, day)
        assert found == plan(series, known, day)
        limits = safety.limits(series, known)
        for item in found.items:
            exercise = series.exercise_by_id[item.exercise]
            assert item.form in safety.forms(exercise, limits)


def _buttons(parameters: dict[str, object]) -> list[str]:
    markup = parameters.get("reply_markup")
    if not isinstance(markup, dict):
        return []
    return [
        button["callback_data"]
        for row in markup.get("inline_keyboard", [])
        for button in row
        if "callback_data" in button
    ]


@pytest.mark.parametrize("seed", range(LIVES))
async def test_promises_hold_in_a_random_life(seed: int, tmp_path: Path, catalog: Catalog, places: Places) -> None:
    testbed = quick_testbed(catalog, places, folder=tmp_path)
    await testbed.open()
    try:
        await Life(testbed, seed).live()
    finally:
        await testbed.kill()
