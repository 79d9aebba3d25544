"""The columns and rows of a bargaining problem as a mixed-integer program.

A variable x_jl says whether provision j stands at level l, Σ_l x_jl = 1. A joint is spread over
disjoint boxes of equal points, y_b ≥ 0 with Σ_b y_b = 1 and Σ_{l ∈ S} x_jl ≤ Σ_{b ∋ S} y_b for
levels S that lie in the same boxes: whole x then leave all of y on the box that holds the package.
Truth tables forbid boxes (see ``boxes``). A conditional walk-away value counts where z = 1, which
each box of its table forces. All data are whole, so a hard bound is set half a step low, where
rounding in the solver can neither lose a package nor let one in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.bargaining.boxes import Box, cover, partition
from accord.theory.bargaining.demand import Demand, table_of
from accord.theory.bargaining.solver import Solver
from accord.theory.bargaining.space import Bargain, Joint, Limit
from accord.theory.sketch import INFINITY, Sketch

__all__ = ["Layout", "Switch", "Terms", "lay_out", "reach"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

Terms = tuple[tuple[int, float], ...]
"""Column and number of each summand."""

MOST_CELLS = 5_000
"""Cells of a walk-away condition up to which it becomes a truth table."""

MOST_STEPS = 10_000_000
"""Grid steps of utility up to which the solver tells one step."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A row that binds while its demand is on, with its bounds then."""

    row: int
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class Layout:
    """A program without its solver, to which others may add columns and rows.

    Attributes
    ----------
    bargain : Bargain
    demands : tuple of D Demand
    sketch : Sketch
        Demands are off: their rows have no bounds.
    levels : tuple of J tuples of int
        Column of every level of every provision.
    utilities : mapping of party to Terms
        Each utility in grid steps as a sum over columns.
    switches : tuple of D tuples of Switch
    concessions : tuple of D (int or None)
        Column of what is conceded of each demand, fixed at nought: grid steps of the walk-away
        value, or 1 where a limit is waived. None in a layout without concessions.
    """

    bargain: Bargain
    demands: tuple[Demand, ...]
    sketch: Sketch
    levels: tuple[tuple[int, ...], ...]
    utilities: Mapping[int, Terms]
    switches: tuple[tuple[Switch, ...], ...]
    concessions: tuple[int | None, ...]

    def package(self, values: Floats) -> Integers:
        """The package (J,) at which a solution stands, or which is nearest to a fractional one."""
        return np.array([int(values[list(x)].argmax()) for x in self.levels], dtype=np.int64)

    def solver(self) -> Solver:
        """A solver of this program as it stands, with all demands on."""
        solver = Solver(self.sketch)
        self.switch(solver, (), range(len(self.demands)))
        return solver

    def switch(self, solver: Solver, before: Collection[int], after: Collection[int]) -> None:
        """Turn demands off and on in a solver of this layout."""
        off = [s for d in before if d not in after for s in self.switches[d]]
        on = [s for d in after if d not in before for s in self.switches[d]]
        if off or on:
            solver.bound_rows(
                [s.row for s in (*off, *on)],
                [-INFINITY] * len(off) + [s.lower for s in on],
                [INFINITY] * len(off) + [s.upper for s in on],
            )


def lay_out(
    bargain: Bargain, demands: Sequence[Demand], parties: Sequence[int] = (), *, soft: bool = False
) -> Layout:
    """Columns and rows for a problem.

    Parameters
    ----------
    demands : sequence of Demand
        Those that can be switched on. A constraint that is not among them does not bind.
    parties : sequence of int
        Whose utilities are wanted as sums, beside those that the demands need.
    soft : bool
        Whether demands can be conceded.

    Raises
    ------
    ModelError
        If utilities span more than ten million grid steps, which the solver does not tell apart.
    """
    most = 0 if soft else MOST_CELLS
    tables = [table_of(bargain, demand, most) for demand in demands]
    summed = {d.index for d, table in zip(demands, tables, strict=True) if table is None}
    sketch = Sketch()
    levels = tuple(
        tuple(sketch.column(0.0, 1.0, whole=True) for _ in range(size)) for size in bargain.sizes
    )
    for columns in levels:
        sketch.row(1.0, 1.0, [(column, 1.0) for column in columns])
    utilities = _utilities(bargain, sketch, levels, sorted(summed | set(parties)))
    builder = _Rows(bargain, sketch, levels, utilities, soft=soft)
    pairs = [builder.add(d, table) for d, table in zip(demands, tables, strict=True)]
    return Layout(
        bargain, tuple(demands), sketch, levels, utilities,
        tuple(switches for switches, _ in pairs), tuple(column for _, column in pairs),
    )  # fmt: skip


def _utilities(
    bargain: Bargain, sketch: Sketch, levels: tuple[tuple[int, ...], ...], parties: list[int]
) -> dict[int, Terms]:
    terms: dict[int, list[tuple[int, float]]] = {party: [] for party in parties}
    for columns, table in zip(levels, bargain.values, strict=True):
        for party in parties:
            terms[party] += zip(columns, map(float, table[party]), strict=True)
    for joint in bargain.joints if parties else ():
        for column, points in _joint(sketch, levels, joint, parties):
            for party, steps in zip(parties, points, strict=True):
                terms[party].append((column, float(steps)))
    for party in parties:
        low, high = reach(bargain, party)
        if max(abs(low), abs(high)) > MOST_STEPS:
            raise ModelError(
                f"found utilities between {low:,} and {high:,} grid steps, wanted at most "
                f"{MOST_STEPS:,} where the space is too large to be listed; use a coarser grid"
            )
    return {party: tuple(t for t in each if t[1]) for party, each in terms.items()}


def _joint(
    sketch: Sketch, levels: tuple[tuple[int, ...], ...], joint: Joint, parties: list[int]
) -> list[tuple[int, Integers]]:
    """A column a box of equal points, and its points by party."""
    cells = joint.points[parties].reshape(len(parties), -1)
    if not cells.any():
        return []
    distinct, codes = np.unique(cells, axis=1, return_inverse=True)
    found = partition(codes.reshape(joint.points.shape[1:]).astype(np.int64))
    columns = [sketch.column(0.0, 1.0) for _ in found]
    sketch.row(1.0, 1.0, [(column, 1.0) for column in columns])
    for axis, j in enumerate(joint.provisions):
        for together, inside in _alike([box for _, box in found], axis, len(levels[j])):
            shares = [(levels[j][level], 1.0) for level in together]
            sketch.row(-INFINITY, 0.0, [*shares, *((columns[b], -1.0) for b in inside)])
    return [(c, distinct[:, code]) for c, (code, _) in zip(columns, found, strict=True)]


def _alike(boxes: list[Box], axis: int, size: int) -> list[tuple[list[int], tuple[int, ...]]]:
    """Levels of an axis that lie in the same boxes, and those boxes."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for level in range(size):
        inside = tuple(b for b, box in enumerate(boxes) if level in box[axis])
        groups.setdefault(inside, []).append(level)
    return [(together, inside) for inside, together in groups.items() if len(inside) < len(boxes)]


def reach(bargain: Bargain, party: int) -> tuple[int, int]:
    """Bounds on a party's utility in grid steps."""
    tables = [t[party] for t in bargain.values] + [j.points[party] for j in bargain.joints]
    return sum(int(t.min()) for t in tables), sum(int(t.max()) for t in tables)


class _Rows:
    """Adds the rows of one demand after another."""

    def __init__(
        self, bargain: Bargain, sketch: Sketch, levels: tuple[tuple[int, ...], ...],
        utilities: Mapping[int, Terms], *, soft: bool,
    ) -> None:  # fmt: skip
        self._bargain, self._sketch, self._levels = bargain, sketch, levels
        self._utilities, self._soft = utilities, soft
        self._lowered: dict[int, int] = {}

    def add(self, demand: Demand, table: Limit | None) -> tuple[tuple[Switch, ...], int | None]:
        """The rows of a demand, and the column that concedes it."""
        if table is not None:
            return self._forbid(table)
        return self._sum(demand)

    def _forbid(self, table: Limit) -> tuple[tuple[Switch, ...], int | None]:
        column = self._sketch.column(0.0, 0.0, whole=True) if self._soft else None
        relief: Terms = () if column is None else ((column, -1.0),)
        switches = []
        for box in cover(~table.allowed):
            terms, most = self._inside(table.provisions, box)
            row = self._sketch.row(-INFINITY, INFINITY, [*terms, *relief])
            switches.append(Switch(row, -INFINITY, most))
        return tuple(switches), column

    def _inside(
        self, provisions: tuple[int, ...], box: Box
    ) -> tuple[list[tuple[int, float]], float]:
        """A sum over columns that exceeds the number beside it exactly inside a box."""
        terms = [
            (self._levels[j][level], 1.0)
            for j, chosen in zip(provisions, box, strict=True)
            if len(chosen) < len(self._levels[j])
            for level in chosen
        ]
        narrow = sum(len(c) < len(self._levels[j]) for j, c in zip(provisions, box, strict=True))
        return terms, narrow - 1.0

    def _sum(self, demand: Demand) -> tuple[tuple[Switch, ...], int | None]:
        party = demand.index
        terms = list(self._utilities[party])
        if self._soft:
            if party not in self._lowered:
                self._lowered[party] = self._sketch.column(0.0, 0.0)
            terms.append((self._lowered[party], 1.0))
        low, least = reach(self._bargain, party)[0], int(self._bargain.walk_away[party])
        if demand.when is not None and low < least:
            counts = self._counts(demand.when)
            terms.append((counts, float(low - least)))
            least = low
        row = self._sketch.row(-INFINITY, INFINITY, terms)
        return (Switch(row, least - 0.5, INFINITY),), self._lowered.get(party)

    def _counts(self, when: Limit) -> int:
        """A column that is 1 wherever a table is true."""
        column = self._sketch.column(0.0, 1.0)
        for box in cover(when.allowed):
            terms, most = self._inside(when.provisions, box)
            self._sketch.row(-INFINITY, most, [*terms, (column, -1.0)])
        return column
