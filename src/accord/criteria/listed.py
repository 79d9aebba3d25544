"""Whole lists of packages by the levels that they choose."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from accord.criteria.setting import Setting
from accord.theory.delivery.classes import classes_of

__all__ = ["Listed"]

Integers = NDArray[np.int64]


class Listed:
    """Packages of a case, asked about in the worlds of a setting.

    Parameters
    ----------
    setting : Setting
        Its own packages play no part.
    levels : int array (P, provisions)
        The level of each provision, in the order of the case.
    """

    def __init__(self, setting: Setting, levels: Integers) -> None:
        self.setting = setting
        self.levels = np.asarray(levels, dtype=np.int64)
        self._provisions = tuple(setting.case.file.provisions)

    def __len__(self) -> int:
        """P."""
        return len(self.levels)

    def chosen(self, row: int) -> dict[str, str]:
        """A package as the case writes it."""
        file = self.setting.case.file
        return {
            name: tuple(file.provisions[name].levels)[level]
            for name, level in zip(self._provisions, self.levels[row].tolist(), strict=True)
        }

    def columns(self, provisions: Iterable[str]) -> list[Integers]:
        """The levels of some provisions, one array (P,) each."""
        return [self.levels[:, self._provisions.index(name)] for name in provisions]

    def classes(self, provisions: Iterable[str]) -> tuple[Integers, Integers]:
        """Packages that are alike in some provisions: the first of each kind, and all kinds."""
        return classes_of(self.columns(provisions), len(self))
