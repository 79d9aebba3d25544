"""A consent rule as a formula, so that a search can reason about packages that are half made.

It holds where the margin of the rule, as :func:`accord.theory.bargaining.fold` works it out, is
not below nought; a member with ``when`` counts only where that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accord.case.expressions import Expression, Not
from accord.case.records.agreement import ConsentNode
from accord.explore.search.literals import FALSE, TRUE, either, every
from accord.theory.search.formula import AtLeast, Formula

__all__ = ["always_asked", "consenting"]


@dataclass(frozen=True, slots=True)
class _Member:
    """A member: where it counts and holds, and where it does not count or holds."""

    agrees: Formula
    counts: Formula
    missing: Formula
    votes: int

    @property
    def agrees_or_missing(self) -> Formula:
        return either(self.missing, self.agrees)


def consenting(
    node: ConsentNode,
    accepts: Mapping[str, Formula],
    truth: Callable[[Expression], Formula],
) -> Formula:
    """Where a rule holds.

    Parameters
    ----------
    accepts : mapping of actor to formula
        Where each actor agrees.
    truth : function of an expression
        Where a condition on provisions and shocks holds.
    """
    return _member(node, accepts, truth, 1).agrees_or_missing


def _member(
    node: ConsentNode,
    accepts: Mapping[str, Formula],
    truth: Callable[[Expression], Formula],
    votes: int,
) -> _Member:
    here, away = TRUE, FALSE
    if node.when is not None:
        here, away = truth(node.when.expression), truth(Not(node.when.expression))
    if node.actor is not None:
        return _Member(every(here, accepts[node.actor]), here, away, votes)
    weights = node.at_least.weights if node.at_least is not None else {}
    inner = [
        _member(each, accepts, truth, weights.get(each.actor or "", 1)) for each in node.members
    ]
    anybody = either(*(each.counts for each in inner))
    nobody = every(*(each.missing for each in inner))
    if node.all is not None:
        holds = every(*(each.agrees_or_missing for each in inner))
    elif node.any is not None:
        holds = either(*(each.agrees for each in inner))
    else:
        assert node.at_least is not None
        holds = AtLeast(
            node.at_least.k,
            tuple(each.agrees for each in inner),
            tuple(each.votes for each in inner),
        )
    return _Member(every(here, anybody, holds), every(here, anybody), either(away, nobody), votes)


def always_asked(node: ConsentNode) -> frozenset[str]:
    """Actors without whose consent a rule holds nowhere, whatever the package."""
    if node.when is not None:
        return frozenset()
    if node.actor is not None:
        return frozenset({node.actor})
    sets = [always_asked(each) for each in node.members]
    if node.all is not None:
        return frozenset().union(*sets)
    if len(node.members) == 1:
        return sets[0]
    return frozenset()
