"""A problem of burden sharing as a program: what is used of each pool, and how many lots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.theory.allocation.problem import Burden, missing
from accord.theory.allocation.program import Program
from accord.theory.allocation.verified import Contingency, short_cuts
from accord.theory.sketch import INFINITY, Sketch

__all__ = ["CutRow", "Layout", "broken", "cut_rows"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SMALLEST_SHARE = 1e-3


@dataclass(frozen=True, slots=True)
class CutRow:
    """What additional lots have to bring to a set of capabilities, whoever is lost.

    Attributes
    ----------
    capabilities : tuple of int
    adders : tuple of bool, C of them
        Whose lots count.
    amount : int
        In grid steps.
    """

    capabilities: tuple[int, ...]
    adders: tuple[bool, ...]
    amount: int


def cut_rows(burden: Burden, cases: Sequence[Contingency]) -> tuple[CutRow, ...]:
    """Gale's condition for every contingency, as far as its cuts are listed.

    Since pools can be allocated anew after each loss, only the cuts bind, so no variable for the
    allocation after a loss is needed (Gale 1957; a projection of the recourse of a security-
    constrained schedule, Wood, Wollenberg and Sheble 2014). Of the phases the worst counts: a lot
    stands in all of them.
    """
    nothing = np.zeros_like(burden.limit)
    largest: dict[tuple[tuple[int, ...], tuple[bool, ...]], int] = {}
    for case in cases:
        usable = np.where(case.kept[:, None], burden.usable, 0)
        adders = tuple(bool(each) for each in case.adds)
        for found in missing(burden, usable, nothing, burden.cuts.sets):
            key = (found.capabilities, adders)
            largest[key] = max(largest.get(key, 0), found.amount)
    return tuple(CutRow(members, adders, amount) for (members, adders), amount in largest.items())


class Layout:
    """Columns and rows of one problem, scaled so that a requirement and its cost are near 1.

    Parameters
    ----------
    burden : Burden
    rows : sequence of CutRow
        Conditions on the additional lots beside the requirements themselves.
    pools : bool
        Whether the requirements themselves stand in the program; without, the cuts alone.
    """

    def __init__(self, burden: Burden, rows: Sequence[CutRow] = (), *, pools: bool = True) -> None:
        self.burden, self.scale = burden, burden.scale.astype(np.float64)
        self.sketch = Sketch()
        needed = burden.requirement > 0
        self.pairs = (
            np.argwhere(
                burden.roles[:, :, None] & (burden.usable > 0)[:, None, :] & needed[None]
            )
            if pools
            else np.zeros((0, 3), dtype=np.intp)
        )  # fmt: skip
        self.adds = np.argwhere(burden.most_lots > 0)
        dearest = burden.cost.max(axis=0, initial=0.0)
        self.unit = float((burden.requirement * dearest[:, None]).sum()) or 1.0
        self._columns()
        self.needs: dict[tuple[int, int], int] = {}
        if pools:
            self._supply_rows()
        for row in rows:
            self.sketch.row(row.amount / self.scale[row.capabilities[0]], INFINITY, self.terms(row))
        self._carry_rows(in_proportion=not pools)

    def _columns(self) -> None:
        burden = self.burden
        for m, k, t in self.pairs:
            self.sketch.column(0.0, float(burden.usable[m, t] / self.scale[k]))
        most = burden.most_lots
        for c, k in self.adds:
            self.sketch.column(0.0, float(most[c, k]), whole=True)
        self.excess = self.sketch.column(-INFINITY, INFINITY)
        used = np.array([burden.cost[burden.owner[m], k] * self.scale[k] for m, k, _ in self.pairs])
        added = np.array([burden.lot_cost[c, k] for c, k in self.adds])
        self.total = np.concatenate([used, added, [0.0]]) / self.unit
        self.additional = np.concatenate([np.zeros(len(used)), added, [0.0]]) / self.unit
        self.worst = np.zeros(len(self.total))
        self.worst[self.excess] = 1.0
        self.rank = np.zeros(len(self.total))
        rank = np.arange(1, len(self.adds) + 1) * burden.lot[self.adds[:, 1]]
        self.rank[len(used) : self.excess] = rank / self.scale[self.adds[:, 1]]
        self.order = np.zeros(len(self.total))
        self.order[: len(used)] = np.arange(len(used))
        self.payer = np.concatenate([
            burden.owner[self.pairs[:, 0]].astype(np.int64), self.adds[:, 0], [-1]
        ])  # fmt: skip

    def _supply_rows(self) -> None:
        burden = self.burden
        need: dict[tuple[int, int], list[tuple[int, float]]] = {
            (int(k), int(t)): [] for k, t in np.argwhere(burden.requirement > 0)
        }
        pool: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for column, (m, k, t) in enumerate(self.pairs):
            need[int(k), int(t)].append((column, 1.0))
            pool.setdefault((int(m), int(t)), []).append((column, 1.0))
        for (k, t), terms in need.items():
            lots = [
                (len(self.pairs) + j, float(burden.lot[k] / self.scale[k]))
                for j, (_, of) in enumerate(self.adds)
                if of == k
            ]
            least = float(burden.requirement[k, t] / self.scale[k])
            self.needs[k, t] = self.sketch.row(least, INFINITY, [*terms, *lots])
        self.pools: dict[tuple[int, int], int] = {}
        for (m, t), terms in pool.items():
            if len(terms) > 1:
                k = self.pairs[terms[0][0], 1]
                most = float(burden.usable[m, t] / self.scale[k])
                self.pools[m, t] = self.sketch.row(-INFINITY, most, terms)

    def _carry_rows(self, *, in_proportion: bool) -> None:
        """What each contributor carries stays below its fair share plus the excess.

        Lots alone are shared in proportion: a small contributor has not the same excess as a
        large one, but the same in terms of its share.
        """
        self.carry: list[int] = []
        for c, share in enumerate(self.burden.shares):
            own = np.flatnonzero(self.payer == c)
            terms = [(int(j), float(self.total[j])) for j in own]
            excess = (self.excess, -max(float(share), _SMALLEST_SHARE) if in_proportion else -1.0)
            self.carry.append(self.sketch.row(-INFINITY, INFINITY, [*terms, excess]))

    def terms(self, row: CutRow) -> list[tuple[int, float]]:
        """The lots that count for a cut."""
        scale = self.scale[row.capabilities[0]]
        return [
            (len(self.pairs) + j, float(self.burden.lot[k] / scale))
            for j, (c, k) in enumerate(self.adds)
            if k in row.capabilities and row.adders[c]
        ]

    def share_out(self, program: Program, total: float) -> None:
        """Fair shares are shares of this total."""
        for row, share in zip(self.carry, self.burden.shares, strict=True):
            program.bound_row(row, -INFINITY, float(share) * total)

    def lots(self, values: Floats) -> Integers:
        """Additional lots (C, K) of a solution."""
        result = np.zeros(self.burden.limit.shape, dtype=np.int64)
        found = values[len(self.pairs) : len(self.pairs) + len(self.adds)]
        result[self.adds[:, 0], self.adds[:, 1]] = np.rint(found).astype(np.int64)
        return result

    def used(self, values: Floats) -> Floats:
        """What a solution uses of each pool, in grid steps, before rounding (pairs,)."""
        return np.asarray(values[: len(self.pairs)] * self.scale[self.pairs[:, 1]])


def broken(burden: Burden, lots: Integers, cases: Sequence[Contingency]) -> list[CutRow]:
    """What cuts that lots leave short in some contingency need."""
    found = []
    for case in cases:
        adders = tuple(bool(each) for each in case.adds)
        kept = np.where(case.adds[:, None], lots, 0)
        added = (kept * burden.lot).sum(axis=0)
        for short in short_cuts(burden, lots, case):
            given = int(added[list(short.capabilities)].sum())
            found.append(CutRow(short.capabilities, adders, short.amount + given))
    return found
