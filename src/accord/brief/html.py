"""A brief as one HTML page: no script, nothing to load, every number linked to its derivation."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment

from accord.brief.appendix import Appendix, appendix
from accord.brief.document import Document, Items
from accord.brief.markup import environment
from accord.brief.typefaces import style_rules
from accord.case.case import Case

__all__ = ["LAST", "render", "source_anchors"]

_ASSETS = Path(__file__).parent / "assets"
LAST = "method"
"""The section that ends with the derivations; it comes last, however long they are."""

_SOURCES = "sources"
"""The section that lists the sources, each item beginning with the source's name."""

_TAG = re.compile(r"<[^>]*>")


def render(document: Document, case: Case, templates: Environment | None = None) -> str:
    """Render a brief.

    Parameters
    ----------
    document : Document
    case : Case
        The case of the run, for its claims and sources.
    templates : Environment, optional
        As ``markup.environment`` makes them; who writes many briefs makes them once.

    Returns
    -------
    str
        A whole page. The same document and case give the same characters.
    """
    behind = appendix(document, case)
    sections = sorted(document.sections, key=lambda section: section.id == LAST)
    body = (
        (templates or environment())
        .get_template("brief.html.j2")
        .render(
            document=document,
            sections=sections,
            last=LAST,
            behind=behind,
            listed=source_anchors(document, behind),
        )
    )
    return body.replace(_STYLE, _style(body), 1)


_STYLE = "/* style */"
"""Where the template leaves room for the style, which depends on the characters of the page."""


def _style(body: str) -> str:
    own = (_ASSETS / "brief.css").read_text(encoding="utf-8")
    return f"{style_rules(_TAG.sub('', body))}\n{own}"


def source_anchors(document: Document, behind: Appendix) -> dict[str, str]:
    """Anchors of sources that the brief lists itself, by the words with which their items begin."""
    known = {f"{cited.name}. ": cited.anchor for cited in behind.sources}
    first = {
        item[0]
        for section in document.sections
        if section.id == _SOURCES
        for block in section.blocks
        if isinstance(block, Items)
        for item in block.items
        if item and isinstance(item[0], str)
    }
    return {words: anchor for words, anchor in known.items() if words in first}
