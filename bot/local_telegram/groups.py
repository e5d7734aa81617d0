"""Groups of the local Telegram: their members and topics, what people do there, and what the bot may call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.bot_api.html import detect
from bot.bot_api.limits import (
    GROUP_CALLS,
    GROUP_SECONDS,
    TAP_SECONDS,
    TOPIC_NAME_LIMIT,
    Refusal,
    bad_request,
    integer,
)
from bot.local_telegram.people import Chat, Person, Topic, button_label

if TYPE_CHECKING:
    from bot.local_telegram.telegram import LocalTelegram

JSON = dict[str, Any]
Files = dict[str, tuple[str, bytes]]

ANONYMOUS: JSON = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Telegram's own account that stands for an admin who does not show."""
IN_A_GROUP = ("creator", "administrator", "member")
ICON_COLOR = 7322096
ICONS = {emoji: str(5_300_000_000_000_000_000 + number) for number, emoji in enumerate("📰💡🔥❗❓💬👀🗣🏁📁✅🤖", 1)}
"""Some of the pictures that a topic may bear, each with the id of its sticker."""
RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    *("can_delete_stories", "can_pin_messages", "can_manage_topics"),
)
ENOUGH = ("can_manage_chat", "can_delete_messages", "can_pin_messages", "can_manage_topics")


class Group:
    """A group as its people use it; each thing done becomes the updates that a bot gets of it."""

    def __init__(self, telegram: LocalTelegram, chat: Chat) -> None:
        self._telegram = telegram
        self.chat = chat

    @property
    def id(self) -> int:
        """The number of the chat, which is another one once it became a supergroup."""
        return self.chat.id

    # --- Members and rights ------------------------------------------------------------------------------------------

    def joins(self, person: Person, status: str = "member") -> None:
        """That person is in it now; whoever is in it already has another status."""
        known = person.id in self.chat.members
        self.chat.members[person.id] = status
        if not known:
            self._serves(person.user, {"new_chat_members": [person.user]})

    def leaves(self, person: Person) -> None:
        """That person is in it no more."""
        del self.chat.members[person.id]
        self._serves(person.user, {"left_chat_member": person.user})

    def adds_bot(self, by: Person, rights: tuple[str, ...] | None = None) -> None:
        """The bot comes in, as an admin where it is given rights."""
        self._bot_becomes(by, self.member(), blocked=False, rights=rights)
        self._serves(by.user, {"new_chat_members": [self._telegram.me]})

    def promotes_bot(self, by: Person, rights: tuple[str, ...] | None = ENOUGH) -> None:
        """The bot is an admin with these rights, or none any more."""
        self._bot_becomes(by, self.member(), blocked=False, rights=rights)

    def removes_bot(self, by: Person) -> None:
        """The bot is taken out."""
        self._bot_becomes(by, self.member(), blocked=True, rights=None)

    def dissolves(self) -> None:
        """The group is deleted for everybody; nobody is told."""
        self.chat.gone = True

    def turns_topics_on(self, by: Person) -> None:
        """The group is a forum from now on; a small one becomes a supergroup with another number on the way."""
        if self.chat.basic:
            moved = Chat(self.id - 1_000_000_000_000, self.chat.title, group=True, members=dict(self.chat.members))
            moved.blocked, moved.rights = self.chat.blocked, self.chat.rights
            self._telegram.put(moved)
            self._serves(by.user, {"migrate_to_chat_id": moved.id})
            self.chat.moved_to, before = moved.id, self.id
            self.chat = moved
            self._serves(by.user, {"migrate_from_chat_id": before})
        self.chat.forum = True

    def member(self) -> JSON:
        """The bot as a member."""
        return member_json(self.chat, self._telegram.me)

    def _bot_becomes(self, by: Person, before: JSON, *, blocked: bool, rights: tuple[str, ...] | None) -> None:
        self.chat.blocked, self.chat.rights = blocked, rights
        change = {"old_chat_member": before, "new_chat_member": self.member()}
        where = {"chat": self._telegram.chat_json(self.chat), "from": by.user, "date": self._telegram.unix_now()}
        self._telegram.enqueue({"my_chat_member": {**where, **change}})

    # --- What is written ---------------------------------------------------------------------------------------------

    @property
    def topics(self) -> list[Topic]:
        """Every topic, the oldest first."""
        return list(self.chat.topics.values())

    def topic(self, name: str) -> Topic:
        """The newest topic of that name; raises LookupError."""
        found = [each for each in self.topics if each.name == name]
        if not found:
            raise LookupError(f"no topic {name!r}; there are {[each.name for each in self.topics]}")
        return found[-1]

    def messages(self, topic: Topic | None = None) -> list[JSON]:
        """What stands in a topic, or in General; see `Chat.messages`."""
        thread = topic.thread if topic is not None else None
        return [each for each in self.chat.messages if each["thread"] == thread]

    def pinned(self, topic: Topic) -> list[JSON]:
        """What is pinned there."""
        return [each for each in self.messages(topic) if each["id"] in self.chat.pinned]

    def writes(
        self,
        person: Person,
        text: str,
        topic: Topic | None = None,
        *,
        to: int | None = None,
        anonymous: bool = False,
        **more: Any,
    ) -> JSON:
        """That person writes there, below a message where `to` names one; an anonymous admin speaks as the group."""
        content: JSON = {"text": text, **more}
        if entities := detect(text, []):
            content["entities"] = entities
        return self._says(person, content, topic, to, anonymous=anonymous)

    def sends_voice(self, person: Person, topic: Topic | None = None) -> JSON:
        """A voice note."""
        return self._says(person, {"voice": {**self._telegram.file_ids("voice"), "duration": 3}}, topic, None)

    def sends_photo(self, person: Person, topic: Topic | None = None, caption: str = "") -> JSON:
        """A picture, with words below it or none."""
        photo = {**self._telegram.file_ids("photo"), "width": 800, "height": 600}
        return self._says(person, {"photo": [photo], **({"caption": caption} if caption else {})}, topic, None)

    def edits(self, message: int, text: str) -> JSON:
        """Whoever wrote that message changes it."""
        post = self.chat.posts[message]
        post["text"] = text
        post["entities"] = detect(text, [])
        self._telegram.stamp(post, edited=True)
        return self._hears("edited_message", post)

    def taps(self, person: Person, message: int, data: str) -> JSON:
        """Taps a button of that message, which need not have it (any more)."""
        post, telegram = self.chat.posts[message], self._telegram
        self.chat.done = {"tap": button_label(post, data)}
        query = {"id": telegram.new_query(person.id), "from": person.user, "message": telegram.outward(post)}
        whole = {**query, "chat_instance": str(self.id), "data": data}
        return telegram.enqueue({"callback_query": whole}, seconds=TAP_SECONDS)

    def presses(self, person: Person, label: str, topic: Topic | None = None) -> JSON:
        """Taps the button so named on the newest message that has one."""
        for message in reversed(self.messages(topic)):
            for button in (button for row in message["keyboard"] for button in row):
                if button["text"] == label and "callback_data" in button:
                    return self.taps(person, message["id"], button["callback_data"])
        raise LookupError(f"no button {label!r}")

    def closes(self, person: Person, topic: Topic) -> None:
        """The topic is closed."""
        topic.closed = True
        self._serves(person.user, {"forum_topic_closed": {}}, topic)

    def deletes(self, topic: Topic) -> None:
        """The topic goes with all that stands in it; no bot hears of it."""
        remove_topic(self.chat, topic.thread)

    def deletes_message(self, message: int) -> None:
        """One message goes; no bot hears of it."""
        del self.chat.posts[message]

    def _says(
        self, person: Person, content: JSON, topic: Topic | None, to: int | None, *, anonymous: bool = False
    ) -> JSON:
        """Bot API, Message: what stands in a topic answers the message that made it, unless it answers another."""
        in_topic = _where(topic)
        answered = to if to is not None else topic.thread if topic is not None else None
        if answered is not None:
            in_topic["reply_to_message"] = self._telegram.outward(self.chat.posts[answered])
            in_topic.setdefault("message_thread_id", answered)
        sender, as_group = person.user, {}
        if anonymous:
            sender, as_group = ANONYMOUS, {"sender_chat": self._telegram.chat_json(self.chat)}
        post = self._telegram.new_post(self.chat, sender, {**content, **in_topic, **as_group})
        self._telegram.changed()
        return self._hears("message", post)

    def _serves(self, by: JSON, content: JSON, topic: Topic | None = None) -> None:
        """A service message."""
        post = self._telegram.new_post(self.chat, by, {**content, **_where(topic), "_service": True})
        self._hears("message", post)

    def _hears(self, kind: str, post: JSON) -> JSON:
        """A bot hears everything as an admin, else commands, service messages, and answers to itself."""
        answered = post.get("reply_to_message", {}).get("from", {}).get("id")
        mine = self._telegram.me["id"]
        heard = self.chat.rights is not None or "_service" in post or answered == mine
        if self.chat.blocked or not (heard or str(post.get("text", "")).startswith("/")):
            return {}
        return self._telegram.enqueue({kind: self._telegram.outward(post)})


def member_json(chat: Chat, user: JSON) -> JSON:
    """Bot API, ChatMember."""
    if not user["is_bot"]:
        status = chat.members.get(user["id"], "left")
        rights: tuple[str, ...] | None = RIGHTS if status == "administrator" else None
    else:
        status, rights = "left" if chat.blocked else "member", chat.rights
    if rights is not None and not (user["is_bot"] and chat.blocked):
        powers = {name: name in rights for name in RIGHTS}
        return {"status": "administrator", "user": user, "can_be_edited": False, "is_anonymous": False, **powers}
    if status == "creator":
        return {"status": status, "user": user, "is_anonymous": False}
    return {"status": status, "user": user}


def remove_topic(chat: Chat, thread: int) -> None:
    """Take a topic away with all that stands in it."""
    del chat.topics[thread]
    for number in [number for number, post in chat.posts.items() if post.get("message_thread_id") == thread]:
        del chat.posts[number]


def count(chat: Chat, now: float) -> None:
    """Count one call that changes something in a group. Raises Refusal for the 21st within a minute."""
    if not chat.group:
        return
    chat.called_at = [at for at in chat.called_at if at > now - GROUP_SECONDS]
    if len(chat.called_at) >= GROUP_CALLS:
        wait = int(chat.called_at[0] + GROUP_SECONDS - now) + 1
        raise Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
    chat.called_at.append(now)


def thread_of(chat: Chat, parameters: JSON) -> JSON:
    """Where in a chat a message goes, as its own fields. Raises Refusal."""
    thread = integer(parameters, "message_thread_id", 0)
    if not thread:
        return {}
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed:
        raise bad_request("TOPIC_CLOSED")
    return _where(topic)


def _where(topic: Topic | None) -> JSON:
    return {"message_thread_id": topic.thread, "is_topic_message": True} if topic is not None else {}


# --- What the bot calls ----------------------------------------------------------------------------------------------


def _create_forum_topic(telegram: LocalTelegram, parameters: JSON, _: Files) -> JSON:
    chat = _forum(telegram, parameters, "can_manage_topics", "create a topic")
    name, icon = _name(parameters), _icon(parameters)
    if not name:
        raise bad_request("TOPIC_TITLE_EMPTY")
    made = {"name": name, "icon_color": ICON_COLOR, **({"icon_custom_emoji_id": icon} if icon else {})}
    post = telegram.new_post(chat, telegram.me, {"forum_topic_created": made, "_service": True})
    chat.topics[post["message_id"]] = Topic(post["message_id"], name, icon)
    post |= _where(chat.topics[post["message_id"]])
    telegram.changed()
    return {"message_thread_id": post["message_id"], **made}


def _edit_forum_topic(telegram: LocalTelegram, parameters: JSON, _: Files) -> bool:
    topic = _topic(telegram, parameters, "can_manage_topics", "edit the topic")
    name, icon = _name(parameters) or topic.name, _icon(parameters, topic.icon)
    if (name, icon) == (topic.name, topic.icon):
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name, topic.icon = name, icon
    telegram.changed()
    return True


def _close_forum_topic(telegram: LocalTelegram, parameters: JSON, _: Files) -> bool:
    return _set_closed(telegram, parameters, closed=True)


def _reopen_forum_topic(telegram: LocalTelegram, parameters: JSON, _: Files) -> bool:
    return _set_closed(telegram, parameters, closed=False)


def _set_closed(telegram: LocalTelegram, parameters: JSON, *, closed: bool) -> bool:
    topic = _topic(telegram, parameters, "can_manage_topics", "close or reopen the topic")
    if topic.closed is closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    telegram.changed()
    return True


def _delete_forum_topic(telegram: LocalTelegram, parameters: JSON, _: Files) -> bool:
    topic = _topic(telegram, parameters, "can_delete_messages", "delete the topic")
    remove_topic(telegram.reachable(parameters), topic.thread)
    telegram.changed()
    return True


def _pin_chat_message(telegram: LocalTelegram, parameters: JSON, _: Files) -> bool:
    chat = telegram.reachable(parameters)
    if chat.group and "can_pin_messages" not in (chat.rights or ()):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    count(chat, telegram.clock.now().timestamp())
    number = integer(parameters, "message_id", 0)
    post = chat.posts.get(number)
    if post is None:
        raise bad_request("message to pin not found")
    if number not in chat.pinned:
        chat.pinned.append(number)
        where: JSON = {name: post[name] for name in ("message_thread_id", "is_topic_message") if name in post}
        telegram.new_post(chat, telegram.me, {"pinned_message": telegram.outward(post), **where, "_service": True})
    telegram.changed()
    return True


def _get_forum_topic_icon_stickers(_: LocalTelegram, __: JSON, ___: Files) -> list[JSON]:
    kind = {"type": "custom_emoji", "is_animated": True, "is_video": False, "width": 100, "height": 100}
    return [
        {**kind, "emoji": emoji, "custom_emoji_id": id, "file_id": f"icon-{id}", "file_unique_id": id}
        for emoji, id in ICONS.items()
    ]


def _get_chat_member(telegram: LocalTelegram, parameters: JSON, _: Files) -> JSON:
    chat, id = telegram.reachable(parameters), integer(parameters, "user_id", 0)
    user = telegram.me if id == telegram.me["id"] else telegram.user_with(id)
    if user is None:
        raise bad_request("user not found")
    return member_json(chat, user)


def _get_chat_member_count(telegram: LocalTelegram, parameters: JSON, _: Files) -> int:
    return len(telegram.reachable(parameters).members) + 1


def _forum(telegram: LocalTelegram, parameters: JSON, right: str, what: str) -> Chat:
    """The group, where the bot may do that in it. Raises Refusal."""
    chat = telegram.reachable(parameters)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    if right not in (chat.rights or ()):
        raise bad_request(f"not enough rights to {what}")
    count(chat, telegram.clock.now().timestamp())
    return chat


def _topic(telegram: LocalTelegram, parameters: JSON, right: str, what: str) -> Topic:
    chat = _forum(telegram, parameters, right, what)
    topic = chat.topics.get(integer(parameters, "message_thread_id", 0))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def _name(parameters: JSON) -> str:
    name = str(parameters.get("name", "")).strip()
    if len(name) > TOPIC_NAME_LIMIT:
        raise bad_request("TOPIC_TITLE_TOO_LONG")
    return name


def _icon(parameters: JSON, without: str = "") -> str:
    icon = str(parameters.get("icon_custom_emoji_id", without))
    if icon and icon not in ICONS.values():
        raise bad_request("DOCUMENT_INVALID")
    return icon


METHODS: dict[str, Callable[[LocalTelegram, JSON, Files], Any]] = {
    "createforumtopic": _create_forum_topic,
    "editforumtopic": _edit_forum_topic,
    "closeforumtopic": _close_forum_topic,
    "reopenforumtopic": _reopen_forum_topic,
    "deleteforumtopic": _delete_forum_topic,
    "pinchatmessage": _pin_chat_message,
    "getforumtopiciconstickers": _get_forum_topic_icon_stickers,
    "getchatmember": _get_chat_member,
    "getchatmembercount": _get_chat_member_count,
}
