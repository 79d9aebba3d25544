"""A small classification tree: what splits many cases best into those of interest and the rest.

CART (Breiman, Friedman, Olshen and Stone 1984): a node is split where the Gini impurity of its
two parts, weighed by their mass, is least; every split of every input is looked at. A tree that
was grown to its limits is pruned by cost-complexity. Its leaves are boxes that together hold every
case exactly once, which is what sets a tree apart from patient rule induction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError
from accord.theory.splitting import Chosen, Columns, best_split, read_columns

__all__ = ["Leaf", "Node", "Split", "Tree", "grow", "inside"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

Limits = tuple[float, float] | frozenset[str]
"""Above the first number, −∞ if free, and at most the second, ∞ if free; or the words kept."""


@dataclass(frozen=True)
class Split:
    """How a node is split.

    Attributes
    ----------
    name : str
        The input.
    at : float or frozenset of str
        The lower part is at most this number, half-way between two neighbouring values; or is
        one of these words.
    gain : float
        By how much the split lowers the impurity, as a share of the impurity of the root.
    """

    name: str
    at: float | frozenset[str]
    gain: float


@dataclass(frozen=True)
class Node:
    """A part of the cases, and how it is split further.

    Attributes
    ----------
    mass : float
        Its weight over that of all cases.
    density : float
        Share of its weight that is of interest.
    risk : float
        Its Gini impurity 2·density·(1 − density) times its mass, over the impurity of the root.
    split : Split or None
        None for a leaf.
    lower, upper : Node or None
        The parts.
    """

    mass: float
    density: float
    risk: float
    split: Split | None = None
    lower: Node | None = None
    upper: Node | None = None


@dataclass(frozen=True)
class Leaf:
    """A leaf as a box.

    Attributes
    ----------
    limits : mapping of input to limits
        Of the inputs that were split on the way to it.
    mass, density, coverage : float
        Weight over that of all; share of it that is of interest; of interest over all of interest.
    """

    limits: Mapping[str, Limits]
    mass: float
    density: float
    coverage: float


@dataclass(frozen=True)
class Tree:
    """A tree.

    Attributes
    ----------
    root : Node
    leaves : tuple of Leaf
        From the lower parts to the upper ones.
    """

    root: Node
    leaves: tuple[Leaf, ...]

    @property
    def split_on(self) -> frozenset[str]:
        """The inputs that are split anywhere."""
        return frozenset(name for leaf in self.leaves for name in leaf.limits)


def grow(
    inputs: Mapping[str, ArrayLike], outcome: ArrayLike, *, weights: ArrayLike | None = None,
    depth: int = 4, mass: float = 0.05, complexity: float = 0.01,
) -> Tree:  # fmt: skip
    """Grow a tree and prune it.

    Of splits that are equally good the first input's is taken, and of one input's the lowest. The
    order of the cases does not matter where weights are whole numbers.

    Categories are cut in the order of their density, which finds the best of all their splits; of
    splits that the smallest mass forbids, it may miss one out of that order that is allowed.

    Parameters
    ----------
    inputs : mapping of name to array_like (n,)
        Numbers, or words for categories.
    outcome : array_like of bool (n,)
        Which cases are of interest.
    weights : array_like (n,), optional
        Not negative; a case that weighs nothing is not there. 1 each if left out.
    depth : int
        Most splits on the way to a leaf.
    mass : float
        Smallest share of the weight of all cases that a leaf may hold.
    complexity : float
        What a leaf costs, in shares of the impurity of the root. The tree returned is, of all
        that pruning can leave, the smallest whose impurity and costs together are least.

    Raises
    ------
    ModelError
        If lengths differ, a number is not finite, a limit is out of range, or all cases that
        weigh something or none of them are of interest.

    References
    ----------
    Breiman, Friedman, Olshen and Stone 1984, Classification and Regression Trees, sections 2.4,
    3.3 and, for categories of an outcome with two classes, 9.4 (theorem 4.5).
    """
    if depth < 0:
        raise ModelError(f"depth: found {depth}, wanted 0 or more")
    if not 0.0 <= mass < 1.0:
        raise ModelError(f"mass: found {mass:g}, wanted a share from 0 to below 1")
    if not complexity >= 0.0:
        raise ModelError(f"complexity: found {complexity:g}, wanted 0 or more")
    columns = read_columns(inputs, outcome, weights)
    growing = _Growing(columns, mass)
    root = pruned(growing.node(np.arange(columns.count), columns.order, depth), complexity)
    words = {name: frozenset(kinds) for name, kinds in columns.kinds.items()}
    return Tree(root, tuple(_leaves(root, {}, words, growing.density)))


def inside(inputs: Mapping[str, ArrayLike], limits: Mapping[str, Limits]) -> Booleans:
    """Which cases lie in the box of a leaf.

    Parameters
    ----------
    inputs : mapping of name to array_like (n,)
        At least one, and those that the box restricts.
    limits : mapping of input to limits

    Returns
    -------
    ndarray (n,) of bool

    Raises
    ------
    ModelError
        If an input of the box is missing.
    """
    missing = [name for name in limits if name not in inputs]
    if missing:
        raise ModelError(f"no input {', '.join(missing)} to tell who is in the box")
    where = np.ones(len(np.asarray(next(iter(inputs.values())))), dtype=np.bool_)
    for name, own in limits.items():
        values = np.asarray(inputs[name])
        if isinstance(own, frozenset):
            where &= np.isin(values.astype(np.str_), sorted(own))
        else:
            where &= (values > own[0]) & (values <= own[1])
    return where


def pruned(node: Node, complexity: float) -> Node:
    """The smallest of the subtrees whose risk and cost a leaf together are least."""
    return _pruned(node, complexity)[0]


def _pruned(node: Node, complexity: float) -> tuple[Node, float]:
    alone = node.risk + complexity
    if node.lower is None or node.upper is None:
        return node, alone
    lower, below = _pruned(node.lower, complexity)
    upper, above = _pruned(node.upper, complexity)
    if alone <= below + above:
        return Node(node.mass, node.density, node.risk), alone
    return Node(node.mass, node.density, node.risk, node.split, lower, upper), below + above


class _Growing:
    """Nodes from the cases in them."""

    def __init__(self, columns: Columns, mass: float) -> None:
        self.columns = columns
        self.total = float(columns.weights.sum())
        self.density = float(columns.hits.sum() / self.total)
        # what a share of a sum of floats comes to may lie a rounding error too high
        self.least = mass * self.total * (1 - 1e-12)
        self.impurity = 2 * self.density * (1 - self.density)

    def node(self, rows: NDArray[np.intp], order: NDArray[np.int32], depth: int) -> Node:
        """The node of some cases, split as far as the limits allow.

        Parameters
        ----------
        rows : ndarray (m,)
        order : ndarray (numeric inputs, m)
            The same cases, sorted by each input.
        """
        weight = float(self.columns.weights[rows].sum())
        density = float(self.columns.hits[rows].sum()) / weight
        mass = weight / self.total
        risk = 2 * density * (1 - density) * mass / self.impurity
        chosen = best_split(self.columns, rows, order, self.least) if depth else None
        if chosen is None:
            return Node(mass, density, risk)
        return Node(
            mass,
            density,
            risk,
            Split(chosen.name, chosen.at, 2 * chosen.gain / (self.total * self.impurity)),
            self._part(chosen, rows, order, depth, lower=True),
            self._part(chosen, rows, order, depth, lower=False),
        )

    def _part(
        self, chosen: Chosen, rows: NDArray[np.intp], order: NDArray[np.int32], depth: int, *,
        lower: bool,
    ) -> Node:  # fmt: skip
        taken = np.zeros(self.columns.count, dtype=np.bool_)
        taken[rows] = chosen.lower if lower else ~chosen.lower
        own = rows[taken[rows]]
        return self.node(own, order[taken[order]].reshape(len(order), own.size), depth - 1)


def _leaves(
    node: Node, limits: dict[str, Limits], words: Mapping[str, frozenset[str]], density: float
) -> Iterator[Leaf]:
    split, lower, upper = node.split, node.lower, node.upper
    if split is None or lower is None or upper is None:
        yield Leaf(limits, node.mass, node.density, node.mass * node.density / density)
        return
    sides: tuple[Limits, Limits]
    if isinstance(split.at, frozenset):
        kept = limits.get(split.name, words.get(split.name, frozenset()))
        assert isinstance(kept, frozenset)
        sides = (kept & split.at, kept - split.at)
    else:
        low, high = _numbers(limits.get(split.name, (-np.inf, np.inf)))
        sides = ((low, split.at), (split.at, high))
    for part, own in ((lower, sides[0]), (upper, sides[1])):
        yield from _leaves(part, limits | {split.name: own}, words, density)


def _numbers(limits: Limits) -> tuple[float, float]:
    assert not isinstance(limits, frozenset)
    return limits
