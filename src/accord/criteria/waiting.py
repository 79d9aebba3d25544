"""What pledges wait for, apart: contributors, consent, events, clauses of the package."""

from __future__ import annotations

from typing import Any

from accord.case.case import Case
from accord.case.expressions import (
    Accepts,
    And,
    Choice,
    Expression,
    JoinCount,
    Joins,
    Not,
    Or,
    Shock,
    atoms,
    write,
)
from accord.case.records.delivery import Pledge
from accord.case.truth import package_truth
from accord.criteria.pledging import table
from accord.criteria.setting import Setting

__all__ = ["asks"]


def asks(setting: Setting, package: str) -> dict[str, Any]:
    """What the pledges of a package ask for, by pledge, JSON-ready; those that ask nothing apart.

    Returns
    -------
    dict of pledge to dict
        ``joins``: contributors named; ``accepts``: actors whose consent is asked; ``shocks``:
        events named; ``unmet``: clauses, as written, that the package does not hold and that the
        pledge cannot do without.
    """
    own, chosen = table(setting), setting.packages[package]
    result: dict[str, Any] = {}
    for owner, name, pledge in zip(own.owners, own.names, own.records, strict=True):
        if pledge.condition is None:
            continue
        left = _settled(setting.case, pledge.condition.expression, chosen)
        found = _asked(pledge, left, setting.case, chosen)
        if any(found.values()):
            result[f"{owner}.{name}"] = found
    return result


def _asked(pledge: Pledge, left: Expression | bool, case: Case, chosen: Any) -> dict[str, Any]:
    rest = list(atoms(left)) if not isinstance(left, bool) else []
    joins: list[str] = []
    for atom in rest:
        if isinstance(atom, Joins):
            joins.append(atom.actor)
        elif isinstance(atom, JoinCount):
            joins += atom.actors
    assert pledge.condition is not None
    return {
        "joins": list(dict.fromkeys(joins)),
        "accepts": list(dict.fromkeys(a.actor for a in rest if isinstance(a, Accepts))),
        "shocks": list(dict.fromkeys(a.name for a in rest if isinstance(a, Shock))),
        "unmet": _unmet(pledge.condition.expression, case, chosen) if left is False else [],
    }


def _unmet(expression: Expression, case: Case, chosen: Any) -> list[str]:
    """The clauses whose failing alone makes the condition fail, as written."""
    parts = expression.parts if isinstance(expression, And) else (expression,)
    return [write(part) for part in parts if _settled(case, part, chosen) is False]


def _settled(case: Case, part: Expression, chosen: Any) -> Expression | bool:
    """The condition with what the package decides filled in."""
    match part:
        case Choice():
            return bool(package_truth(case, part, chosen, {}))
        case Not(inner):
            found = _settled(case, inner, chosen)
            return not found if isinstance(found, bool) else Not(found)
        case And(parts) | Or(parts):
            decisive = isinstance(part, Or)
            left = [_settled(case, each, chosen) for each in parts]
            if any(each is decisive for each in left):
                return decisive
            open_parts = tuple(each for each in left if not isinstance(each, bool))
            if not open_parts:
                return not decisive
            return open_parts[0] if len(open_parts) == 1 else type(part)(open_parts)
    return part
