"""In how many worlds all accept each package, against plain enumeration."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from accord._errors import ModelError
from accord.theory.bargaining.acceptance import jointly_acceptable
from accord.theory.bargaining.patterns import acceptance_patterns
from accord.theory.bargaining.space import CONSTRAINT, Bargain, Joint, Limit
from oracles import bargain as oracle
from oracles.bargain_cases import as_record, random_problem


def worlds_of(problem, seed):
    """The problem itself, and others in which walk-away values move and some lines do not bind."""
    source = random.Random(seed)
    return [problem] + [
        replace(
            problem,
            walk_away=[value + source.randint(-3, 3) for value in problem.walk_away],
            lines=[line for line in problem.lines if source.random() < 0.5],
        )
        for _ in range(source.randint(0, 3))
    ]


def plainly_counted(worlds):
    everywhere = [{package for package, _, _ in oracle.acceptable_rows(world)} for world in worlds]
    every = product(*(range(size) for size in worlds[0].levels))
    return [sum(package in accepted for accepted in everywhere) for package in every]


@pytest.mark.parametrize("seed", range(700, 900))
def test_every_package_is_counted_in_the_worlds_in_which_all_accept_it(seed):
    worlds = worlds_of(random_problem(seed), seed)
    found = jointly_acceptable(as_record(world) for world in worlds)
    assert found.dtype == np.int64
    assert found.tolist() == plainly_counted(worlds)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("sizes", [(7,), (5, 3), (2, 300, 2), (300, 2, 300)])
def test_halves_of_any_size_agree_with_the_pattern_of_everybody(sizes, seed):
    rng = np.random.default_rng(seed)
    tables = tuple(rng.integers(-(10**9), 10**9, (3, size)) for size in sizes)
    record = Bargain(tables, np.full(3, -(10**8), dtype=np.int64))
    found = jointly_acceptable([record])
    assert found.size == record.combinations
    assert found.sum() == acceptance_patterns(record).acceptable_to_all()[0]


def test_more_worlds_than_a_byte_counts_are_counted():
    record = Bargain((np.array([[0, 1, 2]]), np.array([[0, 1]])), np.array([2]))
    never = replace(record, walk_away=np.array([9]))
    found = jointly_acceptable([record] * 600 + [never] * 7 + [record] * 10)
    assert found.tolist() == [0, 0, 0, 610, 610, 610]


def test_a_limit_that_mentions_no_provision_binds_every_package():
    record = Bargain((np.array([[0, 1, 2]]), np.array([[0, 1]])), np.array([2]))
    shut = Limit("never", (), np.array(False), CONSTRAINT)
    found = jointly_acceptable([record, replace(record, limits=(shut,))])
    assert found.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_joint_that_mentions_no_provision_is_refused():
    record = Bargain((np.array([[0, 1, 2]]), np.array([[0, 1]])), np.array([2]))
    with pytest.raises(ModelError, match="a joint over no provision"):
        replace(record, joints=(Joint((), np.array([1])),))


def test_a_world_s_problem_is_left_as_it_was():
    record = as_record(random_problem(1))
    before = [table.copy() for table in record.values]
    jointly_acceptable([record, record])
    assert all((a == b).all() for a, b in zip(before, record.values, strict=True))


def test_no_world_is_an_error():
    with pytest.raises(ModelError, match="found no world"):
        jointly_acceptable([])


def test_worlds_with_other_levels_are_an_error():
    one = Bargain((np.zeros((1, 2), dtype=np.int64),), np.array([0]))
    other = Bargain((np.zeros((1, 3), dtype=np.int64),), np.array([0]))
    with pytest.raises(ModelError, match=r"found levels \(3,\) in world 1, wanted \(2,\)"):
        jointly_acceptable([one, other])


def test_too_many_packages_are_an_error():
    record = Bargain((np.zeros((1, 10), dtype=np.int64),) * 7, np.array([0]))
    with pytest.raises(ModelError, match="10,000,000 packages"):
        jointly_acceptable([record])
