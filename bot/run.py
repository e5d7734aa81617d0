"""`python -m bot run`: the bot as a process, from settings to exit code."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import sys
from collections.abc import AsyncIterator, Mapping

import msgspec
from telegram.error import TelegramError

from bot.app import Parts, build, open_subscribers
from bot.check.examine import examine
from bot.clock import SystemClock
from bot.content import ContentFaults, load_catalog
from bot.edge import Edge, Kind, NotSent, Rejected, SendTrouble
from bot.health import Health, health_page, served
from bot.pictures import Pictures
from bot.places import load_places
from bot.poll import TokenRefused
from bot.settings import Settings, SettingsFaults, read_settings
from bot.storage import NotRead, StorageRefused, Unreadable

log = logging.getLogger(__name__)

START_TRIES = 4
LIBRARIES = ("telegram", "apscheduler", "aiohttp", "httpx", "httpcore", "asyncio", "uvicorn")


class CannotStart(Exception):
    """Why the bot does not run, in one line that says what to do."""


def run(environment: Mapping[str, str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code. Every reason not to run is one clear line."""
    try:
        settings = read_settings(environment)
        set_up_logging(settings.log_level)
        return asyncio.run(_run(settings))
    except (SettingsFaults, ContentFaults, StorageRefused, CannotStart) as reason:
        print(reason, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:  # before there was anything to wind up
        return 128 + signal.SIGINT


def set_up_logging(level: str) -> None:
    """One line an event on standard error. Libraries only warn: at DEBUG some print tokens and texts."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


async def _run(settings: Settings) -> int:
    content = examine(settings.content_dir, None, graded=False)
    if content.catalog is None:
        raise ContentFaults(content.faults)
    catalog = content.catalog
    try:
        places = load_places(settings.content_dir / "places")
    except OSError as trouble:
        raise CannotStart(f"{trouble.filename} cannot be read: {trouble.strerror}. Check BOT_CONTENT_DIR.") from None
    except ValueError as fault:
        raise CannotStart(f"{settings.content_dir / 'places'}: {fault}") from None
    storage = open_subscribers(catalog, settings.data_dir, settings.key_file)
    parts = build(
        token=settings.token,
        api_url=settings.api_url,
        storage=storage,
        catalog=catalog,
        places=places,
        clock=SystemClock(),
        request=Edge(),
        poll_request=Edge(),
        tick_seconds=settings.tick_seconds,
        messages_per_second=settings.messages_per_second,
        operators=settings.operators,
        pictures=Pictures(catalog.home / "media", settings.data_dir / "file_ids.json"),
    )
    try:
        await _reach_telegram(parts)
        async with _watched(parts, settings.http_port):
            await parts.start()
            return await _serve(parts, settings)
    except TokenRefused as refused:
        raise CannotStart(_refusal(Kind.UNAUTHORIZED if refused.reason == "token" else Kind.WRONG_ADDRESS)) from None
    finally:
        await parts.stop()


@contextlib.asynccontextmanager
async def _watched(parts: Parts, port: int | None) -> AsyncIterator[None]:
    """Serve `/healthz` where a port is set."""
    if port is None:
        yield
        return
    health = Health(parts.clock, lambda: parts.poll.heard_at, lambda: parts.send_due.ticked_at)
    try:
        async with served(health_page(health), port):
            yield
    except OSError as trouble:
        if trouble.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise CannotStart(f"Port {port} cannot be used. Set BOT_HTTP_PORT to a free one.") from None


async def _reach_telegram(parts: Parts) -> None:
    """Say hello to Telegram before anything else; a few tries for a network that is just coming up."""
    for turn in range(START_TRIES):
        try:
            await parts.application.initialize()
            return
        except Rejected as no:
            if no.kind in (Kind.UNAUTHORIZED, Kind.WRONG_ADDRESS) or turn == START_TRIES - 1:
                raise CannotStart(_refusal(no.kind)) from None
        except SendTrouble as trouble:
            if turn == START_TRIES - 1:
                how = "cannot be reached" if isinstance(trouble, NotSent) else "does not answer"
                raise CannotStart(
                    f"Telegram {how} ({trouble.reason}). Check the network, and BOT_API_URL if it is set."
                ) from None
        except TelegramError:
            raise CannotStart("Telegram's answer could not be understood. Check BOT_API_URL.") from None
        await parts.clock.sleep(2**turn)


def _refusal(kind: Kind) -> str:
    if kind is Kind.UNAUTHORIZED:
        return "Telegram refuses the token. Check BOT_TOKEN; @BotFather shows it and can give a new one."
    if kind is Kind.WRONG_ADDRESS:
        return "There is no such bot at that address. Check BOT_API_URL, then BOT_TOKEN."
    return "Telegram refuses to talk to the bot. Look at the log, then try again."


async def _serve(parts: Parts, settings: Settings) -> int:
    """Run until a signal comes."""
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    log.info("running")
    running = asyncio.create_task(parts.run())
    stopping = asyncio.create_task(asked_to_stop.wait())
    tasks: set[asyncio.Task[object]] = {running, stopping}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if running in done:
            running.result()
        await parts.stop()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    log.info("stopped")
    return 0


def export_one(environment: Mapping[str, str], id: int) -> int:
    """Write what is kept of one person as JSON; reads without the lock, so the bot may be running."""
    try:
        settings = read_settings(environment, needs_token=False)
        storage = open_subscribers(
            load_catalog(settings.content_dir), settings.data_dir, settings.key_file, write=False
        )
        known = asyncio.run(storage.read(id))
    except (SettingsFaults, ContentFaults, StorageRefused, Unreadable, NotRead) as reason:
        print(reason, file=sys.stderr)  # noqa: T201
        return 1
    if known is None:
        print("Nothing is kept of this person.", file=sys.stderr)  # noqa: T201
        return 1
    print(msgspec.json.format(msgspec.json.encode(known), indent=2).decode())  # noqa: T201
    return 0
