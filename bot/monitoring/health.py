"""Whether the bot is well, for whoever watches it: `/healthz`, `/readyz` and `/metrics` on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from bot.clock import Clock
from bot.monitoring.alerts import DISCONNECTED_SECONDS, Alerts
from bot.monitoring.connections import BACKLOG, Connections
from bot.monitoring.metrics import Metrics
from bot.tasks import cancel_all, spawn

MISSED_TICKS = 5
KEEP_ALIVE_SECONDS = 75.0
SHUTDOWN_SECONDS = 1.0  # for answers that are still being written


class Health:
    """Two questions: whether a restart might mend something, and whether anything stands in the way.

    `went_on_at` and `ticked_at` are the two heartbeats, on the monotonic clock: when intake last went on, with a
    Telegram that answers or without, and when the tick last came. `more` gives further reasons why the bot is not
    ready, and `leads` says whether it sends and polls, or stands by for the process that does.
    """

    def __init__(
        self,
        clock: Clock,
        alerts: Alerts,
        *,
        went_on_at: Callable[[], float | None],
        ticked_at: Callable[[], float | None],
        tick_seconds: float,
        more: Sequence[Callable[[], list[str]]] = (),
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._alerts = alerts
        self._beats = (
            (went_on_at, "intake stands still", DISCONNECTED_SECONDS),
            (ticked_at, "no tick", max(DISCONNECTED_SECONDS, MISSED_TICKS * tick_seconds)),
        )
        self._more = more
        self._leads = leads

    @property
    def role(self) -> dict[str, object]:
        """What this process is among several on one storage, where it is not the one that sends."""
        return {} if self._leads() else {"standby": True}

    def missing(self) -> list[str]:
        """Which heartbeat is missing, a few words each; what a restart might mend."""
        now = self._clock.monotonic()
        found = []
        for beat, words, seconds in self._beats:
            at = beat()
            since = now - (self._started if at is None else at)
            if since > seconds:
                found.append(f"{words} for {since:.0f} seconds")
        return found

    def reasons(self) -> list[str]:
        """Why the bot cannot do its work now, a few words each; empty when it can."""
        standing = self._alerts.standing().items()
        told = [f"{cause}: {detail}" if detail else str(cause) for cause, detail in standing]
        return [*self.missing(), *told, *(reason for each in self._more for reason in each())]

    def recent(self) -> list[dict[str, object]]:
        """What happened within the hour and does not stand in the way."""
        now = self._clock.monotonic()
        return [
            {"cause": each.kind, "detail": each.detail, "seconds_ago": int(now - each.at)}
            for each in self._alerts.recent()
        ]


def pages(health: Health, metrics: Metrics, *more: web.RouteDef) -> web.Application:
    """What is served on the bot's port; nothing of it says anything about anybody."""

    async def healthz(_: web.Request) -> web.Response:
        missing = health.missing()
        body = {"ok": not missing, **health.role, "troubles": missing}
        return web.json_response(body, status=503 if missing else 200)

    async def readyz(_: web.Request) -> web.Response:
        reasons = health.reasons()
        body = {"ok": not reasons, **health.role, "reasons": reasons, "recent": health.recent()}
        return web.json_response(body, status=503 if reasons else 200)

    async def measured(_: web.Request) -> web.Response:
        return web.Response(body=metrics.page(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    page = web.Application()
    page.add_routes(
        [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", measured), *more],
    )
    return page


def _of_ours(record: logging.LogRecord) -> bool:
    """Whether it is told of something that went wrong here: what a stranger sends that is no HTTP is just refused."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


@contextlib.asynccontextmanager
async def served(
    page: web.Application, port: int, host: str, connections: Connections | None = None
) -> AsyncIterator[int]:
    """Serve the page while the block runs; gives the port, which is any free one for 0.

    `connections` bounds them, on a port that others may reach. Raises OSError when the port is taken.
    """
    logging.getLogger("aiohttp.server").addFilter(_of_ours)
    if connections is not None:
        page.middlewares.append(connections.noted)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        runner = web.AppRunner(
            page,
            access_log=None,
            auto_decompress=False,  # a small body must not become a large one
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await runner.setup()
        accepting = set[asyncio.Task[None]]()
        try:
            if connections is None or runner.server is None:
                await web.SockSite(runner, listening).start()
            else:
                listening.listen(BACKLOG)
                listening.setblocking(False)
                spawn(accepting, connections.accept(runner.server, listening))
            yield int(listening.getsockname()[1])
        finally:
            await cancel_all(accepting)
            await runner.cleanup()
