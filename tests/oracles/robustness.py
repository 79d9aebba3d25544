"""Robustness metrics from their definitions: one package and one world at a time.

Weighted worlds stand there as often as they weigh. Percentiles are the least value up to which the
wanted share of the worlds lies.
"""

from __future__ import annotations

import statistics
from fractions import Fraction


def repeated(row, weights):
    """The performances of a package, each as often as its world weighs, in ascending order."""
    return sorted(
        float(value) for value, often in zip(row, weights, strict=True) for _ in range(often)
    )


def percentile(values, share):
    """The first of the sorted values at which so large a share has been seen."""
    for place, value in enumerate(values, start=1):
        if Fraction(place, len(values)) >= share:
            return value
    raise AssertionError


def regrets(table, package, weights):
    """How far the package is behind the best one, world by world."""
    behind = [
        max(float(other[world]) for other in table) - float(table[package][world])
        for world in range(len(weights))
    ]
    return repeated(behind, weights)


def metrics(table, weights, optimism, satisfactory):
    """For each metric its values, by name."""
    tenth, half, ninth = Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)
    found = {}
    for package, row in enumerate(table):
        values = repeated(row, weights)
        mean = statistics.fmean(values)
        spread = statistics.pstdev(values)
        median = percentile(values, half)
        low, high = percentile(values, tenth), percentile(values, ninth)
        behind = regrets(table, package, weights)
        own = {
            "maximin": min(values),
            "maximax": max(values),
            "Hurwicz optimism-pessimism rule": (
                optimism * max(values) + (1 - optimism) * min(values)
            ),
            "Laplace's principle of insufficient reason": mean,
            "mean-variance": (
                (mean + 1) / (spread + 1) if mean >= -1 else (mean + 1) * (spread + 1)
            ),
            "undesirable deviations": statistics.fmean(
                median - value if value < median else 0.0 for value in values
            ),
            "percentile-based skewness": (
                0.0 if low == high else ((high + low) / 2 - median) / ((high - low) / 2)
            ),
            "minimax regret": max(behind),
            "90th percentile minimax regret": percentile(behind, ninth),
            "Starr's domain criterion": (
                sum(value >= satisfactory for value in values) / len(values)
            ),
        }
        for name, value in own.items():
            found.setdefault(name, []).append(value)
    return found


LOWER_IS_BETTER = {
    "undesirable deviations", "minimax regret", "90th percentile minimax regret",
}  # fmt: skip
