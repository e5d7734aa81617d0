"""Tells each coach at their hour who needs a person: noted in the bot's own document before it is told."""

from __future__ import annotations

import asyncio
import logging

from bot.conversation.desk import DIGESTS, Desk
from bot.core.desk import digest, lists
from bot.monitoring.safe_logging import error_name
from bot.sending.coaches import Coaches

log = logging.getLogger(__name__)

LONGEST_SLEEP = 3600.0
STANDBY_SECONDS = 60.0
AFTER_TROUBLE = 300.0


class DigestTeller:
    """Sleeps until the next digest of any coach; woken when one of them chooses anew."""

    def __init__(self, coaches: Coaches, desk: Desk) -> None:
        self._storage = coaches.storage
        self._clock = coaches.clock
        self._say = coaches.say
        self._desk = desk
        self._coaches = sorted(coaches.ids)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Tell from now on; without coaches there is nobody to tell."""
        if self._coaches:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Tell nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._desk.digest_chosen.clear()  # before the look: what is chosen during it is looked at next
            try:
                seconds = await self._look()
            except Exception as fault:  # a disk that gives nothing now may later
                log.error("the digests wait: %s", error_name(fault))
                seconds = AFTER_TROUBLE
            waits: list[asyncio.Task[object]] = [asyncio.create_task(self._desk.digest_chosen.wait())]
            if seconds is not None:
                waits.append(asyncio.create_task(self._clock.sleep(seconds)))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()

    async def _look(self) -> float | None:
        """Tell what is due; the seconds until the next one, None while nobody wants any."""
        if not self._storage.lead.held:
            return STANDBY_SECONDS
        now = self._clock.now()
        record = (await self._storage.read_bot_record()).get(DIGESTS, {})
        ahead = []
        for coach in self._coaches:
            found = digest.read(record, coach)
            if found is not None and found.is_due(now):
                await self._tell(coach)
            if found is not None and (at := found.next_at(now)) is not None:
                ahead.append((at - now).total_seconds())
        return min(LONGEST_SLEEP, *ahead) if ahead else None

    async def _tell(self, coach: int) -> None:
        """Noted first: a digest that is lost costs a look at the desk, one that comes twice costs trust."""
        async with self._storage.change_bot_record() as box:
            found = digest.read(box.value.get(DIGESTS, {}), coach)
            if found is None or not found.is_due(self._clock.now()):
                return
            told = digest.Digest(found.clock, found.days, found.zone, found.date(self._clock.now()))
            box.value = {**box.value, DIGESTS: {**box.value[DIGESTS], str(coach): told.record}}
        rows, unasked = await self._desk.everybody()
        self._say(coach, lists.digest(rows, unasked))
