"""What parties of a conflict can reach: sweeps over the tensor of options, without N x N matrices.

A state of a conflict gives a value to every option. A party moves by any joint change of its own
options that ends in a possible state and respects one-way options; such moves are transitive, and
so are the improvements among them. For one party the states fall into *fibres*, that differ in its
own options only. Inside a fibre

* the best or the worst that moves reach is a maximum or minimum over the fibre, cut along the
  one-way options;
* the worst that improvements reach is a suffix minimum over the fibre sorted by the party's ranks;

and what a group reaches by legal sequences is plain reachability, the fixed point of its members'
sweeps. Impossible states hold the neutral value: sweeps pass through them and never stop there.
MODELS, section 4a; Fang, Hipel and Kilgour (1993); Xu, Hipel, Kilgour and Fang (2018) give the
matrix form that this replaces.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from accord._errors import ModelError

__all__ = [
    "Conflict",
    "Direction",
    "Fibres",
    "Improvements",
    "improvements_reach",
    "moves_reach",
    "worst_within",
]

Direction = Literal["both", "up", "down"]
"""Whether an option may move either way, or to higher levels only, or to lower levels only."""

Mask = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

_MOST_STATES = 1 << 26


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """A conflict in option form.

    States are numbered by their options as digits, the first option being the least significant.

    Attributes
    ----------
    parties : int
        Number of parties n.
    sizes : tuple of int
        Levels of each option, 2 for one that is on or off.
    owners : tuple of int
        Party that controls each option, -1 where nobody moves it.
    directions : tuple of {"both", "up", "down"}
        One-way options are "up" (off to on only) or "down".
    feasible : ndarray of bool, shape (N,)
        Possible states.
    perceived : ndarray of bool, shape (n, N), or None
        States that each party sees; it does not move from or to others. None: all see all.

    Raises
    ------
    ModelError
        If the parts do not fit together or no state is possible.
    """

    parties: int
    sizes: tuple[int, ...]
    owners: tuple[int, ...]
    directions: tuple[Direction, ...]
    feasible: Mask
    perceived: Mask | None = None

    def __post_init__(self) -> None:
        if not len(self.sizes) == len(self.owners) == len(self.directions):
            raise ModelError(
                f"found {len(self.sizes)} sizes, {len(self.owners)} owners and "
                f"{len(self.directions)} directions, wanted one of each for every option"
            )
        if self.parties < 1 or not all(-1 <= owner < self.parties for owner in self.owners):
            raise ModelError(f"an option's owner is a party from 0 to {self.parties - 1}, or -1")
        if not all(size >= 1 for size in self.sizes) or self.states > _MOST_STATES:
            raise ModelError(
                f"found options that make {self.states:,} states, wanted 1 to {_MOST_STATES:,}"
            )
        if not set(self.directions) <= {"both", "up", "down"}:
            raise ModelError(f"found directions {sorted(set(self.directions))}")
        self._freeze("feasible", (self.states,))
        if self.perceived is not None:
            self._freeze("perceived", (self.parties, self.states))
        if not self.feasible.any():
            raise ModelError("no state of the conflict is possible")

    def _freeze(self, name: str, shape: tuple[int, ...]) -> None:
        """Hold a copy that nobody can write to."""
        mask = np.array(getattr(self, name), dtype=np.bool_)
        if mask.shape != shape:
            raise ModelError(f"{name}: found shape {mask.shape}, wanted {shape}")
        mask.flags.writeable = False
        object.__setattr__(self, name, mask)

    @property
    def states(self) -> int:
        """Number of states N, impossible ones included."""
        return int(np.prod(self.sizes, dtype=object)) if self.sizes else 1

    def visible(self, party: int) -> Mask:
        """States from and to which a party can move, shape (N,)."""
        return self.feasible if self.perceived is None else self.feasible & self.perceived[party]

    def levels(self, option: int) -> npt.NDArray[np.int64]:
        """Level of an option in every state, shape (N,)."""
        below = int(np.prod(self.sizes[:option], dtype=np.int64))
        return np.arange(self.states, dtype=np.int64) // below % self.sizes[option]

    def fibres(self, party: int) -> Fibres:
        """The states arranged by what a party can change."""
        options = range(len(self.sizes))
        own = [option for option in options if self.owners[option] == party]
        one_way = [option for option in own if self.directions[option] != "both"]
        free = [option for option in own if self.directions[option] == "both"]
        rest = [option for option in options if option not in own]
        # The tensor's axes run from the last option to the first, as in C order.
        axes = [len(self.sizes) - 1 - option for option in one_way + free + rest]
        tensor = np.arange(self.states, dtype=np.intp).reshape(self.sizes[::-1])
        cuts, width = (
            int(np.prod([self.sizes[option] for option in some], dtype=np.int64))
            for some in (one_way, free)
        )
        places = tensor.transpose(axes).reshape(cuts, width, -1)
        steps = list(itertools.product(*(range(self.sizes[option]) for option in one_way)))
        ways = [self.directions[option] for option in one_way]
        passages = [
            (here, there)
            for here, start in enumerate(steps)
            for there, end in enumerate(steps)
            if here != there and _may_pass(start, end, ways)
        ]
        return Fibres(np.ascontiguousarray(places), tuple(passages), self.visible(party))


@dataclass(frozen=True, slots=True, eq=False)
class Fibres:
    """The states arranged for one party's moves.

    Attributes
    ----------
    places : ndarray of int, shape (D, F, G)
        State numbers: D joint levels of the party's one-way options, F of its other options, G of
        everything it does not control. A fibre is a column of all D x F.
    passages : tuple of (int, int)
        Pairs of different one-way levels (from, to) that the party may pass.
    visible : ndarray of bool, shape (N,)
        States from and to which it moves.
    """

    places: Places
    passages: tuple[tuple[int, int], ...]
    visible: Mask

    @property
    def idle(self) -> bool:
        """Whether the party has nothing to change."""
        return bool(self.places.shape[0] * self.places.shape[1] == 1)


@dataclass(frozen=True, slots=True, eq=False)
class Improvements:
    """A party's fibres sorted by its ranks, for many sweeps over improvements.

    Attributes
    ----------
    fibres : Fibres
    order : tuple of ndarray
        For each of the D cuts the flat places (F, G, W) of its states in rising order of rank.
    above : dict
        For each passage, staying included, how many states of the target cut are not better than
        each state of the source cut, as flat places into suffixes of F + 1 rows.
    """

    fibres: Fibres
    order: tuple[Places, ...]
    above: dict[tuple[int, int], Places]

    @classmethod
    def of(cls, fibres: Fibres, ranks: Ranks) -> Improvements:
        """Sort a party's fibres by its ranks, shape (N, W), higher is better."""
        cuts, width, _ = fibres.places.shape
        laid_out = ranks[fibres.places]
        columns = np.arange(laid_out[0, 0].size, dtype=np.intp).reshape(laid_out.shape[2:])
        order = tuple(
            np.argsort(laid_out[cut], axis=0, kind="stable") * columns.size + columns
            for cut in range(cuts)
        )
        stays = [(cut, cut) for cut in range(cuts)]
        above = {}
        for here, there in [*stays, *fibres.passages]:
            # Sorted together, states of the target before those of the source on ties.
            both = np.concatenate([laid_out[there], laid_out[here]])
            joint = np.argsort(both, axis=0, kind="stable")
            not_better = np.cumsum(joint < width, axis=0)
            counts = np.empty_like(joint)
            np.put_along_axis(counts, joint, not_better, axis=0)
            above[here, there] = counts[width:] * columns.size + columns
        return cls(fibres, order, above)


def moves_reach(fibres: Fibres, values: Ranks, extreme: np.ufunc) -> Ranks:
    """Least or greatest value over {s} ∪ R_n(s), for every state s.

    Parameters
    ----------
    fibres : Fibres
        Of the party that moves.
    values : ndarray of int32, shape (N, W)
        A number for every state in every world.
    extreme : ufunc
        ``numpy.minimum`` or ``numpy.maximum``.

    Returns
    -------
    ndarray of int32, shape (N, W)
    """
    if fibres.idle:
        return values.copy()
    laid_out = _masked(fibres, values, extreme)[fibres.places]
    within = extreme.reduce(laid_out, axis=1)
    reached = within.copy()
    for here, there in fibres.passages:
        extreme(reached[here], within[there], out=reached[here])
    found = np.empty_like(values)
    found[fibres.places] = extreme(laid_out, reached[:, None])
    return np.where(fibres.visible[:, None], found, values)


def improvements_reach(improvements: Improvements, values: Ranks) -> Ranks:
    """Least value over {s} ∪ R_n⁺(s), for every state s.

    Parameters
    ----------
    improvements : Improvements
        Of the party that moves, for the same worlds.
    values : ndarray of int32, shape (N, W)

    Returns
    -------
    ndarray of int32, shape (N, W)
    """
    fibres = improvements.fibres
    if fibres.idle:
        return values.copy()
    laid_out = _masked(fibres, values, np.minimum)[fibres.places]
    reached = laid_out.copy()
    nothing = np.full((1, *laid_out.shape[2:]), _neutral(np.minimum), dtype=values.dtype)
    suffixes = []
    for cut, order in enumerate(improvements.order):
        rising = laid_out[cut].reshape(-1).take(order)
        falling = np.minimum.accumulate(rising[::-1], axis=0)
        suffixes.append(np.concatenate([falling[::-1], nothing]).reshape(-1))
    for (here, there), above in improvements.above.items():
        np.minimum(reached[here], suffixes[there].take(above), out=reached[here])
    found = np.empty_like(values)
    found[fibres.places] = reached
    return np.where(fibres.visible[:, None], found, values)


def worst_within(sweepers: Sequence[Fibres | Improvements], values: Ranks) -> Ranks:
    """Least value over {q} ∪ R_H(q), or R_H⁺(q), for every state q: a fixed point of sweeps.

    Parameters
    ----------
    sweepers : sequence
        One for each member of the group H: its fibres for moves, its improvements for
        improvements.
    values : ndarray of int32, shape (N, W)

    Returns
    -------
    ndarray of int32, shape (N, W)
    """
    current = values
    # A sweep is idempotent: after the last change only the other members have to be asked.
    unchanged = -1
    for sweeper in itertools.cycle(sweepers):
        if isinstance(sweeper, Improvements):
            swept = improvements_reach(sweeper, current)
        else:
            swept = moves_reach(sweeper, current, np.minimum)
        unchanged = unchanged + 1 if np.array_equal(swept, current) else 0
        current = swept
        if unchanged >= len(sweepers) - 1:
            break
    return current


def _may_pass(start: Sequence[int], end: Sequence[int], ways: Sequence[Direction]) -> bool:
    steps = zip(start, end, ways, strict=True)
    return all(
        bool(after >= before if way == "up" else after <= before) for before, after, way in steps
    )


def _neutral(extreme: np.ufunc) -> int:
    limits = np.iinfo(np.int32)
    return int(limits.max if extreme is np.minimum else limits.min)


def _masked(fibres: Fibres, values: Ranks, extreme: np.ufunc) -> Ranks:
    neutral = np.int32(_neutral(extreme))
    return np.where(fibres.visible[:, None], values, neutral).astype(np.int32, copy=False)
