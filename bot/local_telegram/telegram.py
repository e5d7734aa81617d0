"""A local Telegram in memory: one bot, the people who talk to it, and as strict as the real one."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.bot_api.html import ParseError, clean, detect, parse_html
from bot.bot_api.limits import (
    ANSWER_LIMIT,
    CAPTION_LIMIT,
    PHOTO_LIMIT,
    TAP_SECONDS,
    TEXT_LIMIT,
    UPLOAD_LIMIT,
    Refusal,
    bad_request,
    inline_markup,
    integer,
    reply_markup,
)
from bot.clock import Clock
from bot.local_telegram.faults import Answer, CutAfter, CutBefore, Fault, FaultHook, Hang, Lost, Refused
from bot.local_telegram.groups import METHODS as GROUP_METHODS
from bot.local_telegram.groups import Group, count, thread_of
from bot.local_telegram.people import Chat, Person

JSON = dict[str, Any]
Files = dict[str, tuple[str, bytes]]

LONG_POLL_LIMIT = 50  # seconds; telegram-bot-api, do_get_updates
UPDATE_SECONDS = 24 * 3600  # how long an update waits to be fetched; Bot API, Getting updates
DELETE_SECONDS = 48 * 3600  # Bot API, deleteMessage

BOT_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
PNG = b"\x89PNG\r\n\x1a\n"
TRACK = b"tkhd"
"""The box of an MP4 file that ends with a track's width and height; ISO/IEC 14496-12, 8.3.2."""
NOT_REMEMBERED = {"clock", "fault", "_people", "_kept", "_update_bell", "_change_bell"}
"""What belongs to one telegram alone, however its chats came about."""


@dataclass(slots=True)
class Call:
    """One API call as it came and what became of it."""

    number: int
    at: float
    """When it came, Unix time of the clock."""
    method: str
    parameters: JSON
    files: tuple[str, ...]
    status: int | None = None
    """HTTP status, or None while it runs and when the answer was lost."""
    body: JSON | bytes | None = None
    delivered: bool = False
    """Whether Telegram acted on it, whatever the client was told."""
    lost: str | None = None
    """Why the answer never arrived."""

    @property
    def chat_id(self) -> int | None:
        """The chat it was for, if it names one."""
        value = self.parameters.get("chat_id")
        return value if isinstance(value, int) else None


@dataclass(slots=True)
class StoredFile:
    """An uploaded file."""

    name: str
    content: bytes


class Bell:
    """Wakes whoever waits for a change; may be rung from plain code."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Until the next ring, at most so many seconds of real time."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return


class LocalTelegram:
    """Telegram for one bot: chats, people, the queue of updates, and every call in a log."""

    def __init__(self, clock: Clock, *, username: str = "steady_knees_bot") -> None:
        self.clock = clock
        self.me: JSON = {
            "id": 1000000001,
            "is_bot": True,
            "first_name": "Steady Knees",
            "username": username,
        }
        self.log: list[Call] = []
        self.answers: list[JSON] = []
        """Answers to taps, oldest first: query_id, person_id, text, show_alert, at."""
        self.fault: FaultHook | None = None
        self.version = 0
        """Grows with everything that changes on a screen."""
        self.next_update_id = 500_000_001
        """May be set, to any number: Telegram's ids jump after a quiet week."""
        self._people: dict[int, Person] = {}
        self._chats: dict[int, Chat] = {}
        self._updates: list[tuple[JSON, float]] = []
        self._update_bell = Bell()
        self._change_bell = Bell()
        self._allowed: list[str] = []
        self._poll = 0
        self._polls = 0
        self._calls = 0
        self.profile_photos: list[list[JSON]] = []
        self._next_message_id = 1
        self._next_query_id = 7_000_000_001
        self._queries: dict[str, tuple[int, float]] = {}
        self._next_file = 1
        self._files: dict[str, StoredFile] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self._commands: dict[tuple[str, str], list[JSON]] = {}
        self._webhook = ""
        self._kept: dict[tuple[int, int, int], JSON] = {}

    # What people and tests do

    def person(
        self, id: int, first_name: str = "Ada", language_code: str | None = "en", username: str | None = None
    ) -> Person:
        """Somebody with a private chat; the same id is the same person, with new names if given."""
        user: JSON = {"id": id, "is_bot": False, "first_name": first_name}
        if username:
            user["username"] = username
        if language_code:
            user["language_code"] = language_code
        if id in self._people:
            self._people[id].user = user
        else:
            self._people[id] = Person(self, user)
            self._chats.setdefault(id, Chat(id, first_name))
        return self._people[id]

    def person_with(self, id: int) -> Person:
        """The person with that id; raises KeyError for one that never was."""
        return self._people[id]

    def chat(self, id: int) -> Chat:
        """The chat with that id; raises KeyError for one that never was."""
        return self._chats[id]

    def group_update(
        self, text: str | None, person: Person, *, chat_id: int = -1001234567890, title: str = "Walkers"
    ) -> JSON:
        """That person writes in a group, or adds the bot to it when the text is None."""
        chat = self._chats.setdefault(chat_id, Chat(chat_id, title, group=True))
        if text is not None:
            content: JSON = {"text": text}
            if entities := detect(text, []):
                content["entities"] = entities
            return self.enqueue({"message": self.outward(self.new_post(chat, person.user, content))})
        chat.blocked = False
        return self.enqueue(
            {
                "my_chat_member": {
                    "chat": self.chat_json(chat),
                    "from": person.user,
                    "date": self.unix_now(),
                    "old_chat_member": {"status": "left", "user": self.me},
                    "new_chat_member": {"status": "member", "user": self.me},
                }
            }
        )

    def group(self, *people: Person, id: int = -1001234567890, title: str = "Coaches", **how: Any) -> Group:
        """A group with these people in it, the first of whom owns it, and no bot yet; `how` as in `Chat`."""
        members = {each.id: "member" if number else "creator" for number, each in enumerate(people)}
        self.put(Chat(id, title, group=True, blocked=True, members=members, **how))
        return Group(self, self._chats[id])

    def put(self, chat: Chat) -> None:
        """A chat that there is from now on."""
        self._chats[chat.id] = chat

    def user_with(self, id: int) -> JSON | None:
        """The person with that id, as Telegram shows them; None for one that never was."""
        return self._people[id].user if id in self._people else None

    def enqueue(self, content: JSON, *, seconds: float = UPDATE_SECONDS) -> JSON:
        """Puts an update into the queue under the next id, to wait there so long; any content goes."""
        update = {"update_id": self.next_update_id, **json.loads(json.dumps(content))}
        self.next_update_id += 1
        self._updates.append((update, self.clock.now().timestamp() + seconds))
        self._update_bell.ring()
        return update

    @property
    def unconfirmed(self) -> int:
        """How many updates the bot has not confirmed yet."""
        return len(self._updates)

    def file(self, file_id: str) -> StoredFile:
        """A file that was uploaded; raises KeyError."""
        return self._files[file_id]

    def commands(self, language_code: str = "", chat_id: int = 0) -> list[JSON]:
        """The command menu of a private chat: the nearest scope and language that has one."""
        for scope in (f"chat:{chat_id}", "all_private_chats", "default"):
            for language in (language_code, ""):
                if commands := self._commands.get((scope, language)):
                    return commands
        return []

    def text_about(self, kind: str, language_code: str = "") -> str:
        """name, description or short_description of the bot, as a person of that language sees it."""
        return self._texts.get((kind, language_code)) or self._texts.get((kind, ""), "")

    def remember(self) -> JSON:
        """All that stands here now, for `recall` of this telegram or another one.

        Messages that did not change in between are shared by all that was remembered, and calls always.
        """
        memo: dict[int, Any] = {id(call): call for call in self.log}
        for chat in self._chats.values():
            for id_, post in chat.posts.items():
                key = chat.id, id_, post["_version"]
                if key not in self._kept:
                    self._kept[key] = copy.deepcopy(post)
                memo[id(post)] = self._kept[key]
        return copy.deepcopy({name: value for name, value in vars(self).items() if name not in NOT_REMEMBERED}, memo)

    def recall(self, remembered: JSON) -> None:
        """Stand where another telegram stood, with the same people."""
        vars(self).update(copy.deepcopy(remembered, {id(call): call for call in remembered["log"]}))

    async def wait_for_change(self, after: int, seconds: float) -> int:
        """The version, as soon as it is not `after`, at the latest after so many seconds of real time."""
        if self.version == after:
            await self._change_bell.wait(seconds)
        return self.version

    # What the bot calls

    async def call(self, method: str, parameters: JSON, files: Files | None = None) -> tuple[int, dict[str, Any]]:
        """One API call: HTTP status and body. Nested values may be JSON text. Raises Lost."""
        status, body = await self.respond(method, parameters, files)
        return status, json.loads(body)

    async def respond(self, method: str, parameters: JSON, files: Files | None = None) -> tuple[int, bytes]:
        """As `call`, with the body as bytes, for faults may answer anything."""
        parameters = {name: _plain(name, value) for name, value in parameters.items()}
        files = files or {}
        entry = Call(len(self.log) + 1, self.clock.now().timestamp(), method, parameters, tuple(files))
        self.log.append(entry)
        if method == "getUpdates":
            self._polls += 1
            number = self._polls
        else:
            self._calls += 1
            number = self._calls
        fault = self.fault(method, parameters, number) if self.fault else None
        if fault is None:
            entry.status, entry.body = await self._outcome(entry, files)
            return entry.status, json.dumps(entry.body).encode()
        return await self._fail(entry, files, fault)

    async def _fail(self, entry: Call, files: Files, fault: Fault) -> tuple[int, bytes]:
        match fault:
            case CutAfter() | Hang(delivered=True) | Answer(delivered=True):
                await self._outcome(entry, files)
        match fault:
            case Answer(status, body):
                entry.status, entry.body = status, body
                return status, body if isinstance(body, bytes) else json.dumps(body).encode()
            case Refused():
                entry.lost = "no connection"
            case CutBefore() | CutAfter():
                entry.lost = "connection cut"
            case Hang(seconds=seconds):
                await self.clock.sleep(seconds)
                entry.lost = "no answer in time"
        raise Lost(entry.lost or "", left=not isinstance(fault, Refused), delivered=entry.delivered)

    async def _outcome(self, entry: Call, files: Files) -> tuple[int, JSON]:
        """Acts, and gives the status and body of a faultless line."""
        try:
            if entry.method == "getUpdates":
                result = await self._get_updates(entry.parameters)
            else:
                handler = _METHODS.get(entry.method.lower())
                if handler is None:
                    raise Refusal(404, "Not Found: method not found")
                result = handler(self, entry.parameters, files)
        except Refusal as refusal:
            said: JSON = {"error_code": refusal.status, "description": refusal.description}
            more = {"parameters": refusal.parameters} if refusal.parameters else {}
            return refusal.status, {"ok": False, **said, **more}
        entry.delivered = True
        return 200, {"ok": True, "result": result}

    async def _get_updates(self, parameters: JSON) -> list[JSON]:
        if self._webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poll += 1
        mine = self._poll
        self._update_bell.ring()  # ends the poll of another, which then sees that it is not the newest
        self._confirm(integer(parameters, "offset", 0))
        limit = min(max(integer(parameters, "limit", 100), 1), 100)
        loop = asyncio.get_running_loop()
        end = loop.time() + min(max(integer(parameters, "timeout", 0), 0), LONG_POLL_LIMIT)
        self._allowed = parameters.get("allowed_updates", self._allowed)  # omitted means as before
        while True:
            updates = self._waiting(limit)
            left = end - loop.time()
            if updates or left <= 0:
                return updates
            await self._update_bell.wait(left)
            if mine != self._poll:
                raise Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._updates = self._updates[offset:]
        elif offset and self._updates and offset <= self._updates[-1][0]["update_id"] + 10:
            self._updates = [pair for pair in self._updates if pair[0]["update_id"] >= offset]

    def _waiting(self, limit: int) -> list[JSON]:
        now = self.clock.now().timestamp()
        self._updates = [
            (update, until)
            for update, until in self._updates
            if until > now and (not self._allowed or any(kind in self._allowed for kind in update))
        ]
        return [update for update, _ in self._updates[:limit]]

    # Messages

    def _send_message(self, parameters: JSON, files: Files) -> JSON:
        chat = self.reachable(parameters)
        content = self._text(parameters, "text", "entities", TEXT_LIMIT)
        if not content["text"]:
            raise bad_request("message text is empty")
        return self._post(chat, parameters, content)

    def _copy_message(self, parameters: JSON, files: Files) -> JSON:
        """Bot API, copyMessage: what was written, without a link to whoever wrote it."""
        chat = self.reachable(parameters)
        original = self.reachable({"chat_id": parameters.get("from_chat_id")}).posts.get(
            integer(parameters, "message_id", 0)
        )
        if original is None:
            raise bad_request("message to copy not found")
        content = {name: original[name] for name in _COPIED if name in original}
        if not content:
            raise bad_request("message can't be copied")
        return {"message_id": self._post(chat, parameters, content)["message_id"]}

    def _send_document(self, parameters: JSON, files: Files) -> JSON:
        return self._send_media("document", parameters, files)

    def _send_photo(self, parameters: JSON, files: Files) -> JSON:
        return self._send_media("photo", parameters, files)

    def _send_animation(self, parameters: JSON, files: Files) -> JSON:
        return self._send_media("animation", parameters, files)

    def _send_media(self, kind: str, parameters: JSON, files: Files) -> JSON:
        chat = self.reachable(parameters)
        content = self._text(parameters, "caption", "caption_entities", CAPTION_LIMIT)
        content.update(self._media(kind, kind, parameters.get(kind), files))
        return self._post(chat, parameters, content)

    def _edit_message_text(self, parameters: JSON, files: Files) -> JSON:
        post = self._editable(parameters)
        if "text" not in post:
            raise bad_request("there is no text in the message to edit")
        content = self._text(parameters, "text", "entities", TEXT_LIMIT)
        if not content["text"]:
            raise bad_request("message text is empty")
        return self._edit(post, content, inline_markup(parameters))

    def _edit_message_reply_markup(self, parameters: JSON, files: Files) -> JSON:
        post = self._editable(parameters)
        return self._edit(post, {}, inline_markup(parameters))

    def _edit_message_caption(self, parameters: JSON, files: Files) -> JSON:
        post = self._editable(parameters)
        media: JSON = {kind: post[kind] for kind in ("document", "photo", "animation") if kind in post}
        if not media:
            raise bad_request("there is no caption in the message to edit")
        content = {**self._text(parameters, "caption", "caption_entities", CAPTION_LIMIT), **media}
        return self._edit(post, content, inline_markup(parameters))

    def _edit_message_media(self, parameters: JSON, files: Files) -> JSON:
        post = self._editable(parameters)
        media = parameters.get("media")
        if not isinstance(media, dict) or media.get("type") not in {"document", "photo", "animation"}:
            raise bad_request("can't parse InputMedia: Object expected")
        content = self._text(media, "caption", "caption_entities", CAPTION_LIMIT)
        content.update(self._media(media["type"], "media", media.get("media"), files))
        return self._edit(post, content, inline_markup(parameters))

    def _delete_message(self, parameters: JSON, files: Files) -> bool:
        chat = self.reachable(parameters)
        post = chat.posts.get(integer(parameters, "message_id", 0))
        if post is None:
            raise bad_request("message to delete not found")
        count(chat, self.clock.now().timestamp())
        if chat.group and post["from"]["id"] != self.me["id"] and "can_delete_messages" not in (chat.rights or ()):
            raise bad_request("message can't be deleted")
        if self.unix_now() - post["date"] > DELETE_SECONDS:
            raise bad_request("message can't be deleted for everyone")
        del chat.posts[post["message_id"]]
        self.changed()
        return True

    def _answer_callback_query(self, parameters: JSON, files: Files) -> bool:
        query_id = str(parameters.get("callback_query_id", ""))
        text = str(parameters.get("text", ""))
        if len(text) > ANSWER_LIMIT:
            raise bad_request("MESSAGE_TOO_LONG")
        person_id, at = self._queries.get(query_id, (0, float("-inf")))
        now = self.clock.now().timestamp()
        if now - at > TAP_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self.answers.append(
            {
                "query_id": query_id,
                "person_id": person_id,
                "text": text,
                "show_alert": bool(parameters.get("show_alert", False)),
                "at": now,
            }
        )
        self.changed()
        return True

    def _send_chat_action(self, parameters: JSON, files: Files) -> bool:
        chat = self.reachable(parameters)
        chat.action = str(parameters.get("action", ""))
        if not re.fullmatch(r"typing|(?:upload|record)_\w+|choose_sticker|find_location", chat.action):
            raise bad_request("wrong parameter action in request")
        self.changed()
        return True

    # The bot's own face

    def _get_me(self, parameters: JSON, files: Files) -> JSON:
        abilities = dict.fromkeys(
            (
                "can_join_groups",
                "can_read_all_group_messages",
                "supports_inline_queries",
                "can_connect_to_business",
                "has_main_web_app",
            ),
            False,
        )
        return {**self.me, **abilities}

    def _set_my_commands(self, parameters: JSON, files: Files) -> bool:
        commands = parameters.get("commands")
        if not isinstance(commands, list) or len(commands) > 100:
            raise bad_request("can't parse commands list")
        for command in commands:
            if not BOT_COMMAND.fullmatch(str(command.get("command", ""))):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        scope = parameters.get("scope") or {}
        if scope.get("type") == "chat":
            self._known(scope)
        self._commands[_scope(parameters)] = commands
        self.changed()
        return True

    def _get_my_commands(self, parameters: JSON, files: Files) -> list[JSON]:
        return self._commands.get(_scope(parameters), [])

    def _delete_my_commands(self, parameters: JSON, files: Files) -> bool:
        scope = parameters.get("scope") or {}
        if scope.get("type") == "chat":
            self._known(scope)
        self._commands.pop(_scope(parameters), None)
        self.changed()
        return True

    def set_text_about(self, kind: str, parameters: JSON, limit: int) -> bool:
        """Sets name, description or short_description for one language."""
        text = str(parameters.get(kind, ""))
        if len(text) > limit:
            raise bad_request(f"bot {kind.replace('_', ' ')} is too long")
        self._texts[kind, str(parameters.get("language_code", ""))] = text
        self.changed()
        return True

    def _set_my_profile_photo(self, parameters: JSON, files: Files) -> bool:
        photo = parameters.get("photo")
        given = json.loads(photo) if isinstance(photo, str) else photo
        if not isinstance(given, dict) or given.get("type") not in {"static", "animated"}:
            raise bad_request("can't parse input profile photo JSON object")
        kind = "photo" if given["type"] == "static" else "animation"
        stored = self._media(kind, kind, given.get(kind), files)["photo"]
        self.profile_photos.insert(0, stored)
        self.changed()
        return True

    def _get_user_profile_photos(self, parameters: JSON, files: Files) -> JSON:
        photos = self.profile_photos if integer(parameters, "user_id", 0) == self.me["id"] else []
        limit = integer(parameters, "limit", 100)
        return {"total_count": len(photos), "photos": photos[:limit]}

    # Chats, files, the webhook

    def _get_chat(self, parameters: JSON, files: Files) -> JSON:
        chat = self.reachable(parameters) if parameters.get("chat_id") in self._chats else self._known(parameters)
        return {**self.chat_json(chat), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}

    def _leave_chat(self, parameters: JSON, files: Files) -> bool:
        chat = self.reachable(parameters)
        if not chat.group:
            raise bad_request("chat member status can't be changed in private chats")
        chat.blocked = True
        return True

    def _get_file(self, parameters: JSON, files: Files) -> JSON:
        file_id = str(parameters.get("file_id", ""))
        if file_id not in self._files:
            raise bad_request("invalid file_id")
        stored = self._files[file_id]
        unique = file_id.split("-")[-1]
        return {
            "file_id": file_id,
            "file_unique_id": unique,
            "file_size": len(stored.content),
            "file_path": f"files/{unique}",
        }

    def _set_webhook(self, parameters: JSON, files: Files) -> bool:
        self._webhook = str(parameters.get("url", ""))
        if parameters.get("drop_pending_updates"):
            self._updates.clear()
        return True

    def _delete_webhook(self, parameters: JSON, files: Files) -> bool:
        return self._set_webhook({**parameters, "url": ""}, files)

    def _get_webhook_info(self, parameters: JSON, files: Files) -> JSON:
        return {
            "url": self._webhook,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }

    # Shared by people and methods

    def unix_now(self) -> int:
        return int(self.clock.now().timestamp())

    def changed(self) -> None:
        """Tells whoever watches the screens."""
        self.version += 1
        self._change_bell.ring()

    def stamp(self, post: JSON, *, edited: bool = False) -> None:
        """Marks a message as new or edited with the change that is about to be told."""
        post["_version"] = self.version + 1
        if edited:
            post["edit_date"] = self.unix_now()

    def new_query(self, person_id: int) -> str:
        query_id = str(self._next_query_id)
        self._next_query_id += 1
        self._queries[query_id] = (person_id, self.clock.now().timestamp())
        return query_id

    def new_post(self, chat: Chat, sender: JSON, content: JSON) -> JSON:
        post: JSON = {
            "message_id": self._next_message_id,
            "from": sender,
            "chat": self.chat_json(chat),
            "date": self.unix_now(),
            **content,
        }
        self._next_message_id += 1
        self.stamp(post)
        chat.posts[post["message_id"]] = post
        return post

    def file_ids(self, kind: str) -> JSON:
        unique = f"{kind}{self._next_file}"
        self._next_file += 1
        return {"file_id": f"local-{unique}", "file_unique_id": unique}

    def chat_json(self, chat: Chat) -> JSON:
        if chat.group:
            kind = "group" if chat.basic else "supergroup"
            return {"id": chat.id, "type": kind, "title": chat.title, **({"is_forum": True} if chat.forum else {})}
        names = ("first_name", "username")
        user = self._people[chat.id].user
        return {"id": chat.id, "type": "private", **{name: user[name] for name in names if name in user}}

    def outward(self, post: JSON) -> JSON:
        """The message as the Bot API shows it."""
        shown = {name: value for name, value in post.items() if not name.startswith("_")}
        if "inline_keyboard" in (markup := post.get("_markup") or {}):
            shown["reply_markup"] = markup
        return shown

    def _known(self, parameters: JSON) -> Chat:
        chat_id = parameters.get("chat_id")
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        chat = self._chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def reachable(self, parameters: JSON) -> Chat:
        chat = self._known(parameters)
        if chat.moved_to:
            moved = {"migrate_to_chat_id": chat.moved_to}
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
        if chat.gone:
            raise Refusal(403, "Forbidden: the group chat was deleted")
        if chat.blocked and chat.group:
            raise Refusal(403, "Forbidden: bot is not a member of the supergroup chat")
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return chat

    def _editable(self, parameters: JSON) -> JSON:
        chat = self.reachable(parameters)
        count(chat, self.clock.now().timestamp())
        post = chat.posts.get(integer(parameters, "message_id", 0))
        if post is None:
            raise bad_request("message to edit not found")
        if (
            post["from"]["id"] != self.me["id"]
            or "_service" in post
            or ("_markup" in post and "inline_keyboard" not in post["_markup"])
        ):
            raise bad_request("message can't be edited")
        return post

    def _text(self, parameters: JSON, name: str, entities_name: str, limit: int) -> JSON:
        """Text and entities of a message or caption, parsed and measured."""
        given = clean(str(parameters.get(name, "")))
        mode = str(parameters.get("parse_mode", ""))
        if mode.lower() == "html":
            try:
                text, entities = parse_html(given)
            except ParseError as error:
                raise bad_request(f"can't parse entities: {error}") from None
        elif mode:
            raise bad_request("unsupported parse_mode")
        else:
            text, entities = given.strip(), list(parameters.get(entities_name) or [])
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise bad_request("strings must be encoded in UTF-8")
        if len(text) > limit:
            raise bad_request("message is too long" if name == "text" else "message caption is too long")
        content: JSON = {"_html": given if mode else None}
        if text or name == "text":
            content[name] = text
        if entities := detect(text, entities):
            content[entities_name] = entities
        return content

    def _media(self, kind: str, field_name: str, value: Any, files: Files) -> JSON:
        name = str(value).removeprefix("attach://") if value else field_name
        if name in files:
            file_name, content = files[name]
            if not content:
                raise bad_request("file must be non-empty")
            if len(content) > (PHOTO_LIMIT if kind == "photo" else UPLOAD_LIMIT):
                raise Refusal(413, "Request Entity Too Large")
            ids = self.file_ids(kind)
            self._files[ids["file_id"]] = StoredFile(file_name, content)
        elif value in self._files:
            ids = {"file_id": value, "file_unique_id": str(value).split("-")[-1]}
        else:
            raise bad_request("wrong file identifier/HTTP URL specified")
        stored = self._files[ids["file_id"]]
        described: JSON = {**ids, "file_size": len(stored.content)}
        if kind == "photo":
            return {"photo": [{**described, **measures(stored.content)}]}
        described["file_name"] = stored.name
        if kind == "animation":
            return {"animation": {**described, **measures(stored.content), "duration": 1}}
        return {"document": described}

    def _post(self, chat: Chat, parameters: JSON, content: JSON) -> JSON:
        markup = reply_markup(parameters)
        count(chat, self.clock.now().timestamp())
        content |= thread_of(chat, parameters)
        if isinstance(reply := parameters.get("reply_parameters"), dict):
            original = chat.posts.get(reply.get("message_id", 0))
            if original is not None:
                content["reply_to_message"] = self.outward(original)
            elif not reply.get("allow_sending_without_reply"):
                raise bad_request("message to be replied not found")
        content["_after"] = chat.done
        content["_silent"] = bool(parameters.get("disable_notification", False))
        if markup is not None:
            content["_markup"] = markup
        post = self.new_post(chat, self.me, content)
        match markup:
            case {"keyboard": _}:
                chat.reply_keyboard = markup
            case {"remove_keyboard": True}:
                chat.reply_keyboard = None
        chat.action = None
        self.changed()
        return self.outward(post)

    def _edit(self, post: JSON, content: JSON, markup: JSON | None) -> JSON:
        body = ("text", "entities", "caption", "caption_entities", "document", "photo", "animation")
        before = {name: post[name] for name in body if name in post}
        after = {name: content[name] for name in body if name in content} if content else before
        if after == before and (markup or None) == (post.get("_markup") or None):
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        for name in before:
            del post[name]
        post.update(after)
        if content:
            post["_html"] = content["_html"]
        post["_after"] = self._chats[post["chat"]["id"]].done
        post.pop("_markup", None)
        if markup:
            post["_markup"] = markup
        self.stamp(post, edited=True)
        self.changed()
        return self.outward(post)


def _plain(name: str, value: Any) -> Any:
    """A value as sent: all but texts may arrive as JSON."""
    if not isinstance(value, str) or name in _TEXTS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


_TEXTS = {
    "text",
    "caption",
    "callback_query_id",
    "description",
    "short_description",
    "name",
    "url",
    "file_id",
    "document",
    "photo",
    "animation",
    "language_code",
    "parse_mode",
    "action",
    "icon_custom_emoji_id",
}


def _scope(parameters: JSON) -> tuple[str, str]:
    scope = parameters.get("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    owner = ":".join(str(scope[name]) for name in ("chat_id", "user_id") if name in scope)
    return (f"{kind}:{owner}" if owner else kind, str(parameters.get("language_code", "")))


def measures(content: bytes) -> JSON:
    """Width and height in pixels, read from a PNG or an MP4; other kinds get a common size."""
    if content.startswith(PNG) and len(content) >= 24:
        width, height = content[16:20], content[20:24]
    elif TRACK in content and (begin := content.index(TRACK) + 80) <= len(content) - 8:
        # The whole pixels of a number with sixteen bits behind its point.
        width, height = content[begin : begin + 2], content[begin + 4 : begin + 6]
    else:
        return {"width": 800, "height": 600}
    return {"width": int.from_bytes(width, "big"), "height": int.from_bytes(height, "big")}


def _text_methods(name: str, kind: str, limit: int) -> dict[str, Callable[[LocalTelegram, JSON, Files], Any]]:
    """setMyX and getMyX of one of the texts about the bot."""
    return {
        f"setmy{name}": lambda telegram, parameters, files: telegram.set_text_about(kind, parameters, limit),
        f"getmy{name}": lambda telegram, parameters, files: {
            kind: telegram.text_about(kind, str(parameters.get("language_code", "")))
        },
    }


_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
_COPIED = (
    *("text", "entities", "caption", "caption_entities"),
    *("photo", "voice", "document", "animation", "sticker", "location", "contact", "dice"),
)

_METHODS: dict[str, Callable[[LocalTelegram, JSON, Files], Any]] = {
    "getme": LocalTelegram._get_me,
    "sendmessage": LocalTelegram._send_message,
    "copymessage": LocalTelegram._copy_message,
    "senddocument": LocalTelegram._send_document,
    "sendphoto": LocalTelegram._send_photo,
    "sendanimation": LocalTelegram._send_animation,
    "sendchataction": LocalTelegram._send_chat_action,
    "editmessagetext": LocalTelegram._edit_message_text,
    "editmessagecaption": LocalTelegram._edit_message_caption,
    "editmessagereplymarkup": LocalTelegram._edit_message_reply_markup,
    "editmessagemedia": LocalTelegram._edit_message_media,
    "deletemessage": LocalTelegram._delete_message,
    "answercallbackquery": LocalTelegram._answer_callback_query,
    "setmyprofilephoto": LocalTelegram._set_my_profile_photo,
    "getuserprofilephotos": LocalTelegram._get_user_profile_photos,
    "setmycommands": LocalTelegram._set_my_commands,
    "getmycommands": LocalTelegram._get_my_commands,
    "deletemycommands": LocalTelegram._delete_my_commands,
    **_text_methods("name", "name", 64),
    **_text_methods("description", "description", 512),
    **_text_methods("shortdescription", "short_description", 120),
    **GROUP_METHODS,
    "getchat": LocalTelegram._get_chat,
    "leavechat": LocalTelegram._leave_chat,
    "getfile": LocalTelegram._get_file,
    "setwebhook": LocalTelegram._set_webhook,
    "deletewebhook": LocalTelegram._delete_webhook,
    "getwebhookinfo": LocalTelegram._get_webhook_info,
}
"""Method names are not case sensitive, as at the real server."""
