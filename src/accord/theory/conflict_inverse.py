"""The inverse of stability: what would have to change for a state to be stable.

For party i and target state s let B be the states that i strictly prefers to s. All five concepts
see i's preferences through B alone, and a smaller B never makes s less stable. A *change* takes
states out of B: "better than s" becomes "not better than s". How few have to be taken:

* every improvement of i that nobody answers needs at least one;
* taking the improvement's own end always does;
* by gmr and seq so does any state by which the others can answer, since now they can. They cannot
  touch i's options, so answers to different improvements are different states: the least number is
  the number of improvements without an answer;
* by smr and sseq one state may serve several improvements, being what spoils several answers. The
  least number is then found by integer programming, exactly.

For nash, gmr and smr a party's stability hangs on its own preferences alone, so that a state is an
equilibrium as soon as each party has made its own change. For seq and sseq the others' preferences
are held as they are.

The inverse problem: Kinsara, Petersons, Hipel and Kilgour (2015); Wang, Hipel, Fang and Dang
(2018); the concepts as in :mod:`accord.theory.conflict`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from accord._errors import ModelError
from accord.theory.conflict import CONCEPTS, Concept, Conflict, checked_ranks
from accord.theory.party_moves import PartyMoves
from accord.theory.witness import Move, path_to

__all__ = [
    "Change",
    "MissingSanction",
    "Reaction",
    "changed_ranks",
    "equilibrium_changes",
    "least_change",
    "missing_sanctions",
]

Ranks = npt.NDArray[np.int32]

_MOST_REACHED = 1 << 18


@dataclass(frozen=True, slots=True)
class Change:
    """The least change of a party's preferences that makes a state stable for it.

    Attributes
    ----------
    concept : str
    party, state : int
    unanswered : tuple of Move
        Improvements that nobody answers as things are; empty where the state is stable.
    moved : tuple of int
        As few states as possible, each better than ``state`` now, that must be no better.
    """

    concept: Concept
    party: int
    state: int
    unanswered: tuple[Move, ...]
    moved: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many comparisons with the target state change."""
        return len(self.moved)


@dataclass(frozen=True, slots=True)
class Reaction:
    """An answer that the others could give but do not want to.

    Attributes
    ----------
    state : int
        Where it ends, no better for the party that improved.
    path : tuple of Move
        Moves of the others with the fewest that do not improve their mover's position, and among
        those the shortest.
    unwilling : tuple of Move
        Those moves. If each improved its mover's position, the answer would be given.
    """

    state: int
    path: tuple[Move, ...]
    unwilling: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class MissingSanction:
    """What would answer an improvement that nobody answers.

    Attributes
    ----------
    improvement : Move
    not_better : tuple of int
        States any one of which would do if the improving party no longer preferred it to where it
        came from, the improvement's own end included.
    reactions : tuple of Reaction
        By seq and sseq, answers that would do if the others wanted them, in the order of states.
    """

    improvement: Move
    not_better: tuple[int, ...]
    reactions: tuple[Reaction, ...]


def least_change(
    conflict: Conflict, ranks: npt.ArrayLike, concept: Concept, party: int, state: int
) -> Change:
    """The fewest comparisons with a state that a party must change for it to be stable.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N)
        Higher is better; the others' are held as they are.
    concept : {"nash", "gmr", "smr", "seq", "sseq"}
    party, state : int

    Returns
    -------
    Change
        Its number is the least of all rankings of the party that make the state stable. Where
        several sets are as small, nash, gmr and seq name the ends of the improvements, smr and
        sseq one of the sets.

    Raises
    ------
    ModelError
        If the concept or party is unknown, the state is not possible, or too many are reached.

    References
    ----------
    Kinsara, Petersons, Hipel and Kilgour (2015).
    """
    search = _Search(conflict, ranks, concept, party, state)
    unanswered = search.unanswered()
    moved: Iterable[int] = (move.end for move in unanswered)
    if concept in {"smr", "sseq"}:
        ways = [search.ways_out(move.end) for move in unanswered]
        # A set as large as the ends of all improvements saves nothing.
        moved = _fewest([[one for one in some if len(one) < max(2, len(ways))] for some in ways])
    return Change(concept, party, state, unanswered, tuple(sorted(moved)))


def equilibrium_changes(
    conflict: Conflict, ranks: npt.ArrayLike, concept: Concept, state: int
) -> tuple[Change, ...]:
    """What has to hold for a state to be an equilibrium: the least change of every party.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N)
    concept : {"nash", "gmr", "smr"}
    state : int

    Returns
    -------
    tuple of Change
        One a party. The state is an equilibrium iff each party's stability holds, and all these
        changes together are the fewest that bring it about.

    Raises
    ------
    ModelError
        As :func:`least_change`, and for seq and sseq, where one party's change touches what others
        expect of it.

    References
    ----------
    Kinsara, Petersons, Hipel and Kilgour (2015).
    """
    if concept not in {"nash", "gmr", "smr"}:
        raise ModelError(
            f"found concept {concept!r}, wanted nash, gmr or smr: by others a party's change "
            "touches the stability of the rest"
        )
    parties = range(conflict.parties)
    return tuple(least_change(conflict, ranks, concept, party, state) for party in parties)


def changed_ranks(ranks: npt.ArrayLike, changes: Iterable[Change]) -> npt.NDArray[np.int64]:
    """Ranks after changes: what was better is put level with the target state.

    Parameters
    ----------
    ranks : array_like of int, shape (n, N)
    changes : iterable of Change

    Returns
    -------
    ndarray of int, shape (n, N)
        A copy.
    """
    after = np.array(ranks, dtype=np.int64)
    for change in changes:
        after[change.party, list(change.moved)] = after[change.party, change.state]
    return after


def missing_sanctions(
    conflict: Conflict, ranks: npt.ArrayLike, concept: Concept, party: int, state: int
) -> tuple[MissingSanction, ...]:
    """What would sanction each improvement that nobody answers.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N)
    concept : {"nash", "gmr", "smr", "seq", "sseq"}
    party, state : int

    Returns
    -------
    tuple of MissingSanction
        One for each unanswered improvement, in the order of its end; empty where stable.

    Raises
    ------
    ModelError
        As :func:`least_change`.

    References
    ----------
    Sanctions as in Fang, Hipel and Kilgour (1993); the question is this module's own.
    """
    search = _Search(conflict, ranks, concept, party, state)
    found = []
    for move in search.unanswered():
        single = {min(way) for way in search.ways_out(move.end) if len(way) == 1}
        found.append(MissingSanction(move, tuple(sorted(single)), search.reactions(move.end)))
    return tuple(found)


class _Search:
    """One party's stability at one state, looked up state by state."""

    def __init__(
        self, conflict: Conflict, ranks: npt.ArrayLike, concept: Concept, party: int, state: int
    ) -> None:
        self._ranks = checked_ranks(conflict, ranks)
        if self._ranks.ndim != 2:
            raise ModelError(f"ranks: found shape {self._ranks.shape}, wanted those of one world")
        if concept not in CONCEPTS or not 0 <= party < conflict.parties:
            raise ModelError(f"found concept {concept!r} and party {party}, wanted known ones")
        if not (0 <= state < conflict.states and conflict.feasible[state]):
            raise ModelError(f"state {state} is not a possible state")
        self._concept, self._party, self._state = concept, party, state
        self._moves = [PartyMoves.of(conflict, one) for one in range(conflict.parties)]
        self._others = [one for one in range(conflict.parties) if one != party]

    def unanswered(self) -> tuple[Move, ...]:
        """Improvements without an answer, by their ends."""
        ends = [end for end in self._ends(self._party, self._state) if self._better(end)]
        open_ = [
            end
            for end in ends
            if all(self._spoilers(answer) for answer in self._answers(end, wanted=True))
        ]
        return tuple(Move(self._party, self._state, end) for end in open_)

    def ways_out(self, end: int) -> list[frozenset[int]]:
        """Sets of states that answer an improvement once none is better; the first is its end."""
        answers = sorted(self._answers(end, wanted=True))
        return list(dict.fromkeys([frozenset([end]), *map(self._spoilers, answers)]))

    def reactions(self, end: int) -> tuple[Reaction, ...]:
        """Answers to an unanswered improvement that the others do not want, seq and sseq only."""
        if self._concept not in {"seq", "sseq"}:
            return ()
        reached = self._answers(end, wanted=False)
        return tuple(
            Reaction(answer, path, tuple(move for move in path if not self._gains(move)))
            for answer, path in sorted(reached.items())
            if not self._spoilers(answer)
        )

    def _better(self, state: int) -> bool:
        return bool(self._ranks[self._party, state] > self._ranks[self._party, self._state])

    def _gains(self, move: Move) -> bool:
        return bool(self._ranks[move.party, move.end] > self._ranks[move.party, move.start])

    def _ends(self, party: int, state: int) -> list[int]:
        return [int(end) for end in self._moves[party].ends(state)]

    def _spoilers(self, answer: int) -> frozenset[int]:
        """States better than the target that keep an answer from being a sanction."""
        if self._concept not in {"smr", "sseq"}:
            return frozenset([answer] if self._better(answer) else [])
        reached = [answer, *self._ends(self._party, answer)]
        return frozenset(one for one in reached if self._better(one))

    def _answers(self, end: int, *, wanted: bool) -> dict[int, tuple[Move, ...]]:
        """States that the others reach after an improvement, by one move or more, with paths.

        ``wanted``: by moves that the concept lets them make; otherwise by any, with the fewest
        that do not improve their mover's position.
        """
        if self._concept == "nash":
            return {}
        willing = wanted and self._concept in {"seq", "sseq"}
        cost, came_by = {end: (0, 0)}, dict[int, Move]()
        waiting = [((0, 0), end)]
        while waiting:
            so_far, here = heapq.heappop(waiting)
            if so_far > cost[here]:
                continue
            for party in self._others:
                for there in self._ends(party, here):
                    move = Move(party, here, there)
                    gains = self._gains(move)
                    if willing and not gains:
                        continue
                    price = (so_far[0] + (not gains), so_far[1] + 1)
                    if there not in cost or price < cost[there]:
                        cost[there], came_by[there] = price, move
                        heapq.heappush(waiting, (price, there))
            if len(cost) > _MOST_REACHED:
                raise ModelError(f"the others reach more than {_MOST_REACHED:,} states")
        return {state: path_to(state, came_by) for state in cost if state != end}


def _fewest(ways: list[list[frozenset[int]]]) -> set[int]:
    """A smallest set that holds one of the sets of every list.

    An integer program: a state is taken or not; of each list one set is chosen, and what is in a
    chosen set is taken.
    """
    if not ways:
        return set()
    states = sorted(set().union(*(way for of_one in ways for way in of_one)))
    place = {state: number for number, state in enumerate(states)}
    entries: list[tuple[int, int, float]] = []
    limits: list[float] = []
    choices = len(states)
    for of_one in ways:
        first = choices
        for way in of_one:
            for state in sorted(way):
                entries += [(len(limits), place[state], 1.0), (len(limits), choices, -1.0)]
                limits.append(0.0)
            choices += 1
        entries += [(len(limits), choice, 1.0) for choice in range(first, choices)]
        limits.append(1.0)
    rows, columns, values = zip(*entries, strict=True)
    matrix = coo_array((values, (rows, columns)), shape=(len(limits), choices))
    costs = np.zeros(choices)
    costs[: len(states)] = 1.0
    found = milp(
        costs,
        integrality=costs,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix.tocsr(), np.array(limits), np.inf),
    )
    assert found.x is not None, "taking the ends of all improvements is a solution"
    return {state for state in states if found.x[place[state]] > 0.5}
