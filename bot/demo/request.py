"""Carries python-telegram-bot's calls to a local Telegram in this process, with no network."""

from __future__ import annotations

from typing import Any

from telegram._utils.types import ODVInput
from telegram.request import BaseRequest, RequestData

from bot.demo.faults import Lost
from bot.demo.telegram import Files, LocalTelegram
from bot.edge import READ_SECONDS, Edge, MaybeSent, NotSent, judge


class LocalRequest(BaseRequest):
    """The edge of the demo and the tests: raises exactly what `bot.edge.Edge` does.

    Raises NotSent, MaybeSent and Rejected, judged by the same function as the answers of the real one.
    """

    def __init__(self, telegram: LocalTelegram) -> None:
        self._telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        return READ_SECONDS

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

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
        if method == "GET":
            return 200, self._telegram.file(f"local-{url.rpartition('/')[2]}").content
        parameters: dict[str, Any] = dict(request_data.json_parameters) if request_data else {}
        try:
            status, body = await self._telegram.respond(url.rpartition("/")[2], parameters, _files(request_data))
        except Lost as lost:
            raise (MaybeSent if lost.left else NotSent)(lost.reason) from None
        return 200, judge(status, body)

    parse_json_payload = staticmethod(Edge.parse_json_payload)


def _files(request_data: RequestData | None) -> Files:
    if request_data is None or not request_data.contains_files:
        return {}
    files: Files = {}
    for name, (file_name, content, _) in request_data.multipart_data.items():
        files[name] = (file_name, content if isinstance(content, bytes) else content.read())
    return files
