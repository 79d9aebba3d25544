"""What a test is asked about: a case, its worlds, and packages; with shared work done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.worlds.worlds import Worlds

__all__ = ["Setting", "TestResult", "rule_names"]

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Setting:
    """A case, worlds and packages.

    Attributes
    ----------
    packages : mapping of name to mapping of provision to level
    """

    case: Case
    worlds: Worlds
    packages: Mapping[str, Mapping[str, str]]
    _done: dict[tuple[str, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: tuple[str, ...], compute: Callable[[], _Result]) -> _Result:
        """The result of a computation that several tests share, made when first asked for."""
        if key not in self._done:
            self._done[key] = compute()
        result: _Result = self._done[key]
        return result


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
