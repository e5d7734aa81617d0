"""Whether the bot is well, for whoever watches it: `/healthz` on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.clock import Clock

DEAF_SECONDS = 90.0


class Health:
    """Looks at the two heartbeats: when Telegram last answered a fetch, and when the tick last came."""

    def __init__(
        self, clock: Clock, heard_at: Callable[[], float | None], ticked_at: Callable[[], float | None]
    ) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._heard_at = heard_at
        self._ticked_at = ticked_at

    def troubles(self) -> list[str]:
        """Why the bot is not well, a few words each; empty when it is."""
        now = self._clock.monotonic()
        found = []
        for beat, words in ((self._heard_at(), "Telegram has not answered"), (self._ticked_at(), "no tick")):
            since = now - (self._started if beat is None else beat)
            if since > DEAF_SECONDS:
                found.append(f"{words} for {since:.0f} seconds")
        return found


def health_page(health: Health) -> Starlette:
    """200 and "ok", or 503 and the reasons."""

    async def healthz(_: Request) -> JSONResponse:
        troubles = health.troubles()
        return JSONResponse({"ok": not troubles, "troubles": troubles}, status_code=503 if troubles else 200)

    return Starlette(routes=[Route("/healthz", healthz)])


@contextlib.asynccontextmanager
async def served(page: Starlette, port: int, host: str = "0.0.0.0") -> AsyncIterator[None]:  # noqa: S104 -- a container's port
    """Serve the page while the block runs.

    Raises OSError when the port is taken.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    server = uvicorn.Server(uvicorn.Config(page, log_level="warning", timeout_graceful_shutdown=1, lifespan="off"))
    # The bot has signal handlers of its own; the server's would stop only the server.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        listening.close()
