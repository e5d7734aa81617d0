"""All wiring, on one screen."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path

from telegram.request import BaseRequest

from bot.bot_api.inbox import Inbox
from bot.bot_api.rate_limit import Pace
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.clock import Clock
from bot.conversation.respond import Respond
from bot.conversation.routing import App, SilentBot, handler_of, routed
from bot.core.model.subscriber import Subscriber
from bot.core.schedule import calendar
from bot.intake.polling import Poll
from bot.intake.receiver import Inlet
from bot.intake.set_aside import Aside
from bot.intake.update_queue import Intake
from bot.intake.webhook import Webhook
from bot.lifecycle import Parts
from bot.monitoring.alerts import Cause, Troubles
from bot.monitoring.disk_probe import Storing
from bot.monitoring.metrics import Metrics
from bot.places.search import Places
from bot.render.text import Renderer
from bot.sending.alert_chat import Operators
from bot.sending.send_due import SendDue
from bot.sending.sender import Sender
from bot.sending.ticker import Ticker
from bot.settings import WebhookSettings
from bot.storage import Storage
from bot.storage.disk import Disk
from bot.storage.tinydb_storage import THREADS, TinyDBStorage, open_storage
from bot.subscriber_codec import SubscriberCodec

__all__ = ["Parts", "build", "open_subscribers", "stamp"]


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
    troubles, metrics = Troubles(clock), Metrics(clock)
    storing = Storing(storage, clock, troubles)
    renderer = Renderer(catalog, places.country_of)

    pace = Pace(clock, messages_per_second, troubles)
    bot = _bot(token, api_url, request, poll_request, pace)
    sender = Sender(bot, pace, clock, pictures, troubles)
    told = Operators(operators, sender, renderer, clock, troubles)
    _watch(storage, clock, troubles, metrics)  # may tell at once of files that were damaged before

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

    application = routed(bot, respond)
    aside = Aside(storage, troubles)
    intake = _intake(application, respond, sender, storing, aside, poll_clock, metrics, taps_a_minute)
    inlet = _inlet(Inbox(poll_request, f"{api_url}/bot{token}"), intake, poll_clock, troubles, webhook)
    send_due.is_deaf = lambda: inlet.is_deaf

    return Parts(
        storage=storage,
        catalog=catalog,
        sender=sender,
        send_due=send_due,
        respond=respond,
        application=application,
        inlet=inlet,
        intake=intake,
        ticker=Ticker(send_due.tick, tick_seconds, poll_clock),
        clock=clock,
        troubles=troubles,
        operators=told,
        metrics=metrics,
        storing=storing,
    )


def _watch(storage: Storage[Subscriber], clock: Clock, troubles: Troubles, metrics: Metrics) -> None:
    """Note whoever's file does not open, and measure what is looked up whenever somebody asks."""
    storage.watch_damage(lambda _, reason: troubles.note(Cause.DAMAGED, reason))
    metrics.show("steady_knees_people_due", "People with something due now.", lambda: len(storage.due(clock.now())))
    metrics.show("steady_knees_people_stored", "People who are kept.", lambda: len(storage.ids()))
    metrics.show("steady_knees_people_damaged", "People whose file does not open.", lambda: len(storage.damaged))
    metrics.show("steady_knees_troubles_standing", "What stands in the way now.", lambda: len(troubles.standing()))


def _bot(token: str, api_url: str, request: BaseRequest, poll_request: BaseRequest, pace: Pace) -> SilentBot:
    """The library's bot, all of whose calls keep the pace."""
    bot = SilentBot(
        token, base_url=f"{api_url}/bot", request=request, get_updates_request=poll_request, rate_limiter=pace
    )
    pace.probe = bot.get_me
    return bot


def _intake(
    application: App,
    respond: Respond,
    sender: Sender,
    storing: Storing,
    aside: Aside,
    clock: Clock,
    metrics: Metrics,
    taps_a_minute: int,
) -> Intake:
    """What takes an update in, whichever way it came."""
    return Intake(
        handler_of(application),
        clock,
        metrics,
        answered=respond.answered,
        storage_works=storing.probe,
        set_aside=aside.note,
        answer_dropped=sender.answer_tap,
        flooded=respond.flooded,
        failed=respond.failed,
        taps_a_minute=taps_a_minute,
    )


def _inlet(inbox: Inbox, intake: Intake, clock: Clock, troubles: Troubles, webhook: WebhookSettings | None) -> Inlet:
    """Where updates come from: Telegram is asked for them, unless it is told where to deliver."""
    if webhook is None:
        return Poll(inbox, intake, clock, troubles)
    url, path, secret = webhook.url, webhook.path, webhook.secret
    return Webhook(inbox, intake, clock, troubles, url=url, path=path, secret=secret)


def stamp(catalog: Catalog) -> str:
    """What a next due instant was computed with: content, time zone data, the schedule's rules."""
    return f"{catalog.hash}.{version('tzdata')}.{calendar.VERSION}"


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
