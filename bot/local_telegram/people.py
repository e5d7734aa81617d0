"""The people's side of the local Telegram: what stands on their screens and what they do with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.bot_api.html import clean, detect
from bot.bot_api.limits import TAP_SECONDS, TEXT_LIMIT

if TYPE_CHECKING:
    from bot.local_telegram.telegram import LocalTelegram

JSON = dict[str, Any]


@dataclass(slots=True)
class Topic:
    """A topic of a group; `thread` is the number of the message that made it, `icon` the id of a sticker or empty."""

    thread: int
    name: str
    icon: str = ""
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """One chat as it stands on its people's screens."""

    id: int
    title: str
    group: bool = False
    blocked: bool = False
    """The person blocked the bot, or the bot is not in the group."""
    posts: dict[int, JSON] = field(default_factory=dict)
    """Messages by id, as Bot API JSON with `_html`, `_markup`, `_silent`, `_version` beside."""
    reply_keyboard: JSON | None = None
    """The keyboard under the text field, as ReplyKeyboardMarkup; one for one time is folded up, and stays."""
    action: str | None = None
    """What the bot is doing just now, such as "typing"; ends with its next message."""
    basic: bool = False
    """A small group, which has neither topics nor rights for each thing."""
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    """The people in a group and what they are there, as in `ChatMember.status`; the bot is not among them."""
    rights: tuple[str, ...] | None = None
    """What the bot may do in a group as an admin; None where it is none."""
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    called_at: list[float] = field(default_factory=list)
    """When the bot changed something in a group of late, Unix time."""
    moved_to: int = 0
    """The number of the supergroup that a small group became."""
    gone: bool = False
    done: JSON | None = None
    """What the person did last: the `tap` on a button of these words, or the `text` they typed; None before that."""

    @property
    def messages(self) -> list[JSON]:
        """What stands on the screen now, oldest first.

        Each: id, version (the telegram's, at its last change), date and edited_at (Unix seconds), mine (True
        for the person's own), text, entities, html (as the bot wrote it), keyboard (rows of {text, callback_data
        or url}), reply_keyboard, silent, after (what the person had done last, as in `done`); and of document,
        photo, animation, location, voice, sticker what it holds. `thread` is its topic, None in none.
        """
        return [_shown(post) for post in self.posts.values() if "_service" not in post]


def _shown(post: JSON) -> JSON:
    markup = post.get("_markup") or {}
    shown: JSON = {
        "id": post["message_id"],
        "version": post["_version"],
        "date": post["date"],
        "edited_at": post.get("edit_date"),
        "mine": not post["from"]["is_bot"],
        "text": post.get("text", post.get("caption", "")),
        "entities": post.get("entities", post.get("caption_entities", [])),
        "html": post.get("_html"),
        "keyboard": markup.get("inline_keyboard", []),
        "reply_keyboard": markup if "keyboard" in markup else None,
        "silent": post.get("_silent", False),
        "after": post.get("_after"),
        "thread": post.get("message_thread_id") if post.get("is_topic_message") else None,
    }
    for kind in ("document", "photo", "animation", "location", "voice", "sticker"):
        if kind in post:
            shown[kind] = post[kind]
    return shown


def button_label(post: JSON, callback_data: str) -> str:
    """The words of a message's button that means this; empty where it has none."""
    rows = (post.get("_markup") or {}).get("inline_keyboard", [])
    buttons = (button for row in rows for button in row)
    return next((str(each["text"]) for each in buttons if each.get("callback_data") == callback_data), "")


def _typed(text: str) -> str:
    """A text as a phone sends it. Raises ValueError for one that none sends."""
    text = clean(text).strip()
    if not 1 <= len(text) <= TEXT_LIMIT:
        raise ValueError("a phone sends 1 to 4096 characters")
    return text


class Person:
    """Somebody with a phone and a private chat with the bot; each thing done becomes one Update."""

    def __init__(self, telegram: LocalTelegram, user: JSON) -> None:
        self._telegram = telegram
        self.user = user
        self.id: int = user["id"]

    @property
    def chat(self) -> Chat:
        return self._telegram.chat(self.id)

    def sends(self, text: str) -> JSON:
        """Types a text and sends it; white space around it and control characters go, as on the real phone."""
        text = _typed(text)
        content: JSON = {"text": text}
        if entities := detect(text, []):
            content["entities"] = entities
        return self._message(content)

    def passes_on(self, text: str) -> JSON:
        """Sends on what somebody hidden wrote."""
        origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": self._telegram.unix_now()}
        return self._message({"text": text, "forward_origin": origin})

    def replies(self, message_id: int, text: str) -> JSON:
        """Types an answer to one message of the chat."""
        text = _typed(text)
        answered = self._telegram.outward(self.chat.posts[message_id])
        return self._message({"text": text, "reply_to_message": answered})

    def presses(self, label: str) -> JSON:
        """Taps the button so named on the newest message that has one, inline or under the text field."""
        if keyboard := self.chat.reply_keyboard:
            for button in (button for row in keyboard["keyboard"] for button in row):
                if button["text"] == label and not button.get("request_location"):
                    return self.sends(label)
        for message in reversed(self.chat.messages):
            for button in (button for row in message["keyboard"] for button in row):
                if button["text"] == label and "callback_data" in button:
                    return self.taps(message["id"], button["callback_data"])
        raise LookupError(f"no button {label!r}; there are {self.labels()}")

    def labels(self) -> list[str]:
        """The texts of all buttons on the newest message that has any."""
        for message in reversed(self.chat.messages):
            if message["keyboard"]:
                return [button["text"] for row in message["keyboard"] for button in row]
        return []

    def taps(self, message_id: int, callback_data: str) -> JSON:
        """Taps a button of that message; as with a forged client, the button need not be there (any more)."""
        self._must_not_block()
        telegram = self._telegram
        post = self.chat.posts.get(message_id)
        self.chat.done = {"tap": button_label(post, callback_data)} if post else None
        query_id = telegram.new_query(self.id)
        message = (
            telegram.outward(post)
            if post
            else {"message_id": message_id, "date": 0, "chat": telegram.chat_json(self.chat)}
        )
        return telegram.enqueue(
            {
                "callback_query": {
                    "id": query_id,
                    "from": self.user,
                    "message": message,
                    "chat_instance": str(self.id),
                    "data": callback_data,
                }
            },
            seconds=TAP_SECONDS,
        )

    def shares_location(self, latitude: float, longitude: float) -> JSON:
        return self._message({"location": {"latitude": latitude, "longitude": longitude}})

    def sends_voice(self) -> JSON:
        return self._message({"voice": {**self._telegram.file_ids("voice"), "duration": 3}})

    def sends_photo(self, caption: str | None = None) -> JSON:
        photo = {**self._telegram.file_ids("photo"), "width": 800, "height": 600}
        return self._message({"photo": [photo], **({"caption": caption} if caption else {})})

    def sends_album(self, count: int, caption: str | None = None) -> list[JSON]:
        """Sends some photos in one go: a message each, the words with the first."""
        album = {"media_group_id": self._telegram.file_ids("photo")["file_id"]}
        sent = []
        for number in range(count):
            photo = {**self._telegram.file_ids("photo"), "width": 800, "height": 600}
            words = {"caption": caption} if caption and not number else {}
            sent.append(self._message({"photo": [photo], **words, **album}))
        return sent

    def sends_contact(self, first_name: str, last_name: str, phone: str) -> JSON:
        """Sends somebody of the phone's own list."""
        return self._message({"contact": {"phone_number": phone, "first_name": first_name, "last_name": last_name}})

    def sends_poll(self, question: str, *options: str) -> JSON:
        """Sends a poll of their own, which nobody has voted in."""
        choices = [{"text": each, "voter_count": 0, "persistent_id": str(n)} for n, each in enumerate(options)]
        open_to_all = {"is_closed": False, "is_anonymous": True, "members_only": False}
        rules = {"type": "regular", "allows_multiple_answers": False, "allows_revoting": True}
        poll = {"id": self._telegram.file_ids("poll")["file_id"], "question": question, "options": choices}
        return self._message({"poll": {**poll, **open_to_all, **rules, "total_voter_count": 0}})

    def sends_sticker(self) -> JSON:
        ids = self._telegram.file_ids("sticker")
        flags = {"is_animated": False, "is_video": False}
        return self._message({"sticker": {**ids, **flags, "type": "regular", "width": 512, "height": 512}})

    def edits(self, message_id: int, text: str) -> JSON:
        """Changes a message this person sent."""
        self._must_not_block()
        post = self.chat.posts[message_id]
        post["text"] = text
        post["entities"] = detect(text, [])
        self._telegram.stamp(post, edited=True)
        self._telegram.changed()
        return self._telegram.enqueue({"edited_message": self._telegram.outward(post)})

    def blocks(self) -> JSON:
        """Blocks the bot: every further send is refused with 403."""
        return self._membership(blocked=True)

    def unblocks(self) -> JSON:
        return self._membership(blocked=False)

    def _must_not_block(self) -> None:
        if self.chat.blocked:
            raise ValueError("this person has blocked the bot; unblock it first")

    def _message(self, content: JSON) -> JSON:
        self._must_not_block()
        telegram, chat = self._telegram, self.chat
        chat.done = {"text": str(content.get("text", ""))}
        post = telegram.new_post(chat, self.user, content)
        telegram.changed()
        return telegram.enqueue({"message": telegram.outward(post)})

    def _membership(self, *, blocked: bool) -> JSON:
        member: JSON = {"status": "member", "user": self._telegram.me}
        kicked: JSON = {"status": "kicked", "user": self._telegram.me, "until_date": 0}
        before, after = (member, kicked) if blocked else (kicked, member)
        self.chat.blocked = blocked
        self._telegram.changed()
        return self._telegram.enqueue(
            {
                "my_chat_member": {
                    "chat": self._telegram.chat_json(self.chat),
                    "from": self.user,
                    "date": self._telegram.unix_now(),
                    "old_chat_member": before,
                    "new_chat_member": after,
                }
            }
        )
