"""What has to hold of a package in a world: monotone formulas over literals.

A literal holds or not; a formula that is monotone can only gain where literals gain. So literals
that are taken to hold wherever some completion of a half-made package lets them hold give an upper
bound on what any completion can do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accord._errors import ModelError

__all__ = ["AtLeast", "Formula", "Literal", "Program", "all_of", "any_of", "compiled", "evaluate"]

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal by its number."""

    index: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` votes of members that hold.

    Attributes
    ----------
    count : int
    members : tuple of Formula
    votes : tuple of int
        Of each member; one each where empty.
    """

    count: int
    members: tuple[Formula, ...]
    votes: tuple[int, ...] = ()


Formula = Literal | AtLeast


def all_of(*members: Formula) -> Formula:
    """Every member holds."""
    return AtLeast(len(members), tuple(members))


def any_of(*members: Formula) -> Formula:
    """At least one member holds."""
    return AtLeast(1, tuple(members))


@dataclass(frozen=True, eq=False)
class Program:
    """A formula laid out for a kernel.

    Attributes
    ----------
    every : int array
        Literals that all have to hold, whatever the rest says.
    steps : int array (S, 2)
        The rest, members before what they belong to: (literal, -1) pushes a literal's worlds;
        (count, n) pops n members and pushes where their votes reach the count. What stands on the
        stack at the end has to hold as well.
    votes : int array (V,)
        Votes of members, in the order in which they are popped together.
    """

    every: NDArray[np.int64]
    steps: NDArray[np.int64]
    votes: NDArray[np.int64]


def compiled(formula: Formula, literals: int) -> Program:
    """Lay a formula out.

    Raises
    ------
    ModelError
        If it names a literal that is not there, or votes and members do not fit.
    """
    every: list[int] = []
    rest: list[Formula] = []
    _conjuncts(formula, every, rest)
    steps: list[tuple[int, int]] = []
    votes: list[int] = []
    for part in rest:
        _laid_out(part, steps, votes)
    named = [*every, *(step[0] for step in steps if step[1] < 0)]
    if any(not 0 <= index < literals for index in named):
        raise ModelError(f"a formula over {literals} literals names others")
    return Program(
        np.array(sorted(set(every)), dtype=np.int64),
        np.array(steps, dtype=np.int64).reshape(-1, 2),
        np.array(votes, dtype=np.int64),
    )


def _conjuncts(part: Formula, every: list[int], rest: list[Formula]) -> None:
    """Literals and other parts that all have to hold."""
    if isinstance(part, Literal):
        every.append(part.index)
        return
    votes = _votes(part)
    if sum(votes) == part.count and all(votes):
        for member in part.members:
            _conjuncts(member, every, rest)
    else:
        rest.append(part)


def _votes(part: AtLeast) -> tuple[int, ...]:
    votes = part.votes or (1,) * len(part.members)
    if len(votes) != len(part.members) or any(vote < 0 for vote in votes):
        raise ModelError(f"found votes {part.votes} for {len(part.members)} members")
    return votes


def _laid_out(part: Formula, steps: list[tuple[int, int]], votes: list[int]) -> None:
    if isinstance(part, Literal):
        steps.append((part.index, -1))
        return
    for member in part.members:
        _laid_out(member, steps, votes)
    steps.append((part.count, len(part.members)))
    votes.extend(_votes(part))


def evaluate(part: Formula, literals: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a formula holds, from where its literals do (N, …), by its definition."""
    if isinstance(part, Literal):
        return np.asarray(literals[part.index], dtype=np.bool_)
    total = np.zeros(literals.shape[1:], dtype=np.int64)
    for member, vote in zip(part.members, _votes(part), strict=True):
        total += vote * evaluate(member, literals)
    return np.asarray(total >= part.count)
