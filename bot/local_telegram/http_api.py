"""The local Telegram over HTTP, for runs of the real process against a Bot API on loopback."""

from __future__ import annotations

import email.policy
import hmac
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.local_telegram.faults import Lost
from bot.local_telegram.telegram import Files, LocalTelegram


def bot_api(telegram: LocalTelegram, token: str) -> Starlette:
    """Serves `/bot<token>/<method>` (query, form, JSON, multipart) and `/file/bot<token>/<path>`."""

    def refuses(request: Request) -> Response | None:
        given = request.path_params["token"].encode()
        if hmac.compare_digest(given, token.encode()):
            return None
        return _no(401, "Unauthorized")

    async def method(request: Request) -> Response:
        if refusal := refuses(request):
            return refusal
        parameters, files = await _parameters(request)
        try:
            status, body = await telegram.respond(request.path_params["method"], parameters, files)
        except Lost:
            return _Cut()
        return Response(body, status, media_type="application/json")

    async def file(request: Request) -> Response:
        if refusal := refuses(request):
            return refusal
        try:
            stored = telegram.file(f"local-{request.path_params['name']}")
        except KeyError:
            return _no(404, "Not Found")
        return Response(stored.content, media_type="application/octet-stream")

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", method, methods=["GET", "POST"]),
            Route("/file/bot{token}/files/{name}", file),
        ]
    )


def _no(status: int, description: str) -> Response:
    return JSONResponse({"ok": False, "error_code": status, "description": description}, status)


class _Cut(Response):
    """Ends in the middle of an answer, at which the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000000")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def _parameters(request: Request) -> tuple[dict[str, Any], Files]:
    parameters: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        fields, files = _multipart(request.headers["content-type"], body)
        return {**parameters, **fields}, files
    if kind == "application/json":
        parameters.update(await request.json() if body else {})
    elif body:
        parameters.update(parse_qsl(body.decode(), keep_blank_values=True))
    return parameters, {}


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, str], Files]:
    """Fields and files of a multipart form."""
    parser = BytesParser(policy=email.policy.HTTP)
    message = parser.parsebytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body)
    fields: dict[str, str] = {}
    files: Files = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        file_name = part.get_filename()
        if file_name is None:
            fields[name] = content.decode()
        else:
            files[name] = (file_name, content)
    return fields, files
