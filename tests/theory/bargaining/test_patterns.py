"""Who accepts what, counted against plain enumeration."""

from __future__ import annotations

import math

import numpy as np
import pytest

from accord.theory.bargaining import patterns
from accord.theory.bargaining.patterns import acceptance_patterns
from accord.theory.bargaining.space import Bargain
from oracles import bargain as oracle
from oracles.bargain_cases import as_record, random_problem


@pytest.mark.parametrize("seed", range(400, 600))
def test_every_package_is_counted_with_those_who_accept_it(seed):
    problem = random_problem(seed)
    found = acceptance_patterns(as_record(problem))
    assert found.exact
    assert found.packages == len(oracle.packages(problem))
    assert found.acceptable_to_all() == (oracle.acceptable_to_all(problem), 0.0)
    assert [found.accepted_by(i)[0] for i in problem.parties] == oracle.per_party(problem)
    blocked = [len(packages) for packages in oracle.alone_blocks(problem)]
    assert [found.blocked_by(i)[0] for i in problem.parties] == blocked
    values = oracle.veto_values(problem)
    assert found.veto_values() == pytest.approx([float(v) for v in values])
    refused = 1 - oracle.acceptable_to_all(problem) / found.packages
    assert sum(found.veto_values()) == pytest.approx(refused)


@pytest.mark.parametrize("seed", range(30))
def test_two_parties_are_counted_alike_from_sorted_halves_and_from_all_pairs(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    tables = tuple(rng.integers(0, 5, (2, rng.integers(2, 5))) for _ in range(5))
    record = Bargain(tables, rng.integers(4, 14, 2))
    expected = acceptance_patterns(record).counts
    monkeypatch.setattr(patterns, "MOST_PAIRS", 0)
    assert acceptance_patterns(record).counts == expected


def test_a_space_too_large_to_count_is_sampled_and_says_so():
    rng = np.random.default_rng(1)
    tables = tuple(rng.integers(0, 1000, (4, 10)) for _ in range(12))
    record = Bargain(tables, np.full(4, 5500, dtype=np.int64))
    found = acceptance_patterns(record)
    number, error = found.acceptable_to_all()
    assert not found.exact
    assert found.packages == 10**12
    assert 0 < error < number
    # the sum of independent levels is near to normal, so that the share is near to known
    means = [sum(t[i].mean() for t in tables) for i in range(4)]
    spreads = [math.sqrt(sum(t[i].var() for t in tables)) for i in range(4)]
    alone = [
        0.5 * math.erfc((5500 - m) / s / math.sqrt(2)) for m, s in zip(means, spreads, strict=True)
    ]
    for party in range(4):
        assert found.accepted_by(party)[0] / 10**12 == pytest.approx(alone[party], abs=0.02)
