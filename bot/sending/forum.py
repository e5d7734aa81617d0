"""The coaches' group at Telegram: opens topics, keeps their cards current, and knows when it may be used."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import Final

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.bot_api.errors import Rejected, RejectionKind, SendTrouble
from bot.core.desk import team
from bot.core.desk.lists import Listed
from bot.core.desk.team import Found, Lack, Sign, Team, Topic
from bot.core.model.delivery import Outcome
from bot.core.model.letter import Letter
from bot.core.model.message import OutgoingMessage
from bot.core.model.subscriber import Subscriber
from bot.monitoring.safe_logging import error_name
from bot.render.text import Rendered
from bot.sending.coaches import Coaches
from bot.sending.sender import inline
from bot.storage import NotRead, NotSaved, Unreadable
from bot.tasks import cancel_all

log = logging.getLogger(__name__)

GATHER_SECONDS: Final = 5.0
"""So long changes to people are gathered before their cards are brought up to date."""
SWEEP_SECONDS: Final = 3600.0
"""After so long everybody is looked at anew, for time alone makes concerns."""
LOOKED_FOR: Final = 60.0
"""So long a look at who is in the group, and what the bot may do there, holds."""
TRIES: Final = 3
LOST: Final = (RejectionKind.NO_RIGHT, RejectionKind.CHAT_NOT_FOUND, RejectionKind.BLOCKED)
VARIANT: Final = "\ufe0f"
"""What may or may not follow an emoji."""

InTopic = Callable[[int], Awaitable[object]]


class Forum:
    """Everything that is shown in the group comes from the desk; here it gets its place."""

    def __init__(self, coaches: Coaches) -> None:
        self.everybody: Callable[[], Awaitable[tuple[list[Listed], int]]] | None = None
        """Whom the desk lists."""
        self._storage = coaches.storage
        self._catalog = coaches.catalog
        self._renderers = coaches.renderers
        self._sender = coaches.sender
        self._clock = coaches.clock
        self._say = coaches.say
        self._coaches = sorted(coaches.ids)
        self._in_use = False
        self._looked_at: float | None = None
        self._icons: dict[str, str] | None = None
        self._stale: set[int] = set()
        self._working = False
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        coaches.storage.watch(self._noted)

    @property
    def busy(self) -> bool:
        """Whether anything is to be brought up to date now."""
        return self._working or bool(self._stale)

    def start(self) -> None:
        """Keep topics current from now on; without coaches there is no group."""
        if self._coaches and self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Keep nothing current any more."""
        if self._task is not None:
            await cancel_all([self._task])

    async def team(self) -> Team:
        """The group as it is kept. Raises NotRead."""
        return team.read(await self._storage.read_bot_record())

    # --- The way there -----------------------------------------------------------------------------------------------

    async def take(self, group: int) -> bool:
        """Let that be the group, unless there is one in use. Raises NotRead, NotSaved."""
        known = await self.team()
        if known.group == group:
            return True
        if known.ready:
            return False
        await self._change(lambda _: Team(group))
        return True

    async def drop(self, group: int) -> None:
        """Use no group any more, and leave it. What stands there stays. Raises NotRead, NotSaved."""
        if (await self.team()).group != group:
            return
        await self._change(lambda _: Team())
        self._in_use, self._looked_at = False, None
        self._sender.reply(group, partial(self._sender.bot.leave_chat, group))

    async def moved(self, group: int, to: int) -> None:
        """The group is another chat from now on. Raises NotRead, NotSaved."""
        if (await self.team()).group == group:
            await self._change(lambda known: replace(known.lost(), group=to, topics=(), going=()))
            await self.examine()

    async def closed(self, thread: int, *, closed: bool) -> None:
        """Somebody closed a topic, or opened it again. Raises NotRead, NotSaved."""
        if (topic := (await self.team()).whose(thread)) is not None and topic.closed is not closed:
            await self._kept(replace(topic, closed=closed))

    async def examine(self) -> tuple[Team, Found | None]:
        """Look at the group anew, and use it from now on or no more; what was found, None where there is no group.

        Raises NotRead, NotSaved.
        """
        known = await self.team()
        if not known.group:
            return known, None
        self._looked_at = None
        try:
            found = await self._look(known.group)
        except SendTrouble as trouble:
            log.info("the group could not be looked at: %s", trouble.reason)
            return known, None
        if lacking := team.lacks(found):
            await self._lose(lacking)
        else:
            self._looked_at = self._clock.monotonic()
            await self._change(lambda now: replace(now, ready=True, told=True))
            self._in_use = True
            if not known.ready:
                self._stale |= await self._shown()
            self._news.set()
        return await self.team(), found

    async def _look(self, group: int) -> Found:
        """Raises SendTrouble where Telegram says nothing of it."""
        bot = self._sender.bot
        try:
            chat = await bot.get_chat(group)
            me = await bot.get_chat_member(group, bot.id)
            count = await bot.get_chat_member_count(group)
        except Rejected:
            return Found(there=False)
        inside = [await self._is_in(group, coach) for coach in self._coaches]
        return Found(
            chat.title or "",
            there=_is_member(me),
            topics=bool(chat.is_forum),
            promoted=isinstance(me, ChatMemberAdministrator),
            manage=bool(getattr(me, "can_manage_topics", False)),
            pin=bool(getattr(me, "can_pin_messages", False)),
            delete=bool(getattr(me, "can_delete_messages", False)),
            others=count - 1 - sum(inside),
        )

    async def _is_in(self, group: int, coach: int) -> bool:
        try:
            return _is_member(await self._sender.bot.get_chat_member(group, coach))
        except Rejected:
            return False

    async def _fit(self) -> Team | None:
        """The group, where it is in use and nobody but coaches reads what stands there; None where nobody can tell."""
        try:
            known = await self.team()
            if not known.ready:
                return None
            if self._looked_at is not None and self._clock.monotonic() - self._looked_at < LOOKED_FOR:
                return known
            for _ in range(TRIES):
                known, found = await self.examine()
                if found is not None:
                    return known if known.ready else None
        except (NotRead, NotSaved, Unreadable) as trouble:
            log.info("the group could not be looked at: %s", trouble)
        return None

    async def _lose(self, lacking: tuple[Lack, ...]) -> None:
        self._looked_at = None
        await self._change(Team.lost)
        if not (await self.team()).told:
            await self._tell_lost(lacking)

    async def _tell_lost(self, lacking: tuple[Lack, ...]) -> None:
        """Said once: noted when it has left, and said again by a process that finds no such note."""
        told = [self._say(each, team.lost(lacking)) for each in self._coaches]
        for each in told:
            await each.wait()
        await self._change(lambda now: replace(now, told=True))

    # --- What is said in a topic -------------------------------------------------------------------------------------

    async def tell(
        self, known: Subscriber, message: OutgoingMessage, letter: Letter | None = None
    ) -> tuple[Outcome, str] | None:
        """Say something in a person's topic, with what they wrote below it; None where no group can be used."""
        fit = await self._fit()
        if fit is None:
            return None
        group, rendered = fit.group, self._renderers.default.render(message)
        said_in: list[int] = []

        async def announce() -> None:
            async def say(thread: int) -> None:
                await self._sender.send(group, rendered, thread=thread)
                said_in.append(thread)

            await self._in_topic(group, known, say)

        async def pass_on() -> None:
            assert letter is not None  # noqa: S101 -- called with one alone
            await self._sender.copy(
                group, letter.written_in, letter.message, (), silent=rendered.silent, thread=said_in[-1]
            )

        end = await self._sender.deliver(group, [announce, *([pass_on] if letter is not None else [])])
        if end[1] in LOST:
            self._looked_at = None  # it is looked at before anything else is shown there
        self._note(known.id)
        return end

    async def say_of(self, person: int, message: OutgoingMessage) -> bool:
        """Say something in a topic that there is; whether it was in any."""
        fit = await self._fit()
        topic = fit.of(person) if fit is not None else None
        if fit is None or topic is None:
            return False
        self.say(fit.group, topic.number, message)
        return True

    def say(self, group: int, thread: int, message: OutgoingMessage) -> None:
        """Answer in a topic."""
        rendered = self._renderers.default.render(message)
        self._sender.reply(group, partial(self._sender.send, group, rendered, thread=thread))

    def show(self, group: int, person: int, number: int, message: OutgoingMessage) -> None:
        """Let the message a tap came from become another screen."""
        rendered = self._renderers.default.render(team.fit(message))

        async def edit() -> None:
            if await self._fit() is None:
                return
            await self._edit(group, number, rendered)
            if (topic := (await self.team()).of(person)) is not None:
                await self._kept(replace(topic, seen=""))

        self._sender.reply(group, edit)

    async def _in_topic(self, group: int, known: Subscriber, call: InTopic) -> None:
        """Do something in their topic, which is made, or made anew, or opened again where it has to be."""
        for turn in range(TRIES):
            topic = (await self.team()).of(known.id) or await self._open(group, known)
            if topic.closed:
                await self._reopen(group, topic)
            try:
                await call(topic.number)
                return
            except Rejected as no:
                if turn == TRIES - 1:
                    raise
                if no.kind is RejectionKind.TOPIC_GONE:
                    await self._change(lambda now, gone=topic.number: now.without(gone))  # type: ignore[misc]
                elif no.kind is RejectionKind.TOPIC_CLOSED:
                    await self._reopen(group, topic)
                else:
                    raise

    async def _open(self, group: int, known: Subscriber) -> Topic:
        """Make a topic; where another process was quicker, its one stays."""
        named = team.name(known) or str(self._renderers.default.words.find("operator.topics.nameless"))
        made = await self._sender.bot.create_forum_topic(group, named)
        new = Topic(made.message_thread_id, known.id)
        kept = await self._change(lambda now: now if now.of(known.id) is not None else now.with_topic(new))
        topic = kept.of(known.id) or new
        if topic.number != new.number:
            await self._sender.bot.delete_forum_topic(group, new.number)
        self._note(known.id)
        return topic

    async def _reopen(self, group: int, topic: Topic) -> None:
        try:
            await self._sender.bot.reopen_forum_topic(group, topic.number)
        except Rejected as no:
            if no.kind not in (RejectionKind.NOT_MODIFIED, RejectionKind.TOPIC_GONE):
                raise
        await self._kept(replace(topic, closed=False))

    # --- Cards and signs ---------------------------------------------------------------------------------------------

    def _noted(self, id: int, _: Subscriber | None) -> None:
        """Somebody's document was saved, or may have been, or is gone."""
        if self._in_use:
            self._note(id)

    def _note(self, id: int) -> None:
        self._stale.add(id)
        self._news.set()

    async def _run(self) -> None:
        news = False
        while True:
            self._working = True
            try:
                if self._storage.lead.held:
                    await self._catch_up(everybody=not news)
            except Exception as fault:  # a disk that gives nothing now may later
                log.error("the group waits: %s", error_name(fault))
                self._stale.clear()
            self._working = False
            news = await self._woken()

    async def _catch_up(self, *, everybody: bool) -> None:
        known = await self.team()
        self._in_use = bool(known.group)
        if not known.told:
            known, found = await self.examine()
            if not known.told:
                await self._tell_lost(team.lacks(found) if found is not None else (Lack.GONE,))
        if known.group and everybody:
            self._stale |= await self._shown()
        while self._stale:
            id = self._stale.pop()
            if await self._is_gone(id):
                await self._change(lambda now, gone=id: now.leaving(gone))  # type: ignore[misc]
            elif await self._fit() is not None:
                _, reason = await self._sender.deliver(known.group, [partial(self._bring, known.group, id)])
                if reason in LOST:
                    await self.examine()
        await self._delete_going()

    async def _woken(self) -> bool:
        """Wait for news of somebody, and a little for more of it, or for the time to look at everybody."""
        news = asyncio.create_task(self._news.wait())
        time = asyncio.create_task(self._clock.sleep(SWEEP_SECONDS))
        try:
            await asyncio.wait({news, time}, return_when=asyncio.FIRST_COMPLETED)
            if not news.done():
                return False
        finally:
            await cancel_all([news, time])
        await self._clock.sleep(GATHER_SECONDS)
        self._news.clear()
        return True

    async def _is_gone(self, id: int) -> bool:
        """Whether that person is not here any more; of one who cannot be read nobody says so."""
        try:
            return await self._storage.read(id) is None
        except Unreadable:
            return False

    async def _shown(self) -> set[int]:
        """Whose topic there is, and who needs a person."""
        rows, _ = await self.everybody() if self.everybody is not None else ([], 0)
        return team.to_bring(rows, await self.team())

    async def _bring(self, group: int, id: int) -> None:
        """Bring one person's topic up to date, and open one where there is something to say."""
        try:
            known = await self._storage.read(id)
        except Unreadable:
            return  # the operators are told of it elsewhere
        if known is None:
            self._note(id)  # gone just now
            return
        series, now = self._catalog.of(known), self._clock.now()
        if (await self.team()).of(id) is None and not team.has_news(series, known, now):
            return
        rendered = self._renderers.default.render(team.pinned_card(series, known, now))
        sign = team.sign(series, known, now)
        await self._in_topic(group, known, partial(self._bring_card, group, id, rendered))
        await self._in_topic(group, known, partial(self._bring_sign, group, id, sign))

    async def _bring_card(self, group: int, id: int, rendered: Rendered, thread: int) -> None:
        """A card is sent empty and filled once its number is kept: none with answers on it can be forgotten there."""
        seen = blake2b(repr((rendered.text, rendered.buttons)).encode(), digest_size=6).hexdigest()
        for _ in range(TRIES):
            topic = await self._topic(id, thread)
            if not topic.card:
                empty = self._renderers.default.render(team.before_card())
                card = await self._sender.send(group, empty, thread=thread)
                topic = await self._kept(replace(topic, card=card, pinned=False, seen=""))
            try:
                if topic.seen != seen:
                    await self._edit(group, topic.card, rendered)
                    topic = await self._kept(replace(topic, seen=seen))
                if not topic.pinned:
                    await self._sender.bot.pin_chat_message(group, topic.card, disable_notification=True)
                    await self._kept(replace(topic, pinned=True))
                return
            except Rejected as no:
                if no.kind is not RejectionKind.MESSAGE_GONE:
                    raise
                await self._kept(replace(topic, card=0))

    async def _bring_sign(self, group: int, id: int, sign: Sign, thread: int) -> None:
        topic = await self._topic(id, thread)
        if topic.sign == sign.value:
            return
        icon = await self._icon(sign)
        if icon is not None:
            try:
                await self._sender.bot.edit_forum_topic(group, thread, icon_custom_emoji_id=icon)
            except Rejected as no:
                if no.kind is not RejectionKind.NOT_MODIFIED:
                    raise
        await self._kept(replace(topic, sign=sign.value))

    async def _icon(self, sign: Sign) -> str | None:
        """The id of the first picture for it that Telegram has; empty for none, None where it has not any."""
        if sign is Sign.NOTHING:
            return ""
        if self._icons is None:
            found = await self._sender.bot.get_forum_topic_icon_stickers()
            self._icons = {(each.emoji or "").replace(VARIANT, ""): each.custom_emoji_id or "" for each in found}
        wanted = str(self._renderers.default.words.find(f"operator.signs.{sign.value}")).replace(VARIANT, "").split()
        return next((self._icons[each] for each in wanted if each in self._icons), None)

    async def _edit(self, group: int, number: int, rendered: Rendered) -> None:
        try:
            await self._sender.bot.edit_message_text(
                rendered.text,
                chat_id=group,
                message_id=number,
                parse_mode=ParseMode.HTML,
                reply_markup=inline(rendered.buttons) or InlineKeyboardMarkup([]),
            )
        except Rejected as no:
            if no.kind is not RejectionKind.NOT_MODIFIED:
                raise

    async def _delete_going(self) -> None:
        """Delete the topics of people who are not here any more; what cannot be deleted now is tried again."""
        known = await self.team()
        for thread in known.going if known.ready else ():
            outcome, reason = await self._sender.deliver(known.group, [partial(self._delete, known.group, thread)])
            if outcome is Outcome.SENT:
                await self._change(lambda now, gone=thread: now.without(gone))  # type: ignore[misc]
            elif reason in LOST:
                await self.examine()

    async def _delete(self, group: int, thread: int) -> None:
        try:
            await self._sender.bot.delete_forum_topic(group, thread)
        except Rejected as no:
            if no.kind is not RejectionKind.TOPIC_GONE:
                raise

    # --- What is kept ------------------------------------------------------------------------------------------------

    async def _topic(self, person: int, thread: int) -> Topic:
        return (await self.team()).of(person) or Topic(thread, person)

    async def _kept(self, topic: Topic) -> Topic:
        """Keep what is known of a topic, unless it is there no more."""
        await self._change(lambda now: now.with_topic(topic) if now.whose(topic.number) is not None else now)
        return topic

    async def _change(self, change: Callable[[Team], Team]) -> Team:
        async with self._storage.change_bot_record() as box:
            before = team.read(box.value)
            after = change(before)
            if after != before:
                box.value = {**box.value, team.TEAM: after.record}
        return after


def _is_member(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)
