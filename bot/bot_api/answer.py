"""What an HTTP answer of Telegram's means: only status 200 with `ok: true` says that it has the call."""

from __future__ import annotations

import contextvars
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NoReturn

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


_BEGINS_OK: Final = re.compile(r'\{\s*"ok"\s*:\s*true\s*,')


def judge(status: int, body: bytes) -> bytes:
    """Return the body if it means success, and raise what it means otherwise.

    Raises: Flood, MaybeSent, Rejected.
    """
    if status == 200 and _says_ok(body):
        _accept()
        return body
    answer = _read(body)
    if status == 429:
        raise Flood(_retry_after(answer))
    if status >= 500:
        raise MaybeSent(f"server error ({status})")
    if answer.get("ok") is False:
        told, words = answer.get("error_code"), answer.get("description")
        code = told if status < 400 and type(told) is int else status
        if code == 429:
            raise Flood(_retry_after(answer))
        if code >= 500:
            raise MaybeSent(f"server error ({code})")
        raise Rejected(code, words if isinstance(words, str) else "")
    if status in (401, 404, 413):  # these mean the same when a server in front of Telegram's says so
        raise Rejected(status, "")
    if 300 <= status < 400:
        raise MaybeSent(f"redirect ({status})")
    raise MaybeSent(f"not an answer of Telegram's ({status})")


def judge_beginning(status: int, body: bytes) -> NoReturn:
    """Raise what an answer means of which only the beginning was read. The receipt of one that begins well says so.

    Raises: Flood, MaybeSent, Rejected.
    """
    if status == 200 and _BEGINS_OK.match(body[:100].decode("utf-8", "replace").lstrip()):
        _accept()
    else:
        judge(status, b"")
    raise MaybeSent("an answer that is too large")


class _Envelope(msgspec.Struct):
    ok: bool


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


def _says_ok(body: bytes) -> bool:
    """Whether the envelope of an answer says that the call was accepted; what is in it is passed over."""
    try:
        return _ENVELOPE.decode(body).ok
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _read(body).get("ok") is True


def _accept() -> None:
    if (watched := _receipt.get()) is not None:
        watched.accepted = True


def _read(body: bytes) -> dict[str, Any]:
    """The envelope of an answer; of one that is broken somewhere, whether it says that the call was accepted."""
    text = body.decode("utf-8", "replace").strip()
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {"ok": True} if _BEGINS_OK.match(text) and text.endswith("}") else {}
    return answer if isinstance(answer, dict) else {}


def _retry_after(answer: dict[str, Any]) -> float | None:
    parameters = answer.get("parameters")
    told = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(told, bool) or not isinstance(told, int | float) or not told >= 0:
        return None
    return float(min(told, LONGEST_RETRY_AFTER))
