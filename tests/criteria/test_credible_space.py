"""Whole lists of packages by war class and threshold against one package at a time, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_delivery_space import near_named_packages, random_packages

import accord
from accord.criteria import credible
from accord.criteria.credible_space import credible_rows, credible_space
from accord.criteria.setting import Setting
from accord.theory.delivery.programs import unpacked_worlds
from accord.worlds.worlds import draw
from oracles.generator import case_of, random_case

FLAGSHIP = Path(__file__).parents[2] / "cases" / "ukraine-2025"


def compare(case, levels, worlds, seed):
    """Test 3 of some packages both ways; the share of worlds that deter, and the classes."""
    provisions = case.file.provisions
    chosen = {
        str(row): {
            name: tuple(provision.levels)[level]
            for (name, provision), level in zip(provisions.items(), picked, strict=True)
        }
        for row, picked in enumerate(levels.tolist())
    }
    setting = Setting(case, draw(case, worlds, seed), chosen, brief=frozenset(chosen))
    expected = credible.assess(setting).margins[0] >= 0
    space = credible_space(Setting(case, draw(case, worlds, seed), {}), levels)
    for workers in (1, 2):
        found = unpacked_worlds(credible_rows(space, workers=workers), setting.worlds.count)
        np.testing.assert_array_equal(found, expected)
    return expected.mean(), space


@pytest.mark.parametrize("seed", range(20))
def test_packages_of_random_cases(seed):
    case = case_of(random_case(seed))
    compare(case, random_packages(case, 25, seed), 256, seed)


def test_packages_of_the_flagship():
    case = accord.load(FLAGSHIP, as_of="latest")
    levels = near_named_packages(case, 3, 5)
    share, space = compare(case, levels, 256, 5)
    assert 0.05 < share < 0.95
    assert space.wars.size < len(levels)


def test_clauses_outside_the_war_share_its_game():
    case = accord.load(FLAGSHIP, as_of="latest")
    names = list(case.file.provisions)
    base = near_named_packages(case, 0, 5)[2]
    place = names.index("sanctions")
    levels = np.stack([np.where(np.arange(base.size) == place, level, base) for level in range(4)])
    _, space = compare(case, levels, 256, 6)
    assert space.wars.size == 1
    assert space.peaces.size > 1
