"""What comes from the coaches' group: who may say anything there, whose topic it is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Collection

from telegram import Chat, Message, Update
from telegram.ext import filters

from bot.conversation.desk import Desk
from bot.core.desk import team
from bot.core.desk.team import Said, Team, Topic
from bot.core.model.callback_data import Action
from bot.core.model.message import OutgoingMessage
from bot.sending.forum import Forum


class TeamRoom:
    """Hears the group. Whoever is no coach of the bot's, by their own name, is not answered."""

    def __init__(self, forum: Forum, desk: Desk, coaches: Collection[int]) -> None:
        self._forum = forum
        self._desk = desk
        self._coaches = coaches

    async def hears(self, update: Update) -> bool:
        """Whether that is no stranger's group: the coaches' own, or one that a coach is making theirs.

        Raises NotRead, NotSaved.
        """
        message = update.message or update.edited_message
        if message is None or message.chat.type not in (Chat.GROUP, Chat.SUPERGROUP) or not self._coaches:
            return False
        known = await self._forum.team()
        if message.chat.id != known.group:
            coach = self._coach(message)
            if coach is not None and team.is_start(message.text or "") and await self._forum.take(message.chat.id):
                await self._desk.command(coach, "team", "")
                return True
            return _is_of_telegram(update) and coach is not None
        if _is_of_telegram(update):
            await self._told(message)
            return True
        coach = self._coach(message)
        if coach is None and message.sender_chat is None:
            await self._forum.examine()  # nobody but coaches may be there
            return True
        thread = message.message_thread_id if message.is_topic_message else None
        answer = await self._answer(known, coach, known.whose(thread), message, edited=update.message is None)
        if answer is not None and thread is not None:
            self._forum.say(known.group, thread, answer)
        return True

    async def _told(self, message: Message) -> None:
        """What Telegram says of the group itself."""
        thread = message.message_thread_id
        if message.migrate_to_chat_id is not None:
            await self._forum.moved(message.chat.id, message.migrate_to_chat_id)
        elif message.new_chat_members or message.left_chat_member is not None:
            await self._forum.examine()
        elif thread is not None and message.forum_topic_closed is not None:
            await self._forum.closed(thread, closed=True)
        elif thread is not None and message.forum_topic_reopened is not None:
            await self._forum.closed(thread, closed=False)

    def _coach(self, message: Message) -> int | None:
        """Who of the coaches wrote it; None for anybody else, and where nobody can tell."""
        person = message.from_user
        known = person is not None and message.sender_chat is None and self._desk.serves(person.id)
        return person.id if known and person is not None else None

    async def _answer(
        self, known: Team, coach: int | None, topic: Topic | None, message: Message, *, edited: bool
    ) -> OutgoingMessage | None:
        words = message.text or message.caption or ""
        if coach is not None and team.asks_for_desk(words):
            await self._desk.command(coach, "team", "")
            return None
        said = Said(words, topic, coach is not None, edited, _answers_elsewhere(message))
        answer = team.heard(said, ready=known.ready)
        if coach is None or not isinstance(answer, Topic):
            return answer if isinstance(answer, OutgoingMessage) else None
        return await self._desk.write_in_topic(coach, answer.person, message.chat.id, message.message_id)

    async def tap(self, update: Update, action: Action) -> bool:
        """Whether a coach's tap was below a card in the group. Raises NotRead, NotSaved."""
        query = update.callback_query
        if query is None or not isinstance(query.message, Message) or not self._desk.serves(query.from_user.id):
            return False
        known = await self._forum.team()
        topic = known.whose(query.message.message_thread_id) if query.message.chat.id == known.group else None
        if topic is None or not known.ready:
            return False
        shown = await self._desk.tap_in_topic(query.from_user.id, topic.person, action)
        self._forum.show(known.group, topic.person, query.message.message_id, shown)
        return True

    async def membership(self, update: Update) -> None:
        """A coach brought the bot into a group, or it may do other things there now. Raises NotRead, NotSaved."""
        change = update.my_chat_member
        if change is None or not self._coaches or change.chat.type not in (Chat.GROUP, Chat.SUPERGROUP):
            return
        coach, inside = change.from_user.id, change.new_chat_member.status in ("member", "administrator")
        if inside and self._desk.serves(coach) and await self._forum.take(change.chat.id):
            await self._desk.command(coach, "team", "")
        elif change.chat.id == (await self._forum.team()).group:
            await self._forum.examine()


def _is_of_telegram(update: Update) -> bool:
    """Whether it says what became of the group, and is nobody's word."""
    return bool(filters.StatusUpdate.ALL.check_update(update))


def _answers_elsewhere(message: Message) -> bool:
    """Whether it is below a message of another topic, or of another chat."""
    answered = message.reply_to_message
    if message.external_reply is not None:
        return True
    return answered is not None and answered.message_thread_id not in (None, message.message_thread_id)
