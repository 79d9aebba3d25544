"""The workbench in this process, and its pages taken apart.

``serving(folder)`` is a client of it; ``ask`` sends a request as it would come off the wire, which
the client would put in order first; ``Page`` is a page in pieces.
"""

from __future__ import annotations

import asyncio
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

from accord.web.app import application

with warnings.catch_warnings():
    # the client says that it would rather be driven by another library
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

WORLDS = 256
HERE = "http://127.0.0.1"
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": HERE}
"""What a browser says of a form on one of our pages."""


@contextmanager
def serving(folder, **options):
    """A client of the workbench on a folder."""
    app = application(folder, worlds=options.pop("worlds", WORLDS))
    with TestClient(app, base_url=HERE, follow_redirects=False, **options) as client:
        yield client


def over(client, work):
    """The state of a piece of work once it is over."""
    while True:
        told = client.get(f"/api/works/{work}").json()
        if told["stage"] in {"done", "failed", "cancelled"}:
            return told
        time.sleep(0.05)


def whole(client, address):
    """What a twin answers once it is worked out."""
    answer = client.get(address)
    while answer.status_code == 202:
        told = over(client, answer.json()["id"])
        assert told["stage"] == "done", told
        answer = client.get(address)
    return answer


@dataclass
class Answered:
    """What came over the wire."""

    status: int
    headers: dict
    body: bytes
    raised: Exception | None


STALLED = object()
"""In a body: nothing more comes."""


def ask(app, path, *, method="GET", headers=(), body=(b"",), host="127.0.0.1"):
    """Send one request as it stands; ``headers`` are pairs, ``body`` is parts."""
    place, _, query = path.partition("?")
    named = [("host", host)] if host is not None else []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(place),
        "raw_path": place.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in (*named, *headers)
        ],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }
    parts, sent = list(body), []

    async def receive():
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        if part is STALLED:
            await asyncio.sleep(600)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    raised = None
    try:
        asyncio.run(app(scope, receive, send))
    except Exception as error:  # noqa: BLE001  told to whoever asks
        raised = error
    start = sent[0]
    return Answered(
        start["status"],
        {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in sent[1:]),
        raised,
    )


class Page(HTMLParser):
    """A page: every tag with its attributes, in order, and the text between."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.pieces = []
        self.inside = {"script": [], "style": []}
        self._open = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open = tag if tag in self.inside else None

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self._open = None

    def handle_data(self, data):
        if self._open is not None:
            self.inside[self._open].append(data)
        else:
            self.pieces.append(data)

    @property
    def text(self):
        """All words, blanks as one."""
        return " ".join("".join(self.pieces).split())

    def all(self, tag, **wanted):
        """Attributes of the tags of that name that have these."""
        return [
            given for name, given in self.tags
            if name == tag and all(given.get(key) == value for key, value in wanted.items())
        ]  # fmt: skip

    def links(self):
        """Every address that the page names."""
        return [
            value for _, given in self.tags for name, value in given.items()
            if name in {"href", "src", "action", "hx-get", "hx-post", "formaction", "xlink:href"}
        ]  # fmt: skip

    def twin(self):
        """The address of the page as data."""
        (found,) = self.all("link", rel="alternate", type="application/json")
        return found["href"]
