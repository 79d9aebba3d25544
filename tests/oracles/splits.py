"""Splits of a tree from their definition: every split of every input, its impurity added up."""

from __future__ import annotations

import itertools


def impurity(outcome, weights):
    """Gini impurity times weight: the sum over both classes of n·p·(1 − p)."""
    total = sum(weights)
    if not total:
        return 0.0
    hits = sum(w for w, hit in zip(weights, outcome, strict=True) if hit)
    return total * 2 * (hits / total) * (1 - hits / total)


def splits(inputs):
    """Every way to split the cases on one input: (name, who is in the lower part)."""
    for name, values in inputs.items():
        if isinstance(values[0], str):
            kinds = sorted(set(values))
            for size in range(1, len(kinds)):
                for kept in itertools.combinations(kinds, size):
                    yield name, [value in kept for value in values]
        else:
            for cut in sorted(set(values))[:-1]:
                yield name, [value <= cut for value in values]


def best_gain(inputs, outcome, weights, least):
    """The largest fall in impurity, as a share of the root's, and the inputs that reach it.

    Parameters
    ----------
    inputs : dict of name to list (n,)
    outcome, weights : list (n,)
    least : float
        Smallest weight of a part.
    """
    root = impurity(outcome, weights)
    gains = {}
    for name, low in splits(inputs):
        parts = []
        for side in (True, False):
            rows = [i for i, here in enumerate(low) if here is side]
            parts.append(([outcome[i] for i in rows], [weights[i] for i in rows]))
        if min(sum(part[1]) for part in parts) >= max(least, 1e-9):
            left = sum(impurity(*part) for part in parts)
            gains[name] = max(gains.get(name, -1.0), (root - left) / root)
    best = max(gains.values(), default=0.0)
    return best, {name for name, gain in gains.items() if gain > best - 1e-9}


def prunings(node):
    """Every tree that is left when nodes are made leaves: (summed risk, leaves, what is split)."""
    yield node.risk, 1, ()
    if node.split is not None:
        for low in prunings(node.lower):
            for high in prunings(node.upper):
                yield low[0] + high[0], low[1] + high[1], (node.split.name, low[2], high[2])


def shape(node):
    """What a tree splits, in the words of ``prunings``."""
    if node.split is None:
        return ()
    return node.split.name, shape(node.lower), shape(node.upper)
