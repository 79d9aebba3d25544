"""When a milestone is reached that needs others first, or that others can forestall.

Every milestone has a constant hazard once all that it needs has happened and as long as none of
its rivals has (competing risks: Kalbfleisch and Prentice 2002). Those clocks run side by side,
so with two prerequisites the wait is for the *later* of the two, not for their sum. The states
of the world are the sets of milestones reached; the time of one milestone is then of phase type
(Neuts 1981), computed by uniformisation, which only ever adds positive terms (Jensen 1953).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError

__all__ = ["Arrival", "arrival"]

FloatArray: TypeAlias = NDArray[np.float64]

_MISSING_MASS = 1e-15
_LONGEST_STEP = 30.0  # mean number of jumps in one uniformisation: exp(-30) is no underflow
_MOST_REPEATS = 4  # halvings of the time that are simply walked through
_MOST_SQUARED = 64  # states whose transition matrices fit in memory for all worlds
_MOST_STATES = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """One milestone at one moment.

    Attributes
    ----------
    chance : float array (W,)
        That it has happened by then.
    density : float array (W,)
        Of its happening just then, per unit of time.
    """

    chance: FloatArray
    density: FloatArray


def arrival(
    rates: FloatArray,
    needs: Sequence[Sequence[int]],
    target: int,
    time: float,
    rivals: Sequence[Sequence[int]] | None = None,
) -> Arrival:
    """The chance that a milestone has happened by a time, and its density there.

    Parameters
    ----------
    rates : float array (N, W)
        Hazard of each milestone per unit of time, >= 0, once its clock runs.
    needs : sequence of N sequences of int
        What must have happened before its clock starts.
    target : int
    time : float
        From the start, when nothing has happened yet; >= 0.
    rivals : sequence of N sequences of int, optional
        What ends its chance for good when it happens first.

    Returns
    -------
    Arrival

    Raises
    ------
    ModelError
        When milestones need one another in a circle, a rate or the time is negative, or the
        target hangs on too many others.

    References
    ----------
    Neuts 1981, Matrix-Geometric Solutions in Stochastic Models, chapter 2.
    """
    hazard = np.asarray(rates, dtype=np.float64)
    barred = rivals if rivals is not None else [()] * len(needs)
    if (hazard < 0).any() or time < 0:
        raise ModelError("hazards and times must not be negative")
    _check_order(needs)
    moves, states = _moves(needs, barred, target)
    leaving = np.zeros((states, hazard.shape[1]))
    for start, _, milestone in moves:
        leaving[start] += hazard[milestone]
    fastest = leaving.max(axis=0)
    halvings = max(0, int(np.ceil(np.log2(max(float(fastest.max()) * time / _LONGEST_STEP, 1)))))
    state = np.zeros((states, hazard.shape[1]))
    state[0] = 1.0
    if halvings <= _MOST_REPEATS or states > _MOST_SQUARED:
        for _ in range(1 << halvings):
            state = _after(state, moves, hazard, leaving, fastest, time / (1 << halvings))
    else:
        state = _by_squaring(states, moves, hazard, leaving, fastest, time, halvings)
    density = np.zeros(hazard.shape[1])
    for start, end, milestone in moves:
        if end == states - 1:
            density += state[start] * hazard[milestone]
    return Arrival(np.minimum(state[-1], 1.0), density)


def _after(
    state: FloatArray,
    moves: list[tuple[int, int, int]],
    hazard: FloatArray,
    leaving: FloatArray,
    fastest: FloatArray,
    time: float,
) -> FloatArray:
    """Chances of the states a while later; each world jumps at its own fastest rate."""
    rate = np.where(fastest > 0, fastest, 1.0)
    mean = fastest * time
    weight = np.exp(-mean)
    total = weight.copy()
    result = weight * state
    now = state
    jumps = 0
    while float((1.0 - total).max()) > _MISSING_MASS and jumps < 300:
        jumps += 1
        after = now * (1.0 - leaving / rate)
        for start, end, milestone in moves:
            after[end] += now[start] * (hazard[milestone] / rate)
        now = after
        weight = weight * mean / jumps
        total = total + weight
        result = result + weight * now
    mass: FloatArray = result.sum(axis=0)
    return result / mass


def _by_squaring(
    states: int,
    moves: list[tuple[int, int, int]],
    hazard: FloatArray,
    leaving: FloatArray,
    fastest: FloatArray,
    time: float,
    halvings: int,
) -> FloatArray:
    """Chances from state 0 after a time of very many jumps: a short step, squared repeatedly."""
    columns = []
    for start in range(states):
        state = np.zeros((states, hazard.shape[1]))
        state[start] = 1.0
        columns.append(_after(state, moves, hazard, leaving, fastest, time / (1 << halvings)))
    step = np.stack(columns, axis=1).transpose(2, 0, 1)
    for _ in range(halvings):
        step = step @ step
        step = step / step.sum(axis=1, keepdims=True)
    result: FloatArray = np.ascontiguousarray(step[:, :, 0].T)
    return result


def _moves(
    needs: Sequence[Sequence[int]], rivals: Sequence[Sequence[int]], target: int
) -> tuple[list[tuple[int, int, int]], int]:
    """The moves (from, to, milestone) among sets reached; state 0 is nothing, the last the end."""
    relevant = _relevant(needs, rivals, target)
    index = {frozenset[int](): 0}
    waiting = [frozenset[int]()]
    found: list[tuple[int, frozenset[int] | None, int]] = []
    while waiting:
        reached = waiting.pop()
        for milestone in relevant:
            ready = reached.issuperset(needs[milestone])
            if milestone in reached or not ready or reached.intersection(rivals[milestone]):
                continue
            following = None if milestone == target else reached | {milestone}
            if following is not None and following not in index:
                index[following] = len(index)
                waiting.append(following)
                if len(index) > _MOST_STATES:
                    raise ModelError(f"milestone {target} hangs on too many others")
            found.append((index[reached], following, milestone))
    end = len(index)
    return [(a, end if b is None else index[b], m) for a, b, m in found], end + 1


def _relevant(
    needs: Sequence[Sequence[int]], rivals: Sequence[Sequence[int]], target: int
) -> tuple[int, ...]:
    """The target and all that its time depends on."""
    found: set[int] = set()
    waiting = [target]
    while waiting:
        milestone = waiting.pop()
        if milestone not in found:
            found.add(milestone)
            waiting += [*needs[milestone], *rivals[milestone]]
    return tuple(sorted(found))


def _check_order(needs: Sequence[Sequence[int]]) -> None:
    placed: set[int] = set()
    left = set(range(len(needs)))
    while left:
        ready = {milestone for milestone in left if placed.issuperset(needs[milestone])}
        if not ready:
            raise ModelError(f"milestones {sorted(left)} need one another, or one that is missing")
        placed |= ready
        left -= ready
