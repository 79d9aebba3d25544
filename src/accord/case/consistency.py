"""What must fit together although each part is right by itself: units, meanings, orders."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np
from pydantic import BaseModel

from accord.case.case import Case
from accord.case.circles import circles
from accord.case.numbers import PackageNumber
from accord.case.tree import Path, Tree

__all__ = ["check_consistency", "package_numbers_in"]


def check_consistency(case: Case, tree: Tree) -> None:
    """Note every mistake between parts in ``tree.errors``."""
    _check_units(case, tree)
    _check_served(case, tree)
    _check_meanings(case, tree)
    _check_phases(case, tree)
    _check_milestones(case, tree)
    _check_correlations(case, tree)


def package_numbers_in(node: object, path: Path = ()) -> Iterator[tuple[Path, PackageNumber]]:
    """Every number that depends on the package, with the path where it is written."""
    match node:
        case PackageNumber():
            yield path, node
        case BaseModel():
            fields = type(node).model_fields
            for name, field in fields.items():
                yield from package_numbers_in(getattr(node, name), (*path, field.alias or name))
            for key, value in (node.__pydantic_extra__ or {}).items():
                yield from package_numbers_in(value, (*path, key))
        case dict():
            for key, value in node.items():
                yield from package_numbers_in(value, (*path, key))
        case tuple():
            for i, value in enumerate(node):
                yield from package_numbers_in(value, (*path, i))


def _check_units(case: Case, tree: Tree) -> None:
    """Pools that serve several capabilities add them up, so these must share a unit."""
    capabilities = case.file.capabilities
    for contributor, pledges in case.file.pledges.items():
        for name, pledge in pledges.items():
            known = [c for c in pledge.serves if c in capabilities]
            units = {capabilities[c].unit: c for c in reversed(known)}
            if len(units) > 1:
                found = " and ".join(f"{c} in {unit}" for unit, c in reversed(list(units.items())))
                tree.error(
                    ("pledges", contributor, name, "serves"),
                    f"one pool that serves {found}",
                    "capabilities counted in one unit, since a pool is shared between them",
                    "give each its own pledge, or count both in the same unit",
                )


def _check_served(case: Case, tree: Tree) -> None:
    """What a level requires has an entry among the pledges, be it one of amount 0.

    Nobody's name beside it is more likely forgotten than meant: refused and unspecified pledges
    are entries, too.
    """
    if not case.file.pledges:
        return
    served = {
        name
        for pledges in case.file.pledges.values()
        for pledge in pledges.values()
        for name in pledge.serves
    }
    for provision, record in case.file.provisions.items():
        for level, entry in record.levels.items():
            for name, requirement in entry.requires.items():
                point = requirement.amount.distribution.is_point
                nothing = point and requirement.amount.central == 0
                if name in case.file.capabilities and name not in served and not nothing:
                    tree.error(
                        ("provisions", provision, "levels", level, "requires", name),
                        f"a requirement of {name!r}, which nobody serves",
                        "a capability that some pledge serves",
                        "write a pledge of amount 0 where somebody refused or did not say",
                    )


def _check_meanings(case: Case, tree: Tree) -> None:
    """``like: levels_meaning.NAME`` needs an entry, above it, whose values fit the field."""
    meanings = list(case.file.levels_meaning)
    for path, number in package_numbers_in(case.file):
        if not number.like:
            continue
        known = meanings
        if path[0] == "levels_meaning":
            known = meanings[: meanings.index(str(path[1]))]
        if number.like not in known:
            near = difflib.get_close_matches(number.like, known, 1)
            hint = f"did you mean levels_meaning.{near[0]}?" if near else ""
            found, wanted = repr(number.like), "an entry of levels_meaning (inside it, one above)"
            tree.error((*path, "like"), found, wanted, hint)
        else:
            _check_fit(tree, path, number)


def _check_fit(tree: Tree, path: Path, number: PackageNumber) -> None:
    """What is referred to must lie in the domain of the field that refers to it."""
    low, high = number.base.domain.bounds
    parts = [number.base, *(s.number for s in number.steps if s.operation == "set")]
    for part in parts:
        mass = float(part.distribution.mass_outside(low, high))
        if mass > 1e-12:
            tree.error(
                (*path, "like"),
                f"{part.path} with {mass:.2%} of its mass outside {low:g} to {high:g}",
                f"a {number.base.domain}",
                "narrow it, or refer to another entry",
            )


def _check_phases(case: Case, tree: Tree) -> None:
    phases = case.file.phases
    days = [phase.by.days for phase in phases.values()]
    for (name, _), before, after in zip(list(phases.items())[1:], days, days[1:], strict=False):
        if after < before:
            tree.error(("phases", name), f"{name} begins before the phase above it",
                       "phases in the order in which they begin")  # fmt: skip
    order = list(phases)
    for provision, record in case.file.provisions.items():
        for level, each in record.levels.items():
            for capability, need in each.requires.items():
                ends = [order.index(p) for p in (need.since, need.until) if p in order]
                if ends != sorted(ends):
                    at = ("provisions", provision, "levels", level, "requires", capability)
                    tree.error(at, f"from {need.since} to {need.until}",
                               "a first phase that is not after the last")  # fmt: skip


def _check_milestones(case: Case, tree: Tree) -> None:
    needs = {name: milestone.needs for name, milestone in case.file.milestones.items()}
    for circle in circles(needs):
        tree.error(("milestones", circle[0], "needs"), f"a circle: {' → '.join(circle)}",
                   "prerequisites without a circle")  # fmt: skip


def _check_correlations(case: Case, tree: Tree) -> None:
    links = case.file.correlations
    names = list(dict.fromkeys(end for link in links for end in link.between))
    matrix = np.eye(len(names))
    for i, link in enumerate(links):
        a, b = (names.index(end) for end in link.between)
        if a == b or matrix[a, b]:
            found = "an input with itself" if a == b else "a pair that stands there already"
            tree.error(("correlations", i), found, "each pair of two inputs once")
            return
        matrix[a, b] = matrix[b, a] = link.rank
        for end in link.between:
            number = case.numbers.get(end)
            if number is not None and number.distribution.is_point:
                tree.error(("correlations", i), f"{end}, which is certain", "an uncertain number")
    smallest = float(np.linalg.eigvalsh(matrix)[0]) if names else 1.0
    if smallest <= 1e-10:
        tree.error(
            ("correlations",),
            f"a matrix that is not positive definite (smallest eigenvalue {smallest:.3g})",
            "correlations that can hold together",
            "weaken the strongest ones",
        )
