"""`python -m bot run`: the bot as a process, from settings to exit code."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Mapping

from aiohttp import web
from telegram.error import TelegramError

from bot.app import Runtime, build, open_stored
from bot.bot_api.client import Client
from bot.bot_api.errors import Flood, MaybeSent, NotSent, Rejected, RejectionKind, SendTrouble
from bot.bot_api.token_check import REFUSALS, TokenRefused, confirm_refusal
from bot.catalog.contact import MADE_UP
from bot.catalog.load import Catalog, ContentFaults, ContentReading
from bot.catalog.pictures import Pictures
from bot.check.found_whole import FoundWhole, fingerprint
from bot.clock import SystemClock
from bot.conversation.contacts import ContactBook
from bot.intake.webhook import Webhook
from bot.monitoring.connections import Connections, most_connections
from bot.monitoring.health import Health, pages, served
from bot.monitoring.safe_logging import CountingHandler, RedactingFormatter, log_background_error, log_quietly
from bot.monitoring.watchdog import Stuck, Watchdog, live_watched, watch_loop
from bot.places.search import Places, read_tables
from bot.settings import NOBODY_IS_TOLD, Settings, SettingsFaults, read_settings, without_tokens
from bot.storage import NotRead, StorageRefused, Unreadable
from bot.tasks import back_off, cancel_all

log = logging.getLogger(__name__)

START_TRIES = 4
START_REFUSAL_SECONDS = 3.0  # a second and a third try, after 1 and 2 seconds
LONGEST_START_PAUSE = 300.0
YOUNG = 5_000
"""New objects after which the collector looks through them: with Python's 700 it takes half as long again in all."""
LIBRARIES = ("telegram", "apscheduler", "aiohttp", "httpx", "httpcore", "asyncio")


class CannotStart(Exception):
    """Why the bot does not run, in one line that says what to do."""


def run(environment: Mapping[str, str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code. Every reason not to run is one clear line."""
    try:
        settings = read_settings(environment)
        set_up_logging(settings.log_level, settings.token)
        return asyncio.run(_run(settings))
    except (SettingsFaults, ContentFaults, StorageRefused, CannotStart, Stuck) as reason:
        print(without_tokens(str(reason)), file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:  # before there was anything to wind up
        return 128 + signal.SIGINT
    finally:
        _listen_no_more()
        _give_up_unwritten_log()


def _give_up_unwritten_log() -> None:
    """Python ends with a code of its own when a log that nobody could write is still unwritten."""
    try:
        if sys.stderr is not None:
            sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def set_up_logging(level: str, token: str) -> None:
    """One line an event on standard error. Libraries only warn: at DEBUG some print tokens and texts."""
    written = CountingHandler(sys.stderr)
    written.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", token))
    logging.basicConfig(level=level, handlers=[written])
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    log_quietly()


async def _run(settings: Settings) -> int:
    asyncio.get_running_loop().set_exception_handler(log_background_error)
    asked_to_stop = _listen_for_signals()
    runtime = _built(settings)
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()
    started = asyncio.Event()
    living = asyncio.create_task(_live(runtime, settings, started))
    stopping = asyncio.create_task(asked_to_stop.wait())
    try:
        await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if living.done():
            living.result()
    except TokenRefused as refused:
        raise CannotStart(
            _refusal(RejectionKind.UNAUTHORIZED if refused.reason == "token" else RejectionKind.WRONG_ADDRESS)
        ) from None
    finally:
        if not started.is_set():
            await cancel_all({living})
        await runtime.stop()  # the port stays open meanwhile: a webhook hears what became of its deliveries
        await cancel_all({living, stopping})
    log.info("stopped")
    return 0


def _listen_for_signals() -> asyncio.Event:
    """Set by SIGTERM and SIGINT, however often they come; SIGHUP does nothing."""
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask(*_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(asked_to_stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a closed terminal is no wish to stop
    return asked_to_stop


def _listen_no_more() -> None:
    """Let nothing kill a process that has ended in order and is only being taken down.

    The loop's own handlers would go when it closes and Python's when the interpreter does; what is ignored stays so.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def _built(settings: Settings) -> Runtime:
    """The bot on its storage. Raises CannotStart, ContentFaults, StorageRefused."""
    content = ContentReading(settings.content_dir, settings.contact_file)
    catalog = content.catalog or _examined(content, settings)
    try:
        tables = read_tables(settings.content_dir / "places")
    except OSError as trouble:
        raise CannotStart(f"{trouble.filename} cannot be read: {trouble.strerror}. Check BOT_CONTENT_DIR.") from None
    places = Places(tables)
    found_whole, here = FoundWhole(settings.data_dir), fingerprint(catalog.hash, tables)
    if not found_whole.holds(here):
        _examined(content, settings)
        try:
            places.parse()
        except ValueError as fault:
            raise CannotStart(f"{settings.content_dir / 'places'}/{fault}") from None
    content.let_go()
    storage = open_stored(catalog, settings)
    found_whole.keep(here)
    return build(
        token=settings.token,
        api_url=settings.api_url,
        storage=storage,
        catalog=catalog,
        places=places,
        clock=SystemClock(),
        request=Client(),
        poll_request=Client(),
        tick_seconds=settings.tick_seconds,
        messages_per_second=settings.messages_per_second,
        paid_broadcast=settings.paid_broadcast,
        operators=settings.operators,
        webhook=settings.webhook,
        pictures=Pictures(catalog.folder, settings.data_dir / "file_ids.json"),
    )


def _examined(content: ContentReading, settings: Settings) -> Catalog:
    """The catalog whose words hold together as well. Raises ContentFaults."""
    from bot.check.examine import keeps_from_starting  # here, since most starts need nothing of it

    found = keeps_from_starting(settings.content_dir, settings.contact_file, content)
    if found.catalog is None:
        raise ContentFaults(found.faults)
    for language, number in Counter(lack.language for lack in found.lacks).items():
        usual = found.catalog.unchosen.language
        log.warning("%s texts are missing in %s, those in %s stand in; the check names them", number, language, usual)
    return found.catalog


async def _live(runtime: Runtime, settings: Settings, started: asyncio.Event) -> None:
    """From the first hello until the bot is stopped. Raises: CannotStart, TokenRefused, Stuck."""
    await require_people_to_turn_to(runtime.contacts, settings)
    await _reach_telegram(runtime)
    async with contextlib.AsyncExitStack() as watched:
        if settings.http_port is not None:
            try:
                await watched.enter_async_context(
                    served(_pages(runtime, settings), settings.http_port, settings.http_host, _connections())
                )
            except OSError as trouble:
                if trouble.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                    raise
                where = f"Port {settings.http_port} cannot be used on {settings.http_host}."
                raise CannotStart(f"{where} Set BOT_HTTP_PORT to a free one.") from None
        await runtime.start()
        started.set()
        log.info("running")
        if not settings.operators:
            log.info(NOBODY_IS_TOLD)
        watch_loop(asyncio.get_running_loop(), _end_at_once)
        await live_watched(runtime.run(), _watchdog(runtime, settings))


async def require_people_to_turn_to(contacts: ContactBook, settings: Settings) -> None:
    """Before anybody is told of them. Raises CannotStart."""
    try:
        await contacts.read()
    except (NotRead, Unreadable) as trouble:
        raise CannotStart(f"Who to turn to could not be looked up: {trouble}. Run `python -m bot doctor`.") from None
    if contacts.contact.sample:
        if not settings.sample_contacts:
            raise CannotStart(MADE_UP)
        log.warning("the people to turn to are made up; yours belong in contact.yaml")
    elif contacts.file_was_changed:
        log.warning("the contact file was changed, and does not count: those confirmed in the chat do")
    elif contacts.is_of_chat:
        log.info("the people to turn to are those confirmed in the chat")


def _watchdog(runtime: Runtime, settings: Settings) -> Watchdog:
    """What ends a bot that only a restart can mend."""
    return Watchdog(
        runtime.clock,
        went_on_at=lambda: runtime.receiver.went_on_at,
        ticked_at=lambda: runtime.send_due.ticked_at,
        tick_seconds=settings.tick_seconds,
    )


def _end_at_once() -> None:
    """Nothing runs any more that could wind up; what was confirmed is stored, the rest waits with Telegram."""
    print("The bot's loop stands still. Ended, so that it is started anew.", file=sys.stderr, flush=True)  # noqa: T201
    os._exit(1)


def _connections() -> Connections:
    """What bounds the connections to the bot's port."""
    handles, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Connections(most_connections(handles))


def _pages(runtime: Runtime, settings: Settings) -> web.Application:
    """What is served on the bot's port."""
    hook = runtime.receiver if isinstance(runtime.receiver, Webhook) else None
    health = Health(
        runtime.clock,
        runtime.alerts,
        went_on_at=lambda: runtime.receiver.went_on_at,
        ticked_at=lambda: runtime.send_due.ticked_at,
        tick_seconds=settings.tick_seconds,
        more=[runtime.receiver.reasons],
        leads=lambda: runtime.storage.lead.held,
    )
    return pages(health, runtime.metrics, *([hook.route] if hook else []))


async def _reach_telegram(runtime: Runtime) -> None:
    """Say hello to Telegram before anything else; a few tries for a network that is just coming up.

    Raises: CannotStart, TokenRefused.
    """
    for turn in range(START_TRIES):
        try:
            await _say_hello(runtime)
            return
        except Rejected as no:
            if turn == START_TRIES - 1:
                raise CannotStart(_refusal(no.kind)) from None
        except SendTrouble as trouble:
            if turn == START_TRIES - 1:
                how = "cannot be reached" if isinstance(trouble, NotSent) else "does not answer"
                raise CannotStart(
                    f"Telegram {how} ({trouble.reason}). Check the network, and BOT_API_URL if it is set."
                ) from None
        except (TelegramError, KeyError, TypeError, AttributeError):  # an answer in which the library finds no bot
            raise CannotStart("Telegram's answer could not be understood. Check BOT_API_URL.") from None
        await runtime.clock.sleep(2**turn)


async def _say_hello(runtime: Runtime) -> None:
    """Likewise, once; a refusal of the token or the address is heard three times before it is believed.

    Raises: Rejected, NotSent, MaybeSent, TokenRefused.
    """

    async def again() -> None:
        with contextlib.suppress(NotSent, MaybeSent):  # silence is for whoever counts the tries
            await _hello_after_pauses(runtime)

    try:
        await _hello_after_pauses(runtime)
    except Rejected as no:
        if no.kind not in REFUSALS:
            raise
        await confirm_refusal(no.kind, again, runtime.clock, START_REFUSAL_SECONDS)
        await _hello_after_pauses(runtime)  # nothing to do where `again` was answered


async def _hello_after_pauses(runtime: Runtime) -> None:
    """Likewise, as often as Telegram asks to wait: to ask into its pause, or to be started anew, would lengthen it."""
    for pause in back_off():
        try:
            await runtime.application.initialize()
            return
        except Flood as flood:
            seconds = min(flood.retry_after or pause, LONGEST_START_PAUSE)
        log.warning("Telegram asks the bot to wait; it starts in %.0f seconds", seconds)
        await runtime.clock.sleep(seconds)


def _refusal(kind: RejectionKind) -> str:
    if kind is RejectionKind.UNAUTHORIZED:
        return "Telegram refuses the token. Check BOT_TOKEN; @BotFather shows it and can give a new one."
    if kind is RejectionKind.WRONG_ADDRESS:
        return "There is no such bot at that address. Check BOT_API_URL, then BOT_TOKEN."
    return "Telegram refuses to talk to the bot. Look at the log, then try again."
