"""The tick and the drain: claims what is due, sends it, settles what became of it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.blame import named
from bot.clock import Clock
from bot.content import Catalog
from bot.core.compose import compose
from bot.core.delivery import Delivery, Outcome, claim
from bot.core.due import due
from bot.core.message import OutgoingMessage
from bot.core.schedule import Step
from bot.core.steady import Look, look
from bot.core.subscriber import State, Subscriber
from bot.edge import Kind, MaybeSent, NotSent, Rejected, receipt
from bot.render.text import Renderer
from bot.respond import scheduled
from bot.sender import Sender, Slot
from bot.storage import NotRead, NotSaved, Storage, Unreadable

log = logging.getLogger(__name__)

IN_FLIGHT = 8
AFTER_TROUBLE = timedelta(seconds=60)
NOT_SENT_AGAIN = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))


class SendDue:
    """One drain for all: it sends until nothing is due, and is woken by the tick and by every change.

    The order for each person: decide, take a slot of the pace, lock, decide again with a fresh `now`, render, save
    the claim, unlock, send, lock, settle.
    """

    def __init__(
        self,
        storage: Storage[Subscriber],
        catalog: Catalog,
        renderer: Renderer,
        sender: Sender,
        clock: Clock,
        process: str,
    ) -> None:
        self._storage = storage
        self._catalog = catalog
        self._renderer = renderer
        self._sender = sender
        self._clock = clock
        self._process = process
        self._woken = asyncio.Event()
        self._stopping = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._held: dict[int, datetime] = {}
        self._unsettled: dict[int, tuple[Delivery, Step | None]] = {}
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._look: Look | None = None
        self.ticked_at: float | None = None
        """When the tick last came, on the monotonic clock."""

    def wake(self) -> None:
        """Look again soon whether anything is due."""
        self._woken.set()
        self._idle.clear()

    async def tick(self) -> None:
        """What APScheduler calls: note the time and wake the drain."""
        self.ticked_at = self._clock.monotonic()
        before = self._look
        self._look = look(before, self._clock.now(), self.ticked_at, self._storage.newest_instant())
        if self._look.held and not (before and before.held):
            log.error("scheduled sending waits for a steady clock: %s", self._look.reason)
        self.wake()

    async def run(self) -> None:
        """Drain, wait to be woken, drain again; until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self._drain()
            if not self._woken.is_set():
                self._idle.set()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is due and nothing is in flight, as far as was looked."""
        return self._idle.is_set()

    async def stop(self, grace: float) -> None:
        """Claim nothing more, and let what is in flight settle, for that many seconds at most."""
        self._stopping = True
        if self._in_hand:
            await asyncio.wait(set(self._in_hand.values()), timeout=grace)

    async def abandon(self) -> None:
        """Drop everything in flight, as a killed process would."""
        self._stopping = True
        for task in self._in_hand.values():
            task.cancel()
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)

    async def _drain(self) -> None:
        """Send until nothing is due, so many people at once, each at most once at a time."""
        while not self._stopping and not (self._look and self._look.held):
            now = self._clock.now()
            ready = [id for id in self._storage.due(now) if self._free(id, now)]
            for id in ready[: IN_FLIGHT - len(self._in_hand)]:
                self._in_hand[id] = asyncio.create_task(self._one(id))
            if not self._in_hand:
                return
            done, _ = await asyncio.wait(set(self._in_hand.values()), return_when=asyncio.FIRST_COMPLETED)
            self._in_hand = {id: task for id, task in self._in_hand.items() if task not in done}
            for task in done:
                task.result()

    def _free(self, id: int, now: datetime) -> bool:
        held = self._held.get(id)
        if held is not None and held <= now:
            del self._held[id]
            held = None
        return held is None and id not in self._in_hand

    async def _one(self, id: int) -> None:
        """Whatever is due for one person. One person's trouble never stops the others."""
        try:
            if id in self._unsettled:
                await self._settle(id, *self._unsettled[id])
            known = await self._storage.read(id)
            slot = None
            if known is not None and due(self._catalog.series, known, self._clock.now()).send is not None:
                slot = await self._sender.pace.take(id, scheduled=True)
            claimed = await self._claim(id, slot)
            if claimed is not None and slot is not None:
                record, message, rides = claimed
                await self._settle(id, await self._sent(id, record, message, slot), rides)
        except (NotSaved, NotRead, Unreadable) as trouble:
            log.warning("held for a minute: %s", trouble)
            self._held[id] = self._clock.now() + AFTER_TROUBLE
        except Exception as error:
            log.error("one person's deliveries stand still for a minute: %s", named(error))
            self._held[id] = self._clock.now() + AFTER_TROUBLE

    async def _claim(self, id: int, slot: Slot | None) -> tuple[Delivery, OutgoingMessage, Step | None] | None:
        """Decide again and save the claim; without a slot only what was dropped is noted."""
        async with self._storage.change(id) as box:
            if box.value is None:
                return None
            now = self._clock.now()
            known = self._without_lost_claims(box.value, now)
            looked = due(self._catalog.series, known, now)
            if looked.erase:
                log.info("erased after a long silence")
                box.value = None
                return None
            known = known.with_deliveries(looked.records)
            if looked.send is None or slot is None or self._stopping:
                box.value = scheduled(self._catalog, known, now)
                return None
            planned = looked.send
            record = claim(planned.key, planned.kind, now, self._process, known.deliveries.get(planned.key))
            known = known.with_deliveries([record])
            message = compose(self._catalog.series, known, planned, now)
            self._renderer.render(message)  # what cannot be rendered must not be claimed
            box.value = scheduled(self._catalog, known, now)
            return record, message, planned.rides

    def _without_lost_claims(self, known: Subscriber, now: datetime) -> Subscriber:
        """A claim that nobody is carrying out any more is unknown: the process that made it died or gave up."""
        lost = [
            record.settled(Outcome.UNKNOWN, now, "process ended")
            for record in known.deliveries.values()
            if record.outcome is Outcome.CLAIMED
        ]
        return known.with_deliveries(lost) if lost else known

    async def _sent(self, id: int, record: Delivery, message: OutgoingMessage, slot: Slot) -> Delivery:
        """Send, and say what became of it."""
        with receipt() as paper:
            try:
                message_id = await self._sender.send(id, self._renderer.render(message), slot)
            except NotSent as trouble:
                return self._waiting(record, trouble)
            except MaybeSent as trouble:
                return record.settled(Outcome.UNKNOWN, self._clock.now(), trouble.reason)
            except Rejected as no:
                return record.settled(Outcome.FAILED, self._clock.now(), no.kind)
            except Exception as odd:
                if not paper.accepted:
                    raise
                log.warning("sent, though its answer was odd: %s", type(odd).__name__)
                return record.settled(Outcome.SENT, self._clock.now())
        return record.settled(Outcome.SENT, self._clock.now(), message_id=message_id)

    def _waiting(self, record: Delivery, trouble: NotSent) -> Delivery:
        now = self._clock.now()
        wait = NOT_SENT_AGAIN[min(record.tries, len(NOT_SENT_AGAIN)) - 1]
        if trouble.retry_after:
            wait = max(wait, timedelta(seconds=trouble.retry_after))
        return record.waiting(now, now + wait, trouble.reason)

    async def _settle(self, id: int, record: Delivery, rides: Step | None) -> None:
        """Write down the outcome; one that cannot be written is kept and tried again before the next claim.

        A check-in that rode along is over only when its lesson may have arrived; else it rides on the next try.
        """
        self._unsettled[id] = record, rides
        async with self._storage.change(id) as box:
            old = box.value.deliveries.get(record.key) if box.value is not None else None
            if box.value is not None and old and (old.outcome, old.tries) == (Outcome.CLAIMED, record.tries):
                known = box.value.with_deliveries([record])
                if rides is not None and record.outcome in (Outcome.SENT, Outcome.UNKNOWN):
                    rider = Delivery(rides.key, rides.kind, Outcome.CANCELLED, record.at, "rides")
                    known = known.with_deliveries([rider])
                if record.outcome is Outcome.FAILED and record.reason in (Kind.BLOCKED, Kind.CHAT_NOT_FOUND):
                    known = known.in_state(State.BLOCKED, self._clock.now())
                box.value = scheduled(self._catalog, known, self._clock.now())
        del self._unsettled[id]

    async def forget_lost_claims(self) -> None:
        """At start: every claim of a process that is gone becomes unknown."""
        for id in self._storage.claims_open():
            try:
                async with self._storage.change(id) as box:
                    if box.value is not None:
                        now = self._clock.now()
                        known = self._without_lost_claims(box.value, now)
                        box.value = scheduled(self._catalog, replace(known), now)
            except (NotSaved, NotRead, Unreadable) as trouble:
                log.warning("a lost claim stays open: %s", trouble)
