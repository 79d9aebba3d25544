"""Truth of a condition about provisions, given the levels that a package picks."""

from __future__ import annotations

from collections.abc import Mapping

from accord.case.case import Case
from accord.case.expressions import Atom, Choice, Expression, Shock, Truth, evaluate
from accord.case.records.agreement import Constraint

__all__ = ["choice_holds", "package_truth", "unmet_constraints"]


def choice_holds(case: Case, chosen: Mapping[str, str], atom: Choice) -> bool:
    """Whether the chosen level stands in the relation that the atom names.

    A level that stands apart from the order is neither more nor less than any other.
    """
    provision = case.file.provisions[atom.provision]
    level = chosen[atom.provision]
    if atom.relation in {"==", "in"}:
        return level in atom.levels
    if atom.relation == "!=":
        return level not in atom.levels
    if provision.levels[level].apart:
        return False
    mine, other = provision.index(level), provision.index(atom.levels[0])
    return mine <= other if atom.relation == "<=" else mine >= other


def package_truth(
    case: Case, expression: Expression, chosen: Mapping[str, str], shocks: Mapping[str, Truth]
) -> Truth:
    """Truth of a condition on provisions and shocks: a bool, or one a world.

    Parameters
    ----------
    chosen : mapping of provision to level
        The package.
    shocks : mapping of name to bool or ndarray (W,)
        Whether each shock falls.
    """

    def atom_truth(atom: Atom) -> Truth:
        match atom:
            case Choice():
                return choice_holds(case, chosen, atom)
            case Shock(name):
                return shocks[name]
        raise TypeError(f"{atom} is no condition on provisions or shocks")

    return evaluate(expression, atom_truth)


def unmet_constraints(case: Case, chosen: Mapping[str, str]) -> tuple[Constraint, ...]:
    """Constraints of the case that a package does not meet."""
    return tuple(
        one
        for one in case.file.constraints
        if package_truth(case, one.when.expression, chosen, {})
        and not package_truth(case, one.require.expression, chosen, {})
    )
