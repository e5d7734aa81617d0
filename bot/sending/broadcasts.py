"""A coach's word to many: lines it up in each person's document, shows how it goes, and goes on after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot.core.desk import broadcast
from bot.core.desk.broadcast import ENDED, Broadcast, NotReached, Step, Tally
from bot.core.model.delivery import Outcome
from bot.core.model.message import OutgoingMessage
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.monitoring.safe_logging import error_name
from bot.sending.coaches import Coaches
from bot.sending.sender import Edits
from bot.storage import NotRead, NotSaved, Unreadable
from bot.tasks import cancel_all, wait_at_most

log = logging.getLogger(__name__)

BROADCASTS: Final = "broadcasts"
"""Where the bot's own document holds them."""
SHOWN_EVERY: Final = 5.0
"""Seconds between two looks of a coach's at how it goes."""
AFTER_TROUBLE: Final = 60.0
AT_ONCE: Final = 16
"""People whose documents are read side by side; after each handful whatever else waits goes on."""

Change = Callable[[Series, Subscriber], Subscriber]


class Broadcasts:
    """What goes out is claimed, sent and settled as any planned message is; this knows who it is for, and counts.

    One goes out at a time. Whom it has reached stands in each person's document alone: a process that was killed reads
    it there, and nobody who has a record of it is written to again.
    """

    def __init__(self, coaches: Coaches) -> None:
        self.wake: Callable[[], None] = lambda: None
        """Called when something was lined up."""
        self._storage = coaches.storage
        self._catalog = coaches.catalog
        self._sender = coaches.sender
        self._clock = coaches.clock
        self._coaches = coaches
        self._readable = coaches.readable
        self._is_read = False
        self._open: Broadcast | None = None
        self._outcomes: dict[int, Outcome] = {}
        self._stale: set[int] = set()
        self._news = asyncio.Event()
        self._going_key = ""
        self._task: asyncio.Task[None] | None = None
        coaches.storage.watch(self._noted)

    def words(self, id: str) -> str | None:
        """What that broadcast says; None when it is not to go to anybody any more.

        Raises NotRead while nobody could read yet which one goes out.
        """
        if not self._is_read:
            raise NotRead("which broadcast goes out could not be read yet")
        return self._open.words if self._open is not None and self._open.id == id else None

    @property
    def under_way(self) -> Broadcast | None:
        """The one that goes out now."""
        return self._open

    async def start(self) -> None:
        """Go on with what a process before this one left half-way, or did not show to its end.

        What this one knew from an earlier lead is forgotten: another process may have stopped it since.
        """
        await self.stop()
        self._task, self._open, self._going_key, self._is_read = None, None, "", False
        if not await self._resumed():
            self._task = asyncio.create_task(self._resume_later())

    async def _resumed(self) -> bool:
        try:
            found = [each for each in await self._read() if each.is_unfinished]
            going = max(found, key=lambda each: each.step is Step.RUNNING, default=None)
            if going is not None and going.step is Step.RUNNING and not self._coaches.ids:
                going = await self._on(going, step=Step.STOPPED)  # nobody is there to stop it, or to be answered
        except (NotSaved, NotRead, Unreadable) as trouble:
            log.warning("a broadcast waits: %s", trouble)
            return False
        self._is_read, self._task = True, None
        if going is not None:
            self._begin(going)
        return True

    async def _resume_later(self) -> None:
        while True:
            await self._clock.sleep(AFTER_TROUBLE)
            if await self._resumed():
                self.wake()
                return

    async def stop(self) -> None:
        """Line up and show nothing more."""
        if self._task is not None:
            await cancel_all([self._task])

    async def draft(self, new: Broadcast) -> None:
        """Keep one that was previewed. Raises NotSaved, NotRead."""
        await self._keep(new)

    async def find(self, id: str) -> Broadcast | None:
        """That one, as far as it is kept."""
        return next((each for each in await self._read() if each.id == id), None)

    async def send_off(self, id: str, coach: int, screen: int) -> Broadcast | None:
        """A draft goes out from now on; None where it is none of this coach's, too old, or another goes out just now.

        Raises NotSaved, NotRead.
        """
        now, known = self._clock.now(), await self.find(id)
        self.words(id)  # nothing begins before it is known what is under way
        if known is None or known.step is not Step.DRAFT or known.coach != coach or self._open is not None:
            return None
        if now - known.at > broadcast.DRAFT_FOR:
            return None
        self._open = going = replace(known, step=Step.RUNNING, at=now, screen=screen)
        try:
            await self._keep(going)
        except BaseException:
            self._open = None
            raise
        self._begin(going)
        return going

    async def take_back(self, id: str) -> Broadcast | None:
        """It goes to nobody more; what has left, or may have, stays. None for one that is not there any more.

        Raises NotSaved, NotRead.
        """
        known = await self.find(id)
        if known is None or known.step in (Step.DONE, Step.STOPPED):
            return known
        stopped = replace(known, step=Step.STOPPED)
        await self._keep(stopped)
        if self._open is not None and self._open.id == id:
            self._open = None  # from here on nobody's claim finds words
            self._begin(stopped)
        return stopped

    async def how_it_goes(self, of: Broadcast, page: int | None = None) -> OutgoingMessage:
        """The counts, and a page of those it did not reach."""
        if self._task is not None and not self._task.done() and self._going_key == of.key:
            outcomes = self._outcomes
        else:
            outcomes = await self._outcomes_of(of)
        found = broadcast.tally(outcomes)
        return broadcast.screen(of, found, await self._not_reached(of, found) if page is not None else (), page or 0)

    # --- What a process does with the one that is open ---------------------------------------------------------------

    def _begin(self, going: Broadcast) -> None:
        if self._task is not None:
            self._task.cancel()
        if going.step is Step.RUNNING:
            self._open = going
        self._going_key = going.key
        self._outcomes, self._stale = {}, set()
        self._task = asyncio.create_task(self._run(going))

    async def _run(self, going: Broadcast) -> None:
        while True:
            try:
                await self._to_its_end(going)
                return
            except (NotSaved, NotRead) as trouble:
                log.warning("a broadcast waits: %s", trouble)
            except Exception as fault:
                log.error("a broadcast waits: %s", error_name(fault))
            await self._clock.sleep(AFTER_TROUBLE)

    async def _to_its_end(self, going: Broadcast) -> None:
        """Line it up, wait until it is known of everybody what became of it, and say so."""
        if going.step is Step.RUNNING and not going.lined_up:
            await self._for_everybody(going, self._line_up)
            going = await self._on(going, lined_up=True)
        else:
            for id, outcome in (await self._outcomes_of(going)).items():
                self._outcomes.setdefault(id, outcome)  # what was saved while they were read is newer
        while going.step is Step.RUNNING and not going.is_over(self._clock.now()):
            if not self._sender.waiting(going.coach):  # else the edit that waits to leave is enough
                self._show(going)
            if not await self._news_of(going):
                break
        if going.step is Step.RUNNING:
            going = await self._on(going, step=Step.DONE)
            self._open = None
        if broadcast.tally(self._outcomes).waiting:
            await self._for_everybody(going, self._drop)
        if broadcast.tally(self._outcomes).waiting:  # what was claimed when it was stopped is still on its way
            await self._clock.sleep(SHOWN_EVERY)
            await self._look_again(going)
        await self._show(going, await self._not_reached(going, broadcast.tally(self._outcomes))).wait()
        await self._on(going, screen=0)

    async def _news_of(self, going: Broadcast) -> bool:
        """Wait until more is known, or time is up; whether anybody's end is still to come."""
        await self._look_again(going)
        if not broadcast.tally(self._outcomes).waiting:
            return False
        self._news.clear()
        left = (going.at + broadcast.GOOD_FOR - self._clock.now()).total_seconds()
        news = asyncio.create_task(self._news.wait())
        try:
            await wait_at_most(self._clock, max(left, 0.0), [news])
        finally:
            await cancel_all([news])
        await self._clock.sleep(SHOWN_EVERY)
        await self._look_again(going)
        return broadcast.tally(self._outcomes).waiting > 0

    async def _on(self, going: Broadcast, **changed: Any) -> Broadcast:
        """The broadcast one step on, as it is kept; whoever stopped it meanwhile keeps it stopped."""
        async with self._storage.change_bot_record() as box:
            known = next((each for each in _all(box.value) if each.id == going.id), going)
            if known.step is going.step:
                known = replace(known, **changed)
                box.value = _with(box.value, known)
        if self._open is not None and self._open.id == known.id and known.step is Step.RUNNING:
            self._open = known
        return known

    async def _for_everybody(self, going: Broadcast, look: Callable[[Broadcast, int], Any]) -> None:
        ids = self._storage.ids()
        for start in range(0, len(ids), AT_ONCE):
            await asyncio.gather(*(look(going, id) for id in ids[start : start + AT_ONCE]))
            self.wake()
            await asyncio.sleep(0)

    async def _line_up(self, going: Broadcast, id: int) -> None:
        """Read before it is locked: most may be none of those it is for."""
        if self.words(going.id) is None:
            return
        await self._changed(going, id, partial(broadcast.with_it, broadcast=going, now=self._clock.now()))

    async def _drop(self, going: Broadcast, id: int) -> None:
        await self._changed(going, id, partial(broadcast.without_it, broadcast=going, now=self._clock.now()))

    async def _changed(self, going: Broadcast, id: int, change: Change) -> None:
        try:
            known = await self._storage.read(id)
            if known is None:
                return
            if change(self._catalog.of(known), known) is not known:
                async with self._storage.change(id) as box:
                    if box.value is not None:
                        after = change(self._catalog.of(box.value), box.value)
                        if after is not box.value:
                            box.value = after
            elif id not in self._outcomes:  # what was saved while it was read is newer
                self._note(going.key, id, known)
        except Unreadable:
            return  # the operators are told of it elsewhere

    # --- What became of it -------------------------------------------------------------------------------------------

    def _noted(self, id: int, value: Subscriber | None) -> None:
        """Somebody's document was saved, or may have been."""
        if not self._going_key or (id not in self._outcomes and value is None):
            return
        if value is None:
            self._stale.add(id)
            self._news.set()
        elif self._note(self._going_key, id, value):
            self._news.set()

    def _note(self, key: str, id: int, known: Subscriber) -> bool:
        """Whether that says anything new."""
        record = known.deliveries.get(key)
        if record is None or self._outcomes.get(id) is record.outcome:
            return False
        self._outcomes[id] = record.outcome
        return record.outcome in ENDED

    async def _look_again(self, going: Broadcast) -> None:
        """Read anew whoever's change may not have been saved, or who is gone."""
        stale, self._stale = self._stale, set()
        for id in stale:
            self._outcomes.pop(id, None)
            if (known := await self._readable(id)) is not None:
                self._note(going.key, id, known)

    async def _outcomes_of(self, of: Broadcast) -> dict[int, Outcome]:
        found: dict[int, Outcome] = {}
        ids = self._storage.ids()
        for start in range(0, len(ids), AT_ONCE):
            handful = ids[start : start + AT_ONCE]
            for id, known in zip(handful, await asyncio.gather(*map(self._readable, handful)), strict=True):
                record = known.deliveries.get(of.key) if known is not None else None
                if record is not None:
                    found[id] = record.outcome
            await asyncio.sleep(0)
        return found

    async def _not_reached(self, of: Broadcast, found: Tally) -> list[NotReached]:
        people = []
        for id in found.not_reached:
            known = await self._readable(id)
            one = broadcast.not_reached(self._catalog.of(known), known, of) if known is not None else None
            people += [one] if one is not None else []
        return people

    def _show(self, going: Broadcast, people: Iterable[NotReached] = ()) -> asyncio.Event:
        """Edit the message that shows how it goes; the event is set when that has left or was given up.

        Whoever wrote it and is no coach any more sees nothing of it.
        """
        if going.coach not in self._coaches.ids:
            nothing_leaves = asyncio.Event()
            nothing_leaves.set()
            return nothing_leaves
        edits = Edits(going.screen, has_picture=False) if going.screen else None
        return self._coaches.say(going.coach, broadcast.screen(going, broadcast.tally(self._outcomes), people), edits)

    async def _read(self) -> tuple[Broadcast, ...]:
        return _all(await self._storage.read_bot_record())

    async def _keep(self, new: Broadcast) -> None:
        async with self._storage.change_bot_record() as box:
            box.value = _with(box.value, new)


def _all(record: dict[str, Any]) -> tuple[Broadcast, ...]:
    found = map(broadcast.read, record.get(BROADCASTS, ()))
    return tuple(each for each in found if each is not None)


def _with(record: dict[str, Any], new: Broadcast) -> dict[str, Any]:
    return {**record, BROADCASTS: [each.record for each in broadcast.kept(_all(record), new)]}
