"""The domain of a Genius negotiation: issues and their values, old form and new."""

from __future__ import annotations

from accord.formats.elements import Element
from accord.formats.negotiation import Issue
from accord.formats.source import MOST_LEVELS, Domain, Findings, Source, number

__all__ = ["genius_domain", "is_genius", "is_genius_profile", "kind_of", "refuse_other_spaces"]
__all__ += ["tell_unused"]

_ROOTS = {"negotiation_template", "utility_space"}
_OTHER_SPACES = {
    "ufun", "hyperrectangle", "rectangle", "includes", "excludes", "constraint", "constraints",
    "rules", "rule",
}  # fmt: skip
_USED: dict[str, set[str]] = {
    "negotiation_template": set(),
    "utility_space": {"number_of_issues", "type"},
    "objective": {"index", "name", "type", "etype", "description"},
    "issue": {"index", "name", "type", "etype", "vtype", "lowerbound", "upperbound", "description"},
    "item": {"index", "value", "cost", "description"},
    "range": {"lowerbound", "upperbound"},
}


def is_genius(root: Element) -> bool:
    """Whether a root element is that of a Genius file."""
    return root.tag in _ROOTS


def is_genius_profile(root: Element) -> bool:
    """Whether a Genius file says what a party wants, not only what there is to agree."""
    return root.tag == "utility_space" and any(
        element.tag in {"weight", "evaluator", "reservation", "discount_factor"} | _OTHER_SPACES
        or "evaluation" in element.attributes
        for element in root.walk()
    )


def kind_of(element: Element) -> str:
    """``discrete``, ``integer``, ``real`` or whatever else an issue says that it is."""
    for name in ("vtype", "type", "etype"):
        if element.get(name).strip():
            return element.get(name).strip().lower()
    return "discrete"


def refuse_other_spaces(source: Source, root: Element, findings: Findings) -> bool:
    """Note a space that is not additive over issues; whether there was one."""
    for element in root.walk():
        kind = element.get("type").strip().lower() if element.tag == "utility_space" else ""
        if element.tag in _OTHER_SPACES or kind in {"nonlinear", "constraint"}:
            found = f"a {kind} utility space" if kind else f"the element <{element.tag}>"
            findings.error(
                source.place(element.line, element.column), found,
                "a space that is linear and additive over issues: weights and evaluations",
                "hyper-rectangles and constraints tie issues together and cannot be read",
            )  # fmt: skip
            return True
    return False


def tell_unused(
    source: Source, root: Element, findings: Findings, more: dict[str, set[str]] | None = None
) -> None:
    """Note every element and attribute that nobody reads; ``more`` is read besides issues."""
    used = dict(_USED)
    for tag, names in (more or {}).items():
        used[tag] = used.get(tag, set()) | names
    for what, elements in _unused(root, used).items():
        first, count = elements[0], len(elements)
        times = f" ({count} times, first here)" if count > 1 else ""
        findings.ignore(source.place(first.line, first.column), f"{what} was not used{times}")


def _unused(root: Element, used: dict[str, set[str]]) -> dict[str, list[Element]]:
    """What nobody reads, and the elements where it stands; nothing below an unknown element."""
    found: dict[str, list[Element]] = {}
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag not in used:
            found.setdefault(f"the element <{element.tag}>", []).append(element)
            continue
        for name in element.attributes:
            if name not in used[element.tag]:
                found.setdefault(f"the attribute {name} of <{element.tag}>", []).append(element)
        if element.has_text:
            found.setdefault(f"the text inside <{element.tag}>", []).append(element)
        stack.extend(reversed(element.children))
    return found


def genius_domain(source: Source, root: Element, findings: Findings) -> Domain:
    """The domain that a file holds; its mistakes go to the findings."""
    refuse_other_spaces(source, root, findings)
    elements = root.below("issue")
    if not elements:
        findings.error(source.place(root.line, root.column), "no issue", "at least one <issue>")
    issues, indices = [], []
    for position, element in enumerate(elements, 1):
        issue = _issue(source, element, findings)
        if issue is not None:
            issues.append(issue)
            indices.append(element.get("index").strip() or str(position))
    _refuse_twice(source, elements, findings)
    _tell_number(source, root, len(elements), findings)
    tell_unused(source, root, findings)
    names = [element.get("name").strip() for element in root.below("objective")]
    title = next((name for name in names if name and name.lower() != "root"), source.stem)
    return Domain(title, tuple(issues), tuple(indices), source)


def _refuse_twice(source: Source, elements: list[Element], findings: Findings) -> None:
    seen: dict[str, int] = {}
    for element in elements:
        name = element.get("name")
        if name in seen:
            findings.error(
                source.place(element.line, element.column), f"a second issue {name!r}",
                f"each issue once (the first stands on line {seen[name]})",
            )  # fmt: skip
        seen.setdefault(name, element.line)


def _tell_number(source: Source, root: Element, count: int, findings: Findings) -> None:
    for element in root.walk():
        stated = element.get("number_of_issues").strip()
        if stated and stated != str(count):
            findings.ignore(
                source.place(element.line, element.column),
                f"number_of_issues says {stated}, the file has {count}; the number was not used",
            )


def _issue(source: Source, element: Element, findings: Findings) -> Issue | None:
    place = source.place(element.line, element.column)
    name = element.get("name")
    if not name.strip():
        findings.error(place, "an issue without a name", 'an issue with name="…"')
        return None
    kind = kind_of(element)
    if element.below("item"):
        levels = _items(source, element, findings)
    elif kind == "integer":
        levels = _whole_numbers(source, element, findings)
    elif kind == "real":
        findings.error(
            place, f"the real-valued issue {name!r}", "an issue with values that can be counted",
            "make it discrete: list the values to be considered as <item>s", name,
        )  # fmt: skip
        return None
    else:
        findings.error(place, f"the issue {name!r} without values", "at least one <item>", "", name)
        return None
    return Issue(name, levels, kind in {"integer", "real"}) if levels else None


def _items(source: Source, element: Element, findings: Findings) -> tuple[str, ...]:
    issue, seen = element.get("name"), dict[str, int]()
    for item in element.below("item"):
        place = source.place(item.line, item.column)
        value = item.attributes.get("value")
        if value is None:
            findings.error(place, "an item without a value", 'an item with value="…"', "", issue)
        elif value in seen:
            findings.ignore(
                place,
                f"the second of two items with the value {value!r} in issue {issue!r} was not used",
            )
        else:
            seen[value] = item.line
    if len(seen) > MOST_LEVELS:
        place = source.place(element.line, element.column)
        findings.error(place, f"{len(seen):,} values", f"at most {MOST_LEVELS:,}", "", issue)
        return ()
    return tuple(seen)


def _whole_numbers(source: Source, element: Element, findings: Findings) -> tuple[str, ...]:
    name, bounds = element.get("name"), []
    holders = [element, *element.below("range")]
    place = source.place(element.line, element.column)
    for key in ("lowerbound", "upperbound"):
        written = next((h.get(key) for h in holders if key in h.attributes), None)
        value = None if written is None else number(written)
        if value is None or not value.is_integer():
            found = f"{key}={written!r}" if written is not None else f"no {key}"
            findings.error(place, found, "a whole number on either side of the range", "", name)
        else:
            bounds.append(int(value))
    if len(bounds) < 2:
        return ()
    low, high = bounds
    if not 0 < high - low + 1 <= MOST_LEVELS:
        found = f"a range from {low} to {high}"
        findings.error(place, found, f"1 to {MOST_LEVELS:,} whole numbers", "", name)
        return ()
    return tuple(str(value) for value in range(low, high + 1))
