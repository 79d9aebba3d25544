"""Blocks and spans of a document as HTML: one set of templates for brief, site and workbench.

Every string is escaped unless this module made it. A page may say in its template's context where
the derivation of a figure stands (``figure_address``) and what a chart can be taken away as
(``downloads``); the macros have to be imported ``with context`` then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from accord.brief import charts
from accord.brief.appendix import interval_text, value_text
from accord.brief.document import (
    Chart,
    Cited,
    Day,
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

__all__ = ["ASSETS", "Address", "Drawing", "environment"]

ASSETS = Path(__file__).parent / "assets"
"""Where the templates and the style of the brief lie."""

Address = Callable[[Figure], str]
"""Where the derivation of a figure stands."""

Drawing = Callable[[Chart, str, int], str]


def environment(*folders: Path, drawing: Drawing = charts.svg) -> Environment:
    """Templates of the brief, and of a page that has folders of its own.

    Parameters
    ----------
    folders : Path
        Searched before those of the brief.
    drawing : function of (Chart, label, width)
        Makes the SVG of a chart; a server keeps what it drew.
    """
    made = Environment(
        loader=FileSystemLoader([*folders, ASSETS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "spans": _spans_in,
        "interval": interval_text,
        "value": value_text,
        "day": _day,
        "plain": plain_text,
        "short": _short,
    }
    kinds = {"paragraph": Paragraph, "items": Items, "table": Table, "chart": Chart}
    tests: dict[str, Any] = {name: partial(_is, kind) for name, kind in kinds.items()}
    made.tests |= {**tests, "web": _web}
    made.globals |= {
        "drawing": partial(_drawing, drawing),
        "wide": charts.WIDE,
        "narrow": charts.NARROW,
    }
    return made


def _is(kind: type, value: object) -> bool:
    return isinstance(value, kind)


def _anchor(figure: Figure) -> str:
    return f"#{figure.id}"


@pass_context
def _spans_in(context: Context, text: Text) -> Markup:
    return _spans(text, context.get("figure_address", _anchor))


def _spans(text: Text, address: Address) -> Markup:
    return Markup("").join(_span(span, address) for span in text)


def _span(span: Span, address: Address) -> Markup:
    match span:
        case Figure():
            return Markup('<a class="figure" href="{}">{}</a>').format(address(span), span.text)
        case FromCase():
            return Markup('<span data-from="{}">{}</span>').format(span.path, span.text)
        case Cited():
            return Markup("<cite>{}</cite>").format(span.text)
        case Day():
            return _day(span.date)
        case Link():
            return _link(span)
        case Strong():
            return Markup("<strong>{}</strong>").format(_spans(span.spans, address))
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


def _drawing(draw: Drawing, chart: Chart, width: int) -> Markup:
    """An SVG by our own drawing, which escapes the names in it."""
    label = f"Chart: {plain_text(chart.title)}. The data stand in the table below."
    return Markup(draw(chart, label, width))  # noqa: S704


def _short(section: Section) -> str:
    """A section's name in the table of contents: its kicker up to a colon."""
    return section.kicker.partition(":")[0]
