"""The wire: carries calls to Telegram over HTTP and says truthfully what became of each."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Final

import aiohttp
import msgspec
from telegram.request import BaseRequest, RequestData

from bot.bot_api.answer import judge, judge_beginning
from bot.bot_api.errors import MaybeSent, NotSent, SendTrouble
from bot.bot_api.resolver import LookUp, Resolver

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput

CONNECT_SECONDS: Final = 10.0
WRITE_SECONDS: Final = 20.0
READ_SECONDS: Final = 30.0  # over-quota sends are at times delayed by many seconds, yet delivered
KEEP_ALIVE_SECONDS: Final = 4.0  # a connection the server has dropped looks like a lost answer
CONNECTIONS: Final = 64
IN_JSON: Final = {"Content-Type": "application/json"}
LARGEST_ANSWER: Final = 16 * 2**20  # a hundred updates with the longest texts take some 10 MB


class Client(BaseRequest):
    """python-telegram-bot's way out, on aiohttp. Logs nothing, follows no redirect, repeats nothing."""

    def __init__(self, look_up: LookUp = socket.getaddrinfo) -> None:
        self._look_up = look_up
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ_SECONDS

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS, resolver=Resolver(self._look_up)
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                # What arrives is counted as it is: a small answer must not become a large one.
                headers={"User-Agent": self.USER_AGENT, "Accept-Encoding": "identity"},
                auto_decompress=False,
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
        unless the status is an error. Of an answer over LARGEST_ANSWER bytes no more is read.
        """
        connect = _limit(connect_timeout, CONNECT_SECONDS)
        write = _limit(write_timeout, WRITE_SECONDS)
        read = _limit(read_timeout, READ_SECONDS)
        whole = None if connect is None or write is None or read is None else connect + write + read
        status, body = await self._exchange(
            method,
            url,
            request_data,
            # `connect` covers waiting for a free connection, the name and the handshakes. The whole
            # is bounded as well, since a server may trickle its answer for ever.
            aiohttp.ClientTimeout(total=whole, connect=connect, sock_read=read),
        )
        if len(body) > LARGEST_ANSWER:
            judge_beginning(status, body)
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
        self, method: str, url: str, given: RequestData | None, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("the edge is closed")
        data, kind = _body(given)
        try:
            async with self._session.request(
                method, url, data=data, headers=kind, timeout=limits, allow_redirects=False
            ) as response:
                return response.status, await _read(response)
        except (aiohttp.ClientError, OSError) as error:
            trouble = _trouble(error)
        raise trouble  # outside the handler: the original names the URL and would ride along as context


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, as far as it takes to tell that it is too large."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            response.close()
            break
    return bytes(body)


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


def _body(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """What a call carries, and the header that says how: JSON, or a form where files go along."""
    if request_data is None or not (request_data.contains_files or request_data.parameters):
        return None, {}
    if not request_data.contains_files:
        return msgspec.json.encode(request_data.parameters), IN_JSON
    form = aiohttp.FormData(request_data.json_parameters, quote_fields=False)  # Telegram keeps a quoted name as it is
    for name, (file_name, content, media_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form, {}
