"""A Bot API on loopback that is never the bottleneck: answers each call at once, and notes when each message came.

Run by itself it serves until it is ended, and prints its port first: `python -m tests.long.benchmarks.bot_api`.
Beside Telegram's calls it takes `/updates` (a JSON list to hand out), `/log` (what came since), `/clear`. With
`--far FILE` it is as far as Telegram: it speaks TLS with the certificate and key of that file, and answers after 50 ms.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from typing import Any, Final
from urllib.parse import parse_qs

ROAD: Final = 0.05
"""Seconds until an answer from afar comes."""
ME: Final = {"id": 1000, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
MESSAGES: Final = ("sendMessage", "editMessageText", "sendPhoto")


class BotApi:
    """What it was told, by whichever connection."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.handed_out = 0
        self.log: list[tuple[float, str, int]] = []
        self.waiting: asyncio.Event = asyncio.Event()
        self.numbers = 0

    async def answer(self, method: str, body: bytes, kind: str) -> bytes:
        """The body of an answer."""
        match method:
            case "getUpdates":
                return await self._updates(given(body, kind))
            case "updates":
                self.updates += json.loads(body)
                self.waiting.set()
                return b"{}"
            case "log":
                return json.dumps(self.log).encode()
            case "clear":
                self.log.clear()
                return b"{}"
            case "getMe":
                return _ok(ME)
            case "getMyCommands":
                return _ok([])
            case "getMyName" | "getMyDescription" | "getMyShortDescription":
                return _ok({"name": "", "description": "", "short_description": ""})
            case "getUserProfilePhotos":
                return _ok({"total_count": 0, "photos": []})
            case _ if method in MESSAGES:
                return _ok(self._message(method, given(body, kind)))
            case _:
                return b'{"ok":true,"result":true}'

    def _message(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.numbers += 1
        chat = int(parameters["chat_id"])
        self.log.append((time.monotonic(), method, chat))
        message = {
            "message_id": int(parameters.get("message_id") or self.numbers),
            "from": ME,
            "chat": {"id": chat, "first_name": "Ada", "type": "private"},
            "date": int(time.time()),
            "text": parameters.get("text", ""),
        }
        if markup := parameters.get("reply_markup"):
            message["reply_markup"] = json.loads(markup) if isinstance(markup, str) else markup
        return message

    async def _updates(self, parameters: dict[str, Any]) -> bytes:
        offset = int(parameters.get("offset") or 0)
        self.updates = [each for each in self.updates if each["update_id"] >= offset]
        if not self.updates and int(parameters.get("timeout") or 0):
            self.waiting.clear()
            try:
                async with asyncio.timeout(int(parameters["timeout"])):
                    await self.waiting.wait()
            except TimeoutError:
                pass
        return _ok(self.updates[:100])


def given(body: bytes, kind: str) -> dict[str, Any]:
    """The parameters of a call, of a JSON body or a form."""
    if kind.startswith("application/json"):
        return dict(json.loads(body)) if body else {}
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def _ok(result: object) -> bytes:
    return b'{"ok":true,"result":' + json.dumps(result).encode() + b"}"


class Connection(asyncio.Protocol):
    """HTTP/1.1, as far as the clients of bots speak it: a head, a body of known length or in chunks."""

    def __init__(self, api: BotApi, road: float = 0.0) -> None:
        self._api = api
        self._road = road
        self._came = b""
        self._transport: asyncio.Transport | None = None
        self._line: asyncio.Queue[tuple[str, bytes, str]] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._worker = asyncio.get_running_loop().create_task(self._answer())

    def connection_lost(self, exc: Exception | None) -> None:
        if self._worker is not None:
            self._worker.cancel()

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (read := _request(self._came)) is not None:
            path, body, kind, self._came = read
            self._line.put_nowait((path, body, kind))

    async def _answer(self) -> None:
        assert self._transport is not None
        while True:
            path, body, kind = await self._line.get()
            answer = await self._api.answer(path.rpartition("/")[2], body, kind)
            await asyncio.sleep(self._road)
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
            self._transport.write(head + answer)


def _request(came: bytes) -> tuple[str, bytes, str, bytes] | None:
    """The first request of what came: its path, body, kind of body, and the rest; None until it is whole."""
    head, end, rest = came.partition(b"\r\n\r\n")
    if not end:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    path, _, query = first.split(" ")[1].partition("?")
    if fields.get("transfer-encoding") == "chunked":
        body = b""
        while True:
            size, end, rest = rest.partition(b"\r\n")
            if not end or len(rest) < int(size, 16) + 2:
                return None
            body, rest, last = body + rest[: int(size, 16)], rest[int(size, 16) + 2 :], int(size, 16) == 0
            if last:
                break
    else:
        length = int(fields.get("content-length", 0))
        if len(rest) < length:
            return None
        body, rest = rest[:length], rest[length:]
    return path, body or query.encode(), fields.get("content-type", ""), rest


async def serve(certificate: str) -> None:
    """Serve on a free port until ended; from afar where there is a certificate."""
    api, context, road = BotApi(), None, 0.0
    if certificate:
        context, road = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ROAD
        context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(api, road), "127.0.0.1", 0, ssl=context)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[2] if sys.argv[1:2] == ["--far"] else ""))
