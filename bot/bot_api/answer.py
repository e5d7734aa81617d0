"""What an HTTP answer of Telegram's means: only status 200 with `ok: true` says that it has the call."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bot.bot_api.errors import Flood, MaybeSent, Rejected

LONGEST_RETRY_AFTER: Final = 86_400.0


@dataclass
class Receipt:
    """Whether Telegram accepted the call, whatever the library then makes of the body."""

    accepted: bool = False


_receipt: contextvars.ContextVar[Receipt | None] = contextvars.ContextVar("receipt", default=None)


@contextmanager
def receipt() -> Iterator[Receipt]:
    """Watch the calls made inside the block.

    An accepted call whose answer lacks a field the library needs still raises, as a `KeyError` or
    `TypeError`. The receipt then says that the message is out and must not be repeated.
    """
    watched = Receipt()
    before = _receipt.set(watched)
    try:
        yield watched
    finally:
        _receipt.reset(before)


class Answer(msgspec.Struct):
    """The envelope of every answer. The result stays raw: the outcome must not hang on its shape."""

    ok: Any = None
    error_code: Any = None
    description: Any = None
    parameters: Any = None
    result: msgspec.Raw = msgspec.Raw()


_ESCAPES: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_BEGINS_OK: Final = re.compile(r'\{\s*"ok"\s*:\s*true\s*,')


def judge(status: int, body: bytes) -> bytes:
    """Return the body if it means success, and raise what it means otherwise.

    Raises: Flood, MaybeSent, Rejected.
    """
    answer = _read(body)
    if status == 200 and answer.ok is True:
        if (watched := _receipt.get()) is not None:
            watched.accepted = True
        return body
    if status == 429:
        raise Flood(_retry_after(answer))
    if status >= 500:
        raise MaybeSent(f"server error ({status})")
    if answer.ok is False:
        code = answer.error_code if status < 400 and type(answer.error_code) is int else status
        if code == 429:
            raise Flood(_retry_after(answer))
        if code >= 500:
            raise MaybeSent(f"server error ({code})")
        raise Rejected(code, answer.description if isinstance(answer.description, str) else "")
    if status in (401, 404, 413):  # these mean the same when a server in front of Telegram's says so
        raise Rejected(status, "")
    if 300 <= status < 400:
        raise MaybeSent(f"redirect ({status})")
    raise MaybeSent(f"not an answer of Telegram's ({status})")


def _read(body: bytes) -> Answer:
    text = mended(body).strip()
    try:
        return msgspec.json.decode(text, type=Answer)
    except (RecursionError, msgspec.DecodeError):  # one thing in it is broken, or nested beyond reading
        return Answer(ok=(_BEGINS_OK.match(text) is not None and text.endswith("}")) or None)


def mended(body: bytes) -> str:
    """The text of an answer, with a mark where a character is broken: one such must not hide all the others."""
    text = body.decode("utf-8", "replace")
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _ESCAPES.sub(lambda escape: "\\ufffd" if escape["half"] else escape[0], text)


def _retry_after(answer: Answer) -> float | None:
    told = answer.parameters.get("retry_after") if isinstance(answer.parameters, dict) else None
    if isinstance(told, bool) or not isinstance(told, int | float) or not told >= 0:
        return None
    return float(min(told, LONGEST_RETRY_AFTER))
