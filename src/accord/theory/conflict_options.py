"""What an option is worth in a conflict, and which states are alike.

An option is *frozen* at a level by calling all other states impossible: nobody moves it, and the
rest of the conflict goes on. Comparing the equilibria of the frozen conflict with those that the
free one has at this level shows what the option does there: an equilibrium that is gained is one
that moving the option upsets, one that is lost was held up by a threat to move it. By nash nothing
is ever lost, since freezing takes moves away and nothing else.

States are *alike* if nothing tells them apart but options that make no difference there: every
party ranks them equally, one leads to another by changes of one option at a time among states that
are alike, and what lies outside is, for every party, within reach from all of them or from none.
Such states are stable or unstable together by every concept, so that a display may show one row.
Fraser and Hipel (1984, ch. 2) remove and coalesce states in this spirit; the test here is a
bisimulation (Milner 1989). Splitting classes until none splits any more finds the coarsest one:
classes of any other such partition never come apart in a split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from accord._errors import ModelError
from accord.theory.conflict import Concept, Conflict, checked_ranks, equilibria, stability
from accord.theory.party_moves import PartyMoves
from accord.theory.witness import status_quo_paths

__all__ = ["OptionEffect", "StateClass", "coalesced_states", "frozen", "option_effects"]

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OptionEffect:
    """What freezing an option at a level does.

    Attributes
    ----------
    option, level : int
    owner : int
        Party that moves the option, -1 where nobody does.
    states : int
        Possible states at this level.
    equilibria : tuple of int
        Of the frozen conflict.
    gained : tuple of int
        Of these, the ones that are no equilibria while the option can move.
    lost : tuple of int
        Equilibria at this level that need the option to be free.
    start : int or None
        The status quo with the option put at this level, None without one or where impossible.
    reached : tuple of int
        Equilibria of the frozen conflict to which improvements lead from there.
    within_moves : tuple of int
        Those to which legal moves lead.
    """

    option: int
    level: int
    owner: int
    states: int
    equilibria: tuple[int, ...]
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    start: int | None
    reached: tuple[int, ...]
    within_moves: tuple[int, ...]

    @property
    def changed(self) -> int:
        """In how many states it matters for an equilibrium whether the option can move."""
        return len(self.gained) + len(self.lost)


@dataclass(frozen=True, slots=True)
class StateClass:
    """States that are alike for every party.

    Attributes
    ----------
    states : tuple of int
        Rising.
    levels : tuple of int or None
        For each option the level that all of them have, None where it makes no difference.
    """

    states: tuple[int, ...]
    levels: tuple[int | None, ...]


def frozen(conflict: Conflict, option: int, level: int) -> Conflict:
    """The conflict in which an option stays at a level.

    Parameters
    ----------
    conflict : Conflict
    option, level : int

    Raises
    ------
    ModelError
        If there is no such option or level, or no possible state has it.

    References
    ----------
    Options as in Howard (1971); freezing is this module's own.
    """
    if not 0 <= option < len(conflict.sizes) or not 0 <= level < conflict.sizes[option]:
        raise ModelError(f"found option {option} at level {level}, wanted one of the conflict")
    return Conflict(
        conflict.parties,
        conflict.sizes,
        conflict.owners,
        conflict.directions,
        conflict.feasible & (conflict.levels(option) == level),
        conflict.perceived,
    )


def option_effects(
    conflict: Conflict,
    ranks: npt.ArrayLike,
    concept: Concept,
    *,
    status_quo: int | None = None,
) -> tuple[OptionEffect, ...]:
    """What each option does at each of its levels to the equilibria by one concept.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N)
        Higher is better.
    concept : {"nash", "gmr", "smr", "seq", "sseq"}
    status_quo : int, optional
        A possible state, from which reached equilibria are found.

    Returns
    -------
    tuple of OptionEffect
        By option and level; levels that no possible state has are left out.

    Raises
    ------
    ModelError
        If the ranks do not fit or the status quo is not possible.

    References
    ----------
    Options as in Howard (1971) and Fraser and Hipel (1984); the comparison is this module's own.
    """
    given = checked_ranks(conflict, ranks)
    if given.ndim != 2:
        raise ModelError(f"ranks: found shape {given.shape}, wanted those of one world")
    if status_quo is not None and not (
        0 <= status_quo < conflict.states and conflict.feasible[status_quo]
    ):
        raise ModelError(f"state {status_quo} is not a possible state")
    free = _equilibria(conflict, given, concept)
    return tuple(
        _effect(conflict, given, concept, free, (option, level), status_quo)
        for option, size in enumerate(conflict.sizes)
        for level in range(size)
        if (conflict.feasible & (conflict.levels(option) == level)).any()
    )


def coalesced_states(conflict: Conflict, ranks: npt.ArrayLike) -> tuple[StateClass, ...]:
    """Possible states in classes of states that are alike for every party.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N) or (W, n, N)
        With several worlds, states are alike if they are in each.

    Returns
    -------
    tuple of StateClass
        In the order of their first states; every possible state is in one.

    Raises
    ------
    ModelError
        If the ranks do not fit or a party's moves are too many to be listed.

    References
    ----------
    Fraser and Hipel (1984), ch. 2; bisimulation: Milner (1989).
    """
    given = checked_ranks(conflict, ranks).reshape(-1, conflict.states)
    possible = np.flatnonzero(conflict.feasible)
    arcs = [PartyMoves.of(conflict, party).arcs() for party in range(conflict.parties)]
    labels = np.full(conflict.states, -1, dtype=np.int64)
    labels[possible] = np.unique(given[:, possible], axis=1, return_inverse=True)[1].reshape(-1)
    before, classes = -1, 0
    while before != classes:
        before = classes
        labels = _connected(conflict, labels)
        for starts, ends in arcs:
            labels = _told_apart(labels, starts, ends)
        classes = int(np.unique(labels[possible]).size)
    found: dict[int, list[int]] = {}
    for state in possible.tolist():
        found.setdefault(int(labels[state]), []).append(state)
    return tuple(StateClass(tuple(some), _shared_levels(conflict, some)) for some in found.values())


def _equilibria(conflict: Conflict, ranks: npt.NDArray[np.int32], concept: Concept) -> set[int]:
    stable = stability(conflict, ranks, [concept])[concept]
    return set(np.flatnonzero(equilibria(conflict, stable)).tolist())


def _effect(
    conflict: Conflict,
    ranks: npt.NDArray[np.int32],
    concept: Concept,
    free: set[int],
    place: tuple[int, int],
    status_quo: int | None,
) -> OptionEffect:
    option, level = place
    held = frozen(conflict, option, level)
    settled = _equilibria(held, ranks, concept)
    before = {state for state in free if held.feasible[state]}
    start = None
    reached, within = [], []
    if status_quo is not None:
        stride = int(np.prod(conflict.sizes[:option], dtype=np.int64))
        here = status_quo // stride % conflict.sizes[option]
        moved = status_quo + (level - here) * stride
        if held.feasible[moved]:
            start = moved
            routes = status_quo_paths(held, ranks, start, sorted(settled))
            reached = [route.state for route in routes if route.by_improvements is not None]
            within = [route.state for route in routes if route.by_moves is not None]
    return OptionEffect(
        option,
        level,
        conflict.owners[option],
        int(held.feasible.sum()),
        tuple(sorted(settled)),
        tuple(sorted(settled - before)),
        tuple(sorted(before - settled)),
        start,
        tuple(reached),
        tuple(within),
    )


def _connected(conflict: Conflict, labels: Labels) -> Labels:
    """Split classes into parts within which one option at a time leads from state to state."""
    pairs = []
    below = 1
    for option, size in enumerate(conflict.sizes):
        rest = np.arange(conflict.states) - conflict.levels(option) * below
        below *= size
        order = np.lexsort((rest, labels))
        same = (labels[order][1:] == labels[order][:-1]) & (rest[order][1:] == rest[order][:-1])
        pairs.append(np.stack([order[:-1][same], order[1:][same]]))
    rows, columns = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0), dtype=np.int64)
    links = coo_array((np.ones(rows.size), (rows, columns)), shape=(conflict.states,) * 2)
    parts = connected_components(links, directed=False)[1].astype(np.int64)
    return np.where(labels < 0, -1, parts)


def _told_apart(labels: Labels, starts: Labels, ends: Labels) -> Labels:
    """Split classes by the other classes that a party can move to."""
    leads = labels[ends]
    outward = leads != labels[starts]
    pairs = np.unique(np.stack([starts[outward], leads[outward]], axis=1), axis=0)
    reached = {int(state): b"" for state in np.flatnonzero(labels >= 0)}
    if pairs.size:
        states, first = np.unique(pairs[:, 0], return_index=True)
        for state, some in zip(states.tolist(), np.split(pairs[:, 1], first[1:]), strict=True):
            reached[state] = some.tobytes()
    names: dict[tuple[int, bytes], int] = {}
    after = np.full(labels.shape, -1, dtype=np.int64)
    for state, seen in reached.items():
        after[state] = names.setdefault((int(labels[state]), seen), len(names))
    return after


def _shared_levels(conflict: Conflict, states: list[int]) -> tuple[int | None, ...]:
    shared: list[int | None] = []
    below = 1
    for size in conflict.sizes:
        levels = {state // below % size for state in states}
        shared.append(levels.pop() if len(levels) == 1 else None)
        below *= size
    return tuple(shared)
