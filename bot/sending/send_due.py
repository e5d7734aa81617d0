"""The tick and the drain: claims what is due, sends it, settles what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.bot_api.answer import receipt
from bot.bot_api.errors import MaybeSent, NotSent, Rejected, RejectionKind
from bot.bot_api.rate_limit import PrioritySemaphore, Rank, Slot
from bot.catalog.load import Catalog
from bot.clock import Clock
from bot.core.model.delivery import REPEATED_WHEN_UNKNOWN, Delivery, Outcome, claim, lost_claims
from bot.core.model.delivery import Kind as DeliveryKind
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.broadcasts import is_beside, withdrawn
from bot.core.schedule.calendar import Step
from bot.core.schedule.due import claimed as as_claimed
from bot.core.schedule.due import due, scheduled
from bot.core.schedule.planned import Due, Planned
from bot.core.schedule.settle import settled
from bot.core.screens import coach
from bot.core.screens.compose import compose
from bot.core.screens.profile import keyboard_away
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.disk_probe import DiskProbe
from bot.monitoring.metrics import Metrics
from bot.monitoring.safe_logging import error_name
from bot.render.text import Rendered, Renderers, broken_at
from bot.sending.guards import Guards
from bot.sending.quarantine import Form, Quarantine
from bot.sending.sender import Sender
from bot.sending.unknown_chats import ASKED_AGAIN
from bot.storage import Box, NotRead, NotSaved, Storage, Unreadable

log = logging.getLogger(__name__)

IN_FLIGHT, MOST_IN_FLIGHT = 8, 48
A_SECOND_EACH = 20
"""Messages a second for which one place is enough, where an answer takes 50 ms. More places than that would only keep
replies from the processor."""
RANKS = {DeliveryKind.LESSON: Rank.LESSON, DeliveryKind.BROADCAST: Rank.BROADCAST}
LOOKED_AT = 64
"""People decided upon at once, so that a lesson among them overtakes the reminders that wait with it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was due of a document at an instant, with this content held."""

    known: Subscriber
    at: datetime
    held: frozenset[str]
    due: Due

    def still_holds(self, known: Subscriber, now: datetime, held: frozenset[str]) -> bool:
        """Whether another look would say the same."""
        until = self.due.holds_until
        return known is self.known and held == self.held and until is not None and self.at <= now < until


@dataclass(frozen=True, slots=True)
class Claim:
    """A saved claim and what is to leave for it; `at` is the instant it was planned for."""

    record: Delivery
    at: datetime
    content: str
    form: Form
    rendered: Rendered
    rides: Step | None
    before: Rendered | None
    """What goes ahead of it, for whoever was left with a keyboard."""
    saved: Subscriber
    """The document with the claim."""
    after: datetime | None
    """When to look again once it was sent and nobody has changed that document."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was put into somebody's box at an instant: what is to leave, and records of what is not."""

    at: datetime
    records: tuple[Delivery, ...] = ()
    claimed: Claim | None = None
    broken: str = ""
    """Where a template does not fit."""
    stands: bool = True
    """Whether anything was decided."""


class NotRendered(Exception):
    """A planned message whose template does not fit: `at` names the file and line."""

    def __init__(self, record: Delivery, at: str) -> None:
        super().__init__(at)
        self.record = record
        self.at = at


class SendDue:
    """One drain for all: it sends until nothing is due, and is woken by the tick and by every change.

    What may hold a message back is asked of `guards`, and for its content of `quarantine`.
    The order for each person: decide, take a slot of the pace, lock, see that it still holds at a fresh `now` or decide
    again, render, save the claim, unlock, send, lock, settle.
    """

    def __init__(
        self,
        storage: Storage[Subscriber],
        catalog: Catalog,
        renderers: Renderers,
        sender: Sender,
        clock: Clock,
        alerts: Alerts,
        metrics: Metrics,
        disk_probe: DiskProbe,
        words_of_broadcast: Callable[[str], str | None] = lambda _: None,
        messages_per_second: int = 0,
    ) -> None:
        self._storage = storage
        self._catalog = catalog
        self._renderers = renderers
        self._sender = sender
        self._clock = clock
        self._alerts = alerts
        self._metrics = metrics
        self._disk_probe = disk_probe
        self._words_of_broadcast = words_of_broadcast  # None for one that is not to go to anybody any more
        self.guards = Guards(storage, clock, alerts, clock_is_right=self._line_up_everybody)
        self.quarantine = Quarantine(storage, catalog.hash, alerts)
        self.ticked_at: float | None = None
        """When the tick last came, on the monotonic clock."""
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False
        self._line: deque[int] = deque()
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._one_is_done = asyncio.Event()
        self._fault: BaseException | None = None
        self._places = PrioritySemaphore(max(IN_FLIGHT, min(messages_per_second // A_SECOND_EACH, MOST_IN_FLIGHT)))
        self._in_flight: set[int] = set()
        self._unsettled: dict[int, tuple[Delivery, Step | None]] = {}
        self._told_broken: set[str] = set()

    async def tick(self) -> None:
        """What APScheduler calls: note the time and wake the drain."""
        self.ticked_at = self._clock.monotonic()
        self.guards.tick()
        self.wake()

    def wake(self) -> None:
        """Look again soon whether anything is due."""
        self._woken.set()
        self._idle.clear()

    def go_on(self) -> None:
        """An operator's word: nothing need be held."""
        self.guards.go_on()
        self.wake()

    async def run(self) -> None:
        """Drain, wait to be woken, drain again; until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            begun = self._clock.monotonic()
            await self._drain()
            self._metrics.ticked(self._clock.monotonic() - begun)
            if not self._woken.is_set():
                self._idle.set()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is due and nothing is in flight, as far as was looked."""
        return self._idle.is_set()

    async def _drain(self) -> None:
        """Send until nothing is due, to several people at once, each at most once at a time."""
        while not self._stopping and not self.guards.everybody_waits():
            if not self._line:  # with very many due, asking after every send would cost more than sending
                self._line_up_due()
            while self._line and len(self._in_hand) < LOOKED_AT:
                id = self._line.popleft()
                if id not in self._in_hand and not self.guards.waits(id):
                    self._in_hand[id] = asyncio.create_task(self._process(id))
                    self._in_hand[id].add_done_callback(partial(self._out_of_hand, id))
            if not self._in_hand:
                return
            await self._one_is_done.wait()
            self._one_is_done.clear()
            if self._fault is not None:
                raise self._fault

    def _line_up_due(self) -> None:
        """Whoever is due, each once; whoever has an outcome to be written first."""
        self._line = deque(dict.fromkeys([*self._unsettled, *self._storage.due(self._clock.now())]))

    def _line_up_everybody(self) -> None:
        """Whoever was saved under a wrong clock is noted for another instant than theirs."""
        self._line = deque(self._storage.ids())

    def _out_of_hand(self, id: int, task: asyncio.Task[None]) -> None:
        del self._in_hand[id]
        if not task.cancelled() and task.exception() is not None:
            self._fault = task.exception()
        self._one_is_done.set()

    async def _process(self, id: int) -> None:
        """Whatever is due for one person. One person's trouble never stops the others."""
        try:
            if id in self._unsettled:
                await self._settle(id, *self._unsettled[id])
            looked = await self._look(id)
            planned = looked.due.send if looked is not None else None
            if planned is None:
                await self._claim(id, None, looked)
                self.guards.went_well(id)
                return
            rank = RANKS.get(planned.kind, Rank.REMINDER)
            async with self._places.place(rank), self.guards.alone_in_doubt():
                slot = await self._sender.rate_limit.take(id, rank)
                self._in_flight.add(id)
                try:
                    await self._deliver(id, slot, looked)
                finally:
                    self._in_flight.discard(id)
        except (NotSaved, NotRead) as trouble:
            self._disk_probe.failed(str(trouble))
            self.guards.stumbled(id)
        except Unreadable:
            self.guards.stumbled(id, own=True)
        except Exception as error:
            log.error("one person's deliveries stand still for a minute: %s", error_name(error))
            self._alerts.record(AlertKind.STANDS_STILL, type(error).__name__)
            self.guards.stumbled(id)

    async def _look(self, id: int) -> Looked | None:
        """What is due, as read without a lock: whether to wait for a place, and with which rank."""
        known = await self._storage.read(id)
        if known is None:
            return None
        now, held = self._clock.now(), self._held_for(known)
        return Looked(known, now, held, due(self._series(known), known, now, held))

    async def _deliver(self, id: int, slot: Slot, looked: Looked | None) -> None:
        """One claimed send, from the claim to its outcome."""
        claimed = await self._claim(id, slot, looked)
        if claimed is not None:
            record = await self._send(id, claimed, slot)
            self.guards.settled(id, record)
            left = record.outcome in (Outcome.SENT, Outcome.UNKNOWN)
            late = (record.at - claimed.at).total_seconds() if left else None
            self._metrics.delivered(record.kind, record.outcome, record.reason, late)
            await self._settle(id, record, claimed.rides, claimed)

    async def _claim(self, id: int, slot: Slot | None, before: Looked | None) -> Claim | None:
        """See that what was decided holds, else decide again, and save the claim.

        Without a slot only what was dropped is noted.
        """
        tries: list[Decided] = []
        try:
            await self._storage.alter(id, lambda box: tries.append(self._decided(id, slot, before, box)))
        except NotSaved:
            if tries and (claimed := tries[-1].claimed):
                # It may stand on the disk all the same, and provably nothing has left for it.
                now = tries[-1].at
                self._unsettled[id] = claimed.record.waiting(now, now, "not saved"), None
            raise
        decided = tries[-1]
        if decided.stands:
            self._saved(decided.records)
        if decided.broken:
            self._tell_not_rendered(decided.broken)
        return decided.claimed

    def _decided(self, id: int, slot: Slot | None, before: Looked | None, box: Box[Subscriber | None]) -> Decided:
        """What becomes of one person now, put into the box."""
        now = self._clock.now()
        if box.value is None or self.guards.everybody_waits():
            return Decided(now, stands=False)
        held = self._held_for(box.value)
        lost = tuple(lost_claims(box.value.deliveries.values(), now))
        known = box.value.with_deliveries(lost)
        holds = before is not None and before.still_holds(known, now, held)
        looked = before.due if before and holds else due(self._series(known), known, now, held)
        if looked.send is not None and self._words_for(looked.send) is None:
            looked = withdrawn(known, looked, now)
        records = (*lost, *looked.records)
        if looked.erase:
            if self.guards.may_erase(id):
                log.info("erased after a long silence")
                box.erase(now)
            return Decided(now, records)
        known, broken = known.with_deliveries(looked.records), ""
        if looked.send is not None and slot is not None and not self._stopping:
            try:
                claimed = self._claimed(known, looked.send, looked.after, now)
            except NotRendered as found:
                broken, records = found.at, (*records, found.record)
                known = known.with_deliveries([found.record])
            else:
                box.value = claimed.saved
                return Decided(now, records, claimed, claimed.rendered.broken)
        same = not (looked.records or broken or looked.send)
        box.value = scheduled(self._series(known), known, now, held, looked if same else None)
        return Decided(now, records, broken=broken)

    def _words_for(self, planned: Planned) -> str | None:
        """What a coach wrote to many; nothing for what the series says."""
        return self._words_of_broadcast(planned.step) if planned.kind is DeliveryKind.BROADCAST else ""

    def _tell_not_rendered(self, at: str) -> None:
        """Once for each place: it will break for everybody who is due."""
        if at not in self._told_broken:
            self._told_broken.add(at)
            self._alerts.record(AlertKind.NOT_RENDERED, at)

    def _series(self, known: Subscriber) -> Series:
        """The person's series. Raises KeyError where it is gone: nobody gets another one's messages instead."""
        return self._catalog.series[known.enrollment.series]

    def _scope(self, known: Subscriber) -> str:
        """Where the words of a person's messages stand: a text that is refused in one language is held in that one."""
        words = self._renderers.of(known).words
        return f"{words.series}/{words.language}/"

    def _held_for(self, known: Subscriber) -> frozenset[str]:
        return self.quarantine.held_in(self._scope(known))

    def _claimed(self, known: Subscriber, planned: Planned, after: datetime | None, now: datetime) -> Claim:
        """The claim that would be saved.

        Raises NotRendered, with the record of a failure, for a message that cannot be rendered: it must neither be
        claimed nor stand before the person's later ones.
        """
        content = self._scope(known) + planned.content
        form = self.quarantine.form(content)
        record = claim(planned.key, planned.kind, now, known.deliveries.get(planned.key))
        words = self._words_for(planned) or ""
        saved, renderer = as_claimed(known, record, now), self._renderers.of(known)
        message = compose(self._series(known), saved, planned, now, words)
        try:
            rendered = renderer.render(message)
        except Exception as error:
            failed = record.settled(Outcome.FAILED, now, "not rendered")
            raise NotRendered(failed, broken_at(error, message.template)) from error
        if form is Form.PLAIN:
            rendered = rendered.plain()
        before = renderer.render(keyboard_away()) if known.keyboard_out else None
        if not is_beside(record) and not coach.is_asked(saved, now):
            saved = saved.seeing(rendered.meant, now)
        if known.keyboard_out:
            saved = replace(saved, keyboard_out=False)
        return Claim(record, planned.at, content, form, rendered, planned.rides, before, saved, after)

    def _saved(self, records: Iterable[Delivery]) -> None:
        """The disk took a change, and with it these records of what did not go out, or nobody knows whether it did."""
        self._disk_probe.saved()
        for record in records:
            self._metrics.delivered(record.kind, record.outcome, record.reason, None)
            self._tell_if_lost(record)

    def _tell_if_lost(self, record: Delivery) -> None:
        if record.is_lost:
            self._alerts.record(AlertKind.LESSON_LOST, record.kind)

    async def _send(self, id: int, claimed: Claim, slot: Slot) -> Delivery:
        """Send, and say what became of it."""
        record = claimed.record
        if claimed.before is not None:
            self._sender.reply(id, partial(self._sender.show, id, claimed.before, None))
        with receipt() as received:
            try:
                message_id = await self._sender.send(id, claimed.rendered, slot)
            except NotSent as trouble:
                return record.not_sent(self._clock.now(), trouble.reason, trouble.retry_after)
            except MaybeSent as trouble:
                outcome = Outcome.SENT if received.accepted else Outcome.UNKNOWN
                return record.settled(outcome, self._clock.now(), trouble.reason)
            except Rejected as no:
                return await self._refused(id, claimed, no.kind)
            except Exception as odd:
                log.warning("an odd end of a send: %s", error_name(odd))
                outcome = Outcome.SENT if received.accepted else Outcome.UNKNOWN
                return record.settled(outcome, self._clock.now(), type(odd).__name__)
        return record.settled(Outcome.SENT, self._clock.now(), message_id=message_id)

    async def _refused(self, id: int, claimed: Claim, kind: RejectionKind) -> Delivery:
        """A definite no: the content's fault, a strange chat, or this person's own will."""
        now, record = self._clock.now(), claimed.record
        if kind in (RejectionKind.UNAUTHORIZED, RejectionKind.WRONG_ADDRESS):
            # Often the word of a server in between; where it is the truth, the poll loop ends the process.
            return record.not_sent(now, kind)
        if kind is RejectionKind.BAD_CONTENT:
            may_wait = record.kind in REPEATED_WHEN_UNKNOWN
            await self.quarantine.refused(claimed.content, claimed.form, may_wait=may_wait)
            if claimed.form is Form.PLAIN and not may_wait:
                return record.settled(Outcome.FAILED, now, kind)
            return record.waiting(now, now, kind)
        if kind is RejectionKind.CHAT_NOT_FOUND and not self.guards.is_gone(id):
            return record.waiting(now, now + ASKED_AGAIN, kind)
        return record.settled(Outcome.FAILED, now, kind)

    async def _settle(self, id: int, record: Delivery, rides: Step | None, claimed: Claim | None = None) -> None:
        """Write down the outcome; one that cannot be written is kept and tried again before the next claim."""
        self._unsettled[id] = record, rides

        def settle(box: Box[Subscriber | None]) -> None:
            if box.value is None:
                return
            series, now, held = self._series(box.value), self._clock.now(), self._held_for(box.value)
            again = claimed.after if claimed is not None and box.value is claimed.saved else None
            gone = record.found_nobody
            after = settled(series, box.value, record, rides, now, held, unreachable=gone, again=again)
            if after is not None:
                box.value = after

        await self._storage.alter(id, settle)
        self._unsettled.pop(id, None)
        self._disk_probe.saved()
        self._tell_if_lost(record)

    async def stop(self, grace: float) -> None:
        """Claim nothing more, and let what is in flight settle, for that many seconds at most."""
        self._stopping = True
        await _cancelled(task for id, task in self._in_hand.items() if id not in self._in_flight)
        if flying := [self._in_hand[id] for id in self._in_flight if id in self._in_hand]:
            await asyncio.wait(flying, timeout=grace)

    async def abandon(self) -> None:
        """Drop everything in flight, as a killed process would."""
        self._stopping = True
        await _cancelled(self._in_hand.values())

    async def forget_lost_claims(self) -> None:
        """At start: every claim of a process that is gone becomes unknown."""
        for id in self._storage.claims_open():
            try:
                async with self._storage.change(id) as box:
                    if box.value is None:
                        continue
                    now = self._clock.now()
                    lost = tuple(lost_claims(box.value.deliveries.values(), now))
                    box.value = scheduled(self._series(box.value), box.value.with_deliveries(lost), now)
                self._saved(lost)
            except (NotSaved, NotRead, Unreadable) as trouble:
                log.warning("a lost claim stays open: %s", trouble)
            except Exception as fault:  # one person's document must not keep the bot from starting
                log.error("a lost claim stays open: %s", error_name(fault))


async def _cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    ending = list(tasks)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
