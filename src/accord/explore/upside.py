"""Under which single condition a package does best: shocks, and thirds of inputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord.run.run import Run
from accord.theory.estimates import Estimate, share
from accord.theory.sampling import BLOCK

__all__ = ["Condition", "best_conditions"]

Booleans = NDArray[np.bool_]


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
    found: even blocks choose, odd blocks tell. Conditions that do not raise the share there by
    more than its standard error are left out, and so is a second condition on the same input.

    Parameters
    ----------
    paths : iterable of str
        Inputs that may be told of; luck is never among them.
    """
    joint = run.verdict.joint(rule, package)
    weights = run.verdict.weights.astype(np.float64)
    odd = (np.arange(run.worlds) // BLOCK) % 2 == 1
    if odd.all() or not odd.any() or not joint.any():
        return ()
    base = share(joint[odd].astype(np.float64), weights[odd])
    found: list[tuple[float, str, str, Booleans]] = []
    for path in paths:
        for side, where in _sides(run, path):
            here = where & ~odd
            if weights[here].sum() > 0:
                gain = float(np.average(joint[here], weights=weights[here]))
                found.append((gain, path, side, where))
    found.sort(key=lambda item: (-item[0], item[1]))
    chosen: list[Condition] = []
    for gain, path, side, where in found[: 20 * count]:
        if any(c.path == path for c in chosen) or len(chosen) == count:
            continue
        told = _share_where(joint, weights, where & odd, odd)
        if told is not None and told.value - base.value > told.standard_error:
            chosen.append(Condition(path, side, where, gain, told, base, int((where & odd).sum())))
    return tuple(chosen)


def _sides(run: Run, path: str) -> list[tuple[str, Booleans]]:
    values = run.inputs[path]
    if path.startswith("shocks.") and path.count(".") == 1:
        fell = values > 0.5
        return [("falls", fell), ("stays away", ~fell)] if fell.any() and not fell.all() else []
    low, high = np.quantile(values, [1 / 3, 2 / 3])
    if low == high:
        return []
    return [("upper", values >= high), ("lower", values <= low)]


def _share_where(
    joint: Booleans, weights: NDArray[np.float64], where: Booleans, odd: Booleans
) -> Estimate | None:
    """Joint share where a condition holds among the telling blocks."""
    if not weights[where].sum() > 0:
        return None
    kept = np.where(where, weights, 0.0)[odd]
    return share(joint[odd].astype(np.float64), kept)
