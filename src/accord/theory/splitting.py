"""The best split of a set of cases in two, by Gini impurity, every split of every input tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError

__all__ = ["Chosen", "Columns", "best_split", "gains", "read_columns"]

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
Order = NDArray[np.int32]
Places = NDArray[np.intp]

SMALLEST_GAIN = 1e-12
"""Of what a node weighs: less is a rounding error."""


@dataclass(frozen=True, eq=False)
class Columns:
    """The cases that weigh something, by input.

    Attributes
    ----------
    names : tuple of str
        All inputs, in their order.
    numbers : mapping of name to ndarray (n,)
        Inputs that are numbers.
    kinds : mapping of name to tuple of str
        The categories of those that are words, sorted.
    codes : mapping of name to ndarray (n,) of int
        The place of each case's category among them.
    order : ndarray (numeric inputs, n)
        Cases sorted by each input.
    weights, hits : ndarray (n,)
        What a case weighs, and what of it is of interest: all or nothing.
    """

    names: tuple[str, ...]
    numbers: Mapping[str, Floats]
    kinds: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Places]
    order: Order
    weights: Floats
    hits: Floats

    @property
    def count(self) -> int:
        """Number of cases, n."""
        return self.weights.size


@dataclass(frozen=True, eq=False)
class Chosen:
    """A split of a set of cases.

    Attributes
    ----------
    name : str
    at : float or frozenset of str
        The lower part is at most this, or one of these words.
    gain : float
        Half of what the impurities of the parts, times their weights, are below that of all.
    lower : ndarray (m,) of bool
        Which cases are in the lower part.
    """

    name: str
    at: float | frozenset[str]
    gain: float
    lower: Booleans


def read_columns(
    inputs: Mapping[str, ArrayLike], outcome: ArrayLike, weights: ArrayLike | None = None
) -> Columns:
    """Inputs as columns, sorted once.

    Raises
    ------
    ModelError
        If lengths differ, a number is not finite, a weight is negative or not finite, or all
        cases that weigh something or none of them are of interest.
    """
    hit = np.asarray(outcome).astype(np.bool_)
    if hit.ndim != 1 or not hit.size:
        raise ModelError(f"found an outcome of shape {hit.shape}, wanted one value a case")
    weight = np.ones(hit.size) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != hit.shape:
        raise ModelError(f"found weights of shape {weight.shape} for {hit.size} cases")
    if not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise ModelError("found a weight that is negative or not finite")
    counted = weight > 0
    hit, weight = hit[counted], weight[counted]
    if hit.all() or not hit.any():
        found = "all" if hit.size and hit.all() else "none"
        raise ModelError(f"the outcome holds in {found} of {hit.size} cases; wanted some")
    numbers: dict[str, Floats] = {}
    kinds: dict[str, tuple[str, ...]] = {}
    codes: dict[str, Places] = {}
    for name, values in inputs.items():
        column = np.asarray(values)
        if column.shape != counted.shape:
            raise ModelError(f"{name}: found shape {column.shape}, wanted {counted.size} values")
        column = column[counted]
        if column.dtype.kind in "biuf":
            numbers[name] = column.astype(np.float64)
            if not np.isfinite(numbers[name]).all():
                raise ModelError(f"{name}: found a number that is not finite")
        else:
            words, place = np.unique(column.astype(np.str_), return_inverse=True)
            kinds[name], codes[name] = tuple(words.tolist()), place.reshape(-1)
    order = np.empty((len(numbers), hit.size), dtype=np.int32)
    for row, values in enumerate(numbers.values()):
        order[row] = np.argsort(values, kind="stable")
    return Columns(tuple(inputs), numbers, kinds, codes, order, weight, np.where(hit, weight, 0.0))


def best_split(columns: Columns, rows: Places, order: Order, least: float) -> Chosen | None:
    """The split that lowers the impurity most, or None where none lowers it.

    Parameters
    ----------
    columns : Columns
    rows : ndarray (m,)
        The cases to split.
    order : ndarray (numeric inputs, m)
        The same cases, sorted by each input.
    least : float
        Smallest weight of a part.
    """
    weight = float(columns.weights[rows].sum())
    found: dict[str, tuple[float, float | frozenset[str]]] = {}
    gain, at = gains(columns, order, least)
    for index, name in enumerate(columns.numbers):
        found[name] = float(gain[index]), float(at[index])
    for name in columns.kinds:
        found[name] = _of_words(columns, name, rows, least)
    best = max(columns.names, key=lambda name: found[name][0], default=None)
    if best is None or not found[best][0] > SMALLEST_GAIN * weight:
        return None
    own, cut = found[best]
    if isinstance(cut, frozenset):
        kinds = columns.kinds[best]
        low = np.array([kind in cut for kind in kinds])[columns.codes[best][rows]]
    else:
        low = columns.numbers[best][rows] <= cut
    return Chosen(best, cut, own, low)


def gains(columns: Columns, order: Order, least: float) -> tuple[Floats, Floats]:
    """The best cut of every numeric input at once.

    Parameters
    ----------
    columns : Columns
    order : ndarray (numeric inputs, m)
        The cases to split, sorted by each input.
    least : float
        Smallest weight of a part.

    Returns
    -------
    gain : ndarray (numeric inputs,)
        As in ``Chosen``; −∞ where an input cannot be cut.
    at : ndarray (numeric inputs,)
        Half-way between two neighbouring values, the lowest of equally good cuts.
    """
    inputs, cases = order.shape
    gain, at = np.full(inputs, -np.inf), np.zeros(inputs)
    if cases < 2 or not inputs:
        return gain, at
    weight = np.cumsum(columns.weights[order], axis=1)
    hits = np.cumsum(columns.hits[order], axis=1)
    merit = _merit(weight, hits, least)
    for row, values in enumerate(columns.numbers.values()):
        ordered = values[order[row]]
        merit[row, ordered[1:] <= ordered[:-1]] = -np.inf
        place = int(merit[row].argmax())
        gain[row] = merit[row, place]
        low, high = ordered[place], ordered[place + 1]
        middle = low + (high - low) / 2
        at[row] = middle if middle < high else low  # neighbours with no number between
    return gain, at


def _of_words(
    columns: Columns, name: str, rows: Places, least: float
) -> tuple[float, frozenset[str]]:
    """The best split of categories: with two classes it cuts them in the order of their density."""
    kinds, codes = columns.kinds[name], columns.codes[name][rows]
    weight = np.bincount(codes, columns.weights[rows], len(kinds))
    hits = np.bincount(codes, columns.hits[rows], len(kinds))
    present = np.flatnonzero(weight)
    if present.size < 2:
        return -np.inf, frozenset()
    order = present[np.argsort(hits[present] / weight[present], kind="stable")]
    sums = np.cumsum([weight[order], hits[order]], axis=1).astype(np.float64)
    merit = _merit(sums[:1], sums[1:], least)[0]
    place = int(merit.argmax())
    return float(merit[place]), frozenset(kinds[code] for code in order[: place + 1].tolist())


def _merit(weight: Floats, hits: Floats, least: float) -> Floats:
    """Gains of cuts after each but the last of cases that are summed up along axis 1."""
    total, interest = weight[:, -1:], hits[:, -1:]
    below, low = weight[:, :-1], hits[:, :-1]
    above, high = total - below, interest - low
    # Σ n·2p(1-p) over the parts is least where Σ h²/n is greatest
    merit = low * low / below + high * high / np.where(above > 0, above, 1.0)
    merit -= interest * interest / total
    merit[(below < least) | (above < least) | (above <= 0)] = -np.inf
    return merit
