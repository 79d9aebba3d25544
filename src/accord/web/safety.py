"""What keeps a server on one's own machine from serving anybody else.

A page from elsewhere, opened in the same browser, can send requests here. It cannot know the Host
under which it is asked for (a name that was pointed at this machine is refused), cannot change
anything (a change has to come from a page of this server), and nothing of it runs in our pages
(Content Security Policy).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

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
    # under no-referrer browsers hide the Origin of our own forms, by which they are known
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
"""Under which names this machine may be asked for; nothing before, between or behind them."""

LENGTH = re.compile(r"[0-9]{1,18}")
SAFE = ("GET", "HEAD")

BROKEN = "Something broke here, which is a mistake of accord's; nothing was kept of it.\n"


class Guard:
    """Refuses foreign hosts, changes from elsewhere and bodies too large; sets headers."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Dressed(send)
        refused = _refusal(scope["method"], Headers(scope=scope))
        if refused is not None:
            await refused(scope, receive, answer)
            return
        if scope["method"] not in SAFE:
            body = await _body(receive)
            if isinstance(body, PlainTextResponse):
                await body(scope, receive, answer)
                return
            receive = _again(body, receive)
        try:
            await self._app(scope, receive, answer)
        except Exception:
            # whoever is further out would answer without our headers
            if not answer.began:
                await PlainTextResponse(BROKEN, 500)(scope, receive, answer)
            raise


def _refusal(method: str, headers: Headers) -> PlainTextResponse | None:
    hosts = headers.getlist("host")
    if len(hosts) != 1 or HOST.fullmatch(hosts[0]) is None:
        return PlainTextResponse("This server answers on this machine alone.\n", 421)
    length = headers.get("content-length", "0")
    if LENGTH.fullmatch(length) is None or int(length) > MOST_BYTES:
        return _too_large()
    if method not in SAFE and not _own(headers, hosts[0]):
        return PlainTextResponse("A change has to come from a page of this server.\n", 403)
    return None


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


class _Dressed:
    """Sends an answer with the headers that every answer has.

    Attributes
    ----------
    began : bool
        Whether any of it was sent.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.began = False

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        if message["type"] == "http.response.start":
            self.began = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)
