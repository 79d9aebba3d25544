"""The frontier against plain enumeration, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.theory.bargaining import frontier
from accord.theory.bargaining.dominance import distinct, non_dominated
from accord.theory.bargaining.dominance_compiled import by_kept_vectors, by_staircase
from accord.theory.bargaining.frontier import pareto_frontier
from accord.theory.bargaining.patterns import acceptance_patterns
from accord.theory.bargaining.space import Bargain, Joint, Limit
from oracles import bargain as oracle
from oracles.bargain_cases import as_record, random_problem


def told(found):
    return dict(zip(map(tuple, found.utilities.T.tolist()), found.counts, strict=True))


@pytest.mark.parametrize("seed", range(300))
def test_the_frontier_is_that_of_plain_enumeration_with_every_package_counted(seed):
    problem = random_problem(seed)
    record = as_record(problem)
    for acceptable in (False, True):
        found = pareto_frontier(record, acceptable=acceptable)
        assert found.exact
        assert told(found) == oracle.frontier(problem, only_acceptable=acceptable)


@pytest.mark.parametrize("seed", range(300, 340))
def test_every_vector_on_the_frontier_comes_with_a_package_that_gives_it(seed):
    problem = random_problem(seed)
    record = as_record(problem)
    found = pareto_frontier(record, acceptable=True)
    for vector in range(found.utilities.shape[1]):
        package = found.package(vector)[None, :]
        assert record.utilities(package)[:, 0].tolist() == found.utilities[:, vector].tolist()
        assert record.possible(package).all()
        assert record.acceptances(package).all()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.integers(2, 5), st.integers(1, 60))
def test_both_compiled_sweeps_keep_what_plain_comparison_keeps(seed, parties, count):
    rng = np.random.default_rng(seed)
    vectors, _, _ = distinct(rng.integers(0, 6, (parties, count)))
    expected = [
        not any(np.all(other >= own) and np.any(other > own) for other in vectors.T)
        for own in vectors.T
    ]
    assert non_dominated(vectors).tolist() == expected
    order = np.argsort(-vectors.sum(axis=0), kind="stable")
    kept = by_kept_vectors(np.ascontiguousarray(vectors[:, order].T))
    assert sorted(order[kept].tolist()) == np.flatnonzero(expected).tolist()
    if parties == 3:
        assert by_staircase(vectors[1].copy(), vectors[2].copy()).tolist() == expected


@pytest.mark.parametrize("seed", range(340, 420))
def test_settling_one_provision_after_the_other_gives_the_same_frontier(seed, monkeypatch):
    problem = random_problem(seed)
    record = as_record(problem)
    monkeypatch.setattr(frontier, "MOST_IN_FACTOR", 4)
    for acceptable in (False, True):
        found = pareto_frontier(record, acceptable=acceptable)
        assert told(found) == oracle.frontier(problem, only_acceptable=acceptable)
        for vector in range(found.utilities.shape[1]):
            package = found.package(vector)[None, :]
            assert record.utilities(package)[:, 0].tolist() == found.utilities[:, vector].tolist()
            assert not acceptable or record.acceptances(package).all()


def random_tables(seed, parties, provisions, levels, top=1000):
    rng = np.random.default_rng(seed)
    return tuple(rng.integers(0, top, (parties, levels)) for _ in range(provisions))


def test_a_space_of_ten_to_the_forty_has_a_frontier_that_sums_of_best_weights_touch():
    tables = random_tables(3, 2, 40, 10)
    record = Bargain(tables, np.zeros(2, dtype=np.int64))
    found = pareto_frontier(record)
    assert record.combinations == 10**40
    vectors = found.utilities
    for weight in np.linspace(0.01, 0.99, 25):
        # the best package for any weights is found provision by provision, and is on the frontier
        best = sum((weight * t[0] + (1 - weight) * t[1]).max() for t in tables)
        assert (weight * vectors[0] + (1 - weight) * vectors[1]).max() == pytest.approx(best)


@pytest.mark.parametrize("seed", range(20))
def test_a_coarse_frontier_matches_every_vector_to_within_its_slack(seed):
    record = Bargain(random_tables(seed, 3, 5, 4), np.full(3, 900, dtype=np.int64))
    exact = pareto_frontier(record)
    coarse = pareto_frontier(record, most=max(2, exact.utilities.shape[1] // 4))
    assert not coarse.exact
    assert coarse.utilities.shape[1] < exact.utilities.shape[1]
    for vector in exact.utilities.T:
        near = coarse.utilities + coarse.slack[:, None] >= vector[:, None]
        assert near.all(axis=0).any()
    for at in range(coarse.utilities.shape[1]):
        package = coarse.package(at)[None, :]
        assert record.utilities(package)[:, 0].tolist() == coarse.utilities[:, at].tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.randoms())
def test_renaming_and_reordering_change_nothing(seed, source):
    problem = random_problem(seed)
    record = as_record(problem)
    parties = list(range(record.parties))
    source.shuffle(parties)
    order = list(range(len(record.values)))
    source.shuffle(order)
    place = {j: k for k, j in enumerate(order)}

    def moved(provisions):
        """Where provisions stand now, rising, and the axes in that order."""
        now = [place[j] for j in provisions]
        axes = np.argsort(now)
        return tuple(sorted(now)), axes

    joints = []
    for joint in record.joints:
        provisions, axes = moved(joint.provisions)
        points = np.transpose(joint.points[parties], (0, *(axes + 1)))
        joints.append(Joint(provisions, points))
    limits = []
    for limit in record.limits:
        provisions, axes = moved(limit.provisions)
        party = parties.index(limit.party) if limit.party >= 0 else -1
        limits.append(Limit("", provisions, np.transpose(limit.allowed, axes), party))
    other = Bargain(
        tuple(record.values[j][parties] for j in order), record.walk_away[parties],
        tuple(joints), tuple(limits), record.scale,
    )  # fmt: skip
    for acceptable in (False, True):
        mine = told(pareto_frontier(record, acceptable=acceptable))
        theirs = told(pareto_frontier(other, acceptable=acceptable))
        assert theirs == {tuple(v[i] for i in parties): n for v, n in mine.items()}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_asking_one_party_fewer_never_shrinks_what_is_acceptable(seed):
    record = as_record(random_problem(seed))
    everybody = acceptance_patterns(record).acceptable_to_all()[0]
    for party in range(record.parties):
        rest = record.of([i for i in range(record.parties) if i != party])
        if rest.parties:
            assert acceptance_patterns(rest).acceptable_to_all()[0] >= everybody
