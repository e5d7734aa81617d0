"""All wiring, on one screen."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot import menu
from bot.clock import Clock
from bot.codec import SubscriberCodec
from bot.content import Catalog
from bot.core import schedule
from bot.core.subscriber import Subscriber
from bot.edge import Inbox
from bot.handlers import COMMANDS
from bot.intake import HoldOn, Intake, Unreadable
from bot.metrics import Metrics
from bot.operators import Operators
from bot.pace import Pace
from bot.pictures import Pictures
from bot.places import Places
from bot.poll import Poll
from bot.render.text import Renderer
from bot.respond import Respond
from bot.send_due import SendDue
from bot.sender import Sender
from bot.settings import WebhookSettings
from bot.storage import NotRead, NotSaved, Storage
from bot.storage.disk import Disk
from bot.storage.tinydb_storage import THREADS, TinyDBStorage, open_storage
from bot.storing import Storing
from bot.ticker import Ticker
from bot.troubles import Cause, Troubles
from bot.waiting import end
from bot.webhook import Webhook

log = logging.getLogger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]
STOP_SECONDS = 8.0


class StrictApplication(Application[Any, Any, Any, Any, Any, Any]):
    """The stock class answers None also when a handler raised, and so cannot say whether the effect was stored."""

    async def process_error(self, update: object, error: Exception, *_: Any, **__: Any) -> bool:
        """Let the intake decide what a failed update means."""
        raise error


class SilentBot(ExtBot[Any]):
    """The stock class shows its token when it is described, and so would an application that holds it."""

    def __repr__(self) -> str:
        return type(self).__name__


@dataclass(frozen=True)
class Parts:
    """What the bot is made of, ready to run."""

    storage: Storage[Subscriber]
    catalog: Catalog
    sender: Sender
    send_due: SendDue
    respond: Respond
    application: App
    inlet: Poll | Webhook
    intake: Intake
    ticker: Ticker
    clock: Clock
    troubles: Troubles
    operators: Operators
    metrics: Metrics
    storing: Storing

    async def start(self, *, ticking: bool = True) -> None:
        """Talk to Telegram for the first time, mend what the last process left, and begin to tick."""
        await self.application.initialize()
        await menu.publish(self.application.bot, self.respond.renderer)
        await self.send_due.quarantine.load()
        await self.send_due.forget_lost_claims()
        await self.respond.show_again(self.clock.now())
        if ticking:
            self.ticker.start()
        self.send_due.wake()

    async def run(self) -> None:
        """Take in and send until `stop` is called or the token is refused."""
        tasks = {asyncio.create_task(each.run()) for each in (self.send_due, self.inlet, self.storing)}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await end(tasks)

    async def stop(self, grace: float = STOP_SECONDS) -> None:
        """Claim nothing more, confirm what is handled, let replies leave; all within `grace` seconds."""
        self.ticker.stop()
        await self.operators.stop()
        try:
            async with asyncio.timeout(grace):
                await asyncio.gather(self.send_due.stop(grace), self.inlet.stop(grace / 2))
                await self.sender.drain()
        except TimeoutError:
            log.warning("stopped with replies still waiting; they are shown at the next start")
            await self.sender.abandon()
            await self.send_due.abandon()
        await self.application.shutdown()
        await self.application.bot.shutdown()  # the application leaves it open when the first hello failed
        self.storage.close()


def stamp(catalog: Catalog) -> str:
    """What a next due instant was computed with: content, time zone data, the schedule's rules."""
    return f"{catalog.hash}.{version('tzdata')}.{schedule.VERSION}"


def open_subscribers(
    catalog: Catalog,
    folder: Path,
    key_file: Path,
    *,
    write: bool = True,
    disk: Disk | None = None,
    threads: int = THREADS,
) -> TinyDBStorage[Subscriber]:
    """The data folder of a bot with this content."""
    named = stamp(catalog)
    return open_storage(folder, key_file, SubscriberCodec(named), named, write=write, disk=disk, threads=threads)


def build(
    *,
    token: str,
    api_url: str,
    storage: Storage[Subscriber],
    catalog: Catalog,
    places: Places,
    clock: Clock,
    request: BaseRequest,
    poll_request: BaseRequest,
    tick_seconds: float,
    messages_per_second: int,
    pictures: Pictures,
    webhook: WebhookSettings | None = None,
    operators: Collection[int] = (),
    poll_clock: Clock | None = None,
    taps_a_minute: int = 60,
) -> Parts:
    """The whole bot; nothing has been sent or fetched yet. Intake may run on a clock of its own: the demo's stands."""
    poll_clock = poll_clock or clock
    troubles = Troubles(clock)
    metrics = Metrics(clock)
    _measure(metrics, storage, clock, troubles)
    storage.watch_damage(lambda _, reason: troubles.note(Cause.DAMAGED, reason))
    pace = Pace(clock, messages_per_second, troubles)
    bot = SilentBot(
        token, base_url=f"{api_url}/bot", request=request, get_updates_request=poll_request, rate_limiter=pace
    )
    pace.probe = bot.get_me
    sender = Sender(bot, pace, clock, pictures, troubles)
    renderer = Renderer(catalog, places.country_of)
    storing = Storing(storage, clock, troubles)
    process = secrets.token_hex(4)
    send_due = SendDue(storage, catalog, renderer, sender, clock, troubles, metrics, storing, process=process)
    respond = Respond(
        storage,
        catalog,
        places,
        renderer,
        sender,
        clock,
        storing,
        wake=send_due.wake,
        operators=operators,
        sending_goes_on=send_due.go_on,
    )
    application = (
        ApplicationBuilder().application_class(StrictApplication).bot(bot).updater(None).job_queue(None).build()
    )
    route(application, respond)
    intake = Intake(
        _handle(application),
        poll_clock,
        metrics,
        answered=respond.answered,
        storage_works=storing.probe,
        set_aside=_set_aside(storage, troubles),
        answer_dropped=sender.answer_tap,
        flooded=respond.flooded,
        failed=respond.failed,
        taps_a_minute=taps_a_minute,
    )
    inbox = Inbox(poll_request, f"{api_url}/bot{token}")
    inlet: Poll | Webhook = Poll(inbox, intake, poll_clock, troubles)
    if webhook is not None:
        url, path, secret = webhook.url, webhook.path, webhook.secret
        inlet = Webhook(inbox, intake, poll_clock, troubles, url=url, path=path, secret=secret)
    ticker = Ticker(send_due.tick, tick_seconds, poll_clock)
    told = Operators(operators, sender, renderer, clock, troubles)
    return Parts(
        storage=storage,
        catalog=catalog,
        sender=sender,
        send_due=send_due,
        respond=respond,
        application=application,
        inlet=inlet,
        intake=intake,
        ticker=ticker,
        clock=clock,
        troubles=troubles,
        operators=told,
        metrics=metrics,
        storing=storing,
    )


def route(application: App, respond: Respond) -> None:
    """Which update goes where: private chats only, old commands that were edited do nothing."""
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    for name, handler in COMMANDS.items():
        application.add_handler(CommandHandler(name, respond.command(handler), filters=private))
    application.add_handler(CallbackQueryHandler(respond.tap))
    application.add_handler(MessageHandler(private & filters.COMMAND, respond.unknown))
    application.add_handler(MessageHandler(private & filters.TEXT, respond.text))
    application.add_handler(MessageHandler(private & filters.LOCATION, respond.location))
    application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, respond.other))
    application.add_handler(ChatMemberHandler(respond.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(~filters.ChatType.PRIVATE & ~filters.UpdateType.EDITED, respond.group))


def _handle(application: App) -> Any:
    """One raw update to the library's handlers; what cannot be read is set aside at once."""

    async def handle(raw: Mapping[str, Any]) -> None:
        try:
            update = Update.de_json(dict(raw), application.bot)
        except (TelegramError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as fault:
            raise Unreadable(type(fault).__name__) from None
        await application.process_update(update)

    return handle


def _set_aside(storage: Storage[Subscriber], troubles: Troubles) -> Any:
    """Keep count of the updates that could not be handled: their ids and kinds of error, never their text."""

    async def set_aside(update_id: int, error_kind: str) -> None:
        try:
            async with storage.change_house() as box:
                aside = [*box.value.get("set_aside", []), {"update": update_id, "error": error_kind}]
                box.value = {**box.value, "set_aside": aside[-100:]}
        except (NotSaved, NotRead) as trouble:
            raise HoldOn from trouble
        troubles.note(Cause.SET_ASIDE, f"update {update_id}, {error_kind}")

    return set_aside


def _measure(metrics: Metrics, storage: Storage[Subscriber], clock: Clock, troubles: Troubles) -> None:
    """Add what is looked up whenever somebody asks."""
    metrics.show("steady_knees_people_due", "People with something due now.", lambda: len(storage.due(clock.now())))
    metrics.show("steady_knees_people_stored", "People who are kept.", lambda: len(storage.ids()))
    metrics.show("steady_knees_people_damaged", "People whose file does not open.", lambda: len(storage.damaged))
    metrics.show("steady_knees_troubles_standing", "What stands in the way now.", lambda: len(troubles.standing()))
