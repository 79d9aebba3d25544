"""Two parties' utilities against each other: the contract curve and the packages on the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accord.brief.document import Chart
from accord.brief.drawings.labels import inline, labelled
from accord.brief.palette import ACCENT, INK, MUTED, RULE

__all__ = ["draw"]

_LINE = 15
"""Pixels that a line of an axis title takes."""

_MARGIN = 4.0
"""Points of utility around what is drawn."""


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{x, y, kind, label}`` with kind ``curve``, ``agreed`` or ``package``.

    ``options`` has ``x_title``, ``y_title`` and the walk-away values ``x_least`` and ``y_least``,
    beyond which each party accepts. Packages carry a letter; the table tells which is which.
    """
    import altair as alt  # noqa: PLC0415

    ends = {axis: _ends(chart, axis) for axis in "xy"}
    height = min(width - 60, 380)
    titles = {
        axis: labelled([chart.options[f"{axis}_title"]], room).texts[0].split("\n")
        for axis, room in (("x", width - 80), ("y", height))
    }
    x, y = (_axis(alt, axis, titles[axis], ends[axis]) for axis in "xy")
    kinds: Mapping[str, Any] = {
        kind: alt.Chart(inline([dict(r) for r in chart.data if r["kind"] == kind]))
        for kind in ("curve", "agreed", "package")
    }
    corner = [{axis: chart.options[f"{axis}_least"] for axis in "xy"}]
    area = alt.Chart(
        inline([{**corner[0], "x_end": ends["x"][1], "y_end": ends["y"][1]}])
    ).mark_rect(color=RULE, opacity=0.45)
    zone = area.encode(x=x, x2=alt.X2("x_end:Q"), y=y, y2=alt.Y2("y_end:Q"))
    layers = [zone]
    for kind, colour, size in (("curve", MUTED, 9), ("agreed", ACCENT, 16)):
        if any(r["kind"] == kind for r in chart.data):
            dots = kinds[kind].mark_circle(color=colour, size=size, opacity=1)
            layers.append(dots.encode(x=x, y=y))
    mark = kinds["package"].mark_point(shape="diamond", filled=True, color=INK, size=60, opacity=1)
    name = kinds["package"].mark_text(
        align="left", baseline="bottom", dx=4, dy=-2, fontSize=12, fontWeight=600
    )
    layers += [mark.encode(x=x, y=y), name.encode(x=x, y=y, text=alt.Text("label:N"))]
    across = width - 50 - _LINE * len(titles["y"])
    return alt.layer(*layers, width=across, height=height)


def _ends(chart: Chart, axis: str) -> tuple[float, float]:
    values = [float(r[axis]) for r in chart.data] + [float(chart.options[f"{axis}_least"])]
    return min(values) - _MARGIN, max(values) + _MARGIN


def _axis(alt: Any, axis: str, title: list[str], ends: tuple[float, float]) -> Any:
    scale = alt.Scale(domain=list(ends), nice=False, zero=False)
    kind = alt.X if axis == "x" else alt.Y
    style = alt.Axis(title=title, grid=True, tickCount=5)
    return kind(f"{axis}:Q", scale=scale, axis=style)
