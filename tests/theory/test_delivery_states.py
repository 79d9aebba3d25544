"""The chance of delivery over every state of every contributor, and from drawn states."""

from __future__ import annotations

import random
from dataclasses import astuple
from fractions import Fraction
from functools import cache
from math import comb

import numpy as np
import pytest

from accord._errors import ModelError
from accord.theory.coalition import All, Always, Any, AtLeast, Goes, Never, World
from accord.theory.delivery import exact
from accord.theory.delivery.bearing import bearing_contributors, bearing_pledges
from accord.theory.delivery.exact import chances_of_delivery
from accord.theory.delivery.states import (
    AloneInStates,
    Situation,
    States,
    birnbaum_in_states,
    count_states,
    delivered_in_states,
    in_one_world,
    joint_chances,
    minimal_in_states,
    worths_in_states,
)
from accord.theory.loss import Coalition, deliver
from accord.theory.monotone import MinimalSets
from oracles import pledge_states as oracle

NUMBERS = ("p_deliver", "without", "shapley", "birnbaum", "covered", "throughout", "shortfall",
           "worst")  # fmt: skip
SEEDS = range(60)


def random_condition(source, pledges, depth=1):
    kind = source.choice(["always", "always", "goes", "goes", "goes", "world", "all", "any", "of"])
    if kind in {"all", "any", "of"} and depth:
        members = [random_condition(source, pledges, 0) for _ in range(source.randint(1, 3))]
        if kind == "of":
            return ("at_least", source.randint(1, len(members)), members)
        return (kind, members)
    if kind == "world":
        return ("world", source.random() < 0.8)
    if kind == "always":
        return ("always",)
    return ("goes", [source.randrange(pledges) for _ in range(source.randint(1, 3))])


@cache
def random_problem(seed):
    """One to four contributors with up to three pledges each, in one to three situations."""
    source = random.Random(seed)
    contributors = source.randint(1, 4)
    owners = tuple(c for c in range(contributors) for _ in range(source.choice([1, 1, 2, 2, 3])))
    count = len(owners)
    pledges = oracle.Pledges(
        contributors, owners, tuple(source.random() < 0.25 for _ in owners)
    )  # fmt: skip
    kinds, phases = source.randint(1, 3), source.randint(1, 2)
    serves = tuple(
        frozenset(source.sample(range(kinds), source.randint(1, kinds))) for _ in owners
    )  # fmt: skip
    kept = tuple(random_condition(source, count) for _ in owners)
    amounts = tuple(tuple(source.randint(0, 4) for _ in range(phases)) for _ in owners)
    scale = source.choice([0.4, 0.6, 0.8])
    needs = tuple(
        tuple(
            int(scale * sum(amounts[m][t] / len(serves[m]) for m in range(count) if k in serves[m]))
            for t in range(phases)
        )
        for k in range(kinds)
    )
    situations = []
    weights = [source.randint(1, 6) for _ in range(source.randint(1, 3))]
    for weight in weights:
        alike = source.random() < 0.4
        situations.append(
            oracle.Situation(
                Fraction(weight, sum(weights)),
                tuple(source.choice([Fraction(n, 8) for n in (0, 2, 5, 5, 6, 7, 8)])
                      for _ in owners),
                kept if alike else tuple(random_condition(source, count) for _ in owners),
                amounts, serves, needs,
            )
        )  # fmt: skip
    return pledges, tuple(situations)


def condition_of(told):
    match told:
        case ("always",):
            return Always()
        case ("never",):
            return Never()
        case ("world", holds):
            return World(np.array([holds]))
        case ("goes", pledges):
            return Goes(tuple(pledges))
        case ("all", members):
            return All(tuple(condition_of(each) for each in members))
        case ("any", members):
            return Any(tuple(condition_of(each) for each in members))
        case ("at_least", k, members):
            return AtLeast(k, tuple(condition_of(each) for each in members))


def coalition_of(pledges, situation, *, by_world=False):
    shape = (..., None) if by_world else (...,)
    kinds = range(len(situation.needs))
    return Coalition(
        tuple(condition_of(each) for each in situation.conditions),
        pledges.owners,
        pledges.contributors,
        np.array(situation.amounts)[shape],
        np.array([[k in serves for k in kinds] for serves in situation.serves]),
        np.array(situation.needs)[shape],
    )


def states_of(pledges, situation, contributor):
    """The oracle's states: whole or not at all stand at the ends, even where impossible."""
    own = pledges.all_of([contributor])
    likely = {}
    for there, chance in pledges.states(contributor, situation.chances):
        likely[there] = likely.get(there, 0) + chance
    ends = (frozenset(), own)
    order = [ends[0], *sorted((s for s in likely if s not in ends), key=sorted), ends[1]]
    available = np.array([[m in s for m in range(len(pledges.owners))] for s in order])
    return States(available, np.array([float(likely.get(s, 0)) for s in order]))


def situations_of(seed, *, by_world=False):
    pledges, situations = random_problem(seed)
    return [
        Situation(
            float(each.weight), coalition_of(pledges, each, by_world=by_world),
            [states_of(pledges, each, c) for c in range(pledges.contributors)],
        )
        for each in situations
    ]  # fmt: skip


@cache
def answer(seed, greatest):
    return oracle.solve(*random_problem(seed), greatest=greatest)


def told(chances):
    """The answer in the oracle's words."""
    alone = chances.alone
    return {
        "p_deliver": chances.p_deliver, "without": chances.without, "shapley": chances.shapley,
        "birnbaum": chances.birnbaum, "viable": list(chances.minimal.sets),
        "cuts": list(chances.minimal.cuts), "single": list(chances.single_points),
        "covered": alone.covered, "throughout": alone.covered_throughout,
        "shortfall": alone.shortfall, "worst": alone.worst_shortfall,
    }  # fmt: skip


def check(mine, theirs):
    for name, value in theirs.items():
        if name in NUMBERS:
            wanted = np.array(value, dtype=float)
            assert np.allclose(mine[name], wanted, rtol=0, atol=1e-12), name
        else:
            assert mine[name] == value, name


@pytest.mark.parametrize("block", range(4))
def test_chances_are_those_of_counting_every_state_in_fractions(block):
    for seed in SEEDS[15 * block : 15 * block + 15]:
        outlook = chances_of_delivery(situations_of(seed, by_world=bool(seed % 2)))
        for chances, greatest in ((outlook.waits, False), (outlook.goes, True)):
            assert chances.exact
            assert not chances.shapley_error.any()
            check(told(chances), answer(seed, greatest))


def test_the_problems_show_what_they_should():
    goes = [answer(seed, True) for seed in SEEDS]
    waits = [answer(seed, False) for seed in SEEDS]
    assert sum(0 < each["p_deliver"] < 1 for each in goes) >= 30
    assert sum(a["p_deliver"] < b["p_deliver"] for a, b in zip(waits, goes, strict=True)) >= 8
    assert sum(len(random_problem(seed)[1]) > 1 for seed in SEEDS) >= 30
    shapes = [situations_of(seed) for seed in SEEDS]
    assert any(len(s.probability) >= 4 for each in shapes for s in each[0].states)
    # with several pledges apiece, being there in part is neither all nor nothing
    assert sum(any(len(s.probability) > 2 for s in each[0].states) for each in shapes) >= 30


def test_joint_states_are_in_order_with_the_first_contributor_fastest():
    for seed in range(20):
        pledges, situations = random_problem(seed)
        for greatest in (False, True):
            one = oracle.Told(pledges, situations[0], greatest=greatest)
            own = exact._settled(situations_of(seed)[0])
            chance = joint_chances(own.states)
            delivered, alone = delivered_in_states(
                own.coalition, own.states, chance, goes=greatest
            )  # fmt: skip
            assert delivered.size == count_states(own.states)
            for joint in range(delivered.size):
                rest, available, likely = joint, frozenset(), 1.0
                for each in own.states:
                    rest, state = divmod(rest, len(each.probability))
                    available |= set(np.flatnonzero(each.available[state]).tolist())
                    likely *= each.probability[state]
                assert delivered[joint] == one.delivers(available)
                assert chance[joint] == pytest.approx(likely, abs=1e-15)
            worths = worths_in_states(delivered, own.states)
            for s in range(worths.size):
                members = frozenset(c for c in range(pledges.contributors) if s >> c & 1)
                assert worths[s] == pytest.approx(float(one.chance(members)), abs=1e-12)
            everybody = frozenset(range(pledges.contributors))
            found = birnbaum_in_states(delivered, own.states)
            for c in everybody:
                wanted = one.chance(everybody, surely=c) - one.chance(everybody - {c})
                assert found[c] == pytest.approx(float(wanted), abs=1e-12)
            whole = [s for s in oracle.subsets(everybody) if one.delivers(pledges.all_of(s))]
            minimal = minimal_in_states(delivered, own.states)
            assert list(minimal.sets) == oracle.smallest(whole)
            assert minimal.complete
            assert isinstance(alone, AloneInStates)


def test_more_joint_states_than_are_looked_at_at_once_change_nothing(monkeypatch):
    for seed in (1, 4, 9):
        before = chances_of_delivery(situations_of(seed)).goes
        monkeypatch.setattr("accord.theory.delivery.states._AT_ONCE", 5)
        after = chances_of_delivery(situations_of(seed)).goes
        monkeypatch.undo()
        check(told(after), told(before))


def test_situations_that_differ_in_chances_alone_are_one_table(monkeypatch):
    calls = []
    whole = exact.delivered_in_states
    monkeypatch.setattr(
        exact, "delivered_in_states", lambda *a, **k: calls.append(1) or whole(*a, **k)
    )
    own = exact._settled(situations_of(2)[0])
    other = Situation(
        0.5, own.coalition, [States(s.available, s.probability[::-1]) for s in own.states]
    )
    half = Situation(0.5, own.coalition, own.states)
    both = exact._exactly([half, other], goes=True)
    assert len(calls) == 1
    apart = [exact._exactly([Situation(1.0, s.coalition, s.states)], goes=True)
             for s in (half, other)]  # fmt: skip
    assert both.p_deliver == pytest.approx(np.mean([a.p_deliver for a in apart]), abs=1e-12)


@pytest.mark.parametrize("seed", [0, 5, 8, 12, 21, 33])
def test_drawn_states_agree_with_all_states_within_their_errors(seed, monkeypatch):
    monkeypatch.setattr(exact, "MOST_STATES", 0)
    outlook = chances_of_delivery(situations_of(seed), seed=seed)
    rough = 5 * np.sqrt(0.25 / exact.DRAWS)
    _, problem = random_problem(seed)
    most = max(max(row) for row in problem[0].needs) or 1
    for chances, greatest in ((outlook.waits, False), (outlook.goes, True)):
        wanted, mine = answer(seed, greatest), told(chances)
        assert not chances.exact
        assert chances.minimal.complete
        for name in ("viable", "cuts", "single"):
            assert mine[name] == wanted[name], name
        p = float(wanted["p_deliver"])
        within = 5 * np.sqrt(max(p * (1 - p), 1 / exact.DRAWS) / exact.DRAWS)
        assert abs(chances.p_deliver - p) <= within
        for name in ("without", "birnbaum", "covered", "throughout"):
            # differences of two shares, or shares
            assert np.abs(mine[name] - np.array(wanted[name], dtype=float)).max() <= 2 * rough
        for name in ("shortfall", "worst"):
            off = np.abs(mine[name] - np.array(wanted[name], dtype=float)).max()
            assert off <= 2 * rough * most
        off = np.abs(chances.shapley - np.array(wanted["shapley"], dtype=float))
        assert (off <= 5 * chances.shapley_error + rough).all()
        nothing = oracle_nothing(seed, greatest)
        assert chances.shapley.sum() == pytest.approx(chances.p_deliver - nothing, abs=1e-9)


def oracle_nothing(seed, greatest):
    """u(∅): 1 where nothing is required, in which no luck plays a part."""
    pledges, situations = random_problem(seed)
    return float(
        sum(
            each.weight * oracle.Told(pledges, each, greatest=greatest).chance(frozenset())
            for each in situations
        )
    )


def test_the_same_seed_draws_the_same_states(monkeypatch):
    monkeypatch.setattr(exact, "MOST_STATES", 0)

    def numbers(seed):
        chances = chances_of_delivery(situations_of(5), seed=seed).goes
        alone = [each.tolist() for each in astuple(chances.alone)]
        rows = (chances.without, chances.shapley, chances.shapley_error, chances.birnbaum)
        return [chances.p_deliver, *(row.tolist() for row in rows), *alone]

    assert numbers(3) == numbers(3)
    assert numbers(3) != numbers(4)


def all_but(number, chance):
    """A coalition in which one of ``number`` equal contributors may be missing."""
    available = np.zeros((number, 2, number), dtype=bool)
    available[np.arange(number), 1, np.arange(number)] = True
    coalition = Coalition(
        (Always(),) * number, tuple(range(number)), number, np.ones((number, 1), dtype=np.int64),
        np.ones((number, 1), dtype=bool), np.array([[number - 1]]),
    )  # fmt: skip
    states = [States(one, np.array([1 - chance, chance])) for one in available]
    return Situation(1.0, coalition, states)


def binomial(number, least, chance):
    return sum(
        comb(number, k) * chance**k * (1 - chance) ** (number - k) for k in range(least, number + 1)
    )


def test_more_states_than_can_be_looked_at_are_drawn(monkeypatch):
    monkeypatch.setattr(exact, "PAIRS", 50)
    number, p = 22, 0.95
    situation = all_but(number, p)
    assert count_states(situation.states) > exact.MOST_STATES
    with pytest.raises(ModelError, match="4,194,304 joint states"):
        delivered_in_states(situation.coalition, situation.states, np.ones(1), goes=True)
    outlook = chances_of_delivery([situation])
    found = outlook.goes
    assert outlook.waits is found
    assert not found.exact
    error = np.sqrt(0.25 / exact.DRAWS)
    assert abs(found.p_deliver - binomial(number, number - 1, p)) <= 5 * error
    assert np.abs(found.without - p ** (number - 1)).max() <= 5 * error
    gap = binomial(number - 1, number - 2, p) - p ** (number - 1)
    assert np.abs(found.birnbaum - gap).max() <= 5 * error
    assert found.shapley.sum() == pytest.approx(found.p_deliver, abs=1e-9)
    share = binomial(number, number - 1, p) / number
    assert (np.abs(found.shapley - share) <= 5 * found.shapley_error + 5 * error).all()
    assert len(found.minimal.sets) == number
    assert found.single_points == ()


def test_at_the_limit_every_state_is_still_looked_at():
    found = chances_of_delivery([all_but(14, 0.75)]).goes
    assert found.exact
    assert found.p_deliver == pytest.approx(binomial(14, 13, 0.75), abs=1e-12)
    assert np.allclose(found.shapley, binomial(14, 13, 0.75) / 14, rtol=0, atol=1e-12)
    assert isinstance(found.minimal, MinimalSets)
    assert len(found.minimal.cuts) == comb(14, 2)


def test_what_does_not_bear_on_delivery_changes_nothing_when_it_stays_away():
    some = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        pledges, situations = random_problem(seed % 60)
        coalition = coalition_of(pledges, situations[0], by_world=True)
        everybody = np.ones((len(pledges.owners), 1), dtype=bool)
        bears = bearing_pledges(coalition, everybody)
        some += int((~bears).sum())
        available = generator.random(everybody.shape) < 0.7
        for goes in (False, True):
            before = deliver(coalition, available, goes).delivered
            after = deliver(coalition, available & bears[:, None], goes).delivered
            assert np.array_equal(before, after)
        owners = {pledges.owners[m] for m in np.flatnonzero(bears)}
        assert bearing_contributors(coalition, everybody) == tuple(sorted(owners))
    assert some > 50


def test_what_one_world_decides_is_filled_in():
    mask = World(np.array([True])), World(np.array([False]))
    tree = All((Any((*mask, Goes((1,)))), AtLeast(1, mask), Never()))
    assert in_one_world(tree) == All(
        (Any((Always(), Never(), Goes((1,)))), AtLeast(1, (Always(), Never())), Never())
    )
