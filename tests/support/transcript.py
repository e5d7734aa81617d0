"""What was said in one chat, as a text to read: made from the calls the bot made and the updates it fetched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from textwrap import indent
from typing import Any
from zoneinfo import ZoneInfo

from bot.bot_api.html import clean, parse_html
from bot.local_telegram.telegram import Call, LocalTelegram

JSON = dict[str, Any]


def transcript(telegram: LocalTelegram, zone: str, since: float = 0) -> str:
    """Every message, tap and edit in order, under local dates and at local times of that zone.

    It begins at an instant (Unix seconds) where one is named.
    """
    local = ZoneInfo(zone)
    lines: list[str] = []
    date = ""
    for at, who, said in _Told(telegram.log).entries():
        if at < since:
            continue
        moment = datetime.fromtimestamp(at, UTC).astimezone(local)
        if (today := f"{moment:%A %-d %B %Y}") != date:
            date = today
            lines.append(f"═══ {date} ═══\n")
        lines.append(f"{moment:%H:%M} {who}\n{indent(said, '    ')}\n")
    return "\n".join(lines)


class _Told:
    """Goes through the calls once, remembering which keyboard stands under which message."""

    def __init__(self, log: list[Call]) -> None:
        self._log = log
        self._labels: dict[int, dict[str, str]] = {}
        self._seen: set[int] = set()

    def entries(self) -> Iterator[tuple[float, str, str]]:
        """When (Unix seconds), who, and what."""
        for call in self._log:
            if not call.delivered or not isinstance(call.body, dict):
                continue
            result, given = call.body["result"], call.parameters
            match call.method:
                case "getUpdates":
                    for update in result:
                        if update["update_id"] not in self._seen:
                            self._seen.add(update["update_id"])
                            yield call.at, "You", self._done(update)
                case "sendMessage":
                    silent = " (silent)" if given.get("disable_notification") else ""
                    yield call.at, "Bot" + silent, self._shown(result["message_id"], given, "text")
                case "sendAnimation" | "sendPhoto":
                    yield call.at, "Bot, with a picture", self._shown(result["message_id"], given, "caption")
                case "editMessageText":
                    yield call.at, "Bot, in place", self._shown(result["message_id"], given, "text")
                case "editMessageCaption":
                    yield call.at, "Bot, in place", self._shown(result["message_id"], given, "caption")
                case "editMessageMedia":
                    given = {**given, "caption": given["media"]["caption"]}
                    yield call.at, "Bot, another picture", self._shown(result["message_id"], given, "caption")
                case "deleteMessage":
                    yield call.at, "Bot, in place", "the message is gone"
                case "editMessageReplyMarkup":
                    yield call.at, "Bot, in place", "the buttons are gone"
                case "sendDocument":
                    name = result["document"]["file_name"]
                    yield call.at, "Bot", f"file {name}\n" + self._shown(result["message_id"], given, "caption")
                case "answerCallbackQuery" if given.get("text"):
                    yield call.at, "Bot, over the button", given["text"]

    def _done(self, update: JSON) -> str:
        if tap := update.get("callback_query"):
            labels = self._labels.get(tap["message"]["message_id"], {})
            return f"[{labels.get(tap['data'], tap['data'])}]"
        message = update.get("message", {})
        if "text" in message:
            return str(message["text"])
        kinds = ("location", "voice", "photo", "sticker", "my_chat_member", "edited_message")
        return "(" + next(kind for kind in kinds if kind in message or kind in update) + ")"

    def _shown(self, message: int, given: JSON, text: str) -> str:
        plain, _ = parse_html(clean(given.get(text, "")))
        markup = given.get("reply_markup") or {}
        rows = markup.get("inline_keyboard", [])
        self._labels[message] = {
            button["callback_data"]: button["text"] for row in rows for button in row if "callback_data" in button
        }
        keys = [" ".join(f"[{button['text']}]" for button in row) for row in rows]
        keys += [" ".join(f"<{button['text']}>" for button in row) for row in markup.get("keyboard", [])]
        return "\n".join([plain, *keys])
