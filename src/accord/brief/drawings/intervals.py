"""Chances with their spread over worlds: a dot for the mean, a bar for the middle nine tenths."""

from __future__ import annotations

from typing import Any

from accord.brief.document import Chart
from accord.brief.drawings.labels import (
    finite,
    inline,
    labelled,
    pixels_across,
    row_axis,
    shown,
)
from accord.brief.palette import ACCENT, INK, MUTED, RULE

__all__ = ["draw"]

_VALUE = 48
"""Pixels for the value in the margin."""


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{<y>, share, low, high, own}``, drawn from the least share to the greatest.

    Option ``y`` names the field of the label, ``x_title`` the axis; the row that is the brief's
    own is set in the accent.
    """
    import altair as alt  # noqa: PLC0415

    known = (record for record in chart.data if finite(record["share"]) is not None)
    ordered = sorted(known, key=lambda record: float(record["share"]))
    labels = labelled([str(record[chart.options["y"]]) for record in ordered], width / 3)
    rows = [
        {
            "row": i,
            "label": labels.texts[i],
            "own": bool(record.get("own")),
            **{key: finite(record[key]) for key in ("share", "low", "high")},
            "shown": shown(record["share"]),
        }
        for i, record in enumerate(ordered)
    ]
    panel = width - labels.width - _VALUE
    place, scale = alt.Y("row:O", axis=None), alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(
        values=[0, 0.25, 0.5, 0.75, 1],
        format=".0%",
        labelFlush=False,
        title=chart.options.get("x_title"),
    )
    colour = alt.Color(
        "own:N", scale=alt.Scale(domain=[False, True], range=[MUTED, ACCENT]), legend=None
    )
    plain = alt.Chart(inline(rows))
    track = plain.mark_rule(color=RULE).encode(
        x=alt.XDatum(0, scale=scale), x2=alt.X2Datum(1), y=place
    )
    bar = plain.mark_bar(height=6, cornerRadius=3, opacity=0.45).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2=alt.X2("high:Q"), y=place, color=colour
    )
    dot = plain.mark_circle(size=110, opacity=1).encode(x=alt.X("share:Q"), y=place, color=colour)
    value = plain.mark_text(align="left", color=INK).encode(
        x=pixels_across(panel + 10), y=place, text=alt.Text("shown:N")
    )
    height = alt.Step(labels.step)
    return alt.layer(track, bar, dot, value, *row_axis(rows), width=panel, height=height)
