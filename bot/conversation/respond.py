"""One update, from the library's hands to what is stored and shown: gather, decide, apply."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Chat, Update, User

from bot.catalog.load import Catalog
from bot.clock import Clock
from bot.conversation import said
from bot.conversation.desk import Desk
from bot.conversation.glimpses import Glimpses
from bot.conversation.interpret import Conversation, tapped
from bot.conversation.replies_owed import RepliesOwed
from bot.conversation.team import TeamRoom
from bot.core.desk.alerts import with_alerts
from bot.core.desk.letters import answered
from bot.core.model import callback_data, coaching, greeting
from bot.core.model.context import Context
from bot.core.model.message import Countdown, OutgoingMessage, Reaction, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.core.schedule.save import OWED_FOR, owed_at, shown_again, with_bookkeeping
from bot.core.screens import coach, consent, enrollment, information, profile
from bot.core.screens.dispatch import Command
from bot.core.typed import wishes
from bot.intake.update_queue import HANDFUL, RetryLater
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.disk_probe import DiskProbe
from bot.monitoring.safe_logging import error_name
from bot.places.search import Places
from bot.render.text import Rendered, Renderer, Renderers
from bot.sending.sender import Edits, Sender
from bot.storage import Box, NotRead, NotSaved, Storage, Unreadable
from bot.subscriber_codec import readable
from bot.tasks import first_of

log = logging.getLogger(__name__)

ONCE = ("trouble/not-saved", "trouble/failed")
"""What a person is told once, however often an update is tried again, until something of theirs works."""
STRANGER_SECONDS = 5.0
STRANGER_WAITS = 6
"""How long the confirmation of an update may wait for its reply, where nothing is stored: so many times so long."""
STRANGERS_WAITING = 20
"""How many may wait for more than one of these times. Telegram sends nothing beyond a hundred unconfirmed updates."""
COPY_NAME, PAGE_NAME = "steady-knees.json", "steady-knees.pdf"


Leaves = Callable[[], Awaitable[None]]
"""Something that leaves once what is shown has left."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One update of a person: when it was read, and when it was sent, or the message it is a tap on."""

    person: User
    update: int
    now: datetime
    dated: datetime
    text: str
    link: str
    message: int


@dataclass(frozen=True, slots=True)
class Reacted:
    """What one update led to, and whom it left to be kept."""

    context: Context
    reaction: Reaction
    rendered: list[Rendered]
    kept: Subscriber | None = None


class Respond:
    """Everything that handles an update shares these: storage, content, the way out."""

    def __init__(
        self,
        storage: Storage[Subscriber],
        catalog: Catalog,
        places: Places,
        renderers: Renderers,
        sender: Sender,
        clock: Clock,
        disk_probe: DiskProbe,
        alerts: Alerts,
        *,
        wake: Callable[[], None],
        desk: Desk,
        room: TeamRoom,
        operators: Collection[int] = (),
        sending_goes_on: Callable[[], None] = lambda: None,
        hear: Callable[[datetime], None] = lambda _: None,
    ) -> None:
        self.storage = storage
        self.catalog = catalog
        self.renderers = renderers
        self.sender = sender
        self.clock = clock
        self._disk_probe = disk_probe
        self._alerts = alerts
        self._told_broken: set[str] = set()
        self._wake = wake
        self._operators = operators
        self._desk = desk
        self._room = room
        self._sending_goes_on = sending_goes_on
        self._conversation = Conversation(self._renderer_of, places)
        self._glimpses = Glimpses()
        self.owed = RepliesOwed(storage)
        self._hear = hear  # told of the dates that Telegram's messages carry
        self._timers: dict[int, asyncio.Task[None]] = {}
        self._leaving: dict[int, asyncio.Event] = {}  # the replies to updates of which nothing is stored
        self._strangers = 0  # how many wait for theirs
        self._albums: dict[int, str] = {}
        self._told: set[tuple[int, str]] = set()  # who knows of which trouble; forgotten when something of theirs works

    # --- What the library calls ---------------------------------------------------------------------------------

    def command(self, command: Command) -> Callable[[Update, Any], Any]:
        """A handler of the library for one command."""

        async def on_command(update: Update, _: Any) -> None:
            message = update.effective_message
            _, _, rest = (message.text if message and message.text else "").partition(" ")
            await self._answer(update, command, text=rest.strip(), link=rest.strip())

        return on_command

    def desk(self, name: str) -> Callable[[Update, Any], Any]:
        """A handler of the library for one command of the desk; for whoever is no coach there is none."""

        async def on_command(update: Update, context: Any) -> None:
            if not self._is_coach(update):
                await self.unknown(update, context)
                return
            _, _, rest = said.words(update).partition(" ")
            await self._at_the_desk(update, lambda coach: self._desk.command(coach, name, rest.strip()))

        return on_command

    async def tap(self, update: Update, _: Any) -> None:
        """A button."""
        query = update.callback_query
        if query is None:
            return
        data = query.data if isinstance(query.data, str) else ""
        self.sender.reply(query.from_user.id, lambda: self.sender.answer_tap(query.id))
        if (action := said.of_the_desk(data)) is not None and self._desk.serves(query.from_user.id):
            if self._is_coach(update):
                await self._at_the_desk(update, lambda coach: self._desk.tap(coach, action, said.edits_of(query)))
                return
            await self._at_the_desk(update, lambda _: self._room.tap(update, action))
        await self._answer(update, tapped(data), link=callback_data.payload(data))

    async def text(self, update: Update, _: Any) -> None:
        """Free text, or the words below a picture: an answer to what is shown, or something to be helped with."""
        if await self._from_coach(update, own_words=True):
            return
        decide = self._conversation.to_coach if said.answers_coach(update) else self._conversation.typed
        await self._answer(update, decide, text=said.words(update))

    async def passed_on(self, update: Update, _: Any) -> None:
        """Somebody else's words; those that a coach sends on go where the coach's own would."""
        if await self._from_coach(update):
            return
        await self._answer(update, self._conversation.passed_on, text=said.words(update))

    async def edited(self, update: Update, _: Any) -> None:
        """Words that were changed after they were sent."""
        if await self._edited_by_coach(update):
            return
        await self._answer(update, self._conversation.edited, text=said.without_slash(update))

    async def location(self, update: Update, _: Any) -> None:
        """A shared location; of a coach who exercises too it is their own, unless it answers somebody."""
        if await self._from_coach(update, unless_own=True):
            return
        message = update.effective_message
        place = message.location if message else None
        if place is not None:
            located = partial(self._conversation.located, latitude=place.latitude, longitude=place.longitude)
            await self._answer(update, self._conversation.to_coach if said.answers_coach(update) else located)

    async def other(self, update: Update, _: Any) -> None:
        """Pictures, voice, stickers, polls."""
        if await self._from_coach(update):
            return
        decide = self._conversation.to_coach if said.answers_coach(update) else self._conversation.not_text
        person, album = update.effective_user, said.album(update)
        passed_on = person is not None and album and self._albums.get(person.id) == album
        await self._answer(update, coach.one_more if passed_on else decide, text=said.listed(update))

    async def unknown(self, update: Update, _: Any) -> None:
        """A command there is not."""
        if self._is_coach(update):
            await self._at_the_desk(update, self._desk.mistyped)
        await self._answer(update, information.unknown_command, text=said.without_slash(update))

    def _is_coach(self, update: Update) -> bool:
        person = update.effective_user
        return person is not None and said.in_own_chat(update) and self._desk.serves(person.id)

    async def _at_the_desk(self, update: Update, serve: Callable[[int], Awaitable[object]]) -> None:
        """What a coach does there. Raises RetryLater while it cannot be stored."""
        person = update.effective_user
        if person is None:
            return
        try:
            await serve(person.id)
        except (NotSaved, NotRead) as trouble:
            self._disk_probe.failed(str(trouble))
            self._say_once(person.id, "trouble/not-saved", person.language_code)
            raise RetryLater from trouble
        self._told -= {(person.id, template) for template in ONCE}

    async def _from_coach(self, update: Update, *, unless_own: bool = False, own_words: bool = False) -> bool:
        """Whether a coach's message went to somebody, or may have been meant to; `unless_own` it may be their own.

        Of their `own_words` that went to nobody a sign of danger is heard all the same.
        """
        message = update.message
        if message is None or not self._is_coach(update):
            return False
        person, taken = answered(said.replied_to(update)), False

        async def serve(coach: int) -> None:
            nonlocal taken
            if unless_own and person is None and await self._desk.exercises(coach):
                return
            name = greeting.shown(message.from_user.first_name if message.from_user else "")
            taken = await self._desk.message(
                coach, person, message.message_id, said.words(update), name, said.album(update)
            )
            if not taken and await self._desk.stray(coach, message.message_id, said.words(update)):
                signs = self.renderers.default.vocabulary.signs
                taken = not (own_words and wishes.names_a_sign(said.words(update), signs))

        await self._at_the_desk(update, serve)
        return taken

    async def _edited_by_coach(self, update: Update) -> bool:
        """Whether a coach changed what went to somebody, or was to go to many."""
        message = update.edited_message
        if message is None or not self._is_coach(update):
            return False
        taken = False

        async def look(coach: int) -> None:
            nonlocal taken
            taken = await self._desk.edited(coach, message.message_id, said.words(update))

        await self._at_the_desk(update, look)
        return taken

    async def membership(self, update: Update, _: Any) -> None:
        """The person blocked the bot; an unblock is noticed when they come back with a word or a tap."""
        change = update.my_chat_member
        if change is not None and change.chat.type != Chat.PRIVATE:
            await self._at_the_desk(update, lambda _: self._room.membership(update))
        elif change is not None and change.new_chat_member.status == "kicked":
            await self._answer(update, partial(enrollment.blocked, update=update.update_id, at=change.date))

    async def group(self, update: Update, _: Any) -> None:
        """Anything from a group that is not the coaches': one polite line, nothing kept. Channels are not heard."""
        chat = update.effective_chat
        if chat is None or update.callback_query is not None:
            return
        try:
            if await self._room.hears(update):
                return
        except (NotSaved, NotRead) as trouble:
            self._disk_probe.failed(str(trouble))
            raise RetryLater from trouble
        if update.message is None:
            return  # words that were changed, or a channel's
        code = update.effective_user.language_code if update.effective_user else None
        rendered = self._for_anybody(code).render(plain("information/private-only"))

        async def leave() -> None:
            try:
                await self.sender.send(chat.id, rendered)
            finally:
                await self.sender.bot.leave_chat(chat.id)

        self.sender.reply(chat.id, leave)

    # --- Gather, decide, apply ----------------------------------------------------------------------------------

    async def _answer(self, update: Update, decide: Command, text: str = "", link: str = "") -> None:
        """Whatever one update leads to. Raises RetryLater while it cannot be stored."""
        person = update.effective_user
        if person is None or not said.in_own_chat(update):
            return
        if self._desk.serves(person.id):
            self._desk.turned_away(person.id)
        now = self.clock.now()
        if (dated := said.dated(update)) is not None:
            self._hear(dated)
        asked = Asked(person, update.update_id, now, dated or now, text, link, said.number(update))
        tries: list[Reacted | None] = []
        try:
            await self.storage.alter(person.id, lambda box: tries.append(self._put(asked, decide, box)))
            if (reacted := tries[-1]) is None:
                # Delivered once more, or stored by a save whose last step failed: only the reply may be missing.
                await self._show_owed(person.id, now)
                return
        except (NotSaved, NotRead) as trouble:
            self._disk_probe.failed(str(trouble))
            self._say_once(person.id, "trouble/not-saved", person.language_code)
            raise RetryLater from trouble
        except Unreadable:
            context = self._gathered(person, None, now, text, link)
            messages = self._conversation.without_notes(context, decide, told=bool(self._operators))
            renderer = self._renderer_of(context)
            self._show(person.id, [renderer.render(message) for message in messages])
            return
        if reacted.kept is not None:
            self._note_album(update, reacted.kept)
        self._applied(update, reacted)

    def _put(self, asked: Asked, decide: Command, box: Box[Subscriber | None]) -> Reacted | None:
        """What one update leads to, put into the box; None for what it has led to before."""
        if box.value is not None and box.value.handled(asked.update):
            return None
        # Nobody agrees before the message they agree to was sent.
        now = max(asked.now, asked.dated) if box.value is None else asked.now
        before = box.value and self.owed.as_seen(box.value)
        context = self._gathered(asked.person, before, now, asked.text, asked.link, asked.message)
        reaction, rendered = self._decided(context, decide)
        after = reaction.subscriber
        if after is None:
            box.erase(now)
            return Reacted(context, reaction, rendered)
        series, named = self.catalog.of(after), coaching.named(self.catalog.of(after), after, context.name)
        buttons = _newest_buttons(rendered)
        kept = with_bookkeeping(series, before, named, reaction, asked.update, now, buttons)
        box.value = kept = with_alerts(series, before, kept, now) if context.coached else kept
        return Reacted(context, reaction, rendered, kept)

    def _note_album(self, update: Update, kept: Subscriber) -> None:
        """For as long as its pictures come, note which album goes to the coach."""
        album = said.album(update)
        if not album:
            self._albums.pop(kept.id, None)
        elif coach.has_been_passed_on(kept, said.number(update)):
            self._albums[kept.id] = album

    def _gathered(
        self, person: User, known: Subscriber | None, now: datetime, text: str, link: str, message: int = 0
    ) -> Context:
        """Somebody new is in the series that their start link names, and is answered in their phone's language."""
        name, is_operator = greeting.shown(person.first_name), person.id in self._operators
        series = self.catalog.linked(link) if known is None else self.catalog.of(known)
        language = self.catalog.language(person.language_code) if known is None else known.language
        glimpsed = self._glimpses.of(person.id, now) if known is None else None
        coached, way_in = bool(self._operators), self._way_in(series)
        return Context(
            person.id, name, now, series, known, text, is_operator, language, glimpsed, coached, message, way_in
        )

    def _way_in(self, series: Series) -> str:
        """The link that leads somebody new to this bot and series; empty until Telegram has told the bot's name."""
        try:
            return f"https://t.me/{self.sender.bot.username}?start={series.id}"
        except RuntimeError:  # what the library says before the first getMe
            return ""

    def _renderer_of(self, context: Context) -> Renderer:
        return self.renderers.named(context.series.id, context.language)

    def _decided(self, context: Context, decide: Command) -> tuple[Reaction, list[Rendered]]:
        """The reaction, and its messages as they will be shown: what cannot be rendered must not be kept."""
        reaction = enrollment.asked_back(self._conversation.reaction(context, decide), context.now)
        reaction = consent.asked_anew(context, reaction)
        pictures = profile.pictures(reaction.subscriber)
        renderer = self._renderer_of(context)
        rendered = [renderer.render(message, pictures) for message in reaction.messages]
        for each in rendered:
            if each.broken and each.broken not in self._told_broken:
                self._told_broken.add(each.broken)
                self._alerts.record(AlertKind.NOT_RENDERED, each.broken)
        return reaction, rendered

    def _applied(self, update: Update, reacted: Reacted) -> None:
        """Show what was decided, now that it is stored, and let go on whatever waits for it."""
        context, reaction, rendered = reacted.context, reacted.reaction, reacted.rendered
        self._disk_probe.saved()
        self._told -= {(context.id, template) for template in ONCE}
        if reaction.subscriber is None:
            self._glimpses.note(context.id, _newest_buttons(rendered), context.now)
        else:
            self._glimpses.forget(context.id)
        if reaction.sending_goes_on:
            self._sending_goes_on()
        self._wake()
        if (running := self._timers.pop(context.id, None)) is not None:
            running.cancel()  # the person went on to something else
        below = bool(reaction.messages) and reaction.messages[0].below
        edits = said.edits_of(update.callback_query) if update.callback_query and not below else None
        owed = reacted.kept.reply_owed_at if reacted.kept else None
        gone = self._show(context.id, rendered, edits, owed, self._copied(reaction))
        if reaction.countdown is not None and edits is not None:
            render = partial(self._renderer_of(context).render, pictures=profile.pictures(reaction.subscriber))
            counting = self._count_down(context.id, edits, reaction.countdown, render)
            self._timers[context.id] = asyncio.create_task(counting)
        if reaction.subscriber is None and self.sender.waiting(context.id) <= HANDFUL:
            self._leaving[update.update_id] = gone

    async def answered(self, update_id: int, pressed: asyncio.Event) -> None:
        """Return when a handled update may be confirmed.

        Where nothing is stored that a restart could show again, handled means answered: it waits for the reply, unless
        so many of the same person wait that it is pressed.
        """
        if (gone := self._leaving.pop(update_id, None)) is None:
            return
        self._strangers += 1
        try:
            for _ in range(STRANGER_WAITS):
                await first_of(STRANGER_SECONDS, gone, pressed)
                if gone.is_set() or pressed.is_set() or self._strangers > STRANGERS_WAITING:
                    return
        finally:
            self._strangers -= 1

    async def failed(self, person_id: int) -> None:
        """Say that something of theirs could not be handled, however often it was tried."""
        self._say_once(person_id, "trouble/failed", values={"told": bool(self._operators)})

    def is_always_heard(self, text: str) -> bool:
        """Whether a message is handled however fast its writer is, by the words of any language."""
        catalog = self.renderers.default.catalog
        known = (self.renderers.named(catalog.default.id, language).vocabulary for language in catalog.languages)
        return any(wishes.is_always_heard(text, each) for each in known)

    async def flooded(self, person_id: int) -> None:
        """Say that some of what they sent or tapped was dropped."""
        log.warning("somebody types faster than the bot reads")
        self._say(person_id, "trouble/too-fast")

    def _copied(self, reaction: Reaction) -> list[Leaves]:
        """The file with all that is kept about somebody who asked for it, with its caption, and the page for print."""
        known = reaction.subscriber
        if reaction.copy is None or known is None:
            return []
        renderer, content = self.renderers.of(known), readable(known)
        caption = renderer.render(reaction.copy).text
        found: list[Leaves] = [partial(self.sender.document, known.id, COPY_NAME, content, caption)]
        if reaction.page is not None:
            words = renderer.render(reaction.page.words)
            found.append(partial(self.sender.page, known.id, PAGE_NAME, words, reaction.page.drawing))
        return found

    def _say_once(
        self, chat: int, template: str, code: str | None = None, values: dict[str, Any] | None = None
    ) -> None:
        if (chat, template) not in self._told:
            self._told.add((chat, template))
            self._say(chat, template, code, values)

    def _say(self, chat: int, template: str, code: str | None = None, values: dict[str, Any] | None = None) -> None:
        """Queue one line that changes nothing, in the language of that code."""
        self._show(chat, [self._for_anybody(code).render(plain(template, values))])

    def _for_anybody(self, code: str | None) -> Renderer:
        """For what is said to somebody whose document was not looked at."""
        return self.renderers.named(self.catalog.default.id, self.catalog.language(code))

    def _show(
        self,
        chat: int,
        rendered: list[Rendered],
        edits: Edits | None = None,
        owed: datetime | None = None,
        files: Iterable[Leaves] = (),
    ) -> asyncio.Event:
        """Queue what is shown; afterwards the reply is no longer owed."""
        place, copies = edits, list(files)

        async def show() -> None:
            nonlocal place
            while rendered:
                await self.sender.show(chat, rendered[0], place)
                rendered.pop(0)  # a later try goes on from here
                place = None
            while copies:
                await copies[0]()
                copies.pop(0)
            if owed is not None:
                self.owed.has_left(chat, owed)

        if owed is not None:
            self.owed.queue(chat, owed)
        return self.sender.reply(chat, show)

    async def _count_down(
        self, chat: int, message: Edits, countdown: Countdown, render: Callable[[OutgoingMessage], Rendered]
    ) -> None:
        """Edit a message step by step. It lives in this process alone: a timer lost to a restart costs nothing."""
        for pause, screen in countdown.steps:
            await self.clock.sleep(pause)
            if screen is not countdown.steps[-1][1] and self.sender.waiting(chat):
                continue  # where Telegram is slow, a number that is over must not queue up behind it
            self.sender.reply(chat, partial(self.sender.show, chat, render(screen), message))

    async def show_again(self, now: datetime) -> None:
        """At start: whoever is owed a reply under ten minutes old sees their current screen once more."""
        for id in self.storage.replies_owed(now - OWED_FOR):
            try:
                await self._show_owed(id, now)
            except (NotSaved, NotRead, Unreadable) as trouble:
                log.warning("a reply stays owed: %s", trouble)
            except Exception as fault:  # one person's document must not keep the bot from starting
                log.error("a reply stays owed: %s", error_name(fault))

    async def _show_owed(self, id: int, now: datetime) -> None:
        """Queue the current screen of somebody who is owed a reply that was never queued here; old ones stay away."""
        async with self.storage.change(id) as box:
            known = box.value
            owed = owed_at(known, now) if known is not None else None
            if known is None or owed is None or self.owed.is_queued(id, owed):
                return
            series, renderer = self.catalog.of(known), self.renderers.of(known)
            context = Context(id, "", now, series, known, language=known.language, coached=bool(self._operators))
            reaction = self._conversation.owed(context)
            rendered = [renderer.render(message, profile.pictures(known)) for message in reaction.messages]
            box.value = shown_again(series, known, reaction, now)
        self._show(id, rendered, None, owed, self._copied(reaction))


def _newest_buttons(rendered: Iterable[Rendered]) -> tuple[tuple[str, str, str], ...]:
    """The buttons of the newest message that has any."""
    return next((each.meant for each in reversed(list(rendered)) if each.meant), ())
