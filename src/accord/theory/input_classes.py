"""One input cut into classes of its values, for estimates from worlds that are drawn already.

Inputs with ten values or fewer, shocks among them, have a class for every value; others ten
classes of about equally many worlds, equal values always together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["CLASSES", "Classes", "classes_of"]

CLASSES = 10
"""Classes of an input that has more values than that."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_UNEVEN = 0.1


@dataclass(frozen=True)
class Classes:
    """Worlds by the classes of one input.

    Attributes
    ----------
    order : ndarray (n,)
        Worlds by the value of the input, ascending.
    starts : ndarray (M,)
        Where in this order each class begins.
    ranks : ndarray (n,)
        Mean rank of the worlds, in this order, less the middle of their class, in units of n;
        0 throughout where every value is a class.
    graded : bool
        Whether a class holds several values, so that the outcome may rise or fall within it.
    """

    order: Places
    starts: Places
    ranks: Floats
    graded: bool

    @property
    def sizes(self) -> Places:
        """Worlds in each class, shape (M,)."""
        return np.diff(self.starts, append=self.order.size)

    @property
    def labels(self) -> Places:
        """Class of each world, in this order, shape (n,)."""
        return np.repeat(np.arange(self.starts.size), self.sizes)

    def alike(self) -> Classes:
        """The classes whose permuted indices stand for those of this input as well.

        Permuted indices hang on the sizes of the classes alone; of classes as good as even ones
        those that are even.
        """
        count, sizes = self.order.size, self.sizes
        even = np.abs(sizes - count / CLASSES).max() <= _UNEVEN * count / CLASSES
        if self.graded and sizes.size == CLASSES and even:
            return classes_of(np.arange(count, dtype=np.float64))
        order = np.argsort(sizes, kind="stable") if not self.graded else np.arange(sizes.size)
        return Classes(
            np.arange(count), np.concatenate([[0], np.cumsum(sizes[order])[:-1]]),
            self.ranks, self.graded,
        )  # fmt: skip


def classes_of(values: Floats) -> Classes:
    """Cut the values of one input, shape (n,), into classes."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    firsts = np.flatnonzero(np.concatenate([[True], ordered[1:] > ordered[:-1]]))
    if firsts.size <= CLASSES:
        return Classes(order, firsts, np.zeros(values.size), graded=False)
    wanted = np.arange(CLASSES) * values.size / CLASSES
    after = np.minimum(np.searchsorted(firsts, wanted), firsts.size - 1)
    before = np.maximum(after - 1, 0)
    nearer = wanted - firsts[before] < firsts[after] - wanted
    starts = np.unique(firsts[np.where(nearer, before, after)])
    sizes = np.diff(firsts, append=values.size)
    middles = np.repeat(firsts + (sizes - 1) / 2, sizes)
    lengths = np.diff(starts, append=values.size)
    centres = np.repeat(starts + (lengths - 1) / 2, lengths)
    return Classes(order, starts, (middles - centres) / values.size, graded=True)
