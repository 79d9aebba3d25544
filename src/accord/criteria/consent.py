"""A case's consent rules as trees over actors."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from accord.case.case import Case
from accord.case.conditions import Condition
from accord.case.records.agreement import ConsentNode
from accord.theory.bargaining import Member, Rule
from accord.worlds.worlds import Worlds

__all__ = ["Asked", "consent_tree", "consenting_groups", "consenting_sets"]

_Member = TypeVar("_Member")

MOST_CONSENTING_SETS = 64


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


@dataclass(frozen=True, slots=True)
class Asked:
    """An actor whose consent is asked, and the condition under which it is."""

    actor: str
    when: Condition | None = None


def consenting_sets(node: ConsentNode) -> tuple[frozenset[str], ...]:
    """Minimal sets of actors whose consent satisfies a rule; members with ``when`` left out.

    The empty set alone where nobody is left to ask.
    """
    groups = consenting_groups(node)
    return _minimal([frozenset(a.actor for a in g if a.when is None) for g in groups])


def consenting_groups(node: ConsentNode) -> tuple[frozenset[Asked], ...]:
    """Minimal sets of consents that satisfy a rule, conditional ones among them.

    A member with ``when`` that stands beside others in ``all`` is asked where that holds. One that
    is an alternative among others is left out, and so is one on which nothing but itself depends.
    """
    found = _sets(node)
    return _minimal(found) if found is not None else (frozenset(),)


def _sets(node: ConsentNode) -> list[frozenset[Asked]] | None:
    """Sets that satisfy a node, None where none of its members counts at all times."""
    if node.actor is not None:
        return [frozenset({Asked(node.actor)})]
    below = [(m, _sets(m)) for m in node.members if m.when is None]
    members = [m for m, sets in below if sets is not None]
    parts = [sets for _, sets in below if sets is not None]
    if not parts:
        return None
    if node.any is not None:
        return [group for part in parts for group in part]
    if node.all is not None:
        at_times = frozenset(
            Asked(m.actor, m.when) for m in node.members if m.when is not None and m.actor
        )
        return [group | at_times for group in _unions(parts)]
    assert node.at_least is not None
    weights = [node.at_least.weights.get(m.actor or "", 1) for m in members]
    found: list[frozenset[Asked]] = []
    for size in range(1, len(parts) + 1):
        for picked in itertools.combinations(range(len(parts)), size):
            if sum(weights[i] for i in picked) >= node.at_least.k:
                found += _unions([parts[i] for i in picked])
        if len(found) > 20 * MOST_CONSENTING_SETS:
            break
    return found


def _unions(parts: list[list[frozenset[Asked]]]) -> list[frozenset[Asked]]:
    groups: list[frozenset[Asked]] = [frozenset()]
    for part in parts:
        groups = list(_minimal([a | b for a in groups for b in part])[:MOST_CONSENTING_SETS])
    return groups


def _minimal(groups: list[frozenset[_Member]]) -> tuple[frozenset[_Member], ...]:
    unique = sorted(set(groups), key=lambda g: (len(g), sorted(map(str, g))))
    kept: list[frozenset[_Member]] = []
    for group in unique:
        if not any(other <= group for other in kept):
            kept.append(group)
    return tuple(kept)
