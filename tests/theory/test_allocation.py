"""Burden sharing against every number of lots tried, against other solvers, and its laws."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from accord._errors import ModelError
from accord.theory import allocation
from accord.theory.allocation import UNLIMITED, Burden, Plan, Unmet
from accord.theory.capacity import Cuts, coverage, cuts_of
from oracles import allocation as tried

SEEDS = range(300)


def burden_of(problem):
    """The problem as the code under test takes it."""
    roles = np.array(problem["roles"], dtype=bool).reshape(-1, len(problem["lot"]))
    phases = len(problem["requirement"][0])
    return Burden(
        np.array(problem["usable"], dtype=np.int64).reshape(-1, phases),
        roles,
        np.array(problem["owner"], dtype=np.intp),
        np.array(problem["requirement"], dtype=np.int64),
        np.array(problem["cost"], dtype=float),
        np.array(problem["lot"], dtype=np.int64),
        np.array(problem["limit"], dtype=np.int64),
        np.array([float(s) for s in problem["shares"]]),
        float(problem["premium"]),
    )


def excess(burden, plan, least):
    return float((plan.cost - burden.shares * least).max())


def is_met(burden, plan, lost=None):
    """Whether a plan's pools and lots meet everything, without a contributor."""
    lots = plan.lots.copy()
    usable = burden.usable.copy()
    if lost is not None:
        lots[lost] = 0
        usable[burden.owner == lost] = 0
    more = np.repeat((lots * burden.lot).sum(axis=0)[:, None], usable.shape[1], axis=1)
    pools = np.concatenate([usable, more])
    roles = np.concatenate([burden.roles, np.eye(len(burden.lot), dtype=bool)])
    return coverage(
        np.ones((len(pools), 1), dtype=bool), pools, roles, burden.requirement
    ).delivered[0]


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_least_cost_is_that_of_every_number_of_lots_tried(start):
    plans = 0
    for seed in SEEDS[start : start + 50]:
        problem = tried.random_problem(seed)
        burden = burden_of(problem)
        found, truth = allocation.least_cost(burden), tried.least(problem)
        assert isinstance(found, Unmet) == (truth is None), seed
        if isinstance(found, Unmet):
            assert found.missing
            continue
        plans += 1
        assert (found.total, found.additional) == truth, seed
        assert found.cost.sum() == found.total
        assert is_met(burden, found)
    assert plans > 10


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_security_is_that_of_every_number_of_lots_tried(start):
    dearer = 0
    for seed in SEEDS[start : start + 50]:
        problem = tried.random_problem(seed)
        burden = burden_of(problem)
        found = allocation.secure(burden)
        truth, losses = tried.secure(problem)
        assert isinstance(found, Unmet) == (truth is None), seed
        if isinstance(found, Unmet):
            continue
        assert found.plan.additional == truth, seed
        gone = {lost for lost, _ in found.unprotected}
        assert gone == set(range(burden.contributors)) - set(losses)
        assert all(is_met(burden, found.plan, lost) for lost in losses)
        plain = allocation.least_cost(burden)
        assert found.plan.total >= plain.total
        dearer += found.plan.additional > plain.additional
    assert dearer


def test_fair_plans_are_those_of_every_number_of_lots_tried():
    dearer = 0
    for seed in range(60):
        problem = tried.random_problem(seed)
        burden = burden_of(problem)
        plain, found = allocation.least_cost(burden), allocation.fair(burden)
        if isinstance(found, Unmet):
            continue
        largest, total = tried.fair(problem, plain.total)
        # amounts are whole, so a plan may miss the broken optimum by a step of each pool
        step = burden.cost.max() * max(len(burden.owner), 1) * 2
        assert excess(burden, found, plain.total) <= largest + step + 1e-6, seed
        assert found.total <= total + step, seed
        assert excess(burden, found, plain.total) >= largest - 1e-6, seed
        assert found.total >= plain.total, seed
        assert is_met(burden, found)
        dearer += found.total > plain.total
    assert dearer


def test_fair_plans_on_a_fine_grid_are_those_of_broken_amounts():
    for seed in range(60, 100):
        problem = tried.random_problem(seed)
        fine = 10_000
        burden = burden_of(problem)
        burden = replace(
            burden, usable=burden.usable * fine, requirement=burden.requirement * fine,
            lot=burden.lot * fine, cost=burden.cost / fine,
        )  # fmt: skip
        plain, found = allocation.least_cost(burden), allocation.fair(burden)
        if isinstance(found, Unmet):
            continue
        largest, total = tried.fair(problem, plain.total)
        assert excess(burden, found, plain.total) == pytest.approx(largest, abs=2e-2), seed
        assert found.total == pytest.approx(total, abs=2e-2), seed


def test_replacements_are_those_of_every_number_of_lots_tried():
    closed = 0
    for seed in SEEDS:
        problem = tried.random_problem(seed)
        burden = burden_of(problem)
        close = allocation.closer()
        for lost in range(burden.contributors):
            others = np.arange(burden.contributors) != lost
            found = close(burden, burden.owner != lost, others)
            truth = tried.cheapest_lots(problem, lost)
            assert bool(found.unmet) == (truth is None), (seed, lost)
            if truth is not None:
                assert found.cost == truth, (seed, lost)
                assert bool(found.gaps) == (truth > 0)
                assert not found.lots[lost].any()
                closed += truth > 0
    assert closed > 100


def test_what_the_pools_serve_is_as_much_as_they_can():
    for seed in SEEDS:
        problem = tried.random_problem(seed)
        burden = burden_of(problem)
        found = allocation.served(burden)
        assert (found <= burden.requirement).all()
        none = [[0] * len(burden.lot)] * burden.contributors
        assert tried.is_met(problem, none, requirement=found.tolist()), seed
        if tried.is_met(problem, none):
            assert (found == burden.requirement).all()
        for k, t in np.argwhere(found < burden.requirement):
            more = found.copy()
            more[k, t] += 1
            assert not tried.is_met(problem, none, requirement=more.tolist()), seed


def relaxed(burden, costs_of_pools=1.0):
    """The relaxation by another solver: its optimum, and how it moves with each requirement."""
    pairs = np.argwhere(burden.roles[:, :, None] & np.ones(burden.usable.shape, bool)[:, None, :])
    adds = np.argwhere(burden.limit != 0)
    cost = [burden.cost[burden.owner[m], k] * costs_of_pools for m, k, _ in pairs]
    cost += [burden.lot_cost[c, k] for c, k in adds]
    rows, bounds = [], []
    for k, t in np.ndindex(*burden.requirement.shape):
        row = [-float((k, t) == (a, b)) for _, a, b in pairs]
        rows.append(row + [-float(burden.lot[k]) * (a == k) for _, a in adds])
        bounds.append(-float(burden.requirement[k, t]))
    for m, t in np.ndindex(*burden.usable.shape):
        rows.append([float((m, t) == (a, b)) for a, _, b in pairs] + [0.0] * len(adds))
        bounds.append(float(burden.usable[m, t]))
    ranges = [(0, None)] * len(pairs)
    ranges += [
        (0, None if burden.limit[c, k] == UNLIMITED else burden.limit[c, k]) for c, k in adds
    ]
    if not cost:
        return 0.0 if max([0.0, *burden.requirement.ravel()]) == 0 else None
    found = linprog(cost, rows, bounds, bounds=ranges, method="highs")
    return found.fun if found.status == 0 else None


def test_prices_are_those_of_another_solver():
    priced = 0
    for seed in SEEDS[:120]:
        burden = burden_of(tried.random_problem(seed))
        for free in (False, True):
            found = allocation.prices(burden, pledged_free=free)
            optimum = relaxed(burden, 0.0 if free else 1.0)
            assert (found is None) == (optimum is None), seed
            if found is None:
                continue
            assert found.cost == pytest.approx(optimum, abs=1e-6), seed
            assert found.residual < 1e-7
            assert (found.price >= 0).all()
            assert ((found.price * found.spare) < 1e-6).all()
            for k, t in np.argwhere(burden.requirement > 0):
                # a price is a slope between that of one more and that of one less
                changed = []
                for step in (-0.25, 0.25):
                    needs = burden.requirement.astype(float)
                    needs[k, t] += step
                    twin = replace(burden)
                    object.__setattr__(twin, "requirement", needs)
                    changed.append(relaxed(twin, 0.0 if free else 1.0))
                down = (optimum - changed[0]) / 0.25
                up = np.inf if changed[1] is None else (changed[1] - optimum) / 0.25
                assert down - 1e-6 <= found.price[k, t] <= up + 1e-6, (seed, k, t)
                priced += found.price[k, t] > 0
    assert priced > 50


problems = st.integers(1000, 10**6).map(tried.random_problem)


@settings(max_examples=60)
@given(problems, st.data())
def test_a_larger_requirement_never_costs_less(problem, data):
    burden = burden_of(problem)
    k = data.draw(st.integers(0, len(problem["lot"]) - 1))
    more = burden.requirement.copy()
    # in a phase in which it is required: one more phase makes every lot dearer
    t = int(np.argmax(more[k]))
    more[k, t] += data.draw(st.integers(1, 3))
    plain = allocation.least_cost(burden)
    larger = allocation.least_cost(allocation.with_requirement(burden, more))
    if isinstance(plain, Unmet):
        assert isinstance(larger, Unmet)
    elif isinstance(larger, Plan):
        assert larger.total >= plain.total


@settings(max_examples=60)
@given(problems, st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted))
def test_a_larger_reserve_never_costs_less(problem, reserves):
    burden = burden_of(problem)
    plans = [allocation.least_cost(burden)]
    plans += [allocation.reserved(burden, share) for share in reserves]
    for less, more in pairwise(plans):
        if isinstance(less, Unmet):
            assert isinstance(more, Unmet)
        elif isinstance(more, Plan):
            assert more.total >= less.total


@settings(max_examples=60)
@given(problems)
def test_security_and_fairness_never_cost_less(problem):
    burden = burden_of(problem)
    plain = allocation.least_cost(burden)
    if isinstance(plain, Plan):
        assert allocation.secure(burden).plan.total >= plain.total
        just = allocation.fair(burden)
        assert just.total >= plain.total
        # a whole step of each pool may be lost by rounding
        step = burden.cost.max() * max(len(burden.owner), 1) * 2
        assert excess(burden, just, plain.total) <= excess(burden, plain, plain.total) + step


@settings(max_examples=60)
@given(problems, st.sampled_from([2, 7, 1000]), st.sampled_from([0.001, 3.0, 1e6]))
def test_units_of_amounts_and_of_money_change_nothing(problem, finer, dearer):
    burden = burden_of(problem)
    plain = allocation.least_cost(burden)
    other = replace(
        burden, usable=burden.usable * finer, requirement=burden.requirement * finer,
        lot=burden.lot * finer, cost=burden.cost * dearer / finer,
    )  # fmt: skip
    found = allocation.least_cost(other)
    assert isinstance(found, Unmet) == isinstance(plain, Unmet)
    if isinstance(plain, Plan):
        assert found.total == pytest.approx(plain.total * dearer, rel=1e-9)
        assert found.additional == pytest.approx(plain.additional * dearer, rel=1e-9)


@settings(max_examples=60)
@given(problems, st.randoms(use_true_random=False))
def test_other_names_and_orders_change_no_cost(problem, dice):
    burden = burden_of(problem)
    who, what, pools = (
        dice.sample(range(n), n) for n in (burden.contributors, len(burden.lot), len(burden.owner))
    )
    place = np.argsort(who) if who else np.zeros(0, dtype=int)
    other = Burden(
        burden.usable[pools], burden.roles[np.ix_(pools, what)],
        place[burden.owner[pools]].astype(np.intp), burden.requirement[what],
        burden.cost[np.ix_(who, what)], burden.lot[what], burden.limit[np.ix_(who, what)],
        burden.shares[who], burden.premium,
    )  # fmt: skip
    plain, found = allocation.least_cost(burden), allocation.least_cost(other)
    assert isinstance(found, Unmet) == isinstance(plain, Unmet)
    if isinstance(plain, Plan):
        assert (found.total, found.additional) == (plain.total, plain.additional)
        ready, other_ready = allocation.secure(burden), allocation.secure(other)
        assert other_ready.plan.additional == ready.plan.additional


@settings(max_examples=60)
@given(problems)
def test_the_same_question_has_the_same_answer(problem):
    plans = [allocation.least_cost(burden_of(problem)) for _ in range(2)]
    if isinstance(plans[0], Plan):
        assert (plans[0].used == plans[1].used).all()
        assert (plans[0].lots == plans[1].lots).all()


def test_cuts_found_one_by_one_give_the_same_as_all_listed():
    for seed in range(80):
        burden = burden_of(tried.random_problem(seed, 3, 3))
        listed = burden.cuts
        # as if every component were too large to list
        unlisted = Cuts((), listed.components, listed.components)
        other = replace(burden, cuts=unlisted)
        plain, found = allocation.secure(burden), allocation.secure(other)
        assert isinstance(found, Unmet) == isinstance(plain, Unmet), seed
        if not isinstance(plain, Unmet):
            assert found.plan.total == plain.plan.total, seed
            assert {c for c, _ in found.unprotected} == {c for c, _ in plain.unprotected}


def test_nothing_required_costs_nothing():
    burden = burden_of(tried.random_problem(1))
    burden = allocation.with_requirement(burden, np.zeros_like(burden.requirement))
    plan = allocation.least_cost(burden)
    assert plan.total == 0
    assert not plan.used.any()
    assert allocation.secure(burden).plan.total == 0
    assert (allocation.prices(burden).price == 0).all()


def test_among_equal_costs_everyone_pays_by_the_key():
    burden = Burden(
        np.full((3, 1), 100), np.ones((3, 1), bool), np.arange(3), np.array([[100]]),
        np.ones((3, 1)), np.ones(1, np.int64), np.zeros((3, 1), np.int64),
        np.array([0.5, 0.3, 0.2]),
    )  # fmt: skip
    for plan in (allocation.least_cost(burden), allocation.fair(burden)):
        assert plan.cost.tolist() == [50, 30, 20]


def test_who_cannot_pay_its_share_leaves_the_rest_to_the_others():
    burden = Burden(
        np.array([[10], [100], [100]]), np.ones((3, 1), bool), np.arange(3), np.array([[100]]),
        np.ones((3, 1)), np.ones(1, np.int64), np.zeros((3, 1), np.int64),
        np.array([0.5, 0.25, 0.25]),
    )  # fmt: skip
    assert allocation.fair(burden).cost.tolist() == [10, 45, 45]


@pytest.mark.parametrize(
    ("field", "value"),
    [("cost", np.zeros((1, 1))), ("lot", np.zeros(1, np.int64)), ("shares", np.array([0.5])),
     ("limit", np.full((1, 1), -2)), ("usable", np.array([[-1]])), ("owner", np.arange(2)),
     ("premium", -1.0)],
)  # fmt: skip
def test_a_problem_that_means_nothing_is_refused(field, value):
    fields = {
        "usable": np.ones((1, 1), np.int64), "roles": np.ones((1, 1), bool),
        "owner": np.zeros(1, np.intp), "requirement": np.ones((1, 1), np.int64),
        "cost": np.ones((1, 1)), "lot": np.ones(1, np.int64),
        "limit": np.ones((1, 1), np.int64), "shares": np.ones(1),
    }  # fmt: skip
    Burden(**fields)
    with pytest.raises(ModelError):
        Burden(**fields | {field: value})


def test_cuts_are_listed_unless_given():
    burden = burden_of(tried.random_problem(3))
    assert burden.cuts == cuts_of(burden.roles)
