"""Boxes of inputs in which something happens to a package, as often as one wishes to look.

Looking is a heuristic and may be repeated on other worlds, which is how one learns whether it
finds the same again. What is found is told elsewhere, from worlds in which nobody looked.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accord.run.run import Run
from accord.theory.discovery import Box, discover
from accord.theory.estimates import effective_sample_size
from accord.theory.sampling import BLOCK
from accord.theory.splitting import Columns, gains, read_columns
from accord.theory.tree import grow

__all__ = ["LUCK", "Found", "Limits", "Search", "by_luck", "in_box", "quasi_p"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Limits = Mapping[str, tuple[float | None, float | None]]
"""Of each restricted input: above the first and at most the second; None where free."""

SCREENED = 16
"""Inputs that patient rule induction and the tree are given: those that split best alone."""

FEWEST = 20
"""Worlds of either outcome without which nothing is looked for."""

MOST_INPUTS = 4
"""Inputs that a box may restrict."""

LUCK = 0.05
"""A restriction whose quasi-p is above this is dropped."""

SMALLEST = 0.05
"""Share of worlds that a box or a leaf holds at least."""

DEPTH = 3

CUTS = 10
"""Cuts of one input that are about as good as independent of one another."""

MOVED = 0.01
"""Share of worlds that rounding a limit may move across it."""

SPLIT_LUCK = 0.01
"""How often a tree may split anywhere if nothing matters."""


@dataclass(frozen=True)
class Found:
    """What one look finds.

    Attributes
    ----------
    box : Limits
        By patient rule induction: of those that restrict few inputs the one that luck is least
        likely to bring about, without the restrictions that luck could. Empty where none is left.
    leaves : tuple of Limits
        Of the tree, which together hold every world; one without limits where it does not split.
    """

    box: Limits
    leaves: tuple[Limits, ...]

    @property
    def split_on(self) -> frozenset[str]:
        """The inputs on which the tree splits."""
        return frozenset(path for leaf in self.leaves for path in leaf)

    def restricts(self, path: str, limits: tuple[float | None, float | None]) -> bool:
        """Whether the box restricts an input on a side on which these limits do."""
        own = self.box.get(path, (None, None))
        return any(a is not None and b is not None for a, b in zip(own, limits, strict=True))


class Search:
    """The inputs of a run, in order, and looks at them.

    Parameters
    ----------
    run : Run
    paths : iterable of str
        The inputs that may be told of, in the order that decides between equals; those that do
        not vary are left out.
    """

    def __init__(self, run: Run, paths: Iterable[str]) -> None:
        self.weights: Integers = run.verdict.weights
        there = self.weights > 0
        self.inputs: dict[str, Floats] = {
            path: run.inputs[path]
            for path in dict.fromkeys(paths)
            if run.inputs[path][there].min() < run.inputs[path][there].max()
        }
        self.blocks = run.worlds // BLOCK
        self._order = _ordered(self.inputs, run.worlds)

    def look(self, target: Booleans, weights: Integers) -> Found | None:
        """What is found where worlds weigh so much; None where there are too few to tell.

        Parameters
        ----------
        target : ndarray (W,) of bool
            Worlds of interest.
        weights : ndarray (W,) of int
            0 where one may not look.
        """
        there = weights > 0
        hits = int((target & there).sum())
        if min(hits, int(there.sum()) - hits) < FEWEST:
            return None
        inputs = {path: self.inputs[path] for path in self.strongest(target, weights)}
        if not inputs:
            return Found({}, ({},))
        tree = grow(
            inputs, target, weights=weights, depth=DEPTH, mass=SMALLEST,
            complexity=self._cost_of_a_leaf(weights),
        )  # fmt: skip
        leaves = []
        for leaf in tree.leaves:
            sides = {
                path: (_or_free(own[0]), _or_free(own[1]))
                for path, own in leaf.limits.items()
                if not isinstance(own, frozenset)
            }
            leaves.append(self._printable(sides, weights))
        return Found(self._box(inputs, target, weights), tuple(leaves))

    def strongest(self, target: Booleans, weights: Integers) -> list[str]:
        """The inputs whose best single cut says most about the target, in the order of the run.

        An input that matters only together with another and not at all by itself is missed.
        """
        there = weights > 0
        columns = replace(
            self._order,
            weights=weights.astype(np.float64),
            hits=np.where(target, weights, 0).astype(np.float64),
        )
        order = columns.order[there[columns.order]].reshape(len(self.inputs), int(there.sum()))
        gain, _ = gains(columns, order, SMALLEST * float(weights.sum()))
        best = np.argsort(-gain, kind="stable")[:SCREENED]
        paths = list(self.inputs)
        return [paths[i] for i in sorted(best.tolist()) if gain[i] > -np.inf]

    def _cost_of_a_leaf(self, weights: Integers) -> float:
        """What the best of so many cuts gains by luck alone, as a share of the impurity.

        The gain of a cut that means nothing, times the worlds, is chi-squared with one degree of
        freedom; the level is Bonferroni's.
        """
        from scipy.special import ndtri  # noqa: PLC0415  slow to import

        level = SPLIT_LUCK / (CUTS * len(self.inputs))
        return float(ndtri(level / 2)) ** 2 / effective_sample_size(weights)

    def _box(self, inputs: Mapping[str, Floats], target: Booleans, weights: Integers) -> Limits:
        rows = np.repeat(np.arange(weights.size), _copies(weights))
        outcome = target[rows]
        if outcome.all() or not outcome.any():
            return {}
        cases = {path: values[rows] for path, values in inputs.items()}
        patient = {p: values for p, values in cases.items() if not _leaps(values, outcome)}
        tries = [cases, patient] if 0 < len(patient) < len(cases) else [cases]
        limits = self._without_luck(_best_box(tries, outcome), target, weights)
        if not limits:
            return {}
        # once more with what is left, now that nothing else is peeled in passing
        again = _best_box([{path: cases[path] for path in limits}], outcome)
        return self._without_luck(again, target, weights)

    def _without_luck(self, limits: Limits, target: Booleans, weights: Integers) -> Limits:
        """A box in printable limits, without the restrictions that luck could bring about."""
        limits = self._printable(limits, weights)
        while limits:
            chances = {p: _worse(quasi_p(self.inputs, limits, p, target, weights)) for p in limits}
            worst = max(chances, key=lambda path: chances[path])
            if chances[worst] <= LUCK:
                break
            limits = {path: own for path, own in limits.items() if path != worst}
        return limits

    def _printable(self, limits: Limits, weights: Integers) -> Limits:
        """Limits with as many digits as a sentence can bear, so that what it says is what holds."""
        return {path: _shortened(own, self.inputs[path], weights) for path, own in limits.items()}


def in_box(inputs: Mapping[str, Floats], limits: Limits, worlds: int) -> Booleans:
    """The worlds in a box, shape (W,)."""
    where = np.ones(worlds, dtype=np.bool_)
    for path, (low, high) in limits.items():
        if low is not None:
            where &= inputs[path] > low
        if high is not None:
            where &= inputs[path] <= high
    return where


def quasi_p(
    inputs: Mapping[str, Floats], limits: Limits, path: str, target: Booleans, weights: Integers
) -> tuple[float | None, float | None]:
    """For each restricted side of one input, how likely luck alone would do as well.

    The chance that as many of the worlds in the box are of interest if that side does not matter,
    so that they are drawn from the wider box without it (Bryant and Lempert 2010, section 4.2).
    Weighted worlds count as their effective number (Kish 1965). 1 where the box is empty.

    Parameters
    ----------
    inputs : mapping of path to ndarray (W,)
    limits : Limits
    path : str
        One of the box's inputs.
    target, weights : ndarray (W,)
        Worlds of interest; what each weighs.
    """
    box = in_box(inputs, limits, weights.size)
    low, high = limits[path]
    wider: list[Limits] = [{**limits, path: (None, high)}, {**limits, path: (low, None)}]
    found = [
        None if side is None else by_luck(box, in_box(inputs, wide, box.size), target, weights)
        for side, wide in zip((low, high), wider, strict=True)
    ]
    return found[0], found[1]


def by_luck(box: Booleans, wide: Booleans, target: Booleans, weights: Integers) -> float:
    """P(at least so many hits in a box) if its worlds are drawn from the wider one.

    Parameters
    ----------
    box, wide : ndarray (W,) of bool
        The worlds in the one and in the other.
    target, weights : ndarray (W,)
        Worlds of interest; what each weighs.

    Returns
    -------
    float
        1 where the box is empty.
    """
    from scipy.special import betainc  # noqa: PLC0415  slow to import

    inside = np.where(box, weights, 0)
    if not inside.any():
        return 1.0
    worlds = effective_sample_size(inside)
    density = float(inside[target].sum() / inside.sum())
    around = np.where(wide, weights, 0)
    chance = float(around[target].sum() / around.sum())
    # the upper tail of a binomial is an incomplete beta, which holds for parts of a world as well
    return float(betainc(density * worlds, (1 - density) * worlds + 1, chance)) if density else 1.0


def _worse(sides: tuple[float | None, float | None]) -> float:
    """The larger chance of an input's restricted sides."""
    return max(side for side in sides if side is not None)


def _copies(weights: Integers) -> Integers:
    """How often each world stands among as many unweighted ones: multiples of the usual weight.

    Systematic: the running total is rounded, so that equal weights stand equally often.
    """
    there = weights > 0
    total = int(weights.sum())
    wanted = round(total / float(np.median(weights[there])))
    wanted = min(max(wanted, 1), 2 * int(there.sum()))
    reached = (2 * np.cumsum(weights) * wanted + total) // (2 * total)
    return np.diff(reached, prepend=0)


def _best_box(tries: list[dict[str, Floats]], outcome: Booleans) -> Limits:
    """Of all boxes that restrict few inputs the one that luck is least likely to bring about.

    That is the gain in density in units of the binomial's error (Klösgen 1996).
    """
    base = outcome.mean()
    best: tuple[float, Limits] = (0.0, {})
    for cases in tries:
        for box in discover(cases, outcome, mass=SMALLEST).trajectory:
            merit = float((box.density - base) * np.sqrt(box.mass))
            if len(box.limits) <= MOST_INPUTS and merit > best[0]:
                best = merit, _between_worlds(box, cases)
    return best[1]


def _between_worlds(box: Box, cases: Mapping[str, Floats]) -> Limits:
    """Limits half-way between worlds that are in and worlds that are out."""
    result: dict[str, tuple[float | None, float | None]] = {}
    for path, own in box.limits.items():
        assert not isinstance(own, frozenset)
        values = np.unique(cases[path])
        first = int(np.searchsorted(values, own[0], side="left"))
        last = int(np.searchsorted(values, own[1], side="right"))
        low = None if first == 0 else float(values[first - 1 : first + 1].mean())
        high = None if last == values.size else float(values[last - 1 : last + 1].mean())
        if (low, high) != (None, None):
            result[path] = (low, high)
    return result


def _leaps(values: Floats, target: Booleans) -> bool:
    """Whether an input of two values is dense on its rarer side.

    Peeling off the other side leaves few worlds at once, however patient one wishes to be; so
    boxes are looked for without such inputs as well.
    """
    high = values > values.min()
    if (values[high] < values.max()).any():
        return False
    rare = high if 2 * high.sum() < high.size else ~high
    return bool(target[rare].mean() > target[~rare].mean())


def _shortened(
    own: tuple[float | None, float | None], values: Floats, weights: Integers
) -> tuple[float | None, float | None]:
    """Limits of one input with the fewest digits that leave the lower below the upper."""
    low, high = own
    fewest = -int(np.floor(np.log10((values.max() - values.min()) / 50)))
    for digits in itertools.count(fewest):
        lower = None if low is None else _rounded(low, values, weights, digits)
        upper = None if high is None else _rounded(high, values, weights, digits)
        if lower is None or upper is None or lower < upper or (lower, upper) == own:
            return lower, upper
    raise AssertionError


def _rounded(limit: float, values: Floats, weights: Integers, digits: int) -> float:
    """A limit with at least so many decimals, more while rounding moves too many worlds.

    The tail of an input may reach far beyond where most of its worlds lie, so its range says too
    little about how close to one another they are.
    """
    allowed, above = MOVED * float(weights.sum()), values > limit
    for more in itertools.count(digits):
        short = round(limit, more) + 0.0
        moved = (values > short) != above
        inside = values.min() < short < values.max()
        if short == limit or (inside and float(weights[moved].sum()) <= allowed):
            return short
    raise AssertionError


def _or_free(limit: float) -> float | None:
    return None if np.isinf(limit) else float(limit)


def _ordered(inputs: Mapping[str, Floats], worlds: int) -> Columns:
    """All worlds sorted by each input; which of them count is said with each look."""
    some = np.arange(worlds) == 0  # a look brings its own
    return read_columns(inputs, some)
