"""A package that keeps all constraints of a case, or the certainty that there is none.

Constraints hang on provisions alone, so no world is asked. Levels that no combination left of some
constraint supports are struck out until nothing changes (arc consistency, Mackworth 1977; over
tables, Mohr and Masini 1988); then the levels of one provision are tried one after another.
Constraints that share no provision, directly or through others, are gone through apart. No clock is
read, so the answer is the same at any time and on any machine.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import UsageError
from accord.criteria.bargains import space_of
from accord.criteria.setting import Setting
from accord.theory.bargaining.space import CONSTRAINT, tied

__all__ = ["NO_PACKAGE", "Allowance", "allowed_one", "satisfied", "satisfying"]

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]

NO_PACKAGE = "no package with these levels keeps all constraints of the case"
"""How it is refused where there is none."""

UNDISTURBED = 2_000
"""Half-made packages that are looked at before it can be ended: what is ended tells a package too,
wherever one is found as soon."""


@dataclass(frozen=True, eq=False)
class Allowance:
    """Combinations of levels of a few provisions that a constraint allows.

    Attributes
    ----------
    provisions : tuple of int
    holds : bool array (L, …)
    """

    provisions: tuple[int, ...]
    holds: Booleans


def satisfying(
    setting: Setting, allowed: Sequence[Sequence[int]], stop: threading.Event | None = None
) -> tuple[int, ...] | None:
    """A package that no constraint of a case rules out; None where there is none.

    Parameters
    ----------
    allowed : sequence (J,) of sequence of int
        Levels that packages may have, by provision.
    stop : Event, optional
        Ends it.

    Returns
    -------
    tuple of int (J,)
        Places of its levels among those that are allowed.

    Raises
    ------
    UsageError
        If it is ended before either is known.
    """
    constraints = []
    for _, party, table, _ in space_of(setting).parts[3]:
        if party == CONSTRAINT:
            # the last axis is of worlds, in which nothing differs
            holds = np.asarray(table.values, dtype=np.bool_)[..., 0]
            for axis, j in enumerate(table.provisions):
                holds = holds.take(list(allowed[j]), axis=axis)
            constraints.append(Allowance(table.provisions, holds))
    return satisfied([len(levels) for levels in allowed], constraints, stop)


def allowed_one(
    setting: Setting, allowed: Sequence[Sequence[int]], stop: threading.Event | None = None
) -> tuple[int, ...]:
    """The package that :func:`satisfying` finds.

    Raises
    ------
    UsageError
        If there is none, or it is ended before either is known.
    """
    found = satisfying(setting, allowed, stop)
    if found is None:
        raise UsageError(NO_PACKAGE)
    return found


def satisfied(
    sizes: Sequence[int], constraints: Sequence[Allowance], stop: threading.Event | None = None
) -> tuple[int, ...] | None:
    """Levels that keep constraints; of provisions that no constraint names the first.

    Parameters
    ----------
    sizes : sequence (J,) of int
        Levels of each provision.
    stop : Event, optional
        Ends it.

    Raises
    ------
    UsageError
        If it is ended before either is known.
    """
    if not all(each.holds.all() for each in constraints if not each.provisions):
        return None
    found = [0] * len(sizes)
    trying = _Trying(stop)
    for group in tied(len(sizes), [each.provisions for each in constraints]):
        own = [each for each in constraints if each.provisions and each.provisions[0] in group]
        levels = trying.completed({j: np.arange(sizes[j]) for j in group} if own else {}, own)
        if levels is None:
            return None
        for j, level in levels.items():
            found[j] = level
    return tuple(found)


@dataclass
class _Trying:
    """Levels tried one after another, and how many half-made packages were looked at."""

    stop: threading.Event | None
    steps: int = 0

    def completed(
        self, left: Mapping[int, Integers], constraints: Sequence[Allowance]
    ) -> dict[int, int] | None:
        """One of the levels left of each provision, such that all constraints hold."""
        self._go_on()
        supported = _supported(left, constraints)
        if supported is None:
            return None
        undecided = [j for j, levels in supported.items() if len(levels) > 1]
        if not undecided:
            return {j: int(levels[0]) for j, levels in supported.items()}
        fewest = min(undecided, key=lambda j: (len(supported[j]), j))
        for level in supported[fewest]:
            found = self.completed({**supported, fewest: np.array([level])}, constraints)
            if found is not None:
                return found
        return None

    def _go_on(self) -> None:
        self.steps += 1
        if self.steps > UNDISTURBED and self.stop is not None and self.stop.is_set():
            raise UsageError(
                "the search was ended before a package was found that keeps all constraints of the "
                "case; a longer one, or other pins, may find one"
            )


def _supported(
    left: Mapping[int, Integers], constraints: Sequence[Allowance]
) -> dict[int, Integers] | None:
    """Levels for which every constraint has a combination of levels left; None where none has."""
    result, changed = dict(left), True
    while changed:
        changed = False
        for each in constraints:
            holds = each.holds[np.ix_(*(result[j] for j in each.provisions))]
            if not holds.any():
                return None
            for axis, j in enumerate(each.provisions):
                others = tuple(other for other in range(holds.ndim) if other != axis)
                kept = holds.any(axis=others)
                if not kept.all():
                    result[j], changed = result[j][kept], True
    return result
