"""Bargaining solutions by comparing every package with every other in whole numbers.

Written from ``docs/models.md`` section 1 alone; slow and obvious. A solution is looked for among
the packages that every party accepts; gains are counted from the walk-away values.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod

from oracles.bargain import acceptable_rows, frontier


@dataclass(frozen=True)
class Solution:
    """The best value, the utility vectors that attain it and the number of packages that do.

    ``left_out`` names parties that cannot gain (Kalai and Smorodinsky); ``ideal`` their ideal
    gains.
    """

    value: object
    utilities: frozenset
    packages: int
    left_out: tuple = ()
    ideal: tuple = ()


def best(vectors, worth, **more):
    """All vectors, each listed once a package, of which ``worth`` is largest; None of nothing."""
    if not vectors:
        return None
    worths = [worth(vector) for vector in vectors]
    value = max(worths)
    winners = [vector for vector, each in zip(vectors, worths, strict=True) if each == value]
    return Solution(value, frozenset(winners), len(winners), **more)


def acceptable(problem):
    """Utility vectors of the packages that every party accepts, one a package."""
    return [vector for _, vector, _ in acceptable_rows(problem)]


def gains(vector, below):
    return [u - d for u, d in zip(vector, below, strict=True)]


def nash(problem, weights=None):
    """Nash (1950), with weights as exponents (Harsanyi and Selten 1972).

    The value is ``(strict gainers, product of their gains)``, compared in that order. Weights are
    whole numbers or fractions; they are brought to a common denominator and the exponents are
    their numerators, which leaves the order as it is.
    """
    given = [Fraction(weight) for weight in weights or [1] * len(problem.walk_away)]
    common = lcm(*(weight.denominator for weight in given))
    powers = [int(weight * common) for weight in given]

    def worth(vector):
        found = gains(vector, problem.walk_away)
        strict = [(gain, power) for gain, power in zip(found, powers, strict=True) if gain > 0]
        return len(strict), prod(gain**power for gain, power in strict)

    return best(acceptable(problem), worth)


def egalitarian(problem):
    """Kalai (1977): leximin of gains; the value is the gains, smallest first."""
    return best(acceptable(problem), lambda v: tuple(sorted(gains(v, problem.walk_away))))


def utilitarian(problem):
    """The largest sum of utilities."""
    return best(acceptable(problem), sum)


def kalai_smorodinsky(problem, ideal_over="acceptable"):
    """Kalai and Smorodinsky (1975), extended by leximin: the value is the ratios, smallest first.

    A party's ideal gain is its largest over the packages that all accept, or with
    ``ideal_over="all"`` over every package that the constraints allow. Who has none is left out.
    """
    vectors = acceptable(problem)
    if not vectors:
        return None
    over = vectors if ideal_over == "acceptable" else [vector for _, vector, _ in problem.rows]
    ideal = [max(column) for column in zip(*over, strict=True)]
    ideal = gains(ideal, problem.walk_away)
    counted = [party for party in problem.parties if ideal[party] > 0]

    def worth(vector):
        found = gains(vector, problem.walk_away)
        return tuple(sorted(Fraction(found[party], ideal[party]) for party in counted))

    left_out = tuple(party for party in problem.parties if ideal[party] <= 0)
    return best(vectors, worth, left_out=left_out, ideal=tuple(ideal))


def negmas(problem):
    """Solutions as NegMAS finds them, among the undominated packages of the whole space.

    It knows no red lines, so none are looked at. The point of no agreement is
    ``d_i = max(r_i, min u_i)``, and candidates are worth at least that to everybody. ``nash`` has
    the largest product of gains, ``kalai`` the largest smallest gain (then leximin), ``ks`` the
    least spread of gains over ideal gains, the ideal being the best of the whole space.
    """
    every = [vector for _, vector, _ in problem.rows]
    if not every:
        return None
    columns = list(zip(*every, strict=True))
    below = [max(r, min(column)) for r, column in zip(problem.walk_away, columns, strict=True)]
    ideal = gains([max(column) for column in columns], below)
    counted = [party for party in problem.parties if ideal[party] > 0]
    candidates = [
        vector
        for vector, number in frontier(problem).items()
        if min(gains(vector, below)) >= 0
        for _ in range(number)
    ]

    def narrow(vector):
        found = gains(vector, below)
        ratios = [Fraction(found[party], ideal[party]) for party in counted]
        return min(ratios) - max(ratios) if ratios else 0

    return {
        "disagreement": tuple(below),
        "nash": best(candidates, lambda vector: prod(gains(vector, below))),
        "kalai": best(candidates, lambda vector: tuple(sorted(gains(vector, below)))),
        "ks": best(candidates, narrow),
    }
