"""What a test is asked about: a case, its worlds, and packages; with shared work done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from accord.case.case import Case
from accord.case.numbers import PackageNumber
from accord.criteria.recent import Recent
from accord.theory.estimates import mean, share
from accord.worlds.gathered import gathered
from accord.worlds.worlds import Worlds, central_case

__all__ = ["Setting", "TestResult", "rule_names", "weighted_quantiles"]

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Setting:
    """A case, worlds and packages.

    Attributes
    ----------
    packages : mapping of name to mapping of provision to level
    weights : ndarray (W,) or None
        What each world weighs; None where all weigh alike.
    brief : frozenset of str
        Packages, such as the variants of a what-if, for which margins and reasons are enough and
        costly details are left out.
    """

    case: Case
    worlds: Worlds
    packages: Mapping[str, Mapping[str, str]]
    weights: NDArray[np.int64] | None = None
    brief: frozenset[str] = frozenset()
    _done: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False, compare=False)
    _lasting: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False, compare=False)
    _recent: Recent = field(default_factory=Recent, repr=False, compare=False)
    _whole: tuple[Setting, NDArray[np.intp]] | None = field(default=None, repr=False, compare=False)

    def alone(self, name: str, chosen: Mapping[str, str]) -> Setting:
        """One package in the same worlds; what hangs on no whole package is shared with this."""
        return replace(self, packages={name: chosen}, _done={}, _whole=None)

    def gathered(self, at: NDArray[np.intp]) -> Setting:
        """The same packages in worlds at an array of their numbers, repeats allowed, (K,)."""
        weights = None if self.weights is None else self.weights[at]
        return replace(
            self, worlds=gathered(self.worlds, at), weights=weights, _done={}, _lasting={},
            _recent=Recent(), _whole=(self, at),
        )  # fmt: skip

    @property
    def whole(self) -> tuple[Setting, NDArray[np.intp]] | None:
        """The setting from which worlds were gathered, and which, (K,); None where all are."""
        return self._whole

    def once_for_all(self, key: tuple[str, ...], compute: Callable[[], _Result]) -> _Result:
        """As :meth:`once`, for what hangs on the worlds and on the levels named in the key."""
        if key not in self._lasting:
            self._lasting[key] = compute()
        result: _Result = self._lasting[key]
        return result

    def while_recent(
        self, kind: str, key: tuple[str, ...], compute: Callable[[], _Result]
    ) -> _Result:
        """As :meth:`once_for_all` for many keys, of which the last asked for are kept."""
        return self._recent.result(kind, key, compute)

    def once(self, key: tuple[str, ...], compute: Callable[[], _Result]) -> _Result:
        """The result of a computation that several tests share, made when first asked for."""
        if key not in self._done:
            self._done[key] = compute()
        result: _Result = self._done[key]
        return result

    def share(self, where: ArrayLike) -> dict[str, float]:
        """Weighted share of worlds in which something holds, and its standard error."""
        found = share(np.asarray(where, dtype=np.float64), self.weights)
        return {"share": found.value, "se": found.standard_error}

    def share_in_block(self, where: ArrayLike) -> dict[str, float]:
        """A share in a few worlds, with their number, since that bounds what can be seen."""
        return {**self.share(where), "worlds": float(self.worlds.count)}

    def spread(self, values: NDArray[np.float64]) -> dict[str, float]:
        """Weighted mean with its standard error, and quantiles 5, 50, 95%, over worlds."""
        found = mean(values, self.weights)
        low, middle, high = weighted_quantiles(values, (0.05, 0.5, 0.95), self.weights)
        return {
            "mean": found.value, "se": found.standard_error,
            "p05": low, "p50": middle, "p95": high,
        }  # fmt: skip

    def share_of(self, where: NDArray[np.bool_], worlds: NDArray[np.intp]) -> float:
        """Weighted share among some of the worlds, where ``where`` speaks of those."""
        return float(np.average(where, weights=self.in_worlds(worlds)))

    def central(self) -> Setting:
        """The same packages where every input is central, made once."""
        return self.once(
            ("central", *self.packages),
            lambda: Setting(self.case, central_case(self.case), self.packages),
        )

    def first_block(self) -> Setting:
        """The same packages in the first 256 worlds, made once."""

        def compute() -> Setting:
            worlds = replace(self.worlds, blocks=self.worlds.blocks[:1], _columns={}, _values={})
            weights = None if self.weights is None else self.weights[: worlds.count]
            return Setting(self.case, worlds, self.packages, weights, self.brief)

        return self.once(("first block", *self.packages), compute)

    def number(self, package: str, number: PackageNumber) -> NDArray[np.float64]:
        """A package number in every world, worked out once for packages alike in what it needs."""
        if self._whole is not None:
            whole, at = self._whole
            return whole.number(package, number)[at]
        chosen = self.packages[package]
        return self.once_for_all(
            ("number", *self.levels_for(number, chosen)),
            lambda: self.worlds.package_value(number, chosen),
        )

    def levels_for(self, number: PackageNumber, chosen: Mapping[str, str]) -> tuple[str, ...]:
        """The name of a package number, and the levels on which its value hangs."""
        path = number.base.path
        provisions = self.once_for_all(("provisions", path), lambda: number.provisions)
        return (path, *(chosen[name] for name in provisions))

    def in_worlds(self, where: NDArray[np.intp]) -> NDArray[np.float64] | None:
        """The weights of some worlds as floats, or None where all weigh alike."""
        return None if self.weights is None else self.weights[where].astype(np.float64)


@dataclass(frozen=True)
class TestResult:
    """What one test found.

    Attributes
    ----------
    rules : tuple of str or None
        One row a rule; (None,) where consent plays no part.
    margins : ndarray (R, P, W)
        Exact margins, not negative passes.
    reasons : ndarray (R, P, W) of int
        Index into ``names``, −1 for none.
    names : tuple of str
    details : mapping of package to JSON-ready record
        What the test found beyond margin and reason; ``schema`` says its version.
    """

    __test__ = False  # not a test of pytest's

    rules: tuple[str | None, ...]
    margins: NDArray[np.float64]
    reasons: NDArray[np.int64]
    names: tuple[str, ...]
    details: Mapping[str, Any]


def rule_names(case: Case) -> tuple[str, ...]:
    """The consent rules of a case, in the order written; one that asks nobody where it has none."""
    return tuple(case.file.consent.rules) if case.file.consent else ("anyone",)


def weighted_quantiles(
    values: NDArray[np.float64], levels: tuple[float, ...], weights: NDArray[np.int64] | None
) -> list[float]:
    """Quantiles of a weighted sample: the first value whose cumulated weight reaches the level."""
    order = np.argsort(values, kind="stable")
    heavy = np.ones(values.size) if weights is None else weights[order].astype(np.float64)
    reached = np.cumsum(heavy) / heavy.sum()
    at = np.searchsorted(reached, np.asarray(levels) - 1e-12)
    return [float(v) for v in values[order][np.minimum(at, values.size - 1)]]
