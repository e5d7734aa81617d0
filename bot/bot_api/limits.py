"""What Telegram refuses: its limits, and its checks of keyboards."""

from __future__ import annotations

import re
from typing import Any

JSON = dict[str, Any]

TEXT_LIMIT = 4096  # code points after parsing; Bot API, sendMessage
STYLES = ("primary", "success", "danger")  # of a button; Bot API 9.4, InlineKeyboardButton
CAPTION_LIMIT = 1024  # likewise; Bot API, sendDocument
CALLBACK_DATA_LIMIT = 64  # bytes; Bot API, InlineKeyboardButton
ANSWER_LIMIT = 200  # code points; Bot API, answerCallbackQuery
COMMAND_LIMIT, NAME_LIMIT = 256, 64  # code points; Bot API, BotCommand and setMyName
DESCRIPTION_LIMIT, SHORT_LIMIT = 512, 120  # likewise; Bot API, setMyDescription, setMyShortDescription
ENTITIES_LIMIT = 100  # what Telegram keeps of a message's; Bot API server
BUTTONS_LIMIT = 100  # Bot API server, inline keyboards
UPLOAD_LIMIT = 50_000_000  # bytes; Bot API, sendDocument
PHOTO_LIMIT = 10_000_000  # bytes; Bot API, sendPhoto
TOPIC_NAME_LIMIT = 128  # code points; Bot API, createForumTopic
GROUP_CALLS, GROUP_SECONDS = 20, 60.0  # what a bot may send to one group; Bots FAQ, "hitting limits"
TAP_SECONDS = 150  # how long a tap waits to be fetched, and to be answered; telegram-bot-api, Client.cpp


class Refusal(Exception):
    """Telegram's definite no."""

    def __init__(self, status: int, description: str, parameters: JSON | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters
        """Bot API, ResponseParameters."""


def bad_request(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def integer(parameters: JSON, name: str, default: int) -> int:
    """A whole number among the parameters. Raises Refusal for anything else."""
    value = parameters.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise bad_request(f'parameter "{name}" must be an integer')
    return value


def inline_markup(parameters: JSON) -> JSON | None:
    """The inline keyboard of an edit, checked; None takes the old one away. Raises Refusal."""
    markup = reply_markup(parameters)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def reply_markup(parameters: JSON) -> JSON | None:
    """The reply markup, checked; an empty inline keyboard is none. Raises Refusal."""
    markup = parameters.get("reply_markup")
    if markup in (None, "", {}):
        return None
    if not isinstance(markup, dict):
        raise bad_request("can't parse reply keyboard markup JSON object")
    if "inline_keyboard" in markup:
        rows = [row for row in _rows(markup["inline_keyboard"]) if row]
        if sum(map(len, rows)) > BUTTONS_LIMIT:
            raise bad_request("REPLY_MARKUP_TOO_LONG")
        for row in rows:
            for button in row:
                _check_inline_button(button)
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        rows = [
            [{"text": button} if isinstance(button, str) else button for button in row]
            for row in _rows(markup["keyboard"])
        ]
        if any(not _button_text(button) for row in rows for button in row):
            raise bad_request('can\'t parse keyboard button: Field "text" must be non-empty')
        if len(str(markup.get("input_field_placeholder", ""))) > 64:
            raise bad_request("input field placeholder is too long")
        return {**markup, "keyboard": rows}
    if "remove_keyboard" in markup or "force_reply" in markup:
        return markup
    raise bad_request("object expected as reply markup")


def _rows(value: Any) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request('field "inline_keyboard" must be of type Array of Arrays')
    return value


def _button_text(button: Any) -> str:
    text = button.get("text") if isinstance(button, dict) else None
    return text if isinstance(text, str) else ""


def _check_inline_button(button: Any) -> None:
    if not _button_text(button):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if button.get("style", STYLES[0]) not in STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    if "url" in button:
        if not re.match(r"(?:https?|tg)://\S+", str(button["url"])):
            raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    elif "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID")
    elif not {"copy_text", "web_app", "switch_inline_query"} & button.keys():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
