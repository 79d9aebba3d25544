"""The record of a run: case, worlds, verdict, details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.case.case import Case
from accord.verdict.verdict import Verdict

__all__ = ["SCHEMA", "Run", "variant_name"]

SCHEMA = 2
"""Version of the layout of a run folder."""


@dataclass(frozen=True)
class Run:
    """What came of putting packages to the tests.

    Attributes
    ----------
    case : Case
        As of the run's date.
    verdict : Verdict
        Of the named packages and, after them, the variants.
    details : mapping of test (or ``standoff``, ``demands``) to record
        By package where the test has packages. JSON-ready.
    inputs : mapping of path to ndarray (W,)
        What every uncertain input, and ``shocks.NAME``, was in each world.
    packages : tuple of str
        The named packages asked for.
    variants : mapping of name to (package, provision, level)
        One-provision changes that the what-if shows.
    manifest : dict
        Digest, seed, worlds, lines, assumptions, methods, versions.
    """

    case: Case
    verdict: Verdict
    details: Mapping[str, Any]
    inputs: Mapping[str, NDArray[np.float64]]
    packages: tuple[str, ...]
    variants: Mapping[str, tuple[str, str, str]]
    manifest: dict[str, Any]

    @property
    def rules(self) -> tuple[str, ...]:
        """Consent rules, in the order of the case."""
        return self.verdict.rules

    @property
    def rule(self) -> str:
        """The consent rule that leads."""
        return str(self.manifest["consent"])

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return len(self.verdict.weights)

    def chosen(self, package: str) -> dict[str, str]:
        """The levels of a named package or of a variant."""
        if package in self.variants:
            base, provision, level = self.variants[package]
            return {**self.case.chosen(base), provision: level}
        return self.case.chosen(package)

    def title(self, package: str) -> str:
        """A package's title."""
        if package in self.variants:
            base, provision, level = self.variants[package]
            return (
                f"{self.case.file.packages[base].title}: {self.case.level_title(provision, level)}"
            )
        return self.case.file.packages[package].title


def variant_name(package: str, provision: str, level: str) -> str:
    """The name of a one-provision change of a package."""
    return f"{package}:{provision}={level}"
