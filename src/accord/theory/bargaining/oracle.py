"""Which demands can be met together, asked again and again, with everything found remembered.

Every package found tells all the demands that it meets, so that any subset of those is known to go
together; any superset of a known conflict is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from accord.theory.bargaining.demand import Demand, bitmask, members_of, met
from accord.theory.bargaining.program import Program
from accord.theory.bargaining.space import Bargain

__all__ = ["Oracle"]

Integers = NDArray[np.int64]


class Oracle:
    """Answers about sets of demands, written as bitmasks over ``demands``.

    Parameters
    ----------
    bargain : Bargain
    demands : sequence of Demand
        Any number of them.
    """

    def __init__(self, bargain: Bargain, demands: Sequence[Demand]) -> None:
        self._bargain = bargain
        self.demands = tuple(demands)
        self._packages: dict[int, Integers] = {}
        self._conflicts: list[int] = []
        self._settled = False
        self.learn(np.zeros((1, len(bargain.sizes)), dtype=np.int64))

    @property
    def provisions(self) -> int:
        """Number of provisions, J."""
        return len(self._bargain.sizes)

    @cached_property
    def _program(self) -> Program:
        return Program(self._bargain, self.demands)

    def learn(self, packages: Integers) -> None:
        """Take note of what some packages (P, J) meet."""
        table = met(self._bargain, self.demands, packages)
        for place, column in enumerate(table.T):
            mask = bitmask(np.flatnonzero(column).tolist())
            if not any(mask & ~known == 0 for known in self._packages):
                for known in [known for known in self._packages if known & ~mask == 0]:
                    del self._packages[known]
                self._packages[mask] = packages[place]

    def settle(self, packages: Integers) -> None:
        """Take some packages (P, J) for all there is to know: what none of them meets conflicts."""
        table = met(self._bargain, self.demands, packages)
        masks = (bitmask(np.flatnonzero(column).tolist()) for column in table.T)
        self._packages = dict(zip(masks, packages, strict=True))
        self._settled = True

    def given_up(self, wanted: int, limit: int) -> tuple[int, ...] | None:
        """The smallest of the minimal sets to give up of some demands; None before settling."""
        if not self._settled:
            return None
        found: list[int] = []
        broken = {wanted & ~mask for mask in self._packages}
        for each in sorted(broken, key=lambda mask: (mask.bit_count(), mask)):
            if len(found) < limit and all(other & ~each for other in found):
                found.append(each)
        return tuple(found)

    def known(self, wanted: int) -> Integers | None:
        """A package (J,) already found that meets some demands together."""
        for mask, package in self._packages.items():
            if wanted & ~mask == 0:
                return package
        return None

    def package(self, wanted: int) -> Integers | None:
        """A package (J,) that meets some demands together; None where they conflict."""
        found = self.known(wanted)
        if found is not None or self._settled:
            return found
        if any(conflict & ~wanted == 0 for conflict in self._conflicts):
            return None
        members = members_of(wanted)
        near = self._program.nearly(members)
        if near is not None:
            self.learn(near[None])
            near = self.known(wanted)
            if near is not None:
                return near
            found = self._program.feasible(members)
        if found is None:
            self._conflicts = [c for c in self._conflicts if wanted & ~c] + [wanted]
        else:
            self.learn(found[None])
        return found

    def conflict(self, wanted: int) -> bool:
        """Whether no package meets some demands together."""
        return self.package(wanted) is None
