"""Better packages nearby: one or two levels away from one that is being put together."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.case.case import Case
from accord.case.truth import unmet_constraints
from accord.run.run import Run
from accord.run.what_if import CHOSEN, WhatIf

__all__ = ["MOST_PAIRS", "nearest"]

MOST_PAIRS = 150
"""Changes of two levels that are tried, those whose single steps promise most first."""

SHOWN = 10

Step = tuple[str, str]
"""A provision and its new level."""


def nearest(
    what_if: WhatIf, levels: Mapping[str, str], rule: str,
    progress: Callable[[str], None] | None = None, most_pairs: int = MOST_PAIRS,
) -> dict[str, Any]:  # fmt: skip
    """Changes of one level, and of two, after which more worlds pass all tests.

    All changes of one level are tried. Of those of two only the most promising are, by the sum of
    what their steps do by themselves: how many were there and how many were tried is told, so the
    answer is no proof that nothing better lies two levels away. A package that a constraint of
    the case rules out is left out. Where no change moves the share that passes all tests, those
    that pass more of them one by one come first.

    Parameters
    ----------
    levels : mapping of provision to level
    rule : str
        The consent rule.
    progress : function of a str, optional
        Told what is tried.

    Returns
    -------
    dict
        JSON-ready. ``now``: ``{test: share}`` with ``joint``; ``better``: at most ten, best
        first, each with ``changes`` (``provision``, ``level``), ``shares``, ``difference`` and
        ``se`` of the joint share (paired) and ``tests_together`` (by how much the shares of the
        single tests grow, summed); ``singles``, ``pairs``: of those that the case allows, how
        many are ``there`` and were ``tried``.

    Raises
    ------
    UsageError
        If no test can be put to the case, or a level is unknown.
    """
    if not what_if.tests:
        raise UsageError("no test can be put to this case")
    tell = progress or (lambda _: None)
    base, steps = _Tried((), what_if.judge(levels), rule), _steps(what_if.case, levels)
    pairs = _allowed(
        what_if.case, levels,
        [(a, b) for a, b in itertools.combinations(steps, 2) if a[0] != b[0]],
    )  # fmt: skip
    # a step that is ruled out by itself may still be half of one that is not
    alone = _tried(what_if, levels, rule, [(step,) for step in steps], tell)
    merit = {one.changes[0]: one.merit for one in alone}
    singles = set(_allowed(what_if.case, levels, [one.changes for one in alone]))
    tried = [one for one in alone if one.changes in singles]
    pairs.sort(key=lambda pair: _promise(merit, pair), reverse=True)
    chosen = pairs[:most_pairs]
    tried += _tried(what_if, levels, rule, chosen, tell)
    better = sorted(
        (one for one in tried if one.merit > base.merit), key=lambda one: one.merit, reverse=True
    )
    return {
        "schema": 1,
        "rule": rule,
        "now": base.shares,
        "better": [one.told(base) for one in better[:SHOWN]],
        "singles": {"there": len(singles), "tried": len(singles)},
        "pairs": {"there": len(pairs), "tried": len(chosen)},
    }


def _promise(merit: Mapping[Step, tuple[float, float]], pair: Sequence[Step]) -> tuple[float, ...]:
    """What two steps do one by one, summed."""
    return tuple(sum(values) for values in zip(*(merit[step] for step in pair), strict=True))


class _Tried:
    """A package that was put to the tests."""

    def __init__(self, changes: Sequence[Step], run: Run, rule: str) -> None:
        self.changes = tuple(changes)
        self.verdict = run.verdict
        self.joint: NDArray[np.float64] = run.verdict.joint(rule, CHOSEN).astype(np.float64)
        self.shares = {
            test: run.verdict.share(test, rule, CHOSEN).value
            for test in (*run.verdict.assessed, "joint")
        }

    @property
    def merit(self) -> tuple[float, float]:
        """The share that passes all tests, then those of the single ones."""
        alone = sum(share for test, share in self.shares.items() if test != "joint")
        return round(self.shares["joint"], 12), round(alone, 12)

    def told(self, base: _Tried) -> dict[str, Any]:
        """What is told of it beside the package from which it is reached."""
        change = self.verdict.mean(self.joint - base.joint)
        return {
            "changes": [{"provision": name, "level": level} for name, level in self.changes],
            "shares": self.shares,
            "difference": change.value,
            "se": change.standard_error,
            "tests_together": self.merit[1] - base.merit[1],
        }


def _steps(case: Case, levels: Mapping[str, str]) -> list[Step]:
    return [
        (name, level)
        for name, provision in case.file.provisions.items()
        for level in provision.levels
        if level != levels[name]
    ]


def _tried(
    what_if: WhatIf, levels: Mapping[str, str], rule: str, changes: Sequence[Sequence[Step]],
    tell: Callable[[str], None],
) -> list[_Tried]:  # fmt: skip
    found = []
    for number, steps in enumerate(changes):
        if number % 10 == 0:
            tell(f"{'one level' if len(steps) == 1 else 'two levels'} away")
        found.append(_Tried(steps, what_if.judge({**levels, **dict(steps)}), rule))
    return found


def _allowed(
    case: Case, levels: Mapping[str, str], changes: Sequence[tuple[Step, ...]]
) -> list[tuple[Step, ...]]:
    """Changes after which a package breaks no constraint of the case."""
    return [steps for steps in changes if not unmet_constraints(case, {**levels, **dict(steps)})]
