"""Carries python-telegram-bot's calls to a local Telegram in this process, with no network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from telegram._utils.types import ODVInput
from telegram.request import BaseRequest, RequestData

from bot.bot_api.answer import judge
from bot.bot_api.client import READ_SECONDS, Client
from bot.bot_api.errors import MaybeSent, NotSent
from bot.local_telegram.faults import Lost
from bot.local_telegram.telegram import Files, LocalTelegram


class RequestInProcess(BaseRequest, ABC):
    """The edge of a Telegram that lives in this process: nothing to connect to, and no limits to its time.

    Its answers are judged by the same function as those of the real one.
    """

    @property
    def read_timeout(self) -> float | None:
        return READ_SECONDS

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @abstractmethod
    async def respond(self, call: str, given: RequestData | None) -> tuple[int, bytes]:
        """What that Telegram answers to one call: status and body. Raises NotSent, MaybeSent."""

    def file(self, name: str) -> bytes:
        """A file that it keeps."""
        raise NotSent("no such file")

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        if method == "GET":
            return 200, self.file(name)
        status, body = await self.respond(name, request_data)
        return 200, judge(status, body)

    parse_json_payload = staticmethod(Client.parse_json_payload)


class LocalRequest(RequestInProcess):
    """The edge of the demo and the tests: raises exactly what `bot.bot_api.client.Client` does."""

    def __init__(self, telegram: LocalTelegram) -> None:
        self._telegram = telegram

    def file(self, name: str) -> bytes:
        return self._telegram.file(f"local-{name}").content

    async def respond(self, call: str, given: RequestData | None) -> tuple[int, bytes]:
        parameters: dict[str, Any] = dict(given.json_parameters) if given else {}
        try:
            return await self._telegram.respond(call, parameters, _files(given))
        except Lost as lost:
            raise (MaybeSent if lost.left else NotSent)(lost.reason) from None


def _files(request_data: RequestData | None) -> Files:
    if request_data is None or not request_data.contains_files:
        return {}
    files: Files = {}
    for name, (file_name, content, _) in request_data.multipart_data.items():
        files[name] = (file_name, content if isinstance(content, bytes) else content.read())
    return files
