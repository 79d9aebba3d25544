"""NegMAS' own scenario files, as ``Scenario.dumpas`` writes them in YAML or JSON.

One file holds the outcome space (``issues``), one each utility function: Σ weight · value(level)
plus a bias, nothing divided. A reserved value of −∞, NegMAS' default, is told and taken as the
least utility that there is, so that everything is accepted (Mohammad et al. 2021).
"""

from __future__ import annotations

import math
from typing import Any

from accord.case.tree import Path, Tree, dotted
from accord.formats.geniusweb import text_of
from accord.formats.lookup import Lookup
from accord.formats.negotiation import Issue, Profile
from accord.formats.source import MOST_LEVELS, Domain, Findings, Source
from accord.formats.source import number as number_in

__all__ = ["is_negmas_domain", "is_negmas_profile", "negmas_domain", "negmas_profile"]

_ADDITIVE = {"LinearAdditiveUtilityFunction", "LinearUtilityAggregationFunction"}
_AFFINE = {"LinearUtilityFunction", "AffineUtilityFunction"}
_UNORDERED = {"CategoricalIssue", ""}
_USED = {
    "name", "type", "weights", "values", "bias", "reserved_value", "ufun", "outcome_space",
}  # fmt: skip
_BOUNDED = 2


def is_negmas_domain(data: dict[str, Any]) -> bool:
    """Whether an object is an outcome space of NegMAS."""
    alone = _kind(data).endswith("OutcomeSpace") or set(data) <= {"name", "type", "issues"}
    return isinstance(data.get("issues"), list) and alone


def is_negmas_profile(data: dict[str, Any]) -> bool:
    """Whether an object is a utility function of NegMAS."""
    kind = _kind(data)
    return kind.endswith(("UtilityFunction", "AggregationFunction", "UFun")) or (
        "weights" in data and "values" in data
    )


def _kind(data: Any) -> str:
    """The class that an object names, without its module."""
    if not isinstance(data, dict):
        return ""
    return str(data.get("type") or data.get("__python_class__") or "").rsplit(".", 1)[-1]


def negmas_domain(source: Source, tree: Tree, findings: Findings) -> Domain | None:
    """The outcome space that a file holds, None where it has mistakes."""
    before = len(findings.errors)
    reader = _Reader(tree, findings)
    issues = [issue for i in range(len(tree.data["issues"])) if (issue := reader.issue(i))]
    if not tree.data["issues"]:
        reader.error(("issues",), "no issue", "at least one issue")
    names = [issue.name for issue in issues]
    for i, name in enumerate(names):
        if name in names[:i]:
            reader.error(("issues", i), f"a second issue {name!r}", "each issue once")
    reader.tell_unused((), {"name", "type", "issues"})
    if len(findings.errors) > before:
        return None
    return Domain(str(tree.data.get("name") or source.stem), tuple(issues), (), source)


def negmas_profile(
    source: Source, tree: Tree, domain: Domain, findings: Findings
) -> Profile | None:
    """The utility function that a file holds, None where it has mistakes."""
    before = len(findings.errors)
    reader = _Reader(tree, findings)
    path = reader.inside_discount()
    kind = _kind(tree.get(path) if path else tree.data)
    if kind and kind not in _ADDITIVE | _AFFINE:
        wanted = " or ".join(sorted(_ADDITIVE | _AFFINE))
        reader.error(path, f"a utility function of the kind {kind}", wanted)
        return None
    rows = reader.rows(path, domain, affine=kind in _AFFINE)
    bias = reader.number((*path, "bias"), 0.0)
    if bias and rows:
        # a constant belongs to no issue; the first carries it, so that utilities are the file's
        rows[0] = tuple(value + bias for value in rows[0])
    reservation = reader.reservation(path, rows)
    reader.tell_unused(path, _USED)
    if len(findings.errors) > before:
        return None
    name = str(tree.data.get("name") or source.stem)
    return Profile(source.stem, tuple(rows), reservation, None, name)


class _Reader:
    """One file on its way to a domain or a profile."""

    def __init__(self, tree: Tree, findings: Findings) -> None:
        self._tree = tree
        self._findings = findings

    def error(self, path: Path, found: str, wanted: str, hint: str = "") -> None:
        self._findings.error(self._tree.place(path), found, wanted, hint, dotted(path))

    def _ignore(self, path: Path, what: str) -> None:
        self._findings.ignore(self._tree.place(path), what)

    def tell_unused(self, path: Path, used: set[str]) -> None:
        for key in self._tree.get(path) if path else self._tree.data:
            if key not in used and not key.startswith("__"):
                self._ignore((*path, key), f"the key {key!r} was not used")

    def _node(self, path: Path) -> Any:
        return self._tree.get(path) if self._tree.has(path) else None

    def number(self, path: Path, default: float | None = None) -> float:
        value = self._node(path)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.error(path, "nothing" if value is None else repr(value), "a number")
            return 0.0
        return float(value)

    # -- the outcome space

    def issue(self, i: int) -> Issue | None:
        path = ("issues", i)
        body = self._node(path)
        if not isinstance(body, dict) or "values" not in body or not body.get("name"):
            self.error(path, "no issue", "an issue with name, type and values")
            return None
        kind, values = _kind(body), body["values"]
        self.tell_unused(path, {"name", "type", "values", "n_values"})
        if "Contiguous" in kind and "Infinite" not in kind:
            levels = self._whole_numbers((*path, "values"), values)
        elif "Continu" in kind or "Infinite" in kind or "Callable" in kind or "Optional" in kind:
            hint = "list the values to be considered, as a CategoricalIssue"
            self.error(path, f"an issue of the kind {kind}", "values that can be counted", hint)
            return None
        else:
            levels = self._listed((*path, "values"), values)
        return Issue(str(body["name"]), levels, kind not in _UNORDERED) if levels else None

    def _whole_numbers(self, path: Path, values: Any) -> tuple[str, ...]:
        if isinstance(values, int) and not isinstance(values, bool):
            values = [0, values - 1]
        if (
            not isinstance(values, list)
            or len(values) != _BOUNDED
            or not all(isinstance(v, int) and not isinstance(v, bool) for v in values)
        ):
            self.error(path, repr(values)[:60], "the least and the greatest whole number")
            return ()
        low, high = values
        if not 0 < high - low + 1 <= MOST_LEVELS:
            self.error(path, f"a range from {low} to {high}", f"1 to {MOST_LEVELS:,} numbers")
            return ()
        return tuple(str(value) for value in range(low, high + 1))

    def _listed(self, path: Path, values: Any) -> tuple[str, ...]:
        if not isinstance(values, list) or not values:
            self.error(path, "no values", "a list of at least one value")
            return ()
        seen: dict[str, int] = {}
        for i, value in enumerate(values):
            if isinstance(value, dict | list):
                self.error((*path, i), "no text and no number", "a text or a number")
            elif text_of(value) in seen:
                self._ignore((*path, i), f"the second of two values {text_of(value)!r}")
            seen.setdefault(text_of(value), i)
        if len(seen) > MOST_LEVELS:
            self.error(path, f"{len(seen):,} values", f"at most {MOST_LEVELS:,}")
        return tuple(seen)

    # -- a utility function

    def inside_discount(self) -> Path:
        """Where the function without discount stands; the discount is told."""
        path: Path = ()
        while _kind(self._node(path) if path else self._tree.data).endswith("DiscountedUFun"):
            inner = (*path, "ufun")
            if not isinstance(self._node(inner), dict):
                self.error(inner, "nothing", "the utility function that is discounted")
                return path
            self._ignore(path, "the discount was not used")
            path = inner
        return path

    def rows(self, path: Path, domain: Domain, *, affine: bool) -> list[tuple[float, ...]]:
        rows = []
        for j, issue in enumerate(domain.issues):
            weight_at = self._of_issue((*path, "weights"), j, issue, domain)
            value_at = self._of_issue((*path, "values"), j, issue, domain)
            weight = 1.0
            if weight_at is not None:
                weight = self.number(weight_at)
            elif self._node((*path, "weights")) is not None:
                self.error((*path, "weights"), "no weight of it", f"a weight of {issue.name!r}")
            if affine:
                shares = self._along_a_line((*path, "weights"), issue, 1.0, 0.0)
            elif value_at is None:
                self.error((*path, "values"), "no values of it", f"values of {issue.name!r}")
                shares = []
            else:
                shares = self._shares(value_at, issue)
            rows.append(tuple(weight * share for share in shares))
        self._refuse_more((*path, "values"), domain)
        self._refuse_more((*path, "weights"), domain)
        return rows

    def _of_issue(self, path: Path, j: int, issue: Issue, domain: Domain) -> Path | None:
        """Where an issue's entry of a list or mapping stands."""
        node = self._node(path)
        if isinstance(node, list):
            return (*path, j) if j < len(node) and len(node) <= len(domain.issues) else None
        return (*path, issue.name) if isinstance(node, dict) and issue.name in node else None

    def _refuse_more(self, path: Path, domain: Domain) -> None:
        node = self._node(path)
        if isinstance(node, list) and len(node) > len(domain.issues):
            wanted = f"{len(domain.issues)}, one for each issue of {domain.source.label}"
            self.error(path, f"{len(node)} entries", wanted)
        if isinstance(node, dict):
            for name in set(node) - {issue.name for issue in domain.issues}:
                self.error((*path, name), "an issue that the domain does not have", "none")

    def _shares(self, path: Path, issue: Issue) -> list[float]:
        body = self._node(path)
        kind = _kind(body)
        if not isinstance(body, dict):
            self.error(path, repr(body)[:60], "a value function with its type")
            return []
        if kind == "TableFun" or "mapping" in body or not kind:
            return self._tabled((*path, "mapping") if "mapping" in body else path, issue)
        if kind == "ConstFun":
            return [self.number((*path, "bias"))] * len(issue.levels)
        if kind in {"IdentityFun", "LinearFun", "AffineFun"}:
            slope = 1.0 if kind == "IdentityFun" else self.number((*path, "slope"))
            bias = self.number((*path, "bias"), 0.0) if kind == "AffineFun" else 0.0
            return self._along_a_line(path, issue, slope, bias)
        self.error(path, f"a value function of the kind {kind}", "TableFun, or a linear one")
        return []

    def _tabled(self, path: Path, issue: Issue) -> list[float]:
        table = self._node(path)
        levels = Lookup(issue.levels, numeric=True)
        found: dict[int, float] = {}
        for name in table if isinstance(table, dict) else ():
            level = levels.find(name)
            if level is None:
                known = ", ".join(map(repr, issue.levels[:12]))
                self.error((*path, name), "a value that the domain does not have", known)
            else:
                found[level] = self.number((*path, name))
        for level, name in enumerate(issue.levels):
            if level not in found:
                self.error(path, f"no utility of {name!r}", f"every value of {issue.name!r}")
        return [found[level] for level in sorted(found)]

    def _along_a_line(self, path: Path, issue: Issue, slope: float, bias: float) -> list[float]:
        values = [value for value in map(number_in, issue.levels) if value is not None]
        if len(values) < len(issue.levels):
            self.error(path, "a linear function", f"a table: {issue.name!r} has no numbers")
            return []
        return [slope * value + bias for value in values]

    def reservation(self, path: Path, rows: list[tuple[float, ...]]) -> float:
        """The reserved value; where it is missing or −∞ the least utility that there is."""
        lowest = math.fsum(min(row, default=0.0) for row in rows)
        at = (*path, "reserved_value")
        errors = self._tree.errors
        unbounded = any(e.path == dotted(at) and e.found.startswith("-") for e in errors)
        if unbounded or self._node(at) is None:
            self._ignore(path, "no walk-away value is stated: everything is accepted")
            return lowest
        return self.number(at)
