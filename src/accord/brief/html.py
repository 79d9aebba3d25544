"""A brief as one HTML page: no script, nothing to load, every number linked to its derivation."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from accord.brief import charts
from accord.brief.appendix import Appendix, appendix, interval_text, value_text
from accord.brief.document import (
    Chart,
    Cited,
    Day,
    Document,
    Figure,
    FromCase,
    Items,
    Link,
    Paragraph,
    Section,
    Span,
    Strong,
    Table,
    Text,
)
from accord.brief.plain import day_text, plain_text
from accord.brief.typefaces import style_rules
from accord.case.case import Case

__all__ = ["render"]

_ASSETS = Path(__file__).parent / "assets"
_LAST = "method"
"""The section that ends with the derivations; it comes last, however long they are."""

_SOURCES = "sources"
"""The section that lists the sources, each item beginning with the source's name."""

_TAG = re.compile(r"<[^>]*>")


def render(document: Document, case: Case) -> str:
    """Render a brief.

    Parameters
    ----------
    document : Document
    case : Case
        The case of the run, for its claims and sources.

    Returns
    -------
    str
        A whole page. The same document and case give the same characters.
    """
    behind = appendix(document, case)
    sections = sorted(document.sections, key=lambda section: section.id == _LAST)
    body = (
        _environment()
        .get_template("brief.html.j2")
        .render(
            document=document,
            sections=sections,
            last=_LAST,
            behind=behind,
            listed=_source_anchors(document, behind),
        )
    )
    return body.replace(_STYLE, _style(body), 1)


_STYLE = "/* style */"
"""Where the template leaves room for the style, which depends on the characters of the page."""


def _style(body: str) -> str:
    own = (_ASSETS / "brief.css").read_text(encoding="utf-8")
    return f"{style_rules(_TAG.sub('', body))}\n{own}"


def _environment() -> Environment:
    # Every string is escaped unless this module made it.
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "spans": _spans,
        "interval": interval_text,
        "value": value_text,
        "day": _day,
        "plain": plain_text,
        "short": _short,
    }
    kinds = {"paragraph": Paragraph, "items": Items, "table": Table, "chart": Chart}
    tests: dict[str, Any] = {name: partial(_is, kind) for name, kind in kinds.items()}
    environment.tests |= {**tests, "web": _web}
    environment.globals |= {"drawing": _drawing, "wide": charts.WIDE, "narrow": charts.NARROW}
    return environment


def _is(kind: type, value: object) -> bool:
    return isinstance(value, kind)


def _spans(text: Text) -> Markup:
    return Markup("").join(_span(span) for span in text)


def _span(span: Span) -> Markup:
    match span:
        case Figure():
            return Markup('<a class="figure" href="#{}">{}</a>').format(span.id, span.text)
        case FromCase():
            return Markup('<span data-from="{}">{}</span>').format(span.path, span.text)
        case Cited():
            return Markup("<cite>{}</cite>").format(span.text)
        case Day():
            return _day(span.date)
        case Link():
            return _link(span)
        case Strong():
            return Markup("<strong>{}</strong>").format(_spans(span.spans))
    return escape(span)


def _day(date: dt.date) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(date.isoformat(), day_text(date))


def _web(address: str) -> bool:
    """Whether an address leads to the web; a case could hold any other scheme."""
    return address.startswith(("https://", "http://"))


def _link(link: Link) -> Markup:
    if link.target.startswith("#"):
        return Markup('<a href="{}">{}</a>').format(link.target, link.text)
    if _web(link.target):
        return Markup('<a rel="noopener noreferrer" href="{}">{}</a>').format(
            link.target, link.text
        )
    return escape(link.text)


def _drawing(chart: Chart, width: int) -> Markup:
    """An SVG by our own drawing, which escapes the names in it."""
    label = f"Chart: {plain_text(chart.title)}. The data stand in the table below."
    return Markup(charts.svg(chart, label, width))  # noqa: S704


def _short(section: Section) -> str:
    """A section's name in the table of contents: its kicker up to a colon."""
    return section.kicker.partition(":")[0]


def _source_anchors(document: Document, behind: Appendix) -> dict[str, str]:
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
