"""Guarantors that decide at once: the fixed point of their chances of fighting, compiled.

Each player i of a tier fights with q_i = a_i + (1 - a_i) logistic(l_i E[D_i]), where D_i is what
fighting gains over staying out, given who else of the tier fights, and the expectation is over
the others' q. If every D_i rises when another joins (complements), the least and the greatest
fixed point exist and plain iteration from below and from above reaches them (Tarski 1955;
Milgrom and Roberts 1990). With substitutes plain iteration can cycle, so steps are damped. Near
a tangency, where two solutions have just met or parted, either is slow: two players are then
solved in one dimension, more by Newton's method from several starts. The residual is told in any
case.

A fixed point is certainly the only one when the map contracts, L < 1 with
L = max_i sum_{j != i} l_i (1 - a_j) / 4 max|DD_ij|, or the same with 1 - a_i, DD_ij being how
much D_i moves when j joins (Morris and Shin 2003 on uniqueness by noise).

Here one node of one world is solved at a time. ``gains[i, m]`` is D_i where m holds a bit for
every *other* player that fights, in their order.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from accord.theory.leaves_compiled import logistic
from accord.theory.pair_tiers_compiled import MIDDLE, NEAREST, settle_pair

__all__ = ["settle"]

Floats = NDArray[np.float64]

RESIDUAL = 1e-14  # where iteration ends
NEARLY = 1e-12  # where it may end, since digits are lost
SWEEPS_OF_PAIR = 100
SWEEPS = 20_000
NEWTON_STEPS = 60
NEARLY_SINGULAR = 1e-12
SMALLEST_PART = 1.0 / 1024.0


@numba.njit(cache=True, nogil=True)
def settle(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, choice: int,
    scratch: Floats,
) -> tuple[float, bool, bool]:  # fmt: skip  # pragma: no cover
    """Move the chances of a tier to a fixed point.

    Parameters
    ----------
    gains : ndarray (t, 2^(t - 1)), or larger
    automatic, precision : ndarray (t,), or longer
        a_i and l_i.
    chances : ndarray (t,)
        Read: where to begin. Written: q. All from 1 finds the greatest solution of complements,
        all from a the least.
    choice : int
        Which solution that is: 0 all begin at a, 1 all at 1, 2 some here and some there, 3 all
        in the middle, which finds the solution of two in which both mix.
    scratch : ndarray (4, max(t, 2^(t - 1))), or larger
        Overwritten; t is at least 2.

    Returns
    -------
    residual : float
        By how much the largest answer misses.
    unique : bool
        Whether the solution is certified to be the only one.
    complements : bool
        Whether nobody's gain from fighting falls when another joins.
    """
    players = chances.size
    contraction, complements = _slopes(gains, automatic, precision, players)
    unique = contraction < 1.0
    straight = unique or complements
    # 1 / (1 + L^2) contracts whatever the direction of eigenvalues of size L; all move together,
    # so that no player's place in the list decides who gives way
    step = 1.0 if straight else 1.0 / (1.0 + contraction * contraction)
    if players == 2 and choice == MIDDLE and not straight:
        settle_pair(gains, automatic, precision, chances, choice)
    elif not _swept(gains, automatic, precision, chances, step, scratch):
        if players > 2:
            _rescue(gains, automatic, precision, chances, scratch)
        else:
            ordered = complements and choice < NEAREST
            settle_pair(gains, automatic, precision, chances, choice if ordered else NEAREST)
    return _missed(gains, automatic, precision, chances, scratch), unique, complements


@numba.njit(cache=True, nogil=True)
def _swept(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, step: float,
    scratch: Floats,
) -> bool:  # fmt: skip  # pragma: no cover
    """Sweep until nothing moves, one by one or all together by a part; whether that came."""
    players = chances.size
    buffer, now = scratch[0], scratch[1]
    for count in range(SWEEPS_OF_PAIR if players == 2 else SWEEPS):
        if step == 1.0:
            moved = _one_by_one(gains, automatic, precision, chances, players, buffer)
        else:
            _answers(gains, automatic, precision, chances, players, now, buffer)
            moved = _towards(now, chances, players, step)
        if moved <= (RESIDUAL if count < SWEEPS_OF_PAIR else NEARLY):
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _rescue(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, scratch: Floats
) -> None:  # pragma: no cover
    """Newton's method from where the sweeps ended, then from a lattice of starts."""
    players = chances.size
    lattice = 1
    for _ in range(players):
        lattice *= 3
    for start in range(lattice + 1):
        rest = start - 1
        for i in range(players if start else 0):
            chances[i] = automatic[i] + (1.0 - automatic[i]) * 0.5 * (rest % 3)
            rest //= 3
        for _ in range(NEWTON_STEPS):
            if not _newton(gains, automatic, precision, chances, scratch):
                break
        if _missed(gains, automatic, precision, chances, scratch) <= NEARLY:
            return


@numba.njit(cache=True, nogil=True)
def _missed(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, scratch: Floats
) -> float:  # pragma: no cover
    """By how much the largest answer misses; answers stay in the second row of scratch."""
    _answers(gains, automatic, precision, chances, chances.size, scratch[1], scratch[0])
    residual = 0.0
    for i in range(chances.size):
        residual = max(residual, abs(scratch[1, i] - chances[i]))
    return residual


@numba.njit(cache=True, nogil=True)
def _slopes(
    gains: Floats, automatic: Floats, precision: Floats, players: int
) -> tuple[float, bool]:  # pragma: no cover
    """L, the less of its two forms, and whether all are complements."""
    by_column, by_row, complements = 0.0, 0.0, True
    for i in range(players):
        column, row = 0.0, 0.0
        for k in range(players - 1):
            j = k if k < i else k + 1
            largest = 0.0
            for m in range(1 << (players - 1)):
                if not (m >> k) & 1:
                    change = gains[i, m | (1 << k)] - gains[i, m]
                    largest = max(largest, abs(change))
                    complements = complements and change >= 0.0
            slope = precision[i] / 4.0 * largest
            column += slope * (1.0 - automatic[j])
            row += slope * (1.0 - automatic[i])
        by_column, by_row = max(by_column, column), max(by_row, row)
    return min(by_column, by_row), complements


@numba.njit(cache=True, nogil=True)
def _expected(
    row: Floats, chances: Floats, i: int, players: int, buffer: Floats
) -> float:  # pragma: no cover
    """Mean of a row of gains over who else fights."""
    if players == 2:
        return row[0] + chances[1 - i] * (row[1] - row[0])  # type: ignore[no-any-return]
    half = 1 << (players - 1)
    for m in range(half):
        buffer[m] = row[m]
    for k in range(players - 2, -1, -1):
        half >>= 1
        chance = chances[k if k < i else k + 1]
        for m in range(half):
            buffer[m] += chance * (buffer[m + half] - buffer[m])
    return buffer[0]  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)
def _answer(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, i: int, players: int,
    buffer: Floats,
) -> float:  # fmt: skip  # pragma: no cover
    expected = _expected(gains[i], chances, i, players, buffer)
    free = 1.0 - automatic[i]
    return automatic[i] + free * logistic(precision[i] * expected)  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)
def _answers(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, players: int,
    result: Floats, buffer: Floats,
) -> None:  # fmt: skip  # pragma: no cover
    """Everyone's q in answer to the others'."""
    for i in range(players):
        result[i] = _answer(gains, automatic, precision, chances, i, players, buffer)


@numba.njit(cache=True, nogil=True)
def _one_by_one(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, players: int,
    buffer: Floats,
) -> float:  # fmt: skip  # pragma: no cover
    """Let the players answer one after the other; also by how much the largest moved."""
    moved = 0.0
    for i in range(players):
        answer = _answer(gains, automatic, precision, chances, i, players, buffer)
        moved = max(moved, abs(answer - chances[i]))
        chances[i] = answer
    return moved


@numba.njit(cache=True, nogil=True)
def _towards(
    answers: Floats, chances: Floats, players: int, step: float
) -> float:  # pragma: no cover
    """Move all players part of the way to their answers; also the largest way left."""
    missed = 0.0
    for i in range(players):
        missed = max(missed, abs(answers[i] - chances[i]))
        chances[i] += step * (answers[i] - chances[i])
    return missed


@numba.njit(cache=True, nogil=True)
def _newton(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, scratch: Floats
) -> bool:  # pragma: no cover
    """A Newton step, shortened until it lessens the residual; whether some part of it did."""
    players, leap, before = chances.size, scratch[2], scratch[3]
    residual = _missed(gains, automatic, precision, chances, scratch)
    system = _system(gains, automatic, precision, chances, scratch[1], players, scratch[0])
    for i in range(players):
        leap[i] = scratch[1, i] - chances[i]
        before[i] = chances[i]
    # at an exact tangency the system is singular
    if residual <= RESIDUAL or not _solved(system, leap):
        return False
    part = 1.0
    while part >= SMALLEST_PART:
        for i in range(players):
            chances[i] = min(max(before[i] + part * leap[i], automatic[i]), 1.0)
        if _missed(gains, automatic, precision, chances, scratch) < residual:
            return True
        part *= 0.5
    for i in range(players):
        chances[i] = before[i]
    return False


@numba.njit(cache=True, nogil=True)
def _solved(system: Floats, right: Floats) -> bool:  # pragma: no cover
    """Replace the right side by the solution, by elimination with the largest pivots.

    The library's routine would take longer to compile than all the rest of this file.
    """
    size = system.shape[0]
    for k in range(size):
        pivot = k
        for i in range(k + 1, size):
            if abs(system[i, k]) > abs(system[pivot, k]):
                pivot = i
        if abs(system[pivot, k]) < NEARLY_SINGULAR:
            return False
        for j in range(size):
            system[k, j], system[pivot, j] = system[pivot, j], system[k, j]
        right[k], right[pivot] = right[pivot], right[k]
        for i in range(k + 1, size):
            factor = system[i, k] / system[k, k]
            for j in range(k, size):
                system[i, j] -= factor * system[k, j]
            right[i] -= factor * right[k]
    for k in range(size - 1, -1, -1):
        for j in range(k + 1, size):
            right[k] -= system[k, j] * right[j]
        right[k] /= system[k, k]
    return True


@numba.njit(cache=True, nogil=True)
def _system(
    gains: Floats, automatic: Floats, precision: Floats, chances: Floats, answers: Floats,
    players: int, buffer: Floats,
) -> Floats:  # fmt: skip  # pragma: no cover
    """1 minus the derivative of the answers."""
    system = np.empty((players, players))
    for i in range(players):
        system[i, i] = 1.0
        free = 1.0 - automatic[i]
        chosen = (answers[i] - automatic[i]) / max(free, 1e-300)
        slope = free * precision[i] * chosen * (1.0 - chosen)
        for j in range(players):
            if i != j:
                kept = chances[j]
                chances[j] = 1.0
                change = _expected(gains[i], chances, i, players, buffer)
                chances[j] = 0.0
                change -= _expected(gains[i], chances, i, players, buffer)
                chances[j] = kept
                system[i, j] = -slope * change
    return system
