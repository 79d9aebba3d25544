"""GeniusWeb's JSON: a domain, and linear additive profiles whose walk-away value is a bid.

Utility = Σ weight · value utility, without division by a maximum; a value that a profile does not
list is worth 0 (Jonker et al., GeniusWeb).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accord.case.tree import Path, Tree, dotted
from accord.formats.lookup import Lookup
from accord.formats.negotiation import SCALE, Issue, Profile
from accord.formats.source import MOST_LEVELS, Domain, Findings, Source
from accord.formats.source import number as number_in

__all__ = ["geniusweb_domain", "geniusweb_profile", "is_geniusweb_domain", "is_geniusweb_profile"]
__all__ += ["embedded_domain", "text_of"]

SPACE = "LinearAdditiveUtilitySpace"


def is_geniusweb_domain(data: dict[str, Any]) -> bool:
    """Whether an object is a GeniusWeb domain."""
    return "issuesValues" in data


def is_geniusweb_profile(data: dict[str, Any]) -> bool:
    """Whether an object is a GeniusWeb profile, additive or of another kind."""
    if len(data) != 1:
        return False
    kind, body = next(iter(data.items()))
    ends = ("UtilitySpace", "Ordering", "Profile")
    return kind.endswith(ends) or (isinstance(body, dict) and "domain" in body)


def text_of(value: Any) -> str:
    """A value of an issue as text: numbers without needless digits, words as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def geniusweb_domain(
    source: Source, tree: Tree, findings: Findings, path: Path = ()
) -> Domain | None:
    """The domain at a path of a tree, None where it has mistakes; they go to the findings."""
    before = len(findings.errors)
    reader = _Reader(source, tree, findings)
    issues = reader.issues((*path, "issuesValues"))
    name = tree.get((*path, "name")) if tree.has((*path, "name")) else ""
    reader.tell_unused(path, {"name", "issuesValues"})
    if len(findings.errors) > before:
        return None
    return Domain(str(name) or source.stem, tuple(issues), (), source)


def embedded_domain(source: Source, tree: Tree, findings: Findings) -> Domain | None:
    """The domain that a profile carries, None where it carries none or one with mistakes."""
    path = (SPACE, "domain")
    if not tree.has((*path, "issuesValues")):
        return None
    return geniusweb_domain(source, tree, findings, path)


def geniusweb_profile(
    source: Source, tree: Tree, domain: Domain, findings: Findings
) -> Profile | None:
    """The profile that a file holds, None where it has mistakes; they go to the findings."""
    before = len(findings.errors)
    reader = _Reader(source, tree, findings)
    kind = next(iter(tree.data))
    if kind != SPACE:
        reader.error((kind,), f"a profile of the kind {kind}", SPACE)
        return None
    if not reader.same_domain(domain):
        return None
    rows = reader.contributions(domain)
    reservation = reader.reservation(domain, rows)
    used = {"name", "issueUtilities", "issueWeights", "domain", "reservationBid"}
    reader.tell_unused((SPACE,), used)
    if len(findings.errors) > before:
        return None
    name = tree.data[SPACE].get("name") or source.stem
    return Profile(source.stem, tuple(rows), reservation, None, str(name))


class _Reader:
    """One file on its way to a domain or a profile."""

    def __init__(self, source: Source, tree: Tree, findings: Findings) -> None:
        self._source = source
        self._tree = tree
        self._findings = findings

    def error(self, path: Path, found: str, wanted: str, hint: str = "") -> None:
        self._findings.error(self._tree.place(path), found, wanted, hint, dotted(path))

    def tell_unused(self, path: Path, used: set[str]) -> None:
        for key in self._mapping(path):
            if key not in used:
                place = self._tree.place((*path, key))
                self._findings.ignore(place, f"the key {key!r} was not used")

    def _mapping(self, path: Path) -> dict[str, Any]:
        """The object at a path, empty with a mistake where none stands."""
        value = self._tree.get(path) if self._tree.has(path) else None
        if isinstance(value, dict):
            return value
        missing = value is None
        self.error(path, "nothing" if missing else "a single value or a list", "an object")
        return {}

    def _number(self, path: Path, least: float | None = None) -> float:
        value = self._tree.get(path) if self._tree.has(path) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.error(path, "nothing" if value is None else repr(value), "a number")
            return 0.0
        if least is not None and value < least:
            self.error(path, str(value), f"a number of at least {least:g}")
        return float(value)

    # -- the domain

    def issues(self, path: Path) -> list[Issue]:
        found = []
        named = self._mapping(path)
        for name, body in named.items():
            here = (*path, name)
            if isinstance(body, dict) and "range" in body:
                levels, ordered = self._range((*here, "range")), True
            elif isinstance(body, dict) and "values" in body:
                levels, ordered = self._values((*here, "values")), False
            else:
                wanted = "{values: […]} or {range: [least, greatest, step]}"
                self.error(here, "neither values nor a range", wanted)
                continue
            self.tell_unused(here, {"values", "range"})
            found.append(Issue(name, levels, ordered))
        if named == {} == self._tree.get(path):
            self.error(path, "no issue", "at least one issue")
        return found

    def _values(self, path: Path) -> tuple[str, ...]:
        values = self._tree.get(path)
        if not isinstance(values, list) or not values:
            self.error(path, "no values", "a list of at least one value")
            return ()
        seen: dict[str, int] = {}
        for i, value in enumerate(values):
            text = text_of(value)
            if isinstance(value, dict | list) or value is None:
                self.error((*path, i), "no text and no number", "a text or a number")
            elif text in seen:
                place, issue = self._tree.place((*path, i)), path[-2]
                self._findings.ignore(
                    place, f"the second of two values {text!r} in issue {issue!r} was not used"
                )
            seen.setdefault(text, i)
        if len(seen) > MOST_LEVELS:
            self.error(path, f"{len(seen):,} values", f"at most {MOST_LEVELS:,}")
        return tuple(seen)

    def _range(self, path: Path) -> tuple[str, ...]:
        bounds = self._tree.get(path)
        parts = [number_in(str(part)) for part in bounds] if isinstance(bounds, list) else []
        if len(parts) != 3 or None in parts:
            self.error(path, "no range", "three numbers: least, greatest, step")
            return ()
        low, high, step = (Decimal(str(part)) for part in bounds)
        if step <= 0 or high < low:
            self.error(path, f"a range from {low} to {high} by {step}", "rising steps above 0")
            return ()
        count = int((high - low) / step) + 1
        if count > MOST_LEVELS:
            self.error(path, f"{count:,} values", f"at most {MOST_LEVELS:,}", "use a larger step")
            return ()
        return tuple(_plain(low + k * step) for k in range(count))

    # -- a profile

    def same_domain(self, domain: Domain) -> bool:
        """Whether the domain that the profile carries has the issues and values of the domain."""
        own = embedded_domain(self._source, self._tree, self._findings)
        if own is None:
            return True
        theirs = {issue.name: set(issue.levels) for issue in domain.issues}
        if {issue.name: set(issue.levels) for issue in own.issues} == theirs:
            return True
        names = ", ".join(repr(name) for name in list(theirs)[:12])
        self.error(
            (SPACE, "domain"), "a profile of another domain",
            f"the issues and values of {domain.source.label}: {names}",
        )  # fmt: skip
        return False

    def contributions(self, domain: Domain) -> list[tuple[float, ...]]:
        utilities, weights = (SPACE, "issueUtilities"), (SPACE, "issueWeights")
        named = self._mapping(utilities)
        weighted = self._mapping(weights)
        issues = Lookup([issue.name for issue in domain.issues])
        found: dict[int, str] = {}
        for name in named:
            j = issues.find(name)
            if j is None:
                self.error((*utilities, name), "an issue that the domain does not have", "none")
            else:
                found[j] = name
        rows = []
        for j, issue in enumerate(domain.issues):
            name = found.get(j, issue.name)
            if j not in found:
                self.error((*utilities, issue.name), "no such issue", "its utilities")
                continue
            if name not in weighted and weighted:
                self.error((*weights, name), "no weight", f"the weight of the issue {name!r}")
                continue
            weight = self._number((*weights, name), 0) if weighted else 0.0
            shares = self._utilities((*utilities, name), issue)
            rows.append(tuple(weight * share for share in shares))
        for name in weighted:
            if issues.find(name) is None:
                place = self._tree.place((*weights, name))
                self._findings.ignore(place, f"the weight of {name!r}, which is no issue")
        return rows

    def _utilities(self, path: Path, issue: Issue) -> list[float]:
        body = self._mapping(path)
        if "numberutils" in body:
            self.tell_unused(path, {"numberutils"})
            return self._along_a_line((*path, "numberutils"), issue)
        if "discreteutils" not in body:
            self.error(path, "neither discreteutils nor numberutils", "one of them")
            return []
        self.tell_unused(path, {"discreteutils"})
        inside = (*path, "discreteutils", "valueUtilities")
        levels = Lookup(issue.levels, numeric=True)
        found: dict[int, float] = {}
        for name in self._mapping(inside):
            level = levels.find(name)
            value = self._number((*inside, name))
            if level is None:
                place = self._tree.place((*inside, name))
                what = f"the utility of {name!r}, which is no value of issue {issue.name!r}"
                self._findings.ignore(place, what)
            else:
                found[level] = value
        for level, name in enumerate(issue.levels):
            if level not in found:
                place = self._tree.place(inside)
                what = f"{name!r} of issue {issue.name!r} is not listed and worth 0"
                self._findings.ignore(place, what)
        return [found.get(level, 0.0) for level in range(len(issue.levels))]

    def _along_a_line(self, path: Path, issue: Issue) -> list[float]:
        keys = ("lowValue", "lowUtility", "highValue", "highUtility")
        low, at_low, high, at_high = (self._number((*path, key)) for key in keys)
        self.tell_unused(path, set(keys))
        values = [value for value in map(number_in, issue.levels) if value is not None]
        if len(values) < len(issue.levels):
            self.error(path, "utilities along a line", "utilities of values that are no numbers")
            return []
        if high <= low:
            self.error(path, f"highValue {high:g} and lowValue {low:g}", "a rising range")
            return []
        slope = (at_high - at_low) / (high - low)
        return [at_low + slope * (value - low) for value in values]

    def reservation(self, domain: Domain, rows: list[tuple[float, ...]]) -> float:
        """Utility of the reservation bid; 0 where there is none."""
        path = (SPACE, "reservationBid")
        if not self._tree.has(path) or self._tree.get(path) is None:
            return 0.0
        inside = (*path, "issuevalues")
        bid = self._mapping(inside)
        issues = Lookup([issue.name for issue in domain.issues])
        worth: dict[int, float] = {}
        for name, value in bid.items():
            j = issues.find(name)
            if j is None:
                self.error((*inside, name), "an issue that the domain does not have", "none")
                continue
            level = Lookup(domain.issues[j].levels, numeric=True).find(text_of(value))
            if level is None:
                known = ", ".join(map(repr, domain.issues[j].levels[:12]))
                self.error((*inside, name), repr(value), f"one of {known}")
            elif j < len(rows) and level < len(rows[j]):
                worth[j] = rows[j][level]
        for j, issue in enumerate(domain.issues):
            if j not in worth and not self._findings.errors:
                place = self._tree.place(inside)
                what = f"the reservation bid leaves {issue.name!r} open, which is worth 0"
                self._findings.ignore(place, what)
        # on the grid level by level, so that the bid itself ties with walking away
        return sum(round(one * SCALE) for one in worth.values()) / SCALE


def _plain(value: Decimal) -> str:
    """A decimal without exponent and needless noughts."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
