"""What the bot is made of, and its life: start, run, stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.catalog.load import Catalog
from bot.clock import Clock
from bot.conversation import command_menu
from bot.conversation.contacts import ContactBook
from bot.conversation.desk import Desk
from bot.conversation.digest import DigestTeller
from bot.conversation.respond import Respond
from bot.conversation.routing import App
from bot.core.model.subscriber import Subscriber
from bot.drawing.studio import Studio
from bot.intake.receiver import Receiver
from bot.intake.update_queue import UpdateQueue
from bot.monitoring.alerts import Alerts
from bot.monitoring.disk_probe import DiskProbe
from bot.monitoring.metrics import Metrics
from bot.sending.alert_chat import AlertChat
from bot.sending.broadcasts import Broadcasts
from bot.sending.forum import Forum
from bot.sending.letters import Letters
from bot.sending.send_due import SendDue
from bot.sending.sender import Sender
from bot.sending.ticker import Ticker
from bot.storage import Storage
from bot.tasks import cancel_all, spawn

log = logging.getLogger(__name__)

STOP_SECONDS = 8.0


@dataclass(frozen=True)
class Runtime:
    """What the bot is made of, ready to run."""

    storage: Storage[Subscriber]
    catalog: Catalog
    sender: Sender
    studio: Studio
    send_due: SendDue
    respond: Respond
    application: App
    receiver: Receiver
    intake: UpdateQueue
    ticker: Ticker
    clock: Clock
    alerts: Alerts
    alert_chat: AlertChat
    coaches: Collection[int]
    desk: Desk
    letters: Letters
    broadcasts: Broadcasts
    forum: Forum
    contacts: ContactBook
    digests: DigestTeller
    metrics: Metrics
    disk_probe: DiskProbe
    publishing: set[asyncio.Task[None]] = field(default_factory=set)
    """What brings up to date how Telegram shows the bot; nothing waits for it."""

    async def start(self, *, ticking: bool = True) -> None:
        """Talk to Telegram for the first time, mend what the last process left, and begin to tick.

        Where several are there, the one that takes the lead mends.
        """
        await self.application.initialize()
        spawn(self.publishing, self._publish())
        if self.storage.lead.held:
            await self.mend()
        self.digests.start()
        self.forum.start()
        if ticking:
            self.ticker.start()
        self.send_due.wake()

    async def mend(self) -> None:
        """See through what the process before has left."""
        await self.contacts.follow()
        self.desk.begin_anew()
        await self.send_due.quarantine.load()
        await self.send_due.forget_lost_claims()
        await self.respond.show_again(self.clock.now())
        await self.letters.resume()
        await self.broadcasts.start()

    async def run(self) -> None:
        """Take in and send until `stop` is called or the token is refused."""
        leading = self.storage.lead.run(self.mend, self.send_due.wake)
        tasks = {asyncio.create_task(each.run()) for each in (self.send_due, self.receiver, self.disk_probe)}
        tasks.add(asyncio.create_task(leading))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await cancel_all(tasks)

    async def _publish(self) -> None:
        bot, renderers = self.application.bot, self.respond.renderers
        await command_menu.publish(bot, self.catalog, renderers, self.sender.pictures)
        await command_menu.publish_to_coaches(bot, renderers, self.storage, self.coaches)

    async def stop(self, grace: float = STOP_SECONDS) -> None:
        """Claim nothing more, confirm what is handled, let replies leave; these within `grace` seconds.

        A save under way is waited for, however long the disk takes.
        """
        self.ticker.stop()
        await cancel_all(self.publishing)
        await self.alert_chat.stop()
        await self.digests.stop()
        await self.forum.stop()
        await self.contacts.stop()
        await self.broadcasts.stop()
        try:
            async with asyncio.timeout(grace):
                await asyncio.gather(self.send_due.stop(grace), self.receiver.stop(grace / 2))
                await asyncio.gather(self.sender.drain(), self.respond.owed.clear())
                await self.respond.owed.clear()  # those that have left meanwhile
        except TimeoutError:
            log.warning("stopped with replies still waiting; what is owed is shown at a start within minutes")
            await self.sender.abandon()
            await self.send_due.abandon()
        await self.respond.owed.stop()
        await self.letters.stop()
        self.studio.close()
        await self.application.shutdown()
        await self.application.bot.shutdown()  # the application leaves it open when the first hello failed
        self.storage.close()
