"""Some worlds of a draw, each as often as it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from accord.case.numbers import Number
from accord.worlds.worlds import Worlds

__all__ = ["GatheredWorlds", "gathered"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class GatheredWorlds(Worlds):
    """Worlds taken from others, repeats allowed, so that a year of one is a world of its own.

    Attributes
    ----------
    source : Worlds
        From which columns and values come.
    at : int array (K,)
        Which worlds of the source.
    """

    source: Worlds
    at: NDArray[np.intp] = field(repr=False)

    @property
    def count(self) -> int:
        """K."""
        return int(self.at.size)

    def value(self, number: Number) -> Floats:
        """The values of one input, shape (K,), in its unit."""
        if number.distribution.is_point or self.is_central:
            return self.source.value(number)[self.at]
        if number.path not in self._values:
            self._values[number.path] = self.source.value(number)[self.at]
        return self._values[number.path]

    def _drawn(self, name: str) -> dict[str, Floats]:
        return {name: self.source.uniform(name)[self.at]}


def gathered(worlds: Worlds, at: NDArray[np.intp]) -> GatheredWorlds:
    """Worlds at an array of their numbers, shape (K,); a number may stand there several times."""
    return GatheredWorlds(
        worlds.case, worlds.seed, worlds.blocks, worlds.lines, worlds.copies, worlds.fixed,
        source=worlds, at=at,
    )  # fmt: skip
