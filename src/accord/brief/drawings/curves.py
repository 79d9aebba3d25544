"""Shares over the years as curves with their bands, each named at its end."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Mapping
from typing import Any

from accord.brief.document import Chart
from accord.brief.drawings.labels import (
    finite,
    inline,
    text_width,
)
from accord.brief.palette import INK, SERIES

__all__ = ["draw"]

_HEIGHT = 300
_LINE = 15
"""Pixels between two lines of a name."""

_GAP = 7
"""Pixels between two names."""

_ROOM = 500
"""Pixels from which the names fit behind the curves."""


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{year, rule, share, low, high}``, the first rule the leading one.

    Options: ``x_title``; ``steps``, whether a share holds until the next one; ``marks``, the words
    to stand at some values of the axis, in place of years.

    Names stand at the ends of the curves where there is room, else above the drawing; they are
    moved apart so that none lies on another. The leading rule is drawn last, over those that run
    along with it.
    """
    import altair as alt  # noqa: PLC0415

    rules = list(dict.fromkeys(str(record["rule"]) for record in chart.data))
    names = _beside(chart, rules, width) if width >= _ROOM else _above(rules, width)
    reach = max(float(record["year"]) for record in chart.data)
    panel = width - 44 - (names[0]["room"] if width >= _ROOM else 0)
    points = inline([_point(record, rules) for record in reversed(chart.data)])
    colour = alt.Color(
        "series:O",
        scale=alt.Scale(domain=list(range(len(SERIES))), range=list(SERIES)),
        legend=None,
    )
    across = alt.X(
        "year:Q", scale=alt.Scale(domain=[0, reach], nice=False), axis=_axis(chart, reach, panel)
    )
    down = alt.Y(
        "share:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".0%"),
    )
    way: Any = "step-after" if chart.options.get("steps") else "linear"
    band = alt.Chart(points).mark_area(opacity=0.18, interpolate=way).encode(
        x=across, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), color=colour
    )  # fmt: skip
    thick = alt.StrokeWidth(
        "leads:N", scale=alt.Scale(domain=[False, True], range=[1.8, 3]), legend=None
    )
    line = (
        alt.Chart(points)
        .mark_line(interpolate=way)
        .encode(x=across, y=down, color=colour, strokeWidth=thick)
    )
    return alt.layer(band, line, *_names(names, panel, reach, colour), width=panel, height=_HEIGHT)


def _axis(chart: Chart, reach: float, panel: int) -> Any:
    import altair as alt  # noqa: PLC0415

    marks: Mapping[int, str] = chart.options.get("marks") or {}
    plain = alt.Axis(
        format="d",
        grid=False,
        labelFlush=False,
        values=list(range(0, int(reach) + 1, max(int(reach) // 10, 1))),
        title=chart.options.get("x_title"),
        titlePadding=8,
    )
    if not marks:
        return plain
    # words that would touch are left out
    kept: dict[int, str] = {}
    free = -math.inf
    for value, word in sorted(marks.items()):
        left = value * panel / reach - text_width(word) / 2 if reach else 0.0
        if left > free:
            kept[value], free = word, left + text_width(word) + 8
    words = json.dumps({str(value): word for value, word in kept.items()})
    return alt.Axis(
        grid=False, labelFlush=False, values=list(kept), labelExpr=f"{words}[datum.value]",
        title=None,
    )  # fmt: skip


def _point(record: Any, rules: list[str]) -> dict[str, Any]:
    numbers = {key: finite(record[key]) for key in ("share", "low", "high")}
    return {
        "year": record["year"],
        "series": rules.index(str(record["rule"])) % len(SERIES),
        "leads": str(record["rule"]) == rules[0],
        **numbers,
    }


def _beside(chart: Chart, rules: list[str], width: int) -> list[dict[str, Any]]:
    """Names behind the curves, each as near to the end of its curve as the others let it."""
    ends = {str(record["rule"]): finite(record["share"]) or 0.0 for record in chart.data}
    ordered = sorted(rules, key=lambda rule: (-ends[rule], rules.index(rule)))
    lines = [textwrap.wrap(rule, width // 25) or [""] for rule in ordered]
    halves = [_LINE * len(one) / 2 + _GAP / 2 for one in lines]
    middles: list[float] = []
    for rule, half in zip(ordered, halves, strict=True):
        free = middles[-1] + halves[len(middles) - 1] if middles else -_LINE
        middles.append(max((1.0 - ends[rule]) * _HEIGHT, free + half))
    # From below, each moves up no further than what was pushed under the axis asks.
    floor: float = _HEIGHT + _LINE
    for i in reversed(range(len(ordered))):
        middles[i] = min(middles[i], floor - halves[i])
        floor = middles[i] - halves[i]
    room = max(text_width(line) for one in lines for line in one) + 30
    return [
        {**_name(rules, rule, lines[i], middles[i]), "end": ends[rule], "room": room}
        for i, rule in enumerate(ordered)
    ]


def _above(rules: list[str], width: int) -> list[dict[str, Any]]:
    """Names above the drawing, one below the other, the leading rule first."""
    free = -14.0
    names: list[dict[str, Any]] = []
    for rule in reversed(rules):
        lines = textwrap.wrap(rule, width // 8) or [""]
        middle = free - _LINE * len(lines) / 2
        free = middle - _LINE * len(lines) / 2 - _GAP
        names.append({**_name(rules, rule, lines, middle), "end": None})
    return names


def _name(rules: list[str], rule: str, lines: list[str], middle: float) -> dict[str, Any]:
    return {
        "series": rules.index(rule) % len(SERIES),
        "label": "\n".join(lines),
        "middle": middle,
        # Vega sets the first line on the place of a text, not its middle.
        "first": middle - _LINE * (len(lines) - 1) / 2,
    }


def _names(names: list[dict[str, Any]], panel: int, reach: float, colour: Any) -> list[Any]:
    """Swatches and names; places in pixels become values of the two scales."""
    import altair as alt  # noqa: PLC0415

    behind = names[0]["end"] is not None
    left, right = (panel + 4, panel + 18) if behind else (0, 16)
    rows = [
        {
            "series": n["series"],
            "label": n["label"],
            "from": left * reach / panel,
            "to": right * reach / panel,
            "word": (right + 6) * reach / panel,
            "start": n["end"] if behind else 1.0 - n["middle"] / _HEIGHT,
            "stop": 1.0 - n["middle"] / _HEIGHT,
            "line": 1.0 - n["first"] / _HEIGHT,
        }
        for n in names
    ]
    plain = alt.Chart(inline(rows))
    swatch = plain.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("from:Q"), x2=alt.X2("to:Q"), y=alt.Y("start:Q"), y2=alt.Y2("stop:Q"), color=colour
    )
    word = plain.mark_text(
        align="left", baseline="middle", lineBreak="\n", lineHeight=_LINE, color=INK
    ).encode(x=alt.X("word:Q"), y=alt.Y("line:Q"), text=alt.Text("label:N"))
    return [swatch, word]
