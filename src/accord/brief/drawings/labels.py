"""What the kinds share: labels of rows that are wrapped and never cut, values, rows by number.

Rows are placed by their number and labelled by text of their own, so that two actors of one name
stay two rows, and a name never enters an expression.
"""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord.brief.words import percent

__all__ = [
    "Labels", "finite", "heads", "inline", "labelled", "pixels_across", "pixels_down", "row_axis",
    "shown", "text_width",
]  # fmt: skip

_SIZE = 13
_CHARACTER = 0.54
"""Mean width of a character of the typeface, in its size."""

_LINE = 15
"""Pixels between two lines of a label."""

_GAP = 12
"""Pixels between a label and the drawing."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of rows.

    Attributes
    ----------
    texts : tuple of str
        With line breaks.
    step : int
        Height of a row in pixels.
    width : int
        Pixels that the labels take, with the gap behind them.
    """

    texts: tuple[str, ...]
    step: int
    width: int


def labelled(names: Sequence[str], room: float) -> Labels:
    """Wrap the names of rows so that they take no more than so many pixels."""
    characters = max(int(room / (_SIZE * _CHARACTER)), 12)
    wrapped = [textwrap.wrap(name, characters) or [""] for name in names]
    lines = max((len(one) for one in wrapped), default=1)
    longest = max((text_width(line) for one in wrapped for line in one), default=0)
    return Labels(tuple("\n".join(one) for one in wrapped), _LINE * lines + 9, longest + _GAP)


def text_width(text: str, size: int = _SIZE) -> int:
    """About how many pixels a line takes."""
    return math.ceil(len(text) * size * _CHARACTER)


def row_axis(rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Layers with the labels of rows ``{row, label, own}``, flush right; the own is set in bold."""
    import altair as alt  # noqa: PLC0415

    looks: dict[tuple[int, bool], list[Mapping[str, Any]]] = {}
    for row in rows:
        key = row["label"].count("\n"), bool(row.get("own"))
        looks.setdefault(key, []).append({"row": row["row"], "label": row["label"]})
    return [
        alt.Chart(inline(some))
        .mark_text(
            align="right",
            baseline="middle",
            lineBreak="\n",
            lineHeight=_LINE,
            # Vega sets the first line on the middle of the row, not the block.
            dy=-breaks * _LINE / 2,
            fontWeight=600 if own else 400,
        )
        .encode(x=pixels_across(-_GAP), y=alt.Y("row:O", axis=None), text=alt.Text("label:N"))
        for (breaks, own), some in looks.items()
    ]


def heads(columns: Sequence[str], cell: int) -> Any:
    """The names of columns above them, wrapped to cells of a width."""
    import altair as alt  # noqa: PLC0415

    characters = max(cell // 7, 8)
    lines = [textwrap.wrap(name, characters) or [""] for name in columns]
    deepest = max(len(one) for one in lines)
    texts = [
        {"column": i, "label": "\n".join([" "] * (deepest - len(one)) + one)}
        for i, one in enumerate(lines)
    ]
    return (
        alt.Chart(inline(texts))
        .mark_text(baseline="top", lineBreak="\n", lineHeight=_LINE)
        .encode(
            x=alt.X("column:O", axis=None),
            y=pixels_down(-_LINE * deepest - 6),
            text=alt.Text("label:N"),
        )
    )


def inline(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows inside the chart, as one text: Altair copies charts often and data deeply."""
    import altair as alt  # noqa: PLC0415

    return alt.InlineData(
        values=json.dumps(rows, ensure_ascii=False), format=alt.JsonDataFormat(type="json")
    )


def pixels_across(place: float) -> Any:
    """A place in pixels from the left of the drawing."""
    import altair as alt  # noqa: PLC0415

    return alt.XValue(place)  # type: ignore[no-untyped-call]


def pixels_down(place: float) -> Any:
    """A place in pixels from the top of the drawing."""
    import altair as alt  # noqa: PLC0415

    return alt.YValue(place)  # type: ignore[no-untyped-call]


def finite(value: float | None) -> float | None:
    """A number that can be drawn."""
    return None if value is None or not math.isfinite(value) else float(value)


def shown(share: float | None) -> str:
    """A share beside its mark, in whole points; the table tells it exactly."""
    known = finite(share)
    if known is None:
        return "not assessed"
    if 0 < known < 0.01:
        return "<1%"
    return ">99%" if 0.99 < known < 1 else percent(known)
