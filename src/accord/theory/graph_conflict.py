"""Stability in a graph of states, where every party's moves are listed one by one.

The general form of the graph model: moves need not come from options, and need not be transitive.
The five concepts are those of :mod:`accord.theory.conflict`, by their definitions. The others
answer by legal sequences, in which nobody moves twice in a row (Fang, Hipel and Kilgour 1993); a
party moves again only after somebody else has. With transitive moves both modules agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.conflict import CONCEPTS, Concept
from accord.theory.preference import dense_ranks

__all__ = ["MOST_GRAPH_STATES", "Arrows", "GraphConflict", "graph_equilibria", "graph_stability"]

MOST_GRAPH_STATES = 10_000
"""States of a graph; larger conflicts are to be written in option form."""

Mask = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Arrows:
    """One party's moves.

    Attributes
    ----------
    origins, ends : ndarray of int, shape (E,)
        The state that each move leaves and the one that it enters, in the order of the origins.
    """

    origins: Places
    ends: Places

    def least(self, values: Ranks) -> Ranks:
        """The least value that one move reaches from every state; the neutral one without moves."""
        found = np.full(values.shape, _NEVER, dtype=np.int64)
        if self.ends.size:
            firsts = np.flatnonzero(np.diff(self.origins, prepend=-1))
            found[self.origins[firsts]] = np.minimum.reduceat(values[self.ends], firsts)
        return found

    def improving(self, rank: Ranks) -> Arrows:
        """The moves that end better than they begin."""
        better = rank[self.ends] > rank[self.origins]
        return Arrows(self.origins[better], self.ends[better])


@dataclass(frozen=True, slots=True, eq=False)
class GraphConflict:
    """A conflict as a graph.

    Attributes
    ----------
    states : int
        Number of states N.
    moves : tuple of Arrows
        Of each of the n parties.
    """

    states: int
    moves: tuple[Arrows, ...]

    @classmethod
    def of(cls, states: int, reachable: Sequence[Sequence[Sequence[int]]]) -> GraphConflict:
        """A conflict from lists.

        Parameters
        ----------
        states : int
            Number of states N.
        reachable : sequence, shape (n, N, …)
            For each party and state, the states that it reaches in one move, from 0.

        Raises
        ------
        ModelError
            If there is no party, there are more than :data:`MOST_GRAPH_STATES` states, the lists
            are not N for each party, or a move leads nowhere or to where it begins.
        """
        if not 1 <= states <= MOST_GRAPH_STATES or not reachable:
            raise ModelError(
                f"found {states:,} states and {len(reachable)} parties, wanted at least one of "
                f"each and at most {MOST_GRAPH_STATES:,} states; write larger ones as options"
            )
        moves = []
        for party, lists in enumerate(reachable):
            if len(lists) != states:
                raise ModelError(
                    f"party {party}: found moves from {len(lists)} states, wanted {states}"
                )
            origins = np.repeat(np.arange(states), [len(ends) for ends in lists])
            ends = np.array([end for some in lists for end in some], dtype=np.int64)
            wrong = (ends < 0) | (ends >= states) | (ends == origins)
            if wrong.any():
                first = int(np.argmax(wrong))
                raise ModelError(f"party {party}: a move from {origins[first]} to {ends[first]}")
            moves.append(Arrows(origins.astype(np.int64), ends))
        return cls(states, tuple(moves))


def graph_stability(
    conflict: GraphConflict, ranks: npt.ArrayLike, concepts: Sequence[Concept] = CONCEPTS
) -> dict[Concept, Mask]:
    """Which states are stable for which parties.

    A state s is stable for n by ``nash`` if no move of n from s improves; otherwise if every
    improvement s1 has an answer s2 among the states that the others reach from it by legal
    sequences, of any moves (``gmr``, ``smr``) or of improvements alone (``seq``, ``sseq``), that
    is no better for n than s, and from which (``smr``, ``sseq``) no move of n is better than s.

    Parameters
    ----------
    conflict : GraphConflict
        n parties, N states.
    ranks : array_like of int, shape (n, N)
        Preference of each party: higher is better, equal is indifferent.

    Returns
    -------
    dict
        For each concept a bool array of shape (n, N).

    Raises
    ------
    ModelError
        If the ranks are no integers or of another shape.
    """
    given = np.asarray(ranks)
    wanted = (len(conflict.moves), conflict.states)
    if given.shape != wanted or not np.issubdtype(given.dtype, np.integer):
        raise ModelError(
            f"ranks: found {given.dtype} of shape {given.shape}, wanted integers of shape {wanted}"
        )
    dense = dense_ranks(given).astype(np.int64)
    gains = [moves.improving(rank) for moves, rank in zip(conflict.moves, dense, strict=True)]
    found = {concept: np.zeros(wanted, dtype=np.bool_) for concept in concepts}
    for party, rank in enumerate(dense):
        others = [other for other in range(wanted[0]) if other != party]
        for concept in concepts:
            steps = gains if concept in {"seq", "sseq"} else conflict.moves
            worst = np.full(rank.shape, _NEVER, dtype=np.int64)
            if concept != "nash":
                outcome = rank if concept in {"gmr", "seq"} else _best(conflict.moves[party], rank)
                worst = _worst([steps[other] for other in others], outcome)
            escapes = gains[party]
            unanswered = worst[escapes.ends] > rank[escapes.origins]
            stable = np.ones(rank.shape, dtype=np.bool_)
            stable[escapes.origins[unanswered]] = False
            found[concept][party] = stable
    return found


def graph_equilibria(stable: Mask) -> Mask:
    """States that are stable for every party.

    Parameters
    ----------
    stable : ndarray of bool, shape (n, N)

    Returns
    -------
    ndarray of bool, shape (N,)
    """
    return np.asarray(stable.all(axis=0))


def _best(moves: Arrows, rank: Ranks) -> Ranks:
    """The best that a party has from every state by staying or by one move."""
    reached = moves.least(-rank)
    return np.asarray(np.where(reached == _NEVER, rank, np.maximum(rank, -reached)))


def _worst(others: Sequence[Arrows], outcome: Ranks) -> Ranks:
    """The least outcome to which legal sequences of one move or more lead, from every state."""
    # least[i]: what sequences that begin with a move of i lead to
    least = [np.full(outcome.shape, _NEVER, dtype=np.int64) for _ in others]
    changed = bool(others)
    while changed:
        changed = False
        for i, moves in enumerate(others):
            onward = [least[j] for j in range(len(others)) if j != i]
            fresh = moves.least(np.minimum.reduce([outcome, *onward]))
            if not np.array_equal(fresh, least[i]):
                least[i] = fresh
                changed = True
    reached = np.full(outcome.shape, _NEVER, dtype=np.int64)
    for each in least:
        np.minimum(reached, each, out=reached)
    return reached
