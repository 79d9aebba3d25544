"""Laws that hold for every coalition, with conditions, shared roles and shocks together."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.theory.capacity import cuts_of
from accord.theory.coalition import (
    All,
    Always,
    Any,
    AtLeast,
    Goes,
    World,
    least_fixed_point,
    restrict_worlds,
    waive_waiting,
)
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
    worths_of,
)
from accord.theory.power import banzhaf_from_table, shapley_from_table

CONTRIBUTORS, PLEDGES, KINDS, PHASES, WORLDS = 4, 7, 3, 2, 6
EVERYONE = (1 << CONTRIBUTORS) - 1
seeds = st.integers(0, 2**32 - 1)
# For laws that need the worth of every set of contributors.
fewer = settings(max_examples=30)


def random_condition(generator, depth=2):
    kind = generator.choice(["always", "world", "goes", "goes", "all", "any", "some"])
    if kind == "world":
        return World(generator.random(WORLDS) < 0.7)
    if kind == "always":
        return Always()
    if kind == "goes" or not depth:
        return Goes(tuple(int(m) for m in generator.integers(0, PLEDGES, generator.integers(1, 4))))
    members = tuple(random_condition(generator, depth - 1) for _ in range(generator.integers(1, 4)))
    if kind == "some":
        return AtLeast(int(generator.integers(1, len(members) + 1)), members)
    return All(members) if kind == "all" else Any(members)


def random_coalition(seed):
    """Small amounts against requirements of the same size, so that equalities are common."""
    generator = np.random.default_rng(seed)
    coalition = Coalition(
        tuple(random_condition(generator) for _ in range(PLEDGES)),
        (*range(CONTRIBUTORS), *(int(c) for c in generator.integers(0, CONTRIBUTORS, 3))),
        CONTRIBUTORS,
        generator.integers(0, 5, (PLEDGES, PHASES)),
        generator.random((PLEDGES, KINDS)) < 0.5,
        generator.integers(0, 5, (KINDS, PHASES, WORLDS)),
    )
    return coalition, generator.random((PLEDGES, WORLDS)) < 0.85, generator


def everyone_there(worlds=WORLDS):
    return np.ones((PLEDGES, worlds), dtype=bool)


def table_of(coalition, available, goes):
    """The worth of every set of contributors."""
    worth = worth_of(coalition, available, goes)
    return np.array([worth(members) for members in range(1 << coalition.contributors)])


def in_every_state(coalition, chance):
    """The coalition in every state of availability and every world, and how likely each is.

    Contributors are available independently, each with ``chance``, whatever the world.
    """
    worlds = coalition.requirement.shape[-1]
    states = np.arange(1 << coalition.contributors)
    there = (states >> np.arange(coalition.contributors)[:, None] & 1).astype(bool)
    index = np.tile(np.arange(worlds), states.size)
    inside = np.repeat(there, worlds, axis=1)
    wide = replace(
        coalition,
        conditions=tuple(restrict_worlds(rule, index) for rule in coalition.conditions),
        requirement=coalition.requirement[..., index],
    )
    weights = np.where(inside, chance, 1 - chance).prod(axis=0) / worlds
    return wide, inside[list(coalition.owner)], weights, inside


def more_pledges(coalition, available, generator):
    return coalition, available | (generator.random(available.shape) < 0.5)


def larger_amounts(coalition, available, generator):
    extra = generator.integers(0, 3, coalition.usable.shape)
    return replace(coalition, usable=coalition.usable + extra), available


def weaker_conditions(coalition, available, generator):
    weaker = tuple(
        Any((rule, random_condition(generator))) if generator.random() < 0.5 else rule
        for rule in coalition.conditions
    )
    return replace(coalition, conditions=weaker), available


def lower_requirements(coalition, available, generator):
    less = coalition.requirement - generator.integers(0, 3, coalition.requirement.shape)
    return replace(coalition, requirement=np.maximum(less, 0)), available


def more_roles(coalition, available, generator):
    wider = coalition.roles | (generator.random(coalition.roles.shape) < 0.3)
    return replace(coalition, roles=wider), available


def another_pledge(coalition, available, generator):
    joined = replace(
        coalition,
        conditions=(*coalition.conditions, random_condition(generator)),
        owner=(*coalition.owner, 0),
        usable=np.vstack([coalition.usable, generator.integers(0, 5, (1, PHASES))]),
        roles=np.vstack([coalition.roles, generator.random((1, KINDS)) < 0.5]),
    )
    return joined, np.vstack([available, generator.random((1, WORLDS)) < 0.8])


@pytest.mark.parametrize(
    "change",
    [
        more_pledges,
        larger_amounts,
        weaker_conditions,
        lower_requirements,
        more_roles,
        another_pledge,
    ],
)
@given(seed=seeds, goes=st.booleans())
def test_what_helps_never_lowers_the_margin_of_any_world(change, seed, goes):
    coalition, available, generator = random_coalition(seed)
    before = deliver(coalition, available, goes)
    after = deliver(*change(coalition, available, generator), goes)
    assert (after.log_lambda >= before.log_lambda).all()
    assert (after.ratio >= before.ratio).all()
    assert not (before.delivered & ~after.delivered).any()


@given(seeds)
def test_no_world_delivers_less_when_everyone_goes(seed):
    coalition, available, _ = random_coalition(seed)
    waits, goes = (deliver(coalition, available, coin) for coin in (False, True))
    assert (goes.log_lambda >= waits.log_lambda).all()
    assert not (waits.delivered & ~goes.delivered).any()
    coin = np.arange(WORLDS) % 2 == 0
    mixed = deliver(coalition, available, coin).log_lambda
    assert np.array_equal(mixed, np.where(coin, goes.log_lambda, waits.log_lambda))


@fewer
@given(seeds, st.booleans())
def test_each_component_may_have_a_unit_of_its_own(seed, goes):
    coalition, available, generator = random_coalition(seed)
    kinds, pools = np.ones(KINDS, dtype=int), np.ones(PLEDGES, dtype=int)
    for component in cuts_of(coalition.roles).components:
        factor = int(generator.integers(1, 2000))
        kinds[list(component)] = factor
        pools[coalition.roles[:, list(component)].any(axis=1)] = factor
    scaled = replace(
        coalition,
        usable=coalition.usable * pools[:, None],
        requirement=coalition.requirement * kinds[:, None, None],
    )
    before, after = (deliver(one, available, goes) for one in (coalition, scaled))
    assert np.array_equal(before.log_lambda, after.log_lambda)
    assert np.array_equal(before.reason, after.reason)
    assert np.array_equal(table_of(coalition, available, goes), table_of(scaled, available, goes))


def mentions(condition, change):
    """The condition with ``change`` applied to the pledges of every ``Goes``."""
    match condition:
        case Goes(pledges):
            return Goes(change(pledges))
        case All(members):
            return All(tuple(mentions(member, change) for member in members))
        case Any(members):
            return Any(tuple(mentions(member, change) for member in members))
        case AtLeast(k, members):
            return AtLeast(k, tuple(mentions(member, change) for member in members))
    return condition


def shuffled(coalition, generator):
    """The coalition with pledges, contributors, capabilities and phases in another order."""
    pledges, people = generator.permutation(PLEDGES), generator.permutation(CONTRIBUTORS)
    kinds, phases = generator.permutation(KINDS), generator.permutation(PHASES)
    place = np.argsort(pledges)

    def moved(mentioned):
        return tuple(int(place[m]) for m in mentioned)

    other = Coalition(
        tuple(mentions(coalition.conditions[m], moved) for m in pledges),
        tuple(int(people[coalition.owner[m]]) for m in pledges),
        CONTRIBUTORS,
        coalition.usable[pledges][:, phases],
        coalition.roles[pledges][:, kinds],
        coalition.requirement[kinds][:, phases],
    )
    return other, pledges, people


@fewer
@given(seeds, st.booleans())
def test_other_names_and_another_order_change_nothing(seed, goes):
    coalition, available, generator = random_coalition(seed)
    other, pledges, people = shuffled(coalition, generator)
    there = available[pledges]
    result = deliver(other, there, goes)
    assert np.array_equal(result.ratio, deliver(coalition, available, goes).ratio)
    after = losses(other, there, goes).after[people]
    assert np.array_equal(after, losses(coalition, available, goes).after)
    weights = generator.random(WORLDS)
    importance = birnbaum(other, there, goes, weights)[people]
    assert np.allclose(importance, birnbaum(coalition, available, goes, weights), atol=1e-12)
    shapley = shapley_from_table(table_of(other, there, goes))[people]
    assert np.allclose(shapley, shapley_from_table(table_of(coalition, available, goes)))
    mine, theirs = (minimal_coalitions(at_world(one, 0), goes=goes) for one in (coalition, other))
    for family, shuffle in ((mine.sets, theirs.sets), (mine.cuts, theirs.cuts)):
        assert {frozenset(int(people[c]) for c in one) for one in family} == set(
            map(frozenset, shuffle)
        )


def minimal_hitting_sets(family):
    """The smallest sets of contributors that meet every member of the family."""
    found = []
    for size in range(CONTRIBUTORS + 1):
        for chosen in map(frozenset, combinations(range(CONTRIBUTORS), size)):
            meets_all = all(chosen & one for one in family)
            if meets_all and not any(smaller <= chosen for smaller in found):
                found.append(chosen)
    return set(found)


@fewer
@given(seeds, st.booleans())
def test_viable_coalitions_and_cuts_are_the_minimal_hitting_sets_of_each_other(seed, goes):
    coalition = at_world(random_coalition(seed)[0], 0)
    result = minimal_coalitions(coalition, goes=goes)
    assert result.complete
    sets, cuts = ({frozenset(one) for one in each} for each in (result.sets, result.cuts))
    assert minimal_hitting_sets(sets) == cuts
    assert minimal_hitting_sets(cuts) == sets
    # and they are what delivers: a set does when it holds one of the minimal ones
    table = table_of(coalition, everyone_there(1), goes)
    for members, worth in enumerate(table):
        inside = {c for c in range(CONTRIBUTORS) if members >> c & 1}
        assert worth == any(one <= inside for one in sets)
    single = losses(coalition, everyone_there(1), goes)
    alone = {frozenset([c]) for c in single_points_of_failure(single)}
    assert alone == {cut for cut in cuts if len(cut) == 1}


@fewer
@given(seeds)
def test_leaders_are_the_minimal_sets_whose_going_first_delivers(seed):
    coalition, available, _ = random_coalition(seed)
    one, there = at_world(coalition, 0), available[:, :1]
    delivering = []
    for size in range(CONTRIBUTORS + 1):
        for leaders in map(frozenset, combinations(range(CONTRIBUTORS), size)):
            first = tuple(
                waive_waiting(rule) if owner in leaders else rule
                for rule, owner in zip(one.conditions, one.owner, strict=True)
            )
            going = least_fixed_point(there, first)
            free = replace(one, conditions=(Always(),) * PLEDGES)
            enough = deliver(free, going, goes=True).delivered[0]
            if enough and not any(smaller <= leaders for smaller in delivering):
                delivering.append(leaders)
    assert set(map(frozenset, lead_sets(one, there).sets)) == set(delivering)


@fewer
@given(seeds, st.integers(0, CONTRIBUTORS - 1), st.booleans())
def test_who_brings_nothing_and_is_not_waited_for_is_worth_nothing(seed, null, goes):
    coalition, available, _ = random_coalition(seed)
    own = {m for m in range(PLEDGES) if coalition.owner[m] == null}
    without = tuple(
        rule if m in own else mentions(rule, lambda all_: tuple(p for p in all_ if p not in own))
        for m, rule in enumerate(coalition.conditions)
    )
    usable = coalition.usable * ~np.isin(coalition.owner, null)[:, None]
    idle = replace(coalition, conditions=without, usable=usable)
    table = table_of(idle, available, goes)
    values = shapley_from_table(table)
    assert abs(values[null]) < 1e-12
    assert abs(banzhaf_from_table(table)[null]) < 1e-12
    others = [c for c in range(CONTRIBUTORS) if c != null]
    assert values[others].sum() == pytest.approx(table[-1] - table[0])
    assert birnbaum(idle, available, goes)[null] == 0
    single = losses(idle, available, goes)
    assert np.array_equal(single.after[null], single.before)
    found = minimal_coalitions(at_world(idle, 0), goes=goes)
    assert not any(null in one for one in (*found.sets, *found.cuts))


def with_twin(coalition):
    """Contributor 0 once more: either of the two is company wherever the one was."""
    own = [m for m in range(PLEDGES) if coalition.owner[m] == 0]
    twin = {m: PLEDGES + place for place, m in enumerate(own)}
    both = tuple(
        mentions(rule, lambda all_: (*all_, *(twin[m] for m in all_ if m in twin)))
        for rule in coalition.conditions
    )
    return replace(
        coalition,
        conditions=(*both, *(both[m] for m in own)),
        owner=(*coalition.owner, *(CONTRIBUTORS for _ in own)),
        contributors=CONTRIBUTORS + 1,
        usable=np.vstack([coalition.usable, coalition.usable[own]]),
        roles=np.vstack([coalition.roles, coalition.roles[own]]),
    )


@fewer
@given(seeds, st.sampled_from([0.2, 0.5, 0.9]), st.booleans())
def test_twins_are_worth_the_same(seed, chance, goes):
    coalition = with_twin(random_coalition(seed)[0])
    wide, available, weights, _ = in_every_state(coalition, chance)
    importance = birnbaum(wide, available, goes, weights)
    assert importance[0] == pytest.approx(importance[-1], abs=1e-12)
    worths = worths_of(wide, available, goes, weights)(range(2 << CONTRIBUTORS))
    for values in (shapley_from_table(worths), banzhaf_from_table(worths)):
        assert values[0] == pytest.approx(values[-1], abs=1e-12)


@fewer
@given(seeds, st.sampled_from([0.1, 0.5, 0.7]), st.booleans())
def test_importance_is_the_difference_between_two_conditional_chances(seed, chance, goes):
    coalition, _, _ = random_coalition(seed)
    wide, available, weights, inside = in_every_state(coalition, chance)
    delivered = deliver(wide, available, goes).delivered
    importance = birnbaum(wide, available, goes, weights)
    without = losses(wide, available, goes)
    for contributor, there in enumerate(inside):
        given_there = (delivered * weights)[there].sum() / weights[there].sum()
        given_not = (delivered * weights)[~there].sum() / weights[~there].sum()
        assert importance[contributor] == pytest.approx(given_there - given_not, abs=1e-12)
        # what is lost with it is what remains in the worlds that never had it
        assert without.after[contributor] @ weights == pytest.approx(given_not, abs=1e-12)


@fewer
@given(seeds, st.booleans())
def test_shapley_is_importance_along_the_diagonal_and_banzhaf_at_one_half(seed, goes):
    # Owen 1972; the integrand is a polynomial of degree 3, for which two nodes would do.
    coalition, _, _ = random_coalition(seed)
    table = table_of(coalition, everyone_there(), goes)
    nodes, shares = np.polynomial.legendre.leggauss(CONTRIBUTORS)
    along = np.zeros(CONTRIBUTORS)
    for node, share in zip((nodes + 1) / 2, shares / 2, strict=True):
        wide, available, weights, _ = in_every_state(coalition, node)
        along += share * birnbaum(wide, available, goes, weights)
    assert np.allclose(along, shapley_from_table(table), atol=1e-12)
    wide, available, weights, _ = in_every_state(coalition, 0.5)
    half = birnbaum(wide, available, goes, weights)
    assert np.allclose(half, banzhaf_from_table(table), atol=1e-12)


@fewer
@given(seeds, st.booleans())
def test_the_worth_of_a_set_is_what_remains_after_losing_all_others(seed, goes):
    coalition, available, generator = random_coalition(seed)
    weights = generator.random(WORLDS)
    share = weights / weights.sum()
    worths = worths_of(coalition, available, goes, weights)(range(EVERYONE + 1))
    worth = worth_of(coalition, available, goes, weights)
    assert worths == pytest.approx([worth(members) for members in range(EVERYONE + 1)], abs=1e-12)
    for size in (1, 2):
        gone = losses(coalition, available, goes, size)
        for lost, after in zip(gone.lost, gone.after, strict=True):
            left = EVERYONE - sum(1 << contributor for contributor in lost)
            assert after @ share == pytest.approx(worths[left], abs=1e-12)
