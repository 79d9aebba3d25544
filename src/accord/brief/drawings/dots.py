"""Every level of a choice against every test: small multiples of dots on a common scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord.brief.document import Chart
from accord.brief.drawings.labels import (
    Labels,
    finite,
    inline,
    labelled,
    row_axis,
    shown,
)
from accord.brief.palette import ACCENT, INK, MUTED, RULE

__all__ = ["draw"]

_TRACK = 0.48
"""Part of a panel that the scale from nought to all takes; the value stands in the rest."""

_ROOM = 500
"""Pixels from which the tests fit beside one another."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things go: dots, the zero and the full end of each scale, labels, heads of panels."""

    dots: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    heads: list[dict[str, Any]]
    panels: int
    count: int
    labels: Labels

    @property
    def lift(self) -> float:
        """Heads of panels beside one another stand above their first row, not in a row."""
        return -self.labels.step / 2 - 8 if self.panels > 1 else 0.0


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{level, test, share, own}``, level by level, each with the same tests.

    Tests stand beside one another where there is room, else below one another.
    """
    import altair as alt  # noqa: PLC0415

    layout = _beside(chart, width) if width >= _ROOM else _below(chart, width)
    panel = (width - layout.labels.width) // layout.panels
    scale = alt.Scale(domain=[0, layout.panels], nice=False, zero=False)
    down = alt.Y("row:O", axis=None, scale=alt.Scale(domain=list(range(layout.count))))
    colour = alt.Color(
        "own:N", scale=alt.Scale(domain=[False, True], range=[MUTED, ACCENT]), legend=None
    )
    dots = inline(layout.dots)
    track = alt.Chart(dots).mark_rule(color=RULE, strokeWidth=2)
    stem = alt.Chart(dots).mark_rule(strokeWidth=2)
    dot = alt.Chart(dots).mark_circle(size=95, opacity=1)
    value = alt.Chart(dots).mark_text(align="left", dx=8, color=INK, fontSize=12)
    head = alt.Chart(inline(layout.heads)).mark_text(
        align="left", fontWeight=600, fontSize=12, dy=layout.lift
    )
    start = alt.X("start:Q", scale=scale, axis=None)
    at = alt.X("at:Q", scale=scale, axis=None)
    return alt.layer(
        track.encode(x=start, x2=alt.X2("end:Q"), y=down),
        stem.encode(x=start, x2=alt.X2("at:Q"), y=down, color=colour),
        dot.encode(x=at, y=down, color=colour),
        value.encode(x=alt.X("end:Q", scale=scale, axis=None), y=down, text=alt.Text("shown:N")),
        head.encode(x=start, y=down, text=alt.Text("test:N")),
        *row_axis(layout.rows),
        width=panel * layout.panels,
        height=alt.Step(layout.labels.step),
    )


def _read(chart: Chart) -> tuple[list[str], list[Sequence[Mapping[str, Any]]]]:
    """The tests, and for every level its rows; levels of one title stay two."""
    tests = list(dict.fromkeys(str(record["test"]) for record in chart.data))
    starts = range(0, len(chart.data), len(tests))
    return tests, [chart.data[start : start + len(tests)] for start in starts]


def _dot(record: Mapping[str, Any], row: int, panel: int) -> dict[str, Any]:
    share = finite(record["share"])
    at = panel + _TRACK * (share or 0.0)
    ends = {"start": panel, "end": panel + _TRACK, "at": at}
    return {"row": row, **ends, "own": bool(record["own"]), "shown": shown(share)}


def _row(record: Mapping[str, Any], row: int, label: str) -> dict[str, Any]:
    return {"row": row, "label": label, "own": bool(record["own"])}


def _beside(chart: Chart, width: int) -> _Layout:
    tests, levels = _read(chart)
    labels = labelled([str(level[0]["level"]) for level in levels], width / 3)
    dots = [_dot(record, i, j) for i, level in enumerate(levels) for j, record in enumerate(level)]
    rows = [_row(level[0], i, labels.texts[i]) for i, level in enumerate(levels)]
    heads = [{"row": 0, "start": j, "test": test.capitalize()} for j, test in enumerate(tests)]
    return _Layout(dots, rows, heads, len(tests), len(levels), labels)


def _below(chart: Chart, width: int) -> _Layout:
    tests, levels = _read(chart)
    labels = labelled([str(level[0]["level"]) for level in levels], 0.6 * width)
    dots, rows, heads = [], [], []
    for j, test in enumerate(tests):
        top = j * (len(levels) + 1)
        heads.append({"row": top, "start": 0, "test": test.capitalize()})
        for i, level in enumerate(levels):
            dots.append(_dot(level[j], top + 1 + i, 0))
            rows.append(_row(level[j], top + 1 + i, labels.texts[i]))
    return _Layout(dots, rows, heads, 1, len(tests) * (len(levels) + 1), labels)
