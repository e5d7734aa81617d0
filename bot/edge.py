"""The edge to Telegram: carries calls over HTTP and says truthfully what became of each.

An answer has one of four outcomes, and the type tells which, so that the record of a delivery can
follow it without reading any text:

    returned    HTTP 200 with `ok: true`: Telegram has it
    NotSent     it provably never reached Telegram, or was held off by a 429 (`Flood`)
    MaybeSent   the request left and no usable answer came back
    Rejected    Telegram, or whoever answers at its address, said a definite no

The three exceptions derive from `telegram.error.TelegramError` because that is the one family
python-telegram-bot lets through untouched from `BaseRequest.do_request`; anything else it wraps into
a `NetworkError` that quotes the original. They derive from none of its concrete classes, so no code
of the library mistakes them for an `InvalidToken` and quotes the token.
"""

from __future__ import annotations

import contextvars
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import msgspec
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput

CONNECT_SECONDS: Final = 10.0
WRITE_SECONDS: Final = 20.0
READ_SECONDS: Final = 30.0  # over-quota sends are at times delayed by many seconds, yet delivered
KEEP_ALIVE_SECONDS: Final = 4.0  # a connection the server has dropped looks like a lost answer
CONNECTIONS: Final = 64
LONGEST_RETRY_AFTER: Final = 86_400.0


class Kind(StrEnum):
    """Why Telegram said no."""

    BLOCKED = "blocked"
    CHAT_NOT_FOUND = "chat_not_found"
    BAD_CONTENT = "bad_content"
    BAD_FILE = "bad_file"
    NOT_MODIFIED = "not_modified"
    MESSAGE_GONE = "message_gone"
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
    401: Kind.UNAUTHORIZED,
    404: Kind.WRONG_ADDRESS,
    409: Kind.CONFLICT,
}

_OF_THE_PERSON: Final = ("blocked", "deactivated")
# Telegram tells its 400s apart by text alone. The texts are those of its open Bot API server
# (tdlib/telegram-bot-api, Client.cpp) and of the errors it passes on from the core.
_BY_TEXT: Final = (
    ("message is not modified", Kind.NOT_MODIFIED),
    ("query is too old", Kind.TOO_OLD),
    ("query id is invalid", Kind.TOO_OLD),
    ("query_id_invalid", Kind.TOO_OLD),
    ("chat not found", Kind.CHAT_NOT_FOUND),
    ("user not found", Kind.CHAT_NOT_FOUND),
    ("peer_id_invalid", Kind.CHAT_NOT_FOUND),
    ("message to edit not found", Kind.MESSAGE_GONE),
    ("message to delete not found", Kind.MESSAGE_GONE),
    ("message can't be edited", Kind.MESSAGE_GONE),
    ("message can't be deleted", Kind.MESSAGE_GONE),
    ("message_id_invalid", Kind.MESSAGE_GONE),
    ("file identifier", Kind.BAD_FILE),
    ("wrong remote file", Kind.BAD_FILE),
    ("file_reference", Kind.BAD_FILE),
    ("can't parse", Kind.BAD_CONTENT),
    ("is too long", Kind.BAD_CONTENT),
    ("_too_long", Kind.BAD_CONTENT),
    ("is empty", Kind.BAD_CONTENT),
    ("must be non-empty", Kind.BAD_CONTENT),
    ("button_", Kind.BAD_CONTENT),
    ("reply_markup", Kind.BAD_CONTENT),
)


def classify(code: int, description: str) -> Kind:
    """What a definite no means, from its code and, for a 400 or 403, from Telegram's wording."""
    if code == 400:
        text = description.lower()
        return next((kind for words, kind in _BY_TEXT if words in text), Kind.OTHER)
    if code == 403:
        # "bot can't initiate conversation" is what a stranger gets, and so everybody from a bot with another's token.
        own = any(word in description.lower() for word in _OF_THE_PERSON)
        return Kind.BLOCKED if own else Kind.CHAT_NOT_FOUND
    return _BY_CODE.get(code, Kind.OTHER)


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


class _Answer(msgspec.Struct):
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


def _read(body: bytes) -> _Answer:
    text = _mended(body).strip()
    try:
        return msgspec.json.decode(text, type=_Answer)
    except (RecursionError, msgspec.DecodeError):  # one thing in it is broken, or nested beyond reading
        return _Answer(ok=(_BEGINS_OK.match(text) is not None and text.endswith("}")) or None)


def _mended(body: bytes) -> str:
    """The text of an answer, with a mark where a character is broken: one such must not hide all the others."""
    text = body.decode("utf-8", "replace")
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _ESCAPES.sub(lambda escape: "\\ufffd" if escape["half"] else escape[0], text)


def _retry_after(answer: _Answer) -> float | None:
    told = answer.parameters.get("retry_after") if isinstance(answer.parameters, dict) else None
    if isinstance(told, bool) or not isinstance(told, int | float) or not told >= 0:
        return None
    return float(min(told, LONGEST_RETRY_AFTER))


class Edge(BaseRequest):
    """python-telegram-bot's way out, on aiohttp. Logs nothing, follows no redirect, repeats nothing."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ_SECONDS

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and judge its answer; times are in seconds, None means no limit.

        Raises: NotSent, Flood, MaybeSent, Rejected. A GET fetches a file, whose bytes are not judged
        unless the status is an error.
        """
        connect = _limit(connect_timeout, CONNECT_SECONDS)
        write = _limit(write_timeout, WRITE_SECONDS)
        read = _limit(read_timeout, READ_SECONDS)
        whole = None if connect is None or write is None or read is None else connect + write + read
        status, body = await self._exchange(
            method,
            url,
            None if request_data is None else _form(request_data),
            # `connect` covers waiting for a free connection, the name and the handshakes. The whole
            # is bounded as well, since a server may trickle its answer for ever.
            aiohttp.ClientTimeout(total=whole, connect=connect, sock_read=read),
        )
        if method == "GET" and status == 200:
            return status, body
        return status, judge(status, body)

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Read a judged body. The stock method writes every body it cannot read to the log."""
        try:
            answer: JSONDict = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise MaybeSent("an answer that cannot be read") from None
        return answer

    async def _exchange(
        self, method: str, url: str, form: aiohttp.FormData | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("the edge is closed")
        try:
            async with self._session.request(method, url, data=form, timeout=limits, allow_redirects=False) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, OSError) as error:
            trouble = _trouble(error)
        raise trouble  # outside the handler: the original names the URL and would ride along as context


def _trouble(error: Exception) -> SendTrouble:
    """What a failure of the connection means. aiohttp raises the first three only before it writes."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return NotSent("no such host")
        case aiohttp.ConnectionTimeoutError():
            return NotSent("no connection in time")
        case aiohttp.ClientConnectorError() | aiohttp.ClientConnectorCertificateError():
            return NotSent("no connection")
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return NotSent("not a web address")
        case TimeoutError():
            return MaybeSent("no answer in time")
        case _:
            return MaybeSent("connection cut")


def _limit(given: ODVInput[float], default: float) -> float | None:
    return default if given is BaseRequest.DEFAULT_NONE else given  # type: ignore[return-value]


def _form(request_data: RequestData) -> aiohttp.FormData | None:
    fields = request_data.json_parameters
    if not fields and not request_data.contains_files:
        return None
    form = aiohttp.FormData(fields, quote_fields=False)  # Telegram keeps a quoted file name as it is
    if request_data.contains_files:
        for name, (file_name, content, media_type) in request_data.multipart_data.items():
            form.add_field(name, content, filename=file_name, content_type=media_type)
    return form


class WebhookInfo(msgspec.Struct):
    """What Telegram says of the webhook: `url` is empty when none is set, the date is in seconds since 1970."""

    url: str = ""
    pending_update_count: int = 0
    last_error_date: int = 0
    last_error_message: str = ""


class _InfoAnswer(msgspec.Struct):
    result: WebhookInfo


class Inbox:
    """The calls that intake makes, as Telegram answers them, each update still in its own JSON.

    The library reads a whole batch into objects at once, so one update it cannot read would keep the
    other 99. `base_url` is the address up to and including the token.
    """

    def __init__(self, request: BaseRequest, base_url: str) -> None:
        self._request = request
        self._base_url = base_url

    async def get_updates(self, offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]:
        """Fetch up to 100 updates, waiting `wait` seconds for the first; confirms all below `offset`.

        Raises: SendTrouble.
        """
        parameters: dict[str, object] = {"timeout": wait, "allowed_updates": list(allowed_updates)}
        if offset is not None:
            parameters["offset"] = offset
        return split_updates(await self._call("getUpdates", parameters, wait + CONNECT_SECONDS))

    async def get_me(self) -> None:
        """Ask whether the token and the address are right. Raises: SendTrouble."""
        await self._call("getMe", {}, CONNECT_SECONDS)

    async def has_webhook(self) -> bool:
        """Whether Telegram delivers this bot's updates to some address, and so lets nobody fetch them."""
        return bool((await self.webhook_info()).url)

    async def webhook_info(self) -> WebhookInfo:
        """Where Telegram delivers to, and how that goes. Raises: SendTrouble."""
        try:
            return msgspec.json.decode(await self._call("getWebhookInfo", {}, CONNECT_SECONDS), type=_InfoAnswer).result
        except msgspec.DecodeError:
            raise MaybeSent("an answer that cannot be read") from None

    async def set_webhook(self, url: str, secret: str, allowed_updates: Sequence[str], connections: int) -> None:
        """Have Telegram deliver to an address; what is pending is delivered too. Raises: SendTrouble."""
        parameters: dict[str, object] = {
            "url": url,
            "secret_token": secret,
            "allowed_updates": list(allowed_updates),
            "max_connections": connections,
        }
        await self._call("setWebhook", parameters, READ_SECONDS)

    async def delete_webhook(self) -> None:
        """Have updates fetched again; what is pending stays. Raises: SendTrouble."""
        await self._call("deleteWebhook", {}, READ_SECONDS)

    async def _call(self, method: str, parameters: dict[str, object], read_timeout: float) -> bytes:
        status, body = await self._request.do_request(
            url=f"{self._base_url}/{method}",
            method="POST",
            request_data=RequestData([RequestParameter(name, value, None) for name, value in parameters.items()]),
            read_timeout=read_timeout,
        )
        return judge(status, body)


_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def split_updates(body: bytes) -> list[bytes]:
    """The elements of a judged answer's `result`, unread, so that a broken one stays alone.

    Up to the first broken one, since what seems to follow it may be part of it: whoever asks for more gets the others.
    Raises: MaybeSent when there is no such list.
    """
    clean = _mended(body).encode()
    try:
        result = msgspec.json.decode(clean, type=_Answer).result
    except RecursionError:
        return list(_cut_by_brackets(clean))
    except msgspec.DecodeError:
        if found := list(_up_to_the_first_broken(_cut_by_brackets(clean))):
            return found
        raise MaybeSent("no list of updates") from None
    try:
        return [bytes(one) for one in msgspec.json.decode(result, type=list[msgspec.Raw])]
    except msgspec.DecodeError:
        raise MaybeSent("no list of updates") from None


def _cut_by_brackets(body: bytes) -> Iterator[bytes]:
    """Every object that stands directly in a list of the outermost object; the last may be without its end."""
    depth, start = 0, 0
    for token in _TOKEN.finditer(body):
        if token[0] in b"[{":
            depth += 1
            if depth == 3:
                start = token.start()
        elif token[0] in b"]}":
            if depth == 3:
                yield body[start : token.end()]
            depth -= 1
    if depth >= 3:
        yield body[start:]


def _up_to_the_first_broken(updates: Iterable[bytes]) -> Iterator[bytes]:
    for one in updates:
        yield one
        try:
            msgspec.json.decode(one)
        except (RecursionError, msgspec.DecodeError):
            return
