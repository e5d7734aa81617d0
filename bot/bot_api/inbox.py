"""The calls that intake makes, each update still in its own JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

import msgspec
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.bot_api.client import READ_SECONDS
from bot.bot_api.errors import MaybeSent


class WebhookInfo(msgspec.Struct):
    """What Telegram says of the webhook: `url` is empty when none is set, the date is in seconds since 1970."""

    url: str = ""
    pending_update_count: int = 0
    last_error_date: int = 0
    last_error_message: str = ""


class _InfoAnswer(msgspec.Struct):
    result: WebhookInfo


class Inbox:
    """The calls that intake makes, as Telegram answers them, each update still in its own JSON.

    The library reads a whole batch into objects at once, so one update it cannot read would keep the
    other 99. `base_url` is the address up to and including the token. `request` judges what is answered, as `Client`.
    """

    def __init__(self, request: BaseRequest, base_url: str) -> None:
        self._request = request
        self._base_url = base_url

    async def get_updates(self, offset: int | None, wait: int, allowed_updates: Sequence[str]) -> list[bytes]:
        """Fetch up to 100 updates, waiting `wait` seconds for the first; confirms all below `offset`.

        Raises: SendTrouble.
        """
        parameters: dict[str, object] = {"timeout": wait, "allowed_updates": list(allowed_updates)}
        if offset is not None:
            parameters["offset"] = offset
        return split_updates(await self._call("getUpdates", parameters, wait + READ_SECONDS))

    async def get_me(self) -> None:
        """Ask whether the token and the address are right. Raises: SendTrouble."""
        await self._call("getMe", {}, READ_SECONDS)

    async def has_webhook(self) -> bool:
        """Whether Telegram delivers this bot's updates to some address, and so lets nobody fetch them."""
        return bool((await self.webhook_info()).url)

    async def webhook_info(self) -> WebhookInfo:
        """Where Telegram delivers to, and how that goes. Raises: SendTrouble."""
        try:
            return msgspec.json.decode(await self._call("getWebhookInfo", {}, READ_SECONDS), type=_InfoAnswer).result
        except msgspec.DecodeError:
            raise MaybeSent("an answer that cannot be read") from None

    async def set_webhook(self, url: str, secret: str, allowed_updates: Sequence[str], connections: int) -> None:
        """Have Telegram deliver to an address; what is pending is delivered too. Raises: SendTrouble."""
        parameters: dict[str, object] = {
            "url": url,
            "secret_token": secret,
            "allowed_updates": list(allowed_updates),
            "max_connections": connections,
        }
        await self._call("setWebhook", parameters, READ_SECONDS)

    async def delete_webhook(self) -> None:
        """Have updates fetched again; what is pending stays. Raises: SendTrouble."""
        await self._call("deleteWebhook", {}, READ_SECONDS)

    async def _call(self, method: str, parameters: dict[str, object], read_timeout: float) -> bytes:
        _, body = await self._request.do_request(
            url=f"{self._base_url}/{method}",
            method="POST",
            request_data=RequestData([RequestParameter(name, value, None) for name, value in parameters.items()]),
            read_timeout=read_timeout,
        )
        return body


_RESULT: Final = re.compile(r'"result"\s*:\s*\[')
_BETWEEN: Final = re.compile(r"[\s,]*")


def split_updates(body: bytes) -> list[bytes]:
    """The elements of a judged answer's `result`, each in its own JSON.

    One that is broken comes last, with all that follows it: what seems to follow may be part of it, and whoever asks
    for more gets the others. Raises: MaybeSent when there is no such list.
    """
    text = body.decode("utf-8", "replace")
    if (begin := _RESULT.search(text)) is None:
        raise MaybeSent("no list of updates")
    decoder, updates, end = json.JSONDecoder(), list[bytes](), begin.end()
    while (start := _BETWEEN.match(text, end).end()) < len(text) and text[start] != "]":  # type: ignore[union-attr]
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = len(text)
        updates.append(text[start:end].encode())
    return updates
