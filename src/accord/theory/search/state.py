"""Where a search stands, as a record that can be written down and gone on from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError
from accord.theory.search.space import Space

__all__ = ["State", "checked", "digest"]


class State(TypedDict):
    """Where a search stands: numbers, strings and lists of them.

    Attributes
    ----------
    space : str
        Digest of the space.
    order : list of int
        Provisions in the order in which they are chosen.
    cut : bool
        Whether time ended the climb from which the order comes.
    target : int
        By which no package is being shown to exceed the best; −1 once packages are looked for
        that are as good as the best.
    levels : list of int
        Best package.
    value, bound : int
        What it reaches, and what no package exceeds.
    open : list of list of int
        Half-made packages still to be gone through: a bound, then levels in the order.
    nodes : int
        Half-made packages that were bounded.
    seconds : float
    complete : bool
    """

    space: str
    order: list[int]
    cut: bool
    target: int
    levels: list[int]
    value: int
    bound: int
    open: list[list[int]]
    nodes: int
    seconds: float
    complete: bool


def digest(space: Space) -> str:
    """A digest of all that a space says, except for what confirms."""
    found = hashlib.blake2b(digest_size=16)
    found.update(repr((space.sizes, space.formula)).encode())
    for part in _arrays(space):
        array = np.ascontiguousarray(part)
        found.update(repr((array.shape, array.dtype.str)).encode())
        found.update(array.reshape(-1).view(np.uint8).data)
    return found.hexdigest()


def _arrays(space: Space) -> Iterator[NDArray[Any]]:
    yield space.asked
    yield from space.points
    for joint in space.joints:
        yield np.array(joint.provisions, dtype=np.int64)
        yield joint.points
    if space.weights is not None:
        yield space.weights
    leaves = space.leaves
    yield leaves.rows
    yield leaves.grades
    yield leaves.contests
    for provisions, which in zip(leaves.provisions, leaves.which, strict=True):
        yield np.array(provisions, dtype=np.int64)
        yield which


def checked(state: State, space: Space) -> State:
    """The state of a search of this very space.

    Raises
    ------
    ModelError
        If it is of another space, or no state of a search.
    """
    try:
        fits = state["space"] == digest(space)
        sound = fits and _sound(state, space)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"no state of a search: {error}") from error
    if not fits:
        raise ModelError("the state is of a search of another space")
    if not sound:
        raise ModelError("the state of the search contradicts itself")
    return state


def _sound(state: State, space: Space) -> bool:
    """Whether orders, levels and bounds can be those of a search of the space."""
    order, sizes = state["order"], space.sizes
    if sorted(order) != list(range(len(sizes))) or len(state["levels"]) != len(sizes):
        return False
    prefixes = [entry[1:] for entry in state["open"]]
    return (
        all(0 <= level < size for level, size in zip(state["levels"], sizes, strict=True))
        and all(len(prefix) <= len(order) for prefix in prefixes)
        and all(0 <= level < sizes[j] for p in prefixes for level, j in zip(p, order, strict=False))
        and 0 <= state["value"] <= state["bound"] <= space.total
        and state["nodes"] >= 0
        and state["target"] >= -1
        and isinstance(state["cut"], bool)
    )
