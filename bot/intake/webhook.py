"""The webhook: Telegram delivers each update by itself and hears 200 only when its effect is stored.

Whatever else it hears it delivers again, up to a day long, and holds back what the same person did after
that. So an update waits here for the very work the intake does, and one that is delivered again waits for
the same work; what can never be read is set aside and answered 200, or it would block its person for a day.

What an operator does is for the process that leads: what they are about to write, what goes out to many and what holds
sending are known to it alone. A standby takes nothing of theirs, and Telegram delivers it until the lead has it.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from aiohttp import web

from bot.bot_api.errors import Rejected, SendTrouble
from bot.bot_api.inbox import WebhookInfo
from bot.bot_api.token_check import REFUSALS
from bot.clock import Clock
from bot.intake.receiver import Receiver
from bot.intake.update_queue import ALLOWED_UPDATES, UpdateQueue
from bot.monitoring.alerts import AlertKind, Alerts
from bot.monitoring.safe_logging import error_name
from bot.tasks import back_off, cancel_all

logger = logging.getLogger(__name__)

LARGEST_BODY: Final = 2**20  # Telegram keeps no update over 512 KiB
CONNECTIONS: Final = 40
WAIT_SECONDS: Final = 50.0  # Telegram waits for 60
RETRY_SECONDS: Final = 5
LOOK_SECONDS: Final = 30.0
FRESH_SECONDS: Final = 300.0
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"


class Hook(Protocol):
    """How Telegram is told where to deliver; `Inbox` is the real one. Every verb raises SendTrouble."""

    async def set_webhook(self, url: str, secret: str, allowed_updates: Sequence[str], connections: int) -> None: ...

    async def webhook_info(self) -> WebhookInfo: ...

    async def get_me(self) -> None: ...


class Webhook(Receiver):
    """Has Telegram deliver to `url`, which ends at this process's `route`, and hands what comes to the intake."""

    def __init__(
        self,
        hook: Hook,
        intake: UpdateQueue,
        clock: Clock,
        alerts: Alerts,
        *,
        url: str,
        path: str,
        secret: str,
        leads: Callable[[], bool] = lambda: True,
        operators: Collection[int] = (),
    ) -> None:
        super().__init__(intake, clock, alerts)
        self._leads = leads
        self._operators = operators
        self._hook = hook
        self._url = url
        self._secret = secret
        self.route = web.post(path, self._receive)
        """Where deliveries are taken."""

        self._shown = ""  # our address as Telegram writes it; empty until the webhook is set
        self._info = WebhookInfo()
        self._stored_at = 0.0  # when a delivery was last answered 200, by the wall clock, as Telegram dates its errors

    def reasons(self) -> list[str]:
        """Why updates may not come in, as far as Telegram says."""
        if not self._shown:
            return ["the webhook is not set"]
        failed_at = self._info.last_error_date
        fresh = self._clock.now().timestamp() - failed_at < FRESH_SECONDS and failed_at > self._stored_at
        if fresh and self._info.pending_update_count:
            return [f"Telegram cannot deliver: {self._info.last_error_message[:200]}"]
        return super().reasons()

    async def _confirm(self) -> None:
        """Each delivery is answered by itself."""

    async def _take_in(self) -> None:
        """Look after the webhook; deliveries come by themselves."""
        pauses = back_off()
        while not self._stop.is_set():
            try:
                await self._look()
                self._tell_how_it_goes()
            except SendTrouble as trouble:
                logger.warning("the webhook cannot be looked after: %s", trouble.reason)
                self._note_failure(trouble.reason)
                self._tell_how_it_goes()
                if isinstance(trouble, Rejected) and trouble.kind in REFUSALS:
                    await self._confirm_refusal(trouble.kind, self._hook.get_me)
                await self._pause(next(pauses))
            except Exception as fault:
                logger.error("the webhook cannot be looked after: %s", error_name(fault))
                self._note_failure(type(fault).__name__)
                self._tell_how_it_goes()
                await self._pause(next(pauses))
            else:
                pauses = back_off()
                await self._pause(LOOK_SECONDS)

    async def _look(self) -> None:
        """Set the webhook if it is not set, and see what Telegram says of it."""
        if not self._shown:
            await self._hook.set_webhook(self._url, self._secret, ALLOWED_UPDATES, CONNECTIONS)
        self._info = await self._hook.webhook_info()
        self._note_contact()
        self._shown = self._shown or self._info.url
        if self._info.url == self._shown:
            self._alerts.clear(AlertKind.SECOND_POLLER)
        elif self._info.url:
            self._alerts.raise_(AlertKind.SECOND_POLLER, "the webhook was set to another address")
        else:
            self._alerts.raise_(AlertKind.SECOND_POLLER, "the webhook was taken away; it is set again")
            self._shown = ""

    async def _receive(self, request: web.Request) -> web.Response:
        """One delivery. Nothing of it is read before the secret is known to be right."""
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        if self._stop.is_set() or self._ended.is_set():
            return _later()
        if not request.headers.get("Content-Type", "").startswith("application/json"):
            return web.Response(status=400)
        try:
            body = await _read(request)
        except (web.RequestPayloadError, OSError):  # the connection was cut
            return web.Response(status=400)
        if body is None:
            return web.Response(status=413)
        self._note_contact()
        if not self._leads() and _sender(body) in self._operators:
            return _elsewhere()
        ids = self._intake.take_in([body])
        if not ids:
            return web.Response(status=400)  # what has no id is no update: Telegram never sends it
        return await self._seen_through(ids[0])

    async def _seen_through(self, update_id: int) -> web.Response:
        finished = asyncio.create_task(self._intake.finished(update_id))
        ended = asyncio.create_task(self._ended.wait())
        alarm = asyncio.create_task(self._clock.sleep(WAIT_SECONDS))
        try:
            await asyncio.wait({finished, ended, alarm}, return_when=asyncio.FIRST_COMPLETED)
            if not finished.done():
                return _later()
        finally:
            await cancel_all({finished, ended, alarm})
        self._stored_at = self._clock.now().timestamp()
        return web.Response(status=200)


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def _elsewhere() -> web.Response:
    """Let it come again, and over another connection, so that what stands in front may find another process."""
    answer = _later()
    answer.force_close()
    return answer


def _sender(body: bytes) -> int | None:
    """Who did what a delivery tells of; None where it does not say."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    parts = [update.get(kind) for kind in ALLOWED_UPDATES] if isinstance(update, dict) else []
    sender = next((each.get("from") for each in parts if isinstance(each, dict)), None)
    number = sender.get("id") if isinstance(sender, dict) else None
    return number if type(number) is int else None


async def _read(request: web.Request) -> bytes | None:
    """The body, or None for one that is too large, of which no more is kept than that takes to tell."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
