"""Conditions as trees: their atoms, their truth, their text. ``grammar`` reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Accepts",
    "And",
    "Atom",
    "Choice",
    "Expression",
    "JoinCount",
    "Joins",
    "Not",
    "Option",
    "Or",
    "Shock",
    "Truth",
    "atoms",
    "evaluate",
    "negated",
    "write",
]

Truth = bool | NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Choice:
    """The package picks a level of a provision that stands in the given relation."""

    provision: str
    relation: str
    levels: tuple[str, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Shock:
    """A shock falls in this world."""

    name: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Joins:
    """Some other pledge of the actor (or the one named) goes ahead."""

    actor: str
    pledge: str | None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class JoinCount:
    """At least ``count`` of the actors join."""

    count: int
    actors: tuple[str, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Accepts:
    """The actor accepts the package in this world."""

    actor: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """A party of a conflict uses an option (or stands at a level of it)."""

    party: str
    option: str
    relation: str | None
    level: str | None
    offset: int = 0


Atom = Choice | Shock | Joins | JoinCount | Accepts | Option


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Expression


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds."""

    parts: tuple[Expression, ...]


Expression = Atom | Not | And | Or


def atoms(expression: Expression) -> Iterator[Atom]:
    """Every atom, from left to right."""
    match expression:
        case Not(part):
            yield from atoms(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms(part)
        case _:
            yield expression


def negated(expression: Expression, *, inside: bool = False) -> Iterator[Atom]:
    """Every atom that stands under an odd number of negations."""
    match expression:
        case Not(part):
            yield from negated(part, inside=not inside)
        case And(parts) | Or(parts):
            for part in parts:
                yield from negated(part, inside=inside)
        case _ if inside:
            yield expression


def evaluate(expression: Expression, truth: Callable[[Atom], Truth]) -> Truth:
    """Truth of a condition, given the truth of its atoms (one bool, or one a world or state)."""
    match expression:
        case Not(part):
            inner = evaluate(part, truth)
            return not inner if isinstance(inner, bool) else ~inner
        case And(parts):
            return _fold(parts, truth, absorbing=False)
        case Or(parts):
            return _fold(parts, truth, absorbing=True)
        case _:
            return truth(expression)


def _fold(
    parts: tuple[Expression, ...], truth: Callable[[Atom], Truth], *, absorbing: bool
) -> Truth:
    result: Truth = not absorbing
    for part in parts:
        value = evaluate(part, truth)
        if isinstance(value, bool):
            if value is absorbing:
                return absorbing
        elif isinstance(result, bool):
            result = value
        else:
            result = result | value if absorbing else result & value
    return result


def write(expression: Expression) -> str:
    """The canonical text of a condition; reading it again gives the same expression."""
    match expression:
        case Not(part):
            return f"not {_bracketed(part)}"
        case And(parts):
            return " and ".join(_bracketed(part) for part in parts)
        case Or(parts):
            return " or ".join(_bracketed(part) for part in parts)
        case Choice(provision, "in", levels):
            return f"{provision} in [{', '.join(levels)}]"
        case Choice(provision, relation, levels):
            return f"{provision} {relation} {levels[0]}"
        case Shock(name):
            return f"shocks.{name}"
        case Joins(actor, pledge):
            return f"{actor}.{pledge} joins" if pledge else f"{actor} joins"
        case JoinCount(count, actors):
            return f"{count} of [{', '.join(actors)}]"
        case Accepts(actor):
            return f"{actor} accepts"
        case Option(party, option, relation, level):
            return f"{party}.{option}" + (f" {relation} {level}" if relation else "")
    raise TypeError(expression)


def _bracketed(expression: Expression) -> str:
    return f"({write(expression)})" if isinstance(expression, And | Or) else write(expression)
