"""States of a conflict side by side: an option a row, a state a column, a mark where it is on."""

from __future__ import annotations

import textwrap
from typing import Any

from accord.brief.document import Chart
from accord.brief.drawings.labels import heads, inline, labelled, row_axis
from accord.brief.palette import ACCENT, MUTED

__all__ = ["draw"]

_CELL = 110
"""Widest cell in pixels."""

_ROW = 30
"""Least height of a row in pixels."""

_BELOW, _LINE = 8, 13
"""Pixels from a mark to the name of its level, and between two lines of it."""


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{<x>, <y>, level, changed}``; options ``x`` and ``y`` name the fields, order as given.

    ``level`` is empty where the option is off, ``on`` where it is on, else the name of its level.
    What differs from the first state is drawn in the accent.
    """
    import altair as alt  # noqa: PLC0415

    across, down = chart.options["x"], chart.options["y"]
    columns = list(dict.fromkeys(str(record[across]) for record in chart.data))
    names = list(dict.fromkeys(str(record[down]) for record in chart.data))
    labels = labelled(names, width / 2.2)
    cell = min((width - labels.width) // len(columns), _CELL)
    cells = inline(
        [
            {
                "row": names.index(str(record[down])),
                "column": columns.index(str(record[across])),
                "filled": bool(record["level"]),
                "level": _wrapped(str(record["level"]), cell),
                "changed": bool(record["changed"]),
            }
            for record in chart.data
        ]
    )
    place = {"x": alt.X("column:O", axis=None), "y": alt.Y("row:O", axis=None)}
    inks = alt.Scale(domain=[False, True], range=[MUTED, ACCENT])
    colour = alt.Color("changed:N", scale=inks, legend=None)
    plain = alt.Chart(cells)
    marks = [
        plain.transform_filter(test)
        .mark_point(shape="circle", size=110, filled=filled, opacity=1, strokeWidth=1.5)
        .encode(**place, color=colour)
        for test, filled in (("datum.filled", True), ("!datum.filled", False))
    ]
    levels = plain.mark_text(
        dy=_BELOW, baseline="top", fontSize=11, lineBreak="\n", lineHeight=_LINE
    ).encode(**place, text=alt.Text("level:N"))
    deepest = max(_wrapped(str(record["level"]), cell).count("\n") for record in chart.data)
    named = any(record["level"] not in {"", "on"} for record in chart.data)
    step = max(labels.step, _ROW + named * 2 * _LINE * (deepest + 1))
    rows = [{"row": i, "label": text} for i, text in enumerate(labels.texts)]
    layers = (*marks, levels, heads(columns, cell), *row_axis(rows))
    return alt.layer(*layers, width=alt.Step(cell), height=alt.Step(step))


def _wrapped(level: str, cell: int) -> str:
    """The name of a level in lines that fit a cell; nothing for what is merely on or off."""
    return "" if level in {"", "on"} else "\n".join(textwrap.wrap(level, max(cell // 7, 6)))
