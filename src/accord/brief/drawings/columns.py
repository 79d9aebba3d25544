"""Chances by year as columns with their errors: one panel a cause, all on one scale."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from accord.brief.document import Chart
from accord.brief.drawings.labels import finite, inline, shown, text_width
from accord.brief.palette import ACCENT, INK, MUTED, RULE
from accord.brief.words import percent

__all__ = ["draw"]

_HEIGHT = 66
"""Pixels of a column that fills the scale."""

_HEAD = 18
"""Pixels between the name of a panel and its scale, where the value of a full column stands."""

_LINE = 17
"""Pixels of a line of a name."""

_MARGIN = 40
"""Pixels left of the columns, for the ends of the scale."""

_WIDEST = 54
_SMALL = 12
_TOPS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
_MISSING = "too few worlds left"


_Align = Literal["left", "center", "right"]
_Weight = Literal[400, 600]


@dataclass
class _Sheet:
    """Marks in pixels from the top left; local to one drawing."""

    columns: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    words: dict[tuple[_Align, str, _Weight], list[dict[str, Any]]] = field(default_factory=dict)

    def write(
        self,
        text: str,
        x: float,
        y: float,
        align: _Align = "center",
        ink: str = INK,
        weight: _Weight = 400,
    ) -> None:
        """Note a line of text whose middle stands at a height."""
        self.words.setdefault((align, ink, weight), []).append({"x": x, "y": y, "text": text})


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{cause, year, share, low, high}``, cause by cause, each with the same years.

    A share of None is a year of which too little is known to draw it. Values stand over columns
    where there is room, else over the greatest of a panel only.
    """
    years = len({record["year"] for record in chart.data})
    sheet, step = _Sheet(), (width - _MARGIN) / years
    ends = [finite(record["high"]) or 0.0 for record in chart.data if record["share"] is not None]
    top = next((t for t in _TOPS if t >= max(ends, default=0.0)), 1.0)
    height = 0.0
    for start in range(0, len(chart.data), years):
        rows = chart.data[start : start + years]
        height = _panel(sheet, str(rows[0]["cause"]), rows, height, step, top)
    _years(sheet, chart, height, step, years)
    return _layers(sheet, width, int(height) + 34)


def _panel(
    sheet: _Sheet, name: str, rows: Sequence[Mapping[str, Any]], start: float, step: float,
    top: float,
) -> float:  # fmt: skip
    """One panel under another; where it ends."""
    right = _MARGIN + step * len(rows)
    lines = textwrap.wrap(name, int((right - 4) / (13 * 0.56))) or [""]
    for i, line in enumerate(lines):
        sheet.write(line, 0, start + _LINE * (i + 0.5), "left", INK, 600)
    full = start + _LINE * len(lines) + _HEAD
    foot = full + _HEIGHT
    for at, text in ((full, percent(top)), (foot, "0%")):
        sheet.rules.append({"x": _MARGIN, "x2": right, "y": at})
        sheet.write(text, _MARGIN - 8, at, "right", MUTED)
    known = [row for row in rows if finite(row["share"]) is not None]
    greatest = max(known, key=lambda row: float(row["share"]), default=None)
    for i, row in enumerate(rows):
        middle, share = _MARGIN + step * (i + 0.5), finite(row["share"])
        if share is None:
            _gap(sheet, middle, step, len(rows) - i, foot)
            break
        low, high = (foot - _HEIGHT * (finite(row[key]) or 0.0) / top for key in ("low", "high"))
        half = min(0.62 * step, _WIDEST) / 2
        level = foot - _HEIGHT * share / top
        sheet.columns.append({"x": middle - half, "x2": middle + half, "y": level, "y2": foot})
        if low - high > 1:
            sheet.errors.append({"x": middle, "y": low, "y2": high})
        if step >= text_width(">99%", _SMALL) or row is greatest:
            above = min(level, high) - 8
            # above the line that it would stand on
            sheet.write(shown(share), middle, above if above > full + 9 else full - 8)
    return foot + 20


def _gap(sheet: _Sheet, middle: float, step: float, years: int, foot: float) -> None:
    """Say that the rest of a panel is left empty, and why."""
    text = _MISSING if text_width(_MISSING, _SMALL) <= step * years - 8 else "–"
    sheet.write(text, middle - step / 2 + 6, foot - 10, "left", MUTED)


def _years(sheet: _Sheet, chart: Chart, height: float, step: float, years: int) -> None:
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100) if n * step >= 24 or n == 100)
    for i in range(years):
        if (i + 1) % every == 0 or years < every:
            sheet.write(str(chart.data[i]["year"]), _MARGIN + step * (i + 0.5), height)
    title = str(chart.options.get("x_title", ""))
    if title:
        sheet.write(title, _MARGIN + step * years / 2, height + 22, "center", MUTED)


def _layers(sheet: _Sheet, width: int, height: int) -> Any:
    import altair as alt  # noqa: PLC0415

    across = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False, zero=False))
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False, zero=False))
    layers = [
        alt.Chart(inline(sheet.rules)).mark_rule(color=RULE).encode(
            x=across, x2=alt.X2("x2:Q"), y=down
        ),
        alt.Chart(inline(sheet.columns)).mark_rect(color=ACCENT).encode(
            x=across, x2=alt.X2("x2:Q"), y=down, y2=alt.Y2("y2:Q")
        ),
        alt.Chart(inline(sheet.errors)).mark_rule(color=INK).encode(
            x=across, y=down, y2=alt.Y2("y2:Q")
        ),
    ]  # fmt: skip
    layers += [
        alt.Chart(inline(rows)).mark_text(
            align=align, baseline="middle", color=ink, fontWeight=weight,
            fontSize=13 if weight > 400 else _SMALL,
        ).encode(x=across, y=down, text=alt.Text("text:N"))
        for (align, ink, weight), rows in sheet.words.items()
    ]  # fmt: skip
    return alt.layer(*layers, width=width, height=height)
