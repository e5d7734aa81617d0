"""What can become of a call to Telegram other than success, told by type, so that nobody has to read any text.

    NotSent     it provably never reached Telegram, or was held off by a 429 (`Flood`)
    MaybeSent   the request left and no usable answer came back
    Rejected    Telegram, or whoever answers at its address, said a definite no

They derive from `telegram.error.TelegramError` because that is the one family python-telegram-bot lets through
untouched from `BaseRequest.do_request`; anything else it wraps into a `NetworkError` that quotes the original. They
derive from none of its concrete classes, so no code of the library mistakes them for an `InvalidToken` and quotes the
token.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from telegram.error import TelegramError


class RejectionKind(StrEnum):
    """Why Telegram said no."""

    BLOCKED = "blocked"
    CHAT_NOT_FOUND = "chat_not_found"
    BAD_CONTENT = "bad_content"
    BAD_FILE = "bad_file"
    NOT_MODIFIED = "not_modified"
    MESSAGE_GONE = "message_gone"
    TOPIC_GONE = "topic_gone"
    TOPIC_CLOSED = "topic_closed"
    NO_RIGHT = "no_right"
    TOO_OLD = "too_old"
    UNAUTHORIZED = "unauthorized"
    WRONG_ADDRESS = "wrong_address"
    CONFLICT = "conflict"
    OTHER = "other"


class SendTrouble(TelegramError):
    """A call that did not end in `ok: true`. `reason` is a few fixed words: no URL, token or text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotSent(SendTrouble):
    """The call never reached Telegram (no connection, no address) and may be made again."""

    retry_after: float | None = None


class Flood(NotSent):
    """Telegram held the call off (429); `retry_after` is in seconds, None when it did not say."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("flood")
        self.retry_after = retry_after


class MaybeSent(SendTrouble):
    """The call left and its fate is unknown: a time-out, a cut connection, a 5xx, an odd answer."""


class Rejected(SendTrouble):
    """Telegram answered no. `description` is its own wording and may quote content: never log it."""

    def __init__(self, code: int, description: str) -> None:
        self.code = code
        self.description = description
        self.kind = classify(code, description)
        super().__init__(f"{self.kind} ({code})")


_BY_CODE: Final = {
    401: RejectionKind.UNAUTHORIZED,
    404: RejectionKind.WRONG_ADDRESS,
    409: RejectionKind.CONFLICT,
}

_OF_THE_PERSON: Final = ("blocked", "deactivated")
# Telegram tells its 400s apart by text alone. The texts are those of its open Bot API server
# (tdlib/telegram-bot-api, Client.cpp) and of the errors it passes on from the core.
_BY_TEXT: Final = (
    ("message is not modified", RejectionKind.NOT_MODIFIED),
    ("topic_not_modified", RejectionKind.NOT_MODIFIED),
    ("message thread not found", RejectionKind.TOPIC_GONE),
    ("topic_id_invalid", RejectionKind.TOPIC_GONE),
    ("topic_deleted", RejectionKind.TOPIC_GONE),
    ("topic_closed", RejectionKind.TOPIC_CLOSED),
    ("not enough rights", RejectionKind.NO_RIGHT),
    ("chat_admin_required", RejectionKind.NO_RIGHT),
    ("chat is not a forum", RejectionKind.NO_RIGHT),
    ("upgraded to a supergroup", RejectionKind.CHAT_NOT_FOUND),
    ("query is too old", RejectionKind.TOO_OLD),
    ("query id is invalid", RejectionKind.TOO_OLD),
    ("query_id_invalid", RejectionKind.TOO_OLD),
    ("chat not found", RejectionKind.CHAT_NOT_FOUND),
    ("user not found", RejectionKind.CHAT_NOT_FOUND),
    ("peer_id_invalid", RejectionKind.CHAT_NOT_FOUND),
    ("message to edit not found", RejectionKind.MESSAGE_GONE),
    ("message to delete not found", RejectionKind.MESSAGE_GONE),
    ("message to pin not found", RejectionKind.MESSAGE_GONE),
    ("message can't be edited", RejectionKind.MESSAGE_GONE),
    ("message can't be deleted", RejectionKind.MESSAGE_GONE),
    ("message_id_invalid", RejectionKind.MESSAGE_GONE),
    ("file identifier", RejectionKind.BAD_FILE),
    ("wrong remote file", RejectionKind.BAD_FILE),
    ("file_reference", RejectionKind.BAD_FILE),
    ("can't parse", RejectionKind.BAD_CONTENT),
    ("is too long", RejectionKind.BAD_CONTENT),
    ("_too_long", RejectionKind.BAD_CONTENT),
    ("is empty", RejectionKind.BAD_CONTENT),
    ("must be non-empty", RejectionKind.BAD_CONTENT),
    ("button_", RejectionKind.BAD_CONTENT),
    ("reply_markup", RejectionKind.BAD_CONTENT),
)


def classify(code: int, description: str) -> RejectionKind:
    """What a definite no means, from its code and, for a 400 or 403, from Telegram's wording."""
    if code == 400:
        text = description.lower()
        return next((kind for words, kind in _BY_TEXT if words in text), RejectionKind.OTHER)
    if code == 403:
        # "bot can't initiate conversation" is what a stranger gets, and so everybody from a bot with another's token.
        own = any(word in description.lower() for word in _OF_THE_PERSON)
        return RejectionKind.BLOCKED if own else RejectionKind.CHAT_NOT_FOUND
    return _BY_CODE.get(code, RejectionKind.OTHER)
