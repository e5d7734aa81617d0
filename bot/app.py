"""All wiring, on one screen."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib.metadata import version
from pathlib import Path

from telegram.request import BaseRequest

from bot.bot_api.inbox import Inbox
from bot.bot_api.rate_limit import RateLimit
from bot.catalog.load import Catalog
from bot.catalog.pictures import Pictures
from bot.clock import Clock
from bot.conversation.contacts import ContactBook
from bot.conversation.desk import Desk
from bot.conversation.digest import DigestTeller
from bot.conversation.respond import Respond
from bot.conversation.routing import App, SilentBot, handler_of, routed
from bot.conversation.team import TeamRoom
from bot.core.model.subscriber import Subscriber
from bot.core.schedule import calendar
from bot.drawing.draw import Draftsman
from bot.drawing.studio import Hand, Studio
from bot.intake.polling import Polling
from bot.intake.receiver import Receiver
from bot.intake.set_aside import SetAside
from bot.intake.update_queue import UpdateQueue
from bot.intake.webhook import Webhook
from bot.lifecycle import Runtime
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.disk_probe import DiskProbe
from bot.monitoring.metrics import Metrics
from bot.places.search import Places
from bot.render.text import Renderers
from bot.sending.alert_chat import AlertChat
from bot.sending.broadcasts import Broadcasts
from bot.sending.coaches import Coaches
from bot.sending.forum import Forum
from bot.sending.letters import Letters
from bot.sending.send_due import SendDue
from bot.sending.sender import Sender
from bot.sending.ticker import Ticker
from bot.settings import Settings, WebhookSettings
from bot.storage import Storage
from bot.storage.disk import Disk
from bot.storage.postgres.belonging import require_no_database
from bot.storage.tinydb_storage import THREADS, TinyDBStorage, open_storage
from bot.storage.watched import WatchedStorage
from bot.subscriber_codec import SubscriberCodec

__all__ = ["Runtime", "build", "open_stored", "open_subscribers", "stamp"]


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
    paid_broadcast: bool = False,
    pictures: Pictures,
    webhook: WebhookSettings | None = None,
    operators: Collection[int] = (),
    poll_clock: Clock | None = None,
    taps_a_minute: int = 60,
    renderers: Renderers | None = None,
    hand: Hand | None = None,
) -> Runtime:
    """The whole bot; nothing has been sent or fetched yet.

    Intake may run on a clock of its own, since the demo's stands; bots on one catalog may share the renderers.
    """
    poll_clock = poll_clock or clock
    storage = watched = WatchedStorage(storage)
    alerts, metrics = Alerts(clock), Metrics(clock)
    disk_probe = DiskProbe(storage, clock, alerts)
    renderers = renderers or Renderers(catalog, places.country_of)

    rate_limit = RateLimit(clock, messages_per_second, alerts, paid=paid_broadcast)
    bot = _bot(token, api_url, request, poll_request, rate_limit)
    studio = Studio(Draftsman(catalog.folder), renderers, hand)
    sender = Sender(bot, rate_limit, clock, pictures, studio, alerts)
    alert_chat = AlertChat(operators, sender, renderers.default, clock, alerts)
    _watch(storage, clock, alerts, metrics)  # may tell at once of files that were damaged before

    coaches = Coaches(operators, watched, catalog, renderers, sender, clock)
    broadcasts = Broadcasts(coaches)
    send_due = SendDue(
        storage,
        catalog,
        renderers,
        sender,
        clock,
        alerts,
        metrics,
        disk_probe,
        words_of_broadcast=broadcasts.words,
        messages_per_second=messages_per_second,
    )
    broadcasts.wake = send_due.wake
    forum = Forum(coaches)
    letters = Letters(coaches, forum)
    book = ContactBook(coaches, alerts)
    desk = Desk(coaches, broadcasts, book, forum, wake=send_due.wake)
    forum.everybody = desk.everybody
    respond = Respond(
        storage,
        catalog,
        places,
        renderers,
        sender,
        clock,
        disk_probe,
        alerts,
        wake=send_due.wake,
        desk=desk,
        room=TeamRoom(forum, desk, operators),
        operators=operators,
        sending_goes_on=send_due.go_on,
        hear=send_due.guards.hear,
    )

    application = routed(bot, respond)
    aside = SetAside(storage, alerts)
    intake = _intake(application, respond, sender, disk_probe, aside, poll_clock, metrics, taps_a_minute)
    inbox = Inbox(poll_request, f"{api_url}/bot{token}")
    receiver = _receiver(inbox, intake, poll_clock, alerts, webhook, lambda: storage.lead.held, operators)
    send_due.guards.is_disconnected = lambda: receiver.is_disconnected

    async def tick() -> None:
        await send_due.tick()
        respond.owed.tick()

    return Runtime(
        storage=storage,
        catalog=catalog,
        sender=sender,
        studio=studio,
        send_due=send_due,
        respond=respond,
        application=application,
        receiver=receiver,
        intake=intake,
        ticker=Ticker(tick, tick_seconds, poll_clock),
        clock=clock,
        alerts=alerts,
        alert_chat=alert_chat,
        coaches=operators,
        desk=desk,
        letters=letters,
        broadcasts=broadcasts,
        forum=forum,
        contacts=book,
        digests=DigestTeller(coaches, desk),
        metrics=metrics,
        disk_probe=disk_probe,
    )


def _watch(storage: Storage[Subscriber], clock: Clock, alerts: Alerts, metrics: Metrics) -> None:
    """Note whoever's file does not open, and measure what is looked up whenever somebody asks."""
    storage.watch_damage(lambda _, reason: alerts.record(AlertKind.DAMAGED, reason))
    metrics.show("steady_knees_people_due", "People with something due now.", lambda: len(storage.due(clock.now())))
    metrics.show("steady_knees_people_stored", "People who are kept.", lambda: len(storage.ids()))
    metrics.show("steady_knees_people_damaged", "People whose file does not open.", lambda: len(storage.damaged))
    metrics.show("steady_knees_troubles_standing", "What stands in the way now.", lambda: len(alerts.standing()))


def _bot(token: str, api_url: str, request: BaseRequest, poll_request: BaseRequest, rate_limit: RateLimit) -> SilentBot:
    """The library's bot, all of whose calls keep the pace."""
    bot = SilentBot(
        token, base_url=f"{api_url}/bot", request=request, get_updates_request=poll_request, rate_limiter=rate_limit
    )
    rate_limit.probe = bot.get_me
    return bot


def _intake(
    application: App,
    respond: Respond,
    sender: Sender,
    disk_probe: DiskProbe,
    aside: SetAside,
    clock: Clock,
    metrics: Metrics,
    taps_a_minute: int,
) -> UpdateQueue:
    """What takes an update in, whichever way it came."""
    return UpdateQueue(
        handler_of(application),
        clock,
        metrics,
        answered=respond.answered,
        storage_works=disk_probe.probe,
        set_aside=aside.note,
        is_always_heard=respond.is_always_heard,
        answer_dropped=sender.answer_tap,
        flooded=respond.flooded,
        failed=respond.failed,
        taps_a_minute=taps_a_minute,
    )


def _receiver(
    inbox: Inbox,
    intake: UpdateQueue,
    clock: Clock,
    alerts: Alerts,
    webhook: WebhookSettings | None,
    leads: Callable[[], bool],
    operators: Collection[int],
) -> Receiver:
    """Where updates come from: Telegram is asked for them, unless it is told where to deliver."""
    if webhook is None:
        return Polling(inbox, intake, clock, alerts, leads)
    url, path, secret = webhook.url, webhook.path, webhook.secret
    return Webhook(inbox, intake, clock, alerts, url=url, path=path, secret=secret, leads=leads, operators=operators)


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


def open_stored(catalog: Catalog, settings: Settings, *, write: bool = True) -> Storage[Subscriber]:
    """Wherever the settings say that people are kept. Raises StorageRefused."""
    if not settings.database_url:
        require_no_database(settings.data_dir.resolve())
        return open_subscribers(catalog, settings.data_dir, settings.key_file, write=write)
    from bot.storage.postgres.storage import open_postgres  # here, since files need no driver

    named = stamp(catalog)
    codec, beside = SubscriberCodec(named), settings.data_dir
    return open_postgres(settings.database_url, settings.key_file, codec, named, write=write, beside=beside)
