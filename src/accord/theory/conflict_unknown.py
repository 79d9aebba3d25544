"""Stability where preferences are not known in full: what holds in any case, and what may hold.

A party's ranking is known up to a set of completions. A state is *necessarily* stable for a party
by a concept if it is under every completion of everyone's preferences, and *possibly* stable if it
is under some. Two forms:

* **alternatives**: each party has a few rankings, any of which may be its true one, whatever those
  of the others. Both answers are exact. By nash, gmr and smr a party looks at its own preferences
  alone, so that its own alternatives decide; by seq and sseq the others' improvements count too,
  and every combination is looked at.
* **intervals**: each party gives each state a rank between two numbers, and pairs of states whose
  intervals overlap are unknown. Stability by nash, gmr and smr falls with the set of states that
  are better than the one at hand: one completion, it at its lowest and all others at their highest,
  decides what is necessary and the opposite one what is possible, both exactly. For seq and sseq
  the others are given only improvements that are certain, or all that are possible: what is called
  necessary is stable under every completion, and what is stable under some is called possible. The
  first is exact, too, with two parties, who answer by one move.

Li, Hipel, Kilgour and Fang (2004) define stability by what a party does about unknown pairs. By
nash, gmr and smr their extension *a*, which leaves for what may be better and fears only what is
surely no better, is necessary stability by intervals here, and *d*, its opposite, possible
stability.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.conflict import CONCEPTS, Concept, Conflict, equilibria, stability
from accord.theory.party_moves import PartyMoves
from accord.theory.preference import dense_ranks

__all__ = ["Certainty", "stability_of_alternatives", "stability_of_intervals"]

Mask = npt.NDArray[np.bool_]
Values = npt.NDArray[np.int64]
Arcs = tuple[Values, Values]

_MOST_COMBINATIONS = 4096
_SEQUENTIAL = ("seq", "sseq")


@dataclass(frozen=True, slots=True, eq=False)
class Certainty:
    """What is known of stability by one concept.

    Attributes
    ----------
    necessary, possible : ndarray of bool, shape (n, N)
        Stable under every completion, and under some; False at impossible states.
    necessary_equilibria, possible_equilibria : ndarray of bool, shape (N,)
        Stable for everyone under every completion, and under one and the same completion.
    necessary_exact, possible_exact : bool
        Where False, ``necessary`` may lack states and ``possible`` may hold too many.
    """

    necessary: Mask
    possible: Mask
    necessary_equilibria: Mask
    possible_equilibria: Mask
    necessary_exact: bool
    possible_exact: bool


def stability_of_alternatives(
    conflict: Conflict,
    alternatives: Sequence[npt.ArrayLike],
    concepts: Sequence[Concept] = CONCEPTS,
) -> dict[Concept, Certainty]:
    """Necessary and possible stability where each party has one of several rankings.

    Parameters
    ----------
    conflict : Conflict
        n parties, N states.
    alternatives : sequence of n array_like of int, each of shape (A_i, N)
        Rankings that party i may have, higher is better; at least one each.
    concepts : sequence of {"nash", "gmr", "smr", "seq", "sseq"}

    Returns
    -------
    dict
        For each concept a Certainty, exact in all its parts.

    Raises
    ------
    ModelError
        If shapes do not fit, or seq or sseq is asked for and the rankings combine in more than
        4096 ways.

    References
    ----------
    Li, Hipel, Kilgour and Fang (2004); Xu, Hipel, Kilgour and Fang (2018), ch. 5.
    """
    tables = _checked_alternatives(conflict, alternatives)
    found: dict[Concept, Certainty] = {}
    own = [concept for concept in concepts if concept not in _SEQUENTIAL]
    if own:
        # Every party's alternatives in turn; the longest list gives the number of worlds.
        worlds = range(max(len(table) for table in tables))
        ranks = [
            np.stack([table[min(world, len(table) - 1)] for table in tables]) for world in worlds
        ]
        for concept, stable in stability(conflict, np.stack(ranks), own).items():
            found[concept] = _certainty(conflict, *_all_and_any(stable), (True, True))
    joint = [concept for concept in concepts if concept in _SEQUENTIAL]
    if joint:
        number = math.prod(len(table) for table in tables)
        if number > _MOST_COMBINATIONS:
            raise ModelError(
                f"the rankings combine in {number:,} ways, at most {_MOST_COMBINATIONS:,} are "
                "looked at"
            )
        combined = np.stack([np.stack(combination) for combination in itertools.product(*tables)])
        for concept, stable in stability(conflict, combined, joint).items():
            together = equilibria(conflict, stable)
            found[concept] = Certainty(
                *_all_and_any(stable),
                *_all_and_any(together),
                necessary_exact=True,
                possible_exact=True,
            )
    return {concept: found[concept] for concept in concepts}


def stability_of_intervals(
    conflict: Conflict,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    concepts: Sequence[Concept] = CONCEPTS,
) -> dict[Concept, Certainty]:
    """Necessary and possible stability where ranks are known up to intervals.

    Parameters
    ----------
    conflict : Conflict
        n parties, N states.
    low, high : array_like of int, shape (n, N)
        Least and greatest rank of each state for each party. A completion is any choice of numbers
        within them.
    concepts : sequence of {"nash", "gmr", "smr", "seq", "sseq"}

    Returns
    -------
    dict
        For each concept a Certainty: exact for nash, gmr and smr; for seq and sseq bounds that
        never claim too much, ``necessary`` being exact with up to two parties.

    Raises
    ------
    ModelError
        If shapes do not fit, a low exceeds its high, a concept is unknown, or a party's moves are
        too many to be listed.

    References
    ----------
    Li, Hipel, Kilgour and Fang (2004), extensions a and d.
    """
    bounds = _Bounds(conflict, *_checked_intervals(conflict, low, high))
    found: dict[Concept, Certainty] = {}
    for concept in concepts:
        if concept not in CONCEPTS:
            raise ModelError(f"found concept {concept!r}, wanted {CONCEPTS}")
        parties = range(conflict.parties)
        necessary = np.stack([bounds.stable(concept, party, certain=True) for party in parties])
        possible = np.stack([bounds.stable(concept, party, certain=False) for party in parties])
        own = concept not in _SEQUENTIAL or conflict.parties == 1
        exact = (own or conflict.parties == 2, own)
        found[concept] = _certainty(conflict, necessary, possible, exact)
    return found


def _all_and_any(worlds: Mask) -> tuple[Mask, Mask]:
    """What holds in every world, and in some."""
    return np.asarray(worlds.all(axis=0)), np.asarray(worlds.any(axis=0))


def _certainty(
    conflict: Conflict, necessary: Mask, possible: Mask, exact: tuple[bool, bool]
) -> Certainty:
    """Where each party's stability hangs on its own completion, equilibria are intersections."""
    return Certainty(
        necessary,
        possible,
        equilibria(conflict, necessary),
        equilibria(conflict, possible),
        *exact,
    )


def _checked_alternatives(
    conflict: Conflict, alternatives: Sequence[npt.ArrayLike]
) -> list[npt.NDArray[np.int32]]:
    """Rankings of each party as dense ranks."""
    if len(alternatives) != conflict.parties:
        raise ModelError(
            f"found alternatives of {len(alternatives)} parties, wanted {conflict.parties}"
        )
    tables = []
    for party, given in enumerate(alternatives):
        table = np.asarray(given)
        if table.ndim != 2 or table.shape[1] != conflict.states or not table.shape[0]:
            raise ModelError(
                f"alternatives of party {party}: found shape {table.shape}, wanted "
                f"(one or more, {conflict.states})"
            )
        if not np.issubdtype(table.dtype, np.integer):
            raise ModelError(f"alternatives of party {party}: wanted integers")
        tables.append(dense_ranks(table))
    return tables


def _checked_intervals(
    conflict: Conflict, low: npt.ArrayLike, high: npt.ArrayLike
) -> tuple[Values, Values]:
    least, most = np.asarray(low), np.asarray(high)
    wanted = (conflict.parties, conflict.states)
    for name, given in (("low", least), ("high", most)):
        if given.shape != wanted or not np.issubdtype(given.dtype, np.integer):
            raise ModelError(f"{name}: wanted integers of shape {wanted}, found {given.shape}")
    if (least > most).any():
        party, state = map(int, np.argwhere(least > most)[0])
        raise ModelError(f"party {party} at state {state}: the low rank exceeds the high one")
    return least.astype(np.int64), most.astype(np.int64)


class _Bounds:
    """Stability at every state under its worst or its best completion."""

    def __init__(self, conflict: Conflict, low: Values, high: Values) -> None:
        self._feasible = conflict.feasible
        self._low, self._high = low, high
        self._arcs = [PartyMoves.of(conflict, party).arcs() for party in range(conflict.parties)]

    def stable(self, concept: Concept, party: int, *, certain: bool) -> Mask:
        """Stable under every completion if ``certain``, otherwise a bound on under some.

        The state itself never meets the ranks that it has as an end: the others' answers and what
        the party makes of them differ from it in the others' options.
        """
        mine, theirs = (self._low, self._high) if certain else (self._high, self._low)
        own, kept = theirs[party], self._arcs[party]
        starts, ends = kept
        worst = own
        if concept != "nash":
            outcome = own.copy()
            if concept in {"smr", "sseq"}:
                np.maximum.at(outcome, starts, own[ends])
            worst = self._least(concept, party, outcome, certain=certain)
        floor = np.iinfo(np.int64).min
        best = np.full(own.shape, floor)
        np.maximum.at(best, starts, np.minimum(own, worst)[ends])
        return np.asarray((best <= mine[party]) & self._feasible)

    def _least(self, concept: Concept, party: int, outcome: Values, *, certain: bool) -> Values:
        """Least outcome that the others can bring about from each state."""
        others = [one for one in range(len(self._arcs)) if one != party]
        arcs = [self._steps(concept, one, certain=certain) for one in others]
        least, before = outcome, np.empty(0, dtype=np.int64)
        # Two parties: the one other answers by one move. More: any sequence.
        while not np.array_equal(least, before):
            before = least
            least = least.copy()
            for starts, ends in arcs:
                np.minimum.at(least, starts, before[ends])
            if len(others) <= 1:
                break
        return least

    def _steps(self, concept: Concept, party: int, *, certain: bool) -> Arcs:
        """Moves that a party may answer with."""
        starts, ends = self._arcs[party]
        if concept not in _SEQUENTIAL:
            return starts, ends
        low, high = self._low[party], self._high[party]
        better = low[ends] > high[starts] if certain else high[ends] > low[starts]
        return starts[better], ends[better]
