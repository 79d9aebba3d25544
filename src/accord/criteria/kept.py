"""Whether keeping the agreement is an equilibrium of the conflict that follows its signing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.conflicts import Model, model_of, party_ranks, state_of, state_text
from accord.criteria.credible import games, solution
from accord.criteria.setting import Setting
from accord.theory.conflict import Concept, stability
from accord.theory.witness import witness

__all__ = ["Kept", "kept"]

Booleans = NDArray[np.bool_]
WITNESSES = 12


@dataclass(frozen=True, eq=False)
class Kept:
    """Stability of the kept state.

    Attributes
    ----------
    stable : ndarray (W,)
        Stable for every party.
    escaping : ndarray (W,)
        Index of the first party, in declared order, for which it is not; −1 where there is none.
    escapes : mapping of party to record
        Worlds in which each party escapes, and moves seen in some of them.
    """

    concept: Concept
    parties: tuple[str, ...]
    stable: Booleans
    escaping: NDArray[np.int64]
    escapes: dict[str, Any]


def kept(setting: Setting, package: str) -> Kept | None:
    """Stability of the kept state under the case's concept; None where no conflict is named."""
    years = setting.case.file.durability
    assert years is not None
    if years.conflict is None:
        return None
    name, concept = years.conflict.name, years.conflict.concept
    model = setting.once(("model", name), lambda: model_of(setting.case, name))
    assert model.written.kept is not None
    state = state_of(model, model.written.kept)
    value = None
    if setting.case.file.deterrence is not None and setting.case.file.pledges:
        solved, seen = solution(setting, package), games(setting, package)[1]
        value = 100.0 * (solved.attack_value - np.asarray(seen.challenger.without_attack))
        value = np.broadcast_to(value, (setting.worlds.count,))
    chosen = package if model.written.uses_package else None
    ranks = party_ranks(setting, model, chosen, value)
    by_party = stability(model.conflict, ranks, (concept,))[concept][:, :, state]
    stable = np.asarray(by_party.all(axis=1))
    escaping = np.where(stable, -1, np.argmin(by_party, axis=1)).astype(np.int64)
    escapes = {
        party: _escape(model, ranks, concept, index, state, np.flatnonzero(escaping == index))
        for index, party in enumerate(model.parties)
        if (escaping == index).any()
    }
    return Kept(concept, model.parties, stable, escaping, escapes)


def _escape(
    model: Model, ranks: NDArray[np.int32], concept: Concept, party: int, state: int,
    where: NDArray[np.intp],
) -> dict[str, Any]:  # fmt: skip
    """In how many worlds a party escapes, and by which moves in an even sample of them."""
    sample = where[np.unique(np.linspace(0, len(where) - 1, WITNESSES).astype(int))]
    moves: dict[str, int] = {}
    for world in sample:
        found = witness(model.conflict, ranks[world], concept, party, state)
        if found.escape is not None:
            text = " and ".join(state_text(model, found.escape.end)) or "nothing"
            moves[text] = moves.get(text, 0) + 1
    return {"worlds": len(where), "sampled": len(sample), "moves": moves}
