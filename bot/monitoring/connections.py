"""Connections to a port of the bot's: so many at most, and for a new one the longest idle of them goes."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from bot.monitoring.safe_logging import error_name
from bot.tasks import first_of

log = logging.getLogger(__name__)

MOST: Final = 64
"""Telegram delivers over 40 at once, and somebody may look at the bot's health beside them."""
SHARE: Final = 4
"""At most one handle in so many: files and the way to Telegram need theirs."""
REQUEST_SECONDS: Final = 10.0
"""Within which a new connection must bring its first request."""
PAUSE: Final = 1.0
BACKLOG: Final = 128

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def most_connections(handles: int) -> int:
    """How many may be open at once in a process that may have so many handles."""
    return MOST if handles == resource.RLIM_INFINITY else max(1, min(MOST, handles // SHARE))


class Connections:
    """Accepts for a server, whose application must tell of its requests through `noted`."""

    def __init__(self, most: int, request_seconds: float = REQUEST_SECONDS) -> None:
        self._most = most
        self._request_seconds = request_seconds
        self._asked: set[asyncio.Protocol] = set()  # those that have brought a request
        self._busy: set[asyncio.Protocol] = set()
        self._changed = asyncio.Event()

        @web.middleware
        async def noted(request: web.Request, handler: Handler) -> web.StreamResponse:
            protocol = request.protocol
            self._asked.add(protocol)
            self._busy.add(protocol)
            try:
                return await handler(request)
            finally:
                self._busy.discard(protocol)
                self._changed.set()

        self.noted = noted

    async def accept(self, server: web.Server, listening: socket.socket) -> None:
        """Take connections from a socket that listens, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listening)
                _, protocol = await loop.connect_accepted_socket(server, connection)
            except OSError as trouble:  # it was cut again, or no handle is left
                log.warning("a connection cannot be taken: %s", error_name(trouble))
                self._close_idle(server)
                await asyncio.sleep(PAUSE)
                continue
            self._asked.intersection_update(_open(server))  # whoever is gone would stay for ever
            loop.call_later(self._request_seconds, self._close_silent, protocol)
            while len(_open(server)) > self._most and not self._close_idle(server):
                self._changed.clear()
                await first_of(PAUSE, self._changed)

    def _close_idle(self, server: web.Server) -> bool:
        """Close whoever has been there longest without a request in hand, but not the newest."""
        for protocol in _open(server)[:-1]:
            if protocol not in self._busy:
                protocol.force_close()
                return True
        return False

    def _close_silent(self, protocol: web.RequestHandler) -> None:
        if protocol not in self._asked:
            protocol.force_close()


def _open(server: web.Server) -> list[web.RequestHandler]:
    """Those that hold a handle; one that was closed while a promised body is missing stays listed for a while."""
    return [protocol for protocol in server.connections if protocol.connected]
