"""Read a conflict in graph form: states, ranks and one-step moves, in JSON.

``dms`` lists the parties' names; ``states`` are objects with ``yn``, what each state looks like;
``ordinal_payoff_dense_rank`` and ``reachable_1step`` hold, under ``NAME#index`` of each party
(counted from 0), the rank of every state, larger being better, and the numbers of the states,
counted from 1, that it reaches in one move. Other keys are not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

import numpy as np
import numpy.typing as npt

from accord._errors import CaseErrors
from accord.case.tree import Path, Tree
from accord.formats.gmcr_values import LocatedValues, shown
from accord.formats.located_json import read_json
from accord.formats.source import read_source
from accord.theory.graph_conflict import MOST_GRAPH_STATES, GraphConflict

__all__ = ["GraphFile", "read_conflict_graph", "read_conflict_graph_tree"]

_RANKS, _MOVES = "ordinal_payoff_dense_rank", "reachable_1step"
_LARGEST = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class GraphFile:
    """What a file says.

    Attributes
    ----------
    parties : tuple of str
        Names, which may repeat.
    states : tuple of str
        What each state looks like, in the order of their numbers.
    conflict : GraphConflict
    ranks : ndarray of int64, shape (n, N)
        Higher is better.
    """

    parties: tuple[str, ...]
    states: tuple[str, ...]
    conflict: GraphConflict
    ranks: npt.NDArray[np.int64]


def read_conflict_graph(file: str | FilePath) -> GraphFile:
    """Read a conflict in graph form.

    Raises
    ------
    CaseErrors
        With every mistake in the file, each with its line, column and path.
    """
    return read_conflict_graph_tree(read_json(read_source(file, "a conflict in graph form (JSON)")))


def read_conflict_graph_tree(tree: Tree) -> GraphFile:
    """Read a conflict in graph form from JSON with places.

    Raises
    ------
    CaseErrors
        With every mistake.
    """
    return _Reader(tree).file()


class _Reader(LocatedValues):
    """One file on its way to a conflict."""

    def file(self) -> GraphFile:
        named = self.listed(("dms",), "a list of names", filled="at least one party")
        parties = [self.text(("dms", i), "a name") for i in range(len(named))]
        states = self._states()
        self.count = len(states) or None
        keys = [f"{name}#{i}" for i, name in enumerate(parties)]
        self._refuse_others(keys)
        ranks = [self._ranks((_RANKS, key)) for key in keys]
        moves = [self._moves((_MOVES, key)) for key in keys]
        if self._tree.errors:
            raise CaseErrors(self._tree.errors)
        conflict = GraphConflict.of(len(states), moves)
        return GraphFile(tuple(parties), states, conflict, np.array(ranks, dtype=np.int64))

    def _states(self) -> tuple[str, ...]:
        at: Path = ("states",)
        raw = self.listed(at, "a list of states", filled="at least one state")
        if len(raw) > MOST_GRAPH_STATES:
            hint = "a conflict whose moves come from options can be written as .gmcr"
            self.error(at, f"{len(raw):,} states", f"at most {MOST_GRAPH_STATES:,}", hint)
        found = []
        for i in range(len(raw)):
            has = self.mapping((*at, i), '{"yn": …}')
            found.append(self.text((*at, i, "yn"), "a text such as YN-Y") if has else "")
        return tuple(found)

    def _refuse_others(self, keys: Sequence[str]) -> None:
        """Note what stands under a name that no party has."""
        for block in (_RANKS, _MOVES):
            for key in self.mapping((block,), "an object from NAME#index to lists"):
                if key not in keys:
                    self.error((block, key), f"the unknown party {key!r}", _one_of(keys))

    def _ranks(self, path: Path) -> list[int]:
        raw = self._of_states(path, "the rank of every state")
        ranks = [self.number((*path, i), _LARGEST, -_LARGEST) for i in range(len(raw))]
        return [rank or 0 for rank in ranks]

    def _moves(self, path: Path) -> list[list[int]]:
        raw = self._of_states(path, "of every state the list of those that one move reaches")
        return [self._ends((*path, i), i + 1) for i in range(len(raw))]

    def _of_states(self, path: Path, wanted: str) -> list[object]:
        """A list with an entry for every state."""
        if not isinstance(self._tree.data.get(str(path[0])), dict):
            return []
        raw = self.listed(path, wanted)
        listed = self.has(path) and isinstance(self._tree.get(path), list)
        if listed and self.count is not None and len(raw) != self.count:
            self.error(path, f"{len(raw):,} entries", f"{wanted}, {self.count:,} in all")
        return raw

    def _ends(self, path: Path, origin: int) -> list[int]:
        raw = self._tree.get(path)
        if not isinstance(raw, list):
            self.error(path, shown(raw), "a list of numbers of states")
            return []
        found: list[int] = []
        for i in range(len(raw)):
            number = self.number((*path, i), self.count and self.count + 1, 1)
            if number == origin:
                self.error((*path, i), f"a move from {origin} to itself", "another state")
            elif number is not None and number - 1 in found:
                self.error((*path, i), f"the state {number} a second time", "each state once")
            elif number is not None:
                found.append(number - 1)
        return found


def _one_of(keys: Sequence[str]) -> str:
    shown_keys = ", ".join(keys[:6]) + (" …" if len(keys) > 6 else "")
    return f"one of {shown_keys}" if keys else "a party that dms lists"
