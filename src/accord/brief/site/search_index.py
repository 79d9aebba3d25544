"""What the search of a site looks through, as a script that a page opened as a file can load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from accord.brief.site.register import Filed
from accord.brief.site.shared import Shelf, claim_anchor, newest_first

__all__ = ["documents", "search_script"]


def search_script(shelf: Shelf) -> str:
    """The documents as JavaScript in plain ASCII."""
    found = [{"id": number, **each} for number, each in enumerate(documents(shelf))]
    return f"var searchDocuments = {json.dumps(found, separators=(',', ':'))};\n"


def documents(shelf: Shelf) -> Iterator[dict[str, Any]]:
    """Everything that can be found: ``kind``, ``title``, ``text``, ``under`` and ``at``."""
    register = shelf.register
    for filed in newest_first(register):
        yield from _of_brief(shelf, filed)
    for entry in register.actors:
        yield _document("Actor", entry.name, "", "", f"actors/{entry.slug}.html")
    for entry in register.sources:
        number, own = entry.places[0]
        publisher = register.cases[number].case.file.sources[own].publisher
        yield _document("Source", entry.name, publisher, "", f"sources/{entry.slug}.html")
    for entry in register.categories:
        yield _document("Category", entry.name, "", "", f"categories/{entry.slug}.html")
    for filed in register.cases:
        yield from _of_claims(filed)


def _of_brief(shelf: Shelf, filed: Filed) -> Iterator[dict[str, Any]]:
    told, file = shelf.told[filed.number], filed.case.file
    page = f"cases/{filed.links.slug}/index.html"
    names = [
        *(record.title for record in file.packages.values()),
        *(record.title for record in file.provisions.values()),
        *(record.name for record in file.actors.values()),
        *file.categories,
    ]
    text = ". ".join([told["headline"], *names])
    yield _document("Brief", file.title, text, file.byline, page)
    for section, kicker, headline in told["sections"]:
        if section not in {"lead", "method", "sources", "categories"}:
            yield _document("Part of a brief", headline, kicker, file.title, f"{page}#{section}")


def _of_claims(filed: Filed) -> Iterator[dict[str, Any]]:
    file = filed.case.file
    for name, claim in file.claims.items():
        page = f"sources/{filed.links.sources[claim.source]}.html#{claim_anchor(filed, name)}"
        who = filed.case.actor_name(filed.actor(claim.actor) or claim.actor)
        yield _document("Claim", claim.claim, f"{who} {claim.quote}".strip(), file.title, page)


def _document(kind: str, title: str, text: str, under: str, at: str) -> dict[str, Any]:
    return {"kind": kind, "title": title, "text": text, "under": under, "at": at}
