import random
from dataclasses import replace

import numpy as np
import pytest

from accord._errors import ModelError
from accord.theory.bargaining import elimination, holding, layout, signatures, stacked
from accord.theory.bargaining.demand import Demand, demands_of
from accord.theory.bargaining.holding import holds_in
from accord.theory.bargaining.impasse import impasses
from accord.theory.bargaining.space import Bargain, Limit
from oracles import impasse as oracle
from oracles.impasse_cases import as_bargain, domain_of

DOMAINS = 120


@pytest.fixture(params=["tables", "sums"])
def sums(request, monkeypatch):
    """Walk-away conditions as truth tables, as in small spaces, or as sums, as in large ones."""
    if request.param == "sums":
        monkeypatch.setattr(layout, "MOST_CELLS", 0)
        monkeypatch.setattr(stacked, "MOST_CELLS", 0)


@pytest.mark.parametrize("route", ["listing", "program"])
def test_conflicts_and_what_to_give_up_are_those_of_listing_every_set(route, sums):
    stuck = 0
    for seed in range(DOMAINS):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        (found,) = impasses(bargain, [demands], route=route)
        assert {frozenset(s) for s in found.conflicts} == oracle.conflicts(domain), seed
        assert {frozenset(s) for s in found.give_up} == oracle.give_up(domain), seed
        assert found.complete
        assert (found.deal is not None) == bool(oracle.deals(domain)), seed
        checked(domain, found)
        stuck += found.deal is None
    assert DOMAINS / 4 < stuck < DOMAINS


def checked(domain, found):
    """Every package told does what it is told for."""
    whole = set(range(len(domain.wants)))

    def broken(package, members):
        row = tuple(map(int, package))
        return {d for d in members if not oracle.met(domain, domain.wants[d], row)}

    if found.deal is not None:
        assert not broken(found.deal, whole)
    for members, witnesses in zip(found.conflicts, found.witnesses, strict=True):
        for member, witness in zip(members, witnesses, strict=True):
            assert broken(witness, members) == {member}
    for cut, outcome in zip(found.give_up, found.outcomes, strict=True):
        assert not broken(outcome, whole - set(cut))


def test_groups_that_share_one_search_find_what_each_finds_alone():
    for seed in range(25):
        dice = random.Random(seed)
        bargain, demands = as_bargain(domain_of(seed))
        groups = [dice.sample(demands, dice.randint(0, len(demands))) for _ in range(5)]
        for route in ("listing", "program"):
            together = impasses(bargain, groups, route=route)
            for group, found in zip(groups, together, strict=True):
                (alone,) = impasses(bargain, [group], route=route)
                assert found.conflicts == alone.conflicts
                assert found.give_up == alone.give_up


def test_listing_in_small_blocks_and_short_words_finds_the_same(monkeypatch):
    for seed in range(60):
        bargain, demands = as_bargain(domain_of(seed))
        whole = signatures.least_broken(bargain, demands)
        counted = signatures.broken_alone(bargain, demands)
        with monkeypatch.context() as patch:
            patch.setattr(signatures, "BLOCK", 5)
            patch.setattr(signatures, "WORD", 2)
            assert np.array_equal(
                sorted_rows(signatures.least_broken(bargain, demands)), sorted_rows(whole)
            )
            split = signatures.broken_alone(bargain, demands)
        assert split[0] == counted[0]
        assert np.array_equal(split[1], counted[1])


def sorted_rows(rows):
    return sorted(map(tuple, rows.tolist()))


def test_more_demands_than_bits_of_a_number_are_listed_together():
    lines = [Limit(f"not {i}", (0,), np.arange(70) != i) for i in range(70)]
    bargain = Bargain(
        (np.zeros((1, 70), dtype=np.int64),), np.zeros(1, dtype=np.int64), limits=tuple(lines)
    )
    demands = [x for x in demands_of(bargain) if x.kind == "limit"]
    for route in ("listing", "program"):
        (found,) = impasses(bargain, [demands], route=route)
        assert found.conflicts == (tuple(range(70)),)
        assert found.give_up == tuple((i,) for i in range(70))


def test_a_search_that_stops_at_its_limit_says_so_and_tells_only_true_conflicts():
    stopped = 0
    for seed in range(60):
        domain = domain_of(seed)
        bargain, demands = as_bargain(domain)
        for route in ("listing", "program"):
            (found,) = impasses(bargain, [demands], limit=2, route=route)
            assert {frozenset(s) for s in found.conflicts} <= oracle.conflicts(domain)
            assert {frozenset(s) for s in found.give_up} <= oracle.give_up(domain)
            checked(domain, found)
            stopped += not found.complete
            if route == "listing":
                assert len(found.give_up) == min(2, len(oracle.give_up(domain)))
    assert stopped


def test_a_limit_over_no_provision_is_true_or_false_everywhere():
    bargain = Bargain(
        (np.array([[0, 1]]),),
        np.array([1]),
        limits=(Limit("never", (), np.array(False)), Limit("always", (), np.array(True))),
    )
    for route in ("listing", "program"):
        (found,) = impasses(bargain, [demands_of(bargain)], route=route)
        assert found.conflicts == ((1,),)
        assert found.give_up == ((1,),)


def test_a_space_too_large_to_list_is_refused_by_listing_and_solved_by_the_program():
    rng = np.random.default_rng(3)
    values = tuple(rng.integers(0, 1000, (3, 5)) for _ in range(12))
    top = sum(t.max(axis=1) for t in values)
    bargain = Bargain(values, (top * 0.9).astype(np.int64))
    with pytest.raises(ModelError, match="at most 5,000,000 listed"):
        impasses(bargain, [demands_of(bargain)], route="listing")
    (found,) = impasses(bargain, [demands_of(bargain)])
    assert found.complete
    small = replace(bargain, values=values[:6], walk_away=(0.9 * top / 2).astype(np.int64))
    (listing,) = impasses(small, [demands_of(small)], route="listing")
    (program,) = impasses(small, [demands_of(small)], route="program")
    assert listing.conflicts == program.conflicts


def worlds_of(seed, count):
    """One domain in several worlds: other values, walk-away values, lines; the same ``when``."""
    domain = domain_of(seed)
    dice = random.Random(-seed - 1)
    found = []
    for _ in range(count):
        values = [[[v + dice.randint(-3, 3) for v in x] for x in table] for table in domain.values]
        wants = [
            want if want.table is None or dice.random() < 0.7
            else replace(want, table=oracle.Table(want.table.provisions, every(domain, want.table)))
            for want in domain.wants
        ]  # fmt: skip
        below = [r + dice.randint(-6, 6) for r in domain.walk_away]
        found.append(replace(domain, values=values, walk_away=below, wants=wants))
    return found


def every(domain, table):
    cells = np.ndindex(tuple(domain.levels[j] for j in table.provisions))
    return frozenset(cells)


@pytest.mark.parametrize("cells", [20_000, 6])
def test_a_set_holds_in_the_worlds_in_which_no_package_meets_it(cells, sums, monkeypatch):
    monkeypatch.setattr(elimination, "MOST_CELLS", cells)
    shares = []
    for seed in range(60):
        worlds = worlds_of(seed, 7)
        dice = random.Random(seed)
        chosen = dice.sample(range(len(worlds[0].wants)), dice.randint(1, 3))
        bargains = [as_bargain(world)[0] for world in worlds]
        demands = [as_bargain(worlds[0])[1][d] for d in chosen]
        left = set(range(len(worlds[0].wants))) - set(chosen)
        wanted = [not oracle.deals(world, left) for world in worlds]
        assert holds_in(bargains, demands).tolist() == wanted, seed
        shares.append(np.mean(wanted))
    assert 0.1 < np.mean(shares) < 0.9


def test_worlds_left_open_by_the_bound_are_decided_by_the_program(sums, monkeypatch):
    monkeypatch.setattr(holding, "ROUNDS", 1)
    monkeypatch.setattr(holding, "NEAR", 0)
    for seed in range(30):
        worlds = worlds_of(seed, 5)
        bargains = [as_bargain(world)[0] for world in worlds]
        demands = as_bargain(worlds[0])[1]
        wanted = [not oracle.deals(world) for world in worlds]
        assert holds_in(bargains, demands).tolist() == wanted, seed


def test_worlds_of_different_shapes_are_refused():
    first = Bargain((np.zeros((1, 2), dtype=np.int64),), np.zeros(1, dtype=np.int64))
    other = Bargain((np.zeros((1, 3), dtype=np.int64),), np.zeros(1, dtype=np.int64))
    with pytest.raises(ModelError, match="all alike"):
        holds_in([first, other], [Demand("walk_away", 0)])
