"""Whole lists of packages at once against one package at a time, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import accord
from accord.criteria import deliverable
from accord.criteria.delivery_space import delivery_space
from accord.criteria.setting import Setting
from accord.theory.delivery.programs import unpacked_worlds
from accord.theory.delivery.rows import delivered_rows
from accord.worlds.worlds import draw
from oracles.generator import case_of, random_case

FLAGSHIP = Path(__file__).parents[2] / "cases" / "ukraine-2025"


def random_packages(case, packages, seed):
    rng = np.random.default_rng(seed)
    sizes = [len(provision.levels) for provision in case.file.provisions.values()]
    return np.stack([rng.integers(0, size, packages) for size in sizes], axis=1)


def near_named_packages(case, each, seed):
    """Named packages, and some with one provision changed."""
    rng = np.random.default_rng(seed)
    provisions = case.file.provisions
    rows = []
    for name in case.file.packages:
        chosen = case.chosen(name)
        own = [tuple(p.levels).index(chosen[q]) for q, p in provisions.items()]
        rows.append(own)
        for _ in range(each):
            place = int(rng.integers(len(own)))
            size = len(tuple(provisions.values())[place].levels)
            rows.append([*own[:place], int(rng.integers(size)), *own[place + 1 :]])
    return np.array(rows)


def compare(case, levels, worlds, seed):
    """Test 2 of some packages both ways; the share of worlds that deliver."""
    provisions = case.file.provisions
    chosen = {
        str(row): {
            name: tuple(provision.levels)[level]
            for (name, provision), level in zip(provisions.items(), picked, strict=True)
        }
        for row, picked in enumerate(levels.tolist())
    }
    setting = Setting(case, draw(case, worlds, seed), chosen, brief=frozenset(chosen))
    expected = deliverable.assess(setting).margins[0] >= 0
    rows = delivered_rows(delivery_space(setting, levels), workers=2)
    found = unpacked_worlds(rows, setting.worlds.count)
    np.testing.assert_array_equal(found, expected)
    return expected.mean()


@pytest.mark.parametrize("seed", range(3000, 3024))
def test_random_cases(seed):
    case = case_of(random_case(seed))
    compare(case, random_packages(case, 24, seed), 256, seed)


@pytest.mark.parametrize("as_of", [None, "latest"])
def test_the_flagship_case(as_of):
    case = accord.load(FLAGSHIP, as_of=as_of)
    share = compare(case, near_named_packages(case, 3, 7), 512, 7)
    assert 0 < share < 1
