"""Under which single condition a package does best: shocks, and thirds of inputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.explore.scenario_search import LUCK
from accord.run.run import Run
from accord.theory.estimates import Estimate, effective_sample_size, share
from accord.theory.sampling import BLOCK

__all__ = ["Condition", "best_conditions"]

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]

FEWEST = 20
"""Worlds, by what they weigh, in which a condition has to hold in either half to be looked at."""

ROUNDING = 1e-9


@dataclass(frozen=True)
class Condition:
    """A condition on one input and what it does to the joint share of a package.

    Attributes
    ----------
    path : str
        The input, or ``shocks.NAME``.
    side : str
        ``upper`` or ``lower`` third, ``falls`` or ``stays away`` for a shock.
    where : ndarray (W,)
        The worlds in which it holds.
    chosen : float
        Joint share in the blocks in which the condition was looked for.
    share, base : Estimate
        Joint share where it holds, and everywhere, in the other blocks.
    worlds : int
        Worlds of those blocks in which it holds.
    """

    path: str
    side: str
    where: Booleans
    chosen: float
    share: Estimate
    base: Estimate
    worlds: int


def best_conditions(
    run: Run, package: str, rule: str, paths: Iterable[str], count: int = 2
) -> tuple[Condition, ...]:
    """The conditions that raise the joint share most, looked for and told in different worlds.

    Hundreds of inputs are compared, so the best of them looks better than it is where it was
    found. Even blocks choose, of the conditions that luck does not explain there (Bonferroni, over
    all that are compared), those with the largest shares, one an input. Odd blocks tell: a
    condition that luck explains there is left out, and no other takes its place, as that would
    choose anew.

    Parameters
    ----------
    paths : iterable of str
        Inputs that may be told of; luck is never among them.
    count : int
        Conditions that are told at most.
    """
    joint = run.verdict.joint(rule, package)
    odd = (np.arange(run.worlds) // BLOCK) % 2 == 1
    choosing, telling = (np.where(half, run.verdict.weights, 0) for half in (~odd, odd))
    if not (choosing.any() and telling.any() and joint.any()):
        return ()
    sides = [(path, *side) for path in paths for side in _sides(run, path)]
    seen = [each for each in sides if _seen(each[2], choosing) and _seen(each[2], telling)]
    found = [
        (float(np.average(joint[where], weights=choosing[where])), path, side, where)
        for path, side, where in seen
        if _luck(where, joint, choosing) <= LUCK / len(seen)
    ]
    found.sort(key=lambda item: (-item[0], item[1]))
    best: dict[str, tuple[float, str, str, Booleans]] = {}
    for each in found:
        best.setdefault(each[1], each)
    base = share(joint[odd].astype(np.float64), telling[odd])
    return tuple(
        Condition(path, side, where, chosen, _share_where(joint, telling, where, odd), base,
                  int((where & (telling > 0)).sum()))
        for chosen, path, side, where in list(best.values())[:count]
        if _luck(where, joint, telling) <= LUCK / count
    )  # fmt: skip


def _seen(where: Booleans, weights: Integers) -> bool:
    """Whether a condition holds in worlds enough to say something about it."""
    inside = np.where(where, weights, 0)
    return bool(inside.any()) and effective_sample_size(inside) >= FEWEST


def _luck(where: Booleans, joint: Booleans, weights: Integers) -> float:
    """How likely a package would pass as often in worlds that were picked without looking.

    Fisher's exact test (1935), one-sided; weighted worlds count as their effective number.
    """
    from scipy.stats import hypergeom  # noqa: PLC0415  slow to import

    inside, passing = np.where(where, weights, 0), np.where(joint, weights, 0)
    worlds = round(effective_sample_size(weights))
    picked = min(round(effective_sample_size(inside)), worlds)
    passes = round(float(passing.sum() / weights.sum()) * worlds)
    both = int(float(passing[where].sum() / inside.sum()) * picked + ROUNDING)
    return float(hypergeom.sf(both - 1, worlds, passes, picked))


def _sides(run: Run, path: str) -> list[tuple[str, Booleans]]:
    values = run.inputs[path]
    if path.startswith("shocks.") and path.count(".") == 1:
        fell = values > 0.5
        return [("falls", fell), ("stays away", ~fell)] if fell.any() and not fell.all() else []
    low, high = np.quantile(values, [1 / 3, 2 / 3])
    if low == high:
        return []
    return [("upper", values >= high), ("lower", values <= low)]


def _share_where(joint: Booleans, weights: Integers, where: Booleans, odd: Booleans) -> Estimate:
    """Joint share where a condition holds among the telling blocks."""
    return share(joint[odd].astype(np.float64), np.where(where, weights, 0)[odd])
