"""Who waits for whom: those who wait on the left, what they wait for on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accord.brief.document import Chart
from accord.brief.drawings.labels import inline, labelled
from accord.brief.palette import ACCENT, INK, MUTED

__all__ = ["draw"]

_BETWEEN = 0.24
"""Part of the width that lines take."""

_GAP = 8
"""Pixels between a name and its lines."""

_LINE = 15
"""Pixels between two lines of a name."""


def draw(chart: Chart, width: int) -> Any:
    """Rows ``{waits, for, circle}``: a line from who waits to what it waits for.

    Lines of a circle, in which both wait for one another, are drawn in the accent.
    """
    import altair as alt  # noqa: PLC0415

    left, right = _sides(chart.data)
    room = (1 - _BETWEEN) * width / 2
    names = {"left": labelled(left, room), "right": labelled(right, room)}
    step = max(side.step for side in names.values())
    height = step * max(len(left), len(right))
    at = {
        side: dict(zip(some, _places(len(some), height), strict=True))
        for side, some in (("left", left), ("right", right))
    }
    lines = [
        {
            "x": room + _GAP,
            "x_end": width - room - _GAP,
            "y": at["left"][str(row["waits"])],
            "y_end": at["right"][str(row["for"])],
            "circle": bool(row["circle"]),
        }
        for row in chart.data
    ]
    layers = _arrows(alt, lines, width, height)
    for side, align, across in (("left", "right", room), ("right", "left", width - room)):
        rows = [
            {"x": across, "y": place, "label": text}
            for place, text in zip(at[side].values(), names[side].texts, strict=True)
        ]
        layers += [_text(alt, some, align, width, height) for some in _by_lines(rows)]
    return alt.layer(*layers, width=width, height=height)


def _at(alt: Any, field: str, ends: Sequence[float]) -> Any:
    """A place in pixels, across or down."""
    kind = alt.X if field.startswith("x") else alt.Y
    scale = alt.Scale(domain=list(ends), nice=False, zero=False)
    return kind(f"{field}:Q", scale=scale, axis=None)


def _arrows(alt: Any, lines: list[dict[str, Any]], width: int, height: float) -> list[Any]:
    """Lines with heads, those of circles in the accent."""
    inks = alt.Scale(domain=[False, True], range=[MUTED, ACCENT])
    colour = alt.Color("circle:N", scale=inks, legend=None)
    drawn = alt.Chart(inline(lines))
    across, down = (0, width), (height, 0)
    line = drawn.mark_rule(strokeWidth=1.5).encode(
        x=_at(alt, "x", across), x2=alt.X2("x_end:Q"),
        y=_at(alt, "y", down), y2=alt.Y2("y_end:Q"), color=colour,
    )  # fmt: skip
    head = drawn.mark_point(shape="triangle-right", filled=True, size=55, opacity=1)
    return [
        line,
        head.encode(x=_at(alt, "x_end", across), y=_at(alt, "y_end", down), color=colour),
    ]


def _sides(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Names on either side, those on the left near what they wait for."""
    right = list(dict.fromkeys(str(row["for"]) for row in rows))
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(str(row["waits"]), []).append(right.index(str(row["for"])))
    left = sorted(found, key=lambda name: sum(found[name]) / len(found[name]))
    return left, right


def _places(count: int, height: float) -> list[float]:
    """The middles of so many rows, spread over the height."""
    return [height * (i + 0.5) / count for i in range(count)]


def _by_lines(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Names of as many lines stand together: they are lifted alike."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["label"].count("\n"), []).append(row)
    return list(found.values())


def _text(alt: Any, rows: Sequence[dict[str, Any]], align: str, width: int, height: float) -> Any:
    breaks = rows[0]["label"].count("\n")
    return (
        alt.Chart(inline(rows))
        .mark_text(
            align=align,
            baseline="middle",
            color=INK,
            lineBreak="\n",
            lineHeight=_LINE,
            # Vega sets the first line on the middle of the row, not the block
            dy=-breaks * _LINE / 2,
        )
        .encode(x=_at(alt, "x", (0, width)), y=_at(alt, "y", (height, 0)), text=alt.Text("label:N"))
    )
