"""Why a state of a conflict is stable or not: moves that anyone can replay.

The witness of an unstable state is the improvement that the others cannot answer. That of a stable
one is, for every improvement, the shortest legal path by which the others answer it. Beside it
stands the status-quo analysis: the shortest path from today's state to others (Li, Kilgour and
Hipel 2005). All of it looks at one world; MODELS, section 4a.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.conflict import CONCEPTS, Concept, Conflict, checked_ranks
from accord.theory.reachability import Fibres, Ranks, moves_reach

__all__ = [
    "Move", "Route", "Sanction", "Witness", "path_to", "replays", "status_quo_paths", "witness",
]  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """One party's move from a state to another, by any joint change of its own options."""

    party: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sanction:
    """How the others answer an improvement.

    Attributes
    ----------
    improvement : Move
    path : tuple of Move
        Moves of the others from where the improvement ends to a state no better for its mover.
    """

    improvement: Move
    path: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """Why a state is stable for a party by a concept, or is not.

    Attributes
    ----------
    concept : str
    party, state : int
    stable : bool
    escape : Move or None
        Of an unstable state the improvement without an answer, the best for the party.
    sanctions : tuple of Sanction
        Of a stable state one for each improvement, in the order of the states they lead to. Empty
        where there is none.
    """

    concept: Concept
    party: int
    state: int
    stable: bool
    escape: Move | None
    sanctions: tuple[Sanction, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """How a state is reached from the status quo.

    Attributes
    ----------
    state : int
    by_moves : tuple of Move or None
        A shortest legal path; None where there is none, empty for the status quo itself.
    by_improvements : tuple of Move or None
        A shortest path on which every mover improves its position.
    """

    state: int
    by_moves: tuple[Move, ...] | None
    by_improvements: tuple[Move, ...] | None


def witness(
    conflict: Conflict, ranks: npt.ArrayLike, concept: Concept, party: int, state: int
) -> Witness:
    """The witness for one party at one state.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N)
        Higher is better.
    concept : {"nash", "gmr", "smr", "seq", "sseq"}
    party, state : int

    Raises
    ------
    ModelError
        If the concept or the party is unknown or the state is not possible.
    """
    graph = _Graph(conflict, _one_world(conflict, ranks))
    if concept not in CONCEPTS or not 0 <= party < conflict.parties:
        raise ModelError(f"found concept {concept!r} and party {party}, wanted known ones")
    graph.require_possible(state)
    rank = graph.ranks[party]
    improvements = [Move(party, state, int(end)) for end in graph.improvements(party, state)]
    sanctions: list[Sanction] = []
    escapes = improvements
    if concept != "nash":
        sanctions, escapes = graph.answers(concept, improvements, int(rank[state]))
    if escapes:
        best = max(escapes, key=lambda move: (int(rank[move.end]), -move.end))
        return Witness(concept, party, state, stable=False, escape=best, sanctions=())
    return Witness(concept, party, state, stable=True, escape=None, sanctions=tuple(sanctions))


def replays(conflict: Conflict, ranks: npt.ArrayLike, found: Witness) -> bool:
    """Whether every step of a witness is legal and ends where it says.

    That an escape has no answer cannot be replayed, only that it is an improvement.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N)
    found : Witness
    """
    graph = _Graph(conflict, _one_world(conflict, ranks))
    party, state = found.party, found.state
    rank = graph.ranks[party]
    if not found.stable:
        return found.escape is not None and graph.improves(found.escape)
    improvements = [Move(party, state, int(end)) for end in graph.improvements(party, state)]
    if [sanction.improvement for sanction in found.sanctions] != improvements:
        return False
    outcome = graph.outcome(found.concept, party)
    legal = graph.improves if found.concept in {"seq", "sseq"} else graph.is_legal
    for sanction in found.sanctions:
        here = sanction.improvement.end
        for move in sanction.path:
            if move.start != here or move.party == party or not legal(move):
                return False
            here = move.end
        if outcome[here] > rank[state]:
            return False
    return True


def status_quo_paths(
    conflict: Conflict, ranks: npt.ArrayLike, status_quo: int, targets: Iterable[int]
) -> tuple[Route, ...]:
    """Shortest legal paths from the status quo to other states, by moves and by improvements.

    Parameters
    ----------
    conflict : Conflict
    ranks : array_like of int, shape (n, N)
    status_quo : int
    targets : iterable of int
        Usually the equilibria.

    Returns
    -------
    tuple of Route
        One for each target, in their order.

    Raises
    ------
    ModelError
        If the status quo is not a possible state.
    """
    graph = _Graph(conflict, _one_world(conflict, ranks))
    graph.require_possible(status_quo)
    everyone = range(conflict.parties)
    wanted = [int(target) for target in targets]
    by_moves = graph.paths(status_quo, everyone, graph.moves, set(wanted))
    by_improvements = graph.paths(status_quo, everyone, graph.improvements, set(wanted))
    return tuple(Route(one, by_moves.get(one), by_improvements.get(one)) for one in wanted)


_Steps = Callable[[int, int], npt.NDArray[np.intp]]


class _Graph:
    """The moves of one world, looked up state by state."""

    def __init__(self, conflict: Conflict, ranks: Ranks) -> None:
        self.conflict = conflict
        self.ranks = ranks
        self._fibres = [conflict.fibres(party) for party in range(conflict.parties)]
        self._places = [_inverse(fibres, conflict.states) for fibres in self._fibres]

    def require_possible(self, state: int) -> None:
        if not (0 <= state < self.conflict.states and self.conflict.feasible[state]):
            raise ModelError(f"state {state} is not a possible state")

    def moves(self, party: int, state: int) -> npt.NDArray[np.intp]:
        """R_n(s), rising."""
        fibres = self._fibres[party]
        if not fibres.visible[state]:
            return np.empty(0, dtype=np.intp)
        _, width, columns = fibres.places.shape
        cut, inside = divmod(int(self._places[party][state]), width * columns)
        column = inside % columns
        open_ = [cut, *(there for here, there in fibres.passages if here == cut)]
        ends = fibres.places[open_, :, column].reshape(-1)
        return np.sort(ends[fibres.visible[ends] & (ends != state)])

    def improvements(self, party: int, state: int) -> npt.NDArray[np.intp]:
        """R_n⁺(s), rising."""
        ends = self.moves(party, state)
        better = self.ranks[party][ends] > self.ranks[party][state]
        return np.asarray(ends[better], dtype=np.intp)

    def is_legal(self, move: Move) -> bool:
        return move.end in self.moves(move.party, move.start)

    def improves(self, move: Move) -> bool:
        return move.end in self.improvements(move.party, move.start)

    def outcome(self, concept: Concept, party: int) -> Ranks:
        """What a party ends up with once the others have answered, shape (N,)."""
        rank = self.ranks[party]
        if concept in {"gmr", "seq"}:
            return np.asarray(rank, dtype=np.int32)
        best = moves_reach(self._fibres[party], rank[:, None], np.maximum)
        return np.asarray(best[:, 0], dtype=np.int32)

    def answers(
        self, concept: Concept, improvements: Sequence[Move], level: int
    ) -> tuple[list[Sanction], list[Move]]:
        """Shortest sanction of each improvement, and the improvements that have none."""
        sanctions: list[Sanction] = []
        escapes: list[Move] = []
        if not improvements:
            return sanctions, escapes
        mover = improvements[0].party
        others = [one for one in range(self.conflict.parties) if one != mover]
        steps = self.improvements if concept in {"seq", "sseq"} else self.moves
        outcome = self.outcome(concept, mover)
        for move in improvements:
            for end, path in self._shortest(move.end, others, steps):
                if outcome[end] <= level:
                    sanctions.append(Sanction(move, path))
                    break
            else:
                escapes.append(move)
        return sanctions, escapes

    def paths(
        self, start: int, group: Iterable[int], steps: _Steps, wanted: set[int]
    ) -> dict[int, tuple[Move, ...]]:
        """A shortest path to each wanted state that can be reached."""
        found = {}
        for end, path in self._shortest(start, group, steps):
            if end in wanted:
                found[end] = path
            if len(found) == len(wanted):
                break
        return found

    @staticmethod
    def _shortest(
        start: int, group: Iterable[int], steps: _Steps
    ) -> Iterator[tuple[int, tuple[Move, ...]]]:
        """States by distance, each with a shortest path; parties and states in their order.

        A shortest path never lets a party move twice in a row, since moves are transitive.
        """
        members = list(group)
        came_by: dict[int, Move | None] = {start: None}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            yield here, path_to(here, came_by)
            for party in members:
                for end in map(int, steps(party, here)):
                    if end not in came_by:
                        came_by[end] = Move(party, here, end)
                        waiting.append(end)


def path_to(end: int, came_by: Mapping[int, Move | None]) -> tuple[Move, ...]:
    """The moves that a search found towards a state, from the state that nobody moved to."""
    path = []
    move = came_by.get(end)
    while move is not None:
        path.append(move)
        move = came_by.get(move.start)
    return tuple(reversed(path))


def _inverse(fibres: Fibres, states: int) -> npt.NDArray[np.intp]:
    places = np.empty(states, dtype=np.intp)
    places[fibres.places.reshape(-1)] = np.arange(states)
    return places


def _one_world(conflict: Conflict, ranks: npt.ArrayLike) -> Ranks:
    given = checked_ranks(conflict, ranks)
    if given.ndim != 2:
        raise ModelError(f"ranks: found shape {given.shape}, wanted those of one world (n, N)")
    return given
