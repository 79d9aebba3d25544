"""One labelled object: rows (test, rule) × packages × worlds, with margin and reason.

MODELS, section 5. A margin of nought or more passes. Tests pass side by side; ``joint`` is over
the tests that were assessed. Reductions are pure: each returns a new record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord._errors import ModelError
from accord.theory.estimates import Estimate, mean, share

__all__ = ["Row", "Verdict", "signed32"]

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the verdict: a test, and the consent rule where the test has one a rule."""

    test: str
    rule: str | None = None


def signed32(exact: ArrayLike) -> NDArray[np.float32]:
    """float32 with the sign of the exact value: what is negative stays negative."""
    values = np.asarray(exact, dtype=np.float64)
    rounded = values.astype(np.float32)
    tiny = np.float32(np.finfo(np.float32).smallest_subnormal)
    return np.where(
        (values < 0) & (rounded >= 0), -tiny, np.abs(rounded) * np.where(values < 0, -1, 1)
    ).astype(np.float32)


@dataclass(frozen=True)
class Verdict:
    """Results of all tests.

    Attributes
    ----------
    tests : tuple of str
        Every test of the table, in its order.
    not_assessed : mapping of test to str
        Why a test has no rows.
    rules : tuple of str
        Consent rules, in the order of the case.
    rows : tuple of Row
    packages : tuple of str
    margins : ndarray (rows, P, W) of float32
        Not negative passes; the sign is that of the exact value.
    reasons : ndarray (rows, P, W) of int16
        Index into ``names``, −1 for none.
    names : tuple of str
        What reasons name, such as ``actor:RUS`` or ``line:RUS.no-troops``.
    weights : ndarray (W,) of int64
        What each world weighs; 1 everywhere where nothing was learned.
    """

    tests: tuple[str, ...]
    not_assessed: Mapping[str, str]
    rules: tuple[str, ...]
    rows: tuple[Row, ...]
    packages: tuple[str, ...]
    margins: NDArray[np.float32]
    reasons: NDArray[np.int16]
    names: tuple[str, ...]
    weights: NDArray[np.int64]
    _index: dict[Row, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        shape = (len(self.rows), len(self.packages), len(self.weights))
        if self.margins.shape != shape or self.reasons.shape != shape:
            raise ModelError(f"a verdict of shape {self.margins.shape}, wanted {shape}")
        self._index.update({row: i for i, row in enumerate(self.rows)})

    @property
    def assessed(self) -> tuple[str, ...]:
        """The tests that were assessed, in table order."""
        return tuple(test for test in self.tests if test not in self.not_assessed)

    @property
    def joint_label(self) -> str:
        """What the joint result covers, such as ``3 of 4``."""
        return f"{len(self.assessed)} of {len(self.tests)}"

    def row(self, test: str, rule: str) -> int:
        """Index of the row that answers for a test under a rule."""
        for key in (Row(test, rule), Row(test, None)):
            if key in self._index:
                return self._index[key]
        raise ModelError(f"no row for the test {test!r} under the rule {rule!r}")

    def package(self, name: str) -> int:
        """Index of a package."""
        try:
            return self.packages.index(name)
        except ValueError:
            raise ModelError(f"no package {name!r}; there are {', '.join(self.packages)}") from None

    def margin(self, test: str, rule: str, package: str) -> NDArray[np.float32]:
        """Margins of one package, shape (W,)."""
        found: NDArray[np.float32] = self.margins[self.row(test, rule), self.package(package)]
        return found

    def stressed(self, test: str, rule: str, package: str) -> int:
        """Index of a package's stressed world: the one at the 20th percentile of its margin.

        Of equal margins the first drawn comes first; worlds that weigh nothing do not count
        (MODELS, section 0).
        """
        margins = self.margin(test, rule, package)
        order = np.argsort(margins, kind="stable")
        reached = np.cumsum(self.weights[order])
        return int(order[np.searchsorted(reached, 0.2 * reached[-1])])

    def passes(self, test: str, rule: str, package: str) -> Booleans:
        """Where a package passes a test, shape (W,)."""
        return np.asarray(self.margin(test, rule, package) >= 0)

    def joint(self, rule: str, package: str) -> Booleans:
        """Where a package passes every assessed test, shape (W,)."""
        result = np.ones(len(self.weights), dtype=np.bool_)
        for test in self.assessed:
            result &= self.passes(test, rule, package)
        return result

    def share(self, test: str, rule: str, package: str) -> Estimate:
        """Share of worlds in which a package passes one test, or ``joint``."""
        where = self.joint(rule, package) if test == "joint" else self.passes(test, rule, package)
        return self.estimate(where)

    def estimate(self, where: ArrayLike) -> Estimate:
        """Weighted share of worlds in which something holds, with its error."""
        values = np.asarray(where, dtype=np.float64)
        return share(values, self._shares_or_none())

    def mean(self, values: ArrayLike) -> Estimate:
        """Weighted mean over worlds, with its error."""
        return mean(np.asarray(values, dtype=np.float64), self._shares_or_none())

    def _shares_or_none(self) -> NDArray[np.int64] | None:
        return None if (self.weights == self.weights[0]).all() else self.weights

    def first_failure(self, rule: str, package: str) -> dict[str, Floats]:
        """For each assessed test, where it is the first to fail in table order, shape (W,)."""
        alive = np.ones(len(self.weights), dtype=np.bool_)
        result: dict[str, Floats] = {}
        for test in self.assessed:
            passed = self.passes(test, rule, package)
            result[test] = (alive & ~passed).astype(np.float64)
            alive &= passed
        return result

    def only_failure(self, rule: str, package: str) -> dict[str, Booleans]:
        """For each assessed test, where it alone fails, shape (W,)."""
        passes = {test: self.passes(test, rule, package) for test in self.assessed}
        failures = np.sum([~where for where in passes.values()], axis=0)
        return {test: ~where & (failures == 1) for test, where in passes.items()}

    def reason_counts(
        self, test: str, rule: str, package: str, *, failing: bool = True
    ) -> list[tuple[str, Booleans]]:
        """Reasons of failing (or passing) worlds with where each speaks, most frequent first."""
        row, column = self.row(test, rule), self.package(package)
        reasons = self.reasons[row, column]
        where = self.margins[row, column] < 0
        if not failing:
            where = ~where
        found = []
        for index in np.unique(reasons[where]):
            if index >= 0:
                here = where & (reasons == index)
                found.append((int(self.weights[here].sum()), int(index), here))
        found.sort(key=lambda item: (-item[0], item[1]))
        return [(self.names[index], here) for _, index, here in found]

    def reweight(self, weights: ArrayLike) -> Verdict:
        """The same verdict with other weights (W,), whole numbers not below nought."""
        return replace(self, weights=np.asarray(weights, dtype=np.int64), _index={})

    def where(self, worlds: ArrayLike) -> Verdict:
        """The same verdict where a condition (W,) holds: other worlds weigh nothing."""
        kept = np.asarray(worlds, dtype=np.bool_)
        return self.reweight(np.where(kept, self.weights, 0))

    def take(self, packages: Sequence[str]) -> Verdict:
        """The verdict of some of the packages, in the order asked for."""
        columns = [self.package(name) for name in packages]
        return replace(
            self,
            packages=tuple(packages),
            margins=self.margins[:, columns],
            reasons=self.reasons[:, columns],
            _index={},
        )
