"""What could be made of the packages on the table: exchanges, improvements, the contract curve.

Found in the central case, over the whole space of packages; told with the share of the first 256
worlds in which it holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accord.criteria.bargains import Space, space_of
from accord.criteria.consent import consenting_groups, consenting_sets
from accord.criteria.positions import positions
from accord.criteria.setting import Setting, rule_names
from accord.theory.bargaining import GRID
from accord.theory.bargaining.acceptance import jointly_acceptable
from accord.theory.bargaining.drafts import Exchange, Improvement, exchanges, improvements
from accord.theory.bargaining.forecasts import compromise, median_voter
from accord.theory.bargaining.frontier import pareto_frontier
from accord.theory.bargaining.space import Bargain

__all__ = ["drafting"]

Integers = NDArray[np.int64]

FEW_CHANGES, MOST_CHANGES = 2, 3
MOST_TOLD = 5
MOST_POINTS = 400
MOST_ACCEPTED_OF = 100_000
"""Packages up to which the most acceptable one of all is looked for."""


def drafting(setting: Setting) -> dict[str, Any]:
    """Improvements of every named package, exchanges around the first, curves and forecasts."""
    named = [name for name in setting.packages if name not in setting.brief]
    central = space_of(setting.central())
    bargain = central.bargain()
    consent = setting.case.file.consent
    rules = rule_names(setting.case) if consent is not None else ()
    return {
        "schema": 1,
        "improvements": {
            name: _improvements(setting, central, bargain, name, rules) for name in named
        },
        "exchanges": {
            rule: _exchanges(setting, central, bargain, named[0], rule) for rule in rules
        },
        "curves": _curves(setting, central, bargain, named, rules),
        "most_accepted": {rule: _most_accepted(setting, rule) for rule in rules},
        "forecasts": _forecasts(setting),
    }


def _asked(setting: Setting, space: Space, rule: str) -> list[int]:
    """Actors whose consent a rule asks at all times, as numbers."""
    assert setting.case.file.consent is not None
    groups = consenting_sets(setting.case.file.consent.rules[rule])
    found = set().union(*groups)
    return [i for i, actor in enumerate(space.actors) if actor in found]


def _improvements(
    setting: Setting, space: Space, bargain: Bargain, package: str, rules: Sequence[str]
) -> dict[str, Any]:
    """By rule, the nearest package that some consenting set prefers as a whole."""
    consent = setting.case.file.consent
    assert consent is not None or not rules
    groups: dict[str, list[frozenset[str]]] = {}
    for rule in rules:
        assert consent is not None
        groups[rule] = [g for g in consenting_sets(consent.rules[rule]) if g]
    draft = space.levels(setting.packages[package])
    found: dict[frozenset[str], list[Improvement] | None] = {}
    # farther packages are many, so they are looked at only for rules that have nothing nearer
    for changes in (FEW_CHANGES, MOST_CHANGES):
        wanted = [own for own in groups.values() if not any(found.get(group) for group in own)]
        every = list(dict.fromkeys(group for own in wanted for group in own))
        numbers = [[space.actors.index(actor) for actor in sorted(group)] for group in every]
        new = improvements(bargain, draft, numbers, most_changes=changes)
        found |= dict(zip(every, new, strict=True))
    return {
        rule: _nearest(setting, space, bargain, package, {g: found[g] for g in own})
        for rule, own in groups.items()
    }


def _nearest(
    setting: Setting,
    space: Space,
    bargain: Bargain,
    package: str,
    found: Mapping[frozenset[str], list[Improvement] | None],
) -> dict[str, Any] | None:
    """The nearest of all groups, then the one with the largest smallest gain; None for none."""
    options = [
        (len(own[0].changed), -_smallest(space, own[0], group), sorted(group), own[0])
        for group, own in found.items()
        if own
    ]
    if not options:
        return None
    _, least, group, best = min(options, key=lambda option: option[:3])
    other = space.chosen(best.package)
    accepts = bargain.acceptances(best.package[None, :])[:, 0]
    refusing = [a for a, yes in zip(space.actors, accepts, strict=True) if not yes]
    return {
        "changes": _changes(setting.packages[package], other),
        "group": group,
        "gain": -least / GRID,
        "refusing": [actor for actor in refusing if actor in group],
        "prefer": _share_preferring(setting, setting.packages[package], other, group),
    }


def _smallest(space: Space, one: Improvement, group: frozenset[str]) -> int:
    return int(min(one.change[space.actors.index(actor)] for actor in group))


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: [before[name], level] for name, level in after.items() if before[name] != level}


def _share_preferring(
    setting: Setting, before: Mapping[str, str], after: Mapping[str, str], actors: Sequence[str]
) -> dict[str, float]:
    """Share of the first 256 worlds in which all of some actors prefer one package to another."""
    block = setting.first_block()
    known = positions(block)
    worth = [known[actor].utility(after) - known[actor].utility(before) for actor in actors]
    return block.share_in_block(np.all(np.stack(worth) > 0, axis=0))


def _exchanges(
    setting: Setting, space: Space, bargain: Bargain, package: str, rule: str
) -> list[dict[str, Any]]:
    asked = _asked(setting, space, rule)
    if len(asked) < 2:
        return []
    draft = space.levels(setting.packages[package])
    found = exchanges(bargain.of(asked), draft, most=200)
    told: dict[tuple[int, int], dict[str, Any]] = {}
    # one exchange for each pair of traders, so that the list does not repeat itself
    for one in found:
        pair = (min(one.first_giver, one.second_giver), max(one.first_giver, one.second_giver))
        if pair not in told and len(told) < MOST_TOLD:
            names = [space.actors[i] for i in asked]
            told[pair] = _exchange(setting, space, package, names, one)
    return list(told.values())


def _exchange(
    setting: Setting, space: Space, package: str, names: Sequence[str], one: Exchange
) -> dict[str, Any]:
    draft = space.levels(setting.packages[package])
    for provision, level in (one.first, one.second):
        draft[provision] = level
    other = space.chosen(draft)
    traders = [names[one.first_giver], names[one.second_giver]]
    changes = _changes(setting.packages[package], other)
    gives = [space.provisions[provision] for provision, _ in (one.first, one.second)]
    return {
        "givers": traders,
        "changes": [{"provision": name, "levels": changes[name]} for name in gives],
        "gains": [float(one.change[i]) / GRID for i in (one.first_giver, one.second_giver)],
        "losers": {names[i]: float(one.change[i]) / GRID for i in one.losers},
        "prefer": _share_preferring(setting, setting.packages[package], other, traders),
    }


def _most_accepted(setting: Setting, rule: str) -> dict[str, Any] | None:
    """The package of the whole space that is acceptable in most of the first 256 worlds.

    Told where the space can be listed and one group of actors, asked at all times, satisfies the
    rule; the first in the order of levels where several are equal.
    """
    assert setting.case.file.consent is not None
    groups = consenting_groups(setting.case.file.consent.rules[rule])
    block = setting.first_block()
    space = space_of(block)
    asked = sorted(space.actors.index(one.actor) for group in groups for one in group)
    at_times = any(one.when is not None for group in groups for one in group)
    if len(groups) != 1 or not asked or at_times or math.prod(space.sizes) > MOST_ACCEPTED_OF:
        return None
    worlds = [space.bargain(world).of(asked) for world in range(block.worlds.count)]
    counts = jointly_acceptable(worlds)
    best = int(np.argmax(counts))
    package = space.chosen(np.array(np.unravel_index(best, space.sizes)))
    bargains = (one.acceptances(space.levels(package)[None, :]).all() for one in worlds)
    return {
        "package": package,
        "packages": len(counts),
        "as_often": int((counts == counts[best]).sum()),
        "share": block.share_in_block(np.fromiter(bargains, dtype=np.bool_)),
    }


def _curves(
    setting: Setting, space: Space, bargain: Bargain, named: Sequence[str], rules: Sequence[str]
) -> dict[str, Any]:
    """By rule, the contract curve of the two actors asked whose interests are most opposed."""
    pairs = {rule: _most_opposed(bargain, _asked(setting, space, rule)) for rule in rules}
    known = {pair: _curve(setting, space, bargain, named, pair) for pair in pairs.values() if pair}
    return {rule: known[pair] if pair else None for rule, pair in pairs.items()}


def _curve(
    setting: Setting, space: Space, bargain: Bargain, named: Sequence[str], pair: tuple[int, int]
) -> dict[str, Any]:
    """The contract curve of two actors, and what the named packages are worth to them."""
    two = bargain.of(pair)
    whole, agreed = pareto_frontier(two), pareto_frontier(two, acceptable=True)
    packages = np.stack([space.levels(setting.packages[name]) for name in named])
    worth = two.utilities(packages) / GRID
    accepts = two.acceptances(packages)
    return {
        "actors": [space.actors[i] for i in pair],
        "walk_away": (two.walk_away / GRID).tolist(),
        "frontier": _thinned(whole.utilities / GRID),
        "vectors": int(whole.utilities.shape[1]),
        "acceptable": _thinned(agreed.utilities / GRID),
        "acceptable_vectors": int(agreed.utilities.shape[1]),
        "packages": {
            name: {"at": worth[:, k].tolist(), "accepts": accepts[:, k].tolist()}
            for k, name in enumerate(named)
        },
    }


def _thinned(points: NDArray[np.float64]) -> list[list[float]]:
    """At most some hundred points for a drawing, evenly picked, the ends among them."""
    count = points.shape[1]
    picked = np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int))
    return [[round(float(x), 3) for x in column] for column in points[:, picked].T]


def _most_opposed(bargain: Bargain, asked: Sequence[int]) -> tuple[int, int] | None:
    """The pair whose utilities go least together over all packages, levels being equally likely."""
    if len(asked) < 2:
        return None
    centred = [t[asked] - t[asked].mean(axis=1, keepdims=True) for t in bargain.values]
    covariance = sum((t @ t.T) / t.shape[1] for t in centred)
    spread = np.sqrt(np.diag(covariance))
    norms = np.outer(spread, spread)
    together = np.divide(covariance, norms, out=np.ones_like(norms), where=norms > 0)
    i, j = np.unravel_index(int(np.argmin(np.triu(together, 1) + np.tril(np.full_like(norms, 2)))),
                            norms.shape)  # fmt: skip
    return asked[int(i)], asked[int(j)]


def _forecasts(setting: Setting) -> dict[str, Any]:
    """Compromise model and median voter by ordered provision, where actors state their power."""
    central = setting.central()
    file = setting.case.file
    strong = {a: r.power for a, r in file.actors.items() if r.power is not None}
    found: dict[str, Any] = {}
    for name, provision in file.provisions.items():
        if not provision.ordered or len(provision.levels) < 2:
            continue
        power, salience, where = [], [], []
        for actor, position in positions(central).items():
            if actor not in strong or not position.record.values:
                continue
            table = position.contributions.get(name)
            value = position.record.values.get(name)
            if table is None or value is None:
                continue
            power.append(float(central.worlds.value(strong[actor])[0]))
            salience.append(float(central.worlds.value(value.weight)[0]))
            # a variant that stands apart is neither more nor less, so it has no rank
            ranked = [k for k, lv in enumerate(provision.levels.values()) if not lv.apart]
            where.append(float(ranked[int(np.argmax(table[ranked, 0]))]))
        if sum(p * s for p, s in zip(power, salience, strict=True)) > 0:
            found[name] = {
                "compromise": compromise(power, salience, where),
                "median": median_voter(power, salience, where),
                "actors": len(power),
            }
    return found
