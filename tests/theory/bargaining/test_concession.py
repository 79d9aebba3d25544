import random

import numpy as np
import pytest

from accord._errors import ModelError
from accord.theory.bargaining import concession
from accord.theory.bargaining.concession import (
    cheapest_concession,
    freed_by_line,
    sole_concessions,
)
from accord.theory.bargaining.demand import demands_of
from accord.theory.bargaining.space import CONSTRAINT, Bargain, Limit
from oracles import impasse as oracle
from oracles.impasse_cases import SCALE, as_bargain, domain_of

DOMAINS = 100


def costs_of(domain, seed):
    """What some lines cost to waive, by the demand."""
    dice = random.Random(seed)
    lines = [d for d, w in enumerate(domain.wants) if w.table is not None and w.party is not None]
    return {d: dice.randint(0, 12) for d in lines if dice.random() < 0.7}


def by_limit(demands, costs):
    return {demands[d].index: cost for d, cost in costs.items()}


def test_the_cheapest_concession_is_that_of_listing_and_opens_a_deal():
    seen = set()
    for seed in range(DOMAINS):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        costs = costs_of(domain, seed)
        everybody = set(range(bargain.parties))
        found = cheapest_concession(bargain, demands, by_limit(demands, costs))
        checked(domain, demands, costs, everybody, found)
        seen.add("none" if found is None else "free" if not found.total else "some")
        seen |= {"waived" for _ in (found.waived if found else ())}
    assert seen == {"none", "free", "some", "waived"}


def checked(domain, demands, costs, conceding, found):
    """A concession costs as little as any, adds up, and is enough."""
    wanted = oracle.cheapest(domain, costs, conceding)
    assert (found is None) == (wanted is None)
    if found is None:
        return
    assert found.total == wanted
    assert found.points == wanted / SCALE
    waived = {
        d
        for d, demand in enumerate(demands)
        if demand.kind == "limit" and demand.index in found.waived
    }
    assert found.total == found.lowered.sum() + sum(costs[d] for d in waived)
    assert (found.lowered >= 0).all()
    assert set(np.flatnonzero(found.lowered)) <= conceding
    row = tuple(found.package.tolist())
    lowered = oracle.Domain(
        domain.levels, domain.values, (domain.walk_away - found.lowered).tolist(), domain.joints,
        domain.wants,
    )  # fmt: skip
    assert row in oracle.deals(lowered, waived)


def test_the_sole_concession_of_every_party_is_that_of_listing():
    opened = 0
    for seed in range(DOMAINS):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        costs = costs_of(domain, seed)
        found = sole_concessions(bargain, demands, by_limit(demands, costs))
        assert set(found) == {want.party for want in domain.wants} - {None}
        for party, each in found.items():
            checked(domain, demands, costs, {party}, each)
            opened += each is not None and each.total > 0
    assert opened > 20


@pytest.mark.parametrize("listed", [True, False])
def test_the_line_that_frees_most_comes_first_with_what_it_frees(listed, monkeypatch):
    if not listed:
        monkeypatch.setattr(concession, "MOST_LISTED", 0)
    for seed in range(50):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        found = freed_by_line(bargain, demands)
        lines = {d: w for d, w in enumerate(domain.wants) if w.table is not None}
        places = {demands[d].index: d for d, w in lines.items() if w.party is not None}
        assert {each.line for each in found} == set(places)
        always = [w.party for w in domain.wants if w.table is None and w.when is None]
        deals = len(oracle.deals(domain))
        for each in found:
            without = oracle.deals(domain, {places[each.line]})
            assert each.packages == (len(without) - deals if listed else None)
            assert each.deal == bool(without)
            best = oracle.leximin(domain, always, [1] * len(always), {places[each.line]})
            assert each.gain == (best[0] if best else None), seed
            assert each.package is None or tuple(each.package.tolist()) in without
        keys = [(x.packages if listed else 0, x.deal, x.gain or 0) for x in found]
        assert keys == sorted(keys, reverse=True)


def test_a_constraint_cannot_be_waived_and_a_cost_below_nought_is_refused():
    allowed = np.array([True, False])
    limits = (Limit("space", (0,), allowed, CONSTRAINT), Limit("line", (0,), allowed, 0))
    bargain = Bargain((np.array([[0, 5]]),), np.array([0]), limits=limits)
    with pytest.raises(ModelError, match="waiving space"):
        cheapest_concession(bargain, demands_of(bargain), {0: 3})
    with pytest.raises(ModelError, match="waiving line"):
        sole_concessions(bargain, demands_of(bargain), {1: -3})


def test_a_line_without_a_cost_stands_however_much_else_is_conceded():
    limits = (Limit("line", (0,), np.array([False, False]), 0),)
    bargain = Bargain((np.array([[0, 5]]),), np.array([0]), limits=limits)
    assert cheapest_concession(bargain, demands_of(bargain)) is None
    found = cheapest_concession(bargain, demands_of(bargain), {0: 7})
    assert (found.total, found.waived) == (7, (0,))
