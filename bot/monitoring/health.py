"""Whether the bot is well, for whoever watches it: `/healthz`, `/readyz` and `/metrics` on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Sequence

import uvicorn
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.clock import Clock
from bot.monitoring.alerts import DISCONNECTED_SECONDS, Alerts
from bot.monitoring.metrics import Metrics

MISSED_TICKS = 5


class Health:
    """Two questions: whether a restart might mend something, and whether anything stands in the way.

    `last_contact_at` and `ticked_at` are the two heartbeats, on the monotonic clock: when Telegram last answered
    intake, and when the tick last came. `more` gives further reasons why the bot is not ready.
    """

    def __init__(
        self,
        clock: Clock,
        alerts: Alerts,
        *,
        last_contact_at: Callable[[], float | None],
        ticked_at: Callable[[], float | None],
        tick_seconds: float,
        more: Sequence[Callable[[], list[str]]] = (),
    ) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._alerts = alerts
        self._beats = (
            (last_contact_at, "Telegram has not answered", DISCONNECTED_SECONDS),
            (ticked_at, "no tick", max(DISCONNECTED_SECONDS, MISSED_TICKS * tick_seconds)),
        )
        self._more = more

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


def pages(health: Health, metrics: Metrics, *more: BaseRoute) -> Starlette:
    """What is served on the bot's port; nothing of it says anything about anybody."""

    async def healthz(_: Request) -> JSONResponse:
        missing = health.missing()
        return JSONResponse({"ok": not missing, "troubles": missing}, status_code=503 if missing else 200)

    async def readyz(_: Request) -> JSONResponse:
        reasons = health.reasons()
        body = {"ok": not reasons, "reasons": reasons, "recent": health.recent()}
        return JSONResponse(body, status_code=503 if reasons else 200)

    async def measured(_: Request) -> Response:
        return Response(metrics.page(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", measured), *more])


@contextlib.asynccontextmanager
async def served(page: Starlette, port: int, host: str) -> AsyncIterator[None]:
    """Serve the page while the block runs.

    Raises OSError when the port is taken.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(100)  # whoever asks before the server has begun is answered then
    except OSError:
        listening.close()
        raise
    server = uvicorn.Server(
        uvicorn.Config(page, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="off")
    )
    # The bot has signal handlers of its own; the server's would stop only the server.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        listening.close()
