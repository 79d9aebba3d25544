"""Limited-move stability: two parties that look h moves ahead and settle by backward induction.

Party i at state s either stays, and then s is final, or moves; the other then stands before the
same question with one move less. G_h(i, s) is where i expects things to end if it has the word at
s and h moves are foreseen, G_0 being where they are:

1. for every move m of i from s, the other's answer leads to G_{h-1}(j, m);
2. i looks for the moves whose end it likes best;
3. it makes such a move if that end is strictly better for it than s, and stays otherwise; without
   moves it stays.

State s is L_h stable for i iff G_h(i, s) = s (Zagare 1984; Kilgour 1985; Kilgour, Hipel and Fang
1987; Fang, Hipel and Kilgour 1993, ch. 3). L_1 is Nash stability. With more than two parties it is
open who answers, and the published extensions differ, so that they are refused.

The literature has strict rankings. With ties a party that is indifferent between staying and
moving stays; between moves it takes the one to the state of the lowest number, and states whose
answer may hang on that are marked.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.conflict import Conflict, checked_ranks
from accord.theory.party_moves import PartyMoves

__all__ = [
    "LimitedMoves",
    "NonMyopic",
    "limited_move_stability",
    "non_myopic_stability",
]

Mask = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int32]
States = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LimitedMoves:
    """What two parties expect at every horizon from 1 to H.

    Attributes
    ----------
    stable : ndarray of bool, shape (H, 2, N)
        L_h stability, False at impossible states.
    anticipated : ndarray of int, shape (H, 2, N)
        G_h(i, s), the state in which party i expects things to end.
    settled : ndarray of bool, shape (H, 2, N)
        True where the anticipated state is certainly the same however ties between moves are
        broken; everywhere under strict rankings.
    """

    stable: Mask
    anticipated: States
    settled: Mask

    @property
    def equilibria(self) -> Mask:
        """States that are L_h stable for both, shape (H, N)."""
        return np.asarray(self.stable.all(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class NonMyopic:
    """Stability for parties whose horizon has no end.

    Attributes
    ----------
    stable : ndarray of bool, shape (2, N)
        L_h stable for every horizon from ``start`` on.
    settled : ndarray of bool, shape (2, N)
        True where no broken tie can matter at these horizons.
    start : int
        First horizon from which on expectations repeat.
    period : int
        After how many horizons they do: 1 where they no longer change. 0 if they had not repeated
        at the cap; then ``stable`` is L_h stability at that horizon alone.
    """

    stable: Mask
    settled: Mask
    start: int
    period: int


def limited_move_stability(conflict: Conflict, ranks: npt.ArrayLike, horizon: int) -> LimitedMoves:
    """Which states are L_h stable for which of two parties, for h = 1 to the horizon.

    Parameters
    ----------
    conflict : Conflict
        Two parties, N states.
    ranks : array_like of int, shape (2, N)
        Higher is better.
    horizon : int
        Moves that are foreseen, 1 or more.

    Raises
    ------
    ModelError
        If there are not two parties, the horizon is below 1, ranks do not fit, or a party's moves
        are too many to be listed.

    References
    ----------
    Zagare (1984); Kilgour, Hipel and Fang (1987); Fang, Hipel and Kilgour (1993), ch. 3.
    """
    if horizon < 1:
        raise ModelError(f"found a horizon of {horizon}, wanted 1 or more")
    game = _Game(conflict, ranks)
    steps = list(itertools.islice(game.horizons(), 1, horizon + 1))
    anticipated = np.stack([one[0] for one in steps])
    return LimitedMoves(
        np.stack([game.stable(one[0]) for one in steps]),
        anticipated,
        np.stack([one[1] for one in steps]),
    )


def non_myopic_stability(conflict: Conflict, ranks: npt.ArrayLike, *, cap: int = 1000) -> NonMyopic:
    """States that stay L_h stable however far two parties look ahead.

    What is expected at one horizon follows from what is expected at the one before, so that
    expectations must repeat in the end; from there on every horizon is known.

    Parameters
    ----------
    conflict : Conflict
        Two parties, N states.
    ranks : array_like of int, shape (2, N)
    cap : int
        Largest horizon that is tried.

    Raises
    ------
    ModelError
        As :func:`limited_move_stability`, the cap being the horizon.

    References
    ----------
    Brams and Wittman (1981); Kilgour (1984); Fang, Hipel and Kilgour (1993), ch. 3.
    """
    if cap < 1:
        raise ModelError(f"found a horizon of {cap}, wanted 1 or more")
    game = _Game(conflict, ranks)
    seen: dict[bytes, int] = {}
    history: list[tuple[States, Mask]] = []
    for horizon, (anticipated, settled) in enumerate(game.horizons()):
        if horizon == 0:
            continue
        key = anticipated.tobytes() + settled.tobytes()
        if key in seen:
            start = seen[key]
            cycle = history[start - 1 :]
            stable = np.all([game.stable(ends) for ends, _ in cycle], axis=0)
            certain = np.all([marks for _, marks in cycle], axis=0)
            return NonMyopic(stable, certain, start, horizon - start)
        seen[key] = horizon
        history.append((anticipated, settled))
        if horizon == cap:
            break
    return NonMyopic(game.stable(history[-1][0]), history[-1][1], cap, 0)


class _Game:
    """Moves of two parties, grouped by the state they start from."""

    def __init__(self, conflict: Conflict, ranks: npt.ArrayLike) -> None:
        if conflict.parties != 2:
            raise ModelError(
                f"found {conflict.parties} parties, wanted 2: with more it is open who answers a "
                "move, and limited-move stability is no longer one definition"
            )
        self.ranks = checked_ranks(conflict, ranks)
        if self.ranks.ndim != 2:
            raise ModelError(f"ranks: found shape {self.ranks.shape}, wanted those of one world")
        self._feasible = conflict.feasible
        self._arcs = [PartyMoves.of(conflict, party).arcs() for party in range(2)]
        self._groups = [np.unique(starts, return_index=True) for starts, _ in self._arcs]

    def stable(self, anticipated: States) -> Mask:
        """Who expects things to end where they are."""
        return np.asarray((anticipated == np.arange(self._feasible.size)) & self._feasible)

    def horizons(self) -> Iterator[tuple[States, Mask]]:
        """G_0, G_1, ... without end, each with the marks of what no tie can change."""
        here = np.tile(np.arange(self._feasible.size, dtype=np.int64), (2, 1))
        first = (here, np.ones(here.shape, dtype=np.bool_))
        return itertools.accumulate(
            itertools.repeat(None), lambda before, _: self._next(*before), initial=first
        )

    def _next(self, anticipated: States, settled: Mask) -> tuple[States, Mask]:
        """One more move ahead for both parties."""
        found, marks = anticipated.copy(), settled.copy()
        for party in range(2):
            found[party] = np.arange(self._feasible.size)
            marks[party] = True
            states, first = self._groups[party]
            if not states.size:
                continue
            starts, ends = self._arcs[party]
            group = np.searchsorted(states, starts)
            final = anticipated[1 - party][ends]
            worth = self.ranks[party][final]
            best = np.maximum.reduceat(worth, first)
            top = worth == best[group]
            places = np.where(top, np.arange(starts.size), starts.size)
            chosen = final[np.minimum.reduceat(places, first)]
            agree = np.logical_and.reduceat(~top | (final == chosen[group]), first)
            known = np.logical_and.reduceat(settled[1 - party][ends], first)
            leaves = best > self.ranks[party][states]
            found[party][states] = np.where(leaves, chosen, states)
            marks[party][states] = known & (agree | ~leaves)
        return found, marks
