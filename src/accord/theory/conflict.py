"""Stability of the states of a conflict: the graph model for conflict resolution.

Five answers to "would this party stay?", by the reactions it expects (MODELS, section 4a):

* ``nash``: it has no improvement (Nash 1950);
* ``gmr``, general metarationality: every improvement can be answered by the others so that it ends
  up no better (Howard 1971);
* ``smr``, symmetric metarationality: the same, and it cannot repair that afterwards (Howard 1971);
* ``seq``, sequential stability: as gmr, the others only making moves that improve their own
  position (Fraser and Hipel 1984);
* ``sseq``, symmetric sequential stability: as smr with such moves (Rêgo and Vieira 2017).

The others answer by any legal sequence of moves (Kilgour, Hipel and Fang 1987; Fang, Hipel and
Kilgour 1993). With ranks p as integers, all five are maxima and minima: f is p (gmr, seq) or the
best that the party can reach (smr, sseq), V is the least f that the others can bring about, and s
is stable iff the greatest min(p, V) that the party can reach does not exceed p(s).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.preference import dense_ranks
from accord.theory.reachability import (
    Conflict,
    Fibres,
    Improvements,
    Mask,
    Ranks,
    moves_reach,
    worst_within,
)

__all__ = ["CONCEPTS", "Concept", "Conflict", "checked_ranks", "equilibria", "stability"]

Concept = Literal["nash", "gmr", "smr", "seq", "sseq"]

CONCEPTS: tuple[Concept, ...] = ("nash", "gmr", "smr", "seq", "sseq")
"""The five concepts, in the order in which results list them."""

_CHUNK = 1 << 17  # numbers of one array; what a core's cache holds


def stability(
    conflict: Conflict,
    ranks: npt.ArrayLike,
    concepts: Sequence[Concept] = CONCEPTS,
    *,
    workers: int = 1,
) -> dict[Concept, Mask]:
    """Which states are stable for which parties, by all five concepts or some of them.

    Parameters
    ----------
    conflict : Conflict
        n parties, N states.
    ranks : array_like of int, shape (n, N) or (W, n, N)
        Preference of each party, in each of W worlds: higher is better, equal is indifferent.
        Numbers of impossible states are ignored.
    concepts : sequence of str
    workers : int
        Threads, over worlds or else over parties; the result is the same for any number.

    Returns
    -------
    dict
        For each concept a bool array of the shape of ``ranks``, False at impossible states.

    Raises
    ------
    ModelError
        If the ranks are no integers or of another shape.
    """
    given = checked_ranks(conflict, ranks)
    worlds = given.reshape(-1, conflict.parties, conflict.states)
    found = {concept: np.zeros(worlds.shape, dtype=np.bool_) for concept in concepts}
    step = max(1, _CHUNK // conflict.states)
    fibres = [conflict.fibres(party) for party in range(conflict.parties)]

    def settle(start: int, run: Callable[..., Iterable[Any]] = map) -> None:
        # States first and worlds last: sweeps run along long contiguous rows.
        chunk = np.ascontiguousarray(worlds[start : start + step].transpose(1, 2, 0))
        gains = list(run(Improvements.of, fibres, chunk))

        def judge(party: int) -> None:
            for concept, stable in _judged(conflict, fibres, gains, chunk, party, concepts):
                found[concept][start : start + step, party] = stable.T

        for _ in run(judge, range(conflict.parties)):
            pass

    starts = range(0, worlds.shape[0], step)
    with ThreadPoolExecutor(workers) as threads:
        if workers > 1 and len(starts) == 1:
            settle(0, threads.map)
        else:
            for _ in threads.map(settle, starts):
                pass
    return {concept: stable.reshape(given.shape) for concept, stable in found.items()}


def equilibria(conflict: Conflict, stable: Mask) -> Mask:
    """Possible states that are stable for every party.

    Parameters
    ----------
    conflict : Conflict
    stable : ndarray of bool, shape (n, N) or (W, n, N)
        One entry of :func:`stability`.

    Returns
    -------
    ndarray of bool, shape (N,) or (W, N)
    """
    return np.asarray(np.all(stable, axis=-2) & conflict.feasible)


def checked_ranks(conflict: Conflict, ranks: npt.ArrayLike) -> Ranks:
    """Ranks as 32-bit integers of a shape that fits; larger integers are ranked anew.

    Raises
    ------
    ModelError
        If they are no integers or of another shape than (n, N) or (W, n, N).
    """
    given = np.asarray(ranks)
    wanted = (conflict.parties, conflict.states)
    if given.ndim not in {2, 3} or given.shape[-2:] != wanted:
        raise ModelError(
            f"ranks: found shape {given.shape}, wanted {wanted} or (worlds, *{wanted})"
        )
    if not np.issubdtype(given.dtype, np.integer):
        raise ModelError(f"ranks: found numbers of type {given.dtype}, wanted integers")
    # The ends of the range are the neutral values of the sweeps.
    limits = np.iinfo(np.int32)
    if given.size and (given.min() <= limits.min or given.max() >= limits.max):
        return dense_ranks(given)
    return given.astype(np.int32)


def _judged(
    conflict: Conflict, fibres: Sequence[Fibres], gains: Sequence[Improvements], ranks: Ranks,
    party: int, concepts: Sequence[Concept],
) -> Iterator[tuple[Concept, Mask]]:  # fmt: skip
    """Where a party is stable, by each concept, for ranks of shape (n, N, W)."""
    rank, possible = ranks[party], conflict.feasible[:, None]
    best = moves_reach(fibres[party], rank, np.maximum)
    if "nash" in concepts:
        yield "nash", (best <= rank) & possible
    others = [other for other in range(conflict.parties) if other != party]
    moves, steps = [fibres[other] for other in others], [gains[other] for other in others]
    answers: tuple[tuple[Concept, Sequence[Fibres | Improvements], Ranks], ...] = (
        ("gmr", moves, rank),
        ("smr", moves, best),
        ("seq", steps, rank),
        ("sseq", steps, best),
    )
    for concept, sweepers, outcome in answers:
        if concept in concepts:
            worst = worst_within(sweepers, outcome)
            kept = moves_reach(fibres[party], np.minimum(rank, worst), np.maximum)
            yield concept, (kept <= rank) & possible
