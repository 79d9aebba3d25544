"""Every number of a brief goes through the ledger, which remembers how it came about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from accord.brief.bases import basis_of, used_texts
from accord.brief.document import Basis, Figure
from accord.brief.words import percent, share_text
from accord.run.run import Run
from accord.theory.estimates import Estimate, interval, kept_share

__all__ = ["Ledger"]

_OUTSIDE_ID = re.compile(r"[^A-Za-z0-9._=:-]+")


@dataclass
class Ledger:
    """Figures of one run in order of first use. Local to the writing of one brief."""

    run: Run
    figures: dict[str, Figure] = field(default_factory=dict)
    bases: dict[str, Basis] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)

    def note(self, figure: Figure) -> Figure:
        """Remember a figure; the same id again must be the same figure."""
        known = self.figures.setdefault(figure.id, figure)
        assert known.text == figure.text, f"{figure.id}: {known.text} and {figure.text}"
        if figure.basis not in self.bases:
            self.bases[figure.basis] = self.basis(figure.basis)
        return known

    def basis(self, key: str) -> Basis:
        """The inputs, claims and sources behind figures of one kind."""
        if not self.used:
            self.used.update(used_texts(self.run))
        return basis_of(self.run, key, self.used)

    def share(self, package: str, test: str, rule: str | None = None) -> Figure:
        """Share of worlds in which a package passes a test, or ``joint``."""
        verdict = self.run.verdict
        rule = rule or self.run.rule
        by_rule = test == "joint" or verdict.rows[verdict.row(test, rule)].rule is not None
        name = f"{package}.{test}.{rule}" if by_rule else f"{package}.{test}"
        what = "all assessed tests hold together" if test == "joint" else f"it is {test}"
        under = f" under the consent rule {rule}" if by_rule else ""
        reduction = f"share of {self.run.worlds} worlds in which {what}{under}"
        return self.estimate(
            f"{name}.share",
            verdict.share(test, rule, package),
            reduction,
            f"{package}|{test}|{rule}",
        )

    def where(self, name: str, where: ArrayLike, reduction: str, basis: str) -> Figure:
        """Share of worlds in which something holds."""
        return self.estimate(name, self.run.verdict.estimate(where), reduction, basis)

    def estimate(self, name: str, found: Estimate, reduction: str, basis: str) -> Figure:
        """A share that was estimated from the worlds."""
        low, high = interval(found, 0.9, (0.0, 1.0))
        text = share_text(found)
        return self.note(Figure(_id(name), text, found.value, low, high, reduction, basis))

    def detail(self, name: str, record: Mapping[str, Any], reduction: str, basis: str) -> Figure:
        """A share or mean that a test's detail tells: ``{share, se}`` or ``{mean, se, …}``.

        ``worlds`` says how many there were, where they were not all of the run's, and ``blocks``
        over how many blocks they lie, where they do not fill them.
        """
        value = float(record["share"] if "share" in record else record["mean"])
        error = float(record["se"])
        worlds = int(record.get("worlds", self.run.worlds))
        blocks = int(record.get("blocks", max(worlds // 256, 1)))
        effective = min(float(self.run.manifest["effective_worlds"]), float(worlds))
        found = kept_share(value, error, blocks, effective)
        if "share" not in record:
            found = replace(found, bound=None)
        return self.estimate(name, found, reduction, basis)

    def number(
        self, name: str, value: float, text: str, reduction: str, basis: str,
        between: tuple[float, float] | None = None,
    ) -> Figure:  # fmt: skip
        """Any other number, with the text to print."""
        low, high = between if between is not None else (None, None)
        return self.note(Figure(_id(name), text, value, low, high, reduction, basis))

    def count(self, name: str, value: int, reduction: str, basis: str = "||") -> Figure:
        """A count."""
        return self.number(name, float(value), f"{value:,}", reduction, basis)

    def spread(self, name: str, record: Mapping[str, float], reduction: str, basis: str) -> Figure:
        """A chance with its spread over worlds, as ``41% (12–78)``."""
        text = f"{percent(record['mean'])} ({100 * record['p05']:.0f}–{100 * record['p95']:.0f})"
        between = (record["p05"], record["p95"])
        return self.number(
            name,
            record["mean"],
            text,
            f"{reduction}; in brackets the middle nine tenths of worlds",
            basis,
            between,
        )

    def points(self, name: str, record: Mapping[str, float], reduction: str, basis: str) -> Figure:
        """Points with their spread over worlds."""
        text = f"{_signed(record['p50'])} ({_signed(record['p05'])} to {_signed(record['p95'])})"
        between = (record["p05"], record["p95"])
        return self.number(name, record["p50"], text, reduction, basis, between)

    def difference(self, name: str, difference: ArrayLike, reduction: str, basis: str) -> Figure:
        """A paired difference of shares in percentage points."""
        found = self.run.verdict.mean(difference)
        low, high = interval(found, 0.9, (-1.0, 1.0))
        half = 50.0 * (high - low)
        text = f"{100 * found.value:+.1f} ± {half:.1f} points".replace("-", "−")
        return self.number(name, found.value, text, reduction, basis, (low, high))


def _signed(value: float) -> str:
    return f"{value:+.0f}".replace("-", "−") if np.rint(value) else "0"


def _id(name: str) -> str:
    return _OUTSIDE_ID.sub("_", name)
