"""Stability against coalitions: would parties that act together leave a state?

For a coalition H at a state s, a *coalition improvement* is a state that legal sequences of moves
of its members reach and that every member strictly prefers to s. Only candidate states are looked
at, usually the equilibria of single parties. A state is, for H,

* ``nash`` stable: without coalition improvement;
* ``gmr`` stable: legal sequences of moves of the parties outside H can answer every coalition
  improvement, so that things end where some member is no better off than at s;
* ``smr`` stable: the same, and from that answer H reaches nothing that all its members prefer to s;
* ``seq`` stable: as gmr, the answer being a sequence of coalition improvements of coalitions
  outside H: every step is made by some of them together, single parties included, each of whom
  strictly prefers the step's end to its beginning.

Kilgour, Hipel, Fang and Peng (2001) introduce coalition improvements; the four concepts, with joint
sanctions by subcoalitions of those outside, follow Inohara and Hipel (2008). Coalition Nash implies
the other three and each of them gmr. Nobody sanctions the coalition of all.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.conflict import Conflict, checked_ranks
from accord.theory.party_moves import PartyMoves
from accord.theory.witness import Move, path_to

__all__ = [
    "COALITION_CONCEPTS",
    "CoalitionConcept",
    "CoalitionEscape",
    "CoalitionVerdict",
    "coalition_stability",
    "escape_replays",
]

CoalitionConcept = Literal["nash", "gmr", "smr", "seq"]

COALITION_CONCEPTS: tuple[CoalitionConcept, ...] = ("nash", "gmr", "smr", "seq")
"""The four concepts, in the order in which results list them."""

_MOST_COALITIONS = 1024
_MOST_REACHED = 1 << 18


@dataclass(frozen=True, slots=True)
class CoalitionEscape:
    """How a coalition leaves a state.

    Attributes
    ----------
    coalition : tuple of int
        Its members, rising.
    path : tuple of Move
        A shortest legal sequence of their moves to a coalition improvement without an answer.
    """

    coalition: tuple[int, ...]
    path: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class CoalitionVerdict:
    """Which coalitions leave a candidate state.

    Attributes
    ----------
    concept : {"nash", "gmr", "smr", "seq"}
    state : int
    stays : tuple of tuple of int
        Coalitions for which the state is stable.
    escapes : tuple of CoalitionEscape
        One for every other coalition.
    """

    concept: CoalitionConcept
    state: int
    stays: tuple[tuple[int, ...], ...]
    escapes: tuple[CoalitionEscape, ...]

    @property
    def stable(self) -> bool:
        """Whether no coalition leaves."""
        return not self.escapes


def coalition_stability(
    conflict: Conflict,
    ranks: npt.ArrayLike,
    states: Iterable[int],
    *,
    coalitions: Iterable[Collection[int]] | None = None,
    concepts: Sequence[CoalitionConcept] = COALITION_CONCEPTS,
) -> tuple[CoalitionVerdict, ...]:
    """Which coalitions leave which candidate states, and by which moves.

    Parameters
    ----------
    conflict : Conflict
        n parties, N states.
    ranks : array_like of int, shape (n, N)
        Higher is better.
    states : iterable of int
        Candidates, possible states.
    coalitions : iterable of collections of int, optional
        Default: every coalition of two or more.
    concepts : sequence of {"nash", "gmr", "smr", "seq"}

    Returns
    -------
    tuple of CoalitionVerdict
        For each candidate one a concept, in the order given.

    Raises
    ------
    ModelError
        If a state is not possible, a coalition is empty or has unknown members, there are more
        than 1024 coalitions, so many states are reached that they cannot be searched, or, for seq,
        more than ten parties are outside.

    References
    ----------
    Kilgour, Hipel, Fang and Peng (2001); Inohara and Hipel (2008).
    """
    groups = _checked_coalitions(conflict.parties, coalitions)
    reach = _Reach(conflict, ranks)
    verdicts = []
    for state in states:
        reach.require_possible(state)
        for concept in concepts:
            if concept not in COALITION_CONCEPTS:
                raise ModelError(f"found concept {concept!r}, wanted {COALITION_CONCEPTS}")
            found = [(group, reach.escape(concept, group, int(state))) for group in groups]
            stays = tuple(group for group, path in found if path is None)
            escapes = tuple(CoalitionEscape(group, path) for group, path in found if path)
            verdicts.append(CoalitionVerdict(concept, int(state), stays, escapes))
    return tuple(verdicts)


def escape_replays(
    conflict: Conflict, ranks: npt.ArrayLike, state: int, found: CoalitionEscape
) -> bool:
    """Whether an escape is a legal sequence of members' moves to what all of them prefer.

    That nobody can answer it cannot be replayed.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N)
    state : int
        Where it starts.
    found : CoalitionEscape
    """
    reach = _Reach(conflict, ranks)
    here, last = state, -1
    for move in found.path:
        if move.start != here or move.party == last or move.party not in found.coalition:
            return False
        if move.end not in reach.steps(move.party, here):
            return False
        here, last = move.end, move.party
    return reach.prefers(found.coalition, here, state)


def _checked_coalitions(
    parties: int, given: Iterable[Collection[int]] | None
) -> tuple[tuple[int, ...], ...]:
    """Coalitions as rising tuples, not too many."""
    if given is None:
        number = 2**parties - parties - 1
        if number > _MOST_COALITIONS:
            raise ModelError(
                f"{parties} parties form {number:,} coalitions, at most {_MOST_COALITIONS:,} are "
                "looked at; name those that matter"
            )
        return tuple(_subsets(range(parties), 2))
    groups = tuple(tuple(sorted(set(group))) for group in given)
    for group in groups:
        if not group or not 0 <= group[0] <= group[-1] < parties:
            raise ModelError(f"found coalition {group}, wanted members from 0 to {parties - 1}")
    if len(groups) > _MOST_COALITIONS:
        raise ModelError(f"found {len(groups):,} coalitions, at most {_MOST_COALITIONS:,}")
    return groups


def _subsets(members: Iterable[int], least: int) -> Iterator[tuple[int, ...]]:
    """Subsets of at least so many members, the smaller first."""
    all_ = tuple(members)
    for size in range(least, len(all_) + 1):
        yield from itertools.combinations(all_, size)


class _Reach:
    """What parties and coalitions reach from single states, looked up once."""

    def __init__(self, conflict: Conflict, ranks: npt.ArrayLike) -> None:
        self._ranks = checked_ranks(conflict, ranks)
        if self._ranks.ndim != 2:
            raise ModelError(f"ranks: found shape {self._ranks.shape}, wanted those of one world")
        self._feasible = conflict.feasible
        self._parties = range(conflict.parties)
        self._moves = [PartyMoves.of(conflict, party) for party in self._parties]
        self._known: dict[tuple[int, int], tuple[int, ...]] = {}
        self._gains: dict[tuple[tuple[int, ...], int], frozenset[int]] = {}

    def require_possible(self, state: int) -> None:
        if not (0 <= state < self._feasible.size and self._feasible[state]):
            raise ModelError(f"state {state} is not a possible state")

    def steps(self, party: int, state: int) -> tuple[int, ...]:
        """R_i(s), rising."""
        if (party, state) not in self._known:
            self._known[party, state] = tuple(self._moves[party].ends(state).tolist())
        return self._known[party, state]

    def prefers(self, group: Iterable[int], one: int, other: int) -> bool:
        """Whether every member strictly prefers one state to another."""
        return all(self._ranks[member, one] > self._ranks[member, other] for member in group)

    def escape(
        self, concept: CoalitionConcept, group: tuple[int, ...], state: int
    ) -> tuple[Move, ...] | None:
        """A shortest path to a coalition improvement without an answer, None where stable."""
        came_by: dict[int, Move | None] = {}
        for end in self._spread(group, state, came_by):
            if not self.prefers(group, end, state):
                continue
            if not any(
                self._keeps_down(concept, group, answer, state)
                for answer in self._answers(concept, group, end)
            ):
                return path_to(end, came_by)
        return None

    def _answers(
        self, concept: CoalitionConcept, group: tuple[int, ...], end: int
    ) -> Iterator[int]:
        """Where those outside the coalition can bring things from where it went."""
        outside = tuple(party for party in self._parties if party not in group)
        if concept == "nash" or not outside:
            return iter(())
        if concept == "seq":
            return self._spread_of_gains(outside, end)
        return self._spread(outside, end, {})

    def _keeps_down(
        self, concept: CoalitionConcept, group: tuple[int, ...], answer: int, state: int
    ) -> bool:
        """Whether a coalition has nothing to gain over a state once it was answered so."""
        if self.prefers(group, answer, state):
            return False
        if concept != "smr":
            return True
        return not any(self.prefers(group, end, state) for end in self._spread(group, answer, {}))

    def _spread(
        self, group: tuple[int, ...], start: int, came_by: dict[int, Move | None]
    ) -> Iterator[int]:
        """States that a group reaches, by distance, the start first.

        A shortest path never lets a party move twice in a row, since moves are transitive.
        """
        came_by[start] = None
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            yield here
            for party in group:
                for end in self.steps(party, here):
                    if end not in came_by:
                        came_by[end] = Move(party, here, end)
                        waiting.append(end)
            if len(came_by) > _MOST_REACHED:
                raise ModelError(f"a coalition reaches more than {_MOST_REACHED:,} states")

    def _spread_of_gains(self, outside: tuple[int, ...], start: int) -> Iterator[int]:
        """States that coalitions of these parties reach by coalition improvements."""
        if 2 ** len(outside) > _MOST_COALITIONS:
            raise ModelError(
                f"{len(outside)} parties outside form more than {_MOST_COALITIONS:,} coalitions"
            )
        seen = {start}
        waiting = [start]
        while waiting:
            here = waiting.pop()
            yield here
            for group in _subsets(outside, 1):
                fresh = self._gains_of(group, here) - seen
                seen |= fresh
                waiting.extend(sorted(fresh))

    def _gains_of(self, group: tuple[int, ...], state: int) -> frozenset[int]:
        """R_H⁺⁺(s): coalition improvements."""
        if (group, state) not in self._gains:
            self._gains[group, state] = frozenset(
                end for end in self._spread(group, state, {}) if self.prefers(group, end, state)
            )
        return self._gains[group, state]
