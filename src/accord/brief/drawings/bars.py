"""Shares of worlds as bars, one a row, each with its value and its sampling error."""

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
from accord.brief.palette import ACCENT, INK, RULE

__all__ = ["draw"]

_VALUE = 48
"""Pixels for the value in the margin."""

_BAR = 15
"""Height of a bar in pixels."""

_NINE_TENTHS = 1.645
"""Standard errors on either side that hold nine tenths of a normal distribution."""


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{<y>, <x>, se}`` in the order given; options ``y`` and ``x`` name the fields."""
    import altair as alt  # noqa: PLC0415

    name, amount = chart.options["y"], chart.options["x"]
    labels = labelled([str(record[name]) for record in chart.data], width / 3)
    rows = [
        {"row": i, "label": labels.texts[i], **_marks(finite(record[amount]), record)}
        for i, record in enumerate(chart.data)
    ]
    panel = width - labels.width - _VALUE
    place = alt.Y("row:O", axis=None)
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".0%", labelFlush=False)
    plain = alt.Chart(inline(rows))
    track = plain.mark_rule(color=RULE).encode(
        x=alt.XDatum(0, scale=scale), x2=alt.X2Datum(1), y=place
    )
    bar = plain.mark_bar(color=ACCENT, height=_BAR).encode(
        x=alt.X("share:Q", scale=scale, axis=axis), y=place
    )
    error = plain.mark_rule(color=INK).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=place)
    value = plain.mark_text(align="left", color=INK).encode(
        x=pixels_across(panel + 8), y=place, text=alt.Text("shown:N")
    )
    return alt.layer(
        track, bar, error, value, *row_axis(rows), width=panel, height=alt.Step(labels.step)
    )


def _marks(share: float | None, record: Any) -> dict[str, Any]:
    error = _NINE_TENTHS * float(record.get("se") or 0.0)
    if share is None:
        return {"share": None, "low": None, "high": None, "shown": shown(None)}
    low, high = max(share - error, 0.0), min(share + error, 1.0)
    return {"share": share, "low": low, "high": high, "shown": shown(share)}
