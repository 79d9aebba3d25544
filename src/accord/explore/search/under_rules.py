"""One package for all consent rules: the best of the worst, and what no other is better than."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from accord.explore.search.effort import Effort
from accord.explore.search.exploring import Explored, Prepared, best_of
from accord.run.what_if import CHOSEN
from accord.theory.pareto import non_dominated

__all__ = ["UnderRules", "under_all_rules"]


@dataclass(frozen=True, slots=True)
class UnderRules:
    """What was found under every rule.

    Attributes
    ----------
    by_rule : mapping of rule to Explored
    levels : mapping of provision to level
        Of all packages found, the one whose smallest joint share over rules is largest; of equals
        the one whose next smallest is, and so on (leximin, Sen 1970).
    shares : mapping of rule to float
        Its joint shares.
    bound : float
        No package has a larger smallest share: the smallest of the bounds under single rules.
    front : tuple of mapping of provision to level
        Packages found of which no other does better in one test and as well in all others.
    """

    by_rule: Mapping[str, Explored]
    levels: Mapping[str, str]
    shares: Mapping[str, float]
    bound: float
    front: tuple[Mapping[str, str], ...]

    @property
    def worst(self) -> float:
        """The smallest joint share of that package."""
        return min(self.shares.values())

    def as_json(self) -> dict[str, Any]:
        """The stable shape in ``accord explore --every-rule --json``."""
        return {
            "schema": 1,
            "rules": {rule: found.as_json() for rule, found in self.by_rule.items()},
            "maximin": {
                "package": dict(self.levels),
                "joint": dict(self.shares),
                "worst": self.worst,
                "bound": self.bound,
                "gap": max(self.bound - self.worst, 0.0),
            },
            "front": [dict(levels) for levels in self.front],
        }


def under_all_rules(
    prepared: Prepared, allowed: Sequence[Sequence[int]], effort: Effort
) -> UnderRules:
    """Search under every rule, then compare all that was found under all rules.

    By the worst share first (Wald 1945), then by the next (Sen 1970): where every package fails
    under some rule, the worst alone would tell nothing.

    Parameters
    ----------
    effort : Effort
        For each rule; states are not kept.
    """
    asking, effort = prepared.asking, replace(effort, state=None, resume=False)
    by_rule = {rule: best_of(prepared, rule, allowed, effort) for rule in asking.rules}
    found: dict[tuple[str, ...], Mapping[str, str]] = {}
    for explored in by_rule.values():
        for one in explored.best:
            found.setdefault(tuple(one.levels.values()), one.levels)
    shares, tests = [], []
    for levels in found.values():
        verdict = asking.judge(levels).verdict
        shares.append([verdict.share("joint", rule, CHOSEN).value for rule in asking.rules])
        tests.append(
            [
                verdict.share(test, rule, CHOSEN).value
                for test in verdict.assessed
                for rule in asking.rules
            ]
        )
    best = max(range(len(shares)), key=lambda number: sorted(shares[number]))
    kept = np.flatnonzero(non_dominated(np.array(tests)))
    packages = list(found.values())
    return UnderRules(
        by_rule, packages[best], dict(zip(asking.rules, shares[best], strict=True)),
        min(explored.bound for explored in by_rule.values()), tuple(packages[i] for i in kept),
    )  # fmt: skip
