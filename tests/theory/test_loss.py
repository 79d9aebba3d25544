"""What a coalition loses with a contributor."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord._errors import ModelError
from accord.theory.coalition import All, Always, Any, Goes, World
from accord.theory.loss import (
    Coalition,
    at_world,
    birnbaum,
    deliver,
    lead_sets,
    losses,
    minimal_coalitions,
    single_points_of_failure,
    worth_of,
)
from accord.theory.power import banzhaf_from_table, shapley_from_table

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference" / "coalition"


def toy(game):
    """A reference game: every player one pledge per capability, all under one condition."""
    players = game["players"]
    kinds = len(game["capabilities"])
    conditions, owner, usable, roles = [], [], [], []
    for index, player in enumerate(players):
        ways = game["conditions_dnf_others_going"][player]
        members = tuple(
            All(tuple(Goes(pools_of(players.index(other), kinds)) for other in way))
            for way in ways
            if way
        )
        condition = Always() if [] in ways else Any(members)
        for kind, amount in enumerate(game["offers"][player]):
            conditions.append(condition)
            owner.append(index)
            usable.append([amount])
            roles.append([k == kind for k in range(kinds)])
    return Coalition(
        tuple(conditions),
        tuple(owner),
        len(players),
        np.array(usable),
        np.array(roles),
        np.array(game["requirements"])[:, None],
    )


def pools_of(player, kinds):
    return tuple(range(player * kinds, (player + 1) * kinds))


def every_state(players, kinds):
    states = np.arange(1 << players)
    inside = (states >> np.arange(players)[:, None] & 1).astype(bool)
    return inside, np.repeat(inside, kinds, axis=0)


@pytest.fixture(params=["toy_capability_chain", "toy_capability_mutual_wait"])
def game(request):
    path = REFERENCE / f"{request.param}.json"
    if not path.exists():
        pytest.skip("the reference cases are not beside this checkout")
    return json.loads(path.read_text())


@pytest.mark.parametrize(("goes", "name"), [(True, "gfp"), (False, "lfp")])
def test_the_reference_coalitions_are_reproduced(game, goes, name):
    coalition = toy(game)
    expected = game["expected"][name]
    players = coalition.contributors
    inside, available = every_state(players, len(game["capabilities"]))
    chance = np.array([float(Fraction(game["availability"][p])) for p in game["players"]])
    weights = np.where(inside, chance[:, None], 1 - chance[:, None]).prod(axis=0)
    delivered = deliver(coalition, available, goes).delivered
    assert delivered @ weights == pytest.approx(expected["p_deliver_float"], abs=1e-12)
    assert np.allclose(
        birnbaum(coalition, available, goes, weights), list(expected["birnbaum"].values())
    )
    full = available[:, -1:]
    worth = worth_of(coalition, full, goes)
    table = np.array([worth(s) for s in range(1 << players)])
    shapley = [float(Fraction(v)) for v in expected["shapley_of_v"].values()]
    assert np.allclose(shapley_from_table(table), shapley)
    named = {name: i for i, name in enumerate(game["players"])}
    minimal = minimal_coalitions(coalition, goes=goes)
    paths = {frozenset(named[p] for p in path) for path in expected["min_path_sets"]}
    assert {frozenset(path) for path in minimal.sets} == paths
    if expected["min_cut_sets"] is not None:
        cuts = {frozenset(named[p] for p in cut) for cut in expected["min_cut_sets"]}
        assert {frozenset(cut) for cut in minimal.cuts} == cuts
    after = losses(coalition, full, goes).after[:, 0]
    assert after.astype(int).tolist() == list(expected["n_minus_1"].values())


def random_coalition(seed, worlds=24):
    generator = np.random.default_rng(seed)
    contributors, pledges, kinds = 4, 6, 3
    owner = tuple(int(c) for c in generator.integers(0, contributors, pledges))
    conditions = tuple(
        Always()
        if generator.random() < 0.5
        else Any((Goes((int(generator.integers(pledges)),)), World(generator.random(worlds) < 0.5)))
        for _ in range(pledges)
    )
    coalition = Coalition(
        conditions,
        owner,
        contributors,
        generator.integers(0, 5, (pledges, 1)),
        generator.random((pledges, kinds)) < 0.5,
        generator.integers(0, 4, (kinds, 1, worlds)),
    )
    return coalition, generator.random((pledges, worlds)) < 0.8


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_losing_more_contributors_never_helps(seed, goes):
    coalition, available = random_coalition(seed)
    one = losses(coalition, available, goes)
    two = losses(coalition, available, goes, size=2)
    assert not (one.after & ~one.before).any()
    for pair, row in zip(two.lost, two.after, strict=True):
        for single in pair:
            assert not (row & ~one.after[single]).any()


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_no_importance_is_negative_and_shapley_values_sum_to_the_worth(seed, goes):
    coalition, available = random_coalition(seed)
    assert (birnbaum(coalition, available, goes) >= 0).all()
    worth = worth_of(coalition, available, goes)
    table = np.array([worth(s) for s in range(16)])
    assert all(table[s] <= table[s | 1 << c] for s in range(16) for c in range(4))
    assert shapley_from_table(table).sum() == pytest.approx(table[15] - table[0])
    assert table[15] == deliver(coalition, available, goes).delivered.mean()


@given(st.integers(0, 2**32 - 1))
def test_birnbaum_with_even_odds_is_banzhaf(seed):
    coalition, _ = random_coalition(seed, worlds=1)
    states = (np.arange(16) >> np.arange(4)[:, None] & 1).astype(bool)
    wide = Coalition(
        tuple(
            condition if not isinstance(condition, Any) else Any((condition.members[0],))
            for condition in coalition.conditions
        ),
        coalition.owner,
        4,
        coalition.usable,
        coalition.roles,
        coalition.requirement,
    )
    available = states[list(coalition.owner)]
    table = deliver(wide, available, goes=True).delivered.astype(float)
    assert np.allclose(birnbaum(wide, available, goes=True), banzhaf_from_table(table))


def pair_that_waits(worlds=1):
    """Two pools that wait for each other, both needed."""
    return Coalition(
        (Goes((1,)), Goes((0,))),
        (0, 1),
        2,
        np.array([[1], [1]]),
        np.eye(2, dtype=bool),
        np.ones((2, 1, worlds), dtype=int),
    )


def test_either_of_two_that_wait_for_each_other_may_lead():
    available = np.ones((2, 1), dtype=bool)
    result = lead_sets(pair_that_waits(), available)
    assert result.sets == ((0,), (1,))
    assert lead_sets(pair_that_waits(), np.array([[True], [False]])).cuts == ((),)


def test_a_contributor_whom_others_wait_for_is_a_single_point_of_failure():
    coalition = Coalition(
        (Always(), Goes((0,))),
        (0, 1),
        2,
        np.array([[0], [5]]),
        np.array([[True], [True]]),
        np.array([[5]]),
    )
    available = np.ones((2, 4), dtype=bool)
    single = losses(coalition, available, goes=True)
    assert single_points_of_failure(single) == (0, 1)
    hopeless = losses(coalition, ~available, goes=True)
    assert single_points_of_failure(hopeless) == ()


@given(st.integers(0, 2**32 - 1), st.integers(0, 23), st.booleans())
def test_one_world_alone_is_that_world_of_the_whole(seed, world, goes):
    coalition, available = random_coalition(seed)
    alone = deliver(at_world(coalition, world), available[:, [world]], goes)
    whole = deliver(coalition, available, goes)
    assert alone.log_lambda[0] == whole.log_lambda[world]
    assert alone.reason[0] == whole.reason[world]


def test_owners_that_do_not_fit_are_refused():
    bad = Coalition((Always(),), (0, 1), 2, np.array([[1]]), np.array([[True]]), np.array([[1]]))
    with pytest.raises(ModelError, match="owners"):
        losses(bad, np.ones((1, 1), dtype=bool), goes=True)
