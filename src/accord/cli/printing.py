"""What commands print: JSON with stable names, or tables for people."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from typing import Any

__all__ = ["note", "print_json", "print_table"]

WIDTH_OF_FILES = 110
"""Characters in a line where the output is no terminal."""


def print_json(content: Any) -> None:
    """One JSON object on stdout; what is no finite number becomes null."""
    text = json.dumps(_finite(content), ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write(text + "\n")


def _finite(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _finite(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_finite(value) for value in node]
    if isinstance(node, float) and not math.isfinite(node):
        return None
    return node


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], words: Sequence[int] = (0,)
) -> None:
    """A table on stdout; the columns numbered in ``words`` hold text, the others numbers."""
    from rich.console import Console  # noqa: PLC0415  only people need tables
    from rich.table import Table  # noqa: PLC0415

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH_OF_FILES
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        left = number in words
        table.add_column(column, justify="left" if left else "right", no_wrap=not left)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def note(text: str) -> None:
    """Something worth knowing that is no result, on stderr."""
    sys.stderr.write(f"note: {text}\n")
