"""Shares of worlds as a field of cells in cividis, each with its value."""

from __future__ import annotations

from typing import Any

from accord.brief.document import Chart
from accord.brief.drawings.labels import (
    finite,
    heads,
    inline,
    labelled,
    row_axis,
    shown,
)
from accord.brief.palette import PAPER

__all__ = ["draw"]

_CELL = 150
"""Widest cell in pixels."""


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{<x>, <y>, share}``; options ``x`` and ``y`` name the fields, order as given."""
    import altair as alt  # noqa: PLC0415

    across, down = chart.options["x"], chart.options["y"]
    columns = list(dict.fromkeys(str(record[across]) for record in chart.data))
    names = list(dict.fromkeys(str(record[down]) for record in chart.data))
    labels = labelled(names, width / 3)
    cell = min((width - labels.width) // len(columns), _CELL)
    cells = inline(
        [
            {
                "row": names.index(str(record[down])),
                "column": columns.index(str(record[across])),
                "share": finite(record["share"]),
                "shown": shown(record["share"]),
            }
            for record in chart.data
        ]
    )
    rows = [{"row": i, "label": text} for i, text in enumerate(labels.texts)]
    place = {"x": alt.X("column:O", axis=None), "y": alt.Y("row:O", axis=None)}
    scale = alt.Scale(domain=[0, 1], scheme="cividis")
    # Cividis passes from dark to light a little below its middle.
    inks = {"#ffffff": "!(datum.share > 0.46)", "#000000": "datum.share > 0.46"}
    plain = alt.Chart(cells)
    field = plain.mark_rect(stroke=PAPER, strokeWidth=3).encode(
        **place, color=alt.Color("share:Q", scale=scale, legend=None)
    )
    values = [
        plain.transform_filter(test).mark_text(color=ink).encode(**place, text=alt.Text("shown:N"))
        for ink, test in inks.items()
    ]
    layers = (field, *values, heads(columns, cell), *row_axis(rows))
    return alt.layer(*layers, width=alt.Step(cell), height=alt.Step(labels.step))
