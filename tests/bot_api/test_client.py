"""Each way a call can end, played by a real server on loopback, and what the edge makes of it."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Bot, Message
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.bot_api.answer import judge, receipt
from bot.bot_api.client import LARGEST_ANSWER, READ_SECONDS, Client
from bot.bot_api.errors import Flood, MaybeSent, NotSent, Rejected, RejectionKind, SendTrouble, classify
from bot.bot_api.inbox import Inbox, split_updates

TOKEN = "123456:made-up-secret"
TEXT = "my knee hurts 7 of 10"
MESSAGE = {"message_id": 9, "date": 1_800_000_000, "chat": {"id": 5, "type": "private"}, "text": "hello"}

Answerer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """One request, as (head, body)."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next((int(x[15:]) for x in head.lower().split("\r\n") if x.startswith("content-length:")), 0)
    if "transfer-encoding: chunked" not in head.lower():
        return head, await reader.readexactly(length)
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return head, body


def http(status: int, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def says(status: int, answer: object, *headers: str) -> Answerer:
    """A server that gives this answer to every request."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            writer.write(http(status, body, *headers))

    return answering


def no(code: int, description: str = "No", **parameters: object) -> dict[str, object]:
    answer: dict[str, object] = {"ok": False, "error_code": code, "description": description}
    return answer | ({"parameters": parameters} if parameters else {})


@asynccontextmanager
async def serving(answer: Answerer) -> AsyncIterator[str]:
    """Run a server and give the address of its Bot API, token included."""
    conversations = set()

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.add(asyncio.current_task())
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has left
        finally:
            writer.close()

    server = await asyncio.start_server(conversation, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot{TOKEN}"
    finally:
        server.close()
        for task in conversations:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(task for task in conversations if task), return_exceptions=True)


async def send(base_url: str, read_timeout: float = 5.0) -> tuple[int, bytes]:
    data = RequestData([RequestParameter("chat_id", 5, None), RequestParameter("text", TEXT, None)])
    async with Client() as edge:
        return await edge.do_request(f"{base_url}/sendMessage", "POST", data, read_timeout=read_timeout)


async def trouble_with(answer: Answerer, read_timeout: float = 5.0) -> SendTrouble:
    async with serving(answer) as base_url:
        with pytest.raises(SendTrouble) as caught:
            await send(base_url, read_timeout)
    return caught.value


def assert_tells_nothing(trouble: BaseException) -> None:
    """Neither the exception nor what it hangs on to names the address, the token or the text."""
    link: BaseException | None = trouble
    while link is not None:
        for told in (str(link), repr(link)):
            assert TOKEN not in told
            assert TEXT not in told
            assert "127.0.0.1" not in told
        link = link.__cause__ or link.__context__


async def test_an_answer_with_ok_true_is_returned_as_it_came() -> None:
    async with serving(says(200, {"ok": True, "result": MESSAGE})) as base_url:
        status, body = await send(base_url)
    assert status == 200
    assert json.loads(body)["result"] == MESSAGE


async def test_a_refused_port_is_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, never listening
        with pytest.raises(NotSent) as caught:
            await send(f"http://127.0.0.1:{taken.getsockname()[1]}/bot{TOKEN}")
    assert caught.value.reason == "no connection"
    assert_tells_nothing(caught.value)


async def test_a_name_that_does_not_exist_is_not_sent() -> None:
    with pytest.raises(NotSent) as caught:
        await send(f"http://telegram.invalid/bot{TOKEN}")
    assert_tells_nothing(caught.value)


async def test_a_failed_tls_handshake_is_not_sent() -> None:
    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(http(400, b"this is not TLS"))
        await writer.drain()

    async with serving(speak_plainly) as base_url:
        with pytest.raises(NotSent) as caught:
            await send(base_url.replace("http://", "https://"))
    assert_tells_nothing(caught.value)


async def test_an_address_that_is_none_is_not_sent() -> None:
    with pytest.raises(NotSent) as caught:
        await send(f"telegram/bot{TOKEN}")
    assert_tells_nothing(caught.value)


async def test_a_handshake_that_never_ends_is_not_sent() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with serving(silent) as base_url, Client() as edge:
        with pytest.raises(NotSent) as caught:
            await edge.do_request(base_url.replace("http:", "https:"), "POST", connect_timeout=0.05)
    assert caught.value.reason == "no connection in time"
    assert_tells_nothing(caught.value)


async def test_a_closed_edge_sends_nothing() -> None:
    with pytest.raises(NotSent):
        await Client().do_request(f"http://127.0.0.1:9/bot{TOKEN}/getMe", "POST")


async def test_a_reset_before_the_answer_is_maybe_sent() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    trouble = await trouble_with(reset)
    assert isinstance(trouble, MaybeSent)
    assert trouble.reason == "connection cut"
    assert_tells_nothing(trouble)


async def test_a_reset_in_the_middle_of_the_request_is_maybe_sent() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    assert isinstance(await trouble_with(reset), MaybeSent)


@pytest.mark.parametrize(
    "part", [b"", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + b'{"ok":true']
)
async def test_a_close_before_or_in_the_answer_is_maybe_sent(part: bytes) -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(part)
        await writer.drain()

    trouble = await trouble_with(close)
    assert isinstance(trouble, MaybeSent)
    assert_tells_nothing(trouble)


async def test_a_hang_is_maybe_sent() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.Event().wait()

    trouble = await trouble_with(hang, read_timeout=0.05)
    assert isinstance(trouble, MaybeSent)
    assert trouble.reason == "no answer in time"
    assert_tells_nothing(trouble)


async def test_an_answer_that_trickles_for_ever_is_maybe_sent() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")
        while True:
            writer.write(b" ")
            await asyncio.sleep(0.01)

    async with serving(trickle) as base_url, Client() as edge:
        with pytest.raises(MaybeSent):
            await edge.do_request(base_url, "POST", read_timeout=0.1, write_timeout=0.05, connect_timeout=0.05)


def endless(beginning: bytes, status: int = 200) -> tuple[Answerer, list[int]]:
    """A server whose answer begins so and does not end, and how much of it left, kept up to date."""
    left = [0]

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 %d Whatever\r\nContent-Length: 999999999999\r\n\r\n" % status + beginning)
        while True:
            writer.write(b" " * 2**16)
            await writer.drain()
            left[0] += 2**16

    return pour, left


@pytest.mark.parametrize(
    ("status", "beginning", "outcome", "accepted"),
    [
        (200, b"", MaybeSent, False),
        (200, b'{"ok":false,', MaybeSent, False),
        (200, b' {"ok" : true, "result": {', MaybeSent, True),
        (502, b'{"ok":true,', MaybeSent, False),
        (429, b"<html>", Flood, False),
        (404, b"<html>", Rejected, False),
    ],
)
async def test_of_an_endless_answer_no_more_is_read_than_it_takes_to_tell(
    status: int, beginning: bytes, outcome: type[SendTrouble], accepted: bool
) -> None:
    pour, left = endless(beginning, status)
    async with serving(pour) as base_url:
        with receipt() as watched, pytest.raises(outcome) as caught:
            await send(base_url)
    assert watched.accepted is accepted
    assert left[0] < LARGEST_ANSWER + 2**24  # and what the machine holds on its way
    assert_tells_nothing(caught.value)


async def test_an_endless_file_is_trouble_and_so_is_an_endless_batch() -> None:
    pour, _ = endless(b'{"ok":true,"result":[{"update_id":1},{"update_id":2,"message":"')
    async with serving(pour) as base_url, Client() as edge:
        with pytest.raises(MaybeSent):
            await edge.do_request(f"{base_url}/file", "GET")
        with pytest.raises(MaybeSent):
            await Inbox(edge, base_url).get_updates(None, 0, ["message"])


async def test_a_compressed_answer_is_not_asked_for_and_not_unpacked() -> None:
    heard = []
    packed = gzip.compress(b" " * 2**28)

    async def pack(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await read_request(reader))
        writer.write(http(200, packed, "Content-Encoding: gzip"))

    async with serving(pack) as base_url:
        with pytest.raises(MaybeSent):
            await send(base_url)
    assert "accept-encoding: identity" in heard[0][0].lower()


async def test_the_largest_batch_that_telegram_sends_arrives_whole() -> None:
    update = {"update_id": 7, "message": {"text": "\U0001f9b5" * 4096}}
    batch = {"ok": True, "result": [update] * 100}
    async with serving(says(200, batch)) as base_url, Client() as edge:
        assert len(await Inbox(edge, base_url).get_updates(None, 0, ["message"])) == 100


class NotesTimes(Client):
    """Notes for how long each call may wait for its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[object] = []

    async def do_request(self, url: str, method: str, *given: Any, **more: Any) -> tuple[int, bytes]:
        self.waits.append(more["read_timeout"])
        return 200, b'{"ok":true,"result":[]}'


async def test_intake_waits_for_an_answer_as_long_as_sending_does() -> None:
    edge = NotesTimes()
    inbox = Inbox(edge, "http://127.0.0.1")
    await inbox.get_updates(None, 0, ["message"])
    await inbox.get_updates(None, 30, ["message"])
    await inbox.get_me()
    await inbox.delete_webhook()
    assert edge.waits == [READ_SECONDS, 30 + READ_SECONDS, READ_SECONDS, READ_SECONDS]


def test_a_name_that_nobody_looks_up_delays_no_end() -> None:
    asked, answered = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        asked.set()
        answered.wait(60)
        raise OSError

    async def call() -> None:
        async with Client(look_up) as edge:
            calling = asyncio.create_task(edge.do_request("http://api.telegram.example/bot1/getMe", "POST"))
            await asyncio.to_thread(asked.wait)
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)

    asyncio.run(call())
    assert not answered.is_set()
    answered.set()


async def test_something_that_is_not_http_is_maybe_sent() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"220 mail ready\r\n\r\n")
        await writer.drain()

    assert isinstance(await trouble_with(greet), MaybeSent)


async def test_a_kept_connection_that_the_server_drops_is_maybe_sent_and_not_repeated() -> None:
    requests = 0

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        await read_request(reader)
        requests += 1
        writer.write(http(200, b'{"ok": true, "result": true}'))
        await read_request(reader)
        requests += 1
        writer.transport.abort()

    async with serving(once) as base_url, Client() as edge:
        await edge.do_request(f"{base_url}/getMe", "POST")
        with pytest.raises(MaybeSent):
            await edge.do_request(f"{base_url}/getMe", "POST")
    assert requests == 2


async def test_a_redirect_is_not_followed() -> None:
    paths = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head, _ = await read_request(reader)
            paths.append(head.split()[1])
            writer.write(http(302, b"", "Location: /elsewhere"))

    trouble = await trouble_with(elsewhere)
    assert isinstance(trouble, MaybeSent)
    assert trouble.reason == "redirect (302)"
    assert paths == [f"/bot{TOKEN}/sendMessage"]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
@pytest.mark.parametrize("body", [b"", b"<html>sorry</html>", b'{"ok": true, "result": true}'])
async def test_a_server_error_is_maybe_sent_whatever_its_body(status: int, body: bytes) -> None:
    trouble = await trouble_with(says(status, body))
    assert isinstance(trouble, MaybeSent)
    assert trouble.reason == f"server error ({status})"


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (403, no(403, "Forbidden: bot was blocked by the user"), RejectionKind.BLOCKED),
        (400, no(400, "Bad Request: chat not found"), RejectionKind.CHAT_NOT_FOUND),
        (400, no(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1), RejectionKind.OTHER),
        (401, no(401, "Unauthorized"), RejectionKind.UNAUTHORIZED),
        (404, no(404, "Not Found"), RejectionKind.WRONG_ADDRESS),
        (404, b"<html>no such page</html>", RejectionKind.WRONG_ADDRESS),
        (409, no(409, "Conflict: terminated by other getUpdates request"), RejectionKind.CONFLICT),
        (413, b"<html>too large</html>", RejectionKind.OTHER),
        (200, no(400, "Bad Request: message is not modified"), RejectionKind.NOT_MODIFIED),
        (200, {"ok": False}, RejectionKind.OTHER),
    ],
)
async def test_a_definite_no_is_rejected(status: int, answer: object, kind: RejectionKind) -> None:
    trouble = await trouble_with(says(status, answer))
    assert isinstance(trouble, Rejected)
    assert trouble.kind is kind
    assert_tells_nothing(trouble)


async def test_a_rejection_keeps_telegrams_words_to_itself() -> None:
    trouble = await trouble_with(says(400, no(400, f"Bad Request: can't parse entities in {TEXT}")))
    assert isinstance(trouble, Rejected)
    assert TEXT in trouble.description
    assert str(trouble) == trouble.reason == "bad_content (400)"
    assert_tells_nothing(trouble)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (no(429, retry_after=7), 7.0),
        (no(429, retry_after=0), 0.0),
        (no(429, retry_after=1.5), 1.5),
        (no(429, retry_after=10**400), 86_400.0),
        (no(429), None),
        (no(429, retry_after=-1), None),
        (no(429, retry_after=True), None),
        (no(429, retry_after="7"), None),
        (b'{"ok": false, "parameters": {"retry_after": NaN}}', None),
        (b"slow down", None),
        (b"", None),
    ],
)
async def test_a_429_is_not_sent_and_says_how_long_to_wait(answer: object, seconds: float | None) -> None:
    trouble = await trouble_with(says(429, answer))
    assert isinstance(trouble, Flood)
    assert isinstance(trouble, NotSent)
    assert trouble.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"ok": true, "result": {}}', None),
        (200, b'{"ok": true}', None),
        (200, b'{"ok": true, "result": 7, "error_code": "x", "parameters": [], "new": {}}', None),
        (200, b'{"ok": true, "result": "\xff\xfe"}', None),
        (200, b'{"ok": true, "result": ' + b"9" * 5000 + b"}", None),
        (200, b'{"ok":true,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}", None),
        (200, b"", MaybeSent),
        (200, b"null", MaybeSent),
        (200, b"[]", MaybeSent),
        (200, b"{}", MaybeSent),
        (200, b'{"ok": 1}', MaybeSent),
        (200, b'{"ok": "true"}', MaybeSent),
        (200, b'{"ok": true', MaybeSent),
        (200, b'{"ok": true, "result": {"message_id": 5', MaybeSent),
        (200, rb'{"ok": true, "result": {"message_id": 5, "text": "\x"}}', None),
        (200, b"<html>welcome to the hotel</html>", MaybeSent),
        (200, b"[" * 5000, MaybeSent),
        (201, b'{"ok": true, "result": {}}', MaybeSent),
        (204, b"", MaybeSent),
        (400, b'{"ok": true}', MaybeSent),
        (400, b"<html>", MaybeSent),
        (403, b"<html>the proxy forbids it</html>", MaybeSent),
        (408, b"", MaybeSent),
        (200, b'{"ok": false, "error_code": 500}', MaybeSent),
        (200, b'{"ok": false, "error_code": 429}', Flood),
        (200, b'{"ok": false, "error_code": "400"}', Rejected),
        (400, b'{"ok": false, "error_code": 200, "description": null}', Rejected),
        (403, b'{"ok": false}', Rejected),
    ],
)
def test_only_http_200_with_ok_true_means_sent(status: int, body: bytes, outcome: type[SendTrouble] | None) -> None:
    if outcome is None:
        assert judge(status, body) is body
    else:
        with pytest.raises(SendTrouble) as caught:
            judge(status, body)
        assert type(caught.value) is outcome


@pytest.mark.parametrize(
    ("code", "description", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", RejectionKind.BLOCKED),
        (403, "Forbidden: user is deactivated", RejectionKind.BLOCKED),
        (403, "Forbidden: bot can't initiate conversation with a user", RejectionKind.CHAT_NOT_FOUND),
        (400, "Bad Request: chat not found", RejectionKind.CHAT_NOT_FOUND),
        (400, "Bad Request: private chat not found", RejectionKind.CHAT_NOT_FOUND),
        (400, "Bad Request: PEER_ID_INVALID", RejectionKind.CHAT_NOT_FOUND),
        (400, 'Bad Request: can\'t parse entities: Unsupported start tag "p"', RejectionKind.BAD_CONTENT),
        (400, "Bad Request: message is too long", RejectionKind.BAD_CONTENT),
        (400, "Bad Request: message caption is too long", RejectionKind.BAD_CONTENT),
        (400, "Bad Request: MEDIA_CAPTION_TOO_LONG", RejectionKind.BAD_CONTENT),
        (400, "Bad Request: message text is empty", RejectionKind.BAD_CONTENT),
        (400, "Bad Request: text must be non-empty", RejectionKind.BAD_CONTENT),
        (400, "Bad Request: BUTTON_DATA_INVALID", RejectionKind.BAD_CONTENT),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", RejectionKind.BAD_FILE),
        (400, "Bad Request: message is not modified: specified new message content", RejectionKind.NOT_MODIFIED),
        (400, "Bad Request: message to edit not found", RejectionKind.MESSAGE_GONE),
        (400, "Bad Request: message can't be edited", RejectionKind.MESSAGE_GONE),
        (400, "Bad Request: TOPIC_NOT_MODIFIED", RejectionKind.NOT_MODIFIED),
        (400, "Bad Request: message thread not found", RejectionKind.TOPIC_GONE),
        (400, "Bad Request: TOPIC_ID_INVALID", RejectionKind.TOPIC_GONE),
        (400, "Bad Request: TOPIC_CLOSED", RejectionKind.TOPIC_CLOSED),
        (400, "Bad Request: not enough rights to create a topic", RejectionKind.NO_RIGHT),
        (400, "Bad Request: the chat is not a forum", RejectionKind.NO_RIGHT),
        (400, "Bad Request: group chat was upgraded to a supergroup chat", RejectionKind.CHAT_NOT_FOUND),
        (403, "Forbidden: bot was kicked from the supergroup chat", RejectionKind.CHAT_NOT_FOUND),
        (400, "Bad Request: query is too old and response timeout expired", RejectionKind.TOO_OLD),
        (400, "Bad Request: something new", RejectionKind.OTHER),
        (401, "Unauthorized", RejectionKind.UNAUTHORIZED),
        (404, "Not Found", RejectionKind.WRONG_ADDRESS),
        (409, "Conflict: can't use getUpdates method while webhook is active", RejectionKind.CONFLICT),
        (413, "Request Entity Too Large", RejectionKind.OTHER),
        (418, "chat not found", RejectionKind.OTHER),
    ],
)
def test_a_refusal_is_told_by_code_and_wording(code: int, description: str, kind: RejectionKind) -> None:
    assert classify(code, description) is kind


async def test_trouble_passes_through_the_library_untouched() -> None:
    async with serving(says(401, no(401, "Unauthorized"))) as base_url:
        bot = a_bot(base_url)
        with pytest.raises(Rejected) as caught:
            await bot.initialize()
        assert caught.value.kind is RejectionKind.UNAUTHORIZED
        assert_tells_nothing(caught.value)
        await bot.shutdown()


async def test_a_message_goes_through_the_library_and_comes_back_as_an_object() -> None:
    heard = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heard.append(await read_request(reader))
            writer.write(http(200, json.dumps({"ok": True, "result": MESSAGE}).encode()))

    async with serving(listen) as base_url, connected(base_url) as bot:
        message = await bot.send_message(5, "one & two")
    assert isinstance(message, Message)
    assert message.message_id == 9
    (head, body) = heard[-1]
    assert head.startswith(f"POST /bot{TOKEN}/sendMessage ")
    assert "Content-Type: application/json" in head
    assert json.loads(body) == {"chat_id": 5, "text": "one & two"}


async def test_a_document_is_uploaded_with_its_name_and_bytes() -> None:
    heard = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heard.append(await read_request(reader))
            writer.write(http(200, json.dumps({"ok": True, "result": MESSAGE}).encode()))

    async with serving(listen) as base_url, connected(base_url) as bot:
        await bot.send_document(5, b'{"pain": 3}\n', filename="mine é.json", caption="All we hold")
    head, body = heard[-1]
    assert "content-type: multipart/form-data" in head.lower()
    for part in ('filename="mine é.json"', '{"pain": 3}\n', "All we hold", 'name="chat_id"'):
        assert part.encode() in body


async def test_an_accepted_message_that_cannot_be_read_is_known_to_be_out() -> None:
    async with serving(says(200, {"ok": True, "result": {"odd": 1}})) as base_url, connected(base_url) as bot:
        with receipt() as sent, pytest.raises(KeyError):
            await bot.send_message(5, "hello")
    assert sent.accepted


async def test_a_receipt_stays_open_when_nothing_was_accepted_and_ends_with_its_block() -> None:
    with receipt() as refused, pytest.raises(Rejected):
        judge(403, b'{"ok": false}')
    judge(200, b'{"ok": true}')
    assert not refused.accepted


async def test_a_file_is_fetched_as_it_is() -> None:
    async with serving(says(200, b"\x89PNG")) as base_url, Client() as edge:
        assert await edge.retrieve(f"{base_url}/photo.png") == b"\x89PNG"


async def test_nothing_is_logged_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for answer in (says(200, {"ok": True}), says(200, b"{odd"), says(500, TEXT.encode()), says(400, no(400))):
        async with serving(answer) as base_url:
            try:
                await send(base_url)
            except SendTrouble:
                continue
    with pytest.raises(MaybeSent):
        Client.parse_json_payload(TEXT.encode())
    assert [record for record in caplog.records if record.name != "asyncio"] == []
    assert TOKEN not in caplog.text
    assert TEXT not in caplog.text


async def test_the_edge_and_the_inbox_show_nothing_secret() -> None:
    async with Client() as edge:
        shown = repr(edge) + repr(Inbox(edge, f"http://127.0.0.1/bot{TOKEN}"))
    assert TOKEN not in shown


async def test_the_inbox_asks_for_its_kinds_of_update_and_keeps_each_apart() -> None:
    heard = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            heard.append(await read_request(reader))
            writer.write(http(200, b'{"ok": true, "result": [{"update_id": 7}, null, {"update_id": "x"}]}'))

    async with serving(listen) as base_url, Client() as edge:
        inbox = Inbox(edge, base_url)
        updates = await inbox.get_updates(None, 0, ["message"])
        await inbox.get_updates(8, 2, ["message"])
        await inbox.get_me()
    assert updates == [b'{"update_id": 7}', b"null", b'{"update_id": "x"}']
    assert [json.loads(body) if body else None for _, body in heard] == [
        {"timeout": 0, "allowed_updates": ["message"]},
        {"timeout": 2, "allowed_updates": ["message"], "offset": 8},
        None,
    ]


async def test_the_inbox_passes_trouble_on() -> None:
    async with serving(says(409, no(409))) as base_url, Client() as edge:
        with pytest.raises(Rejected):
            await Inbox(edge, base_url).get_updates(None, 0, ["message"])


def test_one_update_nested_beyond_reading_leaves_the_others_whole() -> None:
    good = b'{"update_id": 6, "message": {"text": "a \\"}]\\" b", "n": [{}, []]}}'
    deep = b'{"update_id": 5, "message": ' + b'{"a":[' * 100_000 + b"]}" * 100_000 + b"}"
    first, second = split_updates(b'{"ok": true, "result": [%s, %s, %s]}' % (good, deep, good))
    assert first == good
    assert second.startswith(b'{"update_id": 5, ')  # set aside by its id; what follows comes with the next fetch


def test_a_number_that_is_none_is_read_with_all_around_it() -> None:
    odd, good = b'{"update_id": 5, "message": {"d": NaN}}', b'{"update_id": 6}'
    assert split_updates(b'{"ok": true, "result": [%s, %s]}' % (odd, good)) == [odd, good]


@pytest.mark.parametrize(
    "broken",
    [
        rb'{"update_id": 5, "message": {"text": "a\x b"}}',
        b'{"update_id": 5, "message": {"text": "a\x01b"}}',
        b'{"update_id": 5, "message": {"text": "a}}',
        b'{"update_id": 5, "message": {text: 1}}',
        b'{"update_id": 5, "message": {"d": 1,}}',
        b'{"update_id": 5, "message": {"d": 007}}',
        b'{"update_id": 5, "message": {"d": [}}',
    ],
)
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_one_broken_update_stands_alone_after_those_before_it(broken: bytes, after: int) -> None:
    good = b'{"update_id": 4, "message": {"text": "a \\"}]\\" b", "n": [{}, []]}}'
    later = [b'{"update_id": %d, "message": {"text": "[x"}}' % (6 + n) for n in range(after)]
    body = b'{"ok": true, "result": [%s]}' % b", ".join([good, good, broken, *later])
    first, second, last = split_updates(judge(200, body))
    assert first == second == good
    assert last.startswith(b'{"update_id": 5, ')


@pytest.mark.parametrize("result", [b"7", b"{}", b"null", b'"x"'])
def test_a_result_that_is_no_list_is_trouble(result: bytes) -> None:
    with pytest.raises(MaybeSent):
        split_updates(b'{"ok": true, "result": %s}' % result)


def a_bot(base_url: str) -> Bot:
    root = base_url.removesuffix(TOKEN)
    return Bot(TOKEN, base_url=root, request=Client(), get_updates_request=Client())


@asynccontextmanager
async def connected(base_url: str) -> AsyncIterator[Bot]:
    """A bot whose requests are open, without the call to getMe that `initialize` would make."""
    bot = a_bot(base_url)
    await bot.request.initialize()
    try:
        yield bot
    finally:
        await bot.request.shutdown()
