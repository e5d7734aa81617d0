"""The coach's desk in an operator's private chat: gathers documents, asks the core, keeps and shows what follows."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from bot.catalog.contact import LONGEST_LINE, MOST_PEOPLE, NotUnderstood
from bot.conversation.contacts import ContactBook, Proposal
from bot.conversation.glances import Glances
from bot.conversation.prompts import Meant, Pending, Prompts, Writing
from bot.core.desk import broadcast, card, contacts, digest, letters, lists, stats, team
from bot.core.desk.broadcast import Broadcast, Step, Those
from bot.core.desk.card import NotShown
from bot.core.desk.letters import NoNote, NotAllowed
from bot.core.desk.lists import NOBODY
from bot.core.model.callback_data import (
    MORE,
    TELL,
    Action,
    ChangeContact,
    ChangedFor,
    ChangeFor,
    ChooseMany,
    ContactsOfFile,
    DropContact,
    DropTeam,
    NoteOn,
    OpenCard,
    Outdated,
    SendMany,
    SendTo,
    SetDigest,
    ShowCard,
    ShowContacts,
    ShowDesk,
    ShowDigest,
    ShowEverybody,
    ShowMany,
    ShowTeam,
    ShowWhy,
    Spoken,
    StopMany,
    UseContacts,
    WriteMany,
    WriteTo,
)
from bot.core.model.message import Button, OutgoingMessage, plain
from bot.core.model.series import Series
from bot.core.model.subscriber import Subscriber
from bot.render.qr import qr_code
from bot.sending.broadcasts import Broadcasts
from bot.sending.coaches import Coaches
from bot.sending.forum import Forum
from bot.sending.sender import Call, Edits
from bot.storage import NotRead, NotSaved, Unreadable

T = TypeVar("T")

DIGESTS: Final = "digests"
"""Where the bot's own document holds when each coach wants theirs."""
STAYS: Final = (OpenCard, WriteTo, NoteOn)
"""What is shown below the message that was tapped, which stays as it is."""


class Desk:
    """Answers coaches, each in their own chat; whoever calls it has seen that it is one."""

    def __init__(
        self,
        coaches: Coaches,
        broadcasts: Broadcasts,
        book: ContactBook,
        forum: Forum,
        *,
        wake: Callable[[], None],
    ) -> None:
        self._storage = coaches.storage
        self._glances = Glances(coaches.storage, coaches.catalog)
        self._catalog = coaches.catalog
        self._renderers = coaches.renderers
        self._sender = coaches.sender
        self._clock = coaches.clock
        self._readable = coaches.readable
        self._broadcasts = broadcasts
        self._book = book
        self._coaches = coaches.ids
        self._forum = forum
        self._wake = wake
        self.digest_chosen = asyncio.Event()
        """Set when a coach chose anew when their digest comes."""
        self._prompts = Prompts(coaches.renderers, coaches.sender, coaches.clock)
        self._named_in: dict[int, tuple[int, ChangeContact]] = {}
        """In which message each coach last wrote who stands where."""

    def begin_anew(self) -> None:
        """Serve from now on, as the process that leads: what coaches were about to do before is not known here."""
        self._prompts.forget()
        self._named_in.clear()

    def serves(self, coach: int) -> bool:
        """Whether that is a coach."""
        return coach in self._coaches

    async def command(self, coach: int, name: str, text: str) -> None:
        """/desk, /stats, /broadcast, /contacts, or /find and /invite with a name; "team" is /desk in a group."""
        self._prompts.turned_away(coach)  # what they send next is not what they were about to write before
        self._prompts.wrote_long_ago(coach)
        match name:
            case "find" if text:
                rows, _ = await self.everybody()
                self._show(coach, lists.found(rows, text))
            case "find":
                self._show(coach, plain("desk/find"))
            case "stats":
                self._show(coach, stats.screen(*await self._each(stats.facts)))
            case "invite":
                await self._invite(coach, stats.mark(text))
            case "team":
                self._show(coach, await self._team())
            case "contacts":
                self._show(coach, self._contacts())
            case "broadcast":
                self._show(coach, await self._many(Those()))
            case _:
                rows, unasked = await self.everybody()
                self._show(coach, lists.desk(rows, 0, unasked))

    async def _invite(self, coach: int, carried: str) -> None:
        """A start link, and the same as a picture for a phone's camera and as a card for print."""
        found, _ = await self._each(stats.facts)
        if not carried:
            self._show(coach, plain("desk/links", {"links": stats.by_link(found)}, _to_desk()))
            return
        link = stats.start_link(self._sender.bot.username, carried)
        self._show(coach, stats.invitation(link, carried, found))
        code = await asyncio.to_thread(qr_code, link)
        self._sender.reply(coach, lambda: self._sender.photo(coach, f"{carried}.png", code, link))
        words = self._renderers.default.render(plain("desk/leaflet", {"link": link}))
        self._sender.reply(coach, lambda: self._sender.leaflet(coach, f"{carried}.pdf", words, code))

    def turned_away(self, coach: int) -> None:
        """They did a thing of their own: what they send next is for nobody."""
        self._prompts.turned_away(coach)

    async def mistyped(self, coach: int) -> None:
        """A command that there is not: what they send next is for nobody."""
        self._prompts.turned_away(coach)
        self._prompts.wrote_to(coach, NOBODY)

    async def tap(self, coach: int, action: Action, edits: Edits | None) -> None:
        """A button of the desk. What is not there any more, or not agreed to any more, is said."""
        place = None if isinstance(action, STAYS) else edits
        self._prompts.tapped(coach, besides=place.message if place is not None else 0)
        if not isinstance(action, SendTo):
            self._prompts.wrote_long_ago(coach)
        try:
            message = await self._tapped(coach, action, edits)
        except (NotShown, NotAllowed) as why:
            message = letters.refused(why, _to_desk())
        except Outdated:
            message = plain("desk/outdated", None, _to_desk())
        if message is not None:
            self._show(coach, message, None if message.below else place, self._prompts.pending(coach))

    async def _tapped(self, coach: int, action: Action, edits: Edits | None) -> OutgoingMessage | None:
        now = self._clock.now()
        match action:
            case ShowDesk(page):
                return lists.desk(*_with(page, await self.everybody()))
            case ShowEverybody(page):
                rows, _ = await self.everybody()
                return lists.everybody(rows, page)
            case ShowCard(person, side):
                return await self._card(person, further=side == MORE)
            case OpenCard(person):
                return await self._card(person)
            case WriteTo(person) | NoteOn(person):
                return await self._prompt(coach, person, note=isinstance(action, NoteOn))
            case ShowWhy(person):
                known = await self._known(person)
                return card.why_it_came(self._catalog.of(known), known, now)
            case ChangeFor(person, what, page):
                known = await self._known(person)
                return card.changes(self._catalog.of(known), known, what, now, page)
            case ChangedFor(person, data):
                before = await self._known(person)
                after = await self._kept(
                    person, lambda series, known: letters.change_for(series, known, coach, data, now)
                )
                return card.changed(self._catalog.of(after), before, after, data)
            case Spoken(person, side) if side != TELL:
                known = await self._known(person)
                return letters.talk(self._catalog.of(known), known)
            case Spoken(person):
                after = await self._kept(person, lambda series, known: letters.with_talk(series, known, coach, now))
                return card.card(self._catalog.of(after), after, now, "spoken")
            case SendTo(person, message):
                return await self._sent_to(coach, person, message)
            case ShowDigest():
                return await self._digest_screen(coach)
            case SetDigest():
                return await self._set_digest(coach, action)
            case ChooseMany():
                return await self._many(Those.of(action))
            case WriteMany():
                return await self._prompt_for_many(coach, Those.of(action))
            case SendMany(id):
                return await self._sent_off(coach, id, edits)
            case StopMany(id):
                return await self._taken_back(id)
            case ShowContacts():
                return self._contacts()
            case ChangeContact(number, state):
                self._book.require(state)
                self._prompts.means(coach, action)
                return contacts.prompt(number)
            case DropContact(number, state):
                self._book.require(state)
                return self._proposed(coach, self._book.propose_without(coach, number))
            case ContactsOfFile(state):
                self._book.require(state)
                return self._proposed(coach, self._book.propose_file(coach))
            case UseContacts(state):
                return await self._used(coach, state)
            case ShowTeam():
                return await self._team()
            case DropTeam(group):
                await self._forum.drop(group)
                return await self._team()
            case ShowMany(id, page):
                return await self._broadcasts.how_it_goes(await self._broadcast(id), page)
        raise Outdated(action.verb)

    async def _team(self) -> OutgoingMessage:
        known, found = await self._forum.examine()
        return team.screen(known, found, self._sender.bot.username)

    async def tap_in_topic(self, coach: int, person: int, action: Action) -> OutgoingMessage:
        """What a button below that person's card leads to in their topic; another one fits there no more."""
        shown = None
        try:
            with contextlib.suppress(Outdated):
                shown = await self._tapped(coach, action, None) if team.fits(action, person) else None
            return shown or await self._card(person)
        except (NotShown, NotAllowed) as why:
            return letters.refused(why)

    async def write_in_topic(self, coach: int, person: int, chat: int, message: int) -> OutgoingMessage | None:
        """What a coach wrote in somebody's topic goes to them; what there is to say where it does not."""
        now = self._clock.now()
        try:
            await self._kept(
                person, lambda series, known: letters.with_words(series, known, coach, message, now, chat=chat)
            )
        except (NotShown, NotAllowed) as why:
            return letters.refused(why)
        return None

    async def exercises(self, coach: int) -> bool:
        """Whether that coach is a subscriber too."""
        return await self._readable(coach) is not None

    async def _digest_screen(self, coach: int) -> OutgoingMessage:
        found = digest.read((await self._storage.read_bot_record()).get(DIGESTS, {}), coach)
        return digest.screen(found, await self._zone(coach))

    async def _set_digest(self, coach: int, action: SetDigest) -> OutgoingMessage:
        zone = await self._zone(coach)
        try:
            wanted = digest.chosen(action, zone)
        except ValueError as fault:
            raise Outdated(action.verb) from fault
        async with self._storage.change_bot_record() as box:
            box.value = {**box.value, DIGESTS: digest.with_choice(box.value.get(DIGESTS, {}), coach, wanted)}
        self.digest_chosen.set()
        return digest.screen(wanted, zone)

    async def _zone(self, coach: int) -> str:
        own = await self._readable(coach)
        rows, _ = await self.everybody()
        return digest.zone_of(own.zone if own is not None else None, (each.zone for each in rows if each.zone))

    def _contacts(self) -> OutgoingMessage:
        now = self._book.contact
        return contacts.screen(
            now.words,
            self._book.stamp,
            MOST_PEOPLE,
            sample=now.sample,
            of_chat=self._book.is_of_chat,
            file_differs=self._book.file_says_otherwise,
        )

    def _named(self, coach: int, change: ChangeContact, text: str) -> OutgoingMessage:
        try:
            self._book.require(change.state)
            return self._proposed(coach, self._book.propose(coach, change.number, text))
        except NotUnderstood as fault:
            self._prompts.means(coach, change)
            return contacts.refused(fault.why, LONGEST_LINE)
        except Outdated:
            return plain("desk/outdated", None, _to_desk())

    def _proposed(self, coach: int, proposal: Proposal) -> OutgoingMessage:
        """Show what people in need would see, and ask whether it is to count."""
        shown = self._renderers.turned_to(proposal.contact).render(contacts.emergency(self._catalog.default, ""))
        self._sender.reply(coach, partial(self._sender.show, coach, shown, None))
        return replace(contacts.confirm(proposal.stamp), below=True)

    async def _used(self, coach: int, state: str) -> OutgoingMessage:
        await self._book.use(coach, state)
        for other in self._coaches:
            if other != coach:
                self._show(other, plain("desk/contacts-changed", None, Button("labels.contacts", ShowContacts())))
        return self._contacts()

    async def _many(self, those: Those) -> OutgoingMessage:
        """Whom a word to many would reach; while one goes out, how that goes."""
        if self._broadcasts.under_way is not None:
            return await self._broadcasts.how_it_goes(self._broadcasts.under_way)
        readers, _ = await self._each(broadcast.reader)
        return broadcast.choose(readers, those, self._catalog.default.areas)

    async def _prompt_for_many(self, coach: int, those: Those) -> OutgoingMessage:
        readers, _ = await self._each(broadcast.reader)
        count, _ = broadcast.counted(readers, those)
        if not count or self._broadcasts.under_way is not None:
            return await self._many(those)
        self._prompts.means(coach, those)
        return broadcast.prompt(those, count)

    async def _written_to_many(self, coach: int, those: Those, message: int, text: str, name: str) -> None:
        """Keep what a coach wrote to many as a draft, and show it as one of them will read it."""
        phrases = str(self._renderers.default.words.find("operator.about-them.phrases"))
        why, what = broadcast.fault(text, phrases.split("."))
        if why:
            if broadcast.is_asked_again(why):
                self._prompts.means(coach, those)
            self._show(coach, broadcast.refused(those, why, what), None, self._prompts.pending(coach))
            return
        now = self._clock.now()
        draft = Broadcast(f"{coach}-{message}", coach, text.strip(), those, now)
        await self._broadcasts.draft(draft)
        readers, _ = await self._each(broadcast.reader)
        self._show(coach, broadcast.preview(draft.words, name))
        self._show(coach, broadcast.confirm(draft, *broadcast.counted(readers, those)))

    async def _sent_off(self, coach: int, id: str, edits: Edits | None) -> OutgoingMessage:
        going = await self._broadcasts.send_off(id, coach, edits.message if edits is not None else 0)
        known = going or await self._broadcast(id)
        if known.step is Step.DRAFT:
            if self._broadcasts.under_way is None or known.coach != coach:
                raise Outdated(id)
            return replace(plain("desk/broadcast-busy"), below=True)  # what was previewed stays, to be tapped again
        return await self._broadcasts.how_it_goes(known)

    async def _taken_back(self, id: str) -> OutgoingMessage:
        was_draft = (await self._broadcast(id)).step is Step.DRAFT
        known = await self._broadcasts.take_back(id)
        if known is None or was_draft:
            return plain("desk/broadcast-dropped", None, _to_desk())
        return await self._broadcasts.how_it_goes(known)

    async def _broadcast(self, id: str) -> Broadcast:
        known = await self._broadcasts.find(id)
        if known is None:
            raise Outdated(id)
        return known

    async def edited(self, coach: int, message: int, text: str) -> bool:
        """Whether a coach changed what went to somebody, or was previewed for many: it stays as it was.

        What would say whom people turn to is previewed anew, since it does not count yet.
        """
        if (named := self._named_in.get(coach)) is not None and named[0] == message:
            self._show(coach, self._named(coach, named[1], text))
            return True
        known = await self._broadcasts.find(f"{coach}-{message}")
        if known is not None:
            shown: OutgoingMessage | None = plain("desk/broadcast-edited", {"step": known.step.value}, _to_desk())
        else:
            found, _ = await self._each(letters.written)
            shown = letters.edited(found, coach, message)
        if shown is not None:
            self._show(coach, shown)
        return shown is not None

    async def message(self, coach: int, person: int | None, message: int, text: str, name: str, album: str) -> bool:
        """Whether a message was for somebody: a reply below their card, or the one after "write to them" or to many.

        The other pictures of an album go where its first one went.
        """
        person = self._prompts.goes_with(coach, album) if person is None else person
        pending, now = self._prompts.take(coach), self._clock.now()
        used = pending is not None and person is None and now <= pending.until
        try:
            if person is not None:
                self._prompts.sends_album(coach, album, person)
                await self._written_to_one(coach, Writing(person), message, text)
            elif pending is not None and used:
                await self._written_as(coach, pending.meant, message, text, name, album)
        except (NotSaved, NotRead):
            self._prompts.give_back(coach, pending)
            raise
        self._prompts.over(coach, pending, used=used)
        return used or person is not None

    async def _written_as(self, coach: int, meant: Meant, message: int, text: str, name: str, album: str) -> None:
        self._prompts.wrote_to(coach, NOBODY)
        match meant:
            case ChangeContact():
                self._named_in[coach] = message, meant
                shown = self._named(coach, meant, text)
                self._show(coach, shown, None, self._prompts.pending(coach))
            case Those():
                await self._written_to_many(coach, meant, message, text, name)
            case Writing():
                if not meant.note:
                    self._prompts.sends_album(coach, album, meant.person)
                await self._written_to_one(coach, meant, message, text)

    async def _written_to_one(self, coach: int, writing: Writing, message: int, text: str) -> None:
        try:
            shown = await self._written(coach, writing, message, text)
        except (NotShown, NotAllowed) as why:
            shown = letters.refused(why, _to_desk())
        if shown is not None:
            self._show(coach, shown, None, self._prompts.pending(coach))

    async def stray(self, coach: int, message: int, text: str) -> bool:
        """Whether something that was meant for nobody was answered: a coach who is no subscriber may mean somebody."""
        try:
            if await self._storage.read(coach) is not None:
                return False
        except Unreadable:
            return False
        now = self._clock.now()
        rows, _ = await self.everybody()
        meant = lists.may_be_meant(rows, text, self._prompts.last(coach), now)
        people = [(each.person, each.name) for each in meant]
        self._prompts.asks_whom(coach, message)
        self._show(coach, letters.stray(people, message, lists.command_in(text)))
        return True

    async def _sent_to(self, coach: int, person: int, message: int) -> OutgoingMessage | None:
        """What was for nobody goes to that person; of words that are not the newest it is asked once more."""
        known, now = await self._known(person), self._clock.now()
        series = self._catalog.of(known)
        if letters.is_written(known, coach, message):
            return letters.goes(known)
        if self._prompts.was_just_asked(coach, message):
            return await self._written(coach, Writing(person), message, "") or letters.goes(known)
        asks = letters.once_more(series, known, message, now)
        self._prompts.asks_whom(coach, message)
        rendered = self._renderers.default.render(replace(asks, instead=True))
        left: list[Call] = [
            partial(self._sender.copy, coach, coach, message, (), silent=True),
            partial(self._sender.show, coach, rendered, None),
        ]

        async def ask() -> None:
            while left:
                await left[0]()
                left.pop(0)  # a later try goes on from here

        self._sender.reply(coach, ask)
        return None

    async def _written(self, coach: int, writing: Writing, message: int, text: str) -> OutgoingMessage | None:
        """Claim what a coach wrote as a letter, and carry it; whether it arrived is said when that is known."""
        now, note = self._clock.now(), text if writing.note else None
        try:
            await self._kept(
                writing.person, lambda series, known: letters.with_words(series, known, coach, message, now, note=note)
            )
        except NoNote as fault:
            known = await self._known(writing.person)
            self._prompts.means(coach, writing, known.name)
            return letters.not_noted(writing.person, fault.length)
        self._prompts.wrote_to(coach, NOBODY if writing.note else writing.person)
        return None

    async def _prompt(self, coach: int, person: int, *, note: bool) -> OutgoingMessage:
        known = await self._known(person)
        message = letters.prompt(self._catalog.of(known), known, self._clock.now(), note=note)
        self._prompts.means(coach, Writing(person, note), known.name)
        return message

    async def _card(self, person: int, *, further: bool = False) -> OutgoingMessage:
        known = await self._known(person)
        return card.card(self._catalog.of(known), known, self._clock.now(), further=further)

    async def _known(self, person: int) -> Subscriber:
        """Raises NotShown for somebody who is not here, or whose document does not open."""
        try:
            known = await self._storage.read(person)
        except Unreadable as damaged:
            raise NotShown from damaged
        if known is None:
            raise NotShown
        return known

    async def _kept(self, person: int, decide: Callable[[Series, Subscriber], Subscriber]) -> Subscriber:
        """Keep what a coach did with that person; the letter that tells them is carried from there."""
        try:
            async with self._storage.change(person) as box:
                if box.value is None:
                    raise NotShown
                after = decide(self._catalog.of(box.value), box.value)
                if after is not box.value:
                    box.value = after
        except Unreadable as damaged:
            raise NotShown from damaged
        self._wake()
        return after

    async def everybody(self) -> tuple[list[lists.Listed], int]:
        """Everybody who agreed to a coach, as the desk lists them, and how many have not."""
        return await self._each(lists.row)

    async def _each(self, look: Callable[[Series, Subscriber, datetime], T | None]) -> tuple[list[T], int]:
        """What is made of each person, and of how many nothing is."""
        return await self._glances.each(look, self._clock.now())

    def _show(
        self, coach: int, message: OutgoingMessage, edits: Edits | None = None, asks: Pending | None = None
    ) -> None:
        """Queue a screen; where it says what the next message is meant for, note where that stands."""
        # A card has a picture and a list has none, and neither may stay behind when one takes the other's place.
        rendered = self._renderers.default.render(replace(message, instead=True))

        async def show() -> None:
            place = await self._sender.show(coach, rendered, edits)
            if asks is not None:
                asks.prompt = place

        self._sender.reply(coach, show)


def _with(page: int, found: tuple[list[lists.Listed], int]) -> tuple[list[lists.Listed], int, int]:
    return found[0], page, found[1]


def _to_desk() -> Button:
    return Button("labels.desk", ShowDesk())
