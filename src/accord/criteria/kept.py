"""Whether keeping the agreement is an equilibrium of the conflict that follows its signing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.conflict_points import point
from accord.criteria.conflicts import Model, model_of, party_ranks, party_worths, state_of
from accord.criteria.credible import attack, games
from accord.criteria.setting import Setting
from accord.theory.conflict import Concept
from accord.theory.conflict_state import listed_moves, stable_at

__all__ = ["Kept", "defections", "kept", "ranks_under", "value_of_attack"]

Booleans = NDArray[np.bool_]


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
        The number of worlds in which each is the first to escape; parties that never are left out.
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
    model = setting.once_for_all(("model", name), lambda: model_of(setting.case, name))
    moves = setting.once_for_all(("moves", name), lambda: listed_moves(model.conflict))
    assert model.written.kept is not None
    state = state_of(model, model.written.kept)
    worths = party_worths(setting, model, *_asked(setting, package, model))
    by_party = stable_at(model.conflict, worths, state, concept, moves)
    stable = np.asarray(by_party.all(axis=1))
    escaping = np.where(stable, -1, np.argmin(by_party, axis=1)).astype(np.int64)
    escapes = {
        party: {"worlds": int(np.count_nonzero(escaping == index))}
        for index, party in enumerate(model.parties)
        if (escaping == index).any()
    }
    return Kept(concept, model.parties, stable, escaping, escapes)


def ranks_under(setting: Setting, package: str, model: Model) -> NDArray[np.int32]:
    """What the parties of a conflict prefer under a package, (W, n, N)."""
    return party_ranks(setting, model, *_asked(setting, package, model))


def _asked(
    setting: Setting, package: str, model: Model
) -> tuple[str | None, NDArray[np.float64] | None]:
    """The package that preferences speak of, if they do, and the points of its attack."""
    value = None
    if setting.case.file.deterrence is not None and setting.case.file.pledges:
        value = value_of_attack(setting, package)
    return package if model.written.uses_package else None, value


def value_of_attack(setting: Setting, package: str) -> NDArray[np.float64]:
    """Points of the attack of the deterrence game, 100 (U-bar - s_C), shape (W,)."""
    solved, seen = attack(setting, package), games(setting, package)[1]
    value = 100.0 * (solved.attack_value - np.asarray(seen.challenger.without_attack))
    return np.broadcast_to(value, (setting.worlds.count,))


def defections(setting: Setting, package: str) -> dict[str, Any]:
    """Of each conflict that follows a signing: for whom keeping holds, and what would mend it.

    Shares are over the first block of worlds, reasons are those of the central case.
    """
    years = setting.case.file.durability
    played = None if years is None else years.conflict
    block, central = setting.first_block(), setting.central()
    result = {}
    for name, written in setting.case.file.conflicts.items():
        if not written.uses_package or written.kept is None:
            continue
        model = model_of(setting.case, name)
        concept: Concept = "seq"
        if played is not None and played.name == name:
            concept = played.concept
        result[name] = point(
            block, model, ranks_under(block, package, model),
            ranks_under(central, package, model)[0], state_of(model, written.kept), concept,
        ) | {"question": written.question, "schema": 1}  # fmt: skip
    return result
