"""Power in weighted votes, exactly, for games of any size that integers can hold.

A set of voters wins iff its weights reach the quota. Coalitions are counted by weight and by
size with a generating function prod_i (1 + y x^w_i) in exact integers: the polynomial in y that
belongs to one weight is one Python integer (Kronecker substitution), so adding a voter is one
shift and one addition per weight, and leaving a voter out is the exact inverse. Floats would
lose everything in that division from about fifty voters on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from accord._errors import ModelError

__all__ = ["VotingPower", "voting_power"]


@dataclass(frozen=True, slots=True)
class VotingPower:
    """Exact power of the voters of one weighted game.

    Attributes
    ----------
    shapley_shubik : tuple of Fraction
        Share of orders in which each voter is pivotal; sums to 1 where the full vote wins.
    swings : tuple of int
        Sets of others that each voter turns from losing to winning.
    banzhaf : tuple of Fraction
        ``swings`` divided by 2^(n-1), the absolute index.
    banzhaf_shares : tuple of Fraction
        ``swings`` divided by their sum; all 0 where nobody ever swings.
    """

    shapley_shubik: tuple[Fraction, ...]
    swings: tuple[int, ...]
    banzhaf: tuple[Fraction, ...]
    banzhaf_shares: tuple[Fraction, ...]


def voting_power(weights: Sequence[int], quota: int) -> VotingPower:
    """The Shapley-Shubik and Banzhaf indices of a weighted majority game.

    Parameters
    ----------
    weights : sequence of n integers, >= 0
    quota : int
        The weight that wins, >= 1.

    Returns
    -------
    VotingPower

    Raises
    ------
    ModelError
        When there is no voter, a weight is negative, or the quota is not positive.

    References
    ----------
    Shapley and Shubik 1954; Banzhaf 1965; generating functions after Mann and Shapley 1962.
    """
    if not weights or min(weights) < 0 or quota < 1:
        raise ModelError("wanted: at least one voter, weights of 0 or more, a quota of 1 or more")
    voters = len(weights)
    digit = voters + 1  # counts stay below 2**voters, so digits of one more bit never carry
    losing = [1] + [0] * (quota - 1)
    for weight in weights:
        for total in range(quota - 1, weight - 1, -1):
            losing[total] += losing[total - weight] << digit
    orders = [factorial(s) * factorial(voters - s - 1) for s in range(voters)]
    shapley: list[Fraction] = []
    swings: list[int] = []
    for weight in weights:
        counts = _swings_by_size(losing, weight, quota, digit, voters)
        swings.append(sum(counts))
        pivots = sum(order * count for order, count in zip(orders, counts, strict=True))
        shapley.append(Fraction(pivots, factorial(voters)))
    full = sum(weights) >= quota
    assert sum(shapley) == (1 if full else 0)
    total_swings = sum(swings)
    return VotingPower(
        tuple(shapley),
        tuple(swings),
        tuple(Fraction(each, 1 << (voters - 1)) for each in swings),
        tuple(Fraction(each, total_swings) if total_swings else Fraction(0) for each in swings),
    )


def _swings_by_size(losing: list[int], weight: int, quota: int, digit: int, n: int) -> list[int]:
    """How many losing sets of each size, voter left out, win once the voter joins."""
    if weight == 0:
        return [0] * n
    without: list[int] = []
    for total in range(quota):
        joined = without[total - weight] << digit if total >= weight else 0
        without.append(losing[total] - joined)
    swung = sum(without[max(0, quota - weight) :])
    mask = (1 << digit) - 1
    return [(swung >> (digit * size)) & mask for size in range(n)]
