"""The local Telegram over HTTP, for runs of the real process against a Bot API on loopback."""

from __future__ import annotations

import email.policy
import hmac
import json
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.local_telegram.faults import Lost
from bot.local_telegram.telegram import Files, LocalTelegram

LARGEST_BODY = 60 * 2**20  # what a bot may send is 50 MB, and its form around that


def bot_api(telegram: LocalTelegram, token: str) -> web.Application:
    """Serves `/bot<token>/<method>` (query, form, JSON, multipart) and `/file/bot<token>/<path>`."""

    def refuses(request: web.Request) -> web.Response | None:
        given = request.match_info["token"].encode()
        if hmac.compare_digest(given, token.encode()):
            return None
        return _no(401, "Unauthorized")

    async def method(request: web.Request) -> web.StreamResponse:
        if refusal := refuses(request):
            return refusal
        parameters, files = await _parameters(request)
        try:
            status, body = await telegram.respond(request.match_info["method"], parameters, files)
        except Lost:
            return await _cut(request)
        return web.Response(body=body, status=status, content_type="application/json")

    async def file(request: web.Request) -> web.Response:
        if refusal := refuses(request):
            return refusal
        try:
            stored = telegram.file(f"local-{request.match_info['name']}")
        except KeyError:
            return _no(404, "Not Found")
        return web.Response(body=stored.content, content_type="application/octet-stream")

    api = web.Application(client_max_size=LARGEST_BODY)
    api.add_routes(
        [
            web.get("/bot{token}/{method}", method),
            web.post("/bot{token}/{method}", method),
            web.get("/file/bot{token}/files/{name}", file),
        ]
    )
    return api


def _no(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)


async def _cut(request: web.Request) -> web.StreamResponse:
    """Ends in the middle of an answer."""
    begun = web.StreamResponse(headers={"Content-Length": "1000000"})
    await begun.prepare(request)
    await begun.write(b"{")
    if request.transport is not None:
        request.transport.close()
    return begun


async def _parameters(request: web.Request) -> tuple[dict[str, Any], Files]:
    parameters: dict[str, Any] = dict(request.query)
    body = await request.read()
    if request.content_type == "multipart/form-data":
        fields, files = _multipart(request.headers["Content-Type"], body)
        return {**parameters, **fields}, files
    if request.content_type == "application/json":
        parameters.update(json.loads(body) if body else {})
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
