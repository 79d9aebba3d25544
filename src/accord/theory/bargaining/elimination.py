"""The largest sum of tables over levels, in many worlds at once, by eliminating provisions.

Each provision in turn is maximised out of the tables that mention it (bucket elimination, Dechter
1999). Where tables that share a provision are too large together they are maximised apart (mini-
buckets, Dechter and Rish 2003): the result is then an upper bound. Whole numbers throughout.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["BARRED", "Table", "aligned", "elimination_order", "largest"]

Integers = NDArray[np.int64]

_Scalar = TypeVar("_Scalar", np.int64, np.bool_)

BARRED = -(2**54)
"""What a combination counts that is not allowed."""

MOST_CELLS = 20_000
"""Combinations of levels above which tables are not joined."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Numbers by the levels of some provisions.

    Attributes
    ----------
    provisions : tuple of int
        Rising.
    numbers : ndarray (L_a, L_b, …, W)
    """

    provisions: tuple[int, ...]
    numbers: Integers


def aligned(
    numbers: NDArray[_Scalar], own: tuple[int, ...], scope: tuple[int, ...]
) -> NDArray[_Scalar]:
    """A table's numbers (own levels…, W) with their axes at their place in a larger scope."""
    shape = [1] * len(scope)
    for provision, size in zip(own, numbers.shape, strict=False):
        shape[scope.index(provision)] = size
    return numbers.reshape(*shape, numbers.shape[-1])


def elimination_order(scopes: Iterable[tuple[int, ...]], sizes: Sequence[int]) -> tuple[int, ...]:
    """Provisions in an order that keeps tables small: always the one with fewest combinations."""
    left = [set(scope) for scope in scopes]
    order: list[int] = []
    remaining = set(range(len(sizes)))
    while remaining:
        joined = {j: set().union({j}, *(s for s in left if j in s)) for j in remaining}
        best = min(remaining, key=lambda j: (math.prod(sizes[i] for i in joined[j]), j))
        left = [s for s in left if best not in s] + [joined[best] - {best}]
        remaining.remove(best)
        order.append(best)
    return tuple(order)


def largest(
    tables: Sequence[Table], order: Sequence[int], worlds: int
) -> tuple[Integers, Integers]:
    """The largest sum and a package that reaches it, in every world.

    Parameters
    ----------
    order : sequence of J int
        Every provision once; each is mentioned by some table.

    Returns
    -------
    tuple of ndarray (W,) and ndarray (W, J)
        An upper bound where tables had to be maximised apart, and then the package only a good
        one; otherwise exact.
    """
    left = list(tables)
    buckets: list[tuple[int, list[Table]]] = []
    for provision in order:
        mine = [t for t in left if provision in t.provisions]
        left = [t for t in left if provision not in t.provisions]
        parts = _joined(mine)
        buckets.append((provision, parts))
        for part in parts:
            axis = part.provisions.index(provision)
            rest = part.provisions[:axis] + part.provisions[axis + 1 :]
            left.append(Table(rest, part.numbers.max(axis=axis)))
    bound = np.zeros(worlds, dtype=np.int64)
    for table in left:
        bound += table.numbers
    return bound, _traced(buckets, len(order), worlds)


def _joined(tables: list[Table]) -> list[Table]:
    """Tables added up, as many together as stay small."""
    groups: list[list[Table]] = []
    scopes: list[dict[int, int]] = []
    for table in sorted(tables, key=lambda t: -t.numbers.size):
        own = dict(zip(table.provisions, table.numbers.shape, strict=False))
        for group, scope in zip(groups, scopes, strict=True):
            if math.prod((scope | own).values()) <= MOST_CELLS or own.keys() <= scope.keys():
                group.append(table)
                scope.update(own)
                break
        else:
            groups.append([table])
            scopes.append(own)
    return [_total(g, tuple(sorted(s))) for g, s in zip(groups, scopes, strict=True)]


def _total(group: list[Table], scope: tuple[int, ...]) -> Table:
    first, *others = [aligned(t.numbers, t.provisions, scope) for t in group]
    for other in others:
        first = first + other
    return Table(scope, first)


def _traced(buckets: list[tuple[int, list[Table]]], provisions: int, worlds: int) -> Integers:
    """Levels chosen backwards, each the best given those chosen before."""
    chosen = np.zeros((worlds, provisions), dtype=np.int64)
    here = np.arange(worlds)
    for provision, parts in reversed(buckets):
        total = np.zeros(1, dtype=np.int64)
        for part in parts:
            axis = part.provisions.index(provision)
            numbers = np.moveaxis(part.numbers, axis, 0)
            others = (chosen[:, j] for j in part.provisions if j != provision)
            at: tuple[Any, ...] = (slice(None), *others, here)
            total = total + numbers[at]
        chosen[:, provision] = np.argmax(total, axis=0)
    return chosen
