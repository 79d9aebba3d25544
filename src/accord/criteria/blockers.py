"""Who stands in the way of a package: alone, and by the Shapley value of the veto."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.consent import consent_tree
from accord.criteria.positions import margins, positions
from accord.criteria.setting import Setting, rule_names
from accord.theory.bargaining import Member, Rule, fold
from accord.theory.power import shapley_from_table

__all__ = ["blockers", "veto_values"]

Booleans = NDArray[np.bool_]

MOST_ASKED = 14
"""Actors whose consent a rule asks up to which every set of them is tried."""

AT_ONCE = 1 << 18


def blockers(setting: Setting, package: str, rules: Sequence[str] | None = None) -> dict[str, Any]:
    """By rule, in how many worlds each actor alone blocks; and below what it would walk away.

    Parameters
    ----------
    rules : sequence of str, optional
        Of which rules it is told; of all where left out.
    """
    each = margins(setting, package)
    actors = list(positions(setting))
    result: dict[str, Any] = {"sole": {}, "walk_away": {}}
    chosen = setting.packages[package]
    for actor, position in positions(setting).items():
        result["walk_away"][actor] = setting.share(position.slack(chosen) < 0)
    if setting.case.file.consent is None:
        return result
    for rule in rule_names(setting.case) if rules is None else rules:
        tree = consent_tree(setting.case, setting.worlds, rule, chosen)
        fails = fold(tree, each)[0] < 0
        sole = {}
        asked = setting.case.file.consent.rules[rule].actors
        for i, actor in enumerate(actors):
            # where it accepts anyway, it is not what stands in the way
            if actor not in asked or not (fails & (each[i] < 0)).any():
                continue
            granted = each.copy()
            granted[i] = np.maximum(granted[i], 0)
            alone = fails & (fold(tree, granted)[0] >= 0)
            if alone.any():
                sole[actor] = setting.share(alone)
        result["sole"][rule] = sole
    return result


def veto_values(setting: Setting, rule: str, packages: Sequence[str]) -> dict[str, float] | None:
    """The Shapley value of each actor's veto under a rule, over packages and worlds together.

    The worth of a set of actors is the share of (package, world) in which the rule holds once they
    are set to accept (Shapley 1953; Shapley and Shubik 1954). The values sum to the share in which
    the rule fails now but would hold if all accepted.

    Returns
    -------
    dict of actor to value, or None
        None for a case without consent, or a rule that asks more than 14 actors.
    """
    consent = setting.case.file.consent
    if consent is None or len(consent.rules[rule].actors) > MOST_ASKED:
        return None
    order = list(positions(setting))
    asked = [order.index(actor) for actor in consent.rules[rule].actors]
    sets = np.arange(1 << len(asked))
    granted = (sets[None, :] >> np.arange(len(asked))[:, None] & 1).astype(np.bool_)
    worth = np.zeros(len(sets))
    total = 0.0
    weights = np.ones(setting.worlds.count) if setting.weights is None else setting.weights
    for package in packages:
        tree = consent_tree(setting.case, setting.worlds, rule, setting.packages[package])
        accepts = margins(setting, package)[asked] >= 0
        for columns, mass, first in _alike(tree, accepts, weights):
            # one column a pattern of acceptance and a set that is granted
            held = columns[:, :, None] | granted[:, None, :]
            values = np.full((len(order), held.shape[1] * held.shape[2]), -1, dtype=np.int64)
            values[asked] = np.where(held.reshape(len(asked), -1), 0, -1)
            holds = fold(_taken(tree, np.repeat(first, len(sets))), values)[0] >= 0
            worth += mass @ holds.reshape(len(mass), -1)
        total += float(weights.sum())
    values = shapley_from_table(worth / total)
    return dict(zip(consent.rules[rule].actors, map(float, values), strict=True))


def _alike(
    tree: Rule, accepts: Booleans, weights: NDArray[np.generic]
) -> Iterator[tuple[Booleans, NDArray[np.float64], NDArray[np.intp]]]:
    """Worlds in which the same actors accept and the same members count, with their weight.

    Yields patterns of acceptance (n, U), what each weighs, and one world of each.
    """
    keys = np.concatenate([accepts, *(row[None] for row in _conditions(tree))])
    packed = np.packbits(keys, axis=0)
    _, first, which = np.unique(packed, axis=1, return_index=True, return_inverse=True)
    mass = np.bincount(which.ravel(), weights=weights.astype(np.float64)).astype(np.float64)
    step = max(1, AT_ONCE >> len(accepts))
    for start in range(0, first.size, step):
        own = first[start : start + step]
        yield accepts[:, own], mass[start : start + step], own


def _conditions(rule: Rule) -> Iterator[Booleans]:
    for member in rule.members:
        if member.counts is not None:
            yield member.counts
        if isinstance(member.part, Rule):
            yield from _conditions(member.part)


def _taken(rule: Rule, worlds: NDArray[np.intp]) -> Rule:
    """The rule in some worlds only."""
    return Rule(
        tuple(
            Member(
                _taken(m.part, worlds) if isinstance(m.part, Rule) else m.part,
                m.votes,
                None if m.counts is None else m.counts[worlds],
            )
            for m in rule.members
        ),
        rule.quota,
    )
