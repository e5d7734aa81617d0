"""The bot's port under more connections than it has room for, and what stays free for everything else."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, ClientTimeout, web

from bot.monitoring.connections import MOST, Connections, most_connections
from bot.monitoring.health import served

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@asynccontextmanager
async def idle(port: int, count: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    """So many connections on which nobody says anything."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    try:
        yield [reader for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.close()


def page(door: asyncio.Event | None = None) -> web.Application:
    """Answers at once, or when the door opens."""

    async def answer(_: web.Request) -> web.Response:
        if door is not None:
            await door.wait()
        return web.Response(text="well")

    application = web.Application()
    application.add_routes([web.get("/", answer)])
    return application


async def test_among_hundreds_of_idle_connections_somebody_is_answered_at_once() -> None:
    async with (
        served(page(), 0, "127.0.0.1", Connections(8)) as port,
        idle(port, 100),
        ClientSession(timeout=ClientTimeout(5)) as client,
        client.get(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert await answer.text() == "well"


async def test_whoever_asked_and_is_gone_again_is_not_kept() -> None:
    connections = Connections(8)
    async with served(page(), 0, "127.0.0.1", connections) as port:
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            writer.close()
            await writer.wait_closed()
        assert len(connections._asked) <= 8


async def test_the_longest_idle_one_goes_and_the_others_stay() -> None:
    async with served(page(), 0, "127.0.0.1", Connections(3)) as port, idle(port, 4) as readers:
        async with asyncio.timeout(5):
            assert await readers[0].read() == b""
        assert not any(reader.at_eof() for reader in readers[1:])


async def test_those_that_never_bring_the_body_they_promised_are_bounded_as_well() -> None:
    async with served(page(), 0, "127.0.0.1", Connections(4)) as port:
        streams = []
        for _ in range(12):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            streams.append((reader, writer))
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx")
            assert (await reader.readline()).startswith(b"HTTP/1.1 405")
        async with asyncio.timeout(5):
            for reader, _ in streams[:8]:
                await reader.read()  # to its end: it was closed
        assert not any(reader.at_eof() for reader, _ in streams[8:])
        for _, writer in streams:
            writer.close()


async def test_whoever_waits_for_an_answer_is_not_closed_and_one_more_waits_for_room() -> None:
    door = asyncio.Event()
    async with served(page(door), 0, "127.0.0.1", Connections(2)) as port:
        streams = []
        for _ in range(4):
            streams.append(await asyncio.open_connection("127.0.0.1", port))
            streams[-1][1].write(REQUEST)
            await asyncio.sleep(0.1)
        assert not any(reader.at_eof() for reader, _ in streams)
        door.set()
        async with asyncio.timeout(10):
            for reader, writer in streams:
                assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
                writer.close()


@pytest.mark.parametrize(
    "request_line", [b"GET /" + b"a" * 9000, b"GET /\x00", b"\x16\x03\x01 \x01", b"GET / HTTP/9", b"GET /\r\nHost"]
)
async def test_what_is_no_http_is_refused_and_not_written_down(
    caplog: pytest.LogCaptureFixture, request_line: bytes
) -> None:
    async with served(page(), 0, "127.0.0.1") as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_line + b" HTTP/1.1\r\n\r\n")
        async with asyncio.timeout(5):
            assert b" 400 " in await reader.readline()
        writer.close()
    assert [record for record in caplog.records if record.levelname != "DEBUG"] == []


async def test_a_connection_that_brings_no_request_in_time_is_closed() -> None:
    async with served(page(), 0, "127.0.0.1", Connections(8, request_seconds=0.05)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asked, asking = await asyncio.open_connection("127.0.0.1", port)
        asking.write(REQUEST)
        writer.write(REQUEST[:9])
        async with asyncio.timeout(5):
            assert await reader.read() == b""
            assert await asked.readline() == b"HTTP/1.1 200 OK\r\n"
        for each in (writer, asking):
            each.close()


@pytest.mark.parametrize(("handles", "most"), [(64, 16), (256, 64), (1024, MOST), (resource.RLIM_INFINITY, MOST)])
def test_the_larger_part_of_the_handles_stays_free(handles: int, most: int) -> None:
    assert most_connections(handles) == most
