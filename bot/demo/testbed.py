"""The whole bot around a local Telegram in memory, with a clock that can be moved: the demo, and the tests' ground."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from telegram import Update

from bot.app import Runtime, build, open_subscribers
from bot.catalog.contact import confirmed_in, with_confirmed
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.clock import MovableClock, SystemClock
from bot.core.model.subscriber import Subscriber
from bot.drawing.studio import Hand
from bot.local_telegram.people import Person
from bot.local_telegram.request import LocalRequest
from bot.local_telegram.telegram import LocalTelegram
from bot.places.search import Places
from bot.render.text import Renderers
from bot.storage import Storage
from bot.storage.disk import Disk
from bot.storage.tinydb_storage import THREADS
from bot.tasks import cancel_all

TOKEN = "1000:the-demo-needs-no-token-of-telegrams"  # noqa: S105 -- opens nothing
PERSON = 7
BEGIN = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
LONGEST_WAIT = 120.0  # seconds of the movable clock that a reply may wait for its place in the pace
LONGEST_AHEAD = timedelta(days=180)
"""So far the clock is moved for a message that nobody asked for."""
RUNNING_STEP = 0.05
SETTLE_LOOKS = 200_000
REST = 0.0003  # seconds of the machine's own clock between two looks at a bot that has something in hand


@dataclass(frozen=True)
class Standing:
    """Where a person stands: what is stored of them, what stands on their phone, and how late it is.

    The bot keeps no conversation in its process, so whoever has this document and this chat is where they were.
    """

    subscriber: Subscriber | None
    telegram: dict[str, Any]
    at: datetime


class Testbed:
    """One bot, one Telegram, one clock, one data folder; `polling` runs the real poll loop and the real tick."""

    __test__ = False  # pytest would take the name for its own

    def __init__(
        self,
        catalog: Catalog,
        places: Places,
        *,
        folder: Path | None = None,
        begin: datetime = BEGIN,
        polling: bool = False,
        messages_per_second: int = 25,
        operators: Collection[int] = (),
        renderers: Renderers | None = None,
        hand: Hand | None = None,
        disk: Disk | None = None,
        threads: int = THREADS,
        rest: float = REST,
        stored: Callable[[], Storage[Subscriber]] | None = None,
    ) -> None:
        self.catalog = catalog
        self.places = places
        self.person_id = PERSON
        self.begin = begin
        self._polling = polling
        self._messages_per_second = messages_per_second
        self._operators = operators
        self.renderers = renderers or Renderers(catalog, places.country_of)
        self._hand = hand
        self._disk = disk
        self._threads = threads
        self._rest = rest
        self._stored = stored
        self.longest_wait = LONGEST_WAIT
        self._temporary = tempfile.TemporaryDirectory(prefix="steady-knees-") if folder is None else None
        self.folder = folder or Path(self._temporary.name if self._temporary else "")
        self.clock = MovableClock(begin)
        self.telegram = LocalTelegram(self.clock)
        self.telegram.person(PERSON)
        self.runtime: Runtime | None = None
        self._running: list[asyncio.Task[None]] = []
        self._offset = 0
        self._afresh = 0

    # --- Opening and closing ------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Start the bot on what its data folder holds."""
        request = LocalRequest(self.telegram)
        self.runtime = build(
            token=TOKEN,
            api_url="http://localhost",
            storage=self._stored() if self._stored is not None else self._on_disk(),
            catalog=self.catalog,
            places=self.places,
            clock=self.clock,
            poll_clock=SystemClock(),
            request=request,
            poll_request=LocalRequest(self.telegram),
            tick_seconds=1,
            messages_per_second=self._messages_per_second,
            operators=self._operators,
            pictures=Pictures(self.catalog.folder),
            taps_a_minute=10_000,
            renderers=self.renderers,
            hand=self._hand,
        )
        await self.runtime.start(ticking=self._polling)
        self._running = [asyncio.create_task(self.runtime.send_due.run())]
        if self._polling:
            self._running.append(asyncio.create_task(self.runtime.receiver.run()))
            self._running.append(asyncio.create_task(self._keep_pace()))
        await self.settle()

    def _on_disk(self) -> Storage[Subscriber]:
        data, key_file = self.folder / f"data-{self._afresh}", self.folder / "keys" / f"{self._afresh}.key"
        return open_subscribers(self.catalog, data, key_file, disk=self._disk, threads=self._threads)

    async def close(self) -> None:
        """Stop as the process would on SIGTERM."""
        runtime = self._opened
        stopping = asyncio.create_task(runtime.stop())
        while not stopping.done():
            await asyncio.sleep(0.001)
            await self._let_wait()
        await stopping
        await self._end()

    async def kill(self) -> None:
        """End at once, as `kill -9` would: nothing is wound up, nothing more is written or confirmed."""
        runtime = self._opened
        runtime.ticker.stop()
        await cancel_all(runtime.publishing)
        await runtime.alert_chat.stop()
        await runtime.letters.stop()
        await runtime.digests.stop()
        await runtime.forum.stop()
        await runtime.contacts.stop()
        await runtime.broadcasts.stop()
        await runtime.sender.abandon()
        await runtime.respond.owed.stop()
        await runtime.send_due.abandon()
        await self._end()
        runtime.storage.close()

    async def remove(self) -> None:
        """End at once, and leave nothing of a folder that was made for it."""
        try:
            if self.runtime is not None:
                await self.kill()
        finally:
            if self._temporary is not None:
                self._temporary.cleanup()

    async def _end(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self.runtime = None

    async def start_afresh(self) -> None:
        """Forget the chat and everything stored."""
        await self._anew(self.begin)

    async def standing(self) -> Standing:
        """Where the person stands now, to `stand` there again."""
        await self._opened.respond.owed.clear()
        return Standing(await self.subscriber(), self.telegram.remember(), self.clock.now())

    async def stand(self, standing: Standing) -> None:
        """Forget the chat and everything stored but who to turn to, and go on from there."""
        contacts = confirmed_in(await self._opened.storage.read_bot_record())
        await self._anew(standing.at, standing.telegram)
        if contacts is not None:
            async with self._opened.storage.change_bot_record() as record:
                record.value = with_confirmed(record.value, contacts)
            await self._opened.contacts.follow()
        if standing.subscriber is not None:
            async with self._opened.storage.change(standing.subscriber.id) as box:
                box.value = standing.subscriber
        await self.settle()

    async def _anew(self, at: datetime, remembered: dict[str, Any] | None = None) -> None:
        clock = MovableClock(at)
        telegram = LocalTelegram(clock)
        telegram.person(PERSON)
        if remembered is not None:
            telegram.recall(remembered)
        await self.kill()
        await asyncio.to_thread(shutil.rmtree, self.folder / f"data-{self._afresh}", ignore_errors=True)
        self._afresh += 1
        self._offset = 0
        self.clock, self.telegram = clock, telegram
        await self.open()

    @property
    def _opened(self) -> Runtime:
        if self.runtime is None:
            raise RuntimeError("the testbed is closed")
        return self.runtime

    # --- Time ---------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Wait until the bot has nothing in hand; only its own pace may move the clock meanwhile."""
        self._opened.send_due.wake()
        calm = 0
        for _ in range(SETTLE_LOOKS):
            if not self._polling:
                await self._fetch()
            await asyncio.sleep(self._rest if calm == 0 else 0)
            calm = calm + 1 if self._calm() else 0
            if calm > 3:
                return
            await self._let_wait()
        raise RuntimeError("the bot does not come to rest")

    def _calm(self) -> bool:
        runtime = self._opened
        busy = runtime.publishing or runtime.sender.busy or runtime.letters.busy or runtime.forum.busy
        return not busy and runtime.send_due.is_idle and not self.telegram.unconfirmed

    async def _let_wait(self) -> None:
        """Let whoever waits for a place in the pace have it."""
        ahead = self.clock.next_waking()
        if ahead is not None and ahead <= self.longest_wait:
            await self.clock.advance(ahead)

    async def _keep_pace(self) -> None:
        """While nobody moves the demo's clock it runs as any other, so that timers and the pace take their time."""
        while True:
            await asyncio.sleep(RUNNING_STEP)
            await self.clock.advance(RUNNING_STEP)

    async def _fetch(self) -> None:
        """Without the poll loop: hand over what has come in, and confirm it."""
        _, body = await self.telegram.call("getUpdates", {"offset": self._offset})
        for raw in body.get("result", []):
            handling = asyncio.create_task(self.handle(raw))
            try:
                while not handling.done():
                    await asyncio.sleep(self._rest)
                    await self._let_wait()
                await handling
            finally:
                await cancel_all([handling])  # which has no testbed any more when this was ended half-way
            self._offset = raw["update_id"] + 1

    async def handle(self, raw: Mapping[str, Any]) -> None:
        """One update through the library's handlers."""
        application = self._opened.application
        await application.process_update(Update.de_json(dict(raw), application.bot))
        await self._opened.respond.answered(raw["update_id"], asyncio.Event())

    async def advance(self, seconds: float) -> None:
        """Move the clock, letting happen what falls due on the way, each thing at its own instant."""
        await self.move_to(self.clock.now() + timedelta(seconds=seconds))

    async def move_to(self, end: datetime) -> None:
        """Move the clock to an instant, stopping wherever something is due."""
        await self.settle()
        while (at := self._opened.storage.next_due_at()) is not None and at < end and self.clock.now() < end:
            if at > self.clock.now():
                await self.clock.move_to(at)
            before = at
            await self.settle()
            if self._opened.storage.next_due_at() == before and before <= self.clock.now():
                await self.clock.advance(61)  # somebody is held for a minute
        if end > self.clock.now():
            await self.clock.move_to(end)
        await self.settle()

    async def to_next_message(self) -> None:
        """Move the clock until something that nobody asked for arrives; LONGEST_AHEAD at most."""
        chat = self.telegram.chat(self.person_id)
        known = len(chat.messages)
        end = self.clock.now() + LONGEST_AHEAD
        await self.settle()
        while len(chat.messages) == known and await self._is_due_before(end):
            at = self._opened.storage.next_due_at() or end
            await self.clock.move_to(max(at, self.clock.now() + timedelta(seconds=1)))
            await self.settle()

    async def _is_due_before(self, end: datetime) -> bool:
        """Whether something is due to the person until then, and not to somebody else alone."""
        known = await self.subscriber()
        return known is not None and known.next_due_at is not None and known.next_due_at < end

    # --- What the page asks -------------------------------------------------------------------------------------

    @property
    def person(self) -> Person:
        """Whose phone the page shows."""
        return self.telegram.person_with(self.person_id)

    async def subscriber(self) -> Subscriber | None:
        """What is stored of the person."""
        return await self._opened.storage.read(self.person_id)
