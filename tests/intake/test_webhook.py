"""The webhook: who may deliver, and that nothing is answered 200 before its effect is stored."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from bot.bot_api.errors import Flood, MaybeSent, NotSent, Rejected, SendTrouble
from bot.bot_api.inbox import WebhookInfo
from bot.bot_api.token_check import TokenRefused
from bot.clock import MovableClock, SystemClock
from bot.intake.update_queue import ALLOWED_UPDATES, RetryLater
from bot.intake.webhook import HEADER, LARGEST_BODY, Webhook
from bot.monitoring.alerts import AlertKind
from bot.monitoring.health import served
from bot.settings import SettingsFaults, WebhookSettings, read_settings
from tests.support.hooks import Hooks, breathe

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
URL = "https://bot.example.org/telegram"
SECRET = "canary-K7xw2Lm9Zk4Vt8Rb3Ny6Hd1Fs5"
RIGHT = {HEADER: SECRET}


@dataclass
class FakeHook:
    """What Telegram was told, and what it says of it."""

    set_to: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    info: WebhookInfo = field(default_factory=WebhookInfo)
    alerts: list[Exception] = field(default_factory=list)
    refusal: SendTrouble | None = None

    async def set_webhook(self, url: str, secret: str, allowed_updates: Sequence[str], connections: int) -> None:
        self._fail()
        self.set_to.append((url, secret, tuple(allowed_updates)))
        self.info.url = url

    async def webhook_info(self) -> WebhookInfo:
        self._fail()
        return WebhookInfo(
            self.info.url, self.info.pending_update_count, self.info.last_error_date, self.info.last_error_message
        )

    async def get_me(self) -> None:
        self._fail()

    def _fail(self) -> None:
        if self.refusal is not None:
            raise self.refusal
        if self.alerts:
            raise self.alerts.pop(0)


class House(Hooks):
    """A webhook with its hooks on record."""

    def __init__(self, clock: MovableClock | SystemClock | None = None) -> None:
        super().__init__(clock or MovableClock(START))
        self.hook = FakeHook()
        where: dict[str, Any] = {"url": URL, "path": "/telegram", "secret": SECRET}
        self.webhook = Webhook(self.hook, self.intake(), self.clock, self.alerts, **where)
        self.page = web.Application()
        self.page.add_routes([self.webhook.route])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.webhook.run())
        await breathe()
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def posts(
        self, content: object = b"", headers: dict[str, str] | None = None, method: str = "POST"
    ) -> web.Response:
        """One request as Telegram makes it, with the right secret if nothing else is said."""
        body = stream()
        if sent := content if isinstance(content, bytes) else json.dumps(content).encode():
            body.feed_data(sent)
        body.feed_eof()
        return await self.asks(
            body, {"Content-Type": "application/json"} | (RIGHT if headers is None else headers), method
        )

    async def asks(self, body: StreamReader, headers: dict[str, str], method: str = "POST") -> web.Response:
        """One request, with no network between: nothing but the clock then says how long it takes."""
        request = make_mocked_request(method, "/telegram", headers, payload=body)
        try:
            answer = await (await self.page.router.resolve(request)).handler(request)
        except web.HTTPException as refused:
            return refused
        assert isinstance(answer, web.Response)
        return answer


def stream() -> StreamReader:
    """A body that is still to come."""
    loop = asyncio.get_running_loop()
    connection = BaseProtocol(loop)
    connection.connection_made(asyncio.Transport())
    return StreamReader(connection, 2**20, loop=loop)


def says(update_id: int, person: int = 1) -> dict[str, Any]:
    chat = {"id": person, "type": "private"}
    message = {"message_id": 1, "date": 1_772_442_000, "chat": chat, "from": {"id": person}, "text": "my knee hurts"}
    return {"update_id": update_id, "message": message}


async def fails(error: type[Exception]) -> None:
    raise error


@pytest.fixture
def testbed() -> House:
    return House()


@pytest.fixture(autouse=True)
def nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG, logger="bot")
    yield
    assert SECRET not in caplog.text
    assert "knee hurts" not in caplog.text


# --- Deliveries -------------------------------------------------------------------------------------------------


async def test_a_delivery_is_answered_200_once_it_is_handled(testbed: House) -> None:
    async with testbed.running():
        answer = await testbed.posts(says(10))
    assert answer.status == 200
    assert testbed.handled == [10]


async def test_nothing_is_answered_200_before_its_effect_is_stored(testbed: House) -> None:
    stored = asyncio.Event()

    async def wait(_: int) -> None:
        await stored.wait()

    testbed.before = wait
    async with testbed.running():
        answering = asyncio.create_task(testbed.posts(says(10)))
        await testbed.passes(30)
        assert not answering.done()
        stored.set()
        assert (await answering).status == 200


async def test_while_nothing_can_be_stored_telegram_is_asked_to_come_again(testbed: House) -> None:
    testbed.before = lambda _: fails(RetryLater)
    async with testbed.running():
        first = asyncio.create_task(testbed.posts(says(10)))
        await testbed.passes(49)
        assert not first.done()
        await testbed.passes(1)
        assert (await first).status == 503
        assert int((await first).headers["Retry-After"]) > 0
        again = asyncio.create_task(testbed.posts(says(10)))
        await testbed.passes(1)
        testbed.before = None
        await testbed.passes(31)
        assert (await again).status == 200
    assert testbed.handled == [10]
    assert testbed.aside == []


async def test_an_update_delivered_thrice_at_the_same_time_has_its_effect_once(testbed: House) -> None:
    stored = asyncio.Event()

    async def wait(_: int) -> None:
        await stored.wait()

    testbed.before = wait
    async with testbed.running():
        answering = [asyncio.create_task(testbed.posts(says(10))) for _ in range(3)]
        await testbed.passes(1)
        assert testbed.started == [10]
        assert not any(each.done() for each in answering)
        stored.set()
        assert [(await each).status for each in answering] == [200, 200, 200]
        assert (await testbed.posts(says(10))).status == 200
    assert testbed.handled == [10]


async def test_one_persons_deliveries_are_handled_in_order_and_people_side_by_side(testbed: House) -> None:
    stored = asyncio.Event()

    async def wait(update_id: int) -> None:
        if update_id == 10:
            await stored.wait()

    testbed.before = wait
    async with testbed.running():
        held = [asyncio.create_task(testbed.posts(says(update_id))) for update_id in (10, 11)]
        await testbed.passes(1)
        assert (await testbed.posts(says(12, person=2))).status == 200
        assert testbed.started == [10, 12]
        stored.set()
        assert [(await each).status for each in held] == [200, 200]
    assert testbed.handled == [12, 10, 11]


async def test_a_handler_that_always_raises_blocks_its_person_for_a_few_seconds_only(testbed: House) -> None:
    testbed.before = lambda update_id: fails(KeyError) if update_id == 10 else asyncio.sleep(0)
    async with testbed.running():
        answering = [asyncio.create_task(testbed.posts(says(update_id))) for update_id in (10, 11)]
        await testbed.passes(5)
        assert [(await each).status for each in answering] == [200, 200]
    assert testbed.aside == [(10, "KeyError")]
    assert testbed.handled == [11]


@pytest.mark.parametrize(
    "body",
    [
        b'{"update_id": 10, "message": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"update_id": 10, "message": {"text": "cut off in the mid',
        b'{"update_id": 10, "message": {"date": ' + b"9" * 5_000 + b"}}",
    ],
)
async def test_an_update_that_can_never_be_read_is_set_aside_and_not_delivered_for_ever(
    testbed: House, body: bytes
) -> None:
    async with testbed.running():
        assert (await testbed.posts(body)).status == 200
        assert (await testbed.posts(says(11))).status == 200
    assert testbed.aside == [(10, "PoisonUpdate")]
    assert testbed.handled == [11]


# --- Forgeries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{}, {HEADER: ""}, {HEADER: SECRET[:-1]}, {HEADER: SECRET + "x"}, {HEADER: SECRET.lower()}, {HEADER: "ü\xff"}],
)
async def test_without_the_secret_nothing_is_read(testbed: House, headers: dict[str, str]) -> None:
    async with testbed.running():
        answer = await testbed.posts(says(10), headers)
    assert (answer.status, answer.body) == (403, None)
    assert testbed.started == []


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"null", b"7", b"[]", b"{}", b"[" * 10_000, b'{"update_id": "10"}', b"\xff\xfe{}"]
)
async def test_what_is_no_update_is_refused(testbed: House, body: bytes) -> None:
    async with testbed.running():
        assert (await testbed.posts(body)).status == 400
    assert (testbed.started, testbed.aside) == ([], [])


async def test_a_delivery_that_is_not_declared_as_json_is_refused(testbed: House) -> None:
    async with testbed.running():
        assert (await testbed.posts(says(10), RIGHT | {"Content-Type": "text/plain"})).status == 400
    assert testbed.started == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_only_a_post_is_a_delivery(testbed: House, method: str) -> None:
    async with testbed.running():
        assert (await testbed.posts(says(10), method=method)).status == 405
    assert testbed.started == []


async def test_a_body_too_large_is_read_no_further_than_it_takes_to_tell(testbed: House) -> None:
    async with testbed.running():
        read, body = 0, stream()

        async def trickle() -> None:
            nonlocal read
            for _ in range(80):
                read += 2**16
                body.feed_data(b" " * 2**16)
                await breathe()

        trickling = asyncio.create_task(trickle())
        answer = await testbed.asks(body, RIGHT | {"Content-Type": "application/json"})
        trickling.cancel()
    assert answer.status == 413
    assert LARGEST_BODY < read <= LARGEST_BODY + 2 * 2**16


# --- Over the wire ----------------------------------------------------------------------------------------------


@pytest.fixture
async def wire() -> AsyncIterator[tuple[House, aiohttp.ClientSession]]:
    """A webhook behind the real server on loopback."""
    testbed = House(SystemClock())
    async with (
        testbed.running(),
        served(testbed.page, 0, "127.0.0.1") as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        yield testbed, client


async def test_forged_posts_over_the_wire_change_nothing(wire: tuple[House, aiohttp.ClientSession]) -> None:
    testbed, client = wire
    declared = {"Content-Type": "application/json"}
    update = json.dumps(says(10)).encode()
    large = b'{"update_id": 10, "message": "' + b"x" * 5_000_000 + b'"}'
    forged: list[tuple[bytes, dict[str, str], int]] = [
        (update, {}, 403),
        (update, {HEADER: "wrong"}, 403),
        (update, {HEADER: "ü"}, 403),
        (large, {HEADER: "wrong"}, 403),
        (large, RIGHT, 413),
        (b"no json", RIGHT, 400),
        (b"[" * 10_000, RIGHT, 400),
        (gzip.compress(update), RIGHT | {"Content-Encoding": "gzip"}, 400),
        (update, RIGHT | {"Content-Type": "text/plain"}, 400),
    ]
    for body, headers, status in forged:
        async with client.post("/telegram", data=io.BytesIO(body), headers=declared | headers) as answer:
            assert answer.status == status
    async with client.post("/elsewhere", data=update, headers=declared | RIGHT) as answer:
        assert answer.status == 404
    assert (testbed.started, testbed.aside) == ([], [])
    async with client.post("/telegram", data=update, headers=declared | RIGHT) as answer:
        assert answer.status == 200
    assert testbed.handled == [10]


async def test_a_secret_of_bytes_that_are_no_text_is_a_wrong_one(wire: tuple[House, aiohttp.ClientSession]) -> None:
    testbed, client = wire
    reader, writer = await asyncio.open_connection("127.0.0.1", client._base_url.port)  # type: ignore[union-attr]
    head = f"POST /telegram HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\nContent-Length: 2\r\n{HEADER}: "
    writer.write(head.encode() + b"\xfc\xff\r\n\r\n{}")
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    await writer.wait_closed()
    assert (testbed.started, testbed.aside) == ([], [])


async def test_a_delivery_that_is_cut_in_the_middle_changes_nothing(
    wire: tuple[House, aiohttp.ClientSession],
) -> None:
    testbed, client = wire
    address = str(client._base_url)
    _, writer = await asyncio.open_connection("127.0.0.1", int(address.rstrip("/").rpartition(":")[2]))
    head = f"POST /telegram HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n{HEADER}: {SECRET}\r\n"
    writer.write(f'{head}Content-Length: 500\r\n\r\n{{"update_id": 10, "mess'.encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with client.post(
        "/telegram", data=json.dumps(says(11)), headers=RIGHT | {"Content-Type": "application/json"}
    ) as answer:
        assert answer.status == 200
    assert (testbed.handled, testbed.aside) == ([11], [])


async def test_hundreds_delivered_at_once_and_some_twice_are_each_handled_once(
    wire: tuple[House, aiohttp.ClientSession],
) -> None:
    testbed, client = wire

    async def deliver(update_id: int) -> int:
        body = json.dumps(says(update_id, person=update_id % 40))
        headers = RIGHT | {"Content-Type": "application/json"}
        async with client.post("/telegram", data=body, headers=headers) as answer:
            return answer.status

    ids = [*range(100, 300), *range(100, 300, 3)]
    assert set(await asyncio.gather(*map(deliver, ids))) == {200}
    assert Counter(testbed.handled) == Counter(range(100, 300))


# --- Looking after it -------------------------------------------------------------------------------------------


async def test_at_start_the_webhook_is_set_with_its_secret_and_looked_at(testbed: House) -> None:
    assert testbed.webhook.reasons() == ["the webhook is not set"]
    async with testbed.running():
        assert testbed.hook.set_to == [(URL, SECRET, ALLOWED_UPDATES)]
        assert testbed.webhook.reasons() == []
        assert testbed.webhook.last_contact_at == 0
        await testbed.passes(30)
        assert testbed.webhook.last_contact_at == 30
        assert len(testbed.hook.set_to) == 1


async def test_after_two_minutes_without_a_webhook_the_operators_are_told_until_it_is_set(testbed: House) -> None:
    testbed.hook.alerts = [Rejected(400, "Bad Request: bad webhook") for _ in range(9)]
    async with testbed.running():
        await testbed.passes(100)
        assert testbed.alerts.standing() == {}
        await testbed.passes(40)
        assert testbed.alerts.standing() == {AlertKind.NO_UPDATES: "the webhook is not set"}
        await testbed.passes(60)
        assert testbed.alerts.standing() == {}


async def test_a_webhook_that_cannot_be_set_is_tried_again(testbed: House) -> None:
    testbed.hook.alerts = [NotSent("no connection"), Rejected(400, "Bad Request: bad webhook"), KeyError("odd")]
    async with testbed.running():
        await testbed.passes(2)
        assert testbed.webhook.reasons() == ["the webhook is not set"]
        await testbed.passes(10)
        assert testbed.webhook.reasons() == []


@pytest.mark.parametrize(("code", "reason"), [(401, "token"), (404, "address")])
async def test_a_refusal_that_lasts_ends_it_within_a_minute(testbed: House, code: int, reason: str) -> None:
    testbed.hook.refusal = Rejected(code, "no")
    task = asyncio.create_task(testbed.webhook.run())
    await testbed.passes(44)
    assert not task.done()
    await testbed.passes(1)
    with pytest.raises(TokenRefused) as caught:
        await task
    assert caught.value.reason == reason


async def test_a_webhook_that_somebody_set_elsewhere_is_told_and_left_alone(testbed: House) -> None:
    async with testbed.running():
        testbed.hook.info.url = "https://another.example.org/"
        await testbed.passes(30)
        assert list(testbed.alerts.standing()) == [AlertKind.SECOND_POLLER]
        assert len(testbed.hook.set_to) == 1
        testbed.hook.info.url = URL
        await testbed.passes(30)
        assert testbed.alerts.standing() == {}


async def test_a_webhook_that_somebody_took_away_is_set_again(testbed: House) -> None:
    async with testbed.running():
        testbed.hook.info.url = ""
        await testbed.passes(30)
        assert list(testbed.alerts.standing()) == [AlertKind.SECOND_POLLER]
        await testbed.passes(30)
        assert len(testbed.hook.set_to) == 2
        assert testbed.alerts.standing() == {}


async def test_what_telegram_cannot_deliver_is_a_reason_until_it_can(testbed: House) -> None:
    async with testbed.running():
        now = int(START.timestamp())
        testbed.hook.info.last_error_date = now + 20
        testbed.hook.info.last_error_message = "Connection timed out"
        await testbed.passes(30)
        assert testbed.webhook.reasons() == []  # nothing is left waiting: it came through after all
        testbed.hook.info.pending_update_count = 3
        await testbed.passes(30)
        assert testbed.webhook.reasons() == ["Telegram cannot deliver: Connection timed out"]
        assert (await testbed.posts(says(10))).status == 200
        assert testbed.webhook.reasons() == []


async def test_a_telegram_that_cannot_be_asked_is_a_reason_until_it_is_heard_of(testbed: House) -> None:
    async with testbed.running():
        testbed.hook.refusal = NotSent("no connection")
        await testbed.passes(50)
        assert testbed.webhook.reasons() == []
        await testbed.passes(20)
        assert testbed.webhook.reasons() == ["no updates for 40 seconds: no connection"]
        await testbed.passes(140)
        assert list(testbed.alerts.standing()) == [AlertKind.NO_UPDATES]
        assert (await testbed.posts(says(10))).status == 200
        assert testbed.webhook.reasons() == []


async def test_no_trouble_of_telegrams_looks_like_an_intake_that_stands_still(testbed: House) -> None:
    async with testbed.running():
        for trouble in (NotSent("no connection"), Flood(86_400.0), Rejected(400, "no"), MaybeSent("no answer in time")):
            testbed.hook.refusal = trouble
            await testbed.goes_on_for(700, testbed.webhook)


# --- Stopping ---------------------------------------------------------------------------------------------------


async def test_before_it_runs_and_once_it_stops_telegram_is_asked_to_come_again(testbed: House) -> None:
    assert (await testbed.posts(says(10))).status == 503
    task = asyncio.create_task(testbed.webhook.run())
    await breathe()
    await testbed.webhook.stop(5)
    await task
    assert (await testbed.posts(says(10))).status == 503
    assert testbed.started == []


async def test_stop_lets_what_is_in_hand_finish_and_leaves_the_rest_to_the_next_process(testbed: House) -> None:
    stored = asyncio.Event()

    async def wait(update_id: int) -> None:
        await (stored.wait() if update_id == 10 else asyncio.Event().wait())

    testbed.before = wait
    task = asyncio.create_task(testbed.webhook.run())
    await breathe()
    first = asyncio.create_task(testbed.posts(says(10, person=1)))
    second = asyncio.create_task(testbed.posts(says(11, person=2)))
    behind = asyncio.create_task(testbed.posts(says(12, person=1)))
    await testbed.passes(1)
    stopping = asyncio.create_task(testbed.webhook.stop(4))
    await breathe()
    assert (await testbed.posts(says(13, person=3))).status == 503
    stored.set()
    await breathe()
    assert (await first).status == 200
    await testbed.passes(4)
    await stopping
    await task
    assert [(await each).status for each in (second, behind)] == [503, 503]
    assert (testbed.handled, testbed.aside) == ([10], [])


async def test_stop_before_the_run_returns(testbed: House) -> None:
    await testbed.webhook.stop(5)
    await testbed.webhook.run()
    assert testbed.hook.set_to == []


# --- Settings ---------------------------------------------------------------------------------------------------

WHOLE = {
    "BOT_TOKEN": "1000:a-token-that-opens-nothing-at-all-0000",
    "BOT_WEBHOOK_URL": URL,
    "BOT_WEBHOOK_SECRET": SECRET,
    "BOT_HTTP_PORT": "8080",
}


def test_a_webhook_is_an_address_and_a_secret() -> None:
    settings = read_settings(WHOLE)

    assert settings.webhook == WebhookSettings(URL, SECRET)
    assert settings.webhook.path == "/telegram"
    assert SECRET not in repr(settings)
    assert read_settings({"BOT_TOKEN": WHOLE["BOT_TOKEN"]}).webhook is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"BOT_WEBHOOK_URL": ""}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_SECRET": ""}, "BOT_WEBHOOK_SECRET"),
        ({"BOT_WEBHOOK_SECRET": "short-secret-15"}, "BOT_WEBHOOK_SECRET"),
        ({"BOT_WEBHOOK_SECRET": "x" * 257}, "BOT_WEBHOOK_SECRET"),
        ({"BOT_WEBHOOK_SECRET": "with a space and more"}, "BOT_WEBHOOK_SECRET"),
        ({"BOT_HTTP_PORT": ""}, "BOT_HTTP_PORT"),
        ({"BOT_WEBHOOK_URL": "http://bot.example.org/telegram"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://bot.example.org:8081/telegram"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://bot.example.org/healthz"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://bot.example.org/a?b=c"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://me:word@bot.example.org/"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://bot.example.org/{path}"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "https://[::1"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "bot.example.org"}, "BOT_WEBHOOK_URL"),
        ({"BOT_WEBHOOK_URL": "ftp://bot.example.org/", "BOT_API_URL": "http://127.0.0.1:8081"}, "BOT_WEBHOOK_URL"),
    ],
)
def test_half_a_webhook_or_a_weak_one_is_refused_by_name(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsFaults) as caught:
        read_settings(WHOLE | change)

    [fault] = caught.value.faults
    assert fault.startswith(named)
    assert SECRET not in fault


def test_a_bot_api_server_of_ones_own_may_deliver_to_any_port() -> None:
    url = "http://127.0.0.1:9000"
    settings = read_settings(WHOLE | {"BOT_API_URL": "http://127.0.0.1:8081", "BOT_WEBHOOK_URL": url})

    assert settings.webhook == WebhookSettings(url, SECRET)
    assert settings.webhook.path == "/"
