"""What the questions about levers share: the games of a package in the first block of worlds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from accord.criteria.credible import games
from accord.criteria.fighting import guarantor_names
from accord.criteria.pledging import coin
from accord.criteria.setting import Setting
from accord.criteria.temptation import temptation
from accord.theory.deterrence import Equilibrium, solve
from accord.theory.game import Game

__all__ = ["Ground", "ground_of"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Ground:
    """A package's games in one block of worlds.

    Attributes
    ----------
    block : Setting
        The worlds and what they weigh.
    package : str
    names : tuple of str
        Guarantors in the order of the game's.
    true, seen : Game
        By true values, and as the challenger sees it; one object where it sees what there is.
    goes : bool array (W,)
        The world's coin.
    first : float array (W,)
        How strong the first temptation is.
    """

    block: Setting
    package: str
    names: tuple[str, ...]
    true: Game
    seen: Game
    goes: Booleans
    first: Floats

    @cached_property
    def solved(self) -> Equilibrium:
        """Deters by the challenger's beliefs, would be honoured by true values."""
        return solve(self.true, self.seen, self.goes)

    @property
    def worlds(self) -> int:
        """W."""
        return self.goes.size

    def mean(self, values: Floats) -> float:
        """Weighted mean over worlds."""
        return float(np.average(values, weights=self.block.weights))

    def spread(self, values: Floats) -> dict[str, float]:
        """Mean and middle nine tenths of worlds."""
        found = self.block.spread(values)
        return {key: found[key] for key in ("mean", "p05", "p95")}


def ground_of(setting: Setting, package: str) -> Ground:
    """The games of a package as the test of credibility solves them, in the first block."""
    record = setting.case.file.deterrence
    assert record is not None
    # a block of its own is far cheaper to draw and to field than all worlds of a run
    block = setting if len(setting.worlds.blocks) <= 1 else setting.first_block()
    true, seen = games(block, package)
    return Ground(
        block,
        package,
        guarantor_names(record),
        true,
        seen,
        coin(block),
        temptation(block.worlds, record.persistence, 0),
    )
