"""A case's consent rules as trees over actors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from accord.case.case import Case
from accord.case.records.agreement import ConsentNode
from accord.theory.bargaining import Member, Rule
from accord.worlds.worlds import Worlds

__all__ = ["consent_tree"]


def consent_tree(case: Case, worlds: Worlds, rule: str, chosen: Mapping[str, str]) -> Rule:
    """A rule for one package: members with ``when`` count only where it holds.

    Actors are numbered in the order of the case's positions. A case without consent rules asks
    nobody, and its only rule holds.
    """
    if case.file.consent is None:
        return Rule((Member(0, counts=np.zeros(worlds.count, dtype=np.bool_)),))
    order = {actor: i for i, actor in enumerate(case.file.positions)}
    member = _member(worlds, case.file.consent.rules[rule], chosen, order, 1)
    return (
        member.part if isinstance(member.part, Rule) and member.counts is None else Rule((member,))
    )


def _member(
    worlds: Worlds,
    node: ConsentNode,
    chosen: Mapping[str, str],
    order: Mapping[str, int],
    votes: int,
) -> Member:
    counts = None
    if node.when is not None:
        here = np.asarray(worlds.holds(node.when, chosen), dtype=np.bool_)
        counts = np.broadcast_to(here, (worlds.count,))
    if node.actor is not None:
        return Member(order[node.actor], votes, counts)
    weights = node.at_least.weights if node.at_least is not None else {}
    members = tuple(
        _member(worlds, inner, chosen, order, weights.get(inner.actor or "", 1))
        for inner in node.members
    )
    quota = None if node.all is not None else 1 if node.any is not None else _quota(node)
    if node.any is not None:
        # one vote each: the largest margin of those that count
        members = tuple(Member(m.part, 1, m.counts) for m in members)
    return Member(Rule(members, quota), votes, counts)


def _quota(node: ConsentNode) -> int:
    assert node.at_least is not None
    return node.at_least.k
