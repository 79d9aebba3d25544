"""What one party of a conflict can reach on its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError
from accord.theory.reachability import Conflict

__all__ = ["PartyMoves"]

Mask = npt.NDArray[np.bool_]
States = npt.NDArray[np.int64]

_MOST_PAIRS = 1 << 24  # states times joint levels of one party


@dataclass(frozen=True, slots=True, eq=False)
class PartyMoves:
    """What one party can reach on its own, R_i(s), state by state or all at once.

    Attributes
    ----------
    strides, sizes : tuple of int
        Of the party's own options, as digits of a state's number.
    ways : tuple of {"both", "up", "down"}
        Directions of these options.
    joint : ndarray of int, shape (F, K)
        All joint levels of its K options.
    visible : ndarray of bool, shape (N,)
        States from and to which it moves.
    """

    strides: tuple[int, ...]
    sizes: tuple[int, ...]
    ways: tuple[str, ...]
    joint: States
    visible: Mask

    @classmethod
    def of(cls, conflict: Conflict, party: int) -> PartyMoves:
        """Lay out the options of a party."""
        own = [option for option, owner in enumerate(conflict.owners) if owner == party]
        sizes = tuple(conflict.sizes[option] for option in own)
        strides = tuple(int(np.prod(conflict.sizes[:option], dtype=np.int64)) for option in own)
        ways = tuple(conflict.directions[option] for option in own)
        every = list(itertools.product(*map(range, sizes)))
        joint = np.array(every, dtype=np.int64).reshape(len(every), len(own))
        return cls(strides, sizes, ways, joint, conflict.visible(party))

    def ends(self, state: int) -> States:
        """R_i(s) in rising order."""
        return self._arcs(np.array([state], dtype=np.int64))[1]

    def arcs(self) -> tuple[States, States]:
        """Every move, as starts and ends, in rising order of the starts and then of the ends.

        Raises
        ------
        ModelError
            If the states times the party's joint levels are too many to be listed.
        """
        pairs = self.visible.size * self.joint.shape[0]
        if pairs > _MOST_PAIRS:
            raise ModelError(
                f"found {pairs:,} pairs of states within one party's reach, at most "
                f"{_MOST_PAIRS:,} are listed"
            )
        return self._arcs(np.flatnonzero(self.visible))

    def _arcs(self, states: States) -> tuple[States, States]:
        base, open_ = states.copy(), np.ones((states.size, self.joint.shape[0]), dtype=np.bool_)
        for place, (stride, size, way) in enumerate(
            zip(self.strides, self.sizes, self.ways, strict=True)
        ):
            level = states // stride % size
            base -= level * stride
            step = self.joint[None, :, place] - level[:, None]
            if way != "both":
                open_ &= step >= 0 if way == "up" else step <= 0
        ends = base[:, None] + self.joint @ np.array(self.strides, dtype=np.int64)
        open_ &= self.visible[ends] & self.visible[states, None] & (ends != states[:, None])
        rows, columns = np.nonzero(open_)
        starts, reached = states[rows], ends[rows, columns]
        order = np.lexsort((reached, starts))
        return starts[order], reached[order]
