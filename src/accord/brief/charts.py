"""Charts of the brief as SVG: drawn by Altair, measured with the shipped typefaces.

The drawing carries no title, because the finding stands above it as text, and no colour of its
own: inks are variables of the page, so that one drawing serves light, dark and print.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from accord._errors import ModelError
from accord.brief import palette
from accord.brief.document import Chart
from accord.brief.drawings import (
    bars,
    columns,
    curves,
    dots,
    heat,
    intervals,
    options,
    plane,
    waits,
)
from accord.brief.typefaces import FOLDER

__all__ = ["KINDS", "NARROW", "WIDE", "png", "specification", "standing_alone", "svg"]

WIDE, NARROW = 660, 330
"""Widths in pixels: for a column of text, and for a telephone."""

KINDS: Mapping[str, Callable[[Chart, int], Any]] = {
    "bars": bars.draw,
    "columns": columns.draw,
    "curves": curves.draw,
    "dots": dots.draw,
    "heat": heat.draw,
    "intervals": intervals.draw,
    "options": options.draw,
    "plane": plane.draw,
    "waits": waits.draw,
}
"""What can be drawn: a kind of chart and what makes an Altair chart of it."""

_SIZE = re.compile(r'^<svg [^>]*?viewBox="([^"]+)"[^>]*>')
_ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")')
_NAMED = re.compile(r'\b(id="|url\(#|href="#)')


def svg(chart: Chart, label: str, width: int = WIDE) -> str:
    """Draw a chart.

    Parameters
    ----------
    chart : Chart
    label : str
        What the drawing shows, for readers who do not see it.
    width : int
        In pixels.

    Returns
    -------
    str
        An ``svg`` element; names inside it begin with the chart's id and the width.

    Raises
    ------
    ModelError
        For an unknown kind of chart.
    """
    return _for_the_page(_drawn("svg", specification(chart, width)), f"{chart.id}-{width}", label)


def standing_alone(chart: Chart, title: str) -> str:
    """A chart as an SVG file of its own: with its finding as title, on paper.

    Raises
    ------
    ModelError
        For an unknown kind of chart.
    """
    return str(_drawn("svg", _titled(chart, title)))


def png(chart: Chart, title: str) -> bytes:
    """A chart as a picture, two pixels to each of its own, with its finding as title.

    Raises
    ------
    ModelError
        For an unknown kind of chart.
    """
    return bytes(_drawn("png", _titled(chart, title), scale=2))


def _drawn(kind: str, drawing: dict[str, Any], **how: Any) -> Any:
    # Both are slow to import and only needed here.
    import altair as alt  # noqa: PLC0415
    import vl_convert  # noqa: PLC0415

    vl_convert.register_font_directory(str(FOLDER))
    convert = vl_convert.vegalite_to_svg if kind == "svg" else vl_convert.vegalite_to_png
    return convert(
        drawing,
        vl_version=".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2]),
        config=dict(palette.CONFIG),
        allowed_base_urls=[],
        **how,
    )


def _titled(chart: Chart, title: str) -> dict[str, Any]:
    drawing = specification(chart, WIDE)
    heading = {
        "text": textwrap.wrap(title, 78), "anchor": "start", "fontSize": 15, "fontWeight": 600,
        "color": palette.INK, "font": palette.FONT, "offset": 14,
    }  # fmt: skip
    return drawing | {"title": heading, "background": palette.PAPER, "padding": 14}


def specification(chart: Chart, width: int, *, validate: bool = False) -> dict[str, Any]:
    """The chart in Vega-Lite; checked against its schema only if asked, because that is slow."""
    from altair.utils.schemapi import debug_mode  # noqa: PLC0415

    if chart.kind not in KINDS:
        raise ModelError(f"no chart of kind {chart.kind!r}; there are {', '.join(KINDS)}")
    with debug_mode(validate):
        drawing = KINDS[chart.kind](chart, width)
        return dict(drawing.to_dict(validate=validate))


def _for_the_page(drawn: str, prefix: str, label: str) -> str:
    """Name what is inside after the chart, tie inks to the page, let the page set the size."""
    # the whole is one picture with one name; its parts have none to tell
    drawn = _ROLES.sub("", drawn)
    found = _SIZE.match(drawn)
    assert found is not None, drawn[:200]
    box = found.group(1)
    _, _, width, height = box.split()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(label)}">'
    )
    body = _NAMED.sub(rf"\g<1>{prefix}-", drawn[found.end() :])
    for ink, variable in palette.VARIABLES.items():
        body = body.replace(f'"{ink}"', f'"var({variable}, {ink})"')
    return head + body
