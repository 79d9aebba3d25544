"""When an outcome happens, from any table of cases, in a stable shape."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from accord._errors import ModelError, UsageError
from accord.formats.outcome_table import read_outcome_table
from accord.theory.discovery import Box, discover

__all__ = ["solve_discover"]


def solve_discover(
    file: str | Path, outcome: str, *, inputs: Sequence[str] = (), peel: float = 0.1,
    paste: float = 0.05, mass: float = 0.05,
) -> dict[str, Any]:  # fmt: skip
    """Boxes of inputs in which an outcome is dense (PRIM), from a csv table.

    Parameters
    ----------
    file : path
        With a header.
    outcome : str
        The column that holds 0 or 1.
    inputs : sequence of str
        Columns that count as inputs; all others where none are named.
    peel, paste, mass : float
        See :func:`accord.theory.discovery.discover`.

    Returns
    -------
    dict
        The shape that ``accord solve discover --json`` prints. ``trajectory``: boxes with
        ``coverage``, ``density``, ``mass``, ``dimensions`` (restricted inputs), ``limits``
        (``[low, high]``, or the categories kept) and ``quasi_p`` (``[lower, upper]``, null where
        a side is free); ``chosen``: the index of the box to begin with; ``cases`` and
        ``of_interest``: how many there are.

    Raises
    ------
    CaseErrors
        With every mistake in the file.
    UsageError
        If a share is out of range.
    """
    table = read_outcome_table(file, outcome, inputs)
    try:
        found = discover(table.inputs, table.outcome, peel=peel, paste=paste, mass=mass)
    except ModelError as error:
        raise UsageError(str(error)) from None
    return {
        "outcome": outcome,
        "cases": len(table.outcome),
        "of_interest": sum(table.outcome),
        "trajectory": [_told(box) for box in found.trajectory],
        "chosen": found.chosen,
    }


def _told(box: Box) -> dict[str, Any]:
    return {
        "coverage": box.coverage,
        "density": box.density,
        "mass": box.mass,
        "dimensions": len(box.limits),
        "limits": {
            name: sorted(limits) if isinstance(limits, frozenset) else list(limits)
            for name, limits in box.limits.items()
        },
        "quasi_p": {name: list(sides) for name, sides in box.quasi_p.items()},
    }
