"""Who goes and whether it is enough, against brute force and linear programming."""

from __future__ import annotations

import numpy as np
import pytest

from accord.theory.capacity import coverage
from accord.theory.coalition import (
    All,
    Always,
    Any,
    AtLeast,
    Goes,
    Never,
    World,
    greatest_fixed_point,
    least_fixed_point,
)
from oracles import capability as oracle

WORLDS = 10


def random_condition(generator, pledges, depth=2):
    kind = generator.choice(
        ["always", "world", "goes", "never", "all", "any", "at_least"],
        p=[0.15, 0.1, 0.35, 0.02, 0.13, 0.13, 0.12],
    )
    if kind in ("all", "any", "at_least") and depth:
        members = tuple(
            random_condition(generator, pledges, depth - 1) for _ in range(generator.integers(1, 4))
        )
        if kind == "all":
            return All(members)
        if kind == "any":
            return Any(members)
        return AtLeast(int(generator.integers(1, len(members) + 1)), members)
    if kind == "world":
        return World(generator.random(WORLDS) < 0.6)
    if kind == "always":
        return Always()
    if kind == "never":
        return Never()
    return Goes(tuple(int(m) for m in generator.integers(0, pledges, generator.integers(1, 4))))


def told(condition, world):
    """The condition in the oracle's words, in one world."""
    match condition:
        case Always():
            return ("always",)
        case Never():
            return ("never",)
        case World(mask):
            return ("world", bool(mask[world]))
        case Goes(pledges):
            return ("goes", pledges)
        case All(members):
            return ("all", [told(member, world) for member in members])
        case Any(members):
            return ("any", [told(member, world) for member in members])
        case AtLeast(k, members):
            return ("at_least", k, [told(member, world) for member in members])


def tight_problem(generator, pledges):
    """Small amounts and many shared roles, so that equalities are common."""
    kinds, phases = int(generator.integers(2, 5)), int(generator.integers(1, 3))
    roles = generator.random((pledges, kinds)) < 0.5
    usable = generator.integers(0, 4, (pledges, phases))
    requirement = generator.integers(0, 5, (kinds, phases, WORLDS))
    return roles, usable, requirement


@pytest.mark.parametrize("seed", range(60))
def test_going_and_delivery_agree_in_tight_cases_with_shared_roles(seed):
    generator = np.random.default_rng(seed)
    pledges = int(generator.integers(2, 8))
    conditions = tuple(random_condition(generator, pledges) for _ in range(pledges))
    available = generator.random((pledges, WORLDS)) < 0.8
    roles, usable, requirement = tight_problem(generator, pledges)
    waits, goes = (f(available, conditions) for f in (least_fixed_point, greatest_fixed_point))
    results = [coverage(going, usable, roles, requirement) for going in (waits, goes)]
    for world in range(WORLDS):
        there = set(np.flatnonzero(available[:, world]).tolist())
        rules = [told(condition, world) for condition in conditions]
        fixed = oracle.least_and_greatest(there, rules)
        for mine, theirs, result in zip((waits, goes), fixed, results, strict=True):
            assert set(np.flatnonzero(mine[:, world]).tolist()) == theirs
            factor = oracle.lambda_star(theirs, usable, roles, requirement[..., world])
            assert result.ratio[world] == pytest.approx(factor, abs=1e-7)
            assert result.delivered[world] == (factor >= 1 - 1e-7)


def test_the_tight_cases_are_tight():
    margins = []
    for seed in range(60):
        generator = np.random.default_rng(seed)
        roles, usable, requirement = tight_problem(generator, 6)
        going = generator.random((6, WORLDS)) < 0.8
        margins.append(coverage(going, usable, roles, requirement).ratio)
    ratios = np.concatenate(margins)
    assert (ratios == 1.0).sum() >= 20
    assert ((ratios > 0.5) & (ratios < 1.0)).sum() >= 40
    assert ((ratios > 1.0) & (ratios < 2.0)).sum() >= 20
