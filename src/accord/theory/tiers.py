"""Guarantors that decide at once: the fixed point of their chances of fighting.

Each player i of a tier fights with q_i = a_i + (1 - a_i) logistic(l_i E[D_i]), where D_i is what
fighting gains over staying out, given who else of the tier fights, and the expectation is over
the others' q. If every D_i rises when another joins (complements), the least and the greatest
fixed point exist and plain iteration from below and from above reaches them (Tarski 1955;
Milgrom and Roberts 1990). With substitutes plain iteration can cycle, so steps are damped, and
the residual is checked either way.

A fixed point is certainly the only one when the map contracts, L < 1 with
L = max_i sum_{j != i} l_i (1 - a_j) / 4 max|DD_ij|, or the same with 1 - a_i, DD_ij being how
much D_i moves when j joins (Morris and Shin 2003 on uniqueness by noise).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.choice import logistic

__all__ = ["TierSolution", "solve_tier"]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]

_RESIDUAL = 1e-14  # where iteration ends
_TOLERATED = 1e-10  # what a solution may miss by
_PLAIN_STEPS = 400
_NEWTON_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class TierSolution:
    """One fixed point of every node.

    Attributes
    ----------
    chances : float array (t, N)
        q of each player at each node.
    unique : bool array (N,)
        Whether it is certified to be the only one.
    complements : bool array (N,)
        Whether nobody's gain from fighting falls when another joins.
    """

    chances: FloatArray
    unique: BoolArray
    complements: BoolArray


def solve_tier(
    gains: tuple[FloatArray, ...],
    automatic: FloatArray,
    precision: FloatArray,
    start_high: BoolArray,
) -> TierSolution:
    """Solve all nodes of one tier.

    Parameters
    ----------
    gains : t arrays
        Gain of player i from fighting, shape (2, ..., 2, N) with t axes of length 2 for who
        fights, except that axis i has length 1.
    automatic : float array (t, N)
        a_i.
    precision : float array (t, N)
        l_i.
    start_high : bool array (t, N)
        Where to begin from 1 rather than from a_i. All high finds the greatest solution of
        complements, all low the least.

    Returns
    -------
    TierSolution

    Raises
    ------
    ModelError
        When some node did not settle, with its residual.
    """
    slopes = _largest_slopes(gains, precision)
    contraction = np.minimum(
        (slopes * (1.0 - automatic)[None]).sum(axis=1).max(axis=0),
        (slopes * (1.0 - automatic)[:, None]).sum(axis=1).max(axis=0),
    )
    complements = _complements(gains)
    unique = contraction < 1.0
    everything = _Nodes(gains, automatic, precision)
    chances = np.where(start_high, 1.0, automatic)
    straight = unique | complements
    if straight.any():
        some = everything if straight.all() else everything.only(straight)
        chances[:, straight] = _settled(some, chances[:, straight], _Nodes.one_by_one)
    if not straight.all():
        # 1 / (1 + L^2) contracts whatever the direction of eigenvalues of size L; all move
        # together, so that no player's place in the list decides who gives way
        step = 1.0 / (1.0 + contraction[~straight] ** 2)
        damped = replace(everything.only(~straight), step=step)
        chances[:, ~straight] = _settled(damped, chances[:, ~straight], _Nodes.together)
    _check_residual(everything, chances)
    return TierSolution(chances, unique, complements)


def _settled(
    nodes: _Nodes,
    start: FloatArray,
    sweep: Callable[[_Nodes, FloatArray], tuple[FloatArray, FloatArray]],
) -> FloatArray:
    """Sweep until nothing moves; Newton's method for nodes that are slow."""
    result = start.copy()
    places = np.arange(start.shape[1])
    now, left = start, np.ones(start.shape[1], dtype=np.bool_)
    for count in range(_PLAIN_STEPS + _NEWTON_STEPS):
        after, moved = sweep(nodes, now) if count < _PLAIN_STEPS else nodes.newton(now)
        # a settled node stays as it is, so that no node's digits depend on its company
        now = np.where(left, after, now)
        left &= moved > _RESIDUAL
        if 2 * np.count_nonzero(left) <= left.size:
            result[:, places] = now
            places, now, nodes, left = places[left], now[:, left], nodes.only(left), left[left]
            if not places.size:
                break
    result[:, places] = now
    return result


def _check_residual(all_nodes: _Nodes, chances: FloatArray) -> None:
    missed = float(np.abs(all_nodes.responses(chances) - chances).max())
    if missed > _TOLERATED:
        raise ModelError(f"guarantors that decide at once did not settle: residual {missed:.2g}")


@dataclass(frozen=True, slots=True, eq=False)
class _Nodes:
    """Some nodes of a tier, with their share of the parameters of :func:`solve_tier`.

    Attributes
    ----------
    step : float array (N,) or (1,)
        How far a joint step goes towards the responses.
    """

    gains: tuple[FloatArray, ...]
    automatic: FloatArray
    precision: FloatArray
    step: FloatArray = field(default_factory=lambda: np.ones(1))

    def only(self, left: BoolArray) -> _Nodes:
        """A choice of these nodes."""
        gains = tuple(gain[..., left] for gain in self.gains)
        step = self.step[left] if self.step.size > 1 else self.step
        return _Nodes(gains, self.automatic[:, left], self.precision[:, left], step)

    def responses(self, chances: FloatArray) -> FloatArray:
        """Everyone's q in answer to the others'."""
        return np.stack([self._response(i, chances) for i in range(len(self.gains))])

    def one_by_one(self, chances: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Let the players answer one after the other; also by how much the largest moved."""
        now = chances.copy()
        moved = np.zeros(now.shape[1])
        for i in range(len(self.gains)):
            answer = self._response(i, now)
            np.maximum(moved, np.abs(answer - now[i]), out=moved)
            now[i] = answer
        return now, moved

    def together(self, chances: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Move all players part of the way to their answers; also the largest way left."""
        missed = self.responses(chances) - chances
        return chances + self.step * missed, np.abs(missed).max(axis=0)

    def newton(self, chances: FloatArray) -> tuple[FloatArray, FloatArray]:
        """A Newton step where it lessens the residual, a plain step elsewhere."""
        better = self.responses(chances)
        missed = better - chances
        system, solvable = self._system(chances, better)
        leap = np.linalg.solve(system, missed.T[..., None])[..., 0].T
        candidate = np.clip(chances + leap, self.automatic, 1.0)
        reached = np.abs(self.responses(candidate) - candidate).max(axis=0)
        residual = np.abs(missed).max(axis=0)
        good = solvable & (reached < residual)
        return np.where(good, candidate, chances + self.step * missed), residual

    def _response(self, i: int, chances: FloatArray) -> FloatArray:
        expected = _expected(self.gains[i], chances, i)
        free = 1.0 - self.automatic[i]
        response: FloatArray = self.automatic[i] + free * logistic(self.precision[i] * expected)
        return response

    def _system(self, now: FloatArray, better: FloatArray) -> tuple[FloatArray, BoolArray]:
        """1 minus the derivative of the responses, and where it can be inverted."""
        players, nodes = now.shape
        chosen = (better - self.automatic) / np.maximum(1.0 - self.automatic, 1e-300)
        slope = (1.0 - self.automatic) * self.precision * chosen * (1.0 - chosen)
        system = np.broadcast_to(np.eye(players), (nodes, players, players)).copy()
        for i, gain in enumerate(self.gains):
            for j in range(players):
                if i != j:
                    change = _expected(np.diff(gain, axis=j), now, i, j)
                    system[:, i, j] = -slope[i] * change
        # at an exact tangency the system is singular and the plain step has to do
        solvable = np.abs(np.linalg.det(system)) > 1e-12
        system[~solvable] = np.eye(players)
        return system, solvable


def _expected(gain: FloatArray, chances: FloatArray, *apart: int) -> FloatArray:
    """Mean over who else fights; axes of ``apart`` have length 1 and are dropped."""
    for i, chance in enumerate(chances):
        gain = gain[0] if i in apart else gain[0] + chance * (gain[1] - gain[0])
    return gain


def _largest_slopes(gains: tuple[FloatArray, ...], precision: FloatArray) -> FloatArray:
    """l_i / 4 max|DD_ij|, shape (t, t, N), without the factor 1 - a."""
    players = len(gains)
    slopes = np.zeros((players, players, precision.shape[1]))
    for i, gain in enumerate(gains):
        for j in range(players):
            if i != j:
                change = np.abs(np.diff(gain, axis=j))
                largest = change.reshape(-1, change.shape[-1]).max(axis=0)
                slopes[i, j] = precision[i] / 4.0 * largest
    return slopes


def _complements(gains: tuple[FloatArray, ...]) -> BoolArray:
    result = np.ones(gains[0].shape[-1], dtype=np.bool_)
    for i, gain in enumerate(gains):
        for j in range(len(gains)):
            if i != j:
                change = np.diff(gain, axis=j)
                result &= np.all(change >= 0.0, axis=tuple(range(change.ndim - 1)))
    return result
