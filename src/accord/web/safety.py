"""What keeps a server on one's own machine from serving anybody else.

A page from elsewhere, opened in the same browser, can send requests here. It cannot know the Host
under which it is asked for (a name that was pointed at this machine is refused), cannot change
anything (a change has to come from a page of this server), and nothing of it runs in our pages
(Content Security Policy).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

__all__ = ["MOST_BYTES", "POLICY", "Guard"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

MOST_BYTES = 1 << 20
"""Bytes of a request's body."""

MOST_SECONDS = 20.0
"""Seconds that a body may take to arrive."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

NAMES = ("127.0.0.1", "localhost", "::1")
SAFE = ("GET", "HEAD")


class Guard:
    """Refuses foreign hosts, changes from elsewhere and bodies too large; sets headers."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = _refusal(scope["method"], Headers(scope=scope))
        if refused is not None:
            await refused(scope, receive, _with_headers(send))
            return
        if scope["method"] not in SAFE:
            body = await _body(receive)
            if isinstance(body, PlainTextResponse):
                await body(scope, receive, _with_headers(send))
                return
            receive = _again(body, receive)
        await self._app(scope, receive, _with_headers(send))


def _refusal(method: str, headers: Headers) -> PlainTextResponse | None:
    host = headers.get("host", "")
    if _name(host) not in NAMES:
        return PlainTextResponse("This server answers on this machine alone.\n", 421)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return _too_large()
    if method not in SAFE and not _own(headers, host):
        return PlainTextResponse("A change has to come from a page of this server.\n", 403)
    return None


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _own(headers: Headers, host: str) -> bool:
    """Whether a request comes from a page of this server, by what browsers say of themselves."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    return origin == f"http://{host}" if origin is not None else site == "same-origin"


def _too_large() -> PlainTextResponse:
    return PlainTextResponse(f"A request may bring at most {MOST_BYTES:,} bytes.\n", 413)


async def _body(receive: Receive) -> bytes | PlainTextResponse:
    """The whole body, or why it is refused; nobody holds a connection by sending slowly."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(MOST_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return PlainTextResponse("The request broke off.\n", 400)
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > MOST_BYTES:
                    return _too_large()
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        return PlainTextResponse("The request took too long to arrive.\n", 408)


def _again(body: bytes, receive: Receive) -> Receive:
    """Hand a body that was read to whoever asks next."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _with_headers(send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return dressed
