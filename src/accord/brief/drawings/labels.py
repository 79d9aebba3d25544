"""What the kinds share: labels of rows that are wrapped and never cut, values, rows by number.

Rows are placed by their number and labelled by text of their own, so that two actors of one name
stay two rows, and a name never enters an expression.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accord.brief.words import percent

__all__ = ["Labels", "finite", "labelled", "row_axis", "shown", "text_width"]

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


def row_axis(rows: Sequence[Mapping[str, Any]]) -> Any:
    """The labels of rows ``{row, label, own}``, flush right; the brief's own is set in bold."""
    import altair as alt  # noqa: PLC0415

    looks: dict[tuple[int, bool], list[Mapping[str, Any]]] = {}
    for row in rows:
        key = row["label"].count("\n"), bool(row.get("own"))
        looks.setdefault(key, []).append({"row": row["row"], "label": row["label"]})
    return alt.layer(
        *(
            alt.Chart(alt.Data(values=some))
            .mark_text(
                align="right",
                baseline="middle",
                lineBreak="\n",
                lineHeight=_LINE,
                # Vega sets the first line on the middle of the row, not the block.
                dy=-breaks * _LINE / 2,
                fontWeight=600 if own else 400,
            )
            .encode(x=alt.XValue(-_GAP), y=alt.Y("row:O", axis=None), text=alt.Text("label:N"))
            for (breaks, own), some in looks.items()
        )
    )


def finite(value: float | None) -> float | None:
    """A number that can be drawn."""
    return None if value is None or not math.isfinite(value) else float(value)


def shown(share: float | None) -> str:
    """A share beside its mark."""
    return "not assessed" if finite(share) is None else percent(float(share or 0.0))
