"""One conflict of a case in one world: its states, and what every party prefers there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.case.case import Case
from accord.case.records.durability import Conflict as Written
from accord.criteria.conflicts import Model, model_of, party_ranks
from accord.criteria.kept import value_of_attack
from accord.criteria.setting import Setting
from accord.exchange.game_of_case import MOST_WORLDS
from accord.theory.sampling import BLOCK
from accord.worlds.worlds import Worlds, central_case, draw

__all__ = ["MOST_STATES", "CaseConflict", "conflict_of_case", "named_conflict"]

MOST_STATES = 2**20
"""States of a case's conflict, impossible ones included."""


@dataclass(frozen=True, slots=True, eq=False)
class CaseConflict:
    """A conflict in one world.

    Attributes
    ----------
    name : str
    model : Model
    ranks : ndarray of int32, shape (n, N)
        Higher is better.
    package : str or None
        The package on which its preferences depend, where they do.
    shocks : mapping of str to bool
        Which shocks fall.
    """

    name: str
    model: Model
    ranks: NDArray[np.int32]
    package: str | None
    shocks: Mapping[str, bool]


def named_conflict(case: Case, name: str | None) -> str:
    """The conflict of that name, the case's first where there is no name.

    Raises
    ------
    UsageError
        If there is none.
    """
    known = tuple(case.file.conflicts)
    if not known:
        raise UsageError("found a case without conflicts, wanted a case with the block conflicts")
    if name is not None and name not in known:
        raise UsageError(f"no conflict {name!r} in the case; there are {', '.join(known)}")
    return name or known[0]


def conflict_of_case(
    case: Case, name: str, package: str | None, world: int | None, seed: int
) -> CaseConflict:
    """A conflict of a case in a world, or at the values of its central world.

    Parameters
    ----------
    name : str
        A conflict of the case.
    package : str or None
        Needed where the conflict depends on it, refused where it does not.
    world : int or None
        Counted from 0 in the draws of ``seed``; None for medians and most likely values.

    Raises
    ------
    UsageError
        If the package is missing, superfluous or unknown, seed or world are out of range, or the
        conflict has more than :data:`MOST_STATES` states.
    ModelError
        If no state is possible.
    """
    written = case.file.conflicts[name]
    _check(case, name, written, package, world, seed)
    drawn = central_case(case) if world is None else draw(case, 1, seed, first_block=world // BLOCK)
    at = (world or 0) % BLOCK
    chosen = {} if package is None else {package: case.chosen(package)}
    value = None
    if _asks_for_game(written):
        assert package is not None
        value = value_of_attack(Setting(case, drawn, chosen), package)[at : at + 1]
    one = _alone(case, drawn, at)
    model = model_of(case, name)
    ranks = party_ranks(Setting(case, one, chosen), model, package, value)[0]
    shocks = {shock: bool(falls[0]) for shock, falls in one.shocks().items()}
    return CaseConflict(name, model, ranks, package, shocks)


def _check(
    case: Case, name: str, written: Written, package: str | None, world: int | None, seed: int
) -> None:
    known = tuple(case.file.packages)
    if package is not None and package not in known:
        raise UsageError(f"no package {package!r} in the case; there are {', '.join(known)}")
    if written.uses_package and package is None:
        raise UsageError(
            f"found no package for the conflict {name}, wanted --package with one of "
            f"{', '.join(known)}; what its parties prefer depends on it"
        )
    if package is not None and not written.uses_package:
        raise UsageError(
            f"found --package {package} with the conflict {name}, wanted none; "
            "it depends on no package"
        )
    if seed < 0 or (world is not None and not 0 <= world < MOST_WORLDS):
        found = f"--seed {seed}" if seed < 0 else f"--world {world}"
        wanted = "a whole number from 0" if seed < 0 else f"one from 0 to {MOST_WORLDS - 1:,}"
        raise UsageError(f"found {found}, wanted {wanted}")
    sizes = [
        len(option.levels) if option.levels else 2
        for own in written.parties.values()
        for option in own.values()
    ]
    if math.prod(sizes) > MOST_STATES:
        raise UsageError(
            f"found a conflict {name} of {math.prod(sizes):,} states, "
            f"wanted at most {MOST_STATES:,}; leave out options that no preference mentions"
        )


def _asks_for_game(written: Written) -> bool:
    return any(
        worth.value == "game"
        for preference in written.preferences.values()
        for worth in preference.worth or ()
    )


def _alone(case: Case, drawn: Worlds, at: int) -> Worlds:
    """One world out of several; large conflicts would not fit 256 times over."""
    if drawn.is_central:
        return drawn
    fixed = {number.path: drawn.value(number)[at : at + 1] for number in drawn.inputs()}
    for shock, falls in drawn.shocks().items():
        fixed[case.file.shocks[shock].probability.path] = np.array([float(falls[at])])
    return Worlds(case, drawn.seed, (), drawn.lines, 1, fixed)
