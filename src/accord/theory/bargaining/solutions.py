"""Which of the packages that all accept a theory of bargaining would pick.

Every solution here picks a Pareto-optimal package, so scanning the frontier finds it and proves
it: nothing else can do better. Gains are utilities above the disagreement point. Comparisons are
settled in whole numbers or fractions, so that a tie is a tie.

=================== ============================================ ==========================
solution            picks                                        survives rescaling a party
=================== ============================================ ==========================
Nash                largest product of gains                     yes
Kalai–Smorodinsky   largest smallest gain over the ideal gain    yes
egalitarian         largest smallest gain                        no
utilitarian         largest sum                                  no
=================== ============================================ ==========================

References
----------
Nash 1950; Harsanyi and Selten 1972 (weights); Kalai and Smorodinsky 1975; Imai 1983 (leximin of
several parties); Kalai 1977; Myerson 1981 (utilitarian).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import NDArray

from accord.theory.bargaining.frontier import Frontier

__all__ = [
    "RESCALABLE", "Solution", "egalitarian", "kalai_smorodinsky", "least_spread", "nash",
    "utilitarian",
]  # fmt: skip

Integers = NDArray[np.int64]
Exact = int | Fraction
Key = Callable[[int], Exact]
Picker = Callable[[Integers, Integers], tuple[NDArray[np.intp], NDArray[np.float64]]]

RESCALABLE = frozenset({"nash", "kalai_smorodinsky"})
"""Solutions that pick the same package when one party's utilities are rescaled."""

CLOSE = 1e-9
"""Relative difference of floating-point values below which exact ones decide."""


@dataclass(frozen=True, eq=False)
class Solution:
    """What one theory picks.

    Attributes
    ----------
    utilities : ndarray (N,)
        Grid steps.
    package : ndarray (J,)
        Levels of one package that attains it.
    value : float
        Product of gains, smallest gain, smallest gain ratio, or sum, in units of utility.
    ties : int
        Packages that attain the optimum, this one among them.
    compared : int
        Frontier vectors that were compared: the proof is that there is no other candidate.
    next_best : float or None
        The value of the best vector that is not as good; for solutions that look at the smallest
        first it may equal ``value``.
    left_out : tuple of int
        Parties with nothing to gain anywhere, whom the solution cannot weigh.
    """

    utilities: Integers
    package: Integers
    value: float
    ties: int
    compared: int
    next_best: float | None
    left_out: tuple[int, ...] = ()


def nash(
    frontier: Frontier, disagreement: Integers, scale: float, weights: Sequence[float] | None = None
) -> Solution | None:
    """The Nash bargaining solution, with bargaining weights if given.

    Where not everybody can gain strictly, most strict gainers come first and the product is over
    theirs. Packages on a frontier of acceptable ones; None where it is empty. Weighted products
    that differ by less than 1e-9 of themselves count as ties.
    """
    gains = frontier.utilities - disagreement[:, None]
    if not gains.shape[1]:
        return None
    gainers = (gains > 0).sum(axis=0)
    able = np.flatnonzero(gainers == gainers.max())
    power = np.ones(len(gains)) if weights is None else np.asarray(weights, dtype=np.float64)
    positive = np.where(gains[:, able] > 0, gains[:, able], 1)
    logs = (power[:, None] * np.log(positive)).sum(axis=0)

    def product(at: int) -> Exact:
        return math.prod(int(g) for g in positive[:, at])

    best = _largest(logs, product if weights is None else None, CLOSE)
    units = np.where(gains[:, able] > 0, gains[:, able] / scale, 1.0)
    values = np.prod(units ** power[:, None], axis=0)
    if gainers.max() == 0:
        values = np.zeros(len(able))
    return _solution(frontier, able[best], float(values[best[0]]), values, able)


def egalitarian(frontier: Frontier, disagreement: Integers, scale: float) -> Solution | None:
    """The egalitarian solution: the smallest gain is largest, then the next, and so on."""
    gains = frontier.utilities - disagreement[:, None]
    if not gains.shape[1]:
        return None
    ordered = np.sort(gains, axis=0)
    best = np.lexsort(ordered[::-1])[-1]
    ties = np.flatnonzero((ordered == ordered[:, best, None]).all(axis=0))
    values = ordered[0] / scale
    return _solution(frontier, ties, float(values[best]), values)


def utilitarian(frontier: Frontier, scale: float) -> Solution | None:
    """The largest sum of utilities."""
    if not frontier.utilities.shape[1]:
        return None
    totals = frontier.utilities.sum(axis=0)
    ties = np.flatnonzero(totals == totals.max())
    return _solution(frontier, ties, float(totals.max() / scale), totals / scale)


def kalai_smorodinsky(
    frontier: Frontier, disagreement: Integers, ideal: Integers
) -> Solution | None:
    """The Kalai–Smorodinsky solution: leximin of gains over ideal gains.

    Parameters
    ----------
    ideal : ndarray (N,)
        The largest utility of each party in the set that counts; parties whose ideal gain is not
        positive are left out and named.
    """
    return _by_ratios(frontier, disagreement, ideal, _leximin)


def _leximin(gains: Integers, spans: Integers) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Vectors whose gains over spans are leximin, and the smallest ratio of every vector."""
    ratios = np.sort(gains / spans[:, None], axis=0)

    def ratio(rank: int, column: int) -> Exact:
        pairs = zip(gains[:, column].tolist(), spans.tolist(), strict=True)
        return sorted(Fraction(gain, span) for gain, span in pairs)[rank]

    alive = np.arange(gains.shape[1])
    for rank in range(len(gains)):
        alive = alive[_largest(ratios[rank, alive], partial(_at, ratio, rank, alive), 1e-12)]
    return alive, ratios[0]


def _at(value: Callable[[int, int], Exact], rank: int, columns: NDArray[np.intp], at: int) -> Exact:
    return value(rank, int(columns[at]))


def least_spread(frontier: Frontier, disagreement: Integers, ideal: Integers) -> Solution | None:
    """The frontier vector whose gain ratios lie closest together (the convention of NegMAS)."""
    return _by_ratios(frontier, disagreement, ideal, _closest)


def _by_ratios(
    frontier: Frontier, disagreement: Integers, ideal: Integers, pick: Picker
) -> Solution | None:
    """A solution by gains over ideal gains, of those who have an ideal gain."""
    gains = frontier.utilities - disagreement[:, None]
    if not gains.shape[1]:
        return None
    spans = ideal - disagreement
    counted = np.flatnonzero(spans > 0)
    left_out = tuple(int(i) for i in np.flatnonzero(spans <= 0))
    if not counted.size:
        every = np.arange(gains.shape[1])
        return _solution(frontier, every, 0.0, np.zeros(gains.shape[1]), left_out=left_out)
    ties, smallest = pick(gains[counted], spans[counted])
    return _solution(frontier, ties, float(smallest[ties[0]]), smallest, left_out=left_out)


def _closest(gains: Integers, spans: Integers) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Vectors whose gains over spans lie closest together, and every vector's smallest ratio."""
    ratios = gains / spans[:, None]

    def closeness(at: int) -> Exact:
        pairs = zip(gains[:, at].tolist(), spans.tolist(), strict=True)
        exact = [Fraction(gain, span) for gain, span in pairs]
        return min(exact) - max(exact)

    smallest = ratios.min(axis=0)
    return _largest(smallest - ratios.max(axis=0), closeness, 1e-12), smallest


def _largest(values: NDArray[np.float64], exact: Key | None, close: float) -> NDArray[np.intp]:
    """Where the values are largest; among those too close to tell, the exact ones decide."""
    top = float(values.max())
    near = np.flatnonzero(values >= top - close * max(abs(top), 1.0))
    if exact is None or near.size == 1:
        return near
    told = [exact(int(at)) for at in near]
    best = max(told)
    return near[[value == best for value in told]]


def _solution(
    frontier: Frontier,
    ties: NDArray[np.intp],
    value: float,
    values: NDArray[np.float64],
    among: NDArray[np.intp] | None = None,
    left_out: tuple[int, ...] = (),
) -> Solution:
    """The record, from the tied vectors and the values of all (or of those in ``among``)."""
    columns = np.arange(frontier.utilities.shape[1]) if among is None else among
    others = values[~np.isin(columns, ties)]
    first = int(ties[0])
    return Solution(
        frontier.utilities[:, first],
        frontier.package(first),
        value,
        int(sum(frontier.counts[ties])),
        frontier.utilities.shape[1],
        float(others.max()) if others.size else None,
        left_out,
    )
