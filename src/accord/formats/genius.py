"""A Genius profile: utility = Σ weight · evaluation / greatest evaluation of the issue.

Whole-numbered issues: weight · clamp(offset + slope·(value − lower bound)), between 0 and 1.
Weights are not scaled to sum to one; the reservation value is on the same scale, 0 where none is
stated; a discount factor is told and not used (Hindriks et al. 2009; Lin et al. 2014).
"""

from __future__ import annotations

from accord.formats.elements import Element
from accord.formats.genius_domain import kind_of, refuse_other_spaces, tell_unused
from accord.formats.lookup import Lookup
from accord.formats.negotiation import Issue, Profile
from accord.formats.source import Domain, Findings, Source, number

__all__ = ["genius_profile"]

_USED = {
    "item": {"evaluation"}, "weight": {"index", "value"}, "reservation": {"value"},
    "discount_factor": {"value"},
    "evaluator": {"ftype", "slope", "offset"},
}  # fmt: skip


def genius_profile(
    source: Source, root: Element, domain: Domain, findings: Findings
) -> Profile | None:
    """The profile that a file holds, None where it has mistakes; they go to the findings."""
    before = len(findings.errors)
    if refuse_other_spaces(source, root, findings):
        return None
    return _Reader(source, root, domain, findings).profile(before)


class _Reader:
    """One file on its way to a profile."""

    def __init__(self, source: Source, root: Element, domain: Domain, findings: Findings) -> None:
        self._source = source
        self._root = root
        self._domain = domain
        self._findings = findings
        self._elements = root.below("issue")

    def profile(self, before: int) -> Profile | None:
        matched = self._matched()
        weights = self._weights()
        rows = [
            self._contributions(issue, matched[j], weights.get(id(matched[j])))
            for j, issue in enumerate(self._domain.issues)
            if j in matched
        ]
        reservation = self._reservation()
        self._tell_discount()
        tell_unused(self._source, self._root, self._findings, _USED)
        if len(self._findings.errors) > before:
            return None
        return Profile(self._source.stem, tuple(rows), reservation, None, self._source.stem)

    def _error(
        self, element: Element, found: str, wanted: str, hint: str = "", path: str = ""
    ) -> None:
        place = self._source.place(element.line, element.column)
        self._findings.error(place, found, wanted, hint, path)

    def _ignore(self, element: Element, what: str) -> None:
        self._findings.ignore(self._source.place(element.line, element.column), what)

    def _number(
        self, element: Element, name: str, path: str, least: float | None = None
    ) -> float | None:
        """A number in an attribute, None and a mistake where there is none."""
        written = element.attributes.get(name)
        value = None if written is None else number(written)
        if value is None or (least is not None and value < least):
            found = f"<{element.tag}> without {name}" if written is None else f"{name}={written!r}"
            wanted = "a finite number" if least is None else f"a number of at least {least:g}"
            self._error(element, found, wanted, path=path)
            return None
        return value

    # -- which issue is which

    def _matched(self) -> dict[int, Element]:
        """Elements by the domain's issue: by name, where that fails by index and equal values."""
        names = Lookup([issue.name for issue in self._domain.issues])
        found: dict[int, Element] = {}
        left = []
        for element in self._elements:
            j = names.find(element.get("name"))
            if j is None:
                left.append(element)
            elif j in found:
                self._error(element, f"a second issue {element.get('name')!r}", "each issue once")
            else:
                found[j] = element
        if not found and left and not any(self._fits(element) is not None for element in left):
            self._error(
                self._root, "a profile of another domain",
                f"the issues of {self._domain.source.label}: {self._names()}",
            )  # fmt: skip
            return found
        for element in left:
            self._match_by_index(element, found)
        for j, issue in enumerate(self._domain.issues):
            if j not in found:
                self._error(self._root, "a profile without it", "the issue", path=issue.name)
        return found

    def _match_by_index(self, element: Element, found: dict[int, Element]) -> None:
        name, j = element.get("name"), self._fits(element)
        if j is None or j in found:
            self._error(
                element, f"the issue {name!r}, which the domain does not have",
                f"the issues of {self._domain.source.label}: {self._names()}",
            )  # fmt: skip
            return
        found[j] = element
        self._ignore(
            element,
            f"the name {name!r} was not used: by its index and values the issue is "
            f"{self._domain.issues[j].name!r} of the domain",
        )

    def _fits(self, element: Element) -> int | None:
        """The one issue of the domain with this index, if its values are the same."""
        index = element.get("index").strip()
        same = [j for j, other in enumerate(self._domain.indices) if other == index]
        twins = [other for other in self._elements if other.get("index").strip() == index]
        if len(same) != 1 or len(twins) != 1:
            return None
        values = [item.get("value") for item in element.below("item")]
        levels = self._domain.issues[same[0]].levels
        return same[0] if values and set(values) == set(levels) else None

    def _names(self) -> str:
        return ", ".join(repr(issue.name) for issue in self._domain.issues[:12])

    # -- weights

    def _weights(self) -> dict[int, float]:
        """The weight of every issue element that has one, by the element's identity."""
        by_index: dict[str, tuple[Element, float]] = {}
        for element in self._root.below("weight"):
            value = self._number(element, "value", "weight", 0)
            index = element.get("index").strip()
            if index in by_index:
                self._error(element, f"a second weight with the index {index!r}", "each index once")
            else:
                by_index[index] = element, value or 0.0
        indices = [e.get("index").strip() or str(i) for i, e in enumerate(self._elements, 1)]
        if set(indices) != set(by_index):
            indices = self._shifted(indices, list(by_index))
        found: dict[int, float] = {}
        for element, index in zip(self._elements, indices, strict=True):
            if index in by_index:
                found[id(element)] = by_index.pop(index)[1]
        for index, (element, _) in by_index.items():
            self._ignore(element, f"the weight with the index {index!r}, which no issue has")
        return found

    def _shifted(self, indices: list[str], weights: list[str]) -> list[str]:
        """The indices of issues as weights count them, where they begin elsewhere."""
        numbers = [index for index in (*indices, *weights) if index.isdecimal()]
        if len(numbers) < len(indices) + len(weights) or not weights:
            return indices
        shift = min(map(int, weights)) - min(map(int, indices))
        moved = [str(int(index) + shift) for index in indices]
        if {str(int(index)) for index in weights} != set(moved):
            return indices
        self._ignore(
            self._elements[0],
            f"the indices of weights begin {abs(shift)} {'higher' if shift > 0 else 'lower'} than "
            "those of issues; the weights were taken in that order",
        )
        return moved

    # -- evaluations

    def _contributions(
        self, issue: Issue, element: Element, weight: float | None
    ) -> tuple[float, ...]:
        if weight is None:
            wanted = f'<weight index="{element.get("index")}" value="…">'
            self._error(element, "an issue without a weight", wanted, path=issue.name)
        evaluator = element.below("evaluator")
        if element.below("item"):
            shares = self._tabled(issue, element, weight)
        elif evaluator and kind_of(element) == "integer":
            shares = self._linear(issue, evaluator[0])
        else:
            self._error(
                element, "an issue without evaluations",
                "an <item evaluation> for each value, or <evaluator> of a whole-numbered issue",
                path=issue.name,
            )  # fmt: skip
            return ()
        return tuple((weight or 0.0) * share for share in shares)

    def _tabled(self, issue: Issue, element: Element, weight: float | None) -> list[float]:
        """Evaluations over their maximum, in the order of the domain's values."""
        lookup = Lookup(issue.levels, numeric=True)
        found: dict[int, float] = {}
        for item in element.below("item"):
            level = lookup.find(item.get("value"))
            if level is None:
                self._error(
                    item, f"the value {item.get('value')!r}, which the domain does not have",
                    f"one of {', '.join(map(repr, issue.levels[:12]))}", path=issue.name,
                )  # fmt: skip
            elif level in found:
                self._ignore(
                    item,
                    f"the second of two items with the value {item.get('value')!r} in issue "
                    f"{issue.name!r} was not used",
                )
            else:
                found[level] = self._number(item, "evaluation", issue.name) or 0.0
        for level, name in enumerate(issue.levels):
            if level not in found:
                wanted = f"an item with the value {name!r}"
                self._error(element, "no evaluation of it", wanted, path=issue.name)
        return self._over_maximum(issue, element, [found[k] for k in sorted(found)], weight)

    def _over_maximum(
        self, issue: Issue, element: Element, values: list[float], weight: float | None
    ) -> list[float]:
        top = max(values, default=0.0)
        if top > 0:
            return [value / top for value in values]
        if any(values):
            self._error(
                element, f"evaluations of at most {top:g}", "one evaluation above 0",
                "Genius divides by the greatest evaluation of an issue", issue.name,
            )  # fmt: skip
        elif weight:
            self._ignore(
                element,
                f"the weight {weight:g} of issue {issue.name!r}, whose evaluations are all 0",
            )
        return [0.0] * len(values)

    def _linear(self, issue: Issue, evaluator: Element) -> list[float]:
        kind = evaluator.get("ftype").strip().lower() or "linear"
        if kind not in {"linear", "constant"}:
            self._error(
                evaluator, f"an evaluator of the kind {kind!r}", "linear or constant",
                "list the evaluations of the values as <item>s", issue.name,
            )  # fmt: skip
            return []
        offset = self._number(evaluator, "offset", issue.name)
        slope = self._number(evaluator, "slope", issue.name) if kind == "linear" else 0.0
        values = [value for value in map(number, issue.levels) if value is not None]
        if offset is None or slope is None or not self._same_range(issue, values, evaluator):
            return []
        return [min(1.0, max(0.0, offset + slope * (v - values[0]))) for v in values]

    def _same_range(self, issue: Issue, values: list[float], evaluator: Element) -> bool:
        """Whether the values are numbers within the bounds that the profile itself states."""
        if len(values) < len(issue.levels):
            found = "an evaluator of an issue whose values are no numbers"
            self._error(evaluator, found, "an <item evaluation> for each value", path=issue.name)
            return False
        element = next(e for e in self._elements if evaluator in e.children)
        for key, bound in (("lowerbound", values[0]), ("upperbound", values[-1])):
            for holder in (element, *element.below("range")):
                if key in holder.attributes and number(holder.get(key)) != bound:
                    found = f"{key}={holder.get(key)!r}"
                    self._error(holder, found, f"{bound:g}, as in the domain", path=issue.name)
                    return False
        return True

    # -- the rest

    def _reservation(self) -> float:
        found = self._root.below("reservation")
        for element in found[1:]:
            self._error(element, "a second reservation value", "one at most")
        return (self._number(found[0], "value", "reservation") or 0.0) if found else 0.0

    def _tell_discount(self) -> None:
        for element in self._root.below("discount_factor"):
            written = element.get("value").strip()
            if number(written) != 1.0:
                self._ignore(element, f"the discount factor {written} was not used")
