"""The states of a ``.gmcr`` conflict: their numbers, which are possible, who prefers what.

Options are put in order by owner: those of the first party in its own order, then those of the
second, and so on; options that nobody owns come last and never move. Option k of this order is
worth 2^k, which is how :class:`accord.theory.conflict.Conflict` counts too, and the possible states
are numbered from 1 by their value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from accord.formats.gmcr_record import Condition, DecisionMaker, Gmcr
from accord.theory.conflict import Conflict
from accord.theory.preference import ranks_from_ranking, ranks_from_statements
from accord.theory.reachability import Direction

__all__ = ["gmcr_conflict", "gmcr_order", "gmcr_ranks", "matching"]

_DIRECTIONS: dict[str, Direction] = {"both": "both", "fwd": "up", "back": "down"}


def gmcr_order(options: int, owned: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Positions of the options in the order of the digits, the least significant first.

    Parameters
    ----------
    options : int
        How many there are.
    owned : iterable of sequence of int
        The options of each party.
    """
    known = [option for own in owned for option in own]
    return (*known, *sorted(set(range(options)) - set(known)))


def matching(conditions: Iterable[Condition], order: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Where any of some conditions holds, shape (2^m,) for m options in their order."""
    count = len(order)
    # axes run from the last option to the first, as in C order
    axis = {option: count - 1 - place for place, option in enumerate(order)}
    found = np.zeros((2,) * count, dtype=np.bool_)
    for condition in conditions:
        for conjunction in condition:
            wanted = dict(conjunction)
            if any(wanted[option] != on for option, on in conjunction):
                continue  # on and off at once
            index: list[int | slice] = [slice(None)] * count
            for option, on in wanted.items():
                index[axis[option]] = int(on)
            found[tuple(index)] = True
    return found.reshape(-1)


def gmcr_conflict(record: Gmcr) -> Conflict:
    """The option form of a conflict; its options stand in the order of :func:`gmcr_order`.

    Raises
    ------
    ModelError
        If no state is possible.
    """
    makers = record.makers
    order = _order(record)
    owner = {option: party for party, maker in enumerate(makers) for option in maker.options}
    perceived = None
    if any(maker.misperceptions for maker in makers):
        perceived = np.stack([~matching(maker.misperceptions, order) for maker in makers])
    return Conflict(
        len(makers),
        (2,) * len(order),
        tuple(owner.get(option, -1) for option in order),
        tuple(_DIRECTIONS[record.options[option].direction] for option in order),
        ~matching(record.infeasibles, order),
        perceived,
    )


def gmcr_ranks(record: Gmcr, feasible: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Ranks of every party, higher is better, shape (n, N); 0 at impossible states.

    Raises
    ------
    ModelError
        If the rankings count and one of them does not name every possible state once.
    """
    ranks = np.zeros((len(record.makers), feasible.size), dtype=np.int32)
    places = np.flatnonzero(feasible)
    order = _order(record)
    for party, maker in enumerate(record.makers):
        if record.by_ranking:
            groups = [[_place(places, number) for number in group] for group in maker.ranking or ()]
            ranks[party] = ranks_from_ranking(groups, feasible)
        elif maker.preferences:
            ranks[party, places] = _by_statements(maker, order, places)
    return ranks


def _by_statements(
    maker: DecisionMaker, order: Sequence[int], places: npt.NDArray[np.intp]
) -> npt.NDArray[np.int32]:
    return ranks_from_statements(
        np.stack([matching([statement], order)[places] for statement in maker.preferences])
    )


def _place(places: npt.NDArray[np.intp], number: int) -> int:
    return int(places[number - 1]) if 0 < number <= places.size else -1


def _order(record: Gmcr) -> tuple[int, ...]:
    return gmcr_order(len(record.options), (maker.options for maker in record.makers))
