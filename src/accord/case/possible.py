"""Whether any package, in any world, can make a condition true."""

from __future__ import annotations

from accord.case.case import Case
from accord.case.expressions import And, Atom, Choice, Expression, Not, Or, Shock, atoms
from accord.case.truth import choice_holds

__all__ = ["possible"]

MOST_STEPS = 20_000


class _GivenUpError(Exception):
    """The search grew too long."""


def possible(case: Case, expression: Expression) -> bool | None:
    """Whether levels of the provisions mentioned, and shocks, exist that make it true.

    Depth-first search that assigns only what is still open and stops at the first witness.

    Returns
    -------
    bool or None
        None where the search was given up.
    """
    try:
        return _search(case, expression, {}, {}, [0])
    except _GivenUpError:
        return None


def _search(
    case: Case,
    expression: Expression,
    chosen: dict[str, str],
    shocks: dict[str, bool],
    steps: list[int],
) -> bool:
    steps[0] += 1
    if steps[0] > MOST_STEPS:
        raise _GivenUpError
    truth = _truth(case, expression, chosen, shocks)
    if truth is not None:
        return truth
    for atom in atoms(expression):
        if isinstance(atom, Choice) and atom.provision not in chosen:
            levels = case.file.provisions[atom.provision].levels
            return any(
                _search(case, expression, {**chosen, atom.provision: level}, shocks, steps)
                for level in levels
            )
        if isinstance(atom, Shock) and atom.name not in shocks:
            return any(
                _search(case, expression, chosen, {**shocks, atom.name: fell}, steps)
                for fell in (False, True)
            )
    raise AssertionError("an undecided condition has an open atom")


def _truth(
    case: Case, expression: Expression, chosen: dict[str, str], shocks: dict[str, bool]
) -> bool | None:
    """Kleene's three-valued truth of a condition where only some names are decided."""
    match expression:
        case Not(part):
            inner = _truth(case, part, chosen, shocks)
            return None if inner is None else not inner
        case And(parts) | Or(parts):
            absorbing = isinstance(expression, Or)
            values = [_truth(case, part, chosen, shocks) for part in parts]
            if absorbing in values:
                return absorbing
            return None if None in values else not absorbing
        case _:
            return _atom_truth(case, expression, chosen, shocks)


def _atom_truth(
    case: Case, atom: Atom, chosen: dict[str, str], shocks: dict[str, bool]
) -> bool | None:
    match atom:
        case Choice(provision):
            return choice_holds(case, chosen, atom) if provision in chosen else None
        case Shock(name):
            return shocks.get(name)
    raise TypeError(f"{atom} is no condition on provisions or shocks")
