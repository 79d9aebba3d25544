"""The feed of a site: Atom 1.0 (RFC 4287), an entry a brief."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from accord._errors import UsageError

__all__ = ["FeedEntry", "checked_address", "feed"]

_ATOM = "http://www.w3.org/2005/Atom"
_OUTSIDE_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMESPACE = uuid.UUID("3c6f2f0e-6a0b-5d0c-9a0e-5c1f7d2b8e41")
"""Under which names of sites and briefs become identifiers; never to be changed."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A brief as the feed tells it.

    Attributes
    ----------
    path : str
        Of its page in the site.
    title, summary, author : str
    date : date
    categories : tuple of str
    """

    path: str
    title: str
    summary: str
    author: str
    date: dt.date
    categories: tuple[str, ...]


def checked_address(address: str) -> str:
    """The address of a site's folder, with a stroke at its end.

    Raises
    ------
    UsageError
        If no page can be linked to from it.
    """
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and parts.hostname and not address.split()[1:]
        sound = sound and not parts.query and not parts.fragment and not parts.username
    except ValueError:
        sound = False
    if not sound:
        raise UsageError(
            f"found --address {address}, wanted where the site will stand, such as "
            "https://example.org/briefs/"
        )
    return address if address.endswith("/") else f"{address}/"


def feed(title: str, entries: Sequence[FeedEntry], address: str = "") -> str:
    """The feed.

    Parameters
    ----------
    title : str
        Of the site.
    entries : sequence of FeedEntry
        Latest first.
    address : str
        As :func:`checked_address` gives it; without it links are relative and identifiers are made
        of names.

    Returns
    -------
    str
        An XML document; the same input gives the same characters.
    """
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _add(root, "id", _identifier(address, "", title))
    _add(root, "title", title)
    _add(root, "updated", _moment(max(entry.date for entry in entries)))
    author = ET.SubElement(root, "author")
    _add(author, "name", title)
    _add(root, "generator", "accord")
    if address:
        _link(root, "self", f"{address}feed.xml", "application/atom+xml")
    _link(root, "alternate", f"{address}index.html", "text/html")
    for entry in entries:
        _entry(root, title, entry, address)
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _entry(root: ET.Element, title: str, entry: FeedEntry, address: str) -> None:
    node = ET.SubElement(root, "entry")
    _add(node, "id", _identifier(address, entry.path, title))
    _add(node, "title", entry.title)
    _add(node, "updated", _moment(entry.date))
    if entry.author:
        _add(ET.SubElement(node, "author"), "name", entry.author)
    _link(node, "alternate", f"{address}{entry.path}", "text/html")
    for name in entry.categories:
        ET.SubElement(node, "category", {"term": _clean(name)})
    _add(node, "summary", entry.summary)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _clean(text)


def _link(parent: ET.Element, relation: str, target: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": relation, "type": kind, "href": target})


def _clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return _OUTSIDE_XML.sub("\ufffd", text)


def _moment(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _identifier(address: str, path: str, title: str) -> str:
    if address:
        return f"{address}{path}"
    name = f"{title}\n{path}".encode("utf-8", "replace").decode()
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, name)}"
