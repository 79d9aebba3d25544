"""What every section of a brief needs: the run, the ledger, the package that leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from accord.brief.ledger import Ledger
from accord.run.agreements import agreements, baselines, best_agreement
from accord.run.run import Run

__all__ = ["Desk"]

Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Desk:
    """The editor's desk.

    Attributes
    ----------
    run : Run
    ledger : Ledger
    """

    run: Run
    ledger: Ledger

    @property
    def lead(self) -> str:
        """The package that the brief is about: the first named."""
        return self.run.packages[0]

    @property
    def rule(self) -> str:
        """The consent rule that leads."""
        return self.run.rule

    @cached_property
    def baselines(self) -> frozenset[str]:
        """Packages that stand for walking away."""
        return baselines(self.run)

    @cached_property
    def agreements(self) -> tuple[str, ...]:
        """Named packages that are an agreement, in the order of the case."""
        return agreements(self.run)

    @cached_property
    def best(self) -> str:
        """The agreement with the largest joint share; the first of equals by all tests together."""
        return best_agreement(self.run, self.rule)

    @property
    def variants(self) -> tuple[str, ...]:
        """Variants of the lead package."""
        return tuple(self.run.variants)

    def passes(self, test: str, package: str | None = None) -> float:
        """Share of worlds in which the lead (or another) package passes a test."""
        return self.run.verdict.share(test, self.rule, package or self.lead).value

    @cached_property
    def hurdle(self) -> str | None:
        """The test that most often is the first that the lead package fails."""
        failures = self.run.verdict.first_failure(self.rule, self.lead)
        shares = {t: self.run.verdict.estimate(w).value for t, w in failures.items()}
        worst = max(shares, key=lambda t: shares[t], default=None)
        return worst if worst is not None and shares[worst] > 0 else None

    @cached_property
    def failing(self) -> tuple[str, ...]:
        """Tests that the lead package passes in almost no world, in table order."""
        return tuple(t for t in self.run.verdict.assessed if self.passes(t) < 0.05)

    @cached_property
    def refusing(self) -> tuple[str, ...]:
        """Actors that every way of satisfying the leading rule needs, and that mostly refuse."""
        consent = self.run.case.file.consent
        if consent is None or "acceptable" not in self.run.details:
            return ()
        ways = self.run.details["demands"]["rules"][self.rule]["consenting"]
        needed = set.intersection(*(set(way["actors"]) for way in ways)) if ways else set()
        actors = self.run.details["acceptable"][self.lead]["actors"]
        return tuple(a for a in actors if a in needed and actors[a]["accepts"]["share"] < 0.5)

    def leading_reason(
        self, test: str, package: str | None = None, rule: str | None = None
    ) -> tuple[str, Booleans] | None:
        """The most frequent reason for failing a test, and where it speaks."""
        found = self.run.verdict.reason_counts(test, rule or self.rule, package or self.lead)
        return found[0] if found else None

    def key(self, test: str, package: str | None = None, rule: str | None = None) -> str:
        """The basis of a figure."""
        return f"{package or self.lead}|{test}|{rule or self.rule}"
