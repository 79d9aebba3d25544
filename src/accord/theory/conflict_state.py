"""Stability of one state of a conflict, by the definitions of its five concepts.

:func:`accord.theory.conflict.stability` settles all states at once by sweeps; where one state is
asked about, such as the one that an agreement keeps, it is less work to search for what the
definition speaks of: a better state that the party reaches by itself, and from there a legal
sequence of the others that leaves it no better off than it was, nor able to repair that
(MODELS, section 4a; Fang, Hipel and Kilgour 1993; Rêgo and Vieira 2017). As a party's moves can be
joined to one, and so can its improvements, legal sequences reach what any sequences reach, and a
search breadth first stops at the first answer found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.conflict import Concept, Conflict, stability
from accord.theory.party_moves import PartyMoves

__all__ = ["MoveLists", "listed_moves", "stable_at"]

_MOST_PAIRS = 1 << 22  # states times joint levels, over all parties: 34 MB and half a second


@dataclass(frozen=True, slots=True, eq=False)
class MoveLists:
    """Every move of every party, R_n(s) for all states s.

    Attributes
    ----------
    begins : ndarray of int, shape (n, N + 1)
        Where the moves of a party from a state begin among the ends, and where the last end.
    ends : ndarray of int, shape (A,)
        Where moves lead, in rising order for each party and state.
    """

    begins: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]


def listed_moves(conflict: Conflict) -> MoveLists | None:
    """List all moves of a conflict; None where they are too many, and sweeps do without lists."""
    joint = [1] * conflict.parties
    for owner, size in zip(conflict.owners, conflict.sizes, strict=True):
        if owner >= 0:
            joint[owner] *= size
    if conflict.states * sum(joint) > _MOST_PAIRS:
        return None
    begins = np.empty((conflict.parties, conflict.states + 1), dtype=np.int64)
    ends = []
    length = 0
    for party in range(conflict.parties):
        starts, reached = PartyMoves.of(conflict, party).arcs()
        begins[party] = length + np.searchsorted(starts, np.arange(conflict.states + 1))
        ends.append(reached)
        length += reached.size
    return MoveLists(begins, np.concatenate(ends).astype(np.int64))


def stable_at(
    conflict: Conflict, ranks: npt.ArrayLike, state: int, concept: Concept,
    moves: MoveLists | None = None,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Whether one state is stable for each party, in each of W worlds.

    The same as ``stability(conflict, ranks, (concept,))[concept][..., state]``.

    Parameters
    ----------
    conflict : Conflict
        n parties, N states.
    ranks : array_like of int, shape (n, N) or (W, n, N)
        Preference of each party: higher is better, equal is indifferent. Any integers do; those
        of impossible states are ignored.
    state : int
        Number of the state.
    concept : {"nash", "gmr", "smr", "seq", "sseq"}
    moves : MoveLists, optional
        What :func:`listed_moves` gives for this conflict, to list them once for many calls. Where
        it gives None all states are swept.

    Returns
    -------
    ndarray of bool, shape (n,) or (W, n)
        False at an impossible state.

    Raises
    ------
    ModelError
        If the ranks are no integers or of another shape, or there is no such state.
    """
    from accord.theory.conflict_state_compiled import stays  # noqa: PLC0415

    given = np.asarray(ranks)
    wanted = (conflict.parties, conflict.states)
    fits = given.ndim in {2, 3} and given.shape[-2:] == wanted
    if not fits or not np.issubdtype(given.dtype, np.integer):
        raise ModelError(
            f"ranks: found {given.dtype} of shape {given.shape}, wanted integers of shape "
            f"{wanted} or (worlds, *{wanted})"
        )
    if not 0 <= state < conflict.states:
        raise ModelError(f"found state {state}, wanted 0 to {conflict.states - 1}")
    result = np.zeros(given.shape[:-1], dtype=np.bool_)
    if not conflict.feasible[state]:
        return result
    lists = listed_moves(conflict) if moves is None else moves
    if lists is None:
        return np.asarray(stability(conflict, given, (concept,))[concept][..., state])
    worlds = np.ascontiguousarray(given.reshape(-1, *wanted), dtype=np.int64)
    stays(
        worlds, state, concept != "nash", concept in {"smr", "sseq"}, concept in {"seq", "sseq"},
        lists.begins, lists.ends, result.reshape(-1, conflict.parties),
    )  # fmt: skip
    return result
